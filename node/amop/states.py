"""The states of everything that has states here, as tables: state, event, next state.

What a table does not name in a state cannot happen there. Whoever finds it happening ignores it and counts it
(a client's frame), or takes the peer for broken (a node's message). The diagrams in `docs/amop.md` are drawn
from these tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

Table = Mapping[str, Mapping[str, str]]

CLOSED: Final = "closed"
"""A connection's last state, in every table of connections."""

_TALK: Final = ("rpc", "heartbeat", "topics", "unicast", "multicast", "answer", "verified")
_ENDS: Final = {"broken frame": CLOSED, "silence": CLOSED, "gone": CLOSED}

CHANNEL: Final[Table] = {
    "fresh": {
        **dict.fromkeys(_TALK, "fresh"),
        "handshake": "greeted",
        "no common version": CLOSED,
        **_ENDS,
    },
    "greeted": {
        **dict.fromkeys(_TALK, "greeted"),
        "handshake": "greeted",
        "no common version": CLOSED,
        **_ENDS,
    },
    CLOSED: {},
}
"""A client of 2.x. One that never shakes hands speaks version 1."""

WEBSOCKET: Final[Table] = {
    "opening": {"upgrade": "open", "broken frame": CLOSED, "silence": CLOSED, "gone": CLOSED},
    "open": {"handshake": "greeted", "no common version": CLOSED, "rpc": "open", **_ENDS},
    "greeted": {
        **dict.fromkeys(("rpc", "topics", "unicast", "multicast", "answer", "handshake"), "greeted"),
        "no common version": CLOSED,
        **_ENDS,
    },
    CLOSED: {},
}
"""A client of 3.x. Before it has shaken hands it is told nothing and heard only when it asks."""

LINK: Final[Table] = {
    "greeting": {
        "hello": "up",
        "wrong hello": CLOSED,
        "broken frame": CLOSED,
        "silence": CLOSED,
        "gone": CLOSED,
    },
    "up": {"tables": "up", "message": "up", "replaced": CLOSED, "cut": CLOSED, **_ENDS},
    CLOSED: {},
}
"""A link to another node."""

UNICAST: Final[Table] = {
    "choosing": {"a node is left": "asked", "none is left": "failed"},
    "asked": {
        "answer": "answered",
        "time is over": "choosing",
        "node out of reach": "choosing",
        "no subscriber there": "choosing",
        "publisher gone": "forgotten",
    },
    "answered": {},
    "failed": {},
    "forgotten": {},
}
"""A unicast at the publisher's node; the candidates are the nodes that hold the topic, itself included."""

DELIVERY: Final[Table] = {
    "choosing": {"a session is left": "asked", "none is left": "failed"},
    "asked": {"answer": "answered", "time is over": "choosing", "session gone": "choosing"},
    "answered": {},
    "failed": {},
}
"""A unicast at the node that was chosen; the candidates are its own sessions that subscribe."""

VERIFICATION: Final[Table] = {
    "unknown": {"announced": "verifying"},
    "verifying": {"good": "verified", "bad": "failed", "withdrawn": "unknown"},
    "verified": {"withdrawn": "unknown"},
    "failed": {"withdrawn": "unknown"},
}
"""A private topic of one other node, as seen from a publisher's node."""

TABLES: Final[Mapping[str, Table]] = {
    "CHANNEL": CHANNEL,
    "WEBSOCKET": WEBSOCKET,
    "LINK": LINK,
    "UNICAST": UNICAST,
    "DELIVERY": DELIVERY,
    "VERIFICATION": VERIFICATION,
}


class Machine:
    """One thing on its way through a table, which begins in the table's first state."""

    __slots__ = ("_table", "state")

    def __init__(self, table: Table) -> None:
        self._table = table
        self.state = next(iter(table))

    def takes(self, event: str) -> bool:
        """Go on with an event; False, and no change, if it cannot happen now."""
        following = self._table[self.state].get(event)
        if following is None:
            return False
        self.state = following
        return True


def diagram(table: Table) -> str:
    """The table as a state diagram in Mermaid's language; events that lead the same way share an arrow."""
    lines = ["stateDiagram-v2", f"    [*] --> {_node(next(iter(table)))}"]
    for state, events in table.items():
        for target, names in _grouped(events):
            lines.append(f"    {_node(state)} --> {_node(target)}: {', '.join(names)}")
        if not events:
            lines.append(f"    {_node(state)} --> [*]")
    return "\n".join(lines)


def _grouped(events: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    for target in dict.fromkeys(events.values()):
        yield target, [name for name, found in events.items() if found == target]


def _node(state: str) -> str:
    return state.replace(" ", "_")
