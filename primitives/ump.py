"""Signals: what a parachain tells those who schedule it, behind its upward messages.

An empty message is the **separator**. What stands before it are messages; what stands behind are signals, one
of each kind at most.

Upstream: polkadot/primitives/src/v9/mod.rs `UMPSignal`
"""

from __future__ import annotations

from typing import ClassVar

from primitives.record import Record
from primitives.scale.codec import U8
from primitives.scale.derive import codec

UMP_SEPARATOR = b""
"""Behind it stand signals.

Upstream: polkadot/primitives/src/v9/mod.rs `UMP_SEPARATOR`
"""

MAX_PEER_ID_LENGTH = 64
"""Bytes of a node's name in the network."""


class SelectCore(Record, tag=0):
    """Which of the parachain's cores the candidate is for: the nth of those so many places down the claim
    queue.
    """

    UNNAMED: ClassVar[bool] = True

    selector: U8
    claim_queue_offset: U8


class ApprovedPeer(Record, tag=1):
    """Which node of the network the parachain wants to be rewarded for this candidate."""

    UNNAMED: ClassVar[bool] = True

    peer: bytes


UMPSignal = SelectCore | ApprovedPeer
"""What a candidate tells those who schedule it.

Upstream: polkadot/primitives/src/v9/mod.rs `UMPSignal`
"""

UMP_SIGNAL = codec(UMPSignal)
