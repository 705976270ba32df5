"""Values for the XCM codecs whose bounds no annotation says, by the name of the codec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from primitives.scale.codec import Compact128
from xcm.asset import Asset, AssetInstance, Fungible, NonFungible, collected
from xcm.filters import MAX_ASSET_TRANSFER_FILTERS, AssetTransferFilter
from xcm.junctions import Junction
from xcm.program import Instruction
from xcm.responses import PalletInfo
from xcm.terms import AssetClaimer

DEEPEST = 5
"""How far in programs still get instructions."""


def _several(walk: Any, tp: Any, most: int) -> tuple[Any, ...]:
    walk.depth += 1
    made = tuple(walk.make(tp) for _ in range(walk.source.integer(0, most)))
    walk.depth -= 1
    return made


def _fungibility(walk: Any) -> Any:
    if walk.chance(1, 3):
        return NonFungible(walk.make(AssetInstance))
    return Fungible(walk.make(Compact128) or 1)


MAKERS: Mapping[str, Callable[[Any], Any]] = {
    "Fungibility": _fungibility,
    "Hint": lambda walk: walk.make(AssetClaimer),
    "Junctions": lambda walk: _several(walk, Junction, walk.one_of((2, 3, 8))),
    "Vec<Asset>": lambda walk: collected(_several(walk, Asset, 4)),
    "Vec<AssetTransferFilter>": lambda walk: _several(walk, AssetTransferFilter, MAX_ASSET_TRANSFER_FILTERS),
    "Vec<Hint>": lambda walk: _several(walk, AssetClaimer, 1),
    "Vec<Instruction>": lambda walk: _several(walk, Instruction, 4 if walk.depth < DEEPEST else 0),
    "Vec<PalletInfo>": lambda walk: _several(walk, PalletInfo, 3),
    "Vec<u8>": lambda walk: walk.source.raw(0, 48),
}
