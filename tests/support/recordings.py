"""The recordings of relay chains, read once, and copies of them with something changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from node.conform.recording import Block, Chain, Recording, Step, read
from node.conform.replay import replay
from node.conform.results import CaseResult
from node.conform.scope import Scope
from primitives.record import replace

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

PATHS = {
    path.name.removesuffix(".json.xz"): path
    for folder in ("relay", "random/relay", "world", "random/world")
    for path in sorted((FIXTURES / folder).glob("*.json.xz"))
}
"""The files in which there is a relay chain, by name."""

EVERY_PATH = PATHS | {
    path.name.removesuffix(".json.xz"): path
    for folder in ("para", "random/para")
    for path in sorted((FIXTURES / folder).glob("*.json.xz"))
}

every_relay_recording = pytest.mark.parametrize("name", PATHS)


@cache
def scope() -> Scope:
    return Scope.load()


@cache
def small(name: str) -> Recording:
    """One of the recordings that are read again and again."""
    return read(PATHS[name])


def relay_of(recording: Recording) -> Chain:
    assert recording.relay is not None
    return recording.relay


def differences(recording: Recording, given_scope: Scope | None = None) -> tuple[str, ...]:
    """All lines of a replay, a fault included."""
    case: CaseResult = replay(recording, given_scope or scope())
    faults = () if case.fault is None else (case.fault,)
    return (*(line for step in case.steps for line in step.differences), *faults)


def with_block(recording: Recording, place: int, change: Callable[[Block], Block]) -> Recording:
    """A copy in which one block is another."""
    chain = relay_of(recording)
    blocks = list(chain.blocks)
    blocks[place] = change(blocks[place])
    return replace(recording, relay=replace(chain, blocks=tuple(blocks)))


def with_step(recording: Recording, place: int, index: int, change: Callable[[Step], Step]) -> Recording:
    """A copy in which one step is another."""

    def changed(block: Block) -> Block:
        steps = list(block.steps)
        steps[index] = change(steps[index])
        return replace(block, steps=tuple(steps))

    return with_block(recording, place, changed)


def flipped(raw: bytes, at: int = -1) -> bytes:
    """With the lowest bit of one byte turned."""
    found = bytearray(raw)
    found[at] ^= 1
    return bytes(found)
