"""`crosslane decode`: what a storage key stands for, and what its value says.

The key is named by the storage items that our relay chain's pallets declare, or a parachain's with `--para`,
the value read by their types. Of parachains, items that older releases left behind are known as well. Byte
strings are shown whole.
"""

from __future__ import annotations

import argparse
import enum
import sys
from collections.abc import Iterator
from typing import Any

from node.errors import UserError
from node.files import plain
from pallets.para.dmp_queue import DmpQueue
from pallets.para.xcmp_queue_migrations import InboundQueueMigration
from primitives.pallet import RuntimeCall, RuntimeEvent
from primitives.record import Record
from primitives.storage.naming import RAW_KEYS, Names, show
from runtime.para import Para
from runtime.relay import Relay

INDENT = "  "


def describe(names: Names, key: bytes, value: bytes | None) -> tuple[str, ...]:
    """Lines that name the key, and tell its value if one is given; raises `UserError` for what is unknown."""
    name = names.describe_key(key)
    if name.item is None:
        known = f"a key of {name.pallet}, of an item" if name.pallet else "the key of an item"
        raise UserError(f"0x{key.hex()} is {known} that we do not declare")
    if name.rest:
        raise UserError(f"{name.pallet}.{name.item} has no key that ends in 0x{name.rest.hex()}")
    return str(name), *_parts(name.parts), *(() if value is None else _value(names, str(name), key, value))


def _parts(parts: tuple[Any, ...]) -> Iterator[str]:
    for place, part in enumerate(parts):
        yield from tree(part, f"key[{place}]: ")


def _value(names: Names, name: str, key: bytes, value: bytes) -> Iterator[str]:
    asked = _Asked(value)
    decoded = names.decode_value(key, asked)
    if decoded is asked and RAW_KEYS.get(key, asked) is not None:
        raise UserError(f"0x{value.hex()} is no value of {name}")
    yield from tree(decoded, "value: ")


class _Asked(bytes):
    """Bytes that can be told from equal ones: what comes back as it was given was not decoded."""


def tree(value: Any, label: str = "", indent: str = "") -> Iterator[str]:
    """A decoded value, a line for each leaf, deeper ones further in."""
    start = f"{indent}{label}"
    inner = indent + INDENT
    match value:
        case bytes():
            yield f"{start}0x{value.hex()}"
        case RuntimeCall():
            yield f"{start}{value.pallet}.{value.name}"
            for place, each in enumerate(value.args):
                yield from tree(each, f"[{place}]: ", inner)
        case RuntimeEvent():
            yield from tree(value.event, f"{label}{value.pallet}.", indent)
        case enum.Enum():
            yield f"{start}{value.name}"
        case Record():
            yield f"{start}{type(value).__name__}"
            for name in value.__struct_fields__:
                yield from tree(getattr(value, name), f"{name}: ", inner)
        case tuple() if any(isinstance(each, bytes | Record | tuple) for each in value):
            yield f"{start}{len(value)} elements"
            for place, each in enumerate(value):
                yield from tree(each, f"[{place}]: ", inner)
        case _:
            yield f"{start}{show(value)}"


def parse_hex(text: str) -> bytes:
    """Bytes from hex, with or without `0x`; raises `UserError`."""
    try:
        return bytes.fromhex(text.removeprefix("0x"))
    except ValueError:
        shown = text if len(text) <= 40 else f"{text[:40]}…"
        raise UserError(f"{shown!r} is no hex") from None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    parser.add_argument("--para", action="store_true", help="of a parachain, not of the relay chain")
    parser.add_argument("key", metavar="KEY", help="a storage key in hex, with or without 0x")
    parser.add_argument("value", metavar="VALUE", nargs="?", help="the value under it, in hex")


def run(arguments: argparse.Namespace) -> int:
    """Print what the key and the value say."""
    names = (
        Names((*Para.indices, DmpQueue, InboundQueueMigration), Para.wire())
        if arguments.para
        else Names(Relay.indices, Relay.wire())
    )
    value = None if arguments.value is None else parse_hex(arguments.value)
    for line in describe(names, parse_hex(arguments.key), value):
        sys.stdout.write(plain(line) + "\n")
    return 0
