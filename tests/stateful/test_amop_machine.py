"""Two nodes with their clients, joined by a pipe that splits, holds back, loses and breaks.

A model remembers who subscribes and what was sent. Whatever happens: a unicast is answered exactly once and
in bounded time, nobody gets a message twice, nobody gets what he has not subscribed to; and as soon as the
pipe is good again, everything arrives.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from typing_extensions import override

from node.amop.doorway import Doorway
from node.amop.hub import Hub, Peer
from node.amop.limits import DEFAULT
from tests.support import amop_bytes as wire
from tests.support.amop_bytes import Heard

TOPICS = ("a", "b")
SIDES = st.sampled_from((0, 1))
PLACES = st.sampled_from((0, 1, 2, 3))
"""Two clients at each node."""


class Pipe:
    """A connection between the two nodes whose bytes are moved by hand."""

    def __init__(self, hubs: list[Hub], dialler: int, now: float) -> None:
        self.waiting = [bytearray(), bytearray()]
        """To node 0, and to node 1."""

        self.swallows = self.closed = False
        self._hubs, self._dialler = hubs, dialler
        self._link = hubs[dialler].open_link(now, dialled=True)
        self._link.outbox.carry = partial(self._put, 1 - dialler)
        self._door = Doorway(hubs[1 - dialler], self._attach)
        hubs[dialler].flush()

    def _attach(self, peer: Peer) -> None:
        peer.outbox.carry = partial(self._put, self._dialler)

    def _put(self, side: int, pieces: list[bytes]) -> None:
        if not self.swallows:
            self.waiting[side] += b"".join(pieces)

    def move(self, side: int, size: int, now: float) -> None:
        """Let the next bytes arrive."""
        data = bytes(self.waiting[side][:size])
        del self.waiting[side][:size]
        if not data or self.closed:
            return
        if side == self._dialler:
            self._hubs[side].feed(self._link, data, now)
        else:
            self._door.receive(data, now)
        self._hubs[side].flush()
        self.close_if_over(now)

    def close_if_over(self, now: float) -> None:
        if self._link.closing is not None or (self._door.peer is not None and self._door.peer.closing):
            self.close(now)

    def close(self, now: float) -> None:
        """Both ends notice; what was on its way is lost."""
        if self.closed:
            return
        self.closed = True
        self.waiting = [bytearray(), bytearray()]
        for side, peer in ((self._dialler, self._link), (1 - self._dialler, self._door.peer)):
            if peer is not None:
                peer.outbox.detach()
                self._hubs[side].drop(peer, now)
                self._hubs[side].flush()


class Person:
    """A client, and what the model knows of it."""

    def __init__(self, hub: Hub) -> None:
        self.hub, self.session = hub, hub.open_channel(0.0)
        self.session.outbox.carry = self._hear
        self.topics: set[str] = set()
        self.ever: set[str] = set()
        self.silent = False
        self.got: list[Heard] = []
        self.answers: Counter[str] = Counter()
        self.to_answer: list[Heard] = []

    def _hear(self, pieces: list[bytes]) -> None:
        for piece in pieces:
            (heard,), rest = wire.heard(piece)
            assert rest == b""
            if heard.kind == wire.ANSWER:
                self.answers[heard.seq] += 1
            elif heard.kind in (wire.UNICAST, wire.MULTICAST):
                self.got.append(heard)
                if heard.kind == wire.UNICAST and not self.silent:
                    self.to_answer.append(heard)

    def say(self, data: bytes, now: float) -> None:
        self.hub.feed(self.session, data, now)
        self.hub.flush()


class TwoNodes(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 1 << 30))
    def start(self, seed: int) -> None:
        self.now, self.number = 0.0, 0
        self.hubs = [
            Hub(bytes((side + 1,)) * 32, random=Random(seed + side), now=0.0, epoch=1) for side in (0, 1)
        ]
        self.people = [Person(self.hubs[place // 2]) for place in range(4)]
        self.pipe = Pipe(self.hubs, 0, self.now)
        self.sent: dict[str, tuple[int, str, bytes, float, Person]] = {}

    # What people do.

    @rule(place=PLACES, topics=st.sets(st.sampled_from(TOPICS)))
    def subscribe(self, place: int, topics: set[str]) -> None:
        person = self.people[place]
        person.topics = topics
        person.ever |= topics
        person.say(wire.topics(wire.seq(1), *topics), self.now)

    @rule(place=PLACES, topic=st.sampled_from(TOPICS), multicast=st.booleans(), size=st.integers(0, 300))
    def send(self, place: int, topic: str, multicast: bool, size: int) -> None:  # noqa: FBT001 - hypothesis names it
        self.number += 1
        seq, kind = wire.seq(1000 + self.number), wire.MULTICAST if multicast else wire.UNICAST
        content = b"%d " % self.number + bytes(size)
        person = self.people[place]
        self.sent[seq] = (kind, topic, content, self.now, person)
        person.say(wire.frame(kind, seq, wire.amop(topic, content)), self.now)

    @rule(place=PLACES)
    def answer(self, place: int) -> None:
        person = self.people[place]
        waiting, person.to_answer = person.to_answer, []
        for heard in waiting:
            person.say(wire.frame(wire.ANSWER, heard.seq, wire.amop(heard.topic, b"re")), self.now)

    @rule(place=PLACES, silent=st.booleans())
    def fall_silent(self, place: int, silent: bool) -> None:  # noqa: FBT001 - as above
        self.people[place].silent = silent

    @rule(place=PLACES, noise=st.binary(max_size=60))
    def talk_nonsense(self, place: int, noise: bytes) -> None:
        self.people[place].say(wire.frame(0x99, wire.seq(3), noise), self.now)

    # What the pipe does.

    @rule(side=SIDES, size=st.integers(1, 400))
    def move_some(self, side: int, size: int) -> None:
        self.pipe.move(side, size, self.now)

    @rule()
    def move_all(self) -> None:
        while any(self.pipe.waiting):
            for side in (0, 1):
                self.pipe.move(side, 1 << 20, self.now)

    @rule(side=SIDES, left=st.integers(0, 400))
    def lose_the_rest_and_break(self, side: int, left: int) -> None:
        del self.pipe.waiting[side][left:]
        self.pipe.move(side, left, self.now)
        self.pipe.close(self.now)

    @rule()
    def swallow(self) -> None:
        self.pipe.swallows = True

    @rule(dialler=SIDES)
    def dial_again(self, dialler: int) -> None:
        if self.pipe.closed or self.pipe.swallows:
            self.pipe.close(self.now)
            self.pipe = Pipe(self.hubs, dialler, self.now)

    @rule(seconds=st.floats(0.1, 6.0))
    def wait(self, seconds: float) -> None:
        for person in self.people:
            person.say(wire.frame(wire.HEARTBEAT, wire.seq(4)), self.now)
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + 0.5)
            for hub in self.hubs:
                hub.tick(self.now)
                hub.flush()
            self.pipe.close_if_over(self.now)

    # What always holds.

    @invariant()
    def nobody_gets_anything_twice(self) -> None:
        for person in self.people:
            multicasts = Counter(each.content for each in person.got if each.kind == wire.MULTICAST)
            unicasts = Counter(each.content for each in person.got if each.kind == wire.UNICAST)
            assert all(count == 1 for count in (multicasts + unicasts).values())

    @invariant()
    def everything_got_was_sent_and_subscribed_to(self) -> None:
        contents = {(kind, topic, content) for kind, topic, content, _, _ in self.sent.values()}
        for person in self.people:
            assert {(each.kind, each.topic, each.content) for each in person.got} <= contents
            assert {each.topic for each in person.got} <= person.ever

    @invariant()
    def every_request_has_one_answer_in_bounded_time(self) -> None:
        for seq, (kind, _, _, when, person) in self.sent.items():
            count = person.answers[seq]
            assert count <= 1
            if kind == wire.MULTICAST or self.now - when > DEFAULT.total_seconds + 1:
                assert count == 1

    @override
    def teardown(self) -> None:
        if not hasattr(self, "pipe"):
            return
        self.pipe.close(self.now)
        self.pipe = Pipe(self.hubs, 0, self.now)
        for person in self.people:
            person.silent = False
        self.settle()
        self.send_everywhere()
        for _ in range(12):
            self.settle()
        self.every_request_has_one_answer_in_bounded_time()
        self.nobody_gets_anything_twice()

    def settle(self) -> None:
        for _ in range(3):
            self.move_all()
            for place in range(4):
                self.answer(place)
            self.wait(2.0)

    def send_everywhere(self) -> None:
        """Now every subscriber gets a multicast, and a unicast finds one if there is any that answers."""
        for topic in TOPICS:
            subscribers = [person for person in self.people if topic in person.topics]
            before = [len(person.got) for person in subscribers]
            self.send(0, topic, multicast=True, size=10)
            self.move_all()
            assert [len(person.got) - had for person, had in zip(subscribers, before, strict=True)] == [
                1
            ] * len(subscribers)


TestTwoNodes: Any = TwoNodes.TestCase
TestTwoNodes.settings = settings(stateful_step_count=40)
