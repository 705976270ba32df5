"""Frames of the 2.x channel, between a client and its node. All integers are big-endian.

| offset | size | field |
|---|---|---|
| 0 | 4 | length of the whole frame, these bytes included |
| 4 | 2 | kind |
| 6 | 32 | sequence: letters that pair an answer with its request |
| 38 | 4 | result, signed; 0 in requests |
| 42 | | data |

The data of AMOP's own kinds begin with the topic: one byte that says its length plus one, then its letters.
"""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final

from node.amop.errors import LocalError, PeerError
from node.amop.messenger import LONGEST_TOPIC
from primitives.record import Record

HEADER: Final = Struct(">IH32si")
HEADER_SIZE: Final = HEADER.size

LONGEST: Final = 100 * 1024 * 1024
"""Bytes of the longest frame that the wire has at all."""

NO_SEQUENCE: Final = b"0" * 32
"""What a node puts where nobody will answer."""


class Kind(IntEnum):
    """What a frame is for."""

    RPC = 0x12
    HEARTBEAT = 0x13
    HANDSHAKE = 0x14
    REGISTER_EVENTS = 0x15
    UNREGISTER_EVENTS = 0x16
    UNICAST = 0x30
    ANSWER = 0x31
    TOPICS = 0x32
    MULTICAST = 0x35
    ASK_VERIFICATION = 0x37
    VERIFIED = 0x38
    TRANSACTION = 0x1000
    BLOCK = 0x1001
    EVENT = 0x1002


class Frame(Record):
    """One frame; `kind` may be one that nobody knows."""

    kind: int
    seq: bytes
    data: bytes = b""
    result: int = 0

    def encode(self) -> bytes:
        """The frame as it is sent."""
        header = HEADER.pack(HEADER_SIZE + len(self.data), self.kind, self.seq, self.result)
        return header + self.data


class Oversize(Record):
    """A frame that is longer than we take; its data will be skipped."""

    kind: int
    seq: bytes
    length: int


class Broken(Record):
    """Bytes that no frame begins with; nothing that follows can be read."""

    reason: str


class FrameReader:
    """Cuts a stream of bytes into frames, however the bytes arrive. Keeps at most one frame's bytes."""

    def __init__(self, longest: int) -> None:
        """`longest` is in bytes, header included."""
        self._longest = longest
        self._waiting = bytearray()
        self._skip = 0
        self._broken = False

    @property
    def waiting(self) -> int:
        """Bytes kept of a frame that is not complete."""
        return len(self._waiting)

    def receive(self, data: bytes) -> list[Frame | Oversize | Broken]:
        """What these bytes complete; nothing follows `Broken`."""
        found: list[Frame | Oversize | Broken] = []
        if self._broken:
            return found
        if not self._waiting:
            used = self._cut(data, found)
            self._waiting += data[used:]
        else:
            self._waiting += data
            used = self._cut(self._waiting, found)
            del self._waiting[:used]
        return found

    def _cut(self, buffer: bytes | bytearray, found: list[Frame | Oversize | Broken]) -> int:
        """Add the frames that are complete; gives the bytes used."""
        size = len(buffer)
        at = min(self._skip, size)
        self._skip -= at
        with memoryview(buffer) as view:
            while size - at >= HEADER_SIZE:
                length, kind, seq, result = HEADER.unpack_from(view, at)
                if not HEADER_SIZE <= length <= LONGEST:
                    self._broken = True
                    found.append(Broken(f"a frame has {HEADER_SIZE} to {LONGEST} bytes, found {length}"))
                    return size
                end = at + length
                if length > self._longest:
                    found.append(Oversize(kind, seq, length))
                    self._skip = max(end - size, 0)
                elif end <= size:
                    found.append(Frame(kind, seq, bytes(view[at + HEADER_SIZE : end]), result))
                else:
                    break
                at = min(end, size)
        return at


def pack(topic: bytes, content: bytes) -> bytes:
    """A topic and what is sent to it, as AMOP's data; raises `LocalError` for a topic that is too long."""
    if len(topic) > LONGEST_TOPIC:
        raise LocalError(f"a topic has at most {LONGEST_TOPIC} bytes here, found {len(topic)}")
    return bytes((len(topic) + 1,)) + topic + content


def unpack(data: bytes) -> tuple[bytes, bytes]:
    """Topic and content; raises `PeerError` if the topic is cut short."""
    if not data or not 1 <= data[0] <= len(data):
        raise PeerError(f"a topic of {data[0] - 1 if data else 0} bytes in data of {len(data)}")
    return data[1 : data[0]], data[data[0] :]
