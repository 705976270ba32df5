"""Which multicasts have come already: numbers by sender, so that none is delivered twice.

For each sender there is the greatest number that has come, and one bit for each of those right below it. What
lies below the bits counts as seen. So memory is bounded, about a kilobyte a sender, and a message that is
very late is lost rather than doubled.
"""

from __future__ import annotations

from typing import Final

from node.amop.limits import Limits

NOTHING: Final = (-1, 0)


class Seen:
    """What one node has had."""

    def __init__(self, limits: Limits) -> None:
        self._window, self._most = limits.window, limits.senders
        self._mask = (1 << limits.window) - 1
        self._senders: dict[tuple[bytes, int], tuple[int, int]] = {}
        """Node and epoch to the greatest number, and bits: bit n stands for the n-th number below it."""

    def is_new(self, node: bytes, epoch: int, number: int) -> bool:
        """Whether this is the first time; from now on it is not."""
        sender = (node, epoch)
        newest, bits = self._senders.pop(sender, NOTHING)
        below = newest - number
        new = below < 0 or (below < self._window and not bits >> below & 1)
        if below < 0:
            newest, bits = number, self._moved(bits, -below)
        elif new:
            bits |= 1 << below
        self._senders[sender] = (newest, bits)  # at the end: heard last
        if len(self._senders) > self._most:
            del self._senders[next(iter(self._senders))]
        return new

    def _moved(self, bits: int, steps: int) -> int:
        """The bits as seen from so many numbers further on, where one has come."""
        if steps >= self._window:  # a number may be as large as it likes, what we keep may not
            return 1
        return bits << steps & self._mask | 1
