"""Every recording comes out as recorded: steps, refusals, verdicts, calls of parachains, inputs, outputs."""

from __future__ import annotations

from collections import Counter

import pytest

from node.conform.recording import Block, Recording, read
from node.conform.replay import out_of_scope, replay
from node.conform.results import CHECKS
from tests.support.recordings import EVERY_PATH, scope


@pytest.mark.parametrize("name", EVERY_PATH)
def test_a_recording_comes_out_as_recorded(name: str) -> None:
    recording, done = read(EVERY_PATH[name]), list[tuple[int, int]]()
    blocks = every_block(recording)
    case = replay(recording, scope(), lambda number, of: done.append((number, of)))

    assert out_of_scope(recording) is None
    assert [(step.block, step.op, step.differences) for step in case.steps if step.differences] == []
    assert case.fault is None
    assert case.passed
    assert done == [(number, len(blocks)) for number in range(1, len(blocks) + 1)]
    ops = Counter(step.op for step in case.steps if step.op not in CHECKS)
    assert ops == Counter(op for block in blocks for op in recorded_ops(block))
    assert Counter(step.op for step in case.steps if step.op in CHECKS) == expected_checks(recording)


def every_block(recording: Recording) -> list[Block]:
    relay = () if recording.relay is None else recording.relay.blocks
    return [*relay, *(block for _, chain in recording.paras for block in chain.blocks)]


def recorded_ops(block: Block) -> list[str]:
    """What each step should be shown as; a call that nobody could finish has no step in the recording."""
    steps = ["refused" if "invalid" in (step.result or {}) else step.op for step in block.steps]
    return [*steps, "refused"] if block.refused_step is not None else steps


def expected_checks(recording: Recording) -> Counter[str]:
    relay, blocks = recording.relay, every_block(recording)
    return Counter(
        {
            "state_root": sum(1 if block.refused is not None else 2 for block in blocks),
            "verdict": 0 if relay is None else len(relay.verdicts),
            "asked": 0 if relay is None else len(relay.asked),
            "shown": sum(placed.para is not None for placed in recording.order),
            "outputs": sum(block.outputs is not None for block in blocks),
            "splits": sum(len(chain.splits) for _, chain in recording.paras),
        }
    )
