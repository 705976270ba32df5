"""Older shapes of XcmpQueue come out as today's."""

from __future__ import annotations

import pytest

from pallets.para.message_origin import Sibling
from pallets.para.xcmp_queue_items import (
    DEFAULT_CONFIG,
    OutboundChannelDetails,
    OutboundState,
    QueueConfigData,
    XcmpMessageFormat,
)
from pallets.para.xcmp_queue_migrations import (
    InboundChannelDetails,
    InboundQueueMigration,
    InboundState,
    UnknownStorageVersion,
    V1QueueConfig,
    V2QueueConfig,
    config_to_v2,
    config_to_v4,
    migrate_config,
    migrate_status,
)
from primitives.ids import BlockNumber, ParaId
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcmp_world import PLENTY, XcmpWorld

STEP = Weight(100, 10)
NOW = BlockNumber(1)
PROGRAMS, BLOB = XcmpMessageFormat.ConcatenatedVersionedXcm, XcmpMessageFormat.ConcatenatedEncodedBlob


def test_weights_get_a_proof_size() -> None:
    old = V1QueueConfig(5, 12, 3, 333_333, 1, 10_000_000_000)
    new = config_to_v2(old)
    assert new == V2QueueConfig(5, 12, 3, Weight(333_333, 0), Weight(1, 0), Weight(10_000_000_000, 65_536))


def test_thresholds_that_nobody_chose_become_todays() -> None:
    free = (ZERO_WEIGHT,) * 3
    assert config_to_v4(V2QueueConfig(2, 5, 1, *free)) == DEFAULT_CONFIG
    assert config_to_v4(V2QueueConfig(50, 100, 40, *free)) == QueueConfigData(50, 100, 40)


@pytest.mark.parametrize("version", [1, 2, 3, 4, 5, 6])
def test_a_configuration_of_any_version_is_read(version: int) -> None:
    first = V1QueueConfig(50, 100, 40, 1, 2, 3)
    shapes = {1: first, 2: config_to_v2(first), 3: config_to_v2(first)}
    stored = shapes.get(version, QueueConfigData(50, 100, 40))
    raw = codec(type(stored)).encode(stored)
    assert migrate_config(version, raw) == QueueConfigData(50, 100, 40)


def test_channels_out_get_flags() -> None:
    raw = bytes.fromhex("04d1070000010101000300")
    channel = OutboundChannelDetails(ParaId(2001), OutboundState.Suspended, True, 1, 3)
    assert migrate_status(5, raw) == (channel,)
    assert migrate_status(6, raw + bytes(4)) == (channel,)


@pytest.mark.parametrize("version", [0, 7])
def test_other_versions_are_named(version: int) -> None:
    with pytest.raises(UnknownStorageVersion):
        migrate_config(version, b"")
    with pytest.raises(UnknownStorageVersion):
        migrate_status(version, b"")


def test_bytes_of_another_shape_are_refused() -> None:
    with pytest.raises(DecodeError):
        migrate_config(1, bytes(12))


# ----------------------------------------------------------------------------------------- pages that waited


class Old:
    """A chain with pages that wait in the old way."""

    def __init__(self, *channels: InboundChannelDetails) -> None:
        self.world = XcmpWorld()
        self.migration = InboundQueueMigration(self.world.queue.frame, self.world.messages, STEP)
        self.migration.inbound_xcmp_status.put(channels)
        for channel in channels:
            for sent_at, _ in channel.message_metadata:
                self.migration.inbound_xcmp_messages[channel.sender, sent_at] = bytes((sent_at,))

    def idle(self, blocks: int, weight: Weight = PLENTY) -> None:
        for _ in range(blocks):
            self.migration.on_idle(NOW, weight)

    def queued(self) -> int:
        return sum(book.message_count for _, book in self.world.messages.book_state_for.items())


def waiting(sender: int, *pages: tuple[int, XcmpMessageFormat]) -> InboundChannelDetails:
    metadata = tuple((BlockNumber(sent_at), kind) for sent_at, kind in pages)
    return InboundChannelDetails(ParaId(sender), InboundState.Ok, metadata)


def test_22_each_idle_block_takes_one_page_to_the_message_queue() -> None:
    blocks = tuple((sent_at, PROGRAMS) for sent_at in range(30))
    old = Old(*(waiting(sender, *blocks) for sender in range(20)))
    for taken in range(1, 31):
        old.idle(1)
        assert old.queued() == taken
    old.idle(20 * 31 + 1 - 30)
    assert old.queued() == 600
    assert not old.migration.inbound_xcmp_status.exists()
    assert list(old.migration.inbound_xcmp_messages.items()) == []


def test_22_without_weight_nothing_moves() -> None:
    old = Old(waiting(1, (1, PROGRAMS)))
    assert old.migration.on_idle(NOW, ZERO_WEIGHT) == ZERO_WEIGHT
    assert old.migration.on_idle(NOW, Weight(100, 9)) == ZERO_WEIGHT
    assert old.queued() == 0
    assert old.migration.on_idle(NOW, STEP) == STEP
    assert old.queued() == 1


def test_22_a_senders_newest_page_goes_first_and_pages_of_other_formats_are_lost() -> None:
    old = Old(waiting(1, (1, PROGRAMS), (2, BLOB), (3, PROGRAMS)))
    old.idle(3)
    old.world.messages.service_queues(PLENTY)
    assert old.world.processed == [(Sibling(ParaId(1)), b"\x03"), (Sibling(ParaId(1)), b"\x01")]
    assert list(old.migration.inbound_xcmp_messages.items()) == []


def test_22_on_a_chain_without_old_pages_idle_blocks_change_nothing() -> None:
    world = XcmpWorld()
    migration = InboundQueueMigration(world.queue.frame, world.messages, STEP)
    with world.state.frame() as layer:
        assert migration.on_idle(NOW, PLENTY) == STEP
        assert layer.changes() == {}
