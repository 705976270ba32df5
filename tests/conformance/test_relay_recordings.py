"""Every recording of a relay chain that is in scope comes out as recorded; the others say why not."""

from __future__ import annotations

from collections import Counter

import pytest

from node.conform.recording import read
from node.conform.replay import out_of_scope, replay
from tests.support.recordings import PATHS, every_relay_recording, relay_of, scope

FULLY_OURS = {"relay_empty", "relay_force", "relay_config"}


@every_relay_recording
def test_a_recording_comes_out_as_recorded_or_says_why_it_cannot(name: str) -> None:
    recording = read(PATHS[name])
    reason = out_of_scope(recording)
    if reason is not None:
        assert name not in FULLY_OURS
        assert len(reason) > 20
        return

    blocks = relay_of(recording).blocks
    done: list[tuple[int, int]] = []
    case = replay(recording, scope(), lambda number, of: done.append((number, of)))

    assert [(step.block, step.op, step.differences) for step in case.steps if step.differences] == []
    assert case.fault is None
    assert case.passed
    assert case.step_count == sum(len(block.steps) for block in blocks)
    assert Counter(step.op for step in case.steps if step.op != "state_root") == Counter(
        step.op for block in blocks for step in block.steps
    )
    roots = sum(1 if block.refused is not None else 2 for block in blocks)
    assert len(case.steps) - case.step_count == roots
    assert done == [(number, len(blocks)) for number in range(1, len(blocks) + 1)]


def test_at_least_these_are_in_scope() -> None:
    in_scope = {name for name in FULLY_OURS if out_of_scope(read(PATHS[name])) is None}
    assert in_scope == FULLY_OURS


@pytest.mark.parametrize("name", ["relay_downward", "relay_refused", "random_relay_2"])
def test_a_recording_beyond_our_scope_is_told_of_and_raises_nothing(name: str) -> None:
    recording = read(PATHS[name])
    case = replay(recording, scope())
    assert case.passed is (out_of_scope(recording) is None)
