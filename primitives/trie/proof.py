"""Proofs: the few nodes from which anybody who knows a root can read some keys.

A **proof** of a key is the nodes on the way to it: each one vouches for the next by its hash, and the root
vouches for the first. It shows what the key holds, or, if the way ends elsewhere, that the key holds nothing.
Nodes below 32 bytes stand inside their parents; a value stored by hash is an item of its own. A proof is a
set: it is written in ascending order of bytes, without repetition, and read whatever its order is.

Reading ignores items it has no use for, as upstream does. It trusts nothing: whatever the items are, the
outcome is the true answer or a `ProofError`.

Upstream: substrate/primitives/trie/src/storage_proof.rs `StorageProof`, lib.rs `read_trie_value`
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from primitives.hashing import blake2_256
from primitives.scale.errors import DecodeError
from primitives.trie.layout import (
    EMPTY_NODE,
    EMPTY_ROOT,
    HASH_BYTES,
    VALUE_HASH_THRESHOLD,
    HashedValue,
    StateVersion,
    Value,
)
from primitives.trie.nibbles import unpack
from primitives.trie.node import HASH_MARK, Node, decode_node
from primitives.trie.tree import Tree, ends_at, fill_references, way_to
from primitives.trie.trie import Trie


class ProofError(ValueError):
    """A proof cannot be written, or does not show what was asked of it."""


class RootMismatch(ProofError):
    """No item of the proof has the root as its hash."""

    def __init__(self, expected: bytes, found: bytes | None = None) -> None:
        super().__init__(
            f"no node for root 0x{expected.hex()}" + (f", found 0x{found.hex()}" if found else "")
        )
        self.expected, self.found = expected, found


class MissingNode(ProofError):
    """The way to `key` goes on in an item with this `hash`, a node or a value, which is not there."""

    def __init__(self, missing: bytes, key: bytes) -> None:
        super().__init__(f"no item with hash 0x{missing.hex()} on the way to key 0x{key.hex()}")
        self.hash, self.key = missing, key


class BadNode(ProofError):
    """The item with this `hash` is on the way, but is not a node; `fault` says where."""

    def __init__(self, encoding: bytes, fault: DecodeError) -> None:
        self.hash, self.fault = blake2_256(encoding), fault
        super().__init__(f"item 0x{self.hash.hex()}: {fault}")


class DuplicateNode(ProofError):
    """The item with this `hash` is there more than once."""

    def __init__(self, encoding: bytes) -> None:
        self.hash = blake2_256(encoding)
        super().__init__(f"item 0x{self.hash.hex()} is there twice")


class ValueMismatch(ProofError):
    """The proof shows that `key` holds something else than was claimed; `None` means nothing."""

    def __init__(self, key: bytes, expected: bytes | None, found: bytes | None) -> None:
        super().__init__(f"key 0x{key.hex()}: expected {_shown(expected)}, found {_shown(found)}")
        self.key, self.expected, self.found = key, expected, found


class UnknownValue(ProofError):
    """The trie knows the value of `key` by its hash only, so it cannot be put into a proof."""

    def __init__(self, key: bytes, value: HashedValue) -> None:
        super().__init__(f"the value of key 0x{key.hex()} is known by its hash only")
        self.key, self.value = key, value


def prove(trie: Trie, keys: Iterable[bytes]) -> tuple[bytes, ...]:
    """The proof of what these keys hold, or that they hold nothing; nothing at all for an empty trie.

    Raises `UnknownValue` for a key whose value is known by its hash only.
    """
    wanted = frozenset(keys)
    return prove_ways(trie, wanted, wanted)


def prove_ways(trie: Trie, keys: Iterable[bytes], shown: Container[bytes]) -> tuple[bytes, ...]:
    """The nodes on the ways to these keys, and of those that are `shown` the values that stand apart.

    Raises `UnknownValue` for a shown key whose value is known by its hash only.
    """
    if trie.top is None:
        return ()
    fill_references(trie.top, trie.version)
    encodings: dict[Tree, bytes] = {}
    values: set[bytes] = set()
    for key in keys:
        way = way_to(trie.top, key)
        for tree in way:
            if tree not in encodings and (tree is trie.top or tree.reference.startswith(HASH_MARK)):
                encodings[tree] = tree.encoding(trie.version)
        if key in shown and ends_at(way[-1], key):
            values |= _detached(key, way[-1].value, trie.version)
    return tuple(sorted({*encodings.values(), *values}))


def _detached(key: bytes, value: Value | None, version: StateVersion) -> set[bytes]:
    """The item that a proof has for a value apart from its node."""
    if isinstance(value, HashedValue):
        raise UnknownValue(key, value)
    if value is None or version == StateVersion.V0 or len(value) < VALUE_HASH_THRESHOLD:
        return set()
    return {value}


class ProofReader:
    """A proof held against a root: looks keys up as in a trie, in the part of it that the proof shows."""

    def __init__(self, root: bytes, nodes: Iterable[bytes], version: StateVersion = StateVersion.V1) -> None:
        """Take items in any order. Layout V1 reads V0 as well. Raises `RootMismatch` if none has the hash."""
        self._items = {blake2_256(item): item for item in nodes}
        self._items[EMPTY_ROOT] = EMPTY_NODE
        if root not in self._items:
            raise RootMismatch(root)
        self._root, self._version = root, version
        self._read: dict[bytes, Node] = {}  # by reference: keys that are looked up share most of their way

    def get(self, key: bytes) -> bytes | None:
        """What the key holds; `None` if it is shown to hold nothing.

        Raises `MissingNode` if the proof does not reach that far, `BadNode` if an item on the way is no node.
        """
        nibbles, at, reference = unpack(key), 0, self._root
        while True:
            node = self._node(reference, key)
            if not nibbles.startswith(node.partial, at):
                return None
            at += len(node.partial)
            if at == len(nibbles):
                return self._value(node.value, key)
            child = node.children[nibbles[at]] if node.children else None
            if child is None:
                return None
            reference = child
            at += 1

    def _node(self, reference: bytes, key: bytes) -> Node:
        node = self._read.get(reference)
        if node is None:
            encoding = self._item(reference, key) if len(reference) == HASH_BYTES else reference
            try:
                node = self._read[reference] = decode_node(encoding, self._version)
            except DecodeError as fault:
                raise BadNode(encoding, fault) from fault
        return node

    def _value(self, value: Value | None, key: bytes) -> bytes | None:
        return self._item(value.hash, key) if isinstance(value, HashedValue) else value

    def _item(self, digest: bytes, key: bytes) -> bytes:
        item = self._items.get(digest)
        if item is None:
            raise MissingNode(digest, key)
        return item


def read_proof(
    root: bytes, nodes: Iterable[bytes], keys: Iterable[bytes], version: StateVersion = StateVersion.V1
) -> dict[bytes, bytes | None]:
    """What each of the keys holds, as `ProofReader.get` tells it one by one."""
    reader = ProofReader(root, nodes, version)
    return {key: reader.get(key) for key in keys}


def verify_proof(
    root: bytes,
    nodes: Iterable[bytes],
    claims: Mapping[bytes, bytes | None],
    version: StateVersion = StateVersion.V1,
) -> None:
    """Check that keys hold what is claimed, `None` meaning nothing.

    Checked in this order: no item twice (`DuplicateNode`), the root, then the claims (`ValueMismatch`, or
    what a reader raises).
    Upstream: substrate/primitives/trie/src/storage_proof.rs `StorageProof::new_with_duplicate_nodes_check`
    """
    seen: set[bytes] = set()
    for item in nodes:
        if item in seen:
            raise DuplicateNode(item)
        seen.add(item)
    for key, found in read_proof(root, seen, claims, version).items():
        if found != claims[key]:
            raise ValueMismatch(key, claims[key], found)


def _shown(value: bytes | None) -> str:
    """A value for an error message, cut short."""
    if value is None:
        return "nothing"
    return f"0x{value[:16].hex()}" + (f".. ({len(value)} bytes)" if len(value) > 16 else "")
