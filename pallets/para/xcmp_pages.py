"""Pages taken apart into programs.

Where a program ends shows only by decoding it, in the format that has no lengths. What cannot be decoded ends
the page: the programs before it count, the rest is lost.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator

from pallets.para.xcmp_queue_items import FORMATS, ChannelSignal, Growth, XcmpMessageFormat, beyond
from primitives.record import Record
from primitives.scale.compact import decode_compact
from primitives.scale.errors import DecodeError
from primitives.weights import WeightMeter
from xcm.versions import versioned_xcm_end

XCM_BATCH_SIZE = 250
"""Programs that are put into the queue at once.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `XCM_BATCH_SIZE`
"""


class PageEnd(enum.Enum):
    """Why no more is taken from a page."""

    DONE = "there is no more"
    INVALID = "what follows is no program, or too long a one"
    OUT_OF_WEIGHT = "nothing is left to decode with"


class Batch(Record):
    """Programs from a page, with their versions, and why there are no more; None if there may be."""

    programs: tuple[bytes, ...]
    end: PageEnd | None


def format_of(page: bytes) -> XcmpMessageFormat | None:
    """What a page holds; None if we do not know it, or the page is empty."""
    return FORMATS.get(page[0]) if page else None


def signals_of(page: bytes) -> Iterator[ChannelSignal | None]:
    """The signals in a page; None for the first byte that is none, which is the last."""
    for byte in page[1:]:
        if byte > ChannelSignal.Resume.value:
            yield None
            return
        yield ChannelSignal(byte)


def concatenated(page: bytes, max_length: int, meter: WeightMeter, costs: Growth) -> Iterator[Batch]:
    """The programs of a page without lengths, in batches; decoding is paid for.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::take_first_concatenated_xcm`
    """

    def take(at: int) -> tuple[bytes | PageEnd, int]:
        if not meter.try_consume(costs(0)):
            return PageEnd.OUT_OF_WEIGHT, at
        try:
            end = versioned_xcm_end(page, at)
        except DecodeError:
            return PageEnd.INVALID, at
        meter.consume(beyond(costs, end - at))
        return page[at:end] if end - at <= max_length else PageEnd.INVALID, end

    return _batches(page, take)


def opaque(page: bytes, max_length: int) -> Iterator[Batch]:
    """The programs of a page with lengths, in batches; what they are is not looked at.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::take_first_concatenated_opaque_xcm`
    """

    def take(at: int) -> tuple[bytes | PageEnd, int]:
        try:
            length, start = decode_compact(page, at, 32)
        except DecodeError:
            return PageEnd.INVALID, at
        end = start + length
        return page[start:end] if end <= len(page) and length <= max_length else PageEnd.INVALID, end

    return _batches(page, take)


def _batches(page: bytes, take: Callable[[int], tuple[bytes | PageEnd, int]]) -> Iterator[Batch]:
    """What can be taken from a page, behind its first byte; the last batch says why there are no more."""
    programs: list[bytes] = []
    at, end = 1, None
    while end is None:
        found, at = take(at) if at < len(page) else (PageEnd.DONE, at)
        if isinstance(found, PageEnd):
            end = found
        else:
            programs.append(found)
        if end is not None or len(programs) == XCM_BATCH_SIZE:
            yield Batch(tuple(programs), end)
            programs = []
