"""A new version of XCM: what is stored is rewritten, and subscribers are told.

Upstream: polkadot/xcm/pallet-xcm/src/tests/mod.rs
"""

from __future__ import annotations

from typing import Any

from pallets.xcm_pallet_events import (
    NotifyTargetSendFail,
    VersionChangeNotified,
    VersionMigrationFinished,
)
from pallets.xcm_pallet_items import (
    MigrateAndNotifyOldTargets,
    MigrateSupportedVersion,
    MigrateVersionNotifiers,
    NotifyCurrentTargets,
)
from pallets.xcm_pallet_migration import VersionMigration
from pallets.xcm_pallet_storage import newest
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_pallet_world import STEP, WEIGHTS, PalletWorld, plain_config
from tests.support.xcm_world import NO_LIMIT
from xcm.errors import Unroutable
from xcm.junctions import Parachain
from xcm.location import Location
from xcm.program import Xcm
from xcm.reports import QueryResponse
from xcm.responses import Version
from xcm.versions import XCM_VERSION, Versioned

A, B, C = (Location(1, (Parachain(id),)) for id in (1001, 1002, 1003))


def told(query: int) -> Xcm:
    return (QueryResponse(query, Version(XCM_VERSION), ZERO_WEIGHT, None),)


def old(place: Location, version: int = 3) -> tuple[int, Versioned[Any]]:
    """The key of an entry of an older version."""
    return version, Versioned(version, place)


def current(place: Location) -> tuple[int, Versioned[Any]]:
    return XCM_VERSION, newest(place)


def entries(view: Any) -> dict[Any, Any]:
    return dict(view.items())


def knowing(world: PalletWorld, *places: Location) -> PalletWorld:
    """The world, where nobody needs to ask these places for their version."""
    for place in places:
        world.pallet.supported_version[current(place)] = XCM_VERSION
    return world


def begin(world: PalletWorld) -> None:
    world.pallet.current_migration.put(MigrateSupportedVersion())


def test_without_a_migration_nothing_is_rewritten() -> None:
    world = PalletWorld()
    world.pallet.supported_version[old(A)] = 3

    world.next_block()

    assert entries(world.pallet.supported_version) == {old(A): 3}
    assert world.events() == []


def test_a_migration_rewrites_everything_and_tells_who_was_told_another_version() -> None:
    world = PalletWorld()
    world.pallet.supported_version[old(A)] = 3
    world.pallet.version_notifiers[old(A, 4)] = 1
    world.pallet.version_notify_targets[old(A)] = (70, ZERO_WEIGHT, 3)
    begin(world)

    world.next_block()

    assert entries(world.pallet.supported_version) == {current(A): 3}
    assert entries(world.pallet.version_notifiers) == {current(A): 1}
    assert entries(world.pallet.version_notify_targets) == {current(A): (70, ZERO_WEIGHT, XCM_VERSION)}
    assert world.sent == [(A, told(70))]
    assert [type(event) for event in world.events()] == [VersionChangeNotified, VersionMigrationFinished]
    assert not world.pallet.current_migration.exists()


def test_who_was_told_this_version_already_is_only_rewritten() -> None:
    world = PalletWorld()
    world.pallet.version_notify_targets[old(A)] = (70, ZERO_WEIGHT, XCM_VERSION)
    begin(world)

    world.next_block()

    assert entries(world.pallet.version_notify_targets) == {current(A): (70, ZERO_WEIGHT, XCM_VERSION)}
    assert world.sent == []


def test_subscribers_are_told_when_the_version_changes_and_only_then() -> None:
    world = knowing(PalletWorld(), A)
    world.pallet.version_notify_targets[current(A)] = (0, ZERO_WEIGHT, XCM_VERSION)
    begin(world)
    world.next_block()
    assert world.take_sent() == []

    world.pallet.version_notify_targets[current(A)] = (0, ZERO_WEIGHT, XCM_VERSION - 1)
    begin(world)
    world.next_block()

    assert world.sent == [(A, told(0))]
    assert entries(world.pallet.version_notify_targets) == {current(A): (0, ZERO_WEIGHT, XCM_VERSION)}


def test_a_migration_goes_on_in_the_next_block_where_the_weight_ended() -> None:
    world = knowing(PalletWorld(plain_config(migration_weight=ZERO_WEIGHT)), B, C)
    world.pallet.supported_version[old(A)] = 3
    world.pallet.version_notifiers[old(A)] = 1
    world.pallet.version_notify_targets[current(B)] = (71, ZERO_WEIGHT, 4)
    world.pallet.version_notify_targets[old(C)] = (72, ZERO_WEIGHT, 4)
    begin(world)
    here = world.pallet.version_notify_targets.storage_key(current(B))

    stages = []
    for _ in range(5):
        world.next_block()
        stages.append(world.pallet.current_migration.get())

    assert stages == [
        MigrateSupportedVersion(),
        MigrateVersionNotifiers(),
        NotifyCurrentTargets(here),
        MigrateAndNotifyOldTargets(),
        None,
    ]
    assert world.sent == [(B, told(71)), (C, told(72))]


def test_who_stands_before_the_last_one_told_is_passed_over() -> None:
    world = PalletWorld()
    targets = world.pallet.version_notify_targets
    for query, place in enumerate((A, B, C)):
        targets[current(place)] = (query, ZERO_WEIGHT, 4)
    by_key = sorted((A, B, C), key=lambda place: targets.storage_key(current(place)))
    first = targets.storage_key(current(by_key[0]))

    assert VersionMigration(world.pallet, NO_LIMIT).step(NotifyCurrentTargets(first)) is None

    assert [place for place, _ in world.sent] == by_key[1:]


def test_several_entries_fit_into_a_step_that_has_room_for_them() -> None:
    world = PalletWorld(plain_config(migration_weight=Weight(200, 10_000)))
    for place in (A, B, C):
        world.pallet.supported_version[old(place)] = 3
    begin(world)

    world.next_block()
    assert len([key for key in entries(world.pallet.supported_version) if key[0] == 3]) == 1

    world.next_block()
    assert {key[0] for key in entries(world.pallet.supported_version)} == {XCM_VERSION}


def test_a_second_migration_does_no_harm() -> None:
    world = PalletWorld()
    world.pallet.version_notify_targets[old(A)] = (70, ZERO_WEIGHT, 4)
    begin(world)
    world.next_block()
    world.take_sent()
    again = VersionMigration(world.pallet, ZERO_WEIGHT)

    assert again.step(MigrateSupportedVersion()) is None

    assert (again.used, WEIGHTS.already_notified_target) == (STEP, STEP)
    assert world.sent == []


def test_a_subscriber_that_cannot_be_told_is_none_any_more() -> None:
    world = PalletWorld()
    world.pallet.version_notify_targets[current(A)] = (70, ZERO_WEIGHT, 4)
    world.pallet.version_notify_targets[old(B)] = (71, ZERO_WEIGHT, 4)
    world.unreachable |= {A, B}
    begin(world)

    world.next_block()

    assert entries(world.pallet.version_notify_targets) == {}
    assert world.events() == [
        NotifyTargetSendFail(A, 70, Unroutable()),
        NotifyTargetSendFail(B, 71, Unroutable()),
        VersionMigrationFinished(XCM_VERSION),
    ]
