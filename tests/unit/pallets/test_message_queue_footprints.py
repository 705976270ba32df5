"""How much a queue holds, and what more messages would take of it: told beforehand, true afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.message_queue_footprints import NOTHING, BatchesFootprints, BatchFootprint, QueueFootprint
from tests.support.queues import HEAP_SIZE, Here, QueueWorld

HERE = Here()
LONGEST = HEAP_SIZE - 5
"""A message that fills a page: its header takes five bytes."""

MESSAGES = st.lists(st.integers(0, LONGEST).map(lambda length: b"x" * length), max_size=12).map(tuple)


def test_a_queue_that_never_had_a_message_holds_nothing() -> None:
    assert QueueWorld().queue.footprint(HERE) == QueueFootprint(0, 0, 0, 0)


def test_a_queue_holds_what_was_put_in_until_it_is_processed() -> None:
    world = QueueWorld()
    world.enqueue(HERE, "abc", "x" * LONGEST)
    assert world.queue.footprint(HERE) == QueueFootprint(2, 2, 2, 3 + LONGEST)

    world.serve(1)
    assert world.queue.footprint(HERE) == QueueFootprint(1, 1, 1, LONGEST)


def test_a_page_of_what_is_too_heavy_is_stored_but_is_not_to_be_looked_at() -> None:
    world = QueueWorld(service=None)
    world.enqueue(HERE, "weight=200")
    world.serve(100)
    assert world.queue.footprint(HERE) == QueueFootprint(1, 0, 1, 10)


def test_each_further_message_takes_more_and_some_begin_a_page() -> None:
    world = QueueWorld()
    world.enqueue(HERE, "abc")
    rows = world.queue.batches_footprints(HERE, (b"12", b"1234567", b"x" * LONGEST), 10)
    assert rows == BatchesFootprints(
        8, (BatchFootprint(1, 2, 0), BatchFootprint(2, 9, 1), BatchFootprint(3, 9 + LONGEST, 2))
    )


def test_what_would_begin_a_page_too_many_is_left_out() -> None:
    world = QueueWorld()
    full = b"x" * LONGEST
    assert [
        row.new_pages_count for row in world.queue.batches_footprints(HERE, (full,) * 5, 3).footprints
    ] == [
        1,
        2,
        3,
    ]
    world.enqueue(HERE, full.decode(), full.decode())
    assert len(world.queue.batches_footprints(HERE, (full,) * 5, 3).footprints) == 1
    assert world.queue.batches_footprints(HERE, (full,), 2).footprints == ()


ROWS = BatchesFootprints(0, tuple(BatchFootprint(n, 10 * n, n // 2) for n in range(1, 6)))


@pytest.mark.parametrize(("most", "count"), [(0, 0), (9, 0), (10, 1), (39, 3), (50, 5), (1_000, 5)])
def test_the_most_messages_that_fit_are_found(most: int, count: int) -> None:
    found = ROWS.search_best_by(lambda row: row.size_in_bytes <= most)
    assert found == (ROWS.footprints[count - 1] if count else NOTHING)


def test_of_no_messages_none_fit() -> None:
    assert BatchesFootprints(0, ()).search_best_by(lambda row: True) == NOTHING


@given(MESSAGES, MESSAGES)
def test_what_was_told_beforehand_is_what_enqueuing_does(
    known: tuple[bytes, ...], new: tuple[bytes, ...]
) -> None:
    world = QueueWorld()
    if known:
        world.queue.enqueue_messages(HERE, known)
    before, told = world.queue.footprint(HERE), world.queue.batches_footprints(HERE, new, 1_000)

    if new:
        world.queue.enqueue_messages(HERE, new)

    after = world.queue.footprint(HERE)
    last = told.footprints[-1] if told.footprints else NOTHING
    assert len(told.footprints) == len(new)
    assert last == BatchFootprint(
        after.count - before.count, after.size - before.size, after.pages - before.pages
    )
