"""Assets: who may create, mint, burn and move them, and what is refused for which reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from pallets.assets import Assets
from pallets.assets_items import (
    AccountStatus,
    AssetAccount,
    AssetId,
    AssetsConstants,
    AssetStatus,
    Burned,
    Consumer,
    Created,
    Error,
    Issued,
    Transferred,
)
from pallets.balances_items import Error as BalancesError
from pallets.system import MAX_CONSUMERS
from primitives.address import Id
from primitives.arithmetic import U128_MAX
from primitives.errors import Arithmetic, ArithmeticError_, BadOrigin, DispatchError, Token, TokenError
from primitives.ids import AccountId, Balance, BlockNumber
from primitives.origin import Root, Signed
from primitives.pallet import Pallet
from primitives.record import Record, replace
from primitives.storage.state import State
from tests.unit.pallets.small_world import ALICE, BOB, CHARLIE, SmallWorld

GOLD = AssetId(7)
LEAST = 10
NOBODY = AccountId(b"nobody".ljust(32, b"."))


class World(SmallWorld):
    """A small world with assets."""

    indices: ClassVar[Mapping[type[Pallet], int]] = {**SmallWorld.indices, Assets: 50}

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.assets = self.add(Assets(self.frame, self.system, self.balances, AssetsConstants(Balance(300))))


class Mint:
    """Alice owns gold, of which nobody holds less than 10; Bob mints and burns it."""

    def __init__(self) -> None:
        self.world = World(State())
        self.world.system.number.put(BlockNumber(1))
        for who in (ALICE, BOB, CHARLIE):
            self.world.endow(who, 1_000)
        self.assets = self.world.assets
        self.assets.create(Signed(ALICE), GOLD, Id(BOB), Balance(LEAST))

    def mint(self, who: AccountId, amount: int, by: AccountId = BOB) -> None:
        self.assets.mint(Signed(by), GOLD, Id(who), amount)

    def burn(self, who: AccountId, amount: int, by: AccountId = BOB) -> None:
        self.assets.burn(Signed(by), GOLD, Id(who), amount)

    def move(self, source: AccountId, target: AccountId, amount: int, asset: int = GOLD) -> None:
        self.assets.transfer(Signed(source), asset, Id(target), amount)

    def held(self, who: AccountId) -> int | None:
        found = self.assets.account.get((GOLD, who))
        return None if found is None else found.balance

    def told(self) -> Record:
        return self.world.system.events_.get()[-1].event.event  # type: ignore[no-any-return]

    def supply(self) -> tuple[int, int]:
        """How much there is, and how many hold it."""
        found = self.assets.asset.get(GOLD)
        assert found is not None
        return found.supply, found.accounts

    def set(self, **changes: Any) -> None:
        found = self.assets.asset.get(GOLD)
        assert found is not None
        self.assets.asset[GOLD] = replace(found, **changes)


@pytest.fixture
def gold() -> Mint:
    return Mint()


def refused(error: object, act: Any, *arguments: Any) -> None:
    with pytest.raises(DispatchError) as refusal:
        act(*arguments)
    assert refusal.value.error == error


def test_who_creates_an_asset_pays_a_deposit_and_names_who_mints(gold: Mint) -> None:
    details = gold.assets.asset.get(GOLD)

    assert details is not None
    assert (details.owner, details.issuer, details.admin, details.freezer) == (ALICE, BOB, BOB, BOB)
    assert (details.supply, details.min_balance, details.status) == (0, LEAST, AssetStatus.Live)
    assert gold.world.balances.holdings(ALICE).reserved == details.deposit == 300
    assert gold.told() == Created(GOLD, ALICE, BOB)


def test_a_number_is_taken_once_and_something_must_be_held(gold: Mint) -> None:
    create = gold.assets.create

    refused(Error.InUse, create, Signed(CHARLIE), GOLD, Id(BOB), Balance(0))
    refused(Error.MinBalanceZero, create, Signed(CHARLIE), 8, Id(BOB), Balance(0))
    refused(BalancesError.InsufficientBalance, create, Signed(NOBODY), 8, Id(BOB), Balance(1))
    refused(BadOrigin(), create, Root(), 8, Id(BOB), Balance(1))


def test_the_issuer_mints(gold: Mint) -> None:
    gold.mint(CHARLIE, 10)
    gold.mint(CHARLIE, 5)

    assert gold.assets.account.get((GOLD, CHARLIE)) == AssetAccount(
        Balance(15), AccountStatus.Liquid, Consumer()
    )
    assert gold.supply() == (15, 1)
    assert gold.world.system.account[CHARLIE].consumers == 1
    assert gold.told() == Issued(GOLD, CHARLIE, Balance(5))


def test_nothing_is_minted_of_nothing_and_it_is_told(gold: Mint) -> None:
    gold.mint(CHARLIE, 0, by=ALICE)

    assert gold.supply() == (0, 0)
    assert gold.told() == Issued(GOLD, CHARLIE, Balance(0))


def test_what_cannot_be_minted(gold: Mint) -> None:
    refused(Token(TokenError.UnknownAsset), gold.assets.mint, Signed(BOB), 8, Id(CHARLIE), 10)
    refused(Token(TokenError.BelowMinimum), gold.mint, CHARLIE, LEAST - 1)
    refused(Token(TokenError.CannotCreate), gold.mint, NOBODY, LEAST)
    refused(Error.NoPermission, gold.mint, CHARLIE, LEAST, ALICE)
    gold.mint(CHARLIE, U128_MAX)
    refused(Arithmetic(ArithmeticError_.Overflow), gold.mint, BOB, LEAST)


def test_an_account_that_much_relies_on_takes_no_more(gold: Mint) -> None:
    system = gold.world.system
    system.account[CHARLIE] = replace(system.account[CHARLIE], consumers=MAX_CONSUMERS - 1)

    refused(Token(TokenError.CannotCreate), gold.mint, CHARLIE, LEAST)


def test_the_admin_burns_as_much_as_there_is(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    gold.burn(CHARLIE, 15)
    assert (gold.held(CHARLIE), gold.told()) == (15, Burned(GOLD, CHARLIE, Balance(15)))
    gold.burn(CHARLIE, 100)

    assert gold.held(CHARLIE) is None
    assert gold.supply() == (0, 0)
    assert gold.world.system.account[CHARLIE].consumers == 0
    assert gold.told() == Burned(GOLD, CHARLIE, Balance(15))


def test_what_would_be_left_below_the_least_is_burnt_too(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    gold.burn(CHARLIE, 21)

    assert gold.told() == Burned(GOLD, CHARLIE, Balance(30))


def test_what_cannot_be_burnt(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    refused(Error.Unknown, gold.assets.burn, Signed(BOB), 8, Id(CHARLIE), 10)
    refused(Error.NoAccount, gold.burn, ALICE, 10)
    refused(Error.NoPermission, gold.burn, CHARLIE, 10, ALICE)
    gold.burn(ALICE, 0, by=ALICE)
    assert gold.told() == Burned(GOLD, ALICE, Balance(0))


def test_an_amount_moves(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    gold.move(CHARLIE, ALICE, 20)

    assert (gold.held(CHARLIE), gold.held(ALICE)) == (10, 20)
    assert gold.supply() == (30, 2)
    assert gold.told() == Transferred(GOLD, CHARLIE, ALICE, Balance(20))


def test_what_would_be_left_below_the_least_goes_along(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    gold.move(CHARLIE, ALICE, 21)

    assert (gold.held(CHARLIE), gold.held(ALICE)) == (None, 30)
    assert gold.supply() == (30, 1)
    assert gold.told() == Transferred(GOLD, CHARLIE, ALICE, Balance(30))


def test_to_oneself_nothing_moves_and_it_is_told(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    gold.move(CHARLIE, CHARLIE, 30)

    assert gold.held(CHARLIE) == 30
    assert gold.told() == Transferred(GOLD, CHARLIE, CHARLIE, Balance(30))


def test_moving_nothing_is_no_event(gold: Mint) -> None:
    gold.move(CHARLIE, ALICE, 0, asset=8)

    assert gold.told() == Created(GOLD, ALICE, BOB)


def test_what_cannot_be_moved(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)

    refused(Error.Unknown, gold.move, CHARLIE, ALICE, 10, 8)
    refused(Error.NoAccount, gold.move, ALICE, CHARLIE, 10)
    refused(Error.BalanceLow, gold.move, CHARLIE, ALICE, 31)
    refused(Token(TokenError.BelowMinimum), gold.move, CHARLIE, ALICE, LEAST - 1)
    refused(Token(TokenError.CannotCreate), gold.move, CHARLIE, NOBODY, LEAST)


@pytest.mark.parametrize(
    ("status", "minting"),
    [(AssetStatus.Frozen, Error.AssetNotLive), (AssetStatus.Destroying, Token(TokenError.UnknownAsset))],
)
def test_of_an_asset_that_is_not_live_nothing_moves(gold: Mint, status: AssetStatus, minting: object) -> None:
    gold.mint(CHARLIE, 30)
    gold.set(status=status)

    refused(minting, gold.mint, CHARLIE, 10)
    refused(Error.AssetNotLive, gold.burn, CHARLIE, 10)
    refused(Error.AssetNotLive, gold.move, CHARLIE, ALICE, 10)


def test_a_part_that_is_frozen_stays_and_a_blocked_one_takes_nothing(gold: Mint) -> None:
    gold.mint(CHARLIE, 30)
    held = gold.assets.account.get((GOLD, CHARLIE))
    assert held is not None
    gold.assets.account[GOLD, CHARLIE] = replace(held, status=AccountStatus.Frozen)
    gold.mint(ALICE, 30)

    refused(Error.Frozen, gold.move, CHARLIE, ALICE, 10)
    gold.move(ALICE, CHARLIE, 10)
    gold.assets.account[GOLD, CHARLIE] = replace(held, status=AccountStatus.Blocked)
    refused(Token(TokenError.Blocked), gold.move, ALICE, CHARLIE, 10)
