"""New code: announced, allowed or called off by the relay chain, and acted on once."""

from __future__ import annotations

import pytest

from pallets.para.parachain_system_items import (
    Error,
    ValidationFunctionApplied,
    ValidationFunctionDiscarded,
    ValidationFunctionStored,
)
from primitives.errors import DispatchError, ErrorCode, InvalidBlock
from primitives.ids import BlockNumber
from primitives.validation import UpgradeGoAhead, UpgradeRestriction
from tests.support.para_world import ParaWorld

CODE = b":code"


def refused(world: ParaWorld, error: ErrorCode, code: bytes = b"new") -> None:
    with pytest.raises(DispatchError) as refusal:
        world.pallet.schedule_code_upgrade(code)
    assert refusal.value.error is error


def upgraded() -> ParaWorld:
    """A world in which new code waits."""
    world = ParaWorld()
    world.block(lambda: world.pallet.schedule_code_upgrade(b"new"))
    world.include(1)
    return world


def test_new_code_is_announced_with_its_block() -> None:
    world = ParaWorld()

    info = world.block(lambda: world.pallet.schedule_code_upgrade(b"new"))

    assert info.new_validation_code == b"new"
    assert world.events() == [ValidationFunctionStored()]
    assert world.pallet.pending_validation_code.get() == b"new"
    assert world.state.get(CODE) is None


def test_it_is_announced_once() -> None:
    assert upgraded().block().new_validation_code is None


def test_code_that_another_pallet_announces_while_the_block_begins_stays() -> None:
    world = upgraded()
    world.pallet.did_set_validation_code.put(True)

    world.begin()

    assert world.pallet.new_validation_code.get() == b"new"


def test_it_takes_effect_when_the_relay_chain_says_so() -> None:
    world = upgraded()
    world.relay.go_ahead = UpgradeGoAhead.GoAhead

    world.block(relay=9)

    assert world.state.get(CODE) == b"new"
    assert not world.pallet.pending_validation_code.exists()
    assert world.events() == [ValidationFunctionApplied(BlockNumber(9))]


def test_it_is_dropped_when_the_relay_chain_calls_it_off() -> None:
    world = upgraded()
    world.relay.go_ahead = UpgradeGoAhead.Abort

    world.block()

    assert world.state.get(CODE) is None
    assert not world.pallet.pending_validation_code.exists()
    assert world.events() == [ValidationFunctionDiscarded()]


def test_descendants_that_see_the_same_word_leave_it_at_that() -> None:
    world = upgraded()
    world.relay.go_ahead = UpgradeGoAhead.GoAhead
    world.block()

    world.block()

    tracker = world.pallet.aggregated_unincluded_segment.get()
    assert world.events() == []
    assert tracker is not None
    assert tracker.consumed_go_ahead_signal is UpgradeGoAhead.GoAhead
    signals = [block.consumed_go_ahead_signal for block in world.pallet.unincluded_segment.get()]
    assert signals == [UpgradeGoAhead.GoAhead, None]


def test_the_next_code_can_be_announced_before_the_acting_block_is_included() -> None:
    world = upgraded()
    world.relay.go_ahead = UpgradeGoAhead.GoAhead
    world.block()

    info = world.block(lambda: world.pallet.schedule_code_upgrade(b"newer"))

    assert info.new_validation_code == b"newer"


def test_the_word_may_be_forgotten_once_the_acting_block_is_included() -> None:
    world = upgraded()
    world.relay.go_ahead = UpgradeGoAhead.GoAhead
    world.block()
    world.relay.go_ahead = None
    world.include(2)

    world.block()

    tracker = world.pallet.aggregated_unincluded_segment.get()
    assert tracker is not None
    assert tracker.consumed_go_ahead_signal is None


def test_the_word_does_not_change_under_a_block_that_acted_on_it() -> None:
    world = upgraded()
    world.relay.go_ahead = UpgradeGoAhead.GoAhead
    world.block()
    world.relay.go_ahead = None

    with pytest.raises(InvalidBlock, match="upgrade go-ahead signal: expected UpgradeGoAhead"):
        world.block()


def test_a_word_on_code_that_does_not_wait_makes_the_block_invalid() -> None:
    world = ParaWorld()
    world.relay.go_ahead = UpgradeGoAhead.GoAhead

    with pytest.raises(InvalidBlock, match="upgrade go-ahead signal: expected none, as no new code waits"):
        world.block()


def test_one_code_waits_at_a_time() -> None:
    world = upgraded()

    world.block(lambda: refused(world, Error.OverlappingUpgrades))


def test_code_longer_than_the_relay_chain_takes_is_refused() -> None:
    world = ParaWorld()
    longest = world.relay.config.max_code_size

    world.block(lambda: refused(world, Error.TooBig, bytes(longest + 1)))


def test_while_the_relay_chain_takes_no_code_none_is_announced() -> None:
    world = ParaWorld()
    world.relay.restriction = UpgradeRestriction.Present

    world.block(lambda: refused(world, Error.ProhibitedByPolkadot))


def test_before_the_block_was_shown_the_relay_chain_no_code_is_announced() -> None:
    world = ParaWorld()
    world.begin()

    refused(world, Error.ValidationDataNotAvailable)


def test_without_the_relay_chain_s_limits_no_code_is_announced() -> None:
    world = ParaWorld()
    world.begin()
    world.show()
    world.pallet.host_configuration.kill()

    refused(world, Error.HostConfigurationNotAvailable)
