"""Candidates that wait: they become available and take effect, or go."""

from __future__ import annotations

import pytest

from pallets.relay.inclusion import availability_threshold
from pallets.relay.inclusion_items import (
    CandidateBacked,
    CandidateIncluded,
    CandidateTimedOut,
)
from pallets.relay.scheduler import GroupIndex
from pallets.relay.upward import UpwardMessagesReceived
from primitives.candidates import (
    CommittedCandidateReceiptV2,
    ValidationCode,
    code_hash_of,
)
from primitives.channels import HrmpChannel, HrmpChannelId
from primitives.ids import Balance, BlockNumber, CoreIndex
from primitives.record import replace
from tests.support.backing import A, B, C
from tests.support.candidates import CONFIG, HEAD, CandidateWorld


@pytest.fixture
def world() -> CandidateWorld:
    found = CandidateWorld()
    found.enter(found.data())  # the block before is one to build on
    return found


# Availability.


def test_more_than_two_thirds_are_wanted() -> None:
    assert [availability_threshold(count) for count in range(1, 11)] == [1, 2, 3, 3, 4, 5, 5, 6, 7, 7]


def test_a_candidate_waits_until_enough_hold_its_data(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A))
    world.make_available(0, by=4)
    (waiting,) = world.inclusion.pending_availability.get(A) or ()
    assert waiting.availability_votes == (True,) * 4 + (False,) * 2
    assert waiting.backers == (True, True, False, False, False, False)
    assert world.told(CandidateIncluded) == []

    world.make_available(0, by=5)
    assert world.inclusion.pending_availability.get(A) == ()
    assert world.paras.heads.get(A) == waiting.commitments.head_data
    assert world.paras.most_recent_context.get(A) == waiting.relay_parent_number == 10
    assert world.told(CandidateIncluded) == [
        CandidateIncluded(waiting.receipt(), waiting.commitments.head_data, CoreIndex(0), GroupIndex(0))
    ]


def test_votes_add_up_over_blocks(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A))
    for validator in (0, 1, 2, 3):
        world.inclusion.update_pending_availability({CoreIndex(0): {validator}})
    assert world.paras.heads.get(A) == HEAD

    world.inclusion.update_pending_availability({CoreIndex(0): {5}})
    assert world.paras.heads.get(A) != HEAD


def test_paras_come_in_the_order_of_their_storage_keys(world: CandidateWorld) -> None:
    world.next_block()
    world.include(world.candidate(A), world.candidate(B), world.candidate(C))

    backed = [event.receipt.descriptor.para_id for event in of(world, CandidateBacked)]
    included = [event.receipt.descriptor.para_id for event in of(world, CandidateIncluded)]
    assert (backed, included) == ([A, B, C], [B, A, C])


def of(
    world: CandidateWorld, kind: type[CandidateBacked | CandidateIncluded]
) -> list[CandidateBacked | CandidateIncluded]:
    return [each for each in world.told(kind) if isinstance(each, kind)]


def test_a_candidate_waits_for_the_one_it_builds_on(world: CandidateWorld) -> None:
    world.assign(A, A, A)
    world.next_block()
    world.back(world.candidate(A))
    out = world.outputs(A)
    second = CommittedCandidateReceiptV2(replace(world.descriptor(A, out), core_index=1), out)
    world.back(world.backed(second))
    assert [each.core for each in world.inclusion.pending_availability.get(A) or ()] == [0, 1]

    world.make_available(1)
    assert world.told(CandidateIncluded) == []
    world.make_available(0)
    assert [event.core for event in of(world, CandidateIncluded)] == [0, 1]
    assert world.paras.heads.get(A) == out.head_data


# Enactment.


def test_all_that_a_candidate_puts_out_takes_effect(world: CandidateWorld) -> None:
    channel = HrmpChannel(2, 16, 8, 0, 0, None, Balance(0), Balance(0))
    world.hrmp.hrmp_channels[HrmpChannelId(A, B)] = channel
    world.dmp.queue_downward_message(CONFIG, A, b"down")
    world.next_block()
    world.include(
        world.candidate(A, world.outputs(A, upward=(b"up",), across=((B, b"across"),), processed=1))
    )

    assert world.dmp.dmq_contents(A) == ()
    assert world.queues.message_count(A) == 1
    assert world.hrmp.hrmp_watermarks.get(A) == 10
    digest = world.hrmp.hrmp_channel_digests[B]
    assert digest == ((12, (A,)),)
    names = [type(event) for _, event in world.events]
    assert names == [CandidateBacked, UpwardMessagesReceived, CandidateIncluded]


def test_new_code_starts_its_course(world: CandidateWorld) -> None:
    new = ValidationCode(b"new validation code")
    world.next_block()
    world.include(world.candidate(A, world.outputs(A, code=new)))

    assert world.paras.future_code_hash.get(A) == code_hash_of(new)
    assert world.paras.upgrade_cooldowns.get() == ((A, 12 + CONFIG.validation_upgrade_cooldown),)


# Going without having come in.


def test_candidates_time_out_only_soon_after_a_rotation(world: CandidateWorld) -> None:
    required = [
        block
        for block in range(10, 30)
        if world.scheduler.availability_timeout_check_required(BlockNumber(block))
    ]
    assert required == [10, 11, 12, 19, 20, 21, 22, 29]


def test_a_candidate_that_waits_too_long_is_dropped(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A))
    (waiting,) = world.inclusion.pending_availability.get(A) or ()
    while world.now < 19:
        world.back()
    assert world.inclusion.pending_availability.get(A) == (waiting,)

    world.back()
    assert world.inclusion.pending_availability.get(A) == ()
    head = waiting.commitments.head_data
    assert world.told(CandidateTimedOut) == [CandidateTimedOut(waiting.receipt(), head, CoreIndex(0))]
    assert world.paras.heads.get(A) == HEAD


def test_late_candidates_go_by_ascending_para_once_the_period_is_over(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A), world.candidate(B))
    world.system.number.put(BlockNumber(14))
    world.inclusion.free_timedout()
    assert world.told(CandidateTimedOut) == []

    world.system.number.put(BlockNumber(15))
    world.inclusion.free_timedout()
    late = [each.receipt.descriptor.para_id for each in world.told(CandidateTimedOut)]  # type: ignore[attr-defined]
    assert late == [A, B]


def test_those_behind_a_late_candidate_go_with_it(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A))
    (first,) = world.inclusion.pending_availability.get(A) or ()
    young = replace(first, backed_in_number=BlockNumber(18), core=CoreIndex(1))
    world.inclusion.pending_availability[A] = (young, first, young)
    world.inclusion.pending_availability[B] = (young,)
    world.system.number.put(BlockNumber(20))

    world.inclusion.free_timedout()

    assert world.inclusion.pending_availability.get(A) == (young,)
    assert world.inclusion.pending_availability.get(B) == (young,)
    assert len(world.told(CandidateTimedOut)) == 2
    assert world.inclusion.occupied_cores() == {1}


def test_whatever_waits_is_dropped_with_the_session(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A), world.candidate(B))

    world.inclusion.initializer_on_new_session(())

    assert list(world.inclusion.pending_availability.keys()) == []
    assert world.told(CandidateTimedOut) == []
