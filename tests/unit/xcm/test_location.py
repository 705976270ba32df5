"""Locations: prefixes and suffixes, other points of view, limits."""

from __future__ import annotations

import pytest

from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError, EncodeError
from xcm.junctions import (
    AccountId32,
    AccountIndex64,
    ByGenesis,
    GeneralIndex,
    GlobalConsensus,
    Junction,
    Kusama,
    OnlyChild,
    PalletInstance,
    Parachain,
    Polkadot,
    network_of,
    order_key,
)
from xcm.location import (
    HERE,
    PARENT,
    Location,
    LocationError,
    invert_target,
    relative_to,
    within_global,
)

POLKADOT = GlobalConsensus(Polkadot())
PARA_2000 = (POLKADOT, Parachain(2000))

CODEC = codec(Location)


def test_a_location_is_its_parents_then_the_count_of_its_junctions_then_those() -> None:
    location = Location(1, (Parachain(42), AccountIndex64(None, 23)))
    assert CODEC.encode(location) == bytes([1, 2, 0, 168, 2, 0, 92])
    assert CODEC.decode(bytes([1, 2, 0, 168, 2, 0, 92])) == location


@pytest.mark.parametrize(
    ("location", "encoded"),
    [
        (PARENT, "0100"),
        (Location(1, (Parachain(2000),)), "010100411f"),
        (Location(0, (AccountId32(None, bytes([5] * 32)),)), "00010100" + "05" * 32),
        (Location(1, (Parachain(1000), PalletInstance(50), GeneralIndex(1984))), "010300a10f043205011f"),
    ],
)
def test_locations_have_the_bytes_that_real_chains_give_them(location: Location, encoded: str) -> None:
    assert CODEC.encode(location).hex() == encoded


def test_more_than_eight_junctions_are_neither_read_nor_written() -> None:
    nine, eight = (OnlyChild(),) * 9, b"\x00\x08" + b"\x07" * 8
    assert CODEC.decode(eight) == Location(0, nine[:8])
    assert CODEC.encode(Location(0, nine[:8])) == eight
    with pytest.raises(DecodeError, match="0 to 8 junctions"):
        CODEC.decode(b"\x00\x09" + b"\x07" * 9)
    with pytest.raises(EncodeError, match="not 9"):
        CODEC.encode(Location(0, nine))


def test_a_prefix_leaves_one_junction_or_none() -> None:
    account = AccountIndex64(None, 23)
    location = Location(1, (Parachain(42), account))
    assert location.match_and_split(Location(1, (Parachain(42),))) == account
    assert location.match_and_split(PARENT) is None
    assert location.match_and_split(location) is None
    assert location.match_and_split(Location(0, (Parachain(42),))) is None
    assert location.starts_with(PARENT)
    assert location.starts_with(location)
    assert not location.starts_with(HERE)


def test_steps_out_cancel_steps_in() -> None:
    inside = Location(2, (PalletInstance(3),))
    assert inside.prepended_with(Location(1, (Parachain(21), OnlyChild()))) == Location(
        1, (PalletInstance(3),)
    )
    sibling = Location(1, (Parachain(21), OnlyChild()))
    assert sibling.appended_with(Location(1, (PalletInstance(3),))) == Location(
        1, (Parachain(21), PalletInstance(3))
    )


def test_a_location_has_at_most_255_parents_and_eight_junctions() -> None:
    far = Location(254, (Parachain(42),))
    assert far.prepended_with(PARENT) == Location(255, (Parachain(42),))
    with pytest.raises(LocationError, match="256 parents"):
        far.prepended_with(Location(2))
    five = Location(0, (OnlyChild(),) * 5)
    with pytest.raises(LocationError, match="more than 8"):
        five.appended_with(Location(0, (OnlyChild(),) * 4))
    with pytest.raises(LocationError, match="more than 8"):
        Location(3, (OnlyChild(),) * 8).pushed(OnlyChild())


SIMPLIFIED: list[tuple[int, tuple[Junction, ...], tuple[Junction, ...], int, int]] = [
    (2, (Parachain(1000), PalletInstance(42), GeneralIndex(69)), (Parachain(1000), PalletInstance(42)), 0, 2),
    (1, (PalletInstance(42), GeneralIndex(69)), (PalletInstance(42),), 0, 1),
    (1, (PalletInstance(42), GeneralIndex(69)), (Parachain(1000), PalletInstance(42)), 0, 1),
    (2, (Parachain(1000), GeneralIndex(1)), (OnlyChild(), Parachain(1000), PalletInstance(42)), 1, 1),
    (2, (Parachain(1000), PalletInstance(42)), (Parachain(1000), PalletInstance(42), GeneralIndex(42)), 2, 0),
    (2, (Parachain(1000), PalletInstance(42)), (Parachain(1000),), 2, 0),
]


@pytest.mark.parametrize(("parents", "interior", "context", "left", "dropped"), SIMPLIFIED)
def test_going_up_and_straight_down_again_is_left_out(
    parents: int,
    interior: tuple[Junction, ...],
    context: tuple[Junction, ...],
    left: int,
    dropped: int,
) -> None:
    assert Location(parents, interior).simplified(context) == Location(left, interior[dropped:])


def test_a_location_is_said_from_another_place() -> None:
    seen_from_2000 = Location(1, (Parachain(1000), GeneralIndex(42)))
    assert seen_from_2000.reanchored(Location(1, (Parachain(1000),)), PARA_2000) == Location(
        0, (GeneralIndex(42),)
    )
    assert HERE.reanchored(PARENT, PARA_2000) == Location(0, (Parachain(2000),))
    assert HERE.reanchored(Location(1, (Parachain(1000),)), PARA_2000) == Location(1, (Parachain(2000),))
    assert PARENT.reanchored(PARENT, PARA_2000) == HERE


def test_our_own_place_from_further_up_than_we_know_is_filled_up() -> None:
    assert invert_target(PARA_2000, Location(1, (Parachain(7),))) == Location(1, (Parachain(2000),))
    assert invert_target((Parachain(5),), Location(3)) == Location(
        0, (OnlyChild(), OnlyChild(), Parachain(5))
    )
    assert invert_target((), Location(8)) == Location(0, (OnlyChild(),) * 8)
    with pytest.raises(LocationError):
        invert_target((), Location(255))


def test_universal_locations_and_relative_ones_are_inverses_inside_a_network() -> None:
    sibling = Location(1, (Parachain(1000), PalletInstance(50)))
    universal = within_global(PARA_2000, sibling)
    assert universal == (POLKADOT, Parachain(1000), PalletInstance(50))
    assert relative_to(universal, PARA_2000) == sibling
    assert relative_to(PARA_2000, PARA_2000) == HERE
    with pytest.raises(LocationError, match="out of the network"):
        within_global(PARA_2000, Location(2, (GlobalConsensus(Kusama()),)))
    with pytest.raises(LocationError, match="more than 8"):
        within_global(PARA_2000, Location(0, (OnlyChild(),) * 7))


def test_the_network_is_what_a_universal_location_starts_with() -> None:
    assert network_of(PARA_2000) == Polkadot()
    assert network_of((Parachain(1),)) is None
    assert network_of(()) is None


def test_the_chain_is_up_to_the_last_parachain_or_network() -> None:
    inside = Location(1, (Parachain(7), PalletInstance(1), GeneralIndex(3)))
    assert inside.chain_location() == Location(1, (Parachain(7),))
    bridged = Location(2, (GlobalConsensus(Kusama()), OnlyChild()))
    assert bridged.chain_location() == Location(2, (GlobalConsensus(Kusama()),))
    assert Location(1, (PalletInstance(1),)).chain_location() == PARENT
    assert HERE.is_here()
    assert not PARENT.is_here()


def test_the_order_is_by_parents_then_length_then_case_then_fields() -> None:
    ascending = [
        HERE,
        Location(0, (Parachain(3),)),
        Location(0, (AccountId32(None, bytes(32)),)),
        Location(0, (AccountId32(ByGenesis(bytes(32)), bytes(32)),)),
        Location(0, (AccountId32(Polkadot(), bytes(32)),)),
        Location(0, (PalletInstance(0),)),
        Location(0, (Parachain(1), Parachain(1))),
        PARENT,
    ]
    mixed = [*ascending[4:], *ascending[:4]]
    assert sorted(mixed, key=order_key) == ascending
