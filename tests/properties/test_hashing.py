"""Laws of the hashers, and xxHash64 once more in plain numbers as a second opinion."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.hashing import HASHERS, storage_prefix, twox_64, twox_128, twox_256

P1, P2, P3, P4, P5 = (
    0x9E3779B185EBCA87,
    0xC2B2AE3D27D4EB4F,
    0x165667B19E3779F9,
    0x85EBCA77C2B2AE63,
    0x27D4EB2F165667C5,
)
MASK = 2**64 - 1


def turn(number: int, places: int) -> int:
    return (number << places | number >> 64 - places) & MASK


def mix(lane: int, number: int) -> int:
    return turn(lane + number * P2 & MASK, 31) * P1 & MASK


def oracle_lanes(data: bytes, seed: int) -> int:
    """The sum over all whole stripes of 32 bytes, in four lanes."""
    lanes = [seed + P1 + P2 & MASK, seed + P2 & MASK, seed, seed - P1 & MASK]
    for at in range(0, len(data) // 32 * 32, 8):
        lane = at // 8 % 4
        lanes[lane] = mix(lanes[lane], int.from_bytes(data[at : at + 8], "little"))
    total = sum(turn(lane, places) for lane, places in zip(lanes, (1, 7, 12, 18), strict=True)) & MASK
    for lane in lanes:
        total = (total ^ mix(0, lane)) * P1 + P4 & MASK
    return total


def oracle_twox_64(data: bytes, seed: int) -> bytes:
    """By the description of the algorithm, step by step."""
    total = (oracle_lanes(data, seed) if len(data) >= 32 else seed + P5) + len(data) & MASK
    rest = data[len(data) // 32 * 32 :]
    while len(rest) >= 8:
        total = turn(total ^ mix(0, int.from_bytes(rest[:8], "little")), 27) * P1 + P4 & MASK
        rest = rest[8:]
    if len(rest) >= 4:
        total = turn(total ^ int.from_bytes(rest[:4], "little") * P1 & MASK, 23) * P2 + P3 & MASK
        rest = rest[4:]
    for byte in rest:
        total = turn(total ^ byte * P5 & MASK, 11) * P1 & MASK
    total = (total ^ total >> 33) * P2 & MASK
    total = (total ^ total >> 29) * P3 & MASK
    return (total ^ total >> 32).to_bytes(8, "little")


@given(st.binary(max_size=200))
def test_twox_is_xxhash64_with_growing_seeds(data: bytes) -> None:
    quarters = [oracle_twox_64(data, seed) for seed in range(4)]
    assert twox_64(data) == quarters[0]
    assert twox_128(data) == b"".join(quarters[:2])
    assert twox_256(data) == b"".join(quarters)


@pytest.mark.parametrize("name", sorted(HASHERS))
@given(st.binary(max_size=80), st.binary(max_size=80))
def test_a_hasher_keeps_the_key_where_it_says(name: str, key: bytes, other: bytes) -> None:
    hasher, before_key = HASHERS[name]
    if before_key is None:
        assert len(hasher(key)) == len(hasher(other)) in (16, 32)
    else:
        assert hasher(key)[before_key:] == key
        assert len(hasher(key)) == before_key + len(key)
    assert (hasher(key) == hasher(other)) == (key == other)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_items_of_a_pallet_share_the_first_half_of_their_prefix(pallet: str, item: str, other: str) -> None:
    first, second = storage_prefix(pallet, item), storage_prefix(pallet, other)
    assert len(first) == 32
    assert first[:16] == second[:16] == twox_128(pallet.encode())
    assert (first == second) == (item == other)
