"""Candidates one by one: what they may put out, what they are made from, who votes for them."""

from __future__ import annotations

import pytest

from pallets.relay.dmp import AdvancementRule, Underflow
from pallets.relay.hrmp_items import AheadRelayParent, NoSuchChannel
from pallets.relay.inclusion_items import (
    Error,
    HeadDataTooLarge,
    HrmpWatermark,
    NewCodeTooLarge,
    OutboundHrmp,
    PrematureCodeUpgrade,
    ProcessedDownwardMessages,
    UpwardMessagesFault,
    voters_and_core,
)
from pallets.relay.scheduler import GroupIndex
from pallets.relay.upward import MessageSize
from primitives.candidates import (
    BackedCandidate,
    CandidateCommitments,
    CommittedCandidateReceiptV2,
    Explicit,
    HeadData,
    ValidationCodeHash,
)
from primitives.channels import HrmpChannelId
from primitives.errors import AcceptanceError
from primitives.header import NO_HASH
from primitives.ids import BlockNumber, CoreIndex, SessionIndex
from primitives.record import Record, replace
from primitives.validation import UpgradeRestriction
from tests.support.asserts import refusal
from tests.support.backing import A, B, C, core_bits
from tests.support.candidates import CONFIG, GROUPS, HEAD, CandidateWorld


@pytest.fixture
def world() -> CandidateWorld:
    found = CandidateWorld()
    found.enter(found.data())  # the block before is one to build on
    return found


def fault(world: CandidateWorld, commitments: CandidateCommitments) -> Record:
    """Why outputs are not accepted; the state stays as it was."""
    before = world.state.root()
    with pytest.raises(AcceptanceError) as caught:
        world.inclusion.check_validation_outputs(A, BlockNumber(world.now - 1), commitments)
    assert world.state.root() == before
    return caught.value.reason


# What a candidate may put out.


def test_outputs_within_all_limits_are_accepted(world: CandidateWorld) -> None:
    world.inclusion.check_validation_outputs(A, BlockNumber(9), world.outputs(A, upward=(b"up",)))


def test_each_part_of_the_outputs_is_named_with_its_fault(world: CandidateWorld) -> None:
    out = world.outputs
    assert fault(world, out(A, head=bytes(65))) == HeadDataTooLarge()
    assert fault(world, out(A, code=bytes(101))) == NewCodeTooLarge()
    assert fault(world, out(A, processed=1)) == ProcessedDownwardMessages(Underflow(1, 0))
    assert fault(world, out(A, upward=(bytes(17),))) == UpwardMessagesFault(MessageSize(0, 17, 16))
    assert fault(world, out(A, watermark=10)) == HrmpWatermark(
        AheadRelayParent(BlockNumber(10), BlockNumber(9))
    )
    no_channel = NoSuchChannel(0, HrmpChannelId(A, B))
    assert fault(world, out(A, across=((B, b"x"),))) == OutboundHrmp(no_channel)


def test_head_and_code_may_be_as_long_as_is_configured(world: CandidateWorld) -> None:
    longest = world.outputs(A, head=bytes(64), code=bytes(100))

    world.inclusion.check_validation_outputs(A, BlockNumber(9), longest)


def test_the_first_fault_is_the_one_named(world: CandidateWorld) -> None:
    everything = world.outputs(
        A,
        upward=(bytes(17),),
        across=((B, b"x"),),
        processed=1,
        watermark=10,
        head=bytes(65),
        code=bytes(101),
    )
    kinds = [HeadDataTooLarge, NewCodeTooLarge, ProcessedDownwardMessages, UpwardMessagesFault, HrmpWatermark]
    mended = [
        everything,
        first := replace(everything, head_data=HEAD),
        second := replace(first, new_validation_code=None),
        third := replace(second, processed_downward_messages=0),
        replace(third, upward_messages=()),
    ]

    assert [type(fault(world, each)) for each in mended] == kinds


def test_new_code_has_to_wait_for_the_last_one(world: CandidateWorld) -> None:
    world.paras.upgrade_restriction_signal[A] = UpgradeRestriction.Present

    assert fault(world, world.outputs(A, code=b"new code")) == PrematureCodeUpgrade()


def test_messages_as_old_as_the_relay_parent_must_be_processed(world: CandidateWorld) -> None:
    world.dmp.queue_downward_message(CONFIG, A, b"down")
    world.inclusion.check_validation_outputs(A, BlockNumber(9), world.outputs(A))

    world.next_block()
    assert fault(world, world.outputs(A)) == ProcessedDownwardMessages(AdvancementRule())


def test_the_runtime_api_takes_the_present_block_as_relay_parent(world: CandidateWorld) -> None:
    assert world.inclusion.accepts_validation_outputs(A, world.outputs(A, watermark=10))
    assert not world.inclusion.accepts_validation_outputs(A, world.outputs(A, watermark=9))
    assert not world.inclusion.accepts_validation_outputs(A, world.outputs(A, watermark=10, processed=1))


# Whether a candidate was made here, from what there is.


def changed(world: CandidateWorld, **fields: object) -> CommittedCandidateReceiptV2:
    out = world.outputs(A)
    return CommittedCandidateReceiptV2(replace(world.descriptor(A, out), **fields), out)


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"relay_parent": NO_HASH}, Error.DisallowedRelayParent),
        ({"session_index": SessionIndex(2)}, Error.DisallowedRelayParent),
        ({"persisted_validation_data_hash": NO_HASH}, Error.ValidationDataHashMismatch),
        ({"validation_code_hash": ValidationCodeHash(bytes(32))}, Error.InvalidValidationCodeHash),
        ({"para_head": NO_HASH}, Error.ParaHeadMismatch),
    ],
)
def test_a_descriptor_that_does_not_fit_is_refused(
    world: CandidateWorld, fields: dict[str, object], error: Error
) -> None:
    candidate = changed(world, **fields)

    assert refusal(world, lambda: world.inclusion.verify_backed_candidate(candidate, HEAD)) is error


def test_a_candidate_stands_on_the_head_before_it(world: CandidateWorld) -> None:
    candidate = changed(world)
    assert world.inclusion.verify_backed_candidate(candidate, HEAD) == world.now - 1

    other = HeadData(b"another head")
    error = refusal(world, lambda: world.inclusion.verify_backed_candidate(candidate, other))
    assert error is Error.ValidationDataHashMismatch


def test_relay_parents_do_not_go_back(world: CandidateWorld) -> None:
    candidate = changed(world)
    world.paras.most_recent_context[A] = BlockNumber(9)
    world.inclusion.verify_backed_candidate(candidate, HEAD)

    world.paras.most_recent_context[A] = BlockNumber(10)
    error = refusal(world, lambda: world.inclusion.verify_backed_candidate(candidate, HEAD))
    assert error is Error.DisallowedRelayParent


def test_a_para_without_code_has_no_candidates(world: CandidateWorld) -> None:
    candidate = changed(world)
    world.paras.current_code_hash.remove(A)

    error = refusal(world, lambda: world.inclusion.verify_backed_candidate(candidate, HEAD))
    assert error is Error.UnscheduledCandidate


@pytest.mark.parametrize(
    ("part", "error"),
    [
        ({"head": bytes(65)}, Error.HeadDataTooLarge),
        ({"code": bytes(101)}, Error.NewCodeTooLarge),
        ({"processed": 1}, Error.IncorrectDownwardMessageHandling),
        ({"upward": (bytes(17),)}, Error.InvalidUpwardMessages),
        ({"watermark": 11}, Error.HrmpWatermarkMishandling),
        ({"across": ((B, b"x"),)}, Error.InvalidOutboundHrmp),
    ],
)
def test_bad_outputs_have_an_error_each(world: CandidateWorld, part: dict[str, object], error: Error) -> None:
    out = world.outputs(A, **part)  # type: ignore[arg-type]
    candidate = CommittedCandidateReceiptV2(world.descriptor(A, out), out)

    assert refusal(world, lambda: world.inclusion.verify_backed_candidate(candidate, HEAD)) is error


def test_new_code_before_its_time_has_an_error_too(world: CandidateWorld) -> None:
    out = world.outputs(A, code=b"new code")
    candidate = CommittedCandidateReceiptV2(world.descriptor(A, out), out)
    world.inclusion.verify_backed_candidate(candidate, HEAD)

    world.paras.upgrade_restriction_signal[A] = UpgradeRestriction.Present
    error = refusal(world, lambda: world.inclusion.verify_backed_candidate(candidate, HEAD))
    assert error is Error.PrematureCodeUpgrade


# Votes.


def check(world: CandidateWorld, backed: BackedCandidate, group: int = 0) -> list[int]:
    return [voter for voter, _ in world.inclusion.check_backing_votes(backed, GroupIndex(group))]


def test_the_votes_come_with_their_voters(world: CandidateWorld) -> None:
    assert check(world, world.candidate(A), 0) == [0, 1]
    assert check(world, world.candidate(C), 2) == [4, 5]


def test_votes_of_another_group_do_not_hold(world: CandidateWorld) -> None:
    assert refusal(world, lambda: check(world, world.candidate(A), 1)) is Error.InvalidBacking
    assert refusal(world, lambda: check(world, world.candidate(A), 3)) is Error.InvalidGroupIndex


def test_a_member_that_is_no_validator_has_no_vote(world: CandidateWorld) -> None:
    backed = world.candidate(C)
    world.shared.active_validator_keys.put(world.shared.active_validator_keys.get()[:5])

    assert refusal(world, lambda: check(world, backed, 2)) is Error.InvalidBacking


def test_one_vote_is_too_few_where_two_are_wanted(world: CandidateWorld) -> None:
    full = world.candidate(A)
    single = replace(
        full, validity_votes=full.validity_votes[1:], validator_indices=(False, True, *core_bits(0))
    )
    assert refusal(world, lambda: check(world, single)) is Error.InsufficientBacking

    world.configuration.active_config.put(replace(CONFIG, minimum_backing_votes=1))
    assert check(world, single) == [1]


def test_no_more_votes_are_wanted_than_a_group_has(world: CandidateWorld) -> None:
    world.configuration.active_config.put(replace(CONFIG, minimum_backing_votes=5))

    assert check(world, world.candidate(A)) == [0, 1]


@pytest.mark.parametrize("bits", [(), (True,), (True, True), (True, False), (True, True, True)])
def test_bits_that_do_not_fit_the_group_do_not_hold(world: CandidateWorld, bits: tuple[bool, ...]) -> None:
    backed = replace(world.candidate(A), validator_indices=(*bits, *core_bits(0)))

    if len(bits) == 2 and all(bits):
        assert check(world, backed) == [0, 1]
    else:
        assert refusal(world, lambda: check(world, backed)) is Error.InvalidBacking


def test_a_vote_counts_for_its_own_candidate_and_kind_only(world: CandidateWorld) -> None:
    mine, other = world.candidate(A), world.candidate(A, world.outputs(A, head=b"other"))
    assert (
        refusal(world, lambda: check(world, replace(mine, candidate=other.candidate))) is Error.InvalidBacking
    )

    proposed = mine.validity_votes[0]
    as_checked = replace(mine, validity_votes=(Explicit(proposed.signature), mine.validity_votes[1]))
    assert refusal(world, lambda: check(world, as_checked)) is Error.InvalidBacking

    both_checked = replace(
        mine,
        validity_votes=(Explicit(world.vote(0, mine.candidate, Explicit)), mine.validity_votes[1]),
    )
    assert check(world, both_checked) == [0, 1]


def test_the_core_stands_behind_the_voters(world: CandidateWorld) -> None:
    assert voters_and_core(world.candidate(C)) == ((True, True), 2)
    assert voters_and_core(replace(world.candidate(C), validator_indices=core_bits(2))) == (
        core_bits(2),
        None,
    )


def test_groups_move_on_with_each_rotation(world: CandidateWorld) -> None:
    groups = [
        world.scheduler.group_assigned_to_core(CoreIndex(2), BlockNumber(block))
        for block in (9, 10, 19, 20, 39, 40)
    ]
    assert groups == [None, 2, 2, 0, 1, 2]
    assert world.scheduler.group_assigned_to_core(CoreIndex(3), BlockNumber(10)) is None
    assert world.scheduler.group_validators(GroupIndex(2)) == GROUPS[2]
