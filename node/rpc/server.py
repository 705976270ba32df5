"""The only place with sockets: WebSocket and HTTP on one port of this machine, and the clock that asks for
blocks.

A client cannot hurt the others. Messages over a limit close the connection (1009; over HTTP: status 413).
Answers wait until the client has read those before; notifications wait in a queue of limited length, and a
client that lets it run full, or reads nothing for a while, is disconnected (1008).
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from node.chain import Block
from node.network import Network
from node.rpc.protocol import answer, encode
from node.rpc.session import Message, Session
from node.service import ChainNode, Node
from primitives.errors import Defect
from primitives.ids import Moment
from primitives.record import Record

LOOPBACK: Final = "127.0.0.1"

MAX_MESSAGE: Final = 15 * 1024 * 1024
"""Bytes of one request, as upstream has it.

Upstream: substrate/client/cli/src/params/rpc_params.rs `RPC_DEFAULT_MAX_REQUEST_SIZE_MB`
"""

MAX_WAITING: Final = 1_024
"""Messages that may wait for one client to read."""

MAX_WAITING_LETTERS: Final = 4 * 1024 * 1024
"""Letters in them; a single longer message may wait alone."""

PATIENCE: Final = 20.0
"""Seconds in which a client has to read something, if there is something to read."""

CORS: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
}

HELLO: Final = "JSON-RPC: connect by WebSocket, or POST requests here.\n"


class Limits(Record):
    """What one client may take."""

    message: int = MAX_MESSAGE
    waiting: int = MAX_WAITING
    letters: int = MAX_WAITING_LETTERS
    patience: float = PATIENCE


DEFAULT: Final = Limits()

FINALITY: Final = 0.1
"""Seconds from a block to its being final."""

GATHERING: Final = 0.01
"""Seconds from an extrinsic to its block; those that come meanwhile share it."""


def now() -> Moment:
    """Milliseconds since 1970."""
    return Moment(time.time_ns() // 1_000_000)


class Outbox:
    """What waits for one client to read, in order."""

    def __init__(self, limits: Limits) -> None:
        self._limits, self._letters = limits, 0
        self._waiting: deque[str] = deque()
        self._filled, self._emptied = asyncio.Event(), asyncio.Event()

    @property
    def full(self) -> bool:
        """Whether nothing more may wait."""
        return len(self._waiting) >= self._limits.waiting or self._letters >= self._limits.letters

    def add(self, text: str) -> None:
        """Let a message wait."""
        self._waiting.append(text)
        self._letters += len(text)
        self._filled.set()

    async def room(self) -> None:
        """Wait until one more may wait."""
        while self.full:
            self._emptied.clear()
            await self._emptied.wait()

    async def take(self) -> str:
        """The message that has waited longest, as soon as there is one."""
        while not self._waiting:
            self._filled.clear()
            await self._filled.wait()
        text = self._waiting.popleft()
        self._letters -= len(text)
        self._emptied.set()
        return text


class Connection:
    """One client over WebSocket: a reader that answers, and a writer that sends what waits."""

    def __init__(self, node: ChainNode, socket: web.WebSocketResponse, limits: Limits) -> None:
        self.node, self.socket, self.limits = node, socket, limits
        self.outbox = Outbox(limits)
        self.session = Session(node, self._notify)
        self._too_slow = asyncio.Event()

    def _notify(self, message: Message) -> None:
        if self.outbox.full:
            self._too_slow.set()
        else:
            self.outbox.add(encode(message))

    async def serve(self) -> None:
        """Talk with the client until it goes, or has to."""
        tasks = [asyncio.create_task(each) for each in (self._read(), self._write(), self._too_slow.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.session.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                await self.outbox.room()
                for text in answer(self.node, self.session, message.data):
                    self.outbox.add(text)

    async def _write(self) -> None:
        while True:
            text = await self.outbox.take()
            try:
                await asyncio.wait_for(self.socket.send_str(text), self.limits.patience)
            except (TimeoutError, ConnectionError):
                self._too_slow.set()
                return

    @property
    def too_slow(self) -> bool:
        """Whether the client did not read what it asked for."""
        return self._too_slow.is_set()


class Maker(Protocol):
    """What makes blocks: a relay chain's node, or a network."""

    def seal(self, now: Moment) -> Block:
        """Make a block now, in milliseconds since 1970."""
        ...

    def finalize(self) -> None:
        """Call what was made final."""
        ...

    def chases(self) -> bool:
        """Whether another block should follow at once."""
        ...


class Clock:
    """Asks for blocks: every `block_time` seconds, if that is given, and soon after somebody wants one."""

    def __init__(self, maker: Maker, block_time: float | None, complain: Callable[[str], None]) -> None:
        self.maker, self.block_time, self._complain = maker, block_time, complain
        self._ticking: asyncio.Task[None] | None = None
        self._due = False

    def start(self) -> None:
        """Begin to tick."""
        if self.block_time is not None and self._ticking is None:
            self._ticking = asyncio.create_task(self._tick(self.block_time))

    def stop(self) -> None:
        """Tick no more."""
        if self._ticking is not None:
            self._ticking.cancel()

    def want_block(self) -> None:
        """Make a block as soon as the answer to who asked for it is on its way; one for all who ask now."""
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_later(GATHERING, self._seal)

    def _seal(self) -> None:
        self._due = False
        try:
            self.maker.seal(now())
            asyncio.get_running_loop().call_later(FINALITY, self.maker.finalize)
            if self.maker.chases():
                self.want_block()
        except Exception as error:
            # Those who only read shall not suffer from a block that cannot be made.
            self._complain(f"no block: {type(error).__name__}: {error}")

    async def _tick(self, block_time: float) -> None:
        while True:
            await asyncio.sleep(block_time)
            self._seal()


class Server:
    """A node on a port."""

    def __init__(
        self,
        node: ChainNode,
        *,
        port: int = 0,
        block_time: float | None = None,
        limits: Limits = DEFAULT,
        clock: Clock | None = None,
    ) -> None:
        """`block_time` is in seconds; without it, blocks are made only when there is something to put in.

        The nodes of a network share its clock.
        """
        self.node, self.port, self.limits = node, port, limits
        self.clock = clock or Clock(_own_maker(node), block_time, self._complain)
        self._runner: web.AppRunner | None = None
        self._sockets: set[web.WebSocketResponse] = set()

    async def start(self) -> None:
        """Listen; `port` is then the one that was taken."""
        app = web.Application(client_max_size=self.limits.message)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, LOOPBACK, self.port).start()
        self.port = self._runner.addresses[0][1]
        self.node.wants_block = self.clock.want_block
        self.clock.start()

    async def stop(self) -> None:
        """Say goodbye to all clients and free the port."""
        self.clock.stop()
        for socket in tuple(self._sockets):
            await _close(socket, WSCloseCode.GOING_AWAY, b"the node stops")
        if self._runner is not None:
            await self._runner.cleanup()

    def _complain(self, text: str) -> None:
        self.node.complain(text)

    # --------------------------------------------------------------------------------------- requests

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._websocket(request)
        if request.method == "POST":
            return await self._post(request)
        if request.method == "OPTIONS":
            return web.Response(status=204, headers=CORS)
        return web.Response(text=HELLO, status=200 if request.method == "GET" else 405, headers=CORS)

    async def _post(self, request: web.Request) -> web.Response:
        sent = answer(self.node, None, await request.read())
        return web.Response(text="".join(sent), content_type="application/json", headers=CORS)

    async def _websocket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=self.limits.message)
        await socket.prepare(request)
        self._sockets.add(socket)
        connection = Connection(self.node, socket, self.limits)
        try:
            await connection.serve()
        finally:
            self._sockets.discard(socket)
        if connection.too_slow:
            await _close(socket, WSCloseCode.POLICY_VIOLATION, b"the client does not read what it asked for")
            if request.transport is not None:
                request.transport.abort()  # what still waits to be read would hold the connection open
        return socket


def _own_maker(node: ChainNode) -> Maker:
    if not isinstance(node, Node):
        raise Defect("a parachain makes no blocks without its network")
    return node


async def _close(socket: web.WebSocketResponse, code: int, why: bytes) -> None:
    with contextlib.suppress(TimeoutError, ConnectionError):
        await asyncio.wait_for(socket.close(code=code, message=why), 1.0)


async def serve_forever(servers: Sequence[Server], started: Callable[[], None]) -> None:
    """Serve until somebody asks the process to stop; `started` is called when all ports are open."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has none; there, Ctrl-C ends the loop
            loop.add_signal_handler(each, stop.set)
    try:
        for server in servers:
            await server.start()
        started()
        await stop.wait()
    finally:
        for server in servers:
            await server.stop()


@contextlib.contextmanager
def running(*servers: Server) -> Iterator[Server]:
    """Serve from a thread of its own while the block runs, and give the first server; all that touches the
    nodes happens in that thread.
    """
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="node", daemon=True)
    thread.start()
    try:
        with contextlib.ExitStack() as stack:
            for server in servers:
                asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
                stack.callback(_stopped, server, loop)
            yield servers[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


def _stopped(server: Server, loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)


def network_servers(network: Network, port: int, block_time: float | None) -> tuple[Server, ...]:
    """A server for each chain of a network, the relay chain's first, on consecutive ports; any free ones if
    `port` is 0.
    """
    clock = Clock(network, block_time, network.complain)
    return tuple(
        Server(node, port=port and port + place, clock=clock) for place, node in enumerate(network.nodes)
    )
