"""The chain's token for XCM: accounts, holding, and the count of what was teleported."""

from __future__ import annotations

import pytest

from pallets.balances_items import Burned, BurnedDebt, Deposit, Issued, Minted, Transfer, Withdraw
from pallets.xcm_assets import FungibleAdapter, MintLocation
from primitives.ids import AccountId, Balance
from primitives.record import Record
from tests.unit.pallets.small_world import ALICE, BOB, CHARLIE, DORA, SmallWorld, new_world
from xcm import errors
from xcm.accounts import account_aliases, account_location
from xcm.asset import Asset, Fungible
from xcm.failures import XcmFailure
from xcm.location import HERE, PARENT, Location
from xcm.traits import XcmContext
from xcm.trust import is_concrete

AT_ALICE, AT_BOB = account_location(ALICE), account_location(BOB)
CONTEXT = XcmContext(AT_ALICE, bytes(32), None)


def some(amount: int) -> Asset:
    return Asset(HERE, Fungible(amount))


def adapter(
    world: SmallWorld, check_account: tuple[AccountId, MintLocation] | None = None
) -> FungibleAdapter:
    return FungibleAdapter(world.balances, is_concrete(HERE), account_aliases(None), check_account)


def balance_events(world: SmallWorld) -> list[Record]:
    return [event for event in world.events() if isinstance(event, world.balances.events)]


def test_what_is_taken_into_holding_is_still_issued() -> None:
    world = new_world(alice=1_000)
    issued = world.balances.total_issuance.get()

    adapter(world).withdraw_asset(some(300), AT_ALICE, CONTEXT)

    assert world.balances.free_balance(ALICE) == 700
    assert world.balances.total_issuance.get() == issued
    assert balance_events(world) == [Withdraw(ALICE, Balance(300))]


def test_an_account_can_be_emptied() -> None:
    world = new_world(alice=1_000)
    adapter(world).withdraw_asset(some(1_000), AT_ALICE, CONTEXT)
    assert world.balances.total_balance(ALICE) == 0


def test_what_comes_out_of_holding_changes_no_issuance() -> None:
    world = new_world(alice=1_000)
    issued = world.balances.total_issuance.get()

    adapter(world).deposit_asset(some(300), AT_BOB, CONTEXT)

    assert world.balances.free_balance(BOB) == 300
    assert world.balances.total_issuance.get() == issued
    assert balance_events(world)[-1] == Deposit(BOB, Balance(300))


def test_too_little_for_an_account_is_not_told_apart_as_dust() -> None:
    with pytest.raises(XcmFailure) as failed:
        adapter(new_world()).deposit_asset(some(99), AT_BOB, CONTEXT)
    assert type(failed.value) is XcmFailure
    assert failed.value.error == errors.FailedToTransactAsset()


def test_an_amount_is_moved_from_account_to_account() -> None:
    world = new_world(alice=1_000)

    adapter(world).transfer_asset(some(1_000), AT_ALICE, AT_BOB, CONTEXT)

    assert (world.balances.free_balance(ALICE), world.balances.free_balance(BOB)) == (0, 1_000)
    assert balance_events(world)[-1] == Transfer(ALICE, BOB, Balance(1_000))


def test_what_is_made_for_holding_or_destroyed_from_it_changes_the_issuance() -> None:
    world = new_world()
    issued, assets = world.balances.total_issuance.get(), adapter(world)

    assets.mint_asset(some(50), CONTEXT)
    assert world.balances.total_issuance.get() == issued + 50

    assets.burn_asset(some(70))
    assert world.balances.total_issuance.get() == issued - 20
    assert balance_events(world) == [Issued(Balance(50)), BurnedDebt(Balance(70))]


def test_other_assets_have_no_trace_when_they_are_destroyed() -> None:
    world = new_world()
    adapter(world).burn_asset(Asset(PARENT, Fungible(70)))
    assert balance_events(world) == []


FOREIGN = Asset(PARENT, Fungible(5))


@pytest.mark.parametrize(
    ("asset", "where", "error"),
    [
        (FOREIGN, AT_ALICE, errors.AssetNotFound()),
        (some(5), PARENT, errors.FailedToTransactAsset()),
        (some(5_000), AT_ALICE, errors.FailedToTransactAsset()),
    ],
)
def test_a_withdrawal_that_cannot_be_fails_with_the_error_of_programs(
    asset: Asset, where: Location, error: errors.Error
) -> None:
    world = new_world(alice=1_000)
    with pytest.raises(XcmFailure) as failed:
        adapter(world).withdraw_asset(asset, where, CONTEXT)
    assert failed.value.error == error
    assert balance_events(world) == []


def test_without_a_check_account_teleports_are_not_counted() -> None:
    world = new_world()
    assets = adapter(world)

    assets.can_check_in(PARENT, some(5), CONTEXT)
    assets.check_in(PARENT, some(5), CONTEXT)
    assets.can_check_out(PARENT, some(5), CONTEXT)
    assets.check_out(PARENT, some(5), CONTEXT)

    assert balance_events(world) == []
    with pytest.raises(XcmFailure) as failed:
        assets.can_check_in(PARENT, FOREIGN, CONTEXT)
    assert failed.value.error == errors.AssetNotFound()


def test_at_home_the_check_account_holds_what_is_elsewhere() -> None:
    world = new_world(charlie=200)
    assets = adapter(world, (CHARLIE, MintLocation.Local))

    assets.can_check_out(PARENT, some(100), CONTEXT)
    assets.check_out(PARENT, some(100), CONTEXT)
    assert world.balances.free_balance(CHARLIE) == 300

    assets.can_check_in(PARENT, some(150), CONTEXT)
    assets.check_in(PARENT, some(150), CONTEXT)
    assert world.balances.free_balance(CHARLIE) == 150

    with pytest.raises(XcmFailure) as failed:
        assets.can_check_in(PARENT, some(151), CONTEXT)
    assert failed.value.error == errors.NotWithdrawable()


def test_elsewhere_the_check_account_holds_what_came_in() -> None:
    world = new_world(charlie=200)
    assets = adapter(world, (CHARLIE, MintLocation.NonLocal))

    assets.can_check_in(PARENT, some(100), CONTEXT)
    assets.check_in(PARENT, some(100), CONTEXT)
    assert world.balances.free_balance(CHARLIE) == 300

    assets.can_check_out(PARENT, some(300), CONTEXT)
    assets.check_out(PARENT, some(300), CONTEXT)
    told = balance_events(world)
    assert (told[0], Burned(CHARLIE, Balance(300)) in told) == (Minted(CHARLIE, Balance(100)), True)

    with pytest.raises(XcmFailure) as failed:
        assets.can_check_out(PARENT, some(1), CONTEXT)
    assert failed.value.error == errors.NotWithdrawable()


def test_the_check_account_can_only_hold_what_fits() -> None:
    world = new_world()
    assets = adapter(world, (DORA, MintLocation.NonLocal))
    with pytest.raises(XcmFailure) as failed:
        assets.can_check_in(PARENT, some(2**128 - 1), CONTEXT)
    assert failed.value.error == errors.NotDepositable()
