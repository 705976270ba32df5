"""Rust's integers at their edges, and the roundings of fixed-point numbers and shares."""

from __future__ import annotations

import pytest

from primitives.arithmetic import (
    FIXED_ONE,
    PERBILL,
    PERCENT,
    PERMILL,
    U8_MAX,
    U16_MAX,
    U32_MAX,
    U64_MAX,
    U128_MAX,
    PerThing,
    checked_add,
    checked_div,
    checked_mul,
    checked_sub,
    fixed_div,
    fixed_from_integer,
    fixed_from_rational,
    fixed_mul,
    fixed_mul_int,
    saturating_add,
    saturating_mul,
    saturating_sub,
    wrapping_add,
    wrapping_mul,
    wrapping_sub,
)


def test_the_bounds_are_those_of_rust() -> None:
    assert (U8_MAX, U16_MAX, U32_MAX) == (255, 65_535, 4_294_967_295)
    assert U64_MAX == 18_446_744_073_709_551_615
    assert U128_MAX == 340_282_366_920_938_463_463_374_607_431_768_211_455


def test_saturating_stops_at_the_bound() -> None:
    assert saturating_add(254, 1, U8_MAX) == 255
    assert saturating_add(255, 1, U8_MAX) == 255
    assert saturating_sub(1, 1) == 0
    assert saturating_sub(1, 2) == 0
    assert saturating_mul(51, 5, U8_MAX) == 255
    assert saturating_mul(64, 4, U8_MAX) == 255


def test_checked_gives_none_beyond_the_bound() -> None:
    assert checked_add(254, 1, U8_MAX) == 255
    assert checked_add(255, 1, U8_MAX) is None
    assert checked_sub(1, 1) == 0
    assert checked_sub(1, 2) is None
    assert checked_mul(51, 5, U8_MAX) == 255
    assert checked_mul(64, 4, U8_MAX) is None
    assert checked_div(7, 2) == 3
    assert checked_div(7, 0) is None


def test_wrapping_goes_round() -> None:
    assert wrapping_add(255, 1, U8_MAX) == 0
    assert wrapping_sub(0, 1, U8_MAX) == 255
    assert wrapping_sub(0, 1, U32_MAX) == U32_MAX
    assert wrapping_mul(64, 5, U8_MAX) == 64


ONE_AND_A_TWENTIETH = fixed_from_rational(105, 100)


def test_powers_of_the_fee_factor_base() -> None:
    second = fixed_mul(ONE_AND_A_TWENTIETH, ONE_AND_A_TWENTIETH)
    third = fixed_mul(second, ONE_AND_A_TWENTIETH)
    fourth = fixed_mul(third, ONE_AND_A_TWENTIETH)
    fifth = fixed_mul(fourth, ONE_AND_A_TWENTIETH)

    assert ONE_AND_A_TWENTIETH == 1_050_000_000_000_000_000
    assert second == 1_102_500_000_000_000_000
    assert third == 1_157_625_000_000_000_000
    assert fifth == 1_276_281_562_500_000_000
    assert fixed_div(fifth, ONE_AND_A_TWENTIETH) == fourth


def test_ten_kib_raise_the_fee_factor_by_six_hundredths() -> None:
    size_base = fixed_from_rational(1, 1000)
    step = saturating_add(ONE_AND_A_TWENTIETH, fixed_mul(fixed_from_integer(10), size_base), U128_MAX)
    assert fixed_mul(FIXED_ONE, step) == 1_060_000_000_000_000_000


def test_the_first_power_that_needs_more_than_eighteen_decimals_is_cut_off() -> None:
    factor = FIXED_ONE
    for _ in range(10):
        factor = fixed_mul(factor, ONE_AND_A_TWENTIETH)
    # 1.05^10 = 1.62889462677744140625
    assert factor == 1_628_894_626_777_441_406


def test_fixed_numbers_round_down() -> None:
    assert fixed_mul(1, FIXED_ONE - 1) == 0
    assert fixed_div(2 * FIXED_ONE, 3 * FIXED_ONE) == 666_666_666_666_666_666
    assert fixed_from_rational(2, 3) == 666_666_666_666_666_666
    assert fixed_mul_int(FIXED_ONE - 1, 1) == 0
    assert fixed_mul_int(fixed_from_rational(101, 100), 300_000_099) == 303_000_099


def test_fixed_numbers_saturate() -> None:
    assert fixed_from_integer(U128_MAX // FIXED_ONE) == U128_MAX // FIXED_ONE * FIXED_ONE
    assert fixed_from_integer(U128_MAX // FIXED_ONE + 1) == U128_MAX
    assert fixed_from_rational(U128_MAX, 1) == U128_MAX
    assert fixed_mul(U128_MAX, FIXED_ONE) == U128_MAX
    assert fixed_mul(U128_MAX, FIXED_ONE + 1) == U128_MAX
    assert fixed_div(U128_MAX, FIXED_ONE) == U128_MAX
    assert fixed_div(U128_MAX, 1) == U128_MAX
    assert fixed_mul_int(2 * FIXED_ONE, U128_MAX) == U128_MAX
    assert fixed_mul_int(2 * FIXED_ONE, U32_MAX, U32_MAX) == U32_MAX


def test_a_fixed_number_divided_by_zero_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        fixed_div(FIXED_ONE, 0)
    with pytest.raises(ZeroDivisionError):
        fixed_from_rational(1, 0)


@pytest.mark.parametrize(
    ("parts", "amount", "floor", "nearest", "ceil"),
    [
        (34, 10, 3, 3, 4),
        (35, 10, 3, 3, 4),  # exactly half: down
        (45, 10, 4, 4, 5),  # exactly half: down, also from an even number
        (36, 10, 3, 4, 4),
        (50, 10, 5, 5, 5),
        (50, 1, 0, 0, 1),
        (51, 1, 0, 1, 1),
        (0, U128_MAX, 0, 0, 0),
        (100, U128_MAX, U128_MAX, U128_MAX, U128_MAX),
        (50, U128_MAX, U128_MAX // 2, U128_MAX // 2, U128_MAX // 2 + 1),
    ],
)
def test_a_percentage_of_an_amount(parts: int, amount: int, floor: int, nearest: int, ceil: int) -> None:
    assert PERCENT.mul_floor(parts, amount) == floor
    assert PERCENT.mul(parts, amount) == nearest
    assert PERCENT.mul_ceil(parts, amount) == ceil


def test_a_recorded_fee_splits_four_to_one() -> None:
    fee = 249_360_866
    assert PERCENT.mul_floor(80, fee) == 199_488_692
    assert fee - PERCENT.mul_floor(80, fee) == 49_872_174


def test_billionths_round_like_hundredths() -> None:
    assert PERBILL.mul(500_000_000, 3) == 1
    assert PERBILL.mul(500_000_001, 3) == 2
    assert PERBILL.mul_floor(999_999_999, 1) == 0
    assert PERBILL.mul_ceil(1, 1) == 1
    assert PERBILL.mul(PERBILL.accuracy, U128_MAX) == U128_MAX


@pytest.mark.parametrize("per", [PERCENT, PERMILL, PERBILL])
def test_a_fraction_becomes_a_share(per: PerThing) -> None:
    assert per.from_rational(0, 7) == 0
    assert per.from_rational(7, 7) == per.accuracy
    assert per.from_rational(1, 2) == per.accuracy // 2
    assert per.from_rational(8, 7) == per.accuracy
    assert per.from_rational(0, 0) == per.accuracy
    assert per.from_rational(U128_MAX - 1, U128_MAX) == per.accuracy - 1


def test_a_fraction_rounds_down_to_a_share() -> None:
    assert PERCENT.from_rational(989, 1000) == 98
    assert PERBILL.from_rational(1, 3) == 333_333_333
    assert PERBILL.from_rational(2, 3) == 666_666_666


def test_shares_stop_at_one() -> None:
    assert PERCENT.from_parts(99) == 99
    assert PERCENT.from_parts(101) == 100
    assert PERBILL.from_percent(35) == 350_000_000
    assert PERBILL.from_percent(101) == 1_000_000_000
