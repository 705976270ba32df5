"""Messages across, on the parachain's side: what siblings sent goes into the message queue.

A horizontal message is a page of programs or of signals. Programs join the sender's queue in MessageQueue as
they are, where they wait to be executed; what would make that queue longer than the **drop threshold** is
lost, and so is what cannot be read. Signals say what the sender takes from us.

All this costs weight. If that runs out, the page in hand and those behind it are left for the next block; but
the first page is gone even if all the weight was not enough for it.

How senders are told to stop is the matter of `xcmp_back_pressure.py`, the way out that of `xcmp_channels.py`.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from pallets.message_queue_footprints import BatchesFootprints, BatchFootprint
from pallets.para.message_origin import Sibling
from pallets.para.xcmp_channels import ChannelInfo, XcmpChannels
from pallets.para.xcmp_pages import Batch, PageEnd, concatenated, format_of, opaque, signals_of
from pallets.para.xcmp_queue_items import (
    ChannelSignal,
    Error,
    Event,
    QueueConfigData,
    XcmpMessageFormat,
    XcmpQueueConstants,
    XcmpQueueWeights,
)
from primitives.errors import ensure
from primitives.ids import BlockNumber, ParaId
from primitives.origin import Origin, ensure_root
from primitives.pallet import Frame, call
from primitives.record import Record, replace
from primitives.scale.codec import U32
from primitives.weights import DispatchClass, Weight, WeightMeter

InboundPage = tuple[ParaId, BlockNumber, bytes]
"""Who sent a page, when the relay chain took it in, and the page."""


class MessageQueues(Protocol):
    """Where programs wait: MessageQueue.

    Upstream: substrate/frame/support/src/traits/messages.rs `EnqueueMessage`, `QueueFootprintQuery`
    """

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have."""
        ...

    def batches_footprints(
        self, origin: Record, messages: tuple[bytes, ...], total_pages_limit: int
    ) -> BatchesFootprints:
        """What the first messages of these would take, for each number of them that there is room for."""
        ...

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of a queue."""
        ...


class XcmpQueue(XcmpChannels, prefix="XcmpQueue", events=Event, errors=Error, constants=XcmpQueueConstants):
    """The way in, and the calls of governance.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet`
    """

    def __init__(
        self,
        frame: Frame,
        channel_info: ChannelInfo,
        queues: MessageQueues,
        constants: XcmpQueueConstants,
        weights: XcmpQueueWeights,
        ensure_controller: Callable[[Origin], None] = ensure_root,
    ) -> None:
        super().__init__(frame, channel_info, constants)
        self.queues, self.weights, self.ensure_controller = queues, weights, ensure_controller

    # What siblings sent.

    def handle_xcmp_messages(self, pages: Iterable[InboundPage], max_weight: Weight) -> tuple[int, Weight]:
        """Take in pages in their order; gives how many are done with, and the weight used.

        DEVIATION: what upstream undoes of a page that it leaves for the next block is not known; we undo all.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `XcmpMessageHandler::handle_xcmp_messages`
        """
        meter, known_senders, done = WeightMeter(max_weight), set[ParaId](), 0
        for sender, _, page in pages:
            with self.state.frame() as attempt:
                had_weight = self._handle_page(sender, page, known_senders, meter)
                if not had_weight and done:
                    attempt.discard()
                    break
            done += 1
        return done, meter.consumed

    def _handle_page(
        self, sender: ParaId, page: bytes, known_senders: set[ParaId], meter: WeightMeter
    ) -> bool:
        """Take in one page; gives whether the weight was enough."""
        match format_of(page):
            case XcmpMessageFormat.Signals:
                return self._handle_signals(sender, page, meter)
            case XcmpMessageFormat.ConcatenatedVersionedXcm:
                cost = self.weights.take_first_concatenated_xcm
                batches = concatenated(page, self.queues.max_message_len, meter, cost)
            case XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm:
                self.note_reads_opaque(sender)
                batches = opaque(page, self.queues.max_message_len)
            case _:
                return True
        is_new = sender not in known_senders
        known_senders.add(sender)
        if is_new and not meter.try_consume(self.weights.uncached_enqueue()):
            return False
        return self._handle_programs(sender, batches, meter, is_first_sender_batch=is_new)

    def _handle_signals(self, sender: ParaId, page: bytes, meter: WeightMeter) -> bool:
        cost = self.weights.suspend_channel.max(self.weights.resume_channel)
        for signal in signals_of(page):
            if not meter.try_consume(cost):
                return False
            if signal is ChannelSignal.Suspend:
                self.suspend_channel(sender)
            elif signal is ChannelSignal.Resume:
                self.resume_channel(sender)
        return True

    def _handle_programs(
        self, sender: ParaId, batches: Iterator[Batch], meter: WeightMeter, *, is_first_sender_batch: bool
    ) -> bool:
        for batch in batches:
            if batch.programs:
                had_room, had_weight = self._enqueue(
                    sender, batch.programs, meter, is_first_sender_batch=is_first_sender_batch
                )
                if not (had_room and had_weight):
                    return had_weight
                is_first_sender_batch = False
            if batch.end is not None:
                return batch.end is not PageEnd.OUT_OF_WEIGHT
        return True

    def _enqueue(
        self, sender: ParaId, programs: tuple[bytes, ...], meter: WeightMeter, *, is_first_sender_batch: bool
    ) -> tuple[bool, bool]:
        """Put as many programs into the sender's queue as there is room and weight for; gives whether there
        was room for all, and weight for those.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::enqueue_xcmp_messages`
        """
        origin, limit = Sibling(sender), self.queue_config.get().drop_threshold
        footprints = self.queues.batches_footprints(origin, programs, limit)

        def cost(batch: BatchFootprint) -> Weight:
            position = footprints.first_page_pos
            return self.weights.enqueue(position, batch, is_first_sender_batch=is_first_sender_batch)

        best = footprints.search_best_by(lambda batch: meter.can_consume(cost(batch)))
        meter.consume(cost(best))
        self.queues.enqueue_messages(origin, programs[: best.msgs_count])
        roomy = len(footprints.footprints)
        return roomy == len(programs), best.msgs_count == roomy

    # Calls.

    @call(1, dispatch_class=DispatchClass.Operational)
    def suspend_xcm_execution(self, origin: Origin) -> None:
        """Execute nothing more of what siblings sent, but for those that govern us.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::suspend_xcm_execution`
        """
        self.ensure_controller(origin)
        ensure(not self.queue_suspended.get(), Error.AlreadySuspended)

        self.queue_suspended.put(True)

    @call(2, dispatch_class=DispatchClass.Operational)
    def resume_xcm_execution(self, origin: Origin) -> None:
        """Execute again what siblings sent; suspended channels stay suspended until their queues shrink.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::resume_xcm_execution`
        """
        self.ensure_controller(origin)
        ensure(self.queue_suspended.get(), Error.AlreadyResumed)

        self.queue_suspended.put(False)

    @call(3, dispatch_class=DispatchClass.Operational)
    def update_suspend_threshold(self, origin: Origin, new: U32) -> None:
        """Set how many pages of a sibling must wait for it to be told to stop.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::update_suspend_threshold`
        """
        ensure_root(origin)
        self._set_config(replace(self.queue_config.get(), suspend_threshold=new))

    @call(4, dispatch_class=DispatchClass.Operational)
    def update_drop_threshold(self, origin: Origin, new: U32) -> None:
        """Set how many pages of a sibling may wait before more are dropped.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::update_drop_threshold`
        """
        ensure_root(origin)
        self._set_config(replace(self.queue_config.get(), drop_threshold=new))

    @call(5, dispatch_class=DispatchClass.Operational)
    def update_resume_threshold(self, origin: Origin, new: U32) -> None:
        """Set how few pages of a sibling must be left for it to be told to go on.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::update_resume_threshold`
        """
        ensure_root(origin)
        self._set_config(replace(self.queue_config.get(), resume_threshold=new))

    def _set_config(self, config: QueueConfigData) -> None:
        ensure(config.is_valid(), Error.BadQueueConfig)

        self.queue_config.put(config)
