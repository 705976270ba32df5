"""What clients are told of the XCM pallet's types, against both recorded runtimes.

Two small chains have the pallet, as XcmPallet and as PolkadotXcm, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

import pytest

from pallets.system import System
from pallets.xcm_pallet import PolkadotXcm, XcmPallet
from primitives.metadata.types import Type
from primitives.pallet import Pallet
from runtime.metadata import metadata_of
from tests.support.recorded_metadata import recorded_types
from tests.support.type_texts import compared
from tests.support.xcm_pallet_world import SmallChain


class SmallRelay(SmallChain):
    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, XcmPallet: 99}


class SmallPara(SmallChain):
    indices: ClassVar[Mapping[type[Pallet], int]] = {System: 0, PolkadotXcm: 31}


CHAINS: dict[str, type[SmallChain]] = {"relay": SmallRelay, "para": SmallPara}
OF_XCM = ("xcm::", "staging_xcm", "pallet_xcm::", "xcm_runtime_apis::")

on_both_sides = pytest.mark.parametrize("side", CHAINS)


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
