"""Instructions that move assets on this chain: trust, room, dust, all or nothing."""

from __future__ import annotations

import pytest
from typing_extensions import override

from primitives.errors import DispatchError, Transactional, TransactionalError
from tests.support.xcm_world import ALICE, BOB, SIBLING, World, some, units
from xcm import errors
from xcm.asset import Array4, Asset, Assets, NonFungible
from xcm.errors import Complete, Incomplete, Outcome
from xcm.filters import All, Definite, Wild
from xcm.holding import Holding
from xcm.instructions import (
    BurnAsset,
    ClaimAsset,
    ClearOrigin,
    DepositAsset,
    ExchangeAsset,
    ReceiveTeleportedAsset,
    ReserveAssetDeposited,
    TransferAsset,
    WithdrawAsset,
)
from xcm.junctions import GeneralIndex, PalletInstance
from xcm.location import HERE, PARENT, Location
from xcm.program import Instruction
from xcm.reports import ExpectAsset

OTHER = Location(0, (PalletInstance(7),))
ART = Asset(OTHER, NonFungible(Array4(b"mona")))
DEPOSIT_ALL = DepositAsset(Wild(All()), BOB)


def why(outcome: Outcome) -> errors.Error:
    assert isinstance(outcome, Incomplete)
    return outcome.error.error


def many(count: int, first: int = 0) -> Assets:
    return tuple(some(5, Location(0, (GeneralIndex(at),))) for at in range(first, first + count))


@pytest.mark.parametrize(
    "instruction",
    [
        WithdrawAsset((some(1),)),
        ReserveAssetDeposited((some(1),)),
        ReceiveTeleportedAsset((some(1),)),
        TransferAsset((some(1),), BOB),
    ],
)
def test_assets_come_from_somebody(
    instruction: WithdrawAsset | ReserveAssetDeposited | ReceiveTeleportedAsset | TransferAsset,
) -> None:
    assert why(World().run(ALICE, ClearOrigin(), instruction)) == errors.BadOrigin()


def test_withdrawing_is_all_or_nothing() -> None:
    world = World()
    world.give(ALICE, some(5, HERE))

    outcome = world.run(ALICE, WithdrawAsset((some(5, HERE), some(1))))

    assert why(outcome) == errors.FailedToTransactAsset()
    assert world.has(ALICE) == (some(5, HERE),)
    assert world.trapped == []


def test_transferring_is_all_or_nothing() -> None:
    world = World()
    world.give(ALICE, some(5, HERE))

    assert (
        why(world.run(ALICE, TransferAsset((some(5, HERE), some(1)), BOB))) == errors.FailedToTransactAsset()
    )
    assert world.run(ALICE, TransferAsset((some(5, HERE),), BOB)) == Complete(units(1))
    assert (world.has(ALICE), world.has(BOB)) == ((), (some(5, HERE),))


def test_a_reserve_is_believed_if_it_is_one() -> None:
    world = World()

    trusted = world.run(
        SIBLING, ReserveAssetDeposited((some(5), ART)), DepositAsset(Definite((some(5),)), BOB)
    )
    stranger = world.run(ALICE, ReserveAssetDeposited((some(5),)))

    assert isinstance(trusted, Complete)
    assert world.has(BOB) == (some(5),)
    assert world.minted == [some(5), ART]
    assert why(stranger) == errors.UntrustedReserveLocation()


def test_a_teleport_is_believed_from_some_and_checked_in() -> None:
    world = World()

    trusted = world.run(PARENT, ReceiveTeleportedAsset((some(5),)), DEPOSIT_ALL)
    stranger = world.run(SIBLING, ReceiveTeleportedAsset((some(5),)))

    assert trusted == Complete(units(2))
    assert (world.has(BOB), world.minted) == ((some(5),), [some(5)])
    assert world.told[0] == ("in", PARENT, some(5))
    assert why(stranger) == errors.UntrustedTeleportLocation()


def test_a_teleport_that_cannot_be_is_not_checked_in() -> None:
    world = World()
    world.teleports_possible = False

    assert why(world.run(PARENT, ReceiveTeleportedAsset((some(5),)))) == errors.NotWithdrawable()
    assert world.minted == []


def test_holding_has_room_for_twice_the_limit() -> None:
    world = World(max_assets_into_holding=3)

    full = world.run(SIBLING, ReserveAssetDeposited(many(6)), DEPOSIT_ALL)

    assert full == Complete(units(2))


@pytest.mark.parametrize(
    "instruction",
    [
        WithdrawAsset(many(3)),
        ReserveAssetDeposited(many(3)),
        ReceiveTeleportedAsset(many(3)),
        ClaimAsset(many(3), HERE),
        ExchangeAsset(Definite(()), many(3), maximal=True),
    ],
)
def test_what_might_not_fit_into_holding_is_not_taken_in(instruction: Instruction) -> None:
    world = World(max_assets_into_holding=3, exchanger=TwoForOne())

    outcome = world.run(SIBLING, ReserveAssetDeposited(many(4)), instruction)

    assert why(outcome) == errors.HoldingWouldOverflow()


def test_a_failed_deposit_leaves_everything_in_holding_and_it_is_kept() -> None:
    world = World()
    world.give(ALICE, some(5), ART)

    outcome = world.run(ALICE, WithdrawAsset((some(5), ART)), DEPOSIT_ALL)

    assert why(outcome) == errors.LocationCannotHold()
    assert world.has(BOB) == ()
    assert world.trapped == [(ALICE, (some(5), ART))]


def test_an_asset_that_opens_the_account_lets_the_others_in() -> None:
    world = World()
    world.give(ALICE, some(1, HERE), some(5))

    assert world.run(ALICE, WithdrawAsset((some(1, HERE), some(5))), DEPOSIT_ALL) == Complete(units(2))
    assert world.has(BOB) == (some(1, HERE), some(5))


def test_dust_is_given_up() -> None:
    world = World()
    world.give(ALICE, some(1))

    assert world.run(ALICE, WithdrawAsset((some(1),)), DEPOSIT_ALL) == Complete(units(2))
    assert (world.has(BOB), world.burnt, world.trapped) == ((), [some(1)], [])


def test_burning_takes_what_is_there() -> None:
    world = World()
    world.give(ALICE, some(5))

    outcome = world.run(
        ALICE,
        WithdrawAsset((some(5),)),
        BurnAsset((some(3), some(9, OTHER))),
        ExpectAsset((some(2),)),
        DEPOSIT_ALL,
    )

    assert outcome == Complete(units(4))
    assert (world.has(BOB), world.burnt) == ((some(2),), [some(3)])


def test_an_expected_asset_has_to_be_there_in_full() -> None:
    world = World()
    world.give(ALICE, some(5))

    short = world.run(ALICE, WithdrawAsset((some(5),)), ExpectAsset((some(6),)))

    assert why(short) == errors.ExpectationFalse()


class TwoForOne:
    """Gives twice as much of whatever is wanted."""

    def exchange_asset(
        self, origin: Location | None, give: Holding, want: Assets, *, maximal: bool
    ) -> Holding | None:
        return Holding((some(10, want[0].id),)) if give.contains_asset(some(5)) else None

    def quote_exchange_price(self, give: Assets, want: Assets, *, maximal: bool) -> Assets | None:
        return (some(5),)


def test_assets_are_exchanged_where_somebody_deals() -> None:
    world = World(exchanger=TwoForOne())
    world.give(ALICE, some(9))
    deal = ExchangeAsset(Definite((some(5),)), (some(1, OTHER),), maximal=True)

    done = world.run(ALICE, WithdrawAsset((some(5),)), deal, DEPOSIT_ALL)
    no_deal = world.run(ALICE, WithdrawAsset((some(4),)), deal)

    assert done == Complete(units(3))
    assert world.has(BOB) == (some(10, OTHER),)
    assert why(no_deal) == errors.NoDeal()
    assert world.trapped == [(ALICE, (some(4),))]


class GivesChange(TwoForOne):
    """Takes five for just what is wanted, and gives the rest back, unless as much as possible is wanted."""

    @override
    def exchange_asset(
        self, origin: Location | None, give: Holding, want: Assets, *, maximal: bool
    ) -> Holding | None:
        return Holding((some(30, OTHER),)) if maximal else Holding((some(4), *want))


@pytest.mark.parametrize(
    ("maximal", "has"), [(True, (some(30, OTHER),)), (False, (some(4), some(10, OTHER)))]
)
def test_as_much_as_possible_is_got_or_just_what_is_wanted(maximal: bool, has: Assets) -> None:  # noqa: FBT001 - a row of a table
    world = World(exchanger=GivesChange())
    world.give(ALICE, some(9))

    deal = ExchangeAsset(Wild(All()), (some(10, OTHER),), maximal=maximal)
    outcome = world.run(ALICE, WithdrawAsset((some(9),)), deal, DEPOSIT_ALL)

    assert outcome == Complete(units(3))
    assert set(world.has(BOB)) == set(has)


def test_where_nobody_deals_there_is_no_deal() -> None:
    outcome = World().run(ALICE, ExchangeAsset(Wild(All()), (), maximal=False))

    assert why(outcome) == errors.NoDeal()


class TooDeep:
    """Storage that opens no further layer."""

    def layer(self) -> World:
        raise DispatchError(Transactional(TransactionalError.LimitReached))


def test_where_storage_cannot_be_nested_deeper_an_instruction_fails() -> None:
    outcome = World(transactional=TooDeep()).run(ALICE, TransferAsset((), BOB))

    assert why(outcome) == errors.ExceedsStackLimit()
