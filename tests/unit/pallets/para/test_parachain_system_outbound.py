"""What a block sends: chosen at its end, within the limits of the relay parent and of its own parents."""

from __future__ import annotations

import pytest

from pallets.para.cumulus_digest import BlockBundleInfo, CoreInfo
from pallets.para.inbound_messages import BasicParachainInherentData
from pallets.para.parachain_system_items import (
    ChannelInfo,
    Closed,
    Full,
    MessageTooBig,
    PoVMessages,
    Ready,
    UpwardMessageSent,
)
from pallets.para.unincluded_segment import HrmpChannelUpdate, UsedBandwidth
from primitives.channels import OutboundHrmpMessage
from primitives.errors import BadOrigin, DispatchError, InvalidBlock
from primitives.fee_factor import MIN_FEE_FACTOR
from primitives.hashing import blake2_256
from primitives.host_configuration import AbridgedHostConfiguration
from primitives.ids import ParaId
from primitives.origin import NoOrigin, Root
from primitives.record import replace
from primitives.ump import UMP_SIGNAL, ApprovedPeer, SelectCore
from tests.support.para_world import CONFIG, Channel, ParaWorld

A, B = ParaId(300), ParaId(400)
RAISED = MIN_FEE_FACTOR * 105 // 100
SELECTED = UMP_SIGNAL.encode(SelectCore(2, 0))
APPROVED = UMP_SIGNAL.encode(ApprovedPeer(b"peer"))


def world_with(config: AbridgedHostConfiguration = CONFIG) -> ParaWorld:
    """A world in which every block is included at once, with one block made: the limits are known."""
    world = ParaWorld()
    world.relay.config = config
    world.block()
    world.include(1)
    return world


def next_block(world: ParaWorld, *messages: bytes) -> tuple[bytes, ...]:
    """What goes up in a block in which these messages are sent; the block is included."""
    info = world.block(lambda: [world.pallet.send_upward_message(each) for each in messages])
    world.include(world.number - 1)
    return info.upward_messages


# Up.


def test_messages_go_up_with_the_block_in_which_they_are_sent() -> None:
    world = world_with()

    assert next_block(world, b"one", b"two") == (b"one", b"two")
    assert world.events() == [UpwardMessageSent(blake2_256(b"one")), UpwardMessageSent(blake2_256(b"two"))]
    assert next_block(world) == ()


def test_no_more_go_up_at_once_than_a_candidate_may_send() -> None:
    world = world_with(replace(CONFIG, max_upward_message_num_per_candidate=1))

    sent = (next_block(world, b"1", b"2", b"3"), next_block(world))
    world.relay.config = replace(CONFIG, max_upward_message_num_per_candidate=5)

    assert (*sent, next_block(world, b"4")) == ((b"1",), (b"2",), (b"3", b"4"))


@pytest.mark.parametrize(("capacity", "goes"), [((1, 1_024), 1), ((8, 5), 1), ((8, 6), 2), ((0, 9), 0)])
def test_no_more_go_up_than_the_relay_chain_s_queue_takes(capacity: tuple[int, int], goes: int) -> None:
    world = world_with()
    world.relay.capacity = capacity

    assert next_block(world, b"one", b"two") == (b"one", b"two")[:goes]
    assert world.pallet.pending_upward_messages.get() == (b"one", b"two")[goes:]


def test_a_message_that_does_not_fit_holds_up_those_behind_it() -> None:
    world = world_with()
    world.relay.capacity = (8, 10)

    assert next_block(world, bytes(8), bytes(3), bytes(1)) == (bytes(8),)


def test_a_message_that_is_too_long_is_not_sent() -> None:
    world = world_with()
    world.begin()

    with pytest.raises(MessageTooBig, match="at most 256 bytes wanted, not 257"):
        world.pallet.send_upward_message(bytes(257))

    assert world.pallet.pending_upward_messages.get() == ()


def test_before_the_limits_are_known_any_message_may_wait() -> None:
    world = ParaWorld()

    world.pallet.send_upward_message(bytes(10_000))

    assert world.pallet.pending_upward_messages.get() == (bytes(10_000),)


def test_root_sends_a_message_as_it_is() -> None:
    world = world_with()

    info = world.block(lambda: world.pallet.sudo_send_upward_message(Root(), b"raw"))

    assert info.upward_messages == (b"raw",)


def test_nobody_else_does() -> None:
    world = world_with()

    with pytest.raises(DispatchError) as refusal:
        world.pallet.sudo_send_upward_message(NoOrigin(), b"raw")

    assert refusal.value.error == BadOrigin()


def test_root_is_not_told_that_a_message_is_too_long() -> None:
    world = world_with()

    info = world.block(lambda: world.pallet.sudo_send_upward_message(Root(), bytes(257)))

    assert info.upward_messages == ()
    assert world.events() == []


def test_what_parents_sent_counts_until_they_are_included() -> None:
    world = world_with()
    world.relay.capacity = (2, 1_024)

    def block(*messages: bytes) -> tuple[bytes, ...]:
        return world.block(
            lambda: [world.pallet.send_upward_message(each) for each in messages]
        ).upward_messages

    first, second = block(b"1"), block(b"2", b"3")
    world.include(2)

    assert (first, second, block()) == ((b"1",), (b"2",), (b"3",))


def test_a_queue_that_shrinks_below_what_is_under_way_stops_the_chain() -> None:
    world = world_with()
    next_number = world.number
    world.block(lambda: world.pallet.send_upward_message(b"1"))
    world.relay.capacity = (0, 0)

    with pytest.raises(InvalidBlock, match="upward messages not included: expected at most 0, found 1"):
        world.block()

    assert world.number == next_number + 1


# The fee factor.


def test_the_fee_factor_rises_and_falls_with_what_waits() -> None:
    """The queue takes 100 bytes and a block sends one message; with more than 50 bytes waiting it rises."""
    config = replace(
        CONFIG, max_upward_queue_size=100, max_upward_message_num_per_candidate=1, max_upward_message_size=100
    )
    world = world_with(config)
    factor = world.pallet.upward_delivery_fee_factor
    world.begin()
    world.show()
    world.pallet.send_upward_message(b"Test")
    after_four_bytes = factor.get()
    world.pallet.send_upward_message(bytes(54))
    after_more = factor.get()
    world.end()
    world.include(world.number - 1)
    with_54_waiting = factor.get()

    next_block(world)

    assert (after_four_bytes, after_more, with_54_waiting, factor.get()) == (
        MIN_FEE_FACTOR,
        RAISED,
        RAISED,
        MIN_FEE_FACTOR,
    )


# Signals.


def with_peer(world: ParaWorld, peer: bytes | None, *items: CoreInfo | BlockBundleInfo) -> tuple[bytes, ...]:
    """What goes up in a block whose author names a node, and its core."""
    world.relay.number += 1
    world.begin(*items)
    data, messages = world.inherent()
    world.show(replace(data, collator_peer_id=peer), messages)
    world.pallet.send_upward_message(b"message")
    return world.end().upward_messages


@pytest.mark.parametrize(
    ("core", "peer", "signals"),
    [
        ((), None, ()),
        ((CoreInfo(2, 0, 3),), None, (b"", SELECTED)),
        ((), b"peer", (b"", APPROVED)),
        ((CoreInfo(2, 0, 3),), b"peer", (b"", SELECTED, APPROVED)),
    ],
)
def test_signals_stand_behind_a_separator(
    core: tuple[CoreInfo, ...], peer: bytes | None, signals: tuple[bytes, ...]
) -> None:
    assert with_peer(world_with(), peer, *core) == (b"message", *signals)


def test_signals_that_wait_come_first() -> None:
    world = world_with()
    world.pallet.pending_upward_signals.put((b"\x07",))

    assert with_peer(world, None, CoreInfo(2, 0, 3)) == (b"message", b"", b"\x07", SELECTED)
    assert not world.pallet.pending_upward_signals.exists()


def test_signals_come_with_the_last_block_of_a_bundle() -> None:
    world = world_with()

    first = with_peer(world, b"peer", CoreInfo(2, 0, 3), BlockBundleInfo(0, is_last=False))
    last = with_peer(world, None, CoreInfo(2, 0, 3), BlockBundleInfo(1, is_last=True))

    assert (first, last) == ((b"message",), (b"message", b"", SELECTED, APPROVED))


def test_the_number_of_cores_is_kept() -> None:
    world = world_with()

    with_peer(world, None, CoreInfo(2, 0, 3))

    assert world.pallet.previous_core_count.get() == 3


def test_blocks_of_a_bundle_share_what_a_candidate_may_send() -> None:
    world = world_with(replace(CONFIG, max_upward_message_num_per_candidate=3))
    number = world.relay.number + 1

    def bundled(index: int, relay: int) -> tuple[bytes, ...]:
        messages = [bytes((index, place)) for place in range(2)]
        info = world.block(
            lambda: [world.pallet.send_upward_message(each) for each in messages],
            BlockBundleInfo(index, is_last=False),
            relay=relay,
        )
        return info.upward_messages

    sent = [bundled(1, number), bundled(2, number), bundled(1, number + 1)]

    assert sent == [(b"\x01\x00", b"\x01\x01"), (b"\x02\x00",), (b"\x02\x01", b"\x01\x00", b"\x01\x01")]


def test_what_a_bundle_sent_across_counts_for_its_next_block() -> None:
    world = world_with(replace(CONFIG, hrmp_max_message_num_per_candidate=2))
    world.relay.egress = {A: Channel()}
    number = world.relay.number + 1
    world.chain.outbound = [(A, b"page")]
    world.block(None, BlockBundleInfo(1, is_last=False), relay=number)
    world.chain.outbound = []

    world.block(None, BlockBundleInfo(2, is_last=True), relay=number)

    assert world.chain.asked[-2:] == [(2, ()), (1, (A,))]
    root, _ = world.relay.proof()
    assert world.pallet.po_v_messages_tracker.get() == PoVMessages(root, 0, 2, 0, 1, (A,))


# Across.


def test_a_block_sends_across_what_it_announced_at_its_start() -> None:
    world = ParaWorld()
    world.relay.config = replace(CONFIG, hrmp_max_message_num_per_candidate=4)
    world.block()
    world.relay.config = replace(CONFIG, hrmp_max_message_num_per_candidate=3)
    world.block()
    world.relay.config = replace(CONFIG, hrmp_max_message_num_per_candidate=5)
    world.block()

    assert [most for most, _ in world.chain.asked] == [0, 3, 3]


def test_what_is_sent_across_is_put_out_and_noted() -> None:
    world = world_with()
    world.relay.egress = {A: Channel()}
    world.chain.outbound = [(A, b"page")]

    info = world.block()

    assert info.horizontal_messages == (OutboundHrmpMessage(A, b"page"),)
    (block,) = world.pallet.unincluded_segment.get()
    assert block.used_bandwidth == UsedBandwidth(0, 0, ((A, HrmpChannelUpdate(1, 4)),))


def test_channels_are_as_full_as_parents_made_them() -> None:
    world = world_with()
    world.relay.egress = {A: Channel(capacity=2, total_size=100)}
    world.chain.outbound = [(A, bytes(30))]
    world.block()
    world.chain.outbound = []

    world.block()

    assert world.pallet.get_channel_status(A) == Ready(max_size_now=70, max_size_ever=256)
    assert world.pallet.get_channel_info(A) == ChannelInfo(2, 100, 256, 1, 30)


def test_a_channel_can_be_full_by_count() -> None:
    world = world_with()
    world.relay.egress = {A: Channel(capacity=1)}
    world.relay.egress[A].fill(msg_count=1, total_size=1)

    world.block()

    assert world.pallet.get_channel_status(A) == Full()


def test_where_there_is_no_channel_it_is_closed() -> None:
    world = ParaWorld()
    before_the_first_block = world.pallet.get_channel_status(A)
    world.relay.egress = {B: Channel()}

    world.block()

    assert before_the_first_block == world.pallet.get_channel_status(A) == Closed()
    assert world.pallet.get_channel_info(A) is None
    assert world.pallet.outgoing_channels() == (B,)


def test_more_than_a_channel_takes_makes_a_block_invalid() -> None:
    world = world_with()
    world.relay.egress = {A: Channel(total_size=3)}
    world.chain.outbound = [(A, b"page")]

    with pytest.raises(
        InvalidBlock, match="bytes of messages to 300 not included: expected at most 3, found 4"
    ):
        world.block()


# What an author collects.


def test_a_block_may_give_other_head_data_than_its_header() -> None:
    world = world_with()

    info = world.block(lambda: world.pallet.custom_validation_head_data.put(b"fork"))

    assert info.head_data == b"fork"
    assert world.block().head_data != b"fork"


def test_the_inherent_has_the_author_s_words_in_it() -> None:
    world = ParaWorld()

    basic = replace(world.relay.shown(world.head), collator_peer_id=b"me").basic()

    assert isinstance(basic, BasicParachainInherentData)
    assert basic.collator_peer_id == b"me"
