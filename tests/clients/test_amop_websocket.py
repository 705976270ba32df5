"""The `websockets` library's own client as a client of 3.x, over TLS as the library has it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.support import amop_bytes as wire
from tests.support.amop_bytes import Heard3
from tests.support.amop_network import Running, running

HANDSHAKE, SUBSCRIBE, UNICAST, MULTICAST, ANSWER = 0x100, 0x110, 0x111, 0x112, 0x113
SEQ = wire.seq(3)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("amop"), 2) as made:
        yield made


def open_at(network: Running, number: int) -> connect:
    certs = network.folder / "sdk3"
    context = ssl.create_default_context(cafile=str(certs / "ca.crt"))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # as newer Pythons do
    context.load_cert_chain(certs / "sdk.crt", certs / "sdk.key")
    return connect(
        f"wss://127.0.0.1:{network.nodes[number].port3}", ssl=context, compression=None, proxy=None
    )


async def say(socket: ClientConnection, kind: int, payload: bytes, seq: str = SEQ) -> None:
    await socket.send(wire.frame3(kind, seq, payload))


async def hear(socket: ClientConnection) -> Heard3:
    async with asyncio.timeout(10):
        message: Any = await socket.recv()
        return wire.heard3(message)


async def greet(socket: ClientConnection) -> None:
    await say(socket, HANDSHAKE, b'{"minVersion":0,"maxVersion":2,"moduleID":2}')
    assert (await hear(socket)).kind == HANDSHAKE


async def until_known(network: Running, topic: bytes) -> None:
    holders = network.nodes[0].hub.neighbours.directory.holders
    async with asyncio.timeout(10):
        while not holders(topic):
            await asyncio.sleep(0.01)


def test_unicasts_and_multicasts_cross_two_nodes(network: Running) -> None:
    async def story() -> None:
        async with open_at(network, 1) as subscriber, open_at(network, 0) as publisher:
            await greet(subscriber)
            await greet(publisher)
            await say(subscriber, SUBSCRIBE, b'{"topics":["hello"]}')
            await until_known(network, b"hello")

            await say(publisher, UNICAST, wire.amop3("hello", b"hi"), wire.seq(8))
            pushed = await hear(subscriber)
            assert (pushed.kind, pushed.seq, pushed.payload) == (
                UNICAST,
                wire.seq(8),
                wire.amop3("hello", b"hi"),
            )
            await say(subscriber, ANSWER, b"ho", pushed.seq)
            assert await hear(publisher) == Heard3(ANSWER, 0, wire.seq(8), 1, b"ho")

            await say(publisher, MULTICAST, wire.amop3("hello", bytes(100_000)))
            assert (await hear(subscriber)).payload == wire.amop3("hello", bytes(100_000))

    asyncio.run(story())


def test_both_front_doors_meet(network: Running) -> None:
    async def story() -> None:
        async with open_at(network, 1) as subscriber:
            await greet(subscriber)
            await say(subscriber, SUBSCRIBE, b'{"topics":["both"]}')
            await until_known(network, b"both")
            with network.client(0) as publisher:
                publisher.send(wire.UNICAST, "both", b"from 2.x")
                pushed = await hear(subscriber)
                await say(subscriber, ANSWER, b"from 3.x", pushed.seq)
                answer = await asyncio.to_thread(publisher.take, wire.ANSWER)
                assert answer.content == b"from 3.x"

    asyncio.run(story())


def test_a_ping_is_answered_and_a_message_too_long_is_refused_with_1009(network: Running) -> None:
    async def story() -> None:
        async with open_at(network, 0) as client:
            await greet(client)
            async with asyncio.timeout(5):
                await (await client.ping())
            await say(client, MULTICAST, wire.amop3("t", bytes(33 << 20)))
            with pytest.raises(ConnectionClosed) as closed:
                await hear(client)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009

    asyncio.run(story())


def test_without_a_certificate_nobody_gets_in(network: Running) -> None:
    async def story() -> None:
        context = ssl.create_default_context(cafile=str(network.folder / "sdk3/ca.crt"))
        context.check_hostname = False
        place = f"wss://127.0.0.1:{network.nodes[0].port3}"
        with pytest.raises((OSError, InvalidMessage)):
            async with connect(place, ssl=context, proxy=None) as client:
                await client.recv()

    asyncio.run(story())
