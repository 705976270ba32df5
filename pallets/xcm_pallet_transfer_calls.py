"""The calls that send assets to other chains.

All take at most two assets, one of which pays on the other side. Checks come in the same order in all: who
calls, the versions of the arguments, the number of assets, what this chain allows, how the assets travel.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.xcm_pallet_items import MAX_ASSETS_FOR_TRANSFER, Error
from pallets.xcm_pallet_running import XcmRunning, encoded, ensure_complete, plain
from pallets.xcm_pallet_transfers import Programs, Transfer, depositing, determined, transfer_types
from primitives.errors import DispatchError, ensure
from primitives.hashing import blake2_256
from primitives.origin import Origin
from primitives.pallet import call
from primitives.record import Record
from primitives.scale.codec import U32
from xcm.asset import Asset, Assets
from xcm.dialects import ROCOCO, WESTEND
from xcm.junctions import ByGenesis, Kusama, Parachain, Polkadot, network_of
from xcm.location import HERE, PARENT, Location
from xcm.program import Xcm
from xcm.terms import Unlimited, WeightLimit
from xcm.transfer_types import Teleport, TransferType
from xcm.versions import VersionedAssetId, VersionedAssets, VersionedLocation, VersionedXcm

PASEO = ByGenesis(bytes.fromhex("77afd6190f1554ad45fd0d31aee62aacc33c6db0ea801129acb813f913e0764f"))

MOVING_NETWORKS = (Polkadot(), Kusama(), WESTEND, PASEO, ROCOCO)
"""Networks whose token has moved from the relay chain to Asset Hub, or was to."""


class Arguments(Record):
    """What the transfer calls have in common, in plain words."""

    origin: Location
    dest: Location
    assets: Assets
    on_dest: Callable[[int], Xcm]
    """How the remote program ends."""


class XcmTransferCalls(XcmRunning, prefix="XcmPallet"):
    """Calls that send assets.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    @call(1)
    def teleport_assets(
        self,
        origin: Origin,
        dest: VersionedLocation,
        beneficiary: VersionedLocation,
        assets: VersionedAssets,
        fee_asset_item: U32,
    ) -> None:
        """As `limited_teleport_assets`, with no limit.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::teleport_assets`
        """
        self.limited_teleport_assets(origin, dest, beneficiary, assets, fee_asset_item, Unlimited())

    @call(2)
    def reserve_transfer_assets(
        self,
        origin: Origin,
        dest: VersionedLocation,
        beneficiary: VersionedLocation,
        assets: VersionedAssets,
        fee_asset_item: U32,
    ) -> None:
        """As `limited_reserve_transfer_assets`, with no limit.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::reserve_transfer_assets`
        """
        self.limited_reserve_transfer_assets(origin, dest, beneficiary, assets, fee_asset_item, Unlimited())

    @call(8)
    def limited_reserve_transfer_assets(
        self,
        origin: Origin,
        dest: VersionedLocation,
        beneficiary: VersionedLocation,
        assets: VersionedAssets,
        fee_asset_item: U32,
        weight_limit: WeightLimit,
    ) -> None:
        """Send assets that are all kept by one chain, and none of which could be teleported. The asset at
        place `fee_asset_item` pays on the other side.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::do_reserve_transfer_assets`
        """
        given = self._arguments(origin, dest, beneficiary, assets)
        ensure(self.config.reserve_filter(given.origin, given.assets), Error.Filtered)
        ensure(fee_asset_item < len(given.assets), Error.Empty)
        chain = self.executor.config
        fee_way, way = transfer_types(chain, given.assets, fee_asset_item, given.dest)
        ensure(not isinstance(way, Teleport), Error.Filtered)
        ensure(way == fee_way, Error.TooManyReserves)

        transfer = self._transfer(given, weight_limit)
        self._execute(given, transfer.batched(given.assets, way, fee_asset_item))

    @call(9)
    def limited_teleport_assets(
        self,
        origin: Origin,
        dest: VersionedLocation,
        beneficiary: VersionedLocation,
        assets: VersionedAssets,
        fee_asset_item: U32,
        weight_limit: WeightLimit,
    ) -> None:
        """Teleport assets. The asset at place `fee_asset_item` pays on the other side.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::do_teleport_assets`
        """
        given = self._arguments(origin, dest, beneficiary, assets)
        ensure(self.config.teleport_filter(given.origin, given.assets), Error.Filtered)
        for asset in given.assets:
            way = determined(self.executor.config, asset, given.dest)
            ensure(isinstance(way, Teleport), Error.Filtered)
        ensure(fee_asset_item < len(given.assets), Error.Empty)

        transfer = self._transfer(given, weight_limit)
        self._execute(given, transfer.batched(given.assets, Teleport(), fee_asset_item))

    @call(11)
    def transfer_assets(
        self,
        origin: Origin,
        dest: VersionedLocation,
        beneficiary: VersionedLocation,
        assets: VersionedAssets,
        fee_asset_item: U32,
        weight_limit: WeightLimit,
    ) -> None:
        """Send assets in whatever way they travel; the one that pays may travel in another way. The token of
        a network whose token moves can only be teleported: who keeps it cannot be told from where it is.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::transfer_assets`,
        polkadot/xcm/pallet-xcm/src/transfer_assets_validation.rs
        """
        given = self._arguments(origin, dest, beneficiary, assets)
        chain = self.executor.config
        fee_way, way = transfer_types(chain, given.assets, fee_asset_item, given.dest)
        for at, asset in enumerate(given.assets):
            is_teleported = isinstance(fee_way if at == fee_asset_item else way, Teleport)
            ensure(is_teleported or not self._is_moving(asset), Error.InvalidAssetUnknownReserve)

        transfer = self._transfer(given, weight_limit)
        self._execute(given, transfer.programs(given.assets, way, fee_asset_item, fee_way))

    @call(13)
    def transfer_assets_using_type_and_then(
        self,
        origin: Origin,
        dest: VersionedLocation,
        assets: VersionedAssets,
        assets_transfer_type: TransferType,
        remote_fees_id: VersionedAssetId,
        fees_transfer_type: TransferType,
        custom_xcm_on_dest: VersionedXcm,
        weight_limit: WeightLimit,
    ) -> None:
        """Send assets in the ways that the caller names, and run a program of the caller's over there. The
        asset `remote_fees_id` pays on the other side.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::transfer_assets_using_type_and_then`
        """
        sender = self.config.execute_origin(origin)
        target, sent, fee_id = plain(dest), plain(assets), plain(remote_fees_id)
        on_dest: Xcm = plain(custom_xcm_on_dest)
        ensure(len(sent) <= MAX_ASSETS_FOR_TRANSFER, Error.TooManyAssets)
        fee = next((at for at, asset in enumerate(sent) if asset.id == fee_id), None)
        if fee is None:
            raise DispatchError(Error.FeesNotMet)

        given = Arguments(sender, target, sent, lambda count: on_dest)
        transfer = self._transfer(given, weight_limit)
        programs = transfer.programs(sent, assets_transfer_type, fee, fees_transfer_type)
        self._execute(given, programs)

    # -------------------------------------------------------------------------------------- shared parts

    def _arguments(
        self,
        origin: Origin,
        dest: VersionedLocation,
        beneficiary: VersionedLocation,
        assets: VersionedAssets,
    ) -> Arguments:
        sender, target = self.config.execute_origin(origin), plain(dest)
        on_dest = depositing(plain(beneficiary))
        given = Arguments(sender, target, plain(assets), on_dest)
        ensure(len(given.assets) <= MAX_ASSETS_FOR_TRANSFER, Error.TooManyAssets)
        return given

    def _transfer(self, given: Arguments, weight_limit: WeightLimit) -> Transfer:
        chain = self.executor.config
        return Transfer(self.config, chain, given.origin, given.dest, weight_limit, given.on_dest)

    def _execute(self, given: Arguments, programs: Programs) -> None:
        """Run the local program, then send the remote one.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::execute_xcm_transfer`
        """
        weight = self.weigh(programs.local)
        message_id = blake2_256(encoded(programs.local))
        ensure_complete(self.attempt(given.origin, programs.local, message_id, weight))
        if programs.remote is not None:
            self.send_paid(given.origin, given.dest, programs.remote)

    def _is_moving(self, asset: Asset) -> bool:
        """Whether an asset is the token of such a network: Here on its relay chain, Parent on a parachain.

        Upstream: polkadot/xcm/pallet-xcm/src/transfer_assets_validation.rs `Pallet::is_network_native_asset`
        """
        universal = self.constants.universal_location
        if network_of(universal) not in MOVING_NETWORKS:
            return False
        match universal:
            case (_,):
                return asset.id == HERE
            case (_, Parachain()):
                return asset.id == PARENT
            case _:
                return False
