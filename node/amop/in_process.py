"""Messengers in one process, over a network as bad as one likes: for tests of whoever builds on `Messenger`.

A network loses, delays and reorders messages as its seed has it, and can be cut into parts and joined again.
Each message between two members is on its own: it may be lost, and takes a time of its own, so a later one
may overtake it. A member that sends to itself goes by the same rules.

Choosing, retrying and giving up are those of a node: a subscriber that has not answered in time is crossed
out and another one tried, until time is over or none is left. With `virtual_time.run`, the same seed gives
the same run, and no second is really waited for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from random import Random
from typing import Any, Final

from typing_extensions import override

from node.amop.deliveries import fresh_sequence
from node.amop.messenger import (
    PATIENCE,
    Disconnected,
    Handler,
    Incoming,
    NoSubscriber,
    NotAnswered,
    TimedOut,
    topic_bytes,
)
from primitives.record import Record

SUBSCRIBER_SECONDS: Final = 5.0
"""For one subscriber to answer, as on a node."""


class Line(Record):
    """How bad the way between any two members is."""

    loss: float = 0.0
    """Part of the messages that never arrive, 0 to 1; answers are messages too."""

    least_delay: float = 0.0
    greatest_delay: float = 0.0
    """Seconds; each message takes a time between the two. Where they differ, messages overtake each other."""


class Network:
    """Everybody who can send to each other."""

    def __init__(self, seed: int, line: Line | None = None) -> None:
        self.random = Random(seed)
        self.line = line or Line()
        self.members: list[Member] = []
        self.sent = self.lost = 0
        self._parts: dict[Member, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.failures: list[str] = []
        """What handlers raised; a failed handler gives no answer."""

    def join(self, name: str) -> Member:
        """A new member."""
        member = Member(name, self)
        self.members.append(member)
        return member

    def partition(self, *parts: Iterable[Member]) -> None:
        """Cut the network: only members of one part reach each other. Who is in no part is alone."""
        self._parts = {member: number for number, part in enumerate(parts) for member in part}
        alone = (member for member in self.members if member not in self._parts)
        self._parts |= {member: len(parts) + place for place, member in enumerate(alone)}

    def heal(self) -> None:
        """Everybody reaches everybody again."""
        self._parts = {}

    def reaches(self, one: Member, other: Member) -> bool:
        """Whether messages from one to the other have a chance."""
        return self._parts.get(one) == self._parts.get(other) and not other.closed

    def carry(self, sender: Member, receiver: Member, arrive: Callable[[], None]) -> None:
        """Bring a message, later or never; who is cut off while it is on its way does not get it."""
        self.sent += 1
        if self.random.random() < self.line.loss:
            self.lost += 1
            return
        delay = self.random.uniform(self.line.least_delay, self.line.greatest_delay)
        loop = asyncio.get_running_loop()
        loop.call_later(delay, self._arrive, sender, receiver, arrive)

    def _arrive(self, sender: Member, receiver: Member, arrive: Callable[[], None]) -> None:
        if self.reaches(sender, receiver):
            arrive()
        else:
            self.lost += 1

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let a handler run."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop all handlers."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class Member:
    """A messenger of one member."""

    def __init__(self, name: str, network: Network) -> None:
        self.name, self._network, self.closed = name, network, False
        self._handlers: dict[str, Handler] = {}

    @override
    def __repr__(self) -> str:
        return f"<{self.name}>"

    # Messenger.

    async def subscribe(self, topic: str, handler: Handler) -> None:
        """Get what is sent to a topic."""
        topic_bytes(topic)
        self._check_open()
        self._handlers[topic] = handler

    async def unsubscribe(self, topic: str) -> None:
        """Get nothing more of it."""
        self._handlers.pop(topic, None)

    async def unicast(self, topic: str, data: bytes, *, timeout: float = PATIENCE) -> bytes:
        """Send to one subscriber and give its answer."""
        topic_bytes(topic)
        self._check_open()
        identity = fresh_sequence(self._network.random).decode()
        message = Incoming(topic, data, multicast=False, id=identity)
        try:
            async with asyncio.timeout(timeout):
                return await self._try_subscribers(message)
        except TimeoutError:
            raise TimedOut(f"no answer within {timeout:g} s") from None

    async def multicast(self, topic: str, data: bytes) -> None:
        """Send to every subscriber."""
        topic_bytes(topic)
        self._check_open()
        identity = fresh_sequence(self._network.random).decode()
        message = Incoming(topic, data, multicast=True, id=identity)
        for member in self._subscribers(topic):
            self._send(member, message, None)

    def close(self) -> None:
        """Leave: get nothing, send nothing."""
        self.closed = True

    # How it works.

    def _check_open(self) -> None:
        if self.closed:
            raise Disconnected(f"{self.name} has left")

    def _subscribers(self, topic: str) -> list[Member]:
        members = self._network.members
        return [each for each in members if topic in each._handlers and self._network.reaches(self, each)]

    async def _try_subscribers(self, message: Incoming) -> bytes:
        left, tried = self._subscribers(message.topic), False
        while left:
            member = left.pop(self._network.random.randrange(len(left)))
            if not self._network.reaches(self, member):
                continue
            tried = True
            answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self._send(member, message, answer)
            await asyncio.wait([answer], timeout=SUBSCRIBER_SECONDS)
            if answer.done():
                return answer.result()
        if tried:
            raise NotAnswered(f"no subscriber to {message.topic} answered")
        raise NoSubscriber(f"nobody reachable subscribes to {message.topic}")

    def _send(self, member: Member, message: Incoming, answer: asyncio.Future[bytes] | None) -> None:
        self._network.carry(self, member, lambda: member._receive(self, message, answer))

    def _receive(self, sender: Member, message: Incoming, answer: asyncio.Future[bytes] | None) -> None:
        handler = self._handlers.get(message.topic)
        if handler is not None:
            self._network.start(self._handle(handler, sender, message, answer))

    async def _handle(
        self, handler: Handler, sender: Member, message: Incoming, answer: asyncio.Future[bytes] | None
    ) -> None:
        try:
            told = await handler(message) or b""
        except Exception as error:  # a handler's mistake is one answer less
            self._network.failures.append(f"{self.name}: {type(error).__name__}: {error}")
            return
        if answer is not None:
            self._network.carry(self, sender, lambda: None if answer.done() else answer.set_result(told))
