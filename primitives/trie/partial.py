"""Tries of which only a part is known: what a proof shows of them.

Such a trie can be read, walked, changed and asked for its root like any other, as long as nothing of it is
needed that the proof does not show. Where the proof ends, an **unknown** node stands: it has its reference,
which is all that its parent needs to be hashed, and nothing else. Whoever looks further gets `UnknownNode`.

Upstream: substrate/primitives/state-machine/src/trie_backend.rs `create_proof_check_backend`
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn, cast

from primitives.hashing import blake2_256
from primitives.scale.errors import DecodeError
from primitives.trie.layout import EMPTY_ROOT, HASH_BYTES, HashedValue, StateVersion, Value
from primitives.trie.nibbles import pack
from primitives.trie.node import HASH_MARK, Node, decode_node, encode_reference
from primitives.trie.proof import BadNode, ProofError, RootMismatch
from primitives.trie.tree import Branch, Leaf, Tree
from primitives.trie.trie import Trie

MAX_NODES = 1 << 17
"""Nodes that a partial trie is built of; a node that stands in many places counts for each."""


class UnknownNode(ProofError):
    """More is needed of a trie than its proof shows: the node with this `hash`, which lies below `path`
    (nibbles, unpacked).
    """

    def __init__(self, hash: bytes, path: bytes) -> None:
        super().__init__(f"no node with hash 0x{hash.hex()}, below path {path.hex()[1::2] or 'of the root'}")
        self.hash, self.path = hash, path


class TooManyNodes(ProofError):
    """The trie that a proof stands for would have more than `MAX_NODES` nodes."""


class Unknown:
    """A node that the proof does not show."""

    __slots__ = ("_path", "depth", "reference")

    def __init__(self, reference: bytes, path: bytes) -> None:
        self.reference, self.depth, self._path = reference, len(path), path

    def _asked(self) -> NoReturn:
        raise UnknownNode(self.reference.removeprefix(HASH_MARK), self._path)

    @property
    def path(self) -> bytes:
        """Not known."""
        self._asked()

    @property
    def value(self) -> Value | None:
        """Not known."""
        self._asked()

    @property
    def children(self) -> list[Tree | None]:
        """Not known."""
        self._asked()


def partial_trie(root: bytes, nodes: Iterable[bytes], version: StateVersion) -> Trie:
    """The trie with this root, as far as a proof shows it. Values that stand apart and are not in the proof
    are known by their hash.

    Raises `RootMismatch`, `BadNode` and `TooManyNodes`.
    """
    items = {blake2_256(item): item for item in nodes}
    if root == EMPTY_ROOT:
        return Trie.empty(version)
    if root not in items:
        raise RootMismatch(root)
    return Trie(version, _Builder(items, version).tree(root), 0)


class _Builder:
    """Makes nodes for a trie out of encoded ones, from the root down."""

    def __init__(self, items: dict[bytes, bytes], version: StateVersion) -> None:
        self._items, self._version = items, version
        self._waiting: list[tuple[list[Tree | None], int, bytes, bytes]] = []

    def tree(self, root: bytes) -> Tree:
        """The node with this hash and all below it. Loops, so that a deep trie cannot exhaust the stack."""
        top: list[Tree | None] = [None]
        self._waiting.append((top, 0, root, b""))
        made = 0
        while self._waiting:
            siblings, place, reference, path = self._waiting.pop()
            siblings[place] = self._node(reference, path)
            made += 1
            if made > MAX_NODES:
                raise TooManyNodes(f"more than {MAX_NODES} nodes")
        assert top[0] is not None
        return top[0]

    def _node(self, reference: bytes, path: bytes) -> Tree:
        """The node at a path, given by its hash or, below 32 bytes, its encoding."""
        is_hash = len(reference) == HASH_BYTES
        encoding = self._items.get(reference) if is_hash else reference
        mark = HASH_MARK + reference if is_hash else encode_reference(reference)
        if encoding is None:
            return cast("Tree", Unknown(mark, path))
        try:
            node = decode_node(encoding, self._version)
        except DecodeError as fault:
            raise BadNode(encoding, fault) from fault
        return self._made(encoding, node, path, mark)

    def _made(self, encoding: bytes, node: Node, path: bytes, mark: bytes) -> Tree:
        whole, value = path + node.partial, self._value(node.value)
        if len(whole) & 1 and value is not None:
            raise BadNode(encoding, DecodeError("a key of whole bytes", f"{len(whole)} nibbles", 0))
        if not node.children:
            if value is None:
                raise BadNode(encoding, DecodeError("a node with an entry", "an empty one", 0))
            return Leaf(pack(whole), len(path), value, mark)
        # the path of a branch is a key below it; of its last byte only the first half may be known
        key = pack(whole + b"\x00" if len(whole) & 1 else whole)
        branch = Branch(key, len(path), len(whole), value, [None] * 16, mark)
        for nibble, child in enumerate(node.children):
            if child is not None:
                self._waiting.append((branch.children, nibble, child, whole + bytes((nibble,))))
        return branch

    def _value(self, value: Value | None) -> Value | None:
        return self._items.get(value.hash, value) if isinstance(value, HashedValue) else value
