"""What the runtime answers to those who follow parachains, through the bytes of its functions."""

from __future__ import annotations

from typing import Any

import pytest

from pallets.relay.inclusion_items import OccupiedCoreAssumption
from pallets.relay.scheduler import GroupRotationInfo
from primitives.candidates import HeadData, ScrapedOnChainVotes, ValidationCode, code_hash_of
from primitives.channels import HrmpChannel, HrmpChannelId, InboundDownwardMessage, InboundHrmpMessage
from primitives.ids import Balance, BlockNumber, CoreIndex, Hash, ParaId
from primitives.record import replace
from primitives.scale.derive import codec
from primitives.validation import PersistedValidationData
from runtime import apis
from runtime.api_types import PARACHAIN_HOST
from runtime.parachain_host import FUNCTIONS
from runtime.relay import Relay
from tests.support.backing import KEYS, A, B, C
from tests.support.candidates import CODE, CONFIG, GROUPS, HEAD, SESSION, CandidateWorld

INCLUDED, TIMED_OUT, FREE = OccupiedCoreAssumption
METHODS = {method.name: method for method in PARACHAIN_HOST.methods}
NOBODY = ParaId(9)


@pytest.fixture
def world() -> CandidateWorld:
    found = CandidateWorld()
    found.enter(found.data())
    return found


def ask(world: CandidateWorld, name: str, *arguments: object) -> Any:
    """Put a question to a chain over the world's state; whatever it is, the state stays as it was."""
    method, before = METHODS[name], world.state.root()
    raw = b"".join(codec(tp).encode(each) for (_, tp), each in zip(method.inputs, arguments, strict=True))
    answer = apis.call(Relay(world.state), f"ParachainHost_{name}", raw)
    assert world.state.root() == before
    return codec(method.output).decode(answer)


# The session, its validators and its cores.


def test_the_session_of_the_next_block_with_its_validators_and_groups(world: CandidateWorld) -> None:
    assert ask(world, "session_index_for_child") == SESSION
    assert ask(world, "validators") == tuple(public for public, _ in KEYS)

    rotation = GroupRotationInfo(BlockNumber(10), BlockNumber(10), BlockNumber(world.now + 1))
    assert ask(world, "validator_groups") == (GROUPS, rotation)


def test_who_may_use_which_core_next(world: CandidateWorld) -> None:
    assert ask(world, "claim_queue") == ((0, (A, A)), (1, (B, B)), (2, (C, C)))
    assert ask(world, "scheduling_lookahead") == 2
    assert ask(world, "minimum_backing_votes") == CONFIG.minimum_backing_votes


def test_the_votes_of_the_block(world: CandidateWorld) -> None:
    assert ask(world, "on_chain_votes") == ScrapedOnChainVotes(SESSION, (), ())

    world.inherent.on_chain_votes.kill()
    assert ask(world, "on_chain_votes") is None


# A parachain's head and code.


def data(world: CandidateWorld, head: bytes) -> PersistedValidationData:
    return PersistedValidationData(HeadData(head), world.now, Hash(world.state.root()), CONFIG.max_pov_size)


def test_everyone_with_a_head_in_the_order_of_the_keys(world: CandidateWorld) -> None:
    assert ask(world, "para_ids") == (B, A, C)


@pytest.mark.parametrize("assumption", OccupiedCoreAssumption)
def test_while_nothing_waits_no_assumption_matters(
    world: CandidateWorld, assumption: OccupiedCoreAssumption
) -> None:
    assert ask(world, "persisted_validation_data", A, assumption) == data(world, HEAD)
    assert ask(world, "validation_code", A, assumption) == CODE
    assert ask(world, "validation_code_hash", A, assumption) == code_hash_of(CODE)


@pytest.mark.parametrize("assumption", OccupiedCoreAssumption)
def test_who_is_no_para_has_no_head_and_no_code(
    world: CandidateWorld, assumption: OccupiedCoreAssumption
) -> None:
    assert ask(world, "persisted_validation_data", NOBODY, assumption) is None
    assert ask(world, "validation_code", NOBODY, assumption) is None
    assert ask(world, "validation_code_hash", NOBODY, assumption) is None


def test_a_candidate_that_waits_counts_as_the_one_who_asks_says(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A, world.outputs(A, head=b"next head")))

    assert ask(world, "persisted_validation_data", A, INCLUDED) == data(world, b"next head")
    assert ask(world, "persisted_validation_data", A, TIMED_OUT) == data(world, HEAD)
    assert ask(world, "persisted_validation_data", A, FREE) is None
    assert ask(world, "persisted_validation_data", B, FREE) == data(world, HEAD)


def test_all_that_wait_are_taken_for_included_together(world: CandidateWorld) -> None:
    world.assign(A, A, C)
    world.next_block()
    world.back(world.candidate(A))
    (first,) = world.inclusion.pending_availability.get(A) or ()
    second = replace(first, commitments=replace(first.commitments, head_data=HeadData(b"second")))
    world.inclusion.pending_availability[A] = (first, second)

    assert ask(world, "persisted_validation_data", A, INCLUDED) == data(world, b"second")


def test_the_code_is_what_it_would_be_then(world: CandidateWorld) -> None:
    new = ValidationCode(b"the code of tomorrow")
    world.next_block()
    world.back(world.candidate(A))
    world.paras.future_code_upgrades[A] = BlockNumber(world.now - 2)
    world.paras.future_code_hash[A] = code_hash_of(new)
    world.paras.code_by_hash[code_hash_of(new)] = new

    assert ask(world, "validation_code_hash", A, INCLUDED) == code_hash_of(new)
    assert ask(world, "validation_code", A, INCLUDED) == new
    assert ask(world, "validation_code", A, TIMED_OUT) == CODE
    assert ask(world, "validation_code", A, FREE) is None


def test_a_code_can_be_had_by_its_hash(world: CandidateWorld) -> None:
    assert ask(world, "validation_code_by_hash", code_hash_of(CODE)) == CODE
    assert ask(world, "validation_code_by_hash", code_hash_of(ValidationCode(b"other"))) is None


def test_data_is_found_by_its_hash_as_it_is_or_as_it_would_be(world: CandidateWorld) -> None:
    world.next_block()
    world.back(world.candidate(A, world.outputs(A, head=b"next head")))
    now, then, never = (data(world, head) for head in (HEAD, b"next head", b"no head"))

    assert ask(world, "assumed_validation_data", A, now.hash()) == (now, code_hash_of(CODE))
    assert ask(world, "assumed_validation_data", A, then.hash()) == (then, code_hash_of(CODE))
    assert ask(world, "assumed_validation_data", A, never.hash()) is None
    assert ask(world, "assumed_validation_data", NOBODY, now.hash()) is None


def test_data_without_code_is_none(world: CandidateWorld) -> None:
    world.paras.current_code_hash.remove(A)

    assert ask(world, "assumed_validation_data", A, data(world, HEAD).hash()) is None


# Candidates.


def test_candidates_that_wait_are_shown_in_full(world: CandidateWorld) -> None:
    assert ask(world, "candidates_pending_availability", A) == ()
    assert ask(world, "candidate_pending_availability", A) is None

    world.next_block()
    candidate = world.candidate(A)
    world.back(candidate)
    assert ask(world, "candidates_pending_availability", A) == (candidate.candidate,)
    assert ask(world, "candidate_pending_availability", A) == candidate.candidate


def test_outputs_are_judged_with_this_block_as_relay_parent(world: CandidateWorld) -> None:
    assert ask(world, "check_validation_outputs", A, world.outputs(A, watermark=world.now))
    assert not ask(world, "check_validation_outputs", A, world.outputs(A, watermark=world.now + 1))
    assert not ask(world, "check_validation_outputs", A, world.outputs(A, across=((B, b"x"),)))


# What waits for a parachain.


def test_messages_from_the_relay_chain_that_wait(world: CandidateWorld) -> None:
    world.dmp.queue_downward_message(CONFIG, A, b"first")
    world.dmp.queue_downward_message(CONFIG, A, b"second")

    waiting = (InboundDownwardMessage(world.now, b"first"), InboundDownwardMessage(world.now, b"second"))
    assert ask(world, "dmq_contents", A) == waiting
    assert ask(world, "dmq_contents", B) == ()


def test_messages_of_other_parachains_that_wait(world: CandidateWorld) -> None:
    for sender in (A, B):
        channel = HrmpChannel(2, 16, 8, 0, 0, None, Balance(0), Balance(0))
        world.hrmp.hrmp_channels[HrmpChannelId(sender, C)] = channel
    world.hrmp.hrmp_ingress_channels_index[C] = (A, B)
    world.next_block()
    world.include(world.candidate(A, world.outputs(A, across=((C, b"across"),))))

    sent = InboundHrmpMessage(BlockNumber(world.now - 1), b"across")
    assert ask(world, "inbound_hrmp_channels_contents", C) == ((A, (sent,)), (B, ()))
    assert ask(world, "inbound_hrmp_channels_contents", A) == ()


# Bytes.


def test_each_function_that_metadata_tells_of_has_an_answer() -> None:
    assert list(METHODS) == [name for name in METHODS if name in FUNCTIONS]
    assert len(METHODS) == len(FUNCTIONS)


@pytest.mark.parametrize("raw", [b"", b"\x01", b"\x01\x00\x00\x00\x03", b"\x01\x00\x00\x00\x00\x00"])
def test_bytes_that_are_no_arguments_are_refused(world: CandidateWorld, raw: bytes) -> None:
    relay = Relay(world.state)

    with pytest.raises(apis.BadArguments, match="ParachainHost_validation_code_hash"):
        apis.call(relay, "ParachainHost_validation_code_hash", raw)


def test_a_core_is_a_plain_number(world: CandidateWorld) -> None:
    raw = apis.call(Relay(world.state), "ParachainHost_claim_queue", b"")

    assert raw[:5] == b"\x0c" + codec(CoreIndex).encode(CoreIndex(0))
