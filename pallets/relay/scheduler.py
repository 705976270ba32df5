"""Cores, who may use them, and which group of validators looks after each.

The validators of a session are split into **groups**, as many as there are cores. Every so many blocks each
group moves on to the next core (**rotation**), so that no parachain stays with the same few validators.

Cores are sold elsewhere; what was sold comes in as **schedules**, from which each core's **descriptor** says
what it works on now. Here these are only read, and only cores that belong to one parachain as a whole are
understood; anything else is `OutOfScope`. Who writes them is the outside.

Upstream: polkadot/runtime/parachains/src/scheduler.rs,
polkadot/runtime/parachains/src/scheduler/assigner_coretime.rs
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar, NewType

from pallets.relay.configuration import Configuration
from pallets.relay.shared import ClaimQueue, SessionChangeNotification
from primitives.errors import ErrorCode
from primitives.host_configuration import SchedulerParams
from primitives.ids import BlockNumber, CoreIndex, ParaId, ValidatorIndex
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U16, U32
from primitives.storage.views import Map, Value

GroupIndex = NewType("GroupIndex", U32)
"""A group of validators, by its place in the list of groups."""

PartsOf57600 = NewType("PartsOf57600", U16)
"""A share of a core's time."""

WHOLE_CORE = PartsOf57600(57_600)
"""All of a core's time."""


class OutOfScope(Exception):
    """The block needs a part of the chain that this runtime does not have; it says nothing about the block.

    Upstream: none, a limit of ours
    """


class Error(ErrorCode):
    """Why a core cannot be given away.

    Upstream: polkadot/runtime/parachains/src/scheduler.rs `Error`
    """

    AssignmentsEmpty = enum.auto()
    """There is nobody to give it to."""

    DisallowedInsert = enum.auto()
    """A later assignment is there already."""


class Idle(Record, tag=0):
    """Nobody uses the core."""


class Pool(Record, tag=1):
    """The core is for whoever pays for a single block."""


class Task(Record, tag=2):
    """The core is a parachain's."""

    UNNAMED: ClassVar[bool] = True

    para: U32


CoreAssignment = Idle | Pool | Task
"""Who may use a core.

Upstream: substrate/frame/broker/src/coretime_interface.rs `CoreAssignment`
"""


class Schedule(Record):
    """What a core will be used for from some block on.

    Upstream: polkadot/runtime/parachains/src/scheduler/assigner_coretime.rs `Schedule`
    """

    assignments: tuple[tuple[CoreAssignment, PartsOf57600], ...]
    """By ascending assignment; the shares make up a whole core."""

    end_hint: BlockNumber | None
    """When it ends, if nothing follows."""

    next_schedule: BlockNumber | None
    """When the next one begins."""


class QueueDescriptor(Record):
    """The schedules of a core that are still to come.

    Upstream: polkadot/runtime/parachains/src/scheduler/assigner_coretime.rs `QueueDescriptor`
    """

    first: BlockNumber
    last: BlockNumber


class AssignmentState(Record):
    """How far the turn of one assignment has gone.

    Upstream: polkadot/runtime/parachains/src/scheduler/assigner_coretime.rs `AssignmentState`
    """

    ratio: PartsOf57600
    """Its share."""

    remaining: PartsOf57600
    """What is left of it in this round."""


class WorkState(Record):
    """What a core works on now.

    Upstream: polkadot/runtime/parachains/src/scheduler/assigner_coretime.rs `WorkState`
    """

    assignments: tuple[tuple[CoreAssignment, AssignmentState], ...]
    end_hint: BlockNumber | None

    pos: U16
    """Whose turn it is."""

    step: PartsOf57600
    """What a turn costs."""


class CoreDescriptor(Record):
    """One core: what it does now, and which schedules follow.

    Upstream: polkadot/runtime/parachains/src/scheduler/assigner_coretime.rs `CoreDescriptor`
    """

    queue: QueueDescriptor | None
    current_work: WorkState | None


class GroupRotationInfo(Record):
    """From what block on groups rotate, how often, and the block that is asked about.

    Upstream: polkadot/primitives/src/v9/mod.rs `GroupRotationInfo`
    """

    session_start_block: BlockNumber
    group_rotation_frequency: BlockNumber
    now: BlockNumber


class ParaScheduler(Pallet, prefix="ParaScheduler", errors=Error):
    """Who may use which core, guarded by whom.

    Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet`
    """

    validator_groups: Value[tuple[tuple[ValidatorIndex, ...], ...]] = item(default=())
    """The groups of this session; there are as many as cores."""

    session_start_block: Value[BlockNumber] = item(default=0)
    """The first block of this session, from which rotations are counted."""

    core_schedules: Map[tuple[BlockNumber, CoreIndex], Schedule]
    """What each core will be used for, by the block from which on."""

    core_descriptors: Value[tuple[tuple[CoreIndex, CoreDescriptor], ...]] = item(default=())
    """What each core is used for, by ascending core."""

    def __init__(self, frame: Frame, configuration: Configuration) -> None:
        super().__init__(frame)
        self.configuration = configuration

    def initializer_on_new_session(self, notification: SessionChangeNotification, now: BlockNumber) -> None:
        """Split the validators into groups, one a core, as even as can be, the larger groups first; rotations
        are counted from the next block.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::initializer_on_new_session`
        """
        validators, params = len(notification.validators), notification.new_config.scheduler_params
        per_core = params.max_validators_per_core
        cores = max(params.num_cores, validators // per_core if per_core else 0)
        self.validator_groups.put(split(validators, cores))
        self.session_start_block.put(BlockNumber(now + 1))

    def num_availability_cores(self) -> int:
        """How many cores there are: one for each group.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::num_availability_cores`
        """
        return len(self.validator_groups.get())

    def group_validators(self, group: GroupIndex) -> tuple[ValidatorIndex, ...] | None:
        """The validators of a group; None if there is no such group.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::group_validators`
        """
        groups = self.validator_groups.get()
        return groups[group] if group < len(groups) else None

    def group_assigned_to_core(self, core: CoreIndex, at: BlockNumber) -> GroupIndex | None:
        """The group that looks after a core in a block of this session; None for earlier blocks and unknown
        cores.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::group_assigned_to_core`
        """
        groups, start = self.num_availability_cores(), self.session_start_block.get()
        if at < start or core >= groups:
            return None
        rotations = (at - start) // self._rotation_frequency()
        return GroupIndex((core + rotations) % groups)

    def group_rotation_info(self, now: BlockNumber) -> GroupRotationInfo:
        """How groups rotate, as of a block.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::group_rotation_info`
        """
        frequency = BlockNumber(self._rotation_frequency())
        return GroupRotationInfo(self.session_start_block.get(), frequency, now)

    def availability_timeout_check_required(self, now: BlockNumber) -> bool:
        """Whether candidates may time out in this block: only for as long after a rotation (or what will be
        one in the next block) as a candidate has to become available.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::availability_timeout_check_required`
        """
        since_start = max(now + 1 - self.session_start_block.get(), 0)
        since_rotation = since_start % self._rotation_frequency()
        return since_rotation < self._scheduler_params().paras_availability_period

    def is_timed_out(self, pending_since: BlockNumber, now: BlockNumber) -> bool:
        """Whether a candidate that was backed in a block should be available by now.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::availability_timeout_predicate`
        """
        return pending_since + self._scheduler_params().paras_availability_period <= now

    def claim_queue(self) -> ClaimQueue:
        """For each core: the parachains that may use it, the next one first; as far ahead as is configured.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::claim_queue`
        """
        depth = self._scheduler_params().lookahead
        return {core: (para,) * depth for core, para in self._owned_cores()}

    def _owned_cores(self) -> Iterator[tuple[CoreIndex, ParaId]]:
        for core, descriptor in self.core_descriptors.get():
            work = descriptor.current_work
            for assignment, state in work.assignments if work is not None else ():
                if not isinstance(assignment, Task) or state.ratio != WHOLE_CORE:
                    raise OutOfScope(f"core {core} is shared, idle or sold block by block")
                yield core, ParaId(assignment.para)

    def _scheduler_params(self) -> SchedulerParams:
        return self.configuration.active_config.get().scheduler_params

    def _rotation_frequency(self) -> int:
        return self._scheduler_params().group_rotation_frequency


def split(validators: int, groups: int) -> tuple[tuple[ValidatorIndex, ...], ...]:
    """So many validators, by their places, in so many groups; no groups if there are no validators."""
    if not validators or not groups:
        return ()
    size, larger = divmod(validators, groups)
    ends = [group * size + min(group, larger) for group in range(groups + 1)]
    return tuple(tuple(ValidatorIndex(place) for place in range(start, end)) for start, end in pairwise(ends))
