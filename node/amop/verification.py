"""Private topics: only subscribers whose key a publisher knows get what is sent to them.

A private topic's name on the wire begins with a mark of its own. Its subscriber also subscribes to a
**challenge topic** that nobody else can guess, its publisher to a **push topic** by which its node finds it.
When a node hears that another holds a private topic, it asks one of its own publishers to verify it: the
publisher sends a random value to the challenge topic, checks the signature that comes back, and reports.
Until it reports well, that other node is no candidate for the topic.

Sessions of the same node need no verification, and a node that is verified counts for all its sessions, as
with a genuine node. When the challenge topic goes away, and with it the subscriber that signed, the node has
to be verified anew; a genuine node asks again only when the private topic itself has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from node.amop.states import VERIFICATION, Machine

PRIVATE: Final = b"#!$TopicNeedVerify_"
CHALLENGE: Final = b"#!$VerifyChannel_"
PUSH: Final = b"#!$PushChannel_"

MOST: Final = 65_536
"""Private topics of other nodes that are followed; further ones stay unverified."""

Ask = Callable[[bytes, bytes, bytes], bool]
"""Ask a local publisher to verify: topic, challenge topic, node; False if there is none."""


class Verification:
    """What this node knows of the private topics of others."""

    def __init__(self, ask: Ask, seconds: float) -> None:
        """`seconds` pass before the same question is asked again."""
        self._ask, self._seconds = ask, seconds
        self._machines: dict[tuple[bytes, bytes], Machine] = {}
        self._asked: dict[tuple[bytes, bytes], float] = {}
        self._challenges: dict[tuple[bytes, bytes], bytes] = {}

    def note_topics(self, node: bytes, topics: Iterable[bytes], now: float) -> None:
        """Another node's list has changed."""
        topics = frozenset(topics)
        private = {topic for topic in topics if topic.startswith(PRIVATE)}
        for key in [key for key in self._machines if key[0] == node and not self._stands(key, topics)]:
            self._machines[key].takes("withdrawn")
            del self._machines[key]
            self._asked.pop(key, None)
            self._challenges.pop(key, None)
        for topic in private:
            if len(self._machines) >= MOST and (node, topic) not in self._machines:
                continue
            machine = self._machines.setdefault((node, topic), Machine(VERIFICATION))
            machine.takes("announced")
            challenge = _challenge(topic, topics)
            if challenge is not None:
                self._challenges.setdefault((node, topic), challenge)
        self.tick(now)

    def _stands(self, key: tuple[bytes, bytes], topics: frozenset[bytes]) -> bool:
        """Whether a node still holds a private topic, and the challenge topic by which it is verified;
        if not, the subscriber that signed is gone, and others may be left.
        """
        return key[1] in topics and self._challenges.get(key, key[1]) in topics

    def tick(self, now: float) -> None:
        """Ask what is still to be asked, as often as it is due."""
        for key, machine in self._machines.items():
            challenge = self._challenges.get(key)
            due = now - self._asked.get(key, -self._seconds) >= self._seconds
            if machine.state == "verifying" and due and challenge is not None:
                node, topic = key
                if self._ask(topic, challenge, node):
                    self._asked[key] = now

    def note_result(self, node: bytes, topic: bytes, *, good: bool) -> bool:
        """A publisher's report; whether it was waited for."""
        machine = self._machines.get((node, topic))
        return machine is not None and machine.takes("good" if good else "bad")

    def allows(self, node: bytes, topic: bytes) -> bool:
        """Whether a topic's messages may go to another node."""
        return not topic.startswith(PRIVATE) or self.state(node, topic) == "verified"

    def state(self, node: bytes, topic: bytes) -> str:
        """How far the verification is."""
        machine = self._machines.get((node, topic))
        return "unknown" if machine is None else machine.state


def _challenge(topic: bytes, topics: frozenset[bytes]) -> bytes | None:
    prefix = CHALLENGE + topic
    return min((each for each in topics if each.startswith(prefix)), default=None)
