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

from primitives.weights import ZERO_WEIGHT
from xcm.junctions import V5
from xcm.program import PROGRAM
from xcm.reports import HrmpChannelAccepted as HrmpChannelAccepted
from xcm.reports import HrmpChannelClosing as HrmpChannelClosing
from xcm.reports import HrmpNewChannelOpenRequest as HrmpNewChannelOpenRequest
from xcm.reports import SubscribeVersion as SubscribeVersion
from xcm.versions import OLDEST_VERSION as OLDEST_VERSION
from xcm.versions import XCM_VERSION as XCM_VERSION
from xcm.versions import encode_versioned_xcm

Notification = HrmpNewChannelOpenRequest | HrmpChannelAccepted | HrmpChannelClosing


def subscribe_version(query_id: int) -> bytes:
    """The program of this one instruction, without version and topic, as XcmPallet asks other chains.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::request_version_notify`
    """
    program: bytes = V5.codec(PROGRAM).encode((SubscribeVersion(query_id, ZERO_WEIGHT),))
    return program


def versioned(notification: Notification, version: int) -> bytes:
    """The program of this one instruction as `VersionedXcm`, in a version from 3 to 5."""
    return encode_versioned_xcm(version, (notification,))
