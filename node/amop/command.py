"""`crosslane amop`: nodes, subscribers and publishers of the topic messenger.

The commands mirror the reference programs: a subscriber and two publishers that take an endpoint and a topic,
and find `ca.crt`, `sdk.crt` and `sdk.key` in the current folder unless told otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from node.errors import UserError
from primitives.record import Record

FIRST_PORT: Final = 20_200
MOST_SECONDS: Final = 86_400
SHAPES: Final = ("ring", "line", "star", "full")


class Word(Record):
    """One word after `crosslane amop`."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def _certs(arguments: argparse.Namespace) -> int:
    from node.amop.certs import make_certificates  # noqa: PLC0415 - other commands do without cryptography
    from node.amop.running import say  # noqa: PLC0415 - as above

    if not 1 <= arguments.nodes <= 1_000:
        raise UserError("a network has 1 to 1000 nodes")
    make_certificates(arguments.folder, arguments.nodes)
    say(f"{arguments.folder}: an authority, {arguments.nodes} nodes (node0 ...), and sdk for clients")
    return 0


def _certs_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to put them; what is there stays")
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="how many (default: %(default)s)")


def _node(arguments: argparse.Namespace) -> int:
    from node.amop.running import run_node  # noqa: PLC0415 - as above

    return run_node(arguments)


def _node_arguments(parser: argparse.ArgumentParser) -> None:
    listen = f"127.0.0.1:{FIRST_PORT}"
    parser.add_argument("--listen", default=listen, metavar="HOST:PORT", help="(default: %(default)s)")
    parser.add_argument(
        "--peer", action="append", default=[], metavar="HOST:PORT", help="a node to dial; may be repeated"
    )
    parser.add_argument(
        "--listen3", metavar="HOST:PORT", help="a second port, for clients of 3.x with TLS (ssl.crt, ssl.key)"
    )
    _security(parser, Path(), "ca.crt, node.crt and node.key")
    parser.add_argument("--name", default="", help="what it is called in tables")
    parser.add_argument("--max-frame", type=int, default=32, metavar="MIB", help="(default: %(default)s)")
    parser.add_argument(
        "--allow-cuts", action="store_true", help="let clients cut links, to see what happens"
    )


def _up(arguments: argparse.Namespace) -> int:
    from node.amop.running import run_network  # noqa: PLC0415 - as above

    return run_network(arguments)


def _up_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--nodes", type=int, default=3, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument(
        "--port", type=int, default=FIRST_PORT, help="of the first, the others follow (default: %(default)s)"
    )
    parser.add_argument("--shape", choices=SHAPES, default=SHAPES[0], help="(default: %(default)s)")
    parser.add_argument(
        "--certs",
        type=Path,
        default=Path("amop-certs"),
        metavar="DIR",
        help="made if they are not there (default: %(default)s)",
    )


def _client(name: str) -> Callable[[argparse.Namespace], int]:
    def run(arguments: argparse.Namespace) -> int:
        from node.amop import client_commands  # noqa: PLC0415 - as above

        status: int = getattr(client_commands, name)(arguments)
        return status

    return run


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number from 1, found {text!r}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"expected 0 to {MOST_SECONDS} seconds, found {text!r}")
    return found


def _sub_arguments(parser: argparse.ArgumentParser) -> None:
    _endpoint_and_topic(parser)
    parser.add_argument("--answer", default="", metavar="TEXT", help="what unicasts are answered with")
    parser.add_argument("--count", type=_count, metavar="N", help="stop after so many messages")


def _send_arguments(parser: argparse.ArgumentParser) -> None:
    _endpoint_and_topic(parser)
    parser.add_argument("message", nargs="?", metavar="MESSAGE", help="without it, a numbered series")
    parser.add_argument(
        "--count", type=_count, default=50, metavar="N", help="of a series (default: %(default)s)"
    )
    parser.add_argument(
        "--every", type=_seconds, default=0.2, metavar="S", help="seconds in a series (default: %(default)s)"
    )
    parser.add_argument(
        "--timeout", type=_seconds, default=60.0, metavar="S", help="seconds for one (default: %(default)s)"
    )


def _endpoint_and_topic(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("endpoint", metavar="ENDPOINT", help="HOST:PORT of a node")
    parser.add_argument("topic", metavar="TOPIC")
    _security(parser, Path(), "ca.crt, sdk.crt and sdk.key")


def _status_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("endpoint", metavar="ENDPOINT", help="HOST:PORT of a node")
    parser.add_argument("--json", action="store_true", help="for programs")
    _security(parser, Path(), "ca.crt, sdk.crt and sdk.key")


def _cut_arguments(parser: argparse.ArgumentParser) -> None:
    _heal_arguments(parser)
    parser.add_argument(
        "--seconds",
        type=_seconds,
        default=60.0,
        metavar="S",
        help="until it may return (default: %(default)s)",
    )


def _heal_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("endpoint", metavar="ENDPOINT", help="HOST:PORT of a node that was started for it")
    parser.add_argument("neighbour", metavar="NODE", help="name or id of the node at the link's other end")
    _security(parser, Path(), "ca.crt, sdk.crt and sdk.key")


def _top_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("endpoints", nargs="+", metavar="ENDPOINT", help="HOST:PORT of a node")
    parser.add_argument(
        "--every", type=_seconds, default=1.0, metavar="S", help="seconds (default: %(default)s)"
    )
    parser.add_argument("--count", type=_count, metavar="N", help="stop after so many pictures")
    _security(parser, Path(), "ca.crt, sdk.crt and sdk.key")


def _security(parser: argparse.ArgumentParser, default: Path, files: str) -> None:
    group = parser.add_mutually_exclusive_group()
    about = f"folder with {files} (default: the current one)"
    group.add_argument("--certs", type=Path, default=default, metavar="DIR", help=about)
    group.add_argument("--plain", action="store_true", help="without TLS")


WORDS: Final = (
    Word("node", "run a node", _node_arguments, _node),
    Word("up", "run a local network of nodes", _up_arguments, _up),
    Word("sub", "subscribe to a topic and print what comes", _sub_arguments, _client("sub")),
    Word("unicast", "send to one subscriber", _send_arguments, _client("unicast")),
    Word("multicast", "send to all subscribers", _send_arguments, _client("multicast")),
    Word("certs", "make certificates for a network", _certs_arguments, _certs),
    Word("status", "what a node tells of itself", _status_arguments, _client("status")),
    Word("cut", "cut a node's link for a while", _cut_arguments, _client("cut")),
    Word("heal", "let a link that was cut return now", _heal_arguments, _client("heal")),
    Word("top", "watch nodes", _top_arguments, _client("top")),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """A parser for each word."""
    below = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for each in WORDS:
        about = f"{each.help[0].upper()}{each.help[1:]}."
        made = below.add_parser(each.name, help=each.help, description=about)
        each.add_arguments(made)
        made.set_defaults(act=each.run)


def run(arguments: argparse.Namespace) -> int:
    """Run the word's function."""
    if find_spec("cryptography") is None:
        raise UserError("this needs cryptography: install crosslane with the extra `amop`")
    status: int = arguments.act(arguments)
    return status
