"""Instructions that move assets on this chain, and between accounts and holding.

Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process_instruction`
"""

from __future__ import annotations

from xcm import errors
from xcm.asset import Asset
from xcm.executor_machine import Machine
from xcm.failures import BelowMinimum, XcmFailure
from xcm.filters import Definite
from xcm.holding import Holding, TakeError
from xcm.instructions import (
    BurnAsset,
    ClaimAsset,
    DepositAsset,
    ExchangeAsset,
    ReceiveTeleportedAsset,
    ReserveAssetDeposited,
    SetHints,
    TransferAsset,
    WithdrawAsset,
)
from xcm.location import Location
from xcm.reports import ExpectAsset


def withdraw_asset(vm: Machine, instruction: WithdrawAsset) -> None:
    """From the account of the origin into holding."""
    vm.ensure_can_subsume(len(instruction.assets))
    with vm.transactional():
        origin = vm.ensure_origin()
        for asset in instruction.assets:
            vm.config.transactor.withdraw_asset(asset, origin, vm.context)
        vm.holding.subsume_assets(instruction.assets)


def reserve_asset_deposited(vm: Machine, instruction: ReserveAssetDeposited) -> None:
    """Made anew into holding, on the word of the reserve."""
    vm.ensure_can_subsume(len(instruction.assets))
    with vm.transactional():
        origin = vm.ensure_origin()
        for asset in instruction.assets:
            ensure_trusted(vm.config.is_reserve(asset, origin), errors.UntrustedReserveLocation())
            vm.config.transactor.mint_asset(asset, vm.context)
        vm.holding.subsume_assets(instruction.assets)


def receive_teleported_asset(vm: Machine, instruction: ReceiveTeleportedAsset) -> None:
    """Made anew into holding, on the word of a chain that has destroyed them."""
    vm.ensure_can_subsume(len(instruction.assets))
    with vm.transactional():
        origin = vm.ensure_origin()
        for asset in instruction.assets:
            ensure_trusted(vm.config.is_teleporter(asset, origin), errors.UntrustedTeleportLocation())
            vm.config.transactor.can_check_in(origin, asset, vm.context)
            vm.config.transactor.check_in(origin, asset, vm.context)
            vm.config.transactor.mint_asset(asset, vm.context)
        vm.holding.subsume_assets(instruction.assets)


def ensure_trusted(trusted: bool, error: errors.Error) -> None:  # noqa: FBT001 - reads as a sentence
    """Go on if somebody is trusted with an asset."""
    if not trusted:
        raise XcmFailure(error)


def transfer_asset(vm: Machine, instruction: TransferAsset) -> None:
    """From the account of the origin to another one."""
    with vm.transactional():
        origin = vm.ensure_origin()
        for asset in instruction.assets:
            vm.config.transactor.transfer_asset(asset, origin, instruction.beneficiary, vm.context)


def deposit_asset(vm: Machine, instruction: DepositAsset) -> None:
    """From holding into an account."""
    with vm.transactional():
        deposit_with_retry(vm, vm.holding.saturating_take(instruction.assets), instruction.beneficiary)


def deposit_with_retry(vm: Machine, assets: Holding, beneficiary: Location) -> None:
    """Put assets into an account; what fails is tried once more, since another asset may have opened it.

    What is still too small for a new account is given up as dust; any other second failure counts.
    Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::deposit_assets_with_retry`
    """
    failed = [asset for asset in assets if not _is_deposited(vm, asset, beneficiary)]
    for asset in failed:
        try:
            vm.config.transactor.deposit_asset(asset, beneficiary, vm.context)
        except BelowMinimum:
            vm.config.transactor.burn_asset(asset)


def _is_deposited(vm: Machine, asset: Asset, beneficiary: Location) -> bool:
    try:
        vm.config.transactor.deposit_asset(asset, beneficiary, vm.context)
    except XcmFailure:
        return False
    return True


def burn_asset(vm: Machine, instruction: BurnAsset) -> None:
    """Out of holding, and gone."""
    vm.burn(vm.holding.saturating_take(Definite(instruction.assets)))


def expect_asset(vm: Machine, instruction: ExpectAsset) -> None:
    """Go on if all of it is in holding."""
    try:
        vm.holding.ensure_contains(instruction.assets)
    except TakeError:
        raise XcmFailure(errors.ExpectationFalse()) from None


def exchange_asset(vm: Machine, instruction: ExchangeAsset) -> None:
    """Out of holding, and something else into it."""
    with vm.transactional():
        give = vm.holding.saturating_take(instruction.give)
        vm.ensure_can_subsume(len(instruction.want))
        deal = vm.exchanged(give, instruction.want, maximal=instruction.maximal)
        if deal is None:
            raise XcmFailure(errors.NoDeal())
        vm.holding.subsume_assets(deal)


def claim_asset(vm: Machine, instruction: ClaimAsset) -> None:
    """Out of what an earlier program left behind, into holding."""
    origin = vm.ensure_origin()
    vm.ensure_can_subsume(len(instruction.assets))
    claimed = vm.config.trap.claim_assets(origin, instruction.ticket, instruction.assets, vm.context)
    if claimed is None:
        raise XcmFailure(errors.UnknownClaim())
    vm.holding.subsume_assets(claimed)


def set_hints(vm: Machine, instruction: SetHints) -> None:
    """Remember who may claim what is left behind."""
    for hint in instruction.hints:
        vm.asset_claimer = hint.location
