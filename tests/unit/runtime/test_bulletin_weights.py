"""What weight costs on the parachain: by time, or by the proof that may be needed."""

from __future__ import annotations

import pytest

from primitives.storage.state import State
from primitives.weights import DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from runtime import bulletin
from runtime.bulletin_weights import EXTENSIONS_WEIGHT, EXTRINSIC_BASE, weight_to_fee
from runtime.para import Para

BASE = 1_000_000
"""What an extrinsic costs that does nothing: a hundredth of a cent."""


def info(weight: Weight) -> DispatchInfo:
    return DispatchInfo(weight, DispatchClass.Normal, Pays.Yes)


def test_the_checks_of_a_signed_extrinsic_weigh_what_recorded_extrinsics_weigh_besides_their_calls() -> None:
    assert Weight(489_657_000, 9_789) == EXTENSIONS_WEIGHT
    assert Para.extensions_weight == EXTENSIONS_WEIGHT


@pytest.mark.parametrize(
    ("weight", "fee"),
    [
        (EXTRINSIC_BASE, BASE),
        (Weight(0, 0), 0),
        (Weight(124, 0), 1),
        (Weight(125_000_000, 100), BASE),
        (Weight(125_000_000, 101), 1_010_000),
        (Weight(0, 1), 10_000),
    ],
)
def test_weight_costs_by_time_or_by_proof_whichever_is_more(weight: Weight, fee: int) -> None:
    assert weight_to_fee(weight) == fee
    assert Para(State()).fees.weight_to_fee(weight) == fee


def test_an_extrinsic_costs_by_its_bytes_and_by_the_weight_of_call_and_checks() -> None:
    fees = Para(State()).fees
    assert fees.fee(100, info(Weight(0, 0))) == BASE + 100 * 50_000
    assert fees.fee(112, info(EXTENSIONS_WEIGHT)) == BASE + 112 * 50_000 + 9_789 * 10_000


def test_nothing_costs_more_than_a_whole_block() -> None:
    fees, block = Para(State()).fees, bulletin.MAX_BLOCK
    assert fees.fee(0, info(block.saturating_mul(2))) == fees.fee(0, info(block))


def test_what_a_call_did_not_need_is_given_back() -> None:
    fees = Para(State()).fees
    estimated, used = info(Weight(0, 5_000)), PostDispatchInfo(Weight(0, 2_000))
    assert fees.actual_fee(0, estimated, used) == BASE + 20_000_000
    assert fees.actual_fee(0, estimated, PostDispatchInfo(pays_fee=Pays.No)) == 0
