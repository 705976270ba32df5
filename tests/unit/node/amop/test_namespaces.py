"""Three nodes, each in a network of its own with real interfaces between them: Linux' network namespaces.

Taking an interface down is a pulled cable: no connection is closed, nobody is told. This needs root and the
program `ip`; elsewhere the same is tried without sockets, in `test_reachability.py`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from node.amop.certs import make_certificates

ROOT = Path(__file__).resolve().parents[4]
PORT = 20_200
BOUND = 10.0
"""Seconds from a pulled cable to another way."""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=10)


def may_make_namespaces() -> bool:
    if shutil.which("ip") is None:
        return False
    name = f"amop-try-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True).returncode == 0
    if made:
        ip("netns", "delete", name)
    return made


pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


class Triangle:
    """Namespaces 0, 1 and 2, a cable between any two, a node in each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names = [f"amop-{os.getpid()}-{number}" for number in range(3)]
        self.processes: list[subprocess.Popen[str]] = []
        make_certificates(folder, 3)
        for name in self.names:
            ip("netns", "add", name)
            ip("-n", name, "link", "set", "lo", "up")
        for one, other in combinations(range(3), 2):
            self.plug(one, other)

    def plug(self, one: int, other: int) -> None:
        ends = [f"v{one}{other}", f"v{other}{one}"]
        ip(
            *("link", "add", ends[0], "netns", self.names[one]),
            *("type", "veth", "peer", "name", ends[1], "netns", self.names[other]),
        )
        for place, (node, end) in enumerate(zip((one, other), ends, strict=True)):
            ip("-n", self.names[node], "address", "add", f"10.77.{one}{other}.{place + 1}/24", "dev", end)
            ip("-n", self.names[node], "link", "set", end, "up")

    def set_cable(self, one: int, other: int, state: str) -> None:
        """`down` or `up`."""
        ip("-n", self.names[one], "link", "set", f"v{one}{other}", state)

    def run(self, node: int, *words: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.names[node], sys.executable, "-m", "node.cli", "amop", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        return process

    def start_nodes(self) -> None:
        for node in range(3):
            certs = str(self.folder / f"node{node}")
            peers = [f"--peer=10.77.{other}{node}.1:{PORT}" for other in range(node)]
            process = self.run(node, "node", "--listen", f"0.0.0.0:{PORT}", "--certs", certs, *peers)
            assert process.stdout is not None
            assert "listens" in process.stdout.readline()

    def unicast(self, topic: str) -> int:
        """From node 0; gives the exit status."""
        sdk = str(self.folder / "sdk")
        return self.run(
            0, "unicast", f"127.0.0.1:{PORT}", topic, "hi", "--certs", sdk, "--timeout", "3"
        ).wait(20)

    def until(self, topic: str, status: int) -> float:
        """Seconds until a unicast ends like this."""
        began = time.monotonic()
        while self.unicast(topic) != status:
            assert time.monotonic() - began < 3 * BOUND
        return time.monotonic() - began

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate(timeout=10)
        for name in self.names:
            ip("netns", "delete", name)


@pytest.fixture
def triangle(tmp_path: Path) -> Iterator[Triangle]:
    if not may_make_namespaces():
        pytest.skip("network namespaces cannot be made here")
    made = Triangle(tmp_path)
    try:
        made.start_nodes()
        yield made
    finally:
        made.close()


def test_a_pulled_cable_is_noticed_and_another_way_found(triangle: Triangle) -> None:
    subscriber = triangle.run(1, "sub", f"127.0.0.1:{PORT}", "t", "--certs", str(triangle.folder / "sdk"))
    assert subscriber.stdout is not None
    assert "subscribed" in subscriber.stdout.readline()
    triangle.until("t", 0)

    triangle.set_cable(0, 1, "down")
    around = triangle.until("t", 0)
    triangle.set_cable(0, 2, "down")
    alone = triangle.until("t", 1)
    triangle.set_cable(0, 1, "up")
    back = triangle.until("t", 0)

    start_of_a_program = 2.0
    assert max(around, alone, back) < BOUND + start_of_a_program
