"""Compact integers: the edges of each mode, one spelling per number, and another codec's opinion."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.errors import DecodeError, EncodeError

EDGES = [
    (0, "00"),
    (1, "04"),
    (42, "a8"),
    (2**6 - 1, "fc"),
    (2**6, "0101"),
    (69, "1501"),
    (2**14 - 1, "fdff"),
    (2**14, "02000100"),
    (65_535, "feff0300"),
    (2**30 - 1, "feffffff"),
    (2**30, "0300000040"),
    (2**32 - 1, "03ffffffff"),
    (2**32, "070000000001"),
    (100_000_000_000_000, "0b00407a10f35a"),
    (2**56 - 1, "0fffffffffffffff"),
    (2**64 - 1, "13ffffffffffffffff"),
    (2**64, "17000000000000000001"),
    (2**128 - 1, "33" + "ff" * 16),
    (2**536 - 1, "ff" + "ff" * 67),
]

NUMBERS = st.integers(0, 536).flatmap(lambda bits: st.integers(0, 2**bits - 1))


@pytest.mark.parametrize(("number", "encoding"), EDGES)
def test_the_edges_of_each_mode(number: int, encoding: str) -> None:
    raw = bytes.fromhex(encoding)
    assert encode_compact(number) == raw
    assert decode_compact(raw, 0) == (number, len(raw))


@pytest.mark.parametrize("number", [-1, 2**536, -(2**600)])
def test_a_number_out_of_range_has_no_spelling(number: int) -> None:
    with pytest.raises(EncodeError, match=r"0 to 2\^536 - 1"):
        encode_compact(number)


@pytest.mark.parametrize(
    "encoding",
    [
        "0100",  # 0 in two bytes
        "fd00",  # 2^6 - 1 in two bytes
        "02000000",  # 0 in four bytes
        "feff0000",  # 2^14 - 1 in four bytes
        "0300000000",  # 0 in five bytes
        "03ffffff3f",  # 2^30 - 1 in five bytes
        "07ffffffff00",  # 2^32 - 1 with a zero on top
        "ff" + "ff" * 66 + "00",
    ],
)
def test_a_longer_spelling_than_needed_is_refused(encoding: str) -> None:
    with pytest.raises(DecodeError) as caught:
        decode_compact(bytes.fromhex(encoding), 0)
    assert caught.value.expected == "the shortest spelling of a compact integer"
    assert caught.value.at == 0


@pytest.mark.parametrize(("number", "encoding"), EDGES)
def test_input_that_ends_early_is_refused(number: int, encoding: str) -> None:
    raw = b"\xaa\xaa" + bytes.fromhex(encoding)
    for end in range(2, len(raw)):
        with pytest.raises(DecodeError) as caught:
            decode_compact(raw[:end], 2)
        assert caught.value.at == 2


@pytest.mark.parametrize("bits", [8, 16, 32, 64, 128])
def test_a_number_of_too_many_bits_is_refused(bits: int) -> None:
    largest = encode_compact(2**bits - 1)
    assert decode_compact(largest, 0, bits) == (2**bits - 1, len(largest))
    with pytest.raises(DecodeError, match=f"at most {bits} bits"):
        decode_compact(encode_compact(2**bits), 0, bits)


def test_a_fault_names_its_place_from_the_outside_in() -> None:
    fault = DecodeError("a bool", "0x02", 7)
    assert str(fault) == "value: expected a bool, found 0x02 at byte 7"

    outer = fault.within("[3]").within(".open")

    assert (outer.expected, outer.found, outer.at, outer.path) == ("a bool", "0x02", 7, (".open", "[3]"))
    assert str(outer) == "open[3]: expected a bool, found 0x02 at byte 7"


def test_decoding_starts_and_stops_where_told() -> None:
    assert decode_compact(bytes.fromhex("ffff1501ffff"), 2) == (69, 4)


@given(NUMBERS, st.binary(max_size=4), st.binary(max_size=4))
def test_a_number_comes_back_from_its_spelling(number: int, before: bytes, after: bytes) -> None:
    raw = encode_compact(number)
    assert decode_compact(before + raw + after, len(before)) == (number, len(before) + len(raw))


@given(NUMBERS, NUMBERS)
def test_a_larger_number_is_never_spelt_shorter(one: int, other: int) -> None:
    smaller, larger = sorted((one, other))
    assert len(encode_compact(smaller)) <= len(encode_compact(larger))


@given(st.binary(max_size=72))
def test_arbitrary_bytes_are_the_one_spelling_or_raise_decode_error(raw: bytes) -> None:
    with suppress(DecodeError):
        number, end = decode_compact(raw, 0)
        assert encode_compact(number) == raw[:end]


registry = RuntimeConfigurationObject()
registry.update_type_registry(load_type_registry_preset("legacy"))


@given(st.integers(0, 128).flatmap(lambda bits: st.integers(0, 2**bits - 1)))
def test_another_codec_agrees(number: int) -> None:
    raw = bytes(registry.create_scale_object("Compact<u128>").encode(number).data)
    assert encode_compact(number) == raw
    assert registry.create_scale_object("Compact<u128>", data=ScaleBytes(raw)).decode() == number
