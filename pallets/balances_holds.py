"""Setting balance aside under a name: holds, named reserves, freezes and locks.

| | bounds | overlap | counted in | named by |
|---|---|---|---|---|
| hold | an amount | no: they add up | `reserved` | a reason of the runtime |
| named reserve | an amount | no | `reserved` | eight bytes; the older form of a hold |
| freeze | the balance left | yes: the largest counts | `frozen` | a reason of the runtime |
| lock | the balance left | yes | `frozen` | eight bytes; the older form of a freeze |

Upstream: substrate/frame/balances/src/impl_fungible.rs, substrate/frame/balances/src/impl_currency.rs
"""

from __future__ import annotations

from pallets.balances import NEW_ACCOUNT, Balances
from pallets.balances_items import (
    BalanceLock,
    BalanceStatus,
    BurnedHeld,
    Error,
    Fortitude,
    Freeze,
    Frozen,
    Held,
    Hold,
    Locked,
    Precision,
    Preservation,
    Reasons,
    Released,
    ReserveData,
    ReserveRepatriated,
    RuntimeFreezeReason,
    RuntimeHoldReason,
    Thawed,
    TransferAndHold,
    TransferOnHold,
    Unlocked,
)
from pallets.system_items import AccountData
from primitives.arithmetic import U128_MAX, saturating_sub
from primitives.errors import Arithmetic, ArithmeticError_, DispatchError, Token, TokenError, ensure
from primitives.ids import AccountId, Balance
from primitives.record import replace


class Holds:
    """Holds of one chain; `max_holds` is how many reasons its runtime has.

    Upstream: substrate/frame/support/src/traits/tokens/fungible/hold.rs
    """

    def __init__(self, balances: Balances, max_holds: int) -> None:
        self.balances, self.max_holds = balances, max_holds

    def on_hold(self, reason: RuntimeHoldReason, who: AccountId) -> Balance:
        """How much an account has on hold for a reason.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `balance_on_hold`
        """
        found = [hold.amount for hold in self.balances.holds[who] if hold.id == reason]
        return found[0] if found else Balance(0)

    def hold_available(self, reason: RuntimeHoldReason, who: AccountId) -> bool:
        """Whether an account can have something on hold for a reason.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `hold_available`
        """
        holds = self.balances.holds[who]
        has_place = len(holds) < self.max_holds or any(hold.id == reason for hold in holds)
        return has_place and self.balances.system.account[who].providers > 0

    def reducible_on_hold(self, who: AccountId, fortitude: Fortitude = Fortitude.Polite) -> Balance:
        """How much of all that is on hold can be taken.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `reducible_total_balance_on_hold`
        """
        held = self.balances.holdings(who)
        bound = saturating_sub(held.frozen, held.free) if fortitude is Fortitude.Polite else 0
        return Balance(saturating_sub(held.reserved, bound))

    def hold(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Put a free amount on hold; adds to what is on hold for the reason.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/hold.rs `Mutate::hold`
        """
        most = self.balances.reducible_balance(who, Preservation.Protect, Fortitude.Force)
        ensure(amount <= most, Token(TokenError.FundsUnavailable))
        ensure(self.hold_available(reason, who), Token(TokenError.CannotCreateHold))

        self.balances.decrease_balance(who, amount, Precision.Exact, Preservation.Protect, Fortitude.Force)
        self._increase(reason, who, amount)
        self.balances.deposit_event(Held(reason, who, amount))

    def release(
        self,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        precision: Precision = Precision.Exact,
    ) -> Balance:
        """Free an amount on hold; gives how much.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/hold.rs `Mutate::release`
        """
        obstacle = self.balances.why_not_deposit(who, amount)
        ensure(obstacle is None, Token(TokenError.CannotCreate))

        taken = self._decrease(reason, who, amount, precision)
        actual = self.balances.increase_balance(who, taken, Precision.BestEffort)
        self.balances.deposit_event(Released(reason, who, actual))
        return actual

    def burn_held(
        self,
        reason: RuntimeHoldReason,
        who: AccountId,
        amount: Balance,
        precision: Precision = Precision.Exact,
        fortitude: Fortitude = Fortitude.Polite,
    ) -> Balance:
        """Destroy an amount on hold; gives how much.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/hold.rs `Mutate::burn_held`
        """
        liquid = self.reducible_on_hold(who, fortitude)
        ensure(precision is Precision.BestEffort or amount <= liquid, Token(TokenError.Frozen))

        burnt = self._decrease(reason, who, Balance(min(amount, liquid)), precision)
        issuance = self.balances.total_issuance
        issuance.put(Balance(saturating_sub(issuance.get(), burnt)))
        self.balances.deposit_event(BurnedHeld(reason, who, burnt))
        return burnt

    def transfer_on_hold(
        self,
        reason: RuntimeHoldReason,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        precision: Precision = Precision.Exact,
        fortitude: Fortitude = Fortitude.Polite,
        *,
        stays_on_hold: bool,
    ) -> Balance:
        """Move an amount on hold to another account, where it is on hold as well or free; gives how much.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/hold.rs `Mutate::transfer_on_hold`
        """
        have, liquid = self.on_hold(reason, source), self.reducible_on_hold(source, fortitude)
        best_effort = precision is Precision.BestEffort
        ensure(best_effort or amount <= liquid, Token(TokenError.Frozen))
        ensure(best_effort or amount <= have, Token(TokenError.FundsUnavailable))
        amount = Balance(min(amount, liquid, have))
        ensure(self.balances.why_not_deposit(dest, amount) is None, Token(TokenError.CannotCreate))
        available = not stays_on_hold or self.hold_available(reason, dest)
        ensure(available, Token(TokenError.CannotCreateHold))

        taken = self._decrease(reason, source, amount, precision)
        if stays_on_hold:
            self._increase(reason, dest, taken)
        else:
            taken = self.balances.increase_balance(dest, taken, precision)
        self.balances.deposit_event(TransferOnHold(reason, source, dest, taken))
        return taken

    def transfer_and_hold(
        self,
        reason: RuntimeHoldReason,
        source: AccountId,
        dest: AccountId,
        amount: Balance,
        preservation: Preservation,
        precision: Precision = Precision.Exact,
        fortitude: Fortitude = Fortitude.Polite,
    ) -> Balance:
        """Move a free amount to another account and put it on hold there; gives how much.

        Upstream: substrate/frame/support/src/traits/tokens/fungible/hold.rs `Mutate::transfer_and_hold`
        """
        ensure(self.hold_available(reason, dest), Token(TokenError.CannotCreateHold))
        ensure(self.balances.why_not_deposit(dest, amount) is None, Token(TokenError.CannotCreate))

        taken = self.balances.decrease_balance(source, amount, precision, preservation, fortitude)
        self._increase(reason, dest, taken)
        self.balances.deposit_event(TransferAndHold(reason, source, dest, taken))
        return taken

    def _decrease(
        self, reason: RuntimeHoldReason, who: AccountId, amount: Balance, precision: Precision
    ) -> Balance:
        old = self.on_hold(reason, who)
        taken = Balance(min(amount, old))
        ensure(precision is Precision.BestEffort or taken == amount, Token(TokenError.FundsUnavailable))
        self._set(reason, who, Balance(old - taken))
        return taken

    def _increase(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        old = self.on_hold(reason, who)
        ensure(old + amount <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))
        if amount:
            self._set(reason, who, Balance(old + amount))

    def _set(self, reason: RuntimeHoldReason, who: AccountId, amount: Balance) -> None:
        """Upstream: substrate/frame/balances/src/impl_fungible.rs `set_balance_on_hold`"""
        holds, old = self.balances.holds[who], self.on_hold(reason, who)
        if any(hold.id == reason for hold in holds):
            changed = [replace(hold, amount=amount) if hold.id == reason else hold for hold in holds]
            holds = tuple(hold for hold in changed if hold.amount)
        elif amount:
            ensure(len(holds) < self.max_holds, Error.TooManyHolds)
            holds = (*holds, Hold(reason, amount))

        def change(held: AccountData) -> AccountData:
            reserved = held.reserved - old + amount
            ensure(reserved <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))
            ensure(reserved >= 0, Arithmetic(ArithmeticError_.Underflow))
            return replace(held, reserved=reserved)

        self.balances.change_account(who, change)
        self.balances.holds[who] = holds


class NamedReserves:
    """Named reserves of one chain, kept in the order of their names.

    Upstream: substrate/frame/support/src/traits/tokens/currency/reservable.rs `NamedReservableCurrency`
    """

    def __init__(self, balances: Balances) -> None:
        self.balances = balances

    def reserved(self, name: bytes, who: AccountId) -> Balance:
        """How much an account has set aside under a name.

        Upstream: substrate/frame/balances/src/impl_currency.rs `reserved_balance_named`
        """
        found = [each.amount for each in self.balances.reserves[who] if each.id == name]
        return found[0] if found else Balance(0)

    def reserve(self, name: bytes, who: AccountId, amount: Balance) -> None:
        """Set a free amount aside under a name; adds to what is there.

        Upstream: substrate/frame/balances/src/impl_currency.rs `reserve_named`
        """
        if amount == 0:
            return
        entries, old = self.balances.reserves[who], self.reserved(name, who)
        is_known = any(each.id == name for each in entries)
        ensure(is_known or len(entries) < self.balances.constants.max_reserves, Error.TooManyReserves)
        ensure(old + amount <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))

        self.balances.reserve(who, amount)
        self._set(name, who, Balance(old + amount))

    def unreserve(self, name: bytes, who: AccountId, amount: Balance) -> Balance:
        """Free an amount set aside under a name, or as much as there is; gives how much there was not.

        Upstream: substrate/frame/balances/src/impl_currency.rs `unreserve_named`
        """
        if amount == 0 or not any(each.id == name for each in self.balances.reserves[who]):
            return amount
        old = self.reserved(name, who)
        wanted = Balance(min(old, amount))
        actual = wanted - self.balances.unreserve(who, wanted)
        self._set(name, who, Balance(old - actual))
        return Balance(amount - actual)

    def _set(self, name: bytes, who: AccountId, amount: Balance) -> None:
        others = [each for each in self.balances.reserves[who] if each.id != name]
        entries = [*others, ReserveData(name, amount)] if amount else others
        if entries:
            self.balances.reserves[who] = tuple(sorted(entries, key=lambda each: each.id))
        else:
            self.balances.reserves.remove(who)


def repatriate_reserved(
    balances: Balances, slashed: AccountId, beneficiary: AccountId, amount: Balance, status: BalanceStatus
) -> Balance:
    """Move an amount that was set aside to an existing account, or as much as there is and freezes allow;
    gives how much was not moved. Fails with DeadAccount.

    Upstream: substrate/frame/balances/src/lib.rs `Pallet::do_transfer_reserved`
    """
    held = balances.holdings(slashed)
    actual = Balance(min(amount, saturating_sub(held.reserved, saturating_sub(held.frozen, held.free))))
    if amount and slashed == beneficiary:
        rest = balances.unreserve(slashed, actual) if status is BalanceStatus.Free else 0
        return Balance(amount - actual + rest)
    if amount:
        _move_reserved(balances, slashed, beneficiary, actual, status)
        balances.deposit_event(ReserveRepatriated(slashed, beneficiary, actual, status))
    return Balance(amount - actual)


def _move_reserved(
    balances: Balances, slashed: AccountId, beneficiary: AccountId, amount: Balance, status: BalanceStatus
) -> None:
    dust = Balance(0)

    def leave(held: AccountData) -> AccountData:
        return replace(held, reserved=held.reserved - amount)

    def arrive(held: AccountData) -> AccountData:
        nonlocal dust
        ensure(held != NEW_ACCOUNT, Error.DeadAccount)
        ensure(held.free + held.reserved + amount <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))
        # the beneficiary's new figures are stored after the other account is done with
        dust = balances.change_account_but_dust(slashed, leave)
        if status is BalanceStatus.Free:
            return replace(held, free=held.free + amount)
        return replace(held, reserved=held.reserved + amount)

    beneficiarys_dust = balances.change_account_but_dust(beneficiary, arrive)
    balances.drop_dust(dust)
    balances.drop_dust(beneficiarys_dust)


class Freezes:
    """Freezes and locks of one chain: both bound the balance that must be left.

    Upstream: substrate/frame/support/src/traits/tokens/fungible/freeze.rs `Mutate`
    """

    def __init__(self, balances: Balances) -> None:
        self.balances = balances

    def set_freeze(self, reason: RuntimeFreezeReason, who: AccountId, amount: Balance) -> None:
        """Freeze a balance for a reason, instead of what was frozen for it; 0 thaws it.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `set_freeze`
        """
        freezes = self.balances.freezes[who]
        if amount == 0:
            self.thaw(reason, who)
        elif any(freeze.id == reason for freeze in freezes):
            changed = [replace(each, amount=amount) if each.id == reason else each for each in freezes]
            self._update_freezes(who, tuple(changed))
        else:
            ensure(len(freezes) < self.balances.constants.max_freezes, Error.TooManyFreezes)
            self._update_freezes(who, (*freezes, Freeze(reason, amount)))

    def extend_freeze(self, reason: RuntimeFreezeReason, who: AccountId, amount: Balance) -> None:
        """Freeze at least so much for a reason.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `extend_freeze`
        """
        old = [freeze.amount for freeze in self.balances.freezes[who] if freeze.id == reason]
        if amount:
            self.set_freeze(reason, who, max([amount, *old]))

    def thaw(self, reason: RuntimeFreezeReason, who: AccountId) -> None:
        """Freeze nothing for a reason.

        Upstream: substrate/frame/balances/src/impl_fungible.rs `thaw`
        """
        freezes = self.balances.freezes[who]
        self._update_freezes(who, tuple(freeze for freeze in freezes if freeze.id != reason))

    def set_lock(self, name: bytes, who: AccountId, amount: Balance) -> None:
        """Lock a balance under a name, instead of what was locked under it; 0 unlocks it.

        Upstream: substrate/frame/balances/src/impl_currency.rs `set_lock`
        """
        locks, lock = self.balances.locks[who], BalanceLock(name, amount, Reasons.All)
        if amount == 0:
            self.remove_lock(name, who)
        elif any(each.id == name for each in locks):
            self._update_locks(who, tuple(lock if each.id == name else each for each in locks))
        else:
            self._update_locks(who, (*locks, lock))

    def remove_lock(self, name: bytes, who: AccountId) -> None:
        """Lock nothing under a name.

        Upstream: substrate/frame/balances/src/impl_currency.rs `remove_lock`
        """
        self._update_locks(who, tuple(each for each in self.balances.locks[who] if each.id != name))

    def _update_freezes(self, who: AccountId, freezes: tuple[Freeze, ...]) -> None:
        """Upstream: substrate/frame/balances/src/lib.rs `Pallet::update_freezes`"""
        before = self.balances.holdings(who).frozen
        after = _largest(freezes, self.balances.locks[who])
        self.balances.change_account(who, lambda held: replace(held, frozen=after))

        if freezes:
            self.balances.freezes[who] = freezes
        else:
            self.balances.freezes.remove(who)
        if before > after:
            self.balances.deposit_event(Thawed(who, Balance(before - after)))
        elif after > before:
            self.balances.deposit_event(Frozen(who, Balance(after - before)))

    def _update_locks(self, who: AccountId, locks: tuple[BalanceLock, ...]) -> None:
        """Upstream: substrate/frame/balances/src/lib.rs `Pallet::update_locks`"""
        before = self.balances.holdings(who).frozen
        after = _largest(self.balances.freezes[who], locks)
        try:
            self.balances.change_account(who, lambda held: replace(held, frozen=after), beyond_limit=True)
        except DispatchError:
            after = before  # a lock is set whatever happens, upstream ignores this too

        if locks:
            self.balances.locks[who] = locks
        else:
            self.balances.locks.remove(who)
        if before > after:
            self.balances.deposit_event(Unlocked(who, Balance(before - after)))
        elif after > before:
            self.balances.deposit_event(Locked(who, Balance(after - before)))


def _largest(freezes: tuple[Freeze, ...], locks: tuple[BalanceLock, ...]) -> Balance:
    frozen, locked = [freeze.amount for freeze in freezes], [lock.amount for lock in locks]
    return max(frozen + locked, default=Balance(0))
