"""Nodes on real sockets in a thread of their own, and a blocking client that speaks from the description."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

from node.amop.certs import make_certificates
from node.amop.dialling import Dialler
from node.amop.limits import DEFAULT, Limits
from node.amop.running import secured_node
from node.amop.tcp import Node, Settings
from tests.support import amop_bytes as wire
from tests.support.amop_bytes import Heard

T = TypeVar("T")


class Running:
    """Nodes numbered from 0, each linked to those before it unless said otherwise."""

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop, limits: Limits) -> None:
        self.folder, self.sdk, self.limits = folder, folder / "sdk", limits
        self.nodes: list[Node] = []
        self.log: list[str] = []
        self._loop = loop
        self._diallers: dict[int, list[Dialler]] = {}

    def do(self, work: Coroutine[Any, Any, T], seconds: float = 30) -> T:
        """Run something in the nodes' thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def call(self, act: Callable[[], T]) -> T:
        """Call something in the nodes' thread."""

        async def whole() -> T:
            return act()

        return self.do(whole())

    async def start(self, number: int, peers: list[int], port: int = 0, *, plain: bool = False) -> None:
        place3 = None if plain else ("127.0.0.1", 0)
        settings = Settings(
            "127.0.0.1", port, name=f"node{number}", may_cut=True, limits=self.limits, place3=place3
        )
        made = secured_node(self.folder / f"node{number}", settings)
        node = Node(made[0], settings if plain else made[1], log=self.log.append)
        await node.start()
        if number < len(self.nodes):
            self.nodes[number] = node
        else:
            self.nodes.append(node)
        self._diallers[number] = []
        for peer in peers:
            await self.dial(number, self.nodes[peer].port)

    async def dial(self, number: int, port: int) -> None:
        dialler = Dialler(self.nodes[number], "127.0.0.1", port)
        self._diallers[number].append(dialler)
        dialler.start()

    async def stop(self, number: int) -> None:
        for each in self._diallers.pop(number, []):
            await each.stop()
        await self.nodes[number].stop()

    async def stop_all(self) -> None:
        for number in range(len(self.nodes)):
            await self.stop(number)

    def endpoint(self, number: int) -> str:
        return f"127.0.0.1:{self.nodes[number].port}"

    def wait_for_links(self, links: int) -> None:
        """Until each node has so many."""
        self.wait(lambda: all(len(node.hub.neighbours.links) == links for node in self.nodes))

    def wait(self, condition: Callable[[], bool], seconds: float = 15.0) -> None:
        end = time.monotonic() + seconds
        while not self.call(condition):
            assert time.monotonic() < end, "it has not come to that"
            time.sleep(0.01)

    def client(self, number: int, *topics: str) -> RawClient:
        return RawClient(self.nodes[number].port, self.sdk, *topics)


@contextlib.contextmanager
def running(
    folder: Path, nodes: int, peers: Callable[[int], list[int]] | None = None, limits: Limits = DEFAULT
) -> Iterator[Running]:
    """A network while the block runs; `peers` says whom each node dials, all before it if not given."""
    make_certificates(folder, nodes)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="amop nodes", daemon=True)
    thread.start()
    made = Running(folder, loop, limits)
    try:
        for number in range(nodes):
            made.do(made.start(number, list(range(number)) if peers is None else peers(number)))
        if peers is None:
            made.wait_for_links(nodes - 1)
        yield made
    finally:
        made.do(made.stop_all())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


class RawClient:
    """A client of 2.x over a blocking socket. Each read of the socket is one TLS record, as with Go's."""

    def __init__(self, port: int, certs: Path | None, *topics: str, greet: bool = True) -> None:
        self.socket: socket.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if certs is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.load_verify_locations(certs / "ca.crt")
            context.load_cert_chain(certs / "sdk.crt", certs / "sdk.key")
            context.maximum_version = ssl.TLSVersion.TLSv1_2  # TLS 1.3 does not know the group
            context.set_ecdh_curve("secp256k1")
            self.socket = context.wrap_socket(self.socket)
        self.heard: list[Heard] = []
        self._rest = b""
        self._number = 0
        if greet:
            self.greet()
        if topics:
            self.subscribe(*topics)

    def greet(self) -> None:
        """The sequence of a Go client: handshake, topics, version."""
        self.socket.sendall(wire.handshake(self.seq()))
        assert self.take(wire.HANDSHAKE).json["protocol"] == 3
        self.subscribe("_block_notify_1")
        told = self.ask("getClientVersion")
        assert told["result"]["Chain Id"] == "1"

    def seq(self) -> str:
        self._number += 1
        return f"{id(self):016x}{self._number:016x}"

    def subscribe(self, *topics: str) -> None:
        """To these only; the node has heard when this returns."""
        self.socket.sendall(wire.topics(self.seq(), *topics))
        self.ask("getClientVersion")

    def ask(self, method: str) -> Any:
        self.socket.sendall(
            wire.frame(wire.RPC, self.seq(), b'{"jsonrpc":"2.0","id":1,"method":"%s"}' % method.encode())
        )
        return self.take(wire.RPC).json

    def read(self) -> None:
        """Once."""
        data = self.socket.recv(1 << 20)
        if not data:
            raise EOFError("the node has closed the connection")
        found, self._rest = wire.heard(self._rest + data)
        self.heard += found

    def take(self, kind: int) -> Heard:
        """The next frame of a kind; the others stay."""
        while not any(each.kind == kind for each in self.heard):
            self.read()
        found = next(each for each in self.heard if each.kind == kind)
        self.heard.remove(found)
        return found

    def send(self, kind: int, topic: str, content: bytes, seq: str | None = None) -> str:
        seq = self.seq() if seq is None else seq
        self.socket.sendall(wire.frame(kind, seq, wire.amop(topic, content)))
        return seq

    def answer_next(self, content: bytes = b"") -> bytes:
        """Wait for a unicast and answer it; gives what it said."""
        pushed = self.take(wire.UNICAST)
        self.send(wire.ANSWER, pushed.topic, content, pushed.seq)
        return pushed.content

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
