"""A collator's view of the relay chain: what the next block of a parachain has to be shown of it.

A collator follows the relay chain. When it makes a block it takes the newest relay chain block as the **relay
parent**, and shows its own block what waits for the parachain there, with a proof of what it may look up.

Upstream: cumulus/client/parachain-inherent/src/lib.rs `ParachainInherentDataProvider::create_at`
"""

from __future__ import annotations

from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    BasicParachainInherentData,
    InboundMessagesData,
    ParachainInherentData,
    StorageProof,
)
from primitives.candidates import HeadData
from primitives.channels import InboundHrmpMessage
from primitives.ids import Hash, ParaId
from primitives.relay_keys import keys_to_prove
from primitives.trie.proof import prove
from primitives.validation import PersistedValidationData
from runtime.relay import Relay


def inherent_data(
    relay: Relay, para: ParaId, parent_head: HeadData
) -> tuple[BasicParachainInherentData, InboundMessagesData]:
    """The arguments of `ParachainSystem.set_validation_data` for a block on the relay chain's newest one."""
    return _validation_data(relay, para, parent_head), inbound_messages(relay, para)


def known_of_relay(relay: Relay, para: ParaId, parent_head: HeadData) -> ParachainInherentData:
    """All that a collator knows when it makes a block after `parent_head` on the relay chain's newest one.

    Upstream: cumulus/client/parachain-inherent/src/lib.rs `ParachainInherentDataProvider::create_at`
    """
    return ParachainInherentData(
        persisted_validation_data(relay, parent_head),
        relay_state_proof(relay, para),
        relay.dmp.dmq_contents(para),
        relay.hrmp.inbound_hrmp_channels_contents(para),
    )


def persisted_validation_data(relay: Relay, parent_head: HeadData) -> PersistedValidationData:
    """What the relay chain vouches for, as of its newest block."""
    config = relay.configuration.active_config.get()
    return PersistedValidationData(
        parent_head, relay.system.number.get(), Hash(relay.state.root()), config.max_pov_size
    )


def _validation_data(relay: Relay, para: ParaId, parent_head: HeadData) -> BasicParachainInherentData:
    data = persisted_validation_data(relay, parent_head)
    return BasicParachainInherentData(data, relay_state_proof(relay, para), (), None)


def relay_state_proof(relay: Relay, para: ParaId) -> StorageProof:
    """What a block of a parachain may look up in the relay chain's state, and that the rest is not there.

    Upstream: cumulus/client/parachain-inherent/src/lib.rs `collect_relay_storage_proof`
    """
    senders = relay.hrmp.hrmp_ingress_channels_index[para]
    recipients = relay.hrmp.hrmp_egress_channels_index[para]
    nodes = prove(relay.state.trie, keys_to_prove(para, senders, recipients))
    return StorageProof(tuple(sorted(nodes)))


def inbound_messages(relay: Relay, para: ParaId) -> InboundMessagesData:
    """All messages that wait for a parachain and lie behind its watermark, whole."""
    watermark = relay.hrmp.hrmp_watermarks.get(para) or 0
    across = [
        (sender, message)
        for sender, messages in relay.hrmp.inbound_hrmp_channels_contents(para)
        for message in messages
        if message.sent_at > watermark
    ]
    return InboundMessagesData(
        AbridgedDownwardMessages(relay.dmp.dmq_contents(para)),
        AbridgedHrmpMessages(tuple(sorted(across, key=_by_block_then_sender))),
    )


def _by_block_then_sender(message: tuple[ParaId, InboundHrmpMessage]) -> tuple[int, int]:
    sender, sent = message
    return sent.sent_at, sender
