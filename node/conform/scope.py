"""Which recorded changes are compared and which are given: `fixtures/scope.toml`, read and asked.

Every key belongs to one of three sides. **Compared**: our pallets write it, and must write the same.
**Given**: somebody else writes it, and the replay does so in their stead. **Unknown**: nobody accounts for
it; the replay leaves it alone, and the state root will not come out.

What is given is written before our code runs, unless its entry says `when = "after"`. An entry may be for one
kind of chain only: `chain = "relay"` or `chain = "para"`.
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
    chain: str = ""
    """The kind of chain it is about; empty for all."""

    when: str = ""
    """`after` if it is given only after our code has run."""


class Scope:
    """The sides of all keys of one kind of chain."""

    def __init__(
        self,
        compared: tuple[Line, ...],
        given: tuple[Line, ...],
        inputs: tuple[Line, ...],
        chain: str = "relay",
    ) -> None:
        self.compared, self.given, self.inputs, self.chain = compared, given, inputs, chain
        self._prefixes: dict[bytes, Side] = {}
        self._late: set[bytes] = set()
        for lines, side in ((compared, Side.COMPARED), (given, Side.GIVEN)):
            for line in (line for line in lines if line.chain in ("", chain)):
                self._take(line, side)
        self._raw = tuple(sorted(each for each in self._prefixes if each.startswith(b":")))
        self.side = lru_cache(1 << 14)(self._side)

    def _take(self, line: Line, side: Side) -> None:
        for name in line.items:
            prefix = prefix_of(name)
            if self._prefixes.setdefault(prefix, side) is not side:
                raise BadScope(f"{name} is on both sides")
            if line.when:
                self._late.add(prefix)

    def of(self, chain: str) -> Scope:
        """The same lines, asked about another kind of chain."""
        return self if chain == self.chain else Scope(self.compared, self.given, self.inputs, chain)

    @classmethod
    def load(cls, path: Path = DEFAULT) -> Scope:
        """Read a scope file; raises `BadScope`."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise BadScope(f"{path.name} cannot be read: {error}") from None
        for side in data.keys() - _SIDES.keys():
            raise BadScope(f"there is no side {side!r}")
        compared, given, inputs = (_lines(data, side, key) for side, key in _SIDES.items())
        return cls(compared, given, inputs)

    def _side(self, key: bytes) -> Side:
        """Who accounts for a key: the entry for its item, or else the one for its pallet."""
        if key.startswith(b":"):
            return self._prefixes.get(self._raw_entry(key), Side.UNKNOWN)
        for length in (32, 16):
            side = self._prefixes.get(key[:length])
            if side is not None:
                return side
        return Side.UNKNOWN

    def _raw_entry(self, key: bytes) -> bytes:
        """The entry for a raw key: itself, or what it starts with where the entry ends in a star."""
        starts = (each for each in self._raw if each.endswith(b"*") and key.startswith(each[:-1]))
        return key if key in self._prefixes else next(starts, key)

    def is_late(self, key: bytes) -> bool:
        """Whether a given key is written only after our code has run."""
        return key[:32] in self._late

    def summary(self) -> tuple[str, ...]:
        """What is compared, what is given and why, a line each."""
        sides = (("compared", self.compared), ("given", self.given), ("input", self.inputs))
        return tuple(f"{side}{_where(line)}: {_said(line)}" for side, lines in sides for line in lines)


def _where(line: Line) -> str:
    return f" ({line.chain})" if line.chain else ""


def _said(line: Line) -> str:
    return f"{', '.join(line.items)} ({line.reason})"


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
        chain, when = row.get("chain", ""), row.get("when", "")
        if chain not in CHAINS or when not in MOMENTS:
            raise BadScope(f"an entry of [[{side}]] has no such chain or moment: {chain or when!r}")
        lines.append(Line(tuple(names), reason, chain, when))
    return tuple(lines)


CHAINS = ("", "relay", "para")
MOMENTS = ("", "after")

_SIDES = {"compared": "items", "given": "items", "input": "what"}
"""The sides that a file may have, with what their entries name."""
