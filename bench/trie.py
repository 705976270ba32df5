"""What the trie costs beyond hashing: `python -m bench.trie`.

Times are given as ratios to a bound: hashing, in a plain loop, just the bytes that had to be hashed. Both
sides run by turns in one process, and the medians are compared.

The first state of Kusama is measured where substrate-interface is installed, which brings it along. Its
root is known, and is compared. A third of its bound is the runtime's code, one value of a megabyte; the
made-up states have no such value, and so a larger ratio.
"""

from __future__ import annotations

import gc
import importlib.util
import random
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.timing import heading, medians, row, shown, times
from node.genesis import read_chain_spec
from primitives.hashing import blake2_128_concat, blake2_256, storage_prefix, twox_64_concat
from primitives.trie.layout import VALUE_HASH_THRESHOLD
from primitives.trie.node import HASH_MARK
from primitives.trie.tree import Branch, Tree
from primitives.trie.trie import StateVersion, Trie

Entries = dict[bytes, bytes]

KUSAMA_ROOT = "b0006203c3a6e6bd2c6a17b1d4ae8ca49a31da0f4579da950b127774b44aef6b"
"""The state root of Kusama's block 0."""


def kusama() -> Entries | None:
    """Kusama's first state, if it is on this machine."""
    package = importlib.util.find_spec("substrateinterface")
    if package is None or package.origin is None:
        return None
    path = Path(package.origin).parent / "data" / "chainspecs" / "kusama.json"
    return read_chain_spec(path) if path.exists() else None


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


def hash_all(encodings: list[bytes]) -> None:
    """The bound."""
    for encoding in encodings:
        blake2_256(encoding)


def compare(label: str, ours: Callable[[], object], encodings: list[bytes], goal: str) -> None:
    """Print one row: our time, the bound, their ratio."""
    mine, bound = medians(ours, lambda: hash_all(encodings))
    row(label, shown(mine), shown(bound), times(mine / bound), goal)


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
    row("memory, bytes a key", "", "", f"{size / len(entries):.0f}", goal)


def main() -> None:
    """Print the table."""
    rng = random.Random(1)
    heading("State root, against hashing alone", "ours", "bound", "ratio", "goal")
    real = kusama()
    if real is not None:
        assert Trie.build(real, StateVersion.V0).root.hex() == KUSAMA_ROOT
        for version in StateVersion:
            bench_bulk(f"Kusama's first state, {len(real)} keys", real, version, "4.5")
    made_up, large = like_genesis(rng), synthetic(100_000, rng)
    for version in StateVersion:
        bench_bulk(f"made-up first state, {len(made_up)} keys", made_up, version)
        bench_bulk(f"one map of {len(large)}", large, version)
    bench_changes(large, 1, rng, "")
    bench_changes(large, 100, rng, "8")
    bench_changes(large, 1000, rng, "12")
    bench_memory(large, "600")


if __name__ == "__main__":
    main()
