"""Assets: order, limits, filters."""

from __future__ import annotations

from typing import Any

import pytest

from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from xcm.asset import (
    Array4,
    Array8,
    Asset,
    Assets,
    Fungible,
    NonFungible,
    Undefined,
    WildFungibility,
    asset_key,
    collected,
    in_order,
    reanchored_assets,
)
from xcm.filters import (
    All,
    AllCounted,
    AllOf,
    AllOfCounted,
    AssetFilter,
    Definite,
    Wild,
    limit_of,
    matches,
    reanchored_filter,
)
from xcm.junctions import GeneralIndex, PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location

ASSETS: Any = codec(Assets)


def some(where: Location, amount: int) -> Asset:
    return Asset(where, Fungible(amount))


def one(where: Location, name: bytes = b"") -> Asset:
    match len(name):
        case 4:
            return Asset(where, NonFungible(Array4(name)))
        case 8:
            return Asset(where, NonFungible(Array8(name)))
        case _:
            return Asset(where, NonFungible(Undefined()))


@pytest.mark.parametrize(
    ("assets", "good"),
    [
        ((), True),
        ((some(HERE, 100), some(HERE, 10)), False),
        ((some(HERE, 10), some(HERE, 100)), False),
        ((one(HERE, b"notgood!"), one(HERE, b"notgood!")), False),
        ((some(HERE, 10), some(PARENT, 10)), True),
        ((some(PARENT, 10), some(HERE, 10)), False),
        ((one(HERE), one(HERE, b"good")), True),
        ((one(HERE, b"bad!"), one(HERE)), False),
        ((some(HERE, 10), one(HERE, b"good")), True),
        ((one(HERE, b"bad!"), some(HERE, 10)), False),
        ((some(PARENT, 10), one(HERE, b"good")), True),
        ((one(HERE, b"good"), some(PARENT, 10)), True),
    ],
)
def test_a_list_from_outside_is_in_order_and_holds_nothing_twice(
    assets: tuple[Asset, ...],
    good: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert in_order(assets) is good
    encoded = ASSETS.encode(assets)
    if good:
        assert ASSETS.decode(encoded) == assets
    else:
        with pytest.raises(DecodeError, match="in order, none twice"):
            ASSETS.decode(encoded)


def test_a_list_from_outside_holds_at_most_twenty() -> None:
    many = tuple(some(Location(0, (GeneralIndex(n),)), 1) for n in range(21))
    assert ASSETS.decode(ASSETS.encode(many[:20])) == many[:20]
    with pytest.raises(DecodeError, match="at most 20 of Asset, found 21"):
        ASSETS.decode(ASSETS.encode(many))


def test_no_amount_is_no_asset() -> None:
    with pytest.raises(DecodeError, match="an amount, found zero"):
        codec(Asset).decode(bytes.fromhex("0100" + "0000"))


def test_collecting_sorts_adds_up_amounts_and_drops_repeated_instances() -> None:
    assets = [one(PARENT, b"abcd"), some(PARENT, 5), one(PARENT, b"abcd"), some(HERE, 1), some(PARENT, 7)]
    assert collected(assets) == (some(HERE, 1), some(PARENT, 12), one(PARENT, b"abcd"))
    assert collected([some(HERE, 2**128 - 1), some(HERE, 1)]) == (some(HERE, 2**128 - 1),)
    assert collected([]) == ()


def test_fungible_assets_come_first() -> None:
    assets = [one(HERE), some(Location(3), 1), some(HERE, 9)]
    assert sorted(assets, key=asset_key) == [some(HERE, 9), some(Location(3), 1), one(HERE)]


def test_assets_said_from_another_place_are_in_the_order_of_that_place() -> None:
    pallet = (PalletInstance(50), GeneralIndex(1))
    assets = (some(Location(0, pallet), 10), some(PARENT, 10), some(Location(1, (Parachain(1000),)), 10))
    assert reanchored_assets(assets, PARENT, (Parachain(2000),)) == (
        some(HERE, 10),
        some(Location(0, (Parachain(1000),)), 10),
        some(Location(0, (Parachain(2000), *pallet)), 10),
    )


def test_an_asset_contains_as_much_or_less_of_the_same() -> None:
    assert some(HERE, 5).contains(some(HERE, 5))
    assert not some(HERE, 5).contains(some(HERE, 6))
    assert not some(HERE, 5).contains(some(PARENT, 5))
    assert one(HERE, b"abcd").contains(one(HERE, b"abcd"))
    assert not one(HERE, b"abcd").contains(one(HERE, b"abce"))
    assert not some(HERE, 5).contains(one(HERE))


@pytest.mark.parametrize(
    ("which", "taken", "limit"),
    [
        (Definite((some(HERE, 5),)), (True, False, False), None),
        (Wild(All()), (True, True, True), None),
        (Wild(AllCounted(1)), (True, True, True), 1),
        (Wild(AllCounted(0)), (False, False, False), 0),
        (Wild(AllOf(HERE, WildFungibility.Fungible)), (True, False, False), None),
        (Wild(AllOf(HERE, WildFungibility.NonFungible)), (False, False, True), None),
        (Wild(AllOfCounted(PARENT, WildFungibility.Fungible, 2)), (False, True, False), 2),
        (Wild(AllOfCounted(PARENT, WildFungibility.Fungible, 0)), (False, False, False), 0),
    ],
)
def test_filters_pick_by_identity_and_kind(
    which: AssetFilter, taken: tuple[bool, bool, bool], limit: int | None
) -> None:
    assets = (some(HERE, 5), some(PARENT, 5), one(HERE))
    assert tuple(matches(which, asset) for asset in assets) == taken
    assert limit_of(which) == limit


def test_filters_are_said_from_another_place_as_what_they_name_is() -> None:
    context = (Parachain(2000),)
    ours = Location(0, (Parachain(2000),))
    kind = WildFungibility.Fungible
    assert reanchored_filter(Wild(All()), PARENT, context) == Wild(All())
    assert reanchored_filter(Wild(AllOfCounted(HERE, kind, 3)), PARENT, context) == Wild(
        AllOfCounted(ours, kind, 3)
    )
    assert reanchored_filter(Definite((some(HERE, 1),)), PARENT, context) == Definite((some(ours, 1),))
