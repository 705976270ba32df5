"""Who subscribes to what on this node: topics to sessions, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from node.amop.session import Session


class Topics:
    """The sessions of each topic."""

    def __init__(self) -> None:
        self._sessions: dict[bytes, tuple[Session, ...]] = {}

    def subscribe(self, session: Session, topics: Iterable[bytes], *, replaces: bool) -> bool:
        """Set a session's topics, or add to them; whether any topic has now got its first session or lost its
        last.
        """
        wanted = set(topics) if replaces else session.topics | set(topics)
        gained, lost = wanted - session.topics, session.topics - wanted
        session.topics = wanted
        changed = False
        for topic in gained:
            changed |= topic not in self._sessions
            self._sessions[topic] = (*self._sessions.get(topic, ()), session)
        for topic in lost:
            left = tuple(each for each in self._sessions[topic] if each is not session)
            if left:
                self._sessions[topic] = left
            else:
                del self._sessions[topic]
                changed = True
        return changed

    def sessions(self, topic: bytes) -> tuple[Session, ...]:
        """Those that subscribe, in the order in which they came."""
        return self._sessions.get(topic, ())

    @property
    def all(self) -> Mapping[bytes, tuple[Session, ...]]:
        """Every topic that somebody here subscribes to."""
        return self._sessions
