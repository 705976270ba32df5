"""Weights: two parts, each on its own."""

from __future__ import annotations

from primitives.arithmetic import U64_MAX
from primitives.scale.derive import codec
from primitives.weights import (
    ZERO_WEIGHT,
    DispatchClass,
    DispatchInfo,
    Pays,
    PostDispatchInfo,
    Weight,
    WeightMeter,
)


def test_parts_are_added_apart_from_each_other() -> None:
    assert Weight(1, 10).saturating_add(Weight(2, 20)) == Weight(3, 30)
    assert Weight(U64_MAX, 1).saturating_add(Weight(1, 1)) == Weight(U64_MAX, 2)
    assert Weight(1, U64_MAX).saturating_add(Weight(1, 1)) == Weight(2, U64_MAX)


def test_parts_are_taken_away_apart_from_each_other() -> None:
    assert Weight(5, 50).saturating_sub(Weight(2, 20)) == Weight(3, 30)
    assert Weight(1, 50).saturating_sub(Weight(2, 20)) == Weight(0, 30)
    assert Weight(5, 1).saturating_sub(Weight(2, 20)) == Weight(3, 0)


def test_one_larger_part_is_enough() -> None:
    assert Weight(2, 1).any_gt(Weight(1, 1))
    assert Weight(0, 2).any_gt(Weight(9, 1))
    assert not Weight(1, 1).any_gt(Weight(1, 1))
    assert not Weight(0, 0).any_gt(Weight(1, 1))


def test_a_weight_is_written_in_two_compact_numbers() -> None:
    assert codec(Weight).encode(ZERO_WEIGHT) == b"\x00\x00"
    assert codec(Weight).encode(Weight(2**30, 64)) == bytes.fromhex("03000000400101")


def test_what_is_known_of_a_call() -> None:
    info = DispatchInfo(ZERO_WEIGHT, DispatchClass.Mandatory, Pays.No)
    assert codec(DispatchInfo).encode(info) == bytes.fromhex("00000201")
    assert PostDispatchInfo() == PostDispatchInfo(None, Pays.Yes)


def test_the_smaller_and_the_larger_of_each_part() -> None:
    assert Weight(1, 20).min(Weight(2, 10)) == Weight(1, 10)
    assert Weight(1, 20).max(Weight(2, 10)) == Weight(2, 20)


def test_a_meter_takes_what_is_left_and_no_more() -> None:
    meter = WeightMeter(Weight(10, 10))
    assert meter.try_consume(Weight(6, 10))
    assert meter.remaining == Weight(4, 0)
    assert not meter.can_consume(Weight(0, 1))
    assert not meter.try_consume(Weight(5, 0))
    assert meter.consumed == Weight(6, 10)
    assert meter.try_consume(Weight(4, 0))
