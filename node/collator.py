"""A collator's view of the relay chain: what the next block of a parachain has to be shown of it.

A collator follows the relay chain. When it makes a block it takes the newest relay chain block as the **relay
parent**, and shows its own block what waits for the parachain there, with a proof of what it may look up.
What of that the block takes is for the parachain to say: `ParachainSystem.create_inherent`.

Upstream: cumulus/client/parachain-inherent/src/lib.rs `ParachainInherentDataProvider::create_at`
"""

from __future__ import annotations

from pallets.para.inbound_messages import ParachainInherentData, StorageProof
from primitives.candidates import HeadData
from primitives.ids import Hash, ParaId
from primitives.relay_keys import keys_to_prove
from primitives.trie.proof import prove
from primitives.validation import PersistedValidationData
from runtime.relay import Relay


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


def relay_state_proof(relay: Relay, para: ParaId) -> StorageProof:
    """What a block of a parachain may look up in the relay chain's state, and that the rest is not there.

    Upstream: cumulus/client/parachain-inherent/src/lib.rs `collect_relay_storage_proof`
    """
    senders = relay.hrmp.hrmp_ingress_channels_index[para]
    recipients = relay.hrmp.hrmp_egress_channels_index[para]
    nodes = prove(relay.state.trie, keys_to_prove(para, senders, recipients))
    return StorageProof(tuple(sorted(nodes)))
