"""Validation codes are voted on, replaced, and kept for a while."""

from __future__ import annotations

from functools import partial

import pytest

from pallets.relay import paras_code
from pallets.relay.paras_items import (
    AuthorizedCodeHashAndExpiry,
    CodeAuthorized,
    CodeUpgradeScheduled,
    CurrentCodeUpdated,
    CurrentHeadUpdated,
    Error,
    NewHeadNoted,
    ParaPastCodeMeta,
    ParaScheduleUpgradeCode,
    ParaUpgradeCode,
    PvfCheckAccepted,
    PvfCheckRejected,
    PvfCheckStarted,
    ReplacementTimes,
    UpgradeCooldownRemoved,
    insert_by_time,
)
from pallets.relay.paras_votes import (
    PvfCheckStatement,
    Upgrade,
    UpgradeStrategy,
    new_vote,
    supermajority_threshold,
)
from primitives.candidates import (
    HeadData,
    ValidationCode,
    code_hash_of,
)
from primitives.errors import BadOrigin, Token, TokenError
from primitives.ids import (
    BlockNumber,
    SessionIndex,
    ValidatorIndex,
)
from primitives.origin import NoOrigin, Root, Signed
from primitives.record import replace
from primitives.validation import UpgradeGoAhead, UpgradeRestriction
from primitives.weights import Pays
from tests.support.asserts import refusal
from tests.support.paras_world import (
    ALICE,
    CONFIG,
    HEAD,
    NEW,
    NEW_HASH,
    OLD,
    OTHER,
    VALIDATORS,
    A,
    B,
    World,
    digest,
    genesis,
    signed,
)


@pytest.fixture
def world() -> World:
    world = World()
    world.run_to(1)
    return world


# New code.


def test_new_code_waits_for_the_vote_the_delay_and_a_head_that_saw_the_signal(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)  # in block 1, as of block 8
    assert not world.paras.can_upgrade_validation_code(A)
    assert world.paras.upgrade_restriction_signal.get(A) is UpgradeRestriction.Present
    world.run_to(4)
    for voter in range(3):
        world.vote(voter)

    expected = BlockNumber(8 + 7)
    assert world.paras.future_code_upgrades.get(A) == expected
    assert world.logs == [digest(ParaScheduleUpgradeCode(A, NEW_HASH, expected))]
    world.run_to(expected - 1)
    assert world.paras.upgrade_go_ahead_signal.get(A) is None
    world.run_to(expected)
    assert world.paras.upgrade_go_ahead_signal.get(A) is UpgradeGoAhead.GoAhead

    world.paras.note_new_head(A, HEAD, BlockNumber(expected - 1))
    assert world.paras.current_code(A) == OLD
    assert world.paras.upgrade_go_ahead_signal.get(A) is UpgradeGoAhead.GoAhead
    world.run_to(expected + 2)
    world.paras.note_new_head(A, HEAD, expected)
    assert world.paras.current_code(A) == NEW
    assert world.paras.upgrade_go_ahead_signal.get(A) is None
    assert world.logs[1:] == [digest(ParaUpgradeCode(A, NEW_HASH))]
    times = ReplacementTimes(expected, BlockNumber(expected + 2))
    assert world.paras.past_code_meta[A] == ParaPastCodeMeta((times,), None)


def test_a_late_vote_leaves_the_para_some_blocks(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    world.run_to(30)
    for voter in range(3):
        world.vote(voter)

    assert world.paras.upcoming_upgrades.get() == ((A, 33),)


def test_the_old_code_of_a_living_para_leaves_a_note_of_its_pruning(world: World) -> None:
    world.add(A)
    world.paras.force_set_current_code(Root(), A, NEW)
    world.run_to(1 + 10 + 1)

    assert world.paras.past_code_meta[A] == ParaPastCodeMeta((), BlockNumber(1))
    assert code_hash_of(OLD) not in world.paras.code_by_hash
    assert world.paras.current_code(A) == NEW


def test_a_para_is_told_to_abort_when_its_code_is_rejected(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    world.vote(0, accept=False)
    world.vote(3, accept=False)

    assert world.paras.upgrade_go_ahead_signal.get(A) is UpgradeGoAhead.Abort
    assert A not in world.paras.future_code_hash
    assert NEW_HASH not in world.paras.code_by_hash
    world.paras.note_new_head(A, HEAD, BlockNumber(2))
    assert world.paras.upgrade_go_ahead_signal.get(A) is None
    assert world.paras.current_code(A) == OLD


def test_the_restriction_ends_with_the_cooldown(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    assert world.paras.upgrade_cooldowns.get() == ((A, 28),)

    world.run_to(27)
    assert A in world.paras.upgrade_restriction_signal
    world.run_to(28)
    assert A not in world.paras.upgrade_restriction_signal
    assert world.paras.upgrade_cooldowns.get() == ()


def test_code_is_not_asked_for_twice_nor_in_a_wrong_size(world: World) -> None:
    world.add(A)
    ask = world.paras.schedule_code_upgrade_external
    for size in (8, 101):
        code = ValidationCode(bytes(size))
        assert refusal(world, partial(ask, A, code, UpgradeStrategy.SetGoAheadSignal)) is Error.InvalidCode

    world.ask_for_new_code(A)
    assert refusal(world, lambda: world.ask_for_new_code(A)) is Error.CannotUpgradeCode


@pytest.mark.parametrize("size", [9, 100])
def test_the_shortest_and_the_longest_code_may_be_asked_for(world: World, size: int) -> None:
    world.add(A)

    code = ValidationCode(bytes(size))
    world.paras.schedule_code_upgrade_external(A, code, UpgradeStrategy.SetGoAheadSignal)

    assert world.events[-1] == CodeUpgradeScheduled(A)


@pytest.mark.parametrize("code", [OLD, ValidationCode(bytes(8)), ValidationCode(bytes(101))])
def test_scheduling_code_that_cannot_be_does_nothing(world: World, code: ValidationCode) -> None:
    world.add(A)
    before = world.state.entries()
    paras_code.schedule_code_upgrade(
        world.paras, A, code, BlockNumber(1), CONFIG, UpgradeStrategy.SetGoAheadSignal
    )
    assert world.state.entries() == before


def test_what_root_orders_does_not_wait_for_the_para(world: World) -> None:
    world.add(A)
    world.paras.code_by_hash[NEW_HASH] = NEW
    world.paras.force_schedule_code_upgrade(Root(), A, NEW, BlockNumber(3))
    assert world.paras.future_code_upgrades_at.get() == ((A, 10),)
    assert A not in world.paras.future_code_upgrades
    assert world.events[-1] == CodeUpgradeScheduled(A)

    world.run_to(9)
    assert world.paras.current_code(A) == OLD
    world.run_to(10)
    assert world.paras.current_code(A) == NEW
    assert world.paras.future_code_upgrades_at.get() == ()
    assert A not in world.paras.upgrade_go_ahead_signal


def test_root_sets_code_head_and_context_at_once(world: World) -> None:
    world.add(A)
    world.paras.force_set_current_code(Root(), A, NEW)
    world.paras.force_set_current_head(Root(), A, HeadData(b"set"))
    world.paras.force_set_most_recent_context(Root(), A, BlockNumber(77))
    assert world.paras.current_code(A) == NEW
    assert world.paras.heads.get(A) == b"set"
    assert world.paras.most_recent_context.get(A) == 77

    world.paras.force_note_new_head(Root(), A, HeadData(b"noted"))
    assert world.paras.heads.get(A) == b"noted"
    assert world.paras.most_recent_context.get(A) == 1
    assert world.events == [CurrentCodeUpdated(A), CurrentHeadUpdated(A), NewHeadNoted(A)]


def test_a_cooldown_ends_early_for_money(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    assert world.paras.remove_upgrade_cooldown_cost(A) == 27 * 3
    world.paras.remove_upgrade_cooldown(Signed(ALICE), A)

    assert world.purse.left == 100 - 27 * 3
    assert A not in world.paras.upgrade_restriction_signal
    assert world.paras.upgrade_cooldowns.get() == ()
    assert world.events[-1] == UpgradeCooldownRemoved(A)
    assert world.paras.remove_upgrade_cooldown_cost(A) == 0


def test_a_cooldown_stays_for_who_cannot_pay(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    world.purse.left = 80

    error = refusal(world, lambda: world.paras.remove_upgrade_cooldown(Signed(ALICE), A))
    assert error == Token(TokenError.FundsUnavailable)
    assert A in world.paras.upgrade_restriction_signal


def test_ending_no_cooldown_costs_nothing(world: World) -> None:
    before = world.state.entries()
    world.paras.remove_upgrade_cooldown(Signed(ALICE), A)

    assert (world.purse.left, world.events) == (100, [])
    assert world.state.entries() == before


def test_anyone_may_set_the_code_that_was_authorised(world: World) -> None:
    world.add(A)
    world.paras.authorize_force_set_current_code_hash(Root(), A, NEW_HASH, BlockNumber(5))
    authorized = AuthorizedCodeHashAndExpiry(NEW_HASH, BlockNumber(6))
    assert world.paras.authorized_code_hash.get(A) == authorized

    info = world.paras.apply_authorized_force_set_current_code(Signed(ALICE), A, NEW)
    assert info.pays_fee is Pays.No
    assert world.paras.current_code(A) == NEW
    assert A not in world.paras.authorized_code_hash
    assert world.events == [CodeAuthorized(A, NEW_HASH, BlockNumber(6)), CurrentCodeUpdated(A)]


def test_other_code_or_another_time_is_not_authorised(world: World) -> None:
    world.add(A)

    def apply(code: ValidationCode = NEW) -> object:
        return refusal(
            world, lambda: world.paras.apply_authorized_force_set_current_code(Signed(ALICE), A, code)
        )

    assert apply() is Error.NothingAuthorized
    world.paras.authorize_force_set_current_code_hash(Root(), A, NEW_HASH, BlockNumber(5))
    assert apply(OTHER) is Error.Unauthorized
    world.block.number.put(BlockNumber(6))
    assert apply() is Error.InvalidBlockNumber
    world.run_to(7)
    assert apply() is Error.NothingAuthorized


def test_only_paras_that_are_there_get_code_authorised(world: World) -> None:
    authorize = world.paras.authorize_force_set_current_code_hash

    assert refusal(world, lambda: authorize(Root(), A, NEW_HASH, BlockNumber(5))) is Error.NotRegistered


# Votes.


def test_a_vote_takes_more_than_two_thirds() -> None:
    assert [supermajority_threshold(n) for n in range(1, 11)] == [1, 2, 3, 3, 4, 5, 5, 6, 7, 7]


def test_a_vote_is_counted_until_the_outcome_is_certain(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    world.vote(0)
    world.vote(1, accept=False)
    world.vote(2)
    vote = world.paras.pvf_active_vote_map.get(NEW_HASH)
    assert vote is not None
    assert (vote.votes_accept, vote.votes_reject) == ((True, False, True, False), (False, True, False, False))

    world.vote(3)
    assert NEW_HASH not in world.paras.pvf_active_vote_map
    assert world.paras.pvf_active_vote_list.get() == ()
    assert world.events[-1] == PvfCheckAccepted(NEW_HASH, A)


def test_a_new_session_begins_the_ballots_anew(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    for voter in (0, 1):
        world.vote(voter)
    world.begin_session()

    fresh = new_vote(BlockNumber(1), 4, Upgrade(A, BlockNumber(8), UpgradeStrategy.SetGoAheadSignal))
    assert world.paras.pvf_active_vote_map.get(NEW_HASH) == replace(fresh, age=SessionIndex(1))
    world.vote(0)
    assert NEW_HASH in world.paras.pvf_active_vote_map


def test_a_vote_that_grows_too_old_is_lost(world: World) -> None:
    world.paras.schedule_para_initialize(A, genesis())
    world.begin_session()
    world.begin_session()
    assert world.paras.pvf_active_vote_list.get() == (NEW_HASH,)

    world.begin_session()
    assert world.paras.pvf_active_vote_list.get() == ()
    assert NEW_HASH not in world.paras.pvf_active_vote_map
    assert world.paras.lifecycle(A) is None
    assert world.events[-1] == PvfCheckRejected(NEW_HASH, A)


def test_one_vote_serves_all_who_wait_for_the_code(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    world.paras.schedule_para_initialize(B, genesis())
    assert world.paras.code_by_hash_refs[NEW_HASH] == 2

    for voter in (0, 1):
        world.vote(voter, accept=False)
    assert world.events[-2:] == [PvfCheckRejected(NEW_HASH, A), PvfCheckRejected(NEW_HASH, B)]
    assert NEW_HASH not in world.paras.code_by_hash
    assert world.paras.lifecycle(B) is None


def test_votes_that_do_not_count_are_refused(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    world.begin_session()
    good = PvfCheckStatement(True, NEW_HASH, SessionIndex(1), ValidatorIndex(0))

    def cast(statement: PvfCheckStatement, voter: int = 0) -> object:
        signature = signed(statement, voter)
        return refusal(
            world, lambda: world.paras.include_pvf_check_statement(NoOrigin(), statement, signature)
        )

    assert cast(replace(good, session_index=SessionIndex(0))) is Error.PvfCheckStatementStale
    assert cast(replace(good, session_index=SessionIndex(2))) is Error.PvfCheckStatementFuture
    assert cast(replace(good, validator_index=ValidatorIndex(4))) is Error.PvfCheckValidatorIndexOutOfBounds
    assert cast(good, voter=1) is Error.PvfCheckInvalidSignature
    assert cast(replace(good, subject=code_hash_of(OTHER))) is Error.PvfCheckSubjectInvalid
    world.vote(0)
    assert cast(good) is Error.PvfCheckDoubleVote
    assert cast(replace(good, accept=False)) is Error.PvfCheckDoubleVote


def test_trusted_code_is_not_voted_on(world: World) -> None:
    world.paras.add_trusted_validation_code(Root(), NEW)
    assert NEW_HASH not in world.paras.code_by_hash_refs
    world.add(A)
    world.ask_for_new_code(A)

    assert world.events[:2] == [PvfCheckStarted(NEW_HASH, A), PvfCheckAccepted(NEW_HASH, A)]
    assert world.paras.pvf_active_vote_list.get() == ()
    assert world.paras.upcoming_upgrades.get() == ((A, 15),)
    assert world.paras.code_by_hash_refs[NEW_HASH] == 1


def test_trusting_code_ends_the_vote_on_it(world: World) -> None:
    world.paras.schedule_para_initialize(A, genesis())
    world.paras.add_trusted_validation_code(Root(), NEW)

    assert world.paras.pvf_active_vote_list.get() == ()
    assert dict(world.paras.actions_queue.items()) == {2: (A,)}


def test_only_unused_code_can_be_poked_out(world: World) -> None:
    world.add(A)
    world.paras.add_trusted_validation_code(Root(), NEW)
    for code in (OLD, NEW):
        world.paras.poke_unused_validation_code(Root(), code_hash_of(code))

    assert code_hash_of(OLD) in world.paras.code_by_hash
    assert NEW_HASH not in world.paras.code_by_hash


def test_a_vote_is_an_inherent_and_a_cooldown_is_paid_for_by_an_account(world: World) -> None:
    statement = PvfCheckStatement(True, NEW_HASH, SessionIndex(0), ValidatorIndex(0))
    cast = world.paras.include_pvf_check_statement

    assert refusal(world, lambda: cast(Root(), statement, signed(statement, 0))) == BadOrigin()
    assert refusal(world, lambda: world.paras.remove_upgrade_cooldown(Root(), A)) == BadOrigin()


@pytest.mark.parametrize(
    ("times", "at", "place"),
    [((), 5, 0), ((5,), 5, 0), ((5, 5), 5, 1), ((5, 5, 5), 5, 2), ((3, 5, 7), 4, 1), ((3, 5), 9, 2)],
)
def test_entries_for_one_block_stand_where_upstreams_search_puts_them(
    times: tuple[int, ...], at: int, place: int
) -> None:
    entries = tuple((B, BlockNumber(time)) for time in times)
    found = insert_by_time(entries, A, BlockNumber(at))

    assert found[place] == (A, at)
    assert found[:place] + found[place + 1 :] == entries


def test_a_validator_added_while_the_vote_goes_on_has_no_ballot(world: World) -> None:
    world.add(A)
    world.shared.active_validator_keys.put(world.shared.active_validator_keys.get()[:3])
    world.ask_for_new_code(A)
    world.shared.active_validator_keys.put(VALIDATORS)

    assert refusal(world, lambda: world.vote(3)) is Error.PvfCheckValidatorIndexOutOfBounds
