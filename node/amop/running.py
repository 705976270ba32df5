"""Commands that run nodes: one, or a small network in one process."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from node.amop import loops
from node.amop.certs import make_certificates
from node.amop.dialling import Dialler
from node.amop.endpoints import LOOPBACK, parse_endpoint
from node.amop.limits import DEFAULT, MIB
from node.amop.tcp import Node, Settings
from node.amop.tls import dial_context, node_context, node_context3, own_node_id
from node.errors import UserError
from node.files import plain
from primitives.record import replace

MOST_NODES = 20
"""Of a network in one process."""

LAST_PORT = (1 << 16) - 1


def say(text: str) -> None:
    """Write a line, at once."""
    sys.stdout.write(f"{plain(text)}\n")
    sys.stdout.flush()


async def until_stopped() -> None:
    """Wait until somebody asks the process to stop."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has none; there, Ctrl-C ends the loop
            loop.add_signal_handler(each, stop.set)
    await stop.wait()


# One node.


def run_node(arguments: argparse.Namespace) -> int:
    """Run a node until it is asked to stop."""
    host, port = parse_endpoint(arguments.listen)
    peers = [parse_endpoint(each) for each in arguments.peer]
    if not 1 <= arguments.max_frame <= 100:
        raise UserError("a frame may have 1 to 100 MiB at most")
    limits = replace(DEFAULT, frame=arguments.max_frame * MIB)
    place3 = None if arguments.listen3 is None else parse_endpoint(arguments.listen3)
    if place3 is not None and arguments.plain:
        raise UserError("without TLS, clients of 3.x use the same port as everybody")
    settings = Settings(
        host, port, name=arguments.name, may_cut=arguments.allow_cuts, limits=limits, place3=place3
    )
    node = _plain_node(settings) if arguments.plain else secured_node(arguments.certs, settings)
    loops.run(_serve(node, peers))
    return 0


def secured_node(folder: Path, settings: Settings) -> tuple[bytes, Settings]:
    """The id and the settings of a node whose certificate lies in a folder."""
    tls = replace(settings, server_tls=node_context(folder), dial_tls=dial_context(folder))
    if settings.place3 is not None:
        tls = replace(tls, server_tls3=node_context3(folder))
    return own_node_id(folder), tls


def _plain_node(settings: Settings) -> tuple[bytes, Settings]:
    import secrets  # noqa: PLC0415 - only nodes without a certificate draw their id

    return secrets.token_bytes(32), settings


async def _serve(made: tuple[bytes, Settings], peers: Sequence[tuple[str, int]]) -> None:
    node = Node(*made, log=say)
    await node.start()
    say(f"node {node.hub.me.hex()[:16]} listens on {node.settings.host}:{node.port}")
    if node.settings.place3 is not None:
        say(f"clients of 3.x: wss://{node.settings.place3[0]}:{node.port3}")
    if node.settings.server_tls is None:
        say("without TLS: anybody who reaches this port may take part")
    diallers = [Dialler(node, *peer) for peer in peers]
    for each in diallers:
        each.start()
    await until_stopped()
    for each in diallers:
        await each.stop()
    await node.stop()
    say("stopped")


# A network.


def run_network(arguments: argparse.Namespace) -> int:
    """Run several nodes until they are asked to stop."""
    if not 1 <= arguments.nodes <= MOST_NODES:
        raise UserError(f"a local network has 1 to {MOST_NODES} nodes")
    if not 0 <= arguments.port <= LAST_PORT - arguments.nodes + 1:
        raise UserError(
            f"ports end at {LAST_PORT}; {arguments.nodes} in a row begin lower, or anywhere with 0"
        )
    make_certificates(arguments.certs, arguments.nodes)
    loops.run(_network(arguments))
    return 0


async def _network(arguments: argparse.Namespace) -> None:
    nodes = []
    for number in range(arguments.nodes):
        port = arguments.port + number if arguments.port else 0
        settings = Settings(LOOPBACK, port, name=f"node{number}", may_cut=True)
        node = Node(*secured_node(arguments.certs / f"node{number}", settings))
        await node.start()
        nodes.append(node)
    diallers = [
        Dialler(nodes[one], LOOPBACK, nodes[other].port) for one, other in links(arguments.shape, len(nodes))
    ]
    for each in diallers:
        each.start()
    for node in nodes:
        say(f"{node.settings.name} {node.hub.me.hex()[:16]} listens on {LOOPBACK}:{node.port}")
    say(f"certificates of clients: {arguments.certs / 'sdk'}")
    await until_stopped()
    for each in diallers:
        await each.stop()
    for node in nodes:
        await node.stop()
    say("stopped")


def links(shape: str, nodes: int) -> Iterator[tuple[int, int]]:
    """Who dials whom, so that the nodes make up a shape."""
    for one in range(1, nodes):
        match shape:
            case "line" | "ring":
                yield one, one - 1
            case "star":
                yield one, 0
            case _:
                yield from ((one, other) for other in range(one))
    if shape == "ring" and nodes > 2:
        yield 0, nodes - 1
