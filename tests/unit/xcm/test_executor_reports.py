"""Instructions that ask, tell and check; locks and bridges, which nobody has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from primitives.weights import ZERO_WEIGHT
from tests.support.xcm_world import ALICE, MESSAGE_ID, PALLETS, SIBLING, World, some, units
from xcm import errors
from xcm.errors import Complete, Incomplete, Outcome
from xcm.executor import Executor
from xcm.executor_config import IgnoredNotifications
from xcm.filters import AllCounted, Definite, Wild
from xcm.instructions import (
    ClearOrigin,
    DescendOrigin,
    LockAsset,
    NoteUnlockable,
    RequestUnlock,
    SetTopic,
    Transact,
    Trap,
    UnlockAsset,
    WithdrawAsset,
)
from xcm.junctions import Kusama, OnlyChild, PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import ExportMessage, Instruction, SetAppendix, SetErrorHandler, Xcm
from xcm.reports import (
    ExpectError,
    ExpectPallet,
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    QueryPallet,
    QueryResponse,
    ReportError,
    ReportHolding,
    ReportTransactStatus,
    SubscribeVersion,
    UnsubscribeVersion,
)
from xcm.responses import (
    Assets_,
    DispatchResult,
    Error,
    ExecutionResult,
    Null,
    PalletInfo,
    PalletsInfo,
    QueryResponseInfo,
    Response,
    Success,
)
from xcm.terms import OriginKind
from xcm.traits import FeeReason

INFO = QueryResponseInfo(PARENT, 42, units(1))
TOPIC = SetTopic(MESSAGE_ID)
ALICE_THERE = Location(0, (Parachain(2000), *ALICE.interior))


def why(outcome: Outcome) -> errors.Error:
    assert isinstance(outcome, Incomplete)
    return outcome.error.error


def answered(response: Response, querier: Location | None = ALICE_THERE) -> list[tuple[Location, Xcm]]:
    return [(PARENT, (QueryResponse(42, response, units(1), querier), TOPIC))]


# ------------------------------------------------------------------------------------------ asking, telling


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ((ReportError(INFO),), None),
        ((SetAppendix((ReportError(INFO),)), ClearOrigin(), Trap(1)), (2, errors.Trap(1))),
    ],
)
def test_how_a_program_went_is_told(program: Xcm, told: tuple[int, errors.Error] | None) -> None:
    world = World()

    world.run(ALICE, *program)

    assert world.sent == answered(ExecutionResult(told), ALICE_THERE if told is None else None)


def test_what_is_in_holding_is_told_as_the_asker_names_it_and_stays_there() -> None:
    world = World()
    world.give(ALICE, some(5), some(9, HERE))
    withdraw = WithdrawAsset((some(9, HERE), some(5)))

    world.run(ALICE, withdraw, ReportHolding(INFO, Definite((some(3),))))
    world.run(PARENT, ReportHolding(INFO, Wild(AllCounted(9))))

    assert world.sent == [*answered(Assets_((some(3, HERE),))), *answered(Assets_(()), HERE)]
    assert world.trapped == [(ALICE, (some(9, HERE), some(5)))]


@pytest.mark.parametrize(("word", "status"), [(b"plain", Success()), (b"fails", Error(bytes(4)))])
def test_how_a_call_went_is_told(word: bytes, status: Success | Error) -> None:
    world = World()

    world.run(PARENT, Transact(OriginKind.Superuser, None, word), ReportTransactStatus(INFO))

    assert world.sent == answered(DispatchResult(status), HERE)


def test_which_pallets_there_are_is_told() -> None:
    world = World()

    world.run(ALICE, QueryPallet(b"pallet_balances", INFO))
    world.run(ALICE, QueryPallet(b"pallet_nothing", INFO))

    assert world.sent == [*answered(PalletsInfo(PALLETS[1:])), *answered(PalletsInfo(()))]


def test_more_pallets_than_fit_cannot_be_told() -> None:
    world = World(pallets=tuple(PalletInfo(at, b"", b"same", 1, 0, 0) for at in range(65)))

    assert why(world.run(ALICE, QueryPallet(b"same", INFO))) == errors.Overflow()


def test_telling_has_its_price() -> None:
    world = World()
    world.give(ALICE, some(7))
    world.delivery_price = (some(7),)

    paid = world.run(ALICE, WithdrawAsset((some(7),)), ReportError(INFO))
    unpaid = world.run(ALICE, ReportError(INFO))

    assert paid == Complete(units(2))
    assert [reason for _, reason in world.fees] == [FeeReason.Report]
    assert why(unpaid) == errors.NotHoldingFees()


def test_a_querier_that_cannot_be_named_there_cannot_be_answered() -> None:
    deep = Location(0, (OnlyChild(),) * 8)

    assert why(World().run(deep, ReportError(INFO))) == errors.ReanchorFailed()


def test_an_answer_is_handed_on() -> None:
    world = World()
    answer = QueryResponse(1, Null(), ZERO_WEIGHT, None)

    assert world.run(SIBLING, answer) == Complete(units(1))
    assert world.answers == [Null()]
    assert why(world.run(SIBLING, ClearOrigin(), answer)) == errors.BadOrigin()


def test_only_a_chain_itself_subscribes() -> None:
    world = World()
    subscribe, unsubscribe = SubscribeVersion(1, ZERO_WEIGHT), UnsubscribeVersion()
    inside = DescendOrigin((PalletInstance(1),))

    assert world.run(SIBLING, subscribe) == Complete(units(1))
    assert world.subscribers == [SIBLING]
    assert world.run(SIBLING, unsubscribe) == Complete(units(1))
    assert world.subscribers == []
    for refused in (subscribe, unsubscribe):
        assert why(world.run(SIBLING, inside, refused)) == errors.BadOrigin()
        assert why(world.run(SIBLING, ClearOrigin(), refused)) == errors.BadOrigin()


# --------------------------------------------------------------------------------------- expectations


@pytest.mark.parametrize(
    ("expected", "error"),
    [
        (ExpectPallet(6, b"Balances", b"pallet_balances", 3, 1), errors.PalletNotFound()),
        (ExpectPallet(5, b"Money", b"pallet_balances", 9, 1), errors.NameMismatch()),
        (ExpectPallet(5, b"Balances", b"pallet_assets", 3, 1), errors.NameMismatch()),
        (ExpectPallet(5, b"Balances", b"pallet_balances", 2, 1), errors.VersionIncompatible()),
        (ExpectPallet(5, b"Balances", b"pallet_balances", 4, 1), errors.VersionIncompatible()),
        (ExpectPallet(5, b"Balances", b"pallet_balances", 3, 2), errors.VersionIncompatible()),
    ],
)
def test_a_pallet_is_not_as_expected(expected: ExpectPallet, error: errors.Error) -> None:
    assert why(World().run(ALICE, expected)) == error


@pytest.mark.parametrize("minor", [0, 1])
def test_a_pallet_is_as_expected_or_newer(minor: int) -> None:
    expected = ExpectPallet(5, b"Balances", b"pallet_balances", 3, minor)

    assert World().run(ALICE, expected) == Complete(units(1))


def test_an_error_is_as_expected_or_not() -> None:
    handler = SetErrorHandler((ExpectError(None),))

    assert World().run(ALICE, ExpectError(None)) == Complete(units(1))
    assert why(World().run(ALICE, ExpectError((0, errors.Trap(1))))) == errors.ExpectationFalse()
    assert why(World().run(ALICE, handler, Trap(1))) == errors.ExpectationFalse()


# ------------------------------------------------------------------------------------------------- news

NEWS = (HrmpNewChannelOpenRequest(1, 2, 3), HrmpChannelAccepted(4), HrmpChannelClosing(5, 6, 7))


def test_news_of_channels_are_handed_on() -> None:
    world = World()

    assert world.run(PARENT, *NEWS) == Complete(units(3))
    assert world.news == [(1, 2, 3), (4,), (5, 6, 7)]


def test_news_of_channels_are_ignored_where_nobody_wants_them() -> None:
    world = World()
    config = replace(world.executor.config, hrmp=IgnoredNotifications())

    executed = Executor(config).prepare_and_execute(PARENT, NEWS, MESSAGE_ID, units(3), ZERO_WEIGHT)

    assert executed.outcome == Complete(units(3))
    assert world.news == []


# -------------------------------------------------------------------------------------- locks and bridges

LOCKED = some(5, HERE)
DEEP = Location(0, (OnlyChild(),) * 8)


@pytest.mark.parametrize(
    "instruction",
    [
        LockAsset(LOCKED, SIBLING),
        UnlockAsset(LOCKED, SIBLING),
        NoteUnlockable(LOCKED, SIBLING),
        RequestUnlock(LOCKED, SIBLING),
    ],
)
def test_nobody_keeps_locks(instruction: Instruction) -> None:
    assert why(World().run(ALICE, instruction)) == errors.LockError()
    assert why(World().run(ALICE, ClearOrigin(), instruction)) == errors.BadOrigin()


def test_what_cannot_be_named_there_fails_before_the_lock() -> None:
    too_deep = some(5, DEEP)

    assert why(World().run(ALICE, LockAsset(too_deep, SIBLING))) == errors.ReanchorFailed()
    assert why(World().run(ALICE, RequestUnlock(too_deep, SIBLING))) == errors.ReanchorFailed()
    assert why(World().run(DEEP, RequestUnlock(LOCKED, SIBLING))) == errors.ReanchorFailed()


def test_there_is_no_bridge() -> None:
    export = ExportMessage(Kusama(), (), ())

    assert why(World().run(ALICE, export)) == errors.Unroutable()
    assert why(World().run(ALICE, ClearOrigin(), export)) == errors.BadOrigin()
    assert why(World().run(Location(2), export)) == errors.Unanchored()
