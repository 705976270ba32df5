"""What an extrinsic costs. Figures with many digits are those of recorded blocks."""

from __future__ import annotations

import pytest

from pallets.balances_items import BurnedDebt, Deposit, Preservation, Withdraw
from pallets.transaction_payment import (
    TREASURY,
    FeeConstants,
    Imbalance,
    NoDrop,
    SinglePot,
    TransactionFeePaid,
    TransactionPayment,
    TransactionPaymentConstants,
    WeightToFeeModel,
)
from primitives.arithmetic import U64_MAX
from primitives.errors import Invalid, InvalidTransaction
from primitives.ids import Balance, BlockNumber
from primitives.weights import DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from tests.unit.pallets.small_world import ALICE, BOB, CHARLIE, SmallWorld, new_world

FEE = Balance(249_360_866)
NONE = Balance(0)

PASEO = FeeConstants(
    base_weight=Weight(126_045_000, 0),
    byte_fee=Balance(1_000_000),
    weight_fee=Balance(100_000_000),
    weight_unit=1_260_450_000,
    max_weight=Weight(2_000_000_000_000, U64_MAX),
)
"""The fees of the recorded relay chain."""


def paying_world() -> SmallWorld:
    """Alice can pay; the treasury and the author have accounts."""
    world = new_world(alice=1_000_000_000, charlie=1000)
    world.endow(TREASURY, 1000)
    return world


def normal(weight: int, pays: Pays = Pays.Yes) -> DispatchInfo:
    return DispatchInfo(Weight(weight, 0), DispatchClass.Normal, pays)


def test_four_fifths_go_to_the_treasury_and_the_rest_to_the_author() -> None:
    world = paying_world()
    issuance = world.balances.total_issuance.get()

    withdrawn = world.payment.withdraw_fee(ALICE, FEE, NONE)
    world.payment.correct_and_deposit_fee(withdrawn, FEE)

    assert world.balances.total_issuance.get() == issuance
    assert world.events() == [
        Withdraw(ALICE, FEE),
        Deposit(TREASURY, Balance(199_488_692)),
        Deposit(CHARLIE, Balance(49_872_174)),
        TransactionFeePaid(ALICE, FEE, NONE),
    ]


def test_a_call_that_turns_out_to_be_free_costs_nothing() -> None:
    world = paying_world()

    withdrawn = world.payment.withdraw_fee(ALICE, FEE, NONE)
    world.payment.correct_and_deposit_fee(withdrawn, NONE)

    assert world.balances.free_balance(ALICE) == 1_000_000_000
    assert world.events() == [
        Withdraw(ALICE, FEE),
        Deposit(ALICE, FEE),
        TransactionFeePaid(ALICE, NONE, NONE),
    ]


def test_what_was_estimated_too_much_goes_back_first() -> None:
    world = paying_world()

    withdrawn = world.payment.withdraw_fee(ALICE, Balance(1000), NONE)
    world.payment.correct_and_deposit_fee(withdrawn, Balance(600))

    assert world.events() == [
        Withdraw(ALICE, Balance(1000)),
        Deposit(ALICE, Balance(400)),
        Deposit(TREASURY, Balance(480)),
        Deposit(CHARLIE, Balance(120)),
        TransactionFeePaid(ALICE, Balance(600), NONE),
    ]


def test_the_whole_tip_is_the_authors() -> None:
    world = paying_world()

    withdrawn = world.payment.withdraw_fee(ALICE, Balance(1070), Balance(70))
    world.payment.correct_and_deposit_fee(withdrawn, Balance(1070))

    assert world.events() == [
        Withdraw(ALICE, Balance(1070)),
        Deposit(TREASURY, Balance(800)),
        Deposit(CHARLIE, Balance(270)),
        TransactionFeePaid(ALICE, Balance(1070), Balance(70)),
    ]


def test_a_tip_is_kept_where_the_call_is_free() -> None:
    world = paying_world()

    withdrawn = world.payment.withdraw_fee(ALICE, Balance(1070), Balance(70))
    world.payment.correct_and_deposit_fee(withdrawn, Balance(70))

    assert world.events() == [
        Withdraw(ALICE, Balance(1070)),
        Deposit(ALICE, Balance(1000)),
        Deposit(CHARLIE, Balance(70)),
        TransactionFeePaid(ALICE, Balance(70), Balance(70)),
    ]


def test_no_fee_leaves_only_the_event() -> None:
    world = paying_world()

    withdrawn = world.payment.withdraw_fee(ALICE, NONE, NONE)
    world.payment.correct_and_deposit_fee(withdrawn, NONE)

    assert world.events() == [TransactionFeePaid(ALICE, NONE, NONE)]


def test_the_fee_without_its_tip_is_stored_while_the_call_runs() -> None:
    world = paying_world()

    withdrawn = world.payment.withdraw_fee(ALICE, Balance(1070), Balance(70))
    meanwhile = world.payment.tx_payment_credit.get()
    world.payment.correct_and_deposit_fee(withdrawn, Balance(1070))

    assert meanwhile == NoDrop(Imbalance(Balance(1000)))
    assert not world.payment.tx_payment_credit.exists()


def test_the_existential_deposit_cannot_be_spent_on_fees() -> None:
    world = new_world(alice=1000)

    with pytest.raises(InvalidTransaction) as refused:
        world.payment.withdraw_fee(ALICE, Balance(901), NONE)

    assert refused.value.reason is Invalid.Payment
    assert world.payment.can_withdraw_fee(ALICE, Balance(900))
    assert not world.payment.can_withdraw_fee(ALICE, Balance(901))
    assert world.events() == []


def test_an_account_that_is_gone_gets_nothing_back() -> None:
    world = paying_world()
    world.endow(BOB, 1000)

    withdrawn = world.payment.withdraw_fee(BOB, Balance(900), NONE)
    world.balances.transfer(BOB, ALICE, Balance(100), Preservation.Expendable)
    world.payment.correct_and_deposit_fee(withdrawn, Balance(500))

    assert world.balances.total_balance(BOB) == 0
    assert world.events()[-3:] == [
        Deposit(TREASURY, Balance(720)),
        Deposit(CHARLIE, Balance(180)),
        TransactionFeePaid(BOB, Balance(500), NONE),
    ]


def test_the_authors_part_is_burnt_where_the_author_has_no_account() -> None:
    world = new_world(alice=1000)
    world.endow(TREASURY, 1000)

    withdrawn = world.payment.withdraw_fee(ALICE, Balance(100), NONE)
    world.payment.correct_and_deposit_fee(withdrawn, Balance(100))

    assert world.events() == [
        Withdraw(ALICE, Balance(100)),
        Deposit(TREASURY, Balance(80)),
        BurnedDebt(Balance(20)),
        TransactionFeePaid(ALICE, Balance(100), NONE),
    ]


@pytest.mark.parametrize(
    ("fee", "ends"),
    [(99, BurnedDebt(Balance(99))), (100, Deposit(BOB, Balance(100)))],
    ids=["small", "large"],
)
def test_a_parachains_pot_comes_into_being_by_a_large_fee(fee: int, ends: BurnedDebt | Deposit) -> None:
    world = new_world(alice=1000)
    sink = SinglePot(world.balances, BOB)
    payment = TransactionPayment(world.frame, world.balances, sink, TransactionPaymentConstants(5))

    withdrawn = payment.withdraw_fee(ALICE, Balance(fee), NONE)
    payment.correct_and_deposit_fee(withdrawn, Balance(fee))

    assert ends in world.events()


def test_the_author_is_known_during_the_block() -> None:
    world = new_world()

    world.authorship.on_initialize(BlockNumber(1))
    during = world.authorship.author_.get()
    world.authorship.on_finalize(BlockNumber(1))

    assert during == CHARLIE
    assert not world.authorship.author_.exists()


@pytest.mark.parametrize(
    ("multiplier", "length", "weight", "fee"),
    [
        (999795264116500894, 123, 1593015899 - 126_045_000, 249_360_866),
        (998915272906944594, 131, 1001020672000 - 126_045_000, 79_462_585_086),
        (999606895610585339, 111, 493780212 - 126_045_000, 150_163_445),
    ],
    ids=["force_open_hrmp_channel", "execute_overweight", "remark_with_event"],
)
def test_fees_are_those_recorded(multiplier: int, length: int, weight: int, fee: int) -> None:
    world = new_world()
    world.payment.next_fee_multiplier.put(multiplier)
    model = WeightToFeeModel(world.payment, PASEO)

    assert model.fee(length, normal(weight)) == fee


def test_the_base_fee_is_not_multiplied() -> None:
    world = new_world()
    world.payment.next_fee_multiplier.put(0)

    assert WeightToFeeModel(world.payment, PASEO).fee(0, normal(10**9)) == 10_000_000


def test_the_actual_fee_is_never_more_than_the_estimated_one() -> None:
    model = WeightToFeeModel(new_world().payment, PASEO)
    info = normal(1_260_450_000)
    less = PostDispatchInfo(Weight(630_225_000, 0))
    more = PostDispatchInfo(Weight(2_520_900_000, 0))

    estimated = model.fee(10, info)

    assert estimated == 119_999_999  # the fraction in billionths is rounded down
    assert model.actual_fee(10, info, PostDispatchInfo()) == estimated
    assert model.actual_fee(10, info, less) == 69_999_999
    assert model.actual_fee(10, info, more) == estimated


@pytest.mark.parametrize(("before", "after"), [(Pays.No, Pays.Yes), (Pays.Yes, Pays.No)])
def test_either_side_can_make_a_call_free(before: Pays, after: Pays) -> None:
    model = WeightToFeeModel(new_world().payment, PASEO)

    assert model.actual_fee(10, normal(10**9, before), PostDispatchInfo(pays_fee=after)) == 0


def test_a_call_heavier_than_a_block_costs_as_much_as_a_block() -> None:
    model = WeightToFeeModel(new_world().payment, PASEO)

    assert model.fee(0, normal(3 * 10**12)) == model.fee(0, normal(2 * 10**12))
