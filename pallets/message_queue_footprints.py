"""How much a queue holds, and how much of a row of messages it still takes.

Whoever has many messages for one queue asks beforehand what they would cost: for each number of them, how
many new pages they begin and how many bytes they are. A queue may not have more than so many pages to look
at; what would begin one more is left out.

Upstream: substrate/frame/support/src/traits/messages.rs, substrate/frame/message-queue/src/lib.rs
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from pallets.message_queue_items import HEADER_SIZE, BookState
from primitives.record import Record


class QueueFootprint(Record):
    """What a queue holds.

    Upstream: substrate/frame/support/src/traits/messages.rs `QueueFootprint`
    """

    pages: int
    """Pages stored."""

    ready_pages: int
    """Pages that are still to be looked at."""

    count: int
    """Messages not processed yet."""

    size: int
    """Bytes of those."""


class BatchFootprint(Record):
    """What the first messages of a row take.

    Upstream: substrate/frame/support/src/traits/messages.rs `BatchFootprint`
    """

    msgs_count: int
    size_in_bytes: int
    new_pages_count: int


NOTHING = BatchFootprint(0, 0, 0)
"""What no messages take."""


class BatchesFootprints(Record):
    """What messages take, for each number of them that the queue has room for.

    Upstream: substrate/frame/support/src/traits/messages.rs `BatchesFootprints`
    """

    first_page_pos: int
    """Bytes in the page that the first message is added to; 0 where it begins one."""

    footprints: tuple[BatchFootprint, ...]
    """Of one message, of two, and so on."""

    def search_best_by(self, fits: Callable[[BatchFootprint], bool]) -> BatchFootprint:
        """The most messages that fit; once some do not, more do not either.

        Upstream: substrate/frame/support/src/traits/messages.rs `BatchesFootprints::search_best_by`
        """
        if self.footprints and fits(self.footprints[-1]):
            return self.footprints[-1]
        best = bisect_left(self.footprints, True, key=lambda batch: not fits(batch))
        return self.footprints[best - 1] if best else NOTHING


def footprint_of(book: BookState) -> QueueFootprint:
    """What a queue holds, by its book."""
    ready_pages = min(book.end - book.begin, book.count)
    return QueueFootprint(book.count, ready_pages, book.message_count, book.size)


def footprints_of_batches(
    messages: tuple[bytes, ...],
    heap_size: int,
    first_page_pos: int | None,
    pages: int,
    total_pages_limit: int,
) -> BatchesFootprints:
    """What messages take that join a queue of so many ready pages, behind so many bytes in its last one
    (None if it has none).
    """
    position = heap_size if first_page_pos is None else first_page_pos
    made: list[BatchFootprint] = []
    size = new_pages = 0
    for message in messages:
        needed = HEADER_SIZE + len(message)
        if position + needed > heap_size:
            position, pages, new_pages = 0, pages + 1, new_pages + 1
        if pages > total_pages_limit:
            break
        position, size = position + needed, size + len(message)
        made.append(BatchFootprint(len(made) + 1, size, new_pages))
    return BatchesFootprints(first_page_pos or 0, tuple(made))
