"""The asyncio side of a node: sockets, timers, nothing that decides.

A connection passes bytes between its socket and a `Doorway` (or a link that we dial), through TLS unless the
node goes without. What the hub has to say is sent after every piece of input, all frames of a connection at
once.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from random import SystemRandom
from time import time_ns
from typing import Any, Final, cast

from typing_extensions import override

from node.amop.doorway import Doorway
from node.amop.hub import Hub, Peer
from node.amop.limits import DEFAULT, Limits
from node.amop.rpc import Rpc
from node.amop.tls import Tls
from primitives.record import Record

TICK: Final = 0.25
"""Seconds."""

Log = Callable[[str], None]


class Settings(Record):
    """How a node is set up."""

    host: str
    port: int

    server_tls: ssl.SSLContext | None = None
    """None for a node without TLS, whose word about who it is nobody can check."""

    dial_tls: ssl.SSLContext | None = None

    place3: tuple[str, int] | None = None
    """Host and port for clients of 3.x with TLS; without TLS, they use the same port as everybody."""

    server_tls3: ssl.SSLContext | None = None
    name: str = ""
    may_cut: bool = False
    limits: Limits = DEFAULT
    group: dict[str, Any] | None = None


class Connection(asyncio.Protocol):
    """One socket."""

    def __init__(self, node: Node, context: ssl.SSLContext | None, *, dialled: bool) -> None:
        self._node, self._hub, self._dialled = node, node.hub, dialled
        self._tls = None if context is None else Tls(context, server=not dialled)
        self._door = Doorway(self._hub, self._attach, node.settings.group)
        self.peer: Peer | None = None
        self.closed = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._opened = self._moved = node.now()
        self._given = self._gone = 0
        self.where = ""

    # Called by asyncio.

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = made = cast("asyncio.Transport", transport)  # uvloop's are not below asyncio's
        host, port, *_ = made.get_extra_info("peername") or ("?", 0)
        self.where = f"{host}:{port}"
        self._node.connections[self] = None
        if len(self._node.connections) > self._node.settings.limits.connections:
            self.abort("too many connections")
        elif self._tls is None:
            self._ready()
        else:
            self._send(self._tls.start())

    @override
    def data_received(self, data: bytes) -> None:
        if self._tls is not None:
            was_ready = self._tls.ready
            data = self._tls.receive(data)
            if self._tls.ready and not was_ready:
                self._ready()
            self._send(self._tls.outgoing())
        if data:
            self._receive(data)
        if self._tls is not None and self._tls.failed is not None:
            self.abort(self._tls.failed)
        self._node.settle()
        if self.over is not None:
            self.close(self.over)

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._node.connections.pop(self, None)
        if self.peer is not None:
            self.peer.outbox.detach()
            self._hub.drop(self.peer, self._node.now())
            self._node.settle()
        self.closed.set()

    # Bytes both ways.

    def _ready(self) -> None:
        """Whoever it is may speak now."""
        if self._tls is not None:
            self._door.certified, self._door.node = True, self._tls.node()
        if self._dialled:
            if self._door.certified and self._door.node is None:
                self.abort("its certificate is not a node's")
                return
            self._attach(self._hub.open_link(self._node.now(), dialled=True, certified=self._door.node))
            self._node.settle()

    def _attach(self, peer: Peer) -> None:
        self.peer = peer
        peer.outbox.carry, peer.outbox.backlog = self._carry, self._backlog

    def _receive(self, data: bytes) -> None:
        now = self._node.now()
        if self._dialled and self.peer is not None:
            self._hub.feed(self.peer, data, now)
        else:
            self._door.receive(data, now)

    def _carry(self, pieces: list[bytes]) -> None:
        self._send(b"".join(pieces) if self._tls is None else self._tls.seal(pieces))

    def _send(self, data: bytes) -> None:
        if data and self._transport is not None and not self._transport.is_closing():
            self._given += len(data)
            self._transport.write(data)

    def _backlog(self) -> int:
        return 0 if self._transport is None else self._transport.get_write_buffer_size()

    # Ends.

    @property
    def over(self) -> str | None:
        """Why the connection has to be closed, if it has."""
        return self._door.refused if self.peer is None else self.peer.closing

    def tick(self, now: float) -> None:
        """Notice whose time is over, who says nothing, and who reads nothing."""
        if self.over is not None:
            self.close(self.over)
        limits = self._node.settings.limits
        if self.peer is None and now - self._opened >= self._greeting_seconds():
            self.abort("no greeting")
        gone = self._given - self._backlog()
        if gone != self._gone or not self._backlog():
            self._gone, self._moved = gone, now
        elif now - self._moved >= limits.stall_seconds:
            self.abort(f"nothing read for {limits.stall_seconds:g} s")

    def _greeting_seconds(self) -> float:
        limits = self._node.settings.limits
        done = self._tls is None or self._tls.ready
        return limits.idle_seconds if done else limits.greeting_seconds

    def close(self, reason: str) -> None:
        """Send what waits, then close."""
        self._end(reason)
        if self._transport is not None and not self._transport.is_closing():
            if self._tls is not None:
                self._send(self._tls.farewell())
            self._transport.close()

    def abort(self, reason: str) -> None:
        """Close at once; what waits is lost."""
        self._end(reason)
        if self._transport is not None:
            self._transport.abort()

    def _end(self, reason: str) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._node.log(f"{self.where} closed: {reason}")


class Node:
    """A hub on a port."""

    def __init__(self, me: bytes, settings: Settings, log: Log | None = None) -> None:
        self.settings, self.log = settings, log or _silent
        self.connections: dict[Connection, None] = {}
        self.port = settings.port
        self.hub = Hub(
            me,
            random=SystemRandom(),
            now=self.now(),
            epoch=time_ns() // 1_000_000,
            name=settings.name,
            limits=settings.limits,
        )
        self.hub.answer_rpc = Rpc(self.hub, self.now, may_cut=settings.may_cut).answer
        self.hub.notify = lambda notice: self.log(str(notice))
        self.port3 = 0
        self._servers: list[asyncio.Server] = []
        self._ticking: asyncio.Task[None] | None = None

    @staticmethod
    def now() -> float:
        """Seconds on the clock that everything here goes by."""
        return asyncio.get_running_loop().time()

    async def start(self) -> None:
        """Listen; `port` and `port3` are then those that were taken."""
        settings = self.settings
        self.port = await self._listen(settings.host, settings.port, settings.server_tls)
        if settings.place3 is not None:
            self.port3 = await self._listen(*settings.place3, settings.server_tls3)
        self._ticking = asyncio.create_task(self._tick())

    async def _listen(self, host: str, port: int, context: ssl.SSLContext | None) -> int:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: Connection(self, context, dialled=False), host, port, backlog=512
        )
        self._servers.append(server)
        taken: int = server.sockets[0].getsockname()[1]
        return taken

    async def stop(self) -> None:
        """Close everything."""
        if self._ticking is not None:
            self._ticking.cancel()
        for server in self._servers:
            server.close()
        waiting = list(self.connections)
        for connection in waiting:
            connection.abort("this node stops")
        await asyncio.gather(*(connection.closed.wait() for connection in waiting))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            now = self.now()
            self.hub.tick(now)
            for connection in list(self.connections):
                connection.tick(now)
            self.settle()

    def settle(self) -> None:
        """Send what the hub has to say."""
        self.hub.flush()


def _silent(_: str) -> None:
    """Nobody wants to know."""
