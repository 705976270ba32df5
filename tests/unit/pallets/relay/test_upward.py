"""Upward messages: what may be sent, what joins the queue, and what parachains are told of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pallets.relay.paras_items import Error as ParasError
from pallets.relay.upward import (
    UMP_ORIGIN,
    CapacityExceeded,
    InvalidSignals,
    IsOffboarding,
    MessageSize,
    MoreMessagesThanPermitted,
    TotalSizeExceeded,
    UpwardMessagesReceived,
    skip_ump_signals,
    ump,
    ump_signals,
)
from primitives.errors import AcceptanceError, DispatchError
from primitives.ids import AccountId, ParaId
from primitives.origin import Parachain, Signed
from primitives.record import Record, replace
from primitives.relay_keys import relay_dispatch_queue_remaining_capacity, relay_dispatch_queue_size
from primitives.scale.errors import DecodeError, EncodeError
from primitives.ump import ApprovedPeer, SelectCore
from tests.support.backing import A, B
from tests.support.candidates import CONFIG, HEAVY, CandidateWorld

SELECT_CORE = b"\x00\x01\x00"


@pytest.fixture
def world() -> CandidateWorld:
    return CandidateWorld()


def fault(world: CandidateWorld, *messages: bytes, para: ParaId = A) -> Record:
    """Why messages are refused; the state stays as it was."""
    config, before = world.configuration.active_config.get(), world.state.root()
    with pytest.raises(AcceptanceError) as caught:
        world.inclusion.check_upward_messages(config, para, messages)
    assert world.state.root() == before
    return caught.value.reason


def check(world: CandidateWorld, *messages: bytes, para: ParaId = A) -> None:
    world.inclusion.check_upward_messages(world.configuration.active_config.get(), para, messages)


def amounts(world: CandidateWorld, key: bytes) -> tuple[int, int]:
    raw = world.state.get(key)
    assert raw is not None
    return int.from_bytes(raw[:4], "little"), int.from_bytes(raw[4:], "little")


def size(world: CandidateWorld, para: ParaId) -> tuple[int, int]:
    return amounts(world, relay_dispatch_queue_size(para))


def remaining(world: CandidateWorld, para: ParaId) -> tuple[int, int]:
    return amounts(world, relay_dispatch_queue_remaining_capacity(para))


# What may be sent.


def test_checking_writes_nothing(world: CandidateWorld) -> None:
    before = world.state.entries()

    check(world, b"small")
    check(world, b"small", para=B)

    assert world.state.entries() == before


def test_a_candidate_sends_so_many_messages(world: CandidateWorld) -> None:
    check(world)
    check(world, b"1", b"2")

    assert fault(world, b"1", b"2", b"3") == MoreMessagesThanPermitted(sent=3, permitted=2)


def test_a_message_has_so_many_bytes(world: CandidateWorld) -> None:
    check(world, bytes(16))

    assert fault(world, b"good", bytes(17)) == MessageSize(index=1, message_size=17, max_size=16)


def test_a_queue_holds_so_many_messages(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (b"1", b"2", b"3"))
    check(world, b"4")
    check(world, b"4", b"5", para=B)

    assert fault(world, b"4", b"5") == CapacityExceeded(count=5, limit=4)


def test_a_queue_holds_so_many_bytes(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (bytes(16), bytes(16), bytes(22)))
    check(world, bytes(10))

    assert fault(world, bytes(11)) == TotalSizeExceeded(total_size=65, limit=64)


def test_all_messages_of_a_candidate_count_together(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (bytes(16), bytes(22)))

    assert fault(world, bytes(16), bytes(12)) == TotalSizeExceeded(total_size=66, limit=64)


def test_a_para_on_its_way_out_sends_nothing(world: CandidateWorld) -> None:
    world.paras.schedule_para_cleanup(A)
    check(world)
    check(world, b"", SELECT_CORE)

    assert fault(world, b"last words") == IsOffboarding()


# Signals.


def test_signals_take_no_part_in_limits(world: CandidateWorld) -> None:
    check(world, b"1", b"2", b"", SELECT_CORE)
    check(world, b"", bytes(200), bytes(200), bytes(200))

    assert skip_ump_signals((b"1", b"", b"2", b"")) == (b"1",)
    assert skip_ump_signals((b"", b"1")) == ()


def test_each_kind_of_signal_comes_once() -> None:
    peer = b"\x01\x08me"

    assert ump_signals((b"message",)) == ()
    assert ump_signals((b"message", b"")) == ()
    assert ump_signals((b"", SELECT_CORE)) == (SelectCore(1, 0),)
    assert ump_signals((b"", peer, SELECT_CORE)) == (ApprovedPeer(b"me"), SelectCore(1, 0))


@pytest.mark.parametrize(
    "behind",
    [
        (SELECT_CORE, SELECT_CORE),
        (SELECT_CORE, b"\x01\x08me", b""),
        (b"",),
        (b"\x02",),
        (b"\x00\x01",),
        (b"\x01\x05\x01" + bytes(65),),
    ],
    ids=["twice", "three", "empty", "unknown", "cut off", "long name"],
)
def test_signals_that_do_not_hold_are_refused(behind: tuple[bytes, ...]) -> None:
    with pytest.raises(AcceptanceError) as caught:
        ump_signals((b"message", b"", *behind))

    assert caught.value.reason == InvalidSignals()


# The queue.


def test_messages_join_the_queue_and_signals_do_not(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (b"one", b"two", b"", SELECT_CORE))

    assert world.told(UpwardMessagesReceived) == [UpwardMessagesReceived(A, 2)]
    world.message_queue.on_initialize(world.now)
    assert world.processed == [(b"one", ump(A)), (b"two", ump(A))]


def test_signals_alone_leave_no_trace(world: CandidateWorld) -> None:
    before = world.state.entries()

    world.inclusion.receive_upward_messages(A, (b"", SELECT_CORE))

    assert world.events == []
    assert world.state.entries() == before


def test_what_no_page_can_hold_is_lost(world: CandidateWorld) -> None:
    longest = world.message_queue.max_message_len
    world.inclusion.receive_upward_messages(A, (b"one", bytes(longest + 1), bytes(longest)))

    assert world.told(UpwardMessagesReceived) == [UpwardMessagesReceived(A, 2)]
    world.message_queue.on_initialize(world.now)
    assert [message for message, _ in world.processed] == [b"one", bytes(longest)]


def test_parachains_read_what_their_queue_holds_and_takes(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (bytes(7), bytes(8)))
    assert (size(world, A), remaining(world, A)) == ((2, 15), (2, 49))

    world.message_queue.on_initialize(world.now)
    assert (size(world, A), remaining(world, A)) == ((0, 0), (4, 64))
    assert relay_dispatch_queue_size(B) not in world.state


def test_a_queue_beyond_its_limits_takes_nothing_more(world: CandidateWorld) -> None:
    world.configuration.active_config.put(replace(CONFIG, max_upward_queue_count=1, max_upward_queue_size=5))
    world.inclusion.receive_upward_messages(A, (bytes(3), bytes(3)))

    assert remaining(world, A) == (0, 0)


def test_the_raw_keys_are_those_that_parachains_know() -> None:
    expected = "3a72656c61795f64697370617463685f71756575655f72656d61696e696e675f63617061636974790c0d0000"
    assert relay_dispatch_queue_remaining_capacity(ParaId(3340)).hex() == expected
    prefix = "f5207f03cfdce586301014700e2c2593fad157e461d71fd4c1f936839a5f1f3e"
    assert relay_dispatch_queue_size(ParaId(2000)).hex() == prefix + "63f5a4efb16ffa83d0070000"


def test_a_para_with_messages_waiting_cannot_go(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (b"one",))
    before = world.state.root()
    with pytest.raises(DispatchError) as caught, world.state.layer():
        world.paras.schedule_para_cleanup(A)
    assert caught.value.error is ParasError.CannotOffboard
    assert world.state.root() == before

    world.message_queue.on_initialize(world.now)
    world.paras.schedule_para_cleanup(A)
    assert world.paras.is_offboarding(A)


def test_the_queue_of_a_para_that_is_gone_is_out_of_service(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (b"one",))
    world.inclusion.receive_upward_messages(B, (b"two",))

    world.inclusion.initializer_on_new_session((A,))

    world.message_queue.on_initialize(world.now)
    assert world.processed == [(b"two", ump(B))]
    assert size(world, A) == (1, 3)


def test_messages_that_were_too_heavy_still_count(world: CandidateWorld) -> None:
    world.inclusion.receive_upward_messages(A, (bytes(7), b"heavy..."))
    world.message_queue.on_initialize(world.now)
    assert (size(world, A), remaining(world, A)) == ((1, 8), (3, 56))

    anybody = Signed(AccountId(bytes(32)))
    world.message_queue.execute_overweight(anybody, ump(A), 0, 1, HEAVY)
    assert (size(world, A), remaining(world, A)) == ((0, 0), (4, 64))


# Names of queues.


@given(st.integers(0, 2**32 - 1).map(ParaId))
def test_a_queue_is_named_by_two_zeros_and_the_para(para: ParaId) -> None:
    encoded = UMP_ORIGIN.encode(ump(para))

    assert encoded == b"\x00\x00" + para.to_bytes(4, "little")
    assert UMP_ORIGIN.decode(encoded) == ump(para)


@given(st.binary(max_size=8))
def test_nothing_else_names_a_queue(raw: bytes) -> None:
    try:
        found = UMP_ORIGIN.decode(raw)
    except DecodeError:
        assert len(raw) != 6 or raw[:2] != b"\x00\x00"
    else:
        assert UMP_ORIGIN.encode(found) == raw


def test_an_origin_that_is_no_queue_has_no_name() -> None:
    with pytest.raises(EncodeError, match="no queue"):
        UMP_ORIGIN.encode(Parachain(A))
