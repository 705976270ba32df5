"""Weighing: tables, limits, programs inside of programs."""

from __future__ import annotations

import pytest

from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_world import NO_LIMIT, UNIT, World, some, units
from xcm import errors
from xcm.errors import InstructionError
from xcm.failures import Unweighable
from xcm.filters import All, Wild
from xcm.instructions import ClearError, ClearOrigin, SetTopic, Transact, Trap, WithdrawAsset
from xcm.location import PARENT
from xcm.program import ExecuteWithOrigin, InitiateTeleport, SetAppendix, SetErrorHandler, Xcm
from xcm.terms import OriginKind
from xcm.weigher import MissingWeight, WeightBounds, WeightTable

WORLD = World()
CALL = Transact(OriginKind.Superuser, None, b"plain")


def fixed(max_instructions: int = 100) -> WeightBounds:
    return WeightBounds(lambda instruction: Weight(UNIT, UNIT), WORLD, max_instructions)


def refusal(program: Xcm, limit: Weight = NO_LIMIT, max_instructions: int = 100) -> InstructionError:
    with pytest.raises(Unweighable) as raised:
        fixed(max_instructions).weight(program, limit)
    return raised.value.error


@pytest.mark.parametrize(
    ("program", "weight"),
    [
        ((), ZERO_WEIGHT),
        ((ClearOrigin(), ClearError()), units(2)),
        ((SetErrorHandler((ClearOrigin(), ClearError())),), units(3)),
        ((SetAppendix((SetAppendix((ClearOrigin(),)),)),), units(3)),
        ((ExecuteWithOrigin(None, (ClearOrigin(),)),), units(2)),
        ((InitiateTeleport(Wild(All()), PARENT, (ClearOrigin(), ClearError())),), units(1)),
        ((CALL,), Weight(UNIT + 50, UNIT + 50)),
        ((SetAppendix((CALL,)),), Weight(2 * UNIT + 50, 2 * UNIT + 50)),
    ],
)
def test_what_runs_here_is_weighed_with_what_it_runs(program: Xcm, weight: Weight) -> None:
    assert fixed().weight(program, NO_LIMIT) == weight


def test_what_is_unweighable_names_the_instruction_around_it() -> None:
    unreadable = Transact(OriginKind.Native, None, b"\xff")

    expected = InstructionError(1, errors.FailedToDecode())
    assert refusal((ClearOrigin(), unreadable)) == expected
    assert refusal((ClearOrigin(), SetAppendix((ClearError(), ClearError(), unreadable)))) == expected


def test_all_programs_of_a_message_share_the_limit_of_instructions() -> None:
    program = (ClearOrigin(), SetAppendix((ClearError(), ClearError())), ClearOrigin())

    assert fixed(5).weight(program, NO_LIMIT) == units(5)
    assert refusal(program, max_instructions=4) == InstructionError(2, errors.ExceedsStackLimit())
    assert refusal(program, max_instructions=3) == InstructionError(1, errors.ExceedsStackLimit())


def test_a_hundred_instructions_are_the_most() -> None:
    assert fixed().weight((ClearOrigin(),) * 100, NO_LIMIT) == units(100)
    assert refusal((ClearOrigin(),) * 101) == InstructionError(100, errors.ExceedsStackLimit())


def test_weighing_stops_where_the_limit_is_passed() -> None:
    program = (ClearOrigin(),) * 9
    lopsided = Weight(5 * UNIT, 3 * UNIT)

    assert fixed().weight(program[:2], units(2)) == units(2)
    assert refusal(program, units(2)) == InstructionError(2, errors.WeightLimitReached(units(3)))
    assert refusal(program, lopsided) == InstructionError(3, errors.WeightLimitReached(units(4)))


def test_weights_that_no_number_holds_cannot_be_weighed() -> None:
    heavy = WeightBounds(lambda instruction: NO_LIMIT, WORLD)

    with pytest.raises(Unweighable) as raised:
        heavy.weight((ClearOrigin(), ClearOrigin()), NO_LIMIT)
    assert raised.value.error == InstructionError(1, errors.Overflow())


def test_a_table_may_look_at_the_instruction() -> None:
    table = WeightTable(
        {
            ClearOrigin: Weight(815_000, 0),
            SetTopic: Weight(820_000, 0),
            WithdrawAsset: lambda withdraw: Weight(100 * len(withdraw.assets), 0),
        }
    )
    weigher = WeightBounds(table, WORLD)

    assert weigher.weight((ClearOrigin(),), NO_LIMIT) == Weight(815_000, 0)
    assert weigher.weight((SetTopic(bytes(32)),), NO_LIMIT) == Weight(820_000, 0)
    assert weigher.instr_weight(WithdrawAsset((some(1), some(2)))) == Weight(200, 0)
    assert weigher.barrier_check_weight() is None


def test_an_instruction_that_the_table_lacks_is_a_defect_and_not_free() -> None:
    with pytest.raises(MissingWeight, match="Trap"):
        WeightBounds(WeightTable({}), WORLD).weight((Trap(1),), NO_LIMIT)
