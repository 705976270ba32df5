"""The XCM pallet against the metadata of both recorded runtimes, as XcmPallet and as PolkadotXcm."""

from __future__ import annotations

import pytest

from pallets.xcm_pallet import PolkadotXcm, XcmPallet
from pallets.xcm_pallet_items import XcmOrigin, XcmPalletConstants
from primitives.metadata.compare import ASPECTS, Comparison, Difference
from primitives.metadata.describe import Text
from primitives.pallet import Pallet
from primitives.scale.derive import PLAIN
from tests.support.recorded_metadata import recorded_metadata
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
