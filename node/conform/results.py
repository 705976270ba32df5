"""What a replay found out: of each step, of each case.

A **case** is one recording; it passes if no step and no block of it differs. A **step** is one call into
the runtime: the start of a block, one extrinsic, its end. Differences are lines for people, each naming the
item, what was expected and what was found.

Besides steps a case has **checks**, which run no block further: a state root, a verdict on what a candidate
may put out, what became of a call that a parachain made, what a parachain's block was shown or puts out, and
which ways to hand it messages in part it takes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from primitives.record import Record

CHECKS = ("state_root", "verdict", "asked", "shown", "outputs", "splits")
"""What is checked between and after the steps."""


class StepResult(Record):
    """One step, or one check."""

    block: int
    """The block's number."""

    place: int
    """The block's place in the recording, counted from 0: abandoned attempts share their number with
    others.
    """

    index: int
    """The step's place in its block, counted from 0."""

    op: str
    """`initialize_block`, `apply_extrinsic`, `finalize_block`, `refused` (an extrinsic that may not be in the
    block), or one of `CHECKS`.
    """

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
        """Steps that were executed; checks are not counted."""
        return sum(step.op not in CHECKS for step in self.steps)

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


def counted(cases: Iterable[CaseResult]) -> str:
    """How many of each kind of answer came out as recorded, besides whole steps; empty if there are none."""
    found, good = Counter[str](), Counter[str]()
    for step in (step for case in cases for step in case.steps):
        found[step.op] += 1
        good[step.op] += not step.differences
    return ", ".join(f"{good[op]} of {found[op]} {what}" for op, what in KINDS.items() if found[op])


KINDS = {
    "refused": "refused extrinsics",
    "verdict": "verdicts on candidates",
    "asked": "calls of parachains",
    "shown": "parachain blocks shown what our relay chain holds",
    "outputs": "parachain blocks' outputs",
    "splits": "ways to hand over messages in part",
    "state_root": "state roots",
}
"""What is counted apart, and its name for people."""
