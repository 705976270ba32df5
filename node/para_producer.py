"""Makes blocks of a parachain, with all that the relay chain needs to check them.

The state notes what is needed of it (`RecordingState`): that is the block's witness. The author's slot, time
and seal are arguments.

Upstream: cumulus/client/collator/src/service.rs, cumulus/client/consensus/aura/src/collator.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pallets.para.aura import AURA_ENGINE_ID, Slot
from pallets.para.inbound_messages import ParachainInherentData
from pallets.para.parachain_system_items import CollationInfo
from primitives.candidates import HeadData
from primitives.errors import Defect, Err
from primitives.extrinsic import encode_extrinsic
from primitives.header import HEADER, NO_HASH, Digest, DigestItem, Header, PreRuntime, Seal
from primitives.ids import BlockNumber, Moment
from primitives.pallet import RuntimeCall
from primitives.record import Record, replace
from primitives.scale.codec import U64
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.storage.witness import RecordingState
from primitives.trie.compact_proof import encode_compact_proof
from primitives.validation import PersistedValidationData, ValidationParams
from runtime.block_data import ParachainBlockData, block_of
from runtime.parachain import ParachainRuntime

Refused = Callable[[bytes, Exception], None]
"""Is told of an extrinsic that may not be in a block, and why."""


class Turn(Record):
    """An author's turn to make a block."""

    slot: Slot
    now: Moment
    """Milliseconds since 1970; in the slot."""

    digest: tuple[DigestItem, ...] = ()
    """What the author says besides, such as for which core the block is."""


class Made(Record):
    """A block that was made, and what it puts out."""

    header: Header
    """With the seal."""

    extrinsics: tuple[bytes, ...]
    info: CollationInfo


class Collation(Record):
    """Blocks, and what the relay chain gives the validation function to check them."""

    made: tuple[Made, ...]
    params: ValidationParams

    witness_size: int
    """Bytes of the witness, compact, in the block data."""

    @property
    def header(self) -> Header:
        """The last block's."""
        return self.made[-1].header

    @property
    def info(self) -> CollationInfo:
        """The last block's."""
        return self.made[-1].info


class Collator:
    """Makes one block after the other."""

    def __init__(
        self,
        over: Callable[[State], ParachainRuntime],
        state: RecordingState,
        seal: Callable[[bytes], bytes],
        refused: Refused = lambda extrinsic, why: None,
    ) -> None:
        """`over` makes the runtime over a state; `seal` signs the hash of a header."""
        self._over, self._state, self._seal, self._refused = over, state, seal, refused

    def make(
        self, parent: Header, known: ParachainInherentData, turn: Turn, ready: Iterable[bytes] = ()
    ) -> Collation:
        """Make the block after `parent`, whose state is the one at hand; it is written to.

        Of the extrinsics that are ready, those that may not be in the block are left out, and `refused` is
        told. Raises
        `InvalidBlock`, with nothing written, if nothing can be built on what is known of the relay chain.
        """
        return self.make_bundle(parent, known, (turn,), (ready,))

    def make_bundle(
        self,
        parent: Header,
        known: ParachainInherentData,
        turns: tuple[Turn, ...],
        ready: tuple[Iterable[bytes], ...],
    ) -> Collation:
        """Make several blocks on the same relay parent, as `make` makes one; they share a witness."""
        self._state.begin()
        made: list[Made] = []
        with self._state.frame():
            for turn, extrinsics in zip(turns, ready, strict=True):
                made.append(self._made(made[-1].header if made else parent, known, turn, extrinsics))
        proof = encode_compact_proof(parent.state_root, self._state.witness())
        blocks = tuple(block_of(each.header, each.extrinsics) for each in made)
        data = ParachainBlockData(blocks, proof).encode()
        return Collation(tuple(made), _params(known.validation_data, data), sum(map(len, proof)))

    def _made(self, parent: Header, known: ParachainInherentData, turn: Turn, ready: Iterable[bytes]) -> Made:
        para = self._over(self._state)  # anew, because what a runtime reads to be made is needed as well
        pre = (PreRuntime(AURA_ENGINE_ID, codec(U64).encode(turn.slot)), *turn.digest)
        number = BlockNumber(parent.number + 1)
        para.executive.initialize_block(Header(parent.hash(), number, NO_HASH, NO_HASH, Digest(pre)))
        basic, messages = para.parachain_system.create_inherent(known)
        taken = [
            _inherent(para, RuntimeCall("ParachainSystem", "set_validation_data", (basic, messages))),
            _inherent(para, RuntimeCall("Timestamp", "set", (turn.now,))),
        ]
        taken += [each for each in ready if _applied(para, each, self._refused)]
        header = self._sealed(para.executive.finalize_block())
        return Made(header, tuple(taken), para.parachain_system.collect_collation_info(header))

    def _sealed(self, header: Header) -> Header:
        seal = Seal(AURA_ENGINE_ID, self._seal(header.hash()))
        return replace(header, digest=Digest((*header.digest.logs, seal)))


def _params(given: PersistedValidationData, data: bytes) -> ValidationParams:
    return ValidationParams(
        given.parent_head, data, given.relay_parent_number, given.relay_parent_storage_root
    )


def head_of(header: Header) -> HeadData:
    """The head data of a parachain whose newest block has this header."""
    return HeadData(HEADER.encode(header))


def _inherent(para: ParachainRuntime, made: RuntimeCall) -> bytes:
    data = encode_extrinsic(para.executive.call_codec.encode(made), None, para.extensions)
    outcome = para.executive.apply_extrinsic(data)
    if isinstance(outcome, Err):
        raise Defect(f"an inherent of our own fails: {outcome.error!r}")
    return data


def _applied(para: ParachainRuntime, extrinsic: bytes, refused: Refused) -> bool:
    try:
        para.executive.apply_extrinsic(extrinsic)
    except Exception as why:
        # Upstream's runtime would panic at most of these: the extrinsic leaves no trace, the chain goes on.
        refused(extrinsic, why)
        return False
    return True
