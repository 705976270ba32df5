"""Keccak-256 as Ethereum has it, which is not the SHA-3 of the standard: another padding byte."""

from __future__ import annotations

from typing import Final

RATE: Final = 136
"""Bytes that are taken in between two rounds of mixing."""

_MASK: Final = (1 << 64) - 1


def _constants() -> tuple[int, ...]:
    """One number for each of the 24 rounds, from a shift register."""
    found, register = [], 1
    for _ in range(24):
        value = 0
        for power in range(7):
            if register & 1:
                value |= 1 << ((1 << power) - 1)
            register = (register << 1) ^ (0x171 if register & 0x80 else 0)
        found.append(value)
    return tuple(found)


_ROUNDS: Final = _constants()


def _turn(lane: int, by: int) -> int:
    return ((lane << by) | (lane >> (64 - by))) & _MASK


def _mix(lanes: list[list[int]]) -> None:
    for constant in _ROUNDS:
        columns = [x[0] ^ x[1] ^ x[2] ^ x[3] ^ x[4] for x in lanes]
        for x in range(5):
            parity = columns[x - 1] ^ _turn(columns[(x + 1) % 5], 1)
            lanes[x] = [lane ^ parity for lane in lanes[x]]
        _move(lanes)
        for y in range(5):
            row = [lanes[x][y] for x in range(5)]
            for x in range(5):
                lanes[x][y] = row[x] ^ (~row[(x + 1) % 5] & _MASK & row[(x + 2) % 5])
        lanes[0][0] ^= constant


def _move(lanes: list[list[int]]) -> None:
    """Each lane to another place, turned."""
    x, y, current = 1, 0, lanes[1][0]
    for step in range(24):
        x, y = y, (2 * x + 3 * y) % 5
        current, lanes[x][y] = lanes[x][y], _turn(current, (step + 1) * (step + 2) // 2 % 64)


def keccak256(data: bytes) -> bytes:
    """The hash, 32 bytes."""
    padded = bytearray(data + b"\x01" + bytes(-(len(data) + 1) % RATE))
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), RATE):
        for place in range(RATE // 8):
            at = start + 8 * place
            lanes[place % 5][place // 5] ^= int.from_bytes(padded[at : at + 8], "little")
        _mix(lanes)
    return b"".join(lanes[place][0].to_bytes(8, "little") for place in range(4))
