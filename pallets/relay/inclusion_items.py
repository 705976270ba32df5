"""What the ParaInclusion pallet stores, says and refuses, and what validators sign for it.

Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar

from pallets.relay.scheduler import GroupIndex
from pallets.relay.upward import UpwardMessagesReceived
from primitives.candidates import (
    AvailabilityBitfield,
    BackedCandidate,
    CandidateCommitments,
    CandidateDescriptorV2,
    CandidateHash,
    CandidateReceiptV2,
    HeadData,
    Implicit,
    ValidityAttestation,
)
from primitives.errors import ErrorCode
from primitives.ids import BlockNumber, CoreIndex, Hash, SessionIndex
from primitives.record import Record, replace
from primitives.scale.codec import Bits, Codec
from primitives.scale.derive import codec

CORE_INDEX_BITS = 8
"""Bits behind those of the voters, in which the core is named."""


class CandidatePendingAvailability(Record):
    """A backed candidate whose data is not known to be held by enough validators yet.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `CandidatePendingAvailability`
    """

    core: CoreIndex
    hash: CandidateHash
    descriptor: CandidateDescriptorV2
    commitments: CandidateCommitments

    availability_votes: Bits
    """For each validator: whether it holds its piece."""

    backers: Bits
    """For each validator: whether it backed the candidate."""

    relay_parent_number: BlockNumber
    backed_in_number: BlockNumber
    backing_group: GroupIndex

    def receipt(self) -> CandidateReceiptV2:
        """The candidate with the hash of its commitments."""
        return CandidateReceiptV2(self.descriptor, self.commitments.hash())

    def with_votes(self, validators: set[int]) -> CandidatePendingAvailability:
        """The same with these validators holding their pieces, besides those who did."""
        votes = tuple(vote or index in validators for index, vote in enumerate(self.availability_votes))
        return replace(self, availability_votes=votes)


class CandidateBacked(Record, tag=0):
    """A candidate was backed."""

    UNNAMED: ClassVar[bool] = True

    receipt: CandidateReceiptV2
    head_data: HeadData
    core: CoreIndex
    group: GroupIndex


class CandidateIncluded(Record, tag=1):
    """A candidate was included: it counts from now on."""

    UNNAMED: ClassVar[bool] = True

    receipt: CandidateReceiptV2
    head_data: HeadData
    core: CoreIndex
    group: GroupIndex


class CandidateTimedOut(Record, tag=2):
    """A candidate was not available in time, and is dropped."""

    UNNAMED: ClassVar[bool] = True

    receipt: CandidateReceiptV2
    head_data: HeadData
    core: CoreIndex


Event = CandidateBacked | CandidateIncluded | CandidateTimedOut | UpwardMessagesReceived


class Error(ErrorCode):
    """Why a candidate is not backed.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Error`
    """

    ValidatorIndexOutOfBounds = enum.auto()
    """There is no such validator."""

    UnscheduledCandidate = enum.auto()
    """The parachain has no code, or no core."""

    HeadDataTooLarge = enum.auto()
    """Its head is too long."""

    PrematureCodeUpgrade = enum.auto()
    """It brings new code, and the parachain may not do that now."""

    NewCodeTooLarge = enum.auto()
    """Its new code is too long."""

    DisallowedRelayParent = enum.auto()
    """Its relay parent is too old, unknown, or older than that of the block before."""

    DisallowedSchedulingParent = enum.auto()
    """Its scheduling parent is too old, or unknown."""

    InvalidAssignment = enum.auto()
    """It is for a core that is not the parachain's."""

    InvalidGroupIndex = enum.auto()
    """No group looks after its core."""

    InsufficientBacking = enum.auto()
    """Too few validators vouch for it."""

    InvalidBacking = enum.auto()
    """The votes for it do not hold."""

    ValidationDataHashMismatch = enum.auto()
    """It was made from other data than the chain has."""

    IncorrectDownwardMessageHandling = enum.auto()
    """It processed none of the messages that wait, or too many."""

    InvalidUpwardMessages = enum.auto()
    """It sends messages up that may not be sent."""

    HrmpWatermarkMishandling = enum.auto()
    """It reports a progress that it cannot have made."""

    InvalidOutboundHrmp = enum.auto()
    """It sends messages across that may not be sent."""

    InvalidValidationCodeHash = enum.auto()
    """It was made with other code than the parachain's."""

    ParaHeadMismatch = enum.auto()
    """Its head is not what its descriptor says."""


# Why a candidate's outputs are not accepted.


class HeadDataTooLarge(Record):
    """The head is too long."""


class PrematureCodeUpgrade(Record):
    """The parachain may not bring new code now."""


class NewCodeTooLarge(Record):
    """The new code is too long."""


class ProcessedDownwardMessages(Record):
    """The number of processed messages is wrong."""

    reason: Record


class UpwardMessagesFault(Record):
    """The upward messages may not be sent."""

    reason: Record


class HrmpWatermark(Record):
    """The watermark is wrong."""

    reason: Record


class OutboundHrmp(Record):
    """The horizontal messages may not be sent."""

    reason: Record


DISPATCH_ERRORS: dict[type[Record], Error] = {
    HeadDataTooLarge: Error.HeadDataTooLarge,
    PrematureCodeUpgrade: Error.PrematureCodeUpgrade,
    NewCodeTooLarge: Error.NewCodeTooLarge,
    ProcessedDownwardMessages: Error.IncorrectDownwardMessageHandling,
    UpwardMessagesFault: Error.InvalidUpwardMessages,
    HrmpWatermark: Error.HrmpWatermarkMishandling,
    OutboundHrmp: Error.InvalidOutboundHrmp,
}
"""The error of the pallet for each reason.

Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `AcceptanceCheckErr::strip_into_dispatch_err`
"""


class OccupiedCoreAssumption(enum.Enum):
    """What somebody who asks takes for granted about the candidates of a parachain that wait.

    Upstream: polkadot/primitives/src/v9/mod.rs `OccupiedCoreAssumption`
    """

    Included = 0
    """They have taken effect."""

    TimedOut = 1
    """They were dropped."""

    Free = 2
    """There are none."""


# What validators sign.


def voters_and_core(candidate: BackedCandidate) -> tuple[Bits, CoreIndex | None]:
    """Which of the group voted, and the core that is named behind; None if there is no room for it.

    Upstream: polkadot/primitives/src/v9/mod.rs `BackedCandidate::validator_indices_and_core_index`
    """
    bits = candidate.validator_indices
    split = len(bits) - CORE_INDEX_BITS
    if split <= 0:
        return bits, None
    core = sum(bit << place for place, bit in enumerate(bits[split:]))
    return bits[:split], CoreIndex(core)


def backing_payload(
    attestation: ValidityAttestation, candidate: CandidateHash, session: SessionIndex, parent: Hash
) -> bytes:
    """What a backer signs: whether it proposed the candidate or found it valid, in which session, on which
    block.

    Upstream: polkadot/primitives/src/v9/mod.rs `ValidityAttestation::signed_payload`
    """
    statement = b"\x01" if isinstance(attestation, Implicit) else b"\x02"
    return b"BKNG" + statement + candidate + _SESSION.encode(session) + parent


def bitfield_payload(bitfield: AvailabilityBitfield, session: SessionIndex, parent: Hash) -> bytes:
    """What a validator signs that holds pieces: which, in which session, on which block.

    Upstream: polkadot/primitives/src/v9/signed.rs `SigningContext`
    """
    return _BITFIELD.encode(bitfield) + _SESSION.encode(session) + parent


_BITFIELD: Codec[AvailabilityBitfield] = codec(AvailabilityBitfield)
_SESSION: Codec[SessionIndex] = codec(SessionIndex)
