"""Proofs, and each way in which one can fail."""

from __future__ import annotations

import pytest

from primitives.hashing import blake2_256
from primitives.trie import compact_proof
from primitives.trie.compact_proof import (
    IncompleteProof,
    ProofTooLong,
    SurplusItems,
    decode_compact_proof,
    encode_compact_proof,
)
from primitives.trie.node import Node, encode_node
from primitives.trie.proof import (
    BadNode,
    DuplicateNode,
    MissingNode,
    ProofReader,
    RootMismatch,
    UnknownValue,
    ValueMismatch,
    prove,
    read_proof,
    verify_proof,
)
from primitives.trie.trie import EMPTY_ROOT, HashedValue, StateVersion, Trie

V0, V1 = StateVersion.V0, StateVersion.V1
LONG = bytes(range(40))
ENTRIES = {b"alice": LONG, b"alfred": b"short", b"bob": LONG[::-1], b"bo": bytes(33)}


def test_keys_are_shown_present_and_absent() -> None:
    trie = Trie.build(ENTRIES, V1)

    proof = prove(trie, [b"alice", b"bo", b"carol", b"al"])

    assert read_proof(trie.root, reversed(proof), [b"alice", b"bo", b"carol", b"al"]) == {
        b"alice": LONG,
        b"bo": bytes(33),
        b"carol": None,
        b"al": None,
    }
    assert LONG in proof


def test_the_empty_trie_shows_absence_without_a_node() -> None:
    assert prove(Trie.empty(V1), [b"alice"]) == ()
    assert read_proof(EMPTY_ROOT, (), [b"alice", b""]) == {b"alice": None, b"": None}


def test_a_missing_node_is_named_with_the_key() -> None:
    trie = Trie.build(ENTRIES, V1)
    reader = ProofReader(trie.root, prove(trie, [b"alice"]))

    with pytest.raises(MissingNode) as missing:
        reader.get(b"bob")

    assert missing.value.key == b"bob"
    assert missing.value.hash in map(blake2_256, prove(trie, [b"bob"]))


def test_a_missing_value_is_named_with_the_key() -> None:
    trie = Trie.build(ENTRIES, V1)
    proof = [item for item in prove(trie, [b"alice"]) if item != LONG]

    with pytest.raises(MissingNode) as missing:
        read_proof(trie.root, proof, [b"alice"])

    assert (missing.value.hash, missing.value.key) == (blake2_256(LONG), b"alice")


def test_a_proof_of_another_root_is_refused() -> None:
    proof = prove(Trie.build(ENTRIES, V1), [b"alice"])

    with pytest.raises(RootMismatch) as refusal:
        read_proof(bytes(32), proof, [b"alice"])

    assert refusal.value.expected == bytes(32)


def test_an_item_that_is_no_node_is_named() -> None:
    with pytest.raises(BadNode) as refusal:
        read_proof(blake2_256(b"\x01"), [b"\x01"], [b"alice"])

    assert refusal.value.hash == blake2_256(b"\x01")
    assert refusal.value.fault.found == "0x01"


def test_a_reader_of_layout_v0_takes_no_values_by_hash() -> None:
    trie = Trie.build(ENTRIES, V1)

    with pytest.raises(BadNode, match="a node of layout V0"):
        read_proof(trie.root, prove(trie, [b"alice"]), [b"alice"], V0)


def test_items_without_use_are_ignored() -> None:
    trie = Trie.build(ENTRIES, V1)

    proof = (b"", b"not a node", *prove(trie, [b"alice"]), LONG)

    assert read_proof(trie.root, proof, [b"alice"]) == {b"alice": LONG}


def test_claims_are_verified() -> None:
    trie = Trie.build(ENTRIES, V1)
    proof = prove(trie, [b"alice", b"carol"])

    verify_proof(trie.root, proof, {b"alice": LONG, b"carol": None})

    with pytest.raises(ValueMismatch, match=r"key 0x6361726f6c: expected 0x31, found nothing"):
        verify_proof(trie.root, proof, {b"carol": b"1"})
    with pytest.raises(
        ValueMismatch, match=r"expected nothing, found 0x000102030405060708090a0b0c0d0e0f\.\. \(40 bytes\)"
    ):
        verify_proof(trie.root, proof, {b"alice": None})


def test_verifying_refuses_an_item_that_is_there_twice() -> None:
    trie = Trie.build(ENTRIES, V1)
    proof = prove(trie, [b"alice"])

    with pytest.raises(DuplicateNode) as refusal:
        verify_proof(trie.root, (*proof, proof[0]), {b"alice": LONG})

    assert refusal.value.hash == blake2_256(proof[0])


def test_a_value_known_by_its_hash_cannot_be_proved() -> None:
    code = HashedValue(blake2_256(LONG))
    trie = Trie.build({**ENTRIES, b":code": code}, V1)

    assert read_proof(trie.root, prove(trie, [b":cod"]), [b":cod"]) == {b":cod": None}
    with pytest.raises(UnknownValue) as refusal:
        prove(trie, [b":code"])

    assert (refusal.value.key, refusal.value.value) == (b":code", code)


def test_a_compact_proof_leaves_out_the_hashes_of_what_follows() -> None:
    trie = Trie.build(ENTRIES, V1)
    proof = prove(trie, [b"alice"])

    compact = encode_compact_proof(trie.root, proof)

    assert sum(map(len, compact)) < sum(map(len, proof)) - 32
    assert compact[-1] == LONG
    assert decode_compact_proof(trie.root, compact) == proof


def test_the_compact_proof_of_the_empty_trie() -> None:
    assert encode_compact_proof(EMPTY_ROOT, ()) == ()
    assert decode_compact_proof(EMPTY_ROOT, ()) == ()
    assert decode_compact_proof(EMPTY_ROOT, encode_compact_proof(EMPTY_ROOT, [b"\x00"])) == (b"\x00",)


def test_a_compact_proof_has_to_be_complete() -> None:
    trie = Trie.build(ENTRIES, V1)
    compact = encode_compact_proof(trie.root, prove(trie, [b"alice"]))

    with pytest.raises(IncompleteProof, match="a value is missing"):
        decode_compact_proof(trie.root, compact[:-1])
    with pytest.raises(IncompleteProof, match="a node is missing"):
        decode_compact_proof(trie.root, compact[:1])
    with pytest.raises(IncompleteProof, match="a node is missing"):
        decode_compact_proof(trie.root, ())


def test_a_compact_proof_ends_with_its_trie() -> None:
    trie = Trie.build(ENTRIES, V1)
    compact = encode_compact_proof(trie.root, prove(trie, ENTRIES))

    with pytest.raises(SurplusItems) as refusal:
        decode_compact_proof(trie.root, (*compact, b"\x00"))

    assert refusal.value.index == len(compact)


def test_a_compact_proof_of_another_trie_is_refused() -> None:
    trie = Trie.build(ENTRIES, V1)
    compact = encode_compact_proof(trie.root, prove(trie, ENTRIES))

    with pytest.raises(RootMismatch) as refusal:
        decode_compact_proof(bytes(32), compact)
    with pytest.raises(RootMismatch):
        encode_compact_proof(bytes(32), prove(trie, ENTRIES))

    assert (refusal.value.expected, refusal.value.found) == (bytes(32), trie.root)


@pytest.mark.parametrize(
    "item", [b"\x01\x40\x04\x07", b"\x01\x80\x01\x00\x08\x40\x00", b"\x01", b"\x01\x01\x40\x00"]
)
def test_an_escaped_node_has_an_empty_value(item: bytes) -> None:
    with pytest.raises(BadNode):
        decode_compact_proof(bytes(32), [item, LONG])


def test_a_compact_proof_of_few_nodes_with_many_parents_is_not_written_without_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compact_proof, "MAX_COMPACT_ITEMS", 1000)
    nodes = [encode_node(Node(bytes(62), b""))]
    for _ in range(20):
        nodes.append(encode_node(Node(b"", None, (blake2_256(nodes[-1]),) * 16)))

    with pytest.raises(ProofTooLong):
        encode_compact_proof(blake2_256(nodes[-1]), nodes)
