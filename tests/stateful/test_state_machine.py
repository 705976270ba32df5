"""State against copied dictionaries: layers in layers, kept or undone, with views that remember values."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from primitives.pallet import IDENTITY, Frame, Pallet, item
from primitives.scale.codec import U8
from primitives.scale.compact import encode_compact
from primitives.scale.derive import codec
from primitives.storage.state import Layer, State
from primitives.storage.views import DefaultMap
from primitives.trie.oracle import slow_root
from primitives.trie.trie import StateVersion
from tests.support.trie_shapes import keys, values, versions

World = dict[bytes, bytes]

small = st.integers(0, 3)
rows = st.lists(small, max_size=3).map(tuple)


class Undone(Exception):
    pass


class Shelf(Pallet, prefix="Shelf"):
    rows: DefaultMap[U8, tuple[U8, ...]] = item(default=(), hashers=(IDENTITY,))


class StateMachine(RuleBasedStateMachine):
    """`worlds` holds a copy of the entries for each open layer, as they were at its opening, and the present
    last."""

    def __init__(self) -> None:
        super().__init__()
        self.begin(StateVersion.V1, {})

    @initialize(version=versions, entries=st.dictionaries(keys, values, max_size=8))
    def begin(self, version: StateVersion, entries: World) -> None:
        self.version, self.worlds = version, [dict(entries)]
        self.state = State(entries, version)
        self.shelf = Shelf(Frame(self.state))
        self.open: list[Layer] = []

    @property
    def world(self) -> World:
        return self.worlds[-1]

    @rule(key=keys, value=values)
    def set(self, key: bytes, value: bytes) -> None:
        self.state.set(key, value)
        self.world[key] = value

    @rule(places=st.lists(st.integers(0, 20), max_size=3), value=st.none() | values)
    def set_again(self, places: list[int], value: bytes | None) -> None:
        others = sorted(key for key in self.world if not key.startswith(self.shelf.rows.item.prefix))
        for key in [others[place % len(others)] for place in places if others]:
            self.state.set(key, value)
            self.world.pop(key, None)
            self.world.update({} if value is None else {key: value})

    @rule(key=keys)
    def remove(self, key: bytes) -> None:
        self.state.set(key, None)
        self.world.pop(key, None)

    @rule(prefix=keys)
    def clear_prefix(self, prefix: bytes) -> None:
        doomed = [key for key in self.world if key.startswith(prefix)]
        assert self.state.clear_prefix(prefix) == len(doomed)
        for key in doomed:
            del self.world[key]

    # The same entries through a view, and behind its back.

    @rule(key=small, row=rows)
    def put_row(self, key: int, row: tuple[int, ...]) -> None:
        self.shelf.rows[key] = row
        self.world[self.shelf.rows.storage_key(key)] = encode_compact(len(row)) + bytes(row)

    @rule(key=small, row=rows)
    def put_row_by_its_key(self, key: int, row: tuple[int, ...]) -> None:
        raw = encode_compact(len(row)) + bytes(row)
        self.state.set(self.shelf.rows.storage_key(key), raw)
        self.world[self.shelf.rows.storage_key(key)] = raw

    @rule(key=small, element=small)
    def append_to_row(self, key: int, element: int) -> None:
        row = self.row(self.world, key)
        self.shelf.rows.append(key, element)
        self.world[self.shelf.rows.storage_key(key)] = encode_compact(len(row) + 1) + bytes((*row, element))

    @rule(key=small)
    def take_row(self, key: int) -> None:
        assert self.shelf.rows.take(key) == self.row(self.world, key)
        self.world.pop(self.shelf.rows.storage_key(key), None)

    def row(self, world: World, key: int) -> tuple[int, ...]:
        raw = world.get(self.shelf.rows.storage_key(key))
        return () if raw is None else codec(tuple[U8, ...]).decode(raw)

    # Layers.

    @precondition(lambda self: len(self.open) < 8)
    @rule(counted=st.booleans())
    def enter(self, *, counted: bool) -> None:
        layer = self.state.layer() if counted else self.state.frame()
        self.open.append(layer.__enter__())
        self.worlds.append(dict(self.world))

    @precondition(lambda self: self.open)
    @rule()
    def keep(self) -> None:
        self.open.pop().__exit__(None, None, None)
        self.worlds[-2:] = [self.world]

    @precondition(lambda self: self.open)
    @rule(error=st.sampled_from((Undone, KeyboardInterrupt)))
    def undo(self, error: type[BaseException]) -> None:
        self.open.pop().__exit__(error, error(), None)
        self.worlds.pop()

    @precondition(lambda self: self.open)
    @rule()
    def discard(self) -> None:
        layer = self.open.pop()
        layer.discard()
        layer.__exit__(None, None, None)
        self.worlds.pop()

    @precondition(lambda self: self.open)
    @rule()
    def changes(self) -> None:
        before, now = self.worlds[-2], self.world
        differing = {key for key in before.keys() | now.keys() if before.get(key) != now.get(key)}
        assert self.open[-1].changes() == {key: now.get(key) for key in differing}

    @rule(key=keys, value=values, row=rows)
    def fork(self, key: bytes, value: bytes, row: tuple[int, ...]) -> None:
        fork = self.state.fork()
        other = Shelf(Frame(fork))
        assert [other.rows[each] for each in range(4)] == [self.row(self.world, each) for each in range(4)]
        fork.set(key, value)
        other.rows[0] = row
        own = self.world | {key: value, other.rows.storage_key(0): encode_compact(len(row)) + bytes(row)}
        assert fork.root() == slow_root(own, self.version)

    # What must hold at any time.

    @rule()
    def root(self) -> None:
        assert self.state.root() == slow_root(self.world, self.version)

    @rule(prefix=keys)
    def order(self, prefix: bytes) -> None:
        assert list(self.state.keys(prefix)) == sorted(key for key in self.world if key.startswith(prefix))
        assert self.state.next_key(prefix) == min((key for key in self.world if key > prefix), default=None)

    @rule()
    def walk(self) -> None:
        stored = [key for key in range(4) if self.shelf.rows.storage_key(key) in self.world]
        assert list(self.shelf.rows.items()) == [(key, self.row(self.world, key)) for key in stored]

    @invariant()
    def entries_are_those_of_the_dictionary(self) -> None:
        assert self.state.entries() == self.world
        assert len(self.state) == len(self.world)

    @invariant()
    def views_read_what_is_stored(self) -> None:
        for key in range(4):
            assert self.shelf.rows[key] == self.row(self.world, key)
            assert (key in self.shelf.rows) == (self.shelf.rows.storage_key(key) in self.world)


TestStateMachine = StateMachine.TestCase
TestStateMachine.settings = settings(
    max_examples=settings().max_examples, stateful_step_count=30, deadline=None
)
