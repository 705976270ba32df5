"""The fee factor, step by step."""

from __future__ import annotations

from primitives.arithmetic import FIXED_ONE, U128_MAX
from primitives.fee_factor import MIN_FEE_FACTOR, decreased, increased


def test_a_message_raises_it_by_a_twentieth() -> None:
    assert increased(FIXED_ONE, 1_023) == 1_050_000_000_000_000_000


def test_each_kibibyte_adds_a_thousandth() -> None:
    assert increased(FIXED_ONE, 3 * 1_024) == 1_053_000_000_000_000_000


def test_it_falls_as_it_rose_down_to_one() -> None:
    assert decreased(increased(increased(FIXED_ONE, 0), 0)) == increased(FIXED_ONE, 0)
    assert decreased(FIXED_ONE) == MIN_FEE_FACTOR


def test_it_cannot_outgrow_its_type() -> None:
    assert increased(U128_MAX, 1 << 60) == U128_MAX


def test_thirteen_messages_raise_a_price_as_upstream_tests_it() -> None:
    factor = FIXED_ONE
    for _ in range(13):
        factor = increased(factor, 100)

    assert factor * 402_000_000 // FIXED_ONE == 758_030_955
