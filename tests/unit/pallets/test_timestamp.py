"""The time on the chain."""

from __future__ import annotations

import pytest

from pallets.timestamp import Timestamp, TimestampConstants
from primitives.errors import BadOrigin, DispatchError, InvalidBlock
from primitives.ids import BlockNumber, Moment
from primitives.origin import NoOrigin, Root
from primitives.pallet import Frame
from primitives.storage.state import State

NOW = 1_800_000_000_000
ONE = BlockNumber(1)


def new_timestamp() -> Timestamp:
    return Timestamp(Frame(State()), TimestampConstants(minimum_period=Moment(3000)))


def test_each_block_tells_its_time_once() -> None:
    timestamp = new_timestamp()

    timestamp.set(NoOrigin(), NOW)
    assert timestamp.did_update.exists()
    timestamp.on_finalize(ONE)
    timestamp.set(NoOrigin(), NOW + 3000)

    assert timestamp.now.get() == NOW + 3000


def test_the_note_that_the_time_was_told_is_gone_after_the_block() -> None:
    timestamp = new_timestamp()

    timestamp.set(NoOrigin(), NOW)
    timestamp.on_finalize(ONE)

    assert not timestamp.did_update.exists()


def test_a_block_without_a_time_is_refused() -> None:
    with pytest.raises(InvalidBlock, match="times told by the block: expected 1, found 0"):
        new_timestamp().on_finalize(ONE)


def test_a_block_that_tells_its_time_twice_is_refused() -> None:
    timestamp = new_timestamp()
    timestamp.set(NoOrigin(), NOW)

    with pytest.raises(InvalidBlock, match="times told by the block: expected 1, found 2"):
        timestamp.set(NoOrigin(), NOW + 3000)


def test_a_time_too_soon_after_the_last_is_refused() -> None:
    timestamp = new_timestamp()
    timestamp.set(NoOrigin(), NOW)
    timestamp.on_finalize(ONE)

    with pytest.raises(InvalidBlock, match=f"at least {NOW + 3000}, found {NOW + 2999}"):
        timestamp.set(NoOrigin(), NOW + 2999)
    assert timestamp.now.get() == NOW


def test_the_first_time_may_be_any() -> None:
    timestamp = new_timestamp()

    timestamp.set(NoOrigin(), 1)

    assert timestamp.now.get() == 1


def test_only_the_author_of_the_block_tells_the_time() -> None:
    with pytest.raises(DispatchError) as refused:
        new_timestamp().set(Root(), NOW)

    assert refused.value.error == BadOrigin()
