"""The fee factor: what the price of a message is multiplied by, the more the fuller its queue is.

Whoever keeps a queue decides when it is too full. Each message put into it then multiplies the factor by
1.05 and a little more for each KiB; each time it is found to be empty enough divides it by 1.05, down to 1.

Upstream: polkadot/runtime/parachains/src/lib.rs `FeeTracker`
"""

from __future__ import annotations

from primitives.arithmetic import FIXED_ONE, U128_MAX, fixed_div, fixed_mul, saturating_add

THRESHOLD_FACTOR = 2
"""A queue is too full while it holds more than its greatest length, or size, divided by this."""

EXPONENTIAL_FEE_BASE = FIXED_ONE * 105 // 100
"""What a message multiplies the factor by."""

MESSAGE_SIZE_FEE_BASE = FIXED_ONE // 1000
"""Added to that for each whole KiB of the message."""

MIN_FEE_FACTOR = FIXED_ONE
"""The factor never falls below this."""


def increased(factor: int, message_size: int) -> int:
    """The factor after one more message of so many bytes.

    Upstream: polkadot/runtime/parachains/src/lib.rs `FeeTracker::do_increase_fee_factor`
    """
    size_part = min(message_size // 1024 * MESSAGE_SIZE_FEE_BASE, U128_MAX)
    return fixed_mul(factor, saturating_add(EXPONENTIAL_FEE_BASE, size_part, U128_MAX))


def decreased(factor: int) -> int:
    """The factor one step lower.

    Upstream: polkadot/runtime/parachains/src/lib.rs `FeeTracker::do_decrease_fee_factor`
    """
    return max(MIN_FEE_FACTOR, fixed_div(factor, EXPONENTIAL_FEE_BASE))
