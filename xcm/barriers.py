"""Barriers: which programs are let in, and which of them for nothing.

A **barrier** looks at the first instructions of a program and at who sent it. It gives the program as it may
run or raises `Refused`. Chains combine several, with what is in `xcm/barriers_combined.py`.

| lets in | if |
|---|---|
| `TakeWeightCredit` | the weight is paid for already |
| `AllowTopLevelPaidExecutionFrom` | it pays before it does anything else |
| `AllowExplicitUnpaidExecutionFrom` | it says that it will not pay, and need not |
| `AllowUnpaidExecutionFrom` | the sender need not pay |
| `AllowKnownQueryResponses` | it is an answer that is waited for, and nothing else |
| `AllowSubscriptionsFrom` | it asks for versions, and nothing else |
| `AllowHrmpNotificationsFromRelayChain` | it is news of a channel, and nothing else |

Upstream: polkadot/xcm/xcm-builder/src/barriers.rs, polkadot/xcm/xcm-builder/src/matcher.rs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from primitives.record import replace
from primitives.weights import Weight
from xcm.failures import Refusal, Refused
from xcm.instructions import (
    AliasOrigin,
    BuyExecution,
    ClaimAsset,
    ClearOrigin,
    DescendOrigin,
    PayFees,
    ReceiveTeleportedAsset,
    ReserveAssetDeposited,
    SetHints,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import Junctions
from xcm.location import PARENT, Location, LocationError
from xcm.program import (
    Instruction,
    Xcm,
)
from xcm.reports import (
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    QueryResponse,
    SubscribeVersion,
    UnsubscribeVersion,
)
from xcm.terms import Limited, Unlimited, WeightLimit
from xcm.traits import Contains, Properties, ResponseHandler

MAX_ASSETS_FOR_BUY_EXECUTION = 2
"""Assets that a program may take in before it pays."""

MAX_INSTRUCTIONS_TO_PAY = 5
"""Within so many instructions a program has to pay."""

MAX_INSTRUCTIONS_BEFORE_UNPAID = 5
"""Instructions that may stand before `UnpaidExecution`."""


@dataclass(frozen=True)
class TakeWeightCredit:
    """Lets in what is paid for already, and takes the weight off the credit.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `TakeWeightCredit`
    """

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with Overweight if the credit is too small."""
        require(not max_weight.any_gt(properties.weight_credit), Refusal.Overweight)
        properties.weight_credit = properties.weight_credit.saturating_sub(max_weight)
        return program


@dataclass(frozen=True)
class AllowTopLevelPaidExecutionFrom:
    """Lets in programs that take in at most two assets and then pay for themselves.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `AllowTopLevelPaidExecutionFrom`
    """

    origins: Contains

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """The program with exactly `max_weight` to buy."""
        require(self.origins(origin), Refusal.Unsupported)
        head = program[:MAX_INSTRUCTIONS_TO_PAY]
        require(bool(head) and _takes_in_few_assets(head[0]), Refusal.BadFormat)
        at = next((at for at in range(1, len(head)) if not _may_stand_before_payment(head[at])), None)
        if at is None:
            raise Refused(Refusal.BadFormat)
        return (*program[:at], _paid(head[at], max_weight), *program[at + 1 :])


def _takes_in_few_assets(instruction: Instruction) -> bool:
    match instruction:
        case (
            WithdrawAsset(assets)
            | ReceiveTeleportedAsset(assets)
            | ReserveAssetDeposited(assets)
            | ClaimAsset(assets=assets)
        ):
            return len(assets) <= MAX_ASSETS_FOR_BUY_EXECUTION
        case _:
            return False


def _may_stand_before_payment(instruction: Instruction) -> bool:
    match instruction:
        case ClearOrigin() | AliasOrigin() | SetHints():
            return True
        case DescendOrigin(interior):
            return bool(interior)
        case _:
            return False


def _paid(instruction: Instruction, max_weight: Weight) -> Instruction:
    match instruction:
        case BuyExecution(weight_limit=limit) if _enough(limit, max_weight):
            return replace(instruction, weight_limit=Limited(max_weight))
        case PayFees():
            return instruction
        case _:
            raise Refused(Refusal.Overweight)


def _enough(limit: WeightLimit, max_weight: Weight) -> bool:
    return isinstance(limit, Unlimited) or not max_weight.any_gt(limit.weight)


@dataclass(frozen=True)
class AllowUnpaidExecutionFrom:
    """Lets in everything from some senders.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `AllowUnpaidExecutionFrom`
    """

    origins: Contains

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """The program as it is."""
        require(self.origins(origin), Refusal.Unsupported)
        return program


def _no_aliases(origin: Location, target: Location) -> bool:
    return False


@dataclass(frozen=True)
class AllowExplicitUnpaidExecutionFrom:
    """Lets in programs that say `UnpaidExecution`, from senders who need not pay.

    Assets may be taken in before, then the origin may change: the origin by the time of `UnpaidExecution`
    is the one that counts.
    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `AllowExplicitUnpaidExecutionFrom`
    """

    origins: Contains
    aliasers: Callable[[Location, Location], bool] = _no_aliases

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with Overweight if something else comes first, or the limit is too small."""
        rest = program
        while self._may_go_on(program, rest) and _may_stand_before_unpaid(rest[0]):
            rest = rest[1:]
        while self._may_go_on(program, rest):
            changed = self._changed_origin(origin, rest[0])
            if changed is None:
                break
            origin, rest = changed, rest[1:]

        require(bool(rest), Refusal.BadFormat)
        require(_is_unpaid(rest[0], max_weight), Refusal.Overweight)
        require(self.origins(origin), Refusal.Unsupported)
        return program

    @staticmethod
    def _may_go_on(program: Xcm, rest: Xcm) -> bool:
        return bool(rest) and len(program) - len(rest) < MAX_INSTRUCTIONS_BEFORE_UNPAID

    def _changed_origin(self, origin: Location, instruction: Instruction) -> Location | None:
        match instruction:
            case ClearOrigin():
                raise Refused(Refusal.Unsupported)
            case AliasOrigin(target):
                require(self.aliasers(origin, target), Refusal.Unsupported)
                return target
            case DescendOrigin(interior) if interior:
                return descended(origin, interior)
            case _:
                return None


def _may_stand_before_unpaid(instruction: Instruction) -> bool:
    return isinstance(instruction, ReceiveTeleportedAsset | ReserveAssetDeposited | WithdrawAsset | SetHints)


def _is_unpaid(instruction: Instruction, max_weight: Weight) -> bool:
    return isinstance(instruction, UnpaidExecution) and _enough(instruction.weight_limit, max_weight)


@dataclass(frozen=True)
class AllowKnownQueryResponses:
    """Lets in answers that are waited for.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `AllowKnownQueryResponses`
    """

    responses: ResponseHandler

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with BadFormat."""
        match program:
            case (QueryResponse(query_id=query_id, querier=querier),):
                expected = self.responses.expecting_response(origin, query_id, querier)
                require(expected, Refusal.BadFormat)
                return program
            case _:
                raise Refused(Refusal.BadFormat)


@dataclass(frozen=True)
class AllowSubscriptionsFrom:
    """Lets in programs that only begin or end a subscription of our version.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `AllowSubscriptionsFrom`
    """

    origins: Contains

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with Unsupported for the sender, BadFormat for the program."""
        require(self.origins(origin), Refusal.Unsupported)
        require(_is_only(program, SubscribeVersion, UnsubscribeVersion), Refusal.BadFormat)
        return program


@dataclass(frozen=True)
class AllowHrmpNotificationsFromRelayChain:
    """Lets in news of channels, which only the relay chain has.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `AllowHrmpNotificationsFromRelayChain`
    """

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with Unsupported for the sender, BadFormat for the program."""
        news = (HrmpNewChannelOpenRequest, HrmpChannelAccepted, HrmpChannelClosing)
        require(origin == PARENT, Refusal.Unsupported)
        require(_is_only(program, *news), Refusal.BadFormat)
        return program


def _is_only(program: Xcm, *kinds: type) -> bool:
    return len(program) == 1 and isinstance(program[0], kinds)


def descended(origin: Location, interior: Junctions) -> Location:
    """Something inside of a place; refuses with Unsupported if that is too long to say."""
    try:
        return origin.appended_with(Location(0, interior))
    except LocationError:
        raise Refused(Refusal.Unsupported) from None


def require(condition: bool, otherwise: Refusal) -> None:  # noqa: FBT001 - reads as a sentence
    """Go on if the condition holds, else refuse."""
    if not condition:
        raise Refused(otherwise)
