"""What the MessageQueue pallet stores, says and refuses; and what a page is and does.

A **page** holds messages one behind the other in its heap, each as an item:

| bytes | what |
|---|---|
| 4 | length of the message |
| 1 | 1 if it was processed, else 0 |
| that many | the message |

`first` is the offset of the item to be looked at next, `last` that of the last one. An item may be passed
without being processed (it was too heavy): it then stays, and counts as remaining.

Upstream: substrate/frame/message-queue/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from primitives.errors import ErrorCode
from primitives.ids import Hash
from primitives.record import Record, replace
from primitives.scale.codec import U32, U64, Bytes32
from primitives.weights import Weight

HEADER_SIZE = 5
"""Bytes in front of each message in a page."""

AggregateMessageOrigin = Annotated[Record, "AggregateMessageOrigin"]
"""Whose messages a queue holds. Each chain has its own such type, by which its wire replaces this."""


class Neighbours(Record):
    """The queues before and after one in the ready ring."""

    prev: AggregateMessageOrigin
    next: AggregateMessageOrigin


class BookState(Record):
    """One queue: its pages, and whether it is in the ready ring."""

    begin: U32 = 0
    """The first page that is not passed whole."""

    end: U32 = 0
    """One behind the last page."""

    count: U32 = 0
    """Pages stored; older ones than `begin` still hold messages that were too heavy."""

    ready_neighbours: Neighbours | None = None
    """There if and only if `begin` is before `end`."""

    message_count: U64 = 0
    """Messages not processed yet."""

    size: U64 = 0
    """Bytes of those."""


class Page(Record):
    """Part of a queue."""

    remaining: U32
    """Messages not processed yet."""

    remaining_size: U32
    """Bytes of those."""

    first_index: U32
    """Items before the one at `first`."""

    first: U32
    """Offset of the item to be looked at next."""

    last: U32
    """Offset of the last item."""

    heap: bytes
    """The items."""


class Item(Record):
    """One message in a page."""

    offset: int
    processed: bool
    message: bytes


def page_of(message: bytes) -> Page:
    """A page with one message.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::from_message`
    """
    return Page(1, len(message), 0, 0, 0, _header(message, processed=False) + message)


def appended(page: Page, message: bytes, heap_size: int) -> Page | None:
    """The page with one more message, or None if it has no room.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::try_append_message`
    """
    if heap_size - len(page.heap) < HEADER_SIZE + len(message):
        return None
    return replace(
        page,
        remaining=page.remaining + 1,
        remaining_size=page.remaining_size + len(message),
        last=len(page.heap),
        heap=page.heap + _header(message, processed=False) + message,
    )


def peek_first(page: Page) -> Item | None:
    """The item to be looked at next, or None if all were.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::peek_first`
    """
    return None if page.first > page.last else _item(page, page.first)


def skip_first(page: Page, *, processed: bool) -> Page:
    """The page with the next item passed, and marked if it was processed.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::skip_first`
    """
    item = _item(page, page.first)
    if item is None:
        return page
    marked = note_processed(page, item) if processed else page
    return replace(
        marked,
        first=page.first + HEADER_SIZE + len(item.message),
        first_index=page.first_index + 1,
    )


def peek_index(page: Page, index: int) -> Item | None:
    """The item of an index, counted from the start of the page, or None if there are fewer.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::peek_index`
    """
    offset = 0
    for _ in range(index):
        passed = _item(page, offset)
        if passed is None:
            return None
        offset += HEADER_SIZE + len(passed.message)
    return _item(page, offset)


def note_processed(page: Page, item: Item) -> Page:
    """The page with an item marked as processed; no change if it is.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::note_processed_at_pos`
    """
    if item.processed:
        return page
    flag = item.offset + HEADER_SIZE - 1
    return replace(
        page,
        remaining=max(page.remaining - 1, 0),
        remaining_size=max(page.remaining_size - len(item.message), 0),
        heap=page.heap[:flag] + b"\x01" + page.heap[flag + 1 :],
    )


def is_complete(page: Page) -> bool:
    """Whether every message was processed.

    Upstream: substrate/frame/message-queue/src/lib.rs `Page::is_complete`
    """
    return page.remaining == 0


def _header(message: bytes, *, processed: bool) -> bytes:
    return len(message).to_bytes(4, "little") + bytes((processed,))


def _item(page: Page, offset: int) -> Item | None:
    start = offset + HEADER_SIZE
    if start > len(page.heap):
        return None
    length = int.from_bytes(page.heap[offset : offset + 4], "little")
    message = page.heap[start : start + length]
    return Item(offset, page.heap[start - 1] != 0, message) if len(message) == length else None


class BadFormat(Record, tag=0):
    """The message is not well formed."""


class Corrupt(Record, tag=1):
    """The message is no message."""


class Unsupported(Record, tag=2):
    """The message asks for what this chain does not do."""


class Overweight(Record, tag=3):
    """The message needs so much weight, which is not there now."""

    UNNAMED: ClassVar[bool] = True

    weight: Weight


class Yield(Record, tag=4):
    """The message is to be tried again later, and those behind it too."""


class StackLimitReached(Record, tag=5):
    """The message makes calls nest too deep."""


ProcessMessageError = BadFormat | Corrupt | Unsupported | Overweight | Yield | StackLimitReached
"""Why a message was not processed.

Upstream: substrate/frame/support/src/traits/messages.rs `ProcessMessageError`
"""


class ProcessingFailed(Record, tag=0):
    """A message was dropped: it can never be processed."""

    id: Hash
    origin: AggregateMessageOrigin
    error: ProcessMessageError


class Processed(Record, tag=1):
    """A message was processed; `success` is what its processor says of it."""

    id: Hash
    origin: AggregateMessageOrigin
    weight_used: Weight
    success: bool


class OverweightEnqueued(Record, tag=2):
    """A message was set aside: it is heavier than this chain ever gives one. `execute_overweight` may run
    it.
    """

    id: Bytes32
    origin: AggregateMessageOrigin
    page_index: U32
    message_index: U32


class PageReaped(Record, tag=3):
    """An old page was thrown away, with the messages that were too heavy."""

    origin: AggregateMessageOrigin
    index: U32


Event = ProcessingFailed | Processed | OverweightEnqueued | PageReaped


class Error(ErrorCode):
    """Why a call of MessageQueue fails."""

    NotReapable = enum.auto()
    """The page is too young, or there are too few old ones."""
    NoPage = enum.auto()
    """There is no such page."""
    NoMessage = enum.auto()
    """There is no such message in the page."""
    AlreadyProcessed = enum.auto()
    """The message was processed already."""
    Queued = enum.auto()
    """The message has not had its turn yet."""
    InsufficientWeight = enum.auto()
    """The message needs more weight than the caller allows."""
    TemporarilyUnprocessable = enum.auto()
    """The message cannot be processed now, but perhaps later."""
    QueuePaused = enum.auto()
    """The queue is paused."""
    RecursiveDisallowed = enum.auto()
    """A message must not work on the queues while it is processed itself."""


class MessageQueueConstants(Record):
    """What a runtime fixes for its MessageQueue pallet."""

    heap_size: U32
    """Bytes of items that a page may hold."""

    max_stale: U32
    """Old pages that a queue may have before they can be reaped."""

    service_weight: Weight | None
    """Weight for servicing queues at the start of a block."""

    idle_max_service_weight: Weight | None
    """Weight for servicing queues in what is left of a block, at most."""


class MessageQueueWeights(Record):
    """What the parts of servicing cost, reads and writes included."""

    bump_service_head: Weight
    service_queue_base: Weight
    service_page_base_completion: Weight
    service_page_base_no_completion: Weight
    service_page_item: Weight
    ready_ring_unknit: Weight
    execute_overweight_page_removed: Weight
    execute_overweight_page_updated: Weight
