"""The chain's own token for XCM: moved between accounts and a program's holding.

What a program holds has left its account, but is still part of the issuance: it is a credit of Balances.
Only what is made for holding (`mint_asset`) or destroyed from it (`burn_asset`) changes the issuance.

A **check account** may count what was teleported. Where the asset is at home (`MintLocation.Local`), it holds
what is elsewhere now; elsewhere it holds what came in.

Upstream: polkadot/xcm/xcm-builder/src/fungible_adapter.rs `FungibleAdapter`
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from types import TracebackType

from pallets.balances import Balances
from pallets.balances_items import Preservation
from primitives.errors import DispatchError
from primitives.ids import AccountId, Balance
from xcm import errors
from xcm.accounts import AccountOf
from xcm.asset import Asset
from xcm.failures import XcmFailure
from xcm.location import Location
from xcm.traits import XcmContext
from xcm.trust import MatchesAmount


class MintLocation(enum.Enum):
    """Where an asset is issued.

    Upstream: polkadot/xcm/xcm-builder/src/asset_conversion.rs `MintLocation`
    """

    Local = enum.auto()
    NonLocal = enum.auto()


@dataclass(frozen=True)
class FungibleAdapter:
    """One asset, by Balances.

    It fails with AssetNotFound for other assets, and with FailedToTransactAsset for locations without an
    account and where Balances says no.

    Upstream: polkadot/xcm/xcm-builder/src/fungible_adapter.rs `FungibleAdapter`
    """

    balances: Balances
    matches: MatchesAmount
    account_of: AccountOf
    check_account: tuple[AccountId, MintLocation] | None = None

    def withdraw_asset(self, asset: Asset, who: Location, context: XcmContext | None) -> None:
        """Take an amount out of an account, to the last."""
        amount, account = self._amount(asset), self._account(who)
        with _REPORTING:
            self.balances.withdraw(account, amount, Preservation.Expendable)

    def deposit_asset(self, asset: Asset, who: Location, context: XcmContext | None) -> None:
        """Put an amount into an account. Too little to make one fails like anything else: it is not told
        apart as dust, which the executor would give up.
        """
        amount, account = self._amount(asset), self._account(who)
        with _REPORTING:
            self.balances.deposit(account, amount)

    def transfer_asset(self, asset: Asset, source: Location, dest: Location, context: XcmContext) -> None:
        """Move an amount, to the last."""
        amount, payer, payee = self._amount(asset), self._account(source), self._account(dest)
        with _REPORTING:
            self.balances.transfer(payer, payee, amount, Preservation.Expendable)

    def mint_asset(self, asset: Asset, context: XcmContext) -> None:
        """Make an amount for holding."""
        self.balances.issue(self._amount(asset))

    def burn_asset(self, asset: Asset) -> None:
        """Destroy an amount that was in holding; other assets have no trace here."""
        amount = self.matches(asset)
        if amount is not None:
            self.balances.drop_credit(Balance(amount))

    # ------------------------------------------------------------------------------------- teleporting

    def can_check_in(self, origin: Location, asset: Asset, context: XcmContext) -> None:
        """NotWithdrawable if so much cannot have left, NotDepositable if so much cannot come in."""
        self._ensure_can_count(self._amount(asset), MintLocation.NonLocal)

    def check_in(self, origin: Location, asset: Asset, context: XcmContext) -> None:
        """Count an amount as here."""
        self._count(asset, MintLocation.NonLocal)

    def can_check_out(self, dest: Location, asset: Asset, context: XcmContext) -> None:
        """NotDepositable if so much cannot leave, NotWithdrawable if so much cannot have come in."""
        self._ensure_can_count(self._amount(asset), MintLocation.Local)

    def check_out(self, dest: Location, asset: Asset, context: XcmContext) -> None:
        """Count an amount as elsewhere."""
        self._count(asset, MintLocation.Local)

    def _ensure_can_count(self, amount: Balance, up_where: MintLocation) -> None:
        """Go on if the check account can count up or down; it counts up where the asset is `up_where`."""
        if self.check_account is None:
            return
        account, home = self.check_account
        if home is up_where:
            if self.balances.why_not_deposit(account, amount) is not None:
                raise XcmFailure(errors.NotDepositable())
        elif self.balances.why_not_withdraw(account, amount, keep_alive=False) is not None:
            raise XcmFailure(errors.NotWithdrawable())

    def _count(self, asset: Asset, up_where: MintLocation) -> None:
        amount = self.matches(asset)
        if self.check_account is None or amount is None:
            return
        account, home = self.check_account
        if home is up_where:
            self.balances.mint_into(account, Balance(amount))
        else:
            self.balances.burn_from(account, Balance(amount), Preservation.Expendable)

    # ----------------------------------------------------------------------------------------- finding

    def _amount(self, asset: Asset) -> Balance:
        amount = self.matches(asset)
        if amount is None:
            raise XcmFailure(errors.AssetNotFound())
        return Balance(amount)

    def _account(self, who: Location) -> AccountId:
        account = self.account_of(who)
        if account is None:
            raise XcmFailure(errors.FailedToTransactAsset())
        return account


class _Reporting:
    """Errors of Balances as those of programs."""

    def __enter__(self) -> None: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, DispatchError):
            raise XcmFailure(errors.FailedToTransactAsset()) from None


_REPORTING = _Reporting()
