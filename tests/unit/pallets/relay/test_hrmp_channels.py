"""How channels come about and go.

A scenario number in a comment is the place of the test in upstream's own list of them.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.relay.hrmp_items import (
    ChannelClosed,
    HrmpChannelForceOpened,
    HrmpSystemChannelOpened,
    OpenChannelAccepted,
    OpenChannelRequested,
)
from primitives.channels import HrmpChannel, HrmpOpenChannelRequest
from primitives.ids import Balance, ParaId
from primitives.record import replace
from primitives.weights import Pays
from tests.support.asserts import assert_consistent
from tests.support.worlds import HRMP, World, channel, relay_world

A, B, C = ParaId(2001), ParaId(2003), ParaId(2005)
SYSTEM = ParaId(1)

ASYMMETRIC = replace(HRMP, hrmp_sender_deposit=Balance(20), hrmp_recipient_deposit=Balance(15))


def test_an_empty_chain_is_consistent() -> None:  # scenario 1
    assert_consistent(relay_world())


def test_a_channel_opens_with_the_session_after_it_was_accepted() -> None:  # scenario 2
    world = relay_world((A, B), block=5)

    world.init(A, B)
    world.accept(B, A)

    assert world.events() == [OpenChannelRequested(A, B, 2, 8), OpenChannelAccepted(A, B)]
    world.run_to_block(6, sessions={8})
    assert not world.has_channel(A, B)
    assert_consistent(world)
    world.run_to_block(8, sessions={8})
    assert world.has_channel(A, B)
    assert_consistent(world)


def test_a_request_is_stored_with_the_limits_and_the_deposit_of_its_time() -> None:
    world = relay_world((A, B))

    world.init(A, B, capacity=1, size=7)

    requests = world.hrmp.hrmp_open_channel_requests
    asked = HrmpOpenChannelRequest(
        confirmed=False,
        _age=0,
        sender_deposit=Balance(100),
        max_message_size=7,
        max_capacity=1,
        max_total_size=16,
    )
    assert requests.get(channel(A, B)) == asked
    assert world.hrmp.hrmp_open_channel_requests_list.get() == (channel(A, B),)
    world.accept(B, A)
    assert requests.get(channel(A, B)) == replace(asked, confirmed=True)


def test_an_open_channel_has_the_limits_that_were_asked_for_and_is_empty() -> None:
    world = relay_world((A, B))

    world.open_channels((A, B), capacity=1, size=7)

    opened = HrmpChannel(1, 16, 7, 0, 0, None, Balance(100), Balance(100))
    assert world.hrmp.hrmp_channels.get(channel(A, B)) == opened
    assert world.hrmp.hrmp_open_channel_requests.get(channel(A, B)) is None


def test_a_request_that_nobody_accepts_waits_for_ever() -> None:
    world = relay_world((A, B))
    world.init(A, B)

    world.run_to_block(30, sessions=range(2, 31))

    assert channel(A, B) in world.hrmp.hrmp_open_channel_requests
    assert not world.has_channel(A, B)
    assert world.reserved(A) == 100
    assert_consistent(world)


@pytest.mark.parametrize("balance", [1000, 0])  # scenarios 3 and 4
def test_root_opens_channels_with_a_system_chain_free_of_charge(balance: int) -> None:
    world = relay_world((SYSTEM, B), balance=balance, block=5)

    world.as_root("force_open_hrmp_channel", SYSTEM, B, 2, 8)
    world.as_root("force_open_hrmp_channel", B, SYSTEM, 2, 8)

    forced = [HrmpChannelForceOpened(SYSTEM, B, 2, 8), HrmpChannelForceOpened(B, SYSTEM, 2, 8)]
    assert world.events() == forced
    assert not world.has_channel(SYSTEM, B)
    world.run_to_block(8, sessions={8})
    assert world.has_channel(SYSTEM, B)
    assert world.has_channel(B, SYSTEM)
    assert (world.free(SYSTEM), world.free(B)) == (balance, balance)
    assert_consistent(world)


def test_root_opens_other_channels_at_their_usual_price() -> None:
    world = relay_world((A, B))

    world.as_root("force_open_hrmp_channel", A, B, 2, 8)

    assert (world.reserved(A), world.reserved(B)) == (100, 100)


def test_forcing_a_channel_open_replaces_a_request_that_was_not_accepted() -> None:  # scenario 5
    world = relay_world((A, B), block=5)
    world.init(A, B, capacity=1)
    world.run_to_block(8, sessions={8})
    assert not world.has_channel(A, B)
    world.events()

    world.as_root("force_open_hrmp_channel", A, B, 2, 8)

    assert world.events() == [HrmpChannelForceOpened(A, B, 2, 8)]
    assert world.reserved(A) == 100
    world.run_to_block(14, sessions={14})
    opened = world.hrmp.hrmp_channels.get(channel(A, B))
    assert opened is not None
    assert opened.max_capacity == 2
    assert_consistent(world)


def test_anybody_opens_a_channel_between_system_chains_for_nothing() -> None:  # scenario 7
    world = relay_world((1, 3), balance=0, block=5)

    post = world.as_signed("establish_system_channel", ParaId(1), ParaId(3))

    assert post.pays_fee is Pays.No
    assert world.events() == [HrmpSystemChannelOpened(ParaId(1), ParaId(3), 2, 8)]
    assert not world.has_channel(1, 3)
    world.run_to_block(8, sessions={8})
    assert world.has_channel(1, 3)
    assert not world.has_channel(3, 1)
    assert_consistent(world)


def test_a_parachain_opens_channels_to_and_from_a_system_chain() -> None:  # scenario 24
    config = replace(HRMP, hrmp_channel_max_capacity=1, hrmp_channel_max_message_size=4)
    world = relay_world((2000, 3), config=config, balance=0, block=5)

    post = world.as_para(2000, "establish_channel_with_system", ParaId(3))

    assert post.pays_fee is Pays.No
    assert world.events() == [
        HrmpSystemChannelOpened(ParaId(2000), ParaId(3), 1, 4),
        HrmpSystemChannelOpened(ParaId(3), ParaId(2000), 1, 4),
    ]
    world.run_to_block(8, sessions={8})
    assert world.has_channel(2000, 3)
    assert world.has_channel(3, 2000)
    assert_consistent(world)


# Closing.


def test_a_channel_closes_with_the_next_session() -> None:  # scenario 11
    world = relay_world((C, 2002), block=5)
    world.open_channels((C, ParaId(2002)))
    world.events()

    world.close(2002, channel(C, 2002))

    assert world.events() == [ChannelClosed(ParaId(2002), channel(C, 2002))]
    assert world.has_channel(C, 2002)
    assert_consistent(world)
    world.run_to_block(8, sessions={8})
    assert not world.has_channel(C, 2002)
    assert world.events() == []
    assert world.hrmp.hrmp_close_channel_requests.get(channel(C, 2002)) is None
    assert_consistent(world)


def test_the_sender_may_close_too() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    world.events()

    world.close(A, channel(A, B))

    assert world.events() == [ChannelClosed(A, channel(A, B))]
    world.next_session()
    assert not world.has_channel(A, B)


def test_closing_one_direction_leaves_the_other_open() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B), (B, A))
    world.close(A, channel(A, B))

    world.next_session()

    assert not world.has_channel(A, B)
    assert world.has_channel(B, A)
    assert_consistent(world)


def test_a_closed_channel_can_be_opened_again() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    world.close(A, channel(A, B))
    world.next_session()

    world.open_channels((A, B))

    assert world.has_channel(A, B)
    assert (world.reserved(A), world.reserved(B)) == (100, 100)


def test_what_was_accepted_and_what_was_closed_comes_about_in_one_session() -> None:
    world = relay_world((A, B, C))
    world.open_channels((A, B))
    world.init(A, C)
    world.accept(C, A)
    world.close(B, channel(A, B))

    world.next_session()

    assert not world.has_channel(A, B)
    assert world.has_channel(A, C)
    assert world.hrmp.hrmp_egress_channels_index[A] == (C,)


def every_step(world: World) -> None:
    """All that can be said to Hrmp by parachains, once each."""
    world.init(A, B)
    world.accept(B, A)
    world.init(B, A)
    world.cancel(A, channel(B, A))
    world.next_session()
    world.close(B, channel(A, B))
    world.next_session()


def test_after_a_full_life_nothing_is_left_but_empty_lists() -> None:
    world = relay_world((A, B))

    every_step(world)

    hrmp = world.hrmp
    assert (world.free(A), world.free(B)) == (1000, 1000)
    for absent in (hrmp.hrmp_open_channel_request_count, hrmp.hrmp_accepted_channel_request_count):
        assert list(absent.keys()) == []
    assert list(hrmp.hrmp_channels.keys()) == []
    assert list(hrmp.hrmp_close_channel_requests.keys()) == []
    assert_consistent(world)
