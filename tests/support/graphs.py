"""All connected graphs of a few nodes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, permutations

Edge = tuple[int, int]
Graph = tuple[Edge, ...]


def connected(nodes: int, edges: Graph) -> bool:
    reached, fresh = {0}, [0]
    while fresh:
        here = fresh.pop()
        near = {two if one == here else one for one, two in edges if here in (one, two)}
        fresh += near - reached
        reached |= near
    return len(reached) == nodes


def labelled(nodes: int) -> Iterator[Graph]:
    """Every connected graph on nodes 0, 1, ..., however many look alike."""
    every = list(combinations(range(nodes), 2))
    for size in range(nodes - 1, len(every) + 1):
        yield from (edges for edges in combinations(every, size) if connected(nodes, edges))


def shapes(nodes: int) -> Iterator[Graph]:
    """One of each kind that look alike."""
    seen: set[Graph] = set()
    for edges in labelled(nodes):
        if edges not in seen:
            yield edges
            for order in permutations(range(nodes)):
                moved = (tuple(sorted((order[one], order[two]))) for one, two in edges)
                seen.add(tuple(sorted(moved)))  # type: ignore[arg-type]
