"""Holding: putting, looking, taking."""

from __future__ import annotations

import pytest

from primitives.arithmetic import U128_MAX
from tests.support.xcm_world import US, some
from xcm.asset import Array4, Asset, NonFungible, WildFungibility
from xcm.filters import All, AllCounted, AllOf, AllOfCounted, AssetFilter, Definite, Wild
from xcm.holding import Holding, TakeError
from xcm.junctions import GeneralIndex, PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location

ART = Location(0, (PalletInstance(7),))
FUNGIBLE, INSTANCES = WildFungibility.Fungible, WildFungibility.NonFungible


def art(name: bytes) -> Asset:
    return Asset(ART, NonFungible(Array4(name)))


MONA, EARL = art(b"mona"), art(b"earl")


def full() -> Holding:
    return Holding((MONA, some(5), EARL, some(3, HERE)))


def test_assets_come_out_in_order_whatever_order_they_came_in() -> None:
    assert full().assets() == (some(3, HERE), some(5), EARL, MONA)


def test_amounts_add_up_and_instances_do_not() -> None:
    holding = full()

    holding.subsume_assets((some(2), MONA))

    assert holding.assets() == (some(3, HERE), some(7), EARL, MONA)
    assert len(holding) == 4


def test_amounts_stop_at_the_top() -> None:
    assert Holding((some(U128_MAX), some(1))) == Holding((some(U128_MAX),))


@pytest.mark.parametrize(
    ("mask", "taken"),
    [
        (Wild(All()), (some(3, HERE), some(5), EARL, MONA)),
        (Wild(AllCounted(0)), ()),
        (Wild(AllCounted(3)), (some(3, HERE), some(5), EARL)),
        (Wild(AllCounted(9)), (some(3, HERE), some(5), EARL, MONA)),
        (Wild(AllOf(PARENT, FUNGIBLE)), (some(5),)),
        (Wild(AllOf(PARENT, INSTANCES)), ()),
        (Wild(AllOf(ART, INSTANCES)), (EARL, MONA)),
        (Wild(AllOfCounted(ART, INSTANCES, 1)), (EARL,)),
        (Wild(AllOfCounted(PARENT, FUNGIBLE, 0)), ()),
        (Definite((some(2), MONA)), (some(2), MONA)),
        (Definite((some(9), art(b"none"))), (some(5),)),
        (Definite(()), ()),
    ],
)
def test_saturating_take_gives_what_is_there(mask: AssetFilter, taken: tuple[Asset, ...]) -> None:
    holding = full()

    looked_at = holding.min(mask)
    picked = holding.saturating_take(mask)

    assert picked.assets() == looked_at.assets() == taken
    assert Holding((*picked, *holding)) == full()


def test_what_is_taken_in_full_is_no_longer_an_asset() -> None:
    holding = Holding((some(5),))

    holding.saturating_take(Definite((some(5),)))

    assert len(holding) == 0
    assert not holding.contains_asset(some(0))


@pytest.mark.parametrize("missing", [some(6), some(1, ART), art(b"none")])
def test_try_take_takes_nothing_unless_it_gets_everything(missing: Asset) -> None:
    holding = full()

    with pytest.raises(TakeError) as failed:
        holding.try_take(Definite((some(1, HERE), missing)))

    assert failed.value.asset == missing
    assert holding == full()


def test_try_take_of_everything_never_fails() -> None:
    assert Holding().try_take(Wild(All())) == Holding()


def test_a_copy_changes_apart() -> None:
    holding = full()
    copy = holding.copy()

    copy.saturating_take(Wild(All()))

    assert holding == full()
    assert copy == Holding()


def test_assets_are_named_as_the_receiver_sees_them() -> None:
    named, kept = Holding((some(5), some(4, ART))).reanchored(PARENT, US)

    assert named == (some(5, HERE), some(4, Location(0, (Parachain(2000), PalletInstance(7)))))
    assert kept == Holding((some(5), some(4, ART)))


def test_what_nobody_can_name_is_lost_without_a_bin() -> None:
    deep = Location(0, tuple(GeneralIndex(at) for at in range(8)))
    holding, failed = Holding((some(5), some(4, deep))), Holding()

    assert holding.reanchored(PARENT, US)[0] == (some(5, HERE),)
    assert holding.reanchored(PARENT, US, failed)[1] == Holding((some(5),))
    assert failed == Holding((some(4, deep),))


def test_the_first_fungible_asset_is_the_first_in_order() -> None:
    assert full().first_fungible() == some(3, HERE)
    assert Holding((MONA,)).first_fungible() is None
