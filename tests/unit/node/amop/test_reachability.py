"""Whoever is connected by some path reaches everybody, also after a link is cut.

The bound: ten seconds after the cut. When both ends notice it, it takes milliseconds; when the line is just
dead, a link is given up after seven seconds of silence.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from tests.support import amop_bytes as wire
from tests.support.amop_world import World
from tests.support.graphs import Graph, connected, labelled, shapes

BOUND = 10.0
"""Seconds."""

SHAPES = [(nodes, graph) for nodes in (2, 3, 4, 5) for graph in shapes(nodes)]


def unicasts_all_ways(world: World, nodes: int) -> dict[tuple[int, int], int]:
    """The result of a unicast from each node to each other, to a topic that only the other holds."""
    clients = [world.client(node, f"at{node}") for node in range(nodes)]
    asked = {(a, b): clients[a].unicast(f"at{b}") for a, b in permutations(range(nodes), 2)}
    world.run(1)
    results = {pair: clients[pair[0]].result(seq) for pair, seq in asked.items()}
    for client in clients:
        client.leave()
    world.run(0.1)
    return {pair: result for pair, result in results.items() if result is not None}


def expected(nodes: int, edges: Graph) -> dict[tuple[int, int], int]:
    """0 where there is a path, 100 where there is none."""
    reach = {(a, b) for a, b in permutations(range(nodes), 2) if (min(a, b), max(a, b)) in edges}
    for _ in range(nodes):
        reach |= {(a, d) for a, b in reach for c, d in reach if b == c and a != d}
    return {pair: 0 if pair in reach else 100 for pair in permutations(range(nodes), 2)}


def test_there_are_as_many_shapes_as_there_should_be() -> None:
    assert [len(list(shapes(nodes))) for nodes in (2, 3, 4, 5)] == [1, 2, 6, 21]


@pytest.mark.parametrize(("nodes", "graph"), SHAPES)
def test_everybody_reaches_everybody_after_any_one_cut_that_leaves_a_path(nodes: int, graph: Graph) -> None:
    for link in graph:
        world = World(nodes, graph)
        assert unicasts_all_ways(world, nodes) == expected(nodes, graph)

        world.cut(*link)
        world.run(0.1)

        rest = tuple(each for each in graph if each != link)
        assert unicasts_all_ways(world, nodes) == expected(nodes, rest)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("nodes", [4, 5])
def test_so_it_is_for_every_way_to_number_the_nodes(nodes: int) -> None:
    for graph in labelled(nodes):
        for link in graph:
            world = World(nodes, graph)
            world.cut(*link)
            world.run(0.1)
            rest = tuple(each for each in graph if each != link)
            assert unicasts_all_ways(world, nodes) == expected(nodes, rest), (graph, link)


@pytest.mark.parametrize(("nodes", "graph"), [each for each in SHAPES if len(each[1]) > each[0] - 1][:12])
def test_a_link_that_dies_without_a_word_is_replaced_within_the_bound(nodes: int, graph: Graph) -> None:
    link = next(each for each in graph if connected(nodes, tuple(one for one in graph if one != each)))
    world = World(nodes, graph)

    world.freeze(*link)
    world.run(BOUND)

    assert set(unicasts_all_ways(world, nodes).values()) == {0}


@pytest.mark.parametrize("moment", [0.0, 0.0005, 0.0015, 0.0025])
def test_a_unicast_lost_with_a_dead_link_goes_another_way_and_is_delivered_once(moment: float) -> None:
    world = World(3, [(0, 1), (1, 2), (0, 2)])
    subscriber, publisher = world.client(1, "t"), world.client(0)
    began, seq = world.now, publisher.unicast("t", b"once")
    world.run(moment)

    world.freeze(0, 1)

    assert publisher.answer(seq).result == 0
    assert subscriber.got("t") == [b"once"]
    assert world.now - began <= BOUND


@pytest.mark.parametrize("seed", range(8))
def test_a_node_that_is_out_of_reach_for_a_moment_does_not_make_it_two_deliveries(seed: int) -> None:
    """In a ring of four, a cut leaves a node without a way until its neighbours have said what they know."""
    world = World(4, [(0, 1), (1, 2), (2, 3), (0, 3)], seed=seed)
    near, far, publisher = world.client(1, "t"), world.client(2, "t"), world.client(0)
    near.answers = far.answers = None
    seq = publisher.unicast("t", b"once")
    world.run(0.1)

    world.cut(0, 1)
    world.run(0.5)

    got = [client for client in (near, far) if client.got("t")]
    assert len(got) == 1
    got[0].send(wire.frame(wire.ANSWER, seq, wire.amop("t", b"had it")))
    assert publisher.answer(seq, at_most=0.1).content == b"had it"


def test_a_network_cut_in_two_gives_100_and_heals() -> None:
    world = World(4, [(0, 1), (1, 2), (2, 3)])
    world.client(3, "t")
    publisher = world.client(0)

    world.cut(1, 2)
    world.run(0.1)
    while_cut = publisher.answer(publisher.unicast("t"), at_most=0.1).result
    world.connect(2, 1)
    world.run(0.1)

    assert while_cut == 100
    assert publisher.answer(publisher.unicast("t"), at_most=0.1).result == 0


def test_what_changed_while_a_network_was_cut_is_known_soon_after() -> None:
    world = World(4, [(0, 1), (1, 2), (2, 3)])
    subscriber, publisher = world.client(3, "old"), world.client(0)
    world.cut(1, 2)
    subscriber.subscribe("new")
    world.run(5)

    world.connect(1, 2)
    world.run(0.1)

    assert publisher.answer(publisher.unicast("new"), at_most=0.1).result == 0
    assert publisher.answer(publisher.unicast("old"), at_most=0.1).result == 100


def test_nine_hops_are_reached_and_ten_are_not() -> None:
    world = World(11, [(node, node + 1) for node in range(10)])
    near, far, publisher = world.client(9, "near"), world.client(10, "far"), world.client(0)
    world.run(1)

    assert publisher.answer(publisher.unicast("near"), at_most=0.5).result == 0
    assert publisher.answer(publisher.unicast("far"), at_most=0.5).result == 100
    assert (len(near.got("near")), far.got("far")) == (1, [])
