"""Several calls in one, and calls as somebody else.

| | a call fails | the batch as a whole |
|---|---|---|
| `batch` | the rest is not made, what was done stays | goes well |
| `batch_all` | everything is undone | fails with the same error |
| `force_batch` | the rest is made nevertheless | goes well |

The class and weight of each call here follow from those of the calls inside (`Dispatcher.dispatch_info`).
Afterwards it weighs what its calls turned out to weigh, and those that were not made nothing.

Upstream: substrate/frame/utility/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import Any

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
from primitives.weights import ZERO_WEIGHT, PostDispatchInfo, Weight


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
    def batch(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> PostDispatchInfo:
        """Make calls one after the other until one fails; what was done by then stays.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::batch`
        """
        self._ensure_batch(origin, calls)

        used = ZERO_WEIGHT
        for index, each in enumerate(calls):
            error, weight = self._made(each, origin)
            used = used.saturating_add(weight)
            if error is not None:
                self.deposit_event(BatchInterrupted(index, error))
                return self._spent("batch", calls[: index + 1], used)
            self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompleted())
        return self._spent("batch", calls, used)

    @call(1)
    def as_derivative(self, origin: Origin, index: U16, call: RuntimeCall) -> PostDispatchInfo:
        """Make a call as one of the accounts that are derived from the caller's.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::as_derivative`
        """
        who = ensure_signed(origin)

        base = self._base("as_derivative", (call,), index, call)
        try:
            used = self._made_or_fails(call, Signed(derivative_account(who, index)))
        except DispatchError as error:
            raise _with_base(error, base) from None
        return PostDispatchInfo(base.saturating_add(used))

    @call(2)
    def batch_all(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> PostDispatchInfo:
        """Make calls one after the other, all or none.

        Only Root may put one `batch_all` into another; for others the inner one fails with CallFiltered.
        DEVIATION: upstream also sees it inside a `batch` in between.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::batch_all`
        """
        self._ensure_batch(origin, calls)

        used = ZERO_WEIGHT
        for index, each in enumerate(calls):
            nested = (each.pallet, each.name) == (self.prefix, "batch_all")
            ensure(isinstance(origin, Root) or not nested, SystemError_.CallFiltered)
            try:
                used = used.saturating_add(self._made_or_fails(each, origin))
            except DispatchError as error:
                made = calls[: index + 1]
                base = self._base("batch_all", made, made)
                raise _with_base(error, base.saturating_add(used)) from None
            self.deposit_event(ItemCompleted())
        self.deposit_event(BatchCompleted())
        return self._spent("batch_all", calls, used)

    @call(3)
    def dispatch_as(self, origin: Origin, as_origin: OriginCaller, call: RuntimeCall) -> None:
        """Make a call with another origin; Root only. How it went is in the event.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::dispatch_as`
        """
        ensure_root(origin)

        error, _ = self._made(call, as_origin)
        self.deposit_event(DispatchedAs(Ok() if error is None else Err(error)))

    @call(4)
    def force_batch(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> PostDispatchInfo:
        """Make calls one after the other, whether they fail or not. Afterwards it weighs as a `batch`.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::force_batch`
        """
        self._ensure_batch(origin, calls)

        failed, used = False, ZERO_WEIGHT
        for each in calls:
            error, weight = self._made(each, origin)
            failed, used = failed or error is not None, used.saturating_add(weight)
            self.deposit_event(ItemCompleted() if error is None else ItemFailed(error))
        self.deposit_event(BatchCompletedWithErrors() if failed else BatchCompleted())
        return self._spent("batch", calls, used)

    @call(5)
    def with_weight(self, origin: Origin, call: RuntimeCall, weight: Weight) -> None:
        """Make a call with a weight of one's own choosing; Root only.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::with_weight`
        """
        ensure_root(origin)

        self._made_or_fails_as_known(call, Root())

    @call(6)
    def if_else(self, origin: Origin, main: RuntimeCall, fallback: RuntimeCall) -> PostDispatchInfo:
        """Make a call, and if it fails another instead.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::if_else`
        """
        ensure(not isinstance(origin, NoOrigin), BadOrigin())

        base = self._base("if_else", (main, fallback), main, fallback)
        error, used = self._made(main, origin)
        used = base.saturating_add(used)
        if error is None:
            self.deposit_event(IfElseMainSuccess())
            return PostDispatchInfo(used)
        try:
            used = used.saturating_add(self._made_or_fails(fallback, origin))
        except DispatchError as failed:
            raise _with_base(failed, used) from None
        self.deposit_event(IfElseFallbackCalled(error))
        return PostDispatchInfo(used)

    @call(7)
    def dispatch_as_fallible(self, origin: Origin, as_origin: OriginCaller, call: RuntimeCall) -> None:
        """Make a call with another origin; Root only. Fails if the call does.

        Upstream: substrate/frame/utility/src/lib.rs `Pallet::dispatch_as_fallible`
        """
        ensure_root(origin)

        self._made_or_fails_as_known(call, as_origin)
        self.deposit_event(DispatchedAs(Ok()))

    def _ensure_batch(self, origin: Origin, calls: tuple[RuntimeCall, ...]) -> None:
        ensure(not isinstance(origin, NoOrigin), BadOrigin())
        ensure(len(calls) <= self.constants.batched_calls_limit, Error.TooManyCalls)

    # Making calls, and what they weighed.

    def _made(self, call: RuntimeCall, origin: Origin) -> tuple[DispatchErrorCase | None, Weight]:
        """Make a call; gives why it failed, if it did, and what it weighed."""
        try:
            return None, self._made_or_fails(call, origin)
        except DispatchError as error:
            return self.dispatcher.error_case(error), error.actual_weight or ZERO_WEIGHT

    def _made_or_fails(self, call: RuntimeCall, origin: Origin) -> Weight:
        """Make a call; gives what it weighed, which is also told with an error."""
        known = self.dispatcher.dispatch_info(call).weight
        try:
            actual = self.dispatcher.dispatch(call, origin).actual_weight
        except DispatchError as error:
            error.actual_weight = known if error.actual_weight is None else known.min(error.actual_weight)
            raise
        return known if actual is None else known.min(actual)

    def _made_or_fails_as_known(self, call: RuntimeCall, origin: Origin) -> None:
        """Make a call for one that weighs what was known before, however the call goes."""
        try:
            self.dispatcher.dispatch(call, origin)
        except DispatchError as error:
            error.actual_weight = None
            raise

    def _spent(self, name: str, made: tuple[RuntimeCall, ...], used: Weight) -> PostDispatchInfo:
        """What a batch weighs of which these calls were made."""
        return PostDispatchInfo(self._base(name, made, made).saturating_add(used))

    def _base(self, name: str, inside: tuple[RuntimeCall, ...], *args: Any) -> Weight:
        """What a call of this pallet weighs without the calls inside it."""
        weight = self.dispatcher.dispatch_info(RuntimeCall(self.prefix, name, args)).weight
        for each in inside:
            weight = weight.saturating_sub(self.dispatcher.dispatch_info(each).weight)
        return weight


def _with_base(error: DispatchError, base: Weight) -> DispatchError:
    """The error of a call inside, with what the call around it weighs on top."""
    error.actual_weight = base.saturating_add(error.actual_weight or ZERO_WEIGHT)
    return error


def derivative_account(who: AccountId, index: int) -> AccountId:
    """An account that only `who` can use, one for each index below 2^16.

    Upstream: substrate/frame/utility/src/lib.rs `derivative_account_id`
    """
    return AccountId(blake2_256(b"modlpy/utilisuba" + who + index.to_bytes(2, "little")))
