"""What a record should be made of: `python -m bench.records`.

Four ways to write an immutable record, each with the fields of `HrmpChannel` and `InboundHrmpMessage`. For
each of them: build one, change one field of it (the class's own `replace`), compare two equal ones, hash
one; and decode a queue of 1000 messages with the very lines that our derived decoder runs, only with that
class to build.

The choice and its reasons: `docs/decisions/0002-records.md`.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from bench.codec import QUEUE
from bench.timing import Work, heading, medians, row, shown
from primitives.channels import HrmpChannel, InboundHrmpMessage
from primitives.record import Record
from primitives.scale.derive import codec

VALUES = (8, 102_400, 1024, 3, 360, b"\x5a" * 32, 10**11, 10**11)


@dataclasses.dataclass(frozen=True)
class _FrozenChannel:
    max_capacity: int
    max_total_size: int
    max_message_size: int
    msg_count: int
    total_size: int
    mqc_head: bytes | None
    sender_deposit: int
    recipient_deposit: int


@dataclasses.dataclass(slots=True, unsafe_hash=True)
class _SlottedChannel:
    max_capacity: int
    max_total_size: int
    max_message_size: int
    msg_count: int
    total_size: int
    mqc_head: bytes | None
    sender_deposit: int
    recipient_deposit: int


class _TupleChannel(NamedTuple):
    max_capacity: int
    max_total_size: int
    max_message_size: int
    msg_count: int
    total_size: int
    mqc_head: bytes | None
    sender_deposit: int
    recipient_deposit: int


@dataclasses.dataclass(frozen=True)
class _FrozenMessage:
    sent_at: int
    data: bytes


@dataclasses.dataclass(slots=True, unsafe_hash=True)
class _SlottedMessage:
    sent_at: int
    data: bytes


class _TupleMessage(NamedTuple):
    sent_at: int
    data: bytes


Way = tuple[str, Any, Any, Callable[..., Any]]

WAYS: tuple[Way, ...] = (
    ("frozen dataclass", _FrozenChannel, _FrozenMessage, dataclasses.replace),
    ("dataclass with slots, not frozen", _SlottedChannel, _SlottedMessage, dataclasses.replace),
    ("NamedTuple", _TupleChannel, _TupleMessage, lambda record, **changed: record._replace(**changed)),
    ("msgspec.Struct, frozen (chosen)", HrmpChannel, InboundHrmpMessage, msgspec.structs.replace),
)


def decoder_into(made: Any) -> Work:
    """Decode the queue with our generated decoder, which is given another class to build."""
    layout = codec(InboundHrmpMessage)
    raw = b"".join(layout.encode(message) for message in QUEUE)
    assert layout.decode_many is not None
    generated: Any = layout.decode_many
    decode = type(generated)(generated.__code__, {**generated.__globals__, "cls": made})
    values, end = decode(raw, 0, len(QUEUE))
    assert end == len(raw)
    assert [(value.sent_at, value.data) for value in values] == [(each.sent_at, each.data) for each in QUEUE]
    return lambda: decode(raw, 0, len(QUEUE))


def works(way: Way) -> list[Work]:
    """What is measured of one way, in the order of the columns."""
    _, channel, message, replace = way
    one, other = channel(*VALUES), channel(*VALUES)
    assert one == other
    assert one is not other
    return [
        lambda: channel(*VALUES),
        lambda: replace(one, msg_count=4),
        lambda: one == other,
        lambda: hash(one),
        decoder_into(message),
    ]


def main() -> None:
    """Print the table."""
    columns = ("build", "replace", "compare", "hash", "decode queue")
    heading("HrmpChannel as a record, and a queue of 1000", *columns)
    assert issubclass(HrmpChannel, Record)
    taken = medians(*itertools.chain.from_iterable(works(way) for way in WAYS))
    for index, (label, *_) in enumerate(WAYS):
        cells = taken[len(columns) * index : len(columns) * (index + 1)]
        row(label, *(shown(each) for each in cells))


if __name__ == "__main__":
    main()
