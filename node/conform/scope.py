"""Which recorded changes are compared and which are given: `fixtures/scope.toml`, read and asked.

Every key belongs to one of three sides. **Compared**: our pallets write it, and must write the same.
**Given**: somebody else writes it, and the replay does so in their stead. **Unknown**: nobody accounts for
it; the replay leaves it alone, and the state root will not come out.
"""

from __future__ import annotations

import enum
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from primitives.hashing import storage_prefix, twox_128
from primitives.record import Record

DEFAULT = Path(__file__).resolve().parents[2] / "fixtures" / "scope.toml"


class Side(enum.Enum):
    """Who accounts for a key."""

    COMPARED = "compared"
    GIVEN = "given"
    UNKNOWN = "unknown"


class BadScope(Exception):
    """A scope file that says nothing one could go by."""


class Line(Record):
    """One entry of a side: what it names, and why it is there."""

    items: tuple[str, ...]
    reason: str


class Scope:
    """The sides of all keys."""

    def __init__(self, compared: tuple[Line, ...], given: tuple[Line, ...], inputs: tuple[Line, ...]) -> None:
        self.compared, self.given, self.inputs = compared, given, inputs
        self._prefixes: dict[bytes, Side] = {}
        for lines, side in ((compared, Side.COMPARED), (given, Side.GIVEN)):
            for name in (name for line in lines for name in line.items):
                if self._prefixes.setdefault(prefix_of(name), side) is not side:
                    raise BadScope(f"{name} is on both sides")
        self.side = lru_cache(1 << 14)(self._side)

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Scope:
        """Read a scope file; raises `BadScope`."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadScope(f"{path.name} cannot be read: {error}") from None
        for side in data.keys() - _SIDES.keys():
            raise BadScope(f"there is no side {side!r}")
        return cls(*(_lines(data, side, key) for side, key in _SIDES.items()))

    def _side(self, key: bytes) -> Side:
        """Who accounts for a key: the entry for its item, or else the one for its pallet."""
        if key.startswith(b":"):
            return self._prefixes.get(key, Side.UNKNOWN)
        for length in (32, 16):
            side = self._prefixes.get(key[:length])
            if side is not None:
                return side
        return Side.UNKNOWN

    def summary(self) -> tuple[str, ...]:
        """What is compared, what is given and why, a line each."""
        rows = [f"compared: {', '.join(line.items)} ({line.reason})" for line in self.compared]
        rows += [f"given: {', '.join(line.items)} ({line.reason})" for line in self.given]
        rows += [f"input: {', '.join(line.items)} ({line.reason})" for line in self.inputs]
        return tuple(rows)


def prefix_of(name: str) -> bytes:
    """What the keys of an entry start with: `Pallet.*`, `Pallet.Item`, or a raw `:key`."""
    if name.startswith(":"):
        return name.encode()
    pallet, dot, item = name.partition(".")
    if not dot or not pallet or not item:
        raise BadScope(f"{name!r} is neither Pallet.*, Pallet.Item nor :key")
    return twox_128(pallet.encode()) if item == "*" else storage_prefix(pallet, item)


def _lines(data: dict[str, Any], side: str, key: str) -> tuple[Line, ...]:
    rows = data.get(side, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadScope(f"[[{side}]] is no list of entries")
    lines = []
    for row in rows:
        named, reason = row.get(key), row.get("reason")
        names = [named] if isinstance(named, str) else named
        good = isinstance(names, list) and names and all(isinstance(name, str) for name in names)
        if not good or not isinstance(reason, str) or not reason:
            raise BadScope(f"an entry of [[{side}]] lacks {key!r} or 'reason'")
        lines.append(Line(tuple(names), reason))
    return tuple(lines)


_SIDES = {"compared": "items", "given": "items", "input": "what"}
"""The sides that a file may have, with what their entries name."""
