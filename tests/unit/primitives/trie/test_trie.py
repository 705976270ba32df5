"""Tries as values: small ones by hand, and the ones that would break a careless walk."""

from __future__ import annotations

import pytest

from primitives.hashing import blake2_256
from primitives.trie.oracle import slow_root
from primitives.trie.tree import Branch, Leaf, Tree
from primitives.trie.trie import EMPTY_ROOT, HashedValue, LayoutError, StateVersion, Trie, ordered_root

V0, V1 = StateVersion.V0, StateVersion.V1
CODE = b"\x00asm" * 100


def nodes_of(trie: Trie) -> set[Tree]:
    nodes = [] if trie.top is None else [trie.top]
    for node in nodes:
        nodes += [child for child in node.children if child is not None] if isinstance(node, Branch) else []
    return set(nodes)


def test_the_root_of_nothing() -> None:
    assert EMPTY_ROOT.hex() == "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314"
    assert Trie.empty(V0).root == Trie.build({}, V1).root == ordered_root([], V0) == EMPTY_ROOT


def test_a_root_below_32_bytes_is_hashed_all_the_same() -> None:
    trie = Trie.build({b"\xab": b"\x07"}, V0)

    assert trie.root == blake2_256(bytes.fromhex("42ab0407"))


def test_layout_v1_stores_33_bytes_by_hash_and_32_in_full() -> None:
    short, long = Trie.build({b"": bytes(32)}, V1), Trie.build({b"": bytes(33)}, V1)

    assert short.root == blake2_256(b"\x40\x80" + bytes(32))
    assert long.root == blake2_256(b"\x20" + blake2_256(bytes(33)))


def test_code_may_be_known_by_its_hash_only() -> None:
    known = Trie.build({b":code": CODE, b"a": b"1"}, V1)

    trie = Trie.build({b":code": HashedValue(blake2_256(CODE), len(CODE)), b"a": b"1"}, V1)

    assert trie.root == known.root
    assert trie.get(b":code") == HashedValue(blake2_256(CODE), 400)
    assert trie.apply({b":code": CODE}).get(b":code") == CODE


def test_layout_v0_needs_every_value() -> None:
    trie = Trie.empty(V0)

    with pytest.raises(LayoutError, match="V0 needs every value in full"):
        trie.apply({b":code": HashedValue(bytes(32))})


def test_a_value_beyond_the_short_compact_lengths() -> None:
    entries = {b"a": bytes(16384), b"b": bytes(256)}

    assert Trie.build(entries, V0).root == slow_root(entries, V0)


def test_an_unchanged_half_is_shared() -> None:
    trie = Trie.build({b"\x10": b"1", b"\x11": b"2", b"\x20": b"3", b"\x21": b"4"}, V0)

    changed = trie.apply({b"\x21": b"5"})

    assert len(nodes_of(changed) - nodes_of(trie)) == 3
    assert trie.get(b"\x21") == b"4"


def test_a_branch_with_one_child_left_gives_way_to_it() -> None:
    trie = Trie.build({b"\x10": b"1", b"\x11": b"2"}, V0)

    left = trie.apply({b"\x10": None})

    assert isinstance(trie.top, Branch)
    assert isinstance(left.top, Leaf)
    assert left.root == Trie.build({b"\x11": b"2"}, V0).root


def test_removing_everything_leaves_the_empty_trie() -> None:
    trie = Trie.build({b"": b"0", b"\x10": b"1", b"\x10\x00": b"2"}, V0)

    left = trie.apply(dict.fromkeys(list(trie.keys())))

    assert (left.root, len(left), left.top) == (EMPTY_ROOT, 0, None)


def test_a_value_of_no_bytes_is_not_absence() -> None:
    trie = Trie.build({b"a": b""}, V0)

    assert b"a" in trie
    assert b"b" not in trie
    assert trie.get(b"a") == b""


def test_keys_are_walked_in_order_with_the_shorter_one_first() -> None:
    trie = Trie.build({b"\x10\x01": b"", b"\x10": b"", b"": b"", b"\x0f": b"", b"\x10\x00": b""}, V0)

    assert list(trie.keys()) == [b"", b"\x0f", b"\x10", b"\x10\x00", b"\x10\x01"]
    assert list(trie.keys(b"\x10")) == [b"\x10", b"\x10\x00", b"\x10\x01"]
    assert trie.next_key(b"\x0f\xff") == b"\x10"
    assert trie.next_key(b"\x10\x01") is None


@pytest.mark.parametrize("gone", [b"\x11\x00", b"\x12\x00", b"\x13\x00"])
def test_what_is_gone_leaves_nothing_under_its_prefix(gone: bytes) -> None:
    trie = Trie.build({b"\x11\x00": b"1", b"\x12\x00": b"2", b"\x13\x00": b"3"}, V0)
    left = trie.apply({gone: None})
    assert list(left.keys(gone)) == list(left.keys(gone[:1])) == []
    assert len(list(left.keys(b""))) == 2


def test_a_very_deep_trie_does_not_exhaust_the_call_stack() -> None:
    keys = [b"\x11" * size for size in range(3000)]
    trie = Trie.build(dict.fromkeys(keys, b"1"), V0)

    lower_half_gone = trie.apply(dict.fromkeys(keys[1500:]))

    assert (
        trie.root
        == Trie.empty(V0).apply(dict.fromkeys(keys[::2], b"1")).apply(dict.fromkeys(keys[1::2], b"1")).root
    )
    assert lower_half_gone.root == Trie.build(dict.fromkeys(keys[:1500], b"1"), V0).root
    assert list(trie.keys()) == keys


def test_a_trie_tells_its_size() -> None:
    assert repr(Trie.build({b"a": b"1", b"b": b"2"}, V1)) == "<Trie V1, 2 entries>"
