"""What the XcmpQueue pallet stores, says and refuses.

What goes to a sibling in one horizontal message is a **page**: a byte that names its format, then

| format | what follows |
|---|---|
| 0 | programs, each with its version, one behind the other |
| 1 | bytes of no meaning here; dropped |
| 2 | **signals**: one byte each, 0 to suspend, 1 to resume |
| 3 | programs, each behind its length: where they end shows without decoding them |

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs, cumulus/primitives/core/src/lib.rs
"""

from __future__ import annotations

import enum
from collections.abc import Callable

from pallets.message_queue_footprints import BatchFootprint
from primitives.errors import ErrorCode
from primitives.ids import ParaId
from primitives.record import Record, replace
from primitives.scale.codec import U16, U32, Bytes32
from primitives.weights import ZERO_WEIGHT, Weight


class XcmpMessageFormat(enum.Enum):
    """What a page holds; its first byte.

    Upstream: cumulus/primitives/core/src/lib.rs `XcmpMessageFormat`
    """

    ConcatenatedVersionedXcm = 0
    ConcatenatedEncodedBlob = 1
    Signals = 2
    ConcatenatedOpaqueVersionedXcm = 3


FORMATS = {each.value: each for each in XcmpMessageFormat}

OPAQUE_PAGE = bytes((XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm.value,))
"""An empty page of the newest format: tells the recipient that we read it."""


class ChannelSignal(enum.Enum):
    """What one end of a channel asks of the other.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `ChannelSignal`
    """

    Suspend = 0
    Resume = 1


class OutboundState(enum.Enum):
    """Whether the recipient takes pages now.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `OutboundState`
    """

    Ok = 0
    Suspended = 1


class OutboundChannelFlags(Record):
    """What is known of the formats that both ends read.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `OutboundChannelFlags`
    """

    bits: U32 = 0

    def has(self, flag: int) -> bool:
        """Whether a flag is set, or one of several."""
        return self.bits & flag != 0

    def with_flag(self, flag: int) -> OutboundChannelFlags:
        """The flags with one more set."""
        return OutboundChannelFlags(self.bits | flag)


READS_OPAQUE = 1
"""The recipient sent us a page of the opaque format, so it reads them too."""

WAS_TOLD = 2
"""The recipient was told that we read the opaque format."""


class OutboundChannelDetails(Record):
    """A channel out, from the first that is sent in it (or heard of its recipient) until it is closed.

    Pages wait under the indices from `first_index` up to `last_index`, which itself is not one of them.
    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `OutboundChannelDetails`
    """

    recipient: ParaId
    state: OutboundState = OutboundState.Ok
    signals_exist: bool = False
    """Whether a page of signals waits; it goes before all others."""

    first_index: U16 = 0
    last_index: U16 = 0
    flags: OutboundChannelFlags = OutboundChannelFlags()

    @property
    def pages(self) -> int:
        """Pages that wait, without signals."""
        return self.last_index - self.first_index

    def with_flag(self, flag: int) -> OutboundChannelDetails:
        """The channel with one more flag set."""
        return replace(self, flags=self.flags.with_flag(flag))


class QueueConfigData(Record):
    """How many pages of messages a sibling may have waiting here.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `QueueConfigData`
    """

    suspend_threshold: U32
    """With so many it is asked to stop."""

    drop_threshold: U32
    """With so many, what needs one more is dropped."""

    resume_threshold: U32
    """Once there are no more than so many left it may go on."""

    def is_valid(self) -> bool:
        """Whether the thresholds are in order.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `QueueConfigData::validate`
        """
        return 0 < self.resume_threshold < self.suspend_threshold <= self.drop_threshold


DEFAULT_CONFIG = QueueConfigData(suspend_threshold=32, drop_threshold=48, resume_threshold=8)
"""What holds until thresholds are set."""


class XcmpMessageSent(Record, tag=0):
    """A message waits to be sent to a sibling."""

    message_hash: Bytes32


Event = XcmpMessageSent


class Error(ErrorCode):
    """Why a call of XcmpQueue fails."""

    BadQueueConfig = enum.auto()
    """The thresholds are not in order."""
    AlreadySuspended = enum.auto()
    """Execution is suspended."""
    AlreadyResumed = enum.auto()
    """Execution is not suspended."""
    TooManyActiveOutboundChannels = enum.auto()
    """There is no room for another channel."""
    TooBig = enum.auto()
    """The message is too long."""


class MessageSendError(enum.Enum):
    """Why a message cannot join those that wait for a channel.

    Upstream: cumulus/primitives/core/src/lib.rs `MessageSendError`
    """

    QueueFull = enum.auto()
    NoChannel = enum.auto()
    TooBig = enum.auto()
    Other = enum.auto()
    TooManyChannels = enum.auto()


class XcmpQueueConstants(Record):
    """What a runtime fixes for its XcmpQueue pallet."""

    max_inbound_suspended: U32
    """Siblings that may be suspended at once."""

    max_active_outbound_channels: U32
    """Channels out that are kept at once."""

    max_page_size: U32
    """Bytes that a page may have."""


class XcmpQueueRules(Record):
    """What differs between releases of this pallet."""

    opaque_pages: bool = True
    """Whether pages with lengths are known: read, and made for siblings that read them. Where they are not,
    nobody is told of them, and a channel out is forgotten once nothing waits in it.
    """


NEWEST_RULES = XcmpQueueRules()

Growth = Callable[[int], Weight]
"""A weight that grows with a number."""


class XcmpQueueWeights(Record):
    """What taking messages in costs, reads and writes included.

    Upstream: cumulus/pallets/xcmp-queue/src/weights.rs `WeightInfo`
    """

    enqueue_n_bytes_xcmp_message: Growth
    enqueue_n_empty_xcmp_messages: Growth
    enqueue_empty_xcmp_message_at: Growth
    enqueue_n_full_pages: Growth
    take_first_concatenated_xcm: Growth
    suspend_channel: Weight
    resume_channel: Weight

    def uncached_enqueue(self) -> Weight:
        """What a sender's first messages in a block cost besides.

        Upstream: cumulus/pallets/xcmp-queue/src/weights_ext.rs
        `WeightInfoExt::uncached_enqueue_xcmp_messages`
        """
        return self.enqueue_n_full_pages(0)

    def enqueue(self, first_page_pos: int, batch: BatchFootprint, *, is_first_sender_batch: bool) -> Weight:
        """What it costs to put messages into the queue.

        Only a sender's first ones pay for the size of the page that they join.
        Upstream: cumulus/pallets/xcmp-queue/src/weights_ext.rs `WeightInfoExt::enqueue_xcmp_messages`
        """
        messages, full_pages = self.enqueue_n_empty_xcmp_messages, self.enqueue_n_full_pages
        new_pages = batch.new_pages_count
        in_full_page = full_pages(1).saturating_sub(messages(1))
        pages = beyond(full_pages, new_pages).saturating_sub(in_full_page.saturating_mul(new_pages))
        position = beyond(self.enqueue_empty_xcmp_message_at, first_page_pos)
        if not is_first_sender_batch:
            position = Weight(position.ref_time, 0)
        total = pages.saturating_add(beyond(messages, batch.msgs_count))
        total = total.saturating_add(beyond(self.enqueue_n_bytes_xcmp_message, batch.size_in_bytes))
        return total.saturating_add(position)


def beyond(weight: Growth, number: int) -> Weight:
    """How much more so many weigh than none."""
    return weight(number).saturating_sub(weight(0)) if number else ZERO_WEIGHT
