"""Laws of witnesses: whatever was done with a state, its witness is enough to do it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from primitives.hashing import blake2_256
from primitives.scale.errors import DecodeError
from primitives.storage.state import Entry, State
from primitives.storage.witness import RecordingState, WitnessState
from primitives.trie.layout import HashedValue
from primitives.trie.partial import partial_trie
from primitives.trie.proof import ProofError, prove
from primitives.trie.trie import EMPTY_ROOT, StateVersion, Trie
from tests.support.trie_shapes import changes, entries, keys, values, versions


def hash_of(entry: Entry | None) -> bytes | None:
    """All that a look at an entry promises: a witness may show its hash and not its value."""
    return entry.hash if isinstance(entry, HashedValue) else None if entry is None else blake2_256(entry)


READS: dict[str, Callable[[State, bytes], object]] = {
    "get": lambda state, key: state.get(key),
    "entry": lambda state, key: hash_of(state.entry(key)),
    "in": lambda state, key: key in state,
    "count": lambda state, key: state.count(key),
    "keys": lambda state, key: tuple(state.keys(key)),
    "next_key": lambda state, key: state.next_key(key),
    "clear_prefix": lambda state, key: state.clear_prefix(key),
    "root": lambda state, key: state.root(),
}

steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(sorted(READS)), keys),
        st.tuples(st.just("write"), changes),
        st.tuples(st.just("append"), keys, values),
        st.tuples(st.just("undone"), changes),
    ),
    max_size=8,
)


def run(state: State, done: list[Any]) -> list[object]:
    """What each step gives, and the root that they leave."""
    return [*(outcome(state, step) for step in done), state.root()]


def outcome(state: State, step: tuple[Any, ...]) -> object:
    match step:
        case ("write", written):
            write(state, written)
        case ("undone", written):
            with state.frame() as layer:
                write(state, written)
                layer.discard()
        case ("append", key, value):
            state.append(key, value)
        case (name, key):
            try:
                return READS[name](state, key)
            except DecodeError as fault:
                return str(fault)
        case _:
            raise AssertionError(step)
    return None


def write(state: State, written: dict[bytes, bytes | None]) -> None:
    for key, value in written.items():
        state.set(key, value)


@given(entries, steps, versions)
def test_a_witness_is_enough_to_do_the_same_again(start: Any, done: Any, version: StateVersion) -> None:
    recording = RecordingState(start, version)
    root = recording.root()

    outcomes = run(recording, done)

    assert outcomes == run(State(start, version), done)
    assert outcomes == run(WitnessState(root, recording.witness(), version), done)


@given(entries, steps, steps, versions)
def test_a_witness_is_of_what_was_needed_since_the_beginning(
    start: Any, before: Any, done: Any, version: StateVersion
) -> None:
    recording = RecordingState(start, version)
    run(recording, before)

    recording.begin()
    root = recording.root()
    outcomes = run(recording, done)

    assert outcomes == run(WitnessState(root, recording.witness(), version), done)


@given(entries, steps, versions, st.data())
def test_less_than_a_witness_gives_the_same_or_says_what_is_missing(
    start: Any, done: Any, version: StateVersion, data: st.DataObject
) -> None:
    recording = RecordingState(start, version)
    root = recording.root()
    outcomes = run(recording, done)
    witness = recording.witness()
    kept = [node for node in witness if data.draw(st.booleans()) or blake2_256(node) == root]

    try:
        again = run(WitnessState(root, kept, version), done)
    except ProofError:
        assert len(kept) < len(witness)
        return

    assert again == outcomes


@given(entries, st.lists(keys, min_size=1, max_size=4), versions)
def test_a_partial_trie_has_the_root_of_the_whole_one(
    start: Any, asked: list[bytes], version: StateVersion
) -> None:
    trie = Trie.build(start, version)
    known = partial_trie(trie.root, prove(trie, asked), version)

    assert known.root == trie.root
    assert {key: known.get(key) for key in asked} == {key: start.get(key) for key in asked}


@given(st.lists(st.binary(max_size=80), max_size=8), steps, versions)
def test_witnesses_of_arbitrary_bytes_end_in_a_state_or_a_proof_error(
    nodes: list[bytes], done: Any, version: StateVersion
) -> None:
    root = blake2_256(nodes[0]) if nodes else EMPTY_ROOT

    try:
        found = run(WitnessState(root, nodes, version), done)
    except ProofError:
        return

    assert len(found) == len(done) + 1
