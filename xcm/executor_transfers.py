"""Instructions that move assets to other chains: move them here, then send a program that says so.

Three ways to travel, told apart by what the receiver is told:

| way | here | told |
|---|---|---|
| reserve deposit | into the account of the destination | `ReserveAssetDeposited` |
| reserve withdraw | destroyed; the destination keeps them for us | `WithdrawAsset` |
| teleport | destroyed | `ReceiveTeleportedAsset` |

Without `PayFees` the fee for sending is taken out of the assets that travel.

Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process_instruction`
"""

from __future__ import annotations

from collections.abc import Callable

from xcm import errors
from xcm.asset import Assets, reanchored_assets
from xcm.executor_assets import deposit_with_retry, ensure_trusted
from xcm.executor_machine import Machine, definite
from xcm.failures import XcmFailure
from xcm.filters import AssetFilter, AssetTransferFilter, ReserveDeposit, ReserveWithdraw, Teleport
from xcm.holding import Holding, TakeError
from xcm.instructions import (
    AliasOrigin,
    ClearOrigin,
    PayFees,
    ReceiveTeleportedAsset,
    ReserveAssetDeposited,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.location import HERE, Location, LocationError
from xcm.program import (
    DepositReserveAsset,
    InitiateReserveWithdraw,
    InitiateTeleport,
    InitiateTransfer,
    Instruction,
    TransferReserveAsset,
    Xcm,
)
from xcm.terms import Unlimited
from xcm.traits import FeeReason

Announcement = type[ReserveAssetDeposited] | type[WithdrawAsset] | type[ReceiveTeleportedAsset]
"""The instruction that tells the receiver of assets."""

Move = Callable[[Machine, Holding, Location], Assets]
"""Moves assets here; gives them as the receiver names them."""


def transfer_reserve_asset(vm: Machine, instruction: TransferReserveAsset) -> None:
    """From the account of the origin into that of `dest`, which is told."""
    with vm.transactional():
        origin, dest = vm.ensure_origin(), instruction.dest
        for asset in instruction.assets:
            vm.config.transactor.transfer_asset(asset, origin, dest, vm.context)
        try:
            named = reanchored_assets(instruction.assets, dest, vm.config.universal_location)
        except LocationError:
            raise XcmFailure(errors.LocationFull()) from None
        message = (ReserveAssetDeposited(named), ClearOrigin(), *instruction.xcm)
        vm.send(dest, message, FeeReason.TransferReserveAsset)


def deposit_reserve_asset(vm: Machine, instruction: DepositReserveAsset) -> None:
    """From holding into the account of `dest`, which is told."""
    picked, dest, reason = instruction.assets, instruction.dest, FeeReason.DepositReserveAsset
    _initiate(vm, picked, dest, instruction.xcm, ReserveDeposit, reason)


def initiate_reserve_withdraw(vm: Machine, instruction: InitiateReserveWithdraw) -> None:
    """From holding to the reserve, which is told to take them from what it keeps for us."""
    picked, reserve, reason = instruction.assets, instruction.reserve, FeeReason.InitiateReserveWithdraw
    _initiate(vm, picked, reserve, instruction.xcm, ReserveWithdraw, reason)


def initiate_teleport(vm: Machine, instruction: InitiateTeleport) -> None:
    """From holding to nowhere, and `dest` is told."""
    picked, dest, reason = instruction.assets, instruction.dest, FeeReason.InitiateTeleport
    _initiate(vm, picked, dest, instruction.xcm, Teleport, reason)


def _initiate(
    vm: Machine,
    picked: AssetFilter,
    dest: Location,
    xcm: Xcm,
    way: type[AssetTransferFilter],
    reason: FeeReason,
) -> None:
    announce, move = WAYS[way]
    with vm.transactional():
        assets = vm.holding.saturating_take(picked)
        fee = Holding()
        if not len(vm.fees) and not vm.jit_withdraw:
            fee = _take_delivery_fee(vm, assets, dest, announce, xcm)
        named = move(vm, assets, dest)
        vm.holding.subsume_assets(fee)
        vm.send(dest, (announce(named), ClearOrigin(), *xcm), reason)


def _take_delivery_fee(
    vm: Machine, assets: Holding, dest: Location, announce: Announcement, xcm: Xcm
) -> Holding:
    """Set aside from assets what sending all of them would cost.

    Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::take_delivery_fee_from_assets`
    """
    to_price = (announce(vm.reanchored_assets(assets, dest)), ClearOrigin(), *xcm)
    _, price = vm.validate_send(dest, to_price)
    return assets.saturating_take(definite(vm.asset_for_delivery_fees(price[0]))) if price else Holding()


# --------------------------------------------------------------------------------------- ways to travel


def _reserve_deposit(vm: Machine, assets: Holding, dest: Location) -> Assets:
    deposit_with_retry(vm, assets, dest)
    return vm.reanchored_assets(assets, dest)


def _reserve_withdraw(vm: Machine, assets: Holding, reserve: Location) -> Assets:
    for asset in assets:
        ensure_trusted(vm.config.is_reserve(asset, reserve), errors.UntrustedReserveLocation())
    named, gone = assets.reanchored(reserve, vm.config.universal_location, vm.holding)
    vm.burn(gone)
    return named


def _teleport(vm: Machine, assets: Holding, dest: Location) -> Assets:
    for asset in assets:
        ensure_trusted(vm.config.is_teleporter(asset, dest), errors.UntrustedTeleportLocation())
        vm.config.transactor.can_check_out(dest, asset, vm.context)
    for asset in assets:
        vm.config.transactor.check_out(dest, asset, vm.context)
    vm.burn(assets)
    return vm.reanchored_assets(assets, dest)


WAYS: dict[type[AssetTransferFilter], tuple[Announcement, Move]] = {
    Teleport: (ReceiveTeleportedAsset, _teleport),
    ReserveDeposit: (ReserveAssetDeposited, _reserve_deposit),
    ReserveWithdraw: (WithdrawAsset, _reserve_withdraw),
}
"""What the receiver is told, and what is done here."""

# ------------------------------------------------------------------------------------ several ways at once


def initiate_transfer(vm: Machine, instruction: InitiateTransfer) -> None:
    """From holding to `destination` in several ways at once.

    The message says first what pays for it, then what else comes, then as whom it goes on.
    Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process_instruction` (`InitiateTransfer`)
    """
    with vm.transactional():
        fees = _remote_fees(vm, instruction)
        moved = tuple(_moved(vm, each, instruction.destination) for each in instruction.assets)
        origin = _remote_origin(vm, instruction)
        unpaid = () if fees else (UnpaidExecution(Unlimited(), None),)
        message = (*fees, *moved, *origin, *unpaid, *instruction.remote_xcm)
        vm.send(instruction.destination, message, FeeReason.InitiateTransfer)


def _remote_fees(vm: Machine, instruction: InitiateTransfer) -> Xcm:
    if instruction.remote_fees is None:
        return ()
    try:
        taken = vm.holding.try_take(instruction.remote_fees.filter)
    except TakeError:
        raise XcmFailure(errors.NotHoldingFees()) from None
    announce, move = WAYS[type(instruction.remote_fees)]
    named = move(vm, taken, instruction.destination)
    if len(named) != 1:
        raise XcmFailure(errors.TooManyAssets())
    return (announce(named), PayFees(named[0]))


def _moved(vm: Machine, picked: AssetTransferFilter, destination: Location) -> Instruction:
    announce, move = WAYS[type(picked)]
    return announce(move(vm, vm.holding.saturating_take(picked.filter), destination))


def _remote_origin(vm: Machine, instruction: InitiateTransfer) -> Xcm:
    """Root goes on as the chain, which it is to the receiver anyway."""
    if not instruction.preserve_origin:
        return (ClearOrigin(),)
    origin = vm.ensure_origin()
    if origin == HERE:
        return ()
    try:
        return (AliasOrigin(vm.reanchored(origin, instruction.destination)),)
    except XcmFailure:
        raise XcmFailure(errors.BadOrigin()) from None
