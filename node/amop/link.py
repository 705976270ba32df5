"""One link to another node: bytes in, messages out, and the other way round.

Whoever dials says the preamble; then both say hello, and the link is up. Over TLS the certificate has already
said which node this is, and the hello must agree. Either side tells something at least every few seconds; a
link that is silent for longer is dead, whatever the operating system thinks of it.
"""

from __future__ import annotations

from typing import Final

from node.amop.errors import PeerError
from node.amop.limits import Limits
from node.amop.link_messages import (
    PREAMBLE,
    VERSION,
    Announcement,
    Carry,
    Hello,
    LinkMessage,
    MessageReader,
    Reply,
    Spread,
    Stuck,
    encode,
)
from node.amop.outbox import Outbox
from node.amop.states import CLOSED, LINK, Machine

TABLES: Final = 24 << 20
"""Bytes of the longest table that a node within its limits sends."""

ENVELOPE: Final = 1 << 20
"""Bytes that a link message may have beyond the longest frame: ids, and the targets of a multicast."""

SLACK: Final = 2 * TABLES
"""Bytes of tables that may wait when messages have filled the link already; lists of topics take half of it,
so that they never cost a link the room for what must not get lost.
"""


def longest_message(limits: Limits) -> int:
    """Bytes of the longest message that a node takes from another."""
    return max(limits.frame, TABLES) + ENVELOPE


class Link:
    """A link as one of its ends sees it."""

    def __init__(
        self,
        hello: Hello,
        limits: Limits,
        dirty: list[Outbox],
        now: float,
        *,
        dialled: bool,
        certified: bytes | None = None,
    ) -> None:
        """`hello` is what we say; `certified` is the node that the peer's certificate names."""
        self.limits, self.dialled = limits, dialled
        self.outbox = Outbox(limits.link_waiting, dirty)
        self.machine = Machine(LINK)
        self.closing: str | None = None
        self.peer: bytes | None = None
        """The other node, once it has said hello."""

        self.peer_epoch = 0
        self.peer_name = ""
        self.vector = -1
        """Number of the last table of distances that came."""

        self.heard = self.up_since = now
        self.messages_in = self.messages_out = 0
        self._us, self._certified = hello, certified
        self._reader = MessageReader(longest_message(limits))
        self._longest = 0
        self.outbox.put(PREAMBLE + encode(hello) if dialled else encode(hello))

    @property
    def up(self) -> bool:
        """Whether both sides have said hello, and neither goodbye."""
        return self.machine.state == "up"

    @property
    def closed(self) -> bool:
        """Whether it is over."""
        return self.machine.state == CLOSED

    def receive(self, data: bytes, now: float) -> list[LinkMessage]:
        """The messages in these bytes, the hello included; may set `closing`."""
        self.heard = now
        if self.closing is not None:
            return []
        try:
            messages = self._reader.receive(data)
            for each in messages:
                self._notice(each, now)
        except PeerError as error:
            self.close("wrong hello" if self.machine.state == "greeting" else "broken frame", str(error))
            return []
        self.messages_in += len(messages)
        return messages

    def _notice(self, message: LinkMessage, now: float) -> None:
        match message:
            case Hello():
                self._greet(message, now)
            case Carry() | Reply() | Stuck() | Spread():
                self._expect("message", message)
            case _:
                self._expect("tables", message)

    def _greet(self, hello: Hello, now: float) -> None:
        self._expect_hello(hello)
        self._expect("hello", hello)
        self.peer, self.peer_epoch, self.peer_name = hello.node, hello.epoch, hello.name[:64]
        self._longest = hello.longest
        self.up_since = now

    def _expect_hello(self, hello: Hello) -> None:
        if hello.version != VERSION:
            raise PeerError(f"the link's version is {VERSION}, found {hello.version}")
        if hello.node == self._us.node:
            raise PeerError("this is ourselves")
        if self._certified not in {None, hello.node}:
            raise PeerError("a node that is not the one its certificate names")

    def _expect(self, event: str, message: LinkMessage) -> None:
        if not self.machine.takes(event):
            raise PeerError(f"{type(message).__name__} while {self.machine.state}")

    def offer(self, message: LinkMessage) -> bool:
        """Send what may be dropped; False if too much waits already, or the other side takes none so long."""
        self.messages_out += 1
        piece = encode(message)
        if len(piece) > self._longest:
            self.outbox.dropped += 1
            return False
        return self.outbox.offer(piece)

    def tell(self, message: LinkMessage) -> None:
        """Send what keeps the nodes' tables in step. A peer that lets it pile up is given up."""
        piece = encode(message)
        if self.outbox.room(len(piece), SLACK):
            self.outbox.put(piece)
        else:
            self.close("silence", "does not read what keeps the tables in step")

    def announce(self, told: Announcement) -> None:
        """Send a list of topics. When too many wait it is dropped and counted, and the next comparison of
        tables makes it good: how often clients change their topics is not the peer's fault.
        """
        piece = encode(told)
        if self.outbox.room(len(piece), TABLES):
            self.outbox.put(piece)
        else:
            self.outbox.dropped += 1

    def close(self, event: str, reason: str) -> None:
        """Have the connection closed; the first reason stays."""
        self.machine.takes(event)
        if self.closing is None:
            self.closing = reason

    def tick(self, now: float) -> None:
        """Notice silence."""
        if now - self.heard >= self.limits.silence_seconds:
            self.close("silence", f"nothing heard for {self.limits.silence_seconds:g} s")
