"""The types that a runtime puts together: its outer enums, its extrinsic, its extensions, for metadata.

The chain writes a call as the pallet's index, the call's index and the arguments; for metadata that is a sum
of the pallets, each with a sum of its calls inside. Events, errors and origins are sums in the same way.

Upstream: substrate/frame/support/procedural/src/construct_runtime/expand
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from primitives.address import MultiAddress
from primitives.errors import Invalid, Unknown
from primitives.extrinsic import Era, Extension, Extrinsic, MultiSignature
from primitives.ids import Hash
from primitives.metadata.docs import first_paragraph
from primitives.metadata.names import upstream_field
from primitives.metadata.paths import PATHS, extension_path, pallet_path
from primitives.metadata.registry import Maker, Registry, type_name
from primitives.metadata.types import Composite, Field, Type, TypeParameter, Variant, Variants
from primitives.origin import RawOrigin
from primitives.pallet import (
    CallItem,
    OriginCaller,
    Pallet,
    RuntimeCall,
    RuntimeEvent,
    calls,
    events,
    origins,
)
from primitives.scale.codec import U8, U32, Bytes32, Compact32, Compact128
from runtime.construct import Runtime
from runtime.xcm_types import XCM_MAKERS

ERA_PATH: Final = ("sp_runtime", "generic", "era", "Era")
EXTRINSIC_PATH: Final = ("sp_runtime", "generic", "unchecked_extrinsic", "UncheckedExtrinsic")


class Mode(enum.Enum):
    """Whether the metadata hash is signed along."""

    Disabled = 0
    Enabled = 1


ADDED: Mapping[str, Any] = {"era": Era, "nonce": Compact32, "tip": Compact128, "metadata_mode": Mode}
"""What extensions add to an extrinsic, by the field that holds it."""

SIGNED: Mapping[str, Any] = {
    "genesis_hash": Hash,
    "metadata_hash": Bytes32 | None,
    "mortality_checkpoint": Hash,
    "spec_version": U32,
    "transaction_version": U32,
}
"""What extensions add to what is signed, by the name of the implicit value."""

PART_NAMES: Mapping[str, str] = {"metadata_mode": "mode"}
"""Fields of extensions that have a name upstream; the others have none."""


class OuterTypes:
    """The outer types of one runtime."""

    def __init__(self, runtime: type[Runtime], crate: str) -> None:
        self.runtime, self.crate = runtime, crate

    def makers(self) -> Mapping[Any, Maker]:
        """For each annotation that says nothing of its layout, how to describe it."""
        return {
            RuntimeCall: lambda registry: self._outer("RuntimeCall", registry, self.calls_of),
            RuntimeEvent: lambda registry: self._outer("RuntimeEvent", registry, self.events_of),
            OriginCaller: self._origins,
            Era: _era,
            Extrinsic: self._extrinsic,
            Invalid: lambda registry: _reasons(registry, Invalid, "InvalidTransaction", 7),
            Unknown: lambda registry: _reasons(registry, Unknown, "UnknownTransaction", 2),
            **XCM_MAKERS,
        }

    def errors(self, registry: Registry) -> int:
        """The errors of all pallets as one sum, which only metadata knows."""
        return registry.define("RuntimeError", lambda: self._outer("RuntimeError", registry, self.errors_of))

    def _outer(
        self, name: str, registry: Registry, inner: Callable[[Registry, type[Pallet]], int | None]
    ) -> Type:
        """A sum with a case for each pallet that has something of a kind."""
        variants = []
        for pallet, index in self.runtime.indices.items():
            found = inner(registry, pallet)
            if found is not None:
                variants.append(Variant(pallet.prefix, (Field(None, found, None, ()),), index, ()))
        return Type((self.crate, name), (), Variants(tuple(variants)), ())

    # ----------------------------------------------------------------------------------- of one pallet

    def calls_of(self, registry: Registry, pallet: type[Pallet]) -> int | None:
        """The type of a pallet's calls; None if it has none."""
        declared = calls(pallet)

        def make() -> Type:
            variants = Variants(tuple(_call(registry, pallet, each) for each in declared))
            return Type(pallet_path(pallet.prefix, "Call"), (), variants, ())

        return registry.define(("Call", pallet), make) if declared else None

    def events_of(self, registry: Registry, pallet: type[Pallet]) -> int | None:
        """The type of a pallet's events; None if it has none."""
        arms = events(pallet)

        def make() -> Type:
            variants = Variants(tuple(registry.variant(arm) for arm in arms))
            return Type(pallet_path(pallet.prefix, "Event"), (), variants, ())

        return registry.define(("Event", pallet), make) if arms else None

    def errors_of(self, registry: Registry, pallet: type[Pallet]) -> int | None:
        """The type of a pallet's errors; None if it has none."""
        errors = pallet.errors
        if errors is None:
            return None
        path, docs = pallet_path(pallet.prefix, "Error"), first_paragraph(errors)
        return registry.define(("Error", pallet), lambda: Type(path, (), registry.cases(errors), docs))

    # ------------------------------------------------------------------------------ origin, extrinsic

    def _origins(self, registry: Registry) -> Type:
        variants = [Variant("system", (_field(registry, RawOrigin),), 0, ())]
        for pallet, index in self.runtime.indices.items():
            if origins(pallet):
                origin = Field(None, _origins_of(registry, pallet), None, ())
                variants.append(Variant(pallet.prefix, (origin,), index, ()))
        return Type((self.crate, "OriginCaller"), (), Variants(tuple(variants)), ())

    def extra(self, registry: Registry) -> int:
        """The type of all that extensions add, one after the other."""
        parts = tuple(extension_type(registry, each) for each in self.runtime.extensions)
        return registry.tuple_of(parts)

    def _extrinsic(self, registry: Registry) -> Type:
        parameters = (
            TypeParameter("Address", registry.register(MultiAddress)),
            TypeParameter("Call", registry.register(RuntimeCall)),
            TypeParameter("Signature", registry.register(MultiSignature)),
            TypeParameter("Extra", self.extra(registry)),
        )
        body = Composite((Field(None, registry.register(bytes), None, ()),))
        return Type(EXTRINSIC_PATH, parameters, body, ())


def extension_type(registry: Registry, extension: Extension) -> int:
    """The type of what an extension adds to an extrinsic."""

    def make() -> Type:
        return Type(extension_path(extension.name), (), Composite(tuple(_added(registry, extension))), ())

    return registry.define(("Extension", extension.name), make)


def implicit_type(registry: Registry, extension: Extension) -> int:
    """The type of what an extension adds to what is signed."""
    return registry.register(tuple[()] if extension.implicit is None else SIGNED[extension.implicit])


def _added(registry: Registry, extension: Extension) -> Iterator[Field]:
    if extension.field is not None:
        part = ADDED[extension.field]
        yield Field(PART_NAMES.get(extension.field), registry.register(part), type_name(part), ())


def _call(registry: Registry, pallet: type[Pallet], declared: CallItem) -> Variant:
    fields = registry.fields(dict(declared.arguments), {}, named=True)
    docs = first_paragraph(getattr(pallet, declared.method))
    return Variant(upstream_field(declared.name), fields, declared.index, docs)


def _field(registry: Registry, tp: Any) -> Field:
    return Field(None, registry.register(tp), type_name(tp), ())


def _origins_of(registry: Registry, pallet: type[Pallet]) -> int:
    """The type of the origins that a pallet adds."""

    def make() -> Type:
        variants = Variants(tuple(registry.variant(arm) for arm in origins(pallet)))
        return Type(pallet_path(pallet.prefix, "Origin"), (), variants, ())

    return registry.define(("Origin", pallet), make)


def _reasons(registry: Registry, members: type[enum.Enum], name: str, custom: int) -> Type:
    """Reasons to refuse an extrinsic, with the one that upstream leaves to each chain and we never give."""
    number = Field(None, registry.register(U8), "u8", ())
    given = Variant("Custom", (number,), custom, ("A reason of the chain's own.",))
    variants = sorted((*registry.cases(members).variants, given), key=lambda each: each.index)
    return Type(PATHS[name], (), Variants(tuple(variants)), first_paragraph(members))


def _era(registry: Registry) -> Type:
    """An era is one byte, or two of which the first tells that there is a second: 256 cases."""
    second = Field(None, registry.register(U8), None, ())
    mortal = (Variant(f"Mortal{index}", (second,), index, ()) for index in range(1, 256))
    return Type(ERA_PATH, (), Variants((Variant("Immortal", (), 0, ()), *mortal)), ())
