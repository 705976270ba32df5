"""Nodes, links and clients of the messenger without sockets, on a clock that is moved by hand.

Bytes travel through pipes that take a time of their own; nothing else is different from real connections.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from itertools import count
from random import Random

from node.amop.doorway import Doorway
from node.amop.hub import Hub, Peer
from node.amop.limits import DEFAULT, Limits
from tests.support import amop_bytes as wire
from tests.support.amop_bytes import Heard

TICK = 0.25
DELAY = 0.001
"""Seconds that bytes take, if nothing else is said."""


def identity(number: int) -> bytes:
    return bytes((number + 1,)) * 32


class World:
    """Nodes numbered from 0."""

    def __init__(
        self,
        nodes: int,
        links: Iterable[tuple[int, int]] = (),
        *,
        seed: int = 1,
        limits: Limits = DEFAULT,
        delay: float = DELAY,
    ) -> None:
        self.now, self.random, self.limits, self.delay = 0.0, Random(seed), limits, delay
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order, self._epochs = count(), count(1)
        self.hubs = [self.make_hub(number) for number in range(nodes)]
        self.lines: dict[tuple[int, int], Line] = {}
        self.at(TICK, self._tick)
        for one, other in links:
            self.connect(one, other)
        self.run(0.1)

    def make_hub(self, number: int) -> Hub:
        random = Random(self.random.random())
        return Hub(
            identity(number),
            random=random,
            now=self.now,
            epoch=next(self._epochs),
            name=f"node{number}",
            limits=self.limits,
        )

    # Time.

    def at(self, delay: float, act: Callable[[], None]) -> None:
        heapq.heappush(self._events, (self.now + delay, next(self._order), act))

    def run(self, seconds: float) -> None:
        """Let time pass."""
        end = self.now + seconds
        while self._events and self._events[0][0] <= end:
            self.now, _, act = heapq.heappop(self._events)
            act()
        self.now = end

    def run_until(self, condition: Callable[[], bool], at_most: float = 120.0) -> float:
        """Let time pass until something is so; gives the seconds it took."""
        began = self.now
        while not condition():
            assert self._events
            assert self.now - began <= at_most, f"still not so after {at_most} s"
            self.now, _, act = heapq.heappop(self._events)
            act()
        return self.now - began

    def _tick(self) -> None:
        for hub in self.hubs:
            hub.tick(self.now)
            hub.flush()
        for line in self.lines.values():
            line.close_what_is_over()
        self.at(TICK, self._tick)

    # Links.

    def connect(self, one: int, other: int) -> Line:
        """`one` dials `other`."""
        line = self.lines[one, other] = Line(self, self.hubs[one], self.hubs[other])
        return line

    def cut(self, one: int, other: int) -> None:
        """Both ends notice at once."""
        for key in ((one, other), (other, one)):
            if key in self.lines:
                self.lines.pop(key).close()

    def freeze(self, one: int, other: int) -> None:
        """Nothing gets through any more, and nobody is told."""
        for key in ((one, other), (other, one)):
            if key in self.lines:
                self.lines[key].frozen = True

    def crash(self, number: int) -> None:
        """A node and all that it knew is gone; another with its key takes its place, without links."""
        for key in [key for key in self.lines if number in key]:
            self.lines.pop(key).close()
        self.hubs[number] = self.make_hub(number)

    # Clients.

    def client(self, node: int, *topics: str) -> SimClient:
        client = SimClient(self, self.hubs[node])
        client.send(wire.handshake(wire.seq(1)))
        if topics:
            client.subscribe(*topics)
        self.run(0.1)
        return client


class Line:
    """The bytes of one link on their way."""

    def __init__(self, world: World, one: Hub, other: Hub) -> None:
        self.world, self.one, self.other = world, one, other
        self.frozen = self.closed = False
        self.copies: list[int] = []
        """Bytes of each piece that went over it, either way."""

        self.dialled = one.open_link(world.now, dialled=True)
        self.door = Doorway(other, self._attach)
        self.dialled.outbox.carry = lambda pieces: self._send(pieces, self._to_other)
        one.flush()

    def _attach(self, peer: Peer) -> None:
        peer.outbox.carry = lambda pieces: self._send(pieces, self._to_one)

    def _send(self, pieces: list[bytes], arrive: Callable[[bytes], None]) -> None:
        self.copies += map(len, pieces)
        data = b"".join(pieces)
        self.world.at(self.world.delay, lambda: arrive(data))

    def _to_other(self, data: bytes) -> None:
        if not self.closed and not self.frozen:
            self.door.receive(data, self.world.now)
            self.other.flush()

    def _to_one(self, data: bytes) -> None:
        if not self.closed and not self.frozen:
            self.one.feed(self.dialled, data, self.world.now)
            self.one.flush()

    def close_what_is_over(self) -> None:
        if self.dialled.closing is not None or (self.door.peer is not None and self.door.peer.closing):
            self.close()

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        for hub, peer in ((self.one, self.dialled), (self.other, self.door.peer)):
            if peer is not None:
                peer.outbox.detach()
                hub.drop(peer, self.world.now)
                hub.flush()


class SimClient:
    """A client of 2.x that speaks from the description of the wire."""

    def __init__(self, world: World, hub: Hub) -> None:
        self.world, self.hub = world, hub
        self.heard: list[Heard] = []
        self.answers: bytes | None = b""
        """What unicasts are answered with; None: not at all."""

        self.session = hub.open_channel(world.now)
        self.session.outbox.carry = self._hear
        self._rest = b""
        self._sequences = count(1000)
        self.open = True

    def send(self, data: bytes) -> None:
        if self.open:
            self.hub.feed(self.session, data, self.world.now)
            self.hub.flush()

    def _hear(self, pieces: list[bytes]) -> None:
        found, self._rest = wire.heard(self._rest + b"".join(pieces))
        self.heard += found
        for each in found:
            if each.kind == wire.UNICAST and self.answers is not None:
                answer = wire.frame(wire.ANSWER, each.seq, wire.amop(each.topic, self.answers))
                self.world.at(DELAY, lambda answer=answer: self.send(answer))  # type: ignore[misc]

    def subscribe(self, *topics: str) -> None:
        """To these and no others."""
        self.send(wire.topics(wire.seq(2), *topics))

    def unicast(self, topic: str, content: bytes = b"") -> str:
        """Gives the sequence."""
        return self._request(wire.UNICAST, topic, content)

    def multicast(self, topic: str, content: bytes = b"") -> str:
        """Gives the sequence."""
        return self._request(wire.MULTICAST, topic, content)

    def _request(self, kind: int, topic: str, content: bytes) -> str:
        seq = wire.seq(id(self) << 32 | next(self._sequences))
        self.send(wire.frame(kind, seq, wire.amop(topic, content)))
        return seq

    def result(self, seq: str) -> int | None:
        """The result of a request, None if there is none yet."""
        return next(
            (each.result for each in self.heard if each.seq == seq and each.kind == wire.ANSWER), None
        )

    def answer(self, seq: str, at_most: float = 120.0) -> Heard:
        """The answer to a request, as soon as it is there."""
        self.world.run_until(lambda: self.result(seq) is not None, at_most)
        return next(each for each in self.heard if each.seq == seq and each.kind == wire.ANSWER)

    def got(self, topic: str) -> list[bytes]:
        """The contents of the messages to a topic, in order."""
        kinds = (wire.UNICAST, wire.MULTICAST)
        return [each.content for each in self.heard if each.kind in kinds and each.topic == topic]

    def leave(self) -> None:
        self.open = False
        self.session.outbox.detach()
        self.hub.drop(self.session, self.world.now)
        self.hub.flush()
