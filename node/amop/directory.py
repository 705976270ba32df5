"""Which node holds which topics, as far as we have heard.

Every node numbers its own list of topics and announces it anew at each change. Announcements are passed on
from node to node; one that is not newer than what is known ends there. Neighbours compare digests of all that
they know now and then (**anti-entropy**), so that whatever got lost is made good.

A node that starts again begins with a new epoch. Should its clock have gone back, it meets an old list of its
own that seems newer; then it announces its real list with an epoch after that one.

Lists of nodes out of reach are kept for when they come back, up to a number of nodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from hashlib import blake2b
from typing import Final

from node.amop.link_messages import Announcement, Version

SMALLEST: Final = (-1, -1)
LONGEST_NAME: Final = 64


class Directory:
    """The newest list of every node, our own included."""

    def __init__(self, me: bytes, epoch: int, most_nodes: int, name: str = "") -> None:
        self._me, self._most_nodes = me, most_nodes
        self.names: dict[bytes, str] = {me: name}
        self._lists: dict[bytes, tuple[tuple[int, int], frozenset[bytes]]] = {me: ((epoch, 0), frozenset())}
        self._holders: dict[bytes, set[bytes]] = {}
        self._digest: bytes | None = None

    # What changes it.

    def set_own(self, topics: Iterable[bytes]) -> Announcement:
        """Our own list has changed; gives what to tell the neighbours."""
        (epoch, number), _ = self._lists[self._me]
        return self._put_own((epoch, number + 1), frozenset(topics))

    def _put_own(self, version: tuple[int, int], topics: frozenset[bytes]) -> Announcement:
        self._store(self._me, version, topics)
        return self.announcement(self._me)

    def hear(self, told: Announcement, reachable: Collection[bytes]) -> Announcement | None:
        """Take an announcement; gives what to pass on, None if it is no news."""
        if not self.is_newer(told):
            return None
        node, version = told.version.node, (told.version.epoch, told.version.number)
        if node == self._me:  # a list of an earlier run of ours
            return self._put_own((version[0] + 1, 0), self.topics(self._me))
        if node not in self._lists and not self._make_room(reachable):
            return None
        self._store(node, version, frozenset(told.topics))
        self.names[node] = told.name[:LONGEST_NAME]
        return self.announcement(node)

    def is_newer(self, told: Announcement) -> bool:
        """Whether an announcement is news to us."""
        return (told.version.epoch, told.version.number) > self.version(told.version.node)

    def _make_room(self, reachable: Collection[bytes]) -> bool:
        if len(self._lists) < self._most_nodes:
            return True
        away = next((node for node in self._lists if node != self._me and node not in reachable), None)
        if away is None:
            return False
        self._store(away, SMALLEST, frozenset())
        del self._lists[away], self.names[away]
        return True

    def _store(self, node: bytes, version: tuple[int, int], topics: frozenset[bytes]) -> None:
        before = self.topics(node)
        for topic in before - topics:
            self._holders[topic].discard(node)
            if not self._holders[topic]:
                del self._holders[topic]
        for topic in topics - before:
            self._holders.setdefault(topic, set()).add(node)
        self._lists[node] = (version, topics)
        self._digest = None

    # What can be asked.

    def version(self, node: bytes) -> tuple[int, int]:
        """Of the list that we have of a node."""
        known = self._lists.get(node)
        return SMALLEST if known is None else known[0]

    def topics(self, node: bytes) -> frozenset[bytes]:
        """That a node holds."""
        known = self._lists.get(node)
        return frozenset() if known is None else known[1]

    def holders(self, topic: bytes) -> Collection[bytes]:
        """The nodes that hold a topic, reachable or not."""
        return self._holders.get(topic, ())

    @property
    def nodes(self) -> Collection[bytes]:
        """All that we know a list of."""
        return self._lists.keys()

    def announcement(self, node: bytes) -> Announcement:
        """What we know of one node."""
        (epoch, number), topics = self._lists[node]
        return Announcement(Version(node, epoch, number), tuple(sorted(topics)), self.names[node])

    # Anti-entropy.

    @property
    def digest(self) -> bytes:
        """The same for two nodes that know the same."""
        if self._digest is None:
            state = blake2b(digest_size=16)
            for each in self.summary():
                state.update(each.node + each.epoch.to_bytes(8) + each.number.to_bytes(8))
            self._digest = state.digest()
        return self._digest

    def summary(self) -> tuple[Version, ...]:
        """What we know of all nodes, by version."""
        return tuple(Version(node, *version) for node, (version, _) in sorted(self._lists.items()))

    def compare(self, theirs: Iterable[Version]) -> tuple[list[bytes], list[bytes]]:
        """Against a neighbour's summary: the nodes it should hear of, and those we should."""
        told = {each.node: (each.epoch, each.number) for each in theirs}
        behind = [node for node, (version, _) in self._lists.items() if version > told.get(node, SMALLEST)]
        ahead = [node for node, version in told.items() if version > self.version(node)]
        return behind, ahead
