"""Every mutant of every recorded inherent of a parachain: refused for what the rules say, or known as good.

Where chance flips and cuts, the seed says; another seed has other mutants. Recordings are gone through in an
order of chance too, so that a short run sees another part of them each time.
"""

from __future__ import annotations

from random import Random

from tests.soak.parts import Budget, Outcome, Show
from tests.support.mutation_trials import Tally, Trials
from tests.support.para_recordings import PATHS, courses


def run(budget: Budget, show: Show, seed: int) -> Outcome:
    """As many inherents as there is time for; the outcome says how many there were to try."""
    tally, tried, there_are = Tally(), 0, 0
    names = sorted(PATHS)
    Random(seed).shuffle(names)
    for name in names:
        for course in courses(name):
            trials = Trials(course)
            there_are += trials.count
            if budget.left and not tally.failures:
                tried += one_chain(trials, tally, budget, seed)
        show(f"{name}: {tally.mutants:,} mutants of {tried} inherents")
    done = f"{tally.mutants:,} mutants of {tried:,} of {there_are:,} inherents: {result(tally)}; seed {seed}"
    return Outcome("mutations", done, budget.used, tuple(tally.failures[:10]))


def result(tally: Tally) -> str:
    refused, good = tally.refused.total(), tally.taken.total()
    reasons = ", ".join(f"{count:,} because {reason}" for reason, count in tally.taken.most_common())
    kinds = f"{refused:,} refused, for {len(tally.refused)} reasons"
    return f"{kinds}; {good:,} as good as before ({reasons or 'none'})"


def one_chain(trials: Trials, tally: Tally, budget: Budget, seed: int) -> int:
    """Try the mutants of one parachain; gives how many inherents there was time for."""
    tried = 0
    for moment in trials.moments():
        if not budget.left:
            break
        trials.try_all(moment, tally, Random(f"{seed} {moment.where}"))
        tried += 1
    return tried
