"""XcmpQueue, the way in and its calls: the scenarios of upstream's own tests; the number is theirs in the
fact sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from pallets.para.message_origin import Parent, Sibling
from pallets.para.xcmp_queue_items import (
    DEFAULT_CONFIG,
    ChannelSignal,
    Error,
    OutboundChannelFlags,
    OutboundState,
    QueueConfigData,
)
from primitives.errors import BadOrigin, DispatchError, ErrorCode
from primitives.ids import AccountId, BlockNumber, ParaId
from primitives.origin import Root, Signed
from primitives.record import Record, replace
from primitives.scale.codec import BYTES
from primitives.storage.state import Entry
from primitives.weights import ZERO_WEIGHT, Weight
from runtime.call_weights import growing
from tests.support.xcmp_world import CONTROLLER, FREE, PLENTY, XcmpWorld
from xcm.instructions import ClearOrigin, Trap
from xcm.program import SetAppendix
from xcm.versions import encode_versioned_xcm

SENDER, OTHER = ParaId(2000), ParaId(2001)
ANYBODY = Signed(AccountId(bytes(32)))
SUSPEND, RESUME = b"\x02\x00", b"\x02\x01"


def trap(code: int, version: int = 5) -> bytes:
    return encode_versioned_xcm(version, (Trap(code),))


def page(*programs: bytes) -> bytes:
    return b"\x00" + b"".join(programs)


def opaque_page(*programs: bytes) -> bytes:
    return b"\x03" + b"".join(map(BYTES.encode, programs))


def give(world: XcmpWorld, *pages: bytes, sender: ParaId = SENDER, weight: Weight = PLENTY) -> Weight:
    return world.queue.handle_xcmp_messages(((sender, BlockNumber(1), each) for each in pages), weight)


def written(world: XcmpWorld, raw: bytes) -> dict[bytes, Entry | None]:
    """What a page changes in the state."""
    with world.state.frame() as layer:
        give(world, raw)
        return layer.changes()


def queued(world: XcmpWorld, sender: ParaId = SENDER) -> list[bytes]:
    """Takes everything out of the queues; gives what was a sender's."""
    world.messages.service_queues(PLENTY)
    return [message for origin, message in world.processed if origin == Sibling(sender)]


def one_message_a_page() -> XcmpWorld:
    """A queue whose pages hold no more than one of these programs."""
    return XcmpWorld(heap_size=10)


@contextmanager
def refused(error: ErrorCode | Record) -> Iterator[None]:
    with pytest.raises(DispatchError) as caught:
        yield
    assert caught.value.error == error


# ------------------------------------------------------------------------------------------ pages taken in


def test_1_a_page_with_only_its_format_does_nothing() -> None:
    world = XcmpWorld()
    assert written(world, b"\x00") == {}


def test_2_a_program_is_queued_as_it_is() -> None:
    world = XcmpWorld()
    give(world, page(trap(1)))
    assert queued(world) == [trap(1)]


def test_3_programs_of_a_page_keep_their_order() -> None:
    world = XcmpWorld()
    give(world, page(*map(trap, range(10))))
    assert queued(world) == [trap(code) for code in range(10)]


def test_4_pages_of_several_calls_add_up() -> None:
    world = XcmpWorld()
    give(world, page(trap(0)))
    give(world, page(trap(1)), page(trap(2)))
    assert queued(world) == [trap(code) for code in range(3)]


def test_5_a_page_may_hold_more_programs_than_are_queued_at_once() -> None:
    world = XcmpWorld()
    give(world, page(*map(trap, range(300))))
    assert queued(world) == [trap(code) for code in range(300)]


@pytest.mark.parametrize(
    ("pages", "kept"),
    [((11,), 10), ((315,), 300), ((200, 150), 300)],
    ids=["one over", "in the second batch", "in the second page"],
)
def test_6_what_would_need_more_pages_than_the_drop_threshold_is_lost(
    pages: tuple[int, ...], kept: int
) -> None:
    world = one_message_a_page()
    world.queue.queue_config.put(QueueConfigData(kept, kept, 1))
    give(world, *(page(*[trap(1)] * count) for count in pages))
    assert len(queued(world)) == kept


def test_6_each_sender_has_a_queue_of_its_own() -> None:
    world = one_message_a_page()
    world.queue.queue_config.put(QueueConfigData(10, 10, 1))
    give(world, page(*[trap(1)] * 11))
    give(world, page(*[trap(2)] * 11), sender=OTHER)
    assert (len(queued(world)), len(queued(world, OTHER))) == (10, 10)


def test_7_as_many_are_queued_as_there_is_weight_for() -> None:
    each = growing(ZERO_WEIGHT, Weight(10, 0))
    world = XcmpWorld(weights=replace(FREE, enqueue_n_empty_xcmp_messages=each))
    used = give(world, page(*map(trap, range(10))), weight=Weight(45, 0))
    assert queued(world) == [trap(code) for code in range(4)]
    assert used == Weight(40, 0)


def test_7_what_cannot_be_decoded_for_want_of_weight_is_lost() -> None:
    cost = growing(Weight(10, 0), ZERO_WEIGHT)
    world = XcmpWorld(weights=replace(FREE, take_first_concatenated_xcm=cost))
    give(world, page(*map(trap, range(10))), weight=Weight(45, 0))
    assert queued(world) == [trap(code) for code in range(4)]


def test_7_opaque_pages_need_no_weight_for_decoding() -> None:
    cost = growing(Weight(10, 0), ZERO_WEIGHT)
    world = XcmpWorld(weights=replace(FREE, take_first_concatenated_xcm=cost))
    give(world, opaque_page(*map(trap, range(10))), weight=Weight(45, 0))
    assert len(queued(world)) == 10


def test_7_a_sender_without_weight_for_its_first_page_may_have_some_for_the_second() -> None:
    first = growing(Weight(50, 0), ZERO_WEIGHT)
    world = XcmpWorld(weights=replace(FREE, enqueue_n_full_pages=first))
    give(world, page(trap(1)), page(trap(2)), weight=Weight(45, 0))
    assert queued(world) == [trap(2)]


def test_8_a_broken_page_leaves_other_pages_alone() -> None:
    world = XcmpWorld()
    give(world, page(trap(0)), page(b"\xff"), page(trap(1)))
    assert queued(world) == [trap(0), trap(1)]


def test_8_what_stands_before_the_break_is_kept() -> None:
    world = XcmpWorld()
    give(world, page(trap(0), trap(1), b"\xff", trap(2)))
    assert queued(world) == [trap(0), trap(1)]


def test_8_a_program_too_long_for_the_queue_is_a_break() -> None:
    world = XcmpWorld(heap_size=40)
    long = encode_versioned_xcm(5, (ClearOrigin(),) * 40)
    give(world, page(trap(0), long, trap(1)), opaque_page(trap(2), long, trap(3)))
    assert queued(world) == [trap(0), trap(2)]


@pytest.mark.parametrize("raw", [b"\x01" + trap(1), b"\x04" + trap(1), b""], ids=["blob", "unknown", "empty"])
def test_9_pages_of_no_known_use_change_nothing(raw: bytes) -> None:
    world = XcmpWorld()
    assert written(world, raw) == {}


def test_10_programs_without_a_version_change_nothing() -> None:
    world = XcmpWorld()
    assert written(world, page(trap(1)[1:])) == {}


def test_20_an_empty_program_is_as_long_as_its_version_and_count() -> None:
    empty = [encode_versioned_xcm(version, ()) for version in (3, 4, 5)]
    world = XcmpWorld()
    give(world, page(*empty))
    assert queued(world) == [b"\x03\x00", b"\x04\x00", b"\x05\x00"]


def test_21_a_page_may_mix_versions() -> None:
    mixed = [trap(code, version) for code in range(4) for version in (4, 5)]
    world = XcmpWorld()
    give(world, page(*mixed))
    assert queued(world) == mixed


def test_21_an_unknown_version_ends_the_page() -> None:
    world = XcmpWorld()
    give(world, page(trap(0, 4), trap(1, 5), b"\x64" + trap(2)[1:]))
    assert queued(world) == [trap(0, 4), trap(1, 5)]


def nested(depth: int) -> bytes:
    """A program with so many programs around its last instruction, itself among them."""
    program = encode_versioned_xcm(5, (ClearOrigin(),))[1:]
    for _ in range(depth - 1):
        program = b"\x04\x16" + program  # one instruction, SetAppendix
    return b"\x05" + program


def test_21_programs_may_be_eight_deep_and_no_deeper() -> None:
    assert nested(2) == encode_versioned_xcm(5, (SetAppendix((ClearOrigin(),)),))

    world = XcmpWorld()
    give(world, page(nested(8)), page(nested(9)))
    assert queued(world) == [nested(8)]


def test_21_how_deep_programs_are_does_not_matter_in_opaque_pages() -> None:
    world = XcmpWorld()
    give(world, opaque_page(nested(9)))
    assert queued(world) == [nested(9)]


# ---------------------------------------------------------------------------------------------- the opaque


def test_28_opaque_pages_give_programs_by_length_and_tell_that_their_sender_reads_them() -> None:
    world = XcmpWorld()
    give(world, opaque_page(trap(0), b"\xff\xff", trap(1)))
    assert queued(world) == [trap(0), b"\xff\xff", trap(1)]
    channel = world.outbound.outbound_channel(SENDER)
    assert channel is not None
    assert channel.flags == OutboundChannelFlags(1)


@pytest.mark.parametrize(
    "tail", [b"\x08\x01", b"\x03", b"\xfe"], ids=["too short", "no length", "cut length"]
)
def test_28_a_length_that_cannot_be_ends_an_opaque_page(tail: bytes) -> None:
    world = XcmpWorld()
    give(world, opaque_page(trap(0)) + tail)
    assert queued(world) == [trap(0)]


# --------------------------------------------------------------------------------------------- the signals


def state_of(world: XcmpWorld) -> OutboundState | None:
    channel = world.outbound.outbound_channel(SENDER)
    return None if channel is None else channel.state


@pytest.mark.parametrize(
    ("signals", "state"),
    [
        ("00", OutboundState.Suspended),
        ("01", None),
        ("0001", None),
        ("0100", OutboundState.Suspended),
        ("000100", OutboundState.Suspended),
        ("00ff01", OutboundState.Suspended),
        ("00000001", OutboundState.Suspended),
        ("", None),
    ],
)
def test_28_signals_of_a_page_count_in_their_order_up_to_three(
    signals: str, state: OutboundState | None
) -> None:
    world = XcmpWorld()
    give(world, b"\x02" + bytes.fromhex(signals))
    assert state_of(world) is state


def test_28_signals_that_there_is_no_weight_for_are_lost() -> None:
    world = XcmpWorld(weights=replace(FREE, suspend_channel=Weight(10, 0), resume_channel=Weight(20, 0)))
    used = give(world, b"\x02\x00\x01", weight=Weight(25, 0))
    assert state_of(world) is OutboundState.Suspended
    assert used == Weight(10, 0)


def test_a_sender_of_whose_programs_none_is_taken_stands_in_line_with_nothing() -> None:
    """Upstream's quirk: it is in the ready ring until it is served."""
    world = XcmpWorld(weights=replace(FREE, enqueue_n_empty_xcmp_messages=growing(ZERO_WEIGHT, Weight(1, 0))))
    give(world, page(trap(0)), weight=ZERO_WEIGHT)
    assert world.messages.book_state_for[Sibling(SENDER)].ready_neighbours is not None
    assert world.messages.footprint(Sibling(SENDER)).pages == 0

    assert queued(world) == []
    assert world.messages.book_state_for[Sibling(SENDER)].ready_neighbours is None


# -------------------------------------------------------------------------------------------- back pressure


def waiting_signal(world: XcmpWorld, para: ParaId = SENDER) -> bytes:
    return world.outbound.signal_messages[para]


def test_13_a_sender_is_told_to_stop_and_once_its_queue_is_short_to_go_on() -> None:
    world = one_message_a_page()
    world.queue.queue_config.put(QueueConfigData(suspend_threshold=3, drop_threshold=5, resume_threshold=1))
    give(world, page(trap(0)), page(trap(1)))
    assert (waiting_signal(world), world.queue.inbound_xcmp_suspended.get()) == (b"", ())

    give(world, *[page(trap(2))] * 5)
    assert (waiting_signal(world), world.queue.inbound_xcmp_suspended.get()) == (SUSPEND, (SENDER,))

    assert len(queued(world)) == 5
    assert (waiting_signal(world), world.queue.inbound_xcmp_suspended.get()) == (RESUME, ())


def test_13_nothing_is_said_twice() -> None:
    world = one_message_a_page()
    world.queue.queue_config.put(QueueConfigData(suspend_threshold=2, drop_threshold=5, resume_threshold=1))
    give(world, page(trap(0), trap(1)))
    world.outbound.signal_messages.remove(SENDER)
    give(world, page(trap(2)))
    assert waiting_signal(world) == b""


def test_13_new_thresholds_bind_a_sender_when_its_queue_changes() -> None:
    world = one_message_a_page()
    give(world, page(*[trap(0)] * 4))
    world.queue.update_resume_threshold(Root(), 1)
    world.queue.update_suspend_threshold(Root(), 4)
    assert world.queue.inbound_xcmp_suspended.get() == ()
    give(world, page(trap(1)))
    assert world.queue.inbound_xcmp_suspended.get() == (SENDER,)


def test_suspended_senders_are_kept_in_order() -> None:
    world = one_message_a_page()
    world.queue.queue_config.put(QueueConfigData(2, 5, 1))
    for sender in (2001, 1000, 2000):
        give(world, page(trap(0), trap(1)), sender=ParaId(sender))
    assert world.queue.inbound_xcmp_suspended.get() == (1000, 2000, 2001)


def test_with_too_many_suspended_a_sender_is_told_but_not_remembered() -> None:
    world = XcmpWorld(heap_size=10)
    world.outbound.constants = replace(world.outbound.constants, max_inbound_suspended=1)
    world.queue.queue_config.put(QueueConfigData(2, 5, 1))
    give(world, page(trap(0), trap(1)))
    give(world, page(trap(0), trap(1)), sender=OTHER)
    assert waiting_signal(world, OTHER) == SUSPEND
    assert world.queue.inbound_xcmp_suspended.get() == (SENDER,)


def test_without_room_for_the_signal_a_sender_is_not_suspended() -> None:
    world = XcmpWorld(heap_size=10)
    world.outbound.constants = replace(world.outbound.constants, max_active_outbound_channels=1)
    assert world.outbound.send_signal(OTHER, ChannelSignal.Suspend)
    world.queue.queue_config.put(QueueConfigData(2, 5, 1))
    give(world, page(trap(0), trap(1)))
    assert world.queue.inbound_xcmp_suspended.get() == ()


# ---------------------------------------------------------------------------------------------------- calls


def test_11_suspended_execution_spares_those_who_govern() -> None:
    world = XcmpWorld()
    give(world, page(trap(0)))
    give(world, page(trap(1)), sender=CONTROLLER)
    world.messages.enqueue_messages(Parent(), (trap(2),))
    world.queue.suspend_xcm_execution(Root())
    assert queued(world) == []
    assert [message for _, message in world.processed] == [trap(1), trap(2)]

    world.queue.resume_xcm_execution(Root())
    assert queued(world) == [trap(0)]


def test_12_execution_is_suspended_and_resumed_by_controllers_once() -> None:
    queue = XcmpWorld().queue
    with refused(Error.AlreadyResumed):
        queue.resume_xcm_execution(Root())
    queue.suspend_xcm_execution(Root())
    assert queue.queue_suspended.get()
    with refused(Error.AlreadySuspended):
        queue.suspend_xcm_execution(Root())
    with refused(BadOrigin()):
        queue.resume_xcm_execution(ANYBODY)
    queue.resume_xcm_execution(Root())
    assert not queue.queue_suspended.get()


def test_12_suspending_is_not_for_everybody() -> None:
    with refused(BadOrigin()):
        XcmpWorld().queue.suspend_xcm_execution(ANYBODY)


@pytest.mark.parametrize("which", ["suspend", "drop", "resume"])
def test_14_to_16_thresholds_are_roots(which: str) -> None:
    queue = XcmpWorld().queue
    with refused(BadOrigin()):
        getattr(queue, f"update_{which}_threshold")(ANYBODY, 33)
    assert queue.queue_config.get() == DEFAULT_CONFIG


@pytest.mark.parametrize(
    ("which", "new", "config"),
    [
        ("suspend", 48, QueueConfigData(48, 48, 8)),
        ("drop", 32, QueueConfigData(32, 32, 8)),
        ("resume", 31, QueueConfigData(32, 48, 31)),
    ],
)
def test_14_to_16_thresholds_are_set(which: str, new: int, config: QueueConfigData) -> None:
    queue = XcmpWorld().queue
    getattr(queue, f"update_{which}_threshold")(Root(), new)
    assert queue.queue_config.get() == config


@pytest.mark.parametrize(
    ("which", "new"),
    [("suspend", 49), ("suspend", 8), ("drop", 31), ("resume", 0), ("resume", 32), ("resume", 33)],
)
def test_14_to_16_thresholds_stay_in_order(which: str, new: int) -> None:
    queue = XcmpWorld().queue
    with refused(Error.BadQueueConfig):
        getattr(queue, f"update_{which}_threshold")(Root(), new)
    assert queue.queue_config.get() == DEFAULT_CONFIG
