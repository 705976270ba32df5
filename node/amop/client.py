"""A messenger over a node: `async with Client("127.0.0.1:20200", certs=folder) as messenger: ...`.

The connection is kept up: when it is lost, the client connects again, less and less often, and subscribes
anew. What was on its way then ends with `Disconnected`; new requests wait for the connection within their
timeouts.

Handlers run as tasks, started in the order of the messages. While very many of them run, further unicasts are
left to other subscribers and further multicasts are passed over.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from random import SystemRandom
from types import TracebackType
from typing import Any, Final

from node.amop.client_socket import ClientSocket
from node.amop.conversation import Answered, Conversation, Event, Pushed, Ready, VerificationAsked
from node.amop.endpoints import parse_endpoint
from node.amop.messenger import (
    PATIENCE,
    Disconnected,
    Handler,
    Incoming,
    Rejected,
    TimedOut,
    Undelivered,
    topic_bytes,
)
from node.amop.private import PrivateKey, challenge_name, is_signed_by, private_name, push_name
from node.amop.results import Result, error_of
from node.amop.tls import Tls, client_context
from node.errors import UserError

FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 5.0
"""Seconds between two attempts to connect; each pause is twice the one before."""

CONNECT_SECONDS: Final = 5.0
"""For one attempt, greeting included."""

MOST_RUNNING: Final = 4_096
"""Handlers at once."""


class Client:
    """A messenger that talks to one node."""

    def __init__(
        self, endpoint: str, *, certs: Path | None = None, log: Callable[[str], None] | None = None
    ) -> None:
        """`certs` holds `ca.crt`, `sdk.crt` and `sdk.key`; without it, the connection is not encrypted. `log`
        is told what goes wrong in handlers and on the line.
        """
        self._host, self._port = parse_endpoint(endpoint)
        self._context = None if certs is None else client_context(certs)
        self._log = log or (lambda _: None)
        self._random = SystemRandom()
        self._handlers: dict[bytes, Handler] = {}
        self._signers: dict[bytes, PrivateKey] = {}
        self._allowed: dict[bytes, tuple[bytes, ...]] = {}
        self._waiting: dict[bytes, asyncio.Future[Answered]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._socket: ClientSocket | None = None
        self._connected = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None
        self._trouble = "not connected yet"
        self.passed_over = 0
        """Messages for which too many handlers were running."""

    # Coming and going.

    async def __aenter__(self) -> Client:
        await self.connect()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def connect(self) -> None:
        """Connect, and stay connected until `close`; raises `UserError` if the node cannot be reached now."""
        try:
            socket = await self._open()
        except (OSError, TimeoutError, Disconnected) as error:
            raise UserError(f"{self._host}:{self._port}: {str(error) or 'no answer in time'}") from None
        self._keeping = asyncio.create_task(self._keep(socket))

    async def close(self) -> None:
        """Disconnect; whoever waits for an answer gets `Disconnected`."""
        tasks = [task for task in (self._keeping, *self._running) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()
            await self._socket.lost.wait()
        self._lose("closed")

    async def _open(self) -> ClientSocket:
        """Connect once; the node has answered the greeting when this returns."""
        loop = asyncio.get_running_loop()
        tls = None if self._context is None else Tls(self._context, server=False)
        talk = Conversation(self._random, self._topics(), loop.time())
        made = ClientSocket(talk, tls, self._take)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await loop.create_connection(lambda: made, self._host, self._port)
                await made.greeted_or_lost()
        except BaseException:
            made.close()
            raise
        if made.lost.is_set():
            raise Disconnected(made.trouble)
        self._socket = made
        self._connected.set()
        return made

    async def _keep(self, socket: ClientSocket) -> None:
        """Connect again whenever the connection is lost."""
        while True:
            await socket.lost.wait()
            self._lose(socket.trouble)
            socket = await self._reopen()

    async def _reopen(self) -> ClientSocket:
        pause = FIRST_PAUSE
        while True:
            await asyncio.sleep(pause * self._random.uniform(0.75, 1.25))
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                return await self._open()
            except (OSError, TimeoutError, Disconnected) as error:
                self._trouble = str(error) or "no answer in time"

    def _lose(self, trouble: str) -> None:
        self._socket, self._trouble = None, trouble
        self._connected.clear()
        self._log(f"{self._host}:{self._port}: {trouble}")
        waiting, self._waiting = self._waiting, {}
        for each in waiting.values():
            if not each.done():
                each.set_exception(Disconnected(trouble))

    # Messenger.

    async def subscribe(self, topic: str, handler: Handler) -> None:
        """Get what is sent to a topic; the node knows of it when this returns."""
        self._handlers[topic_bytes(topic)] = handler
        await self._tell_topics()

    async def subscribe_private(self, topic: str, handler: Handler, key: PrivateKey) -> None:
        """Get what is sent to a private topic by publishers that know this key."""
        name = topic_bytes(topic)
        challenge = challenge_name(name, f"{self._random.getrandbits(128):032x}".encode())
        topic_bytes(challenge.decode())
        self._signers[challenge] = key
        self._handlers[private_name(name)] = handler
        await self._tell_topics()

    async def allow(self, topic: str, keys: tuple[bytes, ...]) -> None:
        """Publish to a private topic from now on (`unicast(private_topic(topic), ...)`), to subscribers with
        these public keys.
        """
        self._allowed[private_name(topic_bytes(topic))] = keys
        await self._tell_topics()

    async def unsubscribe(self, topic: str) -> None:
        """Get nothing more of a topic."""
        if self._handlers.pop(topic_bytes(topic), None) is not None:
            await self._tell_topics()

    async def unicast(self, topic: str, data: bytes, *, timeout: float = PATIENCE) -> bytes:
        """Send to one subscriber and give its answer."""
        return await self._request(topic_bytes(topic), data, timeout, multicast=False)

    async def multicast(self, topic: str, data: bytes) -> None:
        """Send to every subscriber."""
        await self._request(topic_bytes(topic), data, PATIENCE, multicast=True)

    async def call(self, method: str, *params: Any) -> Any:
        """Ask the node itself, by JSON-RPC; raises `Rejected` with the node's words."""
        answer = await self._ask(lambda talk: talk.call(method, *params), PATIENCE)
        told = json.loads(answer.content)
        if "error" in told:
            raise Rejected(str(told["error"].get("message")))
        return told["result"]

    # Requests and answers.

    def _topics(self) -> list[bytes]:
        pushes = [push_name(name.removeprefix(private_name(b""))) for name in self._allowed]
        return [*self._handlers, *self._signers, *pushes]

    async def _tell_topics(self) -> None:
        """Tell the node; an answer to what is said afterwards shows that it has heard."""
        if self._socket is not None:
            self._socket.talk.set_topics(self._topics())
        await self.call("getClientVersion")

    async def _request(self, topic: bytes, data: bytes, timeout: float, *, multicast: bool) -> bytes:
        answer = await self._ask(lambda talk: talk.request(topic, data, multicast=multicast), timeout)
        if answer.result != Result.OK:
            raise error_of(answer.result)
        return answer.content

    async def _ask(self, say: Callable[[Conversation], bytes], timeout: float) -> Answered:
        seq = b""
        try:
            async with asyncio.timeout(timeout):
                socket = await self._usable_socket()
                seq = say(socket.talk)
                socket.flush_soon()
                self._waiting[seq] = asyncio.get_running_loop().create_future()
                return await self._waiting[seq]
        except TimeoutError:
            trouble = "" if self._connected.is_set() else f" ({self._trouble})"
            raise TimedOut(f"no answer within {timeout:g} s{trouble}") from None
        finally:
            self._waiting.pop(seq, None)

    async def _usable_socket(self) -> ClientSocket:
        """The connection, as soon as there is one that takes more."""
        while True:
            await self._connected.wait()
            socket = self._socket
            if socket is None:
                raise Disconnected(self._trouble)
            await socket.writable.wait()
            if not socket.lost.is_set():
                return socket
            await asyncio.sleep(0)

    # What comes.

    def _take(self, socket: ClientSocket, event: Event) -> None:
        match event:
            case Answered():
                waiting = self._waiting.get(event.seq)
                if waiting is not None and not waiting.done():
                    waiting.set_result(event)
            case Pushed():
                self._push(socket, event)
            case VerificationAsked():
                self._start(self._verify(socket, event))
            case Ready():
                socket.greeted.set()

    def _push(self, socket: ClientSocket, pushed: Pushed) -> None:
        signer = self._signers.get(pushed.topic)
        handler = self._handlers.get(pushed.topic)
        if signer is not None:
            socket.talk.answer(pushed.seq, pushed.topic, signer.sign(pushed.content))
        elif handler is not None and len(self._running) < MOST_RUNNING:
            self._start(self._handle(socket, handler, pushed))
        else:
            self.passed_over += 1

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _handle(self, socket: ClientSocket, handler: Handler, pushed: Pushed) -> None:
        incoming = Incoming(
            pushed.topic.decode(errors="replace"),
            pushed.content,
            pushed.multicast,
            pushed.seq.decode("latin-1"),
        )
        try:
            answer = await handler(incoming)
        except Exception as error:  # a handler's mistake must not end the connection
            self._log(f"the handler of {incoming.topic} failed: {type(error).__name__}: {error}")
            return
        if not socket.lost.is_set():
            socket.talk.answer(pushed.seq, pushed.topic, answer or b"")
            socket.flush_soon()

    async def _verify(self, socket: ClientSocket, asked: VerificationAsked) -> None:
        value = f"{self._random.getrandbits(128):032x}".encode()
        try:
            signature = await self._request(asked.challenge, value, PATIENCE, multicast=False)
        except Undelivered as error:
            self._log(f"verification failed: {error}")
            return
        keys = self._allowed.get(asked.topic, ())
        good = any(is_signed_by(key, value, signature) for key in keys)
        if not socket.lost.is_set():
            socket.talk.report(asked, good=good)
            socket.flush_soon()


def private_topic(topic: str) -> str:
    """The name under which messages go to a private topic."""
    return private_name(topic_bytes(topic)).decode()
