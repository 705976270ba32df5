"""Strategies that shape tries: shared prefixes, keys that begin other keys, values around all limits.

Plain random keys hardly ever share more than a nibble, and none begins another.
"""

from __future__ import annotations

from hypothesis import strategies as st

from primitives.trie.trie import HashedValue, StateVersion

Changes = dict[bytes, bytes | HashedValue | None]

versions = st.sampled_from(StateVersion)

# Few different bytes: neighbours differ in the lower nibble, the upper one, or both.
_steps = st.lists(st.sampled_from((0x00, 0x01, 0x10, 0x11, 0xFF)), max_size=4).map(bytes)
# Lengths at which the header of a node needs one more byte: 7, 15, 31 and 63 nibbles, and 255 more.
_stems = st.sampled_from((0, 0, 0, 1, 3, 4, 7, 8, 15, 16, 31, 32, 160)).map(lambda size: b"\x11" * size)
keys = st.tuples(_stems, _steps, st.sampled_from((b"", b"", b"\x22" * 32))).map(b"".join)

# A node is told by its hash from 32 bytes on, a value from 33; compact lengths grow at 64.
value_sizes = st.sampled_from((0, 1, 2, 20, 27, 28, 29, 30, 31, 32, 33, 34, 63, 64, 65, 300))
values = st.builds(lambda size, fill: bytes((fill,)) * size, value_sizes, st.integers(0, 3))
hashed_values = st.builds(HashedValue, st.binary(min_size=32, max_size=32), st.none() | st.integers(33, 99))

entries = st.dictionaries(keys, values, max_size=24)
changes: st.SearchStrategy[dict[bytes, bytes | None]] = st.dictionaries(keys, st.none() | values, max_size=12)
histories = st.lists(changes, max_size=6)
