"""What Hrmp refuses, and in which order it looks; nothing is ever left behind.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.balances_items import Error as BalancesError
from pallets.relay.hrmp_items import Error
from primitives.errors import BadOrigin, ConsumerRemaining, DispatchError, Module
from primitives.ids import AccountId, Balance, ParaId
from primitives.origin import NoOrigin, Origin, Parachain, Root, Signed
from primitives.record import replace
from tests.support.asserts import refused
from tests.support.worlds import ALICE, HRMP, World, channel, relay_world

A, B, C, D = ParaId(2001), ParaId(2003), ParaId(2005), ParaId(2007)
NOBODY = ParaId(3333)


@pytest.fixture
def world() -> World:
    return relay_world((A, B, C, D), block=5)


# Origins.

CALLS: dict[str, tuple[object, ...]] = {
    "hrmp_init_open_channel": (B, 2, 8),
    "hrmp_accept_open_channel": (B,),
    "hrmp_close_channel": (channel(A, B),),
    "force_clean_hrmp": (A, 9, 9),
    "force_process_hrmp_open": (9,),
    "force_process_hrmp_close": (9,),
    "hrmp_cancel_open_request": (channel(A, B), 9),
    "force_open_hrmp_channel": (A, B, 2, 8),
    "establish_system_channel": (ParaId(1), ParaId(2)),
    "poke_channel_deposits": (A, B),
    "establish_channel_with_system": (ParaId(1),),
}
FOR_ROOT = (
    "force_clean_hrmp",
    "force_process_hrmp_open",
    "force_process_hrmp_close",
    "force_open_hrmp_channel",
)
FOR_ACCOUNTS = ("establish_system_channel", "poke_channel_deposits")
FOR_PARACHAINS = tuple(name for name in CALLS if name not in (*FOR_ROOT, *FOR_ACCOUNTS))
ROOT, ACCOUNT, PARACHAIN, NONE = Root(), Signed(ALICE), Parachain(A), NoOrigin()

STRANGERS: list[tuple[str, Origin]] = [
    *((name, origin) for name in FOR_ROOT for origin in (ACCOUNT, PARACHAIN, NONE)),
    *((name, origin) for name in FOR_ACCOUNTS for origin in (ROOT, PARACHAIN, NONE)),
    *((name, origin) for name in FOR_PARACHAINS for origin in (ROOT, ACCOUNT, NONE)),
]


@pytest.mark.parametrize(("name", "origin"), STRANGERS)
def test_a_call_is_for_one_kind_of_caller(world: World, name: str, origin: Origin) -> None:
    with refused(BadOrigin(), world):
        world.call(origin, "Hrmp", name, *CALLS[name])


def test_errors_are_recorded_with_the_index_of_the_pallet_and_their_own(world: World) -> None:
    cases = [world.relay.error_case(DispatchError(error)) for error in Error]

    assert cases == [Module(60, bytes((index, 0, 0, 0))) for index in range(20)]


# Asking for a channel: each row breaks its own rule and all later ones that it can.


@pytest.mark.parametrize(
    ("sender", "recipient", "capacity", "size", "error"),
    [
        (A, A, 0, 0, Error.OpenHrmpChannelToSelf),
        (NOBODY, NOBODY, 2, 8, Error.OpenHrmpChannelToSelf),
        (A, NOBODY, 0, 0, Error.OpenHrmpChannelInvalidRecipient),
        (A, B, 0, 0, Error.OpenHrmpChannelZeroCapacity),
        (A, B, 3, 0, Error.OpenHrmpChannelCapacityExceedsLimit),
        (A, B, 2, 0, Error.OpenHrmpChannelZeroMessageSize),
        (A, B, 2, 9, Error.OpenHrmpChannelMessageSizeExceedsLimit),
    ],
)
def test_a_request_that_asks_for_the_impossible(
    world: World, sender: ParaId, recipient: ParaId, capacity: int, size: int, error: Error
) -> None:
    world.init(A, B)

    with refused(error, world):
        world.init(sender, recipient, capacity, size)


def test_the_greatest_and_the_smallest_channel_may_be_asked_for(world: World) -> None:
    world.init(A, B, capacity=2, size=8)
    world.init(A, C, capacity=1, size=1)


@pytest.mark.parametrize("accepted", [True, False])
def test_a_second_request_for_the_same_channel(world: World, *, accepted: bool) -> None:
    world.init(A, B)
    if accepted:
        world.accept(B, A)

    with refused(Error.OpenHrmpChannelAlreadyRequested, world):
        world.init(A, B)


def test_a_request_for_a_channel_that_is_open(world: World) -> None:
    world.open_channels((A, B))

    with refused(Error.OpenHrmpChannelAlreadyExists, world):
        world.init(A, B)


def test_being_requested_is_noticed_before_being_open_and_before_the_limit(world: World) -> None:
    world.open_channels((A, C), (A, B))
    request = world.hrmp.hrmp_open_channel_requests
    with refused(Error.OpenHrmpChannelAlreadyExists, world):
        world.init(A, B)

    world.init(B, A)
    found = request.get(channel(B, A))
    assert found is not None
    request[channel(A, B)] = found

    with refused(Error.OpenHrmpChannelAlreadyRequested, world):
        world.init(A, B)


def test_a_parachain_on_its_way_out_cannot_be_asked(world: World) -> None:
    world.deregister(B)

    with refused(Error.OpenHrmpChannelInvalidRecipient, world):
        world.init(A, B)


def test_whether_the_sender_is_a_parachain_is_not_asked() -> None:
    world = relay_world((A,))
    config = replace(HRMP, hrmp_sender_deposit=Balance(0))
    world.configuration.force_set_active_config(config)

    world.init(NOBODY, A)

    assert channel(NOBODY, A) in world.hrmp.hrmp_open_channel_requests


def test_open_channels_and_requests_together_are_limited_for_a_sender(world: World) -> None:
    world.open_channels((A, B))
    world.init(A, C)

    with refused(Error.OpenHrmpChannelLimitExceeded, world):
        world.init(A, D)
    world.init(B, D)  # another one's limit


def test_a_request_that_was_taken_back_counts_no_more(world: World) -> None:
    world.init(A, B)
    world.init(A, C)
    world.cancel(A, channel(A, B))

    world.init(A, D)


def test_the_limit_is_looked_at_before_the_money() -> None:
    world = relay_world((A, B, C, D), balance=250)
    world.init(A, B)
    world.init(A, C)

    with refused(Error.OpenHrmpChannelLimitExceeded, world):
        world.init(A, D)


def test_a_sender_without_money() -> None:  # scenario 17
    world = relay_world((A, B), balance={A: 0, B: 1000}, block=5)

    with refused(BalancesError.InsufficientBalance, world):
        world.init(A, B)


def test_a_sender_must_keep_its_account_alive() -> None:
    world = relay_world((A, B), balance={A: 100, B: 1000})

    with refused(ConsumerRemaining(), world):
        world.init(A, B)


# Accepting.


def test_accepting_what_nobody_asked_for(world: World) -> None:
    world.init(B, A)

    with refused(Error.AcceptHrmpChannelDoesntExist, world):
        world.accept(B, A)


def test_accepting_twice(world: World) -> None:
    world.init(A, B)
    world.accept(B, A)

    with refused(Error.AcceptHrmpChannelAlreadyConfirmed, world):
        world.accept(B, A)


def test_open_channels_and_accepted_requests_together_are_limited_for_a_recipient(world: World) -> None:
    world.open_channels((A, B))
    world.init(C, B)
    world.init(D, B)
    world.accept(B, C)

    with refused(Error.AcceptHrmpChannelLimitExceeded, world):
        world.accept(B, D)
    with refused(Error.AcceptHrmpChannelAlreadyConfirmed, world):  # looked at first
        world.accept(B, C)


def test_requests_that_were_not_accepted_do_not_count_for_the_recipient(world: World) -> None:
    for sender in (A, C, D):
        world.init(sender, B)

    world.accept(B, A)
    world.accept(B, D)
    with refused(Error.AcceptHrmpChannelLimitExceeded, world):
        world.accept(B, C)


def test_a_recipient_without_money() -> None:  # scenario 17
    world = relay_world((A, B), balance={A: 1000, B: 0}, block=5)
    world.init(A, B)

    with refused(BalancesError.InsufficientBalance, world):
        world.accept(B, A)


# Closing and taking back.


def test_only_the_two_ends_may_close(world: World) -> None:
    world.open_channels((A, B))

    with refused(Error.CloseHrmpChannelUnauthorized, world):
        world.close(C, channel(A, B))
    with refused(Error.CloseHrmpChannelUnauthorized, world):  # looked at before the channel itself
        world.close(C, channel(B, A))


def test_closing_what_is_not_open(world: World) -> None:
    world.open_channels((A, B))
    world.init(A, C)

    with refused(Error.CloseHrmpChannelDoesntExist, world):
        world.close(B, channel(B, A))
    with refused(Error.CloseHrmpChannelDoesntExist, world):
        world.close(A, channel(A, C))


def test_closing_twice(world: World) -> None:
    world.open_channels((A, B))
    world.close(A, channel(A, B))

    with refused(Error.CloseHrmpChannelAlreadyUnderway, world):
        world.close(B, channel(A, B))


def test_only_the_two_ends_may_take_a_request_back(world: World) -> None:
    world.init(A, B)

    with refused(Error.CancelHrmpOpenChannelUnauthorized, world):
        world.cancel(C, channel(A, B))
    with refused(Error.CancelHrmpOpenChannelUnauthorized, world):  # looked at before the request itself
        world.cancel(C, channel(B, A))


def test_taking_back_what_was_not_asked_for(world: World) -> None:
    with refused(Error.OpenHrmpChannelDoesntExist, world):
        world.cancel(A, channel(A, B))


@pytest.mark.parametrize("by", [A, B])
def test_taking_back_what_was_accepted(world: World, by: ParaId) -> None:
    world.init(A, B)
    world.accept(B, A)

    with refused(Error.OpenHrmpChannelAlreadyConfirmed, world):
        world.cancel(by, channel(A, B))


def test_somebody_is_an_account_like_any_other(world: World) -> None:
    world.open_channels((A, B))

    world.call(Signed(AccountId(bytes(31) + b"\x01")), "Hrmp", "poke_channel_deposits", A, B)
