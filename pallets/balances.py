"""The chain's own token: who holds how much of it, and how it moves.

What an account holds is stored by System, in one entry with its nonce. It has three figures: **free**,
**reserved** (set aside, by reserves and holds), and **frozen** (a limit that free and reserved together may
not fall below). An account lives while its free balance reaches the existential deposit: that is one
provider. While something is reserved or frozen, that is one consumer.

A **credit** is an amount that was taken out of an account and not yet put into another: the total issuance
still counts it. Whoever holds one passes it on with `resolve` or burns it with `drop_credit`; a credit that
is forgotten breaks the issuance. Upstream's type system sees to that, here it is a rule.

Setting aside under a name (holds, freezes, locks, named reserves) is in `pallets.balances_holds`.

Upstream: substrate/frame/balances/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets import balances_limits as limits
from pallets.balances_items import (
    AdjustmentDirection,
    BalanceLock,
    BalancesConstants,
    BalanceSet,
    Burned,
    BurnedDebt,
    Deposit,
    DustLost,
    Endowed,
    Error,
    Event,
    Fortitude,
    Freeze,
    Hold,
    Issued,
    Minted,
    MintedCredit,
    Precision,
    Preservation,
    Rescinded,
    Reserved,
    ReserveData,
    Slashed,
    TotalIssuanceForced,
    Transfer,
    Unreserved,
    Upgraded,
    Withdraw,
)
from pallets.system import System
from pallets.system_items import NEW_LOGIC, AccountData
from primitives.address import MultiAddress, lookup
from primitives.arithmetic import U128_MAX, saturating_add, saturating_sub
from primitives.errors import (
    Arithmetic,
    ArithmeticError_,
    DispatchError,
    DispatchErrorCase,
    Token,
    TokenError,
    ensure,
)
from primitives.ids import AccountId, Balance
from primitives.origin import Origin, ensure_root, ensure_signed
from primitives.pallet import BLAKE2_128_CONCAT, Frame, Pallet, call, item
from primitives.record import replace
from primitives.scale.codec import U128, Compact128
from primitives.storage.views import DefaultMap, Value
from primitives.weights import Pays, PostDispatchInfo

Change = Callable[[AccountData], AccountData]
"""What becomes of an account's figures; fails with `DispatchError` to leave everything as it is."""

NEW_ACCOUNT = AccountData()
"""What accounts hold that do not exist."""


class Balances(Pallet, prefix="Balances", events=Event, errors=Error, constants=BalancesConstants):
    """Accounts' balances and the total issuance.

    Upstream: substrate/frame/balances/src/lib.rs `Pallet`
    """

    total_issuance: Value[Balance] = item(default=Balance(0))
    """All there is: what accounts hold, and credits not yet passed on."""

    inactive_issuance: Value[Balance] = item(default=Balance(0))
    """What does not count in votes; never more than the total issuance."""

    account: DefaultMap[AccountId, AccountData] = item(default=NEW_ACCOUNT, hashers=(BLAKE2_128_CONCAT,))
    """Not used: what accounts hold stands in System."""

    locks: DefaultMap[AccountId, tuple[BalanceLock, ...]] = item(default=(), hashers=(BLAKE2_128_CONCAT,))
    """Locks on an account; `frozen` is the largest of these and of its freezes."""

    reserves: DefaultMap[AccountId, tuple[ReserveData, ...]] = item(default=(), hashers=(BLAKE2_128_CONCAT,))
    """Named reserves of an account, by name; part of `reserved`."""

    holds: DefaultMap[AccountId, tuple[Hold, ...]] = item(default=(), hashers=(BLAKE2_128_CONCAT,))
    """Holds on an account; part of `reserved`."""

    freezes: DefaultMap[AccountId, tuple[Freeze, ...]] = item(default=(), hashers=(BLAKE2_128_CONCAT,))
    """Freezes on an account."""

    def __init__(self, frame: Frame, system: System, constants: BalancesConstants) -> None:
        super().__init__(frame)
        self.system, self.constants = system, constants

    # Reading.

    def holdings(self, who: AccountId) -> AccountData:
        """What an account holds.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::account`
        """
        return self.system.account[who].data

    def free_balance(self, who: AccountId) -> Balance:
        """What is not set aside.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::free_balance`
        """
        return self.holdings(who).free

    def total_balance(self, who: AccountId) -> Balance:
        """Free and reserved together.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `total_balance`
        """
        return limits.total(self.holdings(who))

    def reducible_balance(
        self, who: AccountId, preservation: Preservation, fortitude: Fortitude = Fortitude.Polite
    ) -> Balance:
        """How much of the free balance can be taken.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `reducible_balance`
        """
        return limits.reducible(
            self.system.account[who], preservation, fortitude, self.constants.existential_deposit
        )

    def why_not_deposit(self, who: AccountId, amount: Balance) -> DispatchErrorCase | None:
        """Why an amount that exists already cannot be added to an account, or None if it can.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `can_deposit`
        """
        return limits.why_not_deposit(self.holdings(who), amount, self.constants.existential_deposit)

    def why_not_withdraw(
        self, who: AccountId, amount: Balance, *, keep_alive: bool
    ) -> DispatchErrorCase | None:
        """Why an amount cannot be taken from an account, or None if it can.

        With `keep_alive`, less than the existential deposit being left is a reason.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `can_withdraw`
        """
        if amount > self.total_issuance.get():
            return Arithmetic(ArithmeticError_.Underflow)
        deposit = self.constants.existential_deposit
        return limits.why_not_withdraw(self.system.account[who], amount, deposit, keep_alive=keep_alive)

    # Changing one account: everything below goes through `change_account`.

    def change_account(self, who: AccountId, change: Change, *, beyond_limit: bool = False) -> None:
        """Change what an account holds, in step with its provider and its consumer.

        A free balance below the existential deposit is burnt, unless something is reserved.
        `beyond_limit`: become a consumer even if there are too many already.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::try_mutate_account_handling_dust`
        """
        self.drop_dust(self.change_account_but_dust(who, change, beyond_limit=beyond_limit))

    def change_account_but_dust(
        self, who: AccountId, change: Change, *, beyond_limit: bool = False
    ) -> Balance:
        """As `change_account`, but gives the dust for the caller to drop, once all accounts are written.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::try_mutate_account`
        """
        self.ensure_upgraded(who)
        before = self.holdings(who)
        after = change(before)
        self._count_references(who, before, after, beyond_limit=beyond_limit)

        lives = self._provides(after) or after.reserved > 0
        dust = Balance(0) if lives else after.free
        self.system.set_account_data(who, after if lives else NEW_ACCOUNT)
        if before == NEW_ACCOUNT:
            self.deposit_event(Endowed(who, after.free))
        if dust:
            self.deposit_event(DustLost(who, dust))
        return dust

    def _count_references(
        self, who: AccountId, before: AccountData, after: AccountData, *, beyond_limit: bool
    ) -> None:
        provided, provides = self._provides(before), self._provides(after)
        consumed, consumes = limits.consumes(before), limits.consumes(after)
        if provides and not provided:
            self.system.inc_providers(who)
        if consumed and not consumes:
            self.system.dec_consumers(who)
        if consumes and (not consumed or not self.system.account[who].consumers):
            become = self.system.inc_consumers_without_limit if beyond_limit else self.system.inc_consumers
            become(who)
        if provided and not provides:
            self.system.dec_providers(who)  # may end the account, so it comes last

    def _provides(self, held: AccountData) -> bool:
        return held.free >= self.constants.existential_deposit

    def drop_dust(self, dust: Balance) -> None:
        """Burn what was left of an account that ceased to be.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `handle_raw_dust`
        """
        self.drop_credit(Balance(min(dust, self.constants.existential_deposit - 1)))

    def ensure_upgraded(self, who: AccountId) -> bool:
        """Count an old account's reserves as a consumer from now on; gives whether it was old.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::ensure_upgraded`
        """
        held = self.holdings(who)
        if held.flags & NEW_LOGIC:
            return False
        if held.reserved and not held.frozen:
            if not self.system.account[who].providers:
                held = replace(held, free=max(held.free, self.constants.existential_deposit))
                self.system.inc_providers(who)
            self.system.inc_consumers_without_limit(who)
        self.system.set_account_data(who, replace(held, flags=held.flags | NEW_LOGIC))
        self.deposit_event(Upgraded(who))
        return True

    def increase_balance(self, who: AccountId, amount: Balance, precision: Precision) -> Balance:
        """Add to a free balance; gives how much was added. The issuance is the caller's to keep.

        Less than the existential deposit does not make an account: BelowMinimum, or 0 with BestEffort.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `increase_balance`
        """
        best_effort = precision is Precision.BestEffort
        old = self.free_balance(who)
        new = saturating_add(old, amount, U128_MAX)
        ensure(best_effort or new == old + amount, Arithmetic(ArithmeticError_.Overflow))
        enough = new >= self.constants.existential_deposit
        ensure(best_effort or enough, Token(TokenError.BelowMinimum))

        if not enough or new == old:
            return Balance(0)
        self._write_balance(who, Balance(new))
        return Balance(new - old)

    def decrease_balance(
        self,
        who: AccountId,
        amount: Balance,
        precision: Precision,
        preservation: Preservation,
        fortitude: Fortitude = Fortitude.Polite,
    ) -> Balance:
        """Take from a free balance; gives how much was taken. The issuance is the caller's to keep.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `decrease_balance`
        """
        old = self.free_balance(who)
        reducible = self.reducible_balance(who, preservation, fortitude)
        taken = min(amount, reducible)
        ensure(precision is Precision.BestEffort or taken == amount, Token(TokenError.FundsUnavailable))

        self._write_balance(who, Balance(old - taken))
        return Balance(taken)

    def _write_balance(self, who: AccountId, free: Balance) -> None:
        most = self.reducible_balance(who, Preservation.Expendable, Fortitude.Force)

        def change(held: AccountData) -> AccountData:
            ensure(held.free - free <= most, Error.InsufficientBalance)
            return replace(held, free=free)

        self.change_account(who, change)

    # Credits.

    def withdraw(
        self,
        who: AccountId,
        amount: Balance,
        preservation: Preservation,
        precision: Precision = Precision.Exact,
        fortitude: Fortitude = Fortitude.Polite,
    ) -> Balance:
        """Take an amount out of an account; gives the credit.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Balanced::withdraw`
        """
        credit = self.decrease_balance(who, amount, precision, preservation, fortitude)
        self.deposit_event(Withdraw(who, credit))
        return credit

    def deposit(self, who: AccountId, amount: Balance, precision: Precision = Precision.Exact) -> Balance:
        """Put an amount into an account; gives the debt, to be settled with a credit or by `drop_debt`.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Balanced::deposit`
        """
        debt = self.increase_balance(who, amount, precision)
        self.deposit_event(Deposit(who, debt))
        return debt

    def resolve(self, who: AccountId, credit: Balance) -> bool:
        """Put a credit into an account; gives whether that was possible. If not, the caller still has it.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Balanced::resolve`
        """
        try:
            self.deposit(who, credit)
        except DispatchError:
            return False
        return True

    def resolve_or_drop(self, who: AccountId, credit: Balance) -> None:
        """Put a credit into an account, or burn it where that is not possible; nothing happens with 0.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/mod.rs `ResolveTo`
        """
        if credit and not self.resolve(who, credit):
            self.drop_credit(credit)

    def drop_credit(self, credit: Balance) -> None:
        """Burn a credit that nobody takes.

        Upstream: substrate/frame/balances/src/impl_currency.rs `NegativeImbalance`
        """
        if credit:
            self.total_issuance.put(Balance(saturating_sub(self.total_issuance.get(), credit)))
            self.deposit_event(BurnedDebt(credit))

    def drop_debt(self, debt: Balance) -> None:
        """Make what was put into accounts without a credit.

        Upstream: substrate/frame/balances/src/impl_currency.rs `PositiveImbalance`
        """
        if debt:
            self.total_issuance.put(Balance(saturating_add(self.total_issuance.get(), debt, U128_MAX)))
            self.deposit_event(MintedCredit(debt))

    def issue(self, amount: Balance) -> Balance:
        """Raise the total issuance; gives the credit.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Balanced::issue`
        """
        old = self.total_issuance.get()
        new = saturating_add(old, amount, U128_MAX)
        self.total_issuance.put(Balance(new))
        if new > old:
            self.deposit_event(Issued(Balance(new - old)))
        return Balance(new - old)

    def rescind(self, amount: Balance) -> Balance:
        """Lower the total issuance; gives the debt.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Balanced::rescind`
        """
        old = self.total_issuance.get()
        new = saturating_sub(old, amount)
        self.total_issuance.put(Balance(new))
        self.deposit_event(Rescinded(Balance(old - new)))
        return Balance(old - new)

    def mint_into(self, who: AccountId, amount: Balance) -> None:
        """Make an amount, in an account.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Mutate::mint_into`
        """
        total = self.total_issuance.get() + amount
        ensure(total <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))

        self.increase_balance(who, amount, Precision.Exact)
        self.total_issuance.put(Balance(total))
        self.deposit_event(Minted(who, amount))

    def burn_from(
        self,
        who: AccountId,
        amount: Balance,
        preservation: Preservation,
        precision: Precision = Precision.Exact,
        fortitude: Fortitude = Fortitude.Polite,
    ) -> Balance:
        """Destroy an amount, in an account; gives how much.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Mutate::burn_from`
        """
        burnt = self.decrease_balance(who, amount, precision, preservation, fortitude)
        self.total_issuance.put(Balance(saturating_sub(self.total_issuance.get(), burnt)))
        self.deposit_event(Burned(who, burnt))
        return burnt

    def transfer(
        self, source: AccountId, dest: AccountId, amount: Balance, preservation: Preservation
    ) -> None:
        """Move an amount from one account to another, respecting locks and freezes.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Mutate::transfer`
        """
        keep_alive = preservation is not Preservation.Expendable
        obstacle = self.why_not_withdraw(source, amount, keep_alive=keep_alive)
        obstacle = obstacle or self.why_not_deposit(dest, amount)
        if obstacle:
            raise DispatchError(obstacle)

        if source != dest:
            self.decrease_balance(source, amount, Precision.BestEffort, preservation)
            self.increase_balance(dest, amount, Precision.BestEffort)
            self.deposit_event(Transfer(source, dest, amount))

    # Reserves: amounts set aside without a name.

    def can_reserve(self, who: AccountId, amount: Balance) -> bool:
        """Whether an amount can be set aside with the existential deposit left.

        Upstream: substrate/frame/balances/src/impl_currency.rs `can_reserve`
        """
        held = self.holdings(who)
        return amount == 0 or held.free - amount >= max(self.constants.existential_deposit, held.frozen)

    def reserve(self, who: AccountId, amount: Balance) -> None:
        """Set a free amount aside; fails with InsufficientBalance or LiquidityRestrictions.

        Upstream: substrate/frame/balances/src/impl_currency.rs `reserve`
        """
        if amount == 0:
            return

        def change(held: AccountData) -> AccountData:
            ensure(held.free >= amount, Error.InsufficientBalance)
            ensure(held.reserved + amount <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))
            ensure(held.free - amount >= held.frozen, Error.LiquidityRestrictions)
            return _reserved(held, amount)

        self.change_account(who, change)
        self.deposit_event(Reserved(who, amount))

    def unreserve(self, who: AccountId, amount: Balance) -> Balance:
        """Free an amount that was set aside, or as much of it as there is; gives how much there was not.

        Upstream: substrate/frame/balances/src/impl_currency.rs `unreserve`
        """
        if amount == 0 or self.total_balance(who) == 0:
            return amount
        actual = min(amount, self.holdings(who).reserved)
        try:
            self.change_account(who, lambda held: _reserved(held, -actual))
        except DispatchError:
            return amount
        self.deposit_event(Unreserved(who, Balance(actual)))
        return Balance(amount - actual)

    def slash_reserved(self, who: AccountId, amount: Balance) -> tuple[Balance, Balance]:
        """Take away an amount that was set aside, or as much of it as there is; gives the credit, and how
        much there was not.

        Upstream: substrate/frame/balances/src/impl_currency.rs `slash_reserved`
        """
        if amount == 0 or self.total_balance(who) == 0:
            return Balance(0), amount
        actual = min(amount, self.holdings(who).reserved)
        try:
            self.change_account(who, lambda held: replace(held, reserved=held.reserved - actual))
        except DispatchError:
            return Balance(0), amount
        self.deposit_event(Slashed(who, Balance(actual)))
        return Balance(actual), Balance(amount - actual)

    # Calls.

    @call(0)
    def transfer_allow_death(self, origin: Origin, dest: MultiAddress, value: Compact128) -> None:
        """Send an amount; the sender's account may end by it.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::transfer_allow_death`
        """
        self.transfer(ensure_signed(origin), lookup(dest), Balance(value), Preservation.Expendable)

    @call(2)
    def force_transfer(
        self, origin: Origin, source: MultiAddress, dest: MultiAddress, value: Compact128
    ) -> None:
        """Send an amount of another's; Root only.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::force_transfer`
        """
        ensure_root(origin)
        self.transfer(lookup(source), lookup(dest), Balance(value), Preservation.Expendable)

    @call(3)
    def transfer_keep_alive(self, origin: Origin, dest: MultiAddress, value: Compact128) -> None:
        """Send an amount, with the existential deposit left.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::transfer_keep_alive`
        """
        self.transfer(ensure_signed(origin), lookup(dest), Balance(value), Preservation.Preserve)

    @call(4)
    def transfer_all(self, origin: Origin, dest: MultiAddress, keep_alive: bool) -> None:  # noqa: FBT001
        """Send all that can be sent.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::transfer_all`
        """
        source = ensure_signed(origin)
        preservation = Preservation.Preserve if keep_alive else Preservation.Expendable
        amount = self.reducible_balance(source, preservation)
        self.transfer(source, lookup(dest), amount, preservation)

    @call(5)
    def force_unreserve(self, origin: Origin, who: MultiAddress, amount: U128) -> None:
        """Free an amount that was set aside; Root only.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::force_unreserve`
        """
        ensure_root(origin)
        self.unreserve(lookup(who), Balance(amount))

    @call(6)
    def upgrade_accounts(self, origin: Origin, who: tuple[AccountId, ...]) -> PostDispatchInfo:
        """Count old accounts' reserves as consumers; free of charge if nine in ten were old.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::upgrade_accounts`
        """
        ensure_signed(origin)
        upgraded = sum([self.ensure_upgraded(each) for each in who])
        free_of_charge = bool(who) and upgraded * 10 >= len(who) * 9
        return PostDispatchInfo(pays_fee=Pays.No if free_of_charge else Pays.Yes)

    @call(8)
    def force_set_balance(self, origin: Origin, who: MultiAddress, new_free: Compact128) -> None:
        """Set a free balance, to 0 if it were less than the existential deposit; Root only.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::force_set_balance`
        """
        ensure_root(origin)
        account = lookup(who)
        old = self.free_balance(account)
        new = Balance(new_free if new_free >= self.constants.existential_deposit else 0)

        self.change_account(account, lambda held: replace(held, free=new))
        if new > old:
            self.issue(Balance(new - old))
        elif new < old:
            self.rescind(Balance(old - new))
        self.deposit_event(BalanceSet(account, new))

    @call(9)
    def force_adjust_total_issuance(
        self, origin: Origin, direction: AdjustmentDirection, delta: Compact128
    ) -> None:
        """Set the total issuance higher or lower; Root only.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::force_adjust_total_issuance`
        """
        ensure_root(origin)
        ensure(delta > 0, Error.DeltaZero)
        old = self.total_issuance.get()
        increase = direction is AdjustmentDirection.Increase
        new = Balance(saturating_add(old, delta, U128_MAX) if increase else saturating_sub(old, delta))
        ensure(self.inactive_issuance.get() <= new, Error.IssuanceDeactivated)

        self.total_issuance.put(new)
        self.deposit_event(TotalIssuanceForced(old, new))

    @call(10)
    def burn(self, origin: Origin, value: Compact128, keep_alive: bool) -> None:  # noqa: FBT001
        """Destroy an amount of one's own.

        Upstream: substrate/frame/balances/src/lib.rs `Pallet::burn`
        """
        source = ensure_signed(origin)
        preservation = Preservation.Preserve if keep_alive else Preservation.Expendable
        self.burn_from(source, Balance(value), preservation)


def _reserved(held: AccountData, amount: int) -> AccountData:
    """With so much moved from free to reserved, or back where it is negative."""
    return replace(held, free=held.free - amount, reserved=held.reserved + amount)
