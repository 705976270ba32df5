"""The queue that older chains kept messages from the relay chain in is read, and empties itself."""

from __future__ import annotations

import pytest

from node.cli import main
from pallets.para.dmp_queue import (
    CleanedSome,
    Completed,
    CompletedExport,
    CompletedOverweightExport,
    DmpQueue,
    Done,
    Exported,
    ExportedOverweight,
    ExportFailed,
    ExportOverweightFailed,
    PageIndexData,
    StartedCleanup,
    StartedExport,
    StartedOverweightExport,
    Waiting,
)
from pallets.para.message_origin import Parent
from primitives.hashing import storage_prefix, twox_128
from primitives.ids import BlockNumber
from primitives.record import Record
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcmp_world import PLENTY, XcmpWorld

STEP, NOW = Weight(100, 10), BlockNumber(1)


class Old:
    """A chain on which these pages wait, from number 10 on, and these messages were set aside."""

    def __init__(self, pages: tuple[tuple[bytes, ...], ...], aside: dict[int, bytes], count: int) -> None:
        self.world = XcmpWorld()
        frame = self.world.queue.frame
        self.events: list[Record] = []
        frame.deposit = self._deposit
        self.queue = DmpQueue(frame, self.world.messages, STEP)
        self.queue.page_index.put(PageIndexData(10, 10 + len(pages), count))
        for number, page in enumerate(pages, 10):
            if page:
                self.queue.pages[number] = tuple(waiting(each) for each in page)
        for number, message in aside.items():
            self.queue.overweight[number] = waiting(message)
        self.queue.counter_for_overweight.put(len(aside))

    def _deposit(self, pallet: object, event: Record, topics: tuple[bytes, ...]) -> None:
        if isinstance(pallet, DmpQueue):
            self.events.append(event)

    def idle_until_done(self) -> None:
        for _ in range(100):
            if self.queue.migration_status.get() == Done():
                return
            before = len(self.events)
            assert self.queue.on_idle(NOW, PLENTY) == STEP
            assert len(self.events) > before
        pytest.fail("never done")

    def moved(self) -> list[bytes]:
        self.world.messages.service_queues(PLENTY)
        assert {origin for origin, _ in self.world.processed} <= {Parent()}
        return [message for _, message in self.world.processed]


def waiting(message: bytes) -> Waiting:
    return BlockNumber(7), message


def test_each_idle_block_takes_one_page_and_then_one_message_that_was_set_aside() -> None:
    old = Old(((b"1", b"2"), (b"3",)), {0: b"4", 1: b"5"}, 2)
    old.idle_until_done()

    assert old.moved() == [b"1", b"2", b"3", b"4", b"5"]
    assert old.events[:9] == [
        StartedExport(),
        Exported(10),
        Exported(11),
        CompletedExport(),
        StartedOverweightExport(),
        ExportedOverweight(0),
        ExportedOverweight(1),
        CompletedOverweightExport(),
        StartedCleanup(),
    ]


def test_what_is_left_goes_two_keys_a_block_until_only_the_news_that_all_is_done_is_left() -> None:
    old = Old(((b"1",),), {}, 0)
    state = old.world.state
    old.queue.configuration.put(Weight(1, 2))
    for byte in range(5):
        state.set(twox_128(b"DmpQueue") + bytes((byte,)), b"left over")
    before = len(tuple(state.keys(twox_128(b"DmpQueue"))))
    old.idle_until_done()

    cleaned = [event.keys_removed for event in old.events if isinstance(event, CleanedSome)]
    assert max(cleaned) == 2
    # The page is moved before; the step reached is stored among the keys that go.
    assert sum(cleaned) == before - 1 + 1
    assert old.events[-1] == Completed(error=False)
    assert list(state.keys(twox_128(b"DmpQueue"))) == [storage_prefix("DmpQueue", "MigrationStatus")]


def test_empty_pages_and_numbers_without_a_message_fail_and_hold_nothing_up() -> None:
    old = Old(((), (b"1",)), {1: b"2"}, 2)
    old.idle_until_done()

    assert old.moved() == [b"1", b"2"]
    assert ExportFailed(10) in old.events
    assert ExportOverweightFailed(0) in old.events


def test_a_message_too_long_for_a_page_of_today_is_lost() -> None:
    old = Old(((b"1", bytes(70_000)),), {0: bytes(70_000)}, 1)
    old.idle_until_done()

    assert old.moved() == [b"1"]
    assert Exported(10) in old.events
    assert ExportOverweightFailed(0) in old.events


def test_without_weight_nothing_moves() -> None:
    old = Old(((b"1",),), {}, 0)

    assert old.queue.on_idle(NOW, Weight(100, 9)) == ZERO_WEIGHT
    assert old.events == []


def test_on_a_chain_that_is_done_idle_blocks_write_nothing() -> None:
    old = Old((), {}, 0)
    old.idle_until_done()
    with old.world.state.frame() as frame:
        old.queue.on_idle(NOW, PLENTY)
        assert frame.changes() == {}


def test_old_state_is_read_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    key = storage_prefix("DmpQueue", "PageIndex").hex()

    assert main(["decode", "--para", key, "0a0000000c0000000300000000000000"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "DmpQueue.PageIndex",
        "value: PageIndexData",
        "  begin_used: 10",
        "  end_used: 12",
        "  overweight_count: 3",
    ]
