"""Several calls in one, and calls as somebody else."""

from __future__ import annotations

from typing import ClassVar

import pytest

from pallets.system_items import Error as SystemError_
from pallets.utility import (
    BatchCompleted,
    BatchCompletedWithErrors,
    BatchInterrupted,
    DispatchedAs,
    Error,
    IfElseFallbackCalled,
    IfElseMainSuccess,
    ItemCompleted,
    ItemFailed,
    Utility,
    derivative_account,
)
from primitives.address import Id
from primitives.errors import BadOrigin, DispatchError, Err, Ok, Token, TokenError
from primitives.hashing import blake2_256
from primitives.origin import NoOrigin, Origin, Root, Signed
from primitives.pallet import RuntimeCall
from primitives.record import Record
from primitives.storage.state import State
from primitives.weights import Weight
from runtime.call_weights import CallWeights
from tests.support.asserts import refused
from tests.unit.pallets.small_world import ALICE, BOB, DORA, SmallWorld, call, new_world, transfer

NO_FUNDS = Token(TokenError.FundsUnavailable)


def own_events(world: SmallWorld) -> list[Record]:
    """The events of Utility alone."""
    return [event for event in world.events() if isinstance(event, Utility.events)]


def test_a_batch_makes_its_calls_in_order() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "batch", (transfer(BOB, 100), transfer(BOB, 200))), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 300
    assert own_events(world) == [ItemCompleted(), ItemCompleted(), BatchCompleted()]


def test_a_batch_stops_at_the_first_failure_and_keeps_what_was_done() -> None:
    world = new_world(alice=1000)
    calls = (transfer(BOB, 100), transfer(BOB, 5000), transfer(BOB, 200))

    world.dispatch(call("Utility", "batch", calls), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 100
    assert own_events(world) == [ItemCompleted(), BatchInterrupted(1, NO_FUNDS)]


def test_a_batch_of_all_or_none_undoes_what_was_done() -> None:
    world = new_world(alice=1000)
    calls = (transfer(BOB, 100), transfer(BOB, 5000))

    with refused(NO_FUNDS, world):
        world.dispatch(call("Utility", "batch_all", calls), Signed(ALICE))


def test_a_batch_of_all_or_none_that_goes_well() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "batch_all", (transfer(BOB, 100),)), Signed(ALICE))

    assert own_events(world) == [ItemCompleted(), BatchCompleted()]


def test_only_root_puts_one_all_or_none_into_another() -> None:
    world = new_world(alice=1000)
    nested = call("Utility", "batch_all", (call("Utility", "batch_all", ()),))

    with refused(SystemError_.CallFiltered, world):
        world.dispatch(nested, Signed(ALICE))
    world.dispatch(nested, Root())

    assert own_events(world) == [BatchCompleted(), ItemCompleted(), BatchCompleted()]


def test_a_forced_batch_goes_on_after_failures() -> None:
    world = new_world(alice=1000)
    calls = (transfer(BOB, 5000), transfer(BOB, 200))

    world.dispatch(call("Utility", "force_batch", calls), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 200
    assert own_events(world) == [ItemFailed(NO_FUNDS), ItemCompleted(), BatchCompletedWithErrors()]


def test_a_forced_batch_without_failures() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "force_batch", (transfer(BOB, 200),)), Signed(ALICE))

    assert own_events(world) == [ItemCompleted(), BatchCompleted()]


def test_the_calls_of_a_batch_of_root_are_roots() -> None:
    world = new_world()

    world.dispatch(call("Utility", "batch", (call("Balances", "force_set_balance", Id(BOB), 700),)), Root())

    assert world.balances.free_balance(BOB) == 700


@pytest.mark.parametrize("name", ["batch", "batch_all", "force_batch"])
def test_a_batch_is_neither_too_long_nor_anonymous(name: str) -> None:
    world = new_world()
    most = call("Utility", name, (call("System", "remark", b""),) * 10922)
    too_many = call("Utility", name, (call("System", "remark", b""),) * 10923)

    world.dispatch(most, Signed(ALICE))
    with refused(Error.TooManyCalls, world):
        world.dispatch(too_many, Signed(ALICE))
    with refused(BadOrigin(), world):
        world.dispatch(call("Utility", name, ()), NoOrigin())


def test_a_derivative_account_spends_its_own() -> None:
    world = new_world(alice=1000)
    third = derivative_account(ALICE, 3)
    world.endow(third, 500)

    world.dispatch(call("Utility", "as_derivative", 3, transfer(BOB, 300)), Signed(ALICE))

    assert third == blake2_256(b"modlpy/utilisuba" + ALICE + b"\x03\x00")
    assert world.balances.free_balance(third) == 200
    assert world.balances.free_balance(ALICE) == 1000


def test_root_acts_as_anybody() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "dispatch_as", Signed(ALICE), transfer(BOB, 300)), Root())
    world.dispatch(call("Utility", "dispatch_as", Signed(ALICE), transfer(BOB, 5000)), Root())

    assert world.balances.free_balance(BOB) == 300
    assert own_events(world) == [DispatchedAs(Ok()), DispatchedAs(Err(NO_FUNDS))]


def test_acting_as_anybody_can_fail_as_a_whole() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "dispatch_as_fallible", Signed(ALICE), transfer(BOB, 300)), Root())
    with refused(NO_FUNDS, world):
        world.dispatch(call("Utility", "dispatch_as_fallible", Signed(ALICE), transfer(BOB, 5000)), Root())

    assert own_events(world) == [DispatchedAs(Ok())]


@pytest.mark.parametrize("name", ["dispatch_as", "dispatch_as_fallible"])
def test_nobody_else_acts_as_anybody(name: str) -> None:
    world = new_world(alice=1000)

    with refused(BadOrigin(), world):
        world.dispatch(call("Utility", name, Signed(ALICE), transfer(BOB, 300)), Signed(BOB))


def test_root_gives_a_weight_by_hand() -> None:
    world = new_world()
    mint = call("Balances", "force_set_balance", Id(BOB), 700)

    world.dispatch(call("Utility", "with_weight", mint, Weight(1, 1)), Root())
    with refused(BadOrigin(), world):
        world.dispatch(call("Utility", "with_weight", mint, Weight(1, 1)), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 700


def test_a_second_call_where_the_first_fails() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "if_else", transfer(BOB, 100), transfer(BOB, 200)), Signed(ALICE))
    world.dispatch(call("Utility", "if_else", transfer(BOB, 5000), transfer(BOB, 200)), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 300
    assert own_events(world) == [IfElseMainSuccess(), IfElseFallbackCalled(NO_FUNDS)]


def test_the_second_calls_failure_is_that_of_the_whole() -> None:
    world = new_world(alice=1000)

    with refused(Token(TokenError.BelowMinimum), world):
        world.dispatch(call("Utility", "if_else", transfer(BOB, 5000), transfer(BOB, 5)), Signed(ALICE))


# ---------------------------------------------------------------------------------- what it weighed after all


def _batch(calls: tuple[RuntimeCall, ...]) -> Weight:
    return Weight(100 + len(calls), 0)


class Weighed(SmallWorld):
    """A world in which a batch weighs 100 and 1 for each call, another call of Utility 7, any other 10."""

    weights: ClassVar[CallWeights | None] = CallWeights(
        {
            "Utility": {
                **dict.fromkeys(
                    ("batch", "batch_all", "force_batch"), lambda calls: Weight(100 + len(calls), 0)
                ),
                **dict.fromkeys(("as_derivative", "if_else"), Weight(7, 0)),
                "with_weight": lambda call, weight: weight,
            },
            "Balances": {"transfer_allow_death": Weight(10, 0)},
            "Sudo": {"sudo": Weight(10, 0)},
        }
    )


def weighed(inside: RuntimeCall, origin: Origin | None = None) -> int | None:
    """What a call turned out to weigh, by its result or by its error."""
    world = Weighed(State())
    for who in (DORA, ALICE):
        world.endow(who, 1_000)
    try:
        weight = world.dispatch(inside, origin or Signed(ALICE)).actual_weight
    except DispatchError as error:
        weight = error.actual_weight
    return None if weight is None else weight.ref_time


GOES_WELL, FAILS = transfer(BOB, 100), transfer(BOB, 5_000)


@pytest.mark.parametrize(
    ("calls", "weight"),
    [
        ((), 100),
        ((GOES_WELL, GOES_WELL), 122),
        ((FAILS, GOES_WELL, GOES_WELL), 111),
        ((GOES_WELL, FAILS, GOES_WELL), 122),
    ],
)
def test_a_batch_weighs_nothing_for_calls_that_were_not_made(
    calls: tuple[RuntimeCall, ...], weight: int
) -> None:
    assert weighed(call("Utility", "batch", calls)) == weight
    assert weighed(call("Utility", "batch_all", calls)) == weight


def test_a_batch_that_goes_on_weighs_for_all_its_calls() -> None:
    assert weighed(call("Utility", "force_batch", (FAILS, GOES_WELL, GOES_WELL))) == 133


def test_what_a_batch_inside_did_not_use_the_outer_one_does_not_weigh() -> None:
    inner = call("Utility", "batch", (FAILS, GOES_WELL))
    assert weighed(call("Utility", "batch", (inner, GOES_WELL))) == 102 + 111 + 10


def test_one_of_two_calls_weighs() -> None:
    assert weighed(call("Utility", "if_else", GOES_WELL, FAILS)) == 17
    assert weighed(call("Utility", "if_else", FAILS, GOES_WELL)) == 27
    assert weighed(call("Utility", "if_else", FAILS, FAILS)) == 27


def test_a_call_as_a_derived_account_weighs_for_both() -> None:
    inner = call("Utility", "batch", (FAILS, GOES_WELL))
    assert weighed(call("Utility", "as_derivative", 0, inner)) == 7 + 111
    assert weighed(call("Utility", "as_derivative", 0, FAILS)) == 17


@pytest.mark.parametrize("inside", [GOES_WELL, FAILS])
def test_a_weight_that_root_chose_stays(inside: RuntimeCall) -> None:
    assert weighed(call("Utility", "with_weight", inside, Weight(1, 0)), Root()) is None
