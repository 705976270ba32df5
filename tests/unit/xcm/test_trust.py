"""Groups of places and assets, and who may speak for whom."""

from __future__ import annotations

import pytest

from xcm import trust
from xcm.accounts import account_location
from xcm.asset import Array4, Asset, Fungible, NonFungible, WildFungibility
from xcm.filters import AllOf, Wild
from xcm.junctions import (
    AccountId32,
    Administration,
    Members,
    PalletInstance,
    Parachain,
    Plurality,
    Technical,
    Voice,
)
from xcm.location import HERE, PARENT, Location
from xcm.traits import Contains

SYSTEM_CHILD, CHILD = Location(0, (Parachain(1999),)), Location(0, (Parachain(2000),))
SYSTEM_SIBLING, SIBLING = Location(1, (Parachain(1999),)), Location(1, (Parachain(2000),))
BODY = Plurality(Technical(), Voice())
OUR_BODY, THEIR_BODY = Location(0, (BODY,)), Location(0, (Parachain(1999), BODY))
THEIR_MEMBERS = Location(0, (Parachain(1999), Plurality(Technical(), Members(3))))
CHAINS = (HERE, PARENT, SYSTEM_CHILD, CHILD, SYSTEM_SIBLING, SIBLING)
PLACES = (*CHAINS, OUR_BODY, THEIR_BODY, THEIR_MEMBERS)


@pytest.mark.parametrize(
    ("group", "members"),
    [
        (trust.everything, PLACES),
        (trust.is_child_parachain, (SYSTEM_CHILD, CHILD)),
        (trust.is_child_system_parachain, (SYSTEM_CHILD,)),
        (trust.is_sibling_system_parachain, (SYSTEM_SIBLING,)),
        (trust.is_parent_or_sibling, (PARENT, SYSTEM_SIBLING, SIBLING)),
        (trust.is_local_plurality, (OUR_BODY,)),
        (trust.is_plurality_of(SYSTEM_CHILD), (THEIR_BODY, THEIR_MEMBERS)),
        (trust.is_voice_of(SYSTEM_CHILD, Technical()), (THEIR_BODY,)),
        (trust.is_voice_of(SYSTEM_CHILD, Administration()), ()),
        (trust.is_plurality_of(HERE), (OUR_BODY,)),
        (trust.equals(HERE, CHILD), (HERE, CHILD)),
        (trust.any_of(trust.equals(HERE), trust.is_local_plurality), (HERE, OUR_BODY)),
        (trust.any_of(), ()),
    ],
)
def test_a_group_has_its_members_and_nobody_else(group: Contains, members: tuple[Location, ...]) -> None:
    assert tuple(place for place in PLACES if group(place)) == members


TOKEN, OTHER = Asset(PARENT, Fungible(5)), Asset(SIBLING, Fungible(5))
SOMETHING = Asset(PARENT, NonFungible(Array4(b"abcd")))


def test_an_amount_is_one_of_a_single_asset() -> None:
    amount = trust.is_concrete(PARENT)
    assert (amount(TOKEN), amount(OTHER), amount(SOMETHING)) == (5, None, None)


def test_a_place_is_trusted_with_what_is_named_with_it() -> None:
    trusted = trust.cases((Wild(AllOf(PARENT, WildFungibility.Fungible)), SIBLING))

    assert trusted(TOKEN, SIBLING)
    assert not trusted(TOKEN, PARENT)
    assert not trusted(SOMETHING, SIBLING)
    assert not trusted(OTHER, SIBLING)


def test_one_asset_is_trusted_to_the_relay_chain_and_its_system_chains() -> None:
    trusted = trust.concrete_asset_from_system(PARENT)

    assert trusted(TOKEN, PARENT)
    assert trusted(TOKEN, SYSTEM_SIBLING)
    assert not trusted(TOKEN, SIBLING)
    assert not trusted(OTHER, PARENT)


def test_who_issues_an_asset_is_trusted_with_it() -> None:
    assert trust.native_asset(OTHER, SIBLING)
    assert not trust.native_asset(OTHER, PARENT)


INSIDE = Location(1, (Parachain(2000), PalletInstance(1)))
ALICE = AccountId32(None, bytes([1]) * 32)


def test_each_speaks_for_itself_and_what_is_inside_of_it() -> None:
    assert trust.alias_child_location(SIBLING, INSIDE)
    assert trust.alias_child_location(SIBLING, SIBLING)
    assert not trust.alias_child_location(INSIDE, SIBLING)
    assert not trust.alias_child_location(SYSTEM_SIBLING, INSIDE)


def test_an_account_elsewhere_may_speak_for_the_same_account_here() -> None:
    may = trust.alias_foreign_account(trust.is_sibling_system_parachain)
    there, here = Location(1, (Parachain(1999), ALICE)), Location(0, (ALICE,))

    assert may(there, here)
    assert not may(Location(1, (Parachain(2000), ALICE)), here)
    assert not may(there, account_location(bytes([2]) * 32))  # type: ignore[arg-type]
    assert not may(SYSTEM_SIBLING, here)


def test_one_chain_may_speak_for_a_group() -> None:
    may = trust.any_alias(trust.alias_origin_root(SIBLING, trust.is_local_plurality))

    assert may(SIBLING, OUR_BODY)
    assert not may(SIBLING, HERE)
    assert not may(INSIDE, OUR_BODY)
