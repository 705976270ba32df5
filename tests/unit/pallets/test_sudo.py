"""Calls as Root for the holder of the key."""

from __future__ import annotations

from pallets.balances_items import AdjustmentDirection
from pallets.balances_items import Error as BalancesError
from pallets.sudo import Error, KeyChanged, KeyRemoved, Sudid, SudoAsDone
from primitives.address import Id, Index
from primitives.errors import BadOrigin, CannotLookup, Err, Module, Ok, Token, TokenError
from primitives.origin import NoOrigin, Root, Signed
from primitives.weights import Pays, Weight
from tests.support.asserts import refused
from tests.unit.pallets.small_world import ALICE, BOB, CHARLIE, SmallWorld, call, new_world, transfer


def world_of_alice() -> SmallWorld:
    """Alice holds the key."""
    world = new_world(alice=1000, bob=1000)
    world.sudo.key.put(ALICE)
    return world


def test_the_holder_of_the_key_acts_as_root_and_pays_nothing() -> None:
    world = world_of_alice()
    mint = call("Balances", "force_set_balance", Id(BOB), 5000)

    reported = world.dispatch(call("Sudo", "sudo", mint), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 5000
    assert reported.pays_fee is Pays.No
    assert world.events()[-1] == Sudid(Ok())


def test_a_failure_inside_is_told_by_the_event_and_costs_nothing() -> None:
    world = world_of_alice()
    nothing = call("Balances", "force_adjust_total_issuance", AdjustmentDirection.Increase, 0)

    reported = world.dispatch(call("Sudo", "sudo", nothing), Signed(ALICE))

    code = BalancesError.DeltaZero.value
    assert world.events() == [Sudid(Err(Module(5, bytes((code, 0, 0, 0)))))]
    assert reported.pays_fee is Pays.No


def test_anybody_else_is_refused() -> None:
    world = world_of_alice()

    for caller, error in ((Signed(BOB), Error.RequireSudo), (NoOrigin(), BadOrigin())):
        with refused(error, world):
            world.dispatch(call("Sudo", "sudo", transfer(BOB, 1)), caller)


def test_nobody_has_the_key_of_a_chain_without_one() -> None:
    world = new_world(alice=1000)

    with refused(Error.RequireSudo, world):
        world.dispatch(call("Sudo", "remove_key"), Signed(ALICE))


def test_a_weight_can_be_given_by_hand() -> None:
    world = world_of_alice()
    mint = call("Balances", "force_set_balance", Id(BOB), 5000)

    world.dispatch(call("Sudo", "sudo_unchecked_weight", mint, Weight(1, 1)), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 5000


def test_acting_as_another_account() -> None:
    world = world_of_alice()

    world.dispatch(call("Sudo", "sudo_as", Id(BOB), transfer(ALICE, 300)), Signed(ALICE))
    went_well = world.events()[-1]
    world.dispatch(call("Sudo", "sudo_as", Id(BOB), transfer(ALICE, 5000)), Signed(ALICE))

    assert world.balances.free_balance(BOB) == 700
    assert went_well == SudoAsDone(Ok())
    assert world.events() == [SudoAsDone(Err(Token(TokenError.FundsUnavailable)))]


def test_the_key_is_passed_on() -> None:
    world = world_of_alice()

    world.dispatch(call("Sudo", "set_key", Id(CHARLIE)), Signed(ALICE))

    assert world.sudo.key.get() == CHARLIE
    assert world.events() == [KeyChanged(ALICE, CHARLIE)]


def test_the_key_goes_to_accounts_only() -> None:
    world = world_of_alice()

    with refused(CannotLookup(), world):
        world.dispatch(call("Sudo", "set_key", Index()), Signed(ALICE))


def test_root_can_remove_the_key() -> None:
    world = world_of_alice()

    world.dispatch(call("Sudo", "remove_key"), Root())

    assert not world.sudo.key.exists()
    assert world.events() == [KeyRemoved()]
