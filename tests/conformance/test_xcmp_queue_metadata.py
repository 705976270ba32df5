"""XcmpQueue and CumulusXcm against the metadata of the recorded parachain."""

from __future__ import annotations

import pytest

from pallets.para.cumulus_xcm import CumulusXcm, CumulusXcmOrigin
from pallets.para.message_origin import MessageOrigin
from pallets.para.xcmp_queue import XcmpQueue
from primitives.metadata.compare import ASPECTS, Comparison, Difference
from primitives.metadata.describe import Text
from primitives.pallet import Pallet
from primitives.scale.derive import PLAIN
from tests.support.recorded_metadata import recorded_metadata
from tests.support.xcmp_world import CONSTANTS

RECORDED = recorded_metadata("para")
PALLETS: dict[type[Pallet], int] = {XcmpQueue: 30, CumulusXcm: 32}

every_pallet = pytest.mark.parametrize("pallet", PALLETS, ids=lambda pallet: str(pallet.prefix))


def lines(differences: tuple[Difference, ...]) -> str:
    return "\n".join(str(difference) for difference in differences)


@pytest.mark.parametrize("aspect", ASPECTS)
@every_pallet
def test_declarations(pallet: type[Pallet], aspect: str) -> None:
    comparison = Comparison(RECORDED, PLAIN)
    differences = ASPECTS[aspect](comparison, pallet)

    assert not differences, lines(differences)
    assert not comparison.by_name


@every_pallet
def test_index(pallet: type[Pallet]) -> None:
    differences = Comparison(RECORDED, PLAIN).index(pallet, PALLETS[pallet])

    assert not differences, lines(differences)


def test_constant_values() -> None:
    differences = Comparison(RECORDED, PLAIN).constant_values(XcmpQueue, CONSTANTS)

    assert not differences, lines(differences)


@pytest.mark.parametrize(
    ("ours", "name", "crate"),
    [
        (CumulusXcmOrigin, "Origin", "cumulus_pallet_xcm"),
        (MessageOrigin, "AggregateMessageOrigin", "cumulus_primitives_core"),
    ],
)
def test_origins(ours: type, name: str, crate: str) -> None:
    differences = Comparison(RECORDED, PLAIN).types("", ours, Text(name, crate))

    assert not differences, lines(differences)
