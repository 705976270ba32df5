"""The Python client: a `Messenger` over a node."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from node.amop.client import Client, private_topic
from node.amop.endpoints import parse_endpoint
from node.amop.messenger import (
    Disconnected,
    Incoming,
    Messenger,
    NoSubscriber,
    Rejected,
    TimedOut,
    TopicError,
)
from node.amop.private import PrivateKey
from node.errors import UserError
from tests.support.amop_network import Running, running

Story = Callable[[Client, Client], Coroutine[Any, Any, None]]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("amop"), 2) as made:
        yield made


def play(network: Running, story: Story) -> None:
    """A publisher at node 0 and a subscriber at node 1 do something."""

    async def whole() -> None:
        async with (
            Client(network.endpoint(0), certs=network.sdk) as publisher,
            Client(network.endpoint(1), certs=network.sdk) as subscriber,
        ):
            await story(publisher, subscriber)

    asyncio.run(whole())


async def echo(message: Incoming) -> bytes:
    return message.topic.encode() + b": " + message.data


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0.01)


async def known(publisher: Client, topic: str) -> None:
    """Wait until the publisher's node knows of the subscription."""
    async with asyncio.timeout(10):
        while topic not in [each["topic"] for each in (await publisher.call("amop_status"))["topics"]]:
            await asyncio.sleep(0.01)


async def as_soon_as_verified(publisher: Client, topic: str) -> bytes:
    async with asyncio.timeout(10):
        while True:
            try:
                return await publisher.unicast(topic, b"x")
            except NoSubscriber:
                await asyncio.sleep(0.05)


def test_it_subscribes_sends_and_answers(network: Running) -> None:
    async def story(publisher: Client, subscriber: Client) -> None:
        messenger: Messenger = subscriber
        got: list[Incoming] = []

        async def take(message: Incoming) -> bytes:
            got.append(message)
            return await echo(message)

        await messenger.subscribe("grüße", take)
        await known(publisher, "grüße")

        assert await publisher.unicast("grüße", b"one") == "grüße: one".encode()
        await publisher.multicast("grüße", b"all")
        await until(lambda: len(got) == 2)
        assert [(each.data, each.multicast) for each in got] == [(b"one", False), (b"all", True)]
        assert got[0].id != got[1].id

    play(network, story)


def test_handlers_are_started_in_the_order_of_the_messages(network: Running) -> None:
    async def story(publisher: Client, subscriber: Client) -> None:
        got: list[bytes] = []

        async def take(message: Incoming) -> None:
            got.append(message.data)
            await asyncio.sleep(0.1)

        await subscriber.subscribe("order", take)
        await known(publisher, "order")
        for number in range(200):
            await publisher.multicast("order", b"%03d" % number)
        await until(lambda: len(got) == 200)
        assert got == sorted(got)

    play(network, story)


def test_many_unicasts_at_once_find_their_own_answers(network: Running) -> None:
    async def story(publisher: Client, subscriber: Client) -> None:
        await subscriber.subscribe("many", echo)
        await known(publisher, "many")
        works = (publisher.unicast("many", b"%d" % number) for number in range(1000))
        assert await asyncio.gather(*works) == [b"many: %d" % number for number in range(1000)]

    play(network, story)


def test_errors_say_what_is_wrong(network: Running) -> None:
    async def story(publisher: Client, subscriber: Client) -> None:
        async def never(_: Incoming) -> bytes:
            await asyncio.Event().wait()
            return b""

        await subscriber.subscribe("never", never)
        await known(publisher, "never")

        with pytest.raises(NoSubscriber, match="code 100: nobody reachable"):
            await publisher.unicast("nobody", b"")
        with pytest.raises(TimedOut, match=r"no answer within 0\.2 s"):
            await publisher.unicast("never", b"", timeout=0.2)
        with pytest.raises(Rejected, match="code 103"):
            await publisher.unicast("never", bytes(33 << 20))
        with pytest.raises(TopicError, match="1 to 254 bytes, found 255"):
            await publisher.unicast("x" * 255, b"")
        with pytest.raises(Rejected, match="no method 'nonsense'"):
            await publisher.call("nonsense")

    play(network, story)


def test_a_handler_that_fails_does_not_end_the_connection(network: Running) -> None:
    log: list[str] = []

    async def whole() -> None:
        async def fail(_: Incoming) -> bytes:
            raise ValueError("no")

        async with Client(network.endpoint(0), certs=network.sdk, log=log.append) as both:
            await both.subscribe("fail", fail)
            with pytest.raises(TimedOut):
                await both.unicast("fail", b"", timeout=0.2)
            await both.subscribe("fail", echo)
            assert await both.unicast("fail", b"x") == b"fail: x"

    asyncio.run(whole())
    assert "the handler of fail failed: ValueError: no" in log


def test_who_unsubscribes_gets_nothing_more(network: Running) -> None:
    async def story(publisher: Client, subscriber: Client) -> None:
        await subscriber.subscribe("gone", echo)
        assert await subscriber.unicast("gone", b"x") == b"gone: x"
        await subscriber.unsubscribe("gone")
        with pytest.raises(NoSubscriber):
            await subscriber.unicast("gone", b"x")

    play(network, story)


def test_private_topics_reach_the_holder_of_an_accepted_key_only(network: Running) -> None:
    async def story(publisher: Client, subscriber: Client) -> None:
        good, bad = PrivateKey(b"\x01" * 32), PrivateKey(b"\x02" * 32)
        topic = private_topic("secret")
        await publisher.allow("secret", (good.public,))
        await subscriber.subscribe_private("secret", echo, bad)
        await asyncio.sleep(0.3)
        with pytest.raises(NoSubscriber):
            await publisher.unicast(topic, b"x")

        async with Client(subscriber_endpoint, certs=network.sdk) as another:
            await subscriber.close()
            await asyncio.sleep(0.2)
            await another.subscribe_private("secret", echo, good)
            assert await as_soon_as_verified(publisher, topic) == f"{topic}: x".encode()

    subscriber_endpoint = network.endpoint(1)
    play(network, story)


def test_it_comes_back_and_subscribes_anew_after_its_node_was_away(tmp_path: Path) -> None:
    with running(tmp_path, 1) as network:
        port = network.nodes[0].port

        async def whole() -> None:
            async with Client(network.endpoint(0), certs=network.sdk) as both:
                await both.subscribe("t", echo)
                await asyncio.to_thread(lambda: network.do(network.stop(0)))
                with pytest.raises((TimedOut, Disconnected)):
                    await both.unicast("t", b"x", timeout=0.3)
                await asyncio.to_thread(lambda: network.do(network.start(0, [], port)))
                assert await both.unicast("t", b"again", timeout=10) == b"t: again"

        asyncio.run(whole())


def test_a_request_on_its_way_when_the_node_goes_ends_with_disconnected(tmp_path: Path) -> None:
    async def never(_: Incoming) -> bytes:
        await asyncio.Event().wait()
        return b""

    with running(tmp_path, 1) as network:

        async def whole() -> None:
            async with Client(network.endpoint(0), certs=network.sdk) as both:
                await both.subscribe("t", never)
                asked = asyncio.create_task(both.unicast("t", b"x"))
                await asyncio.sleep(0.2)
                await asyncio.to_thread(lambda: network.do(network.stop(0)))
                with pytest.raises(Disconnected):
                    await asked

        asyncio.run(whole())


def test_a_node_that_is_not_there_is_told_at_once(network: Running) -> None:
    async def whole() -> None:
        with pytest.raises(UserError, match=r"127\.0\.0\.1:1: "):
            await Client("127.0.0.1:1", certs=network.sdk).connect()

    asyncio.run(whole())


def test_a_node_that_wants_tls_is_told_from_one_that_does_not(network: Running) -> None:
    async def whole() -> None:
        with pytest.raises(UserError, match="closed the connection"):
            await Client(network.endpoint(0)).connect()

    asyncio.run(whole())


def test_a_folder_without_certificates_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"ca\.crt, sdk\.crt, sdk\.key missing"):
        Client("127.0.0.1:1", certs=tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("127.0.0.1:20200", ("127.0.0.1", 20200)),
        (":1", ("127.0.0.1", 1)),
        ("[::1]:2", ("::1", 2)),
        ("a:0", ("a", 0)),
    ],
)
def test_endpoints_are_host_and_port(text: str, found: tuple[str, int]) -> None:
    assert parse_endpoint(text) == found


@pytest.mark.parametrize("text", ["", "host", "host:", "host:-1", "host:65536", "host:x", "host:²"])
def test_other_endpoints_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="an endpoint is HOST:PORT"):
        parse_endpoint(text)
