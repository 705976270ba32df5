"""What the relay chain tells and asks parachains, as XCM programs of one instruction.

The instructions have the same bytes in XCM 3, 4 and 5; only the version in front differs.

| instruction | told to | fields, all compact |
|---|---|---|
| 7 HrmpNewChannelOpenRequest | the recipient, when asked | sender, max_message_size, max_capacity |
| 8 HrmpChannelAccepted | the sender, when accepted | recipient |
| 9 HrmpChannelClosing | the other end, when closing was asked for | initiator, sender, recipient |
| 26 SubscribeVersion | a chain of unknown version | query_id, max_response_weight |

Upstream: polkadot/xcm/src/v5/mod.rs `Instruction`, polkadot/xcm/src/lib.rs `VersionedXcm`
"""

from __future__ import annotations

from primitives.record import Record
from primitives.scale.codec import Compact32, Compact64
from primitives.scale.derive import codec
from primitives.weights import ZERO_WEIGHT, Weight

XCM_VERSION = 5
"""The newest version spoken here."""

OLDEST_VERSION = 3
"""The oldest version still spoken."""


class HrmpNewChannelOpenRequest(Record, tag=7):
    """`sender` would like a channel to you: bytes a message, messages at once."""

    sender: Compact32
    max_message_size: Compact32
    max_capacity: Compact32


class HrmpChannelAccepted(Record, tag=8):
    """`recipient` accepted the channel you asked for."""

    recipient: Compact32


class HrmpChannelClosing(Record, tag=9):
    """`initiator` is closing the channel from `sender` to `recipient`."""

    initiator: Compact32
    sender: Compact32
    recipient: Compact32


Notification = HrmpNewChannelOpenRequest | HrmpChannelAccepted | HrmpChannelClosing


class SubscribeVersion(Record, tag=26):
    """Tell me when you come to speak another version; answer to this query, at this weight at most."""

    query_id: Compact64
    max_response_weight: Weight


def subscribe_version(query_id: int) -> bytes:
    """The program of this one instruction, without version and topic, as XcmPallet asks other chains.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::request_version_notify`
    """
    return _PROGRAM.encode((SubscribeVersion(query_id, ZERO_WEIGHT),))


def versioned(notification: Notification, version: int) -> bytes:
    """The program of this one instruction as `VersionedXcm`, in a version from 3 to 5."""
    if not OLDEST_VERSION <= version <= XCM_VERSION:
        raise ValueError(f"XCM {OLDEST_VERSION} to {XCM_VERSION} can be written, not {version}")
    return bytes((version,)) + _PROGRAM.encode((notification,))


_PROGRAM = codec(tuple[Notification | SubscribeVersion, ...])
