"""What XCM programs weigh on the parachain: the figures of recorded messages, to the last digit."""

from __future__ import annotations

from typing import get_args

import pytest

from primitives.storage.state import State
from primitives.weights import Weight
from runtime.bulletin_xcm_weights import XCM
from runtime.para import Para
from runtime.xcm_calls import RuntimeCalls
from xcm.asset import Asset, Fungible, WildFungibility
from xcm.filters import All, AllCounted, AllOf, AllOfCounted, AssetFilter, Definite, Teleport, Wild
from xcm.instructions import (
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    SetHints,
    SetTopic,
    Transact,
    Trap,
    UniversalOrigin,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import ExecuteWithOrigin, InitiateTransfer, Instruction, SetErrorHandler
from xcm.reports import HrmpChannelAccepted, QueryResponse, SubscribeVersion
from xcm.responses import Version
from xcm.terms import AssetClaimer, OriginKind, Unlimited
from xcm.weigher import MAX_WEIGHT, WeightBounds

SOMEBODY = Location(1, (Parachain(2000),))
TOKEN, FOREIGN = Asset(PARENT, Fungible(10)), Asset(HERE, Fungible(10))
PAY = (WithdrawAsset((TOKEN,)), BuyExecution(TOKEN, Unlimited()))
TOPIC = SetTopic(bytes(32))

REMARK = bytes.fromhex("0007" + "10" + "deadbeef")
"""A remark of four bytes, with an event."""


def weight_of(*program: Instruction) -> Weight:
    bounds = WeightBounds(XCM, RuntimeCalls(Para(State())))
    return bounds.weight(program, MAX_WEIGHT)


ANSWER = QueryResponse(0, Version(5), Weight(0, 0), None)


@pytest.mark.parametrize(
    ("program", "weight"),
    [
        ((ClearOrigin(),), Weight(815_000, 0)),
        ((TOPIC,), Weight(820_000, 0)),
        ((ANSWER,), Weight(30_830_000, 3_465)),
        ((ANSWER, TOPIC), Weight(31_650_000, 3_465)),
        ((Trap(1), TOPIC), Weight(4_403_000, 0)),
        ((UnpaidExecution(Unlimited(), None), SubscribeVersion(0, Weight(0, 0))), Weight(458_200_000, 3_563)),
        ((WithdrawAsset((TOKEN,)),), Weight(153_641_000, 3_593)),
        ((*PAY, DepositAsset(Wild(All()), SOMEBODY)), Weight(940_144_000, 25_151)),
        ((SetErrorHandler((ClearOrigin(),)),), Weight(811_000 + 815_000, 0)),
    ],
)
def test_programs_as_recorded(program: tuple[Instruction, ...], weight: Weight) -> None:
    assert weight_of(*program) == weight


def test_a_call_weighs_what_its_table_says_besides_the_instruction() -> None:
    call = Transact(OriginKind.SovereignAccount, None, REMARK)
    assert weight_of(call) == Weight(7_823_000 + 6_169_000 + 4 * 1_993, 0)


@pytest.mark.parametrize("instruction", get_args(Instruction))
def test_every_instruction_has_a_weight(instruction: type) -> None:
    assert XCM.has(instruction)


DEPOSIT = Weight(26_134_000 + 25_000_000 + 100_000_000, 3_593)


@pytest.mark.parametrize(
    ("which", "times"),
    [
        (Wild(All()), 5),
        (Wild(AllCounted(0)), 0),
        (Wild(AllCounted(3)), 3),
        (Wild(AllCounted(2**32 - 1)), 5),
        (Wild(AllOf(PARENT, WildFungibility.Fungible)), 1),
        (Wild(AllOf(PARENT, WildFungibility.NonFungible)), 128),
        (Wild(AllOfCounted(PARENT, WildFungibility.Fungible, 7)), 5),
        (Definite((TOKEN,)), 1),
        (Definite(()), 0),
        (Definite((FOREIGN, TOKEN)), 2),
    ],
)
def test_a_filter_weighs_by_the_assets_it_can_stand_for(which: AssetFilter, times: int) -> None:
    assert weight_of(DepositAsset(which, SOMEBODY)) == DEPOSIT.saturating_mul(times)


@pytest.mark.parametrize("instruction", [HrmpChannelAccepted(2000), UniversalOrigin(Parachain(1))])
def test_what_the_chain_has_no_use_for_weighs_the_maximum(instruction: Instruction) -> None:
    assert weight_of(instruction) == MAX_WEIGHT


def test_what_was_not_measured_weighs_more_than_any_block() -> None:
    never = weight_of(ExecuteWithOrigin(None, ()))
    assert never.ref_time == 18_446_744_073_709_551_000


def test_moving_assets_elsewhere_weighs_for_each_way_and_for_the_fees_and_else_nothing() -> None:
    once = Weight(89_403_000 + 7 * 25_000_000 + 3 * 100_000_000, 6_196)
    five, one = Teleport(Wild(All())), Teleport(Definite((TOKEN,)))

    def moving(fees: Teleport | None, *ways: Teleport) -> Weight:
        return weight_of(InitiateTransfer(SOMEBODY, fees, False, ways, ()))

    assert moving(None) == Weight(0, 0)
    assert moving(one) == once
    assert moving(five, one) == once.saturating_mul(6)


def test_hints_weigh_one_by_one() -> None:
    claimer = AssetClaimer(SOMEBODY)
    assert weight_of(SetHints(())) == Weight(0, 0)
    assert weight_of(SetHints((claimer,))) == Weight(842_000, 0)
