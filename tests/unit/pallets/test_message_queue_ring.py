"""MessageQueue's ready ring: the scenarios of upstream's own tests about who is in it and who is first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pallets.message_queue_items import BookState, Neighbours
from primitives.record import replace
from tests.support.queues import PLENTY, Here, Numbered, QueueWorld, There, both, weights

THREE = tuple(map(Numbered, range(3)))


def ring_of_three() -> QueueWorld:
    """Three queues with a message each; serving costs more than finding out whose turn it is."""
    world = QueueWorld(weights=weights(bump_service_head=1, service_queue_base=10))
    for origin in THREE:
        world.enqueue(origin, "m")
    return world


def test_15_the_head_moves_on_with_every_serving_be_anything_served_or_not() -> None:
    world = ring_of_three()

    heads = [(world.serve(1), world.ring()[0])[1] for _ in range(99)]

    assert heads == [THREE[(turn + 1) % 3] for turn in range(99)]


def test_15_without_weight_the_head_stays() -> None:
    world = ring_of_three()

    before = world.state.root()

    assert world.serve(0) == []
    assert world.state.root() == before


def test_15_looking_for_a_head_costs_weight_though_there_be_none() -> None:
    world = QueueWorld(weights=weights(bump_service_head=3))
    before = world.state.root()

    assert world.queue.service_queues(both(PLENTY)) == both(3)
    assert world.state.root() == before


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


def test_27_a_queue_alone_in_the_ring_is_swept_from_it() -> None:
    world = QueueWorld()
    world.enqueue(Here(), "m")

    world.queue.sweep_queue(Here())

    assert world.queue.service_head.get() is None
    assert (world.book(Here()).begin, world.book(Here()).ready_neighbours) == (1, None)
    world.check()


def test_28_sweeping_an_unknown_queue_does_nothing() -> None:
    world = ring_of_three()
    before = world.state.root()

    world.queue.sweep_queue(Here())

    assert world.state.root() == before


def test_29_a_swept_queue_still_counts_what_it_held() -> None:
    world = QueueWorld()
    assert world.book(Here()) == BookState()

    world.enqueue(Here(), "m")
    world.queue.sweep_queue(Here())

    book = world.book(Here())
    assert (book.message_count, book.size, book.count) == (1, 1, 1)


def force_into_ring(world: QueueWorld, book: BookState) -> None:
    """Put a queue into an empty ring that has no business there."""
    world.queue.book_state_for[Here()] = replace(book, ready_neighbours=Neighbours(Here(), Here()))
    world.queue.service_head.put(Here())


def test_35_an_empty_queue_that_got_into_the_ring_leaves_it_when_served() -> None:
    world = QueueWorld()
    force_into_ring(world, BookState())

    assert world.serve(PLENTY) == []
    assert world.ring() == []


def test_35_so_does_one_with_nothing_but_heavy_messages() -> None:
    world = QueueWorld(service=both(100), idle=both(100))
    world.enqueue(Here(), "weight=200")
    world.serve(100)
    force_into_ring(world, world.book(Here()))

    assert world.serve(PLENTY) == []
    assert world.ring() == []
    assert world.book(Here()).message_count == 1


def come_and_go(world: QueueWorld) -> tuple[object, ...]:
    """The ring with a queue in it, what is served then, and the ring afterwards."""
    world.enqueue(Here(), "m")
    return world.ring(), world.serve(1), world.ring()


def test_36_a_queue_joins_and_leaves_the_ring_again_and_again() -> None:
    world = QueueWorld()

    assert [come_and_go(world) for _ in range(5)] == [([Here()], ["m"], [])] * 5


def test_37_any_queue_may_leave_the_ring_paused_or_not() -> None:
    world = ring_of_three()
    world.paused = {THREE[1]}

    world.queue.sweep_queue(THREE[1])
    assert world.ring() == [THREE[0], THREE[2]]
    world.queue.sweep_queue(THREE[0])
    assert world.ring() == [THREE[2]]
    world.enqueue(THREE[1], "m")
    assert world.ring() == [THREE[2], THREE[1]]
    world.check()


@given(st.lists(st.tuples(st.sampled_from([Here(), There(), *THREE]), st.sampled_from("esw"))))
def test_whoever_comes_and_goes_the_ring_holds_together(steps: list[tuple[Numbered, str]]) -> None:
    world = QueueWorld()
    act = {
        "e": lambda origin: world.enqueue(origin, "m", "weight=200"),
        "s": lambda origin: world.serve(2),
        "w": world.queue.sweep_queue,
    }
    for origin, step in steps:
        act[step](origin)
        world.check()
