"""How long a unicast takes, over real sockets with TLS; on a busy machine, the best of a few rounds."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from tests.support import amop_bytes as wire
from tests.support.amop_network import RawClient, running

ROUNDS, MESSAGES = 4, 200


def round_trips(publisher: RawClient) -> list[float]:
    """Milliseconds, shortest first."""
    found = []
    for _ in range(MESSAGES):
        began = time.perf_counter()
        publisher.send(wire.UNICAST, "t", bytes(256))
        publisher.take(wire.ANSWER)
        found.append((time.perf_counter() - began) * 1000)
    return sorted(found)


@pytest.mark.slow
def test_a_unicast_over_two_nodes_takes_milliseconds(tmp_path: Path) -> None:
    with (
        running(tmp_path, 2) as network,
        network.client(1, "t") as subscriber,
        network.client(0) as publisher,
    ):
        holders = network.nodes[0].hub.neighbours.directory.holders
        network.wait(lambda: len(holders(b"t")) == 1)

        def serve() -> None:
            for _ in range(ROUNDS * MESSAGES):
                subscriber.answer_next()

        serving = threading.Thread(target=serve)
        serving.start()
        rounds = [round_trips(publisher) for _ in range(ROUNDS)]
        serving.join(10)

    assert min(each[MESSAGES // 2] for each in rounds) < 5
    assert min(each[MESSAGES * 99 // 100] for each in rounds) < 20
