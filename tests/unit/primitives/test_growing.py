"""Sequences that grow by elements, and share the bytes of what they have in common."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from primitives.scale.compact import encode_compact
from primitives.storage.state import Growing, State

KEY = b"row"


class Undone(Exception):
    """Leaves a layer."""


def row(*elements: bytes) -> bytes:
    return encode_compact(len(elements)) + b"".join(elements)


def test_each_of_two_successors_keeps_its_own_elements() -> None:
    start = Growing.of(row(b"a"))
    one, other = start.add(b"b"), start.add(b"c")
    assert (start.whole(), one.whole(), other.whole()) == (row(b"a"), row(b"a", b"b"), row(b"a", b"c"))
    assert one.add(b"d").whole() == row(b"a", b"b", b"d")


def test_what_is_no_sequence_is_taken_for_an_empty_one() -> None:
    assert Growing.of(b"\xff").add(b"a").whole() == row(b"a")


def test_the_count_takes_more_bytes_when_it_must() -> None:
    state = State()
    for _ in range(100):
        state.append(KEY, b"x")
    assert state.get(KEY) == row(*[b"x"] * 100)


def test_elements_that_were_undone_do_not_come_back() -> None:
    state = State()
    state.append(KEY, b"a")
    try:
        with state.layer():
            state.append(KEY, b"b")
            raise Undone
    except Undone:
        state.append(KEY, b"c")
    assert state.get(KEY) == row(b"a", b"c")


def test_a_layer_tells_bytes_and_nothing_else() -> None:
    state = State({KEY: row(b"a")})
    state.append(KEY, b"b")
    with state.frame() as layer:
        state.append(KEY, b"c")
        assert layer.before == {KEY: row(b"a", b"b")}
        assert layer.changes() == {KEY: row(b"a", b"b", b"c")}
    assert state.entries() == {KEY: row(b"a", b"b", b"c")}


def test_forks_grow_apart() -> None:
    state = State()
    state.append(KEY, b"a")
    fork = state.fork()
    state.append(KEY, b"b")
    fork.append(KEY, b"c")
    assert (state.get(KEY), fork.get(KEY)) == (row(b"a", b"b"), row(b"a", b"c"))
    assert state.root() == State({KEY: row(b"a", b"b")}).root()


@given(st.lists(st.tuples(st.integers(0, 20), st.binary(max_size=3)), max_size=40))
def test_any_tree_of_successors_holds_what_its_path_says(steps: list[tuple[int, bytes]]) -> None:
    grown: list[tuple[Growing, tuple[bytes, ...]]] = [(Growing.of(row()), ())]
    for parent, element in steps:
        sequence, elements = grown[parent % len(grown)]
        grown.append((sequence.add(element), (*elements, element)))
    assert [sequence.whole() for sequence, _ in grown] == [row(*elements) for _, elements in grown]
