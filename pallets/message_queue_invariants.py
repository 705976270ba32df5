"""What must hold between the storage items of MessageQueue, whatever happened.

Upstream's own check of its state; a replay and the tests run it after every step. And what must hold between
the figures that a runtime gives to the pallet.

Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::do_try_state`
"""

from __future__ import annotations

from collections.abc import Iterator

from pallets.message_queue import MessageQueue
from pallets.message_queue_items import HEADER_SIZE, BookState, Page
from primitives.record import Record

BOUND = 1 << 30
"""No count of a book comes near this."""


def violations(queue: MessageQueue) -> Iterator[str]:
    """Each invariant that does not hold, as a sentence; none if all do."""
    books = dict(queue.book_state_for.items())
    pages: dict[Record, dict[int, Page]] = {}
    for (origin, index), page in queue.pages.items():
        pages.setdefault(origin, {})[index] = page
    for origin in pages.keys() - books.keys():
        yield f"{origin} has pages, but no book"
    for origin, book in books.items():
        yield from _book(origin, book, pages.get(origin, {}))
    for origin, held in pages.items():
        for index, page in held.items():
            yield from _page(f"page {index} of {origin}", page)
    yield from _ring(queue, books)


def misfits(queue: MessageQueue) -> Iterator[str]:
    """What a runtime got wrong in the figures that it gave to its queues, as sentences.

    Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::do_integrity_test`
    """
    if queue.max_message_len <= 0:
        yield "a page has no room for any message"
    service, overhead = queue.constants.service_weight, queue.single_msg_overhead()
    if service is not None and overhead.any_gt(service):
        yield f"what is set aside for serving, {service}, does not even do for one message: {overhead}"


def _book(origin: Record, book: BookState, held: dict[int, Page]) -> Iterator[str]:
    if book.begin > book.end:
        yield f"the book of {origin} begins behind its end"
    if max(book.end, book.count, book.message_count, book.size) >= BOUND:
        yield f"the book of {origin} has a count beyond all bounds"
    if not set(range(book.begin, book.end)) <= held.keys():
        yield f"the book of {origin} lacks a page that it has not passed"
    if book.count != len(held):
        yield f"the book of {origin} counts {book.count} pages, there are {len(held)}"
    if book.message_count != sum(page.remaining for page in held.values()):
        yield f"the messages that the book of {origin} counts are not those of its pages"
    if book.size != sum(page.remaining_size for page in held.values()):
        yield f"the bytes that the book of {origin} counts are not those of its pages"
    if (book.ready_neighbours is not None) != (book.begin < book.end):
        yield f"{origin} is ready, or not, against what its book says"


def _page(name: str, page: Page) -> Iterator[str]:
    """A page that stands has something left in it, and counts rightly what that is."""
    remaining, size, at = 0, 0, 0
    while at + HEADER_SIZE <= len(page.heap):
        length, processed = int.from_bytes(page.heap[at : at + 4], "little"), page.heap[at + 4]
        if not processed:
            remaining, size = remaining + 1, size + length
        at += HEADER_SIZE + length
    if at != len(page.heap):
        yield f"{name} ends within a message"
    if not page.remaining:
        yield f"{name} stands although nothing is left in it"
    if (page.remaining, page.remaining_size) != (remaining, size):
        counted = f"{page.remaining} messages of {page.remaining_size} bytes"
        yield f"{name} counts {counted}, has {remaining} of {size}"


def _ring(queue: MessageQueue, books: dict[Record, BookState]) -> Iterator[str]:
    """The ring goes round once through every book that is ready, both ways."""
    head, ready = (
        queue.service_head.get(),
        {origin for origin, book in books.items() if book.ready_neighbours},
    )
    if (head is None) != (not ready):
        yield "the service head is there without a ready book, or missing with one"
    seen, at = set[Record](), head
    while at is not None and at not in seen:
        seen.add(at)
        neighbours = books[at].ready_neighbours if at in books else None
        if neighbours is None:
            yield f"{at} is in the ready ring, but its book is not"
            return
        following = books[neighbours.next].ready_neighbours if neighbours.next in books else None
        if following is None or following.prev != at:
            yield f"the neighbour after {at} does not name it as the one before"
        at = neighbours.next
    if seen != ready:
        yield "the ready ring does not hold the books that are ready"
