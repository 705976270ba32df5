"""Laws of storage: what a sequence of writes leaves behind does not depend on how it was made."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from primitives.pallet import Pallet, StorageItem, storage_items
from primitives.scale.codec import U32
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.storage.state import State
from primitives.storage.views import Map, OptionValue, Value
from primitives.trie.trie import Trie
from runtime.relay import Relay
from tests.support.strategies import drawn
from tests.support.trie_shapes import changes, entries, histories, versions

ITEMS: dict[str, tuple[type[Pallet], StorageItem]] = {
    f"{pallet.prefix}.{each.name}": (pallet, each)
    for pallet in Relay.indices
    for each in storage_items(pallet)
}
COUNT = settings().max_examples // 10


class Undone(Exception):
    pass


@given(entries, histories, versions)
def test_a_state_is_that_of_its_entries(start: Any, history: Any, version: Any) -> None:
    state = State(start, version)
    for step in history:
        for key, value in step.items():
            state.set(key, value)
        assert state.root() == Trie.build(state.entries(), version).root
    assert state.root() == State(state.entries(), version).root()


@given(start=entries, inside=changes, deeper=changes, looked_at=st.booleans())
def test_an_undone_layer_leaves_no_trace(start: Any, inside: Any, deeper: Any, *, looked_at: bool) -> None:
    state = State(start)
    with suppress(Undone), state.layer():
        for key, value in inside.items():
            state.set(key, value)
        with state.layer():
            for key, value in deeper.items():
                state.set(key, value)
            if looked_at:
                state.root()
        raise Undone
    assert state.entries() == start
    assert state.root() == State(start).root()


@given(entries, changes)
def test_the_changes_of_a_layer_lead_from_before_to_after(start: Any, inside: Any) -> None:
    state = State(start)
    with state.frame() as frame:
        for key, value in inside.items():
            state.set(key, value)
        changed = frame.changes()
    merged = start | changed
    assert state.entries() == {key: value for key, value in merged.items() if value is not None}
    assert all(start.get(key) != value for key, value in changed.items())


@given(st.none() | st.binary(max_size=8), st.lists(st.binary(min_size=1, max_size=3), max_size=8))
def test_appending_counts_the_elements(stored: bytes | None, elements: list[bytes]) -> None:
    state = State()
    state.set(b"k", stored)
    before, rest = 0, b""
    with suppress(DecodeError):
        before, start = decode_compact(stored or b"\x00", 0, 32)
        rest = (stored or b"\x00")[start:]
    for element in elements:
        state.append(b"k", element)
    if elements:
        raw = state.get(b"k") or b""
        count, at = decode_compact(raw, 0, 32)
        assert count == before + len(elements)
        assert raw[at:] == rest + b"".join(elements)


@given(st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=6))
def test_appended_elements_are_read_as_a_sequence(numbers: list[int]) -> None:
    state = State()
    for number in numbers:
        state.append(b"k", number.to_bytes(4, "little"))
    assert codec(tuple[U32, ...]).decode(state.get(b"k") or b"") == tuple(numbers)


@pytest.mark.parametrize("name", ITEMS)
def test_every_item_of_the_relay_chain_reads_what_was_put(name: str) -> None:
    generator, (pallet, each) = Random(name), ITEMS[name]
    relay = Relay(State())
    view = getattr(relay.pallets[pallet.prefix], each.attribute)
    for _ in range(COUNT):
        value = drawn(each.value_type, generator, Relay)
        key = drawn(each.key_type, generator, Relay) if each.hashers else None
        write(view, key, value)
        assert read(view, key) == value
        assert read(getattr(Relay(relay.state.fork()).pallets[pallet.prefix], each.attribute), key) == value
        relay.state.typed.clear()
        assert read(view, key) == value


def write(view: Any, key: Any, value: Any) -> None:
    if isinstance(view, Value | OptionValue):
        view.put(value)
    else:
        view[key] = value


def read(view: Any, key: Any) -> Any:
    match view:
        case Value() | OptionValue():
            return view.get()
        case Map():
            return view.get(key)
        case _:
            return view[key]


@pytest.mark.parametrize("name", [name for name, (_, each) in ITEMS.items() if each.hashers])
def test_every_map_of_the_relay_chain_gives_its_keys_back_in_order(name: str) -> None:
    generator, (pallet, each) = Random(name), ITEMS[name]
    view = getattr(Relay(State()).pallets[pallet.prefix], each.attribute)
    written = {}
    for _ in range(COUNT):
        key, value = (drawn(tp, generator, Relay) for tp in (each.key_type, each.value_type))
        view[key] = written[key] = value
    in_order = sorted(written, key=view.storage_key)
    assert list(view.keys()) == in_order
    assert list(view.items()) == [(key, written[key]) for key in in_order]
    assert len({view.storage_key(key) for key in written}) == len(written)
    assert view.clear() == len(written)
    assert list(view.keys()) == []
