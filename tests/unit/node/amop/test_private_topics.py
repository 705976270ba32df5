"""Private topics: only subscribers whose key a publisher accepts get anything.

The keys' part is played from the description: what counts here is what the node does.
"""

from __future__ import annotations

import json

import pytest
from Crypto.Hash import keccak

from node.amop.keccak import keccak256
from node.amop.private import PrivateKey, challenge_name, is_signed_by, private_name, push_name
from tests.support import amop_bytes as wire
from tests.support.amop_world import SimClient, World, identity

PRIVATE = "#!$TopicNeedVerify_secret"
CHALLENGE = f"#!$VerifyChannel_{PRIVATE}_{'ab' * 16}"
PUSH = f"#!$PushChannel_{PRIVATE}"


def asked(publisher: SimClient) -> list[dict[str, str]]:
    return [each.json for each in publisher.heard if each.kind == wire.ASK_VERIFICATION]


def report(publisher: SimClient, *, node: str, result: int) -> None:
    told = {"checkResult": result, "nodeId": node, "topic": PRIVATE}
    publisher.send(wire.frame(wire.VERIFIED, wire.seq(8), json.dumps(told).encode()))


def world_with_both() -> tuple[World, SimClient, SimClient]:
    world = World(2, [(0, 1)])
    return world, world.client(1, PRIVATE, CHALLENGE), world.client(0, PUSH)


def test_a_publisher_is_asked_to_verify_the_node_of_a_subscriber() -> None:
    _, _, publisher = world_with_both()

    assert asked(publisher) == [{"topic": PRIVATE, "topicForCert": CHALLENGE, "nodeId": identity(1).hex()}]


def test_nothing_is_delivered_before_the_verification() -> None:
    _, subscriber, publisher = world_with_both()

    assert publisher.answer(publisher.unicast(PRIVATE, b"x")).result == 100
    publisher.multicast(PRIVATE, b"x")

    assert subscriber.got(PRIVATE) == []


def test_the_random_value_travels_like_any_message() -> None:
    _, subscriber, publisher = world_with_both()
    subscriber.answers = b"signature"

    answer = publisher.answer(publisher.unicast(CHALLENGE, b"value"))

    assert (answer.content, subscriber.got(CHALLENGE)) == (b"signature", [b"value"])


def test_after_a_good_verification_messages_are_delivered() -> None:
    world, subscriber, publisher = world_with_both()

    report(publisher, node=identity(1).hex(), result=0)
    publisher.multicast(PRIVATE, b"all")
    world.run(0.1)

    assert publisher.answer(publisher.unicast(PRIVATE, b"one")).result == 0
    assert subscriber.got(PRIVATE) == [b"all", b"one"]


def test_after_a_bad_one_they_never_are_and_nobody_is_asked_again() -> None:
    world, subscriber, publisher = world_with_both()

    report(publisher, node=identity(1).hex(), result=1)
    report(publisher, node=identity(1).hex(), result=0)
    world.run(20)

    assert publisher.answer(publisher.unicast(PRIVATE)).result == 100
    assert (subscriber.got(PRIVATE), len(asked(publisher))) == ([], 1)


def test_without_a_report_the_question_comes_again_every_five_seconds() -> None:
    world, _, publisher = world_with_both()

    world.run(16)

    assert len(asked(publisher)) == 4


def test_a_publisher_that_comes_later_is_asked_then() -> None:
    world = World(2, [(0, 1)])
    world.client(1, PRIVATE, CHALLENGE)
    world.run(7)

    assert len(asked(world.client(0, PUSH))) == 1


def test_a_list_without_the_topic_takes_the_verification_back() -> None:
    world, subscriber, publisher = world_with_both()
    report(publisher, node=identity(1).hex(), result=0)

    subscriber.subscribe("other")
    world.run(0.1)
    subscriber.subscribe(PRIVATE, CHALLENGE)
    world.run(0.1)

    assert publisher.answer(publisher.unicast(PRIVATE)).result == 100
    assert len(asked(publisher)) == 2


def test_when_the_verified_subscriber_leaves_those_that_stay_have_to_be_verified() -> None:
    world, good, publisher = world_with_both()
    report(publisher, node=identity(1).hex(), result=0)
    other = world.client(1, PRIVATE, f"#!$VerifyChannel_{PRIVATE}_{'00' * 16}")
    before = len(asked(publisher))

    good.leave()
    world.run(0.1)

    assert publisher.answer(publisher.unicast(PRIVATE)).result == 100
    assert other.got(PRIVATE) == []
    assert [each["topicForCert"][-32:] for each in asked(publisher)[before:]] == ["00" * 16]


def test_who_joins_a_verified_node_changes_nothing() -> None:
    world, _, publisher = world_with_both()
    report(publisher, node=identity(1).hex(), result=0)

    world.client(1, PRIVATE, f"#!$VerifyChannel_{PRIVATE}_{'00' * 16}")

    assert publisher.answer(publisher.unicast(PRIVATE)).result == 0
    assert len(asked(publisher)) == 1


def test_on_the_same_node_no_verification_is_needed() -> None:
    world = World(1)
    subscriber, publisher = world.client(0, PRIVATE, CHALLENGE), world.client(0, PUSH)

    assert publisher.answer(publisher.unicast(PRIVATE, b"x")).result == 0
    assert (subscriber.got(PRIVATE), asked(publisher)) == ([b"x"], [])


@pytest.mark.parametrize("node", ["", "zz", "00" * 32])
def test_a_report_that_nobody_asked_for_counts_for_nothing(node: str) -> None:
    _, _, publisher = world_with_both()

    report(publisher, node=node, result=0)

    assert publisher.answer(publisher.unicast(PRIVATE)).result == 100
    assert publisher.session.ignored == 1


def test_who_is_no_publisher_of_the_topic_cannot_report() -> None:
    world, _, _ = world_with_both()
    stranger = world.client(0)

    report(stranger, node=identity(1).hex(), result=0)

    assert stranger.answer(stranger.unicast(PRIVATE)).result == 100


# Keys

SECRET = bytes(range(1, 33))


@pytest.mark.parametrize("size", [0, 1, 135, 136, 137, 1000])
def test_keccak_is_that_of_an_independent_library(size: int) -> None:
    data = bytes(range(256)) * 4
    assert keccak256(data[:size]) == keccak.new(digest_bits=256, data=data[:size]).digest()


def test_names_are_those_of_the_description() -> None:
    assert private_name(b"secret").decode() == PRIVATE
    assert challenge_name(b"secret", b"ab" * 16).decode() == CHALLENGE
    assert push_name(b"secret").decode() == PUSH


def test_a_signature_has_65_bytes_and_holds_for_its_key_and_value_only() -> None:
    key, other = PrivateKey(SECRET), PrivateKey(SECRET[::-1])

    signature = key.sign(b"value")

    assert len(signature) == 65
    assert signature[64] in (0, 1)
    assert is_signed_by(key.public, b"value", signature)
    assert is_signed_by(b"\x04" + key.public, b"value", signature)
    assert not is_signed_by(other.public, b"value", signature)
    assert not is_signed_by(key.public, b"another", signature)


@pytest.mark.parametrize("signature", [b"", bytes(65), bytes(64), b"\xff" * 65])
def test_what_is_no_signature_holds_for_nobody(signature: bytes) -> None:
    assert not is_signed_by(PrivateKey(SECRET).public, b"value", signature)


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32, bytes(31)])
def test_what_is_no_key_is_refused(secret: bytes) -> None:
    with pytest.raises(ValueError, match="a secp256k1 key has 32 bytes"):
        PrivateKey(secret)
