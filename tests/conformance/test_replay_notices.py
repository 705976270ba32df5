"""A replay shows what differs: nothing that a recording holds can be otherwise without being named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from node.conform.recording import Chain, Change, Recording, Step
from node.conform.replay import out_of_scope
from node.conform.scope import Scope
from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.relay.dmp import Dmp
from pallets.relay.shared import ParasShared
from pallets.system import System
from primitives.hashing import storage_prefix
from primitives.header import HEADER, Digest, OtherDigest
from primitives.ids import Hash
from primitives.record import replace
from tests.support.recordings import (
    differences,
    flipped,
    relay_of,
    scope,
    small,
    with_block,
    with_step,
)

FULLY_OURS = ("relay_empty", "relay_force", "relay_config")
WITH_ALL_THAT_IS_GIVEN = (*FULLY_OURS, "relay_messages", "random_relay_1")


def place_of(recording: Recording, wanted: Callable[[Step], bool]) -> tuple[int, int]:
    """Block and step of the first step that is wanted."""
    return next(
        (place, index)
        for place, block in enumerate(relay_of(recording).blocks)
        for index, step in enumerate(block.steps)
        if wanted(step)
    )


def step_with(recording: Recording, pallet: str, item: str) -> tuple[int, int, Change]:
    """The first step that writes this item, and what it writes there."""
    prefix = storage_prefix(pallet, item)

    def written(step: Step) -> list[Change]:
        return [(key, value) for key, value in step.changes if key.startswith(prefix) and value]

    place, index = place_of(recording, lambda step: bool(written(step)))
    return place, index, written(relay_of(recording).blocks[place].steps[index])[0]


def changed(step: Step, key: bytes, *instead: Change) -> Step:
    """The step with this entry's change replaced."""
    return replace(step, changes=(*(each for each in step.changes if each[0] != key), *instead))


def shown(recording: Recording) -> str:
    """What a replay says; it says nothing about other blocks than the first that differs."""
    lines = differences(recording)
    assert lines, "the replay notices nothing"
    return "\n".join(lines)


@pytest.mark.parametrize("name", FULLY_OURS)
def test_nothing_is_said_of_the_recording_itself(name: str) -> None:
    assert differences(small(name)) == ()


# One byte of what a step did.

ITEMS = [
    ("relay_force", "Hrmp", "HrmpChannels"),
    ("relay_force", "Hrmp", "HrmpOpenChannelRequests"),
    ("relay_force", "Hrmp", "HrmpIngressChannelsIndex"),
    ("relay_force", "Dmp", "DownwardMessageQueueHeads"),
    ("relay_force", "System", "Account"),
    ("relay_force", "System", "ExtrinsicData"),
    ("relay_force", "Timestamp", "Now"),
    ("relay_force", "ParaInherent", "OnChainVotes"),
    ("relay_force", "ParasShared", "AllowedRelayParents"),
    ("relay_config", "Configuration", "PendingConfigs"),
    ("relay_config", "Configuration", "ActiveConfig"),
    ("relay_config", "ParasShared", "ActiveValidatorIndices"),
    ("relay_empty", "Initializer", "BufferedSessionChanges"),
    ("relay_empty", "Authorship", "Author"),
]


@pytest.mark.parametrize(("name", "pallet", "item"), ITEMS)
def test_a_flipped_byte_of_a_value(name: str, pallet: str, item: str) -> None:
    recording = small(name)
    place, index, (key, value) = step_with(recording, pallet, item)
    assert value is not None
    copy = with_step(recording, place, index, lambda step: changed(step, key, (key, flipped(value))))
    assert f"{pallet}.{item}" in shown(copy).splitlines()[0]


@pytest.mark.parametrize(("name", "pallet", "item"), ITEMS)
def test_a_change_left_out(name: str, pallet: str, item: str) -> None:
    recording = small(name)
    place, index, (key, _) = step_with(recording, pallet, item)
    copy = with_step(recording, place, index, lambda step: changed(step, key))
    assert f"{pallet}.{item}" in shown(copy)


@pytest.mark.parametrize(
    ("pallet", "item"),
    [("Dmp", "DeliveryFeeFactor"), ("Paras", "Heads"), ("Balances", "Locks"), ("Foo", "Bar")],
)
def test_a_change_that_we_do_not_make(pallet: str, item: str) -> None:
    recording = small("relay_force")
    key = storage_prefix(pallet, item) + b"\x00" * 12
    place, index = place_of(recording, lambda step: step.op == "apply_extrinsic")
    copy = with_step(recording, place, index, lambda step: changed(step, key, (key, b"\x01" * 40)))
    assert shown(copy).startswith("0x" if pallet == "Foo" else f"{pallet}.{item}[")


def test_an_entry_that_is_said_to_vanish() -> None:
    recording = small("relay_force")
    place, index, (key, _) = step_with(recording, "Hrmp", "HrmpChannels")
    copy = with_step(recording, place, index, lambda step: changed(step, key, (key, None)))
    assert "Hrmp.HrmpChannels[" in shown(copy)
    assert "expected absent, found HrmpChannel(" in shown(copy)


def test_a_flipped_byte_of_the_digest() -> None:
    recording = small("relay_force")
    place, index, (key, value) = step_with(recording, "System", "Digest")
    assert value is not None
    copy = with_step(recording, place, index, lambda step: changed(step, key, (key, flipped(value))))
    assert shown(copy).startswith("header.digest expected ")


# Events, outcomes, headers, roots.


def force_open(recording: Recording) -> tuple[int, int]:
    return place_of(recording, lambda step: step.call.endswith("Hrmp.force_open_hrmp_channel"))


def ours_of(events: tuple[bytes, ...]) -> int:
    """The place of Hrmp's event among these: index 60, behind a phase of five bytes."""
    return next(place for place, raw in enumerate(events) if raw[5] == 60)


@pytest.mark.parametrize(
    "change",
    [
        lambda events, at: (*events[:at], flipped(events[at], -2), *events[at + 1 :]),
        lambda events, at: (*events[:at], flipped(events[at], 1), *events[at + 1 :]),
        lambda events, at: (*events[:at], *events[at + 1 :]),
        lambda events, at: (*events[: at + 1], events[at], *events[at + 1 :]),
        lambda events, at: tuple(reversed(events)),
    ],
    ids=["field", "phase", "left out", "twice", "reversed"],
)
def test_events(change: Callable[[tuple[bytes, ...], int], tuple[bytes, ...]]) -> None:
    recording = small("relay_force")
    place, index = force_open(recording)

    def altered(step: Step) -> Step:
        return replace(step, events=change(step.events, ours_of(step.events)))

    first = shown(with_step(recording, place, index, altered)).splitlines()[0]
    assert first.startswith("event ")
    assert "expected" in first


def test_an_event_of_ours_that_does_not_decode_is_not_taken_for_a_foreign_one() -> None:
    recording = small("relay_force")
    place, index = force_open(recording)
    broken = bytes((1, 0, 0, 0, 0, 60, 99, 0))
    copy = with_step(recording, place, index, lambda step: replace(step, events=(*step.events, broken)))
    assert "DecodeError" in shown(copy)


def test_an_outcome() -> None:
    recording = small("relay_force")
    place, index = force_open(recording)
    copy = with_step(recording, place, index, lambda step: replace(step, output=flipped(step.output)))
    assert "outcome expected 0x0001, found 0x0000" in shown(copy)


def test_an_input() -> None:
    recording = small("relay_force")
    place, index = force_open(recording)
    copy = with_step(recording, place, index, lambda step: replace(step, input=flipped(step.input)))
    assert "outcome expected 0x0000, found 0x010004" in shown(copy)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("digest", Digest((OtherDigest(b"another"),))),
        ("number", 77),
        ("parent_hash", Hash(b"\x01" * 32)),
        ("extrinsics_root", Hash(b"\x01" * 32)),
    ],
)
def test_a_header(field: str, value: object) -> None:
    recording = small("relay_empty")

    def altered(step: Step) -> Step:
        return replace(step, output=HEADER.encode(replace(HEADER.decode(step.output), **{field: value})))

    place, index = place_of(recording, lambda step: step.op == "finalize_block")
    assert shown(with_step(recording, place, index, altered)).startswith(f"header.{field} expected ")


@pytest.mark.parametrize(("field", "when"), [("state_root", "after"), ("state_root_before", "before")])
def test_a_state_root(field: str, when: str) -> None:
    recording = small("relay_empty")
    copy = with_block(recording, 1, lambda block: replace(block, **{field: flipped(getattr(block, field))}))
    assert shown(copy).startswith(f"state root {when} the block expected 0x")


def test_an_entry_of_the_state_before() -> None:
    recording = small("relay_empty")
    chain = relay_of(recording)
    key = storage_prefix("System", "LastRuntimeUpgrade")
    before = chain.before | {key: flipped(chain.before[key])}
    copy = replace(recording, relay=replace(chain, before=before))
    assert shown(copy).startswith("state root before the block")


# A pallet that leaves something undone.


@pytest.mark.parametrize(
    ("pallet", "method", "named"),
    [
        (System, "inc_account_nonce", "System.Account["),
        (System, "note_extrinsic", "System.ExtrinsicData["),
        (System, "unique", ":intrablock_entropy"),
        (Dmp, "queue_downward_message", "Dmp.DownwardMessageQueues["),
        (Balances, "resolve_or_drop", "System.Account["),
        (ParasShared, "new_block", "ParasShared.AllowedRelayParents"),
        (Authorship, "on_initialize", "Authorship.Author"),
    ],
)
def test_a_write_that_we_do_not_make(
    monkeypatch: pytest.MonkeyPatch, pallet: type[Any], method: str, named: str
) -> None:
    given_back = bytes(32) if method == "unique" else None
    monkeypatch.setattr(pallet, method, lambda *args, **kwargs: given_back)
    assert named in shown(small("relay_force"))


# The scope.


def without(name: str) -> Scope:
    """The scope in which one item is not given."""
    given = (
        replace(line, items=tuple(each for each in line.items if each != name)) for line in scope().given
    )
    return Scope(scope().compared, tuple(given), scope().inputs)


@pytest.mark.parametrize("name", [name for line in scope().given for name in line.items])
def test_nothing_is_given_that_need_not_be(name: str) -> None:
    lines = [line for file in WITH_ALL_THAT_IS_GIVEN for line in differences(small(file), without(name))]
    assert any("state root" in line or "accounts for it" in line or name in line for line in lines)


# Recordings of which nothing can be made.


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            lambda chain: replace(chain, state_version=7),
            "after nothing: ValueError: 7 is not a valid StateVersion",
        ),
        (
            lambda chain: replace(chain, state_version=0),
            "after nothing: LayoutError: layout V0 needs every value",
        ),
        (
            lambda chain: replace(chain, left_out=((b":code", 9, bytes(32)),)),
            "after nothing: LayoutError: a value",
        ),
    ],
)
def test_a_state_that_makes_no_trie(change: Callable[[Chain], Chain], fault: str) -> None:
    recording = small("relay_empty")
    copy = replace(recording, relay=change(relay_of(recording)))
    assert shown(copy).startswith(fault)


@pytest.mark.parametrize("op", ["initialize_block", "finalize_block"])
def test_a_header_that_does_not_decode(op: str) -> None:
    recording = small("relay_empty")
    place, index = place_of(recording, lambda step: step.op == op)
    copy = with_step(recording, place, index, lambda step: replace(step, input=b"\x01", output=b"\x01"))
    assert "after nothing: DecodeError: " in shown(copy)


def test_an_extrinsic_that_does_not_decode() -> None:
    recording = small("relay_empty")
    place, index = place_of(recording, lambda step: step.call == "ParaInherent.enter")
    copy = with_step(recording, place, index, lambda step: replace(step, input=b""))
    assert out_of_scope(copy) is None
    assert "outcome expected 0x0000, found 0x010000" in shown(copy)


def test_a_recording_of_another_release_is_told_of() -> None:
    recording = small("relay_empty")
    copy = replace(recording, relay=replace(relay_of(recording), spec_version=1_001_002))
    reason = "it is of paseo 1001002, and our rules are those of paseo 2003001"
    assert (out_of_scope(recording), out_of_scope(copy)) == (None, reason)
