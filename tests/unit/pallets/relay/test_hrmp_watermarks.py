"""How far recipients are: which watermarks may be reported.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.relay.hrmp_items import AdvancementRule, AheadRelayParent, LandsOnBlockWithNoMessages
from primitives.ids import BlockNumber, ParaId
from tests.support.asserts import not_accepted
from tests.support.worlds import channel_world

A, B, C = ParaId(2000), ParaId(2001), ParaId(2002)


def test_a_watermark_may_stay_and_may_land_on_messages() -> None:  # scenario 22
    world = channel_world((A, B), (C, B), block=5)
    world.hrmp.prune_hrmp(B, BlockNumber(3))
    world.run_to_block(6)
    world.send(A, {B: b"1"})
    world.send(C, {B: b"2"})
    world.run_to_block(7)

    with not_accepted(AdvancementRule(BlockNumber(2), BlockNumber(3)), world):
        world.receive(B, 2)
    with not_accepted(LandsOnBlockWithNoMessages(BlockNumber(5)), world):
        world.receive(B, 5)
    world.receive(B, 3)
    world.hrmp.prune_hrmp(B, BlockNumber(5))
    world.receive(B, 6, relay_parent=7)
    assert world.hrmp.inbound_hrmp_channels_contents(B) == ((A, ()), (C, ()))


def test_a_watermark_may_be_the_relay_parent_and_no_later() -> None:  # scenario 23
    world = channel_world((A, B), block=7)

    with not_accepted(AheadRelayParent(BlockNumber(7), BlockNumber(6)), world):
        world.receive(B, 7, relay_parent=6)
    world.receive(B, 7, relay_parent=7)
    world.run_to_block(8)
    world.receive(B, 7, relay_parent=7)


def test_the_relay_parent_is_right_even_behind_the_last_watermark() -> None:
    world = channel_world((A, B), block=9)
    world.receive(B, 8)

    world.receive(B, 7, relay_parent=7)

    assert world.hrmp.hrmp_watermarks.get(B) == 7


def test_a_first_watermark_lands_on_messages_too() -> None:
    world = channel_world((A, B))
    world.send(A, {B: b"1"})
    world.run_to_block(9)

    with not_accepted(LandsOnBlockWithNoMessages(BlockNumber(5)), world):
        world.receive(B, 5)
    world.receive(B, 6)


@pytest.mark.parametrize(
    ("last", "possible"), [(None, (6, 8)), (5, (5, 6, 8)), (6, (6, 8)), (7, (7, 8)), (8, ())]
)
def test_the_watermarks_that_are_possible_can_be_asked(last: int | None, possible: tuple[int, ...]) -> None:
    world = channel_world((A, B))
    world.send(A, {B: b"1"})
    world.run_to_block(8)
    world.send(A, {B: b"2"})
    if last is not None:
        world.hrmp.prune_hrmp(B, BlockNumber(last))

    assert world.hrmp.valid_watermarks(B) == possible


def test_a_watermark_at_the_first_block_with_messages_is_named_once() -> None:
    world = channel_world((A, B))
    world.hrmp.prune_hrmp(B, BlockNumber(6))
    world.send(A, {B: b"1"})

    assert world.hrmp.valid_watermarks(B) == (6,)
