"""Queries: questions to other places, and what is done with the answers.

A **query** names who may answer and, in the chain's usual case, that the answer must be addressed to us. An
answer either makes a call that was named beforehand, or is kept until it is taken.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `QueryHandler`, `OnResponse`
"""

from __future__ import annotations

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
    SupportedVersionChanged,
    UnexpectedResponse,
)
from pallets.xcm_pallet_items import Pending, Ready, Response, VersionNotifier
from pallets.xcm_pallet_storage import newest
from pallets.xcm_pallet_versions import XcmVersioning
from primitives.ids import BlockNumber
from primitives.pallet import RuntimeCall
from primitives.record import Record
from primitives.scale.codec import U8, U64
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm import responses as answers
from xcm.failures import XcmFailure
from xcm.junctions import V5
from xcm.location import HERE, Location, LocationError, invert_target
from xcm.program import SetAppendix, Xcm
from xcm.reading import Unconvertible
from xcm.reports import ReportError
from xcm.responses import QueryId, QueryResponseInfo
from xcm.traits import XcmContext
from xcm.versions import XCM_VERSION, Versioned


class QueryTaken(Record):
    """An answer, and the block that it came in."""

    response: answers.Response
    at: BlockNumber


class QueryOpen(Record):
    """No answer yet, and until when one may be expected."""

    timeout: BlockNumber


class QueryNotFound(Record):
    """There is no such query."""


class QueryUnreadable(Record):
    """The query is no question that an answer can be taken of, or its answer is in words of old."""


QueryResponseStatus = QueryTaken | QueryOpen | QueryNotFound | QueryUnreadable
"""Upstream: polkadot/xcm/xcm-executor/src/traits/query.rs `QueryResponseStatus`"""


class XcmQueries(XcmVersioning, prefix="XcmPallet"):
    """Queries and answers.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    # ------------------------------------------------------------------------------------------ asking

    def new_query(
        self,
        responder: Location,
        timeout: BlockNumber,
        match_querier: Location = HERE,
        notify: tuple[int, int] | None = None,
    ) -> QueryId:
        """Expect an answer; `notify` names the call that is to be made with it, by its two indices.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::do_new_query`
        """
        query_id = self.next_query_id()
        self.queries[query_id] = Pending(newest(responder), newest(match_querier), notify, timeout)
        return query_id

    def report_outcome(self, message: Xcm, responder: Location, timeout: BlockNumber) -> tuple[Xcm, QueryId]:
        """The message so that it tells us how it went, and the query that expects that; raises `XcmFailure`.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `QueryHandler::report_outcome`
        """
        destination = self._seen_from(responder)
        query_id = self.new_query(responder, timeout)
        return _reporting(message, QueryResponseInfo(destination, query_id, ZERO_WEIGHT)), query_id

    def report_outcome_notify(
        self, message: Xcm, responder: Location, notify: RuntimeCall, timeout: BlockNumber
    ) -> Xcm:
        """The message so that it tells us how it went; the call is then made, with the query's id and the
        answer in place of its arguments. It may weigh as much as it weighs now. Raises `XcmFailure`.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::report_outcome_notify`
        """
        destination = self._seen_from(responder)
        max_weight = self.executor.config.calls.weight(notify)
        pallet_index, call_index = self.frame.wire.codec(RuntimeCall).encode(notify)[:2]
        query_id = self.new_query(responder, timeout, notify=(pallet_index, call_index))
        return _reporting(message, QueryResponseInfo(destination, query_id, max_weight))

    def _seen_from(self, place: Location) -> Location:
        try:
            return invert_target(self.constants.universal_location, place)
        except LocationError:
            raise XcmFailure(errors.LocationNotInvertible()) from None

    def take_response(self, query_id: QueryId) -> QueryResponseStatus:
        """The answer to a query, which is then gone; or why there is none.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `QueryHandler::take_response`
        """
        match self.queries.get(query_id):
            case Ready(response, at):
                try:
                    taken = QueryTaken(response.newest(), at)
                except Unconvertible:
                    return QueryUnreadable()
                self.queries.remove(query_id)
                self.deposit_event(ResponseTaken(query_id))
                return taken
            case Pending(timeout=timeout):
                return QueryOpen(timeout)
            case None:
                return QueryNotFound()
            case _:
                return QueryUnreadable()

    # ------------------------------------------------------------------------------- `ResponseHandler`

    def expecting_response(self, origin: Location, query_id: QueryId, querier: Location | None) -> bool:
        """Whether `origin` may answer a query, addressed so.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `OnResponse::expecting_response`
        """
        match self.queries.get(query_id):
            case Pending(responder, match_querier):
                addressed = match_querier is None or (querier is not None and _is(match_querier, querier))
                return _is(responder, origin) and addressed
            case VersionNotifier(expected):
                return _is(expected, origin)
            case _:
                return False

    def on_response(
        self,
        origin: Location,
        query_id: QueryId,
        querier: Location | None,
        response: answers.Response,
        max_weight: Weight,
        context: XcmContext,
    ) -> None:
        """Take an answer. One that is not expected leaves an event, and the query as it is.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `OnResponse::on_response`
        """
        match response, self.queries.get(query_id):
            case answers.Version(version), VersionNotifier() as query:
                self._on_version(origin, query_id, version, query)
            case _, Pending() as query:
                if self._is_expected(origin, query_id, querier, query):
                    self._on_answer(origin, query_id, response, max_weight, query)
            case _:
                self.deposit_event(UnexpectedResponse(origin, query_id))

    def _on_version(self, origin: Location, query_id: QueryId, version: int, query: VersionNotifier) -> None:
        """A place that we asked for its version tells it."""
        try:
            expected: Location | None = query.origin.newest()
        except Unconvertible:
            expected = None
        if expected != origin:
            self.deposit_event(InvalidResponder(origin, query_id, expected))
            return
        if not query.is_active:
            self.queries[query_id] = VersionNotifier(newest(origin), is_active=True)
        self.supported_version[XCM_VERSION, newest(origin)] = version
        self.deposit_event(SupportedVersionChanged(origin, version))

    def _is_expected(
        self, origin: Location, query_id: QueryId, querier: Location | None, query: Pending
    ) -> bool:
        """Whether an answer is addressed to who asked, and comes from who was asked; tells if not."""
        if query.maybe_match_querier is not None:
            try:
                match_querier = query.maybe_match_querier.newest()
            except Unconvertible:
                self.deposit_event(InvalidQuerierVersion(origin, query_id))
                return False
            if querier != match_querier:
                self.deposit_event(InvalidQuerier(origin, query_id, match_querier, querier))
                return False
        try:
            responder = query.responder.newest()
        except Unconvertible:
            self.deposit_event(InvalidResponderVersion(origin, query_id))
            return False
        if origin != responder:
            self.deposit_event(InvalidResponder(origin, query_id, responder))
            return False
        return True

    def _on_answer(
        self,
        origin: Location,
        query_id: QueryId,
        response: answers.Response,
        max_weight: Weight,
        query: Pending,
    ) -> None:
        """Make the call that waits for the answer, or keep the answer."""
        if query.maybe_notify is None:
            self.deposit_event(ResponseReady(query_id, response))
            self.queries[query_id] = Ready(Versioned(XCM_VERSION, response), self.system.number.get())
            return
        pallet_index, call_index = query.maybe_notify
        call = self._call_with(pallet_index, call_index, query_id, response)
        if call is None:
            self.deposit_event(NotifyDecodeFailed(query_id, pallet_index, call_index))
            return
        self.queries.remove(query_id)
        weight = self.executor.config.calls.weight(call)
        if weight.any_gt(max_weight):
            self.deposit_event(NotifyOverweight(query_id, pallet_index, call_index, weight, max_weight))
            return
        done = self.executor.config.calls.dispatch(call, Response(origin))
        told = Notified if done.error is None else NotifyDispatchError
        self.deposit_event(told(query_id, pallet_index, call_index))

    def _call_with(
        self, pallet_index: int, call_index: int, query_id: QueryId, response: answers.Response
    ) -> RuntimeCall | None:
        """The call that takes a query's id and the answer to it; None if this one does not.

        A call that takes less is made, too: what it leaves of these bytes is not looked at.
        """
        indices = codec(tuple[U8, U8]).encode((pallet_index, call_index))
        encoded = indices + codec(U64).encode(query_id) + V5.codec(answers.Response).encode(response)
        try:
            call, _ = self.frame.wire.codec(RuntimeCall).decode_at(encoded, 0)
        except DecodeError:
            return None
        return call


def _is(stored: Versioned[Location], place: Location) -> bool:
    try:
        return stored.newest() == place
    except Unconvertible:
        return False


def _reporting(message: Xcm, info: QueryResponseInfo) -> Xcm:
    return (SetAppendix((ReportError(info),)), *message)
