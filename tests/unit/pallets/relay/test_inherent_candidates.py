"""The inherent with bitfields and candidates: what is taken, and what makes the whole of it fail."""

from __future__ import annotations

import pytest

from pallets.relay.inclusion_items import CandidateBacked, CandidateIncluded, CandidateTimedOut
from pallets.relay.inclusion_items import Error as InclusionError
from pallets.relay.initializer import BufferedSessionChange
from pallets.relay.paras_inherent import Error, OutOfScope
from pallets.relay.scheduler import WHOLE_CORE, AssignmentState, CoreDescriptor, Pool, Task, WorkState
from pallets.relay.shared import RelayParentInfo
from primitives.candidates import (
    AvailabilityBitfield,
    BackedCandidate,
    CandidateHash,
    CommittedCandidateReceiptV2,
    DisputeStatementSet,
    InherentData,
    ScrapedOnChainVotes,
)
from primitives.header import NO_HASH
from primitives.ids import BlockNumber, CoreIndex, Hash, SessionIndex
from primitives.record import replace
from tests.support.asserts import refusal
from tests.support.backing import A, B, C
from tests.support.candidates import CONFIG, GROUPS, HEAD, SESSION, STATE_ROOT, CandidateWorld

FILTERED = Error.InherentDataFilteredDuringExecution
HELD = AvailabilityBitfield((True, False, False))


@pytest.fixture
def world() -> CandidateWorld:
    return CandidateWorld()


def refused(world: CandidateWorld, data: InherentData) -> object:
    """The error; and nothing may have been written."""
    return refusal(world, lambda: world.enter(data))


def with_descriptor(world: CandidateWorld, candidate: BackedCandidate, **fields: object) -> BackedCandidate:
    """The candidate with its descriptor changed, and backed anew."""
    receipt = candidate.candidate
    return world.backed(replace(receipt, descriptor=replace(receipt.descriptor, **fields)))


# What is taken.


def test_two_blocks_bring_a_candidate_in(world: CandidateWorld) -> None:
    candidate = world.candidate(A)
    world.back(candidate)
    assert world.paras.heads.get(A) == HEAD

    world.make_available(0)
    assert world.paras.heads.get(A) == candidate.candidate.commitments.head_data
    assert [type(event) for _, event in world.events] == [CandidateBacked, CandidateIncluded]


def test_the_votes_are_kept_for_one_block(world: CandidateWorld) -> None:
    first, second = world.candidate(A), world.candidate(B)
    world.enter(world.data(first, second))
    voters = (GROUPS[0], GROUPS[1])
    assert world.inherent.on_chain_votes.get() == ScrapedOnChainVotes(
        SESSION,
        tuple(
            (each.candidate.to_plain(), tuple(zip(pair, each.validity_votes, strict=True)))
            for each, pair in zip((first, second), voters, strict=True)
        ),
        (),
    )

    world.next_block()
    world.enter(world.data())
    assert world.inherent.on_chain_votes.get() == ScrapedOnChainVotes(SESSION, (), ())


def test_a_core_is_free_in_the_block_that_includes_what_waited(world: CandidateWorld) -> None:
    world.back(world.candidate(A))
    bitfields = world.bitfields(0)
    waiting = world.inclusion.para_latest_head_data(A)
    follower = world.candidate(A)

    world.enter(world.data(follower, bitfields=bitfields))

    assert world.paras.heads.get(A) == waiting
    assert world.inclusion.para_latest_head_data(A) == follower.candidate.commitments.head_data


def test_a_core_is_free_in_the_block_in_which_what_waited_is_dropped(world: CandidateWorld) -> None:
    world.back(world.candidate(A))
    while world.now < 19:
        world.back()
    row = world.inclusion.pending_availability.take(A) or ()
    candidate = world.candidate(A, world.outputs(A, head=b"another try"))
    world.inclusion.pending_availability[A] = row

    world.enter(world.data(candidate))

    assert len(world.told(CandidateTimedOut)) == 1
    assert world.inclusion.para_latest_head_data(A) == b"another try"


def test_a_para_with_several_cores_may_bring_as_many_candidates(world: CandidateWorld) -> None:
    world.assign(A, A, C)
    world.back()
    first = world.candidate(A)

    world.enter(world.data(first, follower_of(world, first, core=1)))

    assert [each.core for each in world.inclusion.pending_availability.get(A) or ()] == [0, 1]


def test_two_candidates_do_not_share_a_core(world: CandidateWorld) -> None:
    world.assign(A, A, C)
    first = world.candidate(A)

    assert refused(world, world.data(first, follower_of(world, first, core=0))) is FILTERED


def follower_of(world: CandidateWorld, first: BackedCandidate, *, core: int) -> BackedCandidate:
    """A candidate that builds on one in the same block."""
    out = world.outputs(A, head=b"second")
    descriptor = replace(
        world.descriptor(A, out),
        core_index=core,
        persisted_validation_data_hash=data_hash_after(world, first),
    )
    return world.backed(CommittedCandidateReceiptV2(descriptor, out))


def data_hash_after(world: CandidateWorld, candidate: BackedCandidate) -> Hash:
    """What a candidate says of its data that builds on one in the same block."""
    with world.state.frame() as trial:
        world.paras.heads[A] = candidate.candidate.commitments.head_data
        found = world.descriptor(A, world.outputs(A)).persisted_validation_data_hash
        trial.discard()
    return found


def test_empty_bitfields_are_taken(world: CandidateWorld) -> None:
    world.enter(world.data(bitfields=world.bitfields()))

    assert world.inherent.included.exists()


def test_a_bitfield_for_a_core_with_nothing_waiting_is_taken(world: CandidateWorld) -> None:
    world.enter(world.data(bitfields=world.bitfields(0, 1, 2)))

    assert world.events == []


def test_selecting_its_own_core_is_no_fault(world: CandidateWorld) -> None:
    world.back(world.candidate(A, world.outputs(A, upward=(b"", b"\x00\x05\x01"))))

    assert world.inclusion.occupied_cores() == {0}


# Bitfields that do not hold.


def test_a_bitfield_has_a_bit_for_each_core(world: CandidateWorld) -> None:
    for bits in ((True,) * 2, (True,) * 4, ()):
        bitfield = world.bitfield(0, AvailabilityBitfield(bits))
        assert refused(world, world.data(bitfields=(bitfield,))) is FILTERED


def test_a_bitfield_is_signed_by_its_validator(world: CandidateWorld) -> None:
    bitfield = world.bitfield(0, HELD, signed_by=1)

    assert refused(world, world.data(bitfields=(bitfield,))) is FILTERED


def test_a_bitfield_counts_in_its_own_block_only(world: CandidateWorld) -> None:
    early = world.bitfield(0, HELD)
    world.back()

    assert refused(world, world.data(bitfields=(early,))) is FILTERED


def test_bitfields_come_by_ascending_validator(world: CandidateWorld) -> None:
    first, second = world.bitfield(0, HELD), world.bitfield(1, HELD)
    assert refused(world, world.data(bitfields=(second, first))) is FILTERED
    assert refused(world, world.data(bitfields=(first, first))) is FILTERED

    world.enter(world.data(bitfields=(first, second)))


def test_there_is_no_validator_beyond_the_last(world: CandidateWorld) -> None:
    unknown = replace(world.bitfield(0, HELD), validator_index=6)

    assert refused(world, world.data(bitfields=(unknown,))) is FILTERED


# Candidates that do not hold.


def test_candidates_come_by_ascending_para(world: CandidateWorld) -> None:
    first, second = world.candidate(A), world.candidate(B)
    assert refused(world, world.data(second, first)) is FILTERED

    world.enter(world.data(first, second))


def test_a_candidate_comes_once(world: CandidateWorld) -> None:
    candidate = world.candidate(A)

    assert refused(world, world.data(candidate, candidate)) is FILTERED


@pytest.mark.parametrize(
    "fields",
    [
        {"relay_parent": NO_HASH},
        {"session_index": SessionIndex(2)},
        {"session_index": SessionIndex(4)},
        {"core_index": 1},
        {"core_index": 258},
        {"para_head": NO_HASH},
        {"persisted_validation_data_hash": NO_HASH},
        {"para_id": 2002},
    ],
    ids=str,
)
def test_a_candidate_that_does_not_hold_is_left_out(world: CandidateWorld, fields: dict[str, object]) -> None:
    candidate = world.candidate(A)
    receipt = candidate.candidate
    changed = replace(receipt, descriptor=replace(receipt.descriptor, **fields))
    votes = tuple(
        type(each)(world.vote(voter, changed, type(each)))
        for voter, each in enumerate(candidate.validity_votes)
    )

    backed = replace(candidate, candidate=changed, validity_votes=votes)
    assert refused(world, world.data(backed)) is FILTERED


def test_outputs_that_are_not_accepted_leave_the_candidate_out(world: CandidateWorld) -> None:
    too_long = world.candidate(A, world.outputs(A, upward=(bytes(17),)))

    assert refused(world, world.data(too_long)) is FILTERED


def test_signals_that_do_not_hold_leave_the_candidate_out(world: CandidateWorld) -> None:
    for signal in (b"\x02", b"\x00\x00\x02"):  # no such kind; farther ahead than the claim queue goes
        candidate = world.candidate(A, world.outputs(A, upward=(b"", signal)))
        assert refused(world, world.data(candidate)) is FILTERED


def test_a_candidate_is_for_the_core_that_it_selects(world: CandidateWorld) -> None:
    world.assign(A, A, C)
    for_second = world.candidate(A, world.outputs(A, upward=(b"", b"\x00\x01\x00")))
    assert refused(world, world.data(for_second)) is FILTERED

    for_first = world.candidate(A, world.outputs(A, upward=(b"", b"\x00\x02\x00")))
    world.enter(world.data(for_first))


def test_a_core_counts_that_was_the_parachains_at_the_relay_parent(world: CandidateWorld) -> None:
    later = with_descriptor(world, world.candidate(A), core_index=1)
    world.back()
    world.assign(B, A, C)

    assert refused(world, world.data(later)) is FILTERED


def test_candidates_of_the_session_before_are_left_out(world: CandidateWorld) -> None:
    before = SessionIndex(2)
    info = RelayParentInfo(BlockNumber(9), STATE_ROOT)
    world.shared.allowed_relay_parents[before, world.parent] = info
    candidate = with_descriptor(world, world.candidate(A), session_index=before)
    config = replace(CONFIG, max_relay_parent_session_age=1)
    world.configuration.active_config.put(config)

    assert refused(world, world.data(candidate)) is FILTERED


def test_votes_that_do_not_hold_have_an_error_of_their_own(world: CandidateWorld) -> None:
    candidate = world.candidate(A)
    spoilt = replace(candidate, validity_votes=candidate.validity_votes[::-1])
    single = replace(candidate, validity_votes=candidate.validity_votes[:1])

    assert refused(world, world.data(spoilt)) is InclusionError.InvalidBacking
    assert refused(world, world.data(single)) is InclusionError.InsufficientBacking


def test_a_candidate_needs_a_core_with_nothing_waiting(world: CandidateWorld) -> None:
    world.back(world.candidate(A))

    assert refused(world, world.data(world.candidate(A))) is FILTERED


def test_a_candidate_needs_a_core_of_its_para(world: CandidateWorld) -> None:
    world.assign(B, A, C)

    assert refused(world, world.data(world.candidate(A))) is FILTERED


def test_blocks_beyond_the_claim_queue_are_too_old_to_be_built_on(world: CandidateWorld) -> None:
    old = world.candidate(A)
    world.back()
    world.enter(world.data(old))

    later = CandidateWorld()
    old = later.candidate(A)
    later.back()
    later.back()
    assert refused(later, later.data(old)) is FILTERED


def test_the_group_is_that_of_the_block_after_the_relay_parent(world: CandidateWorld) -> None:
    while world.now < 19:
        world.back()
    at_19 = world.candidate(A)
    world.back()
    world.enter(world.data(at_19))  # in block 20 another group looks after the core

    waiting = world.inclusion.pending_availability.get(A) or ()
    assert [each.backing_group for each in waiting] == [0]


def test_nothing_is_backed_in_the_last_block_of_a_session(world: CandidateWorld) -> None:
    world.back(world.candidate(B))
    change = BufferedSessionChange((), (), SessionIndex(4))
    world.initializer.buffered_session_changes.put((change,))

    assert refused(world, world.data(world.candidate(A))) is FILTERED
    world.make_available(1)
    assert len(world.told(CandidateIncluded)) == 1


def test_with_one_candidate_that_does_not_hold_nothing_of_the_inherent_counts(world: CandidateWorld) -> None:
    world.back(world.candidate(B))
    bad = world.candidate(A, world.outputs(A, upward=(bytes(17),)))
    good, bitfields = world.candidate(C), world.bitfields(1)

    assert refused(world, world.data(bad, good, bitfields=bitfields)) is FILTERED
    assert world.paras.heads.get(B) == HEAD

    world.enter(world.data(good, bitfields=bitfields))
    assert world.paras.heads.get(B) != HEAD


# What is not decided here.


@pytest.mark.parametrize(
    "fields",
    [{"version": 1}, {"scheduling_parent": Hash(b"\x01" * 32)}, {"reserved1": b"\x01" * 24}],
    ids=str,
)
def test_descriptors_of_other_versions_are_out_of_scope(
    world: CandidateWorld, fields: dict[str, object]
) -> None:
    candidate = with_descriptor(world, world.candidate(A), **fields)

    with pytest.raises(OutOfScope, match="another version"):
        world.enter(world.data(candidate))


def test_disputes_are_out_of_scope(world: CandidateWorld) -> None:
    dispute = DisputeStatementSet(CandidateHash(bytes(32)), SESSION, ())

    with pytest.raises(OutOfScope, match="disputes"):
        world.enter(replace(world.data(), disputes=(dispute,)))


@pytest.mark.parametrize("work", [Pool(), Task(A)])
def test_shared_cores_are_out_of_scope(world: CandidateWorld, work: Pool | Task) -> None:
    share = AssignmentState(WHOLE_CORE if isinstance(work, Pool) else WHOLE_CORE // 2, WHOLE_CORE)  # type: ignore[arg-type]
    state = WorkState(((work, share),), BlockNumber(99), 0, WHOLE_CORE)
    world.scheduler.core_descriptors.put(((CoreIndex(0), CoreDescriptor(None, state)),))

    with pytest.raises(OutOfScope, match="core 0"):
        world.enter(world.data())
