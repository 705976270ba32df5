"""The older inherent: everything that waits comes whole, in one argument."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from typing_extensions import override

from pallets.para.inbound_messages import BasicParachainInherentData, InboundMessagesData
from pallets.para.parachain_system import ParachainSystem
from pallets.para.parachain_system_whole import ParachainSystemWhole, WholeInherentData
from primitives.errors import InvalidBlock
from primitives.hashing import storage_prefix
from primitives.ids import BlockNumber, ParaId
from primitives.origin import NoOrigin
from primitives.pallet import calls
from primitives.record import replace
from primitives.scale.derive import codec
from primitives.storage.state import Entry
from tests.support.para_world import Channel, ParaWorld

A, B = ParaId(300), ParaId(400)
CURSORS = tuple(
    storage_prefix("ParachainSystem", item)
    for item in ("LastProcessedDownwardMessage", "LastProcessedHrmpMessage")
)


class WholeWorld(ParaWorld):
    """A parachain with the older inherent."""

    def __init__(self) -> None:
        super().__init__(pallet=ParachainSystemWhole)

    @property
    def whole(self) -> ParachainSystemWhole:
        assert isinstance(self.pallet, ParachainSystemWhole)
        return self.pallet

    def given(self) -> WholeInherentData:
        return self.whole.create_whole_inherent(self.relay.shown(self.head))

    @override
    def show(
        self, data: BasicParachainInherentData | None = None, messages: InboundMessagesData | None = None
    ) -> None:
        self.whole.set_validation_data(NoOrigin(), self.given())

    def refused(self, change: Callable[[WholeInherentData], WholeInherentData]) -> str:
        """Why a block that is shown something else is invalid; the state is as it was before."""
        self.relay.number += 1
        self.begin()
        before = self.state.root()
        with pytest.raises(InvalidBlock) as refusal, self.state.layer():
            self.whole.set_validation_data(NoOrigin(), change(self.given()))
        assert self.state.root() == before
        return str(refusal.value)


def sent(world: ParaWorld) -> None:
    """Two blocks with messages of every kind, and one without."""
    world.relay.ingress = {A: Channel(), B: Channel()}
    world.relay.send_down(2, b"one")
    world.relay.ingress[B].send(2, b"from B")
    world.block(relay=2)
    world.relay.send_down(3, b"two")
    world.relay.send_down(4, b"three")
    world.relay.ingress[A].send(3, b"from A")
    world.relay.ingress[B].send(4, b"again")
    world.block(relay=4)
    world.block(relay=6)


def entries(world: ParaWorld) -> dict[bytes, Entry]:
    return {key: value for key, value in world.state.entries().items() if key not in CURSORS}


def test_both_inherents_do_the_same_but_for_the_cursors() -> None:
    old, new = WholeWorld(), ParaWorld()
    sent(old)
    sent(new)

    assert entries(old) == entries(new)
    assert old.chain.queued == new.chain.queued
    assert old.chain.handled == new.chain.handled
    assert [key in old.state for key in CURSORS] == [False, False]
    assert [key in new.state for key in CURSORS] == [True, True]


def test_the_older_call_has_one_argument_at_the_same_place() -> None:
    of = {
        pallet: {each.name: each for each in calls(pallet)}
        for pallet in (ParachainSystemWhole, ParachainSystem)
    }

    assert {each.index for each in of[ParachainSystemWhole].values()} == {0, 1}
    assert [len(each["set_validation_data"].arguments) for each in of.values()] == [1, 2]


def test_the_argument_is_what_it_was_in_bytes() -> None:
    world = WholeWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(2, b"x")
    world.relay.number = 2
    given = world.given()
    tail = bytes.fromhex("00 04 2c010000 04 02000000 04 78".replace(" ", ""))

    encoded = codec(WholeInherentData).encode(given)

    assert encoded.endswith(tail)
    assert codec(WholeInherentData).decode(encoded) == given


def test_messages_of_the_last_relay_parent_and_before_are_left_out() -> None:
    world = WholeWorld()
    sent(world)
    world.relay.send_down(6, b"with the last relay parent, which is too early")
    world.relay.send_down(7, b"new")

    assert [each.sent_at for each in world.given().downward_messages] == [7]


def test_all_that_waits_has_to_come() -> None:
    world = WholeWorld()
    world.relay.send_down(2, b"one")
    world.relay.send_down(2, b"two")

    assert world.refused(
        lambda given: replace(given, downward_messages=given.downward_messages[:1])
    ).startswith("downward queue head after the messages given: expected 0x")


def test_who_has_no_channel_may_not_even_be_named() -> None:
    world = WholeWorld()

    said = world.refused(lambda given: replace(given, horizontal_messages=((B, ()),)))

    assert said == "sender of a horizontal message: expected one with a channel, found 400"


def test_a_message_from_nobody_is_refused() -> None:
    world = WholeWorld()
    channel = Channel()
    channel.send(2, b"x")

    said = world.refused(lambda given: replace(given, horizontal_messages=((B, tuple(channel.messages)),)))

    assert said == "sender of a horizontal message: expected one with a channel, found 400"


def test_it_comes_once() -> None:
    world = WholeWorld()
    world.relay.number = 2
    world.begin()
    world.show()

    with pytest.raises(InvalidBlock, match="set_validation_data in the block: expected once, found again"):
        world.show()


def test_the_watermark_is_the_last_message_or_the_relay_parent() -> None:
    world = WholeWorld()
    world.relay.ingress = {A: Channel()}
    assert world.block(relay=3).hrmp_watermark == BlockNumber(3)

    world.relay.ingress[A].send(4, b"x")

    assert world.block(relay=5).hrmp_watermark == BlockNumber(4)
