"""Accounts of places in other networks, and the older accounts of those on other chains.

Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs
"""

from __future__ import annotations

import pytest

from xcm.accounts import hashed_description
from xcm.accounts_abroad import (
    describe_foreign_account_legacy,
    global_consensus_account,
    global_consensus_parachain_account,
)
from xcm.junctions import (
    AccountId32,
    AccountKey20,
    ByGenesis,
    GlobalConsensus,
    Junction,
    NetworkId,
    Parachain,
    Polkadot,
)
from xcm.location import HERE, PARENT, Location

OURS, OTHER, THIRD = (ByGenesis(bytes([number]) * 32) for number in (1, 2, 3))
CONTEXT = (GlobalConsensus(OURS), Parachain(1234))

legacy = hashed_description(describe_foreign_account_legacy)
network = global_consensus_account(CONTEXT)
parachain = global_consensus_parachain_account(CONTEXT)


def at(parents: int, id: NetworkId, *rest: Junction) -> Location:
    return Location(parents, (GlobalConsensus(id), *rest))


def test_only_another_network_has_the_account_of_a_network() -> None:
    assert network(at(2, OTHER)) is not None
    others = [HERE, PARENT, at(0, OURS), at(1, OURS), at(2, OURS), at(0, OTHER), at(1, OTHER), at(9, OTHER)]
    assert {network(location) for location in (*others, at(2, OTHER, Parachain(1000)))} == {None}


def test_a_network_has_the_same_account_everywhere_and_no_other_network_has_it() -> None:
    from_elsewhere = global_consensus_account((GlobalConsensus(OTHER), Parachain(1234)))

    assert network(at(2, THIRD)) == from_elsewhere(at(2, THIRD))
    assert network(at(2, THIRD)) != network(at(2, OTHER))


def test_only_a_parachain_of_another_network_has_the_account_of_one() -> None:
    assert parachain(at(2, OTHER, Parachain(1000))) is not None
    somebody = AccountId32(None, bytes(32))
    others = [
        PARENT,
        Location(0, (Parachain(1000),)),
        Location(1, (Parachain(1000),)),
        at(2, OTHER),
        at(2, OTHER, Parachain(1000), somebody),
        at(0, OTHER, Parachain(1000)),
        at(1, OTHER, Parachain(1000)),
        at(3, OTHER, Parachain(1000)),
    ]
    assert {parachain(location) for location in others} == {None}


def test_parachains_are_told_apart_by_id_and_network() -> None:
    places = [at(2, where, Parachain(id)) for where in (OTHER, THIRD) for id in (1000, 1001)]
    assert len({parachain(place) for place in places}) == 4


def on_para(parents: int, para: int, network: NetworkId | None = None) -> Location:
    return Location(parents, (Parachain(para), AccountId32(network, bytes(32))))


def on_para_20(parents: int, para: int, network: NetworkId | None = None) -> Location:
    return Location(parents, (Parachain(para), AccountKey20(network, bytes(20))))


def on_relay_chain(fill: int, network: NetworkId | None = None) -> Location:
    return Location(1, (AccountId32(network, bytes([fill]) * 32),))


@pytest.mark.parametrize(
    ("location", "account"),
    [
        (on_para(1, 1), "b5ba849834d2e2c708ebd5f25e46faaa13a3c466f50eacb802946c57e6a3cc20"),
        (on_para(1, 1, Polkadot()), "b5ba849834d2e2c708ebd5f25e46faaa13a3c466f50eacb802946c57e6a3cc20"),
        (on_para(1, 2), "b7bc42a952fa2d1e8e77b837b14035720c93800a3c2d29c1571256317fe9f38f"),
        (on_para(0, 1), "2d78e800e2316a3041b5b893e0ebc698b79c43394343bb68ab178c15b7983f14"),
        (on_para(0, 2), "61776e42ef7160ea7f5c42cc35812177d5c0ab648b33273ec4a310d5a02c64e4"),
        (on_para_20(1, 1), "d23c25ff7426dd1a5552fc7ddc13295bb9456653783f0fd44a8d52cbbbd44d78"),
        (on_para_20(1, 2), "c5101fc7ea50a637b2875f30138009a73363d7935eab1c9d1d6bf0160a6863ba"),
        (on_para_20(0, 1), "19fb0f5c948decee326c8538760bfa7a51a068a061c8d231d08e4090186ef665"),
        (on_para_20(0, 2), "589de0eb4c58c98fcee30ec0b1f54b3e290a6bb63d39ef702b973a6f9699eabd"),
        (on_relay_chain(0), "e30c98f1dc351a1b01a7a7d63da1ff603810dd3b2f2d28c1585c04a7a41b7063"),
        (on_relay_chain(1), "8fc357498102a3d3ef3337eb52ada2ce9eeda649fe3e8306aaf1d17469451de2"),
    ],
)
def test_accounts_on_other_chains_keep_the_accounts_they_had(location: Location, account: str) -> None:
    found = legacy(location)
    assert found is not None
    assert found.hex() == account


@pytest.mark.parametrize(
    "location",
    [
        HERE,
        PARENT,
        Location(1, (AccountKey20(None, bytes(20)),)),
        on_para(2, 1),
        Location(0, (Parachain(1),)),
    ],
)
def test_others_had_none(location: Location) -> None:
    assert legacy(location) is None
