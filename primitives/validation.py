"""What a validation function is given and what it gives, and what the relay chain says to a parachain that
wants new code.

A **validation function** is how the relay chain checks a block of a parachain: a program, stored for each
parachain, that is given the block with a proof of the state it touches, and a little of the relay chain; it
gives what the block puts out, or fails.

Upstream: polkadot/parachain/src/primitives.rs, polkadot/primitives/src/v9/mod.rs
"""

from __future__ import annotations

import enum

from primitives.candidates import HeadData, ValidationCode
from primitives.channels import OutboundHrmpMessage
from primitives.hashing import blake2_256
from primitives.ids import BlockNumber, Hash
from primitives.record import Record
from primitives.scale.codec import U32
from primitives.scale.derive import codec


class PersistedValidationData(Record):
    """What a candidate was made from, besides the parachain's own state.

    Upstream: polkadot/primitives/src/v9/mod.rs `PersistedValidationData`
    """

    parent_head: HeadData
    relay_parent_number: BlockNumber
    relay_parent_storage_root: Hash
    max_pov_size: U32

    def hash(self) -> Hash:
        """What stands in the descriptor.

        Upstream: polkadot/primitives/src/v9/mod.rs `PersistedValidationData::hash`
        """
        return Hash(blake2_256(_VALIDATION_DATA.encode(self)))


class ValidationParams(Record):
    """What a validation function is given.

    Upstream: polkadot/parachain/src/primitives.rs `ValidationParams`
    """

    parent_head: HeadData
    block_data: bytes
    relay_parent_number: BlockNumber
    relay_parent_storage_root: Hash


class ValidationResult(Record):
    """What a validation function gives: what a candidate commits itself to.

    Upstream: polkadot/parachain/src/primitives.rs `ValidationResult`
    """

    head_data: HeadData
    new_validation_code: ValidationCode | None
    upward_messages: tuple[bytes, ...]
    horizontal_messages: tuple[OutboundHrmpMessage, ...]

    processed_downward_messages: U32
    """How many of the messages waiting for the parachain it has dealt with."""

    hrmp_watermark: BlockNumber
    """The relay chain block up to which it has dealt with all messages of other parachains."""


class UpgradeGoAhead(enum.Enum):
    """What the relay chain tells a para that wants new code; read by the para in a storage proof.

    Upstream: polkadot/primitives/src/v9/mod.rs `UpgradeGoAhead`
    """

    Abort = 0
    GoAhead = 1


class UpgradeRestriction(enum.Enum):
    """That a para may not ask for new code now; read by the para in a storage proof.

    Upstream: polkadot/primitives/src/v9/mod.rs `UpgradeRestriction`
    """

    Present = 0


_VALIDATION_DATA = codec(PersistedValidationData)
