"""Paths in steps of half a byte.

A trie goes down one **nibble** at a time: 16 ways at each step, the upper half of a byte before the lower.
Nibbles are counted from the start of the key, so byte `i` holds nibbles `2i` and `2i + 1`. A path is written
in one of two ways:

* as a key with two offsets, which costs no bytes of its own (in memory);
* **unpacked**, one byte per nibble (where nodes are read).

In an encoded node a path is **packed**, two nibbles to a byte; an odd one starts with a zero nibble.

Upstream: paritytech/trie trie-db/src/nibble/mod.rs `nibble_ops`
"""

from __future__ import annotations

_DIGIT_VALUES = bytes.maketrans(b"0123456789abcdef", bytes(range(16)))
_ONE_NIBBLE = tuple(bytes((nibble,)) for nibble in range(16))
_DIGITS = bytes.maketrans(bytes(range(16)), b"0123456789abcdef")


def unpack(key: bytes) -> bytes:
    """The nibbles of a key, one byte each."""
    return key.hex().encode().translate(_DIGIT_VALUES)


def pack(nibbles: bytes) -> bytes:
    """Two nibbles to a byte, with a zero nibble in front of an odd number of them."""
    digits = nibbles.translate(_DIGITS).decode()
    return bytes.fromhex("0" + digits if len(digits) & 1 else digits)


def nibble_at(key: bytes, index: int) -> int:
    """One step of the path."""
    return key[index >> 1] & 15 if index & 1 else key[index >> 1] >> 4


def pack_rest(key: bytes, start: int) -> bytes:
    """Nibbles from `start` to the end of a key, packed."""
    if start & 1:
        return _ONE_NIBBLE[key[start >> 1] & 15] + key[(start >> 1) + 1 :]
    return key[start >> 1 :]


def pack_range(key: bytes, start: int, end: int) -> bytes:
    """Nibbles from `start` up to `end`, packed."""
    count = end - start
    if count < 2:
        return _ONE_NIBBLE[nibble_at(key, start)] if count else b""
    if not end & 1:
        return pack_rest(key[: end >> 1], start)
    number = int.from_bytes(key[start >> 1 : (end >> 1) + 1], "big") >> 4
    return (number & (1 << 4 * count) - 1).to_bytes((count + 1) >> 1, "big")


def common_nibbles(left: bytes, right: bytes, start: int, limit: int) -> int:
    """Where two keys part: the first nibble from `start` on that differs, or `limit`.

    Both keys have at least `limit` nibbles, and do not differ before `start`.
    """
    at, whole = start >> 1, limit >> 1
    if left[at:whole] != right[at:whole]:
        while left[at] == right[at]:
            at += 1
        return 2 * at + ((left[at] ^ right[at]) < 16)
    if limit & 1 and left[whole] >> 4 != right[whole] >> 4:
        return limit - 1
    return limit
