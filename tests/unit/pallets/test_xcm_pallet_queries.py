"""Questions to other chains, and what comes of the answers.

Upstream: polkadot/xcm/pallet-xcm/src/tests/mod.rs
"""

from __future__ import annotations

import pytest

from pallets.xcm_pallet_events import (
    InvalidQuerier,
    InvalidQuerierVersion,
    InvalidResponder,
    InvalidResponderVersion,
    Notified,
    NotifyDecodeFailed,
    NotifyDispatchError,
    NotifyOverweight,
    ResponseReady,
    ResponseTaken,
    UnexpectedResponse,
)
from pallets.xcm_pallet_items import Pending, Ready
from pallets.xcm_pallet_queries import QueryNotFound, QueryOpen, QueryTaken, QueryUnreadable
from pallets.xcm_pallet_storage import newest
from primitives.ids import BlockNumber
from primitives.pallet import RuntimeCall
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_pallet_world import PalletWorld, ResponseReceived, in_newest
from tests.support.xcm_world import ALICE, SIBLING, US, units
from xcm.errors import Barrier, Complete, Incomplete, InstructionError, LocationNotInvertible
from xcm.failures import XcmFailure
from xcm.instructions import ClearOrigin
from xcm.junctions import OnlyChild
from xcm.location import HERE, PARENT, Location
from xcm.program import SetAppendix
from xcm.reports import QueryResponse, ReportError
from xcm.responses import ExecutionResult, Null, QueryResponseInfo
from xcm.traits import XcmContext
from xcm.versions import Kept, Versioned

CONTEXT = XcmContext(None, bytes(32), None)
WENT_WELL = ExecutionResult(None)
LATER = BlockNumber(100)
BUDGET = Weight(1000, 1000)
SEEN_FROM_SIBLING = Location(1, (US[1],))
FOREIGN: Versioned[Location] = Versioned(3, Kept(b"", None))
"""A location in words of old."""


def answer(query: int = 0, querier: Location | None = HERE, weight: Weight = BUDGET) -> QueryResponse:
    return QueryResponse(query, WENT_WELL, weight, querier)


def notifying(name: str) -> RuntimeCall:
    return RuntimeCall("Notifier", name, (0, Null()))


def asked(name: str | None = None) -> PalletWorld:
    """Somebody waits for the outcome of a message to the sibling, with a call or without."""
    world = PalletWorld()
    if name is None:
        world.pallet.report_outcome((ClearOrigin(),), SIBLING, LATER)
    else:
        indices = {"notification_received": 2, "fails": 3, "takes_something_else": 4}
        world.pallet.new_query(SIBLING, LATER, notify=(5, indices[name]))
    return world


# ------------------------------------------------------------------------------------------------ asking


def test_a_message_can_be_made_to_report_how_it_went() -> None:
    world = PalletWorld()

    message, query = world.pallet.report_outcome((ClearOrigin(),), SIBLING, LATER)

    report = ReportError(QueryResponseInfo(SEEN_FROM_SIBLING, 0, ZERO_WEIGHT))
    assert (message, query) == ((SetAppendix((report,)), ClearOrigin()), 0)
    assert world.pallet.queries.get(0) == Pending(newest(SIBLING), newest(HERE), None, LATER)


def test_a_report_can_be_made_to_call_something() -> None:
    world = PalletWorld()

    message = world.pallet.report_outcome_notify(
        (ClearOrigin(),), SIBLING, notifying("notification_received"), LATER
    )

    report = ReportError(QueryResponseInfo(SEEN_FROM_SIBLING, 0, Weight(50, 50)))
    assert message == (SetAppendix((report,)), ClearOrigin())
    assert world.pallet.queries.get(0) == Pending(newest(SIBLING), newest(HERE), (5, 2), LATER)


def test_who_cannot_say_where_we_are_cannot_report() -> None:
    world = PalletWorld()
    deep = Location(0, (OnlyChild(),) * 8)
    far = Location(9, ())

    assert world.pallet.report_outcome((), deep, LATER)[1] == 0
    with pytest.raises(XcmFailure) as why:
        world.pallet.report_outcome((), far, LATER)
    assert why.value.error == LocationNotInvertible()


# --------------------------------------------------------------------------------------------- answers


def test_an_answer_is_kept_until_it_is_taken() -> None:
    world = asked()
    assert world.pallet.take_response(0) == QueryOpen(LATER)

    assert world.receive(SIBLING, answer()) == Complete(units(1))
    assert world.events() == [ResponseReady(0, WENT_WELL)]
    assert world.pallet.queries.get(0) == Ready(in_newest(WENT_WELL), BlockNumber(1))

    assert world.pallet.take_response(0) == QueryTaken(WENT_WELL, BlockNumber(1))
    assert world.events() == [ResponseTaken(0)]
    assert world.pallet.take_response(0) == QueryNotFound()


def test_an_answer_makes_the_call_that_waits_for_it() -> None:
    world = asked("notification_received")

    assert world.receive(SIBLING, answer()) == Complete(units(1))

    assert world.events() == [ResponseReceived(SIBLING, 0, WENT_WELL), Notified(0, 5, 2)]
    assert world.pallet.queries.get(0) is None


def test_a_call_that_fails_is_told_and_the_query_over() -> None:
    world = asked("fails")

    world.receive(SIBLING, answer())

    assert world.events() == [NotifyDispatchError(0, 5, 3)]
    assert world.pallet.queries.get(0) is None


def test_a_call_heavier_than_the_answer_allows_is_not_made() -> None:
    world = asked("notification_received")

    world.receive(SIBLING, answer(weight=Weight(49, 50)))

    assert world.events() == [NotifyOverweight(0, 5, 2, Weight(50, 50), Weight(49, 50))]
    assert world.pallet.queries.get(0) is None


def test_a_call_that_takes_no_answers_is_not_made_and_the_query_stays() -> None:
    world = asked("takes_something_else")

    world.receive(SIBLING, answer())

    assert world.events() == [NotifyDecodeFailed(0, 5, 4)]
    assert world.pallet.queries.get(0) is not None


def test_an_answer_that_comes_late_is_taken_all_the_same() -> None:
    world = asked()
    world.system.number.put(BlockNumber(LATER + 1))

    world.receive(SIBLING, answer())

    assert world.pallet.take_response(0) == QueryTaken(WENT_WELL, BlockNumber(LATER + 1))


# ------------------------------------------------------------------------- answers that are not expected


@pytest.mark.parametrize("querier", [None, PARENT])
def test_an_answer_to_somebody_else_is_told_and_the_query_stays(querier: Location | None) -> None:
    world = asked()

    world.pallet.on_response(SIBLING, 0, querier, WENT_WELL, BUDGET, CONTEXT)

    assert world.events() == [InvalidQuerier(SIBLING, 0, HERE, querier)]
    assert world.pallet.take_response(0) == QueryOpen(LATER)
    assert not world.pallet.expecting_response(SIBLING, 0, querier)


def test_a_querier_of_choice_is_held_against_the_answer() -> None:
    world = PalletWorld()
    world.pallet.new_query(ALICE, LATER, match_querier=SIBLING)

    assert world.pallet.expecting_response(ALICE, 0, SIBLING)
    assert world.receive(ALICE, answer(querier=SIBLING)) == Complete(units(1))
    assert world.events() == [ResponseReady(0, WENT_WELL)]


def test_an_answer_from_somebody_else_is_told_and_the_query_stays() -> None:
    world = asked()

    world.pallet.on_response(PARENT, 0, HERE, WENT_WELL, BUDGET, CONTEXT)

    assert world.events() == [InvalidResponder(PARENT, 0, SIBLING)]
    assert world.pallet.take_response(0) == QueryOpen(LATER)


def test_the_barrier_does_not_let_in_what_is_not_expected() -> None:
    world = asked()

    outcome = world.receive(PARENT, answer())

    assert outcome == Incomplete(units(1), InstructionError(0, Barrier()))


def test_an_answer_to_nothing_is_told() -> None:
    world = PalletWorld()

    world.pallet.on_response(SIBLING, 4, HERE, WENT_WELL, BUDGET, CONTEXT)

    assert world.events() == [UnexpectedResponse(SIBLING, 4)]


def test_an_answer_that_is_no_version_does_not_suit_who_asked_for_one() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(SIBLING))
    world.events()

    world.pallet.on_response(SIBLING, 0, None, WENT_WELL, BUDGET, CONTEXT)

    assert world.events() == [UnexpectedResponse(SIBLING, 0)]
    assert world.pallet.take_response(0) == QueryUnreadable()


def test_a_second_answer_is_not_expected() -> None:
    world = asked()
    world.receive(SIBLING, answer())
    world.events()

    world.pallet.on_response(SIBLING, 0, HERE, WENT_WELL, BUDGET, CONTEXT)

    assert world.events() == [UnexpectedResponse(SIBLING, 0)]


# ---------------------------------------------------------------------------------------- words of old


def test_a_query_in_words_of_old_expects_nobody_and_stays() -> None:
    world = PalletWorld()
    for at, (responder, querier) in enumerate(((FOREIGN, newest(HERE)), (newest(SIBLING), FOREIGN))):
        world.pallet.queries[at] = Pending(responder, querier, None, LATER)
        assert not world.pallet.expecting_response(SIBLING, at, HERE)
        world.pallet.on_response(SIBLING, at, HERE, WENT_WELL, BUDGET, CONTEXT)

    assert world.events() == [InvalidResponderVersion(SIBLING, 0), InvalidQuerierVersion(SIBLING, 1)]


def test_an_answer_in_words_of_old_cannot_be_taken() -> None:
    world = PalletWorld()
    world.pallet.queries[0] = Ready(Versioned(3, Kept(b"", None)), BlockNumber(1))

    assert world.pallet.take_response(0) == QueryUnreadable()
    assert world.pallet.queries.get(0) is not None
