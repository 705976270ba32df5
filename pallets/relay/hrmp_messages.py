"""What the Hrmp pallet stores, and the messages in open channels.

A parachain puts out messages with a candidate. They are **checked** when the candidate is backed, and
**queued** when it is included: each goes into its channel, becomes the newest link of the channel's message
chain, and its sender is noted in the recipient's digest of that block. The recipient reports how far it has
processed everything, as a **watermark**; enacting that **prunes** what lies behind it.

How channels come and go is in `hrmp.py`.

Upstream: polkadot/runtime/parachains/src/hrmp.rs
"""

from __future__ import annotations

from pallets.relay.hrmp_items import (
    AdvancementRule,
    AheadRelayParent,
    CapacityExceeded,
    LandsOnBlockWithNoMessages,
    MaxMessageSizeExceeded,
    MoreMessagesThanPermitted,
    NoSuchChannel,
    NotSorted,
    TotalSizeExceeded,
)
from pallets.system import System
from primitives import mqc
from primitives.arithmetic import saturating_sub
from primitives.channels import (
    HrmpChannel,
    HrmpChannelId,
    HrmpOpenChannelRequest,
    InboundHrmpMessage,
    OutboundHrmpMessage,
)
from primitives.errors import AcceptanceError
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.pallet import Frame, Pallet, item
from primitives.record import replace
from primitives.scale.codec import U32
from primitives.storage.views import DefaultMap, Map, Value


class HrmpMessages(Pallet, prefix="Hrmp"):
    """Everything that Hrmp stores, and what happens to messages.

    Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet`
    """

    hrmp_open_channel_requests: Map[HrmpChannelId, HrmpOpenChannelRequest]
    """Requests that are no channels yet. The keys are the entries of the list below."""

    hrmp_open_channel_requests_list: Value[tuple[HrmpChannelId, ...]] = item(default=())
    """The requests, each once; the order is that of asking, until one is taken out of the middle."""

    hrmp_open_channel_request_count: DefaultMap[ParaId, U32] = item(default=0)
    """Requests of each sender, accepted or not. Absent at 0."""

    hrmp_accepted_channel_request_count: DefaultMap[ParaId, U32] = item(default=0)
    """Requests that each recipient has accepted. Absent at 0."""

    hrmp_close_channel_requests: Map[HrmpChannelId, tuple[()]]
    """Channels to be closed with the next session. The keys are the entries of the list below."""

    hrmp_close_channel_requests_list: Value[tuple[HrmpChannelId, ...]] = item(default=())
    """The channels to be closed, each once."""

    hrmp_watermarks: Map[ParaId, BlockNumber]
    """The block up to which a recipient has processed everything."""

    hrmp_channels: Map[HrmpChannelId, HrmpChannel]
    """Open channels. Both ends are valid parachains."""

    hrmp_ingress_channels_index: DefaultMap[ParaId, tuple[ParaId, ...]] = item(default=())
    """The senders that each recipient has channels from, ascending."""

    hrmp_egress_channels_index: DefaultMap[ParaId, tuple[ParaId, ...]] = item(default=())
    """The recipients that each sender has channels to, ascending."""

    hrmp_channel_contents: DefaultMap[HrmpChannelId, tuple[InboundHrmpMessage, ...]] = item(default=())
    """Messages in each channel, oldest first. Absent when there are none."""

    hrmp_channel_digests: DefaultMap[ParaId, tuple[tuple[BlockNumber, tuple[ParaId, ...]], ...]] = item(
        default=()
    )
    """For each recipient the blocks that brought messages, ascending, with their senders."""

    def __init__(self, frame: Frame, system: System) -> None:
        super().__init__(frame)
        self.system = system

    # What parachains put out: checked when a candidate is backed, applied when it is included.

    def check_hrmp_watermark(
        self, recipient: ParaId, relay_chain_parent_number: BlockNumber, new_watermark: BlockNumber
    ) -> None:
        """Raise `AcceptanceError` unless a recipient may report this progress.

        The relay parent itself is always right. Otherwise: not after it (AheadRelayParent), not before the
        last one (AdvancementRule), and either the last one again or a block with messages
        (LandsOnBlockWithNoMessages).

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::check_hrmp_watermark`
        """
        if new_watermark == relay_chain_parent_number:
            return
        if new_watermark > relay_chain_parent_number:
            raise AcceptanceError(AheadRelayParent(new_watermark, relay_chain_parent_number))
        last = self.hrmp_watermarks.get(recipient)
        if last is not None and new_watermark < last:
            raise AcceptanceError(AdvancementRule(new_watermark, last))
        if new_watermark == last:
            return
        if all(block != new_watermark for block, _ in self.hrmp_channel_digests[recipient]):
            raise AcceptanceError(LandsOnBlockWithNoMessages(new_watermark))

    def check_outbound_hrmp(
        self, config: HostConfiguration, sender: ParaId, messages: tuple[OutboundHrmpMessage, ...]
    ) -> None:
        """Raise `AcceptanceError` unless a candidate may send these messages.

        There may be so many, to ascending recipients; each must have a channel and fit into it. The first
        message that does not, and its first fault, is named.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::check_outbound_hrmp`
        """
        permitted = config.hrmp_max_message_num_per_candidate
        if len(messages) > permitted:
            raise AcceptanceError(MoreMessagesThanPermitted(len(messages), permitted))
        last: ParaId | None = None
        for index, message in enumerate(messages):
            if last is not None and message.recipient <= last:
                raise AcceptanceError(NotSorted(index))
            self._check_fits(index, HrmpChannelId(sender, message.recipient), len(message.data))
            last = message.recipient

    def _check_fits(self, index: int, channel_id: HrmpChannelId, size: int) -> None:
        channel = self.hrmp_channels.get(channel_id)
        if channel is None:
            raise AcceptanceError(NoSuchChannel(index, channel_id))
        if size > channel.max_message_size:
            raise AcceptanceError(MaxMessageSizeExceeded(index, size, channel.max_message_size))
        total_size = channel.total_size + size
        if total_size > channel.max_total_size:
            raise AcceptanceError(TotalSizeExceeded(index, total_size, channel.max_total_size))
        count = channel.msg_count + 1
        if count > channel.max_capacity:
            raise AcceptanceError(CapacityExceeded(index, count, channel.max_capacity))

    def prune_hrmp(self, recipient: ParaId, new_watermark: BlockNumber) -> None:
        """Drop what a recipient has processed, and remember how far it is.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::prune_hrmp`
        """
        digest = self.hrmp_channel_digests[recipient]
        senders = {sender for block, present in digest if block <= new_watermark for sender in present}
        self.hrmp_channel_digests[recipient] = tuple(each for each in digest if each[0] > new_watermark)
        for sender in sorted(senders):
            self._prune_channel(HrmpChannelId(sender, recipient), new_watermark)
        self.hrmp_watermarks[recipient] = new_watermark

    def _prune_channel(self, channel_id: HrmpChannelId, new_watermark: BlockNumber) -> None:
        contents = self.hrmp_channel_contents[channel_id]
        leftover = tuple(message for message in contents if message.sent_at > new_watermark)
        if leftover:
            self.hrmp_channel_contents[channel_id] = leftover
        else:
            self.hrmp_channel_contents.remove(channel_id)
        channel = self.hrmp_channels.get(channel_id)
        if channel is None:
            return  # closed since
        pruned_size = sum(len(message.data) for message in contents if message.sent_at <= new_watermark)
        self.hrmp_channels[channel_id] = replace(
            channel,
            msg_count=saturating_sub(channel.msg_count, len(contents) - len(leftover)),
            total_size=saturating_sub(channel.total_size, pruned_size),
        )

    def queue_outbound_hrmp(self, sender: ParaId, messages: tuple[OutboundHrmpMessage, ...]) -> None:
        """Put the messages of an included candidate into their channels; those whose channel closed since
        are lost.

        Limits are not checked again.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::queue_outbound_hrmp`
        """
        now = self.system.number.get()
        for message in messages:
            channel_id = HrmpChannelId(sender, message.recipient)
            channel = self.hrmp_channels.get(channel_id)
            if channel is None:
                continue
            head = mqc.extend(channel.mqc_head or mqc.EMPTY_CHAIN, now, message.data)
            self.hrmp_channels[channel_id] = replace(
                channel,
                msg_count=channel.msg_count + 1,
                total_size=channel.total_size + len(message.data),
                mqc_head=head,
            )
            self.hrmp_channel_contents.append(channel_id, InboundHrmpMessage(now, message.data))
            self._note_in_digest(message.recipient, sender, now)

    def _note_in_digest(self, recipient: ParaId, sender: ParaId, now: BlockNumber) -> None:
        digest = self.hrmp_channel_digests[recipient]
        if digest and digest[-1][0] == now:
            self.hrmp_channel_digests[recipient] = (*digest[:-1], (now, (*digest[-1][1], sender)))
        else:
            self.hrmp_channel_digests.append(recipient, (now, (sender,)))

    # Reading.

    def valid_watermarks(self, recipient: ParaId) -> tuple[BlockNumber, ...]:
        """The watermarks that a recipient may report, besides the relay parent.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::valid_watermarks`
        """
        blocks = tuple(block for block, _ in self.hrmp_channel_digests[recipient])
        last = self.hrmp_watermarks.get(recipient)
        if last is not None and blocks and blocks[0] > last:
            return (last, *blocks)
        return blocks

    def outbound_remaining_capacity(self, sender: ParaId) -> tuple[tuple[ParaId, tuple[int, int]], ...]:
        """For each channel of a sender, how many messages and bytes still fit.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::outbound_remaining_capacity`
        """
        found = (
            (recipient, self.hrmp_channels.get(HrmpChannelId(sender, recipient)))
            for recipient in self.hrmp_egress_channels_index[sender]
        )
        return tuple(
            (
                recipient,
                (channel.max_capacity - channel.msg_count, channel.max_total_size - channel.total_size),
            )
            for recipient, channel in found
            if channel is not None
        )

    def inbound_hrmp_channels_contents(
        self, recipient: ParaId
    ) -> tuple[tuple[ParaId, tuple[InboundHrmpMessage, ...]], ...]:
        """What waits for a recipient, by sender ascending; channels without messages included.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::inbound_hrmp_channels_contents`
        """
        return tuple(
            (sender, self.hrmp_channel_contents[HrmpChannelId(sender, recipient)])
            for sender in self.hrmp_ingress_channels_index[recipient]
        )

    def hrmp_mqc_heads(self, recipient: ParaId) -> tuple[tuple[ParaId, Hash], ...]:
        """The heads of a recipient's channels, by sender ascending; zeros where nothing was sent.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::hrmp_mqc_heads`
        """
        channels = (
            (sender, self.hrmp_channels.get(HrmpChannelId(sender, recipient)))
            for sender in self.hrmp_ingress_channels_index[recipient]
        )
        return tuple(
            (sender, (channel.mqc_head if channel else None) or mqc.EMPTY_CHAIN)
            for sender, channel in channels
        )
