"""The metadata hash: one number for all that a device needs in order to show what it signs.

A wallet without a network cannot see the metadata and must not trust whoever shows it. So the types that an
extrinsic can be made of are put into a Merkle tree; the wallet is given the few it needs with their proof,
and signs the **metadata hash** along with the extrinsic. A chain that has other types refuses the signature.

The registry is rewritten for that:

- only types that an extrinsic can reach stay, renumbered in their order;
- primitive types, compact numbers and what takes no bytes are named in place (`TypeRef`), not listed;
- each case of a sum is a leaf of its own, so that nobody has to be shown all calls to read one.

Leaves and nodes are hashed with blake3. The two last hashes of the list are joined and the result is put at
its front, until one is left. (The RFC draws the tree over six leaves differently; the reference
implementation, whose hashes the chains have, goes from the end.)

Upstream: polkadot-fellows/RFCs text/0078-merkleized-metadata.md
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Final

from blake3 import blake3

from primitives.metadata.types import (
    Array,
    BitSequence,
    Compact,
    Composite,
    Field,
    Plain,
    PortableTypes,
    Primitive,
    Sequence,
    Tuple,
    Type,
    TypeDef,
    Variant,
    Variants,
)
from primitives.metadata.v15 import ExtrinsicV15
from primitives.record import Record
from primitives.scale.codec import U8, U16, U32, Bytes32, Codec, Compact32
from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.derive import codec

COMPACT: Final = {Plain.u8: 15, Plain.u16: 16, Plain.u32: 17, Plain.u64: 18, Plain.u128: 19, Plain.u256: 20}
VOID: Final = b"\x15"
BY_ID: Final = 22
EMPTY_TREE: Final = bytes(32)


def _decode_reference(data: bytes, at: int) -> tuple[bytes, int]:
    end = at + 1 if data[at : at + 1] != bytes((BY_ID,)) else decode_compact(data, at + 1, 32)[1]
    return data[at:end], end


TypeRef = Annotated[bytes, Codec[bytes]("TypeRef", bytes, _decode_reference, 1)]
"""A type in place, as it is encoded: one byte for a type without parts, or 22 and the id of a leaf."""


class LeafField(Record):
    """A part of a composite or of a case."""

    name: str | None
    type: TypeRef
    type_name: str | None


class LeafComposite(Record, tag=0):
    """Parts one after the other."""

    fields: tuple[LeafField, ...]


class LeafCase(Record, tag=1):
    """One case of a sum."""

    name: str
    fields: tuple[LeafField, ...]
    index: Compact32


class LeafSequence(Record, tag=2):
    """A count and that many elements."""

    element: TypeRef


class LeafArray(Record, tag=3):
    """A fixed number of elements."""

    length: U32
    element: TypeRef


class LeafTuple(Record, tag=4):
    """Parts without names."""

    elements: tuple[TypeRef, ...]


class LeafBits(Record, tag=5):
    """Bits in numbers of some bytes."""

    bytes_each: U8
    lowest_first: bool


LeafDef = LeafComposite | LeafCase | LeafSequence | LeafArray | LeafTuple | LeafBits


class Leaf(Record):
    """A leaf of the tree."""

    path: tuple[str, ...]
    definition: LeafDef
    id: Compact32


class ExtensionDigest(Record):
    """An extension of the extrinsic."""

    identifier: str
    included_in_extrinsic: TypeRef
    included_in_signed_data: TypeRef


class ExtrinsicDigest(Record):
    """What an extrinsic is made of."""

    version: U8
    address: TypeRef
    call: TypeRef
    signature: TypeRef
    signed_extensions: tuple[ExtensionDigest, ...]


class MetadataDigest(Record, tag=1):
    """What the metadata hash is the hash of."""

    VERSION: ClassVar[int] = 1

    type_information_tree_root: Bytes32
    extrinsic_metadata_hash: Bytes32
    spec_version: U32
    spec_name: str
    base58_prefix: U16
    decimals: U8
    token_symbol: str


_LEAF, _EXTRINSIC, _DIGEST = codec(Leaf), codec(ExtrinsicDigest), codec(MetadataDigest)


def metadata_hash(
    types: PortableTypes,
    extrinsic: ExtrinsicV15,
    *,
    spec_version: int,
    spec_name: str,
    base58_prefix: int,
    decimals: int,
    token_symbol: str,
) -> bytes:
    """The hash that CheckMetadataHash adds to what is signed, 32 bytes."""
    tree = TypeTree(types, extrinsic)
    digest = MetadataDigest(
        tree_root(blake3(_LEAF.encode(leaf)).digest() for leaf in tree.leaves()),
        blake3(_EXTRINSIC.encode(tree.extrinsic())).digest(),
        spec_version,
        spec_name,
        base58_prefix,
        decimals,
        token_symbol,
    )
    return blake3(bytes((digest.VERSION,)) + _DIGEST.encode(digest)).digest()


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """The root over the hashes of leaves; zeros if there are none."""
    hashes = deque(leaves)
    while len(hashes) > 1:
        right, left = hashes.pop(), hashes.pop()
        hashes.appendleft(blake3(left + right).digest())
    return hashes[0] if hashes else EMPTY_TREE


class TypeTree:
    """The types that an extrinsic can be made of, as leaves."""

    def __init__(self, types: PortableTypes, extrinsic: ExtrinsicV15) -> None:
        self._types, self._extrinsic = {each.id: each.type for each in types}, extrinsic
        reached = sorted(self._reachable())
        listed = (at for at in reached if self._in_place(self._types[at].definition) is None)
        self._ids = {at: place for place, at in enumerate(listed)}

    def leaves(self) -> Iterator[Leaf]:
        """The leaves by id, the cases of a sum by index."""
        for at, place in self._ids.items():
            kind = self._types[at]
            yield from (Leaf(kind.path, each, place) for each in self._definitions(kind))

    def extrinsic(self) -> ExtrinsicDigest:
        """The extrinsic, its types by reference to the leaves."""
        given, ref = self._extrinsic, self.reference
        extensions = (
            ExtensionDigest(each.identifier, ref(each.type), ref(each.additional_signed))
            for each in given.signed_extensions
        )
        address, call, signature = ref(given.address), ref(given.call), ref(given.signature)
        return ExtrinsicDigest(given.version, address, call, signature, tuple(extensions))

    def reference(self, at: int) -> bytes:
        """A type of the registry as other leaves refer to it."""
        in_place = self._in_place(self._types[at].definition)
        return bytes((BY_ID,)) + encode_compact(self._ids[at]) if in_place is None else in_place

    def _reachable(self) -> set[int]:
        given = self._extrinsic
        open_ids = [given.call, given.address, given.signature]
        for each in given.signed_extensions:
            open_ids += [each.type, each.additional_signed]
        seen: set[int] = set()
        while open_ids:
            at = open_ids.pop()
            if at not in seen:
                seen.add(at)
                open_ids += parts(self._types[at].definition)
        return seen

    def _in_place(self, definition: TypeDef) -> bytes | None:
        """The one byte for a type that is not listed; None for one that is."""
        match definition:
            case Primitive(kind):
                return bytes((kind.value,))
            case Compact(inner):
                found = self._primitive_in(inner)
                return VOID if found is None else bytes((COMPACT[found],))
            case Composite(()) | Variants(()) | Tuple(()):
                return VOID
            case _:
                return None

    def _primitive_in(self, at: int) -> Plain | None:
        """The one primitive type that a wrapper comes down to; None for what takes no bytes."""
        definition = self._types[at].definition
        if isinstance(definition, Primitive):
            return definition.kind
        inner = (self._primitive_in(part) for part in parts(definition))
        return next((found for found in inner if found is not None), None)

    def _definitions(self, kind: Type) -> Iterator[LeafDef]:
        match kind.definition:
            case Variants(variants):
                yield from map(self._case, sorted(variants, key=lambda each: each.index))
            case Composite(fields):
                yield LeafComposite(self._fields(fields))
            case Sequence(element):
                yield LeafSequence(self.reference(element))
            case Array(length, element):
                yield LeafArray(length, self.reference(element))
            case Tuple(elements):
                yield LeafTuple(tuple(map(self.reference, elements)))
            case BitSequence(store, order):
                width = {Plain.u8: 1, Plain.u16: 2, Plain.u32: 4, Plain.u64: 8}
                stored = self._primitive_in(store)
                assert stored is not None, "bits are packed into numbers"
                yield LeafBits(width[stored], "Lsb0" in self._types[order].path)
            case _:
                raise AssertionError(f"{kind.definition!r} is named in place")

    def _case(self, variant: Variant) -> LeafCase:
        return LeafCase(variant.name, self._fields(variant.fields), variant.index)

    def _fields(self, fields: tuple[Field, ...]) -> tuple[LeafField, ...]:
        return tuple(LeafField(each.name, self.reference(each.type), each.type_name) for each in fields)


def parts(definition: TypeDef) -> list[int]:
    """The types that a type's values hold; of compact numbers and bits, none."""
    match definition:
        case Composite(fields):
            return [each.type for each in fields]
        case Variants(variants):
            return [each.type for variant in variants for each in variant.fields]
        case Sequence(element) | Array(_, element):
            return [element]
        case Tuple(elements):
            return list(elements)
        case Primitive() | Compact() | BitSequence():
            return []
