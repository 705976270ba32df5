"""Weighing: the most that a program can cost, found before it runs.

An instruction weighs what the runtime's table says, and more if it runs something: `Transact` the weight of
its call, `SetErrorHandler`, `SetAppendix` and `ExecuteWithOrigin` that of the program inside. Programs that
are sent elsewhere weigh nothing here. All programs of a message that run here share one limit of
instructions.

Upstream: polkadot/xcm/xcm-builder/src/weight.rs `WeightInfoBounds`, `FixedWeightBounds`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from primitives.arithmetic import U8_MAX, U32_MAX, U64_MAX
from primitives.errors import Defect
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.failures import Unweighable, XcmFailure
from xcm.instructions import Transact
from xcm.program import ExecuteWithOrigin, Instruction, SetAppendix, SetErrorHandler, Xcm
from xcm.traits import Calls

MAX_WEIGHT = Weight(U64_MAX, U64_MAX)
"""No limit."""

MAX_INSTRUCTIONS = 100
"""What chains set as the limit of instructions in one message."""

BaseWeight = Callable[[Instruction], Weight]
"""What an instruction weighs besides the call or program inside."""


RUNS_SOMETHING = (Transact, SetErrorHandler, SetAppendix, ExecuteWithOrigin)
"""Instructions with a call or a program inside that is weighed with them."""


class MissingWeight(Defect):
    """The table has no weight for an instruction."""


class WeightTable:
    """Weights by kind of instruction, each fixed or worked out from the instruction.

    Upstream: polkadot/xcm/src/v5/mod.rs `XcmWeightInfo`
    """

    def __init__(self, weights: Mapping[type, Weight | Callable[[Any], Weight]]) -> None:
        self._weights = weights

    def has(self, kind: type) -> bool:
        """Whether a kind of instruction has a weight here."""
        return kind in self._weights

    def __call__(self, instruction: Instruction) -> Weight:
        """The weight of an instruction; raises `MissingWeight`."""
        entry = self._weights.get(type(instruction))
        if entry is None:
            raise MissingWeight(f"no weight for {type(instruction).__name__}")
        return entry if isinstance(entry, Weight) else entry(instruction)


class WeightBounds:
    """Weighs programs by a table.

    Upstream: polkadot/xcm/xcm-builder/src/weight.rs `WeightInfoBounds`
    """

    def __init__(
        self,
        base: BaseWeight,
        calls: Calls,
        max_instructions: int = MAX_INSTRUCTIONS,
        barrier_check: Weight | None = None,
    ) -> None:
        self._base, self._calls, self._max_instructions = base, calls, max_instructions
        self._barrier_check = barrier_check

    def weight(self, program: Xcm, limit: Weight) -> Weight:
        """The most that a program can cost.

        Raises `Unweighable` at the first instruction that is one too many (ExceedsStackLimit), cannot be
        weighed, or takes the sum over `limit` (WeightLimitReached with that sum).
        Upstream: polkadot/xcm/xcm-executor/src/traits/weight.rs `WeightBounds::weight`
        """
        return _Weighing(self._base, self._calls, self._max_instructions, limit).program(program)

    def instr_weight(self, instruction: Instruction) -> Weight:
        """The most that one instruction can cost; raises `XcmFailure`.

        Upstream: polkadot/xcm/xcm-executor/src/traits/weight.rs `WeightBounds::instr_weight`
        """
        return _Weighing(self._base, self._calls, U32_MAX, MAX_WEIGHT).instruction(instruction)

    def barrier_check_weight(self) -> Weight | None:
        """What a refused program costs."""
        return self._barrier_check


class _Weighing:
    """One message on the scales: how many instructions it may still have."""

    def __init__(self, base: BaseWeight, calls: Calls, instructions_left: int, limit: Weight) -> None:
        self.base, self.calls, self.left, self.limit = base, calls, instructions_left, limit

    def program(self, program: Xcm) -> Weight:
        """Programs inside are compared with the limit by themselves, too."""
        total = ZERO_WEIGHT
        for index, instruction in enumerate(program):
            try:
                total = self._counted(total, instruction)
            except XcmFailure as failure:
                raise Unweighable(errors.InstructionError(min(index, U8_MAX), failure.error)) from None
        return total

    def _counted(self, total: Weight, instruction: Instruction) -> Weight:
        if not self.left:
            raise XcmFailure(errors.ExceedsStackLimit())
        self.left -= 1
        total = checked_total(total, self.instruction(instruction))
        if total.any_gt(self.limit):
            raise XcmFailure(errors.WeightLimitReached(total))
        return total

    def instruction(self, instruction: Instruction) -> Weight:
        """The instruction with what it runs."""
        base = self.base(instruction)
        return checked_total(base, self._inside(instruction)) if type(instruction) in RUNS_SOMETHING else base

    def _inside(self, instruction: Instruction) -> Weight:
        match instruction:
            case Transact(call=call):
                return self._call(call)
            case SetErrorHandler(xcm) | SetAppendix(xcm) | ExecuteWithOrigin(xcm=xcm):
                return self._inner_program(xcm)
            case _:
                raise Defect(f"{type(instruction).__name__} runs nothing that could be weighed")

    def _call(self, encoded: bytes) -> Weight:
        try:
            return self.calls.weight(self.calls.decode(encoded))
        except DecodeError:
            raise XcmFailure(errors.FailedToDecode()) from None

    def _inner_program(self, program: Xcm) -> Weight:
        try:
            return self.program(program)
        except Unweighable as unweighable:
            raise XcmFailure(unweighable.error.error) from None


def checked_total(one: Weight, other: Weight) -> Weight:
    """The sum of two weights; raises `XcmFailure` with Overflow where no u64 could hold it."""
    ref_time, proof_size = one.ref_time + other.ref_time, one.proof_size + other.proof_size
    if ref_time > U64_MAX or proof_size > U64_MAX:
        raise XcmFailure(errors.Overflow())
    return Weight(ref_time, proof_size)
