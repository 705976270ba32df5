"""Identifiers: their widths, and the accounts that are derived from them."""

from __future__ import annotations

from typing import Any

import pytest

from primitives.ids import (
    LOWEST_PUBLIC_ID,
    AccountId,
    Balance,
    BlockNumber,
    CoreIndex,
    Hash,
    Moment,
    Nonce,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
    is_system,
    pallet_account,
    sovereign_account,
)
from primitives.scale.derive import codec


@pytest.mark.parametrize(
    ("tp", "size"),
    [
        (BlockNumber, 4),
        (SessionIndex, 4),
        (ParaId, 4),
        (CoreIndex, 4),
        (ValidatorIndex, 4),
        (Nonce, 4),
        (Moment, 8),
        (Balance, 16),
        (AccountId, 32),
        (Hash, 32),
        (ValidatorId, 32),
    ],
    ids=str,
)
def test_widths_in_bytes(tp: Any, size: int) -> None:
    assert codec(tp).min_size == size
    assert len(codec(tp).encode(bytes(size) if size == 32 else 2 ** (8 * size) - 1)) == size


def test_system_chains_have_the_ids_below_the_lowest_public_one() -> None:
    assert LOWEST_PUBLIC_ID == 2000
    assert [para for para in (0, 1000, 1999, 2000, 2**32 - 1) if is_system(ParaId(para))] == [0, 1000, 1999]


@pytest.mark.parametrize(("para", "middle"), [(0, "00000000"), (2000, "d0070000"), (2**32 - 1, "ffffffff")])
def test_the_account_of_a_parachain(para: int, middle: str) -> None:
    assert sovereign_account(ParaId(para)) == bytes.fromhex("70617261" + middle + "00" * 24)


def test_the_account_of_a_pallet() -> None:
    assert pallet_account(b"py/trsry") == b"modlpy/trsry" + bytes(20)
