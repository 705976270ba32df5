"""What the Hrmp pallet says and refuses: its events, its errors, and why outputs are not accepted.

Upstream: polkadot/runtime/parachains/src/hrmp.rs
"""

from __future__ import annotations

import enum

from primitives.channels import HrmpChannelId
from primitives.errors import ErrorCode
from primitives.ids import BlockNumber, ParaId
from primitives.record import Record
from primitives.scale.codec import U32


class OpenChannelRequested(Record, tag=0):
    """A parachain asked for a channel."""

    sender: ParaId
    recipient: ParaId
    proposed_max_capacity: U32
    proposed_max_message_size: U32


class OpenChannelCanceled(Record, tag=1):
    """A request that nobody had accepted was taken back."""

    by_parachain: ParaId
    channel_id: HrmpChannelId


class OpenChannelAccepted(Record, tag=2):
    """A request was accepted; the channel opens with the next session."""

    sender: ParaId
    recipient: ParaId


class ChannelClosed(Record, tag=3):
    """One end asked to close a channel; it closes with the next session."""

    by_parachain: ParaId
    channel_id: HrmpChannelId


class HrmpChannelForceOpened(Record, tag=4):
    """Governance asked for and accepted a channel at once."""

    sender: ParaId
    recipient: ParaId
    proposed_max_capacity: U32
    proposed_max_message_size: U32


class HrmpSystemChannelOpened(Record, tag=5):
    """A channel with a system chain was asked for and accepted at once."""

    sender: ParaId
    recipient: ParaId
    proposed_max_capacity: U32
    proposed_max_message_size: U32


class OpenChannelDepositsUpdated(Record, tag=6):
    """The deposits of a channel were brought to what the configuration asks for."""

    sender: ParaId
    recipient: ParaId


Event = (
    OpenChannelRequested
    | OpenChannelCanceled
    | OpenChannelAccepted
    | ChannelClosed
    | HrmpChannelForceOpened
    | HrmpSystemChannelOpened
    | OpenChannelDepositsUpdated
)


class Error(ErrorCode):
    """Why a call of Hrmp fails."""

    OpenHrmpChannelToSelf = enum.auto()
    """A parachain cannot have a channel to itself."""
    OpenHrmpChannelInvalidRecipient = enum.auto()
    """The recipient is no parachain, or is coming or going."""
    OpenHrmpChannelZeroCapacity = enum.auto()
    """A channel must hold at least one message."""
    OpenHrmpChannelCapacityExceedsLimit = enum.auto()
    """The configuration does not allow so many messages."""
    OpenHrmpChannelZeroMessageSize = enum.auto()
    """Messages must be allowed at least one byte."""
    OpenHrmpChannelMessageSizeExceedsLimit = enum.auto()
    """The configuration does not allow so long messages."""
    OpenHrmpChannelAlreadyExists = enum.auto()
    """The channel is open."""
    OpenHrmpChannelAlreadyRequested = enum.auto()
    """The channel was asked for already."""
    OpenHrmpChannelLimitExceeded = enum.auto()
    """The sender has as many channels and requests as it may have."""
    AcceptHrmpChannelDoesntExist = enum.auto()
    """Nobody asked for this channel."""
    AcceptHrmpChannelAlreadyConfirmed = enum.auto()
    """The request was accepted already."""
    AcceptHrmpChannelLimitExceeded = enum.auto()
    """The recipient has as many channels and accepted requests as it may have."""
    CloseHrmpChannelUnauthorized = enum.auto()
    """Only the two ends may close a channel."""
    CloseHrmpChannelDoesntExist = enum.auto()
    """There is no such channel to close."""
    CloseHrmpChannelAlreadyUnderway = enum.auto()
    """The channel closes already."""
    CancelHrmpOpenChannelUnauthorized = enum.auto()
    """Only the two ends may take a request back."""
    OpenHrmpChannelDoesntExist = enum.auto()
    """There is no such request or channel."""
    OpenHrmpChannelAlreadyConfirmed = enum.auto()
    """The request was accepted and cannot be taken back."""
    WrongWitness = enum.auto()
    """There is more to do than the caller said."""
    ChannelCreationNotAuthorized = enum.auto()
    """Only channels with system chains can be made this way."""


class AheadRelayParent(Record):
    """The new watermark lies after the relay parent."""

    new_watermark: BlockNumber
    relay_chain_parent_number: BlockNumber


class AdvancementRule(Record):
    """The new watermark lies before the last one."""

    new_watermark: BlockNumber
    last_watermark: BlockNumber


class LandsOnBlockWithNoMessages(Record):
    """The new watermark is neither the relay parent nor a block with messages for this parachain."""

    new_watermark: BlockNumber


class MoreMessagesThanPermitted(Record):
    """A candidate sends too many horizontal messages."""

    sent: int
    permitted: int


class NotSorted(Record):
    """Recipients must ascend; so there is one message for each at most."""

    idx: int


class NoSuchChannel(Record):
    """There is no channel to this recipient."""

    idx: int
    channel_id: HrmpChannelId


class MaxMessageSizeExceeded(Record):
    """The channel does not take so long a message."""

    idx: int
    msg_size: int
    max_size: int


class TotalSizeExceeded(Record):
    """The channel would hold too many bytes."""

    idx: int
    total_size: int
    limit: int


class CapacityExceeded(Record):
    """The channel would hold too many messages."""

    idx: int
    count: int
    limit: int
