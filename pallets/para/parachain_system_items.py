"""What the ParachainSystem pallet says, refuses and stores; and what it asks of its neighbours.

Upstream: cumulus/pallets/parachain-system/src/lib.rs, cumulus/primitives/core/src/lib.rs
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Protocol

from pallets.para.relay_state import RelayChainStateProof
from primitives.candidates import HeadData, ValidationCode
from primitives.channels import OutboundHrmpMessage
from primitives.errors import ErrorCode, InvalidBlock
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.record import Record
from primitives.scale.codec import U8, U32, Bytes32
from primitives.weights import Weight


class ValidationFunctionStored(Record, tag=0):
    """New code waits for the relay chain's word."""


class ValidationFunctionApplied(Record, tag=1):
    """New code is in force, as of this block of the relay chain."""

    relay_chain_block_num: BlockNumber


class ValidationFunctionDiscarded(Record, tag=2):
    """The relay chain called the upgrade off."""


class DownwardMessagesReceived(Record, tag=3):
    """Messages from the relay chain came whole."""

    count: U32


class DownwardMessagesProcessed(Record, tag=4):
    """Those messages are in their queue; the head of their chain is this now."""

    weight_used: Weight
    dmq_head: Hash


class UpwardMessageSent(Record, tag=5):
    """A message waits to go up to the relay chain."""

    message_hash: Bytes32 | None


Event = (
    ValidationFunctionStored
    | ValidationFunctionApplied
    | ValidationFunctionDiscarded
    | DownwardMessagesReceived
    | DownwardMessagesProcessed
    | UpwardMessageSent
)


class Error(ErrorCode):
    """Why new code is not taken."""

    OverlappingUpgrades = enum.auto()
    """Other code waits for the relay chain's word already."""
    ProhibitedByPolkadot = enum.auto()
    """The relay chain allows no new code now."""
    TooBig = enum.auto()
    """The code is longer than the relay chain takes."""
    ValidationDataNotAvailable = enum.auto()
    """The block was not shown the relay chain yet."""
    HostConfigurationNotAvailable = enum.auto()
    """The relay chain's limits are not known yet."""
    NotScheduled = enum.auto()
    """No new code waits."""


class ParachainSystemConstants(Record):
    """What a runtime fixes for its ParachainSystem pallet."""

    self_para_id: ParaId
    """This parachain."""


class PoVMessages(Record):
    """What blocks that share one candidate have sent so far.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `PoVMessages`
    """

    relay_storage_root_or_hash: Hash = Hash(bytes(32))
    core_selector: U8 = 0
    bundle_index: U8 = 0
    ump_msg_count: U32 = 0
    hrmp_outbound_count: U32 = 0
    hrmp_outbound_recipients: tuple[ParaId, ...] = ()


class FullCore(Record, tag=0):
    """The block may use up a whole core."""

    context: U32


class PotentialFullCore(Record, tag=1):
    """The block may use up a whole core if its first transaction needs it."""

    context: U32
    first_transaction_index: U32 | None
    target_weight: Weight


class FractionOfCore(Record, tag=2):
    """The block shares its core with others."""

    context: U32
    first_transaction_index: U32 | None


BlockWeightMode = FullCore | PotentialFullCore | FractionOfCore
"""How much of a core a block may use, on chains that let this change.

Upstream: cumulus/pallets/parachain-system/src/block_weight/mod.rs `BlockWeightMode`
"""


class CollationInfo(Record):
    """What a block puts out besides its own chain, as its author collects it.

    Upstream: cumulus/primitives/core/src/lib.rs `CollationInfo`
    """

    upward_messages: tuple[bytes, ...]
    horizontal_messages: tuple[OutboundHrmpMessage, ...]
    new_validation_code: ValidationCode | None
    processed_downward_messages: U32
    hrmp_watermark: BlockNumber
    head_data: HeadData


# Channels, as those who send through them see them.


class Closed(Record):
    """There is no channel."""


class Full(Record):
    """The channel takes no message now."""


class Ready(Record):
    """The channel takes a message."""

    max_size_now: int
    """Bytes that it has room for."""

    max_size_ever: int
    """Bytes that it would ever take."""


ChannelStatus = Closed | Full | Ready
"""Whether a message can be sent.

Upstream: cumulus/primitives/core/src/lib.rs `ChannelStatus`
"""


class ChannelInfo(Record):
    """A channel's limits and what is in it.

    Upstream: cumulus/primitives/core/src/lib.rs `ChannelInfo`
    """

    max_capacity: int
    max_total_size: int
    max_message_size: int
    msg_count: int
    total_size: int


# Neighbours.


class DmpQueue(Protocol):
    """Where messages from the relay chain go.

    Upstream: substrate/frame/support/src/traits/messages.rs `HandleMessage`
    """

    @property
    def max_message_len(self) -> int:
        """Bytes that a message may have."""
        ...

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        """Put messages at the end of an origin's queue."""
        ...


class XcmpMessageHandler(Protocol):
    """Who takes messages from other parachains.

    Upstream: cumulus/primitives/core/src/lib.rs `XcmpMessageHandler`
    """

    def handle_xcmp_messages(
        self, messages: Iterable[tuple[ParaId, BlockNumber, bytes]], max_weight: Weight
    ) -> Weight:
        """Take messages: their senders, the relay chain blocks that took them in, and what they are. Gives
        the weight used.
        """
        ...


class XcmpMessageSource(Protocol):
    """Who has messages for other parachains.

    Upstream: cumulus/primitives/core/src/lib.rs `XcmpMessageSource`
    """

    def take_outbound_messages(
        self, maximum_channels: int, excluded_recipients: tuple[ParaId, ...] = ()
    ) -> list[tuple[ParaId, bytes]]:
        """Hand out messages, one for each recipient at most, by ascending recipient."""
        ...


class UnincludedSegmentCapacity(Record):
    """How many blocks may be made that the relay chain has not included yet, this one among them.

    Upstream: cumulus/pallets/parachain-system/src/consensus_hook.rs `UnincludedSegmentCapacity`
    """

    blocks: int

    is_expecting_included_parent: bool = False
    """Whether every block waits until its parent is included."""


class ConsensusHook(Protocol):
    """Who may make how many blocks.

    Upstream: cumulus/pallets/parachain-system/src/consensus_hook.rs `ConsensusHook`
    """

    def on_state_proof(self, proof: RelayChainStateProof) -> UnincludedSegmentCapacity:
        """Look at the relay parent; raises `InvalidBlock` if a block may not be made upon it."""
        ...


class ExpectParentIncluded:
    """Every block waits until its parent is included.

    Upstream: cumulus/pallets/parachain-system/src/consensus_hook.rs `ExpectParentIncluded`
    """

    def on_state_proof(self, proof: RelayChainStateProof) -> UnincludedSegmentCapacity:
        """One block, upon one that is included."""
        return UnincludedSegmentCapacity(1, is_expecting_included_parent=True)


class CheckAssociatedRelayNumber(Protocol):
    """How relay parents follow each other.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `CheckAssociatedRelayNumber`
    """

    def __call__(self, current: BlockNumber, previous: BlockNumber) -> None:
        """Raise `InvalidBlock` unless a block on `current` may follow one on `previous`."""
        ...


def strictly_increases(current: BlockNumber, previous: BlockNumber) -> None:
    """One block for each relay parent.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `RelayNumberStrictlyIncreases`
    """
    if current <= previous:
        raise InvalidBlock("relay parent number", f"more than {previous}", current)


def monotonically_increases(current: BlockNumber, previous: BlockNumber) -> None:
    """Several blocks for one relay parent, none for an older one.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `RelayNumberMonotonicallyIncreases`
    """
    if current < previous:
        raise InvalidBlock("relay parent number", f"at least {previous}", current)


def any_number(current: BlockNumber, previous: BlockNumber) -> None:
    """Any relay parent; for tests.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `AnyRelayNumber`
    """


class MessageTooBig(Exception):
    """A message up is longer than the relay chain takes.

    Upstream: cumulus/primitives/core/src/lib.rs `MessageSendError::TooBig`
    """

    def __init__(self, length: int, most: int) -> None:
        super().__init__(f"at most {most} bytes wanted, not {length}")
        self.length, self.most = length, most
