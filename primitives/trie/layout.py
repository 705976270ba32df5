"""The two layouts of a trie, and how a value enters a node in each.

A chain states its **layout** as a state version. In layout V0 every value stands in its node. In layout V1 a
value of 33 bytes or more is **detached**: its node holds the hash of it, and a proof carries the value as an
item of its own, so that a proof of the path need not carry the value.

Upstream: substrate/primitives/trie/src/lib.rs `LayoutV0`, `LayoutV1`
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from typing_extensions import override

from primitives.hashing import blake2_256
from primitives.scale.compact import encode_compact

HASH_BYTES = 32

EMPTY_NODE = b"\x00"
"""The encoding of a trie that holds nothing; never part of another node."""

EMPTY_ROOT = blake2_256(EMPTY_NODE)
"""The root of a trie that holds nothing, in both layouts."""

VALUE_HASH_THRESHOLD = 33
"""Bytes: from this length on, layout V1 stores a value by its hash."""


class StateVersion(enum.IntEnum):
    """Which layout a trie has; the number is the one a runtime states."""

    V0 = 0
    V1 = 1


class LayoutError(ValueError):
    """A value that the layout of the trie has no place for."""


@dataclass(frozen=True, slots=True)
class HashedValue:
    """A value of which only the hash is known; the root of a V1 trie needs no more."""

    hash: bytes
    """blake2-256 of the value."""

    length: int | None = None
    """Bytes of the value, where known; at least 33, as shorter values are never stored by hash."""

    def __post_init__(self) -> None:
        if len(self.hash) != HASH_BYTES:
            raise LayoutError(f"the hash of a value has {HASH_BYTES} bytes, not {len(self.hash)}")
        if self.length is not None and self.length < VALUE_HASH_THRESHOLD:
            raise LayoutError(f"a value of {self.length} bytes is never stored by its hash")

    @override
    def __repr__(self) -> str:
        return f"HashedValue(0x{self.hash.hex()[:8]}.., length={self.length})"


Value = bytes | HashedValue
"""What a key holds: the bytes themselves, or what is known of them."""


_SHORT_LENGTHS = tuple(encode_compact(length) for length in range(256))


def stored_value(value: Value, version: StateVersion) -> tuple[bool, bytes]:
    """Whether a node refers to the value by hash, and the bytes that stand for it in the node.

    Upstream: substrate/primitives/trie/src/node_codec.rs `leaf_node`
    """
    if isinstance(value, HashedValue):
        return True, value.hash
    length = len(value)
    if length >= VALUE_HASH_THRESHOLD and version:
        return True, blake2_256(value)
    return False, (_SHORT_LENGTHS[length] if length < 256 else encode_compact(length)) + value
