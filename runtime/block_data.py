"""What a validator gets of a parachain: blocks, and the part of its state that running them needs.

| version | begins with | then |
|---|---|---|
| 0 | | one block, the proof |
| 1 | `VERSIONEDPBD`, 1 | any number of blocks, the proof |

A block is its header, with the author's seal, and its extrinsics, each behind its length. The proof is a
compact one. Several blocks in one are a **bundle**: they share a relay parent, a core and a proof.

Upstream: cumulus/primitives/core/src/parachain_block_data.rs
"""

from __future__ import annotations

from collections.abc import Iterable

from primitives.header import Header
from primitives.record import Record
from primitives.scale.codec import BYTES
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

PREFIX = b"VERSIONEDPBD"
"""How all versions but the first begin.

Upstream: cumulus/primitives/core/src/parachain_block_data.rs `VERSIONED_PARACHAIN_BLOCK_DATA_PREFIX`
"""


class Block(Record):
    """One block.

    Upstream: substrate/primitives/runtime/src/generic/block.rs `Block`
    """

    header: Header

    extrinsics: tuple[bytes, ...]
    """Without their lengths."""

    def whole_extrinsics(self) -> tuple[bytes, ...]:
        """The extrinsics as bytes of a block: each behind its length."""
        return tuple(map(BYTES.encode, self.extrinsics))


class ParachainBlockData(Record):
    """Blocks with their witness.

    Upstream: cumulus/primitives/core/src/parachain_block_data.rs `ParachainBlockData`
    """

    blocks: tuple[Block, ...]

    proof: tuple[bytes, ...]
    """Compact; of the state before the first block."""

    def encode(self) -> bytes:
        """In version 1."""
        return PREFIX + b"\x01" + _VERSION_1.encode((self.blocks, self.proof))

    def encode_old(self) -> bytes:
        """In version 0, which holds one block."""
        (block,) = self.blocks
        return _VERSION_0.encode((block, self.proof))

    @staticmethod
    def decode(data: bytes) -> ParachainBlockData:
        """From either version; raises `DecodeError`."""
        if not data.startswith(PREFIX):
            block, proof = _VERSION_0.decode(data)
            return ParachainBlockData((block,), proof)
        at = len(PREFIX)
        if data[at : at + 1] != b"\x01":
            raise DecodeError("version 1 of block data", f"0x{data[at : at + 1].hex()}", at)
        blocks, proof = _VERSION_1.decode(data[at + 1 :])
        return ParachainBlockData(blocks, proof)


_VERSION_0 = codec(tuple[Block, tuple[bytes, ...]])
_VERSION_1 = codec(tuple[tuple[Block, ...], tuple[bytes, ...]])


def block_of(header: Header, extrinsics: Iterable[bytes]) -> Block:
    """A block of a header and extrinsics that begin with their lengths."""
    return Block(header, tuple(map(BYTES.decode, extrinsics)))
