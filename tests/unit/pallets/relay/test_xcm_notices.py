"""Notifications reach parachains in the XCM version that they speak.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from primitives.hashing import blake2_128_concat, storage_prefix, twox_64_concat
from primitives.ids import ParaId
from primitives.record import replace
from tests.support.worlds import HRMP, World, channel, relay_world
from xcm.junctions import Parachain
from xcm.location import Location
from xcm.notifications import (
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    Notification,
    versioned,
)
from xcm.versions import Versioned

A, B = ParaId(2001), ParaId(2003)
NEWEST = 5


def speaks(world: World, para: int, version: int) -> None:
    """XcmPallet has learnt that a parachain speaks this version."""
    world.relay.xcm_pallet.supported_version[NEWEST, place(para)] = version


def place(para: int) -> Versioned[Location]:
    return Versioned(NEWEST, Location(0, (Parachain(para),)))


def prune(world: World, para: ParaId) -> None:
    """A parachain has processed all its messages."""
    world.dmp.prune_dmq(para, 99)


def test_the_other_end_is_told_in_its_own_version() -> None:  # scenario 26
    world = relay_world((A, B), block=5)
    speaks(world, B, NEWEST - 1)

    world.init(A, B, capacity=2, size=8)
    world.init(B, A, capacity=1, size=7)
    assert world.downward(B) == [(5, versioned(HrmpNewChannelOpenRequest(A, 8, 2), 4))]
    assert world.downward(A) == [(5, versioned(HrmpNewChannelOpenRequest(B, 7, 1), 5))]
    prune(world, A)
    prune(world, B)

    world.accept(B, A)
    world.accept(A, B)
    assert world.downward(A) == [(5, versioned(HrmpChannelAccepted(B), 5))]
    assert world.downward(B) == [(5, versioned(HrmpChannelAccepted(A), 4))]
    prune(world, A)
    prune(world, B)

    world.next_session()
    world.close(A, channel(A, B))
    world.close(A, channel(B, A))
    assert world.downward(A) == []
    assert world.downward(B) == [
        (6, versioned(HrmpChannelClosing(A, A, B), 4)),
        (6, versioned(HrmpChannelClosing(A, B, A), 4)),
    ]


def test_a_recipient_that_closes_tells_the_sender() -> None:
    world = relay_world((A, B), block=5)
    world.open_channels((A, B))
    prune(world, A)
    prune(world, B)

    world.close(B, channel(A, B))

    assert world.downward(A) == [(6, versioned(HrmpChannelClosing(B, A, B), 5))]
    assert world.downward(B) == []


def test_nobody_is_told_of_a_request_taken_back_or_of_sessions() -> None:
    world = relay_world((A, B), block=5)
    world.init(A, B)
    prune(world, B)

    world.cancel(A, channel(A, B))
    world.next_session()

    assert (world.downward(A), world.downward(B)) == ([], [])


def test_by_force_both_ends_are_told_as_if_they_had_acted() -> None:
    world = relay_world((A, B), block=5)

    world.as_root("force_open_hrmp_channel", A, B, 2, 8)

    assert world.downward(B) == [(5, versioned(HrmpNewChannelOpenRequest(A, 8, 2), 5))]
    assert world.downward(A) == [(5, versioned(HrmpChannelAccepted(B), 5))]


@pytest.mark.parametrize(
    ("known", "safe", "version"),
    [
        (None, None, 5),
        (None, 3, 3),
        (4, 3, 4),
        (3, None, 3),
        (6, None, 5),
        (None, 6, 5),
        (2, None, 5),  # what is too old to be written is told in the newest version
        (None, 2, 5),
    ],
)
def test_the_version_is_that_of_the_parachain_then_the_safe_one_then_the_newest(
    known: int | None, safe: int | None, version: int
) -> None:
    world = relay_world((A,))
    if known is not None:
        speaks(world, A, known)
    if safe is not None:
        world.relay.xcm_pallet.safe_xcm_version.put(safe)

    told = world.hrmp.notices.wrap(A, HrmpChannelAccepted(B))

    assert told == versioned(HrmpChannelAccepted(B), version)


def test_the_version_is_read_where_xcm_pallet_keeps_it() -> None:
    world = relay_world((A,))
    location = bytes((5, 0, 1, 0)) + b"\x45\x1f"  # version 5, no parents, one junction: Parachain 2001
    item = storage_prefix("XcmPallet", "SupportedVersion")
    key = item + twox_64_concat((5).to_bytes(4, "little")) + blake2_128_concat(location)

    world.state.set(key, b"\x03\x00\x00\x00")

    assert world.hrmp.notices.wrap(A, HrmpChannelAccepted(B))[0] == 3


@pytest.mark.parametrize(
    "notification", [HrmpNewChannelOpenRequest(A, 8, 2), HrmpChannelAccepted(A), HrmpChannelClosing(A, A, B)]
)
def test_who_speaks_an_unknown_version_is_noted_to_be_asked(notification: Notification) -> None:
    world = relay_world((A, B))

    world.hrmp.notices.wrap(B, notification)
    world.hrmp.notices.wrap(B, notification)

    assert world.relay.xcm_pallet.version_discovery_queue.get() == ((place(B), 2),)


@pytest.mark.parametrize(
    "notification", [HrmpNewChannelOpenRequest(A, 8, 2), HrmpChannelAccepted(A), HrmpChannelClosing(A, A, B)]
)
def test_telling_who_speaks_a_known_version_writes_nothing(notification: Notification) -> None:
    world = relay_world((A, B))
    speaks(world, B, NEWEST)
    before = world.state.root()

    world.hrmp.notices.wrap(B, notification)

    assert world.state.root() == before


def test_a_notification_that_does_not_fit_is_dropped_and_the_request_stands() -> None:
    world = relay_world((A, B), config=replace(HRMP, max_downward_message_size=5))

    world.init(A, B)

    assert world.downward(B) == []
    assert channel(A, B) in world.hrmp.hrmp_open_channel_requests


def test_a_notification_to_a_sender_that_is_gone_is_dropped_and_the_acceptance_stands() -> None:
    gone = ParaId(3)
    world = relay_world((B,))
    world.init(gone, B)

    world.accept(B, gone)

    assert world.downward(gone) == []
    assert gone not in world.dmp.downward_message_queues
    request = world.hrmp.hrmp_open_channel_requests.get(channel(gone, B))
    assert request is not None
    assert request.confirmed
