"""Rust's integers by name: what happens at the edge is said at the call, not left to Python's endless
numbers.

Plain ints go in and come out. An unsigned integer of Rust lives between 0 and its **top** (`U32_MAX`, ...);
a sum that leaves that range *saturates* (stops at the bound), is *checked* (gives `None`) or *wraps*
(starts again at the other end). Where only the lower bound can be crossed there is no top to name.

Two ways to write a fraction:

* **FixedU128**: a u128 that counts 10^-18ths, so 1.0 is `FIXED_ONE`. It reaches far above one; fee factors
  are written so. Every product, quotient and conversion here rounds down.
* **Per-things**: a number of equal parts of one, from nothing to everything: `PERCENT`, `PERMILL`, `PERBILL`.
  A share of an amount rounds to the nearest unless the name says otherwise, and down where two are equally
  near.

Upstream: substrate/primitives/arithmetic/src `fixed_point.rs`, `per_things.rs`; the rest is Rust's own
"""

from __future__ import annotations

from dataclasses import dataclass

U8_MAX = 2**8 - 1
U16_MAX = 2**16 - 1
U32_MAX = 2**32 - 1
U64_MAX = 2**64 - 1
U128_MAX = 2**128 - 1

FIXED_ONE = 10**18
"""The inner value of 1.0 as a FixedU128."""


def saturating_add(a: int, b: int, top: int) -> int:
    """The sum, or `top` where it would be more."""
    return min(a + b, top)


def saturating_sub(a: int, b: int) -> int:
    """The difference, or 0 where it would be less."""
    return max(a - b, 0)


def saturating_mul(a: int, b: int, top: int) -> int:
    """The product, or `top` where it would be more."""
    return min(a * b, top)


def checked_add(a: int, b: int, top: int) -> int | None:
    """The sum, or `None` where it would be more than `top`."""
    total = a + b
    return total if total <= top else None


def checked_sub(a: int, b: int) -> int | None:
    """The difference, or `None` where it would be less than 0."""
    return a - b if a >= b else None


def checked_mul(a: int, b: int, top: int) -> int | None:
    """The product, or `None` where it would be more than `top`."""
    product = a * b
    return product if product <= top else None


def checked_div(a: int, b: int) -> int | None:
    """The quotient rounded down, or `None` where `b` is 0."""
    return a // b if b else None


def wrapping_add(a: int, b: int, top: int) -> int:
    """The sum, going on at 0 after `top`; `top` is one of the bounds above."""
    return a + b & top


def wrapping_sub(a: int, b: int, top: int) -> int:
    """The difference, going on at `top` below 0; `top` is one of the bounds above."""
    return a - b & top


def wrapping_mul(a: int, b: int, top: int) -> int:
    """The low bits of the product; `top` is one of the bounds above."""
    return a * b & top


def fixed_from_integer(number: int) -> int:
    """A whole number as a FixedU128; saturates at the largest.

    Upstream: substrate/primitives/arithmetic/src/fixed_point.rs `saturating_from_integer`
    """
    return saturating_mul(number, FIXED_ONE, U128_MAX)


def fixed_from_rational(numerator: int, denominator: int) -> int:
    """A fraction as a FixedU128, rounded down; saturates at the largest.

    Raises `ZeroDivisionError` where upstream panics. Upstream's constant function `from_rational` rounds to
    the nearest instead; the two agree on every fraction that eighteen decimals hold exactly, such as
    105/100.

    Upstream: substrate/primitives/arithmetic/src/fixed_point.rs `saturating_from_rational`
    """
    return min(numerator * FIXED_ONE // denominator, U128_MAX)


def fixed_mul(a: int, b: int) -> int:
    """The product of two FixedU128, rounded down; saturates at the largest.

    Upstream: substrate/primitives/arithmetic/src/fixed_point.rs `saturating_mul`
    """
    return min(a * b // FIXED_ONE, U128_MAX)


def fixed_div(a: int, b: int) -> int:
    """The quotient of two FixedU128, rounded down; saturates at the largest.

    Raises `ZeroDivisionError` where upstream panics. Upstream panics at an overflow as well, which no
    division by one or more can reach.

    Upstream: substrate/primitives/arithmetic/src/fixed_point.rs `checked_div`
    """
    return min(a * FIXED_ONE // b, U128_MAX)


def fixed_mul_int(factor: int, number: int, top: int = U128_MAX) -> int:
    """A plain number times a FixedU128: a plain number again, rounded down; saturates at `top`.

    Upstream: substrate/primitives/arithmetic/src/fixed_point.rs `saturating_mul_int`
    """
    return min(factor * number // FIXED_ONE, top)


@dataclass(frozen=True, slots=True)
class PerThing:
    """A way to cut one into equal parts. A share is a plain int, the number of parts, from 0 to `accuracy`.

    Upstream: substrate/primitives/arithmetic/src/per_things.rs `PerThing`
    """

    accuracy: int
    """How many parts make one; even."""

    def from_parts(self, parts: int) -> int:
        """That many parts, at most all of them."""
        return min(parts, self.accuracy)

    def from_percent(self, percent: int) -> int:
        """The share that is so many hundredths, rounded down, at most all."""
        return self.from_rational(percent, 100)

    def from_rational(self, numerator: int, denominator: int) -> int:
        """The share that is this fraction, rounded down; everything where it is above one or divides by 0."""
        if numerator > denominator or denominator == 0:
            return self.accuracy
        return numerator * self.accuracy // denominator

    def mul(self, parts: int, amount: int) -> int:
        """The share of an amount, rounded to the nearest, exact halves down: upstream's operator `*`."""
        whole, rest = divmod(parts * amount, self.accuracy)
        return whole + (rest > self.accuracy // 2)

    def mul_floor(self, parts: int, amount: int) -> int:
        """The share of an amount, rounded down."""
        return parts * amount // self.accuracy

    def mul_ceil(self, parts: int, amount: int) -> int:
        """The share of an amount, rounded up."""
        return -(-parts * amount // self.accuracy)


PERCENT = PerThing(100)
"""Hundredths, a u8 upstream."""

PERMILL = PerThing(10**6)
"""Millionths, a u32 upstream."""

PERBILL = PerThing(10**9)
"""Billionths, a u32 upstream."""
