"""Between the message queue, which holds everybody's messages, and XcmpQueue, which minds siblings only.

A **sibling** is another parachain under the same relay chain. Its queue may be suspended and paused; those of
the relay chain and of the chain itself never are.

Upstream: cumulus/parachains/common/src/message_queue.rs
"""

from __future__ import annotations

from typing import Protocol

from pallets.message_queue_footprints import QueueFootprint
from pallets.para.message_origin import Parent, Sibling
from primitives.ids import ParaId
from primitives.record import Record
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location


def sibling(para: ParaId) -> Location:
    """Another parachain, as a parachain sees it."""
    return Location(1, (Parachain(para),))


def location_of(origin: Record) -> Location:
    """Where the messages of a queue come from.

    Upstream: cumulus/primitives/core/src/lib.rs `AggregateMessageOrigin`
    """
    match origin:
        case Parent():
            return PARENT
        case Sibling(para):
            return sibling(para)
        case _:
            return HERE


class Siblings(Protocol):
    """Who minds what siblings send: XcmpQueue."""

    def on_queue_changed(self, para: ParaId, footprint: QueueFootprint) -> None:
        """A sibling's queue now holds so much."""
        ...

    def is_paused(self, para: ParaId) -> bool:
        """Whether a sibling's messages have to wait."""
        ...


class NarrowOriginToSibling:
    """Passes on what concerns siblings' queues; other queues are never paused, and nobody is told of them.

    Upstream: cumulus/parachains/common/src/message_queue.rs `NarrowOriginToSibling`
    """

    def __init__(self, siblings: Siblings) -> None:
        self.siblings = siblings

    def on_queue_changed(self, origin: Record, footprint: QueueFootprint) -> None:
        """Tell who minds siblings, if it is one of theirs."""
        if isinstance(origin, Sibling):
            self.siblings.on_queue_changed(origin.para, footprint)

    def is_paused(self, origin: Record) -> bool:
        """Whether a queue has to wait."""
        return isinstance(origin, Sibling) and self.siblings.is_paused(origin.para)
