"""`crosslane up`: a relay chain of one's own on a port of this machine, for any Substrate client."""

from __future__ import annotations

import argparse
import asyncio
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from node.chain import Block
from node.devnet import Devnet
from node.errors import UserError
from node.files import plain
from node.pool import Status
from node.service import NAME, Node
from node.version import version
from primitives.ids import Hash

if TYPE_CHECKING:
    from node.rpc.server import Server

PORT: Final = 9944
"""Where clients look for a Substrate node."""

BLOCK_TIME: Final = 6.0
"""Seconds."""

INHERENTS: Final = 2
"""Extrinsics that every block has."""


class Log:
    """Tells on standard output of the blocks that hold anything."""

    def imported(self, block: Block) -> None:
        """Tell of a block, unless it is empty."""
        held = len(block.extrinsics) - INHERENTS
        if held:
            noun = "extrinsic" if held == 1 else "extrinsics"
            say(f"block {block.number}  0x{block.hash.hex()}  {held} {noun}")

    def finalized(self, block: Block) -> None:
        """Nothing to tell."""

    def became(self, extrinsic: Hash, status: Status) -> None:
        """Tell of an extrinsic that will not come."""
        if status in ("invalid", "dropped"):
            say(f"extrinsic 0x{extrinsic.hex()} is {status}")


def say(text: str) -> None:
    """Write a line, at once."""
    sys.stdout.write(f"{plain(text)}\n")
    sys.stdout.flush()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--port", type=int, default=PORT, help="port on 127.0.0.1 (default: %(default)s)")
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
    """Run a node until it is asked to stop."""
    if arguments.block_time <= 0 or arguments.session < 1 or not 0 <= arguments.port < 1 << 16:
        raise UserError("a block takes more than 0 seconds, a session 1 block or more; ports end at 65535")
    node = Node(Devnet(session_length=arguments.session))
    server = make_server(node, arguments.port, None if arguments.no_interval else arguments.block_time)
    node.complain = say
    node.listeners.append(Log())
    asyncio.run(_serve(server))
    return 0


def make_server(node: Node, port: int, block_time: float | None) -> Server:
    """The node on a port; raises `UserError` if what it takes is not installed."""
    if find_spec("aiohttp") is None:
        raise UserError("this needs aiohttp: install crosslane with the extra `node`")
    from node.rpc.server import Server  # noqa: PLC0415 - other commands do without aiohttp

    return Server(node, port=port, block_time=block_time)


async def _serve(server: Server) -> None:
    from node.rpc.server import serve_forever  # noqa: PLC0415 - as above

    await serve_forever(server, lambda: _introduce(server))
    say("stopped")


def _introduce(server: Server) -> None:
    devnet, place = server.node.devnet, f"127.0.0.1:{server.port}"
    every = "" if server.block_time is None else f"every {server.block_time:g} s, and "
    say(f"{NAME}, crosslane {version()}")
    say(f"  connect    ws://{place} or http://{place}")
    say(f"  genesis    0x{server.node.chain.genesis.hash.hex()}")
    say(f"  blocks     {every}when an extrinsic comes; a session has {devnet.session_length}")
    say(f"  parachains {', '.join(map(str, devnet.paras))}")
    say("  accounts   //Alice, who holds the sudo key, //Bob, //Charlie, //Dave, //Eve, //Ferdie")
    say("Ctrl-C stops it.")
