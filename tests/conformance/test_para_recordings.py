"""Every recording of a parachain comes out as recorded: steps, refusals, what blocks put out, state roots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from node.conform.recording import Block, Recording
from node.conform.replay import replay
from node.conform.results import CHECKS
from primitives.hashing import storage_prefix
from primitives.record import replace
from tests.support.para_recordings import PATHS, recording
from tests.support.recordings import scope

ALONE = [name for name, path in PATHS.items() if path.parent.name == "para"]


def blocks_of(found: Recording) -> tuple[Block, ...]:
    ((_, chain),) = found.paras
    return chain.blocks


@pytest.mark.parametrize("name", ALONE)
def test_a_recording_comes_out_as_recorded(name: str) -> None:
    case, blocks = replay(recording(name), scope()), blocks_of(recording(name))

    assert [(step.block, step.op, step.differences) for step in case.steps if step.differences] == []
    assert case.fault is None
    assert case.passed
    ops = Counter(step.op for step in case.steps if step.op not in CHECKS)
    assert ops == Counter(op for block in blocks for op in recorded_ops(block))
    checks = Counter(step.op for step in case.steps if step.op in CHECKS)
    roots = sum(1 if block.refused is not None else 2 for block in blocks)
    outputs = sum(block.outputs is not None for block in blocks)
    assert checks == Counter({"state_root": roots, "outputs": outputs})


def recorded_ops(block: Block) -> Iterator[str]:
    """What each step should be shown as; the one that made the runtime panic is the last."""
    yield from ("refused" if "invalid" in (step.result or {}) else step.op for step in block.steps)
    if block.refused_step is not None:
        yield "refused"


# What a replay notices.


def with_blocks(found: Recording, blocks: tuple[Block, ...]) -> Recording:
    ((para, chain),) = found.paras
    return replace(found, paras=((para, replace(chain, blocks=blocks)),))


def differences(found: Recording) -> list[str]:
    case = replay(found, scope())
    return [line for step in case.steps for line in step.differences] + ([case.fault] if case.fault else [])


def test_other_outputs_are_noticed() -> None:
    first, *others = blocks_of(recording("para_empty"))
    assert first.outputs is not None
    outputs = replace(first.outputs, hrmp_watermark=first.outputs.hrmp_watermark + 1)
    copy = with_blocks(recording("para_empty"), (replace(first, outputs=outputs), *others))

    assert any(line.startswith("hrmp_watermark expected") for line in differences(copy))


def test_a_refusal_where_there_is_none_is_noticed() -> None:
    """A block that went well, recorded as if its end had failed."""
    first = blocks_of(recording("para_empty"))[0]
    refused = replace(
        first, steps=first.steps[:-1], refused_step={"op": "finalize_block"}, refused="", outputs=None
    )
    copy = with_blocks(recording("para_empty"), (refused,))

    assert differences(copy) == ["the block was refused, ours goes on"]


def test_an_item_that_is_not_written_is_noticed() -> None:
    key = storage_prefix("ParachainSystem", "LastRelayChainBlockNumber")
    first, *others = blocks_of(recording("para_empty"))
    steps = tuple(
        replace(step, changes=tuple(each for each in step.changes if each[0] != key)) for step in first.steps
    )
    copy = with_blocks(recording("para_empty"), (replace(first, steps=steps), *others))

    assert any("ParachainSystem.LastRelayChainBlockNumber" in line for line in differences(copy))
