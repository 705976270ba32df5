"""Unicasts of other nodes that have come lately, and how they were answered.

When ways change, a publisher's node sends again what it waits for, because the message or its answer may have
been lost with a link. Here a message that comes again is not delivered again: if it has been answered, the
answer is sent again; if not, its answer is still to come.
"""

from __future__ import annotations

from typing import Final

from node.amop.link_messages import Reply

REMEMBERED: Final = 32_768
"""Messages that have been answered; the oldest are forgotten first. Those that wait for their answer are all
remembered; a node has only so many of them (`Limits.deliveries`).
"""

REMEMBERED_BYTES: Final = 16 << 20
"""Of answers; an answer alone may have more, and is then remembered alone."""


class Carried:
    """What one node has had from others."""

    def __init__(self) -> None:
        self._waiting: set[tuple[bytes, int]] = set()
        self._answered: dict[tuple[bytes, int], Reply] = {}
        self._bytes = 0

    def is_new(self, source: bytes, number: int) -> bool:
        """Whether a message comes for the first time; from now on it does not."""
        key = (source, number)
        if key in self._waiting or key in self._answered:
            return False
        self._waiting.add(key)
        return True

    def note(self, reply: Reply) -> None:
        """How a message was answered."""
        key = (reply.target, reply.id)
        if key in self._waiting:
            self._waiting.remove(key)
            self._answered[key] = reply
            self._bytes += len(reply.content)
            self._forget()

    def reply(self, source: bytes, number: int) -> Reply | None:
        """The answer that a message has got, if it has."""
        return self._answered.get((source, number))

    def _forget(self) -> None:
        known = self._answered
        while len(known) > REMEMBERED or (self._bytes > REMEMBERED_BYTES and len(known) > 1):
            self._bytes -= len(known.pop(next(iter(known))).content)
