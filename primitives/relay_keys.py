"""Where a parachain finds things in the state of the relay chain.

A parachain block is made in the context of a block of the relay chain, and is shown a part of that chain's
state by a proof. The keys of what it looks up there may never change; so both sides have them from here.

Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys`
"""

from __future__ import annotations

from collections.abc import Iterable

from primitives.channels import HrmpChannelId
from primitives.hashing import storage_prefix, twox_64_concat
from primitives.ids import ParaId
from primitives.scale.codec import Codec
from primitives.scale.derive import codec

CURRENT_SLOT = storage_prefix("Babe", "CurrentSlot")
"""The slot of the relay chain's block."""

ACTIVE_CONFIG = storage_prefix("Configuration", "ActiveConfig")
"""The host configuration, of which a parachain reads the beginning."""

_HEADS = storage_prefix("Paras", "Heads")
_GO_AHEAD = storage_prefix("Paras", "UpgradeGoAheadSignal")
_RESTRICTION = storage_prefix("Paras", "UpgradeRestrictionSignal")
_DMQ_HEADS = storage_prefix("Dmp", "DownwardMessageQueueHeads")
_INGRESS = storage_prefix("Hrmp", "HrmpIngressChannelsIndex")
_EGRESS = storage_prefix("Hrmp", "HrmpEgressChannelsIndex")
_CHANNELS = storage_prefix("Hrmp", "HrmpChannels")
_LEGACY_QUEUE_SIZE = storage_prefix("Ump", "RelayDispatchQueueSize")


def para_head(para: ParaId) -> bytes:
    """The key of a parachain's newest included head.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::para_head`
    """
    return _of_para(_HEADS, para)


def upgrade_go_ahead_signal(para: ParaId) -> bytes:
    """The key of what the relay chain says to a parachain's new code.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::upgrade_go_ahead_signal`
    """
    return _of_para(_GO_AHEAD, para)


def upgrade_restriction_signal(para: ParaId) -> bytes:
    """The key of whether a parachain may not ask for new code now.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::upgrade_restriction_signal`
    """
    return _of_para(_RESTRICTION, para)


def dmq_mqc_head(para: ParaId) -> bytes:
    """The key of the head of the message chain down to a parachain.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::dmq_mqc_head`
    """
    return _of_para(_DMQ_HEADS, para)


def hrmp_ingress_channel_index(para: ParaId) -> bytes:
    """The key of the list of those who send to a parachain.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::hrmp_ingress_channel_index`
    """
    return _of_para(_INGRESS, para)


def hrmp_egress_channel_index(para: ParaId) -> bytes:
    """The key of the list of those whom a parachain sends to.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::hrmp_egress_channel_index`
    """
    return _of_para(_EGRESS, para)


def hrmp_channels(channel: HrmpChannelId) -> bytes:
    """The key of a channel.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::hrmp_channels`
    """
    return _CHANNELS + twox_64_concat(_CHANNEL.encode(channel))


def relay_dispatch_queue_remaining_capacity(para: ParaId) -> bytes:
    """The raw key under which a parachain reads how many messages and bytes its queue still takes.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::relay_dispatch_queue_remaining_capacity`
    """
    return b":relay_dispatch_queue_remaining_capacity" + _PARA.encode(para)


def relay_dispatch_queue_size(para: ParaId) -> bytes:
    """The raw key under which older parachains read how many messages and bytes wait; the storage key of an
    entry that the Ump pallet, which is gone, once had.

    Upstream: polkadot/primitives/src/v9/mod.rs `well_known_keys::relay_dispatch_queue_size`
    """
    return _of_para(_LEGACY_QUEUE_SIZE, para)


def keys_to_prove(para: ParaId, senders: Iterable[ParaId], recipients: Iterable[ParaId]) -> tuple[bytes, ...]:
    """All that a block of a parachain may look up, given who has channels with it.

    Upstream: cumulus/client/parachain-inherent/src/lib.rs `collect_relay_storage_proof`
    """
    return (
        CURRENT_SLOT,
        ACTIVE_CONFIG,
        dmq_mqc_head(para),
        relay_dispatch_queue_size(para),
        relay_dispatch_queue_remaining_capacity(para),
        hrmp_ingress_channel_index(para),
        hrmp_egress_channel_index(para),
        upgrade_go_ahead_signal(para),
        upgrade_restriction_signal(para),
        para_head(para),
        *(hrmp_channels(HrmpChannelId(sender, para)) for sender in senders),
        *(hrmp_channels(HrmpChannelId(para, recipient)) for recipient in recipients),
    )


def _of_para(prefix: bytes, para: ParaId) -> bytes:
    return prefix + twox_64_concat(_PARA.encode(para))


_PARA: Codec[ParaId] = codec(ParaId)
_CHANNEL: Codec[HrmpChannelId] = codec(HrmpChannelId)
