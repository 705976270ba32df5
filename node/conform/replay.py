"""Runs a recording through our pallets and names every difference.

What a recording is of decides how: a relay chain (`relay_replay.py`), a parachain (`para_replay.py`), or both
in step (`world_replay.py`). How steps are run and compared is the same for all chains (`chain_replay.py`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from node.conform.para_replay import ParaReplay
from node.conform.recording import Chain, Recording
from node.conform.relay_replay import RelayReplay
from node.conform.results import CaseResult, StepResult
from node.conform.scope import Scope
from node.conform.world_replay import WorldReplay
from pallets.relay.scheduler import OutOfScope
from primitives.errors import AcceptanceError, Defect
from runtime import bulletin, paseo

AT_THE_END = "all blocks"

OnBlock = Callable[[int, int], None]
"""Called after each block with how many are done and how many there are."""


def replay(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """Run all blocks of a recording; what the recording or our code does wrong is told, never raised."""
    started, steps, where = time.perf_counter(), list[StepResult](), "nothing"
    fault, total = None, sum(len(chain.blocks) for chain in _chains(recording))
    try:
        for done, (what, results) in enumerate(_blocks(recording, scope), start=1):
            steps.extend(results)
            where = what
            if on_block is not None and what != AT_THE_END:
                on_block(done, total)
    # ValueError: what is no value, or makes no trie
    except (Defect, OutOfScope, ValueError, AcceptanceError) as error:
        fault = f"after {where}: {type(error).__name__}: {error}"
    seconds = time.perf_counter() - started
    return CaseResult(recording.name, recording.path, recording.description, tuple(steps), seconds, fault)


def _blocks(recording: Recording, scope: Scope) -> Iterator[tuple[str, list[StepResult]]]:
    """The results of each block, with its name; at the end those of what is asked of a chain as a whole."""
    if recording.relay is not None and recording.paras:
        world = WorldReplay(recording, scope)
        for para, block, results in world.run():
            yield f"block {block.number} of {_chain_name(para)}", results
        yield AT_THE_END, list(world.relay.asked())
    elif recording.relay is not None:
        relay = RelayReplay(recording.relay, scope)
        for place, block in enumerate(recording.relay.blocks):
            yield f"block {block.number}", relay.block(place)
        yield AT_THE_END, list(relay.asked())
    for chain in () if recording.relay is not None else _chains(recording):
        run = ParaReplay(chain, scope)
        for place, block in enumerate(chain.blocks):
            yield f"block {block.number}", run.block(place)


def _chain_name(para: int | None) -> str:
    return "the relay chain" if para is None else f"parachain {para}"


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
