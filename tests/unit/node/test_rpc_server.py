from __future__ import annotations

import asyncio
import contextlib
import io
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import WSMsgType

from node.rpc.server import MAX_MESSAGE, Limits, Server
from node.service import Node
from tests.support.signing import remark, sign

Scenario = Callable[[Server, aiohttp.ClientSession], Awaitable[Any]]

SMALL = Limits(message=10_000, waiting=4, patience=0.3)
SOON = 5.0


def play(scenario: Scenario, *, block_time: float | None = None, limits: Limits | None = None) -> Any:
    """Run a scenario against a node on a port of its own."""

    async def run() -> Any:
        server = Server(Node(), block_time=block_time, limits=limits or Limits())
        await server.start()
        try:
            async with aiohttp.ClientSession() as session:
                return await asyncio.wait_for(scenario(server, session), 15)
        finally:
            await server.stop()

    return asyncio.run(run())


def url(server: Server, scheme: str = "ws", path: str = "") -> str:
    return f"{scheme}://127.0.0.1:{server.port}/{path}"


def request(method: str, *params: Any) -> str:
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


async def name_over_http(server: Server, session: aiohttp.ClientSession) -> Any:
    async with session.post(url(server, "http"), data=request("system_name")) as response:
        return (await response.json())["result"]


def test_websocket_and_http_share_a_port_and_take_any_path() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(url(server, path="any/where")) as socket:
            await socket.send_str(request("system_name"))
            assert json.loads(await socket.receive_str(timeout=SOON))["result"] == "crosslane"
        async with session.post(url(server, "http", "any/where"), data=request("system_name")) as response:
            assert (await response.json())["result"] == "crosslane"
            assert response.headers["Access-Control-Allow-Origin"] == "*"

    play(scenario)


def test_a_browser_may_ask_first_and_a_person_is_told_what_this_is() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> None:
        async with session.options(url(server, "http")) as response:
            assert response.status == 204
        async with session.get(url(server, "http")) as response:
            assert "WebSocket" in await response.text()
        async with session.put(url(server, "http")) as response:
            assert response.status == 405

    play(scenario)


def test_an_answer_comes_within_a_second_of_the_start() -> None:
    started = time.monotonic()

    assert play(name_over_http) == "crosslane"
    assert time.monotonic() - started < 1


def test_a_batch_over_websocket() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> None:
        async with session.ws_connect(url(server)) as socket:
            await socket.send_str(f"[{request('system_name')},{request('system_chain')}]")
            assert len(json.loads(await socket.receive_str(timeout=SOON))) == 2

    play(scenario)


def test_blocks_come_on_an_interval() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> list[str]:
        async with session.ws_connect(url(server)) as socket:
            await socket.send_str(request("chain_subscribeNewHeads"))
            frames = [json.loads(await socket.receive_str(timeout=SOON)) for _ in range(4)]
            return [frame["params"]["result"]["number"] for frame in frames[1:]]

    assert play(scenario, block_time=0.05) == ["0x0", "0x1", "0x2"]


def test_without_an_interval_a_block_comes_with_an_extrinsic() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> list[Any]:
        data = sign(server.node.pool.trial, "Alice", remark())
        async with session.ws_connect(url(server)) as socket:
            await socket.send_str(request("author_submitAndWatchExtrinsic", data.hex()))
            return [json.loads(await socket.receive_str(timeout=SOON)) for _ in range(4)]

    reply, *told = play(scenario)

    assert "result" in reply
    assert told[0]["params"]["result"] == "ready"
    assert [next(iter(each["params"]["result"])) for each in told[1:]] == ["inBlock", "finalized"]


def test_extrinsics_that_come_together_share_a_block() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> int:
        both = [sign(server.node.pool.trial, name, remark()) for name in ("Alice", "Bob")]
        batch = ",".join(request("author_submitExtrinsic", each.hex()) for each in both)
        async with session.post(url(server, "http"), data=f"[{batch}]") as response:
            assert len(await response.json()) == 2
        await asyncio.sleep(0.1)
        assert len(server.node.chain.best.extrinsics) == 4
        return server.node.chain.best.number

    assert play(scenario) == 1


def test_bad_messages_are_answered_and_the_connection_stays() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> list[int]:
        codes = []
        async with session.ws_connect(url(server)) as socket:
            for text in ("{", "[]", request("nope"), request("chain_getBlockHash", "x")):
                await socket.send_str(text)
                codes.append(json.loads(await socket.receive_str(timeout=SOON))["error"]["code"])
            await socket.send_bytes(request("system_name").encode())
            assert json.loads(await socket.receive_str(timeout=SOON))["result"] == "crosslane"
        return codes

    assert play(scenario) == [-32700, -32600, -32601, -32602]


async def send_too_much(server: Server, session: aiohttp.ClientSession, length: int) -> int | None:
    """The code with which the connection is closed after a message of this length."""
    async with session.ws_connect(url(server)) as socket:
        with contextlib.suppress(ConnectionError):  # it may be closed while we still speak
            await socket.send_str("x" * length)
        while True:
            message = await socket.receive(timeout=SOON)
            if message.type in {WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.CLOSING, WSMsgType.ERROR}:
                return socket.close_code


def test_too_long_a_message_closes_the_connection_with_a_reason() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> Any:
        return await send_too_much(server, session, 10_001), await name_over_http(server, session)

    assert play(scenario, limits=SMALL) == (1009, "crosslane")


def test_a_hundred_megabytes_close_the_connection_and_others_live_on() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> Any:
        code = await send_too_much(server, session, 100 * 1024 * 1024)
        return code, await name_over_http(server, session)

    code, name = play(scenario)

    assert code in {1009, 1006}
    assert name == "crosslane"


def test_too_long_a_message_over_http_is_refused() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> Any:
        async with session.post(url(server, "http"), data=io.BytesIO(bytes(MAX_MESSAGE + 1))) as response:
            return response.status, await name_over_http(server, session)

    assert play(scenario) == (413, "crosslane")


async def until(fulfilled: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON
    while not fulfilled():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def connect_and_never_read(server: Server, *requests: str) -> asyncio.StreamWriter:
    """A client that asks a lot and reads nothing but the greeting."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1_000)
    greeting = (
        "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    writer.write(greeting.encode())
    await reader.readuntil(b"\r\n\r\n")
    for each in requests:
        body = each.encode()
        writer.write(b"\x81" + bytes((0x80 | 126,)) + len(body).to_bytes(2, "big") + bytes(4) + body)
    return writer


def test_a_client_that_never_reads_is_cut_off_and_others_live_on() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> Any:
        many = [request("state_getMetadata")] * 100
        writer = await connect_and_never_read(server, request("chain_subscribeNewHeads"), *many)
        await until(lambda: server.node.listeners)
        await until(lambda: not server.node.listeners)
        name = await name_over_http(server, session)
        writer.close()
        return name

    assert play(scenario, block_time=0.05, limits=SMALL) == "crosslane"


def test_a_client_that_reads_late_gets_everything_it_asked_for() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> int:
        async with session.ws_connect(url(server), max_msg_size=0) as socket:
            for _ in range(50):
                await socket.send_str(request("state_getMetadata"))
            answers = [await socket.receive_str(timeout=SOON) for _ in range(50)]
            return len([each for each in answers if len(each) > 100_000])

    assert play(scenario) == 50


def test_when_the_node_stops_clients_are_told() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> Any:
        async with session.ws_connect(url(server)) as socket:
            await server.stop()
            message = await socket.receive(timeout=SOON)
            return message.type, message.data, message.extra

    assert play(scenario) == (WSMsgType.CLOSE, 1001, "the node stops")


def test_a_block_that_cannot_be_made_does_not_stop_the_node() -> None:
    async def scenario(server: Server, session: aiohttp.ClientSession) -> Any:
        complaints: list[str] = []
        server.node.complain = complaints.append

        def refuse(now: int) -> Any:
            raise ValueError("no")

        server.clock.maker.seal = refuse  # type: ignore[method-assign]
        await asyncio.sleep(0.2)
        return complaints[0], await name_over_http(server, session)

    assert play(scenario, block_time=0.05) == ("no block: ValueError: no", "crosslane")
