"""Accounts of places. The addresses are those that upstream and the runtimes hold their converters to."""

from __future__ import annotations

import pytest

from node.rpc.ss58 import account
from primitives.ids import AccountId
from xcm import accounts
from xcm.junctions import (
    AccountId32,
    AccountKey20,
    ByGenesis,
    Executive,
    GeneralIndex,
    Junction,
    Members,
    NetworkId,
    OnlyChild,
    PalletInstance,
    Parachain,
    Plurality,
    Polkadot,
    Treasury,
    Unit,
    Voice,
)
from xcm.location import HERE, PARENT, Location

ALICE = account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY")
FIVES = AccountId(bytes([5]) * 32)

described = accounts.hashed_description(accounts.describe_family(accounts.describe_all_terminal))


def child(*rest: Junction) -> Location:
    return Location(0, (Parachain(1111), *rest))


def sibling(*rest: Junction) -> Location:
    return Location(1, (Parachain(1111), *rest))


def somebody(id: AccountId, network: NetworkId | None = None) -> AccountId32:
    return AccountId32(network, id)


@pytest.mark.parametrize(
    ("location", "address"),
    [
        (child(PalletInstance(50)), "5FjEBrKn3STAFsZpQF4jzwxUYHNGnNgzdZqSQfTzeJ82XKp6"),
        (child(AccountKey20(None, bytes([123]) * 20)), "5DEZsy7tsnNXB7ehLGkF8b4EUqfLQWqEzGiy2RrneC8uRNMK"),
        (child(Plurality(Treasury(), Voice())), "5GenE4vJgHvwYVcD6b4nBvH5HNY4pzpVHWoqwFpNMFT7a2oX"),
        (child(Plurality(Unit(), Voice())), "5DPgGBFTTYm1dGbtB1VWHJ3T3ScvdrskGGx6vSJZNP1WNStV"),
        (sibling(AccountKey20(None, bytes(20))), "5CB2FbUds2qvcJNhDiTbRZwiS3trAy6ydFGMSVutmYijpPAg"),
        (sibling(Plurality(Treasury(), Voice())), "5G6TDwaVgbWmhqRUKjBhRRnH4ry9L9cjRymUEmiRsLbSE4gB"),
        (
            Location(1, (AccountKey20(None, bytes(20)),)),
            "5F5Ec11567pa919wJkX6VHtv2ZXS5W698YCW35EdEbrg14cg",
        ),
        (
            Location(1, (Plurality(Treasury(), Voice()),)),
            "5CUjnE2vgcUCuhxPwFoQ5r7p1DkhujgvMNDHaF2bLqRp4D5F",
        ),
        (Location(1, (Plurality(Unit(), Voice()),)), "5EBRMTBkDisEXsaN283SRbzx9Xf2PXwUxxFCJohSGo4jYe6B"),
    ],
)
def test_descriptions_give_the_accounts_that_upstream_gives(location: Location, address: str) -> None:
    assert described(location) == account(address)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (
            Location(1, (Parachain(2000), somebody(FIVES))),
            "a2ae14bb99ac1448b84d3c6fbd1194eddbfb96ea4c4026c36489ed01d44097af",
        ),
        (
            Location(1, (somebody(FIVES),)),
            "db5076416919bb64169e29231480d554da526431882f4912a3c23893903cf384",
        ),
        (
            Location(0, (Parachain(2000), somebody(FIVES))),
            "c7d7f2a96f5c56f9d7257ea15609b45c9246d27fc2d670348d97cffe946c8426",
        ),
        (
            Location(1, (PalletInstance(18),)),
            "da5026b2e34b876343bd6becae58eb5af71ec727633bfb972641fa7a89ff4988",
        ),
    ],
)
def test_accounts_and_pallets_elsewhere_have_accounts_here(location: Location, expected: str) -> None:
    account_here = described(location)
    assert account_here is not None
    assert account_here.hex() == expected


@pytest.mark.parametrize(
    "location",
    [
        HERE,
        Location(0, (somebody(FIVES),)),
        Location(2, (Parachain(1),)),
        child(OnlyChild()),
        child(somebody(FIVES), GeneralIndex(1)),
    ],
)
def test_what_is_here_or_too_far_away_is_not_described(location: Location) -> None:
    assert described(location) is None


def test_bodies_are_told_apart_by_which_part_of_them_it_is() -> None:
    bodies = [child(Plurality(Executive(), part)) for part in (Voice(), Members(1), Members(2))]
    assert len({described(body) for body in bodies}) == 3


def test_chains_have_accounts_that_say_which_chain_they_are() -> None:
    on_relay_chain = accounts.child_parachain_account(Location(0, (Parachain(2000),)))
    on_sibling = accounts.sibling_parachain_account(Location(1, (Parachain(2000),)))

    assert on_relay_chain == b"para\xd0\x07\x00\x00" + bytes(24)
    assert on_sibling == b"sibl\xd0\x07\x00\x00" + bytes(24)
    assert accounts.parent_account(PARENT) == b"Parent" + bytes(26)
    assert accounts.child_parachain_account(child()) == account(
        "5Ec4AhP4h37t7TFsAZ4HhFq6k92usAAJDUC3ADSZ4H4Acru3"
    )


@pytest.mark.parametrize(
    "location", [HERE, PARENT, Location(0, (Parachain(1), Parachain(2))), Location(1, (Parachain(1),))]
)
def test_only_children_have_accounts_of_children(location: Location) -> None:
    assert accounts.child_parachain_account(location) is None


@pytest.mark.parametrize(
    "location", [HERE, PARENT, Location(0, (Parachain(1),)), Location(1, (Parachain(1), Parachain(2)))]
)
def test_only_siblings_have_accounts_of_siblings(location: Location) -> None:
    assert accounts.sibling_parachain_account(location) is None


def test_an_account_of_ours_is_itself_with_our_network_or_none() -> None:
    alias = accounts.account_aliases(Polkadot())

    assert alias(accounts.account_location(ALICE)) == ALICE
    assert alias(accounts.account_location(ALICE, Polkadot())) == ALICE
    assert alias(accounts.account_location(ALICE, ByGenesis(bytes(32)))) is None
    assert alias(Location(1, (somebody(ALICE),))) is None


def test_the_first_converter_that_knows_a_place_decides() -> None:
    convert = accounts.first_of(accounts.parent_account, accounts.account_hash)

    assert convert(PARENT) == accounts.parent_account(PARENT)
    assert convert(HERE) == accounts.account_hash(HERE)
    assert accounts.first_of(accounts.parent_account)(HERE) is None


def test_every_place_has_the_account_of_its_bytes() -> None:
    hashed = {accounts.account_hash(place) for place in (HERE, PARENT, child(), sibling())}
    assert None not in hashed
    assert len(hashed) == 4
