"""MessageQueue: the scenarios of upstream's own tests, in their order; the number is theirs in the fact
sheet. Those about pages, the ready ring and heavy messages have files of their own.
"""

from __future__ import annotations

import pytest

from pallets.message_queue_items import Error, Processed, ProcessingFailed
from primitives.errors import Defect
from primitives.ids import BlockNumber
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.asserts import refused
from tests.support.queues import (
    ANYBODY,
    PLENTY,
    Here,
    Numbered,
    QueueWorld,
    There,
    both,
    execute,
    weights,
)


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
    assert world.serve(PLENTY) == []


@pytest.mark.parametrize(
    "cost",
    [
        "bump_service_head",
        "service_queue_base",
        "ready_ring_unknit",
        "service_page_base_completion",
        "service_page_base_no_completion",
        "service_page_item",
    ],
)
def test_11_and_13_without_weight_for_the_overhead_nothing_is_written(cost: str) -> None:
    world = QueueWorld(weights=weights(**{cost: 50}))
    world.enqueue(Here(), "a")
    before = world.state.root()

    assert world.serve(49) == []
    assert world.state.root() == before


def test_12_and_16_each_item_costs_its_base_and_its_own_weight() -> None:
    world = QueueWorld(weights=weights(service_page_item=2), heap_size=1000)
    world.enqueue(Here(), *["m"] * 10)
    assert len(world.serve(9)) == 3
    assert len(world.serve(PLENTY)) == 7
    assert world.book(Here()).count == 0


def test_38_a_batch_fills_pages_and_is_told_once() -> None:
    world = QueueWorld()
    one_by_one = QueueWorld()
    messages = ["0123456", "0123456", "01234567890123", "m", "01234567890123", "last one"]
    world.enqueue(Here(), *messages)
    for message in messages:
        one_by_one.enqueue(Here(), message)
    assert world.state.root() == one_by_one.state.root()
    assert (len(world.changes), len(one_by_one.changes)) == (1, 6)
    assert (world.book(Here()).begin, world.book(Here()).end, world.book(Here()).count) == (0, 5, 5)


def test_39_to_41_a_paused_queue_stays_in_the_ring_and_is_not_served() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a")
    world.enqueue(There(), "x")
    world.paused = {Here()}
    assert world.serve(PLENTY) == ["x"]
    assert world.ring() == [Here()]
    with refused(Error.QueuePaused, world):
        execute(world, Here(), 0, 0, 1)
    world.paused = set()
    assert world.serve(PLENTY) == ["a"]


def test_40_a_paused_queue_s_heavy_message_can_be_executed_once_it_goes_on() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200")
    world.serve(100)
    world.paused = {Here()}
    with refused(Error.QueuePaused, world):
        execute(world, Here(), 0, 0, 200)

    world.paused = set()
    execute(world, Here(), 0, 0, 200)
    assert [message for message, _ in world.processed] == [b"weight=200"]


def test_41_others_are_served_while_one_is_paused_and_their_order_stays() -> None:
    world = QueueWorld()
    for number in range(3):
        world.enqueue(Numbered(number), f"{number} a", f"{number} b")
    world.paused = {Numbered(1)}
    assert world.serve(2) == ["0 a", "0 b"]
    assert world.ring() == [Numbered(1), Numbered(2)]

    world.paused = set()
    assert world.serve(PLENTY) == ["1 a", "1 b", "2 a", "2 b"]


def test_if_the_queue_that_was_stuck_first_leaves_the_ring_only_weight_ends_the_serving() -> None:
    """The head is paused and the queue behind it holds nothing. Upstream goes round the head alone until the
    weight is used up, which is never if looking at a queue is free.
    """
    world = QueueWorld(weights=weights(service_queue_base=1))
    free = QueueWorld()
    for each in (world, free):
        each.enqueue(Here(), "a")
        each.enqueue(There())
        each.paused = {Here()}
        assert each.ring() == [Here(), There()]

    assert world.queue.service_queues(both(50)) == both(50)
    assert free.queue.service_queues(both(50)) == ZERO_WEIGHT
    for each in (world, free):
        assert each.ring() == [Here()]
        each.check()


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


def test_44_all_that_messages_enqueue_again_and_again_is_served() -> None:
    world = QueueWorld(heap_size=1000)
    left = iter(range(400))

    def enqueue_one_more() -> None:
        if next(left, None) is not None:
            world.enqueue(There(), "callback=more")

    world.callbacks = {"more": enqueue_one_more}
    world.enqueue(Here(), "callback=more", "callback=more")

    served = [len(world.serve(PLENTY)) for _ in range(3)]
    assert sum(served) == 402
    assert served[-1] == 0
    assert world.ring() == []


def test_45_and_46_the_queues_cannot_be_worked_on_from_inside_a_message() -> None:
    world = QueueWorld(heap_size=1000)
    seen: list[object] = []

    def meddle() -> None:
        seen.append(world.queue.service_queues(both(PLENTY)))
        with refused(Error.RecursiveDisallowed, world):
            execute(world, Here(), 0, 0, 1)
        with refused(Error.RecursiveDisallowed, world):
            world.queue.reap_page(ANYBODY, Here(), 0)

    world.callbacks = {"meddle": meddle}
    world.enqueue(Here(), "callback=meddle", "after")
    assert world.serve(PLENTY) == ["callback=meddle", "after"]
    assert seen == [ZERO_WEIGHT]


def test_47_after_a_fault_inside_a_message_the_queues_can_be_worked_on_again() -> None:
    world = QueueWorld(heap_size=1000)

    def fault() -> None:
        raise Defect("inside")

    world.callbacks = {"fault": fault}
    world.enqueue(Here(), "callback=fault")
    with pytest.raises(Defect, match="inside"), world.state.layer():
        world.serve(PLENTY)

    world.callbacks = {"fault": lambda: None}
    assert world.serve(PLENTY) == ["callback=fault"]


def test_a_block_serves_at_its_start_and_in_idle_time_as_is_set_aside() -> None:
    world = QueueWorld(service=both(2), idle=both(3))
    world.enqueue(Here(), *"abcdefgh")

    world.queue.on_initialize(BlockNumber(1))
    assert len(world.processed) == 2
    assert world.queue.on_idle(BlockNumber(1), Weight(1, PLENTY)) == both(1)
    assert len(world.processed) == 3
    assert world.queue.on_idle(BlockNumber(1), both(PLENTY)) == both(3)
    assert len(world.processed) == 6


def test_where_nothing_is_set_aside_a_block_serves_nothing() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a")

    world.queue.on_initialize(BlockNumber(1))

    assert world.queue.on_idle(BlockNumber(1), both(PLENTY)) == ZERO_WEIGHT
    assert world.processed == []


def test_48_a_message_that_is_not_processed_leaves_no_trace() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "a")
    world.serve(PLENTY)
    assert isinstance(world.events[0], Processed)
    assert world.events[0].weight_used == both(1)
