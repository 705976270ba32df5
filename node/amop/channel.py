"""A client of 2.x: frames in, requests out, and the other way round.

The **handshake** agrees on a version: the lesser of both sides' greatest. A client that sends none speaks
version 1, where a heartbeat is "0" answered with "1"; later versions answer any heartbeat with a JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import msgspec
from typing_extensions import override

from node.amop.errors import PeerError
from node.amop.frame import Broken, Frame, FrameReader, Kind, Oversize, pack, unpack
from node.amop.limits import Limits
from node.amop.messenger import LONGEST_TOPIC
from node.amop.outbox import Outbox
from node.amop.requests import Answer, Multicast, Request, Rpc, Subscribed, Unicast, Verified
from node.amop.results import Result
from node.amop.session import JSON_TOPIC, Parcel, Session
from node.amop.states import CHANNEL

LEAST_VERSION: Final = 1
GREATEST_VERSION: Final = 3

NODE_VERSION: Final = "2.9.1"
"""The release of FISCO BCOS whose node this speaks like."""

EVENTS: Final = {
    Kind.RPC: "rpc",
    Kind.HEARTBEAT: "heartbeat",
    Kind.HANDSHAKE: "handshake",
    Kind.TOPICS: "topics",
    Kind.UNICAST: "unicast",
    Kind.ANSWER: "answer",
    Kind.MULTICAST: "multicast",
    Kind.VERIFIED: "verified",
}
"""What each kind is in the table of states; a client has no other to send."""


class Greeting(msgspec.Struct, rename="camel"):
    """What a client says of itself first; absent fields have these values."""

    minimum_support: int = 1
    maximum_support: int = 1
    client_type: str = "unknown"


class Finding(msgspec.Struct, rename="camel"):
    """What a publisher says of a private topic's subscriber; `check_result` is 0 for a good one."""

    check_result: int
    node_id: str
    topic: str


class ChannelSession(Session):
    """One client over the 2.x channel."""

    def __init__(self, limits: Limits, dirty: list[Outbox], now: float) -> None:
        super().__init__(limits, dirty, CHANNEL, now)
        self._reader = FrameReader(limits.frame)
        self.version = LEAST_VERSION
        self._react: dict[int, Callable[[Frame], Request | None]] = {
            Kind.UNICAST: self._unicast,
            Kind.MULTICAST: self._multicast,
            Kind.ANSWER: self._answer,
            Kind.TOPICS: self._topics,
            Kind.RPC: lambda frame: Rpc(frame.seq, frame.data),
            Kind.HEARTBEAT: self._heartbeat,
            Kind.HANDSHAKE: self._handshake,
            Kind.VERIFIED: self._verified,
        }

    @override
    def receive(self, data: bytes, now: float) -> list[Request]:
        self.heard = now
        requests: list[Request] = []
        for each in self._reader.receive(data):
            if self.closing is not None:
                break
            request = self._take(each)
            if request is not None:
                requests.append(request)
        return requests

    def _take(self, found: Frame | Oversize | Broken) -> Request | None:
        match found:
            case Frame():
                react = self._react.get(found.kind)
                if react is None or not self.machine.takes(EVENTS[Kind(found.kind)]):
                    self.ignored += 1
                    return None
                return react(found)
            case Oversize():
                self.ignored += 1
                self._send(Frame(_answering(found.kind), found.seq, b"", Result.REJECTED))
            case Broken():
                self.close("broken frame", found.reason)
        return None

    # What clients send.

    def _unicast(self, frame: Frame) -> Request | None:
        try:
            return Unicast(frame.seq, *unpack(frame.data))
        except PeerError:
            self._reject(frame)
            return None

    def _multicast(self, frame: Frame) -> Request | None:
        try:
            return Multicast(frame.seq, *unpack(frame.data))
        except PeerError:
            self._reject(frame)
            return None

    def _reject(self, frame: Frame) -> None:
        self.ignored += 1
        self._send(Frame(Kind.ANSWER, frame.seq, b"", Result.REJECTED))

    def _answer(self, frame: Frame) -> Request | None:
        try:
            return Answer(frame.seq, frame.result, unpack(frame.data)[1])
        except PeerError:  # an error may come without its topic
            return Answer(frame.seq, frame.result, b"")

    def _topics(self, frame: Frame) -> Request | None:
        try:
            text = frame.data if len(frame.data) <= self.limits.topics * JSON_TOPIC else b""
            names = msgspec.json.decode(text, type=list[str])
            topics = tuple(dict.fromkeys(name.encode() for name in names))
        except (msgspec.DecodeError, UnicodeError):
            topics = None
        if topics is None or len(topics) > self.limits.topics or any(len(t) > LONGEST_TOPIC for t in topics):
            self.ignored += 1
            return None
        return Subscribed(topics, replaces=True)

    def _heartbeat(self, frame: Frame) -> None:
        if self.version > 1:
            self._send(Frame(Kind.HEARTBEAT, frame.seq, b'{"heartBeat":1}\n'))
        elif frame.data == b"0":
            self._send(Frame(Kind.HEARTBEAT, frame.seq, b"1"))

    def _handshake(self, frame: Frame) -> None:
        try:
            greeting = msgspec.json.decode(frame.data, type=Greeting)
        except (msgspec.DecodeError, UnicodeError):
            self.close("no common version", "a handshake that is no JSON object with versions")
            return
        least, greatest = greeting.minimum_support, greeting.maximum_support
        if least > greatest or least > GREATEST_VERSION or greatest < LEAST_VERSION:
            ours = f"{LEAST_VERSION} to {GREATEST_VERSION}"
            self.close("no common version", f"the client speaks versions {least} to {greatest}, we {ours}")
            return
        self.version, self.client = min(GREATEST_VERSION, greatest), greeting.client_type[:64]
        told = json.dumps({"protocol": self.version, "nodeVersion": NODE_VERSION}, separators=(",", ":"))
        self._send(Frame(Kind.HANDSHAKE, frame.seq, told.encode()))

    def _verified(self, frame: Frame) -> Request | None:
        try:
            found = msgspec.json.decode(frame.data, type=Finding)
            return Verified(found.topic.encode(), found.node_id, found.check_result == 0)
        except (msgspec.DecodeError, UnicodeError):
            self.ignored += 1
            return None

    # What the node tells them.

    @override
    def push(self, parcel: Parcel, now: float) -> bool:
        self.told = now
        return self.outbox.offer(parcel.for_channel())

    @override
    def answer(self, seq: bytes, result: int, topic: bytes, content: bytes) -> None:
        data = pack(topic, content) if result == Result.OK or content else b""
        self._send(Frame(Kind.ANSWER, seq, data, result))

    @override
    def acknowledge(self, seq: bytes, topic: bytes, content: bytes) -> None:
        self._send(Frame(Kind.ANSWER, seq, pack(topic, content)))

    @override
    def answer_rpc(self, seq: bytes, text: bytes) -> None:
        self._send(Frame(Kind.RPC, seq, text))

    @override
    def ask_verification(self, seq: bytes, topic: bytes, challenge: bytes, node: str) -> bool:
        names = [each.decode(errors="replace") for each in (topic, challenge)]
        told = {"topic": names[0], "topicForCert": names[1], "nodeId": node}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
        return self.outbox.offer(Frame(Kind.ASK_VERIFICATION, seq, text).encode())

    def _send(self, frame: Frame) -> None:
        self.outbox.offer(frame.encode())


def _answering(kind: int) -> int:
    """The kind of the answer to a request of some kind."""
    return Kind.ANSWER if kind in {Kind.UNICAST, Kind.MULTICAST, Kind.ANSWER} else kind
