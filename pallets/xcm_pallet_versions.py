"""Which version of XCM other places speak, and telling them which one we speak.

A message to a place goes out in the version that the place is known to speak, else in the **safe version**,
which everybody is believed to understand. A place of unknown version is noted each time something is sent
there; at the start of each block, the one noted most often is asked to tell us its version. It answers then,
and again whenever its version changes: it takes us as a **subscriber**, as we take others.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from typing_extensions import override

from pallets.xcm_pallet_events import (
    VersionMigrationFinished,
    VersionNotifyRequested,
    VersionNotifyStarted,
    VersionNotifyUnrequested,
)
from pallets.xcm_pallet_items import VERSION_DISCOVERY_QUEUE_SIZE, Error, VersionNotifier
from pallets.xcm_pallet_migration import VersionMigration
from pallets.xcm_pallet_storage import XcmPalletStorage, newest
from primitives.arithmetic import U32_MAX, U64_MAX, saturating_add
from primitives.errors import DispatchError
from primitives.ids import BlockNumber
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Assets
from xcm.executor_machine import send_failure
from xcm.failures import NotSent, XcmFailure
from xcm.location import Location
from xcm.program import Xcm
from xcm.reading import Unconvertible
from xcm.reports import QueryResponse, SubscribeVersion, UnsubscribeVersion
from xcm.responses import QueryId, Version
from xcm.traits import XcmContext
from xcm.versions import OLDEST_VERSION, XCM_VERSION, Versioned, encode_versioned_xcm


class XcmVersioning(XcmPalletStorage, prefix="XcmPallet"):
    """Versions of others and of our own.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Go on with a migration if there is one, then ask one place for its version.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Hooks::on_initialize`
        """
        self._migrate()
        self._discover()

    def _migrate(self) -> None:
        stage = self.current_migration.get()
        if stage is None:
            return
        following = VersionMigration(self, self.config.migration_weight).step(stage)
        if following is None:
            self.deposit_event(VersionMigrationFinished(XCM_VERSION))
            self.current_migration.kill()
        else:
            self.current_migration.put(following)

    def _discover(self) -> None:
        """Ask the place that was noted most often, or the next if that fails; the last noted first if equal.

        Those that failed are forgotten, and so is what trying to send to them noted. The queue is written
        even if it is empty.
        """
        waiting = sorted(self.version_discovery_queue.take(), key=lambda entry: entry[1])
        while waiting:
            if self._is_asked(waiting.pop()[0]):
                break
        self.version_discovery_queue.put(tuple(waiting))

    def _is_asked(self, place: Versioned[Location]) -> bool:
        try:
            self.request_version_notify(place.newest())
        except (XcmFailure, Unconvertible):
            return False
        return True

    # ------------------------------------------------------------------------------------- asking others

    def request_version_notify(self, dest: Location) -> None:
        """Ask a place to tell us its version; raises `XcmFailure`: InvalidLocation if we have asked already.

        The query is counted even if sending fails.
        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::request_version_notify`
        """
        key = (XCM_VERSION, newest(dest))
        if key in self.version_notifiers:
            raise XcmFailure(errors.InvalidLocation())
        query_id = self.next_query_id()

        message_id, cost = self._sent(dest, (SubscribeVersion(query_id, ZERO_WEIGHT),))
        self.deposit_event(VersionNotifyRequested(dest, cost, message_id))
        self.version_notifiers[key] = query_id
        self.queries[query_id] = VersionNotifier(newest(dest), is_active=False)

    def unrequest_version_notify(self, dest: Location) -> None:
        """Ask a place to tell us its version no more; raises `XcmFailure`: InvalidLocation if it does not.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::unrequest_version_notify`
        """
        query_id = self.version_notifiers.take((XCM_VERSION, newest(dest)))
        if query_id is None:
            raise XcmFailure(errors.InvalidLocation())
        message_id, cost = self._sent(dest, (UnsubscribeVersion(),))
        self.deposit_event(VersionNotifyUnrequested(dest, cost, message_id))
        self.queries.remove(query_id)

    def next_query_id(self) -> int:
        """A number for a new query.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `QueryCounter`
        """
        query_id = self.query_counter.get()
        self.query_counter.put(saturating_add(query_id, 1, U64_MAX))
        return query_id

    def _sent(self, dest: Location, message: Xcm) -> tuple[bytes, Assets]:
        try:
            return self.send_by_chain(dest, message)
        except NotSent as not_sent:
            raise XcmFailure(send_failure(not_sent.reason)) from None

    # --------------------------------------------------------------------------- `SubscriptionService`

    def start(self, location: Location, query_id: QueryId, max_weight: Weight, context: XcmContext) -> None:
        """Take a subscriber, and tell it our version at once.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `VersionChangeNotifier::start`
        """
        key = (XCM_VERSION, newest(location))
        if key in self.version_notify_targets:
            raise XcmFailure(errors.InvalidLocation())

        version = self.constants.advertised_xcm_version
        answer = QueryResponse(query_id, Version(version), max_weight, None)
        message_id, cost = self._sent(location, (answer,))
        self.deposit_event(VersionNotifyStarted(location, cost, message_id))
        self.version_notify_targets[key] = (query_id, max_weight, version)

    def stop(self, location: Location, context: XcmContext) -> None:
        """Let a subscriber go; no harm if it is none.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `VersionChangeNotifier::stop`
        """
        self.version_notify_targets.remove((XCM_VERSION, newest(location)))

    def is_subscribed(self, location: Location) -> bool:
        """Whether a place is told when our version changes.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `VersionChangeNotifier::is_subscribed`
        """
        return (XCM_VERSION, newest(location)) in self.version_notify_targets

    # --------------------------------------------------------------------------------------- wrapping

    def version_for(self, dest: Location) -> int | None:
        """The version that a place is known to speak.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `GetVersion::get_version_for`
        """
        return self.supported_version.get((XCM_VERSION, newest(dest)))

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        """A message in the version that its destination speaks, else in the safe one; notes the destination
        if its version is not known. None if no version is known to be right, or the right one has no words
        for the message.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `WrapVersion::wrap_version`
        """
        version = self.version_for(dest)
        if version is None:
            self._note_unknown_version(dest)
            version = self.safe_xcm_version.get()
        if version is None or version < OLDEST_VERSION:
            return None
        try:
            return encode_versioned_xcm(min(version, XCM_VERSION), program)
        except Unconvertible:
            return None

    def _note_unknown_version(self, dest: Location) -> None:
        """Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::note_unknown_version`"""
        place, waiting = newest(dest), list(self.version_discovery_queue.get())
        at = next((at for at, (noted, _) in enumerate(waiting) if noted == place), None)
        if at is not None:
            waiting[at] = (place, saturating_add(waiting[at][1], 1, U32_MAX))
        elif len(waiting) < VERSION_DISCOVERY_QUEUE_SIZE:
            waiting.append((place, 1))
        self.version_discovery_queue.put(tuple(waiting))


def subscription_error(failure: XcmFailure, if_invalid: Error) -> DispatchError:
    """The error of a call that begins or ends a subscription."""
    is_invalid = isinstance(failure.error, errors.InvalidLocation)
    return DispatchError(if_invalid if is_invalid else Error.InvalidOrigin)
