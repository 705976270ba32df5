"""ChaCha20 against its published vector, and the shuffle against upstream's and against its own words."""

from __future__ import annotations

from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.chacha import chacha20_block, chacha20_words, random_index, shuffle


def test_the_block_of_rfc_8439() -> None:
    # section 2.3.2: a counter of 32 bits, then a nonce of 12 bytes; here the same words are a counter and a
    # stream of 64 bits each
    nonce = bytes.fromhex("000000090000004a00000000")
    tail = (1).to_bytes(4, "little") + nonce
    counter, stream = int.from_bytes(tail[:8], "little"), int.from_bytes(tail[8:], "little")

    words = chacha20_block(bytes(range(32)), counter, stream)

    assert b"".join(word.to_bytes(4, "little") for word in words).hex() == (
        "10f1e7e4d13b5915500fdd1fa32071c4c7d1f4c733c068030422aa9ac3d46c4e"
        "d2826446079faa0914c2d705d98b02a2b5129cd1de164eb9cbd083e8a2503c4e"
    )


def test_the_stream_of_the_zero_seed() -> None:
    # RFC 7539 appendix A.1, vectors 1 and 2: counters 0 and 1
    words = list(islice(chacha20_words(bytes(32)), 32))
    assert words[:4] == [0xADE0B876, 0x903DF1A0, 0xE56A5D40, 0x28BD8653]
    assert words[12:16] == [0xF4B8436A, 0x1CA11815, 0x69B687C3, 0x8665EEB2]
    assert words[16:20] == [0xBEE7079F, 0x7A385155, 0x7C97BA98, 0x0D082D73]
    assert words[28:] == [0x281FED31, 0x45FB0A51, 0x1F0AE1AC, 0x6F4D794B]


def test_counter_and_stream_have_64_bits_each() -> None:
    inputs = [(0, 0), (1 << 32, 0), (0, 1), (0, 1 << 32)]
    assert len({chacha20_block(bytes(32), counter, stream) for counter, stream in inputs}) == 4


def test_upstreams_five_validators() -> None:
    assert shuffle(range(5), b"\x01" * 32) == (4, 1, 2, 3, 0)
    assert shuffle("ABCDF", b"\x01" * 32) == ("F", "B", "C", "D", "A")


def test_the_word_decides_the_index_by_its_upper_part() -> None:
    # bound 3: 3 * 2^30 - 1 is the largest fair lower half
    assert random_index(iter([0]), 3) == 0
    assert random_index(iter([0x5555_5556]), 3) == 1
    assert random_index(iter([0xAAAA_AAAB]), 3) == 2


def test_a_word_of_the_surplus_is_refused_and_the_next_one_taken() -> None:
    # 3 * 0x4000_0000 is the first lower half above 3 * 2^30 - 1
    words = iter([0x4000_0000, 0x5555_5555, 0xAAAA_AAAB, 7])
    assert random_index(words, 3) == 2
    assert next(words) == 7


def test_a_bound_of_one_still_takes_a_word() -> None:
    words = iter([0x7FFF_FFFF, 7])
    assert random_index(words, 1) == 0
    assert next(words) == 7


def test_the_largest_bound() -> None:
    assert random_index(iter([0xFFFF_FFFF]), 2**32 - 1) == 2**32 - 2
    assert random_index(iter([1 << 31]), 2**32 - 1) == (1 << 31) - 1


@pytest.mark.parametrize("items", [(), ("alone",)])
def test_nothing_to_shuffle(items: tuple[str, ...]) -> None:
    assert shuffle(items, bytes(32)) == items


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_seed_of_another_length_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        shuffle((1, 2, 3), bytes(size))


@given(st.lists(st.integers(), max_size=40), st.binary(min_size=32, max_size=32))
def test_a_shuffle_keeps_the_items_and_depends_on_the_seed_alone(items: list[int], seed: bytes) -> None:
    order = shuffle(items, seed)
    assert Counter(order) == Counter(items)
    assert order == tuple(items[place] for place in shuffle(range(len(items)), seed))


@given(st.integers(1, 2**32 - 1), st.binary(min_size=32, max_size=32))
def test_an_index_is_below_its_bound(bound: int, seed: bytes) -> None:
    assert 0 <= random_index(chacha20_words(seed), bound) < bound
