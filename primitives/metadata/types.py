"""The portable type registry: how a chain tells what its types are made of, as records with a layout.

Each type has a number, its **id**; types name their parts by id. An id is its type's place in the registry,
counted from 0, so that a reader needs no names to find its way; the **path** (`sp_weights`, `weight_v2`,
`Weight`) tells people, and clients that know a type by heart, which one it is.

Upstream: paritytech/scale-info src/portable.rs `PortableRegistry`, src/ty/mod.rs `Type`
"""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from primitives.metadata.short import ID, NAME, WORDS, quick, read_id, read_option, read_text, read_texts
from primitives.record import Record
from primitives.scale.codec import U8, U32
from primitives.scale.derive import codec

TypeId = Annotated[int, ID]
"""A type, by its place in the registry."""

Name = Annotated[str, NAME]

Docs = Annotated[tuple[str, ...], WORDS]
"""Words for people, one string a line."""


class TypeParameter(Record):
    """A generic parameter of a type and what it is here; clients read some of them by name."""

    name: Name
    type: TypeId | None


class Field(Record):
    """A part of a composite or of a variant."""

    name: str | None
    type: TypeId
    type_name: str | None
    """The type as the source calls it."""

    docs: Docs


def _read_fields(data: bytes, at: int) -> tuple[tuple[Field, ...], int]:
    count, at = read_id(data, at)
    found = []
    for _ in range(count):
        name, at = read_option(data, at)
        kind, at = read_id(data, at)
        kind_name, at = read_option(data, at)
        docs, at = read_texts(data, at)
        found.append(Field(name, kind, kind_name, docs))
    return tuple(found), at


Fields = Annotated[tuple[Field, ...], quick(codec(tuple[Field, ...]), _read_fields)]
"""Most of all metadata is fields, so they are read without a detour."""


class Variant(Record):
    """One case of a sum; its index is the byte that announces it."""

    name: Name
    fields: Fields
    index: U8
    docs: Docs


def _read_variants(data: bytes, at: int) -> tuple[tuple[Variant, ...], int]:
    count, at = read_id(data, at)
    found = []
    for _ in range(count):
        name, at = read_text(data, at)
        fields, at = _read_fields(data, at)
        docs, end = read_texts(data, at + 1)
        found.append(Variant(name, fields, data[at], docs))
        at = end
    return tuple(found), at


AllVariants = Annotated[tuple[Variant, ...], quick(codec(tuple[Variant, ...]), _read_variants)]


class Composite(Record, tag=0):
    """Parts one after the other."""

    fields: Fields


class Variants(Record, tag=1):
    """One of several cases; not every index needs to be taken."""

    variants: AllVariants


class Sequence(Record, tag=2):
    """A count and that many elements."""

    element: TypeId


class Array(Record, tag=3):
    """A fixed number of elements."""

    length: U32
    element: TypeId


class Tuple(Record, tag=4):
    """Parts without names."""

    UNNAMED: ClassVar[bool] = True

    elements: tuple[TypeId, ...]


class Plain(enum.Enum):
    """The types that all others are made of."""

    bool = 0
    char = 1
    str = 2
    u8 = 3
    u16 = 4
    u32 = 5
    u64 = 6
    u128 = 7
    u256 = 8
    i8 = 9
    i16 = 10
    i32 = 11
    i64 = 12
    i128 = 13
    i256 = 14


class Primitive(Record, tag=5):
    """One of the types that are not made of others."""

    UNNAMED: ClassVar[bool] = True

    kind: Plain


class Compact(Record, tag=6):
    """A number in its compact form."""

    inner: TypeId


class BitSequence(Record, tag=7):
    """A count of bits, and the bits packed into numbers of the store type."""

    store: TypeId
    order: TypeId


TypeDef = Composite | Variants | Sequence | Array | Tuple | Primitive | Compact | BitSequence


class Type(Record):
    """What a type is made of."""

    path: Docs
    parameters: tuple[TypeParameter, ...]
    definition: TypeDef
    docs: Docs


class PortableType(Record):
    """A type with its id."""

    id: TypeId
    type: Type


PortableTypes = tuple[PortableType, ...]
"""All types of a chain; each id is the place its type stands at."""
