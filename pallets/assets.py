"""Assets besides the chain's own token, each with an issuer of its own.

Whoever pays a deposit creates an asset and says who mints and burns it. An account that holds one has to be
alive for another reason, which counts as a consumer of the account.

This is a part of upstream's pallet, enough for a chain to have something to move: creating, minting, burning
and transferring, with upstream's keys, layouts, order of checks and numbers. Left out are destroying,
freezing, approvals, metadata, deposits of holders, and assets that keep accounts alive.

Upstream: substrate/frame/assets/src/lib.rs, substrate/frame/assets/src/functions.rs
"""

from __future__ import annotations

from pallets.assets_items import (
    AccountStatus,
    AssetAccount,
    AssetDetails,
    AssetId,
    AssetsConstants,
    AssetStatus,
    Burned,
    Consumer,
    Created,
    Error,
    Event,
    Issued,
    Transferred,
)
from pallets.balances import Balances
from pallets.system import MAX_CONSUMERS, System
from primitives.address import MultiAddress, lookup
from primitives.arithmetic import U128_MAX, saturating_sub
from primitives.errors import Arithmetic, ArithmeticError_, DispatchError, Token, TokenError, ensure
from primitives.ids import AccountId, Balance
from primitives.origin import Origin, ensure_signed
from primitives.pallet import BLAKE2_128_CONCAT, Frame, Pallet, call, item
from primitives.record import replace
from primitives.scale.codec import Compact32, Compact128
from primitives.storage.views import Map


class Assets(Pallet, prefix="Assets", events=Event, errors=Error, constants=AssetsConstants):
    """Assets, and who holds them.

    Upstream: substrate/frame/assets/src/lib.rs `Pallet`
    """

    asset: Map[AssetId, AssetDetails] = item(hashers=(BLAKE2_128_CONCAT,))
    """Every asset."""

    account: Map[tuple[AssetId, AccountId], AssetAccount] = item(
        hashers=(BLAKE2_128_CONCAT, BLAKE2_128_CONCAT)
    )
    """What an account holds of an asset."""

    def __init__(self, frame: Frame, system: System, balances: Balances, constants: AssetsConstants) -> None:
        super().__init__(frame)
        self.system, self.balances, self.constants = system, balances, constants

    # Calls.

    @call(0)
    def create(self, origin: Origin, id: Compact32, admin: MultiAddress, min_balance: Balance) -> None:
        """Create an asset that the caller owns, and `admin` mints and burns. Its deposit is set aside.

        Upstream: substrate/frame/assets/src/lib.rs `Pallet::create`
        """
        owner, manager, asset = ensure_signed(origin), lookup(admin), AssetId(id)
        ensure(asset not in self.asset, Error.InUse)
        ensure(min_balance > 0, Error.MinBalanceZero)

        self.balances.reserve(owner, self.constants.asset_deposit)
        self.asset[asset] = AssetDetails(
            owner=owner,
            issuer=manager,
            admin=manager,
            freezer=manager,
            supply=Balance(0),
            deposit=self.constants.asset_deposit,
            min_balance=min_balance,
            is_sufficient=False,
            accounts=0,
            sufficients=0,
            approvals=0,
            status=AssetStatus.Live,
        )
        self.deposit_event(Created(asset, owner, manager))

    @call(6)
    def mint(self, origin: Origin, id: Compact32, beneficiary: MultiAddress, amount: Compact128) -> None:
        """Make an amount, in an account; only the issuer may.

        Upstream: substrate/frame/assets/src/lib.rs `Pallet::mint`
        """
        issuer, who = ensure_signed(origin), lookup(beneficiary)

        self.do_mint(AssetId(id), who, Balance(amount), issuer)

    @call(7)
    def burn(self, origin: Origin, id: Compact32, who: MultiAddress, amount: Compact128) -> None:
        """Destroy as much as an amount, in an account; only the admin may. What would be left below the
        least balance goes too.

        Upstream: substrate/frame/assets/src/lib.rs `Pallet::burn`
        """
        admin, target = ensure_signed(origin), lookup(who)

        self.do_burn(AssetId(id), target, Balance(amount), admin)

    @call(8)
    def transfer(self, origin: Origin, id: Compact32, target: MultiAddress, amount: Compact128) -> None:
        """Give an amount to another account. What would be left below the least balance goes along.

        Upstream: substrate/frame/assets/src/lib.rs `Pallet::transfer`
        """
        source, dest = ensure_signed(origin), lookup(target)

        self.do_transfer(AssetId(id), source, dest, Balance(amount))

    # What the calls do.

    def do_mint(self, asset: AssetId, who: AccountId, amount: Balance, issuer: AccountId) -> None:
        """Make an amount, in an account.

        Upstream: substrate/frame/assets/src/functions.rs `Pallet::do_mint`
        """
        if amount:
            self._ensure_can_increase(asset, who, amount, increase_supply=True)
            details = self._live(asset)
            ensure(details.issuer == issuer, Error.NoPermission)

            details = self._credit(asset, who, amount, details)
            self.asset[asset] = replace(details, supply=Balance(details.supply + amount))
        self.deposit_event(Issued(asset, who, amount))

    def do_burn(self, asset: AssetId, who: AccountId, amount: Balance, admin: AccountId) -> None:
        """Destroy as much as an amount, in an account.

        Upstream: substrate/frame/assets/src/functions.rs `Pallet::do_burn`
        """
        details, burnt = self._known(asset), Balance(0)
        ensure(details.status is not AssetStatus.Destroying, Error.AssetNotLive)
        if amount:
            burnt = self._debit_of(asset, who, min(amount, self._reducible(asset, who)))
            ensure(details.admin == admin, Error.NoPermission)

            details = self._debit(asset, who, burnt, details)
            self.asset[asset] = replace(details, supply=Balance(details.supply - burnt))
        self.deposit_event(Burned(asset, who, burnt))

    def do_transfer(self, asset: AssetId, source: AccountId, dest: AccountId, amount: Balance) -> None:
        """Move an amount; nothing happens with 0.

        Upstream: substrate/frame/assets/src/functions.rs `Pallet::transfer_and_die`
        """
        if not amount:
            return
        self._live(asset)
        ensure(self._reducible(asset, source) >= amount, Error.BalanceLow)
        moved = self._debit_of(asset, source, amount)
        self._ensure_can_increase(asset, dest, moved, increase_supply=False)

        if source != dest:
            details = self._credit(asset, dest, moved, self._live(asset))
            self.asset[asset] = self._debit(asset, source, moved, details)
        self.deposit_event(Transferred(asset, source, dest, moved))

    # Rules.

    def _known(self, asset: AssetId) -> AssetDetails:
        details = self.asset.get(asset)
        ensure(details is not None, Error.Unknown)
        assert details is not None
        return details

    def _live(self, asset: AssetId) -> AssetDetails:
        details = self._known(asset)
        ensure(details.status is AssetStatus.Live, Error.AssetNotLive)
        return details

    def _reducible(self, asset: AssetId, who: AccountId) -> Balance:
        """How much an account can give.

        Upstream: substrate/frame/assets/src/functions.rs `Pallet::reducible_balance`
        """
        details, held = self._live(asset), self.account.get((asset, who))
        if held is None:
            raise DispatchError(Error.NoAccount)
        ensure(held.status is AccountStatus.Liquid, Error.Frozen)
        return min(held.balance, details.supply)

    def _debit_of(self, asset: AssetId, who: AccountId, amount: Balance) -> Balance:
        """What goes if an amount is taken: with it, what would be too little to be kept.

        Upstream: substrate/frame/assets/src/functions.rs `Pallet::prep_debit`
        """
        held = self.account.get((asset, who))
        assert held is not None  # `_reducible` has looked
        rest = held.balance - amount
        return Balance(amount + rest) if rest < self._known(asset).min_balance else amount

    def _ensure_can_increase(
        self, asset: AssetId, who: AccountId, amount: Balance, *, increase_supply: bool
    ) -> None:
        """Upstream: substrate/frame/assets/src/functions.rs `Pallet::can_increase`"""
        details, held = self.asset.get(asset), self.account.get((asset, who))
        if details is None or details.status is AssetStatus.Destroying:
            raise DispatchError(Token(TokenError.UnknownAsset))
        ensure(
            not increase_supply or details.supply + amount <= U128_MAX, Arithmetic(ArithmeticError_.Overflow)
        )
        if held is not None:
            ensure(held.status is not AccountStatus.Blocked, Token(TokenError.Blocked))
            ensure(held.balance + amount <= U128_MAX, Arithmetic(ArithmeticError_.Overflow))
        else:
            ensure(amount >= details.min_balance, Token(TokenError.BelowMinimum))
            ensure(self._may_hold_two_more(who), Token(TokenError.CannotCreate))

    def _may_hold_two_more(self, who: AccountId) -> bool:
        """Upstream: substrate/frame/system/src/lib.rs `Pallet::can_accrue_consumers`"""
        account = self.system.account[who]
        return account.providers > 0 and account.consumers + 2 <= MAX_CONSUMERS

    # Writes; each gives the asset as it is to be stored.

    def _credit(self, asset: AssetId, who: AccountId, amount: Balance, details: AssetDetails) -> AssetDetails:
        held = self.account.get((asset, who))
        if held is None:
            details = self._new_account(who, details)
            held = AssetAccount(Balance(0), AccountStatus.Liquid, Consumer())
        self.account[asset, who] = replace(held, balance=Balance(held.balance + amount))
        return details

    def _new_account(self, who: AccountId, details: AssetDetails) -> AssetDetails:
        """Upstream: substrate/frame/assets/src/functions.rs `Pallet::new_account`"""
        ensure(self._may_hold_two_more(who), Error.UnavailableConsumer)

        self.system.inc_consumers(who)
        return replace(details, accounts=details.accounts + 1)

    def _debit(self, asset: AssetId, who: AccountId, amount: Balance, details: AssetDetails) -> AssetDetails:
        held = self.account.get((asset, who))
        assert held is not None  # `_reducible` has looked
        if held.balance > amount:
            self.account[asset, who] = replace(held, balance=Balance(held.balance - amount))
            return details
        self.account.remove((asset, who))
        self.system.dec_consumers(who)
        return replace(details, accounts=saturating_sub(details.accounts, 1))
