"""Metadata, version 15: version 14, and the runtime's functions for clients, its outer enums, its extrinsic
type by type, and words on pallets.

Upstream: paritytech/frame-metadata frame-metadata/src/v15.rs `RuntimeMetadataV15`
"""

from __future__ import annotations

from typing import Final

from primitives.metadata.types import Docs, PortableTypes, TypeId
from primitives.metadata.v14 import MAGIC, Constant, PalletStorage, SignedExtension, check_version
from primitives.record import Record
from primitives.scale.codec import U8
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

VERSION: Final = 15


class PalletV15(Record):
    """A pallet; calls, events and errors are sum types."""

    name: str
    storage: PalletStorage | None
    calls: TypeId | None
    events: TypeId | None
    constants: tuple[Constant, ...]
    errors: TypeId | None
    index: U8
    docs: Docs


class ExtrinsicV15(Record):
    """The extrinsic, part by part."""

    version: U8
    address: TypeId
    call: TypeId
    signature: TypeId
    extra: TypeId
    signed_extensions: tuple[SignedExtension, ...]


class ApiParameter(Record):
    """What a function of the runtime takes."""

    name: str
    type: TypeId


class ApiMethod(Record):
    """A function of the runtime."""

    name: str
    inputs: tuple[ApiParameter, ...]
    output: TypeId
    docs: Docs


class Api(Record):
    """Functions of the runtime that belong together; called from outside as `<api>_<method>`."""

    name: str
    methods: tuple[ApiMethod, ...]
    docs: Docs


class OuterEnums(Record):
    """The types that the runtime puts together from its pallets."""

    call: TypeId
    event: TypeId
    error: TypeId


class CustomValue(Record):
    """A value that the chain adds of its own accord."""

    type: TypeId
    value: bytes


class RuntimeMetadataV15(Record):
    """All of it."""

    types: PortableTypes
    pallets: tuple[PalletV15, ...]
    extrinsic: ExtrinsicV15
    type: TypeId
    apis: tuple[Api, ...]
    outer_enums: OuterEnums
    custom: tuple[tuple[str, CustomValue], ...]


_CODEC = codec(RuntimeMetadataV15)


def encode_v15(metadata: RuntimeMetadataV15) -> bytes:
    """As `Metadata_metadata_at_version` gives it, inside an option and a byte string."""
    return MAGIC + bytes((VERSION,)) + _CODEC.encode(metadata)


def decode_v15(data: bytes) -> RuntimeMetadataV15:
    """Read what `encode_v15` wrote; raises `DecodeError`."""
    check_version(data, VERSION)
    value, end = _CODEC.decode_at(data, len(MAGIC) + 1)
    if end != len(data):
        raise DecodeError("the end of metadata", f"{len(data) - end} more bytes", end)
    return value
