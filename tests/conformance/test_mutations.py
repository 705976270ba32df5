"""Whatever is changed in what a recorded block was shown, it is refused for the right reason and leaves no
trace; or one can say by which rule it is as good as before.

This is a sample, the same each time; `make soak` tries everything.
"""

from __future__ import annotations

from random import Random

import pytest

from pallets.para import parachain_system_inbound as inbound
from pallets.para.relay_state import RelayChainStateProof
from tests.support.mutation_trials import MAY_WRITE, Tally, Trials
from tests.support.para_recordings import PATHS, courses

MOMENTS = 3
"""Blocks of each parachain that are looked at."""

MUTANTS = 60
"""Mutants of each of these blocks."""


def sample(name: str, seed: int = 1) -> Tally:
    tally = Tally()
    for course in courses(name):
        trials, random = Trials(course), Random(f"{seed} {course.name}")
        chosen = set(random.sample(range(trials.count), min(trials.count, MOMENTS)))
        for place, moment in enumerate(trials.moments()):
            if place in chosen:
                trials.try_all(moment, tally, random, MUTANTS)
    return tally


@pytest.mark.parametrize("name", PATHS)
def test_mutants_of_recorded_inherents_are_refused_or_known_to_be_good(name: str) -> None:
    tally = sample(name)

    assert tally.failures == []
    assert tally.mutants >= MUTANTS
    assert tally.refused.total() + tally.taken.total() == tally.mutants
    assert tally.refused.total() > tally.mutants / 3
    assert tally.taken.keys() <= MAY_WRITE.keys()


def test_every_mutant_of_one_block_is_told_apart() -> None:
    """A block with messages of both kinds: each element has mutants, and most rules are broken."""
    tally = Tally()
    (course,) = courses("random_para_5")
    trials = Trials(course)
    for moment in trials.moments():
        if moment.block.number == 20:
            trials.try_all(moment, tally, Random(2))

    assert tally.failures == []
    assert {"proof node", "downward message", "horizontal message", "inherent"} <= tally.elements.keys()
    assert len(tally.refused) > 15


# The trials themselves: a rule that is left out does not go by unnoticed.


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "_check_arrival",
            "expected refused for horizontal message by arrival and sender, found refused for",
        ),
        ("_check_heads", "expected refused for head of the channel from "),
        (
            "_check_enough_full",
            "expected refused for bytes of horizontal messages given whole, found that it",
        ),
    ],
)
def test_a_rule_for_messages_that_is_left_out_is_noticed(
    monkeypatch: pytest.MonkeyPatch, rule: str, said: str
) -> None:
    monkeypatch.setattr(inbound, rule, lambda *args: None)
    assert any(said in failure for failure in sample("random_para_5").failures)


def test_a_lookup_that_is_left_out_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RelayChainStateProof, "read_upgrade_restriction_signal", lambda self: None)
    monkeypatch.setattr(RelayChainStateProof, "read_slot", lambda self: 1 << 40)
    assert any("expected refused for slot in " in failure for failure in sample("random_para_1").failures)
