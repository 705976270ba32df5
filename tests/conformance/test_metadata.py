"""Our relay chain against the metadata of the recorded runtime: every pallet in every aspect.

No pallet and no aspect is left out. A failure names each difference, as in
`Hrmp.calls[7].force_open_hrmp_channel argument 3: ours max_message_size u32, recorded max_size u32`.
"""

from __future__ import annotations

import pytest

from primitives.metadata.compare import ASPECTS, Comparison, Difference
from primitives.metadata.names import OPAQUE
from primitives.pallet import Pallet
from primitives.record import Record
from primitives.scale.derive import Wire
from primitives.storage.state import State
from runtime.relay import Relay
from tests.support.recorded_metadata import recorded_metadata

RECORDED = recorded_metadata("relay")

PALLETS = sorted(Relay.indices, key=lambda pallet: Relay.indices[pallet])

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
"""Types whose insides the recording does not hold; their names, and the default bytes, are compared."""

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

every_pallet = pytest.mark.parametrize("pallet", PALLETS, ids=lambda pallet: str(pallet.prefix))


@pytest.fixture(scope="module")
def chain() -> dict[type[Pallet], Pallet]:
    """The pallets of one relay chain by their class."""
    return {type(part): part for part in vars(Relay(State())).values() if isinstance(part, Pallet)}


@pytest.fixture(scope="module")
def wire(chain: dict[type[Pallet], Pallet]) -> Wire:
    return chain[PALLETS[0]].frame.wire


def lines(differences: tuple[Difference, ...]) -> str:
    return "\n".join(str(difference) for difference in differences)


@every_pallet
def test_index(pallet: type[Pallet], wire: Wire) -> None:
    differences = Comparison(RECORDED, wire).index(pallet, Relay.indices[pallet])

    assert not differences, lines(differences)


@pytest.mark.parametrize("aspect", ASPECTS)
@every_pallet
def test_declarations(pallet: type[Pallet], aspect: str, wire: Wire) -> None:
    differences = ASPECTS[aspect](Comparison(RECORDED, wire), pallet)

    assert not differences, lines(differences)


@every_pallet
def test_constant_values(pallet: type[Pallet], chain: dict[type[Pallet], Pallet], wire: Wire) -> None:
    constants: Record | None = getattr(chain[pallet], "constants", None)
    differences = Comparison(RECORDED, wire).constant_values(pallet, constants)

    assert not differences, lines(differences)


def test_no_other_type_is_compared_by_name_alone(wire: Wire) -> None:
    comparison = Comparison(RECORDED, wire)
    for pallet in PALLETS:
        for compare in ASPECTS.values():
            compare(comparison, pallet)

    assert comparison.by_name <= OPAQUE | NOT_RECORDED | COMPARED_ELSEWHERE


def test_each_ambiguous_name_has_a_type_that_fits(wire: Wire) -> None:
    comparison = Comparison(RECORDED, wire)
    for pallet in PALLETS:
        for compare in ASPECTS.values():
            compare(comparison, pallet)

    unfitting = [text.text for text, (_, fitting) in comparison.ambiguous.items() if not fitting]
    assert unfitting == []
