"""The links of one node, the tables that are kept in step over them, and messages that pass through.

Tables go to neighbours as soon as they change, and are compared with theirs every few seconds. Messages go
from neighbour to neighbour: a unicast along the way to its target and its answer back, a multicast to all its
targets at once, parting only where their ways part.

Two nodes need one link. If they have dialled each other, the link stays that the node with the smaller id has
dialled; if one has dialled twice, or has been started again, the newer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from node.amop.directory import Directory
from node.amop.limits import Limits
from node.amop.link import Link
from node.amop.link_messages import (
    START_TTL,
    Announcement,
    Carry,
    Hello,
    LinkMessage,
    Ping,
    Reply,
    Spread,
    Stuck,
    Summary,
    Vector,
    VectorWanted,
    Wanted,
)
from node.amop.routes import Routes
from node.amop.twin import Outdoing, TwinNotice
from primitives.record import replace

AT_ONCE: Final = 16
"""Tables of distances that a node sends as fast as they change; then one each tick. Otherwise, where all
nodes are linked to each other, one that vanishes would set off a flood of them.
"""

Message = Carry | Reply | Stuck | Spread
Targets = tuple[bytes, ...]


class Neighbours:
    """Everything of a node that has to do with other nodes."""

    def __init__(
        self,
        me: Hello,
        limits: Limits,
        *,
        deliver: Callable[[Message, float], None],
        changed: Callable[[bytes | None, float], None],
        noticed: Callable[[TwinNotice], None],
    ) -> None:
        """`deliver` is called with what is for us, `changed` when other messages may go elsewhere now: with
        the node whose topics have changed, or with None. `noticed` is told what its operator should know.
        """
        self._me, self._limits = me, limits
        self._deliver, self._changed, self._noticed = deliver, changed, noticed
        self.routes = Routes(me.node)
        self.directory = Directory(me.node, me.epoch, limits.nodes, me.name)
        self._outdoing = Outdoing(me.node, limits.twin_seconds)
        self.links: dict[bytes, Link] = {}
        self._cut: dict[bytes, float] = {}
        self._vector_due = False
        self._at_once = AT_ONCE
        self._pinged = 0.0

    # Links.

    def join(self, link: Link, now: float) -> None:
        """A link is up, unless we have a better one, or none is wanted."""
        peer = self._peer_of(link)
        before = self.links.get(peer)
        if self._cut.get(peer, now) > now:
            link.close("cut", "this link is cut for a while")
            return
        if before is not None and not self._replaces(link, before):
            link.close("replaced", "there is a link to this node already")
            return
        if before is not None:
            before.close("replaced", "there is a newer link to this node")
        self.links[peer] = link
        joined = self.routes.join(peer)
        self._note_routes(joined or before is not None, now)  # what the old link carried may be lost
        self._tell_tables(peer, link)

    def _replaces(self, link: Link, before: Link) -> bool:
        if (
            before.closing is not None
            or link.peer_epoch != before.peer_epoch
            or link.dialled == before.dialled
        ):
            return True
        return link.dialled == (self._me.node < self._peer_of(link))

    def _tell_tables(self, peer: bytes, link: Link) -> None:
        link.tell(Vector(self.routes.number, self.routes.for_neighbour(peer)))
        link.tell(Summary(self.directory.summary()))

    def leave(self, link: Link, now: float) -> None:
        """A link is gone."""
        if link.peer is not None and self.links.get(link.peer) is link:
            del self.links[link.peer]
            self._note_routes(self.routes.leave(link.peer), now)

    def cut(self, peer: bytes, until: float) -> bool:
        """Close the link to a node and take no other until then; whether there was one."""
        self._cut[peer] = until
        link = self.links.get(peer)
        if link is not None:
            link.close("cut", "this link is cut for a while")
        return link is not None

    def heal(self, peer: bytes) -> bool:
        """Take links to a node again; whether it had been cut."""
        return self._cut.pop(peer, None) is not None

    def _note_routes(self, changed: bool, now: float) -> None:  # noqa: FBT001 - reads as a sentence
        if changed:
            self._vector_due = True
            self._changed(None, now)

    @staticmethod
    def _peer_of(link: Link) -> bytes:
        assert link.peer is not None, "the link has not been greeted"
        return link.peer

    # Tables.

    def announce(self, topics: Iterable[bytes]) -> None:
        """Our own topics have changed."""
        self._pass_on(self.directory.set_own(topics), None)

    def _pass_on(self, told: Announcement, but: Link | None) -> None:
        for link in self.links.values():
            if link is not but:
                link.announce(told)

    def settle(self) -> None:
        """Tell the neighbours what has changed in our table of distances, if anything has: now, or after the
        next tick if it has changed very often.
        """
        if self._vector_due and self._at_once:
            self._vector_due = False
            self._at_once -= 1
            for peer, link in self.links.items():
                link.tell(Vector(self.routes.number, self.routes.for_neighbour(peer)))

    def tick(self, now: float) -> None:
        """Compare tables with the neighbours, when it is time."""
        self._at_once = min(self._at_once + 1, AT_ONCE)
        self._cut = {peer: until for peer, until in self._cut.items() if until > now}
        if now - self._pinged >= self._limits.gossip_seconds:
            self._pinged = now
            ping = Ping(self.routes.number, self.directory.digest)
            for link in self.links.values():
                link.tell(ping)

    def receive(self, link: Link, message: LinkMessage, now: float) -> None:
        """Take what a neighbour says."""
        match message:
            case Carry() | Reply() | Stuck():
                self.forward(message, now)
            case Spread():
                self._receive_spread(message, now)
            case Hello():
                self.join(link, now)
            case _ if self.links.get(self._peer_of(link)) is link:
                self._receive_table(link, message, now)
            case _:
                pass  # a link that has been replaced

    def _receive_table(self, link: Link, message: LinkMessage, now: float) -> None:
        peer = self._peer_of(link)
        match message:
            case Ping():
                self._compare(link, message)
            case Vector():
                link.vector = message.number
                self._note_routes(self.routes.hear(peer, message.distances[: self._limits.nodes]), now)
            case VectorWanted():
                link.tell(Vector(self.routes.number, self.routes.for_neighbour(peer)))
            case Summary():
                self._compare_lists(link, message)
            case Wanted():
                for node in set(message.nodes) & set(self.directory.nodes):
                    link.announce(self.directory.announcement(node))
            case Announcement():
                self._hear(link, message, now)
            case _:
                pass

    def _compare(self, link: Link, ping: Ping) -> None:
        if ping.vector != link.vector:
            link.tell(VectorWanted())
        if ping.digest != self.directory.digest:
            link.tell(Summary(self.directory.summary()))

    def _compare_lists(self, link: Link, told: Summary) -> None:
        behind, ahead = self.directory.compare(told.versions)
        for node in behind:
            link.announce(self.directory.announcement(node))
        if ahead:
            link.tell(Wanted(tuple(ahead[: self._limits.nodes])))

    def _hear(self, link: Link, told: Announcement, now: float) -> None:
        if len(told.topics) > self._limits.node_topics:
            link.close("broken frame", f"a node that holds {len(told.topics)} topics")
            return
        if self.directory.is_newer(told) and told.version.node == self._me.node and not self._outdo(now):
            return  # the next comparison brings it again
        news = self.directory.hear(told, self.routes.table.keys())
        if news is not None:
            self._pass_on(news, None if news.version.node == self._me.node else link)
            self._changed(news.version.node, now)

    def _outdo(self, now: float) -> bool:
        """Whether it is time to outdo a list in our name; if not, say so."""
        if self._outdoing.may(now):
            return True
        notice = self._outdoing.notice()
        if notice is not None:
            self._noticed(notice)
        return False

    # Messages.

    def forward(self, message: Carry | Reply | Stuck, now: float) -> bool:
        """Take a message one step on its way, which may end here; False if there is no way."""
        if message.target == self._me.node:
            self._deliver(message, now)
            return True
        if message.ttl > 0 and self._offer(replace(message, ttl=message.ttl - 1)):
            return True
        if isinstance(message, Carry) and message.source != self._me.node:
            self._offer(Stuck(message.target, message.source, START_TTL, message.id))
        return False

    def _offer(self, message: Carry | Reply | Stuck) -> bool:
        hop = self.routes.next_hop(message.target)
        link = None if hop is None else self.links.get(hop)
        return link is not None and link.offer(message)

    def groups(self, targets: Iterable[bytes]) -> tuple[tuple[bytes, Targets], ...]:
        """Targets by the neighbour that leads to them; those out of reach are left out."""
        found: dict[bytes, list[bytes]] = {}
        for target in sorted(targets):
            hop = self.routes.next_hop(target)
            if hop is not None:
                found.setdefault(hop, []).append(target)
        return tuple((hop, tuple(group)) for hop, group in found.items())

    def spread(self, message: Spread, groups: Sequence[tuple[bytes, Targets]]) -> None:
        """Send a multicast to its targets, one copy to each neighbour that leads to some."""
        for hop, targets in groups:
            link = self.links.get(hop)
            if link is not None:
                link.offer(replace(message, targets=targets))

    def _receive_spread(self, message: Spread, now: float) -> None:
        if self._me.node in message.targets:
            self._deliver(message, now)
        others = [each for each in message.targets if each != self._me.node]
        if others and message.ttl > 0:
            self.spread(replace(message, ttl=message.ttl - 1), self.groups(others))
