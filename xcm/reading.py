"""Reading XCM within its bounds, and the layouts that no annotation can say.

Anybody may send a program, so reading one is bounded three times. A list holds no more than its **bound**.
**Depth** counts the lists and the shared junctions around a value, programs included. And all programs of one
message together, those inside others too, may hold 100 instructions.

What depends on the bytes read before (depth, instructions) is kept in `READING` while a message is read.

Upstream: polkadot/xcm/src/utils.rs `decode_xcm_instructions`, polkadot/xcm/src/lib.rs `MAX_XCM_DECODE_DEPTH`
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from primitives.scale.codec import Codec
from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.errors import DecodeError, EncodeError

T = TypeVar("T")

Late = Callable[[], Codec[T]]
"""A codec that is asked for at its first use, when all types are declared."""

MAX_XCM_DECODE_DEPTH = 8
"""How deep a message may be; deeper ones do not decode."""

MAX_INSTRUCTIONS_TO_DECODE = 100
"""Instructions of all programs in one message together."""

MAX_JUNCTIONS = 8
"""Junctions of one location."""

OUTER_DEPTH = 256
"""Depth where no limit of XCM holds: in extrinsics and in storage."""


class Unconvertible(ValueError):
    """A value of one XCM version that another version has no words for; its bytes are not to blame."""


class Reading:
    """How far the message that is being read has gone.

    `foreign` collects what the newest version cannot say. It is raised when the whole message is read, since
    a message that is broken further on does not decode in the first place."""

    def __init__(self) -> None:
        self.depth, self.max_depth = 0, OUTER_DEPTH
        self.instructions: int | None = None
        self.foreign: list[str] | None = None

    def message(self, max_depth: int) -> _Message:
        """Read one message, in a `with` statement; gives the list of what turns out to be foreign."""
        return _Message(self, max_depth)

    def note_foreign(self, what: str) -> None:
        """Remember that the message holds something foreign; outside of a message, say so at once."""
        if self.foreign is None:
            raise Unconvertible(what)
        self.foreign.append(what)

    def items(self, inner: Codec[T], data: bytes, at: int, count: int) -> tuple[tuple[T, ...], int]:
        """So many values, one level deeper."""
        if self.depth >= self.max_depth:
            raise DecodeError(f"at most {self.max_depth} levels of XCM", "more", at)
        self.depth += 1
        try:
            return _items(inner, data, at, count)
        finally:
            self.depth -= 1


class _Message:
    """One message being read, perhaps inside of another."""

    __slots__ = ("_max_depth", "_outer", "_reading")

    def __init__(self, reading: Reading, max_depth: int) -> None:
        self._reading, self._max_depth = reading, max_depth

    def __enter__(self) -> list[str]:
        reading = self._reading
        self._outer = reading.depth, reading.max_depth, reading.instructions, reading.foreign
        foreign: list[str] = []
        reading.depth, reading.max_depth, reading.instructions, reading.foreign = (
            0,
            self._max_depth,
            None,
            foreign,
        )
        return foreign

    def __exit__(self, *error: object) -> None:
        reading = self._reading
        reading.depth, reading.max_depth, reading.instructions, reading.foreign = self._outer


READING = Reading()


def _items(inner: Codec[T], data: bytes, at: int, count: int) -> tuple[tuple[T, ...], int]:
    values: list[T] = []
    try:
        for _ in range(count):
            value, at = inner.decode_at(data, at)
            values.append(value)
    except DecodeError as error:
        raise error.within(f"[{len(values)}]") from None
    return tuple(values), at


def _encoded(inner: Codec[T], values: tuple[T, ...]) -> bytes:
    return b"".join([inner.encode(value) for value in values])


def junctions_codec(inner: Late[T], *, shared: bool) -> Codec[tuple[T, ...]]:
    """Up to eight values behind a byte that counts them; a level of depth only if they are `shared`.

    Upstream writes an enum `Here`, `X1` to `X8`; from version 4 on its cases point to a shared array.
    """
    inner = functools.cache(inner)

    def encode(values: tuple[T, ...]) -> bytes:
        if len(values) > MAX_JUNCTIONS:
            raise EncodeError(f"a location has at most {MAX_JUNCTIONS} junctions, not {len(values)}")
        return bytes((len(values),)) + _encoded(inner(), values)

    def decode_at(data: bytes, at: int) -> tuple[tuple[T, ...], int]:
        count = data[at] if at < len(data) else -1
        if not 0 <= count <= MAX_JUNCTIONS:
            found = data[at : at + 1].hex() or "end of input"
            raise DecodeError(f"0 to {MAX_JUNCTIONS} junctions", found, at)
        if count and shared:
            return READING.items(inner(), data, at + 1, count)
        return _items(inner(), data, at + 1, count)

    return Codec("Junctions", encode, decode_at, 1)


def bounded_codec(
    element: str,
    inner: Late[T],
    bound: int,
    check: Callable[[tuple[T, ...]], bool] = lambda values: True,
) -> Codec[tuple[T, ...]]:
    """At most `bound` values for which `check` holds, one level deeper; `element` is their upstream name."""
    inner = functools.cache(inner)

    def decode_at(data: bytes, at: int) -> tuple[tuple[T, ...], int]:
        count, start = decode_compact(data, at, 32)
        if count > bound:
            raise DecodeError(f"at most {bound} of {element}", str(count), at)
        values, end = READING.items(inner(), data, start, count)
        if not check(values):
            raise DecodeError(f"{element} in order, none twice", "another order", at)
        return values, end

    def encode(values: tuple[T, ...]) -> bytes:
        return encode_compact(len(values)) + _encoded(inner(), values)

    return Codec(f"Vec<{element}>", encode, decode_at, 1)


def program_codec(inner: Late[Any]) -> Codec[tuple[Any, ...]]:
    """Instructions, counted together with those of the programs around and inside."""
    inner = functools.cache(inner)

    def decode_at(data: bytes, at: int) -> tuple[tuple[Any, ...], int]:
        outermost = READING.instructions is None
        try:
            count, start = decode_compact(data, at, 32)
            READING.instructions = (READING.instructions or 0) + count
            if READING.instructions > MAX_INSTRUCTIONS_TO_DECODE:
                limit = f"at most {MAX_INSTRUCTIONS_TO_DECODE} instructions"
                raise DecodeError(limit, str(READING.instructions), at)
            return READING.items(inner(), data, start, count)
        finally:
            if outermost:
                READING.instructions = None

    def encode(program: tuple[Any, ...]) -> bytes:
        return encode_compact(len(program)) + _encoded(inner(), program)

    return Codec("Vec<Instruction>", encode, decode_at, 1)
