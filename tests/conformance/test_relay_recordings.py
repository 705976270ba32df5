"""Every recording of a relay chain comes out as recorded: steps, refusals, verdicts, calls of parachains."""

from __future__ import annotations

from collections import Counter

from node.conform.recording import Block, read
from node.conform.replay import replay
from node.conform.results import CHECKS
from tests.support.recordings import PATHS, every_relay_recording, relay_of, scope


@every_relay_recording
def test_a_recording_comes_out_as_recorded(name: str) -> None:
    recording = read(PATHS[name])
    chain, done = relay_of(recording), list[tuple[int, int]]()
    case = replay(recording, scope(), lambda number, of: done.append((number, of)))

    assert [(step.block, step.op, step.differences) for step in case.steps if step.differences] == []
    assert case.fault is None
    assert case.passed
    assert case.step_count == sum(len(block.steps) for block in chain.blocks)
    ops = Counter(step.op for step in case.steps if step.op not in CHECKS)
    assert ops == Counter(op for block in chain.blocks for op in recorded_ops(block))
    checks = Counter(step.op for step in case.steps if step.op in CHECKS)
    roots = sum(1 if block.refused is not None else 2 for block in chain.blocks)
    expected = {"state_root": roots, "verdict": len(chain.verdicts), "asked": len(chain.asked)}
    assert checks == Counter(expected)
    assert done == [(number, len(chain.blocks)) for number in range(1, len(chain.blocks) + 1)]


def recorded_ops(block: Block) -> list[str]:
    """What each step should be shown as."""
    return ["refused" if "invalid" in (step.result or {}) else step.op for step in block.steps]
