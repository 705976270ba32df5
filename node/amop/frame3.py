"""Frames of 3.x, each a binary WebSocket message. All integers are big-endian.

| size | field |
|---|---|
| 2 | version, 0 |
| 2 | kind |
| 2 | status, signed |
| 2 | length of the sequence |
| | sequence: letters that pair an answer with its request |
| 2 | extension; bit 0 marks answers |
| | payload |

The payload of a message to a topic: version (4 bytes, 0), length of the topic (2 bytes), topic, content. An
answer has the content alone.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final

from node.amop.errors import PeerError
from primitives.record import Record

_HEAD: Final = Struct(">HHhH")
_EXTENSION: Final = Struct(">H")
_TOPIC: Final = Struct(">IH")

SHORTEST: Final = _HEAD.size + _EXTENSION.size
"""Bytes of a frame with an empty sequence and no payload."""

LONGEST_SEQUENCE: Final = 255
"""Bytes; genuine clients use 32."""

ANSWER_BIT: Final = 1


class Kind3(IntEnum):
    """What a frame is for."""

    HANDSHAKE = 0x100
    BLOCK = 0x101
    RPC = 0x102
    GROUP = 0x103
    SUBSCRIBE = 0x110
    UNICAST = 0x111
    MULTICAST = 0x112
    ANSWER = 0x113
    EVENT_SUBSCRIBE = 0x120
    EVENT_UNSUBSCRIBE = 0x121
    EVENT = 0x122


class Frame3(Record):
    """One frame; `kind` may be one that nobody knows."""

    kind: int
    seq: bytes
    payload: bytes = b""
    status: int = 0
    extension: int = 0
    version: int = 0

    def encode(self) -> bytes:
        """The frame as it is sent."""
        head = _HEAD.pack(self.version, self.kind, self.status, len(self.seq))
        return head + self.seq + _EXTENSION.pack(self.extension) + self.payload


def decode(data: bytes) -> Frame3:
    """The frame in a message; raises `PeerError` if the message is too short for what it announces."""
    if len(data) < SHORTEST:
        raise PeerError(f"a frame has at least {SHORTEST} bytes, found {len(data)}")
    version, kind, status, length = _HEAD.unpack_from(data)
    end = _HEAD.size + length
    if length > LONGEST_SEQUENCE or end + _EXTENSION.size > len(data):
        raise PeerError(f"a sequence of {length} bytes in a frame of {len(data)}")
    (extension,) = _EXTENSION.unpack_from(data, end)
    return Frame3(kind, data[_HEAD.size : end], data[end + _EXTENSION.size :], status, extension, version)


def pack3(topic: bytes, content: bytes) -> bytes:
    """The payload of a message to a topic."""
    return _TOPIC.pack(0, len(topic)) + topic + content


def unpack3(payload: bytes) -> tuple[bytes, bytes]:
    """Topic and content; raises `PeerError` if the topic is cut short."""
    if len(payload) < _TOPIC.size:
        raise PeerError(f"a payload has at least {_TOPIC.size} bytes, found {len(payload)}")
    _, length = _TOPIC.unpack_from(payload)
    end = _TOPIC.size + length
    if end > len(payload):
        raise PeerError(f"a topic of {length} bytes in a payload of {len(payload)}")
    return payload[_TOPIC.size : end], payload[end:]


def encode_push(seq: bytes, topic: bytes, content: bytes, *, multicast: bool) -> bytes:
    """A message to a topic, whole."""
    kind = Kind3.MULTICAST if multicast else Kind3.UNICAST
    return Frame3(kind, seq, pack3(topic, content)).encode()
