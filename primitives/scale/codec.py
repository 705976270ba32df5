"""What a codec is, and the codecs that others are made of: numbers, byte strings, options, sequences, tuples.

A **codec** turns values of one type into bytes and back. Decoders read from an offset and give the value
and the offset behind it, so that they chain without copying; `Codec.decode` is for a whole input and
refuses bytes left over.

Every decoder survives any input: it raises `DecodeError` and nothing else, and allocates no more than the
input can fill (a length is checked against the bytes that remain before a single element is made).

A codec whose values have a fixed width also says how to stand inside a larger `struct` layout (`Fused`), so
that a record reads neighbouring numbers in one step.

Upstream: paritytech/parity-scale-codec src/codec.rs `Encode`, `Decode`
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

from typing_extensions import override

from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.errors import DecodeError, EncodeError, shown

T = TypeVar("T")
E = TypeVar("E", bound=Enum)

DecodeMany = Callable[[bytes, int, int], tuple[tuple[T, ...], int]]

MAX_ZERO_SIZED = 1 << 16
"""Elements of a sequence whose elements take no bytes: nothing else would bound it."""


class Fused:
    """How a fixed-width value stands in a `struct` layout.

    `letters` are its format characters; `pack` and `unpack` are expressions over `{v}` (the value) and
    `{0}`, `{1}` (what the letters read); `pack_check` and `unpack_check` are conditions that must hold,
    written over the same names."""

    __slots__ = ("env", "letters", "pack", "pack_check", "size", "slots", "unpack", "unpack_check", "wanted")

    def __init__(  # one line of a table each
        self,
        letters: str,
        *,
        pack: str = "{v}",
        unpack: str = "{0}",
        pack_check: str = "",
        unpack_check: str = "",
        wanted: str = "",
        env: dict[str, object] | None = None,
    ) -> None:
        self.letters, self.pack, self.unpack = letters, pack, unpack
        self.pack_check, self.unpack_check, self.wanted = pack_check, unpack_check, wanted
        self.size = struct.calcsize("<" + letters)
        self.slots = len(struct.unpack("<" + letters, bytes(self.size)))
        self.env = env or {}


class Codec(Generic[T]):
    """The byte layout of one type. `min_size` is the least number of bytes a value takes.

    `decode_many` takes a count besides the offset and reads so many values; only records have it, to spare
    sequences of them a call for each.
    """

    __slots__ = ("decode_at", "decode_many", "encode", "fused", "min_size", "name")

    def __init__(
        self,
        name: str,
        encode: Callable[[T], bytes],
        decode_at: Callable[[bytes, int], tuple[T, int]],
        min_size: int,
        fused: Fused | None = None,
        decode_many: DecodeMany[T] | None = None,
    ) -> None:
        self.name, self.encode, self.decode_at = name, encode, decode_at
        self.min_size, self.fused, self.decode_many = min_size, fused, decode_many

    def decode(self, data: bytes) -> T:
        """The value of which `data` is the whole encoding; raises `DecodeError`."""
        value, end = self.decode_at(data, 0)
        if end != len(data):
            raise DecodeError(f"the end of {self.name}", f"{len(data) - end} more bytes", end)
        return value

    @override
    def __repr__(self) -> str:
        """For people."""
        return f"<codec of {self.name}>"


def _number(name: str, letter: str) -> Codec[int]:
    layout = struct.Struct("<" + letter)
    size, pack, unpack_from = layout.size, layout.pack, layout.unpack_from

    def encode(value: int) -> bytes:
        try:
            return pack(value)
        except struct.error:
            raise EncodeError(f"{shown(value)} is no {name}") from None

    def decode_at(data: bytes, at: int) -> tuple[int, int]:
        try:
            return unpack_from(data, at)[0], at + size
        except struct.error:
            raise DecodeError(name, f"{len(data) - at} bytes", at) from None

    return Codec(name, encode, decode_at, size, Fused(letter))


def _u128() -> Codec[int]:
    def encode(value: int) -> bytes:
        try:
            return value.to_bytes(16, "little")
        except OverflowError:
            raise EncodeError(f"{shown(value)} is no u128") from None

    def decode_at(data: bytes, at: int) -> tuple[int, int]:
        end = at + 16
        if end > len(data):
            raise DecodeError("u128", f"{len(data) - at} bytes", at)
        return int.from_bytes(data[at:end], "little"), end

    halves = Fused("QQ", pack="{v} & 0xffffffffffffffff, {v} >> 64", unpack="{0} | {1} << 64")
    return Codec("u128", encode, decode_at, 16, halves)


def _bool() -> Codec[bool]:
    def decode_at(data: bytes, at: int) -> tuple[bool, int]:
        if data[at : at + 1] == b"\x00":
            return False, at + 1
        if data[at : at + 1] == b"\x01":
            return True, at + 1
        raise DecodeError("0 or 1", data[at : at + 1].hex() or "end of input", at)

    fused = Fused("B", pack="1 if {v} else 0", unpack="{0} == 1", unpack_check="{0} <= 1", wanted="0 or 1")
    return Codec("bool", lambda value: b"\x01" if value else b"\x00", decode_at, 1, fused)


def _compact(bits: int) -> Codec[int]:
    def encode(value: int) -> bytes:
        if value >> bits:
            raise EncodeError(f"{shown(value)} is no u{bits}")
        return encode_compact(value)

    return Codec(f"Compact<u{bits}>", encode, lambda data, at: decode_compact(data, at, bits), 1)


def _bytes() -> Codec[bytes]:
    def decode_at(data: bytes, at: int) -> tuple[bytes, int]:
        length, at = decode_compact(data, at, 32)
        end = at + length
        if end > len(data):
            raise DecodeError(f"{length} bytes", f"{len(data) - at}", at)
        return data[at:end], end

    return Codec("Vec<u8>", lambda value: encode_compact(len(value)) + value, decode_at, 1)


def fixed_bytes(length: int) -> Codec[bytes]:
    """Exactly `length` bytes, without a length in front."""
    name = f"[u8; {length}]"

    def encode(value: bytes) -> bytes:
        if len(value) != length:
            raise EncodeError(f"{name} takes {length} bytes, not {len(value)}")
        return bytes(value)

    def decode_at(data: bytes, at: int) -> tuple[bytes, int]:
        end = at + length
        if end > len(data):
            raise DecodeError(name, f"{len(data) - at} bytes", at)
        return data[at:end], end

    fused = Fused(f"{length}s", pack_check=f"len({{v}}) == {length}", wanted=f"{length} bytes")
    return Codec(name, encode, decode_at, length, fused)


def bounded_bytes(bound: int) -> Codec[bytes]:
    """At most `bound` bytes."""

    def decode_at(data: bytes, at: int) -> tuple[bytes, int]:
        count, _ = decode_compact(data, at, 32)
        if count > bound:
            raise DecodeError(f"at most {bound} bytes", str(count), at)
        return BYTES.decode_at(data, at)

    return Codec("Vec<u8>", BYTES.encode, decode_at, 1)


def ordered_set(inner: Codec[T]) -> Codec[tuple[T, ...]]:
    """A sequence that is read in any order, and is ascending and without repetitions once it was read."""
    values = sequence(inner)

    def decode_at(data: bytes, at: int) -> tuple[tuple[T, ...], int]:
        found, end = values.decode_at(data, at)
        return tuple(sorted(set(found))), end  # type: ignore[type-var]

    return Codec(f"BTreeSet<{inner.name}>", values.encode, decode_at, 1)


def _text() -> Codec[str]:
    def decode_at(data: bytes, at: int) -> tuple[str, int]:
        raw, end = BYTES.decode_at(data, at)
        try:
            return raw.decode("utf-8"), end
        except UnicodeDecodeError:
            raise DecodeError("UTF-8 text", raw[:16].hex(), at) from None

    return Codec("str", lambda value: BYTES.encode(value.encode()), decode_at, 1)


def option(inner: Codec[T]) -> Codec[T | None]:
    """Nothing (byte 0) or a value (byte 1, then the value)."""
    encode_some, decode_some = inner.encode, inner.decode_at

    def encode(value: T | None) -> bytes:
        return b"\x00" if value is None else b"\x01" + encode_some(value)

    def decode_at(data: bytes, at: int) -> tuple[T | None, int]:
        flag = data[at : at + 1]
        if flag == b"\x00":
            return None, at + 1
        if flag == b"\x01":
            return decode_some(data, at + 1)
        raise DecodeError("0 or 1 of an option", flag.hex() or "end of input", at)

    return Codec(f"Option<{inner.name}>", encode, decode_at, 1)


def sequence(inner: Codec[T]) -> Codec[tuple[T, ...]]:
    """Any number of values: their count as a compact integer, then each."""
    if inner.fused is not None and len(inner.fused.letters) == 1 and not inner.fused.unpack_check:
        return _number_sequence(inner)
    encode_one, least = inner.encode, inner.min_size
    decode_many = inner.decode_many or _one_by_one(inner.decode_at)

    def encode(values: tuple[T, ...]) -> bytes:
        return encode_compact(len(values)) + b"".join([encode_one(value) for value in values])

    def decode_at(data: bytes, at: int) -> tuple[tuple[T, ...], int]:
        count, at = _decode_count(data, at, least, inner.name)
        return decode_many(data, at, count)

    return Codec(f"Vec<{inner.name}>", encode, decode_at, 1)


def _one_by_one(decode_one: Callable[[bytes, int], tuple[T, int]]) -> DecodeMany[T]:
    def decode_many(data: bytes, at: int, count: int) -> tuple[tuple[T, ...], int]:
        values: list[T] = []
        try:
            for _ in range(count):
                value, at = decode_one(data, at)
                values.append(value)
        except DecodeError as error:
            raise error.within(f"[{len(values)}]") from None
        return tuple(values), at

    return decode_many


def _decode_count(data: bytes, at: int, least: int, name: str) -> tuple[int, int]:
    """The number of elements that follow, refused if what remains of the input cannot hold them."""
    count, at = decode_compact(data, at, 32)
    remaining = len(data) - at
    if count * least > remaining or (not least and count > MAX_ZERO_SIZED):
        raise DecodeError(f"{count} of {name}", f"{remaining} bytes", at)
    return count, at


def _number_sequence(inner: Codec[Any]) -> Codec[Any]:
    assert inner.fused is not None
    letter, size = inner.fused.letters, inner.fused.size

    def encode(values: tuple[int, ...]) -> bytes:
        try:
            return encode_compact(len(values)) + struct.pack(f"<{len(values)}{letter}", *values)
        except struct.error:
            raise EncodeError(f"not every one of {len(values)} numbers is a {inner.name}") from None

    def decode_at(data: bytes, at: int) -> tuple[tuple[int, ...], int]:
        count, at = _decode_count(data, at, size, inner.name)
        return struct.unpack_from(f"<{count}{letter}", data, at), at + count * size

    return Codec(f"Vec<{inner.name}>", encode, decode_at, 1)


def array(inner: Codec[T], length: int) -> Codec[tuple[T, ...]]:
    """Exactly `length` values, without a count in front."""
    parts: Codec[Any] = product([inner] * length)
    return Codec(f"[{inner.name}; {length}]", parts.encode, parts.decode_at, parts.min_size)


def product(parts: list[Codec[Any]]) -> Codec[tuple[Any, ...]]:
    """Values of several types one after the other, as a tuple."""

    def encode(values: tuple[Any, ...]) -> bytes:
        if len(values) != len(parts):
            raise EncodeError(f"{len(parts)} values wanted, not {len(values)}")
        return b"".join([part.encode(value) for part, value in zip(parts, values, strict=True)])

    def decode_at(data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        values: list[Any] = []
        for part in parts:
            try:
                value, at = part.decode_at(data, at)
            except DecodeError as error:
                raise error.within(f".{len(values)}") from None
            values.append(value)
        return tuple(values), at

    name = f"({', '.join(part.name for part in parts)})"
    return Codec(name, encode, decode_at, sum(part.min_size for part in parts))


def choice(members: type[E]) -> Codec[E]:
    """A case without fields, as the one byte that is its value."""
    by_tag = {member.value: member for member in members}

    def decode_at(data: bytes, at: int) -> tuple[E, int]:
        found = by_tag.get(data[at]) if at < len(data) else None
        if found is None:
            raise DecodeError(f"a case of {members.__name__}", data[at : at + 1].hex() or "end of input", at)
        return found, at + 1

    table = "case_of_" + members.__name__
    fused = Fused("B", pack="{v}.value", unpack=f"{table}[{{0}}]", unpack_check=f"{{0}} in {table}")
    fused.env[table], fused.wanted = by_tag, f"a case of {members.__name__}"
    return Codec(members.__name__, lambda member: bytes((member.value,)), decode_at, 1, fused)


def _bits() -> Codec[tuple[bool, ...]]:
    def encode(bits: tuple[bool, ...]) -> bytes:
        number = int("0" + "".join(["1" if bit else "0" for bit in reversed(bits)]), 2)
        return encode_compact(len(bits)) + number.to_bytes((len(bits) + 7) // 8, "little")

    def decode_at(data: bytes, at: int) -> tuple[tuple[bool, ...], int]:
        count, at = decode_compact(data, at, 32)
        end = at + (count + 7) // 8
        if end > len(data):
            raise DecodeError(f"{count} bits", f"{len(data) - at} bytes", at)
        places = [byte >> place & 1 == 1 for byte in data[at:end] for place in range(8)]
        return tuple(places[:count]), end

    return Codec("BitVec<u8, Lsb0>", encode, decode_at, 1)


BOOL = _bool()
BYTES = _bytes()
TEXT = _text()

U8 = Annotated[int, _number("u8", "B")]
U16 = Annotated[int, _number("u16", "H")]
U32 = Annotated[int, _number("u32", "I")]
U64 = Annotated[int, _number("u64", "Q")]
U128 = Annotated[int, _u128()]
Compact16 = Annotated[int, _compact(16)]
Compact32 = Annotated[int, _compact(32)]
Compact64 = Annotated[int, _compact(64)]
Compact128 = Annotated[int, _compact(128)]
Bytes4 = Annotated[bytes, fixed_bytes(4)]
Bytes8 = Annotated[bytes, fixed_bytes(8)]
Bytes16 = Annotated[bytes, fixed_bytes(16)]
Bytes20 = Annotated[bytes, fixed_bytes(20)]
Bytes32 = Annotated[bytes, fixed_bytes(32)]
Bytes64 = Annotated[bytes, fixed_bytes(64)]
Bytes65 = Annotated[bytes, fixed_bytes(65)]
Bits = Annotated[tuple[bool, ...], _bits()]
"""Bits in the order of their index; eight to a byte, the first in the lowest place."""
