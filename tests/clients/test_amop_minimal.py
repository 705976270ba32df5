"""An independent client, written from the description of the wire, at three nodes over TLS.

It does what genuine programs of FISCO BCOS 2.x do, in their order, and reads as they do: one TLS record at a
time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.support import amop_bytes as wire
from tests.support.amop_network import Running, running

MESSAGES = 50


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("amop"), 3) as made:
        yield made


def settle(network: Running, topic: str, holders: int) -> None:
    """Until node 0 knows so many holders of a topic."""
    directory = network.nodes[0].hub.neighbours.directory
    network.wait(lambda: len(directory.holders(topic.encode())) == holders)


def test_a_unicast_crosses_two_nodes_and_brings_back_the_answer(network: Running) -> None:
    with network.client(1, "_block_notify_1", "hello") as subscriber, network.client(0) as publisher:
        settle(network, "hello", 1)
        for number in range(MESSAGES):
            text = b"message %d" % number
            seq = publisher.send(wire.UNICAST, "hello", text)
            assert subscriber.answer_next(b"got %d" % number) == text
            answer = publisher.take(wire.ANSWER)
            assert (answer.seq, answer.result, answer.content) == (seq, 0, b"got %d" % number)
    settle(network, "hello", 0)


def test_an_empty_answer_is_its_topic_alone(network: Running) -> None:
    with network.client(0, "hello") as both:
        both.send(wire.UNICAST, "hello", b"hi")
        both.answer_next()
        assert both.take(wire.ANSWER).data == b"\x06hello"


def test_each_unicast_comes_to_one_of_several_and_each_multicast_to_all(network: Running) -> None:
    subscribers = [network.client(node, "work") for node in (0, 1, 2)]
    with network.client(0) as publisher:
        settle(network, "work", 3)
        got: list[list[bytes]] = [[], [], []]

        def serve(place: int) -> None:
            while True:
                subscribers[place].read()
                for each in subscribers[place].heard:
                    got[place].append(each.content)
                    subscribers[place].send(wire.ANSWER, each.topic, b"", each.seq)
                subscribers[place].heard.clear()
                if got[place][-1] == b"Done":
                    return

        threads = [threading.Thread(target=serve, args=(place,)) for place in range(3)]
        for each in threads:
            each.start()
        for number in range(MESSAGES):
            publisher.send(wire.UNICAST, "work", b"%d" % number)
            assert publisher.take(wire.ANSWER).result == 0
        publisher.send(wire.MULTICAST, "work", b"Done")
        for each in threads:
            each.join(10)

    one_each = [content for contents in got for content in contents if content != b"Done"]
    assert sorted(one_each, key=int) == [b"%d" % number for number in range(MESSAGES)]
    assert [contents.count(b"Done") for contents in got] == [1, 1, 1]
    for subscriber in subscribers:
        subscriber.close()
    settle(network, "work", 0)


def test_a_multicast_is_echoed_and_an_unknown_topic_is_error_100(network: Running) -> None:
    with network.client(0) as publisher:
        publisher.send(wire.MULTICAST, "nobody", b"x")
        echoed = publisher.take(wire.ANSWER)
        publisher.send(wire.UNICAST, "nobody", b"x")
        refused = publisher.take(wire.ANSWER)

    assert (echoed.result, echoed.data) == (0, wire.amop("nobody", b"x"))
    assert (refused.result, refused.data) == (100, b"")


def test_frames_sent_at_once_come_one_to_a_record(network: Running) -> None:
    with network.client(0, "burst") as subscriber, network.client(0) as publisher:
        frames = [
            wire.frame(wire.MULTICAST, publisher.seq(), wire.amop("burst", b"%d" % number))
            for number in range(20)
        ]
        publisher.socket.sendall(b"".join(frames))

        for number in range(20):
            subscriber.read()
            assert [each.content for each in subscriber.heard] == [b"%d" % number]
            subscriber.heard.clear()


@pytest.mark.parametrize("size", [0, 4_096, 40_000, 3_000_000])
def test_contents_of_any_size_arrive_whole(network: Running, size: int) -> None:
    content = bytes(range(251)) * (size // 251 + 1)
    with network.client(2, "large") as subscriber, network.client(0) as publisher:
        settle(network, "large", 1)
        publisher.send(wire.UNICAST, "large", content[:size])
        assert subscriber.answer_next(content[:size]) == content[:size]
        assert publisher.take(wire.ANSWER).content == content[:size]
    settle(network, "large", 0)


def test_a_heartbeat_is_answered(network: Running) -> None:
    with network.client(0) as client:
        client.socket.sendall(wire.frame(wire.HEARTBEAT, client.seq()))
        assert client.take(wire.HEARTBEAT).data == b'{"heartBeat":1}\n'
