"""Unicasts at the node that was chosen: one subscriber after the other, until one answers.

The first is chosen at random among those that have room for the message; so is each next one, among those
not tried. A subscriber has a few seconds. No attempt is begun that could end after the publisher's node has
stopped waiting.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from node.amop.limits import Limits
from node.amop.results import Result
from node.amop.session import HEX_SEQUENCE, Parcel, Session
from node.amop.states import DELIVERY, Machine
from node.amop.topics import Topics

Done = Callable[[int, bytes, float], None]
"""Told what becomes of a delivery: result code, content, and the time."""


def fresh_sequence(random: Random) -> bytes:
    """32 letters that nobody has used."""
    return f"{random.getrandbits(128):032x}".encode()


class Delivery:
    """One message on its way to one of our sessions."""

    __slots__ = ("begun", "deadline", "done", "machine", "parcel", "session", "tried")

    def __init__(self, parcel: Parcel, done: Done, now: float) -> None:
        self.parcel, self.done, self.begun, self.deadline = parcel, done, now, now
        self.machine = Machine(DELIVERY)
        self.session: Session | None = None
        self.tried: list[Session] = []


class Deliveries:
    """All that wait for an answer of a session of ours."""

    def __init__(self, topics: Topics, random: Random, limits: Limits) -> None:
        self._topics, self._random, self._limits = topics, random, limits
        self._last_begin = limits.node_seconds - 2 * limits.session_seconds
        self._waiting: dict[Delivery, None] = {}
        """In the order of their deadlines, since every attempt is given the same time."""

        self._held = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, parcel: Parcel, done: Done, now: float) -> None:
        """Find a subscriber for a message; `done` is called once, maybe before this returns."""
        limits = self._limits
        if len(self._waiting) >= limits.deliveries or self._held + parcel.size > limits.deliveries_bytes:
            done(Result.REJECTED, b"", now)
            return
        self._held += parcel.size
        self._try_next(Delivery(parcel, done, now), now)

    def _try_next(self, delivery: Delivery, now: float) -> None:
        sessions = self._topics.sessions(delivery.parcel.topic)
        left = [each for each in sessions if each not in delivery.tried] if delivery.tried else list(sessions)
        while left and now - delivery.begun <= self._last_begin:
            session = left.pop(self._random.randrange(len(left))) if len(left) > 1 else left.pop()
            delivery.tried.append(session)
            parcel = self._parcel_for(session, delivery.parcel)
            if session.closing is None and session.push(parcel, now):
                self._ask(delivery, session, parcel, now)
                return
        delivery.machine.takes("none is left")
        self._finish(delivery, Result.NO_SESSION, b"", now)

    def _parcel_for(self, session: Session, parcel: Parcel) -> Parcel:
        """The message itself, or one with another sequence where its own cannot be used or is in use."""
        if len(parcel.seq) == HEX_SEQUENCE and parcel.seq not in session.awaited:
            return parcel
        return Parcel(fresh_sequence(self._random), parcel.topic, parcel.content, multicast=False)

    def _ask(self, delivery: Delivery, session: Session, parcel: Parcel, now: float) -> None:
        delivery.machine.takes("a session is left")
        delivery.session, delivery.deadline = session, now + self._limits.session_seconds
        delivery.parcel = parcel
        session.awaited[parcel.seq] = delivery
        self._waiting[delivery] = None

    def _stop_waiting(self, delivery: Delivery, event: str) -> None:
        delivery.machine.takes(event)
        del self._waiting[delivery]
        assert delivery.session is not None
        del delivery.session.awaited[delivery.parcel.seq]

    def _finish(self, delivery: Delivery, result: int, content: bytes, now: float) -> None:
        self._held -= delivery.parcel.size
        delivery.done(result, content, now)

    def answer(self, session: Session, seq: bytes, result: int, content: bytes, now: float) -> bool:
        """A session has answered; whether anything waited for it."""
        delivery = session.awaited.get(seq)
        if delivery is None:
            return False
        self._stop_waiting(delivery, "answer")
        self._finish(delivery, result, content, now)
        return True

    def drop_session(self, session: Session, now: float) -> None:
        """A session is gone: what it has not answered goes to others."""
        for delivery in list(session.awaited.values()):
            self._stop_waiting(delivery, "session gone")
            self._try_next(delivery, now)

    def tick(self, now: float) -> None:
        """Go on with those whose subscriber has not answered in time."""
        while self._waiting:
            delivery = next(iter(self._waiting))
            if delivery.deadline > now:
                return
            self._stop_waiting(delivery, "time is over")
            self._try_next(delivery, now)
