"""What the parts of a soak run have in common: a time that runs out, and an outcome."""

from __future__ import annotations

import time
from collections.abc import Callable

from primitives.record import Record

Show = Callable[[str], None]
"""Told now and then what a part is at."""


class Outcome(Record):
    """How a part ended."""

    name: str

    done: str
    """What was done, with counts and seeds."""

    seconds: float
    failures: tuple[str, ...]


class Budget:
    """Seconds that a part may take; it ends by itself soon after they are used up."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._clock, self._began = seconds, clock, clock()

    @property
    def used(self) -> float:
        """Seconds since the part began."""
        return self._clock() - self._began

    @property
    def left(self) -> float:
        """Seconds to go, at least 0."""
        return max(self.seconds - self.used, 0.0)
