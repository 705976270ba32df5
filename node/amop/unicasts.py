"""Unicasts at the publisher's node: one node after the other, until an answer comes.

Candidates are all nodes within reach that hold the topic, this one included; each is as likely as any other,
however many subscribers it has. A candidate that cannot be reached, does not answer in time, or finds no
subscriber that answers, is crossed out, and another is tried while there is time.

Differs from a genuine node, where a candidate without a subscriber that answers is the last one tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from random import Random
from typing import Final

from node.amop.limits import Limits
from node.amop.results import Result
from node.amop.session import Parcel, Session
from node.amop.states import UNICAST, Machine

Candidates = Callable[[bytes], Sequence[bytes]]
"""The nodes that a topic's messages may go to."""

Send = Callable[[bytes, int, Parcel, float], bool]
"""Send to a node a unicast with its number; False if there is no way."""

NUMBERS: Final = 1 << 62
"""The first number is drawn below it, so that answers to an earlier run of ours match nothing."""


class Asking:
    """One unicast of one of our publishers."""

    __slots__ = (
        "begun",
        "copies",
        "deadline",
        "left",
        "machine",
        "node",
        "number",
        "parcel",
        "result",
        "session",
    )

    def __init__(self, number: int, session: Session, parcel: Parcel, left: list[bytes], now: float) -> None:
        self.number, self.session, self.parcel, self.left = number, session, parcel, left
        self.machine = Machine(UNICAST)
        self.begun = self.deadline = now
        self.node = b""
        self.copies = 0
        """Sent to that node, as far as we know none of them stuck."""

        self.result = int(Result.NO_PEER)


class Unicasts:
    """All unicasts of our publishers that have no answer yet."""

    def __init__(self, candidates: Candidates, send: Send, random: Random, limits: Limits) -> None:
        self._candidates, self._send, self._random, self._limits = candidates, send, random, limits
        self._numbers = count(random.randrange(NUMBERS))
        self._last_begin = limits.total_seconds - limits.node_seconds
        self._waiting: dict[int, Asking] = {}
        """In the order of their deadlines, since every node is given the same time."""

        self._lost: dict[int, float] = {}
        """Those whose node is out of reach, and since when."""

    def __len__(self) -> int:
        return len(self._waiting)

    def begin(self, session: Session, parcel: Parcel, now: float) -> None:
        """Find a subscriber somewhere; the session is answered once, maybe before this returns."""
        if self._is_too_much(session, parcel):
            session.answer(parcel.seq, Result.REJECTED, parcel.topic, b"")
            return
        session.unanswered += 1
        session.unanswered_bytes += parcel.size
        asking = Asking(next(self._numbers), session, parcel, list(self._candidates(parcel.topic)), now)
        self._try_next(asking, now)

    def _is_too_much(self, session: Session, parcel: Parcel) -> bool:
        """A single message is never too much, whatever its size."""
        total = session.unanswered_bytes + parcel.size
        too_large = session.unanswered > 0 and total > self._limits.unanswered_bytes
        return too_large or session.unanswered >= self._limits.unanswered

    def _try_next(self, asking: Asking, now: float) -> None:
        left = asking.left
        self._lost.pop(asking.number, None)
        while left and now - asking.begun <= self._last_begin:
            asking.node = left.pop(self._random.randrange(len(left))) if len(left) > 1 else left.pop()
            asking.machine.takes("a node is left")
            asking.deadline = now + self._limits.node_seconds
            asking.copies = 1
            self._waiting[asking.number] = asking
            if self._send(asking.node, asking.number, asking.parcel, now):
                return
            del self._waiting[asking.number]
            asking.machine.takes("node out of reach")
        asking.machine.takes("none is left")
        self._finish(asking, asking.result, b"")

    def _finish(self, asking: Asking, result: int, content: bytes) -> None:
        asking.session.unanswered -= 1
        asking.session.unanswered_bytes -= asking.parcel.size
        if asking.session.closing is None:
            asking.session.answer(asking.parcel.seq, result, asking.parcel.topic, content)

    def answer(self, number: int, node: bytes, result: int, content: bytes, now: float) -> None:
        """A node has answered; an answer that nobody waits for is dropped."""
        asking = self._waiting.get(number)
        if asking is None or asking.node != node:
            return
        del self._waiting[number]
        if result == Result.NO_SESSION and not content:
            asking.result = result
            asking.machine.takes("no subscriber there")
            self._try_next(asking, now)
        else:
            asking.machine.takes("answer")
            self._finish(asking, result, content)

    def stuck(self, number: int, node: bytes, now: float) -> None:
        """A copy has not got to a node. If there is another copy on its way, that one may have."""
        asking = self._waiting.get(number)
        if asking is not None and asking.node == node:
            asking.copies -= 1
            if not asking.copies:
                self._go_on(asking, "node out of reach", now)

    def _go_on(self, asking: Asking, event: str, now: float) -> None:
        del self._waiting[asking.number]
        asking.machine.takes(event)
        self._try_next(asking, now)

    def note_ways(self, reaches: Callable[[bytes], bool], now: float) -> None:
        """Ways have changed: notice whose node has gone out of reach, or come back."""
        lost = (each.number for each in self._waiting.values() if not reaches(each.node))
        self._lost = {number: self._lost.get(number, now) for number in lost}

    def send_again(self, me: bytes, now: float) -> None:
        """Ways have changed: what waits for other nodes may have been lost with a link."""
        for asking in list(self._waiting.values()):
            if asking.node != me:
                asking.copies += self._send(asking.node, asking.number, asking.parcel, now)

    def drop_session(self, session: Session) -> None:
        """A publisher is gone; nobody needs its answers."""
        for asking in [each for each in self._waiting.values() if each.session is session]:
            asking.machine.takes("publisher gone")
            del self._waiting[asking.number]

    def tick(self, now: float) -> None:
        """Go on with those whose node has not answered in time, or has been out of reach for a while. Many a
        node is out of reach for a moment while ways change, and has the message already.
        """
        for number in [
            each for each, since in self._lost.items() if now - since >= self._limits.reach_seconds
        ]:
            del self._lost[number]
            if number in self._waiting:
                self._go_on(self._waiting[number], "node out of reach", now)
        while self._waiting:
            asking = next(iter(self._waiting.values()))
            if asking.deadline > now:
                return
            self._go_on(asking, "time is over", now)
