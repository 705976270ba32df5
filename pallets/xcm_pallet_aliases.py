"""Who may speak for an account: the account says so itself, and pays a deposit for it.

An **aliaser** is a place that may go on as the account in programs that run here (`AliasOrigin`), for ever or
up to a block. The account stands in storage without its network.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.balances_holds import Holds
from pallets.balances_items import Precision, RuntimeHoldReason
from pallets.xcm_pallet_events import AliasAuthorizationRemoved, AliasAuthorized, AliasesAuthorizationsRemoved
from pallets.xcm_pallet_items import (
    MAX_AUTHORIZED_ALIASES,
    AuthorizedAliasesEntry,
    Disabled,
    Error,
    HeldAliasesEntry,
    HoldConsideration,
    OriginAliaser,
)
from pallets.xcm_pallet_storage import XcmPalletStorage, newest
from primitives.errors import DispatchError, Other, ensure
from primitives.ids import AccountId, Balance
from primitives.origin import Origin, ensure_signed
from primitives.pallet import call
from primitives.record import replace
from primitives.scale.codec import U64
from xcm.junctions import AccountId32
from xcm.location import Location
from xcm.reading import Unconvertible
from xcm.versions import VersionedLocation


class XcmAliases(XcmPalletStorage, prefix="XcmPallet"):
    """Authorised aliases.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    @call(14)
    def add_authorized_alias(self, origin: Origin, aliaser: VersionedLocation, expires: U64 | None) -> None:
        """Let a place speak for the caller, before block `expires` if that is given; again with another
        block, to change that.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::add_authorized_alias`
        """
        who, target, other = self._aliases_of(origin, aliaser)
        ensure(expires is None or expires > self.system.number.get(), Error.ExpiresInPast)

        new = OriginAliaser(newest(other), expires)
        entry = self.authorized_aliases.get(newest(target))
        aliasers = () if entry is None else entry.aliasers
        places = [each.location for each in aliasers]
        if new.location in places:
            at = places.index(new.location)
            aliasers = (*aliasers[:at], new, *aliasers[at + 1 :])
        else:
            ensure(len(aliasers) < MAX_AUTHORIZED_ALIASES, Error.TooManyAuthorizedAliases)
            aliasers = (*aliasers, new)
        self._store(who, target, entry, aliasers)
        self.deposit_event(AliasAuthorized(other, target, expires))

    @call(15)
    def remove_authorized_alias(self, origin: Origin, aliaser: VersionedLocation) -> None:
        """Let a place not speak for the caller any more.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::remove_authorized_alias`
        """
        who, target, other = self._aliases_of(origin, aliaser)
        entry = self.authorized_aliases.get(newest(target))
        if entry is None:
            raise DispatchError(Error.AliasNotFound)
        aliasers = tuple(each for each in entry.aliasers if each.location != newest(other))
        ensure(len(aliasers) < len(entry.aliasers), Error.AliasNotFound)

        if aliasers:
            self._store(who, target, entry, aliasers)
        else:
            self.config.consideration.drop(entry.ticket, who)
            self.authorized_aliases.remove(newest(target))
        self.deposit_event(AliasAuthorizationRemoved(other, target))

    @call(16)
    def remove_all_authorized_aliases(self, origin: Origin) -> None:
        """Let nobody speak for the caller any more.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::remove_all_authorized_aliases`
        """
        who = ensure_signed(origin)
        target = _without_network(self.config.execute_origin(origin))
        entry = self.authorized_aliases.get(newest(target))
        if entry is None:
            raise DispatchError(Error.AliasNotFound)

        self.config.consideration.drop(entry.ticket, who)
        self.authorized_aliases.remove(newest(target))
        self.deposit_event(AliasesAuthorizationsRemoved(target))

    def _aliases_of(self, origin: Origin, aliaser: VersionedLocation) -> tuple[AccountId, Location, Location]:
        """The account that calls, its location, and the place in question, which is another one."""
        who, caller = ensure_signed(origin), self.config.execute_origin(origin)
        try:
            other = aliaser.newest()
        except Unconvertible:
            raise DispatchError(Error.BadVersion) from None
        ensure(caller != other, Error.BadLocation)
        target = _without_network(caller)
        ensure(target != other, Error.BadLocation)
        return who, target, other

    def _store(
        self,
        who: AccountId,
        target: Location,
        entry: AuthorizedAliasesEntry | None,
        aliasers: tuple[OriginAliaser, ...],
    ) -> None:
        """Write who may speak for an account; the deposit follows their number."""
        consideration = self.config.consideration
        if entry is None:
            new = consideration.entry(aliasers, consideration.new(who, len(aliasers)))
        elif len(aliasers) == len(entry.aliasers):
            new = replace(entry, aliasers=aliasers)
        else:
            ticket = consideration.update(entry.ticket, who, len(aliasers))
            new = replace(entry, aliasers=aliasers, ticket=ticket)
        self.authorized_aliases[newest(target)] = new

    # --------------------------------------------------------------------------------------- looking up

    def authorized_aliasers(self, target: Location) -> tuple[OriginAliaser, ...]:
        """Who was ever let speak for a place, also those whose time is over.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::authorized_aliasers`
        """
        entry = self.authorized_aliases.get(newest(target))
        return () if entry is None else entry.aliasers

    def is_authorized_alias(self, origin: Location, target: Location) -> bool:
        """Whether `origin` may speak for `target` now.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `AuthorizedAliasers`
        """
        now = self.system.number.get()
        return any(
            each.location == newest(origin) and (each.expiry is None or now < each.expiry)
            for each in self.authorized_aliasers(target)
        )


def _without_network(caller: Location) -> Location:
    """The location of an account of ours, of whatever network; fails with InvalidOrigin."""
    match caller:
        case Location(0, (AccountId32(_, id),)):
            return Location(0, (AccountId32(None, id),))
        case _:
            raise DispatchError(Error.InvalidOrigin)


class NoDeposit:
    """No deposit can be made, so nothing can be stored.

    Upstream: substrate/frame/support/src/traits/storage.rs `Disabled`
    """

    entry = AuthorizedAliasesEntry

    def new(self, who: AccountId, aliasers: int) -> Disabled:
        """Fails with Other."""
        raise DispatchError(Other())

    def update(self, ticket: Disabled, who: AccountId, aliasers: int) -> Disabled:
        """Fails with Other."""
        raise DispatchError(Other())

    def drop(self, ticket: Disabled, who: AccountId) -> None:
        """Fails with Other."""
        raise DispatchError(Other())


class HeldDeposit:
    """An amount on hold, for so many entries.

    Upstream: substrate/frame/support/src/traits/tokens/fungible/mod.rs `HoldConsideration`
    """

    entry = HeldAliasesEntry

    def __init__(self, holds: Holds, reason: RuntimeHoldReason, price: Callable[[int], Balance]) -> None:
        self.holds, self.reason, self.price = holds, reason, price

    def new(self, who: AccountId, aliasers: int) -> HoldConsideration:
        """Put the price on hold."""
        price = self.price(aliasers)
        self.holds.hold(self.reason, who, price)
        return HoldConsideration(price)

    def update(self, ticket: HoldConsideration, who: AccountId, aliasers: int) -> HoldConsideration:
        """Bring what is on hold to the price."""
        price, held = self.price(aliasers), ticket.amount
        if held > price:
            self.holds.release(self.reason, who, Balance(held - price), Precision.BestEffort)
        elif price > held:
            self.holds.hold(self.reason, who, Balance(price - held))
        return HoldConsideration(price)

    def drop(self, ticket: HoldConsideration, who: AccountId) -> None:
        """Free what is on hold, as far as it is there."""
        self.holds.release(self.reason, who, ticket.amount, Precision.BestEffort)


ALIASER_SIZE = 611
"""Bytes that storing one aliaser is charged for: the most that upstream takes one to have."""


def linear_price(base: int, per_byte: int) -> Callable[[int], Balance]:
    """A price for storing so many aliasers: once `base`, and so much for each byte they can have.

    Upstream: substrate/frame/support/src/traits/storage.rs `LinearStoragePrice`
    """

    def price(aliasers: int) -> Balance:
        return Balance(base + per_byte * aliasers * ALIASER_SIZE)

    return price
