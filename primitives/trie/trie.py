"""The state of a chain as one value: keys, what they hold, and the 32-byte root that stands for all of it.

A `Trie` never changes. Applying changes gives another one that shares every node the changes did not touch,
so that the states of many blocks and forks lie side by side at the cost of their differences. The root is
computed when first asked for, from the nodes that have no hash yet.

Upstream: substrate/primitives/trie/src/lib.rs `delta_trie_root`, paritytech/trie trie-db/src/triedbmut.rs
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from typing_extensions import override

from primitives.hashing import blake2_256
from primitives.scale.compact import encode_compact
from primitives.trie.layout import EMPTY_ROOT as EMPTY_ROOT
from primitives.trie.layout import HashedValue as HashedValue
from primitives.trie.layout import LayoutError as LayoutError
from primitives.trie.layout import StateVersion as StateVersion
from primitives.trie.layout import Value as Value
from primitives.trie.merge import Merge
from primitives.trie.nibbles import common_nibbles, nibble_at
from primitives.trie.node import HASH_MARK
from primitives.trie.tree import Leaf, Tree, end_of, ends_at, fill_references, way_to


class Trie:
    """An immutable map from keys to values, with a root. Keys are in the order of their bytes."""

    __slots__ = ("_count", "top", "version")

    def __init__(self, version: StateVersion, top: Tree | None, count: int) -> None:
        self.version = version
        self.top = top
        """The node all others are below; `None` if there is no entry. For proofs; not to be changed."""
        self._count = count

    @classmethod
    def empty(cls, version: StateVersion) -> Trie:
        """A trie without entries."""
        return cls(version, None, 0)

    @classmethod
    def build(cls, entries: Mapping[bytes, Value], version: StateVersion) -> Trie:
        """A trie of these entries, whatever their order."""
        return cls.empty(version).apply(entries)

    def apply(self, changes: Mapping[bytes, Value | None]) -> Trie:
        """A trie in which each key holds what `changes` says, `None` for nothing. This one stays as it is.

        Raises `LayoutError` for a value known by its hash only in layout V0, which has no place for it.
        """
        if self.version == StateVersion.V0 and HashedValue in map(type, changes.values()):
            raise LayoutError("layout V0 needs every value in full")
        merge = Merge(self.top, changes)
        return self if merge.tree is self.top else Trie(self.version, merge.tree, self._count + merge.gained)

    @property
    def root(self) -> bytes:
        """The hash of the topmost node."""
        if self.top is None:
            return EMPTY_ROOT
        fill_references(self.top, self.version)
        reference = self.top.reference
        return reference[1:] if reference.startswith(HASH_MARK) else blake2_256(reference[1:])

    def get(self, key: bytes) -> Value | None:
        """What the key holds."""
        if self.top is None:
            return None
        last = way_to(self.top, key)[-1]
        return last.value if ends_at(last, key) else None

    def items(self, prefix: bytes = b"") -> Iterator[tuple[bytes, Value]]:
        """The entries whose keys start with `prefix`, in order of keys."""
        last = None if self.top is None else way_to(self.top, prefix)[-1]
        # A branch that ends before the prefix does has a path that goes on, maybe of an entry that is gone.
        found = last is not None and end_of(last) >= 2 * len(prefix) and last.path.startswith(prefix)
        return _entries([last] if last is not None and found else [])

    def keys(self, prefix: bytes = b"") -> Iterator[bytes]:
        """The keys that start with `prefix`, in order."""
        return (key for key, _ in self.items(prefix))

    def next_key(self, key: bytes) -> bytes | None:
        """The first key behind `key`, which itself need not be there.

        Upstream: substrate/primitives/state-machine/src/trie_backend_essence.rs `next_storage_key`
        """
        return next((found for found, _ in _entries(self._behind(key))), None)

    def __len__(self) -> int:
        return self._count

    def __contains__(self, key: bytes) -> bool:
        return self.get(key) is not None

    @override
    def __repr__(self) -> str:
        return f"<Trie {self.version.name}, {self._count} entries>"

    def _behind(self, key: bytes) -> list[Tree]:
        """Trees with all entries behind `key` and no others, last first."""
        behind: list[Tree] = []
        tree, nibbles = self.top, 2 * len(key)
        while tree is not None:
            limit = min(end_of(tree), nibbles)
            parted = common_nibbles(tree.path, key, tree.depth, limit)
            if parted < limit:
                return [*behind, tree] if tree.path > key else behind
            if end_of(tree) > nibbles:
                return [*behind, tree]
            if isinstance(tree, Leaf):
                return behind
            step = nibble_at(key, tree.end) if tree.end < nibbles else -1
            behind += [child for child in reversed(tree.children[step + 1 :]) if child is not None]
            tree = tree.children[step] if step >= 0 else None
        return behind


def _entries(stack: list[Tree]) -> Iterator[tuple[bytes, Value]]:
    """All entries of these trees, the last tree first; in each, in order of keys."""
    while stack:
        tree = stack.pop()
        if isinstance(tree, Leaf):
            yield tree.path, tree.value
        else:
            if tree.value is not None:
                yield tree.key, tree.value
            stack += [child for child in reversed(tree.children) if child is not None]


def ordered_root(values: Iterable[bytes], version: StateVersion) -> bytes:
    """The root of a list: each value under the compact encoding of its index, as for a block's extrinsics.

    Upstream: substrate/primitives/trie/src/lib.rs `TrieConfiguration::ordered_trie_root`
    """
    return Trie.build({encode_compact(index): value for index, value in enumerate(values)}, version).root
