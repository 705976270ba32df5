"""A parachain's side of the relay chain: each block is shown a piece of it, and tells it what it puts out.

The course of a block:

1. It begins: what the block before put out is cleared away.
2. `set_validation_data`, the inherent that every block has: the relay parent, by a proof of its state, and
   the messages that wait. The proof says what the relay chain knows of this parachain: which of its blocks
   are included, what it may send, which messages it must have been given.
3. The other extrinsics; whoever has a message for the relay chain leaves it here.
4. It ends: what is sent is chosen and written down, for its author to collect.

What is wrong with the inherent makes the whole block invalid, never just a call fail. The parts of this are
in modules of their own: `inbound_messages.py` (what is given, and how much of it comes whole),
`relay_state.py` (the proof), `unincluded_segment.py` (blocks that are not included yet), and messages in,
messages out and new code in `parachain_system_inbound.py`, `_outbound.py` and `_upgrades.py`.

Upstream: cumulus/pallets/parachain-system/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from pallets.para import parachain_system_inbound as inbound
from pallets.para import parachain_system_outbound as outbound
from pallets.para import parachain_system_upgrades as upgrades
from pallets.para.cumulus_digest import core_infos, relay_parent_storage_root_item
from pallets.para.inbound_messages import (
    BasicParachainInherentData,
    InboundMessageId,
    InboundMessagesData,
    ParachainInherentData,
    abridge_downward,
    abridge_horizontal,
    by_arrival,
)
from pallets.para.parachain_system_items import (
    CheckAssociatedRelayNumber,
    CollationInfo,
    ConsensusHook,
    DmpQueue,
    Error,
    Event,
    MessageTooBig,
    ParachainSystemConstants,
    UnincludedSegmentCapacity,
    XcmpMessageHandler,
    XcmpMessageSource,
    monotonically_increases,
)
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.relay_state import MessagingStateSnapshot, RelayChainStateProof
from pallets.para.unincluded_segment import (
    bandwidth_of,
    count_included,
    cut_down,
    limits_of,
    subtracted,
    with_head,
)
from pallets.system import System
from primitives.candidates import HeadData, ValidationCode
from primitives.errors import Defect, InvalidBlock
from primitives.hashing import blake2_256
from primitives.header import HEADER, Header
from primitives.ids import BlockNumber, Hash
from primitives.origin import Origin, ensure_none, ensure_root
from primitives.pallet import Frame, call
from primitives.record import Record
from primitives.weights import DispatchClass, Weight

MESSAGES_SHARE_OF_PROOF = 6
"""What part of a block's proof the whole messages of one kind may take: the limit divided by this.

Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::messages_collection_size_limit`
"""


class ParachainSystemRules(Record):
    """What a runtime decides of this pallet."""

    reserved_xcmp_weight: Weight
    """What may be used for taking messages from other parachains."""

    downward_weight: Callable[[int], Weight]
    """What taking so many messages from the relay chain is said to cost."""

    check_relay_number: CheckAssociatedRelayNumber = monotonically_increases
    """How relay parents follow each other."""


RELAY_PARENT_OFFSET = 0
"""How many blocks the relay parent is behind the newest. Chains with another offset, whose blocks have to be
shown the headers between, are not supported.

Upstream: cumulus/pallets/parachain-system/src/lib.rs `Config::RelayParentOffset`
"""


class ParachainSystem(
    ParachainSystemStorage,
    prefix="ParachainSystem",
    events=Event,
    errors=Error,
    constants=ParachainSystemConstants,
):
    """A parachain's dealings with the relay chain.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet`
    """

    def __init__(
        self,
        frame: Frame,
        system: System,
        constants: ParachainSystemConstants,
        rules: ParachainSystemRules,
        consensus_hook: ConsensusHook,
        dmp_queue: DmpQueue,
        xcmp_handler: XcmpMessageHandler,
        xcmp_source: XcmpMessageSource,
    ) -> None:
        super().__init__(frame)
        self.system, self.constants, self.rules = system, constants, rules
        self.consensus_hook, self.dmp_queue = consensus_hook, dmp_queue
        self.xcmp_handler, self.xcmp_source = xcmp_handler, xcmp_source

    # The block begins and ends.

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Clear away what the block before put out, and announce how many messages this one will send across.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Hooks::on_initialize`
        """
        self._check_core()
        if not self.did_set_validation_code.get():
            self.new_validation_code.kill()
        self.unincluded_segment.put(with_head(self.unincluded_segment.get(), self.system.parent_hash.get()))
        self.validation_data.kill()
        self.processed_downward_messages.kill()
        self.upward_messages.kill()
        self.hrmp_outbound_messages.kill()
        self.custom_validation_head_data.kill()
        config = self.host_configuration.get()
        announced = 0 if config is None else config.hrmp_max_message_num_per_candidate
        self.announced_hrmp_messages_per_candidate.put(announced)

    def _check_core(self) -> None:
        """A block says once at most which core it is for, and means the claim queue as its relay parent has
        it.
        """
        infos = core_infos(self.system.digest.get())
        if len(infos) > 1:
            raise InvalidBlock("digest items with core information", "at most 1", len(infos))
        if infos and infos[0].claim_queue_offset != RELAY_PARENT_OFFSET:
            raise InvalidBlock(
                "claim queue offset in the digest", RELAY_PARENT_OFFSET, infos[0].claim_queue_offset
            )

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Choose what the block sends. A block that was not shown the relay chain is invalid.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Hooks::on_finalize`
        """
        self.did_set_validation_code.kill()
        self.upgrade_restriction_signal.kill()
        go_ahead = self.upgrade_go_ahead.take()
        data, config = self.validation_data.get(), self.host_configuration.get()
        if data is None:
            raise InvalidBlock("set_validation_data in the block", "once", "never")
        state = self.relevant_messaging_state.get()
        if config is None or state is None:
            raise Defect("validation data was set without the limits and queues of the relay chain")
        self.last_relay_chain_block_number.put(data.relay_parent_number)

        segment, digest = self.aggregated_unincluded_segment.get(), self.system.digest.get()
        limits = limits_of(state)
        if segment is not None:
            state = cut_down(state, segment.used_bandwidth)
            self.relevant_messaging_state.put(state)
        sent = outbound.tracked(self, data.relay_parent_storage_root, digest)
        capacity = state.relay_dispatch_queue_remaining_capacity
        count, size = outbound.send_upward(self, config, capacity, sent, digest)
        across, with_across = outbound.send_horizontal(self, self.xcmp_source, config, sent)
        self.po_v_messages_tracker.put(outbound.with_upward(with_across, count))
        used = bandwidth_of(count, size, across)
        outbound.note_in_segment(self, used, go_ahead, data.relay_parent_number, limits)
        self.hrmp_outbound_messages.put(across)

    # The inherent.

    @call(0, dispatch_class=DispatchClass.Mandatory)
    def set_validation_data(
        self, origin: Origin, data: BasicParachainInherentData, inbound_messages_data: InboundMessagesData
    ) -> None:
        """Show the block its relay parent and the messages that wait. Once in each block; whatever is wrong
        with it makes the block invalid.

        Checked in this order: the relay parent's number, the proof's root, what consensus says of it, room
        among the blocks that are not included, the relay chain's word on new code, the limits and queues,
        messages down, messages across.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::set_validation_data`
        """
        ensure_none(origin)
        given = data.validation_data
        number, root = given.relay_parent_number, given.relay_parent_storage_root
        if self.validation_data.exists():
            raise InvalidBlock("set_validation_data in the block", "once", "again")
        self.rules.check_relay_number(number, self.last_relay_chain_block_number.get())
        proof = RelayChainStateProof(self.constants.self_para_id, root, data.relay_chain_state.trie_nodes)
        self._drop_included_ancestors(proof, self.consensus_hook.on_state_proof(proof))
        self.system.deposit_log(relay_parent_storage_root_item(root, number))
        upgrades.take_signals(self, self.system, proof, number)
        config = proof.read_abridged_host_configuration()
        state = proof.read_messaging_state_snapshot(config)

        self.validation_data.put(given)
        self.relay_state_proof.put(data.relay_chain_state)
        self.relevant_messaging_state.put(state)
        self.host_configuration.put(config)
        if data.collator_peer_id is not None:
            self.pending_approved_peer.put(data.collator_peer_id)
        self._enqueue(inbound_messages_data, state, number)

    def _enqueue(
        self, messages: InboundMessagesData, state: MessagingStateSnapshot, number: BlockNumber
    ) -> None:
        """Take messages down, then across; each must lead to the heads that the relay parent knows."""
        down, across = messages.downward_messages, messages.horizontal_messages
        weight = self.rules.downward_weight(len(down.full_messages))
        inbound.enqueue_downward(self, self.dmp_queue, state.dmq_mqc_head, down, weight)
        max_weight = self.reserved_xcmp_weight_override.get() or self.rules.reserved_xcmp_weight
        inbound.enqueue_horizontal(
            self,
            self.xcmp_handler,
            state.ingress_channels,
            across,
            number,
            self.messages_collection_size_limit(),
            max_weight,
        )

    def _drop_included_ancestors(
        self, proof: RelayChainStateProof, capacity: UnincludedSegmentCapacity
    ) -> None:
        """Forget those blocks that the relay parent knows to be included; there must be room for one more
        then.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::maybe_drop_included_ancestors`
        """
        segment, tracker = self.unincluded_segment.get(), self.aggregated_unincluded_segment.get()
        included = count_included(segment, self._included_head(proof, capacity))
        if len(segment) - included >= capacity.blocks:
            raise InvalidBlock(
                "blocks that are not included", f"fewer than {capacity.blocks}", len(segment) - included
            )

        self.unincluded_segment.put(segment[included:])
        if not included:
            return
        if tracker is None:
            raise Defect("blocks are not included, and nobody knows what they come to")
        for block in segment[:included]:
            tracker = subtracted(tracker, block)
        self.aggregated_unincluded_segment.put(tracker)

    def _included_head(self, proof: RelayChainStateProof, capacity: UnincludedSegmentCapacity) -> Hash:
        head, parent = proof.read_included_para_head(), self.system.parent_hash.get()
        if head is None:
            if capacity.is_expecting_included_parent:
                return parent  # proofs of old authors do not show it
            raise InvalidBlock("included head in the relay chain state proof", "a value", "none")
        included = Hash(blake2_256(head))
        if capacity.is_expecting_included_parent and included != parent:
            raise InvalidBlock("included head", parent, included)
        return included

    def messages_collection_size_limit(self) -> int:
        """Bytes that the whole messages of one kind may have together.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::messages_collection_size_limit`
        """
        return self.system.constants.block_weights.max_block.proof_size // MESSAGES_SHARE_OF_PROOF

    def create_inherent(
        self, known: ParachainInherentData
    ) -> tuple[BasicParachainInherentData, InboundMessagesData]:
        """What an author gives its next block, made from all it knows: without what was taken already, and
        with as many whole messages as a block may have.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `ProvideInherent::create_inherent`
        """
        never = InboundMessageId(self.last_relay_chain_block_number.get(), 0)
        limit = self.messages_collection_size_limit()
        cursor = self.last_processed_downward_message.get() or never
        down, left = abridge_downward(known.downward_messages, cursor, limit)
        cursor = self.last_processed_hrmp_message.get() or never
        across, _ = abridge_horizontal(by_arrival(known.horizontal_messages), cursor, left + limit)
        return known.basic(), InboundMessagesData(down, across)

    # Sending.

    @call(1, dispatch_class=DispatchClass.Operational)
    def sudo_send_upward_message(self, origin: Origin, message: bytes) -> None:
        """Send a message to the relay chain as it is. The call goes well even if the message is too long to
        be sent.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::sudo_send_upward_message`
        """
        ensure_root(origin)

        try:
            self.send_upward_message(message)
        except MessageTooBig:
            return

    def send_upward_message(self, message: bytes) -> Hash:
        """Let a message wait to go up; gives its hash. Raises `MessageTooBig`.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `UpwardMessageSender::send_upward_message`
        """
        return outbound.send_upward_message(self, message)

    def schedule_code_upgrade(self, code: bytes) -> None:
        """Store new code and announce it; see `parachain_system_upgrades.py`.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `ParachainSetCode`
        """
        upgrades.schedule_code_upgrade(self, code)

    def collect_collation_info(self, header: Header) -> CollationInfo:
        """What the block with this header puts out: `CollectCollationInfo_collect_collation_info`.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::collect_collation_info`
        """
        code, head = self.new_validation_code.get(), self.custom_validation_head_data.get()
        return CollationInfo(
            upward_messages=self.upward_messages.get(),
            horizontal_messages=self.hrmp_outbound_messages.get(),
            new_validation_code=None if code is None else ValidationCode(code),
            processed_downward_messages=self.processed_downward_messages.get(),
            hrmp_watermark=self.hrmp_watermark.get(),
            head_data=HeadData(HEADER.encode(header) if head is None else head),
        )
