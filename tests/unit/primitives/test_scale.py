"""Codecs: known bytes, what does not fit, and what exactly is said of input that is wrong."""

from __future__ import annotations

import enum
import struct
import time
from typing import Any

import pytest

from primitives.scale.codec import (
    BOOL,
    BYTES,
    MAX_ZERO_SIZED,
    TEXT,
    U8,
    U16,
    U32,
    U64,
    U128,
    Bits,
    Bytes4,
    Bytes8,
    Bytes16,
    Bytes20,
    Bytes32,
    Bytes64,
    Bytes65,
    Compact32,
    Compact64,
    Compact128,
    array,
    choice,
    fixed_bytes,
    option,
    product,
    sequence,
)
from primitives.scale.compact import encode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError, EncodeError, shown


class Colour(enum.Enum):
    Red = 0
    Blue = 7


WIDTHS: list[tuple[Any, int]] = [(U8, 8), (U16, 16), (U32, 32), (U64, 64), (U128, 128)]
COMPACTS: list[tuple[Any, int]] = [(Compact32, 32), (Compact64, 64), (Compact128, 128)]
LONGER_THAN_PYTHON_PRINTS = 10**5000


@pytest.mark.parametrize(
    ("tp", "value", "encoding"),
    [
        (U8, 69, "45"),
        (U16, 42, "2a00"),
        (U32, 16777215, "ffffff00"),
        (U64, 1, "0100000000000000"),
        (U128, 1 << 127, "00" * 15 + "80"),
        (bool, True, "01"),
        (bool, False, "00"),
        (bytes, b"\x01\x02", "080102"),
        (bytes, b"", "00"),
        (str, "Hamlet", "1848616d6c6574"),
        (str, "Война", "28d092d0bed0b9d0bdd0b0"),
        (Bytes4, b"abcd", "61626364"),
        (U32 | None, None, "00"),
        (U32 | None, 1, "0101000000"),
        (bool | None, True, "0101"),
        (tuple[U16, ...], (4, 8, 15, 16, 23, 42), "18040008000f00100017002a00"),
        (tuple[U16, bool, bytes], (1, True, b"\xff"), "01000104ff"),
        (tuple[()], (), ""),
        (tuple[tuple[()], ...], ((), ()), "08"),
        (tuple[bool, ...], (True, False), "080100"),
        (Colour, Colour.Blue, "07"),
        (Bits, (), "00"),
        (Bits, (True, False, True), "0c05"),
        (Bits, (False,) * 8 + (True,), "240001"),
    ],
)
def test_known_bytes(tp: Any, value: object, encoding: str) -> None:
    assert codec(tp).encode(value) == bytes.fromhex(encoding)
    assert codec(tp).decode(bytes.fromhex(encoding)) == value


def test_an_array_has_no_count_in_front() -> None:
    three = array(codec(U16), 3)
    assert three.encode((1, 2, 3)) == bytes.fromhex("010002000300")
    assert three.decode(bytes.fromhex("010002000300")) == (1, 2, 3)
    assert (three.name, three.min_size) == ("[u16; 3]", 6)


@pytest.mark.parametrize(
    ("raw", "bits"),
    [("0c05", (True, False, True)), ("0cfd", (True, False, True)), ("04ff", (True,))],
)
def test_the_bits_behind_the_last_are_not_looked_at(raw: str, bits: tuple[bool, ...]) -> None:
    assert codec(Bits).decode(bytes.fromhex(raw)) == bits


def test_many_bits_take_no_time() -> None:
    bits = (True, False, False) * 100_000
    began = time.perf_counter()
    assert codec(Bits).decode(codec(Bits).encode(bits)) == bits
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(("tp", "bits"), WIDTHS + COMPACTS, ids=str)
def test_the_largest_number_of_each_width_fits_and_no_larger_one(tp: Any, bits: int) -> None:
    top = 2**bits - 1
    assert codec(tp).decode(codec(tp).encode(top)) == top
    for number in (top + 1, -1, -top, 2**300, -(2**300)):
        with pytest.raises(EncodeError, match=rf" is no u{bits}$"):
            codec(tp).encode(number)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("tp", "bits"), WIDTHS + COMPACTS, ids=str)
def test_a_number_that_python_cannot_print_is_refused_like_any(tp: Any, bits: int, sign: int) -> None:
    number = sign * LONGER_THAN_PYTHON_PRINTS
    with pytest.raises(EncodeError) as caught:
        codec(tp).encode(number)
    assert str(caught.value) == f"a number of 16610 bits is no u{bits}"

    with pytest.raises(EncodeError, match=r"0 to 2\^536 - 1, not a number of 16610 bits"):
        encode_compact(number)


def test_a_number_of_moderate_length_is_spelt_out() -> None:
    assert shown(2**256 - 1) == str(2**256 - 1)
    assert shown(2**256) == "a number of 257 bits"
    assert shown(b"\x01") == repr(b"\x01")


@pytest.mark.parametrize("tp", [tuple[U8, ...], tuple[U32, ...], tuple[U64, ...]], ids=str)
@pytest.mark.parametrize("number", [-1, 2**64, LONGER_THAN_PYTHON_PRINTS], ids=["-1", "2^64", "10^5000"])
def test_a_number_out_of_range_inside_a_sequence(tp: Any, number: int) -> None:
    with pytest.raises(EncodeError, match="not every one of 3 numbers is a u"):
        codec(tp).encode((0, number, 1))


@pytest.mark.parametrize(
    ("tp", "length"),
    [(Bytes4, 4), (Bytes8, 8), (Bytes16, 16), (Bytes20, 20), (Bytes32, 32), (Bytes64, 64), (Bytes65, 65)],
    ids=str,
)
def test_fixed_bytes_take_exactly_their_length(tp: Any, length: int) -> None:
    assert codec(tp).decode(b"x" * length) == b"x" * length
    for wrong in (0, length - 1, length + 1):
        with pytest.raises(EncodeError, match=rf"^\[u8; {length}\] takes {length} bytes, not {wrong}$"):
            codec(tp).encode(b"x" * wrong)


def test_a_product_takes_exactly_its_parts() -> None:
    pair = product([codec(U8), codec(U16)])
    for wrong in ((), (1,), (1, 2, 3)):
        with pytest.raises(EncodeError, match=f"^2 values wanted, not {len(wrong)}$"):
            pair.encode(wrong)


@pytest.mark.parametrize(
    ("tp", "raw", "said"),
    [
        (U32, "010203", "value: expected u32, found 3 bytes at byte 0"),
        (U32, "0102030405", "value: expected the end of u32, found 1 more bytes at byte 4"),
        (U128, "00" * 15, "value: expected u128, found 15 bytes at byte 0"),
        (bool, "02", "value: expected 0 or 1, found 02 at byte 0"),
        (bool, "", "value: expected 0 or 1, found end of input at byte 0"),
        (Compact32, "", "value: expected a compact integer, found end of input at byte 0"),
        (
            Compact32,
            "070000000001",
            "value: expected a compact integer of at most 32 bits, found 4294967296 at byte 0",
        ),
        (
            Compact32,
            "0100",
            "value: expected the shortest spelling of a compact integer, found 0 in 2 bytes at byte 0",
        ),
        (bytes, "0c0102", "value: expected 3 bytes, found 2 at byte 1"),
        (str, "08c328", "value: expected UTF-8 text, found c328 at byte 0"),
        (Bytes32, "00" * 31, "value: expected [u8; 32], found 31 bytes at byte 0"),
        (U8 | None, "02", "value: expected 0 or 1 of an option, found 02 at byte 0"),
        (U8 | None, "", "value: expected 0 or 1 of an option, found end of input at byte 0"),
        (tuple[U16, ...], "080100", "value: expected 2 of u16, found 2 bytes at byte 1"),
        (tuple[bytes, ...], "0c0000", "value: expected 3 of Vec<u8>, found 2 bytes at byte 1"),
        (tuple[bytes, ...], "08040108", "[1]: expected 2 bytes, found 0 at byte 4"),
        (tuple[U8, bytes], "010801", "1: expected 2 bytes, found 1 at byte 2"),
        (tuple[tuple[U8, bool], ...], "0801010102", "[1].1: expected 0 or 1, found 02 at byte 4"),
        (Colour, "01", "value: expected a case of Colour, found 01 at byte 0"),
        (Colour, "", "value: expected a case of Colour, found end of input at byte 0"),
        (Bits, "24ff", "value: expected 9 bits, found 1 bytes at byte 1"),
        (tuple[tuple[()], ...], "06000400", "value: expected 65537 of (), found 0 bytes at byte 4"),
    ],
)
def test_what_is_said_of_wrong_input(tp: Any, raw: str, said: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec(tp).decode(bytes.fromhex(raw))
    assert str(caught.value) == said


def test_elements_that_take_no_bytes_are_bounded_by_number() -> None:
    nothings = sequence(codec(tuple[()]))
    assert len(nothings.decode(encode_compact(MAX_ZERO_SIZED))) == MAX_ZERO_SIZED


def test_a_decoder_starts_and_stops_where_told() -> None:
    assert BYTES.decode_at(b"\xff\xff\x08abc", 2) == (b"ab", 5)
    assert TEXT.decode_at(b"\xff\x08abc", 1) == ("ab", 4)
    assert BOOL.decode_at(b"\xff\x01\xff", 1) == (True, 2)
    assert option(BYTES).decode_at(b"\xff\x01\x04a\xff", 1) == (b"a", 4)
    assert choice(Colour).decode_at(b"\xff\x07\xff", 1) == (Colour.Blue, 2)
    assert fixed_bytes(2).decode_at(b"xabx", 1) == (b"ab", 3)


@pytest.mark.parametrize(
    ("tp", "least"),
    [(U8, 1), (U128, 16), (Compact128, 1), (Bytes65, 65), (bytes, 1), (U64 | None, 1), (tuple[U64, U8], 9)],
    ids=str,
)
def test_the_least_size_of_a_type_is_that_of_its_smallest_value(tp: Any, least: int) -> None:
    assert codec(tp).min_size == least


@pytest.mark.parametrize(("tp", "bits"), WIDTHS, ids=str)
def test_fused_numbers_have_the_size_of_their_letters(tp: Any, bits: int) -> None:
    fused = codec(tp).fused
    assert fused is not None
    assert fused.size == struct.calcsize("<" + fused.letters) == bits // 8


def test_codecs_tell_their_names() -> None:
    names = [repr(codec(tp)) for tp in (U8, Compact64, bytes)]
    assert names == ["<codec of u8>", "<codec of Compact<u64>>", "<codec of Vec<u8>>"]
    assert repr(codec(tuple[tuple[bool, ...], U16])) == "<codec of (Vec<bool>, u16)>"
