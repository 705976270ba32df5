"""The wire of FISCO BCOS 2.x and 3.x once more, from its description: nothing here comes from `node.amop`."""

from __future__ import annotations

import json
import struct
from typing import Any, NamedTuple

RPC, HEARTBEAT, HANDSHAKE = 0x12, 0x13, 0x14
UNICAST, ANSWER, TOPICS, MULTICAST = 0x30, 0x31, 0x32, 0x35
ASK_VERIFICATION, VERIFIED = 0x37, 0x38


class Heard(NamedTuple):
    kind: int
    seq: str
    result: int
    data: bytes

    @property
    def topic(self) -> str:
        return self.data[1 : self.data[0]].decode()

    @property
    def content(self) -> bytes:
        return self.data[self.data[0] :] if self.data else b""

    @property
    def json(self) -> Any:
        return json.loads(self.data)


def frame(kind: int, seq: str, data: bytes = b"", result: int = 0) -> bytes:
    return struct.pack(">IH", 42 + len(data), kind) + seq.encode() + struct.pack(">i", result) + data


def amop(topic: str, content: bytes) -> bytes:
    return bytes([len(topic.encode()) + 1]) + topic.encode() + content


def handshake(seq: str, least: int = 1, greatest: int = 3) -> bytes:
    told = {"minimumSupport": least, "maximumSupport": greatest, "clientType": "Go-SDK"}
    return frame(HANDSHAKE, seq, json.dumps(told, separators=(",", ":")).encode())


def topics(seq: str, *names: str) -> bytes:
    return frame(TOPICS, seq, json.dumps(names).encode())


def seq(number: int) -> str:
    return f"{number:032x}"


def heard(data: bytes) -> tuple[list[Heard], bytes]:
    """The frames in these bytes, and what is left."""
    found = []
    while len(data) >= 42:
        (length,) = struct.unpack(">I", data[:4])
        if len(data) < length:
            break
        (kind,) = struct.unpack(">H", data[4:6])
        (result,) = struct.unpack(">i", data[38:42])
        found.append(Heard(kind, data[6:38].decode(), result, data[42:length]))
        data = data[length:]
    return found, data


# 3.x: the contents of WebSocket messages.


class Heard3(NamedTuple):
    kind: int
    status: int
    seq: str
    extension: int
    payload: bytes


def frame3(kind: int, seq: str, payload: bytes = b"", status: int = 0, extension: int = 0) -> bytes:
    head = struct.pack(">HHhH", 0, kind, status, len(seq))
    return head + seq.encode() + struct.pack(">H", extension) + payload


def amop3(topic: str, content: bytes) -> bytes:
    return struct.pack(">IH", 0, len(topic.encode())) + topic.encode() + content


def heard3(data: bytes) -> Heard3:
    _, kind, status, length = struct.unpack(">HHhH", data[:8])
    (extension,) = struct.unpack(">H", data[8 + length : 10 + length])
    return Heard3(kind, status, data[8 : 8 + length].decode(), extension, data[10 + length :])
