"""Assets: what is moved, and how a program names it.

An **asset** is an identity and how much of it: an amount if it is **fungible**, an instance if not. `Assets`
is a list of them in order, none twice; `collected` makes one of anything.

The identity of an asset is a location, as seen from where the program runs.

Upstream: polkadot/xcm/src/v5/asset.rs `Asset`, `Assets`, `Fungibility`, `AssetInstance`
"""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable, Iterable
from typing import Annotated, Any, ClassVar

from primitives.arithmetic import U128_MAX, saturating_add
from primitives.record import Record, replace
from primitives.scale.codec import Bytes4, Bytes8, Bytes16, Bytes32, Codec, Compact128
from primitives.scale.errors import DecodeError
from xcm.junctions import V5, Junctions, order_key
from xcm.location import Location
from xcm.reading import bounded_codec

MAX_ITEMS_IN_ASSETS = 20
"""Assets in one list, where it comes from outside."""


class Undefined(Record, tag=0):
    """The only instance of its class."""


class Index(Record, tag=1):
    """An instance by its number."""

    UNNAMED: ClassVar[bool] = True

    index: Compact128


class Array4(Record, tag=2):
    """An instance by four bytes."""

    UNNAMED: ClassVar[bool] = True

    datum: Bytes4


class Array8(Record, tag=3):
    """An instance by eight bytes."""

    UNNAMED: ClassVar[bool] = True

    datum: Bytes8


class Array16(Record, tag=4):
    """An instance by 16 bytes."""

    UNNAMED: ClassVar[bool] = True

    datum: Bytes16


class Array32(Record, tag=5):
    """An instance by 32 bytes."""

    UNNAMED: ClassVar[bool] = True

    datum: Bytes32


AssetInstance = Undefined | Index | Array4 | Array8 | Array16 | Array32


class Fungible(Record, tag=0):
    """An amount; zero is no asset, and does not decode as one."""

    UNNAMED: ClassVar[bool] = True

    amount: Compact128


class NonFungible(Record, tag=1):
    """One thing, of which there is no second."""

    UNNAMED: ClassVar[bool] = True

    instance: AssetInstance


FungibleOrNot = Fungible | NonFungible


def _fungibility() -> Codec[FungibleOrNot]:
    unchecked = V5.codec(FungibleOrNot)

    def decode_at(data: bytes, at: int) -> tuple[FungibleOrNot, int]:
        found, end = unchecked.decode_at(data, at)
        if isinstance(found, Fungible) and not found.amount:
            raise DecodeError("an amount", "zero", at)
        return found, end

    return Codec("Fungibility", unchecked.encode, decode_at, 2)


Fungibility = Annotated[FungibleOrNot, _fungibility()]
"""How much, or which."""


class WildFungibility(enum.Enum):
    """Which kind, whatever the amount or instance."""

    Fungible = 0
    NonFungible = 1


AssetId = Annotated[Location, "AssetId"]
"""Which asset, or of which class: the location of what issues it."""


class Asset(Record):
    """Some amount of an asset, or one instance of its class."""

    id: AssetId
    fun: Fungibility

    def contains(self, inner: Asset) -> bool:
        """Whether this is as much or more of the same.

        Upstream: polkadot/xcm/src/v5/asset.rs `Asset::contains`
        """
        if isinstance(self.fun, Fungible) and isinstance(inner.fun, Fungible):
            return self.id == inner.id and self.fun.amount >= inner.fun.amount
        return self == inner

    def reanchored(self, target: Location, context: Junctions) -> Asset:
        """The same asset as seen from `target`; raises `LocationError` as locations do."""
        return replace(self, id=self.id.reanchored(target, context))


def is_kind(asset: Asset, kind: WildFungibility) -> bool:
    """Whether the asset is of this kind."""
    return isinstance(asset.fun, Fungible) == (kind is WildFungibility.Fungible)


def asset_key(asset: Asset) -> Any:
    """Puts assets in upstream's order: fungible ones first, then by identity, then by amount or instance.

    Upstream: polkadot/xcm/src/v5/asset.rs `Asset` (`Ord`)
    """
    return (isinstance(asset.fun, NonFungible), order_key(asset.id), order_key(asset.fun))


def in_order(assets: tuple[Asset, ...], id_key: Callable[[Any], Any] = order_key) -> bool:
    """Whether a list from outside stands in order and holds nothing twice.

    Two neighbours must ascend by identity; where one of them is not fungible, it is enough that they
    ascend as assets do. `id_key` orders identities.
    Upstream: polkadot/xcm/src/v5/asset.rs `Assets::from_sorted_and_deduplicated`
    """
    if len(assets) < 2:
        return True
    places = [(isinstance(each.fun, NonFungible), id_key(each.id), order_key(each.fun)) for each in assets]
    pairs = itertools.pairwise(places)
    return all(one[1] < other[1] or (one < other and (one[0] or other[0])) for one, other in pairs)


Assets = Annotated[
    tuple[Asset, ...], bounded_codec("Asset", lambda: V5.codec(Asset), MAX_ITEMS_IN_ASSETS, in_order)
]
"""Assets in order, none twice, at most 20; `collected` makes one."""


def collected(assets: Iterable[Asset]) -> Assets:
    """These assets in order, amounts of the same asset added up (2^128 - 1 at most), instances once.

    Upstream: polkadot/xcm/src/v5/asset.rs `Assets` (`From<Vec<Asset>>`)
    """
    found: list[Asset] = []
    for asset in sorted(assets, key=asset_key):
        last = found[-1] if found else None
        if last is None or last.id != asset.id:
            found.append(asset)
        elif isinstance(last.fun, Fungible) and isinstance(asset.fun, Fungible):
            total = saturating_add(last.fun.amount, asset.fun.amount, U128_MAX)
            found[-1] = Asset(last.id, Fungible(total))
        elif last != asset:
            found.append(asset)
    return tuple(found)


def reanchored_assets(assets: Assets, target: Location, context: Junctions) -> Assets:
    """The same assets as seen from `target`, in the order they have there.

    Upstream: polkadot/xcm/src/v5/asset.rs `Assets::reanchor`
    """
    return tuple(sorted((asset.reanchored(target, context) for asset in assets), key=asset_key))
