"""Messages down: from the relay chain to its parachains.

Each parachain has one **downward queue**. Its messages are stored whole, in order, until a block of the
parachain is included that has processed them; then as many are dropped from the front. A message chain
(`primitives/mqc.py`) lets the parachain check that it was given all of them.

Sending costs more the longer the queue is: past half the greatest length, each message raises the **fee
factor**, and each inclusion that leaves the queue at half or less lowers it, down to 1.

This pallet has no calls, no events and no errors of its own.

Upstream: polkadot/runtime/parachains/src/dmp.rs
"""

from __future__ import annotations

from collections.abc import Iterable

from pallets.relay.configuration import Configuration
from pallets.relay.paras import Paras
from pallets.system import System
from primitives import mqc
from primitives.channels import InboundDownwardMessage
from primitives.errors import AcceptanceError
from primitives.fee_factor import MIN_FEE_FACTOR, THRESHOLD_FACTOR, decreased, increased
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U128
from primitives.storage.views import DefaultMap

MAX_POSSIBLE_ALLOCATION = 1 << 25
"""Bytes; a parachain cannot take more than this at once, so no queue needs to be longer."""


class ExceedsMaxMessageSize(Record):
    """The message is too long, or the queue is."""


class Unroutable(Record):
    """There is no such parachain."""


class AdvancementRule(Record):
    """Messages were waiting, and none was processed."""


class Underflow(Record):
    """More messages were processed than there are."""

    processed_downward_messages: int
    dmq_length: int


class Dmp(Pallet, prefix="Dmp"):
    """The downward queues.

    Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet`
    """

    downward_message_queues: DefaultMap[ParaId, tuple[InboundDownwardMessage, ...]] = item(default=())
    """Messages on their way to each parachain, oldest first."""

    downward_message_queue_heads: DefaultMap[ParaId, Hash] = item(default=mqc.EMPTY_CHAIN)
    """The head of the message chain over all messages ever queued for a parachain."""

    delivery_fee_factor: DefaultMap[ParaId, U128] = item(default=MIN_FEE_FACTOR)
    """What the price of a message to a parachain is multiplied by; a FixedU128."""

    def __init__(self, frame: Frame, system: System, configuration: Configuration, paras: Paras) -> None:
        super().__init__(frame)
        self.system, self.configuration, self.paras = system, configuration, paras

    def initializer_on_new_session(self, outgoing: Iterable[ParaId]) -> None:
        """Drop the queues of parachains that leave; their fee factors stay.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::initializer_on_new_session`
        """
        for para in outgoing:
            self.downward_message_queues.remove(para)
            self.downward_message_queue_heads.remove(para)

    def check_can_queue(self, config: HostConfiguration, para: ParaId, message: bytes) -> None:
        """Raise `AcceptanceError` unless a message may be queued now: ExceedsMaxMessageSize, then Unroutable.

        The queue may hold one message more than its greatest length.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::can_queue_downward_message`
        """
        if len(message) > config.max_downward_message_size:
            raise AcceptanceError(ExceedsMaxMessageSize())
        if self.dmq_length(para) > dmq_max_length(config):
            raise AcceptanceError(ExceedsMaxMessageSize())
        if para not in self.paras.heads:
            raise AcceptanceError(Unroutable())

    def queue_downward_message(self, config: HostConfiguration, para: ParaId, message: bytes) -> None:
        """Put a message at the end of a parachain's queue; raises as `check_can_queue`.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::queue_downward_message`
        """
        self.check_can_queue(config, para, message)

        now = self.system.number.get()
        head = self.downward_message_queue_heads[para]
        self.downward_message_queue_heads[para] = mqc.extend(head, now, message)
        self.downward_message_queues.append(para, InboundDownwardMessage(now, message))
        if self.dmq_length(para) > dmq_max_length(config) // THRESHOLD_FACTOR:
            self.delivery_fee_factor[para] = increased(self.delivery_fee_factor[para], len(message))

    def check_processed_downward_messages(
        self, para: ParaId, relay_parent_number: BlockNumber, processed: int
    ) -> None:
        """Raise `AcceptanceError` unless a candidate may claim to have processed this many messages.

        At least one, if the first was queued at or before the relay parent (AdvancementRule); no more than
        there are (Underflow). Messages newer than the relay parent may be processed too.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::check_processed_downward_messages`
        """
        queue = self.downward_message_queues[para]
        if queue and processed == 0 and queue[0].sent_at <= relay_parent_number:
            raise AcceptanceError(AdvancementRule())
        if len(queue) < processed:
            raise AcceptanceError(Underflow(processed, len(queue)))

    def prune_dmq(self, para: ParaId, processed: int) -> None:
        """Drop the oldest messages, and lower the fee factor if the queue is short now.

        Both items are written even if nothing is dropped.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::prune_dmq`
        """
        remaining = self.downward_message_queues[para][processed:]

        self.downward_message_queues[para] = remaining
        if len(remaining) <= dmq_max_length(self.configuration.active_config.get()) // THRESHOLD_FACTOR:
            self.delivery_fee_factor[para] = decreased(self.delivery_fee_factor[para])

    def dmq_length(self, para: ParaId) -> int:
        """Messages in a parachain's queue.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::dmq_length`
        """
        return self.downward_message_queues.length(para)

    def dmq_contents(self, para: ParaId) -> tuple[InboundDownwardMessage, ...]:
        """The messages in a parachain's queue, oldest first.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::dmq_contents`
        """
        return self.downward_message_queues[para]

    def dmq_mqc_head(self, para: ParaId) -> Hash:
        """The head of a parachain's message chain.

        Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::dmq_mqc_head`
        """
        return self.downward_message_queue_heads[para]


def dmq_max_length(config: HostConfiguration) -> int:
    """Messages that a downward queue should hold at most: as many of the greatest size as a parachain can
    take.

    Upstream: polkadot/runtime/parachains/src/dmp.rs `Pallet::dmq_max_length`
    """
    size = config.max_downward_message_size
    return MAX_POSSIBLE_ALLOCATION // size if size else 0
