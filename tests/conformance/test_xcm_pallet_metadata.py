"""The XCM pallet against the metadata of both recorded runtimes, as XcmPallet and as PolkadotXcm.

First its declarations, then what clients are told of its types, for which two small chains have nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from pallets.system import System
from pallets.xcm_pallet import PolkadotXcm, XcmPallet
from pallets.xcm_pallet_items import XcmOrigin, XcmPalletConstants
from primitives.metadata.compare import ASPECTS, Comparison, Difference
from primitives.metadata.describe import Text
from primitives.metadata.types import Type
from primitives.pallet import Pallet
from primitives.scale.derive import PLAIN
from runtime.metadata import metadata_of
from tests.support.recorded_metadata import recorded_metadata, recorded_types
from tests.support.type_texts import compared
from tests.support.xcm_pallet_world import SmallChain
from xcm.junctions import GlobalConsensus, Parachain, Polkadot
from xcm.versions import XCM_VERSION

SIDES: dict[str, type[Pallet]] = {"relay": XcmPallet, "para": PolkadotXcm}

BY_NAME = {
    "AssetId",
    "DoubleEncoded",
    "Fungibility",
    "Hint",
    "Junctions",
    "VersionedAssetId",
    "VersionedAssets",
    "VersionedLocation",
    "VersionedResponse",
    "VersionedXcm",
}
"""What is left to a codec; `test_xcm_layouts.py` holds it against the recordings."""

on_both_sides = pytest.mark.parametrize("side", SIDES)


def lines(differences: tuple[Difference, ...]) -> str:
    return "\n".join(str(difference) for difference in differences)


@pytest.mark.parametrize("aspect", ASPECTS)
@on_both_sides
def test_declarations(side: str, aspect: str) -> None:
    comparison = Comparison(recorded_metadata(side), PLAIN)
    differences = ASPECTS[aspect](comparison, SIDES[side])

    assert not differences, lines(differences)
    assert comparison.by_name <= BY_NAME


@on_both_sides
def test_index(side: str) -> None:
    recorded = recorded_metadata(side).indices

    assert recorded[SIDES[side].prefix] == {"relay": 99, "para": 31}[side]


@on_both_sides
def test_constant_values(side: str) -> None:
    place = {"relay": (), "para": (Parachain(1010),)}[side]
    constants = XcmPalletConstants((GlobalConsensus(Polkadot()), *place), XCM_VERSION, 8, 0)
    comparison = Comparison(recorded_metadata(side), PLAIN)
    differences = comparison.constant_values(SIDES[side], constants)

    assert not differences, lines(differences)


@on_both_sides
def test_origins(side: str) -> None:
    comparison = Comparison(recorded_metadata(side), PLAIN)
    differences = comparison.types("", XcmOrigin, Text("Origin", "pallet_xcm"))

    assert not differences, lines(differences)


class SmallRelay(SmallChain):
    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, XcmPallet: 99}


class SmallPara(SmallChain):
    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, PolkadotXcm: 31}


CHAINS: dict[str, type[SmallChain]] = {"relay": SmallRelay, "para": SmallPara}
OF_XCM = ("xcm::", "staging_xcm", "pallet_xcm::", "xcm_runtime_apis::")


def told(side: str) -> Iterator[tuple[str, Type]]:
    for each in metadata_of(CHAINS[side]).v14.types:
        yield "::".join(each.type.path), each.type


@on_both_sides
def test_types_that_clients_are_told_are_as_recorded(side: str) -> None:
    recorded = recorded_types(side)
    types = metadata_of(CHAINS[side]).v14.types
    of_xcm = {path: tp for path, tp in told(side) if path.startswith(OF_XCM) and path in recorded}

    assert len(of_xcm) >= 70
    for path, tp in of_xcm.items():
        found, expected = compared(types, tp, recorded[path])
        assert found == expected, path


@on_both_sides
def test_only_the_pallet_s_sums_and_a_bound_are_not_recorded(side: str) -> None:
    unknown = {path for path, _ in told(side) if path.startswith(OF_XCM)} - set(recorded_types(side))

    assert unknown == {
        f"pallet_xcm::pallet::{name}" for name in ("Call", "Error", "Event", "MaxAuthorizedAliases")
    }
