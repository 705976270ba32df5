"""What waits for one peer to read, within a limit.

Protocol objects put whole frames in; whoever carries the connection takes them out. `backlog` tells how many
bytes the carrier itself still holds, so that the limit covers both. Every frame stays a piece of its own: a
genuine client reads one frame from one TLS record and would miss a second one in it.
"""

from __future__ import annotations

from collections.abc import Callable


class Outbox:
    """Frames in order."""

    def __init__(self, limit: int, dirty: list[Outbox]) -> None:
        """`limit` is in bytes; an outbox enters `dirty` when its first frame does."""
        self.limit = limit
        self.backlog: Callable[[], int] = _nothing
        self.carry: Callable[[list[bytes]], None] = _nowhere
        self.dropped = 0
        self._dirty = dirty
        self._pieces: list[bytes] = []
        self._size = 0

    def room(self, size: int, slack: int = 0) -> bool:
        """Whether so many bytes more may wait; `slack` is on top of the limit. Into an empty outbox anything
        may go.
        """
        held = self._size + self.backlog()
        return not held or held + size <= self.limit + slack

    def offer(self, piece: bytes) -> bool:
        """Let a frame wait if there is room; else it is dropped and counted, and this gives False."""
        if not self.room(len(piece)):
            self.dropped += 1
            return False
        self.put(piece)
        return True

    def put(self, piece: bytes) -> None:
        """Let a frame wait, room or no room."""
        if not self._pieces:
            self._dirty.append(self)
        self._pieces.append(piece)
        self._size += len(piece)

    def flush(self) -> None:
        """Hand all to the carrier."""
        pieces, self._pieces, self._size = self._pieces, [], 0
        if pieces:
            self.carry(pieces)

    def detach(self) -> None:
        """Nobody carries this any more; what is put in later is forgotten."""
        self.backlog, self.carry = _nothing, _nowhere


def _nothing() -> int:
    return 0


def _nowhere(_: list[bytes]) -> None:
    """Nobody carries this outbox any more."""
