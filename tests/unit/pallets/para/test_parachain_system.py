"""The course of a parachain's blocks: what each is shown, what it takes, and what makes it invalid."""

from __future__ import annotations

import pytest

from pallets.para.cumulus_digest import CoreInfo
from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    HashedMessage,
    InboundMessageId,
    InboundMessagesData,
)
from pallets.para.message_origin import Parent
from pallets.para.parachain_system_items import (
    DownwardMessagesProcessed,
    DownwardMessagesReceived,
    ExpectParentIncluded,
    any_number,
    strictly_increases,
)
from primitives import mqc
from primitives.candidates import HeadData
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.errors import BadOrigin, DispatchError, InvalidBlock
from primitives.hashing import blake2_256
from primitives.header import Consensus
from primitives.ids import BlockNumber, ParaId
from primitives.origin import Root
from primitives.record import replace
from primitives.weights import Weight
from runtime import bulletin
from runtime.bulletin_weights import PARACHAIN_SYSTEM
from tests.support.para_world import Channel, ParaWorld

MIB = 1024 * 1024
A, B = ParaId(300), ParaId(400)


def down(*messages: tuple[int, bytes]) -> AbridgedDownwardMessages:
    return AbridgedDownwardMessages(
        tuple(InboundDownwardMessage(BlockNumber(at), raw) for at, raw in messages)
    )


def across(*messages: tuple[ParaId, int, bytes]) -> AbridgedHrmpMessages:
    rows = ((sender, InboundHrmpMessage(BlockNumber(at), raw)) for sender, at, raw in messages)
    return AbridgedHrmpMessages(tuple(rows))


def refused(world: ParaWorld, messages: InboundMessagesData) -> str:
    """Why a block with these messages is invalid; the state is as it was before them."""
    before = world.state.root()
    with pytest.raises(InvalidBlock) as refusal, world.state.layer():
        world.show(messages=messages)
    assert world.state.root() == before
    return str(refusal.value)


# Being shown the relay chain.


def test_a_block_knows_its_relay_parent() -> None:
    world = ParaWorld()

    world.block(relay=7)

    root, _ = world.relay.proof()
    data = world.pallet.validation_data.get()
    assert data is not None
    assert (data.relay_parent_number, data.relay_parent_storage_root) == (7, root)
    assert data.parent_head == b"genesis"
    assert world.pallet.last_relay_chain_block_number.get() == 7
    assert world.pallet.host_configuration.get() == world.relay.config


def test_the_relay_parent_stands_in_the_digest() -> None:
    world = ParaWorld()

    world.block(relay=7)

    root, _ = world.relay.proof()
    assert world.system.digest.get().logs == (Consensus(b"RPSR", root + b"\x1c"),)


def test_only_the_author_shows_a_block_the_relay_chain() -> None:
    world = ParaWorld()
    world.begin()
    data, messages = world.inherent()

    with pytest.raises(DispatchError) as refusal:
        world.pallet.set_validation_data(Root(), data, messages)

    assert refusal.value.error == BadOrigin()


def test_a_block_is_shown_the_relay_chain_once() -> None:
    world = ParaWorld()
    world.begin()
    world.show()

    with pytest.raises(InvalidBlock, match="set_validation_data in the block: expected once, found again"):
        world.show()


def test_a_block_that_was_not_shown_the_relay_chain_does_not_end() -> None:
    world = ParaWorld()
    world.begin()

    with pytest.raises(InvalidBlock, match="set_validation_data in the block: expected once, found never"):
        world.end()


def test_the_relay_parent_does_not_go_back() -> None:
    world = ParaWorld()
    world.block(relay=7)

    with pytest.raises(InvalidBlock, match="relay parent number: expected at least 7, found 6"):
        world.block(relay=6)


def test_two_blocks_may_share_a_relay_parent() -> None:
    world = ParaWorld()
    world.block(relay=7)

    world.block(relay=7)

    assert world.pallet.last_relay_chain_block_number.get() == 7


def test_a_chain_may_want_a_relay_parent_for_each_block() -> None:
    world = ParaWorld(rules=replace(PARACHAIN_SYSTEM, check_relay_number=strictly_increases))
    world.block(relay=7)

    with pytest.raises(InvalidBlock, match="relay parent number: expected more than 7, found 7"):
        world.block(relay=7)


def test_a_chain_may_take_any_relay_parent() -> None:
    world = ParaWorld(rules=replace(PARACHAIN_SYSTEM, check_relay_number=any_number))
    world.block(relay=7)

    world.block(relay=3)

    assert world.pallet.last_relay_chain_block_number.get() == 3


def test_a_block_names_its_core_once() -> None:
    world = ParaWorld()

    with pytest.raises(InvalidBlock, match="digest items with core information: expected at most 1, found 2"):
        world.begin(CoreInfo(0, 0, 1), CoreInfo(1, 0, 1))


def test_a_block_cannot_be_for_a_later_place_in_the_claim_queue() -> None:
    world = ParaWorld()

    with pytest.raises(InvalidBlock, match="claim queue offset in the digest: expected 0, found 1"):
        world.begin(CoreInfo(0, 1, 1))


# Blocks that are not included.


def test_the_segment_grows_until_the_relay_chain_includes_a_block() -> None:
    world = ParaWorld()
    world.block()
    world.block()
    assert len(world.pallet.unincluded_segment.get()) == 2

    world.include(2)
    world.block()

    (last,) = world.pallet.unincluded_segment.get()
    assert last.para_head_hash is None


def test_a_parent_is_known_by_the_hash_of_its_head() -> None:
    world = ParaWorld()
    world.block()

    world.begin()

    (parent,) = world.pallet.unincluded_segment.get()
    assert parent.para_head_hash == blake2_256(b"block 1")


def test_an_unknown_included_head_drops_nothing() -> None:
    world = ParaWorld()
    world.block()
    world.relay.included = HeadData(b"of another fork")

    world.block()

    assert len(world.pallet.unincluded_segment.get()) == 2


def test_a_full_segment_takes_no_block() -> None:
    world = ParaWorld(velocity=replace(bulletin.VELOCITY, blocks_per_relay_slot=9))
    world.block()
    world.block()
    world.block()

    with pytest.raises(InvalidBlock, match="blocks that are not included: expected fewer than 3, found 3"):
        world.block()


def test_the_included_head_has_to_be_shown() -> None:
    world = ParaWorld()
    world.relay.included = None

    with pytest.raises(InvalidBlock, match="included head in the relay chain state proof: expected a value"):
        world.block()


def test_a_chain_may_wait_for_each_block_to_be_included() -> None:
    world = ParaWorld(hook=ExpectParentIncluded())
    world.block()

    with pytest.raises(InvalidBlock, match="included head: expected 0x"):
        world.block()


def test_a_chain_that_waits_takes_proofs_without_the_included_head() -> None:
    world = ParaWorld(hook=ExpectParentIncluded())
    world.relay.included = None
    world.block()

    world.block()

    assert len(world.pallet.unincluded_segment.get()) == 1


# Messages down.


def test_a_downward_message_goes_into_the_queue_of_the_relay_chain() -> None:
    world = ParaWorld()
    world.relay.send_down(1, b"message")

    world.block()

    assert world.chain.queued == [(Parent(), (b"message",))]
    assert world.pallet.last_dmq_mqc_head.get() == world.relay.dmq_head
    assert world.pallet.processed_downward_messages.get() == 1
    assert world.events() == [
        DownwardMessagesReceived(1),
        DownwardMessagesProcessed(PARACHAIN_SYSTEM.downward_weight(1), world.relay.dmq_head),
    ]


def test_the_chain_goes_on_after_blocks_without_messages() -> None:
    world = ParaWorld()
    world.relay.send_down(1, b"first")
    world.block()
    world.relay.downward.clear()
    world.block()
    world.relay.send_down(4, b"second")

    world.block()

    assert [messages for _, messages in world.chain.queued] == [(b"first",), (b"second",)]


def test_a_hundred_messages_a_block_arrive_in_order() -> None:
    world = ParaWorld()

    sent = {
        number: [b"%d/%d" % (number, place) for place in range(number * 7 % 100)] for number in range(1, 20)
    }

    for number, messages in sent.items():
        world.relay.downward.clear()
        for message in messages:
            world.relay.send_down(number, message)
        world.block()

    assert [list(messages) for _, messages in world.chain.queued] == list(sent.values())


def test_a_message_that_no_page_could_hold_is_lost_but_counts() -> None:
    world = ParaWorld()
    world.relay.send_down(1, bytes(65_532))

    world.block()

    assert world.chain.queued == []
    assert world.pallet.processed_downward_messages.get() == 1


@pytest.mark.parametrize(
    "given",
    [
        down((1, b"other")),
        down((2, b"message")),
        down(),
        down((1, b"message"), (1, b"more")),
    ],
)
def test_other_downward_messages_than_were_sent_are_refused(given: AbridgedDownwardMessages) -> None:
    world = ParaWorld()
    world.relay.send_down(1, b"message")
    world.begin()

    said = refused(world, InboundMessagesData(given, across()))

    assert said.startswith(
        f"downward queue head after the messages given: expected 0x{world.relay.dmq_head.hex()}"
    )


def test_downward_messages_out_of_order_are_refused() -> None:
    world = ParaWorld()
    world.relay.send_down(1, b"one")
    world.relay.send_down(1, b"two")
    world.begin()

    assert "downward queue head" in refused(
        world, InboundMessagesData(down((1, b"two"), (1, b"one")), across())
    )


def test_hashes_alone_are_refused() -> None:
    world = ParaWorld()
    world.relay.send_down(1, b"message")
    world.begin()
    hashed = (HashedMessage(BlockNumber(1), mqc.message_hash(b"message")),)

    said = refused(world, InboundMessagesData(AbridgedDownwardMessages((), hashed), across()))

    assert said == "downward messages given whole: expected one at least, found none, and 1 hashes"


def test_messages_that_came_as_hashes_come_again() -> None:
    world = ParaWorld()
    for each in (b"one", b"two", b"three"):
        world.relay.send_down(1, each)
    world.begin()
    hashed = tuple(HashedMessage(BlockNumber(1), mqc.message_hash(each)) for each in (b"two", b"three"))

    world.show(messages=InboundMessagesData(replace(down((1, b"one")), hashed_messages=hashed), across()))
    world.end()
    _, following = world.inherent()

    assert world.pallet.last_processed_downward_message.get() == InboundMessageId(BlockNumber(1), 2)
    assert world.pallet.processed_downward_messages.get() == 1
    assert following.downward_messages == down((1, b"two"), (1, b"three"))


# Messages across.


def test_horizontal_messages_go_to_their_handler_in_order() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel(), B: Channel()}
    world.relay.ingress[A].send(2, b"from A")
    world.relay.ingress[B].send(1, b"from B")

    world.block(relay=3)

    assert world.chain.handled == [(B, 1, b"from B"), (A, 2, b"from A")]
    assert world.pallet.last_hrmp_mqc_heads.get() == (
        (A, world.relay.ingress[A].limits.mqc_head),
        (B, world.relay.ingress[B].limits.mqc_head),
    )
    assert world.pallet.hrmp_watermark.get() == 2
    assert world.pallet.last_processed_hrmp_message.get() == InboundMessageId(BlockNumber(2), 0)


def test_without_messages_the_watermark_is_the_relay_parent() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}

    world.block(relay=3)

    assert world.pallet.hrmp_watermark.get() == 3
    assert world.pallet.last_hrmp_mqc_heads.get() == ((A, mqc.EMPTY_CHAIN),)
    assert world.pallet.last_processed_hrmp_message.get() == InboundMessageId(BlockNumber(3), 0)


def test_a_channel_s_head_is_carried_over_blocks_without_messages() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(1, b"first")
    world.block()
    world.relay.ingress[A].messages.clear()
    world.block()
    world.relay.ingress[A].send(4, b"second")

    world.block(relay=4)

    assert [raw for _, _, raw in world.chain.handled] == [b"first", b"second"]


def test_the_head_of_a_closed_channel_is_forgotten() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel(), B: Channel()}
    world.relay.ingress[A].send(1, b"message")
    world.block()
    del world.relay.ingress[A]

    world.block()

    assert world.pallet.last_hrmp_mqc_heads.get() == ((B, mqc.EMPTY_CHAIN),)


def test_a_channel_reopened_unseen_stops_its_recipient_until_it_is_seen_closed() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(1, b"message")
    world.block()
    world.relay.ingress = {A: Channel()}
    with pytest.raises(InvalidBlock, match="head of the channel from 300 after the messages given"):
        world.block()

    world.relay.ingress = {}
    world.block()
    world.relay.ingress = {A: Channel()}
    world.block()

    assert world.pallet.last_hrmp_mqc_heads.get() == ((A, mqc.EMPTY_CHAIN),)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (across(), "head of the channel from 300 after the messages given: expected 0x"),
        (across((A, 2, b"other")), "head of the channel from 300 after the messages given: expected 0x"),
        (across((A, 1, b"message")), "head of the channel from 300 after the messages given: expected 0x"),
        (
            across((A, 2, b"message"), (B, 2, b"made up")),
            "sender of a horizontal message: expected one with a channel, found 400",
        ),
    ],
)
def test_other_horizontal_messages_than_were_sent_are_refused(given: AbridgedHrmpMessages, said: str) -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(2, b"message")
    world.begin()

    assert refused(world, InboundMessagesData(down(), given)).startswith(said)


@pytest.mark.parametrize(
    "given",
    [across((A, 2, b"a"), (B, 1, b"b")), across((B, 2, b"b"), (A, 2, b"a"))],
    ids=("arrival", "sender"),
)
def test_messages_in_another_order_than_they_arrived_are_refused(given: AbridgedHrmpMessages) -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel(), B: Channel()}
    world.begin()

    assert "horizontal message by arrival and sender" in refused(world, InboundMessagesData(down(), given))


def test_hashes_must_not_be_earlier_than_what_came_whole() -> None:
    world = ParaWorld(max_block=Weight(10**12, 6))
    world.relay.ingress = {A: Channel()}
    world.begin()
    hashed = ((A, HashedMessage(BlockNumber(1), mqc.message_hash(b"earlier"))),)

    given = replace(across((A, 2, b"a")), hashed_messages=hashed)

    assert "horizontal message by arrival and sender" in refused(world, InboundMessagesData(down(), given))


def test_only_what_does_not_fit_may_come_as_a_hash() -> None:
    """The limit is 1747626 bytes, and the channel takes messages of 256 bytes."""
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(1, b"one")
    world.relay.ingress[A].send(1, b"two")
    world.begin()
    hashed = ((A, HashedMessage(BlockNumber(1), mqc.message_hash(b"two"))),)

    said = refused(
        world, InboundMessagesData(down(), replace(across((A, 1, b"one")), hashed_messages=hashed))
    )

    assert said == "bytes of horizontal messages given whole: expected more than 1747370, found 3"


def test_hashes_alone_are_refused_even_where_nothing_fits() -> None:
    world = ParaWorld(max_block=Weight(10**12, 6))
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(1, b"one")
    world.begin()
    hashed = ((A, HashedMessage(BlockNumber(1), mqc.message_hash(b"one"))),)

    said = refused(world, InboundMessagesData(down(), replace(across(), hashed_messages=hashed)))

    assert said == "horizontal messages given whole: expected one at least, found none, and 1 hashes"


def test_messages_of_a_relay_parent_are_taken_once() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.send_down(1, b"down")
    world.relay.ingress[A].send(1, b"across")
    world.block(relay=2)

    world.block(relay=2)
    world.block(relay=2)

    assert world.chain.queued == [(Parent(), (b"down",))]
    assert world.chain.handled == [(A, 1, b"across")]


def test_a_weight_may_be_set_aside_for_messages_across() -> None:
    world = ParaWorld()
    world.relay.ingress = {A: Channel()}
    world.relay.ingress[A].send(1, b"message")
    world.pallet.reserved_xcmp_weight_override.put(Weight(5, 6))

    world.block()

    assert world.chain.max_weights == [Weight(5, 6)]


# More than fits.


def much() -> ParaWorld:
    """25 messages down and 37 across, 100 KiB each, of which a block takes 1 MiB of each kind. They are too
    long for the queue of the recorded chain; here it takes any.
    """
    world = ParaWorld(max_block=Weight(10**12, 6 * MIB))
    world.chain.max_message_len = MIB
    page = bytes(100 * 1024)
    for at in (*[1] * 10, *[2] * 15):
        world.relay.send_down(at, page)
    one, other = Channel(message_size=len(page)), Channel(message_size=len(page))
    one.send(1, bytes(24 * 1024))
    for at in (*[1] * 9, *[2] * 15):
        one.send(at, page)
    for at in (*[1] * 11, 2):
        other.send(at, page)
    world.relay.ingress = {100: one, 200: other}
    return world


Row = tuple[int, int, tuple[int, int], tuple[int, int], int]


def row(world: ParaWorld) -> Row:
    """What is taken so far, down and across; the cursors; the watermark."""
    pallet = world.pallet
    down_to, across_to = (
        pallet.last_processed_downward_message.get(),
        pallet.last_processed_hrmp_message.get(),
    )
    assert down_to is not None
    assert across_to is not None
    return (
        sum(len(messages) for _, messages in world.chain.queued),
        len(world.chain.handled),
        (down_to.sent_at, down_to.reverse_idx),
        (across_to.sent_at, across_to.reverse_idx),
        pallet.hrmp_watermark.get(),
    )


def test_more_than_fits_is_taken_in_several_blocks() -> None:
    world = much()

    def after_one_more() -> Row:
        world.block(relay=4)
        return row(world)

    assert [after_one_more() for _ in range(4)] == [
        (10, 11, (1, 0), (1, 10), 0),
        (20, 21, (2, 5), (1, 0), 1),
        (25, 36, (2, 0), (2, 1), 1),
        (25, 37, (2, 0), (2, 0), 2),
    ]
