"""Which subscriber gets a unicast is left to chance: evenly over the nodes, and evenly within each node.

Chi-square with the limits for p = 0.001. The generators have fixed seeds, so a run is the same each time.
"""

from __future__ import annotations

import pytest

from node.amop.limits import DEFAULT
from primitives.record import replace
from tests.support.amop_world import SimClient, World

LIMITS = {1: 10.83, 2: 13.82, 4: 18.47}
"""Chi-square at p = 0.001, by degrees of freedom."""

MESSAGES = 1000


def chi_square(counts: list[int]) -> float:
    mean = sum(counts) / len(counts)
    return sum((count - mean) ** 2 / mean for count in counts)


def looks_random(counts: list[int]) -> bool:
    return chi_square(counts) < LIMITS[len(counts) - 1]


def spread(world: World, publisher: SimClient, subscribers: list[SimClient]) -> list[int]:
    sequences = [publisher.unicast("t", b"%d" % number) for number in range(MESSAGES)]
    world.run(2)
    assert [publisher.result(each) for each in sequences] == [0] * MESSAGES
    contents = [content for each in subscribers for content in each.got("t")]
    assert sorted(map(int, contents)) == list(range(MESSAGES))
    return [len(each.got("t")) for each in subscribers]


@pytest.mark.parametrize("subscribers", [2, 3, 5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_across_nodes_each_is_as_likely(subscribers: int, seed: int) -> None:
    world = World(subscribers + 1, [(0, node) for node in range(1, subscribers + 1)], seed=seed)
    clients = [world.client(node, "t") for node in range(1, subscribers + 1)]

    assert looks_random(spread(world, world.client(0), clients))


@pytest.mark.parametrize("subscribers", [2, 3, 5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_within_a_node_each_session_is_as_likely(subscribers: int, seed: int) -> None:
    world = World(1, seed=seed)
    clients = [world.client(0, "t") for _ in range(subscribers)]

    assert looks_random(spread(world, world.client(0), clients))


def test_a_node_with_many_subscribers_is_no_likelier_than_one_with_few() -> None:
    world = World(3, [(0, 1), (0, 2)])
    one, many = [world.client(1, "t")], [world.client(2, "t") for _ in range(5)]

    counts = spread(world, world.client(0), one + many)

    assert looks_random([counts[0], sum(counts[1:])])
    assert looks_random(counts[1:])


def test_our_own_node_is_a_candidate_like_the_others() -> None:
    world = World(2, [(0, 1)])
    clients = [world.client(0, "t"), world.client(1, "t")]

    assert looks_random(spread(world, world.client(0), clients))


def test_the_second_choice_is_random_too() -> None:
    world = World(1, limits=replace(DEFAULT, unanswered=2000))
    clients = [world.client(0, "t") for _ in range(4)]
    clients[0].answers = None
    publisher = world.client(0)
    for _ in range(MESSAGES):
        publisher.unicast("t")
    world.run(20)

    seconds = [len(each.got("t")) for each in clients[1:]]

    assert sum(seconds) == MESSAGES
    assert looks_random(seconds)
