"""The executor: runs programs as whoever sent them.

First a program is **prepared**: weighed, so that its caller can tell whether there is room for it. Then the
barrier decides whether it runs. What runs goes on instruction by instruction until one fails. Then the error
handler runs in its place, if the program has set one; when all went well, or there is no handler, the
appendix. Each of these may set handlers of its own. At the end, what was paid for weight that was not needed
comes back, and what is left in holding is kept for its owner to claim.

A program that fails halfway is `Incomplete`: what it did until then stands.

Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from primitives.arithmetic import U8_MAX
from primitives.record import Record
from primitives.scale.codec import Bytes32
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors, executor_assets, executor_control, executor_reports, executor_transfers
from xcm import instructions as does
from xcm import program as nests
from xcm import reports as tells
from xcm.asset import Assets
from xcm.errors import Complete, Incomplete, InstructionError, NotStarted, Outcome
from xcm.executor_config import ExecutorConfig
from xcm.executor_machine import Machine
from xcm.failures import Refused, Unweighable, XcmFailure
from xcm.holding import EVERYTHING, Holding
from xcm.location import Location
from xcm.program import ExecuteWithOrigin, Instruction, Xcm
from xcm.traits import FeeReason, Properties

RECURSION_LIMIT = 10
"""How deep programs may run inside of programs, those that calls run included."""


class Prepared(Record):
    """A program and what it costs at most."""

    program: Xcm
    weight: Weight
    """What the program itself can cost."""

    reserved: Weight
    """What running it or refusing it can cost: what its caller has to have room for."""


class Executed(Record):
    """How a program ended."""

    outcome: Outcome
    message_id: Bytes32
    """The id it came with, or the one that the barrier found in it."""


class Unwound(Record):
    """Where a program failed, and the weight of what was behind that."""

    index: int
    error: errors.Error
    weight: Weight


class Executor:
    """Runs programs on one chain.

    It keeps nothing between programs; `depth` counts how many are under way inside of each other.
    """

    def __init__(self, config: ExecutorConfig) -> None:
        self.config = config
        self.depth = 0

    def prepare(self, program: Xcm, weight_limit: Weight) -> Prepared:
        """Weigh a program; raises `Unweighable`, also if it weighs more than the limit.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::prepare`
        """
        weight = self.config.weigher.weight(program, weight_limit)
        return Prepared(program, weight, weight.max(self._barrier_check_weight() or ZERO_WEIGHT))

    def execute(
        self, origin: Location, prepared: Prepared, message_id: bytes, weight_credit: Weight
    ) -> Executed:
        """Run a program to its end, if the barrier lets it in.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::execute`
        """
        properties, weight = Properties(weight_credit), prepared.weight
        self.config.record(prepared.program)
        barrier = self.config.barrier
        try:
            program = barrier.should_execute(origin, prepared.program, weight, properties)
        except Refused:
            used = self._barrier_check_weight() or weight
            return Executed(Incomplete(used, InstructionError(0, errors.Barrier())), message_id)

        id = message_id if properties.message_id is None else properties.message_id
        vm = Machine(self.config, origin, id, weight)
        while program:
            program = self._run(vm, program)
        return Executed(_finish(vm), id)

    def prepare_and_execute(
        self, origin: Location, program: Xcm, message_id: bytes, weight_limit: Weight, weight_credit: Weight
    ) -> Executed:
        """Weigh a program and run it, unless it can cost more than the limit.

        Upstream: polkadot/xcm/src/v5/traits.rs `ExecuteXcm::prepare_and_execute`
        """
        try:
            prepared = self.prepare(program, weight_limit)
        except Unweighable as unweighable:
            return Executed(NotStarted(unweighable.error), message_id)
        if prepared.reserved.any_gt(weight_limit):
            error = InstructionError(0, errors.WeightLimitReached(prepared.reserved))
            return Executed(NotStarted(error), message_id)
        return self.execute(origin, prepared, message_id, weight_credit)

    def charge_fees(self, origin: Location, fees: Assets) -> None:
        """Take fees for sending from an account, outside of any program; raises `XcmFailure`.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::charge_fees`
        """
        if self.config.fees.is_waived(origin, FeeReason.ChargeFees):
            return
        for asset in fees:
            self.config.transactor.withdraw_asset(asset, origin, None)
        self.config.fees.handle_fee(Holding(fees), None, FeeReason.ChargeFees)

    def _barrier_check_weight(self) -> Weight | None:
        return self.config.weigher.barrier_check_weight()

    # -------------------------------------------------------------------------------- one program's way

    def _run(self, vm: Machine, program: Xcm) -> Xcm:
        """Run a program; gives the one to run next."""
        unwound = self.process(vm, program)
        if unwound is None:
            vm.drop_error_handler()
            return vm.take_appendix()
        vm.add_surplus(unwound.weight)
        vm.error = (unwound.index, unwound.error)
        return vm.take_error_handler() or vm.take_appendix()

    def process(self, vm: Machine, program: Xcm) -> Unwound | None:
        """Run instructions until one fails; what is behind that is only weighed.

        Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::process`
        """
        for index, instruction in enumerate(program):
            try:
                self._process_instruction(vm, instruction)
            except XcmFailure as failure:
                id = vm.context.topic_or_message_id()
                vm.config.events.emit_process_failure(vm.original_origin, failure.error, id)
                return Unwound(index, failure.error, self._weight_of(program[index + 1 :]))
        return None

    def _weight_of(self, unexecuted: Xcm) -> Weight:
        """What instructions weigh that will not run; those that cannot be weighed count nothing."""
        total = ZERO_WEIGHT
        for instruction in unexecuted:
            try:
                total = total.saturating_add(self.config.weigher.instr_weight(instruction))
            except XcmFailure:
                continue
        return total

    def _process_instruction(self, vm: Machine, instruction: Instruction) -> None:
        if self.depth >= RECURSION_LIMIT:
            raise XcmFailure(errors.ExceedsStackLimit())
        self.depth += 1
        try:
            if isinstance(instruction, ExecuteWithOrigin):
                self._execute_with_origin(vm, instruction)
            else:
                INSTRUCTIONS[type(instruction)](vm, instruction)
        finally:
            self.depth -= 1

    def _execute_with_origin(self, vm: Machine, instruction: ExecuteWithOrigin) -> None:
        """Run a program as something inside of the origin, or as nobody; then go on as before.

        Handlers that it sets stay. It does not run them: if it fails, this instruction fails.
        """
        before, interior = vm.origin, instruction.descendant_origin
        inside = None if interior is None else executor_control.descended(vm.ensure_origin(), interior)
        vm.set_origin(inside)
        unwound = self.process(vm, instruction.xcm)
        vm.set_origin(before)
        if unwound is not None:
            raise XcmFailure(unwound.error)


def _finish(vm: Machine) -> Outcome:
    """Give back what was paid too much, keep what is left over, and say how it went.

    Upstream: polkadot/xcm/xcm-executor/src/lib.rs `XcmExecutor::post_process`
    """
    _refund_if_possible(vm)
    vm.trader.finish()
    used = vm.message_weight.saturating_sub(vm.total_surplus)
    if len(vm.holding):
        used = used.saturating_add(_trap_assets(vm))
    if vm.error is None:
        return Complete(used)
    index, error = vm.error
    return Incomplete(used, InstructionError(min(index, U8_MAX), error))


def _refund_if_possible(vm: Machine) -> None:
    try:
        vm.refund_surplus()
    except XcmFailure:
        return  # a courtesy: the program is over, and nobody could act on this


def _trap_assets(vm: Machine) -> Weight:
    """For the named claimer, else the origin, else the origin that the program began with."""
    left = vm.holding.saturating_take(EVERYTHING)
    owner = vm.asset_claimer or vm.origin or vm.original_origin
    return vm.config.trap.drop_assets(owner, left.assets(), vm.context)


INSTRUCTIONS: dict[type, Callable[[Machine, Any], None]] = {
    does.WithdrawAsset: executor_assets.withdraw_asset,
    does.ReserveAssetDeposited: executor_assets.reserve_asset_deposited,
    does.ReceiveTeleportedAsset: executor_assets.receive_teleported_asset,
    does.TransferAsset: executor_assets.transfer_asset,
    does.DepositAsset: executor_assets.deposit_asset,
    does.BurnAsset: executor_assets.burn_asset,
    does.ExchangeAsset: executor_assets.exchange_asset,
    does.ClaimAsset: executor_assets.claim_asset,
    does.SetHints: executor_assets.set_hints,
    tells.ExpectAsset: executor_assets.expect_asset,
    nests.TransferReserveAsset: executor_transfers.transfer_reserve_asset,
    nests.DepositReserveAsset: executor_transfers.deposit_reserve_asset,
    nests.InitiateReserveWithdraw: executor_transfers.initiate_reserve_withdraw,
    nests.InitiateTeleport: executor_transfers.initiate_teleport,
    nests.InitiateTransfer: executor_transfers.initiate_transfer,
    does.BuyExecution: executor_control.buy_execution,
    does.PayFees: executor_control.pay_fees,
    does.RefundSurplus: executor_control.refund_surplus,
    does.SetFeesMode: executor_control.set_fees_mode,
    does.UnpaidExecution: executor_control.unpaid_execution,
    does.ClearOrigin: executor_control.clear_origin,
    does.DescendOrigin: executor_control.descend_origin,
    does.UniversalOrigin: executor_control.universal_origin,
    does.AliasOrigin: executor_control.alias_origin,
    does.SetTopic: executor_control.set_topic,
    does.ClearTopic: executor_control.clear_topic,
    does.Transact: executor_control.transact,
    does.Trap: executor_control.trap,
    does.ClearError: executor_control.clear_error,
    nests.SetErrorHandler: executor_control.set_error_handler,
    nests.SetAppendix: executor_control.set_appendix,
    tells.QueryResponse: executor_reports.query_response,
    tells.ReportError: executor_reports.report_error,
    tells.ReportHolding: executor_reports.report_holding,
    tells.ReportTransactStatus: executor_reports.report_transact_status,
    tells.QueryPallet: executor_reports.query_pallet,
    tells.SubscribeVersion: executor_reports.subscribe_version,
    tells.UnsubscribeVersion: executor_reports.unsubscribe_version,
    tells.ExpectOrigin: executor_reports.expect_origin,
    tells.ExpectError: executor_reports.expect_error,
    tells.ExpectTransactStatus: executor_reports.expect_transact_status,
    tells.ClearTransactStatus: executor_reports.clear_transact_status,
    tells.ExpectPallet: executor_reports.expect_pallet,
    tells.HrmpNewChannelOpenRequest: executor_reports.hrmp_new_channel_open_request,
    tells.HrmpChannelAccepted: executor_reports.hrmp_channel_accepted,
    tells.HrmpChannelClosing: executor_reports.hrmp_channel_closing,
    does.LockAsset: executor_reports.lock_asset,
    does.UnlockAsset: executor_reports.unlock_asset,
    does.NoteUnlockable: executor_reports.note_unlockable,
    does.RequestUnlock: executor_reports.request_unlock,
    nests.ExportMessage: executor_reports.export_message,
}
"""What each instruction does, but for `ExecuteWithOrigin`, which needs the executor itself."""
