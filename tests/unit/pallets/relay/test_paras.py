"""Paras come, change and go."""

from __future__ import annotations

from functools import partial

import pytest

from pallets.relay.paras import Paras
from pallets.relay.paras_items import (
    ActionQueued,
    Error,
    ParaLifecycle,
    PvfCheckAccepted,
    PvfCheckRejected,
    PvfCheckStarted,
    ReplacementTimes,
)
from primitives.candidates import (
    HeadData,
    ValidationCode,
    code_hash_of,
)
from primitives.errors import BadOrigin
from primitives.hashing import storage_prefix
from primitives.ids import (
    BlockNumber,
    SessionIndex,
)
from primitives.origin import NoOrigin, Origin, Root, Signed
from primitives.pallet import calls
from primitives.scale.derive import codec
from tests.support.asserts import refusal
from tests.support.paras_world import (
    ALICE,
    HEAD,
    NEW,
    NEW_HASH,
    OLD,
    A,
    B,
    C,
    World,
    genesis,
)


@pytest.fixture
def world() -> World:
    world = World()
    world.run_to(1)
    return world


# Going out.


def test_p1_a_para_goes_two_sessions_after_it_was_asked_to(world: World) -> None:
    world.add(A)
    world.add(B)
    world.run_to(5)
    world.paras.schedule_para_cleanup(A)

    assert world.paras.lifecycle(A) is ParaLifecycle.OffboardingParachain
    assert world.paras.is_offboarding(A)
    assert not world.paras.is_valid_para(A)
    assert world.begin_session() == ()
    assert world.paras.heads.get(A) == HEAD
    assert world.begin_session() == (A,)
    assert world.paras.lifecycle(A) is None
    assert world.paras.parachains.get() == (B,)
    assert world.paras.is_valid_para(B)


def test_p1_all_of_a_para_that_goes_is_removed_but_its_code(world: World) -> None:
    before = world.entries("Paras")
    world.add(A)
    world.paras.schedule_para_cleanup(A)
    world.begin_session()
    world.run_to(8)
    world.begin_session()

    assert world.paras.past_code_hash.get((A, BlockNumber(8))) == code_hash_of(OLD)
    assert world.paras.past_code_meta[A].upgrade_times == (ReplacementTimes(BlockNumber(8), BlockNumber(8)),)
    assert world.paras.past_code_pruning.get() == ((A, 8),)
    assert world.paras.code_by_hash.get(code_hash_of(OLD)) == OLD
    for view in (world.paras.past_code_hash, world.paras.past_code_meta, world.paras.code_by_hash):
        view.clear()
    world.paras.code_by_hash_refs.clear()
    assert set(world.entries("Paras")) - set(before) == {
        storage_prefix("Paras", name) for name in ("Parachains", "PastCodePruning", "PvfActiveVoteList")
    }


def test_p1_past_code_stays_for_the_retention_period(world: World) -> None:
    world.add(A)
    world.paras.schedule_para_cleanup(A)
    world.begin_session()
    world.run_to(8)
    world.begin_session()

    world.run_to(8 + 10)
    assert world.paras.code_by_hash.get(code_hash_of(OLD)) == OLD
    world.run_to(8 + 10 + 1)
    assert code_hash_of(OLD) not in world.paras.code_by_hash
    assert code_hash_of(OLD) not in world.paras.code_by_hash_refs
    assert A not in world.paras.past_code_meta
    assert world.paras.past_code_pruning.get() == ()


def test_p2_a_para_cannot_go_while_its_new_code_is_voted_on(world: World) -> None:
    world.add(A)
    world.ask_for_new_code(A)
    assert refusal(world, lambda: world.paras.schedule_para_cleanup(A)) is Error.CannotOffboard

    for voter in range(3):
        world.vote(voter)
    world.paras.schedule_para_cleanup(A)
    assert world.paras.is_offboarding(A)


def test_p3_a_para_cannot_go_while_upward_messages_wait(world: World) -> None:
    world.add(A)
    world.queues.waiting = {A: 1}
    before = world.state.entries()

    assert refusal(world, lambda: world.paras.schedule_para_cleanup(A)) is Error.CannotOffboard
    assert world.state.entries() == before
    world.queues.waiting = {}
    world.paras.schedule_para_cleanup(A)
    assert world.paras.is_offboarding(A)


def test_a_para_that_is_not_there_may_go(world: World) -> None:
    before = world.state.entries()
    world.paras.schedule_para_cleanup(A)

    assert world.state.entries() == before


def test_a_para_between_two_states_cannot_go(world: World) -> None:
    world.add(A)
    world.paras.schedule_para_cleanup(A)

    assert refusal(world, lambda: world.paras.schedule_para_cleanup(A)) is Error.CannotOffboard


def test_code_that_another_para_uses_stays_when_one_goes(world: World) -> None:
    world.add(A)
    world.add(B)
    assert world.paras.code_by_hash_refs[code_hash_of(OLD)] == 2

    world.paras.schedule_para_cleanup(A)
    world.begin_session()
    world.begin_session()
    world.run_to(30)
    assert world.paras.code_by_hash_refs[code_hash_of(OLD)] == 1
    assert world.paras.current_code(B) == OLD


def test_what_a_para_was_waiting_for_goes_with_it(world: World) -> None:
    for para in (A, B):
        world.add(para)
        world.paras.code_by_hash[NEW_HASH] = NEW
        world.ask_for_new_code(para)
    world.paras.schedule_para_cleanup(A)
    world.begin_session()
    world.begin_session()

    assert world.paras.upcoming_upgrades.get() == ((B, 15),)
    assert world.paras.upgrade_cooldowns.get() == ((B, 28),)
    assert A not in world.paras.future_code_hash
    assert world.paras.code_by_hash_refs[NEW_HASH] == 1


# Coming in.


def test_a_para_comes_in_after_the_vote_and_two_sessions(world: World) -> None:
    world.paras.schedule_para_initialize(A, genesis())
    assert world.paras.lifecycle(A) is ParaLifecycle.Onboarding
    assert not world.paras.is_valid_para(A)
    assert world.paras.upcoming_paras_genesis.get(A) == genesis(ValidationCode(b""))
    assert world.paras.code_by_hash.get(NEW_HASH) == NEW

    for voter in range(3):
        world.vote(voter)
    world.begin_session()
    assert A not in world.paras.heads
    world.begin_session()
    assert world.paras.lifecycle(A) is ParaLifecycle.Parachain
    assert world.paras.heads.get(A) == HEAD
    assert world.paras.most_recent_context.get(A) == 0
    assert world.paras.parachains.get() == (A,)
    assert world.paras.current_code(A) == NEW
    assert world.paras.code_by_hash_refs[NEW_HASH] == 1
    assert world.events == [PvfCheckStarted(NEW_HASH, A), PvfCheckAccepted(NEW_HASH, A)]


@pytest.mark.parametrize(("waited", "to_go"), [(0, 2), (1, 1), (2, 1)])
def test_sessions_spent_voting_count_towards_the_delay(world: World, waited: int, to_go: int) -> None:
    world.paras.schedule_para_initialize(A, genesis())
    for _ in range(waited):
        world.begin_session()
    for voter in range(3):
        world.vote(voter)

    assert dict(world.paras.actions_queue.items()) == {waited + to_go: (A,)}


def test_a_parathread_comes_in_without_joining_the_parachains(world: World) -> None:
    world.paras.code_by_hash[NEW_HASH] = NEW
    world.paras.schedule_para_initialize(A, genesis(parachain=False))
    world.begin_session()
    world.begin_session()

    assert world.paras.lifecycle(A) is ParaLifecycle.Parathread
    assert world.paras.is_parathread(A)
    assert not world.paras.is_parachain(A)
    assert world.paras.parachains.get() == ()


def test_a_rejected_para_leaves_no_trace(world: World) -> None:
    before = world.entries("Paras")
    world.paras.schedule_para_initialize(A, genesis())
    world.vote(0, accept=False)
    world.vote(1, accept=False)

    assert world.paras.lifecycle(A) is None
    assert world.events == [PvfCheckStarted(NEW_HASH, A), PvfCheckRejected(NEW_HASH, A)]
    left = {key: value for key, value in world.entries("Paras").items() if key not in before}
    assert left == {storage_prefix("Paras", "PvfActiveVoteList"): b"\x00"}


def test_nobody_comes_in_twice_or_without_code(world: World) -> None:
    world.add(A)

    assert not world.paras.can_schedule_para_initialize(A)
    assert refusal(world, lambda: world.paras.schedule_para_initialize(A, genesis())) is Error.CannotOnboard
    empty = genesis(ValidationCode(b""))
    assert refusal(world, lambda: world.paras.schedule_para_initialize(B, empty)) is Error.CannotOnboard


# Between parachain and parathread.


def test_a_parathread_becomes_a_parachain_in_two_sessions(world: World) -> None:
    world.add(A, parachain=False)
    world.paras.schedule_parathread_upgrade(A)
    assert world.paras.lifecycle(A) is ParaLifecycle.UpgradingParathread
    assert world.paras.is_parathread(A)
    assert world.paras.is_valid_para(A)

    world.begin_session()
    assert world.paras.is_parathread(A)
    world.begin_session()
    assert world.paras.lifecycle(A) is ParaLifecycle.Parachain
    assert world.paras.parachains.get() == (A,)


def test_a_parachain_becomes_a_parathread_in_two_sessions(world: World) -> None:
    world.add(A)
    world.add(B)
    world.paras.schedule_parachain_downgrade(A)
    assert world.paras.lifecycle(A) is ParaLifecycle.DowngradingParachain
    assert world.paras.is_parachain(A)

    world.begin_session()
    world.begin_session()
    assert world.paras.lifecycle(A) is ParaLifecycle.Parathread
    assert world.paras.parachains.get() == (B,)


def test_changes_that_do_not_fit_are_refused(world: World) -> None:
    world.add(A)
    world.add(B, parachain=False)

    assert refusal(world, lambda: world.paras.schedule_parathread_upgrade(A)) is Error.CannotUpgrade
    assert refusal(world, lambda: world.paras.schedule_parathread_upgrade(C)) is Error.NotRegistered
    assert refusal(world, lambda: world.paras.schedule_parachain_downgrade(B)) is Error.CannotDowngrade
    assert refusal(world, lambda: world.paras.schedule_parachain_downgrade(C)) is Error.NotRegistered


def test_root_lets_a_change_happen_in_the_next_session(world: World) -> None:
    world.add(B)
    world.add(A)
    for para in (B, A):
        world.paras.schedule_para_cleanup(para)
        world.paras.force_queue_action(Root(), para)

    assert world.events == [ActionQueued(B, SessionIndex(1)), ActionQueued(A, SessionIndex(1))]
    assert world.begin_session() == (A, B)
    assert world.begin_session() == ()


# Heads, and what is common to all calls.


def test_p4_a_new_head_is_kept_with_its_context(world: World) -> None:
    world.add(A)
    world.paras.note_new_head(A, HeadData(b"newer"), BlockNumber(4))

    assert world.paras.heads.get(A) == b"newer"
    assert world.paras.most_recent_context.get(A) == 4


def test_the_first_block_writes_the_empty_lists_it_looks_through() -> None:
    world = World()
    world.paras.initializer_initialize(BlockNumber(1))
    at_initialize = set(world.entries("Paras"))
    world.paras.initializer_finalize(BlockNumber(1))

    assert at_initialize == {
        storage_prefix("Paras", "FutureCodeUpgradesAt"),
        storage_prefix("Paras", "UpcomingUpgrades"),
    }
    assert set(world.entries("Paras")) - at_initialize == {storage_prefix("Paras", "UpgradeCooldowns")}
    assert set(world.entries("Paras").values()) == {b"\x00"}


@pytest.mark.parametrize(
    "name",
    [
        "force_set_current_code",
        "force_set_current_head",
        "force_schedule_code_upgrade",
        "force_note_new_head",
        "force_queue_action",
        "add_trusted_validation_code",
        "poke_unused_validation_code",
        "force_set_most_recent_context",
        "authorize_force_set_current_code_hash",
    ],
)
def test_most_calls_are_roots_alone(world: World, name: str) -> None:
    declared = next(each for each in calls(Paras) if each.name == name)
    # a value of each argument's type: all zeros, long enough for any of them
    arguments = [codec(tp).decode_at(bytes(32), 0)[0] for _, tp in declared.arguments]

    origins: tuple[Origin, ...] = (Signed(ALICE), NoOrigin())
    for origin in origins:
        assert refusal(world, partial(getattr(world.paras, name), origin, *arguments)) == BadOrigin()
