"""What XCM programs weigh on the relay chain: the figures of recorded messages, to the last digit."""

from __future__ import annotations

from typing import get_args

import pytest

from primitives.weights import Weight
from runtime.paseo_xcm_weights import XCM
from runtime.xcm_calls import RuntimeCalls
from tests.support.worlds import relay_world
from xcm import errors
from xcm.asset import Asset, Fungible, WildFungibility
from xcm.errors import InstructionError
from xcm.failures import Unweighable
from xcm.filters import All, AllCounted, AllOf, AllOfCounted, AssetFilter, Definite, Teleport, Wild
from xcm.instructions import (
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    RefundSurplus,
    SetHints,
    SetTopic,
    Transact,
    UniversalOrigin,
    WithdrawAsset,
)
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import InitiateTransfer, Instruction, Xcm
from xcm.reports import ClearTransactStatus, HrmpChannelAccepted, QueryResponse, ReportTransactStatus
from xcm.responses import QueryResponseInfo, Version
from xcm.terms import AssetClaimer, OriginKind, Unlimited
from xcm.weigher import MAX_WEIGHT, WeightBounds

A_CHILD = Location(0, (Parachain(2000),))
TOKEN, FOREIGN = Asset(HERE, Fungible(10)), Asset(PARENT, Fungible(10))
PAY: Xcm = (WithdrawAsset((TOKEN,)), BuyExecution(TOKEN, Unlimited()))

REMARK = bytes.fromhex("0007" + "10" + "deadbeef")
"""A remark of four bytes, with an event."""

INIT_OPEN_CHANNEL = bytes.fromhex("3c00" + "d1070000" + "04000000" + "00020000")


def weight_of(*program: Instruction) -> Weight:
    bounds = WeightBounds(XCM, RuntimeCalls(relay_world().relay))
    return bounds.weight(program, MAX_WEIGHT)


def test_an_answer_with_a_topic() -> None:
    answer = QueryResponse(0, Version(5), Weight(0, 0), None)
    assert weight_of(answer, SetTopic(bytes(32))) == Weight(30_169_000, 3_465)


def test_a_paid_remark_of_four_bytes() -> None:
    call = Transact(OriginKind.SovereignAccount, None, REMARK)
    assert weight_of(*PAY, call) == Weight(195_895_101, 3_593)


def test_asking_for_a_channel_with_a_report_and_what_is_left_over_back() -> None:
    report = ReportTransactStatus(QueryResponseInfo(A_CHILD, 0, Weight(0, 0)))
    rest = (ClearTransactStatus(), RefundSurplus(), DepositAsset(Wild(All()), A_CHILD))
    call = Transact(OriginKind.Native, None, INIT_OPEN_CHANNEL)
    assert weight_of(*PAY, call, report, *rest) == Weight(1_490_418_000, 14_839)


@pytest.mark.parametrize("instruction", get_args(Instruction))
def test_every_instruction_has_a_weight(instruction: type) -> None:
    assert XCM.has(instruction)


DEPOSIT = Weight(34_051_000 + 20_499_000 + 83_471_000, 3_593)


@pytest.mark.parametrize(
    ("which", "weight"),
    [
        (Wild(All()), DEPOSIT),
        (Wild(AllCounted(0)), DEPOSIT),
        (Wild(AllCounted(2**32 - 1)), DEPOSIT),
        (Wild(AllOf(PARENT, WildFungibility.Fungible)), DEPOSIT),
        (Wild(AllOfCounted(PARENT, WildFungibility.Fungible, 7)), DEPOSIT),
        (Definite((TOKEN,)), DEPOSIT),
        (Definite(()), Weight(0, 0)),
        (Definite((TOKEN, FOREIGN)), MAX_WEIGHT),
    ],
)
def test_a_filter_weighs_by_the_assets_it_names_a_wild_one_as_one(which: AssetFilter, weight: Weight) -> None:
    assert weight_of(DepositAsset(which, A_CHILD)) == weight


@pytest.mark.parametrize(
    "instruction",
    [WithdrawAsset((FOREIGN,)), HrmpChannelAccepted(2000), UniversalOrigin(Parachain(1))],
)
def test_what_the_chain_has_no_use_for_weighs_the_maximum(instruction: Instruction) -> None:
    assert weight_of(instruction) == MAX_WEIGHT


def test_nothing_can_stand_beside_the_maximum() -> None:
    with pytest.raises(Unweighable) as refused:
        weight_of(ClearOrigin(), HrmpChannelAccepted(2000))
    assert refused.value.error == InstructionError(1, errors.Overflow())


def test_moving_assets_elsewhere_weighs_for_each_way_and_for_the_fees() -> None:
    once = Weight(134_760_000 + 6 * 20_499_000 + 3 * 83_471_000, 3_644)
    teleport = Teleport(Wild(All()))

    def moving(fees: Teleport | None, *ways: Teleport) -> Weight:
        return weight_of(InitiateTransfer(A_CHILD, fees, False, ways, ()))

    assert moving(None) == once
    assert moving(teleport) == once
    assert moving(None, teleport, teleport) == once.saturating_mul(3)
    assert moving(Teleport(Definite(())), teleport) == once


def test_hints_weigh_one_by_one() -> None:
    claimer = AssetClaimer(A_CHILD)
    assert weight_of(SetHints(())) == Weight(0, 0)
    assert weight_of(SetHints((claimer,))) == Weight(1_150_000, 0)
