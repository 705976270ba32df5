"""MessageQueue: the scenarios of upstream's own tests about messages that are too heavy, and old pages."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.message_queue_items import Error, OverweightEnqueued, PageReaped, Processed
from primitives.errors import BadOrigin, DispatchError
from primitives.ids import BlockNumber
from primitives.origin import NoOrigin, Origin, Root
from tests.support.asserts import refused
from tests.support.queues import ANYBODY, PLENTY, Here, QueueWorld, There, both, execute, weights


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
    with refused(Error.NotReapable, world):
        world.queue.reap_page(ANYBODY, Here(), 0)
    world.serve(PLENTY)
    with refused(Error.NoPage, world):
        world.queue.reap_page(ANYBODY, Here(), 0)


def test_10_with_one_old_page_too_many_only_the_oldest_goes_and_none_after_it() -> None:
    world = QueueWorld(service=both(100), idle=both(100), max_stale=2)
    heavy, light = "weight=200 0123", "weight=001 0123"  # one to a page
    world.enqueue(Here(), heavy, heavy, light, light)
    world.serve(100)
    assert not any(reap(world, page) for page in range(4))

    world.enqueue(Here(), heavy)
    world.serve(100)
    assert (world.book(Here()).begin, world.book(Here()).count) == (5, 3)
    with refused(Error.NoPage, world):
        world.queue.reap_page(ANYBODY, Here(), 2)
    with refused(Error.NotReapable, world):
        world.queue.reap_page(ANYBODY, Here(), 1)

    assert [page for page in range(5) if reap(world, page)] == [0]
    assert world.events[-1] == PageReaped(Here(), 0)
    with refused(Error.NotReapable, world):
        world.queue.reap_page(ANYBODY, Here(), 1)
    assert world.changes[-1] == (Here(), 2, 2 * len(heavy))
    world.check()


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


def test_30_heavy_messages_keep_their_pages_until_they_are_executed() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200 012", "weight=300 012")
    world.serve(100)
    book = world.book(Here())
    assert (book.count, book.message_count, book.size, book.end - book.begin) == (2, 2, 28, 0)

    execute(world, Here(), 0, 0, 200)
    assert (world.book(Here()).count, world.book(Here()).size) == (1, 14)
    execute(world, Here(), 1, 0, 300)
    assert (world.book(Here()).count, world.book(Here()).size) == (0, 0)
    assert world.changes[-2:] == [(Here(), 1, 14), (Here(), 0, 0)]
    world.check()


def test_31_a_heavy_message_is_executed_with_enough_weight_once() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200 1", "weight=300")
    world.serve(100)
    with refused(Error.InsufficientWeight, world):
        execute(world, Here(), 0, 0, 199)
    execute(world, Here(), 0, 0, 200)
    assert isinstance(world.events[-1], Processed)
    with refused(Error.NoPage, world):
        execute(world, Here(), 0, 0, 200)  # its page went with it
    execute(world, Here(), 1, 0, 300)
    assert world.book(Here()).message_count == 0
    world.check()


def test_31_only_what_was_passed_and_is_there_can_be_executed() -> None:
    world = QueueWorld(service=both(100), idle=both(100), heap_size=1000)
    world.enqueue(Here(), "weight=200 a", "ok", "weight=200 b")
    with refused(Error.Queued, world):
        execute(world, Here(), 0, 0, 500)
    world.serve(100)
    with refused(Error.AlreadyProcessed, world):
        execute(world, Here(), 0, 1, 500)
    with refused(Error.NoMessage, world):
        execute(world, Here(), 0, 3, 500)
    execute(world, Here(), 0, 2, 500)
    world.check()


@pytest.mark.parametrize("origin", [Root(), NoOrigin()])
def test_only_accounts_execute_and_reap(origin: Origin) -> None:
    world = QueueWorld(service=both(100), idle=both(100), max_stale=0)
    world.enqueue(Here(), "weight=200")
    world.serve(100)

    with refused(BadOrigin(), world):
        world.queue.execute_overweight(origin, Here(), 0, 0, both(500))
    with refused(BadOrigin(), world):
        world.queue.reap_page(origin, Here(), 0)


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


def test_33_several_heavy_queues_come_back_each_with_its_new_message() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200", "weight=201")
    world.enqueue(There(), "weight=202")
    world.serve(100)
    assert world.ring() == []

    world.enqueue(There(), "x")
    world.enqueue(Here(), "a")
    assert world.ring() == [There(), Here()]
    assert world.serve(100) == ["x", "a"]
    assert (world.book(Here()).message_count, world.book(There()).message_count) == (2, 1)


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


@given(st.integers(0, 100), st.integers(0, 100), st.integers(1, 300))
def test_34_that_border_is_where_it_is_for_any_overhead(bump: int, item: int, needed: int) -> None:
    limit = 300
    world = QueueWorld(
        service=both(limit), idle=both(limit), weights=weights(bump_service_head=bump, service_page_item=item)
    )
    world.enqueue(Here(), f"weight={needed}")

    world.serve(limit)

    is_heavy = needed > limit - bump - item
    assert [type(event) for event in world.events] == [OverweightEnqueued if is_heavy else Processed]
    assert world.ring() == []


def test_a_message_too_heavy_for_idle_time_waits_for_the_start_of_a_block() -> None:
    world = QueueWorld(service=both(200), idle=both(50))
    world.enqueue(Here(), "weight=100")

    assert world.queue.on_idle(BlockNumber(1), both(PLENTY)) == both(0)
    assert (world.events, world.ring()) == ([], [Here()])
    world.queue.on_initialize(BlockNumber(2))
    assert [message for message, _ in world.processed] == [b"weight=100"]
