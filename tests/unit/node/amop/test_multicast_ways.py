"""A multicast takes each link at most once, and comes to each node at most once."""

from __future__ import annotations

from itertools import product
from random import Random
from sys import getsizeof

import pytest

from node.amop.limits import DEFAULT
from node.amop.link_messages import START_TTL, Spread, encode
from node.amop.seen import Seen
from primitives.record import replace
from tests.support.amop_world import World, identity
from tests.support.graphs import Graph, shapes

SHAPES = [(nodes, graph) for nodes in (2, 3, 4, 5) for graph in shapes(nodes)]
LARGE = 10_000
"""Bytes; nothing else on a link is as large."""


@pytest.mark.parametrize(("nodes", "graph"), SHAPES)
def test_each_link_carries_one_copy_and_each_subscriber_gets_one(nodes: int, graph: Graph) -> None:
    world = World(nodes, graph)
    subscribers = [world.client(node, "t") for node in range(nodes)]
    for node in range(nodes):
        before = [len(line.copies) for line in world.lines.values()]

        subscribers[node].multicast("t", bytes(LARGE))
        world.run(0.5)

        sent = [line.copies[start:] for line, start in zip(world.lines.values(), before, strict=True)]
        copies = [sum(size >= LARGE for size in sizes) for sizes in sent]
        assert max(copies) == 1
        assert sum(copies) <= nodes - 1
    assert [len(each.got("t")) for each in subscribers] == [nodes] * nodes


def test_a_node_without_subscribers_on_the_way_gets_no_copy() -> None:
    world = World(3, [(0, 1), (0, 2)])
    world.client(1, "t")
    line = world.lines[0, 2]
    before = len(line.copies)

    world.client(0).multicast("t", bytes(LARGE))
    world.run(0.5)

    assert max(line.copies[before:], default=0) < LARGE


def test_a_copy_that_comes_twice_is_delivered_once() -> None:
    world = World(2, [(0, 1)])
    subscriber = world.client(1, "t")
    message = Spread(identity(0), (identity(1),), START_TTL, 1, 5, b"0" * 32, b"t", b"x")

    for _ in range(3):
        world.hubs[1].feed(world.lines[0, 1].door.peer, encode(message), world.now)  # type: ignore[arg-type]
    world.hubs[1].flush()

    assert subscriber.got("t") == [b"x"]


def test_while_ways_change_nothing_is_delivered_twice() -> None:
    ring = [(0, 1), (1, 2), (2, 3), (0, 3)]
    world = World(4, ring)
    subscribers = [world.client(node, "t") for node in range(4)]
    for number, link in product(range(5), ring):
        for node in range(4):
            subscribers[node].multicast("t", b"%d %d %d %d" % (number, node, *link))
        world.cut(*link)
        world.run(0.0005)
        subscribers[0].multicast("t", b"meanwhile %d %d %d" % (number, *link))
        world.connect(*link)
        world.run(0.0105)
    world.run(1)

    got = [each.got("t") for each in subscribers]

    assert [len(each) - len(set(each)) for each in got] == [0] * 4
    assert min(map(len, got)) >= 30


def test_numbers_that_are_long_past_count_as_seen() -> None:
    seen = Seen(DEFAULT)
    for number in range(2 * DEFAULT.window):
        assert seen.is_new(b"a", 1, number)

    assert not seen.is_new(b"a", 1, 3)
    assert not seen.is_new(b"a", 1, 2 * DEFAULT.window - 1)
    assert seen.is_new(b"a", 2, 3)


def test_within_the_window_a_late_number_is_new_once_and_beyond_it_never() -> None:
    seen = Seen(DEFAULT)
    newest = 3 * DEFAULT.window
    assert seen.is_new(b"a", 1, newest)

    last = newest - DEFAULT.window + 1
    assert [seen.is_new(b"a", 1, each) for each in (last, last, last - 1)] == [True, False, False]
    assert seen.is_new(b"a", 1, newest + 1)
    assert [seen.is_new(b"a", 1, each) for each in (last, last + 1, newest)] == [False, True, False]


def test_in_any_order_each_number_is_new_once() -> None:
    """Against a set of all numbers, as long as none is later than the window."""
    seen, random = Seen(replace(DEFAULT, window=64)), Random(7)
    known: set[int] = set()
    for step in range(5_000):
        number = step + random.randrange(60)
        assert seen.is_new(b"a", 1, number) == (number not in known)
        known.add(number)


def test_a_busy_sender_takes_about_a_kilobyte() -> None:
    seen = Seen(DEFAULT)
    for number in range(0, 4 * DEFAULT.window, 2):
        seen.is_new(b"a", 1, number)
    seen.is_new(b"b", 1, 0)
    seen.is_new(b"b", 1, (1 << 63) - 1)

    (_, busy), (_, wild) = seen._senders.values()

    assert getsizeof(busy) < 1_200
    assert wild == 1


def test_only_so_many_senders_are_remembered() -> None:
    seen = Seen(DEFAULT)
    for number in range(DEFAULT.senders + 1):
        assert seen.is_new(b"%d" % number, 1, 0)

    assert seen.is_new(b"0", 1, 0)
    assert not seen.is_new(b"%d" % DEFAULT.senders, 1, 0)
