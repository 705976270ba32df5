"""What a parachain block says of its place in the relay chain, in its digest.

| engine | variant | who writes it |
|---|---|---|
| `CMLS` | core information | the author, before the block: for which core it is |
| `CMLS` | bundle information | the author, before the block: where it stands among those of one candidate |
| `CMLS` | full core | the block: that nothing may follow it on its core |
| `RPSR` | | the block: state root and number of its relay parent |

Upstream: cumulus/primitives/core/src/lib.rs `CumulusDigestItem`, `rpsr_digest`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from primitives.header import Consensus, Digest, PreRuntime
from primitives.ids import BlockNumber, Hash
from primitives.record import Record
from primitives.scale.codec import U8, Compact16, Compact32
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

CUMULUS_CONSENSUS_ID = b"CMLS"
RPSR_CONSENSUS_ID = b"RPSR"


class RelayParent(Record, tag=0):
    """The relay parent by its hash."""

    UNNAMED: ClassVar[bool] = True

    hash: Hash


class CoreInfo(Record, tag=1):
    """The core that the block is for.

    Upstream: cumulus/primitives/core/src/lib.rs `CoreInfo`
    """

    selector: U8
    """Which of the parachain's cores."""

    claim_queue_offset: U8
    """So many places down the claim queue."""

    number_of_cores: Compact16
    """How many cores the parachain has there."""


class BlockBundleInfo(Record, tag=2):
    """The block's place among those that one candidate brings together.

    Upstream: cumulus/primitives/core/src/lib.rs `BlockBundleInfo`
    """

    index: U8
    is_last: bool


class UseFullCore(Record, tag=3):
    """Nothing may follow the block on its core."""


CumulusDigestItem = RelayParent | CoreInfo | BlockBundleInfo | UseFullCore

_ITEM = codec(CumulusDigestItem)
_RELAY_PARENT = codec(tuple[Hash, Compact32])


def core_infos(digest: Digest) -> tuple[CoreInfo, ...]:
    """All that a digest says of its core; more than one make the block invalid."""
    return tuple(each for each in _items(digest) if isinstance(each, CoreInfo))


def find_core_info(digest: Digest) -> CoreInfo | None:
    """The core that a block is for.

    Upstream: cumulus/primitives/core/src/lib.rs `CumulusDigestItem::find_core_info`
    """
    return next(iter(core_infos(digest)), None)


def find_block_bundle_info(digest: Digest) -> BlockBundleInfo | None:
    """A block's place in its bundle.

    Upstream: cumulus/primitives/core/src/lib.rs `CumulusDigestItem::find_block_bundle_info`
    """
    return next((each for each in _items(digest) if isinstance(each, BlockBundleInfo)), None)


def is_last_block_in_core(digest: Digest) -> bool:
    """Whether no block of the same candidate follows; so it is where nothing is said of bundles.

    Upstream: cumulus/primitives/core/src/lib.rs `CumulusDigestItem::is_last_block_in_core`
    """
    bundle = find_block_bundle_info(digest)
    return bundle is None or bundle.is_last or any(isinstance(each, UseFullCore) for each in _items(digest))


def relay_parent_storage_root_item(root: Hash, number: BlockNumber) -> Consensus:
    """What a block says of its relay parent.

    Upstream: cumulus/primitives/core/src/lib.rs `rpsr_digest::relay_parent_storage_root_item`
    """
    return Consensus(RPSR_CONSENSUS_ID, _RELAY_PARENT.encode((root, number)))


def _items(digest: Digest) -> Iterator[CumulusDigestItem]:
    """What can be read of a digest; the rest is not ours."""
    for entry in digest.logs:
        if isinstance(entry, PreRuntime | Consensus) and entry.engine == CUMULUS_CONSENSUS_ID:
            try:
                yield _ITEM.decode_at(entry.data, 0)[0]
            except DecodeError:
                continue
