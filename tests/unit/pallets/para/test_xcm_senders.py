"""The ways out of a parachain for programs; numbers are those of upstream's scenarios in the fact sheet."""

from __future__ import annotations

import pytest

from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.xcm_senders import AllQueues, ParentAsUmp, SiblingRouter, SiblingTicket
from pallets.para.xcmp_queue_items import ChannelSignal, XcmpMessageSent
from primitives.arithmetic import FIXED_ONE
from primitives.errors import Defect
from primitives.hashing import blake2_256
from primitives.host_configuration import AbridgedHostConfiguration, AsyncBackingParams
from primitives.ids import BlockNumber, ParaId
from primitives.pallet import Frame, Pallet
from primitives.record import Record
from primitives.storage.state import State
from tests.support.xcmp_world import NoVersions, XcmpWorld, price
from xcm.asset import Asset, Assets, Fungible
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.instructions import ClearOrigin
from xcm.junctions import PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import SetAppendix, Xcm
from xcm.versions import Versioned, encode_versioned_xcm

SIBLING = Location(1, (Parachain(2000),))
PARA = ParaId(2000)
PROGRAM = (ClearOrigin(),)
WRAPPED = encode_versioned_xcm(5, PROGRAM)


class Newest:
    """Takes every chain to speak the newest version."""

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        return encode_versioned_xcm(5, program)


class Unasked:
    """Nobody should have come here."""

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        raise Defect("a destination that is not ours was looked at")


def tokens(amount: int) -> Assets:
    return (Asset(PARENT, Fungible(amount)),)


def nested(depth: int) -> Xcm:
    program: Xcm = PROGRAM
    for _ in range(depth - 1):
        program = (SetAppendix(program),)
    return program


def across(world: XcmpWorld) -> SiblingRouter:
    return SiblingRouter(world.outbound, Newest(), price(1_000, 10))


class Up:
    """What ParachainSystem stores, on a state of its own."""

    def __init__(self) -> None:
        frame = Frame(State())
        frame.deposit = self._deposit
        self.events: list[Record] = []
        self.storage = ParachainSystemStorage(frame)
        self.sender = ParentAsUmp(self.storage, Newest(), price(1_000, 10))

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        self.events.append(event)

    def learn_limits(self, max_upward_message_size: int) -> None:
        self.storage.host_configuration.put(
            AbridgedHostConfiguration(
                max_code_size=1,
                max_head_data_size=1,
                max_upward_queue_count=8,
                max_upward_queue_size=8_000,
                max_upward_message_size=max_upward_message_size,
                max_upward_message_num_per_candidate=2,
                hrmp_max_message_num_per_candidate=2,
                validation_upgrade_cooldown=BlockNumber(2),
                validation_upgrade_delay=BlockNumber(2),
                async_backing_params=AsyncBackingParams(max_candidate_depth=1, allowed_ancestry_len=1),
            )
        )


def reason(sender: SiblingRouter | ParentAsUmp, dest: Location, program: Xcm = PROGRAM) -> SendError:
    with pytest.raises(NotSent) as caught:
        sender.validate(dest, program)
    return caught.value.reason


# ---------------------------------------------------------------------------------------------------- across


@pytest.mark.parametrize(
    "dest",
    [HERE, PARENT, Location(0, (Parachain(1),)), Location(1, (Parachain(1), PalletInstance(1))), Location(2)],
)
def test_17_other_places_are_declined_before_anything_is_looked_at(dest: Location) -> None:
    sender = SiblingRouter(XcmpWorld().outbound, Unasked(), price())
    assert reason(sender, dest) is SendError.NotApplicable


def test_17_a_sibling_gets_a_ticket_without_a_channel() -> None:
    ticket, fees = across(XcmpWorld()).validate(SIBLING, PROGRAM)
    assert ticket == SiblingTicket(PARA, WRAPPED)
    assert fees == tokens(1_000 + 10 * 2)


def test_17_without_a_channel_nothing_is_delivered() -> None:
    world = XcmpWorld()
    sender = across(world)
    ticket, _ = sender.validate(SIBLING, PROGRAM)
    with pytest.raises(NotSent) as caught:
        sender.deliver(ticket)
    assert caught.value.reason is SendError.Transport
    assert world.events == []

    world.open_channel(2000)
    assert sender.deliver(ticket) == blake2_256(WRAPPED)
    assert world.events == [XcmpMessageSent(blake2_256(WRAPPED))]


def test_a_sibling_of_unknown_version_is_not_supported() -> None:
    sender = SiblingRouter(XcmpWorld().outbound, NoVersions(), price())
    assert reason(sender, SIBLING) is SendError.DestinationUnsupported


def test_18_programs_may_be_eight_deep_and_no_deeper() -> None:
    sender = across(XcmpWorld())
    sender.validate(SIBLING, nested(8))
    assert reason(sender, SIBLING, nested(9)) is SendError.ExceedsMaxMessageSize


def test_24_a_message_longer_than_a_page_is_not_delivered() -> None:
    world = XcmpWorld()
    world.open_channel(2000, max_message_size=len(WRAPPED))
    with pytest.raises(NotSent) as caught:
        across(world).deliver(SiblingTicket(PARA, WRAPPED))
    assert caught.value.reason is SendError.Transport
    world.open_channel(2000, max_message_size=len(WRAPPED) + 1)
    across(world).deliver(SiblingTicket(PARA, WRAPPED))


def test_25_the_price_goes_with_the_fee_factor_of_the_channel() -> None:
    world = XcmpWorld()
    world.outbound.delivery_fee_factor[PARA] = FIXED_ONE * 3 // 2
    _, fees = across(world).validate(SIBLING, PROGRAM)
    assert fees == tokens(1_530)
    _, others = across(world).validate(Location(1, (Parachain(2001),)), PROGRAM)
    assert others == tokens(1_020)


def test_25_a_hundred_instructions_cost_what_upstream_says() -> None:
    sender = SiblingRouter(XcmpWorld().outbound, Newest(), price(300_000_000, 1_000_000))
    _, fees = sender.validate(SIBLING, (ClearOrigin(),) * 100)
    assert fees == tokens(402_000_000)


def test_28_messages_get_their_length_for_those_who_read_opaque_pages() -> None:
    world = XcmpWorld()
    world.open_channel(2000)
    sender = across(world)
    sender.deliver(SiblingTicket(PARA, WRAPPED))
    world.outbound.note_reads_opaque(PARA)
    sender.deliver(SiblingTicket(PARA, WRAPPED))
    assert world.outbound.outbound_xcmp_messages[PARA, 0] == b"\x00" + WRAPPED
    assert world.outbound.outbound_xcmp_messages[PARA, 1] == b"\x03\x0c" + WRAPPED


# -------------------------------------------------------------------------------------------------------- up


def test_only_the_relay_chain_is_above() -> None:
    sender = ParentAsUmp(Up().storage, Unasked(), price())
    assert reason(sender, SIBLING) is SendError.NotApplicable
    assert reason(sender, HERE) is SendError.NotApplicable


def test_a_message_up_waits_to_leave() -> None:
    up = Up()
    up.learn_limits(100)
    ticket, fees = up.sender.validate(PARENT, PROGRAM)
    assert fees == tokens(1_020)
    assert up.sender.deliver(ticket) == blake2_256(WRAPPED)
    assert up.storage.pending_upward_messages.get() == (WRAPPED,)
    assert len(up.events) == 1


def test_a_message_up_needs_known_limits() -> None:
    assert reason(Up().sender, PARENT) is SendError.Transport


def test_a_message_up_may_be_as_long_as_the_relay_chain_takes() -> None:
    up = Up()
    up.learn_limits(len(WRAPPED))
    ticket, _ = up.sender.validate(PARENT, PROGRAM)
    up.learn_limits(len(WRAPPED) - 1)
    assert reason(up.sender, PARENT) is SendError.ExceedsMaxMessageSize
    with pytest.raises(NotSent) as caught:
        up.sender.deliver(ticket)
    assert caught.value.reason is SendError.ExceedsMaxMessageSize


def test_a_relay_chain_of_unknown_version_is_not_supported() -> None:
    assert (
        reason(ParentAsUmp(Up().storage, NoVersions(), price()), PARENT) is SendError.DestinationUnsupported
    )


# ------------------------------------------------------------------------------------------------- looking


OTHER = ParaId(2001)


def said(program: Xcm) -> Versioned[Xcm]:
    return Versioned(5, program)


def at(destination: Location) -> Versioned[Location]:
    return Versioned(5, destination)


def test_26_programs_that_wait_are_listed_by_sibling_page_by_page() -> None:
    world = XcmpWorld()
    for para in (PARA, OTHER):
        world.open_channel(para)
    sender = across(world)
    for para in (PARA, PARA, OTHER):
        ticket, _ = sender.validate(Location(1, (Parachain(para),)), PROGRAM)
        sender.deliver(ticket)

    listed = dict(sender.get_messages())

    assert listed == {
        at(SIBLING): (said(PROGRAM), said(PROGRAM)),
        at(Location(1, (Parachain(OTHER),))): (said(PROGRAM),),
    }


def test_26_opaque_pages_are_listed_as_well() -> None:
    world = XcmpWorld()
    world.open_channel(PARA)
    world.outbound.note_reads_opaque(PARA)
    sender = across(world)
    sender.deliver(SiblingTicket(PARA, WRAPPED))
    assert sender.get_messages() == ((at(SIBLING), (said(PROGRAM),)),)


def test_26_once_they_are_cleared_nothing_waits_but_signals() -> None:
    world = XcmpWorld()
    world.open_channel(PARA)
    sender = across(world)
    sender.deliver(SiblingTicket(PARA, WRAPPED))
    world.outbound.send_signal(PARA, ChannelSignal.Suspend)

    sender.clear_messages()

    assert sender.get_messages() == ()
    channel = world.outbound.outbound_channel(PARA)
    assert channel is not None
    assert (channel.pages, channel.signals_exist) == (0, True)
    sender.deliver(SiblingTicket(PARA, WRAPPED))
    assert len(sender.get_messages()) == 1


def test_26_programs_that_go_up_are_listed_and_cleared() -> None:
    up = Up()
    up.learn_limits(100)
    assert up.sender.get_messages() == ()

    ticket, _ = up.sender.validate(PARENT, PROGRAM)
    up.sender.deliver(ticket)

    both = AllQueues((up.sender, across(XcmpWorld())))
    assert both.get_messages() == ((at(PARENT), (said(PROGRAM),)),)
    both.clear_messages()
    assert both.get_messages() == ()
