"""The messenger's parsers under a fuzzer that sees which lines its inputs reach: `python -m tests.soak.fuzz`.

It takes atheris (the extra of that name) and runs until it finds something or is stopped; arguments are
libFuzzer's, such as `-max_total_time=60` and a folder to keep inputs in. The first byte of an input says what
the rest is for.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.util import find_spec
from random import Random
from typing import Any

from node.amop import frame3
from node.amop.doorway import Doorway
from node.amop.errors import PeerError
from node.amop.frame import Broken, FrameReader
from node.amop.hub import Hub
from node.amop.limits import DEFAULT
from node.amop.link_messages import Hello, MessageReader, encode
from primitives.record import replace

LIMITS = replace(DEFAULT, frame=1 << 12)


def hub() -> Hub:
    """A node alone."""
    return Hub(b"\x01" * 32, random=Random(1), now=0.0, epoch=1, limits=LIMITS)


def frames(data: bytes) -> None:
    """Read at once and byte by byte: the same."""
    parts = FrameReader(1 << 12)
    found = [each for place in range(len(data)) for each in parts.receive(data[place : place + 1])]
    assert found == FrameReader(1 << 12).receive(data)
    assert not any(isinstance(each, Broken) for each in found[:-1])


def frames_of_3(data: bytes) -> None:
    """What can be read is written the same."""
    with suppress(PeerError):
        read = frame3.decode(data)
        assert read.encode() == data
        frame3.unpack3(read.payload)


def link_messages(data: bytes) -> None:
    """Read, or the peer's fault."""
    with suppress(PeerError):
        MessageReader(1 << 12).receive(data)


def connection(data: bytes) -> None:
    """Anything at all to a port."""
    node = hub()
    door = Doorway(node, lambda _: None)
    for piece in (data[:7], data[7:40], data[40:]):
        door.receive(piece, 0.0)
        node.flush()
    node.tick(100.0)


def client(data: bytes) -> None:
    """Anything after a subscription, cut into frames of many kinds."""
    node = hub()
    session = node.open_channel(0.0)
    topics = b'["a","#!$PushChannel_#!$TopicNeedVerify_b"]'
    for kind, body in ((0x32, topics), *((data[at] if at < len(data) else 0, data[at:]) for at in range(4))):
        head = (42 + len(body)).to_bytes(4) + kind.to_bytes(2) + b"0" * 32 + bytes(4)
        node.feed(session, head + body, 0.0)
        node.flush()
    node.tick(100.0)
    node.drop(session, 100.0)


def neighbour(data: bytes) -> None:
    """Anything after a hello."""
    node = hub()
    link = node.open_link(0.0, dialled=False)
    node.feed(link, encode(Hello(1, b"\x02" * 32, 1, "", 1 << 20)) + data, 0.0)
    node.flush()
    node.tick(100.0)
    node.drop(link, 100.0)


TARGETS = (frames, frames_of_3, link_messages, connection, client, neighbour)


def one_input(data: bytes) -> None:
    """Give an input to the target that its first byte names."""
    if data:
        TARGETS[data[0] % len(TARGETS)](data[1:])


def main() -> int:
    """Fuzz."""
    if find_spec("atheris") is None:
        print("this needs atheris: install crosslane with the extra `atheris`")
        return 2
    import atheris  # noqa: PLC0415 - an extra

    tools: Any = atheris
    tools.instrument_all()
    tools.Setup(sys.argv, one_input)
    tools.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
