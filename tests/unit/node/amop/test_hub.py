"""Sessions and nodes: who gets what, and what the sender is told."""

from __future__ import annotations

import pytest

from node.amop.limits import DEFAULT
from primitives.record import replace
from tests.support import amop_bytes as wire
from tests.support.amop_world import World

LINE = ((1, 0), (2, 1))
TRIANGLE = ((1, 0), (2, 1), (0, 2))


def test_a_unicast_brings_back_the_subscriber_s_answer() -> None:
    world = World(2, [(1, 0)])
    subscriber, publisher = world.client(1, "hello"), world.client(0)
    subscriber.answers = b"thanks"

    answer = publisher.answer(publisher.unicast("hello", b"hi"))

    assert subscriber.got("hello") == [b"hi"]
    assert (answer.result, answer.topic, answer.content) == (0, "hello", b"thanks")


def test_a_pushed_unicast_is_the_publisher_s_frame_unchanged() -> None:
    world = World(2, [(1, 0)])
    subscriber, publisher = world.client(1, "hello"), world.client(0)

    seq = publisher.unicast("hello", b"hi")
    publisher.answer(seq)

    pushed = subscriber.heard[-1]
    assert pushed == wire.Heard(wire.UNICAST, seq, 0, wire.amop("hello", b"hi"))


def test_a_unicast_to_nobody_is_answered_with_100_and_no_data() -> None:
    publisher = World(3, TRIANGLE).client(0)

    answer = publisher.answer(publisher.unicast("nobody", b"hi"), at_most=0.1)

    assert (answer.result, answer.data) == (100, b"")


def test_a_multicast_reaches_everybody_once_and_is_echoed() -> None:
    world = World(3, TRIANGLE)
    subscribers = [world.client(node, "news") for node in (0, 1, 1, 2)]
    publisher = world.client(0)

    answer = publisher.answer(publisher.multicast("news", b"all"), at_most=0.1)
    world.run(1)

    assert [each.got("news") for each in subscribers] == [[b"all"]] * 4
    assert (answer.result, answer.data) == (0, wire.amop("news", b"all"))


def test_a_multicast_to_nobody_is_a_success() -> None:
    publisher = World(1).client(0)

    answer = publisher.answer(publisher.multicast("nobody", b"x"))

    assert (answer.result, answer.content) == (0, b"x")


def test_subscribers_answers_to_a_multicast_are_ignored() -> None:
    world = World(1)
    subscriber, publisher = world.client(0, "news"), world.client(0)
    seq = publisher.multicast("news", b"all")

    subscriber.send(wire.frame(wire.ANSWER, seq, wire.amop("news", b"noise")))
    world.run(1)

    assert [each.content for each in publisher.heard if each.seq == seq] == [b"all"]


def test_a_silent_subscriber_is_followed_by_another_after_five_seconds() -> None:
    world = World(1)
    silent, publisher = world.client(0, "work"), world.client(0)
    silent.answers = None
    first = publisher.unicast("work", b"do")
    talking = world.client(0, "work")

    answer = publisher.answer(first)

    assert answer.result == 0
    assert (silent.got("work"), talking.got("work")) == ([b"do"], [b"do"])
    assert 5.0 <= world.now <= 6.0


def test_a_subscriber_that_leaves_is_followed_by_another_at_once() -> None:
    world = World(1)
    leaving, publisher = world.client(0, "work"), world.client(0)
    leaving.answers = None
    first = publisher.unicast("work", b"do")
    world.client(0, "work")

    leaving.leave()

    assert publisher.answer(first, at_most=0.1).result == 0


def test_when_nobody_answers_the_publisher_gets_104_in_bounded_time() -> None:
    world = World(3, TRIANGLE)
    for node in (0, 1, 2):
        for _ in range(3):
            world.client(node, "work").answers = None
    publisher, began = world.client(0), world.now

    answer = publisher.answer(publisher.unicast("work"))

    assert answer.result == 104
    assert world.now - began <= DEFAULT.total_seconds


def test_a_node_whose_subscribers_are_silent_is_followed_by_another_node() -> None:
    world = World(3, TRIANGLE, seed=3)
    world.client(1, "work").answers = None
    talking, publisher = world.client(2, "work"), world.client(0)

    results = [publisher.answer(publisher.unicast("work")).result for _ in range(8)]

    assert results == [0] * 8
    assert len(talking.got("work")) == 8


def test_a_node_that_dies_with_the_message_is_followed_by_another() -> None:
    world = World(3, TRIANGLE)
    world.client(1, "work").answers = None
    publisher = world.client(0)
    seq = publisher.unicast("work", b"do")
    world.run(1)
    world.client(2, "work")

    world.crash(1)

    assert publisher.answer(seq, at_most=1.5).result == 100
    assert publisher.answer(publisher.unicast("work"), at_most=0.2).result == 0


def test_a_list_of_topics_replaces_the_one_before() -> None:
    world = World(2, [(1, 0)])
    subscriber, publisher = world.client(1, "old", "both"), world.client(0)

    subscriber.subscribe("both", "new")
    world.run(0.1)
    results = [publisher.answer(publisher.unicast(each)).result for each in ("old", "both", "new")]

    assert results == [100, 0, 0]


def test_who_disconnects_gets_nothing_more_here_at_once_and_elsewhere_soon() -> None:
    world = World(2, [(1, 0)])
    subscriber, here, there = world.client(1, "t"), world.client(1), world.client(0)

    subscriber.leave()
    at_once = here.answer(here.unicast("t"), at_most=0.01).result
    world.run(0.01)

    assert at_once == 100
    assert there.answer(there.unicast("t"), at_most=0.1).result == 100


def test_publisher_and_subscriber_may_be_one_client() -> None:
    world = World(1)
    both = world.client(0, "self")

    answer = both.answer(both.unicast("self", b"me"))

    assert (answer.result, both.got("self")) == (0, [b"me"])


def test_two_publishers_with_one_sequence_get_their_own_answers() -> None:
    world = World(1)
    subscriber, one, other = world.client(0, "t"), world.client(0), world.client(0)
    subscriber.answers = None
    same = wire.seq(77)
    for client, content in ((one, b"1"), (other, b"2")):
        client.send(wire.frame(wire.UNICAST, same, wire.amop("t", content)))

    for pushed in [each for each in subscriber.heard if each.kind == wire.UNICAST]:
        subscriber.send(wire.frame(wire.ANSWER, pushed.seq, wire.amop("t", b"to " + pushed.content)))

    assert one.answer(same).content == b"to 1"
    assert other.answer(same).content == b"to 2"


def test_an_answer_of_another_kind_counts_by_its_sequence() -> None:
    world = World(1)
    subscriber, publisher = world.client(0, "t"), world.client(0)
    subscriber.answers = None
    seq = publisher.unicast("t", b"ask")

    subscriber.send(wire.frame(wire.UNICAST, seq, wire.amop("t", b"told")))

    assert publisher.answer(seq).content == b"told"


def test_a_subscriber_s_own_error_code_reaches_the_publisher() -> None:
    world = World(2, [(1, 0)])
    subscriber, publisher = world.client(1, "t"), world.client(0)
    subscriber.answers = None
    seq = publisher.unicast("t")
    world.run(0.1)

    subscriber.send(wire.frame(wire.ANSWER, seq, b"", 101))

    assert (publisher.answer(seq).result, publisher.answer(seq).data) == (101, b"")


def test_more_unanswered_unicasts_than_allowed_are_refused() -> None:
    world = World(1, limits=replace(DEFAULT, unanswered=2))
    world.client(0, "t").answers = None
    publisher = world.client(0)

    sequences = [publisher.unicast("t") for _ in range(3)]

    assert [publisher.result(each) for each in sequences] == [None, None, 103]


def test_more_unanswered_bytes_than_allowed_are_refused() -> None:
    world = World(1, limits=replace(DEFAULT, unanswered_bytes=100))
    world.client(0, "t").answers = None
    publisher = world.client(0)

    sequences = [publisher.unicast("t", bytes(size)) for size in (60, 60, 10)]

    assert [publisher.result(each) for each in sequences] == [None, 103, None]


def test_a_message_over_that_limit_may_wait_alone() -> None:
    world = World(1, limits=replace(DEFAULT, unanswered_bytes=100))
    world.client(0, "t").answers = None
    publisher = world.client(0)

    sequences = [publisher.unicast("t", bytes(size)) for size in (500, 1)]

    assert [publisher.result(each) for each in sequences] == [None, 103]


def test_a_node_refuses_more_deliveries_than_it_can_hold() -> None:
    world = World(2, [(1, 0)], limits=replace(DEFAULT, deliveries=1))
    world.client(1, "t").answers = None
    publisher = world.client(0)

    sequences = [publisher.unicast("t") for _ in range(2)]
    world.run(0.1)

    assert [publisher.result(each) for each in sequences] == [None, 103]


def test_a_subscriber_that_reads_nothing_is_passed_by() -> None:
    world = World(1, limits=replace(DEFAULT, waiting=1000))
    slow, quick, publisher = world.client(0, "t"), world.client(0, "t"), world.client(0)
    slow.session.outbox.backlog = lambda: 950

    publisher.multicast("t", bytes(100))
    results = [publisher.answer(publisher.unicast("t", bytes(100))).result for _ in range(5)]

    assert len(quick.got("t")) == 6
    assert (slow.got("t"), slow.session.outbox.dropped > 0) == ([], True)
    assert results == [0] * 5


@pytest.mark.parametrize("links", [LINE, TRIANGLE])
def test_messages_cross_several_nodes(links: tuple[tuple[int, int], ...]) -> None:
    world = World(3, links)
    far, publisher = world.client(2, "t"), world.client(0)

    assert publisher.answer(publisher.unicast("t", b"1")).result == 0
    publisher.multicast("t", b"2")
    world.run(0.1)

    assert far.got("t") == [b"1", b"2"]
