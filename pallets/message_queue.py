"""Queues of messages, one for each sender, served in turn within a limit of weight.

Each origin has a **book**: a row of pages. Books with messages to look at stand in the **ready ring**;
`ServiceHead` is the one to be served first. Servicing walks round the ring, message by message, until the
weight is used up, nothing more moves, or nothing is left. A message heavier than the chain ever gives one
is **overweight**: it is set aside in its page, where `execute_overweight` can run it later, or `reap_page`
throw it away with its page once there are too many old ones.

What processing a message means is the runtime's to say (`Processor`), and so is who is told when a queue
changes (`QueueChangeHandler`).

Upstream: substrate/frame/message-queue/src/lib.rs
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from typing_extensions import override

from pallets.message_queue_footprints import (
    BatchesFootprints,
    QueueFootprint,
    footprint_of,
    footprints_of_batches,
)
from pallets.message_queue_items import (
    HEADER_SIZE,
    AggregateMessageOrigin,
    BookState,
    Error,
    Event,
    Item,
    MessageQueueConstants,
    MessageQueueWeights,
    Neighbours,
    Overweight,
    OverweightEnqueued,
    Page,
    PageReaped,
    Processed,
    ProcessingFailed,
    ProcessMessageError,
    StackLimitReached,
    Yield,
    appended,
    is_complete,
    note_processed,
    page_of,
    peek_first,
    peek_index,
    skip_first,
)
from primitives.arithmetic import saturating_sub
from primitives.errors import Defect, DispatchError, ensure
from primitives.hashing import blake2_256
from primitives.ids import BlockNumber, Hash
from primitives.origin import Origin, ensure_signed
from primitives.pallet import Frame, Pallet, call, item
from primitives.record import Record, replace
from primitives.scale.codec import U32
from primitives.storage.views import DefaultMap, Map, OptionValue
from primitives.weights import ZERO_WEIGHT, PostDispatchInfo, Weight, WeightMeter


class Outcome(Record):
    """What became of a message: `True` or `False` as its processor says, or why it was not processed.

    `id` names the message in events; a processor may know a better one than its hash.
    """

    id: Hash
    result: bool | ProcessMessageError


class Processor(Protocol):
    """What a message means here.

    Upstream: substrate/frame/support/src/traits/messages.rs `ProcessMessage`
    """

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        """Do what a message says, within the weight left in `meter`."""
        ...


class QueueChangeHandler(Protocol):
    """Who is told when a queue changes.

    Upstream: substrate/frame/message-queue/src/lib.rs `OnQueueChanged`
    """

    def on_queue_changed(self, origin: Record, footprint: QueueFootprint) -> None:
        """A queue now holds so much that is not processed."""
        ...


class PageStatus(enum.Enum):
    """How serving a page ended."""

    BAILED = "the weight is used up"
    NO_PROGRESS = "its next message has to wait"
    NO_MORE = "every message in it has been looked at"


def never_paused(origin: Record) -> bool:
    """For chains that pause no queue."""
    return False


class MessageQueue(
    Pallet, prefix="MessageQueue", events=Event, errors=Error, constants=MessageQueueConstants
):
    """The queues.

    Upstream: substrate/frame/message-queue/src/lib.rs `Pallet`
    """

    book_state_for: DefaultMap[AggregateMessageOrigin, BookState] = item(default=BookState())
    """The book of each origin; once there, never removed."""

    service_head: OptionValue[AggregateMessageOrigin]
    """The first of the ready ring; absent if the ring is empty."""

    pages: Map[tuple[AggregateMessageOrigin, U32], Page] = item(hashers=("Twox64Concat", "Twox64Concat"))
    """The pages of each origin by index."""

    def __init__(
        self,
        frame: Frame,
        processor: Processor,
        change_handler: QueueChangeHandler,
        constants: MessageQueueConstants,
        weights: MessageQueueWeights,
        is_paused: Callable[[Record], bool] = never_paused,
    ) -> None:
        super().__init__(frame)
        self.processor, self.change_handler, self.is_paused = processor, change_handler, is_paused
        self.constants, self.weights = constants, weights
        # Not the chain's: whether a message is being processed right now, further up the call stack.
        self._is_serving = False

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Serve the queues with what is set aside for that.

        Upstream: substrate/frame/message-queue/src/lib.rs `Hooks::on_initialize`
        """
        if self.constants.service_weight is not None:
            self.service_queues(self.constants.service_weight)

    @override
    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Serve the queues with what is left of the block; gives what was used.

        Upstream: substrate/frame/message-queue/src/lib.rs `Hooks::on_idle`
        """
        limit = self.constants.idle_max_service_weight
        return self.service_queues(limit.min(remaining)) if limit is not None else ZERO_WEIGHT

    # Enqueueing.

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have.

        Upstream: substrate/frame/message-queue/src/lib.rs `MaxMessageLen`
        """
        return self.constants.heap_size - HEADER_SIZE

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of an origin's queue, which joins the ready ring at its tail.

        Upstream: substrate/frame/message-queue/src/lib.rs `EnqueueMessage::enqueue_messages`
        """
        too_long = next((len(each) for each in messages if len(each) > self.max_message_len), None)
        if too_long is not None:
            raise Defect(f"a message of {too_long} bytes does not fit into a page")
        book = self._with_messages(origin, self.book_state_for[origin], messages)
        if book.ready_neighbours is None:
            book = replace(book, ready_neighbours=self._knit(origin))
        self.book_state_for[origin] = book
        self._tell_change(origin, book)

    def _with_messages(self, origin: Record, book: BookState, messages: tuple[bytes, ...]) -> BookState:
        """The book with messages in its pages; the last page takes what it can, then a new one is begun."""
        page = self.pages.get((origin, book.end - 1)) if book.end > book.begin else None
        end, count = book.end, book.count
        for message in messages:
            grown = appended(page, message, self.constants.heap_size) if page is not None else None
            if grown is None:
                if page is not None:
                    self.pages[origin, end - 1] = page
                end, count, grown = end + 1, count + 1, page_of(message)
            page = grown
        if page is not None and messages:
            self.pages[origin, end - 1] = page
        return replace(
            book,
            end=end,
            count=count,
            message_count=book.message_count + len(messages),
            size=book.size + sum(map(len, messages)),
        )

    def footprint(self, origin: Record) -> QueueFootprint:
        """What an origin's queue holds.

        Upstream: substrate/frame/message-queue/src/lib.rs `QueueFootprintQuery::footprint`
        """
        return footprint_of(self.book_state_for[origin])

    def batches_footprints(
        self, origin: Record, messages: tuple[bytes, ...], total_pages_limit: int
    ) -> BatchesFootprints:
        """What the first messages of these would take in an origin's queue, for each number of them, as long
        as the queue has no more ready pages than the limit.

        Upstream: substrate/frame/message-queue/src/lib.rs `QueueFootprintQuery::get_batches_footprints`
        """
        book, heap_size = self.book_state_for[origin], self.constants.heap_size
        page = self.pages.get((origin, book.end - 1)) if book.end > book.begin else None
        first_page_pos = None if page is None else len(page.heap)
        pages = book.end - book.begin
        return footprints_of_batches(messages, heap_size, first_page_pos, pages, total_pages_limit)

    def sweep_queue(self, origin: Record) -> None:
        """Take an origin's queue out of service; its pages and counts stay.

        Upstream: substrate/frame/message-queue/src/lib.rs `EnqueueMessage::sweep_queue`
        """
        if origin not in self.book_state_for:
            return
        book = self.book_state_for[origin]
        if book.ready_neighbours is not None:
            self._unknit(origin, book.ready_neighbours)
        self.book_state_for[origin] = replace(book, begin=book.end, ready_neighbours=None)

    # The ready ring.

    def _knit(self, origin: Record) -> Neighbours:
        """Take a queue into the ring, before its head.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::ready_ring_knit`
        """
        head = self.service_head.get()
        if head is None:
            self.service_head.put(origin)
            return Neighbours(origin, origin)
        tail = self._neighbours(head).prev
        self._link(head, prev=origin)
        self._link(tail, next=origin)
        return Neighbours(prev=tail, next=head)

    def _unknit(self, origin: Record, neighbours: Neighbours) -> None:
        """Take a queue out of the ring; its own book is the caller's to write.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::ready_ring_unknit`
        """
        if origin == neighbours.next:
            self.service_head.kill()
            return
        self._link(neighbours.next, prev=neighbours.prev)
        self._link(neighbours.prev, next=neighbours.next)
        if self.service_head.get() == origin:
            self.service_head.put(neighbours.next)

    def _neighbours(self, origin: Record) -> Neighbours:
        neighbours = self.book_state_for[origin].ready_neighbours
        if neighbours is None:
            raise Defect(f"{origin} is in the ready ring, but has no neighbours")
        return neighbours

    def _link(self, origin: Record, *, prev: Record | None = None, next: Record | None = None) -> None:
        book, now = self.book_state_for[origin], self._neighbours(origin)
        linked = Neighbours(prev if prev is not None else now.prev, next if next is not None else now.next)
        self.book_state_for[origin] = replace(book, ready_neighbours=linked)

    def _bump_service_head(self, meter: WeightMeter) -> Record | None:
        """The queue to serve first; the next call will begin with the one behind it.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::bump_service_head`
        """
        if not meter.try_consume(self.weights.bump_service_head):
            return None
        head = self.service_head.get()
        neighbours = self.book_state_for[head].ready_neighbours if head is not None else None
        if head is None or neighbours is None:
            return None
        self.service_head.put(neighbours.next)
        return head

    # Serving.

    @contextmanager
    def _serving(self) -> Iterator[bool]:
        """Gives whether we may serve: not from inside a message that is being processed."""
        was_serving, self._is_serving = self._is_serving, True
        try:
            yield not was_serving
        finally:
            self._is_serving = was_serving

    def overweight_limit(self, limit: Weight) -> Weight:
        """The most weight a message may need in any servicing; beyond that it is set aside.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::max_message_weight`
        """
        at_start, in_idle = self.constants.service_weight, self.constants.idle_max_service_weight
        if at_start is None or in_idle is None:
            most = at_start or in_idle or limit
        else:
            most = at_start if at_start.any_gt(in_idle) else in_idle
        overhead = self.single_msg_overhead()
        return ZERO_WEIGHT if overhead.any_gt(most) else most.saturating_sub(overhead)

    def single_msg_overhead(self) -> Weight:
        """What serving one message costs besides the message.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::single_msg_overhead`
        """
        weights = self.weights
        page = weights.service_page_base_completion.max(weights.service_page_base_no_completion)
        parts = (weights.service_queue_base, page, weights.service_page_item, weights.ready_ring_unknit)
        total = weights.bump_service_head
        for part in parts:
            total = total.saturating_add(part)
        return total

    def service_queues(self, limit: Weight) -> Weight:
        """Serve the ready ring within a limit; gives the weight used. Does nothing from inside a message.

        Upstream: substrate/frame/message-queue/src/lib.rs `ServiceQueues::service_queues`
        """
        meter = WeightMeter(limit)
        with self._serving() as may_serve:
            if may_serve:
                self._service_ring(meter, self.overweight_limit(limit))
        return meter.consumed

    def _service_ring(self, meter: WeightMeter, overweight_limit: Weight) -> None:
        queue = self._bump_service_head(meter)
        stuck_since: Record | None = None
        idle: set[Record] = set()
        while queue is not None:
            progressed, following = self._service_queue(queue, meter, overweight_limit)
            if progressed:
                stuck_since = None
                idle.clear()
            elif following is not None and following == stuck_since:
                return  # once round without moving
            elif queue in idle and self._look_weight() == ZERO_WEIGHT:
                return  # if looking is free and the queue of `stuck_since` has gone, nothing else ends this
            else:
                stuck_since = stuck_since or following
                idle.add(queue)
            queue = following

    def _look_weight(self) -> Weight:
        """What looking at a queue costs, whatever is in it."""
        return self.weights.service_queue_base.saturating_add(self.weights.ready_ring_unknit)

    def _service_queue(
        self, origin: Record, meter: WeightMeter, overweight_limit: Weight
    ) -> tuple[bool, Record | None]:
        """Serve one queue; gives whether a message was processed, and the next queue of the ring.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::service_queue`
        """
        if not meter.try_consume(self._look_weight()):
            return False, None
        book = self.book_state_for[origin]
        if self.is_paused(origin):
            return False, book.ready_neighbours.next if book.ready_neighbours else None
        processed, status = 0, PageStatus.NO_MORE
        while book.end > book.begin and status is PageStatus.NO_MORE:
            done, status = self._service_page(origin, book.begin, meter, overweight_limit)
            processed += done
            book = self.book_state_for[origin]
            if status is PageStatus.NO_MORE:
                book = replace(book, begin=book.begin + 1)
                self.book_state_for[origin] = book
        following = self._leave_ring_if_done(origin)
        if processed:
            self._tell_change(origin, self.book_state_for[origin])
        return processed > 0, following

    def _leave_ring_if_done(self, origin: Record) -> Record | None:
        """Take a queue out of the ring if it has nothing to look at; gives the queue behind it."""
        book = self.book_state_for[origin]
        neighbours = book.ready_neighbours
        if neighbours is None:
            return None
        if book.begin >= book.end:
            self._unknit(origin, neighbours)
            book = replace(self.book_state_for[origin], ready_neighbours=None)
            following = None if neighbours.next == origin else neighbours.next
        else:
            following = neighbours.next
        self.book_state_for[origin] = book
        return following

    def _service_page(
        self, origin: Record, index: int, meter: WeightMeter, overweight_limit: Weight
    ) -> tuple[int, PageStatus]:
        """Serve one page; gives how many messages were processed, and why it ended.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::service_page`
        """
        weights = self.weights
        base = weights.service_page_base_completion.max(weights.service_page_base_no_completion)
        if not meter.try_consume(base):
            return 0, PageStatus.BAILED
        processed, status = 0, None
        while status is None:
            page = self.pages.get((origin, index))
            found = None if page is None or is_complete(page) else peek_first(page)
            if found is None:
                status = PageStatus.NO_MORE
            elif not meter.try_consume(weights.service_page_item):
                status = PageStatus.BAILED
            else:
                moved, status = self._service_item(origin, index, found, meter, overweight_limit)
                processed += moved
        self._drop_if_complete(origin, index)
        return processed, status

    def _service_item(
        self, origin: Record, index: int, found: Item, meter: WeightMeter, overweight_limit: Weight
    ) -> tuple[int, PageStatus | None]:
        """Process the next message of a page; gives 1 if it is done with, and a status if serving must stop.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::service_page_item`
        """
        used_before = meter.consumed
        outcome = self._process(origin, found.message, meter)
        match outcome.result:
            case Overweight(weight) if weight.any_gt(overweight_limit):
                page = self._page(origin, index)
                self.deposit_event(OverweightEnqueued(outcome.id, origin, index, page.first_index))
                self.pages[origin, index] = skip_first(page, processed=False)
                return 0, None
            case Overweight():
                return 0, PageStatus.BAILED
            case Yield():
                return 0, PageStatus.NO_PROGRESS
            case bool() as success:
                used = meter.consumed.saturating_sub(used_before)
                self.deposit_event(Processed(outcome.id, origin, used, success))
            case error:
                self.deposit_event(ProcessingFailed(outcome.id, origin, error))
        self.pages[origin, index] = skip_first(self._page(origin, index), processed=True)
        self._count_off(origin, 1, len(found.message))
        return 1, None

    def _process(self, origin: Record, message: bytes, meter: WeightMeter) -> Outcome:
        """Hand a message to the processor; what it wrote is undone if it did not process it.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::process_message_payload`
        """
        id = Hash(blake2_256(message))
        with self.state.frame() as attempt:
            outcome = self.processor.process_message(message, origin, meter, id)
            if not isinstance(outcome.result, bool):
                attempt.discard()
        return outcome

    def _page(self, origin: Record, index: int) -> Page:
        page = self.pages.get((origin, index))
        if page is None:
            raise Defect(f"page {index} of {origin} went while it was served")
        return page

    def _drop_if_complete(self, origin: Record, index: int) -> None:
        page = self.pages.get((origin, index))
        if page is not None and is_complete(page):
            self.pages.remove((origin, index))
            book = self.book_state_for[origin]
            self.book_state_for[origin] = replace(book, count=saturating_sub(book.count, 1))

    def _count_off(self, origin: Record, messages: int, size: int) -> None:
        book = self.book_state_for[origin]
        self.book_state_for[origin] = replace(
            book,
            message_count=saturating_sub(book.message_count, messages),
            size=saturating_sub(book.size, size),
        )

    def _tell_change(self, origin: Record, book: BookState) -> None:
        self.change_handler.on_queue_changed(origin, footprint_of(book))

    # Calls.

    @call(0)
    def reap_page(self, origin: Origin, message_origin: AggregateMessageOrigin, page_index: U32) -> None:
        """Throw away an old page: one that is done with, or one of too many with messages that are too heavy.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::reap_page`
        """
        ensure_signed(origin)
        book = self.book_state_for[message_origin]
        ensure(not self._is_serving, Error.RecursiveDisallowed)
        ensure(page_index < book.begin, Error.NotReapable)
        page = self.pages.get((message_origin, page_index))
        if page is None:
            raise DispatchError(Error.NoPage)
        ensure(is_complete(page) or self._is_cullable(book, page_index), Error.NotReapable)

        self.pages.remove((message_origin, page_index))
        self.book_state_for[message_origin] = reaped = replace(
            book,
            count=saturating_sub(book.count, 1),
            message_count=saturating_sub(book.message_count, page.remaining),
            size=saturating_sub(book.size, page.remaining_size),
        )
        self._tell_change(message_origin, reaped)
        self.deposit_event(PageReaped(message_origin, page_index))

    def _is_cullable(self, book: BookState, page_index: int) -> bool:
        """Whether there are too many old pages, and this is one of the oldest.

        The more there are, the younger a page may be thrown away.
        """
        most = self.constants.max_stale
        stale = book.count - min(book.end - book.begin, book.count)
        if stale <= most:
            return False
        backlog = max(most * most // (stale - most), most)
        return page_index < saturating_sub(book.begin, backlog)

    @call(1)
    def execute_overweight(
        self,
        origin: Origin,
        message_origin: AggregateMessageOrigin,
        page: U32,
        index: U32,
        weight_limit: Weight,
    ) -> PostDispatchInfo:
        """Process a message that was set aside, with so much weight; `index` counts from the start of its
        page.

        Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::execute_overweight`
        """
        ensure_signed(origin)
        with self._serving() as may_serve:
            ensure(may_serve, Error.RecursiveDisallowed)
            return PostDispatchInfo(self._execute_overweight(message_origin, page, index, weight_limit))

    def _execute_overweight(self, origin: Record, page_index: int, index: int, limit: Weight) -> Weight:
        ensure(not self.is_paused(origin), Error.QueuePaused)
        book, page = self.book_state_for[origin], self.pages.get((origin, page_index))
        if page is None:
            raise DispatchError(Error.NoPage)
        found = peek_index(page, index)
        if found is None:
            raise DispatchError(Error.NoMessage)
        was_passed = page_index < book.begin or (page_index == book.begin and found.offset < page.first)
        ensure(was_passed, Error.Queued)
        ensure(not found.processed, Error.AlreadyProcessed)
        meter = WeightMeter(limit)
        outcome = self._process(origin, found.message, meter)
        if isinstance(outcome.result, Overweight):
            raise DispatchError(Error.InsufficientWeight)
        if isinstance(outcome.result, Yield | StackLimitReached):
            raise DispatchError(Error.TemporarilyUnprocessable)

        if isinstance(outcome.result, bool):
            self.deposit_event(Processed(outcome.id, origin, meter.consumed, outcome.result))
        else:
            self.deposit_event(ProcessingFailed(outcome.id, origin, outcome.result))
        self.pages[origin, page_index] = done = note_processed(self._page(origin, page_index), found)
        self._count_off(origin, 1, len(found.message))
        self._drop_if_complete(origin, page_index)
        self._tell_change(origin, self.book_state_for[origin])
        base = self.weights.execute_overweight_page_removed
        return meter.consumed.saturating_add(
            base if is_complete(done) else self.weights.execute_overweight_page_updated
        )
