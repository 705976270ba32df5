"""What a messenger does for whoever builds on it: subscribe to topics, send to one subscriber or to all.

A **topic** is a name that nobody owns. A **unicast** goes to one subscriber, chosen at random, and brings
back its answer; a **multicast** goes to all of them and brings back nothing. Messages are bytes.

What may be relied on, whichever implementation is behind it:

* a unicast ends within its timeout, with an answer or with an error that says why;
* a multicast reaches each subscriber at most once; whoever is away misses it, nothing is kept for later;
* a unicast is at least once: a subscriber that does not answer in time may have had the message, and another
  gets it too. Both see the same `Incoming.id`;
* handlers are started in the order in which messages arrive.

Two implementations: `node.amop.client.Client` talks to a node; `node.amop.in_process.Network` joins many in
one process, over lines as bad as one likes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from primitives.record import Record

LONGEST_TOPIC: Final = 254
"""Bytes of a topic's UTF-8 form."""

PATIENCE: Final = 60.0
"""Seconds that a unicast may take when nothing else is said; a node gives up by itself by then."""


class Incoming(Record):
    """A message as a subscriber gets it."""

    topic: str
    data: bytes

    multicast: bool
    """Whether everybody got it; if not, what the handler returns is the answer."""

    id: str
    """The same for all attempts to deliver one message."""


Handler = Callable[[Incoming], Awaitable[bytes | None]]
"""What to do with a message. What it returns answers a unicast, None being empty; if it raises, there is no
answer, and the message goes to another subscriber.
"""


class Messenger(Protocol):
    """Topics to subscribe to, and to send to."""

    async def subscribe(self, topic: str, handler: Handler) -> None:
        """Get what is sent to a topic from now on; a second handler replaces the first."""

    async def unsubscribe(self, topic: str) -> None:
        """Get nothing more of it."""

    async def unicast(self, topic: str, data: bytes, *, timeout: float = PATIENCE) -> bytes:
        """Send to one subscriber and give its answer; `timeout` is in seconds. Raises `Undelivered`."""

    async def multicast(self, topic: str, data: bytes) -> None:
        """Send to every subscriber; that there is none is no error. Raises `Undelivered`."""


class TopicError(ValueError):
    """This cannot be a topic."""


class Undelivered(Exception):
    """There is no answer, and why."""


class NoSubscriber(Undelivered):
    """Nobody whom we can reach subscribes to the topic."""


class NotAnswered(Undelivered):
    """There are subscribers, and none of them answered."""


class TimedOut(Undelivered):
    """The time given was over first."""


class Rejected(Undelivered):
    """The message is too large, or there are too many."""


class Disconnected(Undelivered):
    """The connection to the node was lost meanwhile."""


def topic_bytes(topic: str) -> bytes:
    """The topic as it is sent; raises `TopicError` if it is too long, empty or not Unicode."""
    try:
        made = topic.encode()
    except UnicodeEncodeError as error:
        raise TopicError(f"a topic is Unicode text: {error.reason}") from None
    if not 1 <= len(made) <= LONGEST_TOPIC:
        raise TopicError(f"a topic has 1 to {LONGEST_TOPIC} bytes, found {len(made)}")
    return made
