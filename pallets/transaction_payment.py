"""What a signed extrinsic costs: taken before it runs, corrected and passed on afterwards.

Before the call, its estimated fee leaves the signer's account as a credit. After it, what was estimated too
much goes back, and the rest to where the runtime sends fees (a `FeeSink`). The fee is

    base fee of the class + bytes * fee of a byte + multiplier * fee of the weight + tip

and 0 but for the tip where the call says that nothing is to be paid. The **multiplier** follows how full
blocks are; its change at the end of a block is given from outside, as are weights. Where even fees are
given, as in a recording, another `FeeModel` says them.

Upstream: substrate/frame/transaction-payment/src/lib.rs, substrate/frame/transaction-payment/src/payment.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar, Protocol

from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.balances_items import Precision, Preservation
from primitives.arithmetic import FIXED_ONE, PERBILL, fixed_mul_int, saturating_sub
from primitives.errors import DispatchError, Invalid, InvalidTransaction
from primitives.ids import AccountId, Balance, pallet_account
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U8, U64, U128
from primitives.storage.views import OptionValue, Value
from primitives.weights import DispatchInfo, Pays, PostDispatchInfo, Weight

TREASURY = pallet_account(b"py/trsry")
"""The treasury's account."""

TREASURY_PERCENT = 80
"""The treasury's share of fees on the relay chain; the author has the rest, and all tips.

Upstream: polkadot/runtime/common/src/impls.rs `DealWithFees`
"""


class TransactionFeePaid(Record, tag=0):
    """What an extrinsic cost in the end, its tip included."""

    who: AccountId
    actual_fee: Balance
    tip: Balance


Event = TransactionFeePaid


class Releases(enum.Enum):
    """The layout of this pallet's storage."""

    V1Ancient = 0
    V2 = 1


class Imbalance(Record):
    """A credit, as it is stored."""

    amount: Balance


class NoDrop(Record):
    """A credit that may not be forgotten.

    Upstream: substrate/frame/support/src/traits/storage.rs `NoDrop`
    """

    UNNAMED: ClassVar[bool] = True

    credit: Imbalance


class TransactionPaymentConstants(Record):
    """What a runtime fixes for its TransactionPayment pallet."""

    operational_fee_multiplier: U8
    """How much more an operational extrinsic's fee counts when the pool orders extrinsics."""


class FeeSink(Protocol):
    """Where a runtime sends fees.

    Upstream: substrate/frame/support/src/traits/tokens/imbalance/on_unbalanced.rs `on_unbalanceds`
    """

    def take(self, fee: Balance, tip: Balance) -> None:
        """Take over two credits; either may be 0."""
        ...


class TreasuryAndAuthor:
    """Fees on the relay chain: four fifths to the treasury, one to the author, who has the tips as well.

    Upstream: polkadot/runtime/common/src/impls.rs `DealWithFees`
    """

    def __init__(self, balances: Balances, authorship: Authorship) -> None:
        self.balances, self.authorship = balances, authorship

    def take(self, fee: Balance, tip: Balance) -> None:
        """Share a fee; where there is no author, the author's part is burnt.

        Upstream: polkadot/runtime/common/src/impls.rs `ToAuthor`
        """
        to_treasury = fee * TREASURY_PERCENT // 100
        to_author = Balance(fee - to_treasury + tip)
        self.balances.resolve_or_drop(TREASURY, Balance(to_treasury))

        author = self.authorship.author()
        if author is None:
            self.balances.drop_credit(to_author)
        else:
            self.balances.resolve_or_drop(author, to_author)


class SinglePot:
    """Fees on a parachain: all to one account, from which collators are paid.

    Upstream: cumulus/parachains/common/src/impls.rs `DealWithFees`
    """

    def __init__(self, balances: Balances, pot: AccountId) -> None:
        self.balances, self.pot = balances, pot

    def take(self, fee: Balance, tip: Balance) -> None:
        """Put all in the pot, or burn it while the pot does not exist and would not by this."""
        self.balances.resolve_or_drop(self.pot, Balance(fee + tip))


class WithdrawnFee(Record):
    """What was taken from an account before its extrinsic ran."""

    who: AccountId
    fee_with_tip: Balance
    tip: Balance


class TransactionPayment(
    Pallet, prefix="TransactionPayment", events=Event, constants=TransactionPaymentConstants
):
    """Fees.

    Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet`
    """

    next_fee_multiplier: Value[U128] = item(default=FIXED_ONE)
    """By how much the fee of weight is multiplied, a FixedU128; follows how full blocks are."""

    storage_version: Value[Releases] = item(default=Releases.V1Ancient)
    """The layout of this pallet's storage."""

    tx_payment_credit: OptionValue[NoDrop]
    """What was taken for the extrinsic that runs now, without its tip."""

    def __init__(
        self, frame: Frame, balances: Balances, sink: FeeSink, constants: TransactionPaymentConstants
    ) -> None:
        super().__init__(frame)
        self.balances, self.sink, self.constants = balances, sink, constants

    def withdraw_fee(self, who: AccountId, fee_with_tip: Balance, tip: Balance) -> WithdrawnFee:
        """Take an estimated fee from an account, which must keep its existential deposit.

        Raises `InvalidTransaction` (Payment) if there is not so much.

        Upstream: substrate/frame/transaction-payment/src/payment.rs `withdraw_fee`
        """
        if fee_with_tip:
            try:
                self.balances.withdraw(who, fee_with_tip, Preservation.Preserve)
            except DispatchError:
                raise InvalidTransaction(Invalid.Payment) from None
            self.tx_payment_credit.put(NoDrop(Imbalance(Balance(fee_with_tip - tip))))
        return WithdrawnFee(who, fee_with_tip, tip)

    def can_withdraw_fee(self, who: AccountId, fee_with_tip: Balance) -> bool:
        """Whether an account could pay, for the pool.

        Upstream: substrate/frame/transaction-payment/src/payment.rs `can_withdraw_fee`
        """
        return self.balances.why_not_withdraw(who, fee_with_tip, keep_alive=True) is None

    def correct_and_deposit_fee(self, withdrawn: WithdrawnFee, actual_fee_with_tip: Balance) -> None:
        """Give back what was estimated too much, and pass on the rest.

        An account that is gone by now gets nothing back.

        Upstream: substrate/frame/transaction-payment/src/payment.rs `correct_and_deposit_fee`
        """
        if withdrawn.fee_with_tip:
            stored = self.tx_payment_credit.take()
            credit = stored.credit.amount if stored else Balance(0)
            owed = saturating_sub(actual_fee_with_tip, withdrawn.tip)
            fee = credit - self._refund(withdrawn.who, Balance(saturating_sub(credit, owed)))
            self.sink.take(Balance(fee), withdrawn.tip)
        self.deposit_event(TransactionFeePaid(withdrawn.who, actual_fee_with_tip, withdrawn.tip))

    def _refund(self, who: AccountId, amount: Balance) -> Balance:
        if amount == 0 or self.balances.total_balance(who) == 0:
            return Balance(0)
        try:
            return self.balances.deposit(who, amount, Precision.BestEffort)
        except DispatchError:
            return Balance(0)


class FeeModel(Protocol):
    """How much an extrinsic costs, without its tip."""

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """Estimated before the call, for an extrinsic of `length` bytes."""
        ...

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """Known after the call."""
        ...


class FeeConstants(Record):
    """What a runtime fixes for its fees."""

    base_weight: Weight
    """Of an extrinsic that does nothing; the same for each class on the chains claimed here."""

    byte_fee: Balance
    """Planck for each byte of the extrinsic."""

    weight_fee: Balance
    """Planck for ..."""

    weight_unit: U64
    """... so much reference time, in picoseconds."""

    max_weight: Weight
    """Of a block; heavier calls cost as much as this."""

    proof_fee: Balance = Balance(0)
    """Planck for each byte of proof, where that comes to more than the time."""


class WeightToFeeModel:
    """Fees after upstream's formula, linear in bytes, and in reference time or else in proof size.

    Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::compute_fee_raw`
    """

    def __init__(self, payment: TransactionPayment, constants: FeeConstants) -> None:
        self.payment, self.constants = payment, constants

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """Estimated before the call, for an extrinsic of `length` bytes.

        Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::compute_fee`
        """
        if info.pays_fee is Pays.No:
            return Balance(0)
        multiplier = self.payment.next_fee_multiplier.get()
        of_weight = fixed_mul_int(multiplier, self.weight_to_fee(info.weight))
        base = self.weight_to_fee(self.constants.base_weight)
        return Balance(base + self.length_to_fee(length) + of_weight)

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """Known after the call: by the weight it used, if it says so and that is less.

        Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::compute_actual_fee`
        """
        weight = post.used(info)
        free = Pays.No in (info.pays_fee, post.pays_fee)
        return self.fee(length, DispatchInfo(weight, info.dispatch_class, Pays.No if free else Pays.Yes))

    def weight_to_fee(self, weight: Weight) -> int:
        """The fee of a weight, before the multiplier: whole planck for each picosecond, and a fraction in
        billionths; or that of its proof size, if it is higher.

        Upstream: substrate/primitives/weights/src/lib.rs `WeightToFeePolynomial`
        """
        capped = weight.min(self.constants.max_weight)
        whole, rest = divmod(self.constants.weight_fee, self.constants.weight_unit)
        part = PERBILL.mul(PERBILL.from_rational(rest, self.constants.weight_unit), capped.ref_time)
        return max(whole * capped.ref_time + part, capped.proof_size * self.constants.proof_fee)

    def length_to_fee(self, length: int) -> int:
        """The fee of so many bytes.

        Upstream: substrate/frame/transaction-payment/src/lib.rs `Pallet::length_to_fee`
        """
        return length * self.constants.byte_fee
