"""Laws of the trie: one root however it came about, true proofs, readers that survive anything."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from hypothesis import example, given
from hypothesis import strategies as st

from primitives.hashing import blake2_256
from primitives.scale.errors import DecodeError
from primitives.trie.compact_proof import ESCAPE, decode_compact_proof, encode_compact_proof
from primitives.trie.nibbles import common_nibbles, nibble_at, pack, pack_range, pack_rest, unpack
from primitives.trie.node import decode_node, encode_node
from primitives.trie.oracle import slow_root
from primitives.trie.proof import ProofError, ProofReader, prove, read_proof
from primitives.trie.tree import Branch, Tree
from primitives.trie.trie import HashedValue, StateVersion, Trie
from tests.support.trie_shapes import changes, entries, hashed_values, histories, keys, values, versions

Entries = dict[bytes, bytes]


def after(world: Entries, changes: dict[bytes, bytes | None]) -> Entries:
    merged = world | changes
    return {key: value for key, value in merged.items() if value is not None}


def all_nodes(trie: Trie) -> list[Tree]:
    nodes: list[Tree] = [] if trie.top is None else [trie.top]
    for node in nodes:
        nodes += (
            [] if not isinstance(node, Branch) else [child for child in node.children if child is not None]
        )
    return nodes


# ---------------------------------------------------------------------------------------------- roots


@given(entries, versions)
def test_bulk_root_is_that_of_the_oracle(entries: Entries, version: StateVersion) -> None:
    assert Trie.build(entries, version).root == slow_root(entries, version)


@given(histories, versions)
def test_incremental_is_bulk_is_oracle_after_every_step(
    history: list[dict[bytes, bytes | None]], version: StateVersion
) -> None:
    worlds = list(accumulate(history, after, initial=Entries()))

    tries = list(accumulate(history, Trie.apply, initial=Trie.empty(version)))

    assert [dict(trie.items()) for trie in tries] == worlds
    assert [len(trie) for trie in tries] == [len(world) for world in worlds]
    assert [trie.root for trie in tries] == [slow_root(world, version) for world in worlds]
    assert [trie.root for trie in tries] == [Trie.build(world, version).root for world in worlds]


@given(entries, changes, versions)
def test_a_trie_stays_as_it_was_when_changes_are_applied(
    entries: Entries, changes: dict[bytes, bytes | None], version: StateVersion
) -> None:
    trie = Trie.build(entries, version)
    unhashed, nodes = Trie.build(entries, version), all_nodes(trie)
    root = trie.root

    trie.apply(changes).apply(dict.fromkeys(entries, b"more"))
    unhashed.apply(changes)

    assert all_nodes(trie) == nodes
    assert list(trie.items()) == list(unhashed.items()) == sorted(entries.items())
    assert trie.root == unhashed.root == root


@given(entries, st.sets(keys), versions)
def test_changes_without_a_difference_give_the_same_trie(
    entries: Entries, others: set[bytes], version: StateVersion
) -> None:
    trie = Trie.build(entries, version)
    nothing_new: dict[bytes, bytes | None] = {key: entries.get(key) for key in {*others, *list(entries)[::2]}}

    assert trie.apply(nothing_new) is trie


@given(entries, keys, values, versions)
def test_one_change_makes_new_nodes_on_one_way_only(
    entries: Entries, key: bytes, value: bytes, version: StateVersion
) -> None:
    trie = Trie.build(entries, version)

    changed = trie.apply({key: value})

    fresh = [node for node in all_nodes(changed) if node not in set(all_nodes(trie))]
    parents_of_fresh = [node for node in fresh if isinstance(node, Branch)]
    # A new leaf, and at most one old node that begins deeper now, are not above another new node.
    assert len(fresh) - len(parents_of_fresh) <= 2
    assert (
        sum(node.path[: node.end >> 1] == key[: node.end >> 1] for node in parents_of_fresh)
        >= len(parents_of_fresh) - 1
    )


@given(st.dictionaries(keys, values | hashed_values, max_size=16), changes)
def test_a_value_known_by_its_hash_gives_the_root_of_the_value(
    entries: dict[bytes, bytes | HashedValue], changes: dict[bytes, bytes | None]
) -> None:
    trie = Trie.build(entries, StateVersion.V1).apply(changes)
    in_full = {key: value for key, value in trie.items() if isinstance(value, bytes)}
    by_hash = {key: HashedValue(blake2_256(value)) for key, value in in_full.items() if len(value) >= 33}

    assert trie.root == slow_root(dict(trie.items()), StateVersion.V1)
    assert trie.apply(by_hash).root == trie.root


# -------------------------------------------------------------------------------------------- look-ups


@given(entries, keys)
def test_lookups_are_those_of_a_dict(entries: Entries, key: bytes) -> None:
    trie = Trie.build(entries, StateVersion.V0)
    ordered = sorted(entries)

    assert trie.get(key) == entries.get(key)
    assert {found: trie.get(found) for found in entries} == entries
    assert list(trie.keys(key)) == [found for found in ordered if found.startswith(key)]
    assert list(trie.keys()) == ordered


@given(entries, keys)
def test_next_key_is_the_first_one_behind(entries: Entries, key: bytes) -> None:
    trie = Trie.build(entries, StateVersion.V0)
    ordered = sorted(entries)

    assert trie.next_key(key) == next(iter(ordered[bisect_right(ordered, key) :]), None)
    assert [trie.next_key(found) for found in ordered] == [*ordered[1:], None][: len(ordered)]


# --------------------------------------------------------------------------------------------- proofs


@given(entries, st.sets(keys, min_size=1, max_size=6), versions)
def test_a_proof_shows_what_keys_hold(entries: Entries, asked: set[bytes], version: StateVersion) -> None:
    trie = Trie.build(entries, version)
    asked |= set(list(entries)[::3])

    proof = prove(trie, asked)

    assert read_proof(trie.root, proof, asked, version) == {key: entries.get(key) for key in asked}
    assert list(proof) == sorted(set(proof))


@given(entries, st.sets(keys, min_size=1, max_size=4), versions)
def test_every_item_of_a_proof_is_needed(entries: Entries, asked: set[bytes], version: StateVersion) -> None:
    trie = Trie.build(entries, version)
    proof = prove(trie, asked)

    answered = [item for item in proof if reads_without(trie.root, proof, item, asked)]

    assert answered == []


def reads_without(root: bytes, proof: tuple[bytes, ...], item: bytes, asked: set[bytes]) -> bool:
    try:
        read_proof(root, [other for other in proof if other != item], asked)
    except ProofError:
        return False
    return True


@given(entries, st.sets(keys, min_size=1, max_size=6), versions)
def test_compact_proofs_stand_for_the_proof(
    entries: Entries, asked: set[bytes], version: StateVersion
) -> None:
    trie = Trie.build(entries, version)
    proof = prove(trie, asked)

    compact = encode_compact_proof(trie.root, proof)

    assert decode_compact_proof(trie.root, compact) == proof
    assert sum(map(len, compact)) <= sum(map(len, proof)) + len(proof)


# ------------------------------------------------------------------------------------- arbitrary bytes

_headers = st.sampled_from(
    (0x00, 0x01, 0x10, 0x1F, 0x20, 0x3F, 0x40, 0x41, 0x7F, 0x80, 0x81, 0xBF, 0xC0, 0xFF)
)
_scraps = st.sampled_from(
    (b"", b"\x00", b"\x01\x00", b"\x03\x00", b"\x04\x40", b"\x80" + b"\x07" * 32, b"\x10\x40\x04\xaa")
)
node_like = st.builds(
    lambda head, scraps, tail: bytes((head,)) + b"".join(scraps) + tail,
    _headers,
    st.lists(_scraps, max_size=5),
    st.binary(max_size=6),
)
any_bytes = st.binary(max_size=80) | node_like


@given(any_bytes, versions, st.sampled_from(("full", "compact")))
@example(b"\xff" * 300, StateVersion.V1, "full")
def test_a_decoded_node_is_spelled_as_it_was(data: bytes, version: StateVersion, form: str) -> None:
    try:
        node = decode_node(data, version, omissions=form == "compact")
    except DecodeError:
        return

    assert encode_node(node) == data


@given(st.lists(any_bytes, min_size=1, max_size=6), keys)
def test_reading_a_proof_of_arbitrary_bytes_ends_in_an_answer_or_a_proof_error(
    nodes: list[bytes], key: bytes
) -> None:
    try:
        answer = ProofReader(blake2_256(nodes[0]), nodes).get(key)
    except ProofError:
        return

    assert answer is None or any(answer in node for node in nodes)


@given(st.lists(any_bytes | any_bytes.map(ESCAPE.__add__), max_size=6))
def test_compact_proofs_of_arbitrary_bytes_end_in_nodes_or_a_proof_error(nodes: list[bytes]) -> None:
    root = blake2_256(nodes[0] if nodes else b"\0")
    try:
        proof = decode_compact_proof(root, nodes)
        encode_compact_proof(root, nodes)
    except ProofError:
        return

    assert not proof or root in map(blake2_256, proof)


@given(entries, st.data())
def test_a_tampered_proof_never_lies(entries: Entries, data: st.DataObject) -> None:
    trie = Trie.build(entries, StateVersion.V1)
    asked = data.draw(st.sets(keys, min_size=1, max_size=3))
    items = list(prove(trie, asked))
    tampered = [
        data.draw(st.just(item) | st.just(item[:-1]) | st.just(item + b"\0") | any_bytes) for item in items
    ]
    try:
        answers = read_proof(trie.root, tampered, asked)
    except ProofError:
        return

    assert answers == {key: entries.get(key) for key in asked}


# -------------------------------------------------------------------------------------------- nibbles


@given(st.binary(max_size=9), st.data())
def test_ranges_of_a_key_are_packed_like_its_nibbles(key: bytes, data: st.DataObject) -> None:
    nibbles = unpack(key)
    start = data.draw(st.integers(0, len(nibbles)))
    end = data.draw(st.integers(start, len(nibbles)))

    assert pack_range(key, start, end) == pack(nibbles[start:end])
    assert pack_rest(key, start) == pack(nibbles[start:])
    assert bytes(nibble_at(key, index) for index in range(len(nibbles))) == nibbles


@given(keys, keys)
def test_two_keys_part_where_their_nibbles_first_differ(left: bytes, right: bytes) -> None:
    limit = 2 * min(len(left), len(right))
    pairs = list(zip(unpack(left), unpack(right), strict=False))
    expected = next((at for at, (a, b) in enumerate(pairs) if a != b), limit)

    assert common_nibbles(left, right, 0, limit) == expected
    assert common_nibbles(left, right, expected, limit) == expected
    assert common_nibbles(left, right, expected // 2, max(expected // 2, expected - 1)) == max(
        expected // 2, expected - 1
    )
