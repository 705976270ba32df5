"""Fees for sending: which asset they are paid with, and fees outside of any program."""

from __future__ import annotations

import pytest
from typing_extensions import override

from tests.support.xcm_world import ALICE, SIBLING, World, some, units
from xcm import errors
from xcm.asset import Assets
from xcm.errors import Complete, Incomplete, Outcome
from xcm.failures import XcmFailure
from xcm.filters import All, Wild
from xcm.holding import Holding
from xcm.instructions import BuyExecution, PayFees, WithdrawAsset
from xcm.junctions import PalletInstance
from xcm.location import Location
from xcm.program import DepositReserveAsset, Instruction
from xcm.terms import Limited
from xcm.traits import FeeReason

ALL = Wild(All())
WITHDRAW = WithdrawAsset((some(100),))


def why(outcome: Outcome) -> errors.Error:
    assert isinstance(outcome, Incomplete)
    return outcome.error.error


def rich(**config: object) -> World:
    world = World(**config)
    world.give(ALICE, some(100))
    return world


OTHER = Location(0, (PalletInstance(7),))


class Market:
    """Takes three of the relay chain's asset for any fee."""

    def exchange_asset(
        self, origin: Location | None, give: Holding, want: Assets, *, maximal: bool
    ) -> Holding | None:
        return Holding(want) if give == Holding((some(3),)) else None

    def quote_exchange_price(self, give: Assets, want: Assets, *, maximal: bool) -> Assets | None:
        return (some(3, give[0].id),)


PAYMENTS = (PayFees(some(50)), BuyExecution(some(50), Limited(units(2))))


@pytest.mark.parametrize("payment", PAYMENTS)
def test_a_fee_is_paid_with_what_execution_was_paid_with(payment: Instruction) -> None:
    world = rich(exchanger=Market())
    world.delivery_price = (some(7, OTHER),)

    outcome = world.run(ALICE, WITHDRAW, payment, DepositReserveAsset(ALL, SIBLING, ()))

    assert isinstance(outcome, Complete)
    assert world.fees == [(Holding((some(7, OTHER),)), FeeReason.DepositReserveAsset)]


@pytest.mark.parametrize("payment", PAYMENTS)
def test_a_fee_in_another_asset_is_not_paid_where_nobody_deals(payment: Instruction) -> None:
    world = rich()
    world.delivery_price = (some(7, OTHER),)

    outcome = world.run(ALICE, WITHDRAW, payment, DepositReserveAsset(ALL, SIBLING, ()))

    assert why(outcome) == errors.NotHoldingFees()
    assert (world.sent, world.has(SIBLING)) == ([], ())


def test_a_fee_for_which_the_deal_falls_through_is_not_met() -> None:
    class Fickle(Market):
        @override
        def exchange_asset(
            self, origin: Location | None, give: Holding, want: Assets, *, maximal: bool
        ) -> Holding | None:
            return None

    world = rich(exchanger=Fickle())
    world.delivery_price = (some(7, OTHER),)

    outcome = world.run(ALICE, WITHDRAW, PAYMENTS[0], DepositReserveAsset(ALL, SIBLING, ()))

    assert why(outcome) == errors.FeesNotMet()


def test_a_program_that_has_not_paid_for_anything_pays_with_what_is_needed() -> None:
    world = rich(exchanger=Market())
    world.delivery_price = (some(7),)

    world.run(ALICE, WITHDRAW, DepositReserveAsset(ALL, SIBLING, ()))

    assert world.fees == [(Holding((some(7),)), FeeReason.DepositReserveAsset)]


def test_fees_outside_of_a_program_are_taken_from_the_account() -> None:
    world = rich()

    world.executor.charge_fees(ALICE, (some(30),))

    assert world.has(ALICE) == (some(70),)
    assert world.fees == [(Holding((some(30),)), FeeReason.ChargeFees)]
    with pytest.raises(XcmFailure) as failed:
        world.executor.charge_fees(ALICE, (some(71),))
    assert failed.value.error == errors.FailedToTransactAsset()


def test_fees_outside_of_a_program_may_be_waived() -> None:
    world = rich()
    world.waived = {ALICE}

    world.executor.charge_fees(ALICE, (some(30),))

    assert (world.has(ALICE), world.fees) == ((some(100),), [])
