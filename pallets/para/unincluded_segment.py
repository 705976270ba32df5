"""Blocks that the relay chain has not included yet, and what they use up of what may be sent.

A parachain builds on its own blocks before the relay chain knows them. What such blocks send is not in the
relay parent's queues yet, but it will be; so the limits that a block reads off the relay parent are cut down
by what its parents used: their **bandwidth**. The parents that are not included are the **unincluded
segment**.

Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pallets.para.relay_state import MessagingStateSnapshot, RelayDispatchQueueRemainingCapacity
from primitives.arithmetic import saturating_sub
from primitives.channels import AbridgedHrmpChannel, OutboundHrmpMessage
from primitives.errors import Defect, InvalidBlock
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.record import Record, replace
from primitives.scale.codec import U32
from primitives.validation import UpgradeGoAhead


class HrmpChannelUpdate(Record):
    """What was sent through one channel.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `HrmpChannelUpdate`
    """

    msg_count: U32 = 0
    total_bytes: U32 = 0


class UsedBandwidth(Record):
    """What a block sent, or several did together.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `UsedBandwidth`
    """

    ump_msg_count: U32 = 0
    """Messages up; signals do not count."""

    ump_total_bytes: U32 = 0

    hrmp_outgoing: tuple[tuple[ParaId, HrmpChannelUpdate], ...] = ()
    """By ascending recipient."""


class Ancestor(Record):
    """A block of the unincluded segment.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `Ancestor`
    """

    used_bandwidth: UsedBandwidth

    para_head_hash: Hash | None
    """Of the block's head data; known when the next block begins."""

    consumed_go_ahead_signal: UpgradeGoAhead | None
    """The relay chain's word on new code, if this block acted on it."""


class SegmentTracker(Record):
    """What the unincluded segment comes to.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `SegmentTracker`
    """

    used_bandwidth: UsedBandwidth = UsedBandwidth()
    hrmp_watermark: BlockNumber | None = None
    """Of the newest block; stays when blocks are dropped."""

    consumed_go_ahead_signal: UpgradeGoAhead | None = None
    """The relay chain's word on new code, if a block of the segment acted on it."""


class HrmpOutboundLimits(Record):
    """What a channel still takes."""

    bytes_remaining: int
    messages_remaining: int


class OutboundBandwidthLimits(Record):
    """What the whole unincluded segment may send.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `OutboundBandwidthLimits`
    """

    ump_messages_remaining: int
    ump_bytes_remaining: int
    hrmp_outgoing: tuple[tuple[ParaId, HrmpOutboundLimits], ...]


def limits_of(state: MessagingStateSnapshot) -> OutboundBandwidthLimits:
    """What may be sent as the relay parent stands.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs
    `OutboundBandwidthLimits::from_relay_chain_state`
    """
    capacity = state.relay_dispatch_queue_remaining_capacity
    channels = tuple((para, _limits_of_channel(channel)) for para, channel in state.egress_channels)
    return OutboundBandwidthLimits(capacity.remaining_count, capacity.remaining_size, channels)


def _limits_of_channel(channel: AbridgedHrmpChannel) -> HrmpOutboundLimits:
    return HrmpOutboundLimits(
        bytes_remaining=saturating_sub(channel.max_total_size, channel.total_size),
        messages_remaining=saturating_sub(channel.max_capacity, channel.msg_count),
    )


def bandwidth_of(
    upward_count: int, upward_bytes: int, outbound: Iterable[OutboundHrmpMessage]
) -> UsedBandwidth:
    """What a block used; it sends one message through each channel at most."""
    across = tuple((each.recipient, HrmpChannelUpdate(1, len(each.data))) for each in outbound)
    return UsedBandwidth(upward_count, upward_bytes, tuple(sorted(across, key=lambda each: each[0])))


def appended(
    tracker: SegmentTracker,
    block: Ancestor,
    watermark: BlockNumber,
    relay_parent_number: BlockNumber,
    limits: OutboundBandwidthLimits,
) -> SegmentTracker:
    """The segment with one more block; raises `InvalidBlock` where the block says what it may not say, or
    goes past a limit.

    Checked in this order: new code acted upon twice; a watermark that goes back, unless it is the relay
    parent; messages up, their bytes; then for each channel its messages and their bytes.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `SegmentTracker::append`
    """
    consumed, latest = block.consumed_go_ahead_signal, tracker.hrmp_watermark
    if tracker.consumed_go_ahead_signal is not None and consumed is not None:
        raise InvalidBlock("upgrade signal acted on", "once", "again, by a block that is not included")
    watermark = min(watermark, relay_parent_number)
    if latest is not None and watermark != relay_parent_number and watermark < latest:
        raise InvalidBlock("horizontal watermark", f"at least {latest}", watermark)
    return SegmentTracker(
        used_bandwidth=_sum(tracker.used_bandwidth, block.used_bandwidth, limits),
        hrmp_watermark=watermark,
        consumed_go_ahead_signal=consumed or tracker.consumed_go_ahead_signal,
    )


def _sum(one: UsedBandwidth, other: UsedBandwidth, limits: OutboundBandwidthLimits) -> UsedBandwidth:
    """Both together, if that is within the limits."""
    count, size = one.ump_msg_count + other.ump_msg_count, one.ump_total_bytes + other.ump_total_bytes
    _check("upward messages not included", count, limits.ump_messages_remaining)
    _check("bytes of upward messages not included", size, limits.ump_bytes_remaining)
    channels, limit = dict(one.hrmp_outgoing), dict(limits.hrmp_outgoing)
    for recipient, update in other.hrmp_outgoing:
        if recipient not in limit:
            raise Defect(f"a message was sent to {recipient}, to whom there is no channel")
        before = channels.get(recipient, HrmpChannelUpdate())
        messages, size_across = before.msg_count + update.msg_count, before.total_bytes + update.total_bytes
        what = f"messages to {recipient} not included"
        _check(what, messages, limit[recipient].messages_remaining)
        _check(f"bytes of {what}", size_across, limit[recipient].bytes_remaining)
        channels[recipient] = HrmpChannelUpdate(messages, size_across)
    return UsedBandwidth(count, size, tuple(sorted(channels.items())))


def _check(what: str, found: int, most: int) -> None:
    if found > most:
        raise InvalidBlock(what, f"at most {most}", found)


def subtracted(tracker: SegmentTracker, block: Ancestor) -> SegmentTracker:
    """The segment without its oldest block, which was included.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `SegmentTracker::subtract`
    """
    used, gone, signal = tracker.used_bandwidth, block.used_bandwidth, block.consumed_go_ahead_signal
    if signal is not None and signal is not tracker.consumed_go_ahead_signal:
        raise Defect(f"the segment acted on {tracker.consumed_go_ahead_signal}, a block of it on {signal}")
    channels = dict(used.hrmp_outgoing)
    for recipient, update in gone.hrmp_outgoing:
        before = channels[recipient]
        left = HrmpChannelUpdate(before.msg_count - update.msg_count, before.total_bytes - update.total_bytes)
        channels[recipient] = left
    rest = tuple((para, update) for para, update in channels.items() if update != HrmpChannelUpdate())
    return replace(
        tracker,
        used_bandwidth=UsedBandwidth(
            used.ump_msg_count - gone.ump_msg_count, used.ump_total_bytes - gone.ump_total_bytes, rest
        ),
        consumed_go_ahead_signal=None if signal is not None else tracker.consumed_go_ahead_signal,
    )


def count_included(segment: Sequence[Ancestor], included_head: Hash) -> int:
    """How many blocks from the front of the segment are included, given the newest that is; none, if it is
    not in the segment.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::maybe_drop_included_ancestors`
    """
    heads = [block.para_head_hash for block in segment]
    return heads.index(included_head) + 1 if included_head in heads else 0


def size_after_included(segment: Sequence[Ancestor], included_head: Hash) -> int:
    """How long the segment is once this head is known to be included.

    Upstream: cumulus/pallets/parachain-system/src/unincluded_segment.rs `size_after_included`
    """
    return len(segment) - count_included(segment, included_head)


def cut_down(state: MessagingStateSnapshot, used: UsedBandwidth) -> MessagingStateSnapshot:
    """The relay parent's queues with what the unincluded segment sent already in them; channels that are
    closed meanwhile are passed over.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::adjust_egress_bandwidth_limits`
    """
    capacity, sent = state.relay_dispatch_queue_remaining_capacity, dict(used.hrmp_outgoing)
    return replace(
        state,
        egress_channels=tuple(
            (para, _filled(channel, sent.get(para))) for para, channel in state.egress_channels
        ),
        relay_dispatch_queue_remaining_capacity=RelayDispatchQueueRemainingCapacity(
            saturating_sub(capacity.remaining_count, used.ump_msg_count),
            saturating_sub(capacity.remaining_size, used.ump_total_bytes),
        ),
    )


def _filled(channel: AbridgedHrmpChannel, sent: HrmpChannelUpdate | None) -> AbridgedHrmpChannel:
    if sent is None:
        return channel
    return replace(
        channel,
        total_size=min(channel.total_size + sent.total_bytes, channel.max_total_size),
        msg_count=min(channel.msg_count + sent.msg_count, channel.max_capacity),
    )


def with_head(segment: Sequence[Ancestor], parent: Hash) -> tuple[Ancestor, ...]:
    """The segment with the hash of its newest block, which the next block knows as its parent.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Hooks::on_initialize`
    """
    return (*segment[:-1], replace(segment[-1], para_head_hash=parent)) if segment else ()
