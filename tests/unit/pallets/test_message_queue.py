"""MessageQueue: the scenarios of upstream's own tests, in their order; the number is theirs in the fact
sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from pallets.message_queue_items import (
    Error,
    OverweightEnqueued,
    PageReaped,
    Processed,
    ProcessingFailed,
    appended,
    is_complete,
    note_processed,
    page_of,
    peek_first,
    peek_index,
    skip_first,
)
from primitives.errors import DispatchError, ErrorCode
from primitives.ids import AccountId
from primitives.origin import Signed
from primitives.weights import ZERO_WEIGHT
from tests.support.queues import Here, Numbered, QueueWorld, There, both, weights

ANYBODY = Signed(AccountId(bytes(32)))
PLENTY = 1 << 40


@contextmanager
def refused(error: ErrorCode) -> Iterator[None]:
    with pytest.raises(DispatchError) as caught:
        yield
    assert caught.value.error is error


def execute(world: QueueWorld, origin: Here | There | Numbered, page: int, index: int, limit: int) -> None:
    with world.state.layer():
        world.queue.execute_overweight(ANYBODY, origin, page, index, both(limit))


def test_1_messages_are_processed_as_weight_allows_queue_after_queue() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a", "b", "c")
    assert world.serve(2) == ["a", "b"]
    assert world.serve(2) == ["c"]
    assert world.serve(2) == []

    world.enqueue(There(), "x", "y")
    world.enqueue(Here(), "d")
    assert world.serve(PLENTY) == ["x", "y", "d"]
    world.check()


def test_2_a_queue_that_is_not_finished_lets_the_next_begin() -> None:
    world = QueueWorld()
    for number in range(3):
        world.enqueue(Numbered(number), "m", "m")
    assert world.ring() == [Numbered(0), Numbered(1), Numbered(2)]
    world.serve(1)
    assert world.ring() == [Numbered(1), Numbered(2), Numbered(0)]
    world.check()


def test_3_a_queue_emptied_and_filled_again_goes_to_the_tail() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a")
    world.enqueue(There(), "x", "y")
    world.serve(1)
    world.enqueue(Here(), "b")
    assert world.ring() == [There(), Here()]
    assert world.serve(PLENTY) == ["x", "y", "b"]


def test_4_who_is_to_know_is_told_of_each_change() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "ab")
    world.enqueue(There(), "xyz")
    world.serve(1)
    world.serve(1)
    assert world.changes == [(Here(), 1, 2), (There(), 1, 3), (Here(), 0, 0), (There(), 0, 0)]


@pytest.mark.parametrize("ending", ["badformat", "corrupt", "unsupported", "stacklimit"])
def test_5_a_message_that_cannot_be_processed_is_dropped(ending: str) -> None:
    world = QueueWorld()
    world.enqueue(Here(), ending)
    world.serve(PLENTY)
    assert [type(event) for event in world.events] == [ProcessingFailed]
    assert world.book(Here()).count == 0
    assert list(world.queue.pages.items()) == []
    world.check()


def test_5_a_message_that_yields_keeps_its_page() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "yield")
    world.serve(PLENTY)
    assert world.book(Here()).message_count == 1
    assert world.ring() == [Here()]
    assert world.events == []


def test_6_queues_that_yield_are_passed_and_go_on_later() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a", "b")
    world.enqueue(There(), "x")
    world.yielding = {Here()}
    assert world.serve(PLENTY) == ["x"]
    world.yielding = set()
    assert world.serve(PLENTY) == ["a", "b"]
    world.check()


def test_8_overhead_counts_when_a_message_is_found_too_heavy() -> None:
    world = QueueWorld(weights=weights(bump_service_head=10, service_queue_base=10, service_page_item=5))
    world.enqueue(Here(), "weight=100 exact")
    world.queue.service_queues(both(100))
    assert [type(event) for event in world.events] == [OverweightEnqueued]
    assert world.ring() == []


def test_9_old_pages_of_heavy_messages_can_be_reaped_the_oldest_first() -> None:
    world = QueueWorld(service=both(100), idle=both(100), max_stale=2)
    for _ in range(12):
        world.enqueue(Here(), "weight=200 0123")  # one to a page
    world.serve(100)
    assert (world.book(Here()).begin, world.book(Here()).count) == (12, 12)

    reaped = [page for page in range(12) if reap(world, page)]
    assert reaped == list(range(9))
    assert world.events[-1] == PageReaped(Here(), 8)
    assert world.book(Here()).message_count == 3
    world.check()


def reap(world: QueueWorld, page: int) -> bool:
    with suppress(DispatchError), world.state.layer():
        world.queue.reap_page(ANYBODY, Here(), page)
        return True
    return False


def test_10_pages_that_are_not_old_or_not_there_cannot_be_reaped() -> None:
    world = QueueWorld(service=both(100), idle=both(100), max_stale=2)
    world.enqueue(Here(), "a")
    with refused(Error.NotReapable):
        world.queue.reap_page(ANYBODY, Here(), 0)
    world.serve(PLENTY)
    with refused(Error.NoPage):
        world.queue.reap_page(ANYBODY, Here(), 0)


@pytest.mark.parametrize("cost", ["service_queue_base", "ready_ring_unknit", "bump_service_head"])
def test_11_without_weight_for_the_overhead_nothing_is_written(cost: str) -> None:
    world = QueueWorld(weights=weights(**{cost: 50}))
    world.enqueue(Here(), "a")
    before = world.state.root()
    assert world.serve(49) == []
    if cost == "bump_service_head":
        assert world.state.root() == before
    assert world.book(Here()).message_count == 1


def test_12_and_16_each_item_costs_its_base_and_its_own_weight() -> None:
    world = QueueWorld(weights=weights(service_page_item=2), heap_size=1000)
    world.enqueue(Here(), *["m"] * 10)
    assert len(world.serve(9)) == 3
    assert len(world.serve(PLENTY)) == 7
    assert world.book(Here()).count == 0


def test_17_a_heavy_message_stays_in_its_page_unprocessed() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200")
    world.serve(100)
    (event,) = world.events
    assert isinstance(event, OverweightEnqueued)
    assert (event.page_index, event.message_index) == (0, 0)
    page = world.queue.pages.get((Here(), 0))
    assert page is not None
    assert (page.remaining, page.first_index) == (1, 1)


def test_18_to_22_a_page_knows_its_items_by_offset_and_index() -> None:
    page = page_of(b"abc")
    assert page.heap == b"\x03\x00\x00\x00\x00abc"
    for message in (b"", b"defg"):
        grown = appended(page, message, 1000)
        assert grown is not None
        page = grown
    found = [peek_index(page, index) for index in range(4)]
    assert [item and (item.offset, item.message) for item in found] == [
        (0, b"abc"),
        (8, b""),
        (13, b"defg"),
        None,
    ]

    second = found[1]
    assert second is not None
    marked = note_processed(page, second)
    assert marked.remaining == 2
    again = peek_index(marked, 1)
    assert again is not None
    assert again.processed
    assert note_processed(marked, again) == marked

    passed = skip_first(skip_first(skip_first(marked, processed=True), processed=True), processed=True)
    assert peek_first(passed) is None
    assert is_complete(passed)
    assert passed.remaining_size == 0


def test_23_a_page_takes_what_fits_and_not_a_byte_more() -> None:
    page = page_of(b"four")
    count = 1
    while (grown := appended(page, b"four", 100)) is not None:
        page, count = grown, count + 1
    assert count == 100 // 9
    assert appended(page_of(b"x" * 95), b"", 100) is None


def test_26_to_28_a_swept_queue_leaves_the_ring_and_keeps_its_pages() -> None:
    world = QueueWorld()
    for number in range(3):
        world.enqueue(Numbered(number), "m")
    told = len(world.changes)
    for number in (1, 0, 2):
        world.queue.sweep_queue(Numbered(number))
    world.queue.sweep_queue(Here())
    assert world.ring() == []
    assert world.queue.service_head.get() is None
    assert len(world.changes) == told
    assert Here() not in world.queue.book_state_for
    assert [world.book(Numbered(number)).message_count for number in range(3)] == [1, 1, 1]


def test_31_a_heavy_message_is_executed_with_enough_weight_once() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200 1", "weight=300")
    world.serve(100)
    with refused(Error.InsufficientWeight):
        execute(world, Here(), 0, 0, 199)
    execute(world, Here(), 0, 0, 200)
    assert isinstance(world.events[-1], Processed)
    with refused(Error.NoPage):
        execute(world, Here(), 0, 0, 200)  # its page went with it
    execute(world, Here(), 1, 0, 300)
    assert world.book(Here()).message_count == 0
    world.check()


def test_31_only_what_was_passed_and_is_there_can_be_executed() -> None:
    world = QueueWorld(service=both(100), idle=both(100), heap_size=1000)
    world.enqueue(Here(), "weight=200 a", "ok", "weight=200 b")
    with refused(Error.Queued):
        execute(world, Here(), 0, 0, 500)
    world.serve(100)
    with refused(Error.AlreadyProcessed):
        execute(world, Here(), 0, 1, 500)
    with refused(Error.NoMessage):
        execute(world, Here(), 0, 3, 500)
    execute(world, Here(), 0, 2, 500)
    world.check()


def test_32_a_queue_of_heavy_messages_comes_back_with_a_new_one() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200")
    world.serve(100)
    assert world.ring() == []
    world.enqueue(Here(), "a")
    assert world.ring() == [Here()]
    assert world.serve(100) == ["a"]
    assert world.book(Here()).message_count == 1
    world.check()


@pytest.mark.parametrize(("limit", "processed"), [(249, 0), (250, 1)])
def test_34_the_border_of_too_heavy_is_the_service_weight_less_the_overhead(
    limit: int, processed: int
) -> None:
    world = QueueWorld(
        service=both(limit), idle=both(limit), weights=weights(bump_service_head=25, service_page_item=25)
    )
    world.enqueue(Here(), "weight=200")
    assert len(world.serve(limit)) == processed
    assert isinstance(world.events[0], Processed if processed else OverweightEnqueued)


def test_38_a_batch_fills_pages_and_is_told_once() -> None:
    world = QueueWorld()
    one_by_one = QueueWorld()
    messages = ["0123456", "0123456", "01234567890123", "m"]
    world.enqueue(Here(), *messages)
    for message in messages:
        one_by_one.enqueue(Here(), message)
    assert world.state.root() == one_by_one.state.root()
    assert (len(world.changes), len(one_by_one.changes)) == (1, 4)
    assert (world.book(Here()).begin, world.book(Here()).end, world.book(Here()).count) == (0, 3, 3)


def test_39_to_41_a_paused_queue_stays_in_the_ring_and_is_not_served() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a")
    world.enqueue(There(), "x")
    world.paused = {Here()}
    assert world.serve(PLENTY) == ["x"]
    assert world.ring() == [Here()]
    with refused(Error.QueuePaused):
        execute(world, Here(), 0, 0, 1)
    world.paused = set()
    assert world.serve(PLENTY) == ["a"]


def test_43_what_is_enqueued_from_inside_a_message_is_served() -> None:
    world = QueueWorld(heap_size=1000)
    world.callbacks = {
        "more": lambda: world.enqueue(There(), "x"),
        "self": lambda: world.enqueue(Here(), "b"),
    }
    world.enqueue(Here(), "callback=more", "callback=self")
    world.serve(PLENTY)
    world.serve(PLENTY)
    assert sorted(message for message, _ in world.processed) == [
        b"b",
        b"callback=more",
        b"callback=self",
        b"x",
    ]
    world.check()


def test_45_and_46_the_queues_cannot_be_worked_on_from_inside_a_message() -> None:
    world = QueueWorld(heap_size=1000)
    seen: list[object] = []

    def meddle() -> None:
        seen.append(world.queue.service_queues(both(PLENTY)))
        with refused(Error.RecursiveDisallowed):
            execute(world, Here(), 0, 0, 1)
        with refused(Error.RecursiveDisallowed):
            world.queue.reap_page(ANYBODY, Here(), 0)

    world.callbacks = {"meddle": meddle}
    world.enqueue(Here(), "callback=meddle", "after")
    assert world.serve(PLENTY) == ["callback=meddle", "after"]
    assert seen == [ZERO_WEIGHT]


def test_48_a_message_that_is_not_processed_leaves_no_trace() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a")
    world.serve(PLENTY)
    assert isinstance(world.events[0], Processed)
    assert world.events[0].weight_used == both(1)
