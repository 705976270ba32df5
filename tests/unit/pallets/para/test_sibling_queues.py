"""Queues of siblings are told apart from the others."""

from __future__ import annotations

import pytest

from pallets.message_queue_footprints import QueueFootprint
from pallets.para.message_origin import Here, Parent, Sibling
from pallets.para.sibling_queues import NarrowOriginToSibling, location_of
from primitives.ids import ParaId
from primitives.record import Record
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location

FOOTPRINT = QueueFootprint(1, 1, 1, 1)
SIBLING = Sibling(ParaId(2000))


class Noted:
    """Pauses everybody, and notes what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[ParaId, QueueFootprint]] = []

    def on_queue_changed(self, para: ParaId, footprint: QueueFootprint) -> None:
        self.told.append((para, footprint))

    def is_paused(self, para: ParaId) -> bool:
        return True


@pytest.mark.parametrize("origin", [Here(), Parent()])
def test_nobody_is_told_of_other_queues_and_nobody_pauses_them(origin: Record) -> None:
    noted = Noted()
    narrow = NarrowOriginToSibling(noted)
    narrow.on_queue_changed(origin, FOOTPRINT)
    assert noted.told == []
    assert not narrow.is_paused(origin)


def test_a_siblings_queue_is_passed_on() -> None:
    noted = Noted()
    narrow = NarrowOriginToSibling(noted)
    narrow.on_queue_changed(SIBLING, FOOTPRINT)
    assert noted.told == [(2000, FOOTPRINT)]
    assert narrow.is_paused(SIBLING)


def test_messages_come_from_where_their_queue_says() -> None:
    assert location_of(Here()) == HERE
    assert location_of(Parent()) == PARENT
    assert location_of(SIBLING) == Location(1, (Parachain(2000),))
