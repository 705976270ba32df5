"""A client of 3.x: the same requests as over the 2.x channel, in other frames, over a WebSocket.

The WebSocket itself is the `websockets` library's protocol object, which does no I/O either. What differs
from 2.x: subscriptions only add up, a multicast is not acknowledged, an answer is its content alone, errors
have numbers of their own. A message that is too long ends the connection with WebSocket's code 1009, since
the library does not read on behind it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import msgspec
from typing_extensions import override
from websockets.exceptions import InvalidState
from websockets.frames import Frame as Message
from websockets.frames import Opcode
from websockets.http11 import Request as Upgrade
from websockets.server import ServerProtocol

from node.amop.errors import PeerError
from node.amop.frame3 import ANSWER_BIT, Frame3, Kind3, decode, unpack3
from node.amop.limits import Limits
from node.amop.messenger import LONGEST_TOPIC
from node.amop.outbox import Outbox
from node.amop.requests import Answer, Multicast, Request, Rpc, Subscribed, Unicast
from node.amop.results import MEANING, Result, status_of
from node.amop.session import JSON_TOPIC, Parcel, Session
from node.amop.states import WEBSOCKET

SLACK: Final = 1 << 16
"""Bytes for WebSocket's own frames, beyond what may wait."""

LEAST_VERSION: Final = 1
GREATEST_VERSION: Final = 2

EVENTS: Final = {
    Kind3.HANDSHAKE: "handshake",
    Kind3.RPC: "rpc",
    Kind3.SUBSCRIBE: "topics",
    Kind3.UNICAST: "unicast",
    Kind3.MULTICAST: "multicast",
    Kind3.ANSWER: "answer",
}


class Greeting3(msgspec.Struct, rename="camel"):
    """What a client says of itself first."""

    min_version: int = 0
    max_version: int = 0


class Topics3(msgspec.Struct):
    """What it subscribes to besides."""

    topics: list[str]


class WebSocketSession(Session):
    """One client over a WebSocket."""

    def __init__(
        self, limits: Limits, dirty: list[Outbox], now: float, group: dict[str, Any] | None = None
    ) -> None:
        """`group` is the entry of the chain's group that the handshake is answered with, if there is one."""
        super().__init__(limits, dirty, WEBSOCKET, now)
        self._socket = ServerProtocol(max_size=limits.frame)
        self._groups = [group] if group is not None else []
        self._parts = bytearray()
        self._react: dict[int, Callable[[Frame3], Request | None]] = {
            Kind3.HANDSHAKE: self._handshake,
            Kind3.RPC: lambda frame: Rpc(frame.seq, frame.payload),
            Kind3.SUBSCRIBE: self._subscribe,
            Kind3.UNICAST: lambda frame: Unicast(frame.seq, *unpack3(frame.payload)),
            Kind3.MULTICAST: lambda frame: Multicast(frame.seq, *unpack3(frame.payload)),
            Kind3.ANSWER: self._answered,
        }

    @override
    def receive(self, data: bytes, now: float) -> list[Request]:
        self.heard = now
        self._socket.receive_data(data)
        requests: list[Request] = []
        for event in self._socket.events_received():
            if isinstance(event, Upgrade):
                self._upgrade(event)
            elif isinstance(event, Message):
                request = self._message(event)
                if request is not None:
                    requests.append(request)
        self._pass_on()
        if self._socket.close_expected() and self.closing is None:
            self.close("gone", self._reason())
        return requests

    def _upgrade(self, upgrade: Upgrade) -> None:
        response = self._socket.accept(upgrade)
        self._socket.send_response(response)
        if response.status_code == 101:
            self.machine.takes("upgrade")
        else:
            self.close("broken frame", f"no WebSocket: HTTP status {response.status_code}")

    def _reason(self) -> str:
        error = self._socket.handshake_exc or self._socket.parser_exc
        return "the WebSocket was closed" if error is None else str(error)

    def _message(self, part: Message) -> Request | None:
        if part.opcode in (Opcode.TEXT, Opcode.BINARY, Opcode.CONT):
            self._parts += part.data
            if part.fin:
                whole, self._parts = bytes(self._parts), bytearray()
                return self._take(whole)
        return None

    def _take(self, message: bytes) -> Request | None:
        try:
            frame = decode(message)
            react = self._react.get(frame.kind)
            if react is None or not self.machine.takes(EVENTS[Kind3(frame.kind)]):
                raise PeerError(f"kind {frame.kind:#x} in state {self.machine.state}")
            return react(frame)
        except PeerError:
            self.ignored += 1
            return None

    # What clients send.

    def _handshake(self, frame: Frame3) -> None:
        try:
            greeting = msgspec.json.decode(frame.payload, type=Greeting3)
        except (msgspec.DecodeError, UnicodeError):
            self.close("no common version", "a handshake that is no JSON object with versions")
            return
        least, greatest = greeting.min_version, greeting.max_version
        if least > greatest or least > GREATEST_VERSION or greatest < LEAST_VERSION:
            ours = f"{LEAST_VERSION} to {GREATEST_VERSION}"
            self.close("no common version", f"the client speaks versions {least} to {greatest}, we {ours}")
            return
        version = min(GREATEST_VERSION, greatest)
        blocks = [{group["groupID"]: 0} for group in self._groups]
        told = {"groupInfoList": self._groups, "groupBlockNumber": blocks, "protocolVersion": version}
        self.client = "3.x client"
        self._send(Frame3(Kind3.HANDSHAKE, frame.seq, json.dumps(told).encode(), 0, ANSWER_BIT))

    def _subscribe(self, frame: Frame3) -> Request:
        try:
            text = frame.payload if len(frame.payload) <= self.limits.topics * JSON_TOPIC else b""
            names = msgspec.json.decode(text, type=Topics3).topics
            topics = tuple(dict.fromkeys(name.encode() for name in names))
        except (msgspec.DecodeError, UnicodeError):
            raise PeerError("a list of topics that is no JSON object with texts") from None
        if len(self.topics.union(topics)) > self.limits.topics or any(len(t) > LONGEST_TOPIC for t in topics):
            raise PeerError("too many topics, or one that is too long")
        return Subscribed(topics, replaces=False)

    def _answered(self, frame: Frame3) -> Request:
        return Answer(frame.seq, frame.status, frame.payload)

    # What the node tells them.

    @override
    def push(self, parcel: Parcel, now: float) -> bool:
        self.told = now
        return self._offer(parcel.for_websocket())

    @override
    def answer(self, seq: bytes, result: int, topic: bytes, content: bytes) -> None:
        if result == Result.OK:
            self._send(Frame3(Kind3.ANSWER, seq, content, 0, ANSWER_BIT))
            return
        text = content or MEANING.get(result, "").encode()
        self._send(Frame3(0, seq, text, status_of(result), ANSWER_BIT))

    @override
    def acknowledge(self, seq: bytes, topic: bytes, content: bytes) -> None:
        """A multicast has no acknowledgement on this wire."""

    @override
    def answer_rpc(self, seq: bytes, text: bytes) -> None:
        self._send(Frame3(Kind3.RPC, seq, text, 0, ANSWER_BIT))

    @override
    def ask_verification(self, seq: bytes, topic: bytes, challenge: bytes, node: str) -> bool:
        return False

    @override
    def tick(self, now: float) -> None:
        """Instead of a heartbeat, this wire has WebSocket's ping."""
        super().tick(now)
        if (
            self.machine.state == "greeted"
            and now - max(self.heard, self.told) >= self.limits.idle_seconds / 3
        ):
            self.told = now
            self._socket.send_ping(b"")
            self._pass_on()

    def _send(self, frame: Frame3) -> None:
        self._offer(frame.encode())

    def _offer(self, message: bytes) -> bool:
        if not self.outbox.room(len(message)):
            self.outbox.dropped += 1
            return False
        try:
            self._socket.send_binary(message)
        except InvalidState:  # it is closing
            return False
        self._pass_on()
        return True

    def _pass_on(self) -> None:
        for piece in self._socket.data_to_send():
            if piece and not self.outbox.room(len(piece), SLACK):
                self.close("gone", "pings, and does not read the answers")
            elif piece:
                self.outbox.put(piece)
