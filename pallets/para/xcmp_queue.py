"""Messages across, on the parachain's side: what siblings sent goes into the message queue.

A horizontal message is a page of programs or of signals. Programs join the sender's queue in MessageQueue as
they are, where they wait to be executed; what would make that queue longer than the **drop threshold** is
lost, and so is what cannot be read, and what there is no weight left for. Signals say what the sender takes
from us.

How senders are told to stop is the matter of `xcmp_back_pressure.py`, the way out that of `xcmp_channels.py`.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Protocol

from pallets.message_queue_footprints import BatchesFootprints, BatchFootprint
from pallets.para.message_origin import Sibling
from pallets.para.xcmp_channels import GetChannelInfo, XcmpChannels
from pallets.para.xcmp_pages import concatenated, format_of, opaque, signals_of
from pallets.para.xcmp_queue_items import (
    NEWEST_RULES,
    ChannelSignal,
    Error,
    Event,
    QueueConfigData,
    XcmpMessageFormat,
    XcmpQueueConstants,
    XcmpQueueRules,
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
        channel_info: GetChannelInfo,
        queues: MessageQueues,
        constants: XcmpQueueConstants,
        weights: XcmpQueueWeights,
        ensure_controller: Callable[[Origin], None] = ensure_root,
        rules: XcmpQueueRules = NEWEST_RULES,
    ) -> None:
        super().__init__(frame, channel_info, constants, rules)
        self.queues, self.weights, self.ensure_controller = queues, weights, ensure_controller

    # What siblings sent.

    def handle_xcmp_messages(self, messages: Iterable[InboundPage], max_weight: Weight) -> Weight:
        """Take in pages in their order; gives the weight used. What there is no weight for is lost.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `XcmpMessageHandler::handle_xcmp_messages`
        """
        meter, known_senders = WeightMeter(max_weight), set[ParaId]()
        for sender, _, page in messages:
            match format_of(page):
                case XcmpMessageFormat.Signals:
                    self._handle_signals(sender, page, meter)
                case XcmpMessageFormat.ConcatenatedVersionedXcm:
                    cost = self.weights.take_first_concatenated_xcm
                    batches = concatenated(page, self.queues.max_message_len, meter, cost)
                    self._handle_programs(sender, batches, meter, known_senders)
                case XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm if self.rules.opaque_pages:
                    self.note_reads_opaque(sender)
                    batches = opaque(page, self.queues.max_message_len)
                    self._handle_programs(sender, batches, meter, known_senders)
                case _:
                    continue  # of no meaning here
        return meter.consumed

    def _handle_signals(self, sender: ParaId, page: bytes, meter: WeightMeter) -> None:
        for signal in signals_of(page):
            if signal is ChannelSignal.Suspend:
                if not meter.try_consume(self.weights.suspend_channel):
                    return
                self.suspend_channel(sender)
            else:
                if not meter.try_consume(self.weights.resume_channel):
                    return
                self.resume_channel(sender)

    def _handle_programs(
        self, sender: ParaId, batches: Iterator[tuple[bytes, ...]], meter: WeightMeter, known: set[ParaId]
    ) -> None:
        """Put the programs of a page into the sender's queue, batch by batch, as long as they fit whole."""
        is_first = sender not in known
        known.add(sender)
        if is_first and not meter.try_consume(self.weights.uncached_enqueue()):
            return
        for batch in batches:
            if self._enqueue(sender, batch, meter, is_first_sender_batch=is_first) < len(batch):
                return
            is_first = False

    def _enqueue(
        self, sender: ParaId, programs: tuple[bytes, ...], meter: WeightMeter, *, is_first_sender_batch: bool
    ) -> int:
        """Put as many programs into the sender's queue as there is room and weight for; gives how many.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::enqueue_xcmp_messages`
        """
        origin, limit = Sibling(sender), self.queue_config.get().drop_threshold
        footprints = self.queues.batches_footprints(origin, programs, limit)

        @cache  # of the batch that is taken it is asked twice
        def cost(batch: BatchFootprint) -> Weight:
            position = footprints.first_page_pos
            return self.weights.enqueue(position, batch, is_first_sender_batch=is_first_sender_batch)

        best = footprints.search_best_by(lambda batch: meter.can_consume(cost(batch)))
        meter.consume(cost(best))
        self.queues.enqueue_messages(origin, programs[: best.msgs_count])
        return best.msgs_count

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
