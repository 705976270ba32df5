"""The metadata hash, against known hashes of real chains and piece by piece.

`merkle_vectors` holds what remains of the metadata of two real chains once it is cut down to the types that
an extrinsic reaches, without any words: neither makes a difference to the hash. The expected hashes are
those that the reference implementation states for the whole (bkchr/merkleized-metadata src/lib.rs).
"""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest
from blake3 import blake3

from primitives.metadata.merkle import TypeTree, metadata_hash, tree_root
from primitives.metadata.types import (
    Compact,
    Composite,
    Field,
    Plain,
    PortableType,
    PortableTypes,
    Primitive,
    Tuple,
    Type,
    TypeDef,
    Variant,
    Variants,
)
from primitives.metadata.v14 import SignedExtension
from primitives.metadata.v15 import ExtrinsicV15
from primitives.record import Record
from primitives.scale.derive import codec

VECTORS = Path(__file__).with_name("merkle_vectors")

KNOWN = {
    "moonbeam": "1339dc558887eb12f454586ef324c36bd3a1990000e17fbba6311f6ae55af676",
    "polkadot": "72b3e70cb722edeb45a9380720ecad79b09b4113ab2dee5f5d974f170fb77a7e",
}


class Vector(Record):
    """What the hash is made from."""

    types: PortableTypes
    extrinsic: ExtrinsicV15


def hash_of(
    types: PortableTypes, extrinsic: ExtrinsicV15, *, spec_version: int = 1, symbol: str = "lol"
) -> str:
    return metadata_hash(
        types,
        extrinsic,
        spec_version=spec_version,
        spec_name="nice",
        base58_prefix=1,
        decimals=1,
        token_symbol=symbol,
    ).hex()


@pytest.mark.parametrize("chain", KNOWN)
def test_known_hashes_of_real_chains(chain: str) -> None:
    vector = codec(Vector).decode(lzma.decompress((VECTORS / f"{chain}.xz").read_bytes()))

    assert hash_of(vector.types, vector.extrinsic) == KNOWN[chain]


# ------------------------------------------------------------------------------------------- piece by piece


def node(left: bytes, right: bytes) -> bytes:
    return blake3(left + right).digest()


def test_the_tree_joins_the_last_two_and_puts_them_first() -> None:
    a, b, c, d, e, f = (bytes((n,)) * 32 for n in range(6))

    assert tree_root((a, b, c, d, e)) == node(node(node(d, e), a), node(b, c))
    assert tree_root((a, b, c, d, e, f)) == node(node(node(c, d), node(e, f)), node(a, b))


def test_the_tree_over_one_leaf_is_that_leaf_and_over_none_zeros() -> None:
    assert tree_root((b"\x07" * 32,)) == b"\x07" * 32
    assert tree_root(()) == bytes(32)


def portable(*definitions: TypeDef) -> PortableTypes:
    return tuple(PortableType(at, Type((), (), each, ("words",))) for at, each in enumerate(definitions))


BYTE, WORD = Primitive(Plain.u8), Primitive(Plain.u32)
CALLS = Variants(
    (
        Variant("b", (Field("x", 1, "Word", ()),), 7, ()),
        Variant("a", (Field(None, 2, None, ()), Field(None, 3, None, ())), 2, ()),
    )
)
SMALL = portable(CALLS, WORD, Compact(1), Tuple(()), Composite((Field(None, 2, None, ()),)), BYTE)
EXTRINSIC = ExtrinsicV15(4, 4, 0, 5, 3, (SignedExtension("E", 3, 1),))


def test_a_sum_has_a_leaf_for_each_case_by_index() -> None:
    leaves = [codec(type(leaf)).encode(leaf) for leaf in TypeTree(SMALL, EXTRINSIC).leaves()]

    u32, compact_u32, void = b"\x05", b"\x11", b"\x15"
    case_a = b"\x04a" + b"\x08" + b"\x00" + compact_u32 + b"\x00" + b"\x00" + void + b"\x00" + b"\x08"
    case_b = b"\x04b" + b"\x04" + b"\x01\x04x" + u32 + b"\x01\x10Word" + b"\x1c"
    composite = b"\x00" + b"\x04" + b"\x00" + compact_u32 + b"\x00"
    assert leaves == [
        b"\x00" + b"\x01" + case_a + b"\x00",
        b"\x00" + b"\x01" + case_b + b"\x00",
        b"\x00" + composite + b"\x04",
    ]


def test_the_extrinsic_names_its_types_in_place_or_by_leaf() -> None:
    digest = TypeTree(SMALL, EXTRINSIC).extrinsic()
    encoded = codec(type(digest)).encode(digest)

    leaf_0, leaf_1, u8, u32, void = b"\x16\x00", b"\x16\x04", b"\x03", b"\x05", b"\x15"
    assert encoded == b"\x04" + leaf_1 + leaf_0 + u8 + b"\x04" + b"\x04E" + void + u32


def test_words_and_types_that_no_extrinsic_reaches_make_no_difference() -> None:
    bare = tuple(PortableType(each.id, Type((), (), each.type.definition, ())) for each in SMALL)
    more = (*bare, PortableType(6, Type(("Unreached",), (), Composite((Field("y", 1, None, ()),)), ())))

    assert hash_of(more, EXTRINSIC) == hash_of(SMALL, EXTRINSIC)


def test_the_chain_is_part_of_the_hash() -> None:
    hashes = {
        hash_of(SMALL, EXTRINSIC),
        hash_of(SMALL, EXTRINSIC, spec_version=2),
        hash_of(SMALL, EXTRINSIC, symbol="DOT"),
    }

    assert len(hashes) == 3
