"""Compact proofs: a proof without the hashes that its reader can compute.

The nodes come in the order in which a walk meets them, each before those below it and children in order of
nibbles. The hash of a child that follows is left out: an empty reference stands for it. If a value stored by
hash follows, the node is written behind the escape byte 01 as one with an empty value, and the value is the
next item.

Reading goes the other way: a node is complete when all the children left out have been read, and then has a
hash, which goes into its parent; the last hash is the root.

A reader here is stricter than upstream's in what it takes for an escaped node: it must have a value, and an
empty one.
Upstream's writer knows nothing else. Child tries are not known: what follows the trie is refused.

Upstream: substrate/primitives/trie/src/trie_codec.rs `encode_compact`, `decode_compact`
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from primitives.hashing import blake2_256
from primitives.scale.errors import DecodeError
from primitives.trie.layout import EMPTY_ROOT, HASH_BYTES, HashedValue
from primitives.trie.node import Node, decode_node, encode_node
from primitives.trie.proof import BadNode, ProofError, RootMismatch

ESCAPE = b"\x01"
"""The first byte of a node whose value is the next item."""

MAX_COMPACT_ITEMS = 1 << 20
"""Items in a compact proof that is written.

A node with many parents is written once for each, so a few hostile nodes could make a proof without end.
"""


class IncompleteProof(ProofError):
    """A compact proof ends although a node or value left out has not come yet."""


class SurplusItems(ProofError):
    """A compact proof goes on behind the last node of its trie; `index` is the first item too many."""

    def __init__(self, index: int) -> None:
        super().__init__(f"the trie is complete before item {index}")
        self.index = index


class ProofTooLong(ProofError):
    """The compact proof would have more than `MAX_COMPACT_ITEMS` items."""


def encode_compact_proof(root: bytes, nodes: Iterable[bytes]) -> tuple[bytes, ...]:
    """The compact form of a proof. Hashes of what the proof does not show stay; the empty trie has no items.

    Raises `RootMismatch`, `BadNode` and `ProofTooLong`.
    """
    items = {blake2_256(item): item for item in nodes}
    if root not in items:
        if root == EMPTY_ROOT:
            return ()
        raise RootMismatch(root)
    compact: list[bytes] = []
    ahead = [root]
    while ahead:
        node = _decoded(items[ahead.pop()])
        follow = [
            child
            for child in node.children
            if child is not None and len(child) == HASH_BYTES and child in items
        ]
        ahead += reversed(follow)
        shortened = replace(
            node, children=tuple(b"" if child in follow else child for child in node.children)
        )
        compact += _with_value(shortened, items)
        if len(compact) > MAX_COMPACT_ITEMS:
            raise ProofTooLong(f"more than {MAX_COMPACT_ITEMS} items")
    return tuple(compact)


def _with_value(node: Node, items: dict[bytes, bytes]) -> list[bytes]:
    """The node as an item, and its value as another if it is stored by hash and shown."""
    if isinstance(node.value, HashedValue) and node.value.hash in items:
        return [ESCAPE + encode_node(replace(node, value=b"")), items[node.value.hash]]
    return [encode_node(node)]


def _decoded(encoding: bytes, *, omissions: bool = False) -> Node:
    try:
        return decode_node(encoding, omissions=omissions)
    except DecodeError as fault:
        raise BadNode(encoding, fault) from fault


def decode_compact_proof(root: bytes, compact: Iterable[bytes]) -> tuple[bytes, ...]:
    """The full proof that a compact one stands for, as `prove` would write it.

    Raises `BadNode`, `IncompleteProof`, `SurplusItems`, and `RootMismatch` for the proof of another trie.
    """
    items = tuple(compact)
    if not items and root == EMPTY_ROOT:
        return ()
    nodes: set[bytes] = set()
    found, used = _rebuild(items, nodes)
    if used < len(items):
        raise SurplusItems(used)
    if found != root:
        raise RootMismatch(root, found)
    return tuple(sorted(nodes))


class _Incomplete:
    """A node under way, with the nibbles at which hashes are still missing, the next one last."""

    __slots__ = ("children", "gaps", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.children = list(node.children)
        self.gaps = [nibble for nibble in reversed(range(len(self.children))) if self.children[nibble] == b""]

    def encoding(self) -> bytes:
        """The node as it is in the trie."""
        return encode_node(replace(self.node, children=tuple(self.children)))


def _rebuild(items: tuple[bytes, ...], nodes: set[bytes]) -> tuple[bytes, int]:
    """Add the items of one full proof to `nodes`; gives the root and how many compact items it took."""
    under_way: list[_Incomplete] = []
    at = 0
    while at < len(items):
        node = _decoded(items[at].removeprefix(ESCAPE), omissions=True)
        if items[at].startswith(ESCAPE):
            at += 1
            node = replace(node, value=_take_value(node, items, at, nodes))
        at += 1
        under_way.append(_Incomplete(node))
        while not under_way[-1].gaps:
            encoding = under_way.pop().encoding()
            nodes.add(encoding)
            if not under_way:
                return blake2_256(encoding), at
            parent = under_way[-1]
            parent.children[parent.gaps.pop()] = blake2_256(encoding)
    raise IncompleteProof("a node is missing at the end")


def _take_value(node: Node, items: tuple[bytes, ...], at: int, nodes: set[bytes]) -> HashedValue:
    """The value of an escaped node, which is item `at`."""
    if node.value != b"":
        raise BadNode(
            items[at - 1], DecodeError("an empty value behind the escape byte", repr(node.value), 1)
        )
    if at == len(items):
        raise IncompleteProof("a value is missing at the end")
    nodes.add(items[at])
    return HashedValue(blake2_256(items[at]))
