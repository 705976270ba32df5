"""Parachain blocks as the relay chain sees them: candidates, the votes for them, and disputes.

A **candidate** is a parachain block that wants to be included. Its **descriptor** says what was built where;
its **commitments** are what the block does outside its chain: messages, a new head, new code. The
**receipt** carries the hash of the commitments only; the **committed receipt** carries them in full.

A candidate is *backed* when enough validators of its group vouch for it, *available* when enough of all
validators say, by **bitfields** signed each block, that they hold their piece of its data. Only then does it
take effect.

Upstream: polkadot/primitives/src/v9/mod.rs, polkadot/parachain/src/primitives.rs,
polkadot/core-primitives/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar, NewType

from primitives.channels import OutboundHrmpMessage
from primitives.hashing import blake2_256
from primitives.header import Header
from primitives.ids import BlockNumber, Hash, ParaId, SessionIndex, ValidatorIndex
from primitives.record import Record
from primitives.scale.codec import U8, U16, U32, Bits, Bytes32, Bytes64, fixed_bytes
from primitives.scale.derive import codec

Bytes24 = Annotated[bytes, fixed_bytes(24)]

HeadData = NewType("HeadData", bytes)
"""What the relay chain remembers of a parachain's newest block; mostly its header."""

ValidationCode = NewType("ValidationCode", bytes)
"""The program that checks a parachain's blocks (its PVF: parachain validation function)."""

ValidationCodeHash = NewType("ValidationCodeHash", Bytes32)
"""The blake2-256 hash of a validation code."""

CandidateHash = NewType("CandidateHash", Bytes32)
"""The blake2-256 hash of a candidate's encoded receipt."""

ValidatorSignature = NewType("ValidatorSignature", Bytes64)
"""An sr25519 signature by a validator's key for parachains."""

AvailabilityBitfield = NewType("AvailabilityBitfield", Bits)
"""For each core: whether the validator holds its piece of the candidate pending there."""


def code_hash_of(code: ValidationCode) -> ValidationCodeHash:
    """The hash that a validation code is known by.

    Upstream: polkadot/parachain/src/primitives.rs `ValidationCode::hash`
    """
    return ValidationCodeHash(blake2_256(code))


class CandidateDescriptorV2(Record):
    """What a candidate was built on and from.

    Upstream: polkadot/primitives/src/v9/mod.rs `CandidateDescriptorV2`
    """

    para_id: ParaId

    relay_parent: Hash
    """The relay chain block in whose context the candidate runs."""

    version: U8
    core_index: U16

    session_index: SessionIndex
    """The session of the relay parent."""

    scheduling_session_offset: U8
    """Sessions from the relay parent to the scheduling parent."""

    reserved1: Bytes24

    persisted_validation_data_hash: Hash
    """Of what the validation code is given beside the block itself."""

    pov_hash: Hash
    """Of the block with its proof of validity."""

    erasure_root: Hash
    """Root over the pieces that the validators keep."""

    scheduling_parent: Hash
    """The relay chain block that gave the candidate its core; zeros: the relay parent."""

    reserved2: Bytes32

    para_head: Hash
    """Of the new head data."""

    validation_code_hash: ValidationCodeHash


class CandidateCommitments(Record):
    """What a candidate does outside its own chain.

    Upstream: polkadot/primitives/src/v9/mod.rs `CandidateCommitments`
    """

    upward_messages: tuple[bytes, ...]
    """Messages to the relay chain; after an empty one come signals instead."""

    horizontal_messages: tuple[OutboundHrmpMessage, ...]
    """Messages to other parachains, by ascending recipient."""

    new_validation_code: ValidationCode | None
    head_data: HeadData

    processed_downward_messages: U32
    """How many of the messages waiting for the parachain it has dealt with."""

    hrmp_watermark: BlockNumber
    """The relay chain block up to which it has dealt with all messages of other parachains."""

    def hash(self) -> Hash:
        """What stands in the receipt.

        Upstream: polkadot/primitives/src/v9/mod.rs `CandidateCommitments::hash`
        """
        return Hash(blake2_256(_COMMITMENTS.encode(self)))


class CandidateReceiptV2(Record):
    """A candidate with the hash of its commitments.

    Upstream: polkadot/primitives/src/v9/mod.rs `CandidateReceiptV2`
    """

    descriptor: CandidateDescriptorV2
    commitments_hash: Hash

    def hash(self) -> CandidateHash:
        """The candidate's name.

        Upstream: polkadot/primitives/src/v9/mod.rs `CandidateReceiptV2::hash`
        """
        return CandidateHash(blake2_256(_RECEIPT.encode(self)))


class CommittedCandidateReceiptV2(Record):
    """A candidate with its commitments.

    Upstream: polkadot/primitives/src/v9/mod.rs `CommittedCandidateReceiptV2`
    """

    descriptor: CandidateDescriptorV2
    commitments: CandidateCommitments

    def to_plain(self) -> CandidateReceiptV2:
        """The same candidate with the commitments' hash only.

        Upstream: polkadot/primitives/src/v9/mod.rs `CommittedCandidateReceiptV2::to_plain`
        """
        return CandidateReceiptV2(self.descriptor, self.commitments.hash())

    def hash(self) -> CandidateHash:
        """The candidate's name.

        Upstream: polkadot/primitives/src/v9/mod.rs `CommittedCandidateReceiptV2::hash`
        """
        return self.to_plain().hash()


class Implicit(Record, tag=1):
    """The validator proposed the candidate."""

    UNNAMED: ClassVar[bool] = True

    signature: ValidatorSignature


class Explicit(Record, tag=2):
    """The validator checked the candidate and found it valid."""

    UNNAMED: ClassVar[bool] = True

    signature: ValidatorSignature


ValidityAttestation = Implicit | Explicit
"""One validator's vote that a candidate is valid."""


class BackedCandidate(Record):
    """A candidate with the votes of its backing group.

    Upstream: polkadot/primitives/src/v9/mod.rs `BackedCandidate`
    """

    candidate: CommittedCandidateReceiptV2

    validity_votes: tuple[ValidityAttestation, ...]
    """In the order of the voters in the group."""

    validator_indices: Bits
    """Which of the group voted; eight more bits behind name the core."""


class UncheckedSignedAvailabilityBitfield(Record):
    """What a validator says it holds, with a signature nobody has checked yet.

    Upstream: polkadot/primitives/src/v9/signed.rs `UncheckedSigned`
    """

    payload: AvailabilityBitfield
    validator_index: ValidatorIndex
    signature: ValidatorSignature


class Explicit_(Record, tag=0):  # noqa: N801 - the plain name is that of an attestation above
    """Voted valid in the dispute itself."""


class BackingSeconded(Record, tag=1):
    """Proposed the candidate, on this relay parent."""

    UNNAMED: ClassVar[bool] = True

    relay_parent: Hash


class BackingValid(Record, tag=2):
    """Backed the candidate, on this relay parent."""

    UNNAMED: ClassVar[bool] = True

    relay_parent: Hash


class ApprovalChecking(Record, tag=3):
    """Approved the candidate."""


class ApprovalCheckingMultipleCandidates(Record, tag=4):
    """Approved several candidates with one signature."""

    UNNAMED: ClassVar[bool] = True

    candidates: tuple[CandidateHash, ...]


ValidDisputeStatementKind = (
    Explicit_ | BackingSeconded | BackingValid | ApprovalChecking | ApprovalCheckingMultipleCandidates
)
"""By which of its duties a validator said that a candidate is valid."""


class InvalidDisputeStatementKind(enum.Enum):
    """By which of its duties a validator said that a candidate is invalid.

    Upstream: polkadot/primitives/src/v9/mod.rs `InvalidDisputeStatementKind`
    """

    Explicit = 0


class Valid(Record, tag=0):
    """For the candidate."""

    UNNAMED: ClassVar[bool] = True

    kind: ValidDisputeStatementKind


class Invalid(Record, tag=1):
    """Against the candidate."""

    UNNAMED: ClassVar[bool] = True

    kind: InvalidDisputeStatementKind


DisputeStatement = Valid | Invalid
"""One side of a dispute."""


class DisputeStatementSet(Record):
    """Votes in the dispute over one candidate.

    Upstream: polkadot/primitives/src/v9/mod.rs `DisputeStatementSet`
    """

    candidate_hash: CandidateHash

    session: SessionIndex
    """The session in which the candidate was proposed."""

    statements: tuple[tuple[DisputeStatement, ValidatorIndex, ValidatorSignature], ...]


class InherentData(Record):
    """What the author of a relay chain block has to say about parachains.

    Upstream: polkadot/primitives/src/v9/mod.rs `InherentData`
    """

    bitfields: tuple[UncheckedSignedAvailabilityBitfield, ...]
    """By ascending validator."""

    backed_candidates: tuple[BackedCandidate, ...]
    """By ascending parachain."""

    disputes: tuple[DisputeStatementSet, ...]

    parent_header: Header
    """Of the block before."""


class ScrapedOnChainVotes(Record):
    """The votes that a block carried, kept for validators to look up.

    Upstream: polkadot/primitives/src/v9/mod.rs `ScrapedOnChainVotes`
    """

    session: SessionIndex
    backing_validators_per_candidate: tuple[
        tuple[CandidateReceiptV2, tuple[tuple[ValidatorIndex, ValidityAttestation], ...]], ...
    ]
    disputes: tuple[DisputeStatementSet, ...]


_COMMITMENTS = codec(CandidateCommitments)
_RECEIPT = codec(CandidateReceiptV2)
