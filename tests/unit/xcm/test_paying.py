"""Paying for weight and for sending."""

from __future__ import annotations

import pytest
from typing_extensions import override

from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_world import ALICE, BOB, MESSAGE_ID, World, some
from xcm import errors
from xcm.failures import XcmFailure
from xcm.holding import Holding
from xcm.location import HERE, PARENT
from xcm.paying import FirstTrader, UsingComponents, XcmFeeManagerFromComponents, fixed_rate
from xcm.traits import FeeReason, XcmContext
from xcm.trust import equals

CONTEXT = XcmContext(ALICE, MESSAGE_ID, None)


class Shop:
    """A trader that wants a unit for every ten of computing time, and what it handed over."""

    def __init__(self) -> None:
        self.earned: list[int] = []
        self.trader = UsingComponents(lambda weight: weight.ref_time // 10, PARENT, self.earned.append)

    def buys(self, time: int, *payment: int) -> int:
        """What is left of a payment."""
        left = self.trader.buy_weight(Weight(time, 5), Holding(some(amount) for amount in payment), CONTEXT)
        return left.fungible.get(PARENT, 0)

    def refunds(self, time: int) -> int:
        back = self.trader.refund_weight(Weight(time, 0), CONTEXT)
        return 0 if back is None else back.fun.amount  # type: ignore[union-attr]


def test_weight_is_sold_for_its_fee_and_what_was_earned_is_handed_over_at_the_end() -> None:
    shop = Shop()

    assert shop.buys(100, 25) == 15
    assert shop.buys(50, 5) == 0
    assert shop.earned == []

    shop.trader.finish()
    assert shop.earned == [15]


@pytest.mark.parametrize("payment", [(), (9,)])
def test_too_little_buys_nothing(payment: tuple[int, ...]) -> None:
    shop = Shop()
    with pytest.raises(XcmFailure) as failed:
        shop.buys(100, *payment)
    shop.trader.finish()

    assert failed.value.error == errors.TooExpensive()
    assert shop.earned == []


def test_weight_that_costs_nothing_is_for_everybody() -> None:
    assert Shop().buys(9) == 0


def test_what_is_given_back_is_not_earned() -> None:
    shop = Shop()
    shop.buys(100, 10)

    assert shop.refunds(40) == 4
    shop.trader.finish()
    assert shop.earned == [6]


def test_no_more_is_given_back_than_was_bought() -> None:
    shop = Shop()
    shop.buys(100, 10)

    assert shop.refunds(1_000) == 10
    assert shop.refunds(1_000) == 0
    assert shop.trader.refund_weight(ZERO_WEIGHT, CONTEXT) is None
    shop.trader.finish()
    assert shop.earned == []


def test_a_fixed_rate_counts_seconds_and_megabytes_each_rounded_down() -> None:
    fee = fixed_rate(1_000, 30)

    assert fee(Weight(10**12, 0)) == 1_000
    assert fee(Weight(0, 2**20)) == 30
    assert fee(Weight(10**12 - 1, 2**20 - 1)) == 999 + 29


def two_shops() -> tuple[FirstTrader, list[int], list[int]]:
    """A trader for the relay chain's asset before one for ours, and what each handed over."""
    first: list[int] = []
    second: list[int] = []
    traders = (
        UsingComponents(lambda weight: weight.ref_time, PARENT, first.append),
        UsingComponents(lambda weight: weight.ref_time, HERE, second.append),
    )
    return FirstTrader(*traders), first, second


def test_weight_is_bought_from_the_first_who_takes_the_payment() -> None:
    trader, first, second = two_shops()

    left = trader.buy_weight(Weight(10, 0), Holding((some(15, HERE), some(5))), CONTEXT)
    assert left == Holding((some(5, HERE), some(5)))
    assert trader.refund_weight(Weight(4, 0), CONTEXT) == some(4, HERE)

    trader.finish()
    assert (first, second) == ([], [6])


def test_where_nobody_sells_it_was_too_expensive_if_anybody_says_so() -> None:
    class ClosedShop(UsingComponents):
        @override
        def buy_weight(self, weight: Weight, payment: Holding, context: XcmContext) -> Holding:
            raise XcmFailure(errors.AssetNotFound())

    def why(*traders: UsingComponents) -> errors.Error:
        with pytest.raises(XcmFailure) as failed:
            FirstTrader(*traders).buy_weight(Weight(10, 0), Holding(), CONTEXT)
        return failed.value.error

    closed = ClosedShop(lambda weight: 1, HERE, print)
    assert why(Shop().trader, closed) == errors.TooExpensive()
    assert why(closed, closed) == errors.AssetNotFound()
    assert why() == errors.TooExpensive()


def test_some_send_for_nothing_and_nobody_does_not() -> None:
    fees = XcmFeeManagerFromComponents(equals(HERE), World(), BOB)

    assert fees.is_waived(HERE, FeeReason.Report)
    assert not fees.is_waived(ALICE, FeeReason.Report)
    assert not fees.is_waived(None, FeeReason.Report)


def test_fees_go_to_one_account() -> None:
    world = World()
    fees = XcmFeeManagerFromComponents(equals(HERE), world, BOB)

    fees.handle_fee(Holding((some(30), some(5, HERE))), CONTEXT, FeeReason.ChargeFees)

    assert world.has(BOB) == (some(5, HERE), some(30))
    assert world.burnt == []


def test_a_fee_that_the_account_cannot_take_is_burnt() -> None:
    world = World()
    fees = XcmFeeManagerFromComponents(equals(HERE), world, BOB)

    fees.handle_fee(Holding((some(1),)), CONTEXT, FeeReason.ChargeFees)

    assert (world.has(BOB), world.burnt) == ((), [some(1)])
