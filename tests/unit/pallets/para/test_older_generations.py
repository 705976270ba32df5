"""Parachains of older releases: an inherent of one argument, and no opaque pages. A runtime chooses them by
its wiring.
"""

from __future__ import annotations

import pytest

from pallets.message_queue_items import AggregateMessageOrigin
from pallets.para.inbound_messages import ParachainInherentData
from pallets.para.message_origin import MESSAGE_ORIGIN, Parent
from pallets.para.parachain_system_whole import ParachainSystemWithWholeMessages
from pallets.para.xcmp_queue_items import (
    OutboundChannelDetails,
    OutboundState,
    XcmpMessageFormat,
    XcmpQueueRules,
)
from pallets.para.xcmp_queue_migrations import WITHOUT_FLAGS
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.errors import InvalidBlock
from primitives.hashing import storage_prefix
from primitives.ids import BlockNumber, ParaId
from primitives.origin import NoOrigin
from primitives.pallet import calls
from primitives.record import replace
from primitives.scale.derive import Wire
from primitives.storage.state import State
from tests.support.para_chain import ParaChain
from tests.support.para_world import FAST, US, Channel, ParaWorld
from tests.support.xcmp_world import PLENTY, XcmpWorld

A, B = ParaId(300), ParaId(400)
PLAIN = XcmpMessageFormat.ConcatenatedVersionedXcm
OLD_LAYOUTS = Wire(
    "an older chain",
    replace={AggregateMessageOrigin: MESSAGE_ORIGIN, OutboundChannelDetails: WITHOUT_FLAGS},
)
STATUS = storage_prefix("XcmpQueue", "OutboundXcmpStatus")


# An inherent of one argument.


class OldWorld(ParaWorld):
    """A parachain that is given all messages whole."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = ParaChain(State(), US, velocity=FAST, kind=ParachainSystemWithWholeMessages)
        self.state, self.system = self.chain.state, self.chain.system
        self.pallet = self.chain.parachain_system

    def old(self) -> ParachainSystemWithWholeMessages:
        assert isinstance(self.pallet, ParachainSystemWithWholeMessages)
        return self.pallet

    def old_block(self, relay: int, given: ParachainInherentData | None = None) -> None:
        self.relay.number = relay
        self.begin()
        self.old().set_validation_data(
            NoOrigin(), given or self.old().whole_inherent(self.relay.shown(self.head))
        )
        self.end()


def test_all_messages_come_whole_and_the_watermark_is_the_relay_parent() -> None:
    world = OldWorld()
    world.relay.ingress = {A: Channel(), B: Channel()}
    world.relay.send_down(1, b"down")
    world.relay.ingress[A].send(2, b"from A")
    world.relay.ingress[B].send(1, b"from B")

    world.old_block(relay=5)

    assert world.chain.queued == [(Parent(), (b"down",))]
    assert world.chain.handled == [(B, 1, b"from B"), (A, 2, b"from A")]
    assert world.pallet.processed_downward_messages.get() == 1
    assert world.pallet.hrmp_watermark.get() == 5


def test_there_are_no_cursors() -> None:
    world = OldWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.send_down(1, b"down")
    world.relay.ingress[A].send(2, b"across")

    world.old_block(relay=5)

    assert world.pallet.last_processed_downward_message.get() is None
    assert world.pallet.last_processed_hrmp_message.get() is None


def test_what_came_up_to_the_last_relay_parent_is_not_given_again() -> None:
    world = OldWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.send_down(1, b"down")
    world.relay.ingress[A].send(2, b"across")
    world.old_block(relay=2)
    world.relay.send_down(3, b"down again")
    world.relay.ingress[A].send(3, b"across again")

    known = world.relay.shown(world.head)
    given = world.old().whole_inherent(known)

    assert given.downward_messages == (InboundDownwardMessage(BlockNumber(3), b"down again"),)
    assert given.horizontal_messages == ((A, (InboundHrmpMessage(BlockNumber(3), b"across again"),)),)
    assert replace(known, downward_messages=(), horizontal_messages=()) == replace(
        given, downward_messages=(), horizontal_messages=()
    )


def test_a_message_that_is_missing_makes_the_block_invalid_as_ever() -> None:
    world = OldWorld()
    world.relay.send_down(1, b"down")
    given = replace(world.relay.shown(world.head), downward_messages=())

    with pytest.raises(InvalidBlock, match="downward queue head after the messages given"):
        world.old_block(5, given)


def test_the_call_has_one_argument_on_the_wire() -> None:
    (call,) = (each for each in calls(ParachainSystemWithWholeMessages) if each.index == 0)
    assert (call.name, call.arguments) == ("set_validation_data", (("data", ParachainInherentData),))


# No opaque pages.


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
