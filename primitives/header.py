"""Block headers and the digest: what a block says of itself.

Upstream: substrate/primitives/runtime/src/generic/header.rs,
substrate/primitives/runtime/src/generic/digest.rs
"""

from __future__ import annotations

from typing import ClassVar

from primitives.hashing import blake2_256
from primitives.ids import Hash
from primitives.record import Record
from primitives.scale.codec import Bytes4, Compact32
from primitives.scale.derive import codec


class OtherDigest(Record, tag=0):
    """Bytes without a meaning of their own."""

    UNNAMED: ClassVar[bool] = True

    data: bytes


class Consensus(Record, tag=4):
    """A message from the runtime to a consensus engine."""

    UNNAMED: ClassVar[bool] = True

    engine: Bytes4
    data: bytes


class Seal(Record, tag=5):
    """The author's signature; added after execution."""

    UNNAMED: ClassVar[bool] = True

    engine: Bytes4
    data: bytes


class PreRuntime(Record, tag=6):
    """A message from a consensus engine to the runtime; known before execution."""

    UNNAMED: ClassVar[bool] = True

    engine: Bytes4
    data: bytes


class RuntimeEnvironmentUpdated(Record, tag=8):
    """The runtime's code or its memory was changed in this block."""


DigestItem = OtherDigest | Consensus | Seal | PreRuntime | RuntimeEnvironmentUpdated


class Digest(Record):
    """The digest items of a block, in the order in which they were added."""

    logs: tuple[DigestItem, ...] = ()


class Header(Record):
    """A block's header."""

    parent_hash: Hash
    number: Compact32
    state_root: Hash
    extrinsics_root: Hash
    digest: Digest

    def hash(self) -> Hash:
        """The block's hash."""
        return Hash(blake2_256(HEADER.encode(self)))


HEADER = codec(Header)

NO_HASH = Hash(bytes(32))
