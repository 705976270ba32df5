"""The relay chain's state as a parachain block sees it: through a proof against the relay parent's root.

Whatever is wrong with the proof makes the block invalid: no node for the root, a node missing on the way to
something that is looked up, a value that cannot be read, or the proven absence of what must be there. Bytes
behind a value are left unread, so that the relay chain may add to it.

Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from primitives import mqc, relay_keys
from primitives.arithmetic import saturating_sub
from primitives.candidates import HeadData
from primitives.channels import AbridgedHrmpChannel, HrmpChannelId
from primitives.errors import InvalidBlock
from primitives.host_configuration import AbridgedHostConfiguration
from primitives.ids import Hash, ParaId
from primitives.record import Record
from primitives.scale.codec import U32, U64, Codec
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.trie.proof import MissingNode, ProofError, ProofReader, RootMismatch
from primitives.validation import UpgradeGoAhead, UpgradeRestriction

T = TypeVar("T")


class RelayDispatchQueueRemainingCapacity(Record):
    """What the relay chain's queue of messages from this parachain still takes.

    Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs
    `RelayDispatchQueueRemainingCapacity`
    """

    remaining_count: U32
    remaining_size: U32


class MessagingStateSnapshot(Record):
    """What the relay parent knows of the messages to and from this parachain.

    Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs `MessagingStateSnapshot`
    """

    dmq_mqc_head: Hash
    """The head of the chain of messages down."""

    relay_dispatch_queue_remaining_capacity: RelayDispatchQueueRemainingCapacity

    ingress_channels: tuple[tuple[ParaId, AbridgedHrmpChannel], ...]
    """By ascending sender."""

    egress_channels: tuple[tuple[ParaId, AbridgedHrmpChannel], ...]
    """By ascending recipient. After a block it also counts what parents sent that are not included yet."""


class RelayChainStateProof:
    """A proof held against the relay parent's state root.

    Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs `RelayChainStateProof`
    """

    def __init__(self, para: ParaId, root: Hash, nodes: Iterable[bytes]) -> None:
        """Raises `InvalidBlock` if no node is that of the root."""
        self.para = para
        try:
            self._reader = ProofReader(root, nodes)
        except RootMismatch:
            raise InvalidBlock("relay chain state proof", f"a node for root 0x{root.hex()}", "none") from None

    def read_slot(self) -> int:
        """The slot of the relay parent.

        Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs `read_slot`
        """
        return self._entry("slot", relay_keys.CURRENT_SLOT, _SLOT)

    def read_abridged_host_configuration(self) -> AbridgedHostConfiguration:
        """The limits that the relay chain sets.

        Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs
        `read_abridged_host_configuration`
        """
        return self._entry("host configuration", relay_keys.ACTIVE_CONFIG, _CONFIG)

    def read_included_para_head(self) -> HeadData | None:
        """The newest head of this parachain that the relay chain included; None if it is not to be had, be it
        absent, unreadable or not in the proof.

        Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs `read_included_para_head`
        """
        try:
            return self._optional("included head", relay_keys.para_head(self.para), _HEAD)
        except InvalidBlock:
            return None

    def read_upgrade_go_ahead_signal(self) -> UpgradeGoAhead | None:
        """What the relay chain says to this parachain's new code.

        Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs `read_upgrade_go_ahead_signal`
        """
        key = relay_keys.upgrade_go_ahead_signal(self.para)
        return self._optional("upgrade go-ahead signal", key, _GO_AHEAD)

    def read_upgrade_restriction_signal(self) -> UpgradeRestriction | None:
        """Whether this parachain may not ask for new code now.

        Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs
        `read_upgrade_restriction_signal`
        """
        key = relay_keys.upgrade_restriction_signal(self.para)
        return self._optional("upgrade restriction signal", key, _RESTRICTION)

    def read_messaging_state_snapshot(self, config: AbridgedHostConfiguration) -> MessagingStateSnapshot:
        """The queues and channels of this parachain.

        Upstream: cumulus/pallets/parachain-system/src/relay_state_snapshot.rs `read_messaging_state_snapshot`
        """
        para = self.para
        head = self._optional("downward queue head", relay_keys.dmq_mqc_head(para), _HASH)
        capacity = self._remaining_capacity(config)
        senders = self._optional("ingress index", relay_keys.hrmp_ingress_channel_index(para), _PARAS)
        recipients = self._optional("egress index", relay_keys.hrmp_egress_channel_index(para), _PARAS)
        return MessagingStateSnapshot(
            head or mqc.EMPTY_CHAIN,
            capacity,
            tuple((sender, self._channel(HrmpChannelId(sender, para))) for sender in senders or ()),
            tuple((other, self._channel(HrmpChannelId(para, other))) for other in recipients or ()),
        )

    def _remaining_capacity(self, config: AbridgedHostConfiguration) -> RelayDispatchQueueRemainingCapacity:
        """As the relay chain tells it; of old it told what waits instead."""
        key = relay_keys.relay_dispatch_queue_remaining_capacity(self.para)
        told = self._optional("remaining capacity of the upward queue", key, _CAPACITY)
        if told is not None:
            return told
        key = relay_keys.relay_dispatch_queue_size(self.para)
        count, size = self._optional("size of the upward queue", key, _AMOUNTS) or (0, 0)
        return RelayDispatchQueueRemainingCapacity(
            saturating_sub(config.max_upward_queue_count, count),
            saturating_sub(config.max_upward_queue_size, size),
        )

    def _channel(self, channel: HrmpChannelId) -> AbridgedHrmpChannel:
        what = f"channel from {channel.sender} to {channel.recipient}"
        return self._entry(what, relay_keys.hrmp_channels(channel), _CHANNEL)

    def _entry(self, what: str, key: bytes, wanted: Codec[T]) -> T:
        found = self._optional(what, key, wanted)
        if found is None:
            raise InvalidBlock(f"{what} in the relay chain's state", "a value", "none, as the proof shows")
        return found

    def _optional(self, what: str, key: bytes, wanted: Codec[T]) -> T | None:
        where = f"{what} in the relay chain state proof"
        try:
            raw = self._reader.get(key)
        except MissingNode as fault:
            raise InvalidBlock(where, f"a node with hash 0x{fault.hash.hex()}", "none") from None
        except ProofError as fault:
            raise InvalidBlock(where, "readable nodes", fault) from None
        try:
            return None if raw is None else wanted.decode_at(raw, 0)[0]
        except DecodeError as fault:
            raise InvalidBlock(where, f"a {wanted.name}", fault) from None


_SLOT = codec(U64)
_CONFIG = codec(AbridgedHostConfiguration)
_CHANNEL = codec(AbridgedHrmpChannel)
_CAPACITY = codec(RelayDispatchQueueRemainingCapacity)
_HEAD: Codec[HeadData] = codec(HeadData)
_HASH: Codec[Hash] = codec(Hash)
_GO_AHEAD = codec(UpgradeGoAhead)
_RESTRICTION = codec(UpgradeRestriction)
_PARAS: Codec[tuple[ParaId, ...]] = codec(tuple[ParaId, ...])
_AMOUNTS: Codec[tuple[int, int]] = codec(tuple[U32, U32])
"""Messages, then bytes."""
