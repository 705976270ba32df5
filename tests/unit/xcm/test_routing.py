"""The way out: topics, one sender after the other, prices."""

from __future__ import annotations

from typing import Any

import pytest

from primitives.arithmetic import FIXED_ONE
from primitives.hashing import blake2_256
from primitives.ids import Hash
from tests.support.xcm_world import SIBLING, World, some
from xcm.asset import Asset, Assets, Fungible
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.instructions import ClearOrigin, SetTopic
from xcm.location import HERE, PARENT, Location
from xcm.program import SetAppendix, Xcm
from xcm.routing import ExponentialPrice, FirstSender, WithUniqueTopic

TOPIC = SetTopic(bytes([9]) * 32)


def unique(entropy: bytes) -> Hash:
    return Hash(blake2_256(entropy))


def test_a_message_is_given_a_topic_by_which_it_is_known() -> None:
    world = World()
    sender = WithUniqueTopic(world, unique)

    ticket, _ = sender.validate(SIBLING, (ClearOrigin(),))
    message_id = sender.deliver(ticket)

    assert message_id == blake2_256(bytes.fromhex("040a"))
    assert world.sent == [(SIBLING, (ClearOrigin(), SetTopic(message_id)))]


def test_a_topic_at_the_end_stays() -> None:
    world = World()
    sender = WithUniqueTopic(world, unique)

    ticket, _ = sender.validate(SIBLING, (ClearOrigin(), TOPIC))

    assert sender.deliver(ticket) == TOPIC.topic
    assert world.sent == [(SIBLING, (ClearOrigin(), TOPIC))]


def test_a_topic_elsewhere_is_none() -> None:
    world = World()
    sender = WithUniqueTopic(world, unique)

    ticket, _ = sender.validate(SIBLING, (TOPIC, ClearOrigin()))
    message_id = sender.deliver(ticket)

    assert world.sent == [(SIBLING, (TOPIC, ClearOrigin(), SetTopic(message_id)))]
    assert message_id != TOPIC.topic


class To:
    """Sends to one place."""

    def __init__(self, place: Location, refusal: SendError | None = None) -> None:
        self.place, self.refusal = place, refusal

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        if destination != self.place:
            raise NotSent(SendError.NotApplicable)
        if self.refusal is not None:
            raise NotSent(self.refusal)
        return message, (some(3),)

    def deliver(self, ticket: Any) -> bytes:
        return f"{self.place.parents} {len(ticket)}".encode()


def test_the_first_sender_that_can_takes_a_message() -> None:
    router = FirstSender((To(PARENT), To(SIBLING), To(SIBLING, SendError.Fees)))

    ticket, price = router.validate(SIBLING, (ClearOrigin(),))

    assert price == (some(3),)
    assert router.deliver(ticket) == b"1 1"


@pytest.mark.parametrize(
    ("destination", "reason"), [(SIBLING, SendError.Unroutable), (HERE, SendError.NotApplicable)]
)
def test_a_sender_that_refuses_is_not_followed_by_others(destination: Location, reason: SendError) -> None:
    router = FirstSender((To(PARENT), To(SIBLING, SendError.Unroutable), To(SIBLING)))
    with pytest.raises(NotSent) as refused:
        router.validate(destination, ())
    assert refused.value.reason is reason


PRICE = ExponentialPrice(HERE, 300_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("message", "length"),
    [((), 1), ((ClearOrigin(),), 2), ((SetAppendix((ClearOrigin(),)),), 4)],
)
def test_a_price_grows_with_the_length_and_with_the_factor(message: Xcm, length: int) -> None:
    once = 300_000_000 + length * 1_000_000

    assert PRICE.price(message, FIXED_ONE) == (Asset(HERE, Fungible(once)),)
    assert PRICE.price(message, FIXED_ONE * 101 // 100) == (Asset(HERE, Fungible(once * 101 // 100)),)


def test_what_is_free_has_no_price() -> None:
    assert ExponentialPrice(HERE, 0, 0).price((), FIXED_ONE) == ()
