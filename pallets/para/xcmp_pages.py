"""Pages taken apart into programs.

Where a program ends shows only by decoding it, in the format that has no lengths. What cannot be decoded ends
the page: the programs before it count, the rest is lost.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pallets.para.xcmp_queue_items import FORMATS, ChannelSignal, Growth, XcmpMessageFormat, beyond
from primitives.scale.compact import decode_compact
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from xcm.versions import versioned_xcm_end

XCM_BATCH_SIZE = 250
"""Programs that are put into the queue at once.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `XCM_BATCH_SIZE`
"""


MAX_SIGNALS_PER_PAGE = 3
"""Signals of one page that are looked at.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `MAX_SIGNALS_PER_PAGE`
"""


def format_of(page: bytes) -> XcmpMessageFormat | None:
    """What a page holds; None if we do not know it, or the page is empty."""
    return FORMATS.get(page[0]) if page else None


def signals_of(page: bytes) -> Iterator[ChannelSignal]:
    """The signals in a page, up to the first byte that is none, and not more than are looked at."""
    for byte in page[1 : 1 + MAX_SIGNALS_PER_PAGE]:
        if byte > ChannelSignal.Resume.value:
            return
        yield ChannelSignal(byte)


def concatenated(
    page: bytes, max_length: int, meter: WeightMeter, costs: Growth
) -> Iterator[tuple[bytes, ...]]:
    """The programs of a page without lengths, in batches; decoding is paid for.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::take_first_concatenated_xcm`
    """

    def bounds(at: int) -> tuple[int, int] | None:
        if not meter.try_consume(costs(0)):
            return None
        try:
            end = versioned_xcm_end(page, at)
        except DecodeError:
            return None
        meter.consume(beyond(costs, end - at))
        return (at, end) if end - at <= max_length else None

    return _batches(page, bounds)


def opaque(page: bytes, max_length: int) -> Iterator[tuple[bytes, ...]]:
    """The programs of a page with lengths, in batches; what they are is not looked at.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::take_first_concatenated_opaque_xcm`
    """

    def bounds(at: int) -> tuple[int, int] | None:
        try:
            length, start = decode_compact(page, at, 32)
        except DecodeError:
            return None
        return (start, start + length) if length <= min(max_length, len(page) - start) else None

    return _batches(page, bounds)


def programs_of(page: bytes) -> Iterator[bytes]:
    """The programs of a page of our own; nothing is paid for looking at them."""
    free = WeightMeter(ZERO_WEIGHT)
    is_opaque = format_of(page) is XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm
    batches = opaque(page, len(page)) if is_opaque else concatenated(page, len(page), free, _nothing)
    return (program for batch in batches for program in batch)


def _nothing(size: int) -> Weight:
    return ZERO_WEIGHT


def _batches(page: bytes, bounds: Callable[[int], tuple[int, int] | None]) -> Iterator[tuple[bytes, ...]]:
    """What stands behind the first byte of a page, until `bounds` knows nothing of what begins at a place."""
    programs: list[bytes] = []
    at = 1
    while at < len(page) and (found := bounds(at)) is not None:
        start, at = found
        programs.append(page[start:at])
        if len(programs) == XCM_BATCH_SIZE:
            yield tuple(programs)
            programs = []
    if programs:
        yield tuple(programs)
