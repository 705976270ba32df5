"""What candidates do, against recorded blocks of a real relay chain.

Every inherent that a recorded block carries, taken or refused, is run by our code on the recorded state
before it. It must write the same entries of all pallets that a candidate touches, with the same bytes, and
give the same events; a refused one must be refused and write nothing. Given, as the recording has it, is
whatever the step wrote in other pallets: what the scheduler says of cores, for one.

And every question of what a candidate may put out, of which the recordings have some thousands, must get the
recorded answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pytest

from node.conform.recording import Block, Change, Recording, Step
from primitives.candidates import InherentData
from primitives.errors import DispatchError
from primitives.hashing import storage_prefix, twox_128
from primitives.ids import ParaId
from primitives.origin import NoOrigin
from primitives.record import Record, tag_of
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.storage.state import Entry, State
from runtime import apis
from runtime.relay import Relay
from tests.support.candidates import WIRE, InclusionChain
from tests.support.recordings import PATHS, every_relay_recording, relay_of, small

OURS = (
    *(
        twox_128(pallet)
        for pallet in (
            b"ParaInclusion",
            b"ParaInherent",
            b"ParasShared",
            b"Dmp",
            b"Hrmp",
            b"Paras",
            b"MessageQueue",
        )
    ),
    storage_prefix("Ump", "RelayDispatchQueueSize"),
    b":relay_dispatch_queue_remaining_capacity",
)
ENTER = bytes((54, 0))
INDEX = {"ParaInclusion": 53, "Paras": 56, "MessageQueue": 100}
IN_SECOND_EXTRINSIC = bytes((0, 1, 0, 0, 0))
"""The phase of an inherent's events: it is the second extrinsic of its block."""

PENDING = storage_prefix("ParaInclusion", "V1")
SESSION_INDEX = storage_prefix("ParasShared", "CurrentSessionIndex")

WITH_VERDICTS = tuple(
    name
    for name in PATHS
    if name.startswith("random_")
    or name in ("relay_messages", "relay_upward", "relay_downward", "relay_total_size")
)

DATA = codec(InherentData)
PARA = codec(ParaId)


class Inherent(NamedTuple):
    where: str
    chain: InclusionChain
    block: Block
    step: Step
    data: InherentData


class Written(NamedTuple):
    changes: dict[bytes, Entry | None]
    events: tuple[bytes, ...]
    error: object | None


def inherents(name: str) -> Iterator[Inherent]:
    """Every inherent of a recording that was decided on, with the state before it."""
    relay = relay_of(small(name))
    chain = InclusionChain(State(dict(relay.before)))
    for block in relay.blocks:
        apply(chain.state, block.forced)
        with chain.state.frame() as attempt:
            yield from inherents_of(f"{name}, block {block.number}", chain, block)
            if block.refused is not None:
                attempt.discard()


def inherents_of(where: str, chain: InclusionChain, block: Block) -> Iterator[Inherent]:
    for step in block.steps:
        if step.call == "ParaInherent.enter":
            yield Inherent(where, chain, block, step, DATA.decode(inherent_data(step.input)))
        apply(chain.state, step.changes)


def inherent_data(extrinsic: bytes) -> bytes:
    _, start = decode_compact(extrinsic, 0, 32)
    assert extrinsic[start + 1 : start + 3] == ENTER
    return extrinsic[start + 3 :]


def apply(state: State, changes: tuple[Change, ...]) -> None:
    for key, value in changes:
        state.set(key, value)


def written(inherent: Inherent) -> Written:
    """What our code does with an inherent; afterwards the state is as before."""
    chain, error = inherent.chain, None
    chain.events.clear()
    with chain.state.frame() as given:
        given_changes = (each for each in inherent.step.changes if not each[0].startswith(OURS))
        apply(chain.state, tuple(given_changes))
        with chain.state.frame() as layer:
            try:
                with chain.state.layer():
                    chain.inherent.enter(NoOrigin(), inherent.data)
            except DispatchError as raised:
                error = raised.error
                chain.events.clear()  # on a chain they are undone with the layer
            changes = layer.changes()
            layer.discard()
        given.discard()
    return Written(changes, tuple(record(*each) for each in chain.events), error)


def record(pallet: str, event: Record) -> bytes:
    """An event as the chain stores it, without topics."""
    variant = bytes((INDEX[pallet], tag_of(type(event)) or 0))
    return IN_SECOND_EXTRINSIC + variant + WIRE.codec(type(event)).encode(event) + b"\x00"


@every_relay_recording
def test_recorded_inherents_write_the_same_and_say_the_same(name: str) -> None:
    seen = 0
    for inherent in inherents(name):
        step, made = inherent.step, written(inherent)
        is_refused = step.result != {"ok": True}
        assert (made.error is not None) == is_refused, f"{inherent.where}: {made.error}"
        assert named(made.changes) == named(dict(step.changes)), inherent.where
        assert made.events == (() if is_refused else told(step)), inherent.where
        seen += 1
    blocks = relay_of(small(name)).blocks
    assert seen == sum(step.call == "ParaInherent.enter" for block in blocks for step in block.steps) > 0


def named(changes: Mapping[bytes, Entry | None]) -> dict[str, Entry | None]:
    """Those of ours, with keys that a person can compare."""
    return {key.hex(): value for key, value in changes.items() if key.startswith(OURS)}


def told(step: Step) -> tuple[bytes, ...]:
    return tuple(event for event in step.events if event[len(IN_SECOND_EXTRINSIC)] in INDEX.values())


@every_relay_recording
def test_recorded_sessions_drop_what_waits(name: str) -> None:
    seen = 0
    for chain, step in finalized_sessions(name):
        with chain.state.frame() as layer:
            chain.inclusion.initializer_on_new_session(())
            changes = layer.changes()
            layer.discard()
        recorded = {key: value for key, value in step.changes if key.startswith(PENDING)}
        assert {key: value for key, value in changes.items() if key.startswith(PENDING)} == recorded
        seen += 1
    assert seen > 0


def finalized_sessions(name: str) -> Iterator[tuple[InclusionChain, Step]]:
    """Every step that ends with another session, with the state before it."""
    relay = relay_of(small(name))
    chain = InclusionChain(State(dict(relay.before)))
    for block in relay.blocks:
        apply(chain.state, block.forced)
        for step in block.steps if block.refused is None else ():
            if any(key == SESSION_INDEX for key, _ in step.changes):
                yield chain, step
            apply(chain.state, step.changes)


@pytest.mark.parametrize("name", WITH_VERDICTS)
def test_recorded_outputs_are_judged_the_same(name: str) -> None:
    answers: Counter[bytes] = Counter()
    for relay, verdict in verdicts(name):
        arguments = PARA.encode(ParaId(verdict["para"])) + bytes.fromhex(verdict["encoded"][2:])
        answer = apis.call(relay, "ParachainHost_check_validation_outputs", arguments)
        accepted = bytes((verdict["accepted"],))
        assert answer == accepted, f"{name}, block {verdict['at_block']}: {verdict['what']}"
        answers[answer] += 1
    assert answers.total() == len(listed(small(name)))
    assert answers[b"\x01"] > 0


def verdicts(name: str) -> Iterator[tuple[Relay, dict[str, Any]]]:
    """Every question put to the chain, with a chain over the state that it was put to."""
    recording = small(name)
    relay = relay_of(recording)
    chain = Relay(State(dict(relay.before)))
    for block in relay.blocks:
        apply(chain.state, block.forced)
        for step in block.steps if block.refused is None else ():
            apply(chain.state, step.changes)
        if block.refused is None:
            yield from ((chain, each) for each in listed(recording) if each["at_block"] == block.number)


def listed(recording: Recording) -> list[dict[str, Any]]:
    raw = recording.raw.get("relay", recording.raw)
    found: list[dict[str, Any]] = raw.get("verdicts", [])
    return found
