"""Laws of Rust's integers: overflows against the true result, roundings against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from primitives.arithmetic import (
    FIXED_ONE,
    PERBILL,
    PERCENT,
    PERMILL,
    U8_MAX,
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

TOPS = st.sampled_from([U8_MAX, U32_MAX, U64_MAX, U128_MAX])


def up_to(top: int) -> st.SearchStrategy[int]:
    """Whole numbers up to `top`, often near an edge."""
    return st.one_of(st.integers(0, top), st.sampled_from([0, 1, top // 2, top // 2 + 1, top - 1, top]))


PAIRS = TOPS.flatmap(lambda top: st.tuples(up_to(top), up_to(top), st.just(top)))
U128 = up_to(U128_MAX)


@given(PAIRS)
def test_saturating_is_the_nearest_number_in_range(pair: tuple[int, int, int]) -> None:
    a, b, top = pair
    assert saturating_add(a, b, top) == sorted((0, a + b, top))[1]
    assert saturating_sub(a, b) == sorted((0, a - b, top))[1]
    assert saturating_mul(a, b, top) == sorted((0, a * b, top))[1]


@given(PAIRS)
def test_checked_is_the_true_result_or_none(pair: tuple[int, int, int]) -> None:
    a, b, top = pair
    in_range = range(top + 1)
    assert checked_add(a, b, top) == (a + b if a + b in in_range else None)
    assert checked_sub(a, b) == (a - b if a - b in in_range else None)
    assert checked_mul(a, b, top) == (a * b if a * b in in_range else None)
    assert checked_div(a, b) == (floor(Fraction(a, b)) if b else None)


@given(PAIRS)
def test_wrapping_is_the_rest_by_the_range(pair: tuple[int, int, int]) -> None:
    a, b, top = pair
    assert wrapping_add(a, b, top) == (a + b) % (top + 1)
    assert wrapping_sub(a, b, top) == (a - b) % (top + 1)
    assert wrapping_mul(a, b, top) == a * b % (top + 1)


@given(U128, U128)
def test_fixed_numbers_are_exact_fractions_rounded_down(a: int, b: int) -> None:
    x, y = Fraction(a, FIXED_ONE), Fraction(b, FIXED_ONE)
    assert fixed_mul(a, b) == min(floor(x * y * FIXED_ONE), U128_MAX)
    assert fixed_mul_int(a, b) == min(floor(x * b), U128_MAX)
    assert fixed_from_integer(a) == min(a * FIXED_ONE, U128_MAX)


@given(U128, up_to(U128_MAX - 1).map(lambda number: number + 1))
def test_fixed_quotients_are_exact_fractions_rounded_down(a: int, b: int) -> None:
    assert fixed_div(a, b) == min(floor(Fraction(a, b) * FIXED_ONE), U128_MAX)
    assert fixed_from_rational(a, b) == min(floor(Fraction(a, b) * FIXED_ONE), U128_MAX)


@given(U128)
def test_one_changes_no_fixed_number(a: int) -> None:
    assert fixed_mul(a, FIXED_ONE) == fixed_div(a, FIXED_ONE) == fixed_mul_int(FIXED_ONE, a) == a


@pytest.mark.parametrize("per", [PERCENT, PERMILL, PERBILL])
@given(st.data())
def test_shares_of_an_amount_round_as_named(per: PerThing, data: st.DataObject) -> None:
    parts, amount = data.draw(up_to(per.accuracy)), data.draw(U128)
    exact = Fraction(parts * amount, per.accuracy)
    assert per.mul_floor(parts, amount) == floor(exact)
    assert per.mul_ceil(parts, amount) == ceil(exact)
    assert per.mul(parts, amount) == ceil(exact - Fraction(1, 2))


@pytest.mark.parametrize("per", [PERCENT, PERMILL, PERBILL])
@given(st.data())
def test_a_fraction_lies_within_one_part_above_its_share(per: PerThing, data: st.DataObject) -> None:
    denominator = data.draw(st.integers(1, U128_MAX))
    fraction = Fraction(data.draw(st.integers(0, denominator)), denominator)
    share = Fraction(per.from_rational(fraction.numerator, fraction.denominator), per.accuracy)
    assert share <= fraction < share + Fraction(1, per.accuracy)
