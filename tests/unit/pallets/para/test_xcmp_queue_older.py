"""XcmpQueue of releases that know no opaque pages, as a runtime of that time is wired with it."""

from __future__ import annotations

from pallets.message_queue_items import AggregateMessageOrigin
from pallets.para.message_origin import MESSAGE_ORIGIN
from pallets.para.xcmp_queue_items import (
    OutboundChannelDetails,
    OutboundState,
    XcmpMessageFormat,
    XcmpQueueRules,
)
from pallets.para.xcmp_queue_migrations import WITHOUT_FLAGS
from primitives.hashing import storage_prefix
from primitives.ids import BlockNumber, ParaId
from primitives.scale.derive import Wire
from tests.support.xcmp_world import PLENTY, XcmpWorld

A, B = ParaId(300), ParaId(400)
PLAIN = XcmpMessageFormat.ConcatenatedVersionedXcm
OLD_LAYOUTS = Wire(
    "an older chain",
    replace={AggregateMessageOrigin: MESSAGE_ORIGIN, OutboundChannelDetails: WITHOUT_FLAGS},
)
STATUS = storage_prefix("XcmpQueue", "OutboundXcmpStatus")


def old_queue() -> XcmpWorld:
    made = XcmpWorld(rules=XcmpQueueRules(opaque_pages=False), wire=OLD_LAYOUTS)
    made.open_channel(A)
    return made


def test_an_opaque_page_is_one_of_no_known_format() -> None:
    world = old_queue()
    with world.state.frame() as layer:
        world.queue.handle_xcmp_messages([(A, BlockNumber(1), b"\x03\x0c\x05\x04\x0a")], PLENTY)
        assert layer.changes() == {}


def test_nobody_is_told_of_opaque_pages_and_an_empty_channel_is_forgotten() -> None:
    world = old_queue()
    world.queue.send_fragment(A, PLAIN, b"a")

    leaves = [world.queue.take_outbound_messages(9), world.queue.take_outbound_messages(9)]

    assert leaves == [[(A, b"\x00a")], []]
    assert world.queue.outbound_xcmp_status.get() == ()


def test_a_channel_that_suspended_us_is_kept_although_it_is_empty() -> None:
    world = old_queue()
    world.queue.suspend_channel(A)

    world.queue.take_outbound_messages(9)

    assert world.queue.outbound_xcmp_status.get() == (OutboundChannelDetails(A, OutboundState.Suspended),)


def test_those_served_go_to_the_end_but_for_those_that_are_forgotten() -> None:
    world = old_queue()
    world.open_channel(B)
    world.queue.send_fragment(A, PLAIN, bytes(1_000))
    world.queue.send_fragment(A, PLAIN, bytes(1_000))
    world.queue.send_fragment(B, PLAIN, b"b")

    world.queue.take_outbound_messages(1)

    assert [each.recipient for each in world.queue.outbound_xcmp_status.get()] == [B, A]


def test_channels_are_stored_without_flags() -> None:
    world = old_queue()
    world.queue.suspend_channel(ParaId(2001))

    assert world.state.get(STATUS) == bytes.fromhex("04d1070000010000000000")
