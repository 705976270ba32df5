"""Barriers: what is let in, what is refused, and why."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_world import ALICE, SIBLING, US, World, some
from xcm.barriers import (
    AllowExplicitUnpaidExecutionFrom,
    AllowHrmpNotificationsFromRelayChain,
    AllowKnownQueryResponses,
    AllowSubscriptionsFrom,
    AllowTopLevelPaidExecutionFrom,
    AllowUnpaidExecutionFrom,
    TakeWeightCredit,
)
from xcm.barriers_combined import (
    DenyRecursively,
    DenyReserveTransferToRelayChain,
    DenyThenTry,
    FirstOf,
    RespectSuspension,
    TrailingSetTopicAsId,
    WithComputedOrigin,
)
from xcm.failures import Refusal, Refused
from xcm.filters import All, Wild
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
    SetTopic,
    TransferAsset,
    UniversalOrigin,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import GlobalConsensus, Junction, Kusama, OnlyChild, PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import (
    DepositReserveAsset,
    ExecuteWithOrigin,
    InitiateReserveWithdraw,
    Instruction,
    SetAppendix,
    SetErrorHandler,
    TransferReserveAsset,
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
from xcm.responses import Null
from xcm.terms import AssetClaimer, Limited, Unlimited, WeightLimit
from xcm.traits import Barrier, Properties

MAX = Weight(20, 20)
"""What every program here weighs."""

TOPIC = bytes([9]) * 32
INSIDE: tuple[Junction, ...] = (PalletInstance(3),)
DEEP = (OnlyChild(),) * 8


def shown(barrier: Barrier, origin: Location, *program: Instruction, credit: Weight = ZERO_WEIGHT) -> Xcm:
    return barrier.should_execute(origin, program, MAX, Properties(credit))


def refusal(barrier: Barrier, origin: Location, *program: Instruction) -> Refusal:
    with pytest.raises(Refused) as refused:
        shown(barrier, origin, *program)
    return refused.value.why


def only(*places: Location) -> Callable[[Location], bool]:
    return lambda location: location in places


def buy(limit: WeightLimit) -> BuyExecution:
    return BuyExecution(some(1), limit)


TRANSFER = TransferAsset((some(1),), HERE)
WITHDRAW = WithdrawAsset((some(1),))
UNPAID = UnpaidExecution(Unlimited(), None)
PAID = AllowTopLevelPaidExecutionFrom(only(SIBLING))
FREE = AllowExplicitUnpaidExecutionFrom(only(PARENT), lambda origin, target: origin == SIBLING)

# ---------------------------------------------------------------------------------------------- credit


def test_weight_credit_is_used_up() -> None:
    properties = Properties(Weight(30, 25))

    assert TakeWeightCredit().should_execute(PARENT, (TRANSFER,), MAX, properties) == (TRANSFER,)
    assert properties.weight_credit == Weight(10, 5)
    with pytest.raises(Refused) as refused:
        TakeWeightCredit().should_execute(PARENT, (TRANSFER,), MAX, properties)
    assert refused.value.why is Refusal.Overweight


def test_weight_credit_must_do_for_both_parts() -> None:
    with pytest.raises(Refused):
        shown(TakeWeightCredit(), PARENT, TRANSFER, credit=Weight(99, 19))


# ------------------------------------------------------------------------------------------------ paid


@pytest.mark.parametrize("limit", [Unlimited(), Limited(MAX), Limited(Weight(21, 99))])
def test_what_a_program_will_buy_is_rewritten_to_its_weight(limit: WeightLimit) -> None:
    assert shown(PAID, SIBLING, WITHDRAW, buy(limit), TRANSFER) == (WITHDRAW, buy(Limited(MAX)), TRANSFER)


@pytest.mark.parametrize(
    "first",
    [
        WITHDRAW,
        ReceiveTeleportedAsset((some(1), some(1, HERE))),
        ReserveAssetDeposited((some(1),)),
        ClaimAsset((some(1),), HERE),
    ],
)
def test_assets_may_come_in_four_ways_to_pay_with(first: Instruction) -> None:
    assert shown(PAID, SIBLING, first, PayFees(some(1))) == (first, PayFees(some(1)))


def test_up_to_three_instructions_may_stand_before_the_payment() -> None:
    between = (ClearOrigin(), AliasOrigin(ALICE), DescendOrigin(INSIDE), SetHints((AssetClaimer(ALICE),)))

    assert shown(PAID, SIBLING, WITHDRAW, *between[:3], buy(Unlimited()))[4] == buy(Limited(MAX))
    assert refusal(PAID, SIBLING, WITHDRAW, *between, buy(Unlimited())) is Refusal.BadFormat


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ((), Refusal.BadFormat),
        ((WITHDRAW,), Refusal.BadFormat),
        ((TRANSFER, buy(Unlimited())), Refusal.BadFormat),
        ((WithdrawAsset((some(1), some(1, HERE), some(1, ALICE))), buy(Unlimited())), Refusal.BadFormat),
        ((WITHDRAW, TRANSFER), Refusal.Overweight),
        ((WITHDRAW, DescendOrigin(()), buy(Unlimited())), Refusal.Overweight),
        ((WITHDRAW, buy(Limited(Weight(19, 99)))), Refusal.Overweight),
        ((WITHDRAW, buy(Limited(Weight(99, 19)))), Refusal.Overweight),
    ],
)
def test_a_program_that_does_not_pay_in_time_is_refused(program: Xcm, why: Refusal) -> None:
    assert refusal(PAID, SIBLING, *program) is why


def test_payment_is_taken_only_from_some() -> None:
    assert refusal(PAID, PARENT, WITHDRAW, buy(Unlimited())) is Refusal.Unsupported


# -------------------------------------------------------------------------------------------- unpaid


def test_who_need_not_pay_need_not_say_so_either() -> None:
    free = AllowUnpaidExecutionFrom(only(PARENT))

    assert shown(free, PARENT, TRANSFER) == (TRANSFER,)
    assert refusal(free, SIBLING, TRANSFER) is Refusal.Unsupported


@pytest.mark.parametrize("limit", [Unlimited(), Limited(MAX)])
def test_who_need_not_pay_has_to_say_that_he_will_not(limit: WeightLimit) -> None:
    program = (UnpaidExecution(limit, None), TRANSFER)

    assert shown(FREE, PARENT, *program) == program
    assert refusal(FREE, SIBLING, *program) is Refusal.Unsupported
    assert refusal(FREE, PARENT, TRANSFER, *program) is Refusal.Overweight


def test_an_unpaid_limit_must_do_for_both_parts() -> None:
    assert refusal(FREE, PARENT, UnpaidExecution(Limited(Weight(99, 19)), None)) is Refusal.Overweight


def test_five_instructions_may_stand_before_unpaid_execution() -> None:
    taken_in = (WITHDRAW, ReserveAssetDeposited(()), ReceiveTeleportedAsset(()), SetHints(()))

    assert len(shown(FREE, SIBLING, *taken_in, AliasOrigin(PARENT), UNPAID)) == 6
    assert refusal(FREE, SIBLING, *taken_in, WITHDRAW, AliasOrigin(PARENT), UNPAID) is Refusal.Overweight


def test_the_origin_by_then_is_the_one_that_need_not_pay() -> None:
    inside = AllowExplicitUnpaidExecutionFrom(only(Location(1, INSIDE)))

    assert shown(FREE, SIBLING, AliasOrigin(PARENT), UNPAID) == (AliasOrigin(PARENT), UNPAID)
    assert shown(inside, PARENT, DescendOrigin(INSIDE), UNPAID)[1] == UNPAID
    assert refusal(FREE, PARENT, DescendOrigin(INSIDE), UNPAID) is Refusal.Unsupported
    assert refusal(FREE, PARENT, AliasOrigin(PARENT), UNPAID) is Refusal.Unsupported
    assert refusal(inside, PARENT, AliasOrigin(PARENT), UNPAID) is Refusal.Unsupported
    assert refusal(FREE, PARENT, ClearOrigin(), UNPAID) is Refusal.Unsupported
    assert refusal(FREE, PARENT, DescendOrigin(DEEP), DescendOrigin(INSIDE), UNPAID) is Refusal.Unsupported
    assert refusal(FREE, PARENT, DescendOrigin(()), UNPAID) is Refusal.Overweight
    assert refusal(FREE, PARENT, WITHDRAW) is Refusal.BadFormat


# --------------------------------------------------------------------------------- answers, news


def test_an_answer_comes_in_alone_and_only_if_it_is_waited_for() -> None:
    world = World()
    world.expected = {(SIBLING, 3)}
    barrier = AllowKnownQueryResponses(world)
    answer = QueryResponse(3, Null(), MAX, None)

    assert shown(barrier, SIBLING, answer) == (answer,)
    assert refusal(barrier, PARENT, answer) is Refusal.BadFormat
    assert refusal(barrier, SIBLING, answer, answer) is Refusal.BadFormat
    assert refusal(barrier, SIBLING) is Refusal.BadFormat


@pytest.mark.parametrize("instruction", [SubscribeVersion(1, MAX), UnsubscribeVersion()])
def test_versions_may_be_asked_for_by_some_and_with_nothing_else(instruction: Instruction) -> None:
    barrier = AllowSubscriptionsFrom(only(PARENT))

    assert shown(barrier, PARENT, instruction) == (instruction,)
    assert refusal(barrier, SIBLING, instruction) is Refusal.Unsupported
    assert refusal(barrier, PARENT, instruction, instruction) is Refusal.BadFormat
    assert refusal(barrier, PARENT, TRANSFER) is Refusal.BadFormat


@pytest.mark.parametrize(
    "news", [HrmpNewChannelOpenRequest(1, 2, 3), HrmpChannelAccepted(1), HrmpChannelClosing(1, 2, 3)]
)
def test_news_of_channels_come_from_the_relay_chain_alone(news: Instruction) -> None:
    barrier = AllowHrmpNotificationsFromRelayChain()

    assert shown(barrier, PARENT, news) == (news,)
    assert refusal(barrier, SIBLING, news) is Refusal.Unsupported
    assert refusal(barrier, PARENT, news, news) is Refusal.BadFormat
    assert refusal(barrier, PARENT, TRANSFER) is Refusal.BadFormat


# -------------------------------------------------------------------------------------------- combined


def test_the_first_barrier_that_lets_in_counts_and_else_the_last_refusal() -> None:
    barrier = FirstOf((FREE, PAID))

    assert shown(barrier, PARENT, UNPAID) == (UNPAID,)
    assert shown(barrier, SIBLING, WITHDRAW, buy(Unlimited()))[1] == buy(Limited(MAX))
    assert refusal(barrier, SIBLING, TRANSFER) is Refusal.BadFormat
    assert refusal(FirstOf(()), SIBLING, TRANSFER) is Refusal.Unsupported


def test_the_inner_barrier_sees_the_computed_origin_and_the_rest() -> None:
    inner = AllowTopLevelPaidExecutionFrom(only(Location(2, (GlobalConsensus(Kusama()), Parachain(7)))))
    barrier = WithComputedOrigin(inner, US)
    prefix = (UniversalOrigin(GlobalConsensus(Kusama())), DescendOrigin((Parachain(7),)))

    program = shown(barrier, SIBLING, *prefix, WITHDRAW, buy(Unlimited()))

    assert program == (*prefix, WITHDRAW, buy(Limited(MAX)))
    assert refusal(barrier, SIBLING, WITHDRAW, buy(Unlimited())) is Refusal.Unsupported


def test_only_so_many_prefixes_are_computed() -> None:
    barrier = WithComputedOrigin(AllowUnpaidExecutionFrom(only(Location(1, INSIDE))), US, max_prefixes=1)

    assert len(shown(barrier, PARENT, DescendOrigin(INSIDE), DescendOrigin(INSIDE))) == 2
    assert refusal(barrier, PARENT) is Refusal.BadFormat
    assert refusal(barrier, Location(1, DEEP), DescendOrigin(INSIDE)) is Refusal.Unsupported


def test_a_topic_at_the_end_becomes_the_id_and_is_not_shown() -> None:
    properties = Properties(ZERO_WEIGHT)
    barrier = TrailingSetTopicAsId(AllowSubscriptionsFrom(only(PARENT)))
    program = (UnsubscribeVersion(), SetTopic(TOPIC))

    assert barrier.should_execute(PARENT, program, MAX, properties) == program
    assert properties.message_id == TOPIC
    assert shown(barrier, PARENT, UnsubscribeVersion()) == (UnsubscribeVersion(),)
    assert refusal(barrier, PARENT, SetTopic(TOPIC), UnsubscribeVersion()) is Refusal.BadFormat


def test_programs_wait_while_the_chain_is_suspended() -> None:
    free = AllowUnpaidExecutionFrom(only(PARENT))

    assert refusal(RespectSuspension(free, lambda: True), PARENT, TRANSFER) is Refusal.Yield
    assert shown(RespectSuspension(free, lambda: False), PARENT, TRANSFER) == (TRANSFER,)


FROM_RELAY = (
    InitiateReserveWithdraw(Wild(All()), PARENT, ()),
    DepositReserveAsset(Wild(All()), PARENT, ()),
    TransferReserveAsset((some(1),), PARENT, ()),
)


@pytest.mark.parametrize("move", FROM_RELAY)
def test_what_is_denied_is_let_in_by_nobody(move: Instruction) -> None:
    free = AllowUnpaidExecutionFrom(only(PARENT))
    barrier = DenyThenTry(DenyReserveTransferToRelayChain(), free)

    assert refusal(barrier, PARENT, TRANSFER, move) is Refusal.Unsupported
    assert shown(barrier, PARENT, TRANSFER) == (TRANSFER,)
    assert shown(barrier, PARENT, SetAppendix((move,))) == (SetAppendix((move,)),)
    assert refusal(barrier, SIBLING, TRANSFER) is Refusal.Unsupported
    assert refusal(barrier, PARENT) is Refusal.BadFormat


def nested(depth: int) -> Xcm:
    return (TRANSFER,) if not depth else (SetAppendix(nested(depth - 1)),)


def test_denial_reaches_into_programs_that_run_here() -> None:
    deny = DenyRecursively(DenyReserveTransferToRelayChain())
    barrier = DenyThenTry(deny, AllowUnpaidExecutionFrom(only(PARENT)))
    inner = (TRANSFER, FROM_RELAY[0])

    assert refusal(barrier, PARENT, SetAppendix(inner)) is Refusal.Unsupported
    assert refusal(barrier, PARENT, SetErrorHandler(inner)) is Refusal.Unsupported
    assert refusal(barrier, PARENT, ExecuteWithOrigin(None, (SetAppendix(inner),))) is Refusal.Unsupported
    assert shown(barrier, PARENT, *nested(10)) == nested(10)
    assert refusal(barrier, PARENT, *nested(11)) is Refusal.StackLimitReached
