"""How much may be taken from an account, and put into one: the rules alone, without storage.

Upstream: substrate/frame/balances/src/impl_fungible.rs
"""

from __future__ import annotations

from pallets.balances_items import Fortitude, Preservation
from pallets.system_items import AccountData, AccountInfo
from primitives.arithmetic import U128_MAX, saturating_sub
from primitives.errors import Arithmetic, ArithmeticError_, DispatchErrorCase, Token, TokenError
from primitives.ids import Balance


def total(held: AccountData) -> Balance:
    """Free and reserved together."""
    return Balance(held.free + held.reserved)


def consumes(held: AccountData) -> bool:
    """Whether the balance relies on the account: it does while something is reserved or frozen."""
    return held.reserved > 0 or held.frozen > 0


def may_lose_provider(account: AccountInfo) -> bool:
    """Whether one thing fewer may keep an account alive.

    Upstream: substrate/frame/system/src/lib.rs `Pallet::can_dec_provider`
    """
    return account.consumers == 0 or account.providers > 1


def reducible(
    account: AccountInfo, preservation: Preservation, fortitude: Fortitude, existential_deposit: Balance
) -> Balance:
    """How much of the free balance can be taken.

    Upstream: substrate/frame/balances/src/impl_fungible.rs `reducible_balance`
    """
    held = account.data
    bound = saturating_sub(held.frozen, held.reserved) if fortitude is Fortitude.Polite else 0
    if _deposit_must_stay(account, preservation):
        bound = max(bound, existential_deposit)
    return Balance(saturating_sub(held.free, bound))


def _deposit_must_stay(account: AccountInfo, preservation: Preservation) -> bool:
    match preservation:
        case Preservation.Preserve:
            return True
        case Preservation.Protect:
            return account.data.free > 0 and account.providers == 1
        case Preservation.Expendable:
            return account.data.free > 0 and not may_lose_provider(account)


def why_not_deposit(
    held: AccountData, amount: Balance, existential_deposit: Balance
) -> DispatchErrorCase | None:
    """Why an amount that exists already cannot be added, or None if it can.

    Upstream: substrate/frame/balances/src/impl_fungible.rs `can_deposit`
    """
    if amount == 0:
        return None
    if held.free + amount < existential_deposit:
        return Token(TokenError.BelowMinimum)
    return Arithmetic(ArithmeticError_.Overflow) if total(held) + amount > U128_MAX else None


def why_not_withdraw(
    account: AccountInfo, amount: Balance, existential_deposit: Balance, *, keep_alive: bool
) -> DispatchErrorCase | None:
    """Why an amount cannot be taken, or None if it can.

    With `keep_alive`, less than the existential deposit being left is a reason.

    Upstream: substrate/frame/balances/src/impl_fungible.rs `can_withdraw`
    """
    held, left = account.data, account.data.free - amount
    dies = left < existential_deposit
    found: TokenError | None = None
    if amount == 0:
        pass
    elif left < 0:
        found = TokenError.FundsUnavailable
    elif amount > reducible(account, Preservation.Expendable, Fortitude.Polite, existential_deposit):
        found = TokenError.Frozen
    elif dies and not may_lose_provider(account):
        found = TokenError.OnlyProvider
    elif left + held.reserved < held.frozen:
        found = TokenError.Frozen
    elif dies and keep_alive:
        found = TokenError.NotExpendable
    return Token(found) if found else None
