"""The session, its validators, and the blocks that candidates may build on."""

from __future__ import annotations

import pytest

from pallets.relay.shared import (
    AllowedSchedulingParentsTracker,
    ClaimQueue,
    ParasShared,
    RelayParentInfo,
    transpose_claim_queue,
)
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId, SessionIndex, ValidatorId
from primitives.pallet import Frame
from primitives.record import replace
from primitives.storage.state import State

A, B, C, D, F = (ValidatorId(bytes((letter,)) * 32) for letter in b"ABCDF")
SEED = Hash(b"\x01" * 32)
EVERYONE = replace(HostConfiguration(), max_validators=None)


def block(number: int) -> Hash:
    return Hash(number.to_bytes(32, "big"))


@pytest.fixture
def shared() -> ParasShared:
    return ParasShared(Frame(State()))


def tracked(numbers: range, capacity: int) -> AllowedSchedulingParentsTracker:
    tracker = AllowedSchedulingParentsTracker()
    for number in numbers:
        tracker = tracker.update(block(number), {}, BlockNumber(number), capacity)
    return tracker


def enter(shared: ParasShared, number: int, session: int, age: int) -> None:
    """The block after `number` begins, in that session."""
    shared.new_block(
        block(number),
        {},
        BlockNumber(number),
        max_ancestry_len=3,
        storage_root=Hash(bytes((number,)) * 32),
        session=SessionIndex(session),
        max_relay_parent_session_age=age,
    )


def remembered(shared: ParasShared) -> dict[int, int]:
    return {session: number for (session, _), (number, _) in contents(shared).items()}


def contents(shared: ParasShared) -> dict[tuple[int, Hash], tuple[int, Hash]]:
    return {key: (info.number, info.state_root) for key, info in shared.allowed_relay_parents.items()}


@pytest.mark.parametrize(
    ("numbers", "capacity", "kept"),
    [(range(0), 3, []), (range(5), 0, []), (range(5), 1, [4]), (range(5), 4, [1, 2, 3, 4])],
)
def test_s1_the_tracker_keeps_the_latest_scheduling_parents(
    numbers: range, capacity: int, kept: list[int]
) -> None:
    tracker = tracked(numbers, capacity)

    assert [info.scheduling_parent for info in tracker.buffer] == [block(number) for number in kept]
    assert tracker.latest_number == (numbers[-1] if numbers else 0)


def test_s1_there_is_no_oldest_relay_parent_before_the_first_block(shared: ParasShared) -> None:
    assert shared.get_minimum_relay_parent_number() is None


def test_s1_the_oldest_relay_parent_is_the_first_of_the_oldest_session_remembered(
    shared: ParasShared,
) -> None:
    minimum = []
    for number, session, age in ((10, 0, 0), (11, 0, 0), (20, 1, 1), (30, 2, 1), (40, 3, 0)):
        enter(shared, number, session, age)
        minimum.append(shared.get_minimum_relay_parent_number())

    assert minimum == [10, 10, 10, 20, 40]


def test_s2_a_tracked_scheduling_parent_gives_its_number_and_claim_queue() -> None:
    queue: ClaimQueue = {CoreIndex(0): (ParaId(2000),)}
    tracker = tracked(range(7, 9), 3).update(block(9), queue, BlockNumber(9), 3)

    numbers = []
    for number in (7, 8, 9):
        found = tracker.acquire_info(block(number))
        assert found is not None
        numbers.append(found[1])
    assert numbers == [7, 8, 9]
    assert [bool(info.claim_queue) for info in tracker.buffer] == [False, False, True]


def test_s2_what_the_tracker_has_dropped_or_never_had_is_unknown() -> None:
    tracker = tracked(range(7, 12), 3)

    assert tracker.acquire_info(block(8)) is None
    assert tracker.acquire_info(block(12)) is None
    assert AllowedSchedulingParentsTracker().acquire_info(block(0)) is None


def test_s2_a_relay_parent_gives_its_number_and_state_root(shared: ParasShared) -> None:
    enter(shared, 10, 4, 0)

    known = shared.get_relay_parent_info(SessionIndex(4), block(10))
    assert known == RelayParentInfo(BlockNumber(10), Hash(b"\x0a" * 32))


def test_s2_a_relay_parent_is_unknown_in_another_session(shared: ParasShared) -> None:
    enter(shared, 10, 0, 5)
    enter(shared, 20, 1, 5)

    assert shared.get_relay_parent_info(SessionIndex(0), block(10)) is not None
    assert shared.get_relay_parent_info(SessionIndex(1), block(10)) is None


def test_s3_validators_are_shuffled_by_the_seed(shared: ParasShared) -> None:
    keys = shared.initializer_on_new_session(SessionIndex(1), SEED, EVERYONE, (A, B, C, D, F))

    assert keys == (F, B, C, D, A)
    assert shared.active_validator_indices.get() == (4, 1, 2, 3, 0)
    assert shared.active_validator_keys.get() == keys
    assert shared.session_index() == 1


def test_s4_only_as_many_validators_as_allowed_are_active(shared: ParasShared) -> None:
    config = replace(HostConfiguration(), max_validators=2)
    keys = shared.initializer_on_new_session(SessionIndex(1), SEED, config, (A, B, C, D, F))

    assert keys == (F, B)
    assert shared.active_validator_indices.get() == (4, 1)
    assert shared.active_validator_keys.get() == (F, B)


def test_a_new_session_forgets_scheduling_parents_but_neither_their_number_nor_relay_parents(
    shared: ParasShared,
) -> None:
    enter(shared, 1, 0, 0)
    enter(shared, 2, 0, 0)
    shared.initializer_on_new_session(SessionIndex(1), SEED, EVERYONE, (A,))

    assert shared.allowed_scheduling_parents.get() == AllowedSchedulingParentsTracker((), BlockNumber(2))
    assert len(contents(shared)) == 2


def test_a_scheduling_parent_seen_twice_counts_once() -> None:
    tracker = tracked(range(2), 3)

    assert tracker.update(block(1), {}, BlockNumber(9), 3) == tracker


def test_relay_parents_of_sessions_too_old_go_all_at_once(shared: ParasShared) -> None:
    for session in range(5):
        enter(shared, session * 10, session, 5)
    assert remembered(shared) == {0: 0, 1: 10, 2: 20, 3: 30, 4: 40}

    enter(shared, 50, 5, 1)
    assert remembered(shared) == {4: 40, 5: 50}
    assert dict(shared.minimum_relay_parent_number.items()) == {4: 40, 5: 50}
    assert shared.oldest_relay_parent_session.get() == 4


def test_a_longer_memory_does_not_bring_sessions_back(shared: ParasShared) -> None:
    for session in range(5):
        enter(shared, session * 10, session, 1)
    enter(shared, 50, 4, 10)

    assert shared.oldest_relay_parent_session.get() == 3
    assert set(remembered(shared)) == {3, 4}


def test_a_change_is_scheduled_two_sessions_ahead(shared: ParasShared) -> None:
    shared.current_session_index.put(SessionIndex(5))
    assert shared.scheduled_session() == 7

    shared.current_session_index.put(SessionIndex(2**32 - 1))
    assert shared.scheduled_session() == 2**32 - 1


def test_the_claim_queue_is_turned_from_cores_to_parachains() -> None:
    zero, one, two, hundred = ParaId(0), ParaId(1), ParaId(2), ParaId(100)
    queue: ClaimQueue = {
        CoreIndex(2): (one, two, hundred),
        CoreIndex(0): (zero, one, two),
        CoreIndex(1): (zero, zero, hundred),
    }
    assert transpose_claim_queue(queue) == (
        (zero, ((0, (0, 1)), (1, (1,)))),
        (one, ((0, (2,)), (1, (0,)))),
        (two, ((1, (2,)), (2, (0,)))),
        (hundred, ((2, (1, 2)),)),
    )
