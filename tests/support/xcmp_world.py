"""The part of a parachain that messages across go through, on one state: real pallets all of them, a message
queue whose messages nobody executes, and channels as a test wants them or as the state tells of them.
"""

from __future__ import annotations

from pallets.message_queue import MessageQueue, Outcome
from pallets.message_queue_items import (
    AggregateMessageOrigin,
    MessageQueueConstants,
    MessageQueueWeights,
    Overweight,
)
from pallets.para.message_origin import MESSAGE_ORIGIN
from pallets.para.parachain_system_items import ChannelInfo
from pallets.para.sibling_queues import NarrowOriginToSibling
from pallets.para.xcmp_back_pressure import BackPressure
from pallets.para.xcmp_channels import GetChannelInfo, XcmpChannels
from pallets.para.xcmp_queue import XcmpQueue
from pallets.para.xcmp_queue_items import (
    NEWEST_RULES,
    XcmpQueueConstants,
    XcmpQueueRules,
    XcmpQueueWeights,
)
from primitives.ids import Hash, ParaId
from primitives.origin import Origin, Root, ensure_root
from primitives.pallet import Frame, Pallet
from primitives.record import Record
from primitives.scale.derive import Wire
from primitives.storage.state import State
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from xcm.junctions import Parachain
from xcm.location import PARENT, Location
from xcm.program import Xcm
from xcm.routing import ExponentialPrice
from xcm.terms import OriginKind

WIRE = Wire("siblings", replace={AggregateMessageOrigin: MESSAGE_ORIGIN})

CONSTANTS = XcmpQueueConstants(
    max_inbound_suspended=1_000, max_active_outbound_channels=128, max_page_size=103 * 1024
)
FREE_QUEUE = MessageQueueWeights(*[ZERO_WEIGHT] * len(MessageQueueWeights.__struct_fields__))


def no_weight(number: int) -> Weight:
    return ZERO_WEIGHT


FREE = XcmpQueueWeights(no_weight, no_weight, no_weight, no_weight, no_weight, ZERO_WEIGHT, ZERO_WEIGHT)
PLENTY = Weight(1 << 62, 1 << 62)
CONTROLLER = ParaId(1500)
"""The sibling that governs the chain."""


class Channels:
    """Channels out, by recipient."""

    def __init__(self) -> None:
        self.open: dict[ParaId, ChannelInfo] = {}

    def get_channel_info(self, para: ParaId) -> ChannelInfo | None:
        return self.open.get(para)


class NoVersions:
    """Knows no version of any chain."""

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        return None


def price(base: int = 0, per_byte: int = 0) -> ExponentialPrice:
    """What sending costs, in the relay chain's token."""
    return ExponentialPrice(PARENT, base, per_byte)


class XcmpWorld:
    """The pallets, wired as on a parachain; events are kept in a list.

    Messages wait until `serve` takes some out of the queues; none is looked at.
    """

    def __init__(
        self,
        state: State | None = None,
        *,
        constants: XcmpQueueConstants = CONSTANTS,
        weights: XcmpQueueWeights = FREE,
        heap_size: int = 65_536,
        channel_info: GetChannelInfo | None = None,
        rules: XcmpQueueRules = NEWEST_RULES,
        wire: Wire = WIRE,
    ) -> None:
        self.state = State() if state is None else state
        frame = Frame(self.state, wire)
        frame.deposit = self._deposit
        self.events: list[Record] = []
        self.processed: list[tuple[Record, bytes]] = []
        self.channels = Channels()
        info = channel_info or self.channels
        self.outbound = XcmpChannels(frame, info, constants, rules)
        self.pressure = BackPressure(self.outbound, self._convert_origin, ensure_root)
        siblings = NarrowOriginToSibling(self.pressure)
        self.messages = MessageQueue(
            frame,
            self,
            siblings,
            MessageQueueConstants(heap_size, 8, None, None),
            FREE_QUEUE,
            siblings.is_paused,
        )
        self.queue = XcmpQueue(frame, info, self.messages, constants, weights, rules=rules)

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        self.events.append(event)

    def _convert_origin(self, location: Location, kind: OriginKind) -> Origin | None:
        governs = location == Location(1, (Parachain(CONTROLLER),)) and kind is OriginKind.Superuser
        return Root() if governs else None

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        if not meter.try_consume(Weight(1, 1)):
            return Outcome(id, Overweight(Weight(1, 1)))
        self.processed.append((origin, message))
        return Outcome(id, True)

    def open_channel(
        self,
        para: int,
        *,
        max_capacity: int = 8,
        max_total_size: int = 8_192,
        max_message_size: int = 1_024,
        msg_count: int = 0,
        total_size: int = 0,
    ) -> None:
        """Open a channel, or say anew how large it is and what is in it."""
        self.channels.open[ParaId(para)] = ChannelInfo(
            max_capacity, max_total_size, max_message_size, msg_count, total_size
        )

    def close_channel(self, para: int) -> None:
        del self.channels.open[ParaId(para)]
