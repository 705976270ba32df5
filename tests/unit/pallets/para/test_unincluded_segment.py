"""Blocks that are not included, and what they use up."""

from __future__ import annotations

import pytest

from pallets.para.relay_state import MessagingStateSnapshot, RelayDispatchQueueRemainingCapacity
from pallets.para.unincluded_segment import (
    Ancestor,
    HrmpChannelUpdate,
    HrmpOutboundLimits,
    OutboundBandwidthLimits,
    SegmentTracker,
    UsedBandwidth,
    appended,
    bandwidth_of,
    count_included,
    cut_down,
    limits_of,
    size_after_included,
    subtracted,
    with_head,
)
from primitives.channels import AbridgedHrmpChannel, OutboundHrmpMessage
from primitives.errors import Defect, InvalidBlock
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.validation import UpgradeGoAhead

A, B = ParaId(2000), ParaId(2001)
PLENTY = OutboundBandwidthLimits(
    100, 10_000, ((A, HrmpOutboundLimits(1_000, 10)), (B, HrmpOutboundLimits(1_000, 10)))
)
NUMBER = BlockNumber(10)


def hash_of(number: int) -> Hash:
    return Hash(bytes((number,)) * 32)


def block(
    *,
    messages: int = 0,
    size: int = 0,
    across: tuple[tuple[ParaId, HrmpChannelUpdate], ...] = (),
    consumed: UpgradeGoAhead | None = None,
) -> Ancestor:
    return Ancestor(UsedBandwidth(messages, size, across), None, consumed)


def append(
    tracker: SegmentTracker,
    ancestor: Ancestor,
    *,
    watermark: int = 10,
    limits: OutboundBandwidthLimits = PLENTY,
) -> SegmentTracker:
    return appended(tracker, ancestor, BlockNumber(watermark), NUMBER, limits)


def channel(
    *, msg_count: int, max_capacity: int, total_size: int, max_total_size: int
) -> AbridgedHrmpChannel:
    return AbridgedHrmpChannel(max_capacity, max_total_size, 15, msg_count, total_size, None)


STATE = MessagingStateSnapshot(
    hash_of(0),
    RelayDispatchQueueRemainingCapacity(1, 50),
    (),
    (
        (A, channel(msg_count=5, max_capacity=7, total_size=50, max_total_size=60)),
        (B, channel(msg_count=40, max_capacity=50, total_size=500, max_total_size=500)),
    ),
)


def test_limits_are_what_queues_and_channels_still_take() -> None:
    limits = limits_of(STATE)

    assert (limits.ump_messages_remaining, limits.ump_bytes_remaining) == (1, 50)
    assert dict(limits.hrmp_outgoing) == {A: HrmpOutboundLimits(10, 2), B: HrmpOutboundLimits(0, 10)}


def test_a_channel_that_holds_more_than_it_may_takes_nothing() -> None:
    overfull = channel(msg_count=9, max_capacity=7, total_size=61, max_total_size=60)

    limits = limits_of(
        MessagingStateSnapshot(
            hash_of(0), STATE.relay_dispatch_queue_remaining_capacity, (), ((A, overfull),)
        )
    )

    assert dict(limits.hrmp_outgoing) == {A: HrmpOutboundLimits(0, 0)}


def test_what_blocks_send_adds_up_for_each_recipient() -> None:
    tracker = append(SegmentTracker(), block(messages=1, size=4, across=((A, HrmpChannelUpdate(1, 10)),)))

    tracker = append(
        tracker,
        block(messages=2, size=3, across=((A, HrmpChannelUpdate(1, 5)), (B, HrmpChannelUpdate(1, 7)))),
    )

    assert tracker.used_bandwidth == UsedBandwidth(
        3, 7, ((A, HrmpChannelUpdate(2, 15)), (B, HrmpChannelUpdate(1, 7)))
    )


@pytest.mark.parametrize(
    ("ancestor", "said"),
    [
        (block(messages=101), "upward messages not included: expected at most 100, found 101"),
        (block(size=10_001), "bytes of upward messages not included: expected at most 10000, found 10001"),
        (
            block(across=((A, HrmpChannelUpdate(11, 0)),)),
            "messages to 2000 not included: expected at most 10, found 11",
        ),
        (
            block(across=((B, HrmpChannelUpdate(1, 1_001)),)),
            "bytes of messages to 2001 not included: expected at most 1000, found 1001",
        ),
    ],
)
def test_a_segment_over_a_limit_is_refused(ancestor: Ancestor, said: str) -> None:
    with pytest.raises(InvalidBlock) as refusal:
        append(SegmentTracker(), ancestor)

    assert str(refusal.value) == said


def test_exactly_the_limit_is_let_pass() -> None:
    full = block(messages=100, size=10_000, across=((A, HrmpChannelUpdate(10, 1_000)),))

    assert append(SegmentTracker(), full).used_bandwidth == full.used_bandwidth


def test_a_message_without_a_channel_cannot_be() -> None:
    with pytest.raises(Defect, match="to 3000, to whom there is no channel"):
        append(SegmentTracker(), block(across=((ParaId(3000), HrmpChannelUpdate(1, 1)),)))


def test_the_watermark_does_not_go_back() -> None:
    tracker = append(SegmentTracker(), block(), watermark=8)

    with pytest.raises(InvalidBlock, match="horizontal watermark: expected at least 8, found 7"):
        append(tracker, block(), watermark=7)


def test_the_watermark_may_stay() -> None:
    tracker = append(SegmentTracker(), block(), watermark=8)

    assert append(tracker, block(), watermark=8).hrmp_watermark == 8


def test_the_relay_parent_is_always_a_watermark() -> None:
    tracker = SegmentTracker(hrmp_watermark=BlockNumber(11))

    assert append(tracker, block(), watermark=12).hrmp_watermark == 10


def test_the_relay_chain_s_word_is_acted_on_once() -> None:
    tracker = append(SegmentTracker(), block(consumed=UpgradeGoAhead.GoAhead))

    with pytest.raises(InvalidBlock, match="upgrade signal acted on: expected once, found again"):
        append(tracker, block(consumed=UpgradeGoAhead.GoAhead))


def test_later_blocks_leave_it_noted_until_the_block_that_acted_goes() -> None:
    acting, other = block(consumed=UpgradeGoAhead.Abort), block()
    tracker = append(append(SegmentTracker(), acting), other)

    without_it = subtracted(tracker, acting)

    assert tracker.consumed_go_ahead_signal is UpgradeGoAhead.Abort
    assert without_it.consumed_go_ahead_signal is None


def test_an_included_block_gives_back_what_it_used() -> None:
    first = block(messages=1, size=4, across=((A, HrmpChannelUpdate(1, 10)), (B, HrmpChannelUpdate(1, 3))))
    second = block(messages=2, size=3, across=((A, HrmpChannelUpdate(1, 5)),))
    tracker = append(append(SegmentTracker(), first, watermark=8), second, watermark=9)

    left = subtracted(tracker, first)

    assert left.used_bandwidth == second.used_bandwidth
    assert left.hrmp_watermark == 9


def test_a_block_that_acted_otherwise_than_its_segment_cannot_be() -> None:
    with pytest.raises(Defect, match="the segment acted on None"):
        subtracted(SegmentTracker(), block(consumed=UpgradeGoAhead.GoAhead))


def test_blocks_up_to_the_included_head_are_counted() -> None:
    segment = tuple(Ancestor(UsedBandwidth(), hash_of(number), None) for number in (1, 2, 3))

    assert [count_included(segment, hash_of(number)) for number in (1, 2, 3, 9)] == [1, 2, 3, 0]
    assert size_after_included(segment, hash_of(2)) == 1
    assert size_after_included((), hash_of(2)) == 0


def test_the_newest_block_learns_its_head_when_the_next_begins() -> None:
    segment = (block(messages=1), block(messages=2))

    headed = with_head(segment, hash_of(5))

    assert [each.para_head_hash for each in headed] == [None, hash_of(5)]
    assert with_head((), hash_of(5)) == ()


def test_queues_are_cut_down_by_what_is_under_way() -> None:
    used = UsedBandwidth(1, 20, ((A, HrmpChannelUpdate(1, 7)), (ParaId(9), HrmpChannelUpdate(1, 1))))

    less = cut_down(STATE, used)

    assert less.relay_dispatch_queue_remaining_capacity == RelayDispatchQueueRemainingCapacity(0, 30)
    assert dict(less.egress_channels)[A].total_size == 57
    assert dict(less.egress_channels)[A].msg_count == 6
    assert dict(less.egress_channels)[B] == dict(STATE.egress_channels)[B]


def test_a_channel_is_never_fuller_than_full() -> None:
    less = cut_down(STATE, UsedBandwidth(9, 99, ((A, HrmpChannelUpdate(9, 99)),)))

    assert less.relay_dispatch_queue_remaining_capacity == RelayDispatchQueueRemainingCapacity(0, 0)
    assert (dict(less.egress_channels)[A].msg_count, dict(less.egress_channels)[A].total_size) == (7, 60)


def test_a_block_s_bandwidth_is_listed_by_recipient() -> None:
    sent = (OutboundHrmpMessage(B, b"12"), OutboundHrmpMessage(A, b"123"))

    assert bandwidth_of(3, 30, sent) == UsedBandwidth(
        3, 30, ((A, HrmpChannelUpdate(1, 3)), (B, HrmpChannelUpdate(1, 2)))
    )
