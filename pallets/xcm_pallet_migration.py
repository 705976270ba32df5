"""Rewriting what is stored under locations into words of the newest version, and telling subscribers.

| stage | what |
|---|---|
| `MigrateSupportedVersion` | rewrites the versions that others speak |
| `MigrateVersionNotifiers` | rewrites our own subscriptions |
| `NotifyCurrentTargets` | tells subscribers whose locations are of the newest version |
| `MigrateAndNotifyOldTargets` | rewrites those of the other subscribers, and tells them |

One **step** is what fits into the weight that a block gives for it; it does at least one entry. Where a step
ends in the middle of a stage, the next one goes on there.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::lazy_migration`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pallets.xcm_pallet_events import NotifyTargetMigrationFail, NotifyTargetSendFail, VersionChangeNotified
from pallets.xcm_pallet_items import (
    MigrateAndNotifyOldTargets,
    MigrateSupportedVersion,
    MigrateVersionNotifiers,
    NotifyCurrentTargets,
    VersionMigrationStage,
)
from pallets.xcm_pallet_storage import XcmPalletStorage, newest
from primitives.storage.views import Map
from primitives.weights import ZERO_WEIGHT, Weight
from xcm.executor_machine import send_failure
from xcm.failures import NotSent
from xcm.location import Location
from xcm.reading import Unconvertible
from xcm.reports import QueryResponse
from xcm.responses import Version
from xcm.versions import XCM_VERSION, Versioned

Target = tuple[int, Weight, int]
"""A subscriber: the query to answer, what the answer may cost, the version last told."""


class _OutOfWeight(Exception):
    """The step has used what it had; names the stage to go on with."""

    def __init__(self, stage: VersionMigrationStage) -> None:
        super().__init__(stage)
        self.stage = stage


class VersionMigration:
    """One step of a migration."""

    def __init__(self, pallet: XcmPalletStorage, limit: Weight) -> None:
        self.pallet, self.weights, self.limit = pallet, pallet.config.weights, limit
        self.used = ZERO_WEIGHT

    def step(self, stage: VersionMigrationStage) -> VersionMigrationStage | None:
        """Go on as far as the weight reaches; gives the stage to go on with, None at the end.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::lazy_migration`
        """
        try:
            following: VersionMigrationStage | None = stage
            while following is not None:
                following = self._stage(following)
        except _OutOfWeight as out:
            return out.stage
        return None

    def _stage(self, stage: VersionMigrationStage) -> VersionMigrationStage | None:
        match stage:
            case MigrateSupportedVersion():
                self._rewrite(stage, self.pallet.supported_version, self.weights.migrate_supported_version)
                return MigrateVersionNotifiers()
            case MigrateVersionNotifiers():
                self._rewrite(stage, self.pallet.version_notifiers, self.weights.migrate_version_notifiers)
                return NotifyCurrentTargets(None)
            case NotifyCurrentTargets(last_key):
                self._notify_current_targets(last_key)
                return MigrateAndNotifyOldTargets()
            case MigrateAndNotifyOldTargets():
                self._migrate_old_targets(stage)
                return None

    def _spend(self, weight: Weight, stage: VersionMigrationStage) -> None:
        """Count weight; ends the step when as much is used as there was, in either part."""
        self.used = self.used.saturating_add(weight)
        if self.used.ref_time >= self.limit.ref_time or self.used.proof_size >= self.limit.proof_size:
            raise _OutOfWeight(stage)

    # -------------------------------------------------------------------------------------- rewriting

    def _rewrite(
        self, stage: VersionMigrationStage, entries: Map[tuple[int, Versioned[Location]], Any], weight: Weight
    ) -> None:
        """Those that the newest version has no words for are dropped."""
        for place, value in _drained(entries):
            new = _in_newest(place)
            if new is not None:
                entries[XCM_VERSION, newest(new)] = value
            self._spend(weight, stage)

    # ---------------------------------------------------------------------------------------- telling

    def _notify_current_targets(self, last_key: bytes | None) -> None:
        """Entries that need not be told weigh something, but never end the step: so it gets somewhere."""
        targets, version = self.pallet.version_notify_targets, self.pallet.constants.advertised_xcm_version
        for key, (query_id, max_weight, told) in _of_newest(targets, last_key):
            place = _in_newest(key[1])
            if place is None or told == version:
                self.used = self.used.saturating_add(self.weights.already_notified_target)
                continue
            if self._is_told(place, query_id, max_weight):
                targets[key] = (query_id, max_weight, version)
            else:
                targets.remove(key)
            here = NotifyCurrentTargets(targets.storage_key(key))
            self._spend(self.weights.notify_current_targets, here)

    def _migrate_old_targets(self, stage: VersionMigrationStage) -> None:
        targets = self.pallet.version_notify_targets
        for place, target in _drained(targets):
            new = _in_newest(place)
            if new is None:
                self.pallet.deposit_event(NotifyTargetMigrationFail(place, target[0]))
                weight = self.weights.notify_target_migration_fail
            else:
                weight = self._migrated_target(new, target)
            self._spend(weight, stage)

    def _migrated_target(self, place: Location, target: Target) -> Weight:
        """Gives what it weighed."""
        targets, version = self.pallet.version_notify_targets, self.pallet.constants.advertised_xcm_version
        query_id, max_weight, told = target
        if told == version:
            targets[XCM_VERSION, newest(place)] = target
            return self.weights.migrate_version_notify_targets
        if self._is_told(place, query_id, max_weight):
            targets[XCM_VERSION, newest(place)] = (query_id, max_weight, version)
        return self.weights.migrate_and_notify_old_targets

    def _is_told(self, place: Location, query_id: int, max_weight: Weight) -> bool:
        """Tell a subscriber our version; gives whether that worked."""
        version = self.pallet.constants.advertised_xcm_version
        message = (QueryResponse(query_id, Version(version), max_weight, None),)
        try:
            message_id, cost = self.pallet.send_by_chain(place, message)
        except NotSent as not_sent:
            error = send_failure(not_sent.reason)
            self.pallet.deposit_event(NotifyTargetSendFail(place, query_id, error))
            return False
        self.pallet.deposit_event(VersionChangeNotified(place, version, cost, message_id))
        return True


def _in_newest(place: Versioned[Location]) -> Location | None:
    try:
        return place.newest()
    except Unconvertible:
        return None


def _drained(
    entries: Map[tuple[int, Versioned[Location]], Any],
) -> Iterator[tuple[Versioned[Location], Any]]:
    """The entries of all older versions, version by version, each gone once it is given."""
    for version in range(XCM_VERSION):
        found = [key for key in entries.keys() if key[0] == version]  # noqa: SIM118 - no dictionary
        for key in found:
            yield key[1], entries.take(key)


def _of_newest(
    targets: Map[tuple[int, Versioned[Location]], Target], last_key: bytes | None
) -> list[tuple[tuple[int, Versioned[Location]], Target]]:
    """The entries of the newest version behind a storage key, in the order of their storage keys."""
    return [
        (key, target)
        for key, target in targets.items()
        if key[0] == XCM_VERSION and (last_key is None or targets.storage_key(key) > last_key)
    ]
