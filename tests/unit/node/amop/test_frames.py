"""Frames of both wires, byte by byte, held against the vectors in their description."""

from __future__ import annotations

import pytest

from node.amop import frame3
from node.amop.errors import LocalError, PeerError
from node.amop.frame import LONGEST, Broken, Frame, FrameReader, Kind, Oversize, pack, unpack
from node.amop.frame3 import Frame3, Kind3, pack3, unpack3
from tests.support import amop_bytes as wire

SEQ = b"0123456789abcdef0123456789abcdef"
MIB = 1 << 20


def read(data: bytes, longest: int = MIB) -> list[Frame | Oversize | Broken]:
    return FrameReader(longest).receive(data)


def test_a_handshake_as_the_go_client_sends_it_has_103_bytes() -> None:
    text = b'{"minimumSupport":1,"maximumSupport":3,"clientType":"Go-SDK"}'

    sent = Frame(Kind.HANDSHAKE, SEQ, text).encode()

    assert len(sent) == 103
    assert sent.hex().startswith("00000067" + "0014" + SEQ.hex() + "00000000")
    assert sent == wire.handshake(SEQ.decode())


def test_a_topic_s_length_counts_itself() -> None:
    assert pack(b"hello", b"hi").hex() == "0668656c6c6f6869"
    assert unpack(bytes.fromhex("0668656c6c6f6869")) == (b"hello", b"hi")
    assert unpack(b"\x01rest") == (b"", b"rest")


def test_an_overhead_is_43_bytes_and_the_topic() -> None:
    topic, content = b"orders", bytes(256)

    assert len(Frame(Kind.UNICAST, SEQ, pack(topic, content)).encode()) == 42 + 1 + len(topic) + len(content)


def test_topics_end_at_254_bytes() -> None:
    assert unpack(pack(b"x" * 254, b"c")) == (b"x" * 254, b"c")
    with pytest.raises(LocalError, match="at most 254 bytes here, found 255"):
        pack(b"x" * 255, b"c")


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00topic", b"\x06hell"])
def test_a_topic_cut_short_is_the_peer_s_error(data: bytes) -> None:
    with pytest.raises(PeerError, match="a topic of"):
        unpack(data)


def test_negative_results_and_unknown_kinds_are_kept() -> None:
    assert read(wire.frame(0x7777, SEQ.decode(), b"x", -7)) == [Frame(0x7777, SEQ, b"x", -7)]


@pytest.mark.parametrize("length", [0, 41, LONGEST + 1, 0xFFFFFFFF])
def test_no_frame_has_such_a_length(length: int) -> None:
    found = read(length.to_bytes(4) + bytes(38))

    assert found == [Broken(f"a frame has 42 to {LONGEST} bytes, found {length}")]


def test_frames_before_broken_bytes_are_given_and_none_after() -> None:
    good = Frame(Kind.RPC, SEQ, b"{}")
    reader = FrameReader(MIB)

    found = reader.receive(good.encode() + bytes(42) + good.encode())

    assert found[0] == good
    assert isinstance(found[1], Broken)
    assert len(found) == 2
    assert reader.receive(good.encode()) == []


@pytest.mark.parametrize("step", [1, 7, 41, 42, 43, 1000])
def test_bytes_may_come_in_any_pieces(step: int) -> None:
    frames = [Frame(Kind.MULTICAST, SEQ, bytes(size)) for size in (0, 1, 500)]
    data = b"".join(each.encode() for each in frames)
    reader = FrameReader(MIB)

    found = [each for at in range(0, len(data), step) for each in reader.receive(data[at : at + step])]

    assert found == frames
    assert reader.waiting == 0


@pytest.mark.parametrize("step", [1, 64, 10_000])
def test_a_frame_that_is_too_long_is_told_at_once_and_skipped_without_keeping_it(step: int) -> None:
    data = Frame(Kind.UNICAST, SEQ, bytes(5000)).encode() + Frame(Kind.RPC, SEQ, b"next").encode()
    reader, most, found = FrameReader(1000), 0, []

    for at in range(0, len(data), step):
        found += reader.receive(data[at : at + step])
        most = max(most, reader.waiting)

    assert found == [Oversize(Kind.UNICAST, SEQ, 5042), Frame(Kind.RPC, SEQ, b"next")]
    assert most <= 100


# 3.x


def test_a_3_x_frame_is_laid_out_as_described() -> None:
    made = Frame3(Kind3.UNICAST, SEQ, pack3(b"hello", b"hi"))

    assert made.encode() == wire.frame3(0x111, SEQ.decode(), wire.amop3("hello", b"hi"))
    assert made.encode().hex() == (
        "0000" + "0111" + "0000" + "0020" + SEQ.hex() + "0000" + "00000000" + "0005" + "68656c6c6f" + "6869"
    )
    assert frame3.decode(made.encode()) == made


def test_a_3_x_status_is_signed() -> None:
    assert frame3.decode(wire.frame3(0x113, "", b"", -4008)).status == -4008


@pytest.mark.parametrize(
    "data", [b"", bytes(9), b"\0\0\1\x11\0\0\0\x20" + bytes(20), b"\0\0\1\x11\0\0\1\0" + bytes(900)]
)
def test_a_3_x_frame_cut_short_is_the_peer_s_error(data: bytes) -> None:
    with pytest.raises(PeerError):
        frame3.decode(data)


@pytest.mark.parametrize("payload", [b"", bytes(5), bytes(4) + b"\0\x06hello"])
def test_a_3_x_topic_cut_short_is_the_peer_s_error(payload: bytes) -> None:
    with pytest.raises(PeerError):
        unpack3(payload)
