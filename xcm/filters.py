"""Filters: picking assets out of what a program holds, and saying how they travel.

A filter names these assets and no others (`Definite`), or all of a kind (`Wild`).

Upstream: polkadot/xcm/src/v5/asset.rs `AssetFilter`, `WildAsset`, `AssetTransferFilter`
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from primitives.record import Record, replace
from primitives.scale.codec import Compact32
from xcm.asset import Asset, AssetId, Assets, WildFungibility, is_kind, reanchored_assets
from xcm.junctions import V5, Junctions
from xcm.location import Location
from xcm.reading import bounded_codec

MAX_ASSET_TRANSFER_FILTERS = 6
"""Ways to travel in one `InitiateTransfer`, besides that of the fees."""


class All(Record, tag=0):
    """Everything."""


class AllOf(Record, tag=1):
    """Everything of one identity and kind."""

    id: AssetId
    fun: WildFungibility


class AllCounted(Record, tag=2):
    """Everything, but no more than so many assets; instances count one by one."""

    UNNAMED: ClassVar[bool] = True

    count: Compact32


class AllOfCounted(Record, tag=3):
    """Everything of one identity and kind, but no more than so many assets."""

    id: AssetId
    fun: WildFungibility
    count: Compact32


WildAsset = All | AllOf | AllCounted | AllOfCounted


class Definite(Record, tag=0):
    """These assets and no others."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class Wild(Record, tag=1):
    """All that match."""

    UNNAMED: ClassVar[bool] = True

    asset: WildAsset


AssetFilter = Definite | Wild


def matches(which: AssetFilter, asset: Asset) -> bool:
    """Whether a filter picks an asset; a count only matters when it is zero.

    Upstream: polkadot/xcm/src/v5/asset.rs `AssetFilter::matches`
    """
    if isinstance(which, Definite):
        return any(each.contains(asset) for each in which.assets)
    if limit_of(which) == 0:
        return False
    match which.asset:
        case AllOf(id, fun) | AllOfCounted(id, fun):
            return asset.id == id and is_kind(asset, fun)
        case All() | AllCounted():
            return True


def limit_of(which: AssetFilter) -> int | None:
    """How many assets a filter takes at most, where it says so.

    Upstream: polkadot/xcm/src/v5/asset.rs `AssetFilter::limit`
    """
    match which:
        case Wild(AllCounted(count) | AllOfCounted(count=count)):
            return count
        case _:
            return None


def reanchored_filter(which: AssetFilter, target: Location, context: Junctions) -> AssetFilter:
    """The same filter as seen from `target`.

    Upstream: polkadot/xcm/src/v5/asset.rs `AssetFilter::reanchor`
    """
    match which:
        case Definite(assets):
            return Definite(reanchored_assets(assets, target, context))
        case Wild(AllOf(id) | AllOfCounted(id)):
            return Wild(replace(which.asset, id=id.reanchored(target, context)))
        case Wild():
            return which


class Teleport(Record, tag=0):
    """Destroyed here, made anew there."""

    UNNAMED: ClassVar[bool] = True

    filter: AssetFilter


class ReserveDeposit(Record, tag=1):
    """Kept here for the destination, which gives out its own."""

    UNNAMED: ClassVar[bool] = True

    filter: AssetFilter


class ReserveWithdraw(Record, tag=2):
    """Destroyed here, taken there from what the destination keeps for us."""

    UNNAMED: ClassVar[bool] = True

    filter: AssetFilter


AssetTransferFilter = Teleport | ReserveDeposit | ReserveWithdraw

AssetTransferFilters = Annotated[
    tuple[AssetTransferFilter, ...],
    bounded_codec("AssetTransferFilter", lambda: V5.codec(AssetTransferFilter), MAX_ASSET_TRANSFER_FILTERS),
]
"""At most six."""
