"""One client as its node sees it: what both wires have in common.

A session turns bytes into requests and what the node says into bytes; it answers by itself what concerns
nobody else (handshake, heartbeat, frames that are too long). It knows no clock: whoever feeds it says what
time it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from hashlib import blake2b
from typing import Any, Final

from node.amop.frame import Frame, Kind, pack
from node.amop.frame3 import encode_push
from node.amop.limits import Limits
from node.amop.outbox import Outbox
from node.amop.requests import Request
from node.amop.states import CLOSED, Machine, Table

JSON_TOPIC: Final = 2_048
"""Bytes that the longest topic can take in JSON, every letter escaped."""

HEX_SEQUENCE: Final = 32
"""Letters of a sequence on the 2.x wire."""


class Parcel:
    """A message on its way to subscribers; its frames are written once, for however many."""

    __slots__ = ("_channel", "_websocket", "content", "multicast", "seq", "topic")

    def __init__(self, seq: bytes, topic: bytes, content: bytes, *, multicast: bool) -> None:
        self.seq, self.topic, self.content, self.multicast = seq, topic, content, multicast
        self._channel = self._websocket = b""

    def for_channel(self) -> bytes:
        """As a frame of 2.x."""
        if not self._channel:
            kind = Kind.MULTICAST if self.multicast else Kind.UNICAST
            seq = self.seq if len(self.seq) == HEX_SEQUENCE else _as_hex(self.seq)
            self._channel = Frame(kind, seq, pack(self.topic, self.content)).encode()
        return self._channel

    def for_websocket(self) -> bytes:
        """As a frame of 3.x."""
        if not self._websocket:
            self._websocket = encode_push(self.seq, self.topic, self.content, multicast=self.multicast)
        return self._websocket

    @property
    def size(self) -> int:
        """Bytes that matter when buffers are counted."""
        return len(self.topic) + len(self.content)


def _as_hex(seq: bytes) -> bytes:
    """A sequence of another length, as 32 letters."""
    return blake2b(seq, digest_size=HEX_SEQUENCE // 2).hexdigest().encode()


class Session(ABC):
    """One client's connection."""

    def __init__(self, limits: Limits, dirty: list[Outbox], table: Table, now: float) -> None:
        self.limits = limits
        self.outbox = Outbox(limits.waiting, dirty)
        self.machine = Machine(table)
        self.closing: str | None = None
        """Why the connection has to be closed, once it has."""

        self.client = ""
        """What the client says it is."""

        self.topics: set[bytes] = set()
        self.awaited: dict[bytes, Any] = {}
        """Deliveries that this client has to answer, by sequence."""

        self.unanswered = self.unanswered_bytes = 0
        """Unicasts of this client without an answer yet."""

        self.ignored = 0
        """Frames that could not be understood or came at the wrong time."""

        self.heard = self.told = now

    @abstractmethod
    def receive(self, data: bytes, now: float) -> list[Request]:
        """What these bytes ask for; the last frame of a connection may set `closing`."""

    @abstractmethod
    def push(self, parcel: Parcel, now: float) -> bool:
        """Pass a message on to the client; False if too much waits for it already."""

    @abstractmethod
    def answer(self, seq: bytes, result: int, topic: bytes, content: bytes) -> None:
        """Answer a unicast of this client."""

    @abstractmethod
    def acknowledge(self, seq: bytes, topic: bytes, content: bytes) -> None:
        """Tell it that a multicast of its own is on its way."""

    @abstractmethod
    def answer_rpc(self, seq: bytes, text: bytes) -> None:
        """Answer what it asked the node."""

    @abstractmethod
    def ask_verification(self, seq: bytes, topic: bytes, challenge: bytes, node: str) -> bool:
        """Ask it to verify a subscriber; False if its wire has no such question."""

    def close(self, event: str, reason: str) -> None:
        """Have the connection closed; the first reason stays."""
        self.machine.takes(event)
        if self.closing is None:
            self.closing = reason

    @property
    def closed(self) -> bool:
        """Whether there is nothing more to say."""
        return self.machine.state == CLOSED

    def tick(self, now: float) -> None:
        """Notice how late it is."""
        if now - max(self.heard, self.told) >= self.limits.idle_seconds:
            self.close("silence", f"nothing said for {self.limits.idle_seconds:g} s")
