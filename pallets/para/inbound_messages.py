"""What a parachain block is given from outside: the relay chain's state, and the messages that wait.

The author hands the block everything that waits, and all of it counts for the message chains. If it were too
much for one block, the first messages come whole and the others as their hashes only: the collection is
**abridged**. What came as a hash stays in its queue and comes again. A **cursor** says how far messages were
dealt with: by the relay chain block that took the last one in, and how many of that block were still to come.

Blocks that share a relay parent see the same queues, so the author drops what an earlier one dealt with.

Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs,
cumulus/primitives/parachain-inherent/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from primitives import mqc
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.header import Header
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.record import Record
from primitives.scale.codec import BYTES, U32, bounded_bytes, ordered_set
from primitives.ump import MAX_PEER_ID_LENGTH
from primitives.validation import PersistedValidationData

ApprovedPeerId = Annotated[bytes, bounded_bytes(MAX_PEER_ID_LENGTH)]
"""A node's name in the network."""


class StorageProof(Record):
    """Nodes of a state trie, ascending.

    Upstream: substrate/primitives/trie/src/storage_proof.rs `StorageProof`
    """

    trie_nodes: Annotated[tuple[bytes, ...], ordered_set(BYTES)]


class HashedMessage(Record):
    """A message that comes as its hash.

    Upstream: cumulus/primitives/parachain-inherent/src/lib.rs `HashedMessage`
    """

    sent_at: BlockNumber
    """The relay chain block that took the message in."""

    msg_hash: Hash
    """Of the message as a SCALE byte string."""


class InboundMessageId(Record):
    """A cursor: a message in a row that ascends by `sent_at`.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs `InboundMessageId`
    """

    sent_at: BlockNumber

    reverse_idx: U32
    """How many messages of the same block come behind it."""


class AbridgedDownwardMessages(Record):
    """Downward messages, the first ones whole.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs `AbridgedInboundDownwardMessages`
    """

    full_messages: tuple[InboundDownwardMessage, ...] = ()
    hashed_messages: tuple[HashedMessage, ...] = ()


class AbridgedHrmpMessages(Record):
    """Horizontal messages with their senders, by the block that took them in and then by sender; the first
    ones whole.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs `AbridgedInboundHrmpMessages`
    """

    full_messages: tuple[tuple[ParaId, InboundHrmpMessage], ...] = ()
    hashed_messages: tuple[tuple[ParaId, HashedMessage], ...] = ()


class BasicParachainInherentData(Record):
    """What a block is given besides messages.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs `BasicParachainInherentData`
    """

    validation_data: PersistedValidationData

    relay_chain_state: StorageProof
    """The part of the relay parent's state that the block may look at."""

    relay_parent_descendants: tuple[Header, ...]
    """Relay chain blocks upon the relay parent; none where parachains build on the newest block."""

    collator_peer_id: ApprovedPeerId | None
    """The node that is to be rewarded for this block."""


class InboundMessagesData(Record):
    """The messages that a block is given.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs `InboundMessagesData`
    """

    downward_messages: AbridgedDownwardMessages
    horizontal_messages: AbridgedHrmpMessages


class ParachainInherentData(Record):
    """What an author knows when it begins a block: the argument of the inherent before there were cursors,
    and what the two arguments of today are made from.

    Upstream: cumulus/primitives/parachain-inherent/src/lib.rs `ParachainInherentData`
    """

    validation_data: PersistedValidationData
    relay_chain_state: StorageProof
    downward_messages: tuple[InboundDownwardMessage, ...]

    horizontal_messages: tuple[tuple[ParaId, tuple[InboundHrmpMessage, ...]], ...]
    """By ascending sender."""

    relay_parent_descendants: tuple[Header, ...] = ()
    collator_peer_id: ApprovedPeerId | None = None

    def basic(self) -> BasicParachainInherentData:
        """All but the messages.

        Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs
        `deconstruct_parachain_inherent_data`
        """
        return BasicParachainInherentData(
            self.validation_data, self.relay_chain_state, self.relay_parent_descendants, self.collator_peer_id
        )


def by_arrival(
    channels: Iterable[tuple[ParaId, Iterable[InboundHrmpMessage]]],
) -> tuple[tuple[ParaId, InboundHrmpMessage], ...]:
    """The messages of all channels in the order in which a block takes them: by the relay chain block that
    took them in, then by sender.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs `InboundHrmpMessages::from_map`
    """
    flat = ((sender, message) for sender, messages in channels for message in messages)
    return tuple(sorted(flat, key=lambda each: (each[1].sent_at, each[0])))


def count_processed(sent_at: Sequence[int], cursor: InboundMessageId) -> int:
    """How many messages from the front of a row were dealt with, given the block of each and a cursor.

    None, if the cursor points before the row.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs
    `InboundMessagesCollection::drop_processed_messages`
    """
    for place in range(len(sent_at) - 1, -1, -1):
        if sent_at[place] == cursor.sent_at:
            return max(place - cursor.reverse_idx + 1, 0)
        if sent_at[place] < cursor.sent_at:
            return place + 1
    return 0


def count_full(sizes: Sequence[int], limit: int) -> tuple[int, int]:
    """How many messages from the front of a row may come whole, and how many bytes of the limit are left.

    All behind the first one that does not fit come as hashes, be they ever so small.

    Upstream: cumulus/pallets/parachain-system/src/parachain_inherent.rs
    `InboundMessagesCollection::into_abridged`
    """
    for place, size in enumerate(sizes):
        if size > limit:
            return place, limit
        limit -= size
    return len(sizes), limit


def abridge_downward(
    messages: Sequence[InboundDownwardMessage], cursor: InboundMessageId, limit: int
) -> tuple[AbridgedDownwardMessages, int]:
    """What a block is given of downward messages: those after the cursor, abridged to a size. Gives what is
    left of the size, too.
    """
    fresh = messages[count_processed([each.sent_at for each in messages], cursor) :]
    full, left = count_full([len(each.msg) for each in fresh], limit)
    hashed = tuple(HashedMessage(each.sent_at, mqc.message_hash(each.msg)) for each in fresh[full:])
    return AbridgedDownwardMessages(tuple(fresh[:full]), hashed), left


def abridge_horizontal(
    messages: Sequence[tuple[ParaId, InboundHrmpMessage]], cursor: InboundMessageId, limit: int
) -> tuple[AbridgedHrmpMessages, int]:
    """What a block is given of horizontal messages, as `abridge_downward` says it of the others."""
    fresh = messages[count_processed([each.sent_at for _, each in messages], cursor) :]
    full, left = count_full([len(each.data) for _, each in fresh], limit)
    hashed = tuple(
        (sender, HashedMessage(each.sent_at, mqc.message_hash(each.data))) for sender, each in fresh[full:]
    )
    return AbridgedHrmpMessages(tuple(fresh[:full]), hashed), left


def sorted_heads(heads: Mapping[ParaId, Hash]) -> tuple[tuple[ParaId, Hash], ...]:
    """Heads of message chains as they are stored: by ascending sender."""
    return tuple(sorted(heads.items()))
