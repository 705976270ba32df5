"""Which neighbour leads to which node: distance vectors.

Each node tells its neighbours how far it is from every other. To a node leads the neighbour that says it is
nearest to it; among equals the one with the smallest id, on every node alike. That is what keeps the copies
of a multicast apart: two of them never take the same link. A node hides from a neighbour the ways that lead
through that neighbour itself, so that two nodes do not send each other back and forth.

A distance of ten hops means out of reach. It also bounds how long nodes that are cut off can haunt the
tables: each round of news makes them one hop farther.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

OUT_OF_REACH: Final = 10
"""Hops."""


class Routes:
    """One node's table, recomputed from what its neighbours said last."""

    def __init__(self, me: bytes) -> None:
        self._me = me
        self._said: dict[bytes, dict[bytes, int]] = {}
        self._table: dict[bytes, tuple[int, bytes]] = {}
        self.number = 0
        """Grows with every change of the table."""

    # What neighbours do.

    def join(self, neighbour: bytes) -> bool:
        """A neighbour is there, of whom nothing but itself is known yet; whether the table changed."""
        self._said.setdefault(neighbour, {})
        return self._compute()

    def leave(self, neighbour: bytes) -> bool:
        """A neighbour is gone, and so are all ways through it; whether the table changed."""
        self._said.pop(neighbour, None)
        return self._compute()

    def hear(self, neighbour: bytes, distances: Iterable[tuple[bytes, int]]) -> bool:
        """A neighbour's whole table, in place of its last; whether ours changed."""
        if neighbour in self._said:
            self._said[neighbour] = dict(distances)
        return self._compute()

    def _compute(self) -> bool:
        found: dict[bytes, tuple[int, bytes]] = {}
        for neighbour in sorted(self._said):
            found[neighbour] = (1, neighbour)
        for neighbour, said in sorted(self._said.items()):
            for node, distance in said.items():
                known = found.get(node)
                if node != self._me and distance + 1 < (OUT_OF_REACH if known is None else known[0]):
                    found[node] = (distance + 1, neighbour)
        changed = found != self._table
        self._table = found
        self.number += changed
        return changed

    # What can be asked.

    def next_hop(self, node: bytes) -> bytes | None:
        """The neighbour that leads to a node; None if it is out of reach."""
        known = self._table.get(node)
        return None if known is None else known[1]

    def reaches(self, node: bytes) -> bool:
        """Whether any way leads to a node."""
        return node in self._table

    def for_neighbour(self, neighbour: bytes) -> tuple[tuple[bytes, int], ...]:
        """Our table as this neighbour may know it."""
        return tuple(
            (node, distance)
            for node, (distance, through) in self._table.items()
            if neighbour not in {through, node}
        )

    @property
    def table(self) -> Mapping[bytes, tuple[int, bytes]]:
        """Node to distance and neighbour."""
        return self._table
