"""What the ParachainSystem pallet stores, and what can be read off it.

What is done with it is in `parachain_system.py` and in the modules that it names. Whoever only wants to know
the channels (XcmpQueue, say) needs no more than this.

Upstream: cumulus/pallets/parachain-system/src/lib.rs
"""

from __future__ import annotations

from typing import NewType

from pallets.para.inbound_messages import ApprovedPeerId, InboundMessageId, StorageProof
from pallets.para.parachain_system_items import (
    BlockWeightMode,
    ChannelInfo,
    ChannelStatus,
    Closed,
    Full,
    PoVMessages,
    Ready,
)
from pallets.para.relay_state import MessagingStateSnapshot
from pallets.para.unincluded_segment import Ancestor, SegmentTracker, size_after_included
from primitives import fee_factor, mqc
from primitives.channels import AbridgedHrmpChannel, OutboundHrmpMessage
from primitives.host_configuration import AbridgedHostConfiguration
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.pallet import Pallet, item
from primitives.scale.codec import U32, U128, Compact16
from primitives.storage.views import OptionValue, Value
from primitives.validation import PersistedValidationData, UpgradeGoAhead, UpgradeRestriction
from primitives.weights import Weight

MessageQueueChain = NewType("MessageQueueChain", Hash)
"""The head of a chain of messages."""


class ParachainSystemStorage(Pallet, prefix="ParachainSystem"):
    """What a parachain knows of the relay chain, and what it has to tell it.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet`
    """

    block_weight_mode: OptionValue[BlockWeightMode]
    """How much of a core this block may use; only on chains where that changes."""

    previous_core_count: OptionValue[Compact16]
    """How many cores the parachain had with its last block."""

    unincluded_segment: Value[tuple[Ancestor, ...]] = item(default=())
    """The blocks that the relay parent does not know to be included, oldest first."""

    aggregated_unincluded_segment: OptionValue[SegmentTracker]
    """What they come to."""

    pending_validation_code: Value[bytes] = item(default=b"")
    """New code that waits for the relay chain's word."""

    new_validation_code: OptionValue[bytes]
    """New code that this block tells the relay chain of."""

    validation_data: OptionValue[PersistedValidationData]
    """What this block was made from; absent until the block was told, and gone with the next block."""

    did_set_validation_code: Value[bool] = item(default=False)
    """Whether new code was announced in this block."""

    last_relay_chain_block_number: Value[BlockNumber] = item(default=BlockNumber(0))
    """The relay parent of the block before."""

    upgrade_restriction_signal: Value[UpgradeRestriction | None] = item(default=None)
    """Whether the relay chain takes new code; only while a block is made."""

    upgrade_go_ahead: Value[UpgradeGoAhead | None] = item(default=None)
    """The relay chain's word on new code; only while a block is made."""

    relay_state_proof: OptionValue[StorageProof]
    """What the block before, or this one, was shown of the relay chain."""

    relevant_messaging_state: OptionValue[MessagingStateSnapshot]
    """The queues and channels as the relay parent has them; from the end of a block on, with what parents
    sent that are not included in them."""

    host_configuration: OptionValue[AbridgedHostConfiguration]
    """The limits that the relay chain sets, as of the last relay parent."""

    last_dmq_mqc_head: Value[MessageQueueChain] = item(default=MessageQueueChain(mqc.EMPTY_CHAIN))
    """The head of the chain of all messages from the relay chain that came whole."""

    last_hrmp_mqc_heads: Value[tuple[tuple[ParaId, MessageQueueChain], ...]] = item(default=())
    """The head of the chain of all messages from each parachain that came whole, by ascending sender."""

    processed_downward_messages: Value[U32] = item(default=0)
    """How many messages from the relay chain this block has taken; it may drop so many."""

    last_processed_downward_message: OptionValue[InboundMessageId]
    """The last of all messages from the relay chain that were taken."""

    hrmp_watermark: Value[BlockNumber] = item(default=BlockNumber(0))
    """The relay chain block up to which all messages from other parachains were taken."""

    last_processed_hrmp_message: OptionValue[InboundMessageId]
    """The last of all messages from other parachains that were taken."""

    hrmp_outbound_messages: Value[tuple[OutboundHrmpMessage, ...]] = item(default=())
    """What this block sends to other parachains."""

    upward_messages: Value[tuple[bytes, ...]] = item(default=())
    """What this block sends to the relay chain, signals included."""

    pending_upward_messages: Value[tuple[bytes, ...]] = item(default=())
    """Messages that wait to go up."""

    pending_upward_signals: Value[tuple[bytes, ...]] = item(default=())
    """Signals that wait to go up."""

    pending_approved_peer: OptionValue[ApprovedPeerId]
    """The node to be rewarded for this block."""

    upward_delivery_fee_factor: Value[U128] = item(default=fee_factor.MIN_FEE_FACTOR)
    """What the price of a message up is multiplied by; a FixedU128."""

    announced_hrmp_messages_per_candidate: Value[U32] = item(default=0)
    """Messages to other parachains that this block said at its start it would send at most."""

    reserved_xcmp_weight_override: OptionValue[Weight]
    """What may be used for taking messages from other parachains, if not what the runtime says."""

    reserved_dmp_weight_override: OptionValue[Weight]
    """What may be used for taking messages from the relay chain, if not what the runtime says."""

    custom_validation_head_data: OptionValue[bytes]
    """Head data to give instead of this block's header."""

    po_v_messages_tracker: OptionValue[PoVMessages] = item(name="PoVMessagesTracker")
    """What blocks that share this block's candidate have sent so far."""

    def get_channel_status(self, para: ParaId) -> ChannelStatus:
        """Whether a message can be sent to a parachain.

        Before a block was shown the relay chain, this is as of the block before.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `GetChannelInfo::get_channel_status`
        """
        channel = self._egress_channel(para)
        if channel is None:
            return Closed()
        if channel.msg_count + 1 > channel.max_capacity:
            return Full()
        return Ready(channel.max_total_size - channel.total_size, channel.max_message_size)

    def get_channel_info(self, para: ParaId) -> ChannelInfo | None:
        """The limits of the channel to a parachain and what is in it; None if there is none.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `GetChannelInfo::get_channel_info`
        """
        channel = self._egress_channel(para)
        if channel is None:
            return None
        return ChannelInfo(
            channel.max_capacity,
            channel.max_total_size,
            channel.max_message_size,
            channel.msg_count,
            channel.total_size,
        )

    def outgoing_channels(self) -> tuple[ParaId, ...]:
        """The parachains to which there are channels, ascending.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `ListChannelInfos::outgoing_channels`
        """
        state = self.relevant_messaging_state.get()
        return () if state is None else tuple(para for para, _ in state.egress_channels)

    def _egress_channel(self, para: ParaId) -> AbridgedHrmpChannel | None:
        state = self.relevant_messaging_state.get()
        return None if state is None else dict(state.egress_channels).get(para)

    def unincluded_segment_size_after(self, included_head: Hash) -> int:
        """How many blocks would not be included, were this head known to be the newest that is.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::unincluded_segment_size_after`
        """
        return size_after_included(self.unincluded_segment.get(), included_head)
