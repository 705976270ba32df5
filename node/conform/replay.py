"""Runs a recording through our pallets and names every difference.

What a recording is of decides how: a relay chain (`relay_replay.py`) or a parachain (`para_replay.py`); how
its steps are run and compared is the same for all chains (`chain_replay.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from node.conform.para_replay import ParaReplay
from node.conform.recording import Chain, Recording
from node.conform.relay_replay import RelayReplay
from node.conform.results import CaseResult, StepResult
from node.conform.scope import Scope
from pallets.relay.scheduler import OutOfScope
from primitives.errors import AcceptanceError, Defect
from runtime import bulletin, paseo

OnBlock = Callable[[int, int], None]
"""Called after each block with how many are done and how many there are."""


def replay(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """Run all blocks of a recording; what the recording or our code does wrong is told, never raised."""
    started, steps = time.perf_counter(), list[StepResult]()
    fault, done, total = None, 0, sum(len(chain.blocks) for chain in _chains(recording))
    for chain in _chains(recording):
        number = 0
        try:
            run = RelayReplay(chain, scope) if chain is recording.relay else ParaReplay(chain, scope)
            for place, block in enumerate(chain.blocks):
                number, done = block.number, done + 1
                steps.extend(run.block(place))
                if on_block is not None:
                    on_block(done, total)
            if isinstance(run, RelayReplay):
                steps.extend(run.asked())
        # ValueError: what is no value, or makes no trie
        except (Defect, OutOfScope, ValueError, AcceptanceError) as error:
            fault = f"block {number}: {type(error).__name__}: {error}"
            break
    seconds = time.perf_counter() - started
    return CaseResult(recording.name, recording.path, recording.description, tuple(steps), seconds, fault)


CLAIMED = {"relay": paseo.VERSION, "para": bulletin.VERSION}
"""Which runtime our rules are those of, for each kind of chain."""


def out_of_scope(recording: Recording) -> str | None:
    """Why a recording cannot be expected to come out: our rules are those of one release. None if it can."""
    for chain in _chains(recording):
        claimed = CLAIMED["relay" if chain is recording.relay else "para"]
        if (chain.spec_name, chain.spec_version) != (claimed.spec_name, claimed.spec_version):
            ours = f"{claimed.spec_name} {claimed.spec_version}"
            return f"it is of {chain.spec_name} {chain.spec_version}, and our rules are those of {ours}"
    return None


def _chains(recording: Recording) -> tuple[Chain, ...]:
    """The relay chain first, if there is one."""
    relay = () if recording.relay is None else (recording.relay,)
    return (*relay, *(chain for _, chain in recording.paras))
