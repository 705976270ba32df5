"""A node's core: sessions of clients, links to nodes, and what passes between them. Bytes in, bytes out.

The hub does no I/O and knows no clock. Whoever carries the connections opens a peer for each, feeds it what
arrives and calls `flush` afterwards, which hands every peer's bytes to its carrier; then closes those whose
`closing` says why. `tick` is called a few times a second. Chance comes from the generator given.

The same hub runs in a process with sockets, and in tests with a clock that is moved by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from random import Random
from typing import Final, TypeVar

from node.amop.carried import Carried
from node.amop.channel import ChannelSession
from node.amop.deliveries import Deliveries, fresh_sequence
from node.amop.limits import DEFAULT, Limits
from node.amop.link import Link, longest_message
from node.amop.link_messages import START_TTL, VERSION, Carry, Hello, Reply, Spread, Stuck
from node.amop.neighbours import Message, Neighbours, Targets
from node.amop.outbox import Outbox
from node.amop.requests import Answer, Multicast, Request, Rpc, Subscribed, Unicast, Verified
from node.amop.results import Result
from node.amop.seen import Seen
from node.amop.session import Parcel, Session
from node.amop.topics import Topics
from node.amop.twin import TwinNotice
from node.amop.unicasts import Unicasts
from node.amop.verification import PUSH, Verification
from primitives.record import Record

Peer = Session | Link
AnySession = TypeVar("AnySession", bound=Session)

MOST_PLANS: Final = 4_096
"""Topics whose way is remembered."""


class Plan(Record):
    """Where a topic's messages go, until some table changes."""

    candidates: Targets
    """The nodes that hold it, ourselves included."""

    groups: tuple[tuple[bytes, Targets], ...]
    """The other nodes, by the neighbour that leads to them."""


class Counters:
    """What has happened so far."""

    def __init__(self) -> None:
        self.unicasts = self.multicasts = self.pushed = self.passed = 0

    def as_dict(self) -> dict[str, int]:
        """By name."""
        return dict(vars(self))


class Hub:
    """One node."""

    def __init__(
        self, me: bytes, *, random: Random, now: float, epoch: int, name: str = "", limits: Limits = DEFAULT
    ) -> None:
        """`epoch` has to grow from one run to the next: milliseconds since 1970 do."""
        self.me, self.limits, self.counters = me, limits, Counters()
        self.hello = Hello(VERSION, me, epoch, name, longest_message(limits))
        self.answer_rpc: Callable[[bytes], bytes] = lambda _: b""
        """Answers what a client asks the node itself."""

        self.notify: Callable[[TwinNotice], None] = lambda _: None
        """Told what whoever runs the node should know."""

        self.sessions: dict[Session, None] = {}
        self.links: dict[Link, None] = {}
        self.topics = Topics()
        self.neighbours = Neighbours(
            self.hello,
            limits,
            deliver=self._deliver,
            changed=self._note_change,
            noticed=self._note_twin,
        )
        self._random, self._epoch, self.began = random, epoch, now
        self.dirty: list[Outbox] = []
        self._numbers, self._seen, self._carried = count(), Seen(limits), Carried()
        self._plans: dict[bytes, Plan] = {}
        self._topics_due = self._ways_changed = False
        self._unicasts = Unicasts(self._candidates, self._send_unicast, random, limits)
        self._deliveries = Deliveries(self.topics, random, limits)
        self.verification = Verification(self._ask_verification, limits.verification_seconds)

    # Peers come, talk and go.

    def open_channel(self, now: float) -> ChannelSession:
        """A client that speaks 2.x."""
        return self.admit(ChannelSession(self.limits, self.dirty, now))

    def admit(self, session: AnySession) -> AnySession:
        """Any client."""
        self.sessions[session] = None
        return session

    def open_link(self, now: float, *, dialled: bool, certified: bytes | None = None) -> Link:
        """Another node, which its certificate names; None without certificates."""
        link = Link(self.hello, self.limits, self.dirty, now, dialled=dialled, certified=certified)
        self.links[link] = None
        return link

    def feed(self, peer: Peer, data: bytes, now: float) -> None:
        """Bytes from a peer."""
        if isinstance(peer, Link):
            for message in peer.receive(data, now):
                if peer.closing is None:
                    self.neighbours.receive(peer, message, now)
        else:
            for request in peer.receive(data, now):
                self._take(peer, request, now)

    def drop(self, peer: Peer, now: float) -> None:
        """A peer's connection is closed."""
        peer.close("gone", "the connection is gone")
        if isinstance(peer, Link):
            self.links.pop(peer, None)
            self.neighbours.leave(peer, now)
        elif peer in self.sessions:
            del self.sessions[peer]
            self._subscribe(peer, Subscribed((), replaces=True))
            self._unicasts.drop_session(peer)
            self._deliveries.drop_session(peer, now)

    def tick(self, now: float) -> None:
        """Do what is due."""
        for session in self.sessions:
            session.tick(now)
        for link in self.links:
            link.tick(now)
        self._deliveries.tick(now)
        self._unicasts.tick(now)
        if self._ways_changed:
            self._ways_changed = False
            self._unicasts.send_again(self.me, now)
        self.verification.tick(now)
        self.neighbours.tick(now)

    def flush(self) -> None:
        """Hand all peers' bytes to their carriers."""
        if self._topics_due:
            self._topics_due = False
            self.neighbours.announce(self.topics.all)
        self.neighbours.settle()
        while self.dirty:
            self.dirty.pop().flush()

    # What can be looked at.

    @property
    def unanswered(self) -> int:
        """Unicasts of our publishers without an answer yet."""
        return len(self._unicasts)

    @property
    def undelivered(self) -> int:
        """Unicasts that wait for one of our subscribers."""
        return len(self._deliveries)

    @property
    def dropped(self) -> int:
        """Frames that found no room, on the connections that are open."""
        boxes = (*(each.outbox for each in self.sessions), *(each.outbox for each in self.links))
        return sum(box.dropped for box in boxes)

    # What clients want.

    def _take(self, session: Session, request: Request, now: float) -> None:
        match request:
            case Unicast():
                if not self._is_answer(session, request, now):
                    self.counters.unicasts += 1
                    parcel = Parcel(request.seq, request.topic, request.content, multicast=False)
                    self._unicasts.begin(session, parcel, now)
            case Multicast():
                if not self._is_answer(session, request, now):
                    self._multicast(session, request, now)
            case Answer():
                self._deliveries.answer(session, request.seq, request.result, request.content, now)
            case Subscribed():
                self._subscribe(session, request)
                self.verification.tick(now)
            case Rpc():
                session.answer_rpc(request.seq, self.answer_rpc(request.text))
            case Verified():
                self._note_verified(session, request)

    def _is_answer(self, session: Session, request: Unicast | Multicast, now: float) -> bool:
        """A frame with the sequence of a message that waits for its answer is that answer, whatever its
        kind.
        """
        return bool(session.awaited) and self._deliveries.answer(
            session, request.seq, Result.OK, request.content, now
        )

    def _subscribe(self, session: Session, request: Subscribed) -> None:
        fresh = sum(topic not in self.topics.all for topic in request.topics)
        if len(self.topics.all) + fresh > self.limits.node_topics:
            session.ignored += 1
            return
        if self.topics.subscribe(session, request.topics, replaces=request.replaces):
            self._topics_due = True
        self._plans.clear()

    def _multicast(self, session: Session, request: Multicast, now: float) -> None:
        self.counters.multicasts += 1
        plan = self._plan(request.topic)
        self._push_to_all(Parcel(request.seq, request.topic, request.content, multicast=True), now)
        if plan.groups:
            number = next(self._numbers)
            message = Spread(
                self.me, (), START_TTL, self._epoch, number, request.seq, request.topic, request.content
            )
            self.neighbours.spread(message, plan.groups)
        session.acknowledge(request.seq, request.topic, request.content)

    def _push_to_all(self, parcel: Parcel, now: float) -> None:
        for session in self.topics.sessions(parcel.topic):
            if session.closing is None and session.push(parcel, now):
                self.counters.pushed += 1

    def _note_verified(self, session: Session, found: Verified) -> None:
        try:
            node = bytes.fromhex(found.node)
        except ValueError:
            node = b""
        asked = PUSH + found.topic in session.topics
        if asked and self.verification.note_result(node, found.topic, good=found.good):
            self._plans.clear()
        else:
            session.ignored += 1

    def _ask_verification(self, topic: bytes, challenge: bytes, node: bytes) -> bool:
        sessions = self.topics.sessions(PUSH + topic)
        if not sessions:
            return False
        sequence = fresh_sequence(self._random)
        return self._random.choice(sessions).ask_verification(sequence, topic, challenge, node.hex())

    # Where things go.

    def _candidates(self, topic: bytes) -> Targets:
        return self._plan(topic).candidates

    def _plan(self, topic: bytes) -> Plan:
        plan = self._plans.get(topic)
        if plan is None:
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
            plan = self._plans[topic] = self._make_plan(topic)
        return plan

    def _make_plan(self, topic: bytes) -> Plan:
        reaches, allows = self.neighbours.routes.reaches, self.verification.allows
        holders = self.neighbours.directory.holders(topic)
        others = sorted(node for node in holders if node != self.me and reaches(node) and allows(node, topic))
        here = (self.me,) if self.topics.sessions(topic) else ()
        return Plan((*here, *others), self.neighbours.groups(others))

    def _note_change(self, node: bytes | None, now: float) -> None:
        self._plans.clear()
        if node is None:
            self._ways_changed = True
            self._unicasts.note_ways(self._reaches, now)
        elif node != self.me:
            self.verification.note_topics(node, self.neighbours.directory.topics(node), now)

    def _note_twin(self, notice: TwinNotice) -> None:
        self.notify(notice)

    def _reaches(self, node: bytes) -> bool:
        return node == self.me or self.neighbours.routes.reaches(node)

    def _send_unicast(self, node: bytes, number: int, parcel: Parcel, now: float) -> bool:
        if node == self.me:
            self.counters.pushed += 1
            self._deliveries.begin(parcel, partial(self._unicasts.answer, number, node), now)
            return True
        carry = Carry(self.me, node, START_TTL, number, parcel.seq, parcel.topic, parcel.content)
        return self.neighbours.forward(carry, now)

    # What other nodes send us.

    def _deliver(self, message: Message, now: float) -> None:
        self.counters.passed += 1
        match message:
            case Spread():
                if self._seen.is_new(message.source, message.epoch, message.number):
                    parcel = Parcel(message.seq, message.topic, message.content, multicast=True)
                    self._push_to_all(parcel, now)
            case Carry():
                self._deliver_unicast(message, now)
            case Reply():
                self._unicasts.answer(message.id, message.source, message.result, message.content, now)
            case Stuck():
                self._unicasts.stuck(message.id, message.source, now)

    def _deliver_unicast(self, message: Carry, now: float) -> None:
        if not self._carried.is_new(message.source, message.id):
            known = self._carried.reply(message.source, message.id)
            if known is not None:
                self.neighbours.forward(known, now)
            return
        parcel = Parcel(message.seq, message.topic, message.content, multicast=False)
        back = Reply(self.me, message.source, START_TTL, message.id, Result.OK, b"")
        self._deliveries.begin(parcel, partial(self._reply, back), now)

    def _reply(self, back: Reply, result: int, content: bytes, now: float) -> None:
        reply = Reply(back.source, back.target, back.ttl, back.id, result, content)
        self._carried.note(reply)
        self.neighbours.forward(reply, now)
