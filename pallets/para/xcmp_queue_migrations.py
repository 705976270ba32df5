"""Older shapes of what XcmpQueue stores, and the way from each to the next.

| to | what changed |
|---|---|
| 2 | weights in `QueueConfig` get a proof size |
| 3 | messages that wait to be executed move to MessageQueue, one a block: `InboundQueueMigration` |
| 4 | `QueueConfig` keeps the three thresholds only; where they were what nobody chose, they become today's |
| 5 | lists get bounds; the bytes stay |
| 6 | `OutboundXcmpStatus` gets flags, none of them set |

`migrate_config` and `migrate_status` take stored bytes of any of these versions to today's shape. Recorded
chains are at 6 and have nothing to migrate; a chain that goes on from version 2 has `InboundQueueMigration`
among its pallets until `InboundXcmpStatus` is gone.

Upstream: cumulus/pallets/xcmp-queue/src/migration
"""

from __future__ import annotations

import enum
from typing import Protocol

from typing_extensions import override

from pallets.para.message_origin import Sibling
from pallets.para.xcmp_queue_items import (
    DEFAULT_CONFIG,
    OutboundChannelDetails,
    OutboundState,
    QueueConfigData,
    XcmpMessageFormat,
)
from primitives.ids import BlockNumber, ParaId
from primitives.pallet import BLAKE2_128_CONCAT, TWOX_64_CONCAT, Frame, Pallet, item
from primitives.record import Record, replace
from primitives.scale.codec import U16, U32, U64, Codec
from primitives.scale.derive import codec
from primitives.storage.views import Map, OptionValue
from primitives.weights import ZERO_WEIGHT, Weight

NEWEST = 6
"""The storage version of what `xcmp_queue_items.py` declares.

Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `STORAGE_VERSION`
"""

OLDEST = 1

DEFAULT_POV_SIZE = 64 * 1024
"""Proof size of a single message, where only its computing time had been chosen.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `DEFAULT_POV_SIZE`
"""


class UnknownStorageVersion(ValueError):
    """A storage version whose shapes are not known here.

    Upstream: none, upstream never meets one
    """

    def __init__(self, storage_version: int) -> None:
        super().__init__(storage_version)
        self.storage_version = storage_version


class V1QueueConfig(Record):
    """Storage version 1.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v1::QueueConfigData`
    """

    suspend_threshold: U32
    drop_threshold: U32
    resume_threshold: U32
    threshold_weight: U64
    weight_restrict_decay: U64
    xcmp_max_individual_weight: U64


class V2QueueConfig(Record):
    """Storage versions 2 and 3.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v2::QueueConfigData`
    """

    suspend_threshold: U32
    drop_threshold: U32
    resume_threshold: U32
    threshold_weight: Weight
    weight_restrict_decay: Weight
    xcmp_max_individual_weight: Weight


class V5OutboundChannel(Record):
    """Storage versions up to 5.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/v6.rs `v5::OutboundChannelDetails`
    """

    recipient: ParaId
    state: OutboundState
    signals_exist: bool
    first_index: U16
    last_index: U16


def _without_flags() -> Codec[OutboundChannelDetails]:
    old = codec(V5OutboundChannel)
    fields = V5OutboundChannel.__struct_fields__

    def encode(channel: OutboundChannelDetails) -> bytes:
        return old.encode(V5OutboundChannel(*(getattr(channel, field) for field in fields)))

    def decode_at(data: bytes, at: int) -> tuple[OutboundChannelDetails, int]:
        found, end = old.decode_at(data, at)
        return OutboundChannelDetails(*(getattr(found, field) for field in fields)), end

    return Codec("OutboundChannelDetails without flags", encode, decode_at, old.min_size)


WITHOUT_FLAGS = _without_flags()
"""How channels out are stored by a runtime that does not know opaque pages: for its `layouts`."""


def config_to_v2(old: V1QueueConfig) -> V2QueueConfig:
    """Weights get a proof size: nothing, but for the greatest of a single message.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v2::UncheckedMigrationToV2`
    """
    return V2QueueConfig(
        old.suspend_threshold,
        old.drop_threshold,
        old.resume_threshold,
        Weight(old.threshold_weight, 0),
        Weight(old.weight_restrict_decay, 0),
        Weight(old.xcmp_max_individual_weight, DEFAULT_POV_SIZE),
    )


def config_to_v4(old: V2QueueConfig) -> QueueConfigData:
    """The thresholds; those that held because nobody had chosen others become today's.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v4::UncheckedMigrationToV4`
    """
    kept = QueueConfigData(old.suspend_threshold, old.drop_threshold, old.resume_threshold)
    return DEFAULT_CONFIG if kept == QueueConfigData(2, 5, 1) else kept


def channel_to_v6(old: V5OutboundChannel) -> OutboundChannelDetails:
    """Nothing is known of the formats that the recipient reads.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/v6.rs `UncheckedMigrateV5ToV6`
    """
    return OutboundChannelDetails(
        old.recipient, old.state, old.signals_exist, old.first_index, old.last_index
    )


_V1_CONFIG, _V2_CONFIG, _CONFIG = codec(V1QueueConfig), codec(V2QueueConfig), codec(QueueConfigData)
_V5_STATUS = codec(tuple[V5OutboundChannel, ...])
_STATUS = codec(tuple[OutboundChannelDetails, ...])


def migrate_config(storage_version: int, raw: bytes) -> QueueConfigData:
    """The thresholds that were stored as `raw` under this storage version.

    Raises `UnknownStorageVersion`, and `DecodeError` for bytes that have another shape.
    """
    _check_known(storage_version)
    if storage_version == OLDEST:
        return config_to_v4(config_to_v2(_V1_CONFIG.decode(raw)))
    return config_to_v4(_V2_CONFIG.decode(raw)) if storage_version < 4 else _CONFIG.decode(raw)


def migrate_status(storage_version: int, raw: bytes) -> tuple[OutboundChannelDetails, ...]:
    """As `migrate_config`, for the channels out."""
    _check_known(storage_version)
    if storage_version == NEWEST:
        return _STATUS.decode(raw)
    return tuple(channel_to_v6(channel) for channel in _V5_STATUS.decode(raw))


def _check_known(storage_version: int) -> None:
    if not OLDEST <= storage_version <= NEWEST:
        raise UnknownStorageVersion(storage_version)


class InboundState(enum.Enum):
    """Whether a sender had been told to stop.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v3::InboundState`
    """

    Ok = 0
    Suspended = 1


class InboundChannelDetails(Record):
    """A sender whose pages wait, in the order of its pages.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v3::InboundChannelDetails`
    """

    sender: ParaId
    state: InboundState
    message_metadata: tuple[tuple[BlockNumber, XcmpMessageFormat], ...]


class Enqueues(Protocol):
    """Where programs wait today: MessageQueue."""

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have."""
        ...

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of a queue."""
        ...


class InboundQueueMigration(Pallet, prefix="XcmpQueue"):
    """Takes pages that wait in the old way to the message queue, one in each block with time left.

    Upstream: cumulus/pallets/xcmp-queue/src/migration/mod.rs `v3::lazy_migrate_inbound_queue`
    """

    inbound_xcmp_status: OptionValue[tuple[InboundChannelDetails, ...]]
    """The senders whose pages still wait in the old way; absent once all is done."""

    inbound_xcmp_messages: Map[tuple[ParaId, BlockNumber], bytes] = item(
        hashers=(BLAKE2_128_CONCAT, TWOX_64_CONCAT)
    )
    """Their pages, without the format, by the relay chain block that took them in."""

    def __init__(self, frame: Frame, queues: Enqueues, step_weight: Weight) -> None:
        super().__init__(frame)
        self.queues, self.step_weight = queues, step_weight

    @override
    def on_idle(self, now: BlockNumber, remaining: Weight) -> Weight:
        """Take one step, if there is weight for the longest one; gives what was used, even for none.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Hooks::on_idle`
        """
        if self.step_weight.any_gt(remaining):
            return ZERO_WEIGHT
        self._step()
        return self.step_weight

    def _step(self) -> None:
        """Move the newest page of the first sender; forget a sender without pages; or forget all."""
        waiting = self.inbound_xcmp_status.get()
        if waiting is None:
            return
        if not waiting:
            self.inbound_xcmp_status.kill()
            return
        first, others = waiting[0], waiting[1:]
        if not first.message_metadata:
            self.inbound_xcmp_status.put(others)
            return
        (sent_at, kind), left = first.message_metadata[-1], first.message_metadata[:-1]
        page = self.inbound_xcmp_messages.take((first.sender, sent_at))
        is_programs = kind is XcmpMessageFormat.ConcatenatedVersionedXcm
        if is_programs and page is not None and len(page) <= self.queues.max_message_len:
            self.queues.enqueue_messages(Sibling(first.sender), (page,))
        self.inbound_xcmp_status.put((replace(first, message_metadata=left), *others))
