"""Rows with one thing changed: the copies that a check of the row has to refuse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

Element = TypeVar("Element")


def altered(
    row: tuple[Element, ...], each: Callable[[Element], Iterator[Element]]
) -> Iterator[tuple[Element, ...]]:
    """Every copy of a row with one element dropped, told twice, or changed as `each` says."""
    for place, element in enumerate(row):
        before, behind = row[:place], row[place + 1 :]
        yield (*before, *behind)
        yield (*before, element, element, *behind)
        yield from ((*before, other, *behind) for other in each(element))


def swapped(row: tuple[Element, ...]) -> Iterator[tuple[Element, ...]]:
    """Every copy of a row with two neighbours in each other's place, where they differ."""
    for place in range(len(row) - 1):
        one, other = row[place : place + 2]
        if one != other:
            yield (*row[:place], other, one, *row[place + 2 :])


def bent(raw: bytes) -> Iterator[bytes]:
    """A byte changed at either end, and a byte missing; of nothing, one byte more."""
    if not raw:
        yield b"\x00"
        return
    yield bytes((raw[0] ^ 1, *raw[1:]))
    yield bytes((*raw[:-1], raw[-1] ^ 0x80))
    yield raw[:-1]
