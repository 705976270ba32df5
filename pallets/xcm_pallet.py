"""The XCM pallet: programs run and sent by calls, assets sent to other chains, and what programs rely on.

The executor asks this pallet who answers queries, where assets go that are left over, who subscribes to
versions, and where events go (`xcm/traits.py`). Accounts ask it to run a program as themselves, to send one,
or to send assets without writing a program.

| part | in |
|---|---|
| versions of others and of our own | `xcm_pallet_versions.py`, `xcm_pallet_migration.py` |
| queries and answers | `xcm_pallet_queries.py` |
| assets left over | `xcm_pallet_traps.py` |
| who may speak for an account | `xcm_pallet_aliases.py` |
| transfers | `xcm_pallet_transfer_calls.py`, `xcm_pallet_transfers.py` |
| what clients may ask | `xcm_pallet_apis.py` |

The relay chain calls it XcmPallet, parachains PolkadotXcm; they differ in the deposit for aliases.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from pallets.xcm_pallet_aliases import XcmAliases
from pallets.xcm_pallet_events import Event, Sent, SupportedVersionChanged
from pallets.xcm_pallet_items import Error, HeldAliasesEntry, XcmPalletConstants
from pallets.xcm_pallet_queries import XcmQueries
from pallets.xcm_pallet_running import encoded, ensure_complete, plain, used_weight
from pallets.xcm_pallet_storage import newest, send_error
from pallets.xcm_pallet_transfer_calls import XcmTransferCalls
from pallets.xcm_pallet_traps import XcmTraps
from pallets.xcm_pallet_versions import subscription_error
from primitives.errors import DispatchError, ensure
from primitives.hashing import blake2_256
from primitives.origin import Origin
from primitives.pallet import BLAKE2_128_CONCAT, call, item
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.storage.views import Map
from primitives.weights import PostDispatchInfo, Weight
from xcm.failures import NotSent, XcmFailure
from xcm.filters import AllCounted, Wild
from xcm.instructions import ClaimAsset, DepositAsset
from xcm.junctions import GeneralIndex
from xcm.location import Location
from xcm.program import Xcm
from xcm.reading import Unconvertible
from xcm.versions import XCM_VERSION, VersionedAssets, VersionedLocation, VersionedXcm


class XcmPallet(
    XcmQueries,
    XcmTraps,
    XcmAliases,
    XcmTransferCalls,
    prefix="XcmPallet",
    events=Event,
    errors=Error,
    constants=XcmPalletConstants,
):
    """XCM for accounts and for the executor.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    @call(0)
    def send(self, origin: Origin, dest: VersionedLocation, message: VersionedXcm) -> None:
        """Send a program as something in this chain, which pays for it unless it need not.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `SendController::send`
        """
        sender = self.config.send_origin(origin)
        ensure(sender.parents == 0, Error.InvalidOrigin)
        target, program = plain(dest), plain(message)

        try:
            message_id = self.send_xcm(sender.interior, target, program)
        except NotSent as not_sent:
            raise send_error(not_sent) from None
        self.deposit_event(Sent(sender, target, program, message_id))

    @call(3)
    def execute(self, origin: Origin, message: VersionedXcm, max_weight: Weight) -> PostDispatchInfo:
        """Run a program here as the caller. It fails unless the program runs to its end, and needs no more
        than `max_weight`, which the caller pays.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `ExecuteController::execute`
        """
        base = self.config.weights.execute
        try:
            sender, message_id = (
                self.config.execute_origin(origin),
                blake2_256(codec(VersionedXcm).encode(message)),
            )
            program: Xcm = plain(message)
            ensure(self.config.execute_filter(sender, program), Error.Filtered)
        except DispatchError as error:
            error.actual_weight = base
            raise

        outcome = self.attempt(sender, program, message_id, max_weight)
        used = used_weight(outcome).saturating_add(base)
        ensure_complete(outcome, used)
        return PostDispatchInfo(used)

    @call(4)
    def force_xcm_version(self, origin: Origin, location: Location, version: U32) -> None:
        """Say which version a place speaks.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::force_xcm_version`
        """
        self.config.ensure_admin(origin)
        self.supported_version[XCM_VERSION, newest(location)] = version
        self.deposit_event(SupportedVersionChanged(location, version))

    @call(5)
    def force_default_xcm_version(self, origin: Origin, maybe_xcm_version: U32 | None) -> None:
        """Say which version to use for places of which none is known; without one they cannot be reached.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::force_default_xcm_version`
        """
        self.config.ensure_admin(origin)
        if maybe_xcm_version is None:
            self.safe_xcm_version.kill()
        else:
            self.safe_xcm_version.put(maybe_xcm_version)

    @call(6)
    def force_subscribe_version_notify(self, origin: Origin, location: VersionedLocation) -> None:
        """Ask a place to tell us its version, now and whenever it changes.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::force_subscribe_version_notify`
        """
        self.config.ensure_admin(origin)
        try:
            self.request_version_notify(_place(location))
        except XcmFailure as failure:
            raise subscription_error(failure, Error.AlreadySubscribed) from None

    @call(7)
    def force_unsubscribe_version_notify(self, origin: Origin, location: VersionedLocation) -> None:
        """Ask a place to tell us its version no more.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::force_unsubscribe_version_notify`
        """
        self.config.ensure_admin(origin)
        try:
            self.unrequest_version_notify(_place(location))
        except XcmFailure as failure:
            raise subscription_error(failure, Error.NoSubscription) from None

    @call(10)
    def force_suspension(self, origin: Origin, suspended: bool) -> None:  # noqa: FBT001 - a call's argument
        """Have messages wait, or go on with them.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::force_suspension`
        """
        self.config.ensure_admin(origin)
        self.xcm_execution_suspended.put(suspended)

    @call(12, name="claim_assets")
    def claim_trapped_assets(
        self, origin: Origin, assets: VersionedAssets, beneficiary: VersionedLocation
    ) -> None:
        """Take back assets that a program of the caller left behind; they are named exactly, in the version
        in which they were kept.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::claim_assets`
        """
        owner, claimed = self.config.execute_origin(origin), plain(assets)
        ticket = Location(0, (GeneralIndex(assets.version),))
        deposit = DepositAsset(Wild(AllCounted(len(claimed))), plain(beneficiary))
        program: Xcm = (ClaimAsset(claimed, ticket), deposit)
        weight, message_id = self.weigh(program), blake2_256(encoded(program))

        executed = self.executor.prepare_and_execute(owner, program, message_id, weight, weight)
        ensure_complete(executed.outcome)


def _place(location: VersionedLocation) -> Location:
    try:
        return location.newest()
    except Unconvertible:
        raise DispatchError(Error.BadLocation) from None


class PolkadotXcm(XcmPallet, prefix="PolkadotXcm", events=Event, errors=Error, constants=XcmPalletConstants):
    """XCM as parachains have it: with a deposit for those who may speak for an account.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    authorized_aliases: Map[VersionedLocation, HeldAliasesEntry] = item(hashers=(BLAKE2_128_CONCAT,))  # type: ignore[assignment]
    """Who may speak for an account of ours, by that account."""
