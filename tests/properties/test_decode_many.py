"""Sequences of records are read by a loop of their own; it must say what reading one by one says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from primitives.channels import HrmpChannel, HrmpOpenChannelRequest, InboundHrmpMessage
from primitives.ids import BlockNumber
from primitives.record import Record
from primitives.scale.codec import Codec, sequence
from primitives.scale.compact import encode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

RECORDS: tuple[type[Record], ...] = (InboundHrmpMessage, HrmpChannel, HrmpOpenChannelRequest)


def one_by_one(layout: Codec[Any]) -> Codec[Any]:
    return sequence(Codec(layout.name, layout.encode, layout.decode_at, layout.min_size))


def outcome(layout: Codec[Any], raw: bytes) -> object:
    try:
        return layout.decode(raw)
    except DecodeError as error:
        return str(error)


@pytest.mark.parametrize("record", RECORDS)
@given(raw=st.binary(max_size=300), count=st.integers(0, 4))
def test_arbitrary_input_means_the_same(record: type[Record], raw: bytes, count: int) -> None:
    layout = codec(record)
    raw = encode_compact(count) + raw
    assert layout.decode_many is not None
    assert outcome(sequence(layout), raw) == outcome(one_by_one(layout), raw)


@given(
    lengths=st.lists(st.integers(0, 200), max_size=5),
    cut=st.integers(0, 1000),
    flip=st.tuples(st.integers(0, 1000), st.integers(0, 255)),
)
@example(lengths=[0, 63, 64, (1 << 14) - 1, 1 << 14], cut=0, flip=(0, 0))
@example(lengths=[64, 64], cut=129, flip=(0, 0))
def test_queues_with_a_fault_mean_the_same(lengths: list[int], cut: int, flip: tuple[int, int]) -> None:
    layout = codec(InboundHrmpMessage)
    queue = tuple(InboundHrmpMessage(BlockNumber(n), b"m" * length) for n, length in enumerate(lengths))
    raw = bytearray(sequence(layout).encode(queue))
    raw[flip[0] % len(raw)] ^= flip[1]
    spoilt = bytes(raw[: max(len(raw) - cut, 0)])
    assert outcome(sequence(layout), spoilt) == outcome(one_by_one(layout), spoilt)


def test_a_fault_names_the_message_and_its_field() -> None:
    raw = encode_compact(2) + bytes(4) + b"\x04m" + bytes(4) + b"\x08m"
    with pytest.raises(DecodeError, match=r"^\[1\]\.data: expected 2 bytes, found 1 at byte 12$"):
        codec(tuple[InboundHrmpMessage, ...]).decode(raw)


def test_a_length_spelt_longer_than_needed_is_refused() -> None:
    raw = encode_compact(1) + bytes(4) + b"\xfd\x00" + bytes(63)
    with pytest.raises(DecodeError, match=r"^\[0\]\.data: expected the shortest spelling"):
        codec(tuple[InboundHrmpMessage, ...]).decode(raw)
