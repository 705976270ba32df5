"""Our XCM types against the recorded metadata, in each version that is spoken.

Names and indices of cases, names and types of fields are compared down to the widths of numbers. What our
annotations leave to a codec (junctions, the single case of `Hint`, the identity of assets in version 3) the
comparison knows by name only; those are held against the recording case by case below.
"""

from __future__ import annotations

from typing import Any

import pytest

from primitives.metadata.compare import Comparison
from primitives.metadata.describe import Case, Sum, Text
from primitives.record import tag_of
from primitives.scale.derive import PLAIN, Wire
from tests.support.recorded_metadata import recorded_metadata
from xcm import errors
from xcm.asset import Asset, Assets, FungibleOrNot
from xcm.dialects import DIALECTS, OLD_ERRORS, ONLY_IN_V5, TEST_NETWORKS, OldTransact
from xcm.errors import SendError
from xcm.junctions import Junction, NetworkId
from xcm.location import Location
from xcm.program import PROGRAM
from xcm.responses import QueryResponseInfo, Response
from xcm.terms import AssetClaimer

RECORDED = recorded_metadata("relay")
WITHIN = {3: "xcm::v3", 4: "staging_xcm::v4", 5: "staging_xcm::v5"}
OLD_LAYOUT = Wire("names of before version 5", absent=frozenset(ONLY_IN_V5))

BY_NAME = {"AssetId", "DoubleEncoded", "Fungibility", "Hint", "Junctions"}
"""What the comparison of a program does not look into."""


OLDER = {f"nothing / {name}" for name in ("Westend", "Rococo", "Wococo")} | {
    "fallback_max_weight Option<Weight> / require_weight_at_most Weight"
}
"""How networks and `Transact` were before version 5."""

OLDER_ERRORS = {
    "TooManyAssets / UnhandledXcmVersion",
    "UnhandledXcmVersion / WeightLimitReached",
    "WeightLimitReached / Barrier",
    "Barrier / WeightNotComputable",
    "WeightNotComputable / ExceedsStackLimit",
    "ExceedsStackLimit / nothing",
}


def compared(tp: Any, name: str, version: int, wire: Wire = PLAIN) -> tuple[set[str], set[str]]:
    """Differences, each once wherever it is, and what was compared by name only."""
    comparison = Comparison(RECORDED, wire)
    found = comparison.types("", tp, Text(name, WITHIN[version]))
    return {f"{each.ours} / {each.recorded}" for each in found}, comparison.by_name


def cases(name: str, version: int) -> dict[int, Case]:
    """The recorded cases of a sum."""
    (found,) = RECORDED.candidates(Text(name, WITHIN[version]))
    assert isinstance(found, Sum)
    return {case.index: case for case in found.cases}


def test_programs_of_version_5_are_as_recorded() -> None:
    differences, by_name = compared(PROGRAM, "Xcm", 5)
    assert differences == set()
    assert by_name == BY_NAME


@pytest.mark.parametrize("version", [3, 4])
def test_programs_of_before_differ_in_what_the_dialects_say(version: int) -> None:
    differences, by_name = compared(PROGRAM, "Xcm", version, OLD_LAYOUT)
    assert differences - OLDER_ERRORS == OLDER
    assert by_name == BY_NAME - {"Hint"}
    assert set(cases("Instruction", 5)) - set(cases("Instruction", version)) == {
        tag_of(arm) for arm in ONLY_IN_V5
    }


def test_a_call_of_before_version_5_is_as_recorded() -> None:
    for version in (3, 4):
        recorded = cases("Instruction", version)[6].body.fields
        assert [field.name for field in recorded] == list(OldTransact.__struct_fields__)


def test_errors_of_before_version_5_are_as_recorded() -> None:
    assert compared(errors.Error, "Error", 5) == (set(), set())
    assert compared(errors.Error, "Error", 3)[0] == OLDER_ERRORS
    recorded = cases("Error", 3)
    assert {tag: recorded[tag].name for tag in OLD_ERRORS} == {
        tag: arm.__name__ for tag, arm in OLD_ERRORS.items()
    }
    assert max(recorded) == max(OLD_ERRORS)


@pytest.mark.parametrize("version", [3, 4])
def test_the_test_networks_have_their_recorded_tags(version: int) -> None:
    gone = set(cases("NetworkId", version)) - set(cases("NetworkId", 5))
    assert gone == set(TEST_NETWORKS)
    assert [cases("NetworkId", version)[tag].name for tag in sorted(gone)] == ["Westend", "Rococo", "Wococo"]


@pytest.mark.parametrize("version", [3, 4, 5])
def test_junctions_are_here_and_x1_to_x8(version: int) -> None:
    recorded = cases("Junctions", version)
    assert [recorded[tag].name for tag in sorted(recorded)] == ["Here", *(f"X{n}" for n in range(1, 9))]
    for tag, case in recorded.items():
        listed = [field.type.text for field in case.body.fields]
        assert listed == (["Junction"] * tag if version == 3 else [f"[Junction; {tag}]"][: bool(tag)])


@pytest.mark.parametrize(
    ("name", "tp"),
    [
        ("Location", Location),
        ("Junction", Junction),
        ("NetworkId", NetworkId),
        ("Asset", Asset),
        ("Assets", Assets),
        ("Fungibility", FungibleOrNot),
        ("Response", Response),
        ("QueryResponseInfo", QueryResponseInfo),
    ],
)
def test_the_words_of_version_5_are_as_recorded(name: str, tp: Any) -> None:
    assert compared(tp, name, 5)[0] == set()


def test_what_is_known_by_name_is_as_recorded() -> None:
    assert [(case.index, case.name) for case in cases("Hint", 5).values()] == [(0, "AssetClaimer")]
    assert [field.name for field in cases("Hint", 5)[0].body.fields] == list(AssetClaimer.__struct_fields__)
    assert {tag: case.name for tag, case in cases("AssetId", 3).items()} == {0: "Concrete", 1: "Abstract"}
    for version in (4, 5):
        assert RECORDED.candidates(Text("AssetId", WITHIN[version])) == RECORDED.candidates(
            Text("Location", WITHIN[version])
        )


def test_outcomes_and_reasons_not_to_send_are_as_recorded() -> None:
    assert compared(errors.Outcome, "Outcome", 5)[0] == set()
    assert compared(SendError, "SendError", 3)[0] == set()


@pytest.mark.parametrize(
    "name",
    ["VersionedXcm", "VersionedLocation", "VersionedAssets", "VersionedAssetId", "VersionedResponse"],
)
def test_versions_are_numbered_by_themselves(name: str) -> None:
    for found in RECORDED.candidates(Text(name)):
        assert isinstance(found, Sum)
        assert {case.index: case.name for case in found.cases} == {n: f"V{n}" for n in DIALECTS}
