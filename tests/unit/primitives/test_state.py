"""State: layers that keep or undo, walks in order, the root, forks."""

from __future__ import annotations

from contextlib import ExitStack, suppress

import pytest

from primitives.errors import Defect, DispatchError, Transactional, TransactionalError
from primitives.hashing import blake2_256
from primitives.scale.compact import encode_compact
from primitives.storage.state import TRANSACTIONAL_LIMIT, State
from primitives.trie.trie import HashedValue, StateVersion, Trie

LONG = b"x" * 40


class Stop(Exception):
    pass


def built(state: State, version: StateVersion = StateVersion.V1) -> bytes:
    """The root of a trie made anew from a state's entries."""
    return Trie.build(state.entries(), version).root


def test_what_was_set_is_read_and_none_removes() -> None:
    state = State({b"a": b"1"})
    state.set(b"b", b"")
    assert (state.get(b"a"), state.get(b"b"), state.get(b"c")) == (b"1", b"", None)
    assert b"b" in state
    assert len(state) == 2

    state.set(b"a", None)
    state.set(b"c", None)
    assert state.entries() == {b"b": b""}


def test_a_state_does_not_share_the_entries_it_was_made_from() -> None:
    given = {b"a": b"1"}
    state = State(given)
    state.set(b"a", b"2")
    copied = state.entries()
    assert given == {b"a": b"1"}
    assert copied == {b"a": b"2"}


# ----------------------------------------------------------------------------------------------------- layers


def test_a_layer_left_normally_keeps_what_was_written() -> None:
    state = State({b"a": b"1"})
    with state.layer():
        state.set(b"a", b"2")
        state.set(b"b", b"3")
    assert state.entries() == {b"a": b"2", b"b": b"3"}


def test_an_exception_goes_on_out_of_its_layer() -> None:
    state = State()
    layer = state.layer()
    stop = Stop("here")
    with pytest.raises(Stop) as caught, layer:
        raise stop
    assert caught.value is stop


@pytest.mark.parametrize("error", [Stop, DispatchError, KeyboardInterrupt, GeneratorExit, SystemExit])
def test_any_exception_undoes_a_layer(error: type[BaseException]) -> None:
    state = State({b"a": b"1", b"gone": b"x"})
    root = state.root()
    with suppress(error), state.layer():
        state.set(b"a", b"2")
        state.set(b"a", b"3")
        state.set(b"b", b"3")
        state.set(b"gone", None)
        raise error("stop")
    assert state.entries() == {b"a": b"1", b"gone": b"x"}
    assert state.root() == root == built(state)


def test_an_inner_layer_is_undone_alone() -> None:
    state = State({b"a": b"1"})
    with state.layer():
        state.set(b"a", b"2")
        with suppress(Stop), state.layer():
            state.set(b"a", b"3")
            state.set(b"b", b"3")
            raise Stop
        assert state.entries() == {b"a": b"2"}
    assert state.entries() == {b"a": b"2"}


def test_an_outer_layer_undoes_what_inner_ones_kept() -> None:
    state = State({b"a": b"1"})
    with suppress(Stop), state.layer():
        with state.layer():
            state.set(b"a", b"2")
            with state.layer():
                state.set(b"a", b"3")
                state.set(b"b", b"3")
        raise Stop
    assert state.entries() == {b"a": b"1"}


def test_255_layers_may_be_open_and_no_more() -> None:
    state = State()
    with ExitStack() as stack:
        for _ in range(TRANSACTIONAL_LIMIT):
            stack.enter_context(state.layer())
        state.set(b"deep", b"1")
        with pytest.raises(DispatchError) as caught, state.layer():
            state.set(b"deeper", b"1")
        assert caught.value.error == Transactional(TransactionalError.LimitReached)
    assert state.entries() == {b"deep": b"1"}
    with state.layer():
        state.set(b"after", b"1")
    assert TRANSACTIONAL_LIMIT == 255


def test_frames_are_not_counted() -> None:
    state = State()
    with ExitStack() as stack:
        for _ in range(TRANSACTIONAL_LIMIT):
            stack.enter_context(state.frame())
            stack.enter_context(state.layer())
        with pytest.raises(DispatchError):
            state.layer()
        with state.frame():
            state.set(b"a", b"1")
    assert state.get(b"a") == b"1"


def test_a_layer_that_failed_is_no_longer_counted() -> None:
    state = State()
    for _ in range(2 * TRANSACTIONAL_LIMIT):
        with suppress(Stop), state.layer():
            raise Stop
    with state.layer():
        state.set(b"a", b"1")
    assert state.get(b"a") == b"1"


def test_a_frame_can_be_discarded_although_nothing_fails() -> None:
    state = State({b"a": b"1"})
    with state.frame() as frame:
        with state.layer():
            state.set(b"a", b"2")
        frame.discard()
        assert state.get(b"a") == b"2"
    assert state.entries() == {b"a": b"1"}


def test_changes_are_what_differs_from_the_opening() -> None:
    state = State({b"a": b"1", b"b": b"1", b"c": b"1", b"d": b"1"})
    with state.frame() as frame:
        state.set(b"a", b"2")
        state.set(b"b", b"1")
        state.set(b"c", None)
        state.set(b"d", None)
        state.set(b"d", b"1")
        state.set(b"new", b"3")
        state.set(b"never", None)
        assert frame.changes() == {b"a": b"2", b"c": None, b"new": b"3"}


def test_changes_hold_what_inner_layers_kept_and_not_what_they_undid() -> None:
    state = State({b"a": b"1"})
    with state.frame() as frame:
        with state.layer():
            state.set(b"a", b"2")
        with suppress(Stop), state.layer():
            state.set(b"a", b"3")
            state.set(b"b", b"3")
            raise Stop
        assert frame.changes() == {b"a": b"2"}


# ----------------------------------------------------------------------------------------------------- append


@pytest.mark.parametrize(
    ("stored", "then"),
    [
        (None, b"\x04E"),
        (b"", b"\x04E"),
        (b"\x00", b"\x04E"),
        (b"\x08ab", b"\x0cabE"),
        (b"\xfc" + b"y" * 63, b"\x01\x01" + b"y" * 63 + b"E"),
        (b"\x01", b"\x04E"),  # cut short: no sequence
        (b"\x01\x00abc", b"\x04E"),  # a longer spelling than needed: no sequence
        (b"\x07\x00\x00\x00\x00\x01", b"\x04E"),  # more elements than a sequence has
        (b"\x08a", b"\x0caE"),  # what is behind the count is not looked at
    ],
)
def test_an_element_is_added_without_looking_at_the_others(stored: bytes | None, then: bytes) -> None:
    state = State()
    state.set(b"k", stored)
    state.append(b"k", b"E")
    assert state.get(b"k") == then


def test_appending_is_undone_with_its_layer() -> None:
    state = State({b"k": b"\x04a"})
    with suppress(Stop), state.layer():
        for _ in range(100):
            state.append(b"k", b"E")
        assert state.get(b"k") == encode_compact(101) + b"a" + b"E" * 100
        raise Stop
    assert state.get(b"k") == b"\x04a"


# ----------------------------------------------------------------------------------------- order, root, forks


def test_keys_are_walked_in_order_by_prefix() -> None:
    names = [b"", b"\x00", b"a", b"a\x00", b"ab", b"abc", b"b", b"\xff", b"\xff\xff"]
    state = State(dict.fromkeys(names, b"1"))
    assert list(state.keys()) == sorted(names)
    assert list(state.keys(b"a")) == [b"a", b"a\x00", b"ab", b"abc"]
    assert list(state.keys(b"abcd")) == []
    for name in [*names, b"aa", b"\xff\xfe"]:
        assert state.next_key(name) == min((key for key in names if key > name), default=None)


def test_a_walk_is_of_the_keys_at_the_time_of_asking() -> None:
    state = State({b"a": b"1", b"b": b"1"})
    walk = state.keys()
    state.set(b"c", b"1")
    for key in walk:
        state.set(key, None)
    assert state.entries() == {b"c": b"1"}


def test_a_prefix_is_cleared_and_comes_back_with_its_layer() -> None:
    entries = {b"a": b"0", b"ab": b"1", b"abc": LONG, b"ac": b"2"}
    state = State(entries)
    with suppress(Stop), state.layer():
        state.set(b"abd", b"3")
        assert state.clear_prefix(b"ab") == 3
        assert list(state.keys()) == [b"a", b"ac"]
        assert state.root() == built(state)
        raise Stop
    assert state.entries() == entries
    assert state.clear_prefix(b"zz") == 0


@pytest.mark.parametrize("version", StateVersion)
def test_the_root_is_that_of_the_entries_at_any_time(version: StateVersion) -> None:
    state = State({b"a": LONG}, version)
    with state.layer():
        state.set(b"b", LONG)
        assert state.root() == built(state, version)
        with suppress(Stop), state.layer():
            state.set(b"a", None)
            assert state.root() == built(state, version)
            raise Stop
        assert state.root() == built(state, version)
        state.set(b"b", None)
    assert state.root() == built(state, version) == Trie.build({b"a": LONG}, version).root


def test_a_trie_that_was_given_out_stays_as_it_is() -> None:
    state = State({b"a": b"1"})
    trie = state.trie
    state.set(b"a", b"2")
    assert trie.get(b"a") == b"1"
    assert state.trie.get(b"a") == b"2"


def test_forks_go_their_own_ways() -> None:
    state = State({b"a": b"1"})
    state.typed[b"a"] = 1
    with suppress(Stop), state.layer():
        state.set(b"b", b"2")
        fork = state.fork()
        raise Stop
    state.set(b"a", b"3")

    assert fork.entries() == {b"a": b"1", b"b": b"2"}
    assert fork.typed == {b"a": 1}
    assert fork.root() == built(fork)
    fork.set(b"c", b"4")
    assert state.entries() == {b"a": b"3"}
    assert state.typed == {}


def test_a_value_known_by_its_hash_counts_for_the_root_and_cannot_be_read() -> None:
    full, known = State({b"a": LONG}), State({b"a": HashedValue(blake2_256(LONG), len(LONG))})
    assert known.root() == full.root()
    assert known.entry(b"a") == HashedValue(blake2_256(LONG), len(LONG))
    assert b"a" in known
    with pytest.raises(Defect, match="the value of 0x61 is known only by its hash"):
        known.get(b"a")
    with pytest.raises(Defect, match="the value of 0x61 is known only by its hash"):
        known.append(b"a", b"E")


def test_decoded_values_vanish_when_the_bytes_change() -> None:
    state = State({b"a": b"1", b"b": b"1"})
    state.typed |= {b"a": 1, b"b": 1}
    state.set(b"a", b"1")
    assert state.typed == {b"b": 1}
    with suppress(Stop), state.layer():
        state.set(b"b", b"2")
        state.typed[b"b"] = 2
        raise Stop
    assert state.typed == {}
