"""`crosslane up`: a relay chain of one's own with parachains, for any Substrate client.

Each chain has a port of this machine: the relay chain the one given, the parachains those behind it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from node.chain import Block
from node.devnet import Devnet
from node.devpara import KINDS
from node.errors import UserError
from node.files import plain
from node.network import Network, NetworkSpec, TooManyParachains
from node.pool import Status
from node.service import Node
from node.version import version
from primitives.ids import Hash, ParaId

if TYPE_CHECKING:
    from node.rpc.server import Server

PORT: Final = 9944
"""Where clients look for a Substrate node."""

BLOCK_TIME: Final = 6.0
"""Seconds."""

INHERENTS: Final = 2
"""Extrinsics that every block has."""


DEFAULT_KIND: Final = "assets"
"""What a parachain is if nothing is said."""


class Log:
    """Tells on standard output of the blocks that hold anything; `of` is whose they are, if that is not
    clear.
    """

    def __init__(self, of: str = "") -> None:
        self._of = f"{of}: " if of else ""

    def imported(self, block: Block) -> None:
        """Tell of a block, unless it is empty."""
        held = len(block.extrinsics) - INHERENTS
        if held:
            noun = "extrinsic" if held == 1 else "extrinsics"
            say(f"{self._of}block {block.number}  0x{block.hash.hex()}  {held} {noun}")

    def finalized(self, block: Block) -> None:
        """Nothing to tell."""

    def became(self, extrinsic: Hash, status: Status) -> None:
        """Tell of an extrinsic that will not come."""
        if status in ("invalid", "dropped"):
            say(f"{self._of}extrinsic 0x{extrinsic.hex()} is {status}")


def say(text: str) -> None:
    """Write a line, at once."""
    sys.stdout.write(f"{plain(text)}\n")
    sys.stdout.flush()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument(
        "--port",
        type=int,
        default=PORT,
        help="port on 127.0.0.1 (default: %(default)s); the parachains have those behind it",
    )
    parser.add_argument(
        "--para",
        action="append",
        default=[],
        metavar="ID[:KIND]",
        help=f"a parachain, of a kind: {', '.join(KINDS)} (default: {_shown(NetworkSpec().paras)})",
    )
    parser.add_argument("--relay-only", action="store_true", help="no parachain makes blocks")
    parser.add_argument(
        "--block-time", type=float, default=BLOCK_TIME, metavar="S", help="seconds (default: %(default)s)"
    )
    parser.add_argument(
        "--no-interval", action="store_true", help="make blocks only when there is something to put in"
    )
    parser.add_argument(
        "--session",
        type=int,
        default=Devnet().session_length,
        metavar="N",
        help="blocks (default: %(default)s)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the chains until they are asked to stop."""
    if arguments.block_time <= 0 or arguments.session < 1 or not 0 <= arguments.port < 1 << 16:
        raise UserError("a block takes more than 0 seconds, a session 1 block or more; ports end at 65535")
    block_time = None if arguments.no_interval else arguments.block_time
    servers = _servers(arguments, block_time)
    for each in servers:
        each.node.complain = say
        each.node.listeners.append(Log(each.node.name if len(servers) > 1 else ""))
    asyncio.run(_serve(servers, arguments.session))
    return 0


def _servers(arguments: argparse.Namespace, block_time: float | None) -> tuple[Server, ...]:
    if arguments.relay_only:
        if arguments.para:
            raise UserError("either --relay-only or --para")
        return (make_server(Node(Devnet(session_length=arguments.session)), arguments.port, block_time),)
    paras = tuple(map(_para, arguments.para)) or NetworkSpec().paras
    if len({para for para, _ in paras}) < len(paras):
        raise UserError("each parachain has a number of its own")
    if arguments.port and arguments.port + len(paras) >= 1 << 16:
        raise UserError(f"{len(paras)} parachains need ports behind {arguments.port}; ports end at 65535")
    _need_aiohttp()
    from node.rpc.server import network_servers  # noqa: PLC0415 - other commands do without aiohttp

    try:
        network = Network(NetworkSpec(paras, arguments.session))
    except TooManyParachains as error:
        raise UserError(str(error)) from None
    return network_servers(network, arguments.port, block_time)


def _para(text: str) -> tuple[ParaId, str]:
    """A parachain as it is asked for: `2000` or `2000:assets`."""
    number, _, kind = text.partition(":")
    kind = kind or DEFAULT_KIND
    if not number.isdecimal() or not 0 < int(number) < 1 << 32 or kind not in KINDS:
        raise UserError(f"expected ID or ID:KIND with KIND {' or '.join(KINDS)}, found {text!r}")
    return ParaId(int(number)), kind


def _shown(paras: Iterable[tuple[ParaId, str]]) -> str:
    return " and ".join(f"{para}:{kind}" for para, kind in paras)


def _need_aiohttp() -> None:
    if find_spec("aiohttp") is None:
        raise UserError("this needs aiohttp: install crosslane with the extra `node`")


def make_server(node: Node, port: int, block_time: float | None) -> Server:
    """A relay chain alone on a port; raises `UserError` if what it takes is not installed."""
    _need_aiohttp()
    from node.rpc.server import Server  # noqa: PLC0415 - other commands do without aiohttp

    return Server(node, port=port, block_time=block_time)


async def _serve(servers: tuple[Server, ...], session: int) -> None:
    from node.rpc.server import serve_forever  # noqa: PLC0415 - as above

    await serve_forever(servers, lambda: _introduce(servers, session))
    say("stopped")


def _introduce(servers: tuple[Server, ...], session: int) -> None:
    block_time = servers[0].clock.block_time
    every = "" if block_time is None else f"every {block_time:g} s, and "
    say(f"crosslane {version()}, for development")
    for server in servers:
        place, node = f"127.0.0.1:{server.port}", server.node
        say(f"  {node.name}")
        say(f"    connect  ws://{place} or http://{place}")
        say(f"    genesis  0x{node.chain.genesis.hash.hex()}")
    say(f"  blocks     {every}when an extrinsic comes; a session has {session}")
    say("  accounts   //Alice, who holds the sudo keys, //Bob, //Charlie, //Dave, //Eve, //Ferdie")
    say("Ctrl-C stops it.")
