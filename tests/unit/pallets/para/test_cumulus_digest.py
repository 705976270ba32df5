"""What a digest says of a block's place in the relay chain."""

from __future__ import annotations

import pytest

from pallets.para.cumulus_digest import (
    BlockBundleInfo,
    CoreInfo,
    CumulusDigestItem,
    RelayParent,
    UseFullCore,
    core_infos,
    find_block_bundle_info,
    find_core_info,
    is_last_block_in_core,
    relay_parent_storage_root_item,
)
from primitives.header import Consensus, Digest, PreRuntime
from primitives.ids import BlockNumber, Hash
from primitives.scale.derive import codec

ITEM = codec(CumulusDigestItem)


def digest(*items: CumulusDigestItem) -> Digest:
    return Digest(tuple(PreRuntime(b"CMLS", ITEM.encode(each)) for each in items))


def test_the_core_is_read_as_recorded() -> None:
    """As it stands in the digest of the recording `para_core_info`."""
    recorded = Digest((PreRuntime(b"CMLS", bytes.fromhex("0101000c")),))

    assert find_core_info(recorded) == CoreInfo(selector=1, claim_queue_offset=0, number_of_cores=3)


def test_the_first_core_counts_and_all_are_listed() -> None:
    two = digest(CoreInfo(1, 0, 3), CoreInfo(2, 0, 3))

    assert find_core_info(two) == CoreInfo(1, 0, 3)
    assert core_infos(two) == (CoreInfo(1, 0, 3), CoreInfo(2, 0, 3))


def test_what_cannot_be_read_or_is_another_s_is_passed_over() -> None:
    others = Digest(
        (PreRuntime(b"CMLS", b"\x09"), PreRuntime(b"aura", b"\x01\x00\x00\x04"), Consensus(b"CMLS", b""))
    )

    assert find_core_info(others) is None
    assert find_block_bundle_info(others) is None


@pytest.mark.parametrize(
    ("items", "last"),
    [
        ((), True),
        ((RelayParent(Hash(bytes(32))),), True),
        ((BlockBundleInfo(0, is_last=False),), False),
        ((BlockBundleInfo(1, is_last=True),), True),
        ((BlockBundleInfo(0, is_last=False), UseFullCore()), True),
    ],
)
def test_the_last_block_of_a_bundle(items: tuple[CumulusDigestItem, ...], last: bool) -> None:  # noqa: FBT001
    assert is_last_block_in_core(digest(*items)) is last


def test_the_relay_parent_is_told_by_root_and_number() -> None:
    item = relay_parent_storage_root_item(Hash(b"\x05" * 32), BlockNumber(1_001))

    assert item == Consensus(b"RPSR", b"\x05" * 32 + b"\xa5\x0f")
