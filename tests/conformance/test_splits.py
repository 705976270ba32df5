"""Ways to hand a block its downward messages in part: recorded ones are tried, a wrong verdict shows."""

from __future__ import annotations

import pytest

from node.conform.recording import Recording, Split, read
from node.conform.replay import replay
from node.conform.results import CaseResult, counted
from primitives.record import replace
from tests.support.recordings import EVERY_PATH, scope

RECORDED = read(EVERY_PATH["para_abridged"])


def with_splits(*splits: Split) -> Recording:
    ((para, chain),) = RECORDED.paras
    return replace(RECORDED, paras=((para, replace(chain, splits=splits)),))


def said(case: CaseResult) -> list[str]:
    return [line for step in case.steps if step.op == "splits" for line in step.differences]


def test_every_recorded_way_ends_as_recorded() -> None:
    ((_, chain),) = RECORDED.paras

    case = replay(RECORDED, scope())

    assert [split.full for split in chain.splits if not split.accepted] == [0]
    assert (len(chain.splits), len(chain.split_messages)) == (7, 40)
    assert case.passed
    assert "7 of 7 ways to hand over messages in part" in counted([case])


@pytest.mark.parametrize(
    ("split", "line"),
    [
        (Split(0, 40, accepted=True), "the split was taken, ours is refused"),
        (Split(1, 39, accepted=False), "the split was refused, ours is taken"),
    ],
)
def test_a_verdict_that_is_not_ours_is_a_difference(split: Split, line: str) -> None:
    case = replay(with_splits(split), scope())

    assert said(case) == [line]
    assert not case.passed


def test_a_split_of_other_messages_is_a_fault_of_the_recording() -> None:
    case = replay(with_splits(Split(1, 38, accepted=True)), scope())

    assert case.fault is not None
    assert "a split of 39 messages, and there are 40" in case.fault
