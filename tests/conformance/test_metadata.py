"""Our two chains against the metadata of the recorded runtimes: every pallet in every aspect.

No pallet and no aspect is left out. A failure names each difference, as in
`Hrmp.calls[7].force_open_hrmp_channel argument 3: ours max_message_size u32, recorded max_size u32`.
"""

from __future__ import annotations

from functools import cache

import pytest

from pallets.para.cumulus_xcm import CumulusXcmOrigin
from pallets.para.message_origin import MessageOrigin
from pallets.para.parachain_info import ParachainInfo
from pallets.xcm_pallet_items import XcmOrigin
from primitives.ids import ParaId
from primitives.metadata.compare import ASPECTS, Comparison, Difference
from primitives.metadata.describe import Text
from primitives.metadata.names import OPAQUE
from primitives.pallet import Frame, Pallet
from primitives.record import Record
from primitives.scale.derive import PLAIN
from primitives.storage.state import State
from runtime.construct import Runtime
from runtime.para import Para
from runtime.relay import Relay
from tests.support.recorded_metadata import recorded_metadata

SIDES: dict[str, type[Runtime]] = {"relay": Relay, "para": Para}

NOT_RECORDED = {
    "AccountInfo",
    "AuthorizedCodeHashAndExpiry",
    "BlockLength",
    "BlockWeights",
    "CodeUpgradeAuthorization",
    "DispatchEventInfo",
    "EventRecord",
    "KeyTypeId",
    "LastRuntimeUpgradeInfo",
    "OffenceSeverity",
    "ParaLifecycle",
    "ParaPastCodeMeta",
    "PerDispatchClass",
    "Phase",
    "PvfCheckActiveVoteState",
    "RuntimeDbWeight",
    "RuntimeVersion",
    "SessionInfo",
    "UpgradeGoAhead",
    "UpgradeRestriction",
}
"""Types whose insides the recordings do not hold; their names, and the default bytes, are compared."""

COMPARED_ELSEWHERE = {
    "AggregateMessageOrigin",
    "AssetId",
    "DoubleEncoded",
    "Fungibility",
    "Hint",
    "Junctions",
    "VersionedAssetId",
    "VersionedAssets",
    "VersionedLocation",
    "VersionedResponse",
    "VersionedXcm",
}
"""Types whose layouts inside `test_xcm_layouts.py` and `test_metadata_types.py` compare."""

WITHOUT_FREEZES = {"relay": set[str](), "para": {"Balances.Freezes value[].id"}}
"""The parachain has no reasons for freezes and allows none, so that there never is one to be written."""

NO_REASON = {"relay": set[str](), "para": {"()", "IdAmount<(), u128>"}}
"""How the recording writes that."""

PALLETS = [
    (side, pallet)
    for side, runtime in SIDES.items()
    for pallet in sorted(runtime.indices, key=lambda each: SIDES[side].indices[each])
]

on_both_sides = pytest.mark.parametrize("side", SIDES)
every_pallet = pytest.mark.parametrize(
    ("side", "pallet"), PALLETS, ids=[f"{side}-{pallet.prefix}" for side, pallet in PALLETS]
)


@cache
def chain(side: str) -> dict[type[Pallet], Pallet]:
    """The pallets of a chain by their class; of the recorded parachain, as a constant depends on that."""
    state = State()
    ParachainInfo(Frame(state)).parachain_id.put(ParaId(1010))
    runtime = Para(state) if side == "para" else Relay(State())
    return {type(part): part for part in vars(runtime).values() if isinstance(part, Pallet)}


def comparison(side: str) -> Comparison:
    return Comparison(recorded_metadata(side), SIDES[side].wire())


def whole_comparison(side: str) -> Comparison:
    compared = comparison(side)
    for compare in ASPECTS.values():
        for pallet in SIDES[side].indices:
            compare(compared, pallet)
    return compared


def lines(differences: tuple[Difference, ...]) -> str:
    return "\n".join(str(difference) for difference in differences)


@every_pallet
def test_index(side: str, pallet: type[Pallet]) -> None:
    differences = comparison(side).index(pallet, SIDES[side].indices[pallet])

    assert not differences, lines(differences)


@pytest.mark.parametrize("aspect", ASPECTS)
@every_pallet
def test_declarations(side: str, pallet: type[Pallet], aspect: str) -> None:
    differences = ASPECTS[aspect](comparison(side), pallet)
    left = tuple(each for each in differences if each.where not in WITHOUT_FREEZES[side])

    assert not left, lines(left)


@every_pallet
def test_constant_values(side: str, pallet: type[Pallet]) -> None:
    constants: Record | None = getattr(chain(side)[pallet], "constants", None)
    differences = comparison(side).constant_values(pallet, constants)

    assert not differences, lines(differences)


@pytest.mark.parametrize(
    ("side", "ours", "name", "crate"),
    [
        ("relay", XcmOrigin, "Origin", "pallet_xcm"),
        ("para", XcmOrigin, "Origin", "pallet_xcm"),
        ("para", CumulusXcmOrigin, "Origin", "cumulus_pallet_xcm"),
        ("para", MessageOrigin, "AggregateMessageOrigin", "cumulus_primitives_core"),
    ],
)
def test_origins(side: str, ours: type, name: str, crate: str) -> None:
    differences = Comparison(recorded_metadata(side), PLAIN).types("", ours, Text(name, crate))

    assert not differences, lines(differences)


@on_both_sides
def test_no_other_type_is_compared_by_name_alone(side: str) -> None:
    by_name = whole_comparison(side).by_name

    assert by_name <= OPAQUE | NOT_RECORDED | COMPARED_ELSEWHERE | NO_REASON[side]


@on_both_sides
def test_each_ambiguous_name_has_a_type_that_fits(side: str) -> None:
    ambiguous = whole_comparison(side).ambiguous

    unfitting = {text.text for text, (_, fitting) in ambiguous.items() if not fitting}
    assert unfitting <= NO_REASON[side]
