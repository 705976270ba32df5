"""Several calls in one, and calls as somebody else."""

from __future__ import annotations

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
from primitives.origin import NoOrigin, Root, Signed
from primitives.record import Record
from primitives.weights import Weight
from tests.unit.pallets.small_world import ALICE, BOB, SmallWorld, call, new_world, transfer

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

    with pytest.raises(DispatchError) as failed:
        world.dispatch(call("Utility", "batch_all", calls), Signed(ALICE))

    assert failed.value.error == NO_FUNDS
    assert world.balances.free_balance(BOB) == 0
    assert world.events() == []


def test_a_batch_of_all_or_none_that_goes_well() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "batch_all", (transfer(BOB, 100),)), Signed(ALICE))

    assert own_events(world) == [ItemCompleted(), BatchCompleted()]


def test_only_root_puts_one_all_or_none_into_another() -> None:
    world = new_world(alice=1000)
    nested = call("Utility", "batch_all", (call("Utility", "batch_all", ()),))

    with pytest.raises(DispatchError) as refused:
        world.dispatch(nested, Signed(ALICE))
    world.dispatch(nested, Root())

    assert refused.value.error is SystemError_.CallFiltered
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
    with pytest.raises(DispatchError) as too_long:
        world.dispatch(too_many, Signed(ALICE))
    with pytest.raises(DispatchError) as anonymous:
        world.dispatch(call("Utility", name, ()), NoOrigin())

    assert too_long.value.error is Error.TooManyCalls
    assert anonymous.value.error == BadOrigin()


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
    with pytest.raises(DispatchError) as failed:
        world.dispatch(call("Utility", "dispatch_as_fallible", Signed(ALICE), transfer(BOB, 5000)), Root())

    assert failed.value.error == NO_FUNDS
    assert own_events(world) == [DispatchedAs(Ok())]


@pytest.mark.parametrize("name", ["dispatch_as", "dispatch_as_fallible"])
def test_nobody_else_acts_as_anybody(name: str) -> None:
    world = new_world(alice=1000)

    with pytest.raises(DispatchError) as refused:
        world.dispatch(call("Utility", name, Signed(ALICE), transfer(BOB, 300)), Signed(BOB))

    assert refused.value.error == BadOrigin()


def test_root_gives_a_weight_by_hand() -> None:
    world = new_world()
    mint = call("Balances", "force_set_balance", Id(BOB), 700)

    world.dispatch(call("Utility", "with_weight", mint, Weight(1, 1)), Root())
    with pytest.raises(DispatchError) as refused:
        world.dispatch(call("Utility", "with_weight", mint, Weight(1, 1)), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 700
    assert refused.value.error == BadOrigin()


def test_a_second_call_where_the_first_fails() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Utility", "if_else", transfer(BOB, 100), transfer(BOB, 200)), Signed(ALICE))
    world.dispatch(call("Utility", "if_else", transfer(BOB, 5000), transfer(BOB, 200)), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 300
    assert own_events(world) == [IfElseMainSuccess(), IfElseFallbackCalled(NO_FUNDS)]


def test_the_second_calls_failure_is_that_of_the_whole() -> None:
    world = new_world(alice=1000)

    with pytest.raises(DispatchError) as failed:
        world.dispatch(call("Utility", "if_else", transfer(BOB, 5000), transfer(BOB, 5)), Signed(ALICE))

    assert failed.value.error == Token(TokenError.BelowMinimum)
    assert world.events() == []
