"""Messages up: from parachains to the relay chain.

A candidate carries its upward messages in its commitments. When it is backed they are **checked** against the
limits and against what is waiting already; when it is included they are received: they join the
parachain's queue in the MessageQueue pallet, from which the relay chain works them off.

An empty message is the **separator**. Behind it stand no messages but **signals**: what the candidate tells
those who schedule it. They take no part in limits and are never queued.

A parachain has to know how much its queue still takes. The relay chain keeps that under raw keys which
parachains read by proof; they are written anew whenever the queue changes.

Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs, polkadot/primitives/src/v9/mod.rs
"""

from __future__ import annotations

from itertools import takewhile
from typing import Any, ClassVar, Protocol

from pallets.message_queue import MessageQueue
from pallets.message_queue_footprints import QueueFootprint
from pallets.relay.configuration import Configuration
from pallets.relay.paras import Paras
from primitives.arithmetic import U32_MAX, saturating_sub
from primitives.errors import AcceptanceError
from primitives.host_configuration import HostConfiguration
from primitives.ids import ParaId
from primitives.pallet import Frame, Pallet
from primitives.record import Record
from primitives.relay_keys import relay_dispatch_queue_remaining_capacity, relay_dispatch_queue_size
from primitives.scale.codec import U32, Codec
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError, EncodeError
from primitives.ump import MAX_PEER_ID_LENGTH, UMP_SEPARATOR, UMP_SIGNAL, ApprovedPeer, UMPSignal

MAX_UMP_SIGNALS = 2
"""One of each kind."""


# Whose messages a queue holds.


class Para(Record, tag=0):
    """A parachain's queue.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `UmpQueueId`
    """

    UNNAMED: ClassVar[bool] = True

    para: ParaId


UmpQueueId = Para
"""Whose upward messages; there is one kind only."""


class Ump(Record, tag=0):
    """A queue of upward messages.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `AggregateMessageOrigin`
    """

    UNNAMED: ClassVar[bool] = True

    queue: UmpQueueId


def ump(para: ParaId) -> Ump:
    """The name of a parachain's queue in the message queue."""
    return Ump(Para(para))


def _origin_codec() -> Codec[Any]:
    """Two tags, both 0, then the parachain: sums of a single arm are not derived from annotations."""
    inner = codec(Para)

    def encode(origin: Any) -> bytes:
        if not isinstance(origin, Ump):
            raise EncodeError(f"{type(origin).__name__} names no queue of upward messages")
        return b"\x00\x00" + inner.encode(origin.queue)

    def decode_at(data: bytes, at: int) -> tuple[Ump, int]:
        if data[at : at + 2] != b"\x00\x00":
            raise DecodeError("a queue of upward messages", data[at : at + 2].hex() or "end of input", at)
        queue, end = inner.decode_at(data, at + 2)
        return Ump(queue), end

    return Codec("AggregateMessageOrigin", encode, decode_at, 2 + inner.min_size)


UMP_ORIGIN: Codec[Any] = _origin_codec()
"""What `AggregateMessageOrigin` is on a relay chain."""


# Signals.


class InvalidSignals(Record):
    """What stands behind the separator cannot be read, is too much, or is said twice."""


def skip_ump_signals(messages: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """The messages proper: those before the separator.

    Upstream: polkadot/primitives/src/v9/mod.rs `skip_ump_signals`
    """
    return tuple(takewhile(lambda message: message != UMP_SEPARATOR, messages))


def ump_signals(messages: tuple[bytes, ...]) -> tuple[UMPSignal, ...]:
    """The signals behind the separator, each kind at most once; raises `AcceptanceError`.

    Upstream: polkadot/primitives/src/v9/mod.rs `CandidateCommitments::ump_signals`
    """
    behind = messages[len(skip_ump_signals(messages)) + 1 :]
    if len(behind) > MAX_UMP_SIGNALS:
        raise AcceptanceError(InvalidSignals())
    signals = tuple(map(_signal, behind))
    if len({type(signal) for signal in signals}) != len(signals):
        raise AcceptanceError(InvalidSignals())
    return signals


def _signal(raw: bytes) -> UMPSignal:
    """Bytes behind the signal are let pass."""
    try:
        signal, _ = UMP_SIGNAL.decode_at(raw, 0)
    except DecodeError:
        raise AcceptanceError(InvalidSignals()) from None
    if isinstance(signal, ApprovedPeer) and len(signal.peer) > MAX_PEER_ID_LENGTH:
        raise AcceptanceError(InvalidSignals())
    return signal


# Why messages are not accepted.


class MoreMessagesThanPermitted(Record):
    """One candidate may not send so many."""

    sent: int
    permitted: int


class MessageSize(Record):
    """A message is too long."""

    index: int
    message_size: int
    max_size: int


class CapacityExceeded(Record):
    """The queue would hold too many messages."""

    count: int
    limit: int


class TotalSizeExceeded(Record):
    """The queue would hold too many bytes."""

    total_size: int
    limit: int


class IsOffboarding(Record):
    """A parachain that is leaving sends nothing any more."""


# The queues, and what parachains are told of them.


class Footprint(Record):
    """What waits in a queue.

    Upstream: substrate/frame/support/src/traits/messages.rs `QueueFootprint`
    """

    count: int
    size: int


class Queues(Protocol):
    """What is asked of whoever keeps the queues of upward messages."""

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have."""
        ...

    def footprint(self, para: ParaId) -> Footprint:
        """What waits in a parachain's queue."""
        ...

    def enqueue(self, para: ParaId, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of a parachain's queue."""
        ...

    def sweep(self, para: ParaId) -> None:
        """Take a parachain's queue out of service."""
        ...


class UpwardQueues:
    """The queues of parachains in the MessageQueue pallet."""

    def __init__(self, message_queue: MessageQueue) -> None:
        self._queue = message_queue

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have."""
        return self._queue.max_message_len

    def message_count(self, para: ParaId) -> int:
        """Messages that wait in a parachain's queue."""
        return self.footprint(para).count

    def footprint(self, para: ParaId) -> Footprint:
        """What waits in a parachain's queue."""
        book = self._queue.book_state_for[ump(para)]
        return Footprint(book.message_count, book.size)

    def enqueue(self, para: ParaId, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of a parachain's queue."""
        self._queue.enqueue_messages(ump(para), messages)

    def sweep(self, para: ParaId) -> None:
        """Take a parachain's queue out of service."""
        self._queue.sweep_queue(ump(para))


class RelayDispatchQueues:
    """Tells parachains, by the raw keys, what their queues hold and what they still take.

    A change of the configuration alone does not rewrite the keys.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `OnQueueChanged`
    """

    def __init__(self, frame: Frame, configuration: Configuration) -> None:
        self.state, self.configuration = frame.state, configuration

    def on_queue_changed(self, origin: Record, footprint: QueueFootprint) -> None:
        """A queue now holds so many messages and bytes."""
        assert isinstance(origin, Ump)
        para, config = origin.queue.para, self.configuration.active_config.get()
        waiting = min(footprint.count, U32_MAX), min(footprint.size, U32_MAX)
        remaining = (
            saturating_sub(config.max_upward_queue_count, waiting[0]),
            saturating_sub(config.max_upward_queue_size, waiting[1]),
        )
        self.state.set(relay_dispatch_queue_size(para), _AMOUNTS.encode(waiting))
        self.state.set(relay_dispatch_queue_remaining_capacity(para), _AMOUNTS.encode(remaining))


_AMOUNTS: Codec[tuple[int, int]] = codec(tuple[U32, U32])
"""Messages, then bytes."""


class UpwardMessagesReceived(Record, tag=3):
    """A parachain's messages joined its queue."""

    from_: ParaId
    count: U32


class UpwardMessages(Pallet, prefix="ParaInclusion"):
    """The part of ParaInclusion that upward messages go through.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet`
    """

    def __init__(self, frame: Frame, paras: Paras, queues: Queues) -> None:
        super().__init__(frame)
        self.paras, self.queues = paras, queues

    def check_upward_messages(
        self, config: HostConfiguration, para: ParaId, upward_messages: tuple[bytes, ...]
    ) -> None:
        """Raise `AcceptanceError` unless a candidate may send these messages.

        None at all while the parachain is leaving (IsOffboarding); so many at most
        (MoreMessagesThanPermitted), as many as the queue takes (CapacityExceeded); then one by one, none too
        long (MessageSize) and none too much for the queue (TotalSizeExceeded).

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::check_upward_messages`
        """
        messages, waiting = skip_ump_signals(upward_messages), self.queues.footprint(para)
        permitted, limit = config.max_upward_message_num_per_candidate, config.max_upward_queue_count
        if messages and self.paras.is_offboarding(para):
            raise AcceptanceError(IsOffboarding())
        if len(messages) > permitted:
            raise AcceptanceError(MoreMessagesThanPermitted(len(messages), permitted))
        if waiting.count + len(messages) > limit:
            raise AcceptanceError(CapacityExceeded(waiting.count + len(messages), limit))
        _check_sizes(config, messages, waiting.size)

    def receive_upward_messages(self, para: ParaId, upward_messages: tuple[bytes, ...]) -> None:
        """Put an included candidate's messages into the parachain's queue; one that no page could hold is
        lost.

        Limits are not checked again.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::receive_upward_messages`
        """
        longest = self.queues.max_message_len
        messages = tuple(each for each in skip_ump_signals(upward_messages) if len(each) <= longest)
        if messages:
            self.queues.enqueue(para, messages)
            self.deposit_event(UpwardMessagesReceived(para, len(messages)))


def _check_sizes(config: HostConfiguration, messages: tuple[bytes, ...], waiting: int) -> None:
    total_size, max_size, limit = waiting, config.max_upward_message_size, config.max_upward_queue_size
    for index, message in enumerate(messages):
        if len(message) > max_size:
            raise AcceptanceError(MessageSize(index, len(message), max_size))
        total_size += len(message)
        if total_size > limit:
            raise AcceptanceError(TotalSizeExceeded(total_size, limit))
