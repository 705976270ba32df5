"""Compact integers: the fewer significant bits, the fewer bytes.

| low bits of first byte | bytes in all | holds |
|---|---|---|
| 00 | 1 | below 2^6 |
| 01 | 2 | below 2^14 |
| 10 | 4 | below 2^30 |
| 11 | 5 to 68: upper six bits + 4 follow | below 2^536 |

Each number has one spelling only: a decoder refuses longer ones, as upstream does.

Upstream: paritytech/parity-scale-codec src/compact.rs `Compact`
"""

from __future__ import annotations

from primitives.scale.errors import DecodeError, EncodeError, shown


def encode_compact(number: int) -> bytes:
    """The shortest spelling of a number that is not negative."""
    if 0 <= number < 1 << 6:
        return bytes((number << 2,))
    if 0 <= number < 1 << 14:
        return (number << 2 | 1).to_bytes(2, "little")
    if 0 <= number < 1 << 30:
        return (number << 2 | 2).to_bytes(4, "little")
    if not 0 <= number < 1 << 536:
        raise EncodeError(f"a compact integer is 0 to 2^536 - 1, not {shown(number)}")
    body = number.to_bytes((number.bit_length() + 7) // 8, "little")
    return bytes(((len(body) - 4) << 2 | 3,)) + body


def decode_compact(data: bytes, at: int, bits: int = 536) -> tuple[int, int]:
    """Read a number of at most `bits` bits; gives it and the offset behind it.

    Raises `DecodeError` for input that ends early, for a longer spelling than needed, and for a number too
    large."""
    if at >= len(data):
        raise DecodeError("a compact integer", "end of input", at)
    first = data[at]
    mode = first & 3
    if mode == 0:
        return first >> 2, at + 1
    size = (0, 2, 4, (first >> 2) + 5)[mode]
    end = at + size
    if end > len(data):
        raise DecodeError(f"{size} bytes of a compact integer", f"{len(data) - at}", at)
    if mode == 3:
        number = int.from_bytes(data[at + 1 : end], "little")
        shortest = number >= 1 << 30 and data[end - 1] != 0
    else:
        number = int.from_bytes(data[at:end], "little") >> 2
        shortest = number >= (1 << 6 if mode == 1 else 1 << 14)
    if not shortest:
        raise DecodeError("the shortest spelling of a compact integer", f"{number} in {size} bytes", at)
    if number >> bits:
        raise DecodeError(f"a compact integer of at most {bits} bits", str(number), at)
    return number, end
