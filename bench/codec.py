"""Our codec against scalecodec, the one that Python clients use: `python -m bench.codec`.

scalecodec is driven as its documentation says: `create_scale_object(name, ScaleBytes(raw)).decode()`, and
`create_scale_object(name).encode(value)`, with the types registered under their names. What comes out
differs: records and bytes here, dictionaries and hex strings there. Both encode to the same bytes, which is
asserted before anything is timed.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from bench.timing import heading, medians, row, shown, times
from primitives.channels import HrmpChannel, HrmpChannelId, InboundHrmpMessage
from primitives.host_configuration import HostConfiguration
from primitives.ids import Balance, BlockNumber, Hash, ParaId
from primitives.record import Record
from primitives.scale.codec import U32, U128, Codec, Compact32
from primitives.scale.derive import PLAIN, codec, field_types

MESSAGES = 1000
MESSAGE_BYTES = 120

CHANNEL = HrmpChannel(1000, 102_400, 102_400, 3, 360, Hash(b"\x5a" * 32), Balance(10**11), Balance(10**11))
CHANNEL_ID = HrmpChannelId(ParaId(1000), ParaId(2000))
QUEUE = tuple(InboundHrmpMessage(BlockNumber(n), bytes((n & 255,)) * MESSAGE_BYTES) for n in range(MESSAGES))

OTHER_NAMES = {"Vec<u8>": "Bytes", "BitVec<u8, Lsb0>": "BitVec"}
"""scalecodec's names, where they differ from ours."""

Case = tuple[str, str, Codec[Any], Any, str, str]
"""What, the type's name, our codec, a value, the goals for decoding and encoding."""


def cases() -> Iterator[Case]:
    """What is measured."""
    yield "u32", "u32", codec(U32), 123_456_789, "8", "10"
    yield "u128", "u128", codec(U128), 10**20, "8", "10"
    yield "Compact<u32>", "Compact<u32>", codec(Compact32), 100_000, "8", "10"
    yield "Vec<u8> of 1 KiB", "Bytes", codec(bytes), bytes(range(256)) * 4, "", "10"
    yield "HrmpChannelId", "HrmpChannelId", codec(HrmpChannelId), CHANNEL_ID, "", ""
    yield "HrmpChannel", "HrmpChannel", codec(HrmpChannel), CHANNEL, "45", "50"
    yield "HostConfiguration", "HostConfiguration", codec(HostConfiguration), HostConfiguration(), "45", "50"
    messages = codec(tuple[InboundHrmpMessage, ...])
    label = f"{MESSAGES} InboundHrmpMessage, {MESSAGE_BYTES} B each"
    yield label, "Vec<InboundHrmpMessage>", messages, QUEUE, "45", "50"


def registry() -> RuntimeConfigurationObject:
    """scalecodec, knowing the types of `cases`."""
    known = RuntimeConfigurationObject()
    known.update_type_registry(load_type_registry_preset("core"))
    types: dict[str, Any] = {}
    for record in (HrmpChannelId, HrmpChannel, InboundHrmpMessage, HostConfiguration):
        _register(record, types)
    known.update_type_registry({"types": types})
    return known


def _register(record: type[Record], types: dict[str, Any]) -> None:
    mapping = []
    for name, tp in field_types(record).items():
        if isinstance(tp, type) and issubclass(tp, Record):
            _register(tp, types)
        written = PLAIN.codec(tp).name
        mapping.append([name, OTHER_NAMES.get(written, written)])
    types[record.__name__] = {"type": "struct", "type_mapping": mapping}


def measure(known: RuntimeConfigurationObject, case: Case) -> None:
    """Two rows: decoding and encoding."""
    label, name, ours, value, decode_goal, encode_goal = case
    raw = ours.encode(value)
    theirs = known.create_scale_object(name, ScaleBytes(raw)).decode()
    assert ours.decode(raw) == value
    assert known.create_scale_object(name).encode(theirs).data == raw

    mine, other = medians(
        lambda: ours.decode(raw), lambda: known.create_scale_object(name, ScaleBytes(raw)).decode()
    )
    row(f"decode {label}", shown(mine), shown(other), times(other / mine), decode_goal)
    mine, other = medians(lambda: ours.encode(value), lambda: known.create_scale_object(name).encode(theirs))
    row(f"encode {label}", shown(mine), shown(other), times(other / mine), encode_goal)


def main() -> None:
    """Print the table."""
    known = registry()
    heading(f"SCALE, against scalecodec {version('scalecodec')}", "ours", "scalecodec", "faster", "goal")
    for case in cases():
        measure(known, case)


if __name__ == "__main__":
    main()
