"""A chain that has nothing but message queues, and messages that say what is to happen to them.

A message is text. `weight=N` at its start makes it need N of both parts of weight, else it needs 1. It ends
in what its processor is to answer: `badformat`, `corrupt`, `unsupported`, `yield`, `stacklimit`; else it is
processed well. A message that starts with `callback=NAME` runs a function of the test while it is
processed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pallets.message_queue import MessageQueue, Outcome
from pallets.message_queue_footprints import QueueFootprint
from pallets.message_queue_invariants import violations
from pallets.message_queue_items import (
    AggregateMessageOrigin,
    BadFormat,
    BookState,
    Corrupt,
    MessageQueueConstants,
    MessageQueueWeights,
    Overweight,
    ProcessMessageError,
    StackLimitReached,
    Unsupported,
    Yield,
)
from primitives.ids import AccountId, Hash
from primitives.origin import Signed
from primitives.pallet import Frame, Pallet
from primitives.record import Record
from primitives.scale.codec import U32, Codec
from primitives.scale.derive import Wire, codec
from primitives.storage.state import State
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter

HEAP_SIZE = 24
ANYBODY = Signed(AccountId(bytes(32)))
PLENTY = 1 << 40


class Here(Record, tag=0):
    """One sender."""


class There(Record, tag=1):
    """Another."""


class Numbered(Record, tag=2):
    """As many more as a test needs."""

    number: U32


_ORIGIN: Codec[Any] = codec(Here | There | Numbered)
WIRE = Wire("queues", replace={AggregateMessageOrigin: _ORIGIN})

ERRORS: dict[str, ProcessMessageError] = {
    "badformat": BadFormat(),
    "corrupt": Corrupt(),
    "unsupported": Unsupported(),
    "yield": Yield(),
    "stacklimit": StackLimitReached(),
}


def both(amount: int) -> Weight:
    return Weight(amount, amount)


class QueueWorld:
    """The pallet, its messages' processor, and a record of what happened."""

    def __init__(
        self,
        *,
        service: Weight | None = None,
        idle: Weight | None = None,
        weights: MessageQueueWeights | None = None,
        max_stale: int = 2,
        heap_size: int = HEAP_SIZE,
    ) -> None:
        self.state = State()
        frame = Frame(self.state, WIRE)
        frame.deposit = self._deposit
        self.events: list[Record] = []
        self.processed: list[tuple[bytes, Record]] = []
        self.changes: list[tuple[Record, int, int]] = []
        self.yielding: set[Record] = set()
        self.paused: set[Record] = set()
        self.callbacks: dict[str, Callable[[], object]] = {}
        constants = MessageQueueConstants(heap_size, max_stale, service, idle)
        self.queue = MessageQueue(
            frame, self, self, constants, weights or FREE, is_paused=lambda origin: origin in self.paused
        )

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        self.events.append(event)

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        text = message.decode()
        if origin in self.yielding:
            return Outcome(id, Yield())
        for ending, error in ERRORS.items():
            if text.endswith(ending):
                return Outcome(id, error)
        needed = both(int(text[7:].split(" ")[0])) if text.startswith("weight=") else both(1)
        if not meter.try_consume(needed):
            return Outcome(id, Overweight(needed))
        if text.startswith("callback="):
            self.callbacks[text[9:]]()
        self.processed.append((message, origin))
        return Outcome(id, True)

    def on_queue_changed(self, origin: Record, footprint: QueueFootprint) -> None:
        self.changes.append((origin, footprint.count, footprint.size))

    def enqueue(self, origin: Record, *messages: str) -> None:
        self.queue.enqueue_messages(origin, tuple(message.encode() for message in messages))

    def serve(self, limit: int) -> list[str]:
        """Serve within a limit; gives what was processed by that. The queues hold together afterwards."""
        known = len(self.processed)
        self.queue.service_queues(both(limit))
        self.check()
        return [message.decode() for message, _ in self.processed[known:]]

    def book(self, origin: Record) -> BookState:
        return self.queue.book_state_for[origin]

    def ring(self) -> list[Record]:
        """The ready ring from its head on."""
        head = self.queue.service_head.get()
        found: list[Record] = []
        while head is not None and head not in found:
            found.append(head)
            neighbours = self.book(head).ready_neighbours
            assert neighbours is not None
            head = neighbours.next
        return found

    def check(self) -> None:
        """No invariant is violated."""
        assert list(violations(self.queue)) == []


def execute(world: QueueWorld, origin: Here | There | Numbered, page: int, index: int, limit: int) -> None:
    """Run a message that was set aside, in a layer as a call is."""
    with world.state.layer():
        world.queue.execute_overweight(ANYBODY, origin, page, index, both(limit))


def weights(**costs: int) -> MessageQueueWeights:
    """Everything free but what is named."""
    names = MessageQueueWeights.__struct_fields__
    return MessageQueueWeights(**{name: both(costs.get(name, 0)) for name in names})


FREE = MessageQueueWeights(*[ZERO_WEIGHT] * len(MessageQueueWeights.__struct_fields__))
