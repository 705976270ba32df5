"""Several calls in one, and calls as somebody else.

| | a call fails | the batch as a whole |
|---|---|---|
| `batch` | the rest is not made, what was done stays | goes well |
| `batch_all` | everything is undone | fails with the same error |
| `force_batch` | the rest is made nevertheless | goes well |

The class and weight of each call here follow from those of the calls inside (`Dispatcher.dispatch_info`).
DEVIATION: after the call they are reported as they were known before; upstream takes off what the calls
inside did not use.

Upstream: substrate/frame/utility/src/lib.rs
"""

from __future__ import annotations

import enum

from pallets.system_items import Error as SystemError_
from primitives.dispatch import Dispatcher
from primitives.errors import (
    BadOrigin,
    DispatchError,
    DispatchErrorCase,
    DispatchResult,
    Err,
    ErrorCode,
    Ok,
    ensure,
)
from primitives.hashing import blake2_256
from primitives.ids import AccountId
from primitives.origin import NoOrigin, Origin, Root, Signed, ensure_root, ensure_signed
from primitives.pallet import Frame, OriginCaller, Pallet, RuntimeCall, call
from primitives.record import Record
from primitives.scale.codec import U16, U32
from primitives.weights import Weight


class BatchInterrupted(Record, tag=0):
    """A call of a batch failed: its place, counted from 0, and why. Later ones were not made."""

    index: U32
    error: DispatchErrorCase


class BatchCompleted(Record, tag=1):
    """All calls of a batch went well."""


class BatchCompletedWithErrors(Record, tag=2):
    """All calls of a batch were made, some failed."""


class ItemCompleted(Record, tag=3):
    """One call of a batch went well."""


class ItemFailed(Record, tag=4):
    """One call of a batch failed."""

    error: DispatchErrorCase


class DispatchedAs(Record, tag=5):
    """A call was made with another origin."""

    result: DispatchResult


class IfElseMainSuccess(Record, tag=6):
    """The first of two calls went well."""


class IfElseFallbackCalled(Record, tag=7):
    """The first of two calls failed, the second went well."""

    main_error: DispatchErrorCase


Event = (
    BatchInterrupted
    | BatchCompleted
    | BatchCompletedWithErrors
    | ItemCompleted
    | ItemFailed
    | DispatchedAs
    | IfElseMainSuccess
    | IfElseFallbackCalled
)


class Error(ErrorCode):
    """Why a call of Utility fails."""

    TooManyCalls = enum.auto()
    """The batch is too long."""


class UtilityConstants(Record):
    """What a runtime fixes for its Utility pallet."""

    batched_calls_limit: U32
    """Calls that one batch may have."""


class Utility(Pallet, prefix="Utility", events=Event, errors=Error, constants=UtilityConstants):
    """Batches, and calls as somebody else. It stores nothing.

    Upstream: substrate/frame/utility/src/lib.rs `Pallet`
    """

    def __init__(self, frame: Frame, dispatcher: Dispatcher, constants: UtilityConstants) -> None:
        super().__init__(frame)
        self.dispatcher, self.constants = dispatcher, constants

    @call(0)
    def batch(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> None:
        """Make calls one after the other until one fails; what was done by then stays.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::batch`
        """
        self._ensure_batch(origin, calls)

        for index, each in enumerate(calls):
            error = self._error(each, origin)
            if error is not None:
                self.deposit_event(BatchInterrupted(index, error))
                return
            self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompleted())

    @call(1)
    def as_derivative(self, origin: Origin, index: U16, call: RuntimeCall) -> None:
        """Make a call as one of the accounts that are derived from the caller's.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::as_derivative`
        """
        who = ensure_signed(origin)

        self.dispatcher.dispatch(call, Signed(derivative_account(who, index)))

    @call(2)
    def batch_all(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> None:
        """Make calls one after the other, all or none.

        Only Root may put one `batch_all` into another; for others the inner one fails with CallFiltered.
        DEVIATION: upstream also sees it inside a `batch` in between.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::batch_all`
        """
        self._ensure_batch(origin, calls)

        for each in calls:
            nested = (each.pallet, each.name) == (self.prefix, "batch_all")
            ensure(isinstance(origin, Root) or not nested, SystemError_.CallFiltered)
            self.dispatcher.dispatch(each, origin)
            self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompleted())

    @call(3)
    def dispatch_as(self, origin: Origin, as_origin: OriginCaller, call: RuntimeCall) -> None:
        """Make a call with another origin; Root only. How it went is in the event.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::dispatch_as`
        """
        ensure_root(origin)

        error = self._error(call, as_origin)
        self.deposit_event(DispatchedAs(Ok() if error is None else Err(error)))

    @call(4)
    def force_batch(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> None:
        """Make calls one after the other, whether they fail or not.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::force_batch`
        """
        self._ensure_batch(origin, calls)

        failed = False
        for each in calls:
            error = self._error(each, origin)
            failed = failed or error is not None
            self.deposit_event(ItemCompleted() if error is None else ItemFailed(error))
        self.deposit_event(BatchCompletedWithErrors() if failed else BatchCompleted())

    @call(5)
    def with_weight(self, origin: Origin, call: RuntimeCall, weight: Weight) -> None:
        """Make a call with a weight of one's own choosing; Root only.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::with_weight`
        """
        ensure_root(origin)

        self.dispatcher.dispatch(call, Root())

    @call(6)
    def if_else(self, origin: Origin, main: RuntimeCall, fallback: RuntimeCall) -> None:
        """Make a call, and if it fails another instead.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::if_else`
        """
        ensure(not isinstance(origin, NoOrigin), BadOrigin())

        error = self._error(main, origin)
        if error is None:
            self.deposit_event(IfElseMainSuccess())
        else:
            self.dispatcher.dispatch(fallback, origin)
            self.deposit_event(IfElseFallbackCalled(error))

    @call(7)
    def dispatch_as_fallible(self, origin: Origin, as_origin: OriginCaller, call: RuntimeCall) -> None:
        """Make a call with another origin; Root only. Fails if the call does.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::dispatch_as_fallible`
        """
        ensure_root(origin)

        self.dispatcher.dispatch(call, as_origin)
        self.deposit_event(DispatchedAs(Ok()))

    def _ensure_batch(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> None:
        ensure(not isinstance(origin, NoOrigin), BadOrigin())
        ensure(len(calls) <= self.constants.batched_calls_limit, Error.TooManyCalls)

    def _error(self, call: RuntimeCall, origin: Origin) -> DispatchErrorCase | None:
        """Make a call; gives why it failed, if it did."""
        try:
            self.dispatcher.dispatch(call, origin)
        except DispatchError as error:
            return self.dispatcher.error_case(error)
        return None


def derivative_account(who: AccountId, index: int) -> AccountId:
    """An account that only `who` can use, one for each index below 2^16.

    Upstream: substrate/frame/utility/src/lib.rs `derivative_account_id`
    """
    return AccountId(blake2_256(b"modlpy/utilisuba" + who + index.to_bytes(2, "little")))
