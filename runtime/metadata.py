"""A runtime's metadata, from the declarations that it is written in.

Nothing is written twice: storage items with their keys, hashers, types and defaults, calls, events, errors
and constants are read off the pallets, the extrinsic off the runtime's extensions, and the words off the
docstrings. Types get their ids in the order of their first use, the extrinsic's first, so that the metadata
hash is the same for every version of the metadata.

Upstream: substrate/frame/support/procedural/src/construct_runtime/expand/metadata.rs
"""

from __future__ import annotations

from typing import cast

from pallets.system import System
from pallets.system_items import SystemConstants
from primitives.address import MultiAddress
from primitives.extrinsic import VERSION as EXTRINSIC_VERSION
from primitives.extrinsic import Extrinsic, MultiSignature
from primitives.metadata.docs import attribute_docs, first_paragraph
from primitives.metadata.merkle import metadata_hash
from primitives.metadata.names import upstream_constant
from primitives.metadata.registry import Registry, unit
from primitives.metadata.types import PortableTypes
from primitives.metadata.v14 import (
    Constant,
    ExtrinsicV14,
    Hasher,
    MapEntry,
    Modifier,
    PalletStorage,
    PalletV14,
    PlainEntry,
    RuntimeMetadataV14,
    SignedExtension,
    StorageEntry,
    encode_v14,
)
from primitives.metadata.v15 import (
    Api,
    ApiMethod,
    ApiParameter,
    ExtrinsicV15,
    OuterEnums,
    PalletV15,
    RuntimeMetadataV15,
    encode_v15,
)
from primitives.pallet import Pallet, RuntimeCall, RuntimeEvent, StorageItem, storage_items
from primitives.record import Record
from primitives.scale.derive import field_types
from primitives.storage.state import State
from primitives.storage.views import DefaultMap, Value
from runtime.api_types import RuntimeApi
from runtime.construct import Runtime
from runtime.outer_types import OuterTypes, extension_type, implicit_type
from runtime.xcm_api_types import PATHS
from runtime.xcm_types import V5_PATHS


class Metadata(Record):
    """What a runtime tells of itself, in each version, as records and as bytes."""

    v14: RuntimeMetadataV14
    v15: RuntimeMetadataV15
    v14_bytes: bytes
    v15_bytes: bytes

    def versions(self) -> dict[int, bytes]:
        """The encoded metadata by version."""
        return {14: self.v14_bytes, 15: self.v15_bytes}

    def hash(
        self, *, spec_version: int, spec_name: str, base58_prefix: int, decimals: int, token_symbol: str
    ) -> bytes:
        """The hash that a wallet signs along if it was shown this metadata."""
        return metadata_hash(
            self.v15.types,
            self.v15.extrinsic,
            spec_version=spec_version,
            spec_name=spec_name,
            base58_prefix=base58_prefix,
            decimals=decimals,
            token_symbol=token_symbol,
        )


def metadata(runtime: type[Runtime], version: int) -> bytes:
    """The encoded metadata of a runtime in one version, beginning with the magic word."""
    return metadata_of(runtime).versions()[version]


def metadata_of(runtime: type[Runtime]) -> Metadata:
    """The metadata of a runtime, made once; the constants are those of a chain that is made for it."""
    known = runtime.__dict__.get("_metadata")
    if known is None:
        known = runtime._metadata = Builder(runtime(State())).metadata()  # type: ignore[attr-defined]
    return cast("Metadata", known)


def signing_hash(runtime: type[Runtime], constants: SystemConstants, token: tuple[str, int]) -> bytes:
    """The hash that `CheckMetadataHash` adds to what is signed; `token` is its symbol and decimal places.

    Upstream: substrate/frame/metadata-hash-extension/src/lib.rs `CheckMetadataHash::implicit`
    """
    known = runtime.__dict__.get("_signing_hash")
    if known is None:
        symbol, decimals = token
        known = runtime._signing_hash = metadata_of(runtime).hash(  # type: ignore[attr-defined]
            spec_version=constants.version.spec_version,
            spec_name=constants.version.spec_name,
            base58_prefix=constants.ss58_prefix,
            decimals=decimals,
            token_symbol=symbol,
        )
    return cast("bytes", known)


def _constants(pallet: Pallet) -> Record | None:
    """The values of a pallet's constants; None if it has none."""
    found: Record | None = getattr(pallet, "constants", None)
    return None if type(pallet).constants_type is None else found


def crate_of(runtime: Runtime) -> str:
    """The name under which a runtime's own types stand: `paseo_runtime`."""
    system = runtime.pallets.get(System.prefix)
    name = system.constants.version.spec_name if isinstance(system, System) else type(runtime).__name__
    return f"{name.lower().replace('-', '_')}_runtime"


class Builder:
    """One runtime's metadata, part by part; the order of the parts is the order of type ids."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime, self.crate = runtime, crate_of(runtime)
        self.outer = OuterTypes(type(runtime), self.crate)
        # What a chain says of annotations that each chain fills in its own way.
        paths = {**V5_PATHS, **PATHS}
        self.registry = Registry(type(runtime).wire(), self.outer.makers(), runtime.stands_for, paths)

    def metadata(self) -> Metadata:
        """All of it."""
        extrinsic, extrinsic_type = self._extrinsic(), self.registry.register(Extrinsic)
        pallets = tuple(self._pallet(pallet) for pallet in self.runtime.in_order())
        runtime_type = self.registry.define("Runtime", lambda: unit((self.crate, "Runtime")))
        first = ExtrinsicV14(extrinsic_type, extrinsic.version, extrinsic.signed_extensions)
        v14 = RuntimeMetadataV14(
            self.registry.types(), tuple(_without_docs(each) for each in pallets), first, runtime_type
        )
        v15 = self._v15(pallets, extrinsic, runtime_type)
        return Metadata(v14, v15, encode_v14(v14), encode_v15(v15))

    def _v15(
        self, pallets: tuple[PalletV15, ...], extrinsic: ExtrinsicV15, runtime_type: int
    ) -> RuntimeMetadataV15:
        apis = tuple(self._api(each) for each in self.runtime.apis)
        outer = OuterEnums(
            self.registry.register(RuntimeCall),
            self.registry.register(RuntimeEvent),
            self.outer.errors(self.registry),
        )
        types: PortableTypes = self.registry.types()
        return RuntimeMetadataV15(types, pallets, extrinsic, runtime_type, apis, outer, ())

    def _extrinsic(self) -> ExtrinsicV15:
        registry = self.registry
        address, call = registry.register(MultiAddress), registry.register(RuntimeCall)
        signature = registry.register(MultiSignature)
        extensions = tuple(
            SignedExtension(each.name, extension_type(registry, each), implicit_type(registry, each))
            for each in self.runtime.extensions
        )
        extra = self.outer.extra(registry)
        return ExtrinsicV15(EXTRINSIC_VERSION, address, call, signature, extra, extensions)

    def _pallet(self, pallet: Pallet) -> PalletV15:
        kind = type(pallet)
        return PalletV15(
            kind.prefix,
            self._storage(kind),
            self.outer.calls_of(self.registry, kind),
            self.outer.events_of(self.registry, kind),
            self._constants(pallet),
            self.outer.errors_of(self.registry, kind),
            self.runtime.indices[kind],
            first_paragraph(kind),
        )

    def _storage(self, pallet: type[Pallet]) -> PalletStorage | None:
        docs = attribute_docs(pallet)
        entries = tuple(self._entry(each, docs.get(each.attribute, ())) for each in storage_items(pallet))
        return PalletStorage(pallet.prefix, entries) if entries else None

    def _entry(self, item: StorageItem, docs: tuple[str, ...]) -> StorageEntry:
        has_default = item.kind in (Value, DefaultMap)
        modifier = Modifier.Default if has_default else Modifier.Optional
        default = self.registry.wire.codec(item.value_type).encode(item.default) if has_default else b"\x00"
        return StorageEntry(item.name, modifier, self._entry_type(item), default, docs)

    def _entry_type(self, item: StorageItem) -> PlainEntry | MapEntry:
        if not item.hashers:
            return PlainEntry(self.registry.register(item.value_type))
        key = self.registry.register(item.key_type)
        hashers = tuple(Hasher[name] for name in item.hashers)
        return MapEntry(hashers, key, self.registry.register(item.value_type))

    def _constants(self, pallet: Pallet) -> tuple[Constant, ...]:
        values, wire = _constants(pallet), self.registry.wire
        if values is None:
            return ()
        docs = attribute_docs(type(values))
        return tuple(
            Constant(
                upstream_constant(name),
                self.registry.register(tp),
                wire.codec(tp).encode(getattr(values, name)),
                docs.get(name, ()),
            )
            for name, tp in field_types(type(values)).items()
        )

    def _api(self, api: RuntimeApi) -> Api:
        register = self.registry.register
        methods = (
            ApiMethod(
                each.name,
                tuple(ApiParameter(name, register(tp)) for name, tp in each.inputs),
                register(each.output),
                (each.docs,),
            )
            for each in api.methods
        )
        return Api(api.name, tuple(methods), (api.docs,))


def _without_docs(pallet: PalletV15) -> PalletV14:
    """Version 14 has no words on pallets."""
    return PalletV14(
        pallet.name,
        pallet.storage,
        pallet.calls,
        pallet.events,
        pallet.constants,
        pallet.errors,
        pallet.index,
    )
