"""Which version others speak, who is asked for it, and who asks us.

Upstream: polkadot/xcm/pallet-xcm/src/tests/mod.rs
"""

from __future__ import annotations

import pytest

from pallets.xcm_pallet_events import (
    InvalidResponder,
    SupportedVersionChanged,
    VersionNotifyRequested,
    VersionNotifyStarted,
    VersionNotifyUnrequested,
)
from pallets.xcm_pallet_items import VERSION_DISCOVERY_QUEUE_SIZE, Error, VersionNotifier
from pallets.xcm_pallet_storage import newest
from primitives.weights import ZERO_WEIGHT, Weight
from tests.support.xcm_pallet_world import PalletWorld, in_newest
from tests.support.xcm_world import some, units
from xcm.errors import Complete, Incomplete, InstructionError, InvalidLocation
from xcm.instructions import ClearOrigin, PayFees
from xcm.junctions import Parachain
from xcm.location import Location
from xcm.reports import QueryResponse, SubscribeVersion, UnsubscribeVersion
from xcm.responses import Version
from xcm.traits import XcmContext
from xcm.versions import OLDEST_VERSION, XCM_VERSION, encode_versioned_xcm

A, B, C = (Location(1, (Parachain(id),)) for id in (1000, 1001, 1002))
CONTEXT = XcmContext(None, bytes(32), None)
QUESTION = SubscribeVersion(0, ZERO_WEIGHT)
PROGRAM = (ClearOrigin(),)
NEW_WORDS = (PayFees(some(1)),)
"""What only version 5 can say."""


def answer(version: int, query: int = 0, weight: Weight = ZERO_WEIGHT) -> QueryResponse:
    return QueryResponse(query, Version(version), weight, None)


def waiting(world: PalletWorld) -> list[tuple[Location, int]]:
    return [(place.newest(), count) for place, count in world.pallet.version_discovery_queue.get()]


# ------------------------------------------------------------------------------------------ asking others


def test_who_is_asked_for_its_version_is_sent_the_question() -> None:
    world = PalletWorld()
    world.price = (some(3),)

    world.as_root("force_subscribe_version_notify", in_newest(A))

    assert world.sent == [(A, (QUESTION,))]
    assert world.pallet.queries.get(0) == VersionNotifier(newest(A), is_active=False)
    assert world.pallet.version_notifiers.get((XCM_VERSION, newest(A))) == 0
    (event,) = world.events()
    assert isinstance(event, VersionNotifyRequested)
    assert (event.destination, event.cost) == (A, (some(3),))


def test_each_question_has_a_number_of_its_own() -> None:
    world = PalletWorld()

    world.as_root("force_subscribe_version_notify", in_newest(A))
    world.as_root("force_subscribe_version_notify", in_newest(B))

    assert world.sent == [(A, (QUESTION,)), (B, (SubscribeVersion(1, ZERO_WEIGHT),))]
    assert world.pallet.query_counter.get() == 2


def test_nobody_is_asked_twice() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(A))

    with world.refuses(Error.AlreadySubscribed):
        world.as_root("force_subscribe_version_notify", in_newest(A))


def test_who_cannot_be_reached_is_not_asked() -> None:
    world = PalletWorld()
    world.unreachable.add(A)

    with world.refuses(Error.InvalidOrigin):
        world.as_root("force_subscribe_version_notify", in_newest(A))


def test_who_was_asked_can_be_told_to_forget_it() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(A))
    world.take_sent()
    world.events()

    world.as_root("force_unsubscribe_version_notify", in_newest(A))

    assert world.sent == [(A, (UnsubscribeVersion(),))]
    assert [type(event) for event in world.events()] == [VersionNotifyUnrequested]
    assert world.pallet.queries.get(0) is None
    with world.refuses(Error.NoSubscription):
        world.as_root("force_unsubscribe_version_notify", in_newest(A))


def test_the_answer_says_what_the_place_speaks_from_now_on() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(A))
    world.events()

    assert world.receive(A, answer(4)) == Complete(units(1))

    assert world.pallet.version_for(A) == 4
    assert world.pallet.queries.get(0) == VersionNotifier(newest(A), is_active=True)
    assert world.events() == [SupportedVersionChanged(A, 4)]


def test_a_place_may_tell_again_when_its_version_changes() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(A))
    world.receive(A, answer(3))
    assert world.pallet.wrap_version(A, NEW_WORDS) is None

    world.receive(A, answer(5))

    assert world.pallet.version_for(A) == 5
    assert world.pallet.wrap_version(A, NEW_WORDS) == encode_versioned_xcm(5, NEW_WORDS)


def test_another_place_cannot_answer_for_it() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(A))
    world.events()

    world.pallet.on_response(B, 0, None, Version(4), ZERO_WEIGHT, CONTEXT)

    assert world.events() == [InvalidResponder(B, 0, A)]
    assert world.pallet.version_for(A) is None
    assert not world.pallet.expecting_response(B, 0, None)
    assert world.pallet.expecting_response(A, 0, None)


# --------------------------------------------------------------------------------------------- wrapping


def test_a_message_is_written_in_the_version_its_destination_speaks() -> None:
    world = PalletWorld()
    world.as_root("force_xcm_version", A, 4)

    assert world.pallet.wrap_version(A, PROGRAM) == encode_versioned_xcm(4, PROGRAM)
    assert world.pallet.wrap_version(A, NEW_WORDS) is None
    assert waiting(world) == []


def test_a_version_newer_than_ours_is_written_as_ours() -> None:
    world = PalletWorld()
    world.as_root("force_xcm_version", A, 9)

    assert world.pallet.wrap_version(A, PROGRAM) == encode_versioned_xcm(XCM_VERSION, PROGRAM)


def test_a_place_of_unknown_version_gets_the_safe_one_and_is_noted_each_time() -> None:
    world = PalletWorld()
    world.as_root("force_default_xcm_version", 3)

    assert world.pallet.wrap_version(A, PROGRAM) == encode_versioned_xcm(3, PROGRAM)
    assert world.pallet.wrap_version(A, NEW_WORDS) is None
    assert world.pallet.wrap_version(B, PROGRAM) == encode_versioned_xcm(3, PROGRAM)

    assert waiting(world) == [(A, 2), (B, 1)]


def test_without_a_safe_version_a_place_of_unknown_version_is_not_reached_but_noted() -> None:
    world = PalletWorld()
    world.as_root("force_default_xcm_version", None)

    assert world.pallet.wrap_version(A, PROGRAM) is None
    assert waiting(world) == [(A, 1)]


@pytest.mark.parametrize("version", [0, OLDEST_VERSION - 1])
def test_a_version_that_is_spoken_no_more_reaches_nobody(version: int) -> None:
    world = PalletWorld()
    world.as_root("force_xcm_version", A, version)

    assert world.pallet.wrap_version(A, PROGRAM) is None


def test_only_so_many_places_are_noted() -> None:
    world = PalletWorld()
    places = [Location(1, (Parachain(id),)) for id in range(VERSION_DISCOVERY_QUEUE_SIZE + 1)]

    for place in places:
        world.pallet.wrap_version(place, PROGRAM)

    assert waiting(world) == [(place, 1) for place in places[:-1]]


# -------------------------------------------------------------------------------------------- discovery


def test_each_block_asks_the_place_that_was_sent_to_most() -> None:
    world = PalletWorld()
    for place in (A, B, B, C):
        world.pallet.wrap_version(place, PROGRAM)

    world.next_block()
    assert world.take_sent() == [(B, (QUESTION,))]
    assert waiting(world) == [(A, 1), (C, 1)]

    world.next_block()
    assert world.take_sent() == [(C, (SubscribeVersion(1, ZERO_WEIGHT),))]
    assert waiting(world) == [(A, 1)]


def test_a_place_that_cannot_be_asked_is_forgotten_and_the_next_one_asked() -> None:
    world = PalletWorld()
    for place in (A, B, B):
        world.pallet.wrap_version(place, PROGRAM)
    world.unreachable.add(B)

    world.next_block()

    assert world.sent == [(A, (SubscribeVersion(1, ZERO_WEIGHT),))]
    assert (waiting(world), world.pallet.query_counter.get()) == ([], 2)


def test_a_place_that_was_asked_already_is_not_asked_again() -> None:
    world = PalletWorld()
    world.as_root("force_subscribe_version_notify", in_newest(A))
    world.take_sent()

    world.next_block()

    assert (world.sent, world.pallet.query_counter.get()) == ([], 1)


def test_a_block_with_nobody_to_ask_writes_an_empty_queue() -> None:
    world = PalletWorld()

    world.next_block()

    assert world.pallet.version_discovery_queue.exists()
    assert waiting(world) == []


def test_a_place_that_has_answered_is_not_noted_any_more() -> None:
    world = PalletWorld()
    world.pallet.wrap_version(A, PROGRAM)
    world.next_block()
    world.receive(A, answer(4))

    world.pallet.wrap_version(A, PROGRAM)
    world.next_block()

    assert world.take_sent() == [(A, (QUESTION,))]


# ------------------------------------------------------------------------------------------- being asked


def test_a_subscriber_is_told_our_version_at_once() -> None:
    world = PalletWorld()

    assert world.receive(A, SubscribeVersion(7, units(2))) == Complete(units(1))

    assert world.sent == [(A, (answer(XCM_VERSION, 7, units(2)),))]
    assert world.pallet.version_notify_targets.get((XCM_VERSION, newest(A))) == (7, units(2), XCM_VERSION)
    assert world.pallet.is_subscribed(A)
    assert [type(event) for event in world.events()] == [VersionNotifyStarted]


def test_nobody_subscribes_twice() -> None:
    world = PalletWorld()
    world.receive(A, SubscribeVersion(7, units(2)))

    outcome = world.receive(A, SubscribeVersion(8, units(2)))

    assert outcome == Incomplete(units(1), InstructionError(0, InvalidLocation()))
    assert world.pallet.version_notify_targets.get((XCM_VERSION, newest(A))) == (7, units(2), XCM_VERSION)


def test_a_subscriber_may_go() -> None:
    world = PalletWorld()
    world.receive(A, SubscribeVersion(7, units(2)))

    world.receive(A, UnsubscribeVersion())

    assert not world.pallet.is_subscribed(A)


def test_to_go_without_having_come_is_no_harm() -> None:
    world = PalletWorld()

    assert world.receive(A, UnsubscribeVersion()) == Complete(units(1))


def test_who_cannot_be_told_does_not_subscribe() -> None:
    world = PalletWorld()
    world.unreachable.add(A)

    outcome = world.receive(A, SubscribeVersion(7, units(2)))

    assert isinstance(outcome, Incomplete)
    assert not world.pallet.is_subscribed(A)
