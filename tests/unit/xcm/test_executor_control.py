"""Instructions that pay, change the origin, and make calls."""

from __future__ import annotations

import pytest

from primitives.origin import Root
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_world import ALICE, BOB, SIBLING, World, some, units
from xcm import errors
from xcm.errors import Complete, Incomplete, Outcome
from xcm.executor import Prepared
from xcm.filters import All, Wild
from xcm.instructions import (
    AliasOrigin,
    BuyExecution,
    ClearOrigin,
    ClearTopic,
    DepositAsset,
    DescendOrigin,
    PayFees,
    RefundSurplus,
    SetTopic,
    Transact,
    Trap,
    UniversalOrigin,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import GlobalConsensus, Kusama, OnlyChild, PalletInstance, Parachain, Polkadot
from xcm.location import HERE, PARENT, Location
from xcm.program import SetAppendix, SetErrorHandler, Xcm
from xcm.reports import ClearTransactStatus, ExpectAsset, ExpectOrigin, ExpectTransactStatus
from xcm.responses import Error, MaybeErrorCode, Success, TruncatedError
from xcm.terms import Limited, OriginKind, Unlimited

ALL_FOR_BOB = DepositAsset(Wild(All()), BOB)
TOPIC = bytes([9]) * 32
CHEAP = Transact(OriginKind.Superuser, None, b"cheap")
"""Gives back 30 of both parts of weight."""


def why(outcome: Outcome) -> errors.Error:
    assert isinstance(outcome, Incomplete)
    return outcome.error.error


def rich() -> World:
    world = World()
    world.give(PARENT, some(1_000))
    return world


WITHDRAW = WithdrawAsset((some(500),))

# ------------------------------------------------------------------------------------------------ paying


def buy(amount: int, weight: int) -> BuyExecution:
    return BuyExecution(some(amount), Limited(Weight(weight, weight)))


def test_weight_is_bought_from_holding_and_the_rest_stays_there() -> None:
    world = rich()

    assert world.run(PARENT, WITHDRAW, buy(100, 40), ALL_FOR_BOB) == Complete(units(3))
    assert world.has(BOB) == (some(460),)
    assert world.earned.assets() == (some(40),)


def test_without_a_limit_nothing_is_bought() -> None:
    world = rich()

    assert world.run(PARENT, BuyExecution(some(100), Unlimited())) == Complete(units(1))
    assert world.earned.assets() == ()


@pytest.mark.parametrize(
    ("payment", "error"),
    [(buy(501, 1), errors.NotHoldingFees()), (buy(100, 101), errors.TooExpensive())],
)
def test_what_could_not_be_bought_leaves_holding_as_it_was(
    payment: BuyExecution, error: errors.Error
) -> None:
    world = rich()

    assert why(world.run(PARENT, WITHDRAW, payment)) == error
    assert world.trapped == [(PARENT, (some(500),))]


def test_unused_weight_is_paid_back_when_asked_for() -> None:
    world = rich()

    outcome = world.run(PARENT, WITHDRAW, buy(100, 100), CHEAP, RefundSurplus(), ALL_FOR_BOB)

    assert outcome == Complete(units(7))
    assert world.has(BOB) == (some(430),)
    assert world.earned.assets() == (some(70),)


def test_unused_weight_is_paid_back_at_the_end_and_kept_for_the_owner() -> None:
    world = rich()

    world.run(PARENT, WITHDRAW, buy(100, 100), ALL_FOR_BOB, CHEAP)

    assert world.trapped == [(PARENT, (some(30),))]


def test_weight_is_paid_back_once() -> None:
    world = rich()

    world.run(PARENT, WITHDRAW, buy(100, 100), CHEAP, RefundSurplus(), RefundSurplus(), ALL_FOR_BOB)

    assert world.has(BOB) == (some(430),)


def test_a_refund_for_which_there_is_no_room_is_bought_again() -> None:
    full = World(max_assets_into_holding=1)
    other = Location(0, (PalletInstance(7),))
    for id in (HERE, other):
        full.give(PARENT, some(5, id))
    full.give(PARENT, some(100))

    outcome = full.run(
        PARENT,
        WithdrawAsset((some(100),)),
        buy(100, 100),
        CHEAP,
        WithdrawAsset((some(5, HERE), some(5, other))),
        RefundSurplus(),
    )

    assert why(outcome) == errors.HoldingWouldOverflow()
    assert full.earned.assets() == (some(100),)


def test_fees_are_paid_for_the_whole_program_and_the_rest_is_set_aside() -> None:
    world = rich()

    outcome = world.run(PARENT, WITHDRAW, PayFees(some(100)), ExpectAsset((some(400),)), ALL_FOR_BOB)

    assert isinstance(outcome, Complete)
    assert world.earned.assets() == (some(40),)
    assert world.has(BOB) == (some(400),)
    assert world.trapped == [(PARENT, (some(60),))]


def test_fees_that_were_set_aside_come_back_when_asked_for() -> None:
    world = rich()

    outcome = world.run(PARENT, WITHDRAW, PayFees(some(100)), RefundSurplus(), ALL_FOR_BOB)

    assert outcome == Complete(units(4))
    assert world.has(BOB) == (some(460),)


def test_fees_are_paid_once() -> None:
    world = rich()

    assert isinstance(world.run(PARENT, WITHDRAW, PayFees(some(100)), PayFees(some(100))), Complete)
    assert world.earned.assets() == (some(30),)


def test_fees_that_could_not_be_paid_can_be_tried_again() -> None:
    world = rich()
    again = SetErrorHandler((PayFees(some(100)), ALL_FOR_BOB))

    world.run(PARENT, WITHDRAW, again, PayFees(some(501)))

    assert world.has(BOB) == (some(400),)
    assert world.earned.assets() == (some(50),)


def test_all_assets_may_go_into_fees() -> None:
    world = rich()

    world.run(PARENT, WITHDRAW, PayFees(some(500)), ALL_FOR_BOB)

    assert world.has(BOB) == ()
    assert world.trapped == [(PARENT, (some(470),))]


# ------------------------------------------------------------------------------------------------ origin


@pytest.mark.parametrize(
    ("start", "changes", "end"),
    [
        (ALICE, (ClearOrigin(),), None),
        (SIBLING, (DescendOrigin((PalletInstance(3),)),), Location(1, (Parachain(1000), PalletInstance(3)))),
        (SIBLING, (UniversalOrigin(GlobalConsensus(Kusama())),), Location(2, (GlobalConsensus(Kusama()),))),
        (PARENT, (AliasOrigin(SIBLING),), SIBLING),
    ],
)
def test_the_origin_changes(start: Location, changes: Xcm, end: Location | None) -> None:
    assert isinstance(World().run(start, *changes, ExpectOrigin(end)), Complete)
    assert why(World().run(start, *changes, ExpectOrigin(HERE))) == errors.ExpectationFalse()


@pytest.mark.parametrize(
    ("start", "program", "error"),
    [
        (ALICE, (ClearOrigin(), DescendOrigin(())), errors.BadOrigin()),
        (ALICE, (ClearOrigin(), AliasOrigin(BOB)), errors.BadOrigin()),
        (ALICE, (ClearOrigin(), UniversalOrigin(GlobalConsensus(Kusama()))), errors.BadOrigin()),
        (ALICE, (DescendOrigin((OnlyChild(),) * 8),), errors.LocationFull()),
        (ALICE, (AliasOrigin(BOB),), errors.NoPermission()),
        (ALICE, (UniversalOrigin(GlobalConsensus(Kusama())),), errors.InvalidLocation()),
        (SIBLING, (UniversalOrigin(GlobalConsensus(Polkadot())),), errors.InvalidLocation()),
        (ALICE, (UnpaidExecution(Unlimited(), BOB),), errors.BadOrigin()),
        (ALICE, (ClearOrigin(), UnpaidExecution(Unlimited(), ALICE)), errors.BadOrigin()),
    ],
)
def test_the_origin_does_not_change_to_just_anything(
    start: Location, program: Xcm, error: errors.Error
) -> None:
    assert why(World().run(start, *program)) == error


def test_unpaid_execution_may_name_the_origin_or_nobody() -> None:
    assert World().run(ALICE, UnpaidExecution(Unlimited(), ALICE)) == Complete(units(1))
    assert World().run(ALICE, UnpaidExecution(Unlimited(), None)) == Complete(units(1))


def test_a_failure_is_told_under_the_topic_while_there_is_one() -> None:
    world = World()

    world.run(ALICE, SetTopic(TOPIC), Trap(1))
    world.run(ALICE, SetTopic(TOPIC), ClearTopic(), Trap(1))

    assert world.told[0][-1] == TOPIC
    assert world.told[1][-1] != TOPIC


# ------------------------------------------------------------------------------------------------- calls


def call(word: bytes, kind: OriginKind = OriginKind.Superuser) -> Transact:
    return Transact(kind, None, word)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        (b"plain", Success()),
        (b"fails", Error(bytes(4))),
        (b"fails long", TruncatedError(bytes(128))),
    ],
)
def test_how_a_call_went_is_noted_and_fails_nothing(word: bytes, status: MaybeErrorCode) -> None:
    world = World()

    outcome = world.run(PARENT, call(word), ExpectTransactStatus(status), ClearTransactStatus())

    assert outcome == Complete(units(8))
    assert world.dispatched == [(word.decode(), Root())]


def test_a_call_that_turned_out_cheaper_costs_less() -> None:
    assert World().run(PARENT, CHEAP) == Complete(Weight(30, 30))


def test_a_cleared_status_is_success() -> None:
    expected = ExpectTransactStatus(Success())

    assert isinstance(World().run(PARENT, call(b"fails"), ClearTransactStatus(), expected), Complete)
    assert why(World().run(PARENT, call(b"fails"), expected)) == errors.ExpectationFalse()


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ((ClearOrigin(), call(b"plain")), errors.BadOrigin()),
        ((call(b"unsafe", OriginKind.Native),), errors.NoPermission()),
        ((call(b"plain", OriginKind.Native),), errors.BadOrigin()),
    ],
)
def test_a_call_that_may_not_be_made_fails_the_program(program: Xcm, error: errors.Error) -> None:
    world = World()

    assert why(world.run(PARENT, *program)) == error
    assert world.dispatched == []


@pytest.mark.parametrize("setting", [SetAppendix, SetErrorHandler])
def test_a_handler_that_cannot_be_weighed_is_not_set(setting: type[SetAppendix | SetErrorHandler]) -> None:
    world = World()
    unreadable = Prepared((setting((call(b"\xff"),)),), units(1), units(1))

    executed = world.executor.execute(PARENT, unreadable, bytes(32), ZERO_WEIGHT)

    assert why(executed.outcome) == errors.WeightNotComputable()


def test_a_call_that_cannot_be_read_fails_the_program() -> None:
    unreadable = Prepared((call(b"\xff"),), units(1), units(1))

    executed = World().executor.execute(PARENT, unreadable, bytes(32), ZERO_WEIGHT)

    assert why(executed.outcome) == errors.FailedToDecode()
