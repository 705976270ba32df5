"""Metadata, version 14: what a chain tells clients of itself, so that they can read its state and write its
extrinsics.

| bytes | what |
|---|---|
| 4 | `meta` |
| 1 | 14 |
| rest | the types, the pallets, the extrinsic, the type that stands for the runtime |

The records give the layout both ways, for our own chains as for any other.

Upstream: paritytech/frame-metadata frame-metadata/src/v14.rs `RuntimeMetadataV14`
"""

from __future__ import annotations

import enum
from typing import Final

from primitives.metadata.types import Docs, PortableTypes, TypeId
from primitives.record import Record
from primitives.scale.codec import U8
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

MAGIC: Final = b"meta"
VERSION: Final = 14


class Modifier(enum.Enum):
    """What stands for an item that is not there: nothing, or its default."""

    Optional = 0
    Default = 1


class Hasher(enum.Enum):
    """How a part of a map's key becomes part of a storage key."""

    Blake2_128 = 0
    Blake2_256 = 1
    Blake2_128Concat = 2
    Twox128 = 3
    Twox256 = 4
    Twox64Concat = 5
    Identity = 6


class PlainEntry(Record, tag=0):
    """An item without a key."""

    value: TypeId


class MapEntry(Record, tag=1):
    """A map; with several hashers the key is a tuple with a part for each."""

    hashers: tuple[Hasher, ...]
    key: TypeId
    value: TypeId


class StorageEntry(Record):
    """A storage item."""

    name: str
    modifier: Modifier
    type: PlainEntry | MapEntry
    default: bytes
    docs: Docs


class PalletStorage(Record):
    """A pallet's storage items, and the name that their keys begin with."""

    prefix: str
    entries: tuple[StorageEntry, ...]


class Constant(Record):
    """A constant with its encoded value."""

    name: str
    type: TypeId
    value: bytes
    docs: Docs


class PalletV14(Record):
    """A pallet; calls, events and errors are sum types."""

    name: str
    storage: PalletStorage | None
    calls: TypeId | None
    events: TypeId | None
    constants: tuple[Constant, ...]
    errors: TypeId | None
    index: U8


class SignedExtension(Record):
    """An extension: the type of what it adds to an extrinsic, and of what it adds to what is signed."""

    identifier: str
    type: TypeId
    additional_signed: TypeId


class ExtrinsicV14(Record):
    """The extrinsic; address, signature, call and extra are the type parameters of its type."""

    type: TypeId
    version: U8
    signed_extensions: tuple[SignedExtension, ...]


class RuntimeMetadataV14(Record):
    """All of it."""

    types: PortableTypes
    pallets: tuple[PalletV14, ...]
    extrinsic: ExtrinsicV14
    type: TypeId


_CODEC = codec(RuntimeMetadataV14)


def encode_v14(metadata: RuntimeMetadataV14) -> bytes:
    """As `state_getMetadata` gives it."""
    return MAGIC + bytes((VERSION,)) + _CODEC.encode(metadata)


def decode_v14(data: bytes) -> RuntimeMetadataV14:
    """Read what `encode_v14` wrote; raises `DecodeError`."""
    check_version(data, VERSION)
    value, end = _CODEC.decode_at(data, len(MAGIC) + 1)
    if end != len(data):
        raise DecodeError("the end of metadata", f"{len(data) - end} more bytes", end)
    return value


def check_version(data: bytes, version: int) -> None:
    """Go on if the bytes begin as metadata of this version does, else raise `DecodeError`."""
    if data[:5] != MAGIC + bytes((version,)):
        raise DecodeError(f"metadata version {version}", data[:5].hex() or "end of input", 0)
