"""Holding: the assets that a program has in hand.

What an instruction takes from an account or is told about goes into **holding**; what it pays, gives away or
sends comes out of it. Amounts of the same asset add up; instances are held one by one. Everything is done in
upstream's order: fungible assets by identity, then instances by class and name.

| taking | what is missing |
|---|---|
| `saturating_take` | is left out |
| `try_take` | makes it fail with `TakeError`, and nothing is taken |

Upstream: polkadot/xcm/xcm-executor/src/assets.rs `AssetsInHolding`
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

from typing_extensions import override

from primitives.arithmetic import U128_MAX, saturating_add
from xcm.asset import Asset, AssetInstance, Assets, Fungible, NonFungible, WildFungibility, collected
from xcm.filters import All, AllOf, AllOfCounted, AssetFilter, Definite, Wild, limit_of
from xcm.junctions import Junctions, order_key
from xcm.location import Location, LocationError

T = TypeVar("T")


EVERYTHING = Wild(All())


class TakeError(Exception):
    """An asset is not there, or not enough of it.

    Upstream: polkadot/xcm/xcm-executor/src/assets.rs `TakeError`
    """

    def __init__(self, asset: Asset) -> None:
        super().__init__(asset)
        self.asset = asset


class Holding:
    """Amounts by asset, and instances."""

    __slots__ = ("fungible", "instances")

    def __init__(self, assets: Iterable[Asset] = ()) -> None:
        self.fungible: dict[Location, int] = {}
        self.instances: set[tuple[Location, AssetInstance]] = set()
        for asset in assets:
            self.subsume(asset)

    def __len__(self) -> int:
        return len(self.fungible) + len(self.instances)

    def __iter__(self) -> Iterator[Asset]:
        for id in _ordered(self.fungible):
            yield Asset(id, Fungible(self.fungible[id]))
        for id, instance in _ordered(self.instances):
            yield Asset(id, NonFungible(instance))

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Holding) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    @override
    def __repr__(self) -> str:
        return f"Holding({list(self)})"

    def copy(self) -> Holding:
        """The same assets, to be changed apart from these."""
        made = Holding.__new__(Holding)
        made.fungible, made.instances = self.fungible.copy(), self.instances.copy()
        return made

    def assets(self) -> Assets:
        """Everything, as a list in order."""
        return tuple(self)

    # ---------------------------------------------------------------------------------------- putting

    def subsume(self, asset: Asset) -> None:
        """Put in one asset; an amount stops at 2^128 - 1.

        Upstream: polkadot/xcm/xcm-executor/src/assets.rs `AssetsInHolding::subsume`
        """
        match asset.fun:
            case Fungible(amount):
                held = self.fungible.get(asset.id)
                self.fungible[asset.id] = amount if held is None else saturating_add(held, amount, U128_MAX)
            case NonFungible(instance):
                self.instances.add((asset.id, instance))

    def subsume_assets(self, assets: Iterable[Asset]) -> None:
        """Put in several."""
        if isinstance(assets, Holding):
            self._subsume_all(assets)
            return
        for asset in tuple(assets):
            self.subsume(asset)

    def _subsume_all(self, other: Holding) -> None:
        """As one asset after the other."""
        for id, amount in other.fungible.items():
            self.fungible[id] = saturating_add(self.fungible.get(id, 0), amount, U128_MAX)
        self.instances |= other.instances

    # ---------------------------------------------------------------------------------------- looking

    def contains_asset(self, asset: Asset) -> bool:
        """Whether at least so much of the asset is there."""
        match asset.fun:
            case Fungible(amount):
                held = self.fungible.get(asset.id)
                return held is not None and held >= amount
            case NonFungible(instance):
                return (asset.id, instance) in self.instances

    def ensure_contains(self, assets: Assets) -> None:
        """Raise `TakeError` with the first asset that is not there."""
        for asset in assets:
            if not self.contains_asset(asset):
                raise TakeError(asset)

    def min(self, mask: AssetFilter) -> Holding:
        """What `saturating_take` would give, left where it is.

        Upstream: polkadot/xcm/xcm-executor/src/assets.rs `AssetsInHolding::min`
        """
        return self.copy().saturating_take(mask)

    def first_fungible(self) -> Asset | None:
        """The first of the fungible assets."""
        return next((asset for asset in self if isinstance(asset.fun, Fungible)), None)

    # ----------------------------------------------------------------------------------------- taking

    def saturating_take(self, mask: AssetFilter) -> Holding:
        """Take out what the filter picks, as far as it is there; a counted filter takes the first ones.

        Upstream: polkadot/xcm/xcm-executor/src/assets.rs `AssetsInHolding::saturating_take`
        """
        if isinstance(mask, Definite):
            named: Iterable[Asset] = mask.assets
        elif mask == EVERYTHING:
            return self._take_everything()
        else:
            named = tuple(asset for asset in self if _picks(mask, asset))[: limit_of(mask)]
        taken = Holding()
        for asset in named:
            self._move(asset, taken)
        return taken

    def try_take(self, mask: AssetFilter) -> Holding:
        """Take out what the filter picks; raises `TakeError` if a named asset is not there in full.

        Upstream: polkadot/xcm/xcm-executor/src/assets.rs `AssetsInHolding::try_take`
        """
        if isinstance(mask, Definite):
            self.ensure_contains(mask.assets)
        return self.saturating_take(mask)

    def _take_everything(self) -> Holding:
        """What a filter that picks all would take; nothing of an asset is left behind."""
        made = Holding()
        made.fungible = {id: amount for id, amount in self.fungible.items() if amount}
        made.instances, self.fungible, self.instances = self.instances, {}, set()
        return made

    def _move(self, asset: Asset, into: Holding) -> None:
        """As much of it as is there."""
        if isinstance(asset.fun, Fungible):
            self._move_amount(asset.id, asset.fun.amount, into)
        elif (asset.id, asset.fun.instance) in self.instances:
            self.instances.remove((asset.id, asset.fun.instance))
            into.instances.add((asset.id, asset.fun.instance))

    def _move_amount(self, id: Location, amount: int, into: Holding) -> None:
        held = self.fungible.get(id, 0)
        if amount < held:
            self.fungible[id] = held - amount
        else:
            amount = self.fungible.pop(id, 0)
        if amount:
            into.fungible[id] = saturating_add(into.fungible.get(id, 0), amount, U128_MAX)

    # ------------------------------------------------------------------------------------ reanchoring

    def reanchored(
        self, target: Location, context: Junctions, failed_bin: Holding | None = None
    ) -> tuple[Assets, Holding]:
        """The assets as `target` would name them, and those of them that it can name.

        The others go into `failed_bin` if there is one, and are lost otherwise.
        Upstream: polkadot/xcm/xcm-executor/src/assets.rs `AssetsInHolding::reanchor`
        """
        named: list[Asset] = []
        kept = Holding()
        for asset in self:
            try:
                named.append(asset.reanchored(target, context))
                kept.subsume(asset)
            except LocationError:
                if failed_bin is not None:
                    failed_bin.subsume(asset)
        return collected(named), kept


def _ordered(names: Collection[T]) -> Iterable[T]:
    """In upstream's order, which costs more than all the rest where there is nothing to put in order."""
    return names if len(names) < 2 else sorted(names, key=order_key)


def _picks(mask: Wild, asset: Asset) -> bool:
    match mask.asset:
        case AllOf(id, kind) | AllOfCounted(id, kind):
            return asset.id == id and isinstance(asset.fun, Fungible) == (kind is WildFungibility.Fungible)
        case _:
            return True
