"""Each sentence about queues that do not hold together, and a state that it is true of; no other is said of
that.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pallets.message_queue_invariants import BOUND, misfits, violations
from pallets.message_queue_items import BookState, Neighbours, Page, note_processed, page_of, peek_index
from primitives.record import replace
from primitives.storage.state import State
from runtime.relay import Relay
from tests.support.queues import Here, Numbered, QueueWorld, There, both, weights

EMPTIED, NEVER_SEEN = Numbered(0), Numbered(1)


def world_of_three() -> QueueWorld:
    """Two messages of one sender and one of another wait; a third one's were processed."""
    world = QueueWorld()
    world.enqueue(EMPTIED, "m")
    world.serve(1)
    world.enqueue(Here(), "a", "b")
    world.enqueue(There(), "x")
    world.check()
    return world


def rewrite(world: QueueWorld, origin: Here | There | Numbered, **fields: object) -> None:
    """Change what a book says."""
    world.queue.book_state_for[origin] = replace(world.book(origin), **fields)


def page(world: QueueWorld) -> Page:
    found = world.queue.pages.get((Here(), 0))
    assert found is not None
    return found


def move_its_page(world: QueueWorld) -> None:
    world.queue.pages[Here(), 7] = page(world)
    world.queue.pages.remove((Here(), 0))


def lengthen_its_page(world: QueueWorld) -> None:
    world.queue.pages[Here(), 0] = replace(page(world), heap=page(world).heap + b"\x01")


def leave_an_empty_page(world: QueueWorld) -> None:
    done = page(world)
    for index in (0, 1):
        found = peek_index(done, index)
        assert found is not None
        done = note_processed(done, found)
    world.queue.pages[Here(), 0] = done
    rewrite(world, Here(), message_count=0, size=0)


def miscount_its_page(world: QueueWorld) -> None:
    world.queue.pages[Here(), 0] = replace(page(world), remaining=1)
    rewrite(world, Here(), message_count=1)


def ring_of_its_own(world: QueueWorld) -> None:
    alone = Neighbours(NEVER_SEEN, NEVER_SEEN)
    world.queue.pages[NEVER_SEEN, 0] = page_of(b"m")
    world.queue.book_state_for[NEVER_SEEN] = BookState(0, 1, 1, alone, 1, 1)


BROKEN: dict[str, Callable[[QueueWorld], None]] = {
    f"{NEVER_SEEN} has pages, but no book": lambda world: world.queue.pages.__setitem__(
        (NEVER_SEEN, 0), page_of(b"m")
    ),
    f"the book of {EMPTIED} begins behind its end": lambda world: rewrite(world, EMPTIED, begin=2),
    f"the book of {EMPTIED} has a count beyond all bounds": lambda world: rewrite(
        world, EMPTIED, begin=BOUND, end=BOUND
    ),
    f"the book of {Here()} lacks a page that it has not passed": move_its_page,
    f"the book of {Here()} counts 2 pages, there are 1": lambda world: rewrite(world, Here(), count=2),
    f"the messages that the book of {Here()} counts are not those of its pages": lambda world: rewrite(
        world, Here(), message_count=3
    ),
    f"the bytes that the book of {Here()} counts are not those of its pages": lambda world: rewrite(
        world, Here(), size=3
    ),
    f"{Here()} is ready, or not, against what its book says": lambda world: rewrite(world, Here(), begin=1),
    f"page 0 of {Here()} ends within a message": lengthen_its_page,
    f"page 0 of {Here()} stands although nothing is left in it": leave_an_empty_page,
    f"page 0 of {Here()} counts 1 messages of 2 bytes, has 2 of 2": miscount_its_page,
    f"{EMPTIED} is in the ready ring, but its book is not": lambda world: world.queue.service_head.put(
        EMPTIED
    ),
    f"the neighbour after {Here()} does not name it as the one before": lambda world: rewrite(
        world, There(), ready_neighbours=Neighbours(prev=There(), next=Here())
    ),
    "the ready ring does not hold the books that are ready": ring_of_its_own,
}


@pytest.mark.parametrize("sentence", BROKEN)
def test_what_does_not_hold_is_said(sentence: str) -> None:
    world = world_of_three()

    BROKEN[sentence](world)

    assert list(violations(world.queue)) == [sentence]


def test_a_ring_without_a_head_is_lost() -> None:
    world = world_of_three()

    world.queue.service_head.kill()

    assert list(violations(world.queue)) == [
        "the service head is there without a ready book, or missing with one",
        "the ready ring does not hold the books that are ready",
    ]


def test_a_head_without_a_ring_is_found_out() -> None:
    world = QueueWorld()
    world.queue.service_head.put(Here())

    assert list(violations(world.queue)) == [
        "the service head is there without a ready book, or missing with one",
        f"{Here()} is in the ready ring, but its book is not",
    ]


def test_queues_that_were_swept_hold_together() -> None:
    world = world_of_three()

    world.queue.sweep_queue(Here())

    assert list(violations(world.queue)) == []


# Figures that do not fit each other.


def test_what_is_set_aside_for_serving_must_do_for_one_message() -> None:  # scenario 7
    world = QueueWorld(service=both(100), weights=weights(service_page_item=101))

    (sentence,) = misfits(world.queue)
    assert sentence.startswith("what is set aside for serving, ")
    assert world.queue.overweight_limit(both(100)) == both(0)


@pytest.mark.parametrize(
    "cost",
    [
        "bump_service_head",
        "service_queue_base",
        "service_page_base_completion",
        "service_page_base_no_completion",
        "service_page_item",
        "ready_ring_unknit",
    ],
)
def test_every_cost_of_a_message_counts_in_that(cost: str) -> None:  # scenario 42
    enough = QueueWorld(service=both(50), weights=weights(**{cost: 50}))
    too_little = QueueWorld(service=both(50), weights=weights(**{cost: 51}))

    assert (len(list(misfits(enough.queue))), len(list(misfits(too_little.queue)))) == (0, 1)


def test_a_page_must_have_room_for_a_message() -> None:
    assert list(misfits(QueueWorld(heap_size=6).queue)) == []
    assert list(misfits(QueueWorld(heap_size=5).queue)) == ["a page has no room for any message"]


def test_the_figures_of_the_relay_chain_fit() -> None:
    assert list(misfits(Relay(State()).message_queue)) == []
