"""A whole parachain with an author whose seal is good, over the made-up relay chain of `para_world.py`."""

from __future__ import annotations

from collections.abc import Iterable

from node.para_producer import Collation, Collator, Turn, head_of
from pallets.para.aura import AuraId, Slot
from pallets.para.parachain_info import ParachainInfo
from primitives.header import NO_HASH, Digest, DigestItem, Header
from primitives.ids import AccountId, Balance, Hash, Moment, ParaId
from primitives.pallet import Frame
from primitives.record import replace
from primitives.storage.state import State
from primitives.storage.witness import RecordingState
from runtime.para import Para
from tests.support.para_world import US, RelaySide
from tests.support.signing import KEYS, account

RELAY_SLOTS_IN_ONE = 4
RELAY_SLOT_MILLISECONDS = 6_000


class ParaAuthor:
    """One parachain; Alice makes all its blocks, and each is included before the next."""

    def __init__(self, us: ParaId = US) -> None:
        self.us = us
        self.state = RecordingState()
        ParachainInfo(Frame(self.state)).parachain_id.put(us)
        self.para = Para(self.state)
        self._genesis()
        self.collator = Collator(over, self.state, seal)
        self.relay = RelaySide()
        self.parent = Header(NO_HASH, 0, Hash(self.state.root()), NO_HASH, Digest())
        self.relay.included = head_of(self.parent)

    def _genesis(self) -> None:
        author = AuraId(account("Alice"))
        self.para.aura.authorities.put((author,))
        self.para.aura_ext.authorities.put((author,))
        self.para.session.validators.put((account("Alice"),))
        for name in KEYS:
            self.para.balances.mint_into(AccountId(account(name)), Balance(10**15))

    def next_block(self, *extrinsics: bytes, digest: tuple[DigestItem, ...] = ()) -> Collation:
        """Make the next block, one relay chain block later, and have it included."""
        return self.next_bundle(digest, ready=(extrinsics,))

    def next_bundle(
        self, *digests: tuple[DigestItem, ...], ready: tuple[Iterable[bytes], ...] | None = None
    ) -> Collation:
        """Make a block with each of these digests, on the next relay chain block, and have them included."""
        self.relay.number += 1
        self.relay.slot += 1
        slot = Slot(self.relay.slot // RELAY_SLOTS_IN_ONE)
        start = Moment(self.relay.slot * RELAY_SLOT_MILLISECONDS)
        turns = tuple(Turn(slot, Moment(start + place), digest) for place, digest in enumerate(digests))
        known = self.relay.shown(head_of(self.parent), self.us)
        made = self.collator.make_bundle(self.parent, known, turns, ready or ((),) * len(turns))
        self.parent = made.header
        self.relay.included = head_of(made.header)
        return made

    def begin_here(self) -> None:
        """Make the state as it is now, written to by a test, that of the newest block."""
        self.parent = replace(self.parent, state_root=Hash(self.state.root()))
        self.relay.included = head_of(self.parent)


def seal(hash: bytes) -> bytes:
    """Alice's seal."""
    signed: bytes = KEYS["Alice"].sign(hash)
    return signed


def over(state: State) -> Para:
    """The parachain's runtime, as the relay chain runs it."""
    return Para(state)
