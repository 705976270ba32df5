"""Every recorded call of our pallets, alone: on the state that the real chain had, it does what it did there.

This reaches into recordings that cannot be replayed as a whole yet: what other pallets did in between is
taken as recorded. Left out is what a pallet beyond our scope decides:

* the inherent for parachains, which enacts candidates and looks at the queue for cores;
* whether an extrinsic still fits into its block by weight, but for the one call that never does;
* the clean-up of a parachain whose upward messages are still waiting.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache

from node.conform.recording import Block, Step, read
from node.conform.replay import EVENTS, ChainReplay
from primitives.scale.compact import encode_compact
from runtime.relay import Relay
from tests.support.recordings import PATHS, every_relay_recording, relay_of, scope

EXHAUSTS_RESOURCES = bytes.fromhex("010006")
NEVER_FITS = "Configuration.set_hrmp_open_request_ttl"
QUEUE_NOT_EMPTY = ("random_world_4", 61, "ParaSudoWrapper.sudo_schedule_para_cleanup")

OURS = {pallet.prefix for pallet in Relay.indices} - {"ParaInherent"}


def name_of(step: Step) -> str:
    """The innermost call."""
    return step.call.rpartition(":")[2]


def is_ours(step: Step) -> bool:
    name = name_of(step)
    if step.op != "apply_extrinsic" or name.partition(".")[0] not in OURS:
        return False
    return step.output != EXHAUSTS_RESOURCES or name == NEVER_FITS


class OneByOne(ChainReplay):
    """A replay in which every step begins with the recorded state."""

    def steps_of(self, block: Block) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Our calls, each with what it did otherwise than recorded."""
        for key, value in block.forced:
            self.state.set(key, value)
        with self.state.frame() as attempt:
            events: list[bytes] = []
            for step in block.steps:
                if is_ours(step):
                    yield name_of(step), self.differences(step, events)
                self.follow(step, events)
            if block.refused is not None:
                attempt.discard()

    def differences(self, step: Step, events: list[bytes]) -> tuple[str, ...]:
        with self.state.frame() as trial:
            lines = tuple(self._step(step, list(events)))
            trial.discard()
        return tuple(line for line in lines if not line.startswith("invariant of Hrmp broken"))

    def follow(self, step: Step, events: list[bytes]) -> None:
        for key, value in step.changes:
            self.state.set(key, value)
        events.extend(step.events)
        self.state.set(EVENTS, encode_compact(len(events)) + b"".join(events) if events else None)


Found = tuple[int, str, tuple[str, ...]]


@cache
def calls_of(name: str) -> tuple[Found, ...]:
    chain = relay_of(read(PATHS[name]))
    run = OneByOne(chain, scope())
    return tuple((block.number, *found) for block in chain.blocks for found in run.steps_of(block))


@every_relay_recording
def test_calls_do_what_they_did(name: str) -> None:
    found = calls_of(name)
    different = [each for each in found if each[2] and (name, *each[:2]) != QUEUE_NOT_EMPTY]
    assert different == []
    assert len(found) >= 4


def test_many_calls_are_reached() -> None:
    count = Counter(call for name in PATHS for _, call, _ in calls_of(name))
    assert count["Hrmp.force_open_hrmp_channel"] > 100
    assert count["Hrmp.poke_channel_deposits"] > 50
    assert count[NEVER_FITS] == 4
    assert len([call for call in count if call.startswith("Hrmp.")]) >= 11
    assert len([call for call in count if call.startswith("Configuration.")]) >= 15
