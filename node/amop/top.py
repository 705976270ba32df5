"""How a node's status looks: as a page, and as a picture that is drawn again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from node.amop.client import Client
from node.amop.messenger import Undelivered

Status = dict[str, Any]

SHOWN: Final = 20
"""Topics on a page."""

RATES: Final = ("unicasts", "multicasts", "pushed", "passed", "dropped")


def print_status(told: Status) -> None:
    """Write a node's page."""
    console = Console(highlight=False)
    console.print(page(told))


def page(told: Status, before: Status | None = None) -> Group:
    """A node's page; with an earlier status, counts are rates."""
    parts: list[Any] = [Text(_headline(told)), Text(), _links(told), Text(), _topics(told), Text()]
    parts.append(Text(_counts(told) if before is None else _rates(told, before)))
    return Group(*parts)


def _headline(told: Status) -> str:
    sessions, links = told["sessions"], len(told["links"])
    return f"{_name(told, told['node'])}: up {told['up']:.0f} s, {sessions} clients, {links} links"


def _name(told: Status, node: str) -> str:
    return str(told["names"].get(node, node[:16]))


def _table(*columns: str) -> Table:
    return Table(*columns, box=None, pad_edge=False, padding=(0, 2, 0, 0))


def _links(told: Status) -> Table:
    table = _table("node", "hops", "through", "up", "in", "out")
    links = {link["node"]: link for link in told["links"]}
    for route in sorted(told["routes"], key=lambda route: _name(told, route["node"])):
        link = links.get(route["node"], {})
        told_of_link = (f"{link['up']:.0f} s", str(link["in"]), str(link["out"])) if link else ("", "", "")
        through = "" if route["hops"] == 1 else _name(told, route["through"])
        table.add_row(_name(told, route["node"]), str(route["hops"]), through, *told_of_link)
    return table


def _topics(told: Status) -> Table:
    table = _table("topic", "here", "nodes")
    for each in told["topics"][:SHOWN]:
        nodes = ", ".join(sorted(_name(told, node) for node in each["nodes"]))
        table.add_row(Text(each["topic"]), str(each["here"]), nodes)
    return table


def _counts(told: Status) -> str:
    return ", ".join(f"{told['counts'][name]} {name}" for name in RATES)


def _rates(told: Status, before: Status) -> str:
    seconds = max(told["up"] - before["up"], 0.001)
    rates = ((name, (told["counts"][name] - before["counts"][name]) / seconds) for name in RATES)
    return ", ".join(f"{max(rate, 0.0):,.0f} {name}/s" for name, rate in rates)


async def watch(clients: Sequence[Client], every: float, count: int | None) -> None:
    """Draw the nodes' pages, time and again."""
    before: list[Status | None] = [None] * len(clients)
    with Live(console=Console(highlight=False), auto_refresh=False) as live:
        drawn = 0
        while count is None or drawn < count:
            found = [await _ask(client, every) for client in clients]
            pages = [
                Text("no answer") if now is None else page(now, then)
                for now, then in zip(found, before, strict=True)
            ]
            live.update(Group(*pages), refresh=True)
            before, drawn = found, drawn + 1
            await asyncio.sleep(every)


async def _ask(client: Client, seconds: float) -> Status | None:
    try:
        async with asyncio.timeout(max(seconds, 1.0)):
            told: Status = await client.call("amop_status")
            return told
    except (Undelivered, TimeoutError):
        return None
