"""Immutable records: the shape of every stored value, message, event and wire type.

A **record** is a frozen `msgspec.Struct`: equal by type and fields, hashable, cheap to build (about a tenth
of a frozen dataclass; see `docs/decisions/0002-records.md`), usable in `match`. Fields are encoded in the
order they are written.

An **arm** is a record that is one case of a sum type: `class Paid(Record, tag=3)`; the sum is the union of
its arms. `UNNAMED = True` marks records whose fields have no names upstream; ours then carry names for
Python only."""

from __future__ import annotations

from typing import ClassVar, dataclass_transform

import msgspec
from msgspec.structs import replace as replace


@dataclass_transform(frozen_default=True)
class RecordMeta(msgspec.StructMeta):
    """Tells type checkers that records are frozen without saying so on each."""


class Record(msgspec.Struct, metaclass=RecordMeta, frozen=True, gc=False):
    """Base of all records. Change one with `replace(record, field=value)`, which gives a new one."""

    UNNAMED: ClassVar[bool] = False


def tag_of(arm: type[Record]) -> int | None:
    """The byte that announces this arm of a sum type, or None for a plain record."""
    tag = arm.__struct_config__.tag
    return tag if isinstance(tag, int) else None
