"""Messages from the relay chain as they waited before there was MessageQueue, and their way into it.

Older chains kept them in pages of their own, and set **overweight** ones aside by number. State of such a
chain is read by what is declared here. A chain that goes on from it has `DmpQueue` among its pallets until
the migration is `Completed`; the recorded ones are long past that.

    NotStarted -> pages, one a block -> set aside, one a block -> cleaned up, two keys a block -> Completed

Upstream: cumulus/pallets/dmp-queue/src/lib.rs
"""

from __future__ import annotations

from typing import Protocol

from typing_extensions import override

from pallets.para.message_origin import Parent
from primitives.hashing import twox_128
from primitives.ids import BlockNumber
from primitives.pallet import BLAKE2_128_CONCAT, Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U32, U64
from primitives.storage.views import DefaultMap, Map, OptionValue, Value
from primitives.weights import ZERO_WEIGHT, Weight

KEYS_CLEANED = 2
"""Keys that are removed in one block.

Upstream: cumulus/pallets/dmp-queue/src/lib.rs `Hooks::on_idle`
"""

Waiting = tuple[BlockNumber, bytes]
"""A message, behind the relay chain block that brought it."""


class PageIndexData(Record):
    """Which pages there are, and how many messages were ever set aside.

    Upstream: cumulus/pallets/dmp-queue/src/migration.rs `PageIndexData`
    """

    begin_used: U32 = 0
    end_used: U32 = 0
    """The first page that is not used."""

    overweight_count: U64 = 0


class NotStarted(Record, tag=0):
    """Nothing was moved yet."""


class ExportingPages(Record, tag=1):
    """Pages are being moved."""

    next_begin_used: U32


class PagesExported(Record, tag=2):
    """All pages were moved."""


class ExportingOverweight(Record, tag=3):
    """Messages that were set aside are being moved."""

    next_overweight_index: U64


class OverweightExported(Record, tag=4):
    """All of those were moved."""


class CleaningUp(Record, tag=5):
    """What is left is being removed, from this key on."""

    cursor: bytes | None


class Done(Record, tag=6):
    """Nothing is left, and the chain may do without the pallet."""


MigrationState = (
    NotStarted | ExportingPages | PagesExported | ExportingOverweight | OverweightExported | CleaningUp | Done
)
"""Upstream: cumulus/pallets/dmp-queue/src/lib.rs `MigrationState`"""


class StartedExport(Record, tag=0):
    """Pages begin to be moved."""


class Exported(Record, tag=1):
    """A page was moved."""

    page: U32


class ExportFailed(Record, tag=2):
    """There was nothing in a page."""

    page: U32


class CompletedExport(Record, tag=3):
    """All pages were moved."""


class StartedOverweightExport(Record, tag=4):
    """Messages that were set aside begin to be moved."""


class ExportedOverweight(Record, tag=5):
    """One of them was moved."""

    index: U64


class ExportOverweightFailed(Record, tag=6):
    """One of them was not there, or too long."""

    index: U64


class CompletedOverweightExport(Record, tag=7):
    """All of them were moved."""


class StartedCleanup(Record, tag=8):
    """What is left begins to be removed."""


class CleanedSome(Record, tag=9):
    """Some of it was removed."""

    keys_removed: U32


class Completed(Record, tag=10):
    """Nothing is left."""

    error: bool


Event = (
    StartedExport
    | Exported
    | ExportFailed
    | CompletedExport
    | StartedOverweightExport
    | ExportedOverweight
    | ExportOverweightFailed
    | CompletedOverweightExport
    | StartedCleanup
    | CleanedSome
    | Completed
)


class DmpSink(Protocol):
    """Where messages wait today: MessageQueue."""

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have."""
        ...

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of a queue."""
        ...


class DmpQueue(Pallet, prefix="DmpQueue", events=Event):
    """The old queue, which only empties itself.

    Upstream: cumulus/pallets/dmp-queue/src/lib.rs `Pallet`
    """

    migration_status: Value[MigrationState] = item(default=NotStarted())
    """How far the old queue is emptied."""

    configuration: OptionValue[Weight]
    """What a message might weigh before it was set aside."""

    page_index: Value[PageIndexData] = item(default=PageIndexData())
    """Which pages there are."""

    pages: DefaultMap[U32, tuple[Waiting, ...]] = item(default=(), hashers=(BLAKE2_128_CONCAT,))
    """Messages that wait, a page for each block that brought more than it executed."""

    overweight: Map[U64, Waiting] = item(hashers=(BLAKE2_128_CONCAT,))
    """Messages that were set aside, by number."""

    counter_for_overweight: Value[U32] = item(default=0)
    """How many of those there are."""

    def __init__(self, frame: Frame, sink: DmpSink, step_weight: Weight) -> None:
        super().__init__(frame)
        self.sink, self.step_weight = sink, step_weight

    @override
    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Take one step, if there is weight for the longest one; gives what was used, even for none.

        Upstream: cumulus/pallets/dmp-queue/src/lib.rs `Hooks::on_idle`
        """
        if self.step_weight.any_gt(remaining):
            return ZERO_WEIGHT
        self._step(self.migration_status.get(), self.page_index.get())
        return self.step_weight

    def _step(self, state: MigrationState, index: PageIndexData) -> None:
        match state:
            case NotStarted():
                self._go_on(ExportingPages(index.begin_used), StartedExport())
            case ExportingPages(page) if page != index.end_used:
                moved = self._move(*self.pages.take(page))
                self._go_on(ExportingPages(page + 1), Exported(page) if moved else ExportFailed(page))
            case ExportingPages():
                self._go_on(PagesExported(), CompletedExport())
            case PagesExported():
                self._go_on(ExportingOverweight(0), StartedOverweightExport())
            case ExportingOverweight(number) if number != index.overweight_count:
                event = ExportedOverweight if self._move_aside(number) else ExportOverweightFailed
                self._go_on(ExportingOverweight(number + 1), event(number))
            case ExportingOverweight():
                self._go_on(OverweightExported(), CompletedOverweightExport())
            case OverweightExported():
                self._go_on(CleaningUp(None), StartedCleanup())
            case CleaningUp(cursor):
                self._clean_up(cursor)
            case Done():
                pass

    def _go_on(self, state: MigrationState, event: Event) -> None:
        self.migration_status.put(state)
        self.deposit_event(event)

    def _move(self, *messages: Waiting) -> bool:
        """Put messages behind those that wait today; those too long for that are lost. Gives whether there
        were any.
        """
        for _, message in messages:
            if len(message) <= self.sink.max_message_len:
                self.sink.enqueue_messages(Parent(), (message,))
        return bool(messages)

    def _move_aside(self, number: int) -> bool:
        """Put a message that was set aside behind those that wait; gives whether it could be."""
        waiting = self.overweight.take(number)
        if waiting is None:
            return False
        self.counter_for_overweight.put(max(self.counter_for_overweight.get() - 1, 0))
        return len(waiting[1]) <= self.sink.max_message_len and self._move(waiting)

    def _clean_up(self, cursor: bytes | None) -> None:
        """Remove the next keys of all that begin with the pallet's name. That this step is noted under such a
        key itself does no harm, as it is noted again.
        """
        left = [key for key in self.state.keys(twox_128(b"DmpQueue")) if cursor is None or key >= cursor]
        doomed = left[:KEYS_CLEANED]
        for key in doomed:
            self.state.set(key, None)
        self.deposit_event(CleanedSome(len(doomed)))
        if len(left) > KEYS_CLEANED:
            self.migration_status.put(CleaningUp(left[KEYS_CLEANED]))
        else:
            self._go_on(Done(), Completed(error=False))
