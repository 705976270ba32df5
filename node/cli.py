"""The command line: one program, `crosslane`, with a command for each thing to do.

A command is a module with two functions: one tells `argparse` its arguments, the other runs and gives
the exit status. What a user can put right (`UserError`), and files that cannot be read or written, end
in one line on standard error and exit status 2; Ctrl-C in one line and 130. An exception beyond these is
a defect of ours and keeps its traceback.
"""

from __future__ import annotations

import argparse
import io
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from node import decode, demo, genesis, manifest, up
from node.amop import command as amop
from node.conform import command as conform
from node.errors import UserError
from node.files import plain
from node.version import version
from primitives.record import Record

PROGRAM: Final = "crosslane"


class Command(Record):
    """One word of the command line."""

    name: str
    help: str
    add_arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


COMMANDS: Final = (
    Command("conform", "replay recordings of real chains, compare", conform.add_arguments, conform.run_with),
    Command("genesis", "state root and hash that a chain begins with", genesis.add_arguments, genesis.run),
    Command("decode", "name a storage key, and read its value", decode.add_arguments, decode.run),
    Command(
        "up",
        "run a relay chain with parachains of your own, for any Substrate client",
        up.add_arguments,
        up.run,
    ),
    Command("demo", "watch a stock client open a channel on it", demo.add_arguments, demo.run),
    Command("amop", "send and receive by topic, beside the chain", amop.add_arguments, amop.run),
    Command("manifest", "seal fixtures/ again", manifest.add_arguments, manifest.run),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives the exit status. Wrong arguments raise `SystemExit`, as `argparse` does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal that lacks a letter is no reason to end
            stream.reconfigure(errors="backslashreplace")
    arguments = parser().parse_args(argv)
    try:
        return _run(arguments)
    except UserError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        _complain("interrupted")
        return 130


def _run(arguments: argparse.Namespace) -> int:
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # whoever read our output has gone; Python must not complain of it again when it ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        place = f"{error.filename}: " if error.filename is not None else ""
        return _fail(f"{place}{error.strerror or error}")
    return status


def _fail(text: str) -> int:
    _complain(f"error: {text}")
    return 2


def _complain(text: str) -> None:
    sys.stderr.write(f"{PROGRAM}: {plain(text)}\n")


def parser() -> argparse.ArgumentParser:
    """All commands with their arguments."""
    about = "Polkadot's cross-chain messaging as pure-Python pallets: replay recordings, look into states."
    top = argparse.ArgumentParser(prog=PROGRAM, description=about)
    top.add_argument("--version", action="version", version=f"{PROGRAM} {version()}")
    below = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for each in COMMANDS:
        about = f"{each.help[0].upper()}{each.help[1:]}."
        made = below.add_parser(each.name, help=each.help, description=about)
        each.add_arguments(made)
        made.set_defaults(run=each.run, program=_called())
    return top


def _called() -> str:
    """How the user can call us again."""
    name = Path(sys.argv[0]).name if sys.argv else ""
    if name not in {"cli.py", "-m"}:
        return PROGRAM
    interpreter, here = Path(sys.executable), Path.cwd()
    shortest = interpreter.relative_to(here) if interpreter.is_relative_to(here) else interpreter
    return f"{shlex.quote(str(shortest))} -m node.cli"


if __name__ == "__main__":
    sys.exit(main())
