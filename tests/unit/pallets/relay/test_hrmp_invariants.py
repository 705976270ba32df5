"""Each sentence about channels that do not hold together, and a state that it is true of; no other is said of
that.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pallets.relay.hrmp_invariants import violations
from primitives.channels import InboundHrmpMessage
from primitives.ids import BlockNumber, ParaId
from primitives.record import replace
from tests.support.asserts import assert_consistent
from tests.support.worlds import World, channel, relay_world

A, B, C, GONE = ParaId(2001), ParaId(2002), ParaId(2003), ParaId(2999)


@pytest.fixture
def world() -> World:
    """An open channel with a message in it, a request that was accepted, and a channel to be closed."""
    found = relay_world((A, B, C))
    found.open_channels((A, B), (B, C))
    found.send(A, {B: b"knock"})
    found.init(A, C)
    found.accept(C, A)
    found.close(B, channel(B, C))
    assert_consistent(found)
    return found


def set_channel(world: World, **fields: object) -> None:
    known = world.hrmp.hrmp_channels.get(channel(A, B))
    assert known is not None
    world.hrmp.hrmp_channels[channel(A, B)] = replace(known, **fields)


def lose_an_end(world: World) -> None:
    world.paras.para_lifecycles.remove(C)


def misplace_contents(world: World) -> None:
    world.hrmp.hrmp_channel_contents[channel(C, A)] = (InboundHrmpMessage(BlockNumber(1), b"x"),)


def digest(world: World, *entries: tuple[int, tuple[ParaId, ...]]) -> None:
    world.hrmp.hrmp_channel_digests[B] = tuple((BlockNumber(block), senders) for block, senders in entries)


BROKEN: dict[str, Callable[[World], object]] = {
    "the open requests are not those of their list": lambda world: (
        world.hrmp.hrmp_open_channel_requests_list.kill()
    ),
    "the counts of open requests are not those of the requests": lambda world: (
        world.hrmp.hrmp_open_channel_request_count.remove(A)
    ),
    "the counts of accepted requests are not those of the requests": lambda world: (
        world.hrmp.hrmp_accepted_channel_request_count.remove(C)
    ),
    "the close requests are not those of their list": lambda world: (
        world.hrmp.hrmp_close_channel_requests.remove(channel(B, C))
    ),
    f"para {C} has a channel, but is no para": lose_an_end,
    f"para {GONE} has a watermark, but is no para": lambda world: world.hrmp.hrmp_watermarks.__setitem__(
        GONE, BlockNumber(1)
    ),
    f"there are contents, or an empty list of them, without a channel {C} -> {A}": misplace_contents,
    f"the counts of channel {A} -> {B} are not those of its messages": lambda world: set_channel(
        world, msg_count=2
    ),
    f"the senders to para {B} are not ascending": lambda world: (
        world.hrmp.hrmp_ingress_channels_index.__setitem__(B, (A, A))
    ),
    f"the recipients of para {A} are not ascending": lambda world: (
        world.hrmp.hrmp_egress_channels_index.__setitem__(A, (B, B))
    ),
    "the indices and the channels do not name the same channels": lambda world: (
        world.hrmp.hrmp_egress_channels_index.remove(A)
    ),
    f"the digest of para {B} is not ascending": lambda world: digest(world, (5, (A,)), (5, (A,))),
    f"a digest entry of para {B} is empty or names a sender twice": lambda world: digest(world, (5, ())),
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_does_not_hold_is_said(world: World, sentence: str) -> None:
    BROKEN[sentence](world)

    assert list(violations(world.hrmp)) == [sentence]


def test_counts_and_watermarks_of_the_past_are_let_pass_where_somebody_was_cleaned_up(world: World) -> None:
    world.hrmp.hrmp_open_channel_request_count[B] = 1
    world.hrmp.hrmp_watermarks[GONE] = BlockNumber(1)

    assert len(list(violations(world.hrmp))) == 2
    assert list(violations(world.hrmp, nobody_cleaned_up=False)) == []


def test_contents_that_were_counted_wrong_are_found_by_their_bytes_too(world: World) -> None:
    set_channel(world, total_size=4)

    assert list(violations(world.hrmp)) == [f"the counts of channel {A} -> {B} are not those of its messages"]
