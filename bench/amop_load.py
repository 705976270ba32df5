"""The load: the same loop over raw sockets for every system, in one process, counting bytes.

A publisher sends as fast as it may, but is never more than a window of messages ahead of the slowest
subscriber; so no system has to drop anything, and what is measured is what arrives.
"""

from __future__ import annotations

import json
import selectors
import socket
import ssl
import time
from collections.abc import Callable

WINDOW = 4_000
"""Messages."""

BATCH = 50
"""Messages in one write."""

CHUNK = 1 << 18
TIMEOUT = 120.0

TOPIC = b"bench"
SIZE = 256
"""Bytes of a message's content."""


class Peer:
    """A socket, blocking while it is set up, then not; with or without TLS."""

    def __init__(self, port: int, tls: ssl.SSLContext | None) -> None:
        self.socket: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if tls is not None:
            self.socket = tls.wrap_socket(self.socket)
        self.got = 0
        self._waiting = b""
        self._buffer = memoryview(bytearray(CHUNK))
        self._unsent = memoryview(b"")

    def say(self, data: bytes) -> None:
        """While blocking."""
        self.socket.sendall(data)

    def hear(self, size: int) -> bytes:
        """So many bytes, while blocking."""
        while len(self._waiting) < size:
            piece = self.socket.recv(CHUNK)
            if not piece:
                raise EOFError("the server has closed the connection")
            self._waiting += piece
        found, self._waiting = self._waiting[:size], self._waiting[size:]
        return found

    def drain(self) -> None:
        """Count what is there."""
        try:
            while True:
                size = self.socket.recv_into(self._buffer)
                if size == 0:
                    raise EOFError("the server has closed the connection")
                self.got += size
        except (BlockingIOError, ssl.SSLWantReadError):
            return

    def push(self, more: Callable[[], bytes]) -> None:
        """Send what is left of the last write, or what `more` gives, as far as the socket takes it."""
        if not self._unsent:
            self._unsent = memoryview(more())
        try:
            while self._unsent:
                self._unsent = self._unsent[self.socket.send(self._unsent) :]
        except (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError):
            return

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def fan_out(publisher: Peer, subscribers: list[Peer], message: bytes, size: int, count: int) -> float:
    """Seconds until every subscriber has had `count` messages of `size` bytes each."""
    everybody = [publisher, *subscribers]
    selector = selectors.DefaultSelector()
    for each in everybody:
        each.socket.setblocking(False)
        selector.register(each.socket, selectors.EVENT_READ, each)
        each.got = 0
    sent, batch = 0, message * BATCH

    def more() -> bytes:
        nonlocal sent
        if sent >= count or sent - min(each.got for each in subscribers) // size > WINDOW:
            return b""
        sent += BATCH
        return batch

    began = time.perf_counter()
    while min(each.got for each in subscribers) < count * size:
        publisher.push(more)
        for key, _ in selector.select(0.001):
            key.data.drain()
        if time.perf_counter() - began > TIMEOUT:
            raise TimeoutError("not everything has arrived")
    return time.perf_counter() - began


# Ours

HEADER = 42


def frame(kind: int, number: int, data: bytes) -> bytes:
    """A frame of 2.x."""
    return (HEADER + len(data)).to_bytes(4) + kind.to_bytes(2) + b"%032x" % number + bytes(4) + data


def amop(content: bytes) -> bytes:
    """Content behind the topic."""
    return bytes((len(TOPIC) + 1,)) + TOPIC + content


def join_ours(port: int, tls: ssl.SSLContext | None, *, subscribe: bool) -> Peer:
    """A client of 2.x that has greeted."""
    peer = Peer(port, tls)
    peer.say(frame(0x14, 1, b'{"minimumSupport":1,"maximumSupport":3}'))
    read_frame(peer)
    if subscribe:
        peer.say(frame(0x32, 2, json.dumps([TOPIC.decode()]).encode()))
        peer.say(frame(0x12, 3, b'{"method":"getClientVersion"}'))
        read_frame(peer)
    return peer


def read_frame(peer: Peer) -> bytes:
    """The next frame, whole, while blocking."""
    head = peer.hear(4)
    return head + peer.hear(int.from_bytes(head) - 4)


OUR_MESSAGE = frame(0x35, 9, amop(bytes(SIZE)))


# mosquitto


def packet(kind: int, body: bytes) -> bytes:
    """An MQTT packet; its length takes seven bits a byte."""
    length, left = b"", len(body)
    while left > 127:
        length += bytes((left & 127 | 128,))
        left >>= 7
    return bytes((kind,)) + length + bytes((left,)) + body


def join_mqtt(port: int, tls: ssl.SSLContext | None, *, subscribe: bool) -> Peer:
    """A client of MQTT 3.1.1, with a clean session."""
    peer = Peer(port, tls)
    peer.say(packet(0x10, b"\x00\x04MQTT\x04\x02\x00\x00\x00\x00"))
    peer.hear(4)
    if subscribe:
        peer.say(packet(0x82, b"\x00\x01" + len(TOPIC).to_bytes(2) + TOPIC + b"\x00"))
        peer.hear(5)
    return peer


MQTT_MESSAGE = packet(0x30, len(TOPIC).to_bytes(2) + TOPIC + bytes(SIZE))


# NATS


def join_nats(port: int, tls: ssl.SSLContext | None, *, subscribe: bool) -> Peer:
    """A client of NATS."""
    peer = Peer(port, tls)
    while peer.hear(1) != b"\n":
        pass
    peer.say(b'CONNECT {"verbose":false}\r\nPING\r\n')
    peer.hear(len(b"PONG\r\n"))
    if subscribe:
        peer.say(b"SUB " + TOPIC + b" 1\r\nPING\r\n")
        peer.hear(len(b"PONG\r\n"))
    return peer


NATS_MESSAGE = b"PUB " + TOPIC + b" %d\r\n" % SIZE + bytes(SIZE) + b"\r\n"
NATS_PUSHED = b"MSG " + TOPIC + b" 1 %d\r\n" % SIZE + bytes(SIZE) + b"\r\n"
