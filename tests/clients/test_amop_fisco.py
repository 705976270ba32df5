"""Genuine programs of FISCO BCOS 2.x at our nodes, unmodified.

`CROSSLANE_FISCO_CLIENTS` names a folder with the Go SDK's example programs `sub`, `unicast_pub` and
`multicast_pub`, for private topics `auth_sub` and `auth_unicast_pub`, and the Python SDK as `python-sdk` with
an environment that has its packages in `python-sdk/.venv`. Nothing of them is in this repository; what is not
there is skipped. The programs find their certificates in the folder they are started in, and take an endpoint
and a topic.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import amop_bytes as wire
from tests.support.amop_network import Running, running

FOLDER = os.environ.get("CROSSLANE_FISCO_CLIENTS", "")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(
        not FOLDER, reason="CROSSLANE_FISCO_CLIENTS names no folder of genuine client programs"
    ),
]

ENOUGH = 30
"""Seconds for a publisher to send something; some programs wait before they begin."""


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("amop"), 3) as made:
        yield made


class Program:
    """A genuine program, its output going to a file."""

    def __init__(self, network: Running, name: str, node: int, *words: str) -> None:
        path = Path(FOLDER) / name
        if not path.is_file():
            pytest.skip(f"there is no {name} in CROSSLANE_FISCO_CLIENTS")
        self._output = network.folder / f"{name}-{node}.txt"
        with self._output.open("wb") as file:
            self._process = subprocess.Popen(
                [path.resolve(), network.endpoint(node), *words],
                cwd=network.sdk,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._output.read_text(errors="replace")

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(10)


def wait_for_holder(network: Running, topic: str) -> None:
    holders = network.nodes[0].hub.neighbours.directory.holders
    network.wait(lambda: len(holders(topic.encode())) > 0)


def test_a_unicast_publisher_and_a_subscriber_meet_across_two_nodes(network: Running) -> None:
    with Program(network, "sub", 1, "hello") as subscriber:
        wait_for_holder(network, "hello")
        with Program(network, "unicast_pub", 0, "hello"):
            hub = network.nodes[1].hub
            network.wait(lambda: hub.counters.passed >= 2, ENOUGH)
            assert "hello" in subscriber.said or "publisher" in subscriber.said


def test_a_multicast_publisher_reaches_subscribers_on_two_nodes(network: Running) -> None:
    with Program(network, "sub", 1, "news") as one, Program(network, "sub", 2, "news") as other:
        wait_for_holder(network, "news")
        with Program(network, "multicast_pub", 0, "news"):
            hubs = [network.nodes[number].hub for number in (1, 2)]
            network.wait(lambda: all(hub.counters.pushed >= 2 for hub in hubs), ENOUGH)
            assert one.said
            assert other.said


def test_a_unicast_to_an_unknown_topic_is_error_100(network: Running) -> None:
    with Program(network, "unicast_pub", 0, "nobody") as publisher:
        network.wait(lambda: "100" in publisher.said, ENOUGH)


def test_our_own_client_answers_a_genuine_publisher(network: Running) -> None:
    with network.client(1, "_block_notify_1", "mixed") as subscriber:
        wait_for_holder(network, "mixed")
        subscriber.socket.settimeout(ENOUGH)
        with Program(network, "unicast_pub", 0, "mixed"):
            assert subscriber.answer_next()


def test_our_own_publisher_is_heard_by_a_genuine_subscriber(network: Running) -> None:
    with Program(network, "sub", 1, "ours") as subscriber, network.client(0) as publisher:
        wait_for_holder(network, "ours")
        publisher.send(wire.UNICAST, "ours", b"a text that nobody else sends")
        assert publisher.take(wire.ANSWER).result == 0
        network.wait(lambda: "a text that nobody else sends" in subscriber.said)


def test_a_private_topic_is_verified_and_then_delivered(network: Running) -> None:
    subscribing = Program(network, "auth_sub", 1, "private")
    with subscribing as subscriber, Program(network, "auth_unicast_pub", 0, "private"):
        hub, topic = network.nodes[0].hub, b"#!$TopicNeedVerify_private"
        network.wait(lambda: hub.verification.state(network.nodes[1].hub.me, topic) == "verified", ENOUGH)
        network.wait(lambda: bool(subscriber.said), ENOUGH)


def test_the_python_sdk_s_channel_subscribes_sends_and_answers(network: Running) -> None:
    sdk = Path(FOLDER).resolve() / "python-sdk"
    python = sdk / ".venv/bin/python"
    if not python.exists():
        pytest.skip("there is no python-sdk with a .venv in CROSSLANE_FISCO_CLIENTS")
    script = Path(__file__).with_name("amop_python_sdk.py")
    ports = [str(network.nodes[number].port) for number in (0, 1)]

    ran = subprocess.run(
        [python, script, sdk, network.sdk, *ports], capture_output=True, text=True, timeout=60, check=True
    )

    told = json.loads(ran.stdout.splitlines()[-1])
    assert told["version"]["Chain Id"] == "1"
    assert told["found"] == sorted(
        [
            *([wire.UNICAST, 0, "hello", f"{number}"] for number in range(5)),
            *([wire.ANSWER, 0, "hello", f"re {number}"] for number in range(5)),
            [wire.ANSWER, 0, "hello", "all"],
            [wire.ANSWER, 100, "", ""],
            [wire.MULTICAST, 0, "hello", "all"],
        ]
    )
