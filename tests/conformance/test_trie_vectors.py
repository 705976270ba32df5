"""The recorded key sets of `fixtures/trie`: roots, ordered roots, proofs and compact proofs in both layouts.

Proofs are compared item by item in the recorded order, which is ascending; compact proofs too, in the order
of a walk.
"""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest

from primitives.trie.compact_proof import decode_compact_proof, encode_compact_proof
from primitives.trie.oracle import slow_root
from primitives.trie.proof import prove, read_proof, verify_proof
from primitives.trie.trie import StateVersion, Trie, ordered_root

VECTORS = Path(__file__).parents[2] / "fixtures" / "trie" / "vectors.json.xz"
Case = dict[str, Any]


def load_cases() -> list[Case]:
    with lzma.open(VECTORS) as file:
        cases: list[Case] = json.load(file)["cases"]
    return cases


def raw(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def raw_all(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(raw(text) for text in texts)


def entries_of(case: Case) -> dict[bytes, bytes]:
    return {raw(key): raw(value) for key, value in case["entries"]}


CASES = load_cases()
every_case = pytest.mark.parametrize("case", CASES, ids=[f"seed-{case['seed']}" for case in CASES])
both_layouts = pytest.mark.parametrize("version", list(StateVersion), ids=lambda version: str(version.name))


def test_all_sixty_cases_are_there() -> None:
    assert len(CASES) == 60


@both_layouts
@every_case
def test_root(case: Case, version: StateVersion) -> None:
    entries = entries_of(case)

    trie = Trie.build(entries, version)

    assert trie.root == raw(case[f"root_v{version}"])
    assert slow_root(entries, version) == trie.root
    assert dict(trie.items()) == entries


@both_layouts
@every_case
def test_ordered_root(case: Case, version: StateVersion) -> None:
    ordered = case["ordered"]

    root = ordered_root(raw_all(ordered["values"]), version)

    assert root == raw(ordered[f"root_v{version}"])


@both_layouts
@every_case
def test_proof_of_presence_and_absence(case: Case, version: StateVersion) -> None:
    entries, asked = entries_of(case), raw_all(case["asked"])
    trie = Trie.build(entries, version)

    proof = prove(trie, asked)

    assert proof == raw_all(case[f"proof_v{version}"])
    assert read_proof(trie.root, proof, asked, version) == {key: entries.get(key) for key in asked}
    verify_proof(trie.root, proof, dict.fromkeys(raw_all(case["absent"])), version)


@both_layouts
@every_case
def test_compact_proof_of_the_whole_trie(case: Case, version: StateVersion) -> None:
    entries = entries_of(case)
    trie = Trie.build(entries, version)
    proof = prove(trie, entries)

    compact = encode_compact_proof(trie.root, proof)

    assert compact == raw_all(case[f"compact_v{version}"])
    assert decode_compact_proof(trie.root, compact) == proof
