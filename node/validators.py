"""The validators of a relay chain of our own: their keys, and what they sign with them.

A group backs a candidate when it has run the validation function on it; all say in bitfields whether they
hold their pieces of what was backed. Our validators hold all or nothing, since no pieces are made: a
candidate's erasure root is zero, which the relay chain never looks at.

A signature is different each time it is made, and so are the hashes of the blocks that hold it.

Upstream: polkadot/node/core/backing/src/lib.rs, polkadot/node/core/bitfield-signing/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sr25519

from pallets.relay.inclusion_items import CORE_INDEX_BITS, backing_payload, bitfield_payload
from primitives.candidates import (
    AvailabilityBitfield,
    BackedCandidate,
    CandidateHash,
    CommittedCandidateReceiptV2,
    Explicit,
    Implicit,
    UncheckedSignedAvailabilityBitfield,
    ValidatorSignature,
    ValidityAttestation,
)
from primitives.errors import Defect
from primitives.ids import AccountId, BlockNumber, CoreIndex, Hash, ValidatorIndex
from primitives.scale.codec import BYTES
from runtime.relay import Relay

PHRASE_SEED: Final = bytes.fromhex("fac7959dbfe72f052e5a0c3c8d6530f202b02fd8f9f5ca3580ec8deb7797479e")
"""The secret of the well-known development phrase."""

NAMES: Final = ("Alice", "Bob", "Charlie", "Dave", "Eve", "Ferdie")

Pair = tuple[bytes, bytes]
"""A public key and its secret."""


def development_pair(name: str) -> Pair:
    """The sr25519 key that is derived from the development phrase as //name."""
    public, secret = sr25519.pair_from_seed(PHRASE_SEED)
    chain_code = BYTES.encode(name.encode()).ljust(32, b"\x00")
    _, public, secret = sr25519.hard_derive_keypair((chain_code, public, secret), b"")
    return public, secret


class Keys:
    """Secret keys by the public ones."""

    def __init__(self, names: Iterable[str] = NAMES) -> None:
        self._secrets = dict(map(development_pair, names))

    def accounts(self) -> tuple[AccountId, ...]:
        """The public keys, in the order in which they were named."""
        return tuple(map(AccountId, self._secrets))

    def sign(self, public: bytes, message: bytes) -> bytes:
        """A signature by the holder of a key that is known here."""
        secret = self._secrets.get(public)
        if secret is None:
            raise Defect(f"no key for 0x{public.hex()}")
        signed: bytes = sr25519.sign((public, secret), message)
        return signed


class Validators:
    """What the validators of a session sign for the block after the relay chain's newest one."""

    def __init__(self, relay: Relay, parent: Hash, keys: Keys) -> None:
        """`relay` is over the state of the block `parent`."""
        self._relay, self._parent, self._keys = relay, parent, keys
        self._active = relay.paras_shared.active_validator_keys.get()

    def bitfields(self, cores: Iterable[int]) -> tuple[UncheckedSignedAvailabilityBitfield, ...]:
        """All validators say that they hold their pieces of what these cores carry; nothing, if there are
        none.
        """
        held = frozenset(cores)
        if not held:
            return ()
        bits = AvailabilityBitfield(
            tuple(core in held for core in range(self._relay.para_scheduler.num_availability_cores()))
        )
        payload = bitfield_payload(bits, self._relay.paras_shared.session_index(), self._parent)
        return tuple(
            UncheckedSignedAvailabilityBitfield(bits, ValidatorIndex(index), self._sign(index, payload))
            for index in range(len(self._active))
        )

    def backed(self, candidate: CommittedCandidateReceiptV2) -> BackedCandidate:
        """A candidate with the votes of the whole group of its core; the first one proposed it."""
        core = CoreIndex(candidate.descriptor.core_index)
        proposer, *others = self._group_of(core)
        votes: tuple[ValidityAttestation, ...] = (
            Implicit(self._vote(proposer, candidate, Implicit)),
            *(Explicit(self._vote(other, candidate, Explicit)) for other in others),
        )
        core_bits = tuple(bool(core >> place & 1) for place in range(CORE_INDEX_BITS))
        return BackedCandidate(candidate, votes, (True,) * len(votes) + core_bits)

    def _group_of(self, core: CoreIndex) -> tuple[ValidatorIndex, ...]:
        scheduler = self._relay.para_scheduler
        group = scheduler.group_assigned_to_core(core, BlockNumber(self._relay.system.number.get() + 1))
        found = None if group is None else scheduler.group_validators(group)
        if not found:
            raise Defect(f"core {core} has no group of validators")
        return found

    def _vote(
        self, index: ValidatorIndex, candidate: CommittedCandidateReceiptV2, kind: type[Implicit | Explicit]
    ) -> ValidatorSignature:
        unsigned: ValidityAttestation = kind(ValidatorSignature(bytes(64)))
        descriptor, name = candidate.descriptor, CandidateHash(candidate.hash())
        payload = backing_payload(unsigned, name, descriptor.session_index, descriptor.relay_parent)
        return self._sign(index, payload)

    def _sign(self, index: int, payload: bytes) -> ValidatorSignature:
        return ValidatorSignature(self._keys.sign(self._active[index], payload))
