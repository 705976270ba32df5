"""The order of the validators in recorded sessions: our shuffle from the recorded randomness gives it.

The seed is the blake2_256 of "paras" and `Babe.NextRandomness` as it stands when the block ends. Shuffled are
the places in `Session.Validators`. The outcome is what `finalize_block` wrote to
`ParasShared.ActiveValidatorIndices`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from primitives.chacha import shuffle
from primitives.hashing import blake2_256, storage_prefix
from primitives.scale.compact import decode_compact

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"

CURRENT_SESSION_INDEX = storage_prefix("ParasShared", "CurrentSessionIndex")
ACTIVE_VALIDATOR_INDICES = storage_prefix("ParasShared", "ActiveValidatorIndices")
NEXT_RANDOMNESS = storage_prefix("Babe", "NextRandomness")
VALIDATORS = storage_prefix("Session", "Validators")
WATCHED = (CURRENT_SESSION_INDEX, ACTIVE_VALIDATOR_INDICES, NEXT_RANDOMNESS, VALIDATORS)

Entries = dict[bytes, bytes]


class SessionChange(NamedTuple):
    """What one recorded session change shuffled, and what came out."""

    validators: int
    randomness: bytes
    indices: tuple[int, ...]


def watched(pairs: list[list[str | None]]) -> Entries:
    """The entries we follow, out of a list of keys and values; none of them is ever removed."""
    named = ((bytes.fromhex(key[2:]), value) for key, value in pairs if key is not None)
    return {key: bytes.fromhex(value[2:]) for key, value in named if key in WATCHED and value is not None}


def session_changes(chain: dict[str, Any]) -> Iterator[SessionChange]:
    state = watched(chain["before"])
    for block in chain["blocks"]:
        state |= watched(block.get("forced", []))
        after = state.copy()
        for step in block["steps"]:
            changes = watched(step["changes"])
            after |= changes
            if CURRENT_SESSION_INDEX in changes:
                assert step["op"] == "finalize_block"
                yield session_change(after)
        if "refused" not in block:
            state = after


def session_change(state: Entries) -> SessionChange:
    validators, _ = decode_compact(state[VALIDATORS], 0)
    raw = state[ACTIVE_VALIDATOR_INDICES]
    length, at = decode_compact(raw, 0)
    assert len(raw) == at + 4 * length
    indices = tuple(int.from_bytes(raw[place : place + 4], "little") for place in range(at, len(raw), 4))
    return SessionChange(validators, state[NEXT_RANDOMNESS], indices)


@pytest.mark.parametrize(
    ("path", "sessions"),
    [("relay/relay_empty", 1), ("relay/relay_lifecycle", 5), ("random/relay/random_relay_1", 12)],
)
def test_validators_stand_in_the_order_our_shuffle_gives(path: str, sessions: int) -> None:
    chain = json.loads(lzma.decompress((FIXTURES / f"{path}.json.xz").read_bytes()))

    changes = list(session_changes(chain))

    assert len(changes) == sessions
    for change in changes:
        seed = blake2_256(b"paras" + change.randomness)
        assert shuffle(range(change.validators), seed) == change.indices
