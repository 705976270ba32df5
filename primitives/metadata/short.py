"""A faster way to read what metadata is full of: short texts, small ids, words that mostly are not there.

A **quick** codec reads in one step what would otherwise take a function for each option, text and number.
It knows the common case only: as soon as something is long, unusual or cut off, the plain codec reads the
same bytes from their start, and whatever is wrong with them is for it to say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from primitives.scale.codec import TEXT, Codec, Compact32, sequence
from primitives.scale.derive import codec

T = TypeVar("T")

LONGEST = 63
"""The largest number whose compact form is one byte."""


class NotQuick(Exception):
    """Not the common case."""


def quick(plain: Codec[T], read: Callable[[bytes, int], tuple[T, int]]) -> Codec[T]:
    """A codec that reads with `read` first, which may run over the end of the input or raise `NotQuick`."""
    decode_plain = plain.decode_at

    def decode_at(data: bytes, at: int) -> tuple[T, int]:
        try:
            found = read(data, at)
        except (IndexError, UnicodeDecodeError, NotQuick):
            return decode_plain(data, at)
        return found if found[1] <= len(data) else decode_plain(data, at)

    return Codec(plain.name, plain.encode, decode_at, plain.min_size)


def read_id(data: bytes, at: int) -> tuple[int, int]:
    """A compact number of one byte or two."""
    first = data[at]
    if not first & 3:
        return first >> 2, at + 1
    number = (first | data[at + 1] << 8) >> 2
    if first & 3 != 1 or number <= LONGEST:
        raise NotQuick
    return number, at + 2


def read_text(data: bytes, at: int) -> tuple[str, int]:
    """A text in ASCII of which the length takes one byte or two."""
    if not data[at] & 3:
        end = at + 1 + (data[at] >> 2)
        return str(data[at + 1 : end], "ascii"), end
    length, at = read_id(data, at)
    return str(data[at : at + length], "ascii"), at + length


def read_option(data: bytes, at: int) -> tuple[str | None, int]:
    """Such a text, or none."""
    if data[at] > 1:
        raise NotQuick
    return read_text(data, at + 1) if data[at] else (None, at + 1)


def read_texts(data: bytes, at: int) -> tuple[tuple[str, ...], int]:
    """Such texts, mostly none."""
    if not data[at]:
        return (), at + 1
    count, at = read_id(data, at)
    found = []
    for _ in range(count):
        text, at = read_text(data, at)
        found.append(text)
    return tuple(found), at


_ID: Codec[int] = codec(Compact32)
_TEXTS: Codec[tuple[str, ...]] = sequence(TEXT)

ID: Codec[int] = quick(_ID, read_id)
NAME: Codec[str] = quick(TEXT, read_text)
WORDS: Codec[tuple[str, ...]] = quick(_TEXTS, read_texts)
