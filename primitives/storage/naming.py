"""Storage keys and values as a person reads them: by pallet, item and field.

| key or value | reads |
|---|---|
| an item without a key | `Hrmp.HrmpOpenChannelRequestsList` |
| an entry of a map | `Dmp.DownwardMessageQueues[2000]` |
| a pair of paras, where messages go from one to the other | `Hrmp.HrmpChannels[1000 -> 2000]` |
| an entry whose key does not read back | `Hrmp.HrmpChannels[? 0x1f3a…07d0]` |
| an item that is not declared, of a known pallet | `0x6a0d…91c2 (Hrmp)` |
| any other key | `0x1cb6…0000 (unknown)` |
| a difference | `Hrmp.HrmpChannels[1000 -> 2000].total_size expected 911, found 912` |

Byte strings over eight bytes are shortened to their first and last two, with the length behind them if it is
over 32. All functions take any input: what does not decode is shown as bytes.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from typing_extensions import override

from primitives.hashing import HASHERS, storage_prefix, twox_128
from primitives.ids import ParaId
from primitives.pallet import Pallet, RuntimeCall, RuntimeEvent, StorageItem, storage_items
from primitives.record import Record, tag_of
from primitives.scale.codec import U16, U32, U64, Bytes32, Codec
from primitives.scale.derive import Wire, codec, field_types
from primitives.scale.errors import DecodeError

STORAGE_VERSION = ":__STORAGE_VERSION__:"
"""The item in which FRAME keeps the version of every pallet's storage, a u16.

Upstream: substrate/frame/support/src/traits/metadata.rs `STORAGE_VERSION_STORAGE_KEY_POSTFIX`
"""

REMAINING_CAPACITY = b":relay_dispatch_queue_remaining_capacity"
"""Followed by a para id: what the relay chain still takes of upward messages, as (messages, bytes).

Upstream: polkadot/primitives/src/v9/mod.rs `relay_dispatch_queue_remaining_capacity`
"""

RAW_KEYS: Final[dict[bytes, Codec[Any] | None]] = {
    b":code": None,
    b":extrinsic_index": codec(U32),
    b":heappages": codec(U64),
    b":intrablock_entropy": codec(Bytes32),
    b":transaction_level:": codec(U32),
}
"""Keys outside all pallets, with the layout of their values (None: bytes as they are).

Upstream: substrate/primitives/storage/src/lib.rs `well_known_keys`
"""

WHOLE_BYTES = 8
"""Byte strings up to this length are shown in full."""

SHOWN_ELEMENTS = 20
"""Elements of a sequence that are shown."""


class KeyName(Record):
    """A storage key, read.

    `pallet` is None for raw keys and unknown ones, `item` where none is known. `parts` are the decoded parts
    of a map's key; `rest` is what did not decode: of an item the bytes behind its prefix, else the whole key.
    """

    pallet: str | None
    item: str | None
    parts: tuple[Any, ...] = ()
    rest: bytes = b""

    @override
    def __str__(self) -> str:
        """As in the table of this module."""
        if self.item is None:
            return f"{short_hex(self.rest)} ({self.pallet or 'unknown'})"
        name = f"{self.pallet}.{self.item}" if self.pallet else self.item
        if self.rest:
            return f"{name}[? {short_hex(self.rest)}]"
        return f"{name}[{', '.join(show(part) for part in self.parts)}]" if self.parts else name


class _Entry(Record):
    """What is known of a storage item: its names, the codec and hasher of each part of its key, its value's
    codec."""

    pallet: str | None
    item: str
    keys: tuple[tuple[Any, str], ...]
    value: Any


class Names:
    """The keys and values of one chain, given its pallets and its wire.

    `others` are pallets of the chain of which only the name is known.
    """

    def __init__(self, pallets: Iterable[type[Pallet]], wire: Wire, others: Iterable[str] = ()) -> None:
        declared = tuple(pallets)
        names = {*others, *(pallet.prefix for pallet in declared)}
        self._pallets = {twox_128(name.encode()): name for name in sorted(names)}
        self._entries = {
            storage_prefix(name, STORAGE_VERSION): _Entry(name, STORAGE_VERSION, (), codec(U16))
            for name in names
        }
        for pallet in declared:
            for item in storage_items(pallet):
                self._entries[storage_prefix(pallet.prefix, item.name)] = _entry(pallet, item, wire)

    def describe_key(self, key: bytes) -> KeyName:
        """The pallet, item and key parts that a storage key stands for, as far as they are known."""
        if key in RAW_KEYS:
            return KeyName(None, key.decode())
        entry, tail = self._find(key)
        if entry is None:
            return KeyName(self._pallets.get(key[:16]), None, rest=key)
        parts = _read_parts(entry, tail)
        if parts is None:
            return KeyName(entry.pallet, entry.item, rest=tail)
        return KeyName(entry.pallet, entry.item, parts)

    def decode_value(self, key: bytes, raw: bytes) -> Any:
        """The value under a key; the bytes themselves if they or the key cannot be read."""
        value_codec = self._value_codec(key)
        try:
            return raw if value_codec is None else value_codec.decode(raw)
        except DecodeError:
            return raw

    def difference(self, key: bytes, expected: bytes | None, found: bytes | None) -> tuple[str, ...]:
        """One line for each part of a value that is not as expected; none if all is. None means absent."""
        if expected == found:
            return ()
        name = str(self.describe_key(key))
        if expected is None or found is None:
            sides = ("absent" if raw is None else self._shown(key, raw) for raw in (expected, found))
            return (_line(name, *sides),)
        value_codec = self._value_codec(key)
        if value_codec is None:
            return (_bytes_line(name, expected, found),)
        try:
            pair = value_codec.decode(expected), value_codec.decode(found)
        except DecodeError:
            return (_bytes_line(f"{name} (undecodable)", expected, found),)
        return tuple(_leaves(name, *pair)) or (_bytes_line(name, expected, found),)

    def _shown(self, key: bytes, raw: bytes) -> str:
        value = self.decode_value(key, raw)
        return "present" if value == () and not raw else show(value)

    def _value_codec(self, key: bytes) -> Codec[Any] | None:
        if key in RAW_KEYS:
            return RAW_KEYS[key]
        entry, _ = self._find(key)
        found: Codec[Any] | None = None if entry is None else entry.value
        return found

    def _find(self, key: bytes) -> tuple[_Entry | None, bytes]:
        """The storage item that a key belongs to, and what stands behind the item's prefix."""
        if key.startswith(REMAINING_CAPACITY):
            return _CAPACITY, key[len(REMAINING_CAPACITY) :]
        return self._entries.get(key[:32]), key[32:]


_CAPACITY = _Entry(None, REMAINING_CAPACITY.decode(), ((codec(ParaId), "Identity"),), codec(tuple[U32, U32]))


def _entry(pallet: type[Pallet], item: StorageItem, wire: Wire) -> _Entry:
    keys = zip(map(wire.codec, item.key_types), item.hashers, strict=True)
    return _Entry(pallet.prefix, item.name, tuple(keys), wire.codec(item.value_type))


def _read_parts(entry: _Entry, tail: bytes) -> tuple[Any, ...] | None:
    """The parts of a map's key; for a hasher that loses the key, its hash. None if the key is none of this
    map's."""
    at, parts = 0, []
    for part_codec, name in entry.keys:
        hasher, length = HASHERS[name]
        if length is None:
            part, end = tail[at : at + len(hasher(b""))], at + len(hasher(b""))
        else:
            try:
                part, end = part_codec.decode_at(tail, at + length)
            except DecodeError:
                return None
            if hasher(tail[at + length : end]) != tail[at:end]:
                return None
        parts.append(part)
        at = end
    return tuple(parts) if at == len(tail) else None


# ---------------------------------------------------------------------------------------- differences


def _leaves(where: str, expected: Any, found: Any) -> Iterator[str]:
    """The lines for two decoded values, as deep as they are of one form."""
    if expected == found:
        return
    if _is_sequence(expected) and _is_sequence(found):
        yield from _elements(where, expected, found)
    elif type(expected) is type(found) and isinstance(expected, Record):
        yield from _fields(where, expected, found)
    elif isinstance(expected, bytes) and isinstance(found, bytes) and _look_alike(expected, found):
        yield _bytes_line(where, expected, found)
    else:
        yield _line(where, show(expected), show(found))


def _elements(where: str, expected: tuple[Any, ...], found: tuple[Any, ...]) -> Iterator[str]:
    if len(expected) != len(found):
        yield _line(f"{where} length", str(len(expected)), str(len(found)))
    for place in range(max(len(expected), len(found))):
        if place >= len(expected):
            yield _line(f"{where}[{place}]", "absent", show(found[place]))
        elif place >= len(found):
            yield _line(f"{where}[{place}]", show(expected[place]), "absent")
        else:
            yield from _leaves(f"{where}[{place}]", expected[place], found[place])


def _fields(where: str, expected: Record, found: Record) -> Iterator[str]:
    match expected, found:
        case RuntimeEvent(pallet=pallet, event=event), RuntimeEvent(pallet=other, event=other_event):
            if pallet == other and type(event) is type(other_event):
                yield from _leaves(where, event, other_event)
            else:
                yield _line(where, show(expected), show(found))
        case RuntimeCall(), RuntimeCall() if (expected.pallet, expected.name) != (found.pallet, found.name):
            yield _line(where, show(expected), show(found))
        case _:
            for name in expected.__struct_fields__:
                yield from _leaves(f"{where}.{name}", getattr(expected, name), getattr(found, name))


def _is_sequence(value: Any) -> bool:
    return isinstance(value, tuple) and not _is_bits(value)


def _is_bits(value: tuple[Any, ...]) -> bool:
    return bool(value) and all(isinstance(each, bool) for each in value)


def _look_alike(one: bytes, other: bytes) -> bool:
    return short_hex(one) == short_hex(other)


def _line(where: str, expected: str, found: str) -> str:
    return f"{where} expected {expected}, found {found}"


def _bytes_line(where: str, expected: bytes, found: bytes) -> str:
    pairs = enumerate(zip(expected, found, strict=False))
    first = next((place for place, (one, other) in pairs if one != other), min(len(expected), len(found)))
    return f"{_line(where, short_hex(expected), short_hex(found))}, first differing byte {first}"


# --------------------------------------------------------------------------------------------- values


def short_hex(data: bytes) -> str:
    """Hex, shortened to `0x88dc…b0ee` over eight bytes; the length is added if it is over 32."""
    if len(data) <= WHOLE_BYTES:
        return "0x" + data.hex()
    length = f" ({len(data)} bytes)" if len(data) > 32 else ""
    return f"0x{data[:2].hex()}…{data[-2:].hex()}{length}"


def show(value: Any) -> str:  # noqa: PLR0911 - one return a kind of value
    """A decoded value on one line, such as `HrmpChannel(max_capacity=8, mqc_head=none)`."""
    match value:
        case None:
            return "none"
        case bool():
            return "true" if value else "false"
        case bytes():
            return short_hex(value)
        case enum.Enum():
            return value.name
        case tuple():
            return _show_sequence(value)
        case RuntimeCall():
            return f"{value.pallet}.{value.name}({', '.join(show(each) for each in value.args)})"
        case RuntimeEvent():
            return f"{value.pallet}.{show(value.event)}"
        case KeyName():
            return str(value)
        case Record():
            return _show_record(value)
        case _:
            return str(value) if isinstance(value, int) else repr(value)


def _show_sequence(values: tuple[Any, ...]) -> str:
    if _is_bits(values):
        return "bits " + "".join("1" if each else "0" for each in values)
    shown = [show(each) for each in values[:SHOWN_ELEMENTS]]
    more = [f"… {len(values)} in all"] if len(values) > SHOWN_ELEMENTS else []
    return f"[{', '.join(shown + more)}]"


def _show_record(value: Record) -> str:
    names = value.__struct_fields__
    shown = [show(getattr(value, name)) for name in names]
    if _is_para_pair(type(value)):
        return " -> ".join(shown)
    named = [each if value.UNNAMED else f"{name}={each}" for name, each in zip(names, shown, strict=True)]
    return f"{type(value).__name__}({', '.join(named)})" if named else type(value).__name__


@cache
def _is_para_pair(cls: type[Record]) -> bool:
    """Whether a record is a direction: one para, then another."""
    return tag_of(cls) is None and tuple(field_types(cls).values()) == (ParaId, ParaId)
