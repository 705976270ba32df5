"""A replay of a parachain notices what its recording has and ours has not."""

from __future__ import annotations

from node.conform.recording import Block, Recording
from node.conform.replay import replay
from primitives.hashing import storage_prefix
from primitives.record import replace
from tests.support.para_recordings import recording
from tests.support.recordings import scope


def blocks_of(found: Recording) -> tuple[Block, ...]:
    ((_, chain),) = found.paras
    return chain.blocks


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
