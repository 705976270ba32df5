"""Runs a recording through our pallets and names every difference.

What a recording is of decides how: a relay chain (`relay_replay.py`); how its steps are run and compared is
the same for all chains (`chain_replay.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from node.conform.recording import Recording
from node.conform.relay_replay import RelayReplay
from node.conform.results import CaseResult, StepResult
from node.conform.scope import Scope
from pallets.relay.scheduler import OutOfScope
from primitives.errors import AcceptanceError, Defect

OnBlock = Callable[[int, int], None]
"""Called after each block with how many are done and how many there are."""


def replay(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """Run all blocks of a recording; what the recording or our code does wrong is told, never raised."""
    started, steps = time.perf_counter(), list[StepResult]()
    fault, number = out_of_scope(recording) if recording.relay is None else None, 0
    if recording.relay is not None:
        try:
            run = RelayReplay(recording.relay, scope)
            for place, block in enumerate(recording.relay.blocks):
                number = block.number
                steps.extend(run.block(place))
                if on_block is not None:
                    on_block(place + 1, len(recording.relay.blocks))
            steps.extend(run.asked())
        # ValueError: what is no value, or makes no trie
        except (Defect, OutOfScope, ValueError, AcceptanceError) as error:
            fault = f"block {number}: {type(error).__name__}: {error}"
    seconds = time.perf_counter() - started
    return CaseResult(recording.name, recording.path, recording.description, tuple(steps), seconds, fault)


def out_of_scope(recording: Recording) -> str | None:
    """Why a recording cannot be replayed yet, or None if it can."""
    if recording.kind != "relay" or recording.relay is None:
        return "the parachain's side is not there yet"
    return None
