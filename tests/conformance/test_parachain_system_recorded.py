"""What a parachain knows of the relay chain and tells it, against recorded blocks of a real parachain.

Of each recorded block, the steps that are ParachainSystem's are run by our code on the recorded state before
them: the beginning, the inherent, and the end. They must write the same entries of ParachainSystem, AuraExt
and Aura with the same bytes, and give the same events. Given, as the recording has it, is whatever the step
wrote in other pallets; and what XcmpQueue hands out at the end.

A block that the real parachain refused has to be refused by ours, at the same step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pytest

from node.conform.recording import Block, Step
from pallets.relay.upward import skip_ump_signals
from primitives.channels import OutboundHrmpMessage
from primitives.errors import InvalidBlock
from primitives.hashing import storage_prefix, twox_128
from primitives.header import HEADER
from primitives.ids import BlockNumber, ParaId
from primitives.origin import NoOrigin
from primitives.record import Record, tag_of
from primitives.scale.derive import codec
from primitives.storage.state import Entry, State
from primitives.ump import UMP_SEPARATOR
from tests.support.para_chain import ParaChain
from tests.support.para_recordings import (
    PATHS,
    Course,
    apply,
    courses,
    inherent_arguments,
)

OURS = (
    twox_128(b"ParachainSystem"),
    twox_128(b"AuraExt"),
    twox_128(b"Aura"),
)
DIGEST = storage_prefix("System", "Digest")
OUTBOUND = storage_prefix("ParachainSystem", "HrmpOutboundMessages")
SENT = storage_prefix("ParachainSystem", "UpwardMessages")
PENDING = storage_prefix("ParachainSystem", "PendingUpwardMessages")
INDEX = {"ParachainSystem": 1}
UPWARD = codec(tuple[bytes, ...])
MESSAGES = codec(tuple[OutboundHrmpMessage, ...])

every_recording = pytest.mark.parametrize("name", PATHS)


class Moment(NamedTuple):
    """A step of a recorded block, with the chain as it was before."""

    where: str
    chain: ParaChain
    block: Block
    step: Step


def moments(course: Course, *, refused: bool = False) -> Iterator[Moment]:
    chain = ParaChain(State(dict(course.chain.before)), course.para)
    for block in course.chain.blocks:
        apply(chain.state, block.forced)
        with chain.state.frame() as attempt:
            for step in block.steps:
                yield Moment(f"{course.name}, block {block.number}, {step.op}", chain, block, step)
                apply(chain.state, step.changes)
            if refused and block.refused_step is not None:
                raw = block.refused_step
                last = Step(raw["op"], None, "", hexed(raw.get("input")), b"", None, (), ())
                yield Moment(f"{course.name}, block {block.number}, refused", chain, block, last)
            if block.refused is not None:
                attempt.discard()


def hexed(text: str | None) -> bytes:
    return bytes.fromhex((text or "0x")[2:])


class Made(NamedTuple):
    changes: dict[str, Entry | None]
    events: tuple[bytes, ...]


def made(moment: Moment, work: Callable[[], object], *, keys: tuple[bytes, ...] = OURS) -> Made:
    """What our code does; afterwards the state is as before."""
    chain = moment.chain
    chain.events.clear()
    with chain.state.frame() as given:
        apply(chain.state, (each for each in moment.step.changes if not each[0].startswith(keys)))
        with chain.state.frame() as layer:
            work()
            changes = layer.changes()
            layer.discard()
        given.discard()
    events = tuple(as_stored(event) for prefix, event in chain.events if prefix in INDEX)
    return Made(named(changes, keys), events)


def as_stored(event: Record) -> bytes:
    """An event without phase and topics."""
    return bytes((INDEX["ParachainSystem"], tag_of(type(event)) or 0)) + codec(type(event)).encode(event)


def named(changes: Mapping[bytes, Entry | None], keys: tuple[bytes, ...]) -> dict[str, Entry | None]:
    return {key.hex(): value for key, value in changes.items() if key.startswith(keys)}


def told(step: Step) -> tuple[bytes, ...]:
    """Our events of a step, without phases and topics."""
    phase = 5 if step.op == "apply_extrinsic" else 1
    found = (event[phase:-1] for event in step.events)
    return tuple(event for event in found if event[0] in INDEX.values())


@every_recording
def test_recorded_blocks_begin_the_same(name: str) -> None:
    seen = 0
    for moment in moments_of(name, "initialize_block"):
        chain, number = moment.chain, BlockNumber(moment.block.number)

        def begin(moment: Moment = moment, chain: ParaChain = chain, number: BlockNumber = number) -> None:
            chain.parachain_system.on_initialize(number)
            chain.aura.on_initialize(number)
            send(chain, sent_meanwhile(moment))

        outcome = made(moment, begin)
        assert outcome.changes == named(dict(moment.step.changes), OURS), moment.where
        assert outcome.events == told(moment.step), moment.where
        seen += 1
    assert seen > 0


def moments_of(name: str, op: str) -> Iterator[Moment]:
    for course in courses(name):
        yield from (moment for moment in moments(course) if moment.step.op == op)


def sent_meanwhile(moment: Moment) -> tuple[bytes, ...]:
    """The messages up that other pallets sent in a step: XcmPallet when a block begins, XCM programs when it
    ends. Those that the step sent off, and those that wait after it, less those that waited before.
    """
    after, before = dict(moment.step.changes), moment.chain.parachain_system.pending_upward_messages.get()
    waiting = UPWARD.decode(after.get(PENDING) or b"\x00") if PENDING in after else before
    sent = UPWARD.decode(after.get(SENT) or b"\x00") if moment.step.op == "finalize_block" else ()
    return (*skip_ump_signals(sent), *waiting)[len(before) :]


def send(chain: ParaChain, messages: tuple[bytes, ...]) -> None:
    for message in messages:
        chain.parachain_system.send_upward_message(message)


@every_recording
def test_recorded_inherents_write_the_same_and_say_the_same(name: str) -> None:
    seen = 0
    for moment in moments_of(name, "apply_extrinsic"):
        if moment.step.call == "ParachainSystem.set_validation_data":
            outcome = made(moment, inherent(moment), keys=(*OURS, DIGEST))
            assert outcome.changes == named(dict(moment.step.changes), (*OURS, DIGEST)), moment.where
            assert outcome.events == told(moment.step), moment.where
            seen += 1
    assert seen > 0


def inherent(moment: Moment) -> Callable[[], object]:
    data, messages = inherent_arguments(moment.step.input)
    return lambda: moment.chain.parachain_system.set_validation_data(NoOrigin(), data, messages)


@every_recording
def test_recorded_blocks_end_the_same(name: str) -> None:
    seen = 0
    for moment in moments_of(name, "finalize_block"):
        outcome = made(moment, ending(moment))
        assert outcome.changes == named(dict(moment.step.changes), OURS), moment.where
        assert outcome.events == told(moment.step), moment.where
        seen += 1
    assert seen > 0


def ending(moment: Moment) -> Callable[[], object]:
    """The end of a block, with the messages across that the recorded one sent."""
    chain, number = moment.chain, BlockNumber(moment.block.number)
    raw = dict(moment.step.changes).get(OUTBOUND)
    recorded = [(each.recipient, each.data) for each in MESSAGES.decode(raw or b"\x00")]
    chain.outbound = HANDED_OUT.get(moment.where, recorded)

    def end() -> None:
        send(chain, sent_meanwhile(moment))
        chain.parachain_system.on_finalize(number)
        chain.aura_ext.on_finalize(number)

    return end


HANDED_OUT = {"random_para_7 of 1010, block 33, refused": [(ParaId(1002), b"\x03")]}
"""What XcmpQueue handed out where no recording says so, as the block never ended: the page by which it
announces a format, which it does even through a channel that has no room for a byte.
"""


@every_recording
def test_recorded_refusals_are_refused(name: str) -> None:
    for course in courses(name):
        for moment in moments(course, refused=True):
            if moment.where.endswith("refused"):
                ends = moment.step.op == "finalize_block"
                with pytest.raises(InvalidBlock), moment.chain.state.frame():
                    (ending(moment) if ends else inherent(moment))()


REASONS = {
    "downward message altered": "downward queue head after the messages given: expected 0x",
    "downward sent_at altered": "downward queue head after the messages given: expected 0x",
    "downward message missing": "downward queue head after the messages given: expected 0x",
    "downward message made up": "downward queue head after the messages given: expected 0x",
    "horizontal message altered": "head of the channel from 2000 after the messages given: expected 0x",
    "horizontal message missing": "head of the channel from 2000 after the messages given: expected 0x",
    "horizontal sender without a channel": "sender of a horizontal message: expected one with a channel, ",
    "horizontal messages not in (sent_at, sender) order": "horizontal message by arrival and sender: expect",
    "relay parent number going back": "relay parent number: expected at least ",
    "storage root not matching the proof": "relay chain state proof: expected a node for root 0x",
    "a proof node left out": "in the relay chain state proof: expected a node with hash 0x",
}


def test_refusals_say_what_is_wrong() -> None:
    said: dict[str, str] = {}
    (course,) = courses("para_refused")
    for moment, what in zip(refusals(course), whats(course), strict=True):
        with pytest.raises(InvalidBlock) as refusal, moment.chain.state.frame():
            inherent(moment)()
        said[what] = str(refusal.value)

    assert said.keys() == REASONS.keys()
    assert {what: reason for what, reason in said.items() if REASONS[what] not in reason} == {}


def refusals(course: Course) -> Iterator[Moment]:
    return (moment for moment in moments(course, refused=True) if moment.where.endswith("refused"))


def whats(course: Course) -> tuple[str, ...]:
    return tuple(block["what"] for block in course.raw if block.get("refused_step"))


def test_a_channel_that_was_reopened_stops_its_recipient() -> None:
    """Its chain of messages began anew, and the recipient remembers the old one."""
    (course,) = courses("para_reopened")
    found = []
    for moment in refusals(course):
        with pytest.raises(InvalidBlock) as refusal, moment.chain.state.frame():
            inherent(moment)()
        found.append(str(refusal.value).partition(":")[0])

    assert found == ["head of the channel from 2000 after the messages given"] * 2


@every_recording
def test_outputs_are_collected_as_recorded(name: str) -> None:
    """What the block's author collects is what the parachain's validation function gave."""
    seen = 0
    for course in courses(name):
        chain = ParaChain(State(dict(course.chain.before)), course.para)
        for block, raw in zip(course.chain.blocks, course.raw, strict=True):
            apply(chain.state, block.forced)
            with chain.state.frame() as attempt:
                for step in block.steps:
                    apply(chain.state, step.changes)
                outputs = raw.get("outputs")
                if outputs and "failed" not in outputs:
                    assert collected(chain, block) == outputs, f"{course.name}, block {block.number}"
                    seen += 1
                if block.refused is not None:
                    attempt.discard()
    assert seen > 0


def collected(chain: ParaChain, block: Block) -> dict[str, object]:
    """What is collected, in the words of the recordings: what the validation function makes of it, which
    leaves out a separator with no signals behind.
    """
    info = chain.parachain_system.collect_collation_info(HEADER.decode(block.header))
    assert info.head_data == block.header
    idle = info.upward_messages[-1:] == (UMP_SEPARATOR,)
    return {
        "upward_messages": ["0x" + each.hex() for each in info.upward_messages[: -1 if idle else None]],
        "horizontal_messages": [
            {"recipient": each.recipient, "data": "0x" + each.data.hex()} for each in info.horizontal_messages
        ],
        "new_validation_code": info.new_validation_code,
        "processed_downward_messages": info.processed_downward_messages,
        "hrmp_watermark": info.hrmp_watermark,
    }
