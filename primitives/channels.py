"""The shapes that relay chain and parachains share when they pass messages.

A **channel** is directed: from a sender to a recipient. Its messages lie on the relay chain until the
recipient says that it has processed them.

Upstream: polkadot/parachain/src/primitives.rs, polkadot/core-primitives/src/lib.rs,
polkadot/runtime/parachains/src/hrmp.rs
"""

from __future__ import annotations

from primitives.ids import Balance, BlockNumber, Hash, ParaId
from primitives.record import Record
from primitives.scale.codec import U32


class HrmpChannelId(Record):
    """Names a channel by its two ends. Ordered by sender, then recipient."""

    sender: ParaId
    recipient: ParaId

    def is_participant(self, para: ParaId) -> bool:
        """Whether a parachain is one of the two ends.

        Upstream: polkadot/parachain/src/primitives.rs `HrmpChannelId::is_participant`
        """
        return para in (self.sender, self.recipient)

    def order(self) -> tuple[int, int]:
        """What channel ids are sorted by."""
        return self.sender, self.recipient


class HrmpOpenChannelRequest(Record):
    """A channel that one side wants and the other may have accepted."""

    confirmed: bool
    """Whether the recipient accepted."""

    _age: U32
    """Always 0; counted sessions once."""

    sender_deposit: Balance
    """What was reserved from the sender's sovereign account."""

    max_message_size: U32
    """Bytes that one message may have."""

    max_capacity: U32
    """Messages that may be in the channel at once."""

    max_total_size: U32
    """Bytes that may be in the channel at once; taken from the configuration at the time of the request."""


class AbridgedHrmpChannel(Record):
    """The beginning of an open channel's entry, which is all that a parachain may rely on: limits, what is in
    it now, the chain of its messages.

    Upstream: polkadot/primitives/src/v9/mod.rs `AbridgedHrmpChannel`
    """

    max_capacity: U32
    """Messages that may be in the channel at once."""

    max_total_size: U32
    """Bytes that may be in the channel at once."""

    max_message_size: U32
    """Bytes that one message may have."""

    msg_count: U32
    """Messages in the channel."""

    total_size: U32
    """Bytes in the channel."""

    mqc_head: Hash | None
    """Head of the chain of all messages ever sent; None before the first. Never changes on pruning."""


class HrmpChannel(AbridgedHrmpChannel):
    """An open channel as the relay chain keeps it: with the deposits behind."""

    sender_deposit: Balance
    """Returned to the sender when the channel closes."""

    recipient_deposit: Balance
    """Returned to the recipient when the channel closes."""


class InboundHrmpMessage(Record):
    """A horizontal message as its recipient sees it."""

    sent_at: BlockNumber
    """The relay chain block that took the message in."""

    data: bytes


class OutboundHrmpMessage(Record):
    """A horizontal message as its sender gives it."""

    recipient: ParaId
    data: bytes


class InboundDownwardMessage(Record):
    """A message from the relay chain to a parachain."""

    sent_at: BlockNumber
    """The relay chain block that queued the message."""

    msg: bytes
