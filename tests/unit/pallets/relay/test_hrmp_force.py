"""What governance may do to channels without asking anybody, and short cuts with system chains.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.balances_items import Error as BalancesError
from pallets.relay.hrmp_items import Error
from primitives.ids import Balance, ParaId
from primitives.record import replace
from tests.support.asserts import assert_consistent, refused
from tests.support.worlds import HRMP, World, channel, relay_world

A, B, C, D = ParaId(2001), ParaId(2003), ParaId(2005), ParaId(2007)
NOBODY = ParaId(3333)


@pytest.fixture
def world() -> World:
    return relay_world((A, B, C, D), block=5)


# Without waiting for the session.


def test_root_opens_what_was_accepted_at_once() -> None:
    world = relay_world((A, B, C))
    world.init(A, B)
    world.accept(B, A)
    world.init(A, C)

    world.as_root("force_process_hrmp_open", 2)

    assert world.has_channel(A, B)
    assert not world.has_channel(A, C)
    assert world.hrmp.hrmp_open_channel_requests_list.get() == (channel(A, C),)
    assert_consistent(world)


def test_root_closes_what_is_to_be_closed_at_once() -> None:
    world = relay_world((A, B, C))
    world.open_channels((A, B), (A, C))
    world.close(A, channel(A, B))

    world.as_root("force_process_hrmp_close", 1)

    assert not world.has_channel(A, B)
    assert world.has_channel(A, C)
    assert_consistent(world)


def test_root_clears_a_parachain_of_all_its_channels() -> None:
    world = relay_world((A, B, C))
    world.open_channels((A, B), (C, A), (B, C))
    world.events()

    world.as_root("force_clean_hrmp", A, 1, 1)

    assert not world.has_channel(A, B)
    assert not world.has_channel(C, A)
    assert world.has_channel(B, C)
    assert [world.reserved(para) for para in (A, B, C)] == [0, 100, 100]
    assert world.events() == []
    assert_consistent(world)


def test_the_sudo_key_makes_a_channel_without_an_event_of_hrmp() -> None:
    world = relay_world((A, B))

    world.as_root("sudo_establish_hrmp_channel", A, B, 2, 8, pallet="ParaSudoWrapper")

    assert world.events() == []
    assert (world.reserved(A), world.reserved(B)) == (100, 100)
    world.next_session()
    assert world.has_channel(A, B)


# Witnesses.


def test_taking_back_with_more_requests_around_than_the_caller_said(world: World) -> None:
    world.init(A, B)
    world.init(A, C)

    with refused(Error.WrongWitness, world):
        world.cancel(A, channel(A, B), witness=1)
    with refused(Error.WrongWitness, world):  # looked at before anything else
        world.cancel(D, channel(B, A), witness=1)
    world.cancel(A, channel(A, B), witness=2)


def test_clearing_with_more_channels_than_the_caller_said(world: World) -> None:
    world.open_channels((A, B), (C, B), (B, D))

    with refused(Error.WrongWitness, world):
        world.as_root("force_clean_hrmp", B, 1, 1)
    with refused(Error.WrongWitness, world):
        world.as_root("force_clean_hrmp", B, 2, 0)
    world.as_root("force_clean_hrmp", B, 2, 1)


def test_opening_by_force_with_more_requests_than_the_caller_said(world: World) -> None:
    world.init(A, B)
    world.init(A, C)

    with refused(Error.WrongWitness, world):
        world.as_root("force_process_hrmp_open", 1)
    world.as_root("force_process_hrmp_open", 2)


def test_closing_by_force_with_more_channels_than_the_caller_said(world: World) -> None:
    world.open_channels((A, B), (A, C))
    world.close(A, channel(A, B))
    world.close(A, channel(A, C))

    with refused(Error.WrongWitness, world):
        world.as_root("force_process_hrmp_close", 1)
    world.as_root("force_process_hrmp_close", 2)


# By force, and with system chains.


def test_forcing_open_what_was_accepted(world: World) -> None:  # scenario 6
    world.init(A, B)
    world.accept(B, A)

    with refused(Error.OpenHrmpChannelAlreadyConfirmed, world):
        world.as_root("force_open_hrmp_channel", A, B, 2, 8)


def test_forcing_open_beyond_a_limit_leaves_the_request_as_it_was(world: World) -> None:
    world.init(A, B)

    with refused(Error.OpenHrmpChannelCapacityExceedsLimit, world):
        world.as_root("force_open_hrmp_channel", A, B, 3, 8)


@pytest.mark.parametrize(("sender", "recipient"), [(A, B), (1, B), (A, 1)])  # scenarios 8 and 9
def test_only_system_chains_get_channels_from_anybody(sender: int, recipient: int) -> None:
    world = relay_world((1, A, B), block=5)

    with refused(Error.ChannelCreationNotAuthorized, world):
        world.as_signed("establish_system_channel", ParaId(sender), ParaId(recipient))


def test_a_parachain_gets_channels_at_once_with_system_chains_only(world: World) -> None:  # scenario 25
    with refused(Error.ChannelCreationNotAuthorized, world):
        world.as_para(A, "establish_channel_with_system", B)


def test_of_two_channels_with_a_system_chain_both_or_none_are_made() -> None:
    world = relay_world((3, A), balance=0)
    world.init(3, A)

    with refused(Error.OpenHrmpChannelAlreadyRequested, world):
        world.as_para(A, "establish_channel_with_system", ParaId(3))


def test_poking_what_is_not_open(world: World) -> None:
    world.init(A, B)

    with refused(Error.OpenHrmpChannelDoesntExist, world):
        world.as_signed("poke_channel_deposits", A, B)


def test_poking_when_one_end_cannot_pay_changes_neither(world: World) -> None:
    world.open_channels((A, B))
    dear = replace(HRMP, hrmp_sender_deposit=Balance(10), hrmp_recipient_deposit=Balance(5000))
    world.configuration.force_set_active_config(dear)

    with refused(BalancesError.InsufficientBalance, world):
        world.as_signed("poke_channel_deposits", A, B)
    assert world.reserved(A) == 100


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("force_clean_hrmp", (NOBODY, 0, 0)),
        ("force_process_hrmp_open", (0,)),
        ("force_process_hrmp_close", (0,)),
    ],
)
def test_by_force_there_may_be_nothing_to_do(world: World, name: str, args: tuple[int, ...]) -> None:
    before = world.state.root()

    world.as_root(name, *args)

    assert world.state.root() == before


# At genesis.


def test_channels_of_genesis_are_open_at_once() -> None:
    world = relay_world((A, B), block=0)
    world.hrmp.build([(A, B, 2, 8), (B, A, 1, 4)])

    there = world.hrmp.hrmp_channels.get(channel(A, B))
    assert there is not None
    assert (there.max_capacity, there.max_message_size) == (2, 8)
    assert world.has_channel(B, A)
    assert world.hrmp.hrmp_open_channel_requests_list.get() == ()
    assert_consistent(world)


def test_a_channel_that_could_not_be_asked_for_cannot_be_had_at_genesis() -> None:
    world = relay_world((A, B), block=0)
    with refused(Error.OpenHrmpChannelZeroCapacity, world):
        world.hrmp.build([(A, B, 0, 8)])
