"""Assets that programs leave behind: kept for their owner, and claimed by exactly who and what they are.

What is kept is only a count for each pair of owner and assets, under the hash of both. Who claims must name
the same assets, in the version in which they were kept; the **ticket** of a claim says which that was.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `DropAssets`, `ClaimAssets`
"""

from __future__ import annotations

from pallets.xcm_pallet_events import AssetsClaimed, AssetsTrapped
from pallets.xcm_pallet_storage import XcmPalletStorage
from primitives.arithmetic import U32_MAX
from primitives.hashing import blake2_256
from primitives.ids import Hash
from primitives.scale.codec import Codec
from primitives.scale.derive import codec
from primitives.weights import ZERO_WEIGHT, Weight
from xcm.asset import Asset, Assets
from xcm.failures import XcmFailure
from xcm.holding import Holding
from xcm.junctions import GeneralIndex
from xcm.location import HERE, Location
from xcm.reading import Unconvertible
from xcm.traits import XcmContext
from xcm.versions import XCM_VERSION, Versioned, VersionedAssets, into_version


class XcmTraps(XcmPalletStorage, prefix="XcmPallet"):
    """The trap for assets.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    def drop_assets(self, origin: Location, assets: Assets, context: XcmContext) -> Weight:
        """Keep assets for `origin`; gives what that cost. They still count as issued.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `DropAssets::drop_assets`
        """
        if not assets:
            return ZERO_WEIGHT
        kept = Versioned(XCM_VERSION, assets)
        hash = trap_hash(origin, kept)
        self.asset_traps[hash] = self.asset_traps[hash] + 1
        self.deposit_event(AssetsTrapped(hash, origin, kept))
        return ZERO_WEIGHT

    def claim_assets(
        self, origin: Location, ticket: Location, assets: Assets, context: XcmContext
    ) -> Assets | None:
        """What was kept of exactly these assets; None if nothing was. An asset that cannot be made anew is
        lost.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `ClaimAssets::claim_assets`
        """
        kept = _as_kept(ticket, assets)
        hash = None if kept is None else trap_hash(origin, kept)
        if kept is None or hash is None or self.asset_traps[hash] == 0:
            return None

        count = self.asset_traps[hash]
        if count == 1:
            self.asset_traps.remove(hash)
        else:
            self.asset_traps[hash] = count - 1
        claimed = Holding(asset for asset in assets if self._is_made_anew(asset, context))
        self.deposit_event(AssetsClaimed(hash, origin, kept))
        return claimed.assets()

    def _is_made_anew(self, asset: Asset, context: XcmContext) -> bool:
        """Make an asset, and forget as much: what is kept was never taken off what is issued."""
        transactor = self.executor.config.transactor
        try:
            transactor.mint_asset(asset, context)
        except XcmFailure:
            return False
        transactor.burn_asset(asset)
        return True


def trap_hash(origin: Location, assets: Versioned[Assets]) -> Hash:
    """Under what assets are kept."""
    return Hash(blake2_256(_LOCATION.encode(origin) + _ASSETS.encode(assets)))


def _as_kept(ticket: Location, assets: Assets) -> Versioned[Assets] | None:
    """The assets in the version that a ticket names; the newest for an empty one. None if there is none."""
    match ticket:
        case Location(0, (GeneralIndex(index),)):
            version = index & U32_MAX
        case _ if ticket == HERE:
            version = XCM_VERSION
        case _:
            return None
    try:
        return into_version(Versioned(XCM_VERSION, assets), version, VersionedAssets)
    except Unconvertible:
        return None


_LOCATION: Codec[Location] = codec(Location)
_ASSETS: Codec[Versioned[Assets]] = codec(VersionedAssets)
