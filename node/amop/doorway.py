"""What a connection is for, by its first bytes: one port serves all.

| first byte | comes from |
|---|---|
| 0x00 to 0x06 | a client of 2.x: the length of its first frame |
| `G` | a client of 3.x: an HTTP request for a WebSocket |
| `A` | another node: the link's preamble |
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final

from node.amop.frame import LONGEST
from node.amop.hub import Hub, Peer
from node.amop.link_messages import PREAMBLE

GREATEST_FIRST_BYTE: Final = LONGEST >> 24


class Doorway:
    """One connection that somebody else has opened."""

    def __init__(self, hub: Hub, opened: Callable[[Peer], None], group: dict[str, Any] | None = None) -> None:
        """`opened` is told the peer as soon as it is clear what it is; `group` is the chain's group for
        clients of 3.x.
        """
        self._hub, self._opened, self._group = hub, opened, group
        self._first = b""
        self.peer: Peer | None = None
        self.refused: str | None = None
        """Why the connection has to be closed, if it is for nothing we know."""

        self.node: bytes | None = None
        """The node that the peer's certificate names, when it names one."""

        self.certified = False
        """Whether there was a certificate at all."""

    def receive(self, data: bytes, now: float) -> None:
        """Bytes from whoever it is."""
        if self.peer is None and self.refused is None:
            data = self._first = self._first + data
            self._look(now)
            data = data.removeprefix(PREAMBLE)
        if self.peer is not None:
            self._first = b""
            self._hub.feed(self.peer, data, now)

    def _look(self, now: float) -> None:
        first = self._first
        if not first:
            return
        if first[0] <= GREATEST_FIRST_BYTE:
            self._open(self._hub.open_channel(now))
        elif first[:1] == b"G":
            self._open_websocket(now)
        elif first[: len(PREAMBLE)] == PREAMBLE:
            self._open_link(now)
        elif not PREAMBLE.startswith(first):
            self.refused = f"no protocol begins with {first[:8].hex()}"

    def _open(self, peer: Peer) -> None:
        self.peer = peer
        self._opened(peer)

    def _open_websocket(self, now: float) -> None:
        if find_spec("websockets") is None:
            self.refused = "a client of 3.x; for those, install crosslane with the extra `amop`"
            return
        from node.amop.websocket import WebSocketSession  # noqa: PLC0415 - 2.x does without the library

        self._open(self._hub.admit(WebSocketSession(self._hub.limits, self._hub.dirty, now, self._group)))

    def _open_link(self, now: float) -> None:
        if self.certified and self.node is None:
            self.refused = "a link from somebody whose certificate is not a node's"
            return
        self._open(self._hub.open_link(now, dialled=False, certified=self.node))
