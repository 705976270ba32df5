"""Message queue chains: one hash that stands for all messages ever queued, in order.

Each message makes a new **head** from the last one, the block it was queued in and its own hash. Who knows
the head and is given the messages since an older head can check that none is missing, added or changed.

| bytes | what is hashed to the new head |
|---|---|
| 32 | the head before; zeros for the first message |
| 4 | `sent_at`: number of the relay chain block that took the message in |
| 32 | blake2-256 of the message as a SCALE byte string, that is with its length in front |

Upstream: cumulus/primitives/parachain-inherent/src/lib.rs `MessageQueueChain`,
polkadot/runtime/parachains/src/dmp.rs `queue_downward_message`
"""

from __future__ import annotations

from primitives.hashing import blake2_256
from primitives.ids import BlockNumber, Hash
from primitives.scale.codec import BYTES

EMPTY_CHAIN = Hash(bytes(32))
"""The head before any message."""


def extend(head: Hash, sent_at: BlockNumber, message: bytes) -> Hash:
    """The head after one more message."""
    return extend_hashed(head, sent_at, message_hash(message))


def extend_hashed(head: Hash, sent_at: BlockNumber, hashed: Hash) -> Hash:
    """The head after one more message, of which only the hash is known.

    Upstream: cumulus/primitives/parachain-inherent/src/lib.rs `MessageQueueChain::extend_with_hashed_msg`
    """
    return Hash(blake2_256(head + sent_at.to_bytes(4, "little") + hashed))


def message_hash(message: bytes) -> Hash:
    """What a message chain knows of a message."""
    return Hash(blake2_256(BYTES.encode(message)))
