"""Upward messages in their queues: how full these get, who is served when, and what parachains are told.

A scenario number in a comment is the place of the test in upstream's own list of them.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.message_queue_invariants import violations
from pallets.message_queue_items import HEADER_SIZE, OverweightEnqueued, Processed, ProcessingFailed
from pallets.message_queue_items import Error as QueueError
from pallets.relay.paras_items import Error as ParasError
from pallets.relay.upward import (
    CapacityExceeded,
    Footprint,
    IsOffboarding,
    MessageSize,
    MoreMessagesThanPermitted,
    TotalSizeExceeded,
    ump,
)
from primitives.errors import AcceptanceError
from primitives.hashing import storage_prefix, twox_64_concat
from primitives.ids import AccountId, BlockNumber, ParaId
from primitives.origin import Signed
from primitives.record import Record, replace
from primitives.relay_keys import relay_dispatch_queue_remaining_capacity, relay_dispatch_queue_size
from primitives.weights import Weight
from tests.support.asserts import refused
from tests.support.backing import A, B
from tests.support.candidates import CONFIG, QUEUE, CandidateWorld

ANYBODY = Signed(AccountId(bytes(32)))
SELECT_CORE = b"\x00\x01\x00"


@pytest.fixture
def world() -> CandidateWorld:
    """Messages of more than 500 are too heavy here, those of up to 200 bytes not too long."""
    found = CandidateWorld(replace(CONFIG, max_upward_message_size=200))
    found.message_queue.constants = replace(QUEUE, service_weight=both(500))
    return found


def both(amount: int) -> Weight:
    return Weight(amount, amount)


def fault(world: CandidateWorld, *messages: bytes, para: ParaId = A) -> Record:
    """Why messages are refused; the state stays as it was."""
    before = world.state.root()
    with pytest.raises(AcceptanceError) as caught:
        check(world, *messages, para=para)
    assert world.state.root() == before
    return caught.value.reason


def check(world: CandidateWorld, *messages: bytes, para: ParaId = A) -> None:
    world.inclusion.check_upward_messages(world.configuration.active_config.get(), para, messages)


def configure(world: CandidateWorld, **fields: int) -> None:
    world.configuration.active_config.put(replace(world.configuration.active_config.get(), **fields))


def send(world: CandidateWorld, para: int, *messages: bytes) -> None:
    world.inclusion.receive_upward_messages(ParaId(para), messages)


def serve(world: CandidateWorld, limit: int = 500) -> list[int]:
    """Whose messages are processed within a limit, in order."""
    known = len(world.processed)
    world.message_queue.service_queues(both(limit))
    assert list(violations(world.message_queue)) == []
    return [origin.queue.para for _, origin in world.processed[known:]]  # type: ignore[attr-defined]


def told(world: CandidateWorld, para: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """What a parachain reads of its queue: messages and bytes in it, messages and bytes that still fit."""
    size = world.state.get(relay_dispatch_queue_size(ParaId(para)))
    remaining = world.state.get(relay_dispatch_queue_remaining_capacity(ParaId(para)))
    assert size is not None
    assert remaining is not None
    return amounts(size), amounts(remaining)


def amounts(raw: bytes) -> tuple[int, int]:
    return int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:], "little")


def execute(world: CandidateWorld, para: int, page: int, index: int, limit: int) -> None:
    with world.state.layer():
        world.message_queue.execute_overweight(ANYBODY, ump(ParaId(para)), page, index, both(limit))


# How full they may get.


@pytest.mark.parametrize("sent", range(3, 12))
def test_a_candidate_sends_no_more_than_it_may(world: CandidateWorld, sent: int) -> None:  # scenario 2
    messages = [bytes((number + 1,)) for number in range(sent)]

    assert fault(world, *messages) == MoreMessagesThanPermitted(sent, 2)


@pytest.mark.parametrize("size", range(17, 26))
def test_only_the_message_that_is_too_long_is_named(world: CandidateWorld, size: int) -> None:  # scenario 3
    configure(world, max_upward_message_size=16, max_upward_message_num_per_candidate=3)
    check(world, bytes(1), bytes(16))

    for before in range(3):
        good = [bytes(8)] * before
        assert fault(world, *good, bytes(size)) == MessageSize(before, size, 16)


def test_a_full_queue_takes_no_message_more(world: CandidateWorld) -> None:  # scenario 4
    send(world, A, *[b"m"] * 4)

    assert fault(world, b"1") == CapacityExceeded(5, 4)
    assert fault(world, b"1", b"2") == CapacityExceeded(6, 4)
    check(world)
    check(world, b"", SELECT_CORE)


def test_a_full_queue_takes_no_byte_more(world: CandidateWorld) -> None:  # scenario 5
    configure(world, max_upward_queue_count=128)
    send(world, A, *[b"m"] * 64)
    assert HEADER_SIZE == 5

    assert fault(world, b"1") == TotalSizeExceeded(65, 64)
    assert fault(world, b"123456") == TotalSizeExceeded(70, 64)


# Who is served when.


def test_empty_queues_are_served_without_a_trace(world: CandidateWorld) -> None:  # scenario 6
    before = world.state.root()

    assert serve(world, 1 << 40) == []
    assert (world.events, world.state.root()) == ([], before)


def test_a_message_is_processed_in_the_name_of_its_sender(world: CandidateWorld) -> None:  # scenario 7
    send(world, 3_000, b"weight=1 hello")

    assert serve(world, 1 << 40) == [3_000]
    assert world.processed == [(b"weight=1 hello", ump(ParaId(3_000)))]


def test_queues_take_turns(world: CandidateWorld) -> None:  # scenario 8
    send(world, 911, b"weight=500 x")
    send(world, 228, b"weight=300 x")
    send(world, 128, b"weight=200 x", b"weight=100 x")
    assert serve(world) == [911]

    send(world, 228, b"weight=100 x")
    assert serve(world) == [228, 228]
    assert serve(world) == [128, 128]
    assert serve(world) == []


def test_one_queue_waits_for_weight_like_any(world: CandidateWorld) -> None:  # scenario 9
    send(world, A, b"weight=300 x", b"weight=300 y")

    assert [serve(world) for _ in range(3)] == [[A], [A], []]


def test_a_queue_is_finished_before_the_next_one(world: CandidateWorld) -> None:  # scenario 10
    send(world, 1991, b"weight=300 x", b"weight=300 y")
    send(world, 1999, b"weight=300 z")

    assert serve(world, 900) == [1991, 1991, 1999]


def test_what_is_too_heavy_is_set_aside_and_executed_with_enough_weight(
    world: CandidateWorld,
) -> None:  # scenarios 15 and 16
    send(world, A, b"weight=301 a", b"weight=501 b", b"weight=501 c")
    assert serve(world) == [A]
    messages = [(e.page_index, e.message_index) for e in world.told(OverweightEnqueued)]  # type: ignore[attr-defined]
    assert messages == [(0, 1), (0, 2)]

    with refused(QueueError.NoPage, world):
        execute(world, B, 0, 0, 501)
    with refused(QueueError.InsufficientWeight, world):
        execute(world, A, 0, 2, 500)
    execute(world, A, 0, 2, 501)
    assert isinstance(world.events[-1][1], Processed)
    with refused(QueueError.AlreadyProcessed, world):
        execute(world, A, 0, 2, 501)
    with refused(QueueError.NoMessage, world):
        execute(world, A, 0, 3, 501)
    assert world.told(ProcessingFailed) == []


# What parachains are told.


def test_a_hundred_parachains_read_what_their_queues_hold_and_take(
    world: CandidateWorld,
) -> None:  # scenario 12
    paras = range(2_000, 2_100)
    configure(world, max_upward_queue_count=10, max_upward_queue_size=100)
    for para in paras:
        send(world, para, bytes(7), bytes(8))
    assert {told(world, para) for para in paras} == {((2, 15), (8, 85))}

    serve(world, 100)
    assert told(world, 2_000) == ((1, 8), (9, 92))
    serve(world, 1 << 40)
    assert {told(world, para) for para in paras} == {((0, 0), (10, 100))}


def test_messages_set_aside_take_room_until_they_are_executed(world: CandidateWorld) -> None:  # scenario 12
    paras = range(2_000, 2_100)
    configure(world, max_upward_queue_count=10, max_upward_queue_size=100)
    for para in paras:
        send(world, para, b"message", b"heavy...")
    for _ in paras:
        serve(world, 199)
    assert {told(world, para) for para in paras} == {((1, 8), (9, 92))}

    for para in paras:
        execute(world, para, 0, 1, 2_000)
    assert {told(world, para) for para in paras} == {((0, 0), (10, 100))}
    assert {world.queues.footprint(ParaId(para)) for para in paras} == {Footprint(0, 0)}


@given(st.integers(0, 2**32 - 1).map(ParaId))
def test_the_old_key_is_that_of_an_entry_of_the_ump_pallet(para: ParaId) -> None:  # scenario 13
    prefix = storage_prefix("Ump", "RelayDispatchQueueSize")

    assert relay_dispatch_queue_size(para) == prefix + twox_64_concat(para.to_bytes(4, "little"))


def test_the_keys_follow_every_message(world: CandidateWorld) -> None:  # scenario 14
    paras = range(2_000, 2_010)
    for para in paras:
        send(world, para, b"one")
    assert {told(world, para) for para in paras} == {((1, 3), (3, 61))}

    for para in paras:
        send(world, para, b"two")
    assert {told(world, para) for para in paras} == {((2, 6), (2, 58))}


# Leaving.


def test_a_para_may_go_once_its_messages_are_processed(world: CandidateWorld) -> None:  # scenario 17
    send(world, A, b"weight=300 x", b"weight=300 y")
    for _ in range(3):
        with refused(ParasError.CannotOffboard, world), world.state.layer():
            world.paras.schedule_para_cleanup(A)
        world.next_session()

    assert (serve(world), serve(world)) == ([A], [A])
    world.paras.schedule_para_cleanup(A)
    assert [world.paras.is_valid_para(A), world.paras.lifecycle(A) is None] == [False, False]
    world.next_session()
    world.next_session()
    assert world.paras.lifecycle(A) is None


def test_signals_ride_along_with_as_many_messages_as_may_be(world: CandidateWorld) -> None:  # scenario 18
    messages = (b"weight=1 a", b"weight=1 b", b"", SELECT_CORE)
    check(world, *messages)

    send(world, A, *messages)

    assert serve(world) == [A, A]


def test_a_para_that_leaves_sends_nothing_in_either_session(world: CandidateWorld) -> None:  # scenario 19
    world.paras.schedule_para_cleanup(A)
    assert fault(world, b"first") == IsOffboarding()

    world.next_session()
    assert fault(world, b"second") == IsOffboarding()
    check(world)

    world.next_session()
    assert not world.paras.is_valid_para(A)
    assert world.paras.lifecycle(A) is None


def test_a_queue_of_one_that_leaves_is_swept_though_something_came_in_late(world: CandidateWorld) -> None:
    world.paras.schedule_para_cleanup(A)
    world.next_session()
    send(world, A, b"weight=1 late")

    world.next_session()

    assert serve(world) == []
    assert told(world, A)[0] == (1, 13)
    world.message_queue.on_initialize(BlockNumber(99))
    assert world.processed == []
