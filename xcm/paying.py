"""Paying: for weight, and for sending.

A **trader** sells weight to one program. What it earned is handed over when the program is over, so that
nothing is paid out for weight that comes back.

Upstream: polkadot/xcm/xcm-builder/src/weight.rs, polkadot/xcm/xcm-builder/src/fee_handling.rs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from primitives.arithmetic import U128_MAX, saturating_add, saturating_sub
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Asset, AssetId, Fungible
from xcm.failures import XcmFailure
from xcm.filters import Definite
from xcm.holding import Holding, TakeError
from xcm.location import Location
from xcm.traits import AssetTransactor, Contains, FeeReason, Trader, XcmContext


class UsingComponents:
    """Sells weight in one asset, at the price of a transaction fee or any other.

    Upstream: polkadot/xcm/xcm-builder/src/weight.rs `UsingComponents`
    """

    def __init__(
        self, weight_to_fee: Callable[[Weight], int], id: AssetId, earn: Callable[[int], None]
    ) -> None:
        self._weight_to_fee, self._id, self._earn = weight_to_fee, id, earn
        self._weight, self._earned = ZERO_WEIGHT, 0

    def buy_weight(self, weight: Weight, payment: Holding, context: XcmContext) -> Holding:
        """What is left of the payment; fails with TooExpensive."""
        price = self._weight_to_fee(weight)
        left = payment.copy()
        if price:
            try:
                left.try_take(Definite((Asset(self._id, Fungible(price)),)))
            except TakeError:
                raise XcmFailure(errors.TooExpensive()) from None
        self._weight = self._weight.saturating_add(weight)
        self._earned = saturating_add(self._earned, price, U128_MAX)
        return left

    def refund_weight(self, weight: Weight, context: XcmContext) -> Asset | None:
        """The price of so much weight, or of all that was bought."""
        returned = weight.min(self._weight)
        price = min(self._weight_to_fee(returned), self._earned)
        self._weight = self._weight.saturating_sub(returned)
        self._earned = saturating_sub(self._earned, price)
        return Asset(self._id, Fungible(price)) if price else None

    def finish(self) -> None:
        """Hand over what was earned."""
        if self._earned:
            self._earn(self._earned)


REF_TIME_PER_SECOND = 10**12
"""Computing time is counted in picoseconds.

Upstream: substrate/primitives/weights/src/lib.rs `WEIGHT_REF_TIME_PER_SECOND`
"""

PROOF_SIZE_PER_MB = 1024 * 1024
"""Upstream: substrate/primitives/weights/src/lib.rs `WEIGHT_PROOF_SIZE_PER_MB`"""


def fixed_rate(per_second: int, per_megabyte: int) -> Callable[[Weight], int]:
    """What weight costs at so much for a second of computing time and so much for a megabyte of proof.

    Upstream: polkadot/xcm/xcm-builder/src/weight.rs `FixedRateOfFungible`
    """

    def fee(weight: Weight) -> int:
        for_time = per_second * weight.ref_time // REF_TIME_PER_SECOND
        return for_time + per_megabyte * weight.proof_size // PROOF_SIZE_PER_MB

    return fee


class FirstTrader:
    """Buys from the first of several traders that sells, such as one for each asset.

    Upstream: polkadot/xcm/xcm-executor/src/traits/weight.rs `WeightTrader` (for tuples)
    """

    def __init__(self, *traders: Trader) -> None:
        self._traders = traders

    def buy_weight(self, weight: Weight, payment: Holding, context: XcmContext) -> Holding:
        """What is left of the payment; fails with TooExpensive if one says so, else as the last one does."""
        error: errors.Error = errors.TooExpensive()
        too_expensive = not self._traders
        for trader in self._traders:
            try:
                return trader.buy_weight(weight, payment, context)
            except XcmFailure as failure:
                error = failure.error
                too_expensive = too_expensive or error == errors.TooExpensive()
        raise XcmFailure(errors.TooExpensive() if too_expensive else error)

    def refund_weight(self, weight: Weight, context: XcmContext) -> Asset | None:
        """What the first one gives back that gives anything back."""
        refunds = (trader.refund_weight(weight, context) for trader in self._traders)
        return next((refund for refund in refunds if refund is not None), None)

    def finish(self) -> None:
        """Each hands over what it earned."""
        for trader in self._traders:
            trader.finish()


@dataclass(frozen=True)
class XcmFeeManagerFromComponents:
    """Some send for nothing; what the others pay goes to one account.

    Upstream: polkadot/xcm/xcm-builder/src/fee_handling.rs `XcmFeeManagerFromComponents`,
    `SendXcmFeeToAccount`
    """

    waived: Contains
    transactor: AssetTransactor
    receiver: Location

    def is_waived(self, origin: Location | None, reason: FeeReason) -> bool:
        """Whether the origin is one of them; nobody is not."""
        return origin is not None and self.waived(origin)

    def handle_fee(self, fee: Holding, context: XcmContext | None, reason: FeeReason) -> None:
        """Put the fee into the account, or burn it where that is not possible.

        Upstream: polkadot/xcm/xcm-builder/src/fee_handling.rs `deposit_or_burn_fee`
        """
        for asset in fee:
            try:
                self.transactor.deposit_asset(asset, self.receiver, context)
            except XcmFailure:
                self.transactor.burn_asset(asset)
