"""Commands that talk to a node: subscribe, send, look."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any

from node.amop import loops
from node.amop.client import Client
from node.amop.messenger import Incoming, TopicError, Undelivered, topic_bytes
from node.amop.running import say, until_stopped
from node.amop.top import print_status, watch
from node.errors import UserError
from node.files import plain


def _certs(arguments: argparse.Namespace) -> Path | None:
    return None if arguments.plain else arguments.certs


def _complain(text: str) -> None:
    if not text.endswith(": closed"):
        sys.stderr.write(f"{plain(text)}\n")


def _checked(topic: str) -> str:
    try:
        topic_bytes(topic)
    except TopicError as error:
        raise UserError(str(error)) from None
    return topic


def _run(work: Coroutine[Any, Any, int]) -> int:
    try:
        return loops.run(work)
    except Undelivered as error:
        raise UserError(str(error)) from None


# Subscribers.


def sub(arguments: argparse.Namespace) -> int:
    """Print what is sent to a topic, until asked to stop."""
    _checked(arguments.topic)
    return _run(_sub(arguments))


async def _sub(arguments: argparse.Namespace) -> int:
    enough, got = asyncio.Event(), 0

    async def take(message: Incoming) -> bytes:
        nonlocal got
        kind = "multicast" if message.multicast else "unicast"
        say(f"{kind}: {message.data.decode(errors='replace')}")
        got += 1
        if got == arguments.count:
            asyncio.get_running_loop().call_later(0.1, enough.set)  # when the answer is on its way
        return str(arguments.answer).encode(errors="surrogateescape")

    async with Client(arguments.endpoint, certs=_certs(arguments), log=_complain) as messenger:
        await messenger.subscribe(arguments.topic, take)
        say(f"subscribed to {arguments.topic} at {arguments.endpoint}")
        waits = [asyncio.create_task(each) for each in (enough.wait(), until_stopped())]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for each in waits:
            each.cancel()
    return 0


# Publishers.


def unicast(arguments: argparse.Namespace) -> int:
    """Send to one subscriber at a time and print its answers; 1 if one is missing."""
    _checked(arguments.topic)
    return _run(_send(arguments, multicast=False))


def multicast(arguments: argparse.Namespace) -> int:
    """Send to all subscribers."""
    _checked(arguments.topic)
    return _run(_send(arguments, multicast=True))


async def _send(arguments: argparse.Namespace, *, multicast: bool) -> int:
    series = [arguments.message] if arguments.message is not None else _series(arguments.count)
    failed = 0
    async with Client(arguments.endpoint, certs=_certs(arguments)) as messenger:
        for number, text in enumerate(series):
            if number:
                await asyncio.sleep(arguments.every)
            failed += not await _send_one(messenger, arguments, text, multicast=multicast)
    return 1 if failed else 0


def _series(count: int) -> list[str]:
    return [f"message {number}" for number in range(count)]


async def _send_one(messenger: Client, arguments: argparse.Namespace, text: str, *, multicast: bool) -> bool:
    began, data = (
        perf_counter(),
        text.encode(errors="surrogateescape"),
    )  # bytes that are no text stay as given
    try:
        if multicast:
            await messenger.multicast(arguments.topic, data)
            say(f"sent to all: {text}")
        else:
            answer = await messenger.unicast(arguments.topic, data, timeout=arguments.timeout)
            took = (perf_counter() - began) * 1000
            say(f"sent to one: {text}; answer: {answer.decode(errors='replace')} ({took:.1f} ms)")
    except Undelivered as error:
        say(f"not delivered: {text}; {error}")
        return False
    return True


# Lookers-on.


def status(arguments: argparse.Namespace) -> int:
    """Print what a node tells of itself."""
    return _run(_status(arguments))


async def _status(arguments: argparse.Namespace) -> int:
    async with Client(arguments.endpoint, certs=_certs(arguments)) as messenger:
        told = await messenger.call("amop_status")
    if arguments.json:
        say(json.dumps(told))
    else:
        print_status(told)
    return 0


def cut(arguments: argparse.Namespace) -> int:
    """Cut a node's link to a neighbour for a while."""
    return _run(_cut(arguments))


async def _cut(arguments: argparse.Namespace) -> int:
    async with Client(arguments.endpoint, certs=_certs(arguments)) as messenger:
        told = await messenger.call("amop_status")
        await messenger.call("amop_cut", _node(told, arguments.neighbour), arguments.seconds)
    say(f"cut {told['name'] or told['node'][:16]} - {arguments.neighbour} for {arguments.seconds:g} s")
    return 0


def heal(arguments: argparse.Namespace) -> int:
    """Let a link that was cut return now."""
    return _run(_heal(arguments))


async def _heal(arguments: argparse.Namespace) -> int:
    async with Client(arguments.endpoint, certs=_certs(arguments)) as messenger:
        told = await messenger.call("amop_status")
        await messenger.call("amop_heal", _node(told, arguments.neighbour))
    say(f"{told['name'] or told['node'][:16]} - {arguments.neighbour} may return")
    return 0


def _node(told: dict[str, Any], given: str) -> str:
    """The id of the one other node that is called so, or whose id begins so."""
    names = {node: name for node, name in told["names"].items() if node != told["node"]}
    names |= {route["node"]: names.get(route["node"], "") for route in told["routes"]}
    found = [node for node, name in names.items() if given == name or node.startswith(given)]
    if len(found) != 1:
        known = ", ".join(name or node[:16] for node, name in names.items()) or "none"
        raise UserError(f"no other node is called {given}; there are: {known}")
    return str(found[0])


def top(arguments: argparse.Namespace) -> int:
    """Watch nodes."""
    return _run(_top(arguments))


async def _top(arguments: argparse.Namespace) -> int:
    clients = [Client(each, certs=_certs(arguments)) for each in arguments.endpoints]
    try:
        for each in clients:
            await each.connect()
        watching = asyncio.create_task(watch(clients, arguments.every, arguments.count))
        stopping = asyncio.create_task(until_stopped())
        await asyncio.wait((watching, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        watching.cancel()
    finally:
        for each in clients:
            await each.close()
    return 0
