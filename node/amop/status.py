"""What a node tells of itself: links, routes, topics, subscribers, counts."""

from __future__ import annotations

from typing import Any

from node.amop.hub import Hub
from node.amop.link import Link

SHOWN_TOPICS = 1_000
"""Of each list; the counts are whole."""


def status(hub: Hub, now: float) -> dict[str, Any]:
    """All of it, as JSON has it: ids in hex, times in seconds."""
    return {
        "node": hub.me.hex(),
        "name": hub.hello.name,
        "up": round(now - hub.began, 3),
        "sessions": len(hub.sessions),
        "links": [_link(hub, link, now) for link in hub.neighbours.links.values()],
        "routes": _routes(hub),
        "topics": _topics(hub),
        "names": _names(hub),
        "waiting": {"unicasts": hub.unanswered, "deliveries": hub.undelivered},
        "counts": hub.counters.as_dict() | {"dropped": hub.dropped},
    }


def _link(hub: Hub, link: Link, now: float) -> dict[str, Any]:
    return {
        "node": link.peer.hex() if link.peer is not None else None,
        "name": link.peer_name,
        "dialled": link.dialled,
        "up": round(now - link.up_since, 3),
        "in": link.messages_in,
        "out": link.messages_out,
        "waiting": link.outbox.backlog(),
    }


def _routes(hub: Hub) -> list[dict[str, Any]]:
    table = sorted(hub.neighbours.routes.table.items())
    return [{"node": node.hex(), "hops": hops, "through": hop.hex()} for node, (hops, hop) in table]


def _topics(hub: Hub) -> list[dict[str, Any]]:
    """Topics with the subscribers here, and the other nodes within reach that hold them."""
    directory, reaches = hub.neighbours.directory, hub.neighbours.routes.reaches
    others = [node for node in directory.nodes if reaches(node)]
    names = sorted({topic for node in others for topic in directory.topics(node)} | set(hub.topics.all))
    return [
        {
            "topic": topic.decode(errors="replace"),
            "here": len(hub.topics.sessions(topic)),
            "nodes": sorted(node.hex() for node in directory.holders(topic) if reaches(node)),
        }
        for topic in names[:SHOWN_TOPICS]
    ]


def _names(hub: Hub) -> dict[str, str]:
    """What the nodes call themselves, by id."""
    return {node.hex(): name for node, name in hub.neighbours.directory.names.items() if name}
