"""What the trie costs beyond hashing: `python -m bench.trie`.

Times are given as ratios to a bound: hashing, in a plain loop, just the bytes that had to be hashed. Both
sides run by turns in one process, and the medians of nine turns are compared, so that a busy machine slows
both alike.
"""

from __future__ import annotations

import gc
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from statistics import median

from primitives.hashing import blake2_128_concat, blake2_256, storage_prefix, twox_64_concat
from primitives.trie.layout import VALUE_HASH_THRESHOLD
from primitives.trie.node import HASH_MARK
from primitives.trie.tree import Branch, Tree
from primitives.trie.trie import StateVersion, Trie

TURNS = 9
Entries = dict[bytes, bytes]


def synthetic(count: int, rng: random.Random) -> Entries:
    """One large map: keys of 80 bytes (prefix, then blake2-128-concat of 32), values of 80 bytes."""
    prefix = storage_prefix("System", "Account")
    return {prefix + blake2_128_concat(rng.randbytes(32)): rng.randbytes(80) for _ in range(count)}


def like_genesis(rng: random.Random) -> Entries:
    """About 3400 entries shaped like a relay chain's first state: small items, maps, a few long values."""
    entries = {
        storage_prefix(f"Pallet{n % 40}", f"Item{n}"): rng.randbytes(rng.choice((1, 4, 16, 32, 200)))
        for n in range(150)
    }
    for n in range(10):
        prefix, short = storage_prefix("Maps", f"Map{n}"), n % 2
        for _ in range(325):
            account = rng.randbytes(32)
            key = prefix + (twox_64_concat(account) if short else blake2_128_concat(account))
            entries[key] = rng.randbytes(rng.choice((4, 16, 32, 33, 80)) if short else 80)
    entries |= {storage_prefix("Long", f"{n}"): rng.randbytes(20_000) for n in range(5)}
    return entries


def hashed_bytes(trie: Trie, known: set[int]) -> Iterator[bytes]:
    """Everything hashed for the root of `trie`, apart from nodes with an id in `known`."""
    stack: list[Tree] = [] if trie.top is None else [trie.top]
    while stack:
        tree = stack.pop()
        if id(tree) in known:
            continue
        if tree.reference.startswith(HASH_MARK):
            yield tree.encoding(trie.version)
        value = tree.value
        if isinstance(value, bytes) and trie.version and len(value) >= VALUE_HASH_THRESHOLD:
            yield value
        if isinstance(tree, Branch):
            stack += [child for child in tree.children if child is not None]


def node_ids(trie: Trie) -> set[int]:
    """The ids of all nodes of a trie, which has to stay alive."""
    stack: list[Tree] = [] if trie.top is None else [trie.top]
    for tree in stack:
        if isinstance(tree, Branch):
            stack += [child for child in tree.children if child is not None]
    return {id(tree) for tree in stack}


def seconds(work: Callable[[], object]) -> float:
    """How long one run of `work` takes."""
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def hash_all(encodings: list[bytes]) -> None:
    """The bound."""
    for encoding in encodings:
        blake2_256(encoding)


def compare(label: str, ours: Callable[[], object], encodings: list[bytes], goal: str) -> None:
    """Print one row: our time, the bound, their ratio."""
    pairs = [(seconds(ours), seconds(lambda: hash_all(encodings))) for _ in range(TURNS)]
    mine, bound = (median(side) for side in zip(*pairs, strict=True))
    row = f"{label:34} {1000 * mine:8.2f} {1000 * bound:8.2f} {mine / bound:7.2f}  {goal}\n"
    sys.stdout.write(row)


def bench_bulk(label: str, entries: Entries, version: StateVersion, goal: str = "") -> None:
    """Build a trie and take its root."""
    trie = Trie.build(entries, version)
    assert trie.root
    compare(
        f"{label}, {version.name}",
        lambda: Trie.build(entries, version).root,
        list(hashed_bytes(trie, set())),
        goal,
    )


def bench_changes(entries: Entries, changed: int, rng: random.Random, goal: str) -> None:
    """Change values in a trie whose root is known, and take the new root."""
    trie = Trie.build(entries, StateVersion.V0)
    assert trie.root
    changes = {key: rng.randbytes(80) for key in rng.sample(list(entries), changed)}
    after = trie.apply(changes)
    assert after.root != trie.root
    encodings = list(hashed_bytes(after, node_ids(trie)))
    compare(f"{changed} changed of {len(entries)}", lambda: trie.apply(changes).root, encodings, goal)


def bench_memory(entries: Entries, goal: str) -> None:
    """Bytes a trie takes for each key, apart from keys and values."""
    tracemalloc.start()
    trie = Trie.build(entries, StateVersion.V0)
    assert trie.root
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    sys.stdout.write(f"{'memory, bytes a key':34} {size / len(entries):25.0f}  {goal}\n")


def main() -> None:
    """Print the table."""
    rng = random.Random(1)
    genesis, large = like_genesis(rng), synthetic(100_000, rng)
    sys.stdout.write(f"{'':34} {'ours ms':>8} {'bound ms':>8} {'ratio':>7}  goal\n")
    for version in StateVersion:
        bench_bulk(f"root of {len(genesis)} like a genesis", genesis, version, "4.5")
        bench_bulk("root of 3400", dict(list(large.items())[:3400]), version, "4.5")
        bench_bulk("root of 100000", large, version)
    bench_changes(large, 1, rng, "")
    bench_changes(large, 100, rng, "8")
    bench_changes(large, 1000, rng, "12")
    bench_memory(large, "600")


if __name__ == "__main__":
    main()
