"""States that tell what of them was needed, and states that know no more than that.

A **witness** is the proof of all that running a block needs of the state before it: every entry read, the
absence of every entry looked for in vain, and the nodes that a new root is computed from. It is recorded
while the block is made (`RecordingState`); whoever has it and the old root can run the block again
(`WitnessState`) and comes to the same new root, or finds out that something is missing.

Upstream: substrate/primitives/trie/src/recorder.rs `Recorder`
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from typing_extensions import override

from primitives.errors import Defect
from primitives.storage.state import Entry, State, Stored
from primitives.trie.layout import HashedValue, StateVersion
from primitives.trie.nibbles import nibble_at
from primitives.trie.partial import UnknownNode, partial_trie
from primitives.trie.proof import ProofError, prove_ways
from primitives.trie.tree import Branch, Tree
from primitives.trie.trie import Trie


class RecordingState(State):
    """A state that notes what is needed of it, from one `begin` to the next."""

    __slots__ = ("_before", "_read", "_ways")

    def __init__(
        self, entries: Mapping[bytes, Entry] | None = None, version: StateVersion = StateVersion.V1
    ) -> None:
        self._read: set[bytes] = set()
        self._ways: set[bytes] = set()
        super().__init__(entries, version)
        self.begin()

    @classmethod
    def over(cls, state: State) -> RecordingState:
        """A state of its own with the entries of another one; the trie's nodes are shared."""
        made = cls.__new__(cls)
        made._trie, made._data = state._synced(), dict(state._data)
        made._dirty, made._layers, made._depth, made.typed = set(), [], 0, {}
        made._read, made._ways = set(), set()
        made.begin()
        return made

    def begin(self) -> None:
        """Forget what was noted; what is needed is told of the state as it is now."""
        self._before = self.trie
        self._read.clear()
        self._ways.clear()
        self.typed.clear()  # what was decoded before would not be read again

    def witness(self) -> tuple[bytes, ...]:
        """The proof of what was needed since `begin`, of the state as it was then; at least of its root."""
        self._synced()
        return prove_ways(self._before, {b"", *self._read, *self._ways}, self._read)

    @override
    def get(self, key: bytes) -> bytes | None:
        self._read.add(key)
        return super().get(key)

    @override
    def entry(self, key: bytes) -> Entry | None:
        self._ways.add(key)
        return super().entry(key)

    @override
    def __contains__(self, key: bytes) -> bool:
        self._ways.add(key)
        return super().__contains__(key)

    @override
    def set(self, key: bytes, value: Stored | None) -> None:
        self._ways.add(key)
        super().set(key, value)

    @override
    def append(self, key: bytes, element: bytes) -> None:
        self._read.add(key)
        super().append(key, element)

    @override
    def count(self, key: bytes) -> int:
        self._read.add(key)
        return super().count(key)

    @override
    def keys(self, prefix: bytes = b"") -> Iterator[bytes]:
        found = tuple(super().keys(prefix))
        self._ways.update((prefix, *found))
        return iter(found)

    @override
    def next_key(self, key: bytes) -> bytes | None:
        found = super().next_key(key)
        self._ways.update((key,) if found is None else (key, found))
        return found

    @override
    def _synced(self) -> Trie:
        """A branch that loses all children but one gives way to that one, which has to be known then."""
        gone = {key for key in self._dirty if key not in self._data}
        if gone and self._trie.top is not None:
            self._ways.update(_left_alone(self._trie.top, sorted(gone)))
        return super()._synced()


def _left_alone(top: Tree, gone: list[bytes]) -> Iterator[bytes]:
    """Keys below those nodes that may be the last of their branch once these keys are gone."""
    waiting = [(top, gone)]
    while waiting:
        tree, keys = waiting.pop()
        if not isinstance(tree, Branch):
            continue
        below: dict[int, list[bytes]] = {}
        for key in keys:
            if 2 * len(key) > tree.end and key.startswith(tree.key) and _passes(tree, key):
                below.setdefault(nibble_at(key, tree.end), []).append(key)
        others = [child for at, child in enumerate(tree.children) if child is not None and at not in below]
        if len(others) <= 1:
            yield from (child.path for child in others)
        waiting += [(child, keys) for at, keys in below.items() if (child := tree.children[at]) is not None]


def _passes(tree: Branch, key: bytes) -> bool:
    """Whether a key lies below a branch, to the half byte."""
    return not tree.end & 1 or nibble_at(tree.path, tree.end - 1) == nibble_at(key, tree.end - 1)


class MissingEntry(ProofError):
    """A block needs an entry that its witness does not show."""

    def __init__(self, key: bytes, hash: bytes) -> None:
        super().__init__(f"key 0x{key.hex()}: no item with hash 0x{hash.hex()}")
        self.key, self.hash = key, hash


class WitnessState(State):
    """A state of which a witness is all that is known; entries are looked up in it when they are needed.

    Reads, walks and the root raise `MissingEntry` or `UnknownNode` where the witness does not reach.
    """

    __slots__ = ("_looked_up", "_shown")

    def __init__(self, root: bytes, nodes: Iterable[bytes], version: StateVersion = StateVersion.V1) -> None:
        """Raises `RootMismatch` and `BadNode`."""
        super().__init__(None, version)
        self._trie = self._shown = partial_trie(root, nodes, version)
        self._looked_up: set[bytes] = set()

    def _look_up(self, key: bytes) -> None:
        """Put an entry beside those that were written, the first time that it is needed."""
        if key in self._looked_up:
            return
        try:
            value = self._shown.get(key)
        except UnknownNode as fault:
            raise MissingEntry(key, fault.hash) from None
        self._looked_up.add(key)
        if value is not None:
            self._data.setdefault(key, value)

    @override
    def get(self, key: bytes) -> bytes | None:
        self._look_up(key)
        stored = self._data.get(key)
        if isinstance(stored, HashedValue):
            raise MissingEntry(key, stored.hash)
        return super().get(key)

    @override
    def entry(self, key: bytes) -> Entry | None:
        self._look_up(key)
        return super().entry(key)

    @override
    def __contains__(self, key: bytes) -> bool:
        self._look_up(key)
        return super().__contains__(key)

    @override
    def set(self, key: bytes, value: Stored | None) -> None:
        self._look_up(key)
        super().set(key, value)

    @override
    def append(self, key: bytes, element: bytes) -> None:
        self._look_up(key)
        super().append(key, element)

    @override
    def count(self, key: bytes) -> int:
        self._look_up(key)
        return super().count(key)

    @override
    def __len__(self) -> int:
        raise Defect(_NOT_ALL)

    @override
    def entries(self) -> Mapping[bytes, Entry]:
        """Not known: raises `Defect`."""
        raise Defect(_NOT_ALL)

    @override
    def fork(self) -> State:
        """Not made: raises `Defect`."""
        raise Defect(_NOT_ALL)


_NOT_ALL = "of a state of which a witness is all that is known, nobody knows all entries"
