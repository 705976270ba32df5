"""Every recording that can be replayed."""

from __future__ import annotations

from node.conform.recording import read
from node.conform.replay import out_of_scope, replay
from tests.soak.parts import Budget, Outcome, Show
from tests.support.recordings import EVERY_PATH as PATHS
from tests.support.recordings import scope


def run(budget: Budget, show: Show) -> Outcome:
    """All of them, however long it takes: a recording is short."""
    failures: list[str] = []
    cases = steps = 0
    for name, path in PATHS.items():
        recording = read(path)
        if out_of_scope(recording) is not None:
            continue
        case = replay(recording, scope())
        cases, steps = cases + 1, steps + case.step_count
        failures += [f"{name}: {line}" for step in case.steps for line in step.differences]
        failures += [] if case.fault is None else [f"{name}: {case.fault}"]
        show(f"{name}: {case.step_count} steps")
    done = f"{steps:,} steps of {cases} recordings"
    return Outcome("replays", done, budget.used, tuple(failures[:10]))
