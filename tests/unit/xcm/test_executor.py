"""The executor: barrier, weight, error handler and appendix, programs inside of programs, what is left."""

from __future__ import annotations

from dataclasses import replace

import pytest

from primitives.origin import Root
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_world import (
    ALICE,
    BOB,
    MESSAGE_ID,
    NO_LIMIT,
    SIBLING,
    LetsEverythingIn,
    World,
    some,
    units,
)
from xcm import errors
from xcm.barriers import AllowUnpaidExecutionFrom, TakeWeightCredit
from xcm.barriers_combined import TrailingSetTopicAsId
from xcm.errors import Complete, Incomplete, InstructionError, NotStarted, Outcome
from xcm.executor import INSTRUCTIONS, Executor, Prepared
from xcm.filters import All, Wild
from xcm.instructions import (
    ClaimAsset,
    ClearError,
    ClearOrigin,
    DepositAsset,
    SetHints,
    SetTopic,
    Transact,
    TransferAsset,
    Trap,
    WithdrawAsset,
)
from xcm.junctions import OnlyChild, PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import ExecuteWithOrigin, Instruction, SetAppendix, SetErrorHandler, Xcm
from xcm.reports import ExpectError, ExpectOrigin
from xcm.terms import AssetClaimer, OriginKind
from xcm.weigher import WeightBounds

TOPIC = bytes([9]) * 32
FIVE_FOR_BOB = TransferAsset((some(5),), BOB)
TRAPPED = Weight(3, 3)
"""What it costs to keep what is left."""


def incomplete(used: Weight, index: int, error: errors.Error) -> Outcome:
    return Incomplete(used, InstructionError(index, error))


def rich() -> World:
    world = World()
    world.give(ALICE, some(100))
    return world


def test_every_instruction_but_one_is_in_the_table() -> None:
    assert set(INSTRUCTIONS) | {ExecuteWithOrigin} == set(Instruction.__args__)


def test_a_program_moves_assets_and_ends() -> None:
    world = rich()

    outcome = world.run(ALICE, WithdrawAsset((some(60),)), DepositAsset(Wild(All()), BOB))

    assert outcome == Complete(units(2))
    assert (world.has(ALICE), world.has(BOB)) == ((some(40),), (some(60),))
    assert world.trapped == []


def test_an_empty_program_is_complete_and_costs_nothing() -> None:
    assert World().run(ALICE) == Complete(ZERO_WEIGHT)


# -------------------------------------------------------------------------------------- before it begins


def test_a_program_over_the_limit_does_not_begin() -> None:
    world = rich()

    outcome = world.run(ALICE, FIVE_FOR_BOB, FIVE_FOR_BOB, limit=units(1))

    assert outcome == NotStarted(InstructionError(1, errors.WeightLimitReached(units(2))))
    assert world.has(BOB) == ()


def test_a_refused_program_costs_its_whole_weight() -> None:
    world = World(barrier=AllowUnpaidExecutionFrom(lambda origin: origin == PARENT))

    assert world.run(ALICE, FIVE_FOR_BOB, FIVE_FOR_BOB) == incomplete(units(2), 0, errors.Barrier())
    assert world.told == []
    assert world.recorded == [(FIVE_FOR_BOB, FIVE_FOR_BOB)]


def test_a_refused_program_costs_what_refusing_costs_where_the_chain_says_so() -> None:
    world = World(barrier=TakeWeightCredit())
    weigher = WeightBounds(lambda instruction: units(1), world, barrier_check=Weight(99, 99))
    executor = Executor(replace(world.executor.config, weigher=weigher))

    prepared = executor.prepare((ClearOrigin(),), NO_LIMIT)

    assert (prepared.weight, prepared.reserved) == (units(1), Weight(99, 99))
    executed = executor.execute(ALICE, prepared, MESSAGE_ID, ZERO_WEIGHT)
    assert executed.outcome == incomplete(Weight(99, 99), 0, errors.Barrier())
    too_little = executor.prepare_and_execute(ALICE, (ClearOrigin(),), MESSAGE_ID, units(1), ZERO_WEIGHT)
    not_enough = InstructionError(0, errors.WeightLimitReached(Weight(99, 99)))
    assert too_little.outcome == NotStarted(not_enough)


def test_weight_credit_lets_in_what_it_is_enough_for() -> None:
    world = World(barrier=TakeWeightCredit())

    assert world.executed(ALICE, ClearOrigin(), credit=units(1)).outcome == Complete(units(1))
    assert isinstance(world.run(ALICE, ClearOrigin()), Incomplete)


def test_the_caller_gets_back_the_id_that_the_barrier_found() -> None:
    world = World(barrier=TrailingSetTopicAsId(LetsEverythingIn()))

    assert world.executed(ALICE, Trap(1), SetTopic(TOPIC)).message_id == TOPIC
    assert world.executed(ALICE, Trap(1)).message_id == MESSAGE_ID
    assert [told[-1] for told in world.told] == [TOPIC, MESSAGE_ID]


# ------------------------------------------------------------------------------- handlers and appendices


def test_what_is_behind_a_failure_does_not_run_and_is_not_charged() -> None:
    world = rich()

    outcome = world.run(ALICE, FIVE_FOR_BOB, Trap(7), FIVE_FOR_BOB, FIVE_FOR_BOB)

    assert outcome == incomplete(units(2), 1, errors.Trap(7))
    assert world.has(BOB) == (some(5),)
    assert world.told == [("failed", ALICE, errors.Trap(7), MESSAGE_ID)]


def test_what_cannot_be_weighed_any_more_counts_nothing() -> None:
    world = World()
    heavy = WeightBounds(lambda instruction: units(1), world)
    unreadable = Transact(OriginKind.Native, None, b"\xff")
    executor = Executor(replace(world.executor.config, weigher=heavy))
    prepared = Prepared((Trap(1), unreadable, ClearOrigin()), units(3), units(3))

    executed = executor.execute(ALICE, prepared, MESSAGE_ID, ZERO_WEIGHT)
    assert executed.outcome == incomplete(units(2), 0, errors.Trap(1))


@pytest.mark.parametrize(
    ("program", "used", "bob"),
    [
        ((SetAppendix((FIVE_FOR_BOB,)), ClearError()), 3, 5),
        ((SetErrorHandler((FIVE_FOR_BOB,)), ClearError()), 2, 0),
        ((SetErrorHandler((FIVE_FOR_BOB,)), SetAppendix((FIVE_FOR_BOB,))), 3, 5),
        ((SetAppendix((FIVE_FOR_BOB,)), SetAppendix((ClearError(),))), 3, 0),
        ((SetErrorHandler((FIVE_FOR_BOB,)), SetErrorHandler(())), 2, 0),
        ((SetAppendix((SetAppendix((FIVE_FOR_BOB,)), FIVE_FOR_BOB)),), 4, 10),
    ],
)
def test_the_appendix_runs_after_all_went_well_and_the_handler_does_not(
    program: Xcm, used: int, bob: int
) -> None:
    world = rich()

    assert world.run(ALICE, *program) == Complete(units(used))
    assert world.has(BOB) == ((some(bob),) if bob else ())


def test_the_handler_runs_after_a_failure_and_then_the_appendix() -> None:
    world = rich()
    failed = ExpectError((2, errors.Trap(1)))

    outcome = world.run(
        ALICE,
        SetAppendix((failed, FIVE_FOR_BOB)),
        SetErrorHandler((failed, FIVE_FOR_BOB)),
        Trap(1),
        ClearOrigin(),
    )

    assert outcome == incomplete(units(7), 2, errors.Trap(1))
    assert world.has(BOB) == (some(10),)


def test_a_handler_may_forget_the_failure() -> None:
    world = World()

    assert world.run(ALICE, SetErrorHandler((ClearError(),)), Trap(1)) == Complete(units(3))
    assert [told[0] for told in world.told] == ["failed"]


def test_a_handler_that_fails_is_what_failed_in_the_end() -> None:
    outcome = World().run(ALICE, SetErrorHandler((ClearOrigin(), Trap(2))), Trap(1))

    assert outcome == incomplete(units(4), 1, errors.Trap(2))


def test_registers_survive_into_the_appendix() -> None:
    outcome = World().run(ALICE, SetAppendix((ExpectOrigin(None),)), ClearOrigin())

    assert outcome == Complete(units(3))


# ------------------------------------------------------------------------------------ programs inside


CHILD = (PalletInstance(3),)


def test_a_program_inside_acts_for_a_part_of_the_origin_and_then_for_the_origin_again() -> None:
    world = World()
    inside = ALICE.appended_with(Location(0, CHILD))

    outcome = world.run(ALICE, ExecuteWithOrigin(CHILD, (ExpectOrigin(inside),)), ExpectOrigin(ALICE))

    assert outcome == Complete(units(3))


def test_a_program_inside_may_act_for_nobody() -> None:
    outcome = World().run(ALICE, ExecuteWithOrigin(None, (ExpectOrigin(None),)), ExpectOrigin(ALICE))

    assert outcome == Complete(units(3))


def test_root_acts_for_two_accounts() -> None:
    world = rich()
    world.give(BOB, some(50))

    outcome = world.run(
        HERE,
        ExecuteWithOrigin(ALICE.interior, (WithdrawAsset((some(10),)),)),
        ExecuteWithOrigin(BOB.interior, (WithdrawAsset((some(20),)),)),
        DepositAsset(Wild(All()), SIBLING),
    )

    assert outcome == Complete(units(5))
    assert world.has(SIBLING) == (some(30),)


def test_a_failure_inside_is_one_outside_and_the_origin_is_back() -> None:
    world = World()

    outcome = world.run(
        ALICE,
        SetErrorHandler((ExpectOrigin(ALICE), ClearError())),
        ExecuteWithOrigin(CHILD, (Trap(4), ClearOrigin())),
    )

    assert outcome == Complete(units(6))
    assert [told[2] for told in world.told] == [errors.Trap(4), errors.Trap(4)]


def test_handlers_set_inside_stay() -> None:
    world = rich()

    outcome = world.run(ALICE, ExecuteWithOrigin(CHILD, (SetAppendix((FIVE_FOR_BOB,)),)))

    assert outcome == Complete(units(3))
    assert world.has(BOB) == (some(5),)


def test_a_part_of_nobody_or_of_too_long_a_place_is_no_origin() -> None:
    deep = Location(0, (OnlyChild(),) * 8)

    nobody = World().run(ALICE, ClearOrigin(), ExecuteWithOrigin(CHILD, ()))
    too_long = World().run(deep, ExecuteWithOrigin(CHILD, ()))

    assert nobody == incomplete(units(2), 1, errors.BadOrigin())
    assert too_long == incomplete(units(1), 0, errors.LocationFull())


def nested(depth: int) -> Xcm:
    """A program that runs instructions so many deep."""
    return (ClearOrigin(),) if depth == 1 else (ExecuteWithOrigin(None, nested(depth - 1)),)


def test_programs_run_ten_deep_and_no_deeper() -> None:
    world = World()

    assert world.run(ALICE, *nested(10)) == Complete(units(10))
    assert world.run(ALICE, *nested(11)) == incomplete(units(11), 0, errors.ExceedsStackLimit())
    assert world.executor.depth == 0


def test_programs_that_calls_run_count_as_inside() -> None:
    world = World()
    inner: list[Outcome] = []
    call = Transact(OriginKind.Superuser, None, b"again")
    world.again = lambda: inner.extend((world.run(ALICE, *nested(9)), world.run(ALICE, *nested(10))))

    outcome = world.run(PARENT, call)

    assert outcome == Complete(Weight(60, 60))
    assert inner == [Complete(units(9)), incomplete(units(10), 0, errors.ExceedsStackLimit())]
    assert world.told == [("failed", ALICE, errors.ExceedsStackLimit(), MESSAGE_ID)] * 10
    assert world.dispatched == [("again", Root())]


# ----------------------------------------------------------------------------------------- what is left


@pytest.mark.parametrize(
    ("between", "owner"),
    [
        ((), ALICE),
        ((ClearOrigin(),), ALICE),
        ((SetHints((AssetClaimer(BOB),)),), BOB),
        ((SetHints((AssetClaimer(BOB),)), ClearOrigin()), BOB),
    ],
)
def test_what_is_left_is_kept_for_its_owner(between: Xcm, owner: Location) -> None:
    world = rich()

    outcome = world.run(ALICE, WithdrawAsset((some(30),)), *between)

    assert outcome == Complete(units(1 + len(between)).saturating_add(TRAPPED))
    assert world.trapped == [(owner, (some(30),))]
    assert world.burnt == []


def test_what_is_left_belongs_to_the_origin_of_the_end() -> None:
    world = World()
    world.give(HERE, some(9))

    world.run(HERE, WithdrawAsset((some(9),)), ExecuteWithOrigin(CHILD, (ClearOrigin(),)))

    assert world.trapped == [(HERE, (some(9),))]


def test_what_is_left_can_be_claimed_once_by_its_owner_and_in_full() -> None:
    world = rich()
    world.run(ALICE, WithdrawAsset((some(30),)))
    claim = (ClaimAsset((some(30),), HERE), DepositAsset(Wild(All()), BOB))

    part = world.run(ALICE, ClaimAsset((some(29),), HERE))
    another = world.run(SIBLING, *claim)
    first = world.run(ALICE, *claim)
    second = world.run(ALICE, *claim)

    assert part == incomplete(units(1), 0, errors.UnknownClaim())
    assert another == second == incomplete(units(1), 0, errors.UnknownClaim())
    assert first == Complete(units(2))
    assert world.has(BOB) == (some(30),)


def test_a_chain_inside_another_keeps_its_own_name() -> None:
    para = Location(1, (Parachain(3000),))
    world = World()
    world.give(para, some(4))

    world.run(para, WithdrawAsset((some(4),)))

    assert world.trapped == [(para, (some(4),))]
