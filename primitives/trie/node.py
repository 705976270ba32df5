"""Nodes as bytes.

| part | bytes | holds |
|---|---|---|
| header | 1 or more | kind of node in the upper bits, number of nibbles of the partial path in the lower |
| partial path | half that number, rounded up | packed nibbles |
| bitmap | 2, little-endian; branches only | bit `n` is set if there is a child at nibble `n` |
| value | compact length and bytes, or 32 bytes of hash | not in a branch without a value |
| children | compact length and bytes, each | in order of nibbles |

| upper bits | kind |
|---|---|
| 01 | leaf |
| 10 | branch without a value |
| 11 | branch with a value |
| 001 | leaf, value by hash (V1) |
| 0001 | branch, value by hash (V1) |

A child is referred to by its **reference**: the hash of its encoding, or the encoding itself if that is below
32 bytes. The number of nibbles stands in the header if it is below the largest that fits; otherwise the
largest stands there, and what is above it follows as bytes of 255 and one last byte below 255.

The decoder takes exactly what the encoder writes, so each node has one spelling. The *shape* of a trie is not
its business: a branch with a single child and no value is read, though no trie has one.

Upstream: substrate/primitives/trie/src/node_codec.rs `NodeCodec`, node_header.rs `NodeHeader`
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.errors import DecodeError
from primitives.trie.layout import EMPTY_NODE, HASH_BYTES, HashedValue, StateVersion, Value
from primitives.trie.nibbles import pack, unpack

LEAF, BRANCH, BRANCH_WITH_VALUE, LEAF_HASHED, BRANCH_HASHED = range(5)

_PREFIXES = (
    (LEAF, 0b01, 2),
    (BRANCH, 0b10, 2),
    (BRANCH_WITH_VALUE, 0b11, 2),
    (LEAF_HASHED, 0b001, 3),
    (BRANCH_HASHED, 0b0001, 4),
)
"""Kind, upper bits of the header, how many bits these are."""

_LEAVES = (LEAF, LEAF_HASHED)
_BY_HASH = (LEAF_HASHED, BRANCH_HASHED)


@dataclass(frozen=True, slots=True)
class Node:
    """One node, apart from the trie it belongs to. Without a value and children it is the empty node."""

    partial: bytes
    """Nibbles, unpacked, between the parent's step and this node."""

    value: Value | None
    """`HashedValue` where the node refers to the value by hash."""

    children: tuple[bytes | None, ...] = ()
    """Sixteen in a branch, none in a leaf: 32 bytes of hash, or a shorter encoding, or `None` for no child.

    In compact proofs an empty one stands for a hash that is left out.
    """


EMPTY = Node(b"", None)

HASH_MARK = b"\x80"
"""The compact length of a hash: what tells a reference by hash from an encoding."""


@lru_cache(maxsize=4096)
def encode_header(kind: int, count: int) -> bytes:
    """The first bytes of a node whose partial path has `count` nibbles.

    Upstream: substrate/primitives/trie/src/node_header.rs `size_and_prefix_iterator`
    """
    _, bits, width = _PREFIXES[kind]
    largest = 255 >> width
    upper = bits << (8 - width)
    if count < largest:
        return bytes((upper | count,))
    further, last = divmod(count - largest, 255)
    return bytes((upper | largest,)) + b"\xff" * further + bytes((last,))


def encode_reference(encoding: bytes) -> bytes:
    """How a parent writes a child: its encoding if below 32 bytes, else the hash of it, behind the length."""
    if len(encoding) < HASH_BYTES:
        return bytes((len(encoding) << 2,)) + encoding
    return HASH_MARK + blake2b(encoding, digest_size=HASH_BYTES).digest()


def encode_node(node: Node) -> bytes:
    """The bytes of a node. Inline values are written as they are, whatever their length."""
    if node.value is None and not node.children:
        return EMPTY_NODE
    by_hash = isinstance(node.value, HashedValue)
    if not node.children:
        kind = LEAF_HASHED if by_hash else LEAF
    elif node.value is None:
        kind = BRANCH
    else:
        kind = BRANCH_HASHED if by_hash else BRANCH_WITH_VALUE
    parts = [encode_header(kind, len(node.partial)), pack(node.partial)]
    if node.children:
        bitmap = sum(1 << nibble for nibble, child in enumerate(node.children) if child is not None)
        parts.append(bitmap.to_bytes(2, "little"))
    if isinstance(node.value, HashedValue):
        parts.append(node.value.hash)
    elif node.value is not None:
        parts += encode_compact(len(node.value)), node.value
    for child in node.children:
        if child is not None:
            parts += encode_compact(len(child)), child
    return b"".join(parts)


def decode_node(data: bytes, version: StateVersion = StateVersion.V1, *, omissions: bool = False) -> Node:
    """Read one node, to the last byte. Layout V1 reads nodes of V0 as well, as upstream does.

    With `omissions`, a child may be empty: its hash is left out, as in a compact proof.
    Raises `DecodeError` for anything that `encode_node` does not write.
    """
    if data == EMPTY_NODE:
        return EMPTY
    kind, count, at = _decode_header(data, version)
    partial, at = _decode_partial(data, at, count)
    leaf = kind in _LEAVES
    bitmap = 0
    if not leaf:
        bitmap, at = _decode_bitmap(data, at)
    value: Value | None = None
    if kind != BRANCH:
        value, at = _decode_value(data, at, by_hash=kind in _BY_HASH)
    children: list[bytes | None] = []
    for nibble in range(0 if leaf else 16):
        child = None
        if bitmap >> nibble & 1:
            child, at = _decode_child(data, at, omissions=omissions)
        children.append(child)
    if at != len(data):
        raise DecodeError("the end of the node", f"{len(data) - at} more bytes", at)
    return Node(partial, value, tuple(children))


def _decode_header(data: bytes, version: StateVersion) -> tuple[int, int, int]:
    """Kind, number of nibbles, offset of the partial path."""
    if not data:
        raise DecodeError("the header of a node", "end of input", 0)
    first = data[0]
    prefix = next(((kind, width) for kind, bits, width in _PREFIXES if first >> (8 - width) == bits), None)
    if prefix is None:
        raise DecodeError("the header of a node", f"0x{first:02x}", 0)
    kind, width = prefix
    if kind in _BY_HASH and version == StateVersion.V0:
        raise DecodeError("a node of layout V0", f"0x{first:02x}", 0)
    largest = 255 >> width
    count, at = first & largest, 1
    if count < largest:
        return kind, count, at
    while at < len(data):
        count += data[at]
        at += 1
        if data[at - 1] < 255:
            return kind, count, at
    raise DecodeError("the number of nibbles", "end of input", at)


def _take(data: bytes, at: int, size: int, what: str) -> tuple[bytes, int]:
    end = at + size
    if end > len(data):
        raise DecodeError(f"{size} bytes of {what}", str(len(data) - at), at)
    return data[at:end], end


def _decode_partial(data: bytes, at: int, count: int) -> tuple[bytes, int]:
    packed, end = _take(data, at, (count + 1) >> 1, "a partial path")
    nibbles = unpack(packed)
    if count & 1:
        if nibbles[0]:
            raise DecodeError("a zero nibble before an odd path", str(nibbles[0]), at)
        nibbles = nibbles[1:]
    return nibbles, end


def _decode_bitmap(data: bytes, at: int) -> tuple[int, int]:
    taken, end = _take(data, at, 2, "a bitmap")
    bitmap = int.from_bytes(taken, "little")
    if not bitmap:
        raise DecodeError("a branch with a child", "an empty bitmap", at)
    return bitmap, end


def _decode_value(data: bytes, at: int, *, by_hash: bool) -> tuple[Value, int]:
    if by_hash:
        digest, end = _take(data, at, HASH_BYTES, "the hash of a value")
        return HashedValue(digest), end
    size, at = decode_compact(data, at, 32)
    return _take(data, at, size, "a value")


def _decode_child(data: bytes, at: int, *, omissions: bool) -> tuple[bytes, int]:
    size, begin = decode_compact(data, at, 32)
    if size > HASH_BYTES or (not size and not omissions):
        raise DecodeError("a hash or an encoding below 32 bytes", f"{size} bytes", at)
    return _take(data, begin, size, "a child")
