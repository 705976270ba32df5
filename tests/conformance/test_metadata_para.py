"""Our parachain against the metadata of the recorded runtime: every pallet in every aspect.

As `test_metadata.py` does it for the relay chain.
"""

from __future__ import annotations

import pytest

from pallets.para.parachain_info import ParachainInfo
from primitives.ids import ParaId
from primitives.metadata.compare import ASPECTS, Comparison, Difference
from primitives.metadata.names import OPAQUE
from primitives.pallet import Frame, Pallet
from primitives.record import Record
from primitives.scale.derive import Wire
from primitives.storage.state import State
from runtime.para import Para
from tests.conformance.test_metadata import COMPARED_ELSEWHERE, NOT_RECORDED
from tests.support.recorded_metadata import recorded_metadata

RECORDED = recorded_metadata("para")

PALLETS = sorted(Para.indices, key=lambda pallet: Para.indices[pallet])

WITHOUT_FREEZES = {"Balances.Freezes value[].id"}
"""The chain has no reasons for freezes and allows none, so that there never is one to be written."""

NO_REASON = {"()", "IdAmount<(), u128>"}
"""How the recording writes that."""

every_pallet = pytest.mark.parametrize("pallet", PALLETS, ids=lambda pallet: str(pallet.prefix))


@pytest.fixture(scope="module")
def chain() -> dict[type[Pallet], Pallet]:
    """The pallets of one parachain by their class. It is the recorded one, as a constant depends on that."""
    state = State()
    ParachainInfo(Frame(state)).parachain_id.put(ParaId(1010))
    return {type(part): part for part in vars(Para(state)).values() if isinstance(part, Pallet)}


@pytest.fixture(scope="module")
def wire(chain: dict[type[Pallet], Pallet]) -> Wire:
    return chain[PALLETS[0]].frame.wire


def lines(differences: tuple[Difference, ...]) -> str:
    return "\n".join(str(difference) for difference in differences)


@every_pallet
def test_index(pallet: type[Pallet], wire: Wire) -> None:
    differences = Comparison(RECORDED, wire).index(pallet, Para.indices[pallet])

    assert not differences, lines(differences)


@pytest.mark.parametrize("aspect", ASPECTS)
@every_pallet
def test_declarations(pallet: type[Pallet], aspect: str, wire: Wire) -> None:
    differences = ASPECTS[aspect](Comparison(RECORDED, wire), pallet)
    left = tuple(each for each in differences if each.where not in WITHOUT_FREEZES)

    assert not left, lines(left)


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

    assert comparison.by_name <= OPAQUE | NOT_RECORDED | COMPARED_ELSEWHERE | NO_REASON


def test_each_ambiguous_name_has_a_type_that_fits(wire: Wire) -> None:
    comparison = Comparison(RECORDED, wire)
    for pallet in PALLETS:
        for compare in ASPECTS.values():
            compare(comparison, pallet)

    unfitting = [text.text for text, (_, fitting) in comparison.ambiguous.items() if not fitting]
    assert set(unfitting) <= NO_REASON
