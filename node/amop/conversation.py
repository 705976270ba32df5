"""A client's side of the 2.x channel: what it says, and what it makes of what it hears. Does no I/O.

A conversation greets as genuine clients do: handshake, topics, the node's version. Then requests go out, each
with a sequence of its own, and events come in.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from random import Random
from typing import Any, Final, TypeVar

import msgspec

from node.amop.deliveries import fresh_sequence
from node.amop.errors import PeerError
from node.amop.frame import LONGEST, Broken, Frame, FrameReader, Kind, Oversize, pack, unpack
from primitives.record import Record

T = TypeVar("T")

CLIENT_TYPE: Final = "crosslane"
HEARTBEAT_SECONDS: Final = 10.0


class Ready(Record):
    """The node has answered the greeting."""

    version: int


class Pushed(Record):
    """A message to a topic that we subscribe to."""

    seq: bytes
    topic: bytes
    content: bytes
    multicast: bool


class Answered(Record):
    """The answer to a request of ours."""

    seq: bytes
    result: int
    content: bytes


class VerificationAsked(Record):
    """The node wants a subscriber of a private topic verified."""

    topic: bytes
    challenge: bytes
    node: str


Event = Ready | Pushed | Answered | VerificationAsked


class Agreed(msgspec.Struct):
    """What a node answers to the handshake."""

    protocol: int


class Asked(msgspec.Struct, rename="camel"):
    """What a node says when it wants a verification."""

    topic: str
    topic_for_cert: str
    node_id: str


class Conversation:
    """One connection to a node."""

    def __init__(self, random: Random, topics: Iterable[bytes], now: float) -> None:
        self.outgoing: list[bytes] = []
        """Frames to send, each for itself."""

        self._random, self._reader, self._spoken = random, FrameReader(LONGEST), now
        self._send(Kind.HANDSHAKE, _json(_greeting()))
        self.set_topics(topics)

    def _send(self, kind: Kind, data: bytes, seq: bytes | None = None, result: int = 0) -> bytes:
        seq = fresh_sequence(self._random) if seq is None else seq
        self.outgoing.append(Frame(kind, seq, data, result).encode())
        return seq

    # What we say.

    def set_topics(self, topics: Iterable[bytes]) -> None:
        """Subscribe to these, and to no others."""
        names = [topic.decode() for topic in topics]
        self._send(Kind.TOPICS, json.dumps(names, ensure_ascii=False).encode())

    def request(self, topic: bytes, content: bytes, *, multicast: bool) -> bytes:
        """Send to a topic; gives the sequence of the answer to come."""
        return self._send(Kind.MULTICAST if multicast else Kind.UNICAST, pack(topic, content))

    def answer(self, seq: bytes, topic: bytes, content: bytes) -> None:
        """Answer a message."""
        self._send(Kind.ANSWER, pack(topic, content), seq)

    def call(self, method: str, *params: Any) -> bytes:
        """Ask the node itself; gives the sequence of the answer to come."""
        return self._send(
            Kind.RPC, _json({"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})
        )

    def report(self, asked: VerificationAsked, *, good: bool) -> None:
        """Tell how a verification went."""
        found = {"checkResult": 0 if good else 1, "nodeId": asked.node, "topic": asked.topic.decode()}
        self._send(Kind.VERIFIED, _json(found))

    def tick(self, now: float) -> None:
        """Keep the connection alive."""
        if now - self._spoken >= HEARTBEAT_SECONDS:
            self._spoken = now
            self._send(Kind.HEARTBEAT, b"")

    # What we hear.

    def receive(self, data: bytes) -> list[Event]:
        """The events in these bytes; raises `PeerError` if they are not the protocol."""
        return [
            event for found in self._reader.receive(data) if (event := self._understand(found)) is not None
        ]

    def _understand(self, found: Frame | Oversize | Broken) -> Event | None:
        if not isinstance(found, Frame):
            raise PeerError(found.reason if isinstance(found, Broken) else f"a frame of {found.length} bytes")
        match found.kind:
            case Kind.UNICAST | Kind.MULTICAST:
                return Pushed(found.seq, *unpack(found.data), multicast=found.kind == Kind.MULTICAST)
            case Kind.ANSWER:
                content = unpack(found.data)[1] if found.data else b""
                return Answered(found.seq, found.result, content)
            case Kind.RPC:
                return Answered(found.seq, found.result, found.data)
            case Kind.HANDSHAKE:
                return Ready(_decode(found.data, Agreed).protocol)
            case Kind.ASK_VERIFICATION:
                return self._asked(found)
            case _:
                return None  # heartbeats, and what a chain tells its clients

    def _asked(self, frame: Frame) -> Event:
        asked = _decode(frame.data, Asked)
        self._send(Kind.ANSWER, pack(asked.topic_for_cert.encode(), b""), frame.seq)
        return VerificationAsked(asked.topic.encode(), asked.topic_for_cert.encode(), asked.node_id)


def _greeting() -> dict[str, Any]:
    return {"minimumSupport": 1, "maximumSupport": 3, "clientType": CLIENT_TYPE}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _decode(data: bytes, tp: type[T]) -> T:
    try:
        return msgspec.json.decode(data, type=tp)
    except (msgspec.DecodeError, UnicodeError) as error:
        raise PeerError(f"a node's {tp.__name__} that cannot be read: {error}") from None
