"""XcmpQueue, the way out: the scenarios of upstream's own tests; the number is theirs in the fact sheet."""

from __future__ import annotations

import pytest

from pallets.para.xcmp_channels import NotQueued
from pallets.para.xcmp_queue_items import (
    ChannelSignal,
    MessageSendError,
    OutboundChannelDetails,
    OutboundChannelFlags,
    OutboundState,
    XcmpMessageFormat,
)
from primitives.arithmetic import FIXED_ONE, U16_MAX
from primitives.ids import ParaId
from primitives.record import replace
from tests.support.xcmp_world import XcmpWorld

A, B, C = ParaId(2000), ParaId(2001), ParaId(2002)
PLAIN, OPAQUE = XcmpMessageFormat.ConcatenatedVersionedXcm, XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm
NEWS = b"\x03"
TOLD = OutboundChannelFlags(2)


def world(*open_to: ParaId, **limits: int) -> XcmpWorld:
    made = XcmpWorld()
    for para in open_to or (A,):
        made.open_channel(para, **limits)
    return made


def send(made: XcmpWorld, para: ParaId, fragment: bytes, kind: XcmpMessageFormat = PLAIN) -> None:
    made.outbound.send_fragment(para, kind, fragment)


def channel(made: XcmpWorld, para: ParaId = A) -> OutboundChannelDetails:
    found = made.outbound.outbound_channel(para)
    assert found is not None
    return found


def order(made: XcmpWorld) -> list[ParaId]:
    return [each.recipient for each in made.outbound.outbound_xcmp_status.get()]


def pages(made: XcmpWorld, para: ParaId = A) -> list[bytes]:
    found = channel(made, para)
    return [
        made.outbound.outbound_xcmp_messages[para, index]
        for index in range(found.first_index, found.last_index)
    ]


def refusal(made: XcmpWorld, para: ParaId, fragment: bytes) -> MessageSendError:
    with pytest.raises(NotQueued) as caught:
        send(made, para, fragment)
    return caught.value.reason


# --------------------------------------------------------------------------------------------------- sending


def test_23_sending_needs_a_channel() -> None:
    made = XcmpWorld()
    assert refusal(made, A, b"a") is MessageSendError.NoChannel
    made.open_channel(A)
    send(made, A, b"a")
    assert pages(made) == [b"\x00a"]


def test_24_a_message_and_its_format_must_fit_into_a_page() -> None:
    made = world(max_message_size=100)
    send(made, A, bytes(99))
    assert refusal(made, A, bytes(100)) is MessageSendError.TooBig


def test_24_no_page_is_longer_than_this_chain_allows() -> None:
    made = world(max_message_size=200_000)
    assert refusal(made, A, bytes(103 * 1024)) is MessageSendError.TooBig


def test_27_a_fragment_that_does_not_fit_begins_a_page_and_leaves_the_last_one_as_it_was() -> None:
    made = world(max_message_size=10)
    send(made, A, b"aaaa")
    send(made, A, b"bbbbb")
    send(made, A, b"c")
    assert pages(made) == [b"\x00aaaabbbbb", b"\x00c"]
    assert channel(made) == OutboundChannelDetails(A, last_index=2)


def test_27_a_fragment_of_another_format_begins_a_page() -> None:
    made = world()
    send(made, A, b"a")
    send(made, A, b"\x04b", OPAQUE)
    send(made, A, b"\x04c", OPAQUE)
    assert pages(made) == [b"\x00a", b"\x03\x04b\x04c"]


def test_sending_an_opaque_page_tells_as_much_as_the_news_would() -> None:
    made = world()
    send(made, A, b"\x04b", OPAQUE)
    assert channel(made).flags == TOLD


def test_channels_out_are_bounded() -> None:
    made = world(A, B)
    made.outbound.constants = replace(made.outbound.constants, max_active_outbound_channels=1)
    send(made, A, b"a")
    assert refusal(made, B, b"b") is MessageSendError.TooManyChannels
    assert not made.outbound.send_signal(B, ChannelSignal.Suspend)
    made.outbound.suspend_channel(B)
    made.outbound.note_reads_opaque(B)
    assert order(made) == [A]
    send(made, A, b"a")


def test_counting_pages_does_not_begin_anew_behind_the_last_number() -> None:
    made = world(max_message_size=3)
    full = OutboundChannelDetails(A, first_index=U16_MAX - 1, last_index=U16_MAX)
    made.outbound.outbound_xcmp_status.put((full,))
    made.outbound.outbound_xcmp_messages[A, U16_MAX - 1] = b"\x00aa"
    assert refusal(made, A, b"bb") is MessageSendError.QueueFull
    assert channel(made) == full


# --------------------------------------------------------------------------------------------- pages leaving


def test_one_page_leaves_a_channel_in_a_block_and_counting_begins_anew_behind_the_last() -> None:
    made = world(max_message_size=3)
    send(made, A, b"aa")
    send(made, A, b"bb")
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x00aa")]
    assert (channel(made).first_index, channel(made).last_index) == (1, 2)
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x00bb")]
    assert (channel(made).first_index, channel(made).last_index) == (0, 0)
    assert list(made.outbound.outbound_xcmp_messages.items()) == []


def test_pages_leave_by_ascending_recipient() -> None:
    made = world(C, A, B)
    for para in (C, A, B):
        send(made, para, b"m")
    assert [para for para, _ in made.outbound.take_outbound_messages(10)] == [A, B, C]


def test_those_served_go_to_the_end_of_the_line() -> None:
    made = world(A, B, C)
    for para in (A, B, C):
        send(made, para, b"1")
        made.outbound.outbound_xcmp_status.put(
            tuple(replace(each, flags=TOLD) for each in made.outbound.outbound_xcmp_status.get())
        )
    assert made.outbound.take_outbound_messages(2) == [(A, b"\x001"), (B, b"\x001")]
    assert order(made) == [C, A, B]
    send(made, A, b"2")
    assert made.outbound.take_outbound_messages(1) == [(C, b"\x001")]
    assert order(made) == [A, B, C]


def test_no_page_leaves_where_none_may() -> None:
    made = world()
    send(made, A, b"a")
    assert made.outbound.take_outbound_messages(0) == []
    assert made.outbound.take_outbound_messages(10, (A,)) == []
    assert pages(made) == [b"\x00a"]


@pytest.mark.parametrize(
    "now", [{"msg_count": 8}, {"total_size": 8_192}, {"total_size": 8_192 - 2}], ids=["count", "size", "just"]
)
def test_pages_wait_while_a_channel_is_full(now: dict[str, int]) -> None:
    made = world()
    made.outbound.note_reads_opaque(A)
    send(made, A, b"a")
    made.open_channel(A, **now)
    assert made.outbound.take_outbound_messages(10) == []
    made.open_channel(A, total_size=8_192 - 3)
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x00a")]


def test_what_waits_for_a_channel_goes_with_it() -> None:
    made = world(A, B)
    send(made, A, b"a")
    made.outbound.send_signal(A, ChannelSignal.Suspend)
    send(made, B, b"b")
    made.close_channel(A)
    assert made.outbound.take_outbound_messages(10) == [(B, b"\x00b")]
    assert order(made) == [B]
    assert list(made.outbound.outbound_xcmp_messages.items()) == []
    assert list(made.outbound.signal_messages.items()) == []


def test_closed_channels_that_were_forgotten_spare_others_the_end_of_the_line() -> None:
    made = world(A, B, C)
    for para in (A, B, C):
        send(made, para, b"m")
    made.close_channel(A)
    assert made.outbound.take_outbound_messages(1) == [(B, b"\x00m")]
    assert order(made) == [B, C]


def test_a_page_that_became_too_long_for_its_channel_is_lost() -> None:
    made = world()
    send(made, A, bytes(100))
    made.open_channel(A, max_message_size=50)
    assert made.outbound.take_outbound_messages(10) == []
    assert channel(made).pages == 0


# --------------------------------------------------------------------------------- signals and suspension


def test_19_a_signal_goes_before_all_that_waits() -> None:
    made = world(max_message_size=128)
    for _ in range(256):
        send(made, A, b"abcd")
    made.outbound.send_signal(A, ChannelSignal.Suspend)
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x02\x00")]
    (first,) = made.outbound.take_outbound_messages(10)
    assert first == (A, b"\x00" + b"abcd" * 31)


def test_a_signal_replaces_one_that_waits() -> None:
    made = world()
    made.outbound.send_signal(A, ChannelSignal.Suspend)
    made.outbound.send_signal(A, ChannelSignal.Resume)
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x02\x01")]
    assert not channel(made).signals_exist


def test_a_signal_that_does_not_fit_waits() -> None:
    made = world(total_size=8_192 - 2)
    made.outbound.send_signal(A, ChannelSignal.Suspend)
    assert made.outbound.take_outbound_messages(10) == []
    assert channel(made).signals_exist


def test_pages_wait_while_their_recipient_suspended_us_but_signals_do_not() -> None:
    made = world()
    made.outbound.suspend_channel(A)
    send(made, A, b"a")
    send(made, A, b"b")
    made.outbound.send_signal(A, ChannelSignal.Suspend)
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x02\x00")]
    assert made.outbound.take_outbound_messages(10) == []

    made.outbound.resume_channel(A)
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x00ab")]


def test_a_channel_resumed_with_nothing_in_it_is_forgotten() -> None:
    made = world()
    made.outbound.suspend_channel(A)
    assert channel(made).state is OutboundState.Suspended
    made.outbound.resume_channel(A)
    assert made.outbound.outbound_channel(A) is None
    made.outbound.resume_channel(A)
    assert order(made) == []


def test_whoever_resumes_us_while_nothing_waits_makes_us_forget_a_signal_of_ours() -> None:
    """Upstream's quirk: the signal stays where it is, and nothing says that it is there."""
    made = world()
    made.outbound.send_signal(A, ChannelSignal.Suspend)

    made.outbound.resume_channel(A)

    assert order(made) == []
    assert made.outbound.take_outbound_messages(10) == []
    assert list(made.outbound.signal_messages.items()) == [(A, b"\x02\x00")]


# ------------------------------------------------------------------------------------------------ negotiation


def test_28_with_nothing_else_to_send_a_recipient_is_told_once_that_we_read_opaque_pages() -> None:
    made = world()
    send(made, A, b"a")
    assert made.outbound.take_outbound_messages(10) == [(A, b"\x00a")]
    assert made.outbound.take_outbound_messages(10) == [(A, NEWS)]
    assert channel(made) == OutboundChannelDetails(A, flags=TOLD)
    assert made.outbound.take_outbound_messages(10) == []
    assert channel(made) == OutboundChannelDetails(A, flags=TOLD)


def test_28_one_that_sends_opaque_pages_itself_is_not_told() -> None:
    made = world()
    made.outbound.note_reads_opaque(A)
    assert made.outbound.take_outbound_messages(10) == []


def test_28_one_that_suspended_us_is_not_told() -> None:
    made = world()
    made.outbound.suspend_channel(A)
    assert made.outbound.take_outbound_messages(10) == []


@pytest.mark.parametrize("free", [0, 1, 2])
def test_28_the_news_leave_in_place_of_a_page_that_does_not_fit_even_where_nothing_is_free(free: int) -> None:
    made = world()
    send(made, A, b"a")
    made.open_channel(A, total_size=8_192 - free)
    assert made.outbound.take_outbound_messages(10) == [(A, NEWS)]
    assert pages(made) == [b"\x00a"]


# -------------------------------------------------------------------------------------------------- the price


def factor(made: XcmpWorld) -> float:
    return made.outbound.delivery_fee_factor[A] / FIXED_ONE


def take(made: XcmpWorld, blocks: int) -> None:
    for _ in range(blocks):
        made.outbound.take_outbound_messages(10)


def test_25_sending_costs_more_past_half_of_what_the_channel_holds_and_less_as_it_empties() -> None:
    made = world(max_total_size=1_000, max_message_size=104)
    for _ in range(4):
        send(made, A, bytes(102))
    assert factor(made) == 1
    for _ in range(13):
        send(made, A, bytes(102))
    assert factor(made) > 1.88

    take(made, 12)
    assert factor(made) > 1.88
    take(made, 2)
    assert 1.72 > factor(made) > 1.63
    take(made, 1)
    assert 1.63 > factor(made) > 1


def test_25_a_long_message_raises_the_factor_more() -> None:
    made = world(max_total_size=1_000, max_message_size=3_000)
    send(made, A, bytes(2_048))
    assert made.outbound.delivery_fee_factor[A] == FIXED_ONE * 1_052 // 1_000


def test_the_factor_is_written_whenever_a_page_leaves_a_channel_that_is_not_past_its_half() -> None:
    made = world()
    send(made, A, b"a")
    assert A not in made.outbound.delivery_fee_factor
    made.outbound.take_outbound_messages(10)
    assert A in made.outbound.delivery_fee_factor
