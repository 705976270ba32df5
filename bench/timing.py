"""How everything here is measured: by turns, medians, ratios.

Two sides of a comparison run by turns in one process, so that a busy machine slows both alike; what is
compared are the medians of their turns. A short piece of work is repeated within a turn until the turn is
long enough for the clock. The clock is the processor time of this process: nothing here waits for anything,
and what other processes take does not count.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from statistics import median

TURNS = 7

SHORTEST_TURN = 0.005
"""Seconds."""

Work = Callable[[], object]


def seconds(work: Work) -> float:
    """How long one run takes, garbage collection of its own included."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def medians(*works: Work, turns: int = TURNS) -> list[float]:
    """Seconds that one run of each takes: of every side the median, after as many turns of all."""
    repeats = [_repeats(work) for work in works]
    rounds = [[_turn(work, n) for work, n in zip(works, repeats, strict=True)] for _ in range(turns)]
    return [median(side) for side in zip(*rounds, strict=True)]


def _repeats(work: Work) -> int:
    """How many runs make a turn."""
    work()  # the first run fills caches
    took = max(seconds(work), 1e-8)
    return max(1, round(SHORTEST_TURN / took))


def _turn(work: Work, repeats: int) -> float:
    gc.collect()
    start = time.process_time()
    for _ in range(repeats):
        work()
    return (time.process_time() - start) / repeats


def heading(title: str, *columns: str) -> None:
    """Start a table."""
    sys.stdout.write(f"\n{title}\n{'':44}" + "".join(f"{column:>13}" for column in columns) + "\n")


def row(label: str, *cells: str) -> None:
    """One row of it."""
    sys.stdout.write(f"{label:44}" + "".join(f"{cell:>13}" for cell in cells) + "\n")
    sys.stdout.flush()


def shown(taken: float) -> str:
    """Seconds with a unit, three digits."""
    for unit, factor in (("s", 1.0), ("ms", 1e3), ("us", 1e6)):
        if taken * factor >= 1:
            return f"{taken * factor:.3g} {unit}"
    return f"{taken * 1e9:.0f} ns"


def times(ratio: float) -> str:
    """A ratio."""
    return f"{ratio:.2f}x" if ratio < 10 else f"{ratio:.0f}x"
