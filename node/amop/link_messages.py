"""What nodes tell each other: records in MessagePack, each behind its length in four bytes.

A record is an array: its number, then its fields in order. Numbers are the wire's; fields are only ever added
at the end.
"""

from __future__ import annotations

from struct import Struct
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from node.amop.errors import PeerError
from primitives.record import Record

PREAMBLE: Final = b"AMOP-LINK/1\n"
"""The first bytes of a link, from whoever dialled."""

VERSION: Final = 1

NodeId = Annotated[bytes, Meta(min_length=32, max_length=32)]
"""The hash of the public key in a node's certificate."""

Number = Annotated[int, Meta(ge=0, le=(1 << 63) - 1)]
Ttl = Annotated[int, Meta(ge=0, le=64)]
Topic = Annotated[bytes, Meta(max_length=0xFFFF)]
Seq = Annotated[bytes, Meta(max_length=255)]

START_TTL: Final = 10
"""Hops after which a message is dropped, should the tables ever send it in a circle."""


class Hello(Record, tag=0, array_like=True):
    """Who speaks; the first message in either direction."""

    version: int
    node: NodeId
    epoch: Number
    """A number of its own for each run of a node."""

    name: str
    longest: Number
    """Bytes of the longest message that it takes."""


class Ping(Record, tag=1, array_like=True):
    """A sign of life, with what a neighbour needs to notice that its tables are behind."""

    vector: Number
    """The number of the sender's newest table of distances."""

    digest: bytes
    """Of all versions of all topic lists that the sender knows."""


class Vector(Record, tag=2, array_like=True):
    """How far the sender is from every node that it reaches."""

    number: Number
    distances: tuple[tuple[NodeId, Annotated[int, Meta(ge=0, le=255)]], ...]


class VectorWanted(Record, tag=3, array_like=True):
    """Please send your table again."""


class Version(Record, array_like=True):
    """Which list of topics of a node: the later, the greater."""

    node: NodeId
    epoch: Number
    number: Number


class Summary(Record, tag=4, array_like=True):
    """Which lists of topics the sender has."""

    versions: tuple[Version, ...]


class Wanted(Record, tag=5, array_like=True):
    """Please send the lists of these nodes."""

    nodes: tuple[NodeId, ...]


class Announcement(Record, tag=6, array_like=True):
    """One node's topics, all of them, and what it calls itself."""

    version: Version
    topics: tuple[Topic, ...]
    name: str


class Carry(Record, tag=7, array_like=True):
    """A unicast on its way to the node that was chosen."""

    source: NodeId
    target: NodeId
    ttl: Ttl
    id: Number
    seq: Seq
    topic: Topic
    content: bytes


class Reply(Record, tag=8, array_like=True):
    """Its answer, on the way back."""

    source: NodeId
    target: NodeId
    ttl: Ttl
    id: Number
    result: Annotated[int, Meta(ge=-(1 << 31), lt=1 << 31)]
    content: bytes


class Stuck(Record, tag=9, array_like=True):
    """A unicast could not get to `source`, which would have had to answer."""

    source: NodeId
    target: NodeId
    ttl: Ttl
    id: Number


class Spread(Record, tag=10, array_like=True):
    """A multicast on its way to several nodes, one copy on each link."""

    source: NodeId
    targets: tuple[NodeId, ...]
    ttl: Ttl
    epoch: Number
    number: Number
    seq: Seq
    topic: Topic
    content: bytes


LinkMessage = (
    Hello | Ping | Vector | VectorWanted | Summary | Wanted | Announcement | Carry | Reply | Stuck | Spread
)

_LENGTH: Final = Struct(">I")
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final[msgspec.msgpack.Decoder[LinkMessage]] = msgspec.msgpack.Decoder(LinkMessage)


def encode(message: LinkMessage) -> bytes:
    """The message behind its length."""
    body = _encoder.encode(message)
    return _LENGTH.pack(len(body)) + body


def decode(body: bytes) -> LinkMessage:
    """The message in these bytes, without its length; raises `PeerError`."""
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError as error:
        raise PeerError(f"a link message that cannot be read: {error}") from None


class MessageReader:
    """Cuts a stream of bytes into messages. Keeps at most one message's bytes."""

    def __init__(self, longest: int) -> None:
        """`longest` is in bytes, without the length in front."""
        self._longest = longest
        self._waiting = bytearray()

    def receive(self, data: bytes) -> list[LinkMessage]:
        """The messages that these bytes complete; raises `PeerError`, and can be used no more then."""
        self._waiting += data
        found: list[LinkMessage] = []
        at, size = 0, len(self._waiting)
        with memoryview(self._waiting) as view:
            while size - at >= _LENGTH.size:
                (length,) = _LENGTH.unpack_from(view, at)
                if length > self._longest:
                    raise PeerError(f"a link message has at most {self._longest} bytes, found {length}")
                end = at + _LENGTH.size + length
                if end > size:
                    break
                found.append(decode(bytes(view[at + _LENGTH.size : end])))
                at = end
        del self._waiting[:at]
        return found
