"""Candidates for a relay chain's next inherent, backed by validators whose keys we hold, and their bitfields.

There are three parachains, each with a core of its own.
"""

from __future__ import annotations

import sr25519

from node.devnet import whole_core
from pallets.relay.configuration import Configuration
from pallets.relay.inclusion import ParaInclusion
from pallets.relay.inclusion_items import (
    CORE_INDEX_BITS,
    backing_payload,
    bitfield_payload,
)
from pallets.relay.paras import Paras
from pallets.relay.scheduler import ParaScheduler
from pallets.relay.shared import ParasShared
from pallets.system import System
from primitives.candidates import (
    AvailabilityBitfield,
    BackedCandidate,
    CandidateCommitments,
    CandidateDescriptorV2,
    CandidateHash,
    CommittedCandidateReceiptV2,
    Explicit,
    HeadData,
    Implicit,
    UncheckedSignedAvailabilityBitfield,
    ValidationCode,
    ValidationCodeHash,
    ValidatorSignature,
    ValidityAttestation,
)
from primitives.channels import OutboundHrmpMessage
from primitives.hashing import blake2_256
from primitives.header import NO_HASH
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId, ValidatorId, ValidatorIndex
from primitives.validation import PersistedValidationData

A, B, C = ParaId(2000), ParaId(2001), ParaId(2004)
"""Three parachains, on the cores 0, 1 and 2. In the order of their storage keys they come as B, A, C."""

KEYS = [sr25519.pair_from_seed(bytes((number,)) * 32) for number in range(1, 7)]
VALIDATORS = tuple(ValidatorId(public) for public, _ in KEYS)
SECRETS = dict(KEYS)


class Candidates:
    """What a chain needs to be given candidates. `parent` is the block before, `parent_root` its state."""

    system: System
    configuration: Configuration
    shared: ParasShared
    paras: Paras
    scheduler: ParaScheduler
    inclusion: ParaInclusion
    parent: Hash
    parent_root: Hash

    @property
    def now(self) -> BlockNumber:
        return self.system.number.get()

    def assign(self, *owners: ParaId) -> None:
        """Give the cores, from the first one on, to these parachains as a whole."""
        self.scheduler.core_descriptors.put(
            tuple((CoreIndex(core), whole_core(para)) for core, para in enumerate(owners))
        )

    def bitfields(self, *cores: int, by: int = len(KEYS)) -> tuple[UncheckedSignedAvailabilityBitfield, ...]:
        """Bitfields of the first validators, for these cores."""
        count = self.scheduler.num_availability_cores()
        bits = AvailabilityBitfield(tuple(core in cores for core in range(count)))
        return tuple(self.bitfield(validator, bits) for validator in range(by))

    def bitfield(
        self, validator: int, bits: AvailabilityBitfield, *, signed_by: int | None = None
    ) -> UncheckedSignedAvailabilityBitfield:
        """One validator's bitfield, perhaps signed by another."""
        payload = bitfield_payload(bits, self.shared.session_index(), self.parent)
        signature = self.sign(validator if signed_by is None else signed_by, payload)
        return UncheckedSignedAvailabilityBitfield(bits, ValidatorIndex(validator), signature)

    def descriptor(self, para: ParaId, commitments: CandidateCommitments) -> CandidateDescriptorV2:
        """Of a candidate on the block before, for the parachain's core."""
        head = self.inclusion.para_latest_head_data(para)
        assert head is not None
        max_pov_size = self.configuration.active_config.get().max_pov_size
        number = BlockNumber(self.now - 1)
        code_hash = self.paras.current_code_hash.get(para) or ValidationCodeHash(bytes(32))
        return CandidateDescriptorV2(
            para_id=para,
            relay_parent=self.parent,
            version=0,
            core_index=(A, B, C).index(para),
            session_index=self.shared.session_index(),
            scheduling_session_offset=0,
            reserved1=bytes(24),
            persisted_validation_data_hash=PersistedValidationData(
                head, number, self.parent_root, max_pov_size
            ).hash(),
            pov_hash=NO_HASH,
            erasure_root=NO_HASH,
            scheduling_parent=NO_HASH,
            reserved2=bytes(32),
            para_head=Hash(blake2_256(commitments.head_data)),
            validation_code_hash=code_hash,
        )

    def candidate(self, para: ParaId, commitments: CandidateCommitments | None = None) -> BackedCandidate:
        """A candidate on the block before, backed by the whole group of its core."""
        out = commitments or self.outputs(para)
        return self.backed(CommittedCandidateReceiptV2(self.descriptor(para, out), out))

    def backed(self, candidate: CommittedCandidateReceiptV2) -> BackedCandidate:
        """A candidate with the votes of the whole group of its core; the first one proposed it."""
        core = CoreIndex(candidate.descriptor.core_index)
        group = self.scheduler.group_assigned_to_core(core, self.now) or 0
        proposer, *others = self.scheduler.validator_groups.get()[group]
        votes: tuple[ValidityAttestation, ...] = (
            Implicit(self.vote(proposer, candidate, Implicit)),
            *(Explicit(self.vote(other, candidate, Explicit)) for other in others),
        )
        return BackedCandidate(candidate, votes, ((True,) * len(votes)) + core_bits(core))

    def outputs(
        self,
        para: ParaId,
        *,
        upward: tuple[bytes, ...] = (),
        across: tuple[tuple[ParaId, bytes], ...] = (),
        processed: int = 0,
        watermark: int | None = None,
        head: bytes | None = None,
        code: bytes | None = None,
    ) -> CandidateCommitments:
        """What a candidate on the block before puts out."""
        return CandidateCommitments(
            upward_messages=upward,
            horizontal_messages=tuple(OutboundHrmpMessage(to, data) for to, data in across),
            new_validation_code=None if code is None else ValidationCode(code),
            head_data=HeadData(b"head %d of %d" % (self.now, para) if head is None else head),
            processed_downward_messages=processed,
            hrmp_watermark=BlockNumber(self.now - 1 if watermark is None else watermark),
        )

    def vote(
        self,
        validator: int,
        candidate: CommittedCandidateReceiptV2,
        kind: type[Implicit] | type[Explicit],
    ) -> ValidatorSignature:
        """A validator's signature for a candidate."""
        unsigned = kind(ValidatorSignature(bytes(64)))
        descriptor, name = candidate.descriptor, CandidateHash(candidate.hash())
        payload = backing_payload(unsigned, name, descriptor.session_index, descriptor.relay_parent)
        return self.sign(validator, payload)

    def sign(self, validator: int, payload: bytes) -> ValidatorSignature:
        """A signature by a validator of this session; one who is none any more has kept its key."""
        active = self.shared.active_validator_keys.get()
        public = active[validator] if validator < len(active) else VALIDATORS[validator]
        return ValidatorSignature(sr25519.sign((public, SECRETS[public]), payload))


def core_bits(core: int) -> tuple[bool, ...]:
    """The bits behind those of the voters."""
    return tuple(bool(core >> place & 1) for place in range(CORE_INDEX_BITS))
