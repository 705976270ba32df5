"""The root of a trie in the fewest lines: slow, and easy to see to be right.

Tests hold the real trie against this one. It keeps nothing, shares nothing, and hashes all of it each time.
"""

from __future__ import annotations

from collections.abc import Mapping

from primitives.hashing import blake2_256
from primitives.trie.layout import EMPTY_NODE, VALUE_HASH_THRESHOLD, HashedValue, StateVersion, Value
from primitives.trie.nibbles import unpack
from primitives.trie.node import Node, encode_node

_Pairs = list[tuple[bytes, Value]]


def slow_root(entries: Mapping[bytes, Value], version: StateVersion) -> bytes:
    """The root of these entries, by recursion over the sorted pairs."""
    pairs = sorted((unpack(key), _in_node(value, version)) for key, value in entries.items())
    return blake2_256(_encode(pairs) if pairs else EMPTY_NODE)


def _in_node(value: Value, version: StateVersion) -> Value:
    if isinstance(value, bytes) and version == StateVersion.V1 and len(value) >= VALUE_HASH_THRESHOLD:
        return HashedValue(blake2_256(value))
    return value


def _encode(pairs: _Pairs) -> bytes:
    """The node of all pairs; the keys are what is left of them below its parent."""
    first, last = pairs[0][0], pairs[-1][0]
    if len(pairs) == 1:
        return encode_node(Node(first, pairs[0][1]))
    split = 0
    while split < len(first) and first[split] == last[split]:
        split += 1
    value = pairs[0][1] if len(first) == split else None
    below = [
        [(k[split + 1 :], v) for k, v in pairs if k[split : split + 1] == bytes((n,))] for n in range(16)
    ]
    return encode_node(Node(first[:split], value, tuple(_reference(group) for group in below)))


def _reference(pairs: _Pairs) -> bytes | None:
    if not pairs:
        return None
    encoding = _encode(pairs)
    return encoding if len(encoding) < 32 else blake2_256(encoding)
