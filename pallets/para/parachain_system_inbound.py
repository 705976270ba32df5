"""Messages in: what a block is given is held against the relay chain, and put into its queues.

The relay parent knows the heads of all message chains to this parachain. From the heads that the parachain
remembers, the messages given must lead to just those heads; then none is missing, added, altered or out of
its place. Anything else makes the block invalid.

Messages that came as hashes lead to the heads as well, but are not remembered: they come again.

Upstream: cumulus/pallets/parachain-system/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    HashedMessage,
    InboundMessageId,
)
from pallets.para.message_origin import Parent
from pallets.para.parachain_system_items import (
    DmpQueue,
    DownwardMessagesProcessed,
    DownwardMessagesReceived,
    XcmpMessageHandler,
)
from pallets.para.parachain_system_storage import MessageQueueChain, ParachainSystemStorage
from primitives import mqc
from primitives.channels import AbridgedHrmpChannel, InboundHrmpMessage
from primitives.errors import InvalidBlock
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.weights import Weight

Channels = dict[ParaId, AbridgedHrmpChannel]
Heads = dict[ParaId, MessageQueueChain]


def enqueue_downward(
    storage: ParachainSystemStorage,
    queue: DmpQueue,
    expected_head: Hash,
    messages: AbridgedDownwardMessages,
    weight: Weight,
) -> None:
    """Take the messages from the relay chain; `weight` is what this is said to cost.

    A message that no page could hold is lost, though it counts.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::enqueue_inbound_downward_messages`
    """
    full, hashed = messages.full_messages, messages.hashed_messages
    _check_some_full("downward", len(full), len(hashed))
    head: Hash = storage.last_dmq_mqc_head.get()
    for message in full:
        head = mqc.extend(head, message.sent_at, message.msg)
    given_head = head
    for each in hashed:
        given_head = mqc.extend_hashed(given_head, each.sent_at, each.msg_hash)
    if given_head != expected_head:
        raise InvalidBlock("downward queue head after the messages given", expected_head, given_head)

    if full:
        last = full[-1].sent_at
        storage.deposit_event(DownwardMessagesReceived(len(full)))
        storage.last_dmq_mqc_head.put(MessageQueueChain(head))
        storage.deposit_event(DownwardMessagesProcessed(weight, head))
        still_to_come = sum(each.sent_at == last for each in hashed)
        storage.last_processed_downward_message.put(InboundMessageId(last, still_to_come))
        fitting = tuple(each.msg for each in full if len(each.msg) <= queue.max_message_len)
        if fitting:
            queue.enqueue_messages(Parent(), fitting)
    storage.processed_downward_messages.put(len(full))


def enqueue_horizontal(
    storage: ParachainSystemStorage,
    handler: XcmpMessageHandler,
    ingress: tuple[tuple[ParaId, AbridgedHrmpChannel], ...],
    messages: AbridgedHrmpMessages,
    relay_parent_number: BlockNumber,
    size_limit: int,
    max_weight: Weight,
) -> None:
    """Take the messages from other parachains, at most `size_limit` bytes of them whole; using up to
    `max_weight`.

    Checked in this order: enough of them came whole; each comes through a channel, and behind those that
    arrived before; the heads. Heads of channels that are closed are forgotten, the others all remembered.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::enqueue_inbound_horizontal_messages`
    """
    channels = dict(ingress)
    _check_enough_full(channels, messages, size_limit)
    heads = {para: head for para, head in storage.last_hrmp_mqc_heads.get() if para in channels}
    if not messages.full_messages:
        _check_heads(channels, heads)
        known = {para: heads.get(para, MessageQueueChain(mqc.EMPTY_CHAIN)) for para in channels}
        _put_heads(storage, known)
        storage.last_processed_hrmp_message.put(InboundMessageId(relay_parent_number, 0))
        storage.hrmp_watermark.put(relay_parent_number)
        return
    _check_arrival(channels, messages)
    _extend(heads, messages.full_messages)
    given_heads = dict(heads)
    _extend_hashed(given_heads, messages.hashed_messages)
    _check_heads(channels, given_heads)

    _put_heads(storage, heads)
    _note_processed(storage, messages)
    handler.handle_xcmp_messages(
        ((sender, each.sent_at, each.data) for sender, each in messages.full_messages), max_weight
    )


def _check_some_full(kind: str, full: int, hashed: int) -> None:
    """Hashes alone would let an author hold messages back for good.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs
    `check_enough_messages_included_basic`
    """
    if hashed and not full:
        raise InvalidBlock(f"{kind} messages given whole", "one at least", f"none, and {hashed} hashes")


def _check_enough_full(channels: Channels, messages: AbridgedHrmpMessages, size_limit: int) -> None:
    """Only what did not fit may come as hashes. How long the first of those is, nobody knows; its channel
    says how long it can be.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs
    `check_enough_messages_included_advanced`
    """
    if not messages.hashed_messages:
        return
    size = sum(len(each.data) for _, each in messages.full_messages)
    longest = _channel_of(channels, messages.hashed_messages[0][0]).max_message_size
    if size + longest <= size_limit:
        raise InvalidBlock(
            "bytes of horizontal messages given whole", f"more than {size_limit - longest}", size
        )
    _check_some_full("horizontal", len(messages.full_messages), len(messages.hashed_messages))


def _channel_of(channels: Channels, sender: ParaId) -> AbridgedHrmpChannel:
    channel = channels.get(sender)
    if channel is None:
        raise InvalidBlock("sender of a horizontal message", "one with a channel", sender)
    return channel


def _check_arrival(channels: Channels, messages: AbridgedHrmpMessages) -> None:
    """Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::check_hrmp_message_metadata`"""
    before = (0, 0)
    rows: Iterable[tuple[ParaId, InboundHrmpMessage | HashedMessage]] = chain(
        messages.full_messages, messages.hashed_messages
    )
    for sender, message in rows:
        place = (message.sent_at, sender)
        if place < before:
            raise InvalidBlock("horizontal message by arrival and sender", f"{before} or behind", place)
        before = place
        _channel_of(channels, sender)


def _extend(heads: Heads, messages: tuple[tuple[ParaId, InboundHrmpMessage], ...]) -> None:
    for sender, each in messages:
        head = heads.get(sender, mqc.EMPTY_CHAIN)
        heads[sender] = MessageQueueChain(mqc.extend(head, each.sent_at, each.data))


def _extend_hashed(heads: Heads, messages: tuple[tuple[ParaId, HashedMessage], ...]) -> None:
    for sender, each in messages:
        head = heads.get(sender, mqc.EMPTY_CHAIN)
        heads[sender] = MessageQueueChain(mqc.extend_hashed(head, each.sent_at, each.msg_hash))


def _check_heads(channels: Channels, heads: Heads) -> None:
    """Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::check_hrmp_mcq_heads`"""
    for sender, channel in channels.items():
        expected = channel.mqc_head or mqc.EMPTY_CHAIN
        found = heads.get(sender, mqc.EMPTY_CHAIN)
        if found != expected:
            raise InvalidBlock(f"head of the channel from {sender} after the messages given", expected, found)


def _put_heads(storage: ParachainSystemStorage, heads: Heads) -> None:
    storage.last_hrmp_mqc_heads.put(tuple(sorted(heads.items())))


def _note_processed(storage: ParachainSystemStorage, messages: AbridgedHrmpMessages) -> None:
    """Note how far messages were taken. The watermark is the last relay chain block of which all were; it
    stays where it was if there is none.
    """
    arrivals = [each.sent_at for _, each in messages.full_messages]
    last = arrivals[-1]
    still_to_come = sum(each.sent_at == last for _, each in messages.hashed_messages)
    whole = [sent_at for sent_at in arrivals if sent_at < last and sent_at > 0]
    watermark = last if not still_to_come else (whole[-1] if whole else storage.hrmp_watermark.get())
    storage.last_processed_hrmp_message.put(InboundMessageId(last, still_to_come))
    storage.hrmp_watermark.put(watermark)
