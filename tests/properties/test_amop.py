"""Laws of the messenger's wires: what is written is read again, however it comes; noise harms nothing."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.amop import frame3
from node.amop.channel import ChannelSession
from node.amop.doorway import Doorway
from node.amop.errors import PeerError
from node.amop.frame import HEADER_SIZE, Broken, Frame, FrameReader, Kind, Oversize, pack, unpack
from node.amop.frame3 import Frame3, pack3, unpack3
from node.amop.hub import Hub
from node.amop.keccak import keccak256
from node.amop.limits import DEFAULT
from node.amop.link_messages import (
    PREAMBLE,
    Announcement,
    Carry,
    Hello,
    LinkMessage,
    MessageReader,
    Ping,
    Reply,
    Spread,
    Stuck,
    Summary,
    Vector,
    VectorWanted,
    Version,
    Wanted,
    encode,
)
from node.amop.private import PrivateKey, is_signed_by
from node.amop.routes import Routes

SEQUENCES = st.binary(min_size=32, max_size=32)
FRAMES = st.builds(
    Frame, st.integers(0, 0xFFFF), SEQUENCES, st.binary(max_size=300), st.integers(-(1 << 31), (1 << 31) - 1)
)
TOPICS = st.binary(max_size=254)
NODES = st.binary(min_size=32, max_size=32)
NUMBERS = st.integers(0, (1 << 63) - 1)
TTLS = st.integers(0, 64)
SEQS = st.binary(max_size=255)
VERSIONS = st.builds(Version, NODES, NUMBERS, NUMBERS)
DISTANCES = st.lists(st.tuples(NODES, st.integers(0, 255)), max_size=5).map(tuple)

MESSAGES: st.SearchStrategy[Any] = st.one_of(
    st.builds(Hello, st.integers(0, 9), NODES, NUMBERS, st.text(max_size=20), NUMBERS),
    st.builds(Ping, NUMBERS, st.binary(max_size=16)),
    st.builds(Vector, NUMBERS, DISTANCES),
    st.builds(VectorWanted),
    st.builds(Summary, st.lists(VERSIONS, max_size=4).map(tuple)),
    st.builds(Wanted, st.lists(NODES, max_size=4).map(tuple)),
    st.builds(Announcement, VERSIONS, st.lists(TOPICS, max_size=4).map(tuple), st.text(max_size=20)),
    st.builds(Carry, NODES, NODES, TTLS, NUMBERS, SEQS, TOPICS, st.binary(max_size=99)),
    st.builds(Reply, NODES, NODES, TTLS, NUMBERS, st.integers(-(1 << 31), (1 << 31) - 1), st.binary()),
    st.builds(Stuck, NODES, NODES, TTLS, NUMBERS),
    st.builds(
        Spread,
        NODES,
        st.lists(NODES, max_size=4).map(tuple),
        TTLS,
        NUMBERS,
        NUMBERS,
        SEQS,
        TOPICS,
        st.binary(),
    ),
)


def cut(data: bytes, places: list[int]) -> list[bytes]:
    """The bytes in pieces that end at these places."""
    ends = sorted({place % (len(data) + 1) for place in places} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def hub() -> Hub:
    return Hub(b"\x01" * 32, random=Random(1), now=0.0, epoch=1)


@given(st.lists(FRAMES, max_size=6), st.lists(st.integers(0, 5000), max_size=8))
def test_frames_are_read_as_they_were_written_however_they_are_cut(
    frames: list[Frame], places: list[int]
) -> None:
    reader = FrameReader(1 << 20)
    data = b"".join(each.encode() for each in frames)

    assert [found for piece in cut(data, places) for found in reader.receive(piece)] == frames
    assert reader.waiting == 0


@given(
    st.lists(FRAMES, max_size=6), st.integers(HEADER_SIZE, 200), st.lists(st.integers(0, 5000), max_size=8)
)
def test_frames_over_the_limit_are_skipped_and_the_others_read(
    frames: list[Frame], longest: int, places: list[int]
) -> None:
    reader = FrameReader(longest)
    data = b"".join(each.encode() for each in frames)

    found = []
    for piece in cut(data, places):
        found += reader.receive(piece)
        assert reader.waiting <= longest

    sizes = [HEADER_SIZE + len(each.data) for each in frames]
    assert found == [
        each if size <= longest else Oversize(each.kind, each.seq, size)
        for each, size in zip(frames, sizes, strict=True)
    ]


@given(st.binary(max_size=500), st.lists(st.integers(0, 500), max_size=6))
def test_noise_is_read_the_same_however_it_is_cut(noise: bytes, places: list[int]) -> None:
    whole, parts = FrameReader(200), FrameReader(200)

    found = [each for piece in cut(noise, places) for each in parts.receive(piece)]

    assert found == whole.receive(noise)
    assert all(not isinstance(each, Broken) for each in found[:-1])


@given(TOPICS, st.binary())
def test_topic_and_content_come_apart_as_they_were_put_together(topic: bytes, content: bytes) -> None:
    assert unpack(pack(topic, content)) == (topic, content)
    assert unpack3(pack3(topic, content)) == (topic, content)


@given(st.binary(max_size=300))
def test_data_that_can_be_taken_apart_is_made_again(data: bytes) -> None:
    try:
        topic, content = unpack(data)
    except PeerError:
        return
    assert pack(topic, content) == data


@given(st.integers(0, 0xFFFF), st.binary(max_size=255), st.binary(), st.integers(-(1 << 15), (1 << 15) - 1))
def test_a_frame_of_3_x_is_read_as_it_was_written(kind: int, seq: bytes, payload: bytes, status: int) -> None:
    frame = Frame3(kind, seq, payload, status, 1)

    assert frame3.decode(frame.encode()) == frame


@given(st.binary(max_size=400))
def test_a_frame_of_3_x_that_can_be_read_is_written_the_same(data: bytes) -> None:
    try:
        frame = frame3.decode(data)
    except PeerError:
        return
    assert frame.encode() == data


@given(st.lists(MESSAGES, max_size=5), st.lists(st.integers(0, 5000), max_size=8))
def test_link_messages_are_read_as_they_were_written_however_they_are_cut(
    messages: list[LinkMessage], places: list[int]
) -> None:
    reader = MessageReader(1 << 20)
    data = b"".join(map(encode, messages))

    assert [found for piece in cut(data, places) for found in reader.receive(piece)] == messages


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_a_session_survives_any_bytes_or_says_why_not(pieces: list[bytes]) -> None:
    session = ChannelSession(DEFAULT, [], 0.0)

    for piece in pieces:
        session.receive(piece, 0.0)

    assert session.closing is None or "found" in session.closing


@given(st.sampled_from([*Kind, 0x77]), st.binary(max_size=300))
def test_a_node_survives_any_data_of_any_kind(kind: int, data: bytes) -> None:
    node = hub()
    session = node.open_channel(0.0)

    node.feed(session, Frame(kind, b"0" * 32, data).encode(), 0.0)
    node.flush()
    node.tick(1.0)


@given(
    st.sampled_from([PREAMBLE, b"GET / HTTP/1.1\r\n", b"", b"\x00"]),
    st.lists(st.binary(max_size=200), max_size=4),
)
def test_a_doorway_survives_any_first_bytes(begin: bytes, pieces: list[bytes]) -> None:
    node = hub()
    door = Doorway(node, lambda _: None)

    for piece in (begin, *pieces):
        door.receive(piece, 0.0)
        node.flush()


@given(st.lists(MESSAGES, max_size=6))
def test_a_node_survives_whatever_a_neighbour_says(messages: list[LinkMessage]) -> None:
    node = hub()
    link = node.open_link(0.0, dialled=False)
    node.feed(link, encode(Hello(1, b"\x02" * 32, 1, "", 1 << 20)), 0.0)

    for each in messages:
        node.feed(link, encode(each), 0.0)
        node.flush()
    node.tick(60.0)
    node.drop(link, 60.0)

    assert node.neighbours.routes.table == {}


SAID = st.lists(
    st.tuples(st.sampled_from("BCD"), st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 12)))
)


@given(SAID)
def test_routes_are_the_shortest_of_what_neighbours_said_last(said: list[tuple[str, dict[str, int]]]) -> None:
    routes, last = Routes(b"A"), dict[str, dict[str, int]]()
    for neighbour, distances in said:
        routes.join(neighbour.encode())
        routes.hear(neighbour.encode(), [(node.encode(), distance) for node, distance in distances.items()])
        last[neighbour] = distances

    expected = {}
    for node in "BCDEF":
        ways = [(told[node] + 1, via) for via, told in last.items() if node in told]
        distance, via = min([(1, node)] if node in last else ways, default=(10, ""))
        if distance < 10:
            expected[node.encode()] = (distance, via.encode())

    assert dict(routes.table) == expected


@pytest.mark.slow
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40))
def test_what_a_key_signs_is_signed_by_it(secret: bytes, value: bytes) -> None:
    try:
        key = PrivateKey(secret)
    except ValueError:
        return
    assert is_signed_by(key.public, value, key.sign(value))
    assert not is_signed_by(key.public, value + b"x", key.sign(value))


@given(st.binary(max_size=300))
def test_keccak_is_that_of_an_independent_library(data: bytes) -> None:
    from Crypto.Hash import keccak  # noqa: PLC0415 - comes with the stock client

    assert keccak256(data) == keccak.new(digest_bits=256, data=data).digest()


def test_records_of_the_link_reject_what_their_types_do_not_allow() -> None:
    body = msgspec.msgpack.encode([7, b"short", b"\x02" * 32, 10, 1, b"", b"t", b"c"])

    with pytest.raises(PeerError, match="cannot be read"):
        MessageReader(1000).receive(len(body).to_bytes(4) + body)
