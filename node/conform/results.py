"""What a replay found out: of each step, of each case.

A **case** is one recording; it passes if no step and no block of it differs. A **step** is one call into
the runtime: the start of a block, one extrinsic, its end. Differences are lines for people, each naming the
item, what was expected and what was found.
"""

from __future__ import annotations

from primitives.record import Record


class StepResult(Record):
    """One step, or the check of a whole block (`op` is then `state_root`)."""

    block: int
    """The block's number."""

    place: int
    """The block's place in the recording, counted from 0: abandoned attempts share their number with
    others.
    """

    index: int
    """The step's place in its block, counted from 0."""

    op: str
    """`initialize_block`, `apply_extrinsic`, `finalize_block`, `refused`, or `state_root`."""

    call: str
    """The extrinsic's call, as the recording names it; empty for others."""

    differences: tuple[str, ...] = ()
    given: bool = False
    """Whether the call's own effect was taken from the recording, because its pallet is out of scope."""


class CaseResult(Record):
    """One recording."""

    name: str
    path: str
    description: str
    steps: tuple[StepResult, ...]
    seconds: float
    fault: str | None = None
    """Why the replay could not go on at all: a broken recording, or a defect of ours."""

    cached: bool = False
    """Whether this result is remembered from an earlier run of the same recording and the same code."""

    @property
    def passed(self) -> bool:
        """Whether nothing differs."""
        return self.fault is None and not any(step.differences for step in self.steps)

    @property
    def step_count(self) -> int:
        """Steps that were executed; the checks of whole blocks are not counted."""
        return sum(step.op != "state_root" for step in self.steps)

    def first_difference(self) -> str | None:
        """The first thing that differs, with where it does; None if nothing does."""
        for step in self.steps:
            if step.differences:
                what = step.call or step.op
                return f"block {step.block}, step {step.index} ({what}): {step.differences[0]}"
        return self.fault


class Skipped(Record):
    """A recording that was not replayed, because the chain or a pallet it needs is not there yet."""

    name: str
    path: str
    reason: str
