"""Single nodes, byte by byte."""

from __future__ import annotations

import pytest

from primitives.hashing import blake2_256
from primitives.scale.errors import DecodeError
from primitives.trie.layout import HashedValue, LayoutError, StateVersion
from primitives.trie.nibbles import pack, unpack
from primitives.trie.node import EMPTY, Node, decode_node, encode_header, encode_node, encode_reference

DIGEST = bytes(range(32))


def branch(**children: bytes) -> tuple[bytes | None, ...]:
    """Children by nibble, written as one hex digit behind an underscore."""
    return tuple(children.get(f"_{nibble:x}") for nibble in range(16))


@pytest.mark.parametrize(
    ("node", "encoding"),
    [
        (EMPTY, "00"),
        (Node(b"", b""), "40 00"),
        (Node(b"\x0a", b"\x07"), "41 0a 04 07"),
        (Node(b"\x0a\x0b", b"\x07"), "42 ab 04 07"),
        (Node(b"\x0a", HashedValue(DIGEST)), "21 0a" + DIGEST.hex()),
        (Node(b"", None, branch(_0=b"\x40\x00", _f=DIGEST)), "80 0180 08 4000 80" + DIGEST.hex()),
        (Node(b"\x01", b"\x07", branch(_9=b"\x40\x00")), "c1 01 0002 04 07 08 4000"),
        (Node(b"\x01", HashedValue(DIGEST), branch(_9=b"\x40\x00")), "11 01 0002" + DIGEST.hex() + "08 4000"),
    ],
)
def test_a_node_of_each_kind(node: Node, encoding: str) -> None:
    assert encode_node(node) == bytes.fromhex(encoding)
    assert decode_node(bytes.fromhex(encoding)) == node


@pytest.mark.parametrize(
    ("kind", "count", "header"),
    [
        (0, 62, "7e"),
        (0, 63, "7f 00"),
        (0, 63 + 254, "7f fe"),
        (0, 63 + 255, "7f ff 00"),
        (1, 63, "bf 00"),
        (2, 64, "ff 01"),
        (3, 30, "3e"),
        (3, 31, "3f 00"),
        (4, 14, "1e"),
        (4, 15, "1f 00"),
    ],
)
def test_long_paths_need_more_header(kind: int, count: int, header: str) -> None:
    assert encode_header(kind, count) == bytes.fromhex(header)


def test_a_parent_writes_32_bytes_by_hash_and_31_in_full() -> None:
    assert encode_reference(b"\x01" * 31) == b"\x7c" + b"\x01" * 31
    assert encode_reference(b"\x01" * 32) == b"\x80" + blake2_256(b"\x01" * 32)


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("", "the header of a node"),
        ("01", "the header of a node"),
        ("0f", "the header of a node"),
        ("7f", "the number of nibbles"),
        ("7f ff", "the number of nibbles"),
        ("41", "1 bytes of a partial path"),
        ("41 1a 00", "a zero nibble before an odd path"),
        ("40", "a compact integer"),
        ("40 04", "1 bytes of a value"),
        ("40 01 00", "the shortest spelling of a compact integer"),
        ("40 00 00", "the end of the node"),
        ("00 00", "the header of a node"),
        ("20 00", "32 bytes of the hash of a value"),
        ("80 00", "2 bytes of a bitmap"),
        ("80 0000", "a branch with a child"),
        ("80 0100 00", "a hash or an encoding below 32 bytes"),
        ("80 0100 84" + "00" * 33, "a hash or an encoding below 32 bytes"),
        ("80 0100 08 40", "2 bytes of a child"),
    ],
)
def test_what_is_no_node_is_refused(encoding: str, expected: str) -> None:
    with pytest.raises(DecodeError) as refusal:
        decode_node(bytes.fromhex(encoding))

    assert refusal.value.expected == expected


def test_layout_v0_has_no_values_by_hash() -> None:
    with pytest.raises(DecodeError, match="a node of layout V0"):
        decode_node(b"\x20" + DIGEST, StateVersion.V0)


def test_a_child_may_be_left_out_where_that_is_asked_for() -> None:
    node = Node(b"", None, branch(_0=b""))

    assert decode_node(b"\x80\x01\x00\x00", omissions=True) == node
    assert encode_node(node) == b"\x80\x01\x00\x00"


def test_a_path_is_packed_from_the_right() -> None:
    assert unpack(b"\xab\x01") == b"\x0a\x0b\x00\x01"
    assert pack(b"\x0a\x0b\x0c") == b"\x0a\xbc"


@pytest.mark.parametrize(("size", "length"), [(31, None), (33, None), (32, 32), (32, 0)])
def test_a_hashed_value_has_32_bytes_of_hash_and_stands_for_33_or_more(size: int, length: int | None) -> None:
    with pytest.raises(LayoutError):
        HashedValue(bytes(size), length)


def test_a_hashed_value_shows_its_hash_cut_short() -> None:
    assert repr(HashedValue(DIGEST, 99)) == "HashedValue(0x00010203.., length=99)"
