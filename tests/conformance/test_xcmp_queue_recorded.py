"""What XcmpQueue does, against recorded blocks of a real parachain.

Our pallet alone runs on the recorded state before each step, and must write the same entries:

* for every inherent, all of XcmpQueue and MessageQueue, from the messages in it;
* at every end of a block, all of XcmpQueue, and the pages that leave;
* for every message that was sent, the page it joined, its channel, the fee factor and the event;
* for every call of the pallet, what it wrote or that it failed.

Given, as the recording has it, is what the step wrote in other pallets, and which messages were sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from node.conform.recording import Block, Step
from pallets.para.message_origin import MESSAGE_ORIGIN, Parent, Sibling
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.xcm_senders import SiblingRouter, SiblingTicket
from pallets.para.xcmp_pages import concatenated, format_of, opaque
from pallets.para.xcmp_queue_items import XcmpMessageFormat, XcmpMessageSent
from primitives.channels import OutboundHrmpMessage
from primitives.errors import DispatchError
from primitives.hashing import blake2_256, storage_prefix, twox_128
from primitives.ids import ParaId
from primitives.origin import Root
from primitives.pallet import Frame
from primitives.scale.derive import codec
from primitives.storage.state import Entry, State
from primitives.weights import WeightMeter
from tests.support.para_recordings import PATHS, Course, apply, courses, inherent_arguments
from tests.support.xcmp_world import PLENTY, WIRE, NoVersions, XcmpWorld, no_weight, price

QUEUE, MESSAGES = twox_128(b"XcmpQueue"), twox_128(b"MessageQueue")
BOOKS = storage_prefix("MessageQueue", "BookStateFor")
PAGES = storage_prefix("XcmpQueue", "OutboundXcmpMessages")
LEAVING = storage_prefix("ParachainSystem", "HrmpOutboundMessages")
SENT = bytes((30, 0))
OUTBOUND = codec(tuple[OutboundHrmpMessage, ...])
RAW_PAGE = codec(bytes)

every_recording = pytest.mark.parametrize("name", PATHS)


class Taken(NamedTuple):
    """A step, with the state before it."""

    where: str
    chain: RecordedChain
    block: Block
    step: Step


class RecordedChain:
    """Our pallets over the state of a recorded chain."""

    def __init__(self, state: State) -> None:
        frame = Frame(state, WIRE)
        self.state = state
        self.parachain = ParachainSystemStorage(frame)
        self.world = XcmpWorld(state, channel_info=self.parachain)
        self.router = SiblingRouter(self.world.outbound, NoVersions(), price())

    def changes(
        self, step: Step, ours: tuple[bytes, ...], run: Callable[[], object]
    ) -> dict[str, Entry | None]:
        """What our code writes of these pallets in place of the step; afterwards the state is as before."""
        self.world.events.clear()
        with self.state.frame() as given:
            apply(self.state, (each for each in step.changes if not each[0].startswith(ours)))
            with self.state.frame() as layer:
                run()
                found = layer.changes()
                layer.discard()
            given.discard()
        return named(found, ours)


def named(changes: dict[bytes, Entry | None], ours: tuple[bytes, ...]) -> dict[str, Entry | None]:
    """Those of ours, with keys that a person can compare."""
    return {key.hex(): value for key, value in changes.items() if key.startswith(ours)}


def recorded(step: Step, ours: tuple[bytes, ...]) -> dict[str, Entry | None]:
    return named(dict(step.changes), ours)


def steps(name: str) -> Iterator[Taken]:
    """Every step of every parachain in a recording, refused blocks included."""
    for course in courses(name):
        yield from steps_of(course)


def steps_of(course: Course) -> Iterator[Taken]:
    chain = RecordedChain(State(dict(course.chain.before)))
    for block in course.chain.blocks:
        apply(chain.state, block.forced)
        with chain.state.frame() as attempt:
            for step in block.steps:
                yield Taken(f"{course.name}, block {block.number}: {step.op} {step.call}", chain, block, step)
                apply(chain.state, step.changes)
            if block.refused is not None:
                attempt.discard()


@every_recording
def test_recorded_inherents_fill_the_same_queues(name: str) -> None:
    seen = 0
    for taken in steps(name):
        if taken.step.call == "ParachainSystem.set_validation_data":
            ours = (QUEUE, MESSAGES)
            written = taken.chain.changes(taken.step, ours, lambda: take_in(taken))  # noqa: B023 - runs at once
            assert written == recorded(taken.step, ours), taken.where
            seen += 1
    assert seen > 0


def take_in(taken: Taken) -> None:
    """Put the messages of an inherent where they go."""
    _, messages = inherent_arguments(taken.step.input)
    world, downward = taken.chain.world, messages.downward_messages.full_messages
    fitting = tuple(each.msg for each in downward if len(each.msg) <= world.messages.max_message_len)
    if fitting:
        world.messages.enqueue_messages(Parent(), fitting)
    pages = ((who, each.sent_at, each.data) for who, each in messages.horizontal_messages.full_messages)
    world.queue.handle_xcmp_messages(pages, PLENTY)


@every_recording
def test_recorded_blocks_end_with_the_same_pages_leaving(name: str) -> None:
    leaving = 0
    for taken in steps(name):
        if taken.step.op == "finalize_block":
            made: list[OutboundHrmpMessage] = []
            written = taken.chain.changes(taken.step, (QUEUE,), lambda: made.extend(finish(taken)))  # noqa: B023
            assert written == recorded(taken.step, (QUEUE,)), taken.where
            assert tuple(made) == left_with(taken), taken.where
            leaving += len(made)
    assert leaving == sum(len(left_with(each)) for each in steps(name) if each.step.op == "finalize_block")


def finish(taken: Taken) -> list[OutboundHrmpMessage]:
    """What programs sent when they ran, queues that shrank, then the pages that leave."""
    world, parachain = taken.chain.world, taken.chain.parachain
    for message in sent(taken):
        taken.chain.router.deliver(message)
    for key, _ in taken.step.changes:
        origin = MESSAGE_ORIGIN.decode(key[40:]) if key.startswith(BOOKS) else Parent()
        if isinstance(origin, Sibling):
            world.pressure.on_queue_changed(origin.para, world.messages.footprint(origin))
    config = parachain.host_configuration.get()
    assert config is not None
    most = min(config.hrmp_max_message_num_per_candidate, announced(taken))
    return [OutboundHrmpMessage(*each) for each in world.outbound.take_outbound_messages(most)]


def announced(taken: Taken) -> int:
    """How many may leave; the recorded step has taken it away already."""
    key = storage_prefix("ParachainSystem", "AnnouncedHrmpMessagesPerCandidate")
    before = next(step for step in taken.block.steps if step.op == "initialize_block")
    value = dict(before.changes).get(key)
    return int.from_bytes(value or b"", "little")


def left_with(taken: Taken) -> tuple[OutboundHrmpMessage, ...]:
    raw = dict(taken.step.changes).get(LEAVING)
    return OUTBOUND.decode(raw) if raw else ()


@every_recording
def test_recorded_messages_join_the_same_pages(name: str) -> None:
    count = 0
    for taken in steps(name):
        messages = sent(taken) if taken.step.op != "finalize_block" else ()
        if messages:
            written = taken.chain.changes(taken.step, (QUEUE,), lambda: deliver(taken, messages))  # noqa: B023
            assert written == recorded(taken.step, (QUEUE,)), taken.where
            assert [event.message_hash for event in told(taken)] == hashes(taken.step), taken.where
            count += len(messages)
    everywhere = sum(len(hashes(each.step)) for each in steps(name) if each.step.op != "finalize_block")
    assert count == everywhere


def deliver(taken: Taken, messages: tuple[SiblingTicket, ...]) -> None:
    for message in messages:
        taken.chain.router.deliver(message)


def told(taken: Taken) -> list[XcmpMessageSent]:
    return [event for event in taken.chain.world.events if isinstance(event, XcmpMessageSent)]


def hashes(step: Step) -> list[bytes]:
    """The hashes of the messages sent, by the recorded events."""
    found = ((event, 5 if event[0] == 0 else 1) for event in step.events)
    return [event[at + 2 : at + 34] for event, at in found if event[at : at + 2] == SENT]


def sent(taken: Taken) -> tuple[SiblingTicket, ...]:
    """The messages sent in a step, in the order of its events, as its pages show them."""
    wanted = hashes(taken.step)
    if not wanted:
        return ()
    known = {blake2_256(ticket.message): ticket for ticket in in_pages(taken)}
    return tuple(known[each] for each in wanted)


def in_pages(taken: Taken) -> Iterator[SiblingTicket]:
    """Every message in a page that the step wrote or let leave."""
    for key, value in taken.step.changes:
        if key.startswith(PAGES) and isinstance(value, bytes):
            recipient = ParaId(int.from_bytes(key[48:52], "little"))
            yield from (SiblingTicket(recipient, each) for each in programs(RAW_PAGE.decode(value)))
    for message in left_with(taken):
        yield from (SiblingTicket(message.recipient, each) for each in programs(message.data))


def programs(page: bytes) -> Iterator[bytes]:
    match format_of(page):
        case XcmpMessageFormat.ConcatenatedVersionedXcm:
            batches = concatenated(page, len(page), WeightMeter(PLENTY), no_weight)
        case XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm:
            batches = opaque(page, len(page))
        case _:
            return
    for batch in batches:
        yield from batch


CALLS = (
    "suspend_xcm_execution",
    "resume_xcm_execution",
    "update_suspend_threshold",
    "update_drop_threshold",
    "update_resume_threshold",
)


def test_recorded_calls_write_the_same_or_fail() -> None:
    results: Counter[tuple[str, bool]] = Counter()
    for name in PATHS:
        for taken in steps(name):
            call = taken.step.call.removeprefix("Sudo.sudo:XcmpQueue.")
            if call in CALLS:
                failed: list[DispatchError] = []
                written = taken.chain.changes(taken.step, (QUEUE,), lambda: dispatch(taken, call, failed))  # noqa: B023
                assert written == recorded(taken.step, (QUEUE,)), taken.where
                assert bool(failed) == sudo_failed(taken.step), taken.where
                results[call, bool(failed)] += 1
    assert set(results) == {(call, failed) for call in CALLS for failed in (False, True)}


def dispatch(taken: Taken, call: str, failed: list[DispatchError]) -> None:
    """Make the call that the extrinsic ends with; its only argument, if any, is its last four bytes."""
    arguments = (int.from_bytes(taken.step.input[-4:], "little"),) if call.startswith("update") else ()
    try:
        getattr(taken.chain.world.queue, call)(Root(), *arguments)
    except DispatchError as error:
        failed.append(error)


def sudo_failed(step: Step) -> bool:
    """By its event `Sudo.Sudid`: the result behind phase, pallet and variant."""
    found = next(event for event in step.events if event[5:7] == bytes((100, 0)))
    return found[7] == 1
