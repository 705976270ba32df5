"""XCM's types in metadata: three versions from one set of annotations.

`tests/conformance/test_metadata_types.py` holds each of them against the recorded runtime's.
"""

from __future__ import annotations

from typing import Any

import pytest

from primitives.metadata.registry import Registry
from primitives.metadata.types import Type, TypeParameter, Variant, Variants
from primitives.scale.derive import PLAIN
from runtime.xcm_types import V5_PATHS, XCM_MAKERS
from xcm.location import Location
from xcm.versions import VersionedLocation, VersionedResponse, VersionedXcm


@pytest.fixture
def registry() -> Registry:
    return Registry(PLAIN, XCM_MAKERS, paths=V5_PATHS)


def described(registry: Registry, tp: Any) -> Type:
    at = registry.register(tp)
    return registry.types()[at].type


def cases(kind: Type) -> dict[str, Variant]:
    assert isinstance(kind.definition, Variants)
    return {each.name: each for each in kind.definition.variants}


def instructions(registry: Registry, version: str) -> dict[str, Variant]:
    described(registry, VersionedXcm)
    (found,) = [each.type for each in registry.types() if each.type.path[-2:] == (version, "Instruction")]
    return cases(found)


def test_a_versioned_value_is_one_of_three(registry: Registry) -> None:
    found = cases(described(registry, VersionedLocation))

    assert {name: each.index for name, each in found.items()} == {"V3": 3, "V4": 4, "V5": 5}
    assert [each.fields[0].type_name for each in found.values()] == ["MultiLocation", "Location", "Location"]
    assert len({each.fields[0].type for each in found.values()}) == 3


def test_the_newest_version_is_what_pallets_name_without_one(registry: Registry) -> None:
    newest = cases(described(registry, VersionedLocation))["V5"].fields[0].type

    assert registry.register(Location) == newest


def test_what_is_the_same_in_all_versions_is_there_once(registry: Registry) -> None:
    described(registry, VersionedXcm)
    names = [each.type.path[-1] for each in registry.types() if each.type.path]

    for shared in ("BodyId", "BodyPart", "DoubleEncoded", "MaybeErrorCode", "OriginKind", "WeightLimit"):
        assert names.count(shared) == 1
    assert names.count("Error") == 2
    assert names.count("Instruction") == names.count("Xcm") == names.count("NetworkId") == 3


def test_a_version_calls_its_types_by_its_own_names(registry: Registry) -> None:
    old, new = (instructions(registry, version)["QueryResponse"] for version in ("v3", "v5"))

    assert [each.type_name for each in old.fields][-1] == "Option<MultiLocation>"
    assert [each.type_name for each in new.fields][-1] == "Option<Location>"


def test_older_versions_have_fewer_instructions_and_another_transact(registry: Registry) -> None:
    old, new = instructions(registry, "v4"), instructions(registry, "v5")

    assert new.keys() - old.keys() == {"PayFees", "InitiateTransfer", "ExecuteWithOrigin", "SetHints"}
    assert [each.name for each in old["Transact"].fields] == ["origin_kind", "require_weight_at_most", "call"]
    assert [each.name for each in new["Transact"].fields] == ["origin_kind", "fallback_max_weight", "call"]


def test_a_program_tells_that_upstream_has_it_for_any_calls(registry: Registry) -> None:
    assert described(registry, VersionedXcm).parameters == (TypeParameter("RuntimeCall", None),)


def test_a_response_has_the_errors_of_its_version(registry: Registry) -> None:
    described(registry, VersionedResponse)
    old, new = (
        cases(next(each.type for each in registry.types() if "::".join(each.type.path) == path))
        for path in ("xcm::v3::traits::Error", "xcm::v5::traits::Error")
    )

    assert "TooManyAssets" not in old
    assert (old["UnhandledXcmVersion"].index, new["UnhandledXcmVersion"].index) == (35, 36)
