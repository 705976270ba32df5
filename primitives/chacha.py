"""The shuffle of the validators: a generator of random numbers from a seed, and the order it brings.

**ChaCha20** scrambles a seed of 32 bytes and a counter into a block of sixteen 32-bit words. The blocks of
counters 0, 1, 2, ... one after another are an endless stream of words.

| words of the start | hold |
|---|---|
| 0 to 3 | the text `expand 32-byte k` |
| 4 to 11 | the seed |
| 12 and 13 | the counter, low word first |
| 14 and 15 | the stream's number, low word first; 0 here |

**Fisher-Yates** takes the places from the last to the second and swaps each with a random one at or before
it. Each random place costs at least one word of the stream, and more where a word is refused to keep all
places equally likely: so the order depends on the number of items and the seed alone, and every validator
finds the same.

Upstream: rust-random/rand rand_chacha/src/chacha.rs `ChaCha20Rng`, src/seq/mod.rs `SliceRandom::shuffle`
(version 0.8)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, count
from struct import Struct
from typing import TypeVar

from primitives.arithmetic import U32_MAX

T = TypeVar("T")

_START = Struct("<16s32sQQ")
_WORDS = Struct("<16I")

COLUMNS = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15))
DIAGONALS = ((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))
"""The sixteen words seen as a square of four by four: which four are stirred together."""


def chacha20_block(seed: bytes, counter: int, stream: int = 0) -> tuple[int, ...]:
    """Sixteen words of 32 bits: ten times a round over the columns and one over the diagonals, plus the
    start."""
    start = _WORDS.unpack(_START.pack(b"expand 32-byte k", seed, counter, stream))
    words = list(start)
    for _ in range(10):
        for a, b, c, d in (*COLUMNS, *DIAGONALS):
            _quarter_round(words, a, b, c, d)
    return tuple(word + first & U32_MAX for word, first in zip(words, start, strict=True))


def chacha20_words(seed: bytes) -> Iterator[int]:
    """The endless stream of words that a seed of 32 bytes stands for."""
    if len(seed) != 32:
        raise ValueError(f"a seed is 32 bytes, not {len(seed)}")
    return chain.from_iterable(chacha20_block(seed, counter) for counter in count())


def random_index(words: Iterator[int], bound: int) -> int:
    """A number from 0 up to, not including, `bound` (1 to 2^32 - 1), each equally likely; takes words as
    needed.

    A word times the bound is a number of 64 bits: its upper half is the index, its lower half says whether
    the word belongs to the surplus that would favour some indices.

    Upstream: rust-random/rand src/distributions/uniform.rs `UniformInt::sample_single_inclusive` (version
    0.8)
    """
    largest_fair = (bound << 32 - bound.bit_length()) - 1
    while True:
        index, surplus = divmod(next(words) * bound, 1 << 32)
        if surplus <= largest_fair:
            return index


def shuffle(items: Sequence[T], seed: bytes) -> tuple[T, ...]:
    """The items in the order that the seed brings.

    Upstream: rust-random/rand src/seq/mod.rs `SliceRandom::shuffle` (version 0.8)
    """
    words = chacha20_words(seed)
    order = list(items)
    for last in range(len(order) - 1, 0, -1):
        other = random_index(words, last + 1)
        order[last], order[other] = order[other], order[last]
    return tuple(order)


def _quarter_round(words: list[int], a: int, b: int, c: int, d: int) -> None:
    """Stir four of the words: add, exclusive-or and turn, four times."""
    words[a] = words[a] + words[b] & U32_MAX
    words[d] = _turn(words[d] ^ words[a], 16)
    words[c] = words[c] + words[d] & U32_MAX
    words[b] = _turn(words[b] ^ words[c], 12)
    words[a] = words[a] + words[b] & U32_MAX
    words[d] = _turn(words[d] ^ words[a], 8)
    words[c] = words[c] + words[d] & U32_MAX
    words[b] = _turn(words[b] ^ words[c], 7)


def _turn(word: int, places: int) -> int:
    """The word's bits moved to the left, those that fall off coming back on the right."""
    return word << places & U32_MAX | word >> 32 - places
