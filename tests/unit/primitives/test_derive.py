"""From annotations to codecs: what each annotation means, how faults name their place, dialects."""

from __future__ import annotations

import enum
from typing import Annotated, Any, ClassVar, NewType

import pytest

from primitives.ids import BlockNumber, ParaId
from primitives.record import Record
from primitives.scale.codec import (
    U8,
    U16,
    U32,
    U64,
    U128,
    Bits,
    Bytes4,
    Bytes32,
    Codec,
    Compact32,
    fixed_bytes,
)
from primitives.scale.derive import PLAIN, Wire, codec, field_types
from primitives.scale.errors import DecodeError, EncodeError


class Mode(enum.Enum):
    Idle = 0
    Busy = 3


class Small(Record):
    one: U8
    two: U16


class Empty(Record):
    pass


class Mixed(Record):
    """Two fused runs with a field of variable length before each."""

    name: bytes
    count: U32
    busy: bool
    mode: Mode
    title: str
    place: Bytes4
    amount: U128
    note: U8 | None


class Ping(Record, tag=0):
    pass


class Pong(Record, tag=5):
    UNNAMED: ClassVar[bool] = True

    number: U32


class Carry(Record, tag=6):
    load: tuple[Small, ...]
    deep: Mixed | None


Message = Ping | Pong | Carry


class Tree(Record):
    value: U8
    children: tuple[Tree, ...]


class Leaf(Record, tag=0):
    value: U8


class Node(Record, tag=1):
    left: Leaf | Node
    right: Leaf | Node


Named = NewType("Named", U16)
Limited = Annotated[tuple[U8, ...], "a note that is no codec"]


MIXED = Mixed(b"ab", 7, True, Mode.Busy, "x", b"abcd", 1 << 64, 9)
MIXED_BYTES = bytes.fromhex("086162070000000103047861626364" + "00" * 8 + "01" + "00" * 7 + "0109")


@pytest.mark.parametrize(
    ("tp", "value", "encoding"),
    [
        (Named, 258, "0201"),
        (ParaId, ParaId(2000), "d0070000"),
        (Limited, (1, 2), "080102"),
        (Small, Small(1, 2), "010200"),
        (Empty, Empty(), ""),
        (tuple[Empty, ...], (Empty(), Empty()), "08"),
        (Mixed, MIXED, MIXED_BYTES.hex()),
        (Message, Ping(), "00"),
        (Message, Pong(1), "0501000000"),
        (Message, Carry((Small(1, 2),), None), "060401020000"),
        (Message | None, Pong(1), "010501000000"),
        (None | Ping, None, "00"),
        (tuple[Message, ...], (Ping(), Pong(2)), "08000502000000"),
        (Tree, Tree(1, (Tree(2, ()), Tree(3, ()))), "010802000300"),
        (Leaf | Node, Node(Leaf(1), Node(Leaf(2), Leaf(3))), "0100010100020003"),
    ],
    ids=str,
)
def test_known_layouts(tp: Any, value: object, encoding: str) -> None:
    assert codec(tp).encode(value) == bytes.fromhex(encoding)
    assert codec(tp).decode(bytes.fromhex(encoding)) == value


def test_a_codec_is_made_once() -> None:
    assert codec(Small) is codec(Small)
    assert PLAIN.codec(Message) is codec(Ping | Pong | Carry)
    assert Wire("another").codec(Small) is not codec(Small)


def test_fields_are_told_in_wire_order() -> None:
    assert list(field_types(Mixed)) == ["name", "count", "busy", "mode", "title", "place", "amount", "note"]
    assert field_types(Small) == {"one": U8, "two": U16}


@pytest.mark.parametrize("tp", [int, float, dict[str, U8], list[U8], Any, Ping | Small, Ping | Leaf], ids=str)
def test_what_has_no_layout_is_refused_every_time(tp: Any) -> None:
    for _ in range(2):
        with pytest.raises(TypeError, match=r"has no SCALE layout|not every arm has a tag of its own"):
            Wire("fresh").codec(tp)


def test_a_record_with_a_field_that_has_no_layout_is_refused_every_time() -> None:
    class Wrong(Record):
        inner: Empty
        table: dict[str, int]

    for _ in range(2):
        with pytest.raises((TypeError, NameError)):
            codec(Wrong)


# ------------------------------------------------------------------------------------- faults by their place


@pytest.mark.parametrize(
    ("cut", "said"),
    [
        (0, "name: expected a compact integer, found end of input at byte 0"),
        (2, "name: expected 2 bytes, found 1 at byte 1"),
        (3, "count: expected u32, found 0 bytes at byte 3"),
        (6, "count: expected u32, found 3 bytes at byte 3"),
        (7, "busy: expected bool, found 0 bytes at byte 7"),
        (8, "mode: expected Mode, found 0 bytes at byte 8"),
        (10, "title: expected 1 bytes, found 0 at byte 10"),
        (11, "place: expected [u8; 4], found 0 bytes at byte 11"),
        (14, "place: expected [u8; 4], found 3 bytes at byte 11"),
        (15, "amount: expected u128, found 0 bytes at byte 15"),
        (30, "amount: expected u128, found 15 bytes at byte 15"),
        (31, "note: expected 0 or 1 of an option, found end of input at byte 31"),
        (32, "note: expected u8, found 0 bytes at byte 32"),
    ],
)
def test_input_that_ends_early_names_the_field_that_is_missing(cut: int, said: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec(Mixed).decode(MIXED_BYTES[:cut])
    assert str(caught.value) == said

    with pytest.raises(DecodeError) as inside:
        codec(Message).decode(b"\x06\x00\x01" + MIXED_BYTES[:cut])
    assert inside.value.path == (".Carry", ".deep", *caught.value.path)
    assert inside.value.at == caught.value.at + 3


@pytest.mark.parametrize(
    ("at", "byte", "said"),
    [
        (7, 2, "busy: expected 0 or 1, found 2 at byte 7"),
        (8, 1, "mode: expected a case of Mode, found 1 at byte 8"),
        (10, 0xFF, "title: expected UTF-8 text, found ff at byte 9"),
        (31, 9, "note: expected 0 or 1 of an option, found 09 at byte 31"),
    ],
)
def test_a_wrong_byte_is_told_with_its_field_and_offset(at: int, byte: int, said: str) -> None:
    wrong = MIXED_BYTES[:at] + bytes((byte,)) + MIXED_BYTES[at + 1 :]
    with pytest.raises(DecodeError) as caught:
        codec(Mixed).decode(wrong)
    assert str(caught.value) == said

    with pytest.raises(DecodeError) as inside:
        codec(tuple[Mixed, ...]).decode(b"\x08" + MIXED_BYTES + wrong)
    assert inside.value.path == ("[1]", *caught.value.path)
    assert inside.value.at == caught.value.at + 1 + len(MIXED_BYTES)


@pytest.mark.parametrize(
    ("tp", "raw", "said"),
    [
        (Message, "01", "value: expected a variant of test_derive, found 01 at byte 0"),
        (Message, "", "value: expected a variant of test_derive, found end of input at byte 0"),
        (Message, "05010000", "Pong.number: expected u32, found 3 bytes at byte 1"),
        (tuple[Message, ...], "080005", "[1].Pong.number: expected u32, found 0 bytes at byte 3"),
        (Message, "06080102000303", "Carry.load: expected 2 of Small, found 5 bytes at byte 2"),
        (Message, "06040102000104", "Carry.deep.name: expected 1 bytes, found 0 at byte 7"),
        (
            Tree,
            "0104020403",
            "children[0].children[0].children: expected a compact integer, found end of input",
        ),
    ],
    ids=str,
)
def test_faults_inside_sums_and_sequences(tp: Any, raw: str, said: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec(tp).decode(bytes.fromhex(raw))
    assert str(caught.value).startswith(said)


def test_what_does_not_fit_a_record_is_refused() -> None:
    with pytest.raises(EncodeError, match=r"^Small: "):
        codec(Small).encode(Small(256, 0))
    with pytest.raises(EncodeError, match=r"^Small: "):
        codec(Small).encode(Small(0, -1))
    for amount in (-1, 1 << 128, -(1 << 200), 10**5000):
        with pytest.raises(EncodeError, match=r"^Mixed: "):
            codec(Mixed).encode(Mixed(b"", 0, False, Mode.Idle, "", b"abcd", amount, None))
    with pytest.raises(EncodeError, match=r"^Mixed\.place: 4 bytes wanted$"):
        codec(Mixed).encode(Mixed(b"", 0, False, Mode.Idle, "", b"abc", 0, None))
    with pytest.raises(EncodeError, match="is no u8"):
        codec(Mixed).encode(Mixed(b"", 0, False, Mode.Idle, "", b"abcd", 0, 300))


def test_what_is_no_arm_is_refused() -> None:
    with pytest.raises(EncodeError, match=r"^Leaf is no arm of test_derive in plain$"):
        codec(Message).encode(Leaf(1))  # type: ignore[arg-type]


# --------------------------------------------------------------------------------------------------- dialects


def test_a_wire_replaces_types_wherever_they_stand() -> None:
    short: Codec[Any] = Codec("short", lambda value: bytes((value,)), lambda data, at: (data[at], at + 1), 1)
    wire = Wire("short blocks", replace={BlockNumber: short})
    assert wire.codec(tuple[BlockNumber, ...]).encode((BlockNumber(1), BlockNumber(2))) == b"\x08\x01\x02"
    assert wire.codec(ParaId).encode(ParaId(1)) == b"\x01\x00\x00\x00"


def test_an_absent_arm_is_neither_written_nor_read() -> None:
    wire = Wire("older", absent=frozenset({Pong}))
    assert wire.codec(Message).decode(b"\x00") == Ping()
    with pytest.raises(DecodeError, match="expected a variant of"):
        wire.codec(Message).decode(bytes.fromhex("0501000000"))
    with pytest.raises(EncodeError, match="Pong is no arm of test_derive in older"):
        wire.codec(Message).encode(Pong(1))


def test_a_wire_starts_from_another() -> None:
    one: Codec[Any] = Codec("one", lambda value: b"\x01", lambda data, at: (1, at + 1), 1)
    base = Wire("base", replace={ParaId: one}, absent=frozenset({Ping}))
    wire = Wire("later", base=base, absent=frozenset({Carry}))
    assert wire.codec(ParaId).encode(ParaId(7)) == b"\x01"
    assert wire.absent == {Ping, Carry}
    assert wire.codec(Message).decode(bytes.fromhex("0501000000")) == Pong(1)


def tree(levels: int) -> Tree:
    made = Tree(0, ())
    for _ in range(levels - 1):
        made = Tree(0, (made,))
    return made


@pytest.mark.parametrize("limit", [1, 2, 64])
def test_a_type_contains_itself_as_deep_as_its_wire_allows_the_outermost_counted(limit: int) -> None:
    shallow = Wire("shallow", max_depth=limit).codec(Tree)
    assert shallow.decode(shallow.encode(tree(limit))) == tree(limit)
    with pytest.raises(DecodeError, match=f"at most {limit} levels of Tree") as caught:
        shallow.decode(shallow.encode(tree(limit + 1)))
    assert caught.value.path == (".children", "[0]") * limit
    assert shallow.decode(shallow.encode(tree(limit))) == tree(limit)  # the fault is forgotten


def test_siblings_are_no_deeper_than_one() -> None:
    wide = Tree(0, tuple(tree(1) for _ in range(100)))
    shallow = Wire("shallow", max_depth=2).codec(tuple[Tree, ...])
    assert shallow.decode(shallow.encode((wide, wide))) == (wide, wide)


def test_sums_count_their_levels_too() -> None:
    deep: Leaf | Node = Leaf(0)
    for _ in range(64):
        deep = Node(Leaf(1), deep)
    with pytest.raises(DecodeError, match="at most 64 levels of test_derive"):
        codec(Leaf | Node).decode(codec(Leaf | Node).encode(deep))


@pytest.mark.parametrize(
    ("tp", "least"),
    [
        (Small, 3),
        (Mixed, 1 + 6 + 1 + 20 + 1),
        (Message, 1),
        (Tree, 2),
        (Bits, 1),
        (Empty, 0),
        (Message | None, 1),
    ],
    ids=str,
)
def test_the_least_size_is_the_sum_of_the_parts(tp: Any, least: int) -> None:
    assert codec(tp).min_size == least


def test_a_codec_in_an_annotation_goes_before_what_it_annotates() -> None:
    three = Annotated[bytes, "a note", fixed_bytes(3)]

    assert codec(three).encode(b"abc") == b"abc"
    assert codec(Annotated[Compact32, "outer"]).encode(1) == b"\x04"
    assert codec(Annotated[U64, "outer"]).encode(1) == bytes((1,)) + bytes(7)
    assert codec(Bytes32 | None).encode(None) == b"\x00"
