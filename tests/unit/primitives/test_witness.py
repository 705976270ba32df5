"""States that tell what was needed of them, and states that know no more than that."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from primitives.errors import Defect
from primitives.hashing import blake2_256
from primitives.scale.compact import encode_compact
from primitives.storage.state import State
from primitives.storage.witness import MissingEntry, RecordingState, WitnessState
from primitives.trie.partial import TooManyNodes, UnknownNode, partial_trie
from primitives.trie.proof import BadNode, RootMismatch
from primitives.trie.trie import EMPTY_ROOT, StateVersion

LONG = b"\x01" * 40
ENTRIES = {b"a": LONG, b"ab": b"\x02" * 40, b"b": b"\x03" * 40, b"c": b"\x04" * 40}


def witness_of(work: Callable[[State], object]) -> WitnessState:
    """A state that knows what this work needs of `ENTRIES`."""
    recording = RecordingState(ENTRIES)
    root = recording.root()
    work(recording)
    return WitnessState(root, recording.witness())


def test_what_was_read_is_known_and_nothing_else() -> None:
    state = witness_of(lambda state: state.get(b"a"))

    assert state.get(b"a") == LONG
    with pytest.raises(MissingEntry, match=r"^key 0x6162: no item with hash 0x"):
        state.get(b"ab")


def test_that_something_is_not_there_is_known_as_well() -> None:
    state = witness_of(lambda state: state.get(b"x"))

    assert state.get(b"x") is None


def test_what_was_written_over_unread_cannot_be_read() -> None:
    state = witness_of(lambda state: state.set(b"a", b"new"))

    with pytest.raises(MissingEntry):
        state.get(b"a")
    state.set(b"a", b"new")
    assert state.get(b"a") == b"new"


def test_reading_starts_anew_at_each_beginning() -> None:
    recording = RecordingState(ENTRIES)
    recording.get(b"a")
    recording.begin()
    recording.get(b"c")
    state = WitnessState(recording.root(), recording.witness())

    assert state.get(b"c") == ENTRIES[b"c"]
    with pytest.raises(MissingEntry):
        state.get(b"a")


def test_a_witness_shows_the_state_as_it_was_when_it_began() -> None:
    recording = RecordingState(ENTRIES)
    root = recording.root()
    recording.set(b"a", b"new")
    recording.get(b"a")
    state = WitnessState(root, recording.witness())

    assert (state.get(b"a"), state.root()) == (LONG, root)


def test_the_last_but_one_of_a_branch_is_needed_when_the_other_goes() -> None:
    """The branch gives way to its last child, which begins at another depth then."""

    def remove_all_but_one(state: State) -> bytes:
        for key in (b"a", b"ab", b"b"):
            state.set(key, None)
        return state.root()

    assert remove_all_but_one(witness_of(remove_all_but_one)) == State({b"c": ENTRIES[b"c"]}).root()


def test_a_root_that_needs_what_is_not_shown_is_refused() -> None:
    state = witness_of(lambda state: [state.get(key) for key in (b"a", b"ab", b"b")])
    for key in (b"a", b"ab", b"b"):
        state.set(key, None)

    with pytest.raises(UnknownNode, match=r"^no node with hash 0x[0-9a-f]{64}, below path 63"):
        state.root()


def test_a_walk_that_needs_what_is_not_shown_is_refused() -> None:
    state = witness_of(lambda state: state.get(b"b"))

    with pytest.raises(UnknownNode):
        state.keys(b"a")
    with pytest.raises(UnknownNode):
        state.next_key(b"b")


def test_a_walk_is_known_where_one_was_made() -> None:
    state = witness_of(lambda state: (state.keys(b"a"), state.next_key(b"b")))

    assert tuple(state.keys(b"a")) == (b"a", b"ab")
    assert state.next_key(b"b") == b"c"


def test_a_sequence_that_grows_is_known_whole() -> None:
    entries = {b"events": encode_compact(1) + LONG}
    recording = RecordingState(entries)
    root = recording.root()
    recording.append(b"events", b"!")
    state = WitnessState(root, recording.witness())

    state.append(b"events", b"!")

    assert state.get(b"events") == encode_compact(2) + LONG + b"!"
    assert (state.count(b"events"), state.root()) == (2, recording.root())


@pytest.mark.parametrize("question", ["__len__", "entries", "fork"])
def test_nobody_knows_all_entries(question: str) -> None:
    with pytest.raises(Defect, match="nobody knows all entries"):
        getattr(witness_of(State.root), question)()


def test_a_witness_of_an_empty_state_is_empty() -> None:
    recording = RecordingState()
    recording.set(b"a", b"1")

    assert recording.witness() == ()
    assert WitnessState(EMPTY_ROOT, ()).get(b"a") is None


def test_a_witness_of_another_state_is_refused() -> None:
    recording = RecordingState(ENTRIES)

    with pytest.raises(RootMismatch):
        WitnessState(bytes(32), recording.witness())


def test_bytes_that_are_no_node_are_refused() -> None:
    with pytest.raises(BadNode):
        WitnessState(blake2_256(b"\x80"), (b"\x80",))


def test_a_key_of_a_half_byte_is_refused() -> None:
    odd = bytes((0x41, 0x0F, 0x04, 0x2A))

    with pytest.raises(BadNode, match="expected a key of whole bytes, found 1 nibbles"):
        WitnessState(blake2_256(odd), (odd,))


def test_a_node_with_nothing_in_it_is_refused() -> None:
    """A branch that has neither children nor a value."""
    hollow = bytes((0x80, 0x00, 0x00))

    with pytest.raises(BadNode):
        WitnessState(blake2_256(hollow), (hollow,))


def test_few_nodes_cannot_stand_for_endless_tries() -> None:
    """Sixteen children that are all the same node, and so on downwards: 16 to the power of depth."""
    leaf = bytes((0x40, 0x04, 0x2A))
    nodes = [leaf]
    for _ in range(8):
        child = encode_compact(32) + blake2_256(nodes[-1])
        nodes.append(bytes((0x80, 0xFF, 0xFF)) + child * 16)

    with pytest.raises(TooManyNodes, match="more than 131072 nodes"):
        partial_trie(blake2_256(nodes[-1]), nodes, StateVersion.V1)


def test_a_state_over_another_one_notes_what_is_needed_of_it_and_leaves_that_alone() -> None:
    before = State(ENTRIES)
    root = before.root()

    state = RecordingState.over(before)
    state.set(b"d", state.get(b"a"))

    known = WitnessState(root, state.witness())
    known.set(b"d", known.get(b"a"))
    assert known.root() == state.root()
    assert before.root() == root
    with pytest.raises(MissingEntry):
        known.get(b"b")
