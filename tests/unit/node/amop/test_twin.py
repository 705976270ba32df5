"""Two nodes with one certificate: each announces its topics in the name of both."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from node.amop.certs import make_certificates
from node.amop.limits import DEFAULT
from node.amop.twin import Outdoing, TwinNotice
from tests.support.amop_network import running
from tests.support.amop_world import World, identity

A = identity(0)
LINE = [(0, 1), (1, 2), (2, 3)]


def twins() -> World:
    """Nodes 0 and 3 are twins, each with a topic of its own; they are not linked to each other."""
    world = World(4)
    world.hubs[3] = world.make_hub(0)
    world.client(0, "first")
    world.client(3, "second")
    return world


def test_twins_do_not_outdo_each_other_as_fast_as_messages_travel() -> None:
    world = twins()
    told: list[TwinNotice] = []
    for node in (0, 3):
        world.hubs[node].notify = told.append
    lines = [world.connect(*ends) for ends in LINE]
    world.run(5)
    before = sum(len(line.copies) for line in lines)

    world.run(30)

    assert sum(len(line.copies) for line in lines) - before < 30 * 10
    assert set(told) == {TwinNotice(A, DEFAULT.twin_seconds)}
    assert 4 <= len(told) <= 8


def test_a_list_of_an_earlier_run_is_outdone_at_once_and_nobody_is_told() -> None:
    world = World(2, [(0, 1)])
    told: list[TwinNotice] = []
    world.client(0, "then")
    world.hubs[1].neighbours.directory._lists[A] = ((99, 5), frozenset([b"then"]))
    world.hubs[1].neighbours.directory._digest = None
    world.crash(0)
    world.hubs[0].notify = told.append
    world.client(0, "now")

    world.connect(0, 1)
    world.run(0.1)

    assert world.hubs[1].neighbours.directory.topics(A) == {b"now"}
    assert told == []


def test_a_second_time_has_to_wait_and_is_told_once_in_each_pause() -> None:
    outdoing = Outdoing(A, 10.0)

    may = [outdoing.may(now) for now in (0.0, 0.1, 9.9, 10.0, 19.9)]
    told = [outdoing.notice(), outdoing.notice()]
    later = outdoing.may(20.0)

    assert may == [True, False, False, True, False]
    assert told == [TwinNotice(A, 10.0), None]
    assert later
    assert outdoing.notice() == TwinNotice(A, 10.0)


def test_the_log_names_the_certificate_that_is_in_use_twice(tmp_path: Path) -> None:
    make_certificates(tmp_path, 4)
    shutil.copytree(tmp_path / "node0", tmp_path / "node3", dirs_exist_ok=True)

    with running(tmp_path, 4, peers=lambda number: [number - 1] if number else []) as network:
        node = network.nodes[0]
        with network.client(0, "first"), network.client(3, "second"):
            line = f"another node announces topics as {node.hub.me.hex()}: is its certificate"
            network.wait(lambda: any(each.startswith(line) for each in network.log))
            (link,) = network.call(lambda: list(node.hub.neighbours.links.values()))
            before = network.call(lambda: link.messages_in)
            time.sleep(1)

            assert network.call(lambda: link.messages_in) - before < 30
