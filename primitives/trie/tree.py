"""Nodes in memory: shared between tries, hashed at most once.

A node does not hold its partial path but a whole key, its own or that of any entry below it, and two
**depths** in nibbles: where the node begins and where it ends. So a path costs no bytes of its own, a lookup
needs no piecing together, and a leaf hands out the very key that was put in.

A node's `reference`, what its parent writes of it, is empty until somebody asks for a root. It is the only
thing that is written to a node once it is part of a trie. It depends on nothing above the node but `depth`: a
node that moves to another depth is a new node.

Nodes are the most frequent objects of all. They refer downwards only, so the collector of cycles need not
look at them (`gc=False`), and two of them are the same only if they are one (`eq=False`).
"""

from __future__ import annotations

from hashlib import blake2b
from itertools import compress

import msgspec

from primitives.trie.layout import HASH_BYTES, StateVersion, Value, stored_value
from primitives.trie.nibbles import common_nibbles, nibble_at, pack_range, pack_rest
from primitives.trie.node import (
    BRANCH,
    BRANCH_HASHED,
    BRANCH_WITH_VALUE,
    HASH_MARK,
    LEAF,
    LEAF_HASHED,
    encode_header,
    encode_reference,
)

_BITS = tuple(1 << nibble for nibble in range(16))


class Leaf(msgspec.Struct, gc=False, eq=False):
    """One entry with nothing below it; it ends where its key ends."""

    path: bytes
    depth: int
    value: Value
    reference: bytes = b""

    def encoding(self, version: StateVersion) -> bytes:
        """The node's bytes."""
        path, depth = self.path, self.depth
        hashed, body = stored_value(self.value, version)
        header = encode_header(LEAF_HASHED if hashed else LEAF, (len(path) << 1) - depth)
        return header + (pack_rest(path, depth) if depth & 1 else path[depth >> 1 :]) + body


class Branch(msgspec.Struct, gc=False, eq=False):
    """Up to sixteen nodes that share a path, and the entry whose key ends where they part."""

    path: bytes
    depth: int
    end: int
    value: Value | None
    children: list[Tree | None]
    reference: bytes = b""

    @property
    def key(self) -> bytes:
        """The key of the entry that ends here."""
        return self.path[: self.end >> 1]

    def encoding(self, version: StateVersion) -> bytes:
        """The node's bytes; the references of its children must stand."""
        bitmap = sum(compress(_BITS, self.children))
        references = [child.reference for child in self.children if child is not None]
        kind, body = BRANCH, b""
        if self.value is not None:
            hashed, body = stored_value(self.value, version)
            kind = BRANCH_HASHED if hashed else BRANCH_WITH_VALUE
        partial = encode_header(kind, self.end - self.depth) + pack_range(self.path, self.depth, self.end)
        return b"".join((partial, bitmap.to_bytes(2, "little"), body, *references))


Tree = Leaf | Branch
"""A node with all that is below it."""


def end_of(tree: Tree) -> int:
    """The depth at which a node ends: behind its partial path."""
    return tree.end if isinstance(tree, Branch) else len(tree.path) << 1


def way_to(top: Tree, key: bytes) -> list[Tree]:
    """The nodes that a lookup has to see, the last of which answers it."""
    way: list[Tree] = []
    tree: Tree | None = top
    nibbles = 2 * len(key)
    while tree is not None:
        way.append(tree)
        if not isinstance(tree, Branch) or tree.end >= nibbles:
            break
        if common_nibbles(tree.path, key, tree.depth, tree.end) < tree.end:
            break
        tree = tree.children[nibble_at(key, tree.end)]
    return way


def ends_at(tree: Tree, key: bytes) -> bool:
    """Whether a node's entry, if it has one, is that of a key."""
    return end_of(tree) == 2 * len(key) and tree.path.startswith(key)


def moved(tree: Tree, depth: int) -> Tree:
    """The same entries, beginning at another depth."""
    if tree.depth == depth:
        return tree
    if isinstance(tree, Leaf):
        return Leaf(tree.path, depth, tree.value)
    return Branch(tree.path, depth, tree.end, tree.value, tree.children)


def fill_references(top: Tree, version: StateVersion) -> None:
    """Compute each reference that is still missing, children before their parents, who need them.

    Loops over a list of its own, so that a deep trie cannot exhaust the call stack.
    """
    if top.reference:
        return
    unhashed = [top]
    for tree in unhashed:
        if isinstance(tree, Branch):
            unhashed += [child for child in tree.children if child is not None and not child.reference]
    for tree in reversed(unhashed):
        encoding = tree.encoding(version)
        if len(encoding) < HASH_BYTES:
            tree.reference = encode_reference(encoding)
        else:
            tree.reference = HASH_MARK + blake2b(encoding, digest_size=32).digest()
