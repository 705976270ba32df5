"""Transfers: the programs that take assets of an account to another chain.

A transfer has a **local program**, which runs here as the account, and mostly a **remote program**, which is
sent when that is done. One of the assets pays for the remote program; it may travel in another way than the
rest, and then comes first in both programs.

| assets travel by | local program | remote program begins with |
|---|---|---|
| `LocalReserve` | TransferAsset to the account of the destination | ReserveAssetDeposited |
| `DestinationReserve` | WithdrawAsset, BurnAsset | WithdrawAsset |
| `Teleport` | WithdrawAsset, BurnAsset | ReceiveTeleportedAsset |
| `RemoteReserve` | WithdrawAsset, SetFeesMode, InitiateReserveWithdraw | sent by the local program |

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.xcm_pallet_items import Error
from pallets.xcm_pallet_storage import XcmPalletConfig
from primitives.errors import DispatchError, ensure
from primitives.record import Record
from xcm.asset import Asset, Assets, Fungible, collected, reanchored_assets
from xcm.executor_config import ExecutorConfig
from xcm.failures import XcmFailure
from xcm.filters import AllCounted, Wild
from xcm.instructions import (
    BurnAsset,
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    ReceiveTeleportedAsset,
    ReserveAssetDeposited,
    SetFeesMode,
    TransferAsset,
    WithdrawAsset,
)
from xcm.location import Location, LocationError
from xcm.program import DepositReserveAsset, InitiateReserveWithdraw, Instruction, Xcm
from xcm.reading import Unconvertible
from xcm.terms import WeightLimit
from xcm.traits import XcmContext
from xcm.transfer_types import (
    DestinationReserve,
    LocalReserve,
    RemoteReserve,
    Teleport,
    TransferType,
    UnknownReserve,
    transfer_type,
)

NO_CONTEXT = XcmContext(None, bytes(32), None)
"""For who is asked outside of any program."""


class Programs(Record):
    """What runs here, and what is sent then."""

    local: Xcm
    remote: Xcm | None


class Legs(Record):
    """One way of travelling: what runs here, and what the destination is told."""

    local: Xcm
    announcement: Instruction


class Transfer:
    """One transfer: from whom, to where, and what the remote program may cost there.

    `on_dest` is what the remote program does in the end, given how many assets it has in hand at most.
    All that fails, fails with `DispatchError`.
    """

    def __init__(
        self,
        config: XcmPalletConfig,
        chain: ExecutorConfig,
        origin: Location,
        dest: Location,
        weight_limit: WeightLimit,
        on_dest: Callable[[int], Xcm],
    ) -> None:
        self.config, self.chain, self.context = config, chain, config.constants.universal_location
        self.origin, self.dest, self.weight_limit, self.on_dest = origin, dest, weight_limit, on_dest

    def programs(
        self, assets: tuple[Asset, ...], way: TransferType, fee: int, fee_way: TransferType
    ) -> Programs:
        """The programs for assets that travel one way, and the fee among them that may travel another.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::do_transfer_assets`
        """
        if way == fee_way:
            return self.batched(assets, way, fee)
        remote = isinstance(way, RemoteReserve) or isinstance(fee_way, RemoteReserve)
        ensure(not remote, Error.InvalidAssetUnsupportedReserve)
        paid = self._legs((assets[fee],), fee_way)
        buy = BuyExecution(self._reanchored(assets[fee]), self.weight_limit)
        moved = self._legs((*assets[:fee], *assets[fee + 1 :]), way)
        return Programs(
            (*paid.local, *moved.local),
            (paid.announcement, buy, moved.announcement, ClearOrigin(), *self.on_dest(len(assets))),
        )

    def batched(self, assets: tuple[Asset, ...], way: TransferType, fee: int) -> Programs:
        """The programs for assets that all travel one way.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::build_xcm_transfer_type`
        """
        if isinstance(way, RemoteReserve):
            return Programs(self._by_remote_reserve(assets, way, assets[fee]), None)
        legs = self._legs(assets, way)
        buy = BuyExecution(self._reanchored(assets[fee]), self.weight_limit)
        return Programs(legs.local, (legs.announcement, ClearOrigin(), buy, *self.on_dest(len(assets))))

    # ------------------------------------------------------------------------------------ ways to travel

    def _legs(self, assets: tuple[Asset, ...], way: TransferType) -> Legs:
        match way:
            case LocalReserve():
                return self._by_local_reserve(collected(assets))
            case DestinationReserve():
                return self._by_destination_reserve(collected(assets))
            case Teleport():
                return self._by_teleport(collected(assets))
            case RemoteReserve():
                raise DispatchError(Error.InvalidAssetUnsupportedReserve)

    def _by_local_reserve(self, assets: Assets) -> Legs:
        """Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::local_reserve_transfer_programs`"""
        ensure(self.config.reserve_filter(self.origin, assets), Error.Filtered)
        return Legs((TransferAsset(assets, self.dest),), ReserveAssetDeposited(self._all_reanchored(assets)))

    def _by_destination_reserve(self, assets: Assets) -> Legs:
        """Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::destination_reserve_transfer_programs`"""
        ensure(self.config.reserve_filter(self.origin, assets), Error.Filtered)
        kept = all(self.chain.is_reserve(asset, self.dest) for asset in assets)
        ensure(kept, Error.InvalidAssetUnsupportedReserve)
        local = (WithdrawAsset(assets), BurnAsset(assets))
        return Legs(local, WithdrawAsset(self._all_reanchored(assets)))

    def _by_teleport(self, assets: Assets) -> Legs:
        """What is checked out here is undone with the call if that fails.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::teleport_assets_program`
        """
        ensure(self.config.teleport_filter(self.origin, assets), Error.Filtered)
        trusted = all(self.chain.is_teleporter(asset, self.dest) for asset in assets)
        ensure(trusted, Error.Filtered)
        named = self._all_reanchored(assets)
        for asset in assets:
            try:
                self.chain.transactor.can_check_out(self.dest, asset, NO_CONTEXT)
            except XcmFailure:
                raise DispatchError(Error.CannotCheckOutTeleport) from None

        for asset in assets:
            self.chain.transactor.check_out(self.dest, asset, NO_CONTEXT)
        return Legs((WithdrawAsset(assets), BurnAsset(assets)), ReceiveTeleportedAsset(named))

    def _by_remote_reserve(self, assets: tuple[Asset, ...], way: RemoteReserve, fee: Asset) -> Xcm:
        """Half of the fee pays at the reserve, the other half at the destination.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::remote_reserve_transfer_program`
        """
        try:
            reserve = way.reserve.newest()
        except Unconvertible:
            raise DispatchError(Error.BadVersion) from None
        ensure(self.config.reserve_filter(self.origin, assets), Error.Filtered)
        first, second = halved(fee)
        reserve_fee, dest_fee = self._reanchored(first, reserve), self._reanchored(second)
        dest_from_reserve = self._place_reanchored(self.dest, reserve)
        everything = Wild(AllCounted(len(assets)))

        on_dest = (BuyExecution(dest_fee, self.weight_limit), *self.on_dest(len(assets)))
        on_reserve = (
            BuyExecution(reserve_fee, self.weight_limit),
            DepositReserveAsset(everything, dest_from_reserve, on_dest),
        )
        return (
            WithdrawAsset(collected(assets)),
            SetFeesMode(jit_withdraw=True),
            InitiateReserveWithdraw(everything, reserve, on_reserve),
        )

    # ------------------------------------------------------------------------------------------- places

    def _reanchored(self, asset: Asset, target: Location | None = None) -> Asset:
        try:
            return asset.reanchored(self.dest if target is None else target, self.context)
        except LocationError:
            raise DispatchError(Error.CannotReanchor) from None

    def _all_reanchored(self, assets: Assets) -> Assets:
        try:
            return reanchored_assets(assets, self.dest, self.context)
        except LocationError:
            raise DispatchError(Error.CannotReanchor) from None

    def _place_reanchored(self, place: Location, target: Location) -> Location:
        try:
            return place.reanchored(target, self.context)
        except LocationError:
            raise DispatchError(Error.CannotReanchor) from None


def depositing(beneficiary: Location) -> Callable[[int], Xcm]:
    """The end of a remote program that gives everything to somebody there."""
    return lambda count: (DepositAsset(Wild(AllCounted(count)), beneficiary),)


def halved(fee: Asset) -> tuple[Asset, Asset]:
    """A fee in two halves, of which the second may be larger by one; fails with FeesNotMet below 2.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::halve_fees`
    """
    if not isinstance(fee.fun, Fungible) or fee.fun.amount < 2:
        raise DispatchError(Error.FeesNotMet)
    half = fee.fun.amount // 2
    return Asset(fee.id, Fungible(half)), Asset(fee.id, Fungible(fee.fun.amount - half))


def transfer_types(
    chain: ExecutorConfig, assets: Assets, fee: int, dest: Location
) -> tuple[TransferType, TransferType]:
    """How the fee travels, and how all the others do; a fee alone stands for both. Raises `DispatchError`.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::find_fee_and_assets_transfer_types`
    """
    ways: list[TransferType] = []
    for at, asset in enumerate(assets):
        way = determined(chain, asset, dest)
        others = [each for place, each in enumerate(ways) if place != fee]
        ensure(at == fee or all(each == way for each in others), Error.TooManyReserves)
        ways.append(way)
    ensure(fee < len(ways), Error.Empty)
    return ways[fee], next((way for at, way in enumerate(ways) if at != fee), ways[fee])


def determined(chain: ExecutorConfig, asset: Asset, dest: Location) -> TransferType:
    """How an asset gets to `dest`; fails with InvalidAssetUnknownReserve."""
    try:
        return transfer_type(chain, asset, dest)
    except UnknownReserve:
        raise DispatchError(Error.InvalidAssetUnknownReserve) from None
