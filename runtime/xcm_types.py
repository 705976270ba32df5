"""XCM's types as metadata describes them: each version of XCM has its own.

Our values are those of version 5. What versions 3 and 4 say otherwise is a codec in `xcm/dialects.py`, which
nobody can look into; so their layouts are told once more here, for clients. A test holds all of it against
the recorded metadata.

Upstream: polkadot/xcm/src/lib.rs `VersionedXcm`, polkadot/xcm/src/v3, polkadot/xcm/src/v4,
polkadot/xcm/src/v5
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from primitives.metadata.paths import PATHS
from primitives.metadata.registry import Dialect, Maker, Registry
from primitives.metadata.types import Composite, Field, Type, Variant, Variants
from primitives.record import Record, replace
from primitives.scale.derive import Wire
from xcm import errors, responses, terms
from xcm.asset import Asset, AssetId, AssetInstance, Assets, Fungibility, FungibleOrNot, WildFungibility
from xcm.dialects import ONLY_IN_V5, V3, V4, Abstract, OldTransact
from xcm.filters import AssetFilter, AssetTransferFilter, WildAsset
from xcm.instructions import Transact
from xcm.junctions import (
    BitcoinCash,
    BitcoinCore,
    BodyId,
    BodyPart,
    ByFork,
    ByGenesis,
    Ethereum,
    Junction,
    Junctions,
    Kusama,
    NetworkId,
    Polkadot,
    PolkadotBulletin,
)
from xcm.location import Location
from xcm.program import PROGRAM, Instruction
from xcm.reading import MAX_JUNCTIONS
from xcm.versions import (
    VersionedAsset,
    VersionedAssetId,
    VersionedAssets,
    VersionedInteriorLocation,
    VersionedLocation,
    VersionedResponse,
    VersionedXcm,
)

# ---------------------------------------------------------------------------------- words of before


class Westend(Record, tag=4):
    """The test network of that name."""


class Rococo(Record, tag=5):
    """The test network of that name."""


class Wococo(Record, tag=6):
    """The test network of that name."""


OldNetworkId = (
    ByGenesis
    | ByFork
    | Polkadot
    | Kusama
    | Westend
    | Rococo
    | Wococo
    | Ethereum
    | BitcoinCore
    | BitcoinCash
    | PolkadotBulletin
)

TOO_MANY_ASSETS = 35
"""The error that only version 5 has; those behind it stand one lower before."""

# ----------------------------------------------------------------------------------------- paths


def _paths(names: Mapping[Any, str]) -> dict[Any, tuple[str, ...]]:
    return {tp: tuple(path.split("::")) for tp, path in names.items()}


SHARED = _paths(
    {
        BodyId: "xcm::v3::junction::BodyId",
        BodyPart: "xcm::v3::junction::BodyPart",
        errors.SendError: "xcm::v3::traits::SendError",
        responses.MaybeErrorCode: "xcm::v3::MaybeErrorCode",
        terms.DoubleEncoded: "xcm::double_encoded::DoubleEncoded",
        terms.OriginKind: "xcm::v3::OriginKind",
        terms.WeightLimit: "xcm::v3::WeightLimit",
    }
)
"""Types that are the same in all versions."""


def _own(version: int, root: str, error: str) -> dict[Any, tuple[str, ...]]:
    """Types that are there once more for a version, as versions 4 and 5 call them."""
    asset = f"{root}::asset"
    return _paths(
        {
            AssetFilter: f"{asset}::AssetFilter",
            AssetId: f"{asset}::AssetId",
            AssetInstance: f"{asset}::AssetInstance",
            Asset: f"{asset}::Asset",
            Assets: f"{asset}::Assets",
            Fungibility: f"{asset}::Fungibility",
            WildAsset: f"{asset}::WildAsset",
            WildFungibility: f"{asset}::WildFungibility",
            Junction: f"{root}::junction::Junction",
            Junctions: f"{root}::junctions::Junctions",
            Location: f"{root}::location::Location",
            NetworkId if version == NEWEST else OldNetworkId: f"{root}::junction::NetworkId",
            Instruction: f"{root}::Instruction",
            PROGRAM: f"{root}::Xcm",
            responses.PalletInfo: f"{root}::PalletInfo",
            responses.QueryResponseInfo: f"{root}::QueryResponseInfo",
            responses.Response: f"{root}::Response",
            errors.Error: error,
        }
    )


NEWEST = 5

V5_PATHS = SHARED | _own(5, "staging_xcm::v5", "xcm::v5::traits::Error")
V5_PATHS |= _paths(
    {
        AssetTransferFilter: "staging_xcm::v5::asset::AssetTransferFilter",
        terms.Hint: "staging_xcm::v5::Hint",
        errors.Outcome: "staging_xcm::v5::traits::Outcome",
        errors.InstructionError: "staging_xcm::v5::traits::InstructionError",
    }
)
"""The types of version 5, which are those that pallets name without a version."""

V4_PATHS = _own(4, "staging_xcm::v4", "xcm::v3::traits::Error")

V3_PATHS = _paths(
    {
        AssetFilter: "xcm::v3::multiasset::MultiAssetFilter",
        AssetId: "xcm::v3::multiasset::AssetId",
        AssetInstance: "xcm::v3::multiasset::AssetInstance",
        Asset: "xcm::v3::multiasset::MultiAsset",
        Assets: "xcm::v3::multiasset::MultiAssets",
        Fungibility: "xcm::v3::multiasset::Fungibility",
        WildAsset: "xcm::v3::multiasset::WildMultiAsset",
        WildFungibility: "xcm::v3::multiasset::WildFungibility",
        Junction: "xcm::v3::junction::Junction",
        Junctions: "xcm::v3::junctions::Junctions",
        Location: "staging_xcm::v3::multilocation::MultiLocation",
        OldNetworkId: "xcm::v3::junction::NetworkId",
        Instruction: "xcm::v3::Instruction",
        PROGRAM: "xcm::v3::Xcm",
        responses.PalletInfo: "xcm::v3::PalletInfo",
        responses.QueryResponseInfo: "xcm::v3::QueryResponseInfo",
        responses.Response: "xcm::v3::Response",
        errors.Error: "xcm::v3::traits::Error",
    }
)

# ------------------------------------------------------------------------- layouts that codecs hold


def _makers(paths: Mapping[Any, tuple[str, ...]], *, shared_junctions: bool = True) -> dict[Any, Maker]:
    """How to describe what annotations leave to codecs, in one version."""

    def wrapper(tp: Any, inner: Any) -> Maker:
        return lambda registry: Type(paths[tp], (), Composite((_field(registry, inner),)), ())

    def junctions(registry: Registry) -> Type:
        return Type(paths[Junctions], (), Variants(tuple(_steps(registry, shared_junctions))), ())

    def fungibility(registry: Registry) -> Type:
        return replace(registry.sum(FungibleOrNot), path=paths[Fungibility])

    double_encoded = SHARED[terms.DoubleEncoded]
    return {
        AssetId: wrapper(AssetId, Location),
        Assets: wrapper(Assets, tuple[Asset, ...]),
        PROGRAM: wrapper(PROGRAM, tuple[Instruction, ...]),
        Junctions: junctions,
        Fungibility: fungibility,
        terms.DoubleEncoded: lambda registry: Type(
            double_encoded, (), Composite((Field("encoded", registry.register(bytes), "Vec<u8>", ()),)), ()
        ),
    }


def _steps(registry: Registry, shared: bool) -> Iterator[Variant]:  # noqa: FBT001 - private
    """`Here` and `X1` to `X8`: an array from version 4 on, one junction after the other before."""
    yield Variant("Here", (), 0, ())
    for length in range(1, MAX_JUNCTIONS + 1):
        parts = (registry.array_of(Junction, length),) if shared else (registry.register(Junction),) * length
        fields = tuple(Field(None, part, None, ()) for part in parts)
        yield Variant(f"X{length}", fields, length, ())


def _field(registry: Registry, tp: Any) -> Field:
    return Field(None, registry.register(tp), registry.type_name(tp), ())


def _hint(registry: Registry) -> Type:
    return Type(V5_PATHS[terms.Hint], (), Variants((registry.variant(terms.AssetClaimer),)), ())


def _old_errors(registry: Registry) -> Type:
    """Versions 3 and 4 share one type of errors."""
    found = registry.sum(errors.Error).definition
    assert isinstance(found, Variants)
    kept = (each for each in found.variants if each.index != TOO_MANY_ASSETS)
    moved = (replace(each, index=each.index - (each.index > TOO_MANY_ASSETS)) for each in kept)
    return Type(V3_PATHS[errors.Error], (), Variants(tuple(moved)), ())


def _old_asset_id(registry: Registry) -> Type:
    """The identity of an asset in version 3."""
    concrete = Variant("Concrete", (_field(registry, Location),), 0, ())
    return Type(V3_PATHS[AssetId], (), Variants((concrete, registry.variant(Abstract))), ())


# ------------------------------------------------------------------------------------------ dialects

NEW_WORDS = frozenset(ONLY_IN_V5)
OLD_WORDS: Mapping[Any, Any] = {NetworkId: OldNetworkId, Transact: OldTransact}

V4_MAKERS = _makers(V4_PATHS) | {errors.Error: _old_errors}
V3_MAKERS = _makers(V3_PATHS, shared_junctions=False) | {errors.Error: _old_errors, AssetId: _old_asset_id}

V4_WIRE, V3_WIRE = (Wire(f"told {each.name}", base=each, absent=NEW_WORDS) for each in (V4, V3))

V4_TYPES = Dialect(V4_PATHS, SHARED, V4_WIRE, V4_MAKERS, OLD_WORDS)
V3_TYPES = Dialect(V3_PATHS, SHARED, V3_WIRE, V3_MAKERS, OLD_WORDS)


def _versioned(name: str, tp: Any) -> Maker:
    """A value of any version."""

    def make(registry: Registry) -> Type:
        by_version = {3: registry.within(V3_TYPES), 4: registry.within(V4_TYPES), NEWEST: registry}
        variants = (
            Variant(f"V{version}", (_field(each, tp),), version, ()) for version, each in by_version.items()
        )
        return Type(PATHS[name], (), Variants(tuple(variants)), ())

    return make


XCM_MAKERS: Mapping[Any, Maker] = {
    **_makers(V5_PATHS),
    terms.Hint: _hint,
    VersionedAsset: _versioned("VersionedAsset", Asset),
    VersionedAssetId: _versioned("VersionedAssetId", AssetId),
    VersionedAssets: _versioned("VersionedAssets", Assets),
    VersionedInteriorLocation: _versioned("VersionedInteriorLocation", Junctions),
    VersionedLocation: _versioned("VersionedLocation", Location),
    VersionedResponse: _versioned("VersionedResponse", responses.Response),
    VersionedXcm: _versioned("VersionedXcm", PROGRAM),
}
"""How to describe XCM's types in the metadata of any chain."""
