"""Instructions that ask, tell and check, and those for which a chain needs what none of ours has.

Nobody keeps locks or bridges here: such instructions fail as they do upstream on chains without them.

Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process_instruction`
"""

from __future__ import annotations

from xcm import errors
from xcm.executor_machine import Machine
from xcm.failures import XcmFailure
from xcm.instructions import LockAsset, NoteUnlockable, RequestUnlock, UnlockAsset
from xcm.location import Location, LocationError, within_global
from xcm.program import ExportMessage
from xcm.reports import (
    ClearTransactStatus,
    ExpectError,
    ExpectOrigin,
    ExpectPallet,
    ExpectTransactStatus,
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    QueryPallet,
    QueryResponse,
    ReportError,
    ReportHolding,
    ReportTransactStatus,
    SubscribeVersion,
    UnsubscribeVersion,
)
from xcm.responses import (
    MAX_PALLETS_INFO,
    Assets_,
    DispatchResult,
    ExecutionResult,
    PalletInfo,
    PalletsInfo,
    Success,
)
from xcm.traits import FeeReason

# -------------------------------------------------------------------------------------- asking, telling


def query_response(vm: Machine, instruction: QueryResponse) -> None:
    """Hand an answer to whoever asked; what comes of it is not the program's concern."""
    vm.config.responses.on_response(
        vm.ensure_origin(),
        instruction.query_id,
        instruction.querier,
        instruction.response,
        instruction.max_weight,
        vm.context,
    )


def report_error(vm: Machine, instruction: ReportError) -> None:
    """Tell how the program went so far."""
    vm.respond(ExecutionResult(vm.error), instruction.response_info, FeeReason.Report)


def report_holding(vm: Machine, instruction: ReportHolding) -> None:
    """Tell what of some assets is in holding."""
    info = instruction.response_info
    assets = vm.reanchored_assets(vm.holding.min(instruction.assets), info.destination)
    vm.respond(Assets_(assets), info, FeeReason.Report)


def report_transact_status(vm: Machine, instruction: ReportTransactStatus) -> None:
    """Tell how the last call went."""
    vm.respond(DispatchResult(vm.transact_status), instruction.response_info, FeeReason.Report)


def query_pallet(vm: Machine, instruction: QueryPallet) -> None:
    """Tell which pallets are made from a crate; more than 64 cannot be told (Overflow)."""
    found = tuple(each for each in vm.config.pallets if each.module_name == instruction.module_name)
    if len(found) > MAX_PALLETS_INFO:
        raise XcmFailure(errors.Overflow())
    vm.respond(PalletsInfo(found), instruction.response_info, FeeReason.QueryPallet)


def subscribe_version(vm: Machine, instruction: SubscribeVersion) -> None:
    """Tell the origin when we speak another version."""
    origin, query_id = _undescended_origin(vm), instruction.query_id
    vm.config.subscriptions.start(origin, query_id, instruction.max_response_weight, vm.context)


def unsubscribe_version(vm: Machine, instruction: UnsubscribeVersion) -> None:
    """Tell the origin no more."""
    vm.config.subscriptions.stop(_undescended_origin(vm), vm.context)


def _undescended_origin(vm: Machine) -> Location:
    """Only a chain itself subscribes: there is no end of origins inside of it."""
    origin = vm.ensure_origin()
    if origin != vm.original_origin:
        raise XcmFailure(errors.BadOrigin())
    return origin


# ----------------------------------------------------------------------------------------- expectations


def expect_origin(vm: Machine, instruction: ExpectOrigin) -> None:
    """Go on if this is the origin."""
    _expect(vm.origin == instruction.origin)


def expect_error(vm: Machine, instruction: ExpectError) -> None:
    """Go on if this is what failed."""
    _expect(vm.error == instruction.error)


def expect_transact_status(vm: Machine, instruction: ExpectTransactStatus) -> None:
    """Go on if the last call went so."""
    _expect(vm.transact_status == instruction.status)


def clear_transact_status(vm: Machine, instruction: ClearTransactStatus) -> None:
    """Forget how the last call went."""
    vm.transact_status = Success()


def expect_pallet(vm: Machine, instruction: ExpectPallet) -> None:
    """Go on if this pallet is there: same names, same major version, at least this minor one."""
    pallet = _pallet(vm, instruction.index)
    names = (pallet.name, pallet.module_name) == (instruction.name, instruction.module_name)
    fits = pallet.major == instruction.crate_major and pallet.minor >= instruction.min_crate_minor
    _expect(names, errors.NameMismatch())
    _expect(fits, errors.VersionIncompatible())


def _pallet(vm: Machine, index: int) -> PalletInfo:
    found = next((each for each in vm.config.pallets if each.index == index), None)
    if found is None:
        raise XcmFailure(errors.PalletNotFound())
    return found


def _expect(
    condition: bool,  # noqa: FBT001 - reads as a sentence
    otherwise: errors.Error = errors.ExpectationFalse(),  # noqa: B008 - a record, which nobody changes
) -> None:
    if not condition:
        raise XcmFailure(otherwise)


# ----------------------------------------------------------------------------------------- news of HRMP


def hrmp_new_channel_open_request(vm: Machine, instruction: HrmpNewChannelOpenRequest) -> None:
    """Somebody would like a channel to us; that it is the relay chain who says so is the barrier's part."""
    size, capacity = instruction.max_message_size, instruction.max_capacity
    with vm.transactional():
        vm.config.hrmp.new_channel_open_request(instruction.sender, size, capacity)


def hrmp_channel_accepted(vm: Machine, instruction: HrmpChannelAccepted) -> None:
    """Our channel was accepted."""
    with vm.transactional():
        vm.config.hrmp.channel_accepted(instruction.recipient)


def hrmp_channel_closing(vm: Machine, instruction: HrmpChannelClosing) -> None:
    """A channel of ours is being closed."""
    initiator, sender, recipient = instruction.initiator, instruction.sender, instruction.recipient
    with vm.transactional():
        vm.config.hrmp.channel_closing(initiator, sender, recipient)


# ------------------------------------------------------------------------------------ locks and bridges


def lock_asset(vm: Machine, instruction: LockAsset) -> None:
    """Nobody keeps locks."""
    origin = vm.ensure_origin()
    vm.reanchored(instruction.asset.id, instruction.unlocker)
    _no_locks(origin)


def unlock_asset(vm: Machine, instruction: UnlockAsset) -> None:
    """Nobody keeps locks."""
    _no_locks(vm.ensure_origin())


def note_unlockable(vm: Machine, instruction: NoteUnlockable) -> None:
    """Nobody keeps locks."""
    _no_locks(vm.ensure_origin())


def request_unlock(vm: Machine, instruction: RequestUnlock) -> None:
    """Nobody keeps locks."""
    origin = vm.ensure_origin()
    vm.reanchored(instruction.asset.id, instruction.locker)
    vm.reanchored(origin, instruction.locker)
    _no_locks(origin)


def _no_locks(origin: Location) -> None:
    """Upstream: polkadot/xcm/xcm-executor/src/traits/asset_lock.rs `AssetLock` (for `()`)"""
    raise XcmFailure(errors.LockError())


def export_message(vm: Machine, instruction: ExportMessage) -> None:
    """There is no bridge.

    Upstream: polkadot/xcm/xcm-executor/src/traits/export.rs `ExportXcm` (for `()`)
    """
    try:
        within_global(vm.config.universal_location, vm.ensure_origin())
    except LocationError:
        raise XcmFailure(errors.Unanchored()) from None
    raise XcmFailure(errors.Unroutable())
