"""Instructions that pay, change as whom the program acts, make calls, and say what to do when it fails.

Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process_instruction`
"""

from __future__ import annotations

from primitives.record import replace
from primitives.scale.errors import DecodeError
from primitives.weights import Weight
from xcm import errors
from xcm.executor_machine import Machine, definite
from xcm.failures import Unweighable, XcmFailure
from xcm.holding import Holding, TakeError
from xcm.instructions import (
    AliasOrigin,
    BuyExecution,
    ClearError,
    ClearOrigin,
    ClearTopic,
    DescendOrigin,
    PayFees,
    RefundSurplus,
    SetFeesMode,
    SetTopic,
    Transact,
    Trap,
    UniversalOrigin,
    UnpaidExecution,
)
from xcm.junctions import Junctions
from xcm.location import Location, LocationError, relative_to
from xcm.program import SetAppendix, SetErrorHandler, Xcm
from xcm.responses import MAX_DISPATCH_ERROR_BYTES, Error, MaybeErrorCode, Success, TruncatedError
from xcm.terms import Unlimited
from xcm.weigher import MAX_WEIGHT

# ------------------------------------------------------------------------------------------------- fees


def buy_execution(vm: Machine, instruction: BuyExecution) -> None:
    """Pay from holding for weight; no limit means that somebody else lets the program run for nothing."""
    if isinstance(instruction.weight_limit, Unlimited):
        return
    vm.asset_used_in_buy_execution = instruction.fees.id
    with vm.transactional():
        payment = _taken(vm, instruction)
        vm.holding.subsume_assets(_bought(vm, instruction.weight_limit.weight, payment))


def pay_fees(vm: Machine, instruction: PayFees) -> None:
    """Pay from holding for the whole program, and set aside what is left for fees; works once."""
    if vm.already_paid_fees:
        return
    with vm.transactional():
        vm.fees.subsume_assets(_bought(vm, vm.message_weight, _taken(vm, instruction)))
    vm.already_paid_fees = True


def _taken(vm: Machine, instruction: BuyExecution | PayFees) -> Holding:
    asset = instruction.fees if isinstance(instruction, BuyExecution) else instruction.asset
    try:
        return vm.holding.try_take(definite(asset))
    except TakeError:
        raise XcmFailure(errors.NotHoldingFees()) from None


def _bought(vm: Machine, weight: Weight, payment: Holding) -> Holding:
    return vm.trader.buy_weight(weight, payment, vm.context)


def refund_surplus(vm: Machine, instruction: RefundSurplus) -> None:
    """Take back what was paid and is not needed."""
    vm.refund_surplus()


def set_fees_mode(vm: Machine, instruction: SetFeesMode) -> None:
    """Say where fees for sending come from."""
    vm.jit_withdraw = instruction.jit_withdraw


def unpaid_execution(vm: Machine, instruction: UnpaidExecution) -> None:
    """Go on if the origin is as the sender believed it to be."""
    if instruction.check_origin is not None and instruction.check_origin != vm.origin:
        raise XcmFailure(errors.BadOrigin())


# ----------------------------------------------------------------------------------------------- origin


def clear_origin(vm: Machine, instruction: ClearOrigin) -> None:
    """Go on as nobody."""
    vm.set_origin(None)


def descend_origin(vm: Machine, instruction: DescendOrigin) -> None:
    """Go on as something inside of the origin."""
    vm.set_origin(descended(vm.ensure_origin(), instruction.interior))


def descended(origin: Location, interior: Junctions) -> Location:
    """Something inside of a place; fails with LocationFull."""
    try:
        return origin.appended_with(Location(0, interior))
    except LocationError:
        raise XcmFailure(errors.LocationFull()) from None


def universal_origin(vm: Machine, instruction: UniversalOrigin) -> None:
    """Go on as another network or chain, for which the origin may speak."""
    context = vm.config.universal_location
    if context[:1] == (instruction.junction,):
        raise XcmFailure(errors.InvalidLocation())
    if not vm.config.universal_aliases(vm.ensure_origin(), instruction.junction):
        raise XcmFailure(errors.InvalidLocation())
    vm.set_origin(relative_to((instruction.junction,), context))


def alias_origin(vm: Machine, instruction: AliasOrigin) -> None:
    """Go on as someone for whom the origin may speak."""
    if not vm.config.aliasers(vm.ensure_origin(), instruction.target):
        raise XcmFailure(errors.NoPermission())
    vm.set_origin(instruction.target)


def set_topic(vm: Machine, instruction: SetTopic) -> None:
    """Say what the program is about."""
    vm.context = replace(vm.context, topic=instruction.topic)


def clear_topic(vm: Machine, instruction: ClearTopic) -> None:
    """The program is about nothing in particular."""
    vm.context = replace(vm.context, topic=None)


# ------------------------------------------------------------------------------------------------ calls


def transact(vm: Machine, instruction: Transact) -> None:
    """Make a call; that it fails is noted and does not fail the program.

    Checked in this order: an origin, a call that can be read, is allowed, and may be made as asked.
    Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process_instruction` (`Transact`)
    """
    calls, location = vm.config.calls, vm.ensure_origin()
    try:
        call = calls.decode(instruction.call)
    except DecodeError:
        raise XcmFailure(errors.FailedToDecode()) from None
    if not vm.config.safe_call_filter(call):
        raise XcmFailure(errors.NoPermission())
    origin = vm.config.convert_origin(location, instruction.origin_kind)
    if origin is None:
        raise XcmFailure(errors.BadOrigin())

    weight = calls.weight(call)
    done = calls.dispatch(call, origin)
    vm.transact_status = Success() if done.error is None else error_code(calls.encode_error(done.error))
    if done.actual_weight is not None:
        vm.add_surplus(weight.saturating_sub(done.actual_weight))


def error_code(encoded: bytes) -> MaybeErrorCode:
    """An error as reports carry it: 128 bytes at most.

    Upstream: polkadot/xcm/src/v3/mod.rs `MaybeErrorCode` (`From<Vec<u8>>`)
    """
    if len(encoded) > MAX_DISPATCH_ERROR_BYTES:
        return TruncatedError(encoded[:MAX_DISPATCH_ERROR_BYTES])
    return Error(encoded)


# --------------------------------------------------------------------------------------------- failures


def trap(vm: Machine, instruction: Trap) -> None:
    """Fail on purpose."""
    raise XcmFailure(errors.Trap(instruction.code))


def clear_error(vm: Machine, instruction: ClearError) -> None:
    """Forget that something failed."""
    vm.error = None


def set_error_handler(vm: Machine, instruction: SetErrorHandler) -> None:
    """Put another program in the error handler; the one before is not needed any more."""
    weight = _weighed(vm, instruction.xcm)
    vm.add_surplus(vm.error_handler_weight)
    vm.error_handler, vm.error_handler_weight = instruction.xcm, weight


def set_appendix(vm: Machine, instruction: SetAppendix) -> None:
    """Put another program in the appendix; the one before is not needed any more."""
    weight = _weighed(vm, instruction.xcm)
    vm.add_surplus(vm.appendix_weight)
    vm.appendix, vm.appendix_weight = instruction.xcm, weight


def _weighed(vm: Machine, program: Xcm) -> Weight:
    try:
        return vm.config.weigher.weight(program, MAX_WEIGHT)
    except Unweighable:
        raise XcmFailure(errors.WeightNotComputable()) from None
