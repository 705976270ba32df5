"""MessageQueue's pages: the scenarios of upstream's own tests about what a page holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.message_queue_items import (
    HEADER_SIZE,
    Page,
    appended,
    is_complete,
    note_processed,
    page_of,
    peek_first,
    peek_index,
    skip_first,
)
from primitives.errors import Defect
from tests.support.queues import HEAP_SIZE, Here, QueueWorld


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


@given(st.lists(st.binary(max_size=12), max_size=12))
def test_24_a_page_counts_what_was_put_into_it(messages: list[bytes]) -> None:
    page: Page | None = page_of(b"first")
    for message in messages:
        assert page is not None
        page = appended(page, message, 10_000)

    assert page is not None
    assert page.remaining == 1 + len(messages)
    assert page.remaining_size == 5 + sum(map(len, messages))
    assert len(page.heap) == page.remaining_size + HEADER_SIZE * page.remaining
    found = [peek_index(page, index) for index in range(page.remaining)]
    assert [item and item.message for item in found] == [b"first", *messages]


def test_25_the_longest_message_fills_a_page_of_its_own() -> None:
    world = QueueWorld()
    longest = "m" * world.queue.max_message_len

    world.enqueue(Here(), "a", longest, "")
    pages = [len(page.heap) for _, page in world.queue.pages.items()]
    assert sorted(pages) == [HEADER_SIZE, HEADER_SIZE + 1, HEAP_SIZE]

    with pytest.raises(Defect, match="does not fit into a page"):
        world.enqueue(Here(), longest + "m")
