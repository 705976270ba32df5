"""Laws of the codec over every type that a chain writes, and another codec's opinion."""

from __future__ import annotations

import enum
import json
import lzma
import tracemalloc
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, astuple
from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from primitives.channels import HrmpChannel, HrmpChannelId, HrmpOpenChannelRequest
from primitives.host_configuration import ExecutorParam, HostConfiguration, SchedulerParams
from primitives.record import Record, replace, tag_of
from primitives.scale.codec import (
    MAX_ZERO_SIZED,
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
    Compact128,
)
from primitives.scale.compact import encode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from runtime.relay import Relay
from tests.support.recorded_metadata import FOLDER
from tests.support.strategies import arbitrary, drawn, mentions, registered

TYPES = registered(Relay)
WIRE = Relay.wire()
LAW = pytest.mark.parametrize("name", TYPES)

VALUES = min(settings().max_examples // 4, 1000)
INPUTS = settings().max_examples * 5
"""Of each type: 250 in the profile `dev`, 100,000 in `fuzz`."""

LIES = [encode_compact(count) for count in (2**14, 2**24, 2**30 - 1, 2**30, 2**31, 2**32 - 1)]


@cache
def has_padding(name: str) -> bool:
    return mentions(TYPES[name], "BitVec", Relay)


def encodings(name: str, generator: Random, count: int) -> list[tuple[Any, bytes]]:
    values = [drawn(TYPES[name], generator, Relay) for _ in range(count)]
    return [(value, WIRE.codec(TYPES[name]).encode(value)) for value in values]


@LAW
def test_what_was_written_is_read(name: str) -> None:
    law_codec: Codec[Any] = WIRE.codec(TYPES[name])
    for value, raw in encodings(name, Random(name), VALUES):
        assert law_codec.decode(raw) == value
        assert len(raw) >= law_codec.min_size
        assert law_codec.decode_at(b"\xaa" * 3 + raw + b"\xbb", 3) == (value, 3 + len(raw))


@LAW
def test_input_cut_short_or_drawn_out_is_refused(name: str) -> None:
    generator = Random(name)
    law_codec: Codec[Any] = WIRE.codec(TYPES[name])
    for _, raw in encodings(name, generator, VALUES // 2):
        for end in {generator.randrange(len(raw)) for _ in range(4)} if raw else ():
            with pytest.raises(DecodeError):
                law_codec.decode_at(raw[:end], 0)
        with pytest.raises(DecodeError, match=r"expected the end of .*, found 2 more bytes") as caught:
            law_codec.decode(raw + b"\x00\x00")
        assert caught.value.at == len(raw)


@LAW
@pytest.mark.timeout(600)
def test_arbitrary_bytes_are_the_one_spelling_of_a_value_or_raise_decode_error(name: str) -> None:
    generator = Random(name)
    law_codec: Codec[Any] = WIRE.codec(TYPES[name])
    stems = [raw for _, raw in encodings(name, generator, 25)]
    for _ in range(INPUTS):
        raw = spoilt(generator, generator.choice(stems))
        try:
            value, end = law_codec.decode_at(raw, 0)
        except DecodeError:
            continue
        again = law_codec.encode(value)
        if has_padding(name):  # the bits behind the last are not kept
            assert (len(again), law_codec.decode(again)) == (end, value)
        else:
            assert again == raw[:end]


def spoilt(generator: Random, raw: bytes) -> bytes:
    """Any bytes, or an encoding with something done to it."""
    at = generator.randrange(len(raw) + 1)
    match generator.randrange(6):
        case 0:
            return generator.randbytes(generator.randrange(40))
        case 1:
            return raw[:at] + generator.randbytes(generator.randrange(4)) + raw[at:]
        case 2:
            return raw[:at] + raw[at + generator.randrange(4) :]
        case 3:
            return raw[:at] + generator.choice(LIES) + raw[at + 1 :]
        case _:
            return raw[:at] + generator.randbytes(1) + raw[at + 1 :]


def peak_of(law_codec: Codec[Any], raw: bytes) -> int:
    """Bytes of memory in use at most while an input is looked at."""
    tracemalloc.start()
    try:
        law_codec.decode_at(raw, 0)
    except DecodeError:
        pass
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return peak


class Nothing(Record):
    """Takes no bytes."""


class Ten(Record):
    """Takes ten bytes."""

    small: U16
    large: tuple[U32, U32]


@pytest.mark.parametrize(
    "tp",
    [
        bytes,
        str,
        Bits,
        tuple[U8, ...],
        tuple[U128, ...],
        tuple[Bytes32, ...],
        tuple[bytes, ...],
        tuple[U32 | None, ...],
        tuple[Ten, ...],
        tuple[Nothing, ...],
        tuple[tuple[()], ...],
        tuple[tuple[tuple[()], ...], ...],
        tuple[tuple[tuple[U8, ...], ...], ...],
    ],
    ids=repr,
)
@pytest.mark.parametrize("count", [MAX_ZERO_SIZED + 1, 2**24, 2**30 - 1, 2**30, 2**32 - 1])
def test_a_length_that_lies_costs_nothing(tp: Any, count: int) -> None:
    lie = encode_compact(count)
    with pytest.raises(DecodeError):
        codec(tp).decode(lie)
    assert peak_of(codec(tp), lie + bytes(64)) < 20_000
    assert peak_of(codec(tp), encode_compact(2) + lie) < 20_000


@LAW
def test_no_input_takes_more_memory_than_it_can_fill(name: str) -> None:
    generator = Random(name)
    law_codec: Codec[Any] = WIRE.codec(TYPES[name])
    for _, raw in encodings(name, generator, 3):
        law_codec.decode(raw)  # what is made once is made now
        at = generator.randrange(len(raw) + 1)
        lying = raw[:at] + generator.choice(LIES) + raw[at + 1 :]
        assert peak_of(law_codec, lying) < 50_000 + 200 * len(lying)


@settings(max_examples=settings().max_examples * 4)
@given(st.data())
def test_any_value_of_any_type_comes_back(data: st.DataObject) -> None:
    tp = TYPES[data.draw(st.sampled_from(list(TYPES)))]
    value = data.draw(arbitrary(tp, Relay))
    assert WIRE.codec(tp).decode(WIRE.codec(tp).encode(value)) == value


def test_the_outer_types_and_all_pallets_are_looked_at() -> None:
    assert {"RuntimeCall", "RuntimeEvent", "Hrmp.HrmpChannels", "Paras.Heads", "System.Events"} <= set(TYPES)
    assert {"Balances event Transfer", "XcmPallet.Queries", "xcm.asset.Asset"} <= set(TYPES)
    assert len(TYPES) > 200


# ---------------------------------------------------------------------------------- another codec's opinion


def _described() -> dict[str, Any]:
    """The layouts as they were recorded, in the words of the other codec: nothing here is read off ours."""
    found: dict[str, Any] = {"SchedulerParams<u32>": "SchedulerParams"}
    recording = json.loads(lzma.decompress((FOLDER / "metadata_relay.json.xz").read_bytes()))
    for path, layout in recording["types"].items():
        name = path.rpartition("::")[2].partition("#")[0]
        if name in RECORDED:
            found[name] = _struct(layout["struct"]) if "struct" in layout else _enum(layout["enum"])
    return {"types": found}


def _struct(fields: list[tuple[str | None, str]]) -> Any:
    if len(fields) == 1 and fields[0][0] is None:
        return fields[0][1]
    return {"type": "struct", "type_mapping": [[name, text] for name, text in fields]}


def _enum(cases: dict[str, Any]) -> Any:
    by_index = {case["index"]: (name, [text for _, text in case["fields"]]) for name, case in cases.items()}
    rows = [by_index.get(index, (f"_{index}", [])) for index in range(max(by_index) + 1)]
    return {"type": "enum", "type_mapping": [[name, _several(texts)] for name, texts in rows]}


def _several(texts: list[str]) -> str:
    if len(texts) < 2:
        return texts[0] if texts else "Null"
    return f"({', '.join(texts)})"


RECORDED = {"HrmpChannelId", "HrmpChannel", "HrmpOpenChannelRequest", "HostConfiguration"}
RECORDED |= {"ExecutorParams", "ExecutorParam", "PvfPrepKind", "PvfExecKind", "ExecutorHostFunction"}
RECORDED |= {"AsyncBackingParams", "ApprovalVotingParams", "SchedulerParams", "Perbill"}

other = RuntimeConfigurationObject()
other.update_type_registry(load_type_registry_preset("legacy"))
other.update_type_registry(_described())
other.update_type_registry({"types": {"Id": "u32", "Pair": "(u32, bool)"}})


def told(value: Any) -> Any:
    """One of our values in the words of the other codec."""
    match value:
        case bytes():
            return "0x" + value.hex()
        case tuple() if value and all(isinstance(bit, bool) for bit in value):
            return "0b" + "".join("1" if bit else "0" for bit in reversed(value))
        case tuple():
            return [told(each) for each in value]
        case enum.Enum():
            return value.name
        case Record() if tag_of(type(value)) is not None:
            name, fields = type(value).__name__, tuple(told(field) for field in astuple(value))
            return {name: fields[0] if len(fields) == 1 else fields} if fields else name
        case Record():
            return {name: told(field) for name, field in asdict(value).items()}
        case _:
            return value


def agree(name: str, raw: bytes, words: Any) -> None:
    """The other codec writes the same bytes, and reads the same value from them."""
    assert bytes(other.create_scale_object(name).encode(words).data) == raw
    assert other.create_scale_object(name, data=ScaleBytes(raw)).decode() == words


@pytest.mark.parametrize(
    ("tp", "name"),
    [
        (U8, "u8"),
        (U16, "u16"),
        (U32, "u32"),
        (U64, "u64"),
        (U128, "u128"),
        (bool, "bool"),
        (str, "String"),
        (bytes, "HexBytes"),
        (Bytes4, "[u8; 4]"),
        (Bytes32, "H256"),
        (Compact32, "Compact<u32>"),
        (Compact128, "Compact<u128>"),
        (U32 | None, "Option<u32>"),
        (Bytes32 | None, "Option<H256>"),
        (tuple[U16, ...], "Vec<u16>"),
        (tuple[tuple[bytes, ...], ...], "Vec<Vec<HexBytes>>"),
        (tuple[HrmpChannelId, ...], "Vec<HrmpChannelId>"),
        (tuple[ExecutorParam, ...], "ExecutorParams"),
        (HrmpChannel, "HrmpChannel"),
        (HrmpOpenChannelRequest, "HrmpOpenChannelRequest"),
        (SchedulerParams, "SchedulerParams"),
    ],
    ids=str,
)
def test_the_other_codec_agrees(tp: Any, name: str) -> None:
    generator = Random(name)
    for _ in range(VALUES * 2):
        value = drawn(tp, generator)
        agree(name, codec(tp).encode(value), told(value))


@given(st.tuples(st.integers(0, 2**32 - 1), st.booleans()))
def test_the_other_codec_agrees_on_pairs(pair: tuple[int, bool]) -> None:
    agree("Pair", codec(tuple[U32, bool]).encode(pair), pair)
    agree("Vec<Pair>", codec(tuple[tuple[U32, bool], ...]).encode((pair, pair)), [pair, pair])
    agree("Option<Pair>", codec(tuple[U32, bool] | None).encode(pair), pair)


@given(st.lists(st.booleans(), max_size=40).map(tuple))
def test_the_other_codec_agrees_on_bits(bits: tuple[bool, ...]) -> None:
    bits = (*bits, True)  # it leaves out the zeros above the highest bit
    agree("BitVec", codec(Bits).encode(bits), told(bits))


def test_the_other_codec_agrees_on_the_host_configuration() -> None:
    generator = Random("host configuration")
    for _ in range(VALUES * 2):
        value = drawn(HostConfiguration, generator)
        value = replace(value, node_features=(*value.node_features, True))
        agree("HostConfiguration", codec(HostConfiguration).encode(value), told(value))


def test_the_other_codec_agrees_on_the_default_host_configuration() -> None:
    raw = bytes(other.create_scale_object("HostConfiguration").encode(told(HostConfiguration())).data)
    assert codec(HostConfiguration).encode(HostConfiguration()) == raw
    assert codec(HostConfiguration).decode(raw) == HostConfiguration()
