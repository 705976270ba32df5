"""Groups of validators, the cores they look after, and who may use those."""

from __future__ import annotations

from typing import Any

import pytest

from pallets.relay.configuration import Configuration
from pallets.relay.scheduler import (
    WHOLE_CORE,
    AssignmentState,
    CoreAssignment,
    CoreDescriptor,
    GroupRotationInfo,
    Idle,
    OutOfScope,
    ParaScheduler,
    PartsOf57600,
    Pool,
    Task,
    WorkState,
)
from pallets.relay.shared import SessionChangeNotification
from primitives.host_configuration import HostConfiguration, SchedulerParams
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId, SessionIndex, ValidatorId
from primitives.pallet import Frame
from primitives.record import replace
from primitives.storage.state import State

PARAMS = SchedulerParams(
    group_rotation_frequency=BlockNumber(10),
    paras_availability_period=BlockNumber(4),
    lookahead=3,
    num_cores=3,
)


class Clock:
    def scheduled_session(self) -> SessionIndex:
        return SessionIndex(2)


def new_scheduler(validators: int = 7, *, now: int = 20, **params: Any) -> ParaScheduler:
    """A session of so many validators has been announced in a block."""
    frame = Frame(State())
    configuration = Configuration(frame, Clock())
    config = replace(HostConfiguration(), scheduler_params=replace(PARAMS, **params))
    configuration.active_config.put(config)
    keys = tuple(ValidatorId(bytes((number,)) * 32) for number in range(validators))
    scheduler = ParaScheduler(frame, configuration)
    notification = SessionChangeNotification(keys, keys, config, config, Hash(bytes(32)), SessionIndex(1))
    scheduler.initializer_on_new_session(notification, BlockNumber(now))
    return scheduler


def core_of(scheduler: ParaScheduler, *assignments: tuple[CoreAssignment, int]) -> None:
    """Core 1 works on this, core 0 on nothing."""
    states = tuple((who, AssignmentState(PartsOf57600(share), WHOLE_CORE)) for who, share in assignments)
    work = WorkState(states, None, 0, WHOLE_CORE)
    idle, busy = CoreDescriptor(None, None), CoreDescriptor(None, work)
    scheduler.core_descriptors.put(((CoreIndex(0), idle), (CoreIndex(1), busy)))


@pytest.mark.parametrize(
    ("validators", "params", "groups"),
    [
        (7, {}, ((0, 1, 2), (3, 4), (5, 6))),
        (6, {}, ((0, 1), (2, 3), (4, 5))),
        (2, {}, ((0,), (1,), ())),
        (6, {"max_validators_per_core": 1}, ((0,), (1,), (2,), (3,), (4,), (5,))),
        (7, {"max_validators_per_core": 2}, ((0, 1, 2), (3, 4), (5, 6))),
        (4, {"max_validators_per_core": 0}, ((0, 1), (2,), (3,))),
        (7, {"num_cores": 0}, ()),
        (0, {}, ()),
    ],
)
def test_validators_are_split_into_a_group_for_each_core(
    validators: int, params: dict[str, Any], groups: tuple[tuple[int, ...], ...]
) -> None:
    scheduler = new_scheduler(validators, **params)

    assert scheduler.validator_groups.get() == groups
    assert scheduler.num_availability_cores() == len(groups)


def test_a_group_that_is_not_there_has_no_validators() -> None:
    scheduler = new_scheduler(6)

    assert scheduler.group_validators(2) == (4, 5)  # type: ignore[arg-type]
    assert scheduler.group_validators(3) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("core", "at", "group"),
    [(0, 21, 0), (0, 30, 0), (0, 31, 1), (2, 31, 0), (1, 51, 1), (0, 20, None), (3, 21, None)],
)
def test_groups_move_on_to_the_next_core_with_each_rotation(core: int, at: int, group: int | None) -> None:
    scheduler = new_scheduler(now=20)  # the session's first block is 21

    assert scheduler.group_assigned_to_core(CoreIndex(core), BlockNumber(at)) == group


def test_the_rotation_is_told() -> None:
    told = new_scheduler(now=20).group_rotation_info(BlockNumber(25))

    assert told == GroupRotationInfo(BlockNumber(21), BlockNumber(10), BlockNumber(25))


def test_candidates_may_time_out_around_a_rotation_only() -> None:
    scheduler = new_scheduler(now=20)

    open_to_it = [
        at for at in range(19, 42) if scheduler.availability_timeout_check_required(BlockNumber(at))
    ]

    assert open_to_it == [19, 20, 21, 22, 23, 30, 31, 32, 33, 40, 41]


def test_a_candidate_has_so_many_blocks_to_become_available() -> None:
    scheduler = new_scheduler()

    assert not scheduler.is_timed_out(BlockNumber(10), BlockNumber(13))
    assert scheduler.is_timed_out(BlockNumber(10), BlockNumber(14))


def test_the_claim_queue_looks_ahead_as_far_as_is_configured() -> None:
    scheduler = new_scheduler(lookahead=2)
    core_of(scheduler, (Task(2000), WHOLE_CORE))

    assert scheduler.claim_queue() == {1: (ParaId(2000), ParaId(2000))}


@pytest.mark.parametrize(
    "assignments",
    [
        ((Pool(), WHOLE_CORE),),
        ((Idle(), WHOLE_CORE),),
        ((Task(2000), WHOLE_CORE // 2), (Task(2001), WHOLE_CORE // 2)),
    ],
)
def test_a_core_that_is_not_one_parachain_s_is_out_of_scope(
    assignments: tuple[tuple[CoreAssignment, int], ...],
) -> None:
    scheduler = new_scheduler()
    core_of(scheduler, *assignments)

    with pytest.raises(OutOfScope, match="core 1 is shared, idle or sold block by block"):
        scheduler.claim_queue()
