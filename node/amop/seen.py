"""Which multicasts have come already: numbers by sender, so that none is delivered twice.

The newest numbers of a sender are remembered one by one, older ones by a floor: at or below it everything
counts as seen. So memory is bounded, and a message that is very late is lost rather than doubled.
"""

from __future__ import annotations

from typing import Final

REMEMBERED: Final = 8_192
"""Numbers of one sender."""

SENDERS: Final = 1_024
"""Runs of nodes; beyond, the one that was heard longest ago is forgotten."""


class Seen:
    """What one node has had."""

    def __init__(self) -> None:
        self._senders: dict[tuple[bytes, int], tuple[int, set[int]]] = {}

    def is_new(self, node: bytes, epoch: int, number: int) -> bool:
        """Whether this is the first time; from now on it is not."""
        sender = (node, epoch)
        floor, numbers = self._senders.pop(sender, (-1, set()))
        new = number > floor and number not in numbers
        if new:
            numbers.add(number)
            if len(numbers) > REMEMBERED:
                floor = sorted(numbers)[REMEMBERED // 2]
                numbers = {each for each in numbers if each > floor}
        self._senders[sender] = (floor, numbers)  # at the end: heard last
        if len(self._senders) > SENDERS:
            del self._senders[next(iter(self._senders))]
        return new
