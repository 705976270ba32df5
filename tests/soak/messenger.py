"""Four nodes of the messenger as processes; under load, two of them are killed or stopped at random.

Each node is linked to all others, over TLS. The two that stay have a publisher and a subscriber each, those
that are killed a subscriber. One that is stopped (SIGSTOP) keeps its connections and says nothing: for less
than the silence that ends a link, or for more; then it goes on (SIGCONT) with what it knew. What must hold:
the connections of the clients at the nodes that stay are never lost; every unicast ends with a result in
bounded time; nobody gets a multicast twice; and between the two nodes that stay none is lost.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from random import Random

from node.amop.certs import make_certificates
from node.amop.client import Client
from node.amop.limits import DEFAULT
from node.amop.messenger import Incoming, Undelivered
from node.errors import UserError
from tests.soak.parts import Budget, Outcome, Show

ROOT = Path(__file__).resolve().parents[2]
STAY, KILLED = (0, 1), (2, 3)
STOPPED_OF = 3
"""One in so many is stopped instead of killed."""

LONGEST_STOP = DEFAULT.silence_seconds + 3
"""Seconds."""

AT_ONCE = 8
"""Unicasts of one publisher that are under way."""

PAUSE = 0.002
"""Seconds between two of its multicasts."""

LAST_SECONDS = 3.0
"""For what is on its way at the end."""


class Nodes:
    """The four processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.ports = free_ports(4)
        self._processes: dict[int, subprocess.Popen[bytes]] = {}
        make_certificates(folder, 4)
        for number in range(4):
            self.start(number)

    def start(self, number: int) -> None:
        peers = [f"--peer=127.0.0.1:{port}" for port in self.ports if port != self.ports[number]]
        words = [
            "--listen",
            f"127.0.0.1:{self.ports[number]}",
            "--certs",
            str(self._folder / f"node{number}"),
        ]
        self._processes[number] = subprocess.Popen(
            [sys.executable, "-m", "node.cli", "amop", "node", *words, *peers],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )

    def kill(self, number: int) -> None:
        process = self._processes.pop(number)
        process.kill()
        process.wait(10)

    def stop(self, number: int) -> None:
        self._processes[number].send_signal(signal.SIGSTOP)

    def go_on(self, number: int) -> None:
        self._processes[number].send_signal(signal.SIGCONT)

    def close(self) -> None:
        for number in list(self._processes):
            self.kill(number)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    found = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return found


class Subscriber:
    """Remembers what came."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.multicasts: Counter[bytes] = Counter()

    async def join(self) -> None:
        await self.client.subscribe("work", self._work)
        await self.client.subscribe("news", self._news)

    async def _work(self, message: Incoming) -> bytes:
        return message.data

    async def _news(self, message: Incoming) -> None:
        self.multicasts[message.data] += 1


class Run:
    """One run of the part."""

    def __init__(self, budget: Budget, show: Show, seed: int, folder: Path) -> None:
        self.budget, self.show, self.random = budget, show, Random(seed)
        self.nodes, self._sdk = Nodes(folder), folder / "sdk"
        self.failures: list[str] = []
        self.results: Counter[str] = Counter()
        self.sent: list[bytes] = []
        self.subscribers: list[Subscriber] = []
        self.kills = self.stops = 0
        self.slowest = 0.0

    def client(self, number: int, *, stays: bool) -> Client:
        def log(text: str) -> None:
            if stays and not text.endswith(": closed"):
                self.failures.append(f"a client of node {number}: {text}")

        return Client(f"127.0.0.1:{self.nodes.ports[number]}", certs=self._sdk, log=log)

    async def whole(self) -> None:
        publishers = [self.client(number, stays=True) for number in STAY]
        subscribers = self.subscribers = [
            Subscriber(self.client(number, stays=number in STAY)) for number in range(4)
        ]
        for each in (*publishers, *(one.client for one in subscribers)):
            await connect(each)
        for subscriber in subscribers:
            await subscriber.join()
        await asyncio.sleep(1)
        works = [self.ask(each, number) for each in publishers for number in range(AT_ONCE)]
        works += [self.tell(each, number) for number, each in enumerate(publishers)]
        await asyncio.gather(*works, self.disturb())
        await asyncio.sleep(LAST_SECONDS)
        self.check(subscribers)
        for each in (*publishers, *(one.client for one in subscribers)):
            await each.close()

    async def ask(self, publisher: Client, number: int) -> None:
        count = 0
        while self.budget.left > 0 and not self.failures:
            content = b"%d %d" % (number, count)
            count += 1
            began = time.monotonic()
            try:
                answer = await publisher.unicast("work", content, timeout=2 * DEFAULT.total_seconds)
                self.results["answered" if answer == content else "answered wrongly"] += 1
            except Undelivered as error:
                self.results[type(error).__name__] += 1
            self.slowest = max(self.slowest, time.monotonic() - began)

    async def tell(self, publisher: Client, number: int) -> None:
        count = 0
        while self.budget.left > 0 and not self.failures:
            content = b"%d %d" % (number, count)
            count += 1
            await publisher.multicast("news", content)
            self.sent.append(content)
            await asyncio.sleep(PAUSE)

    async def disturb(self) -> None:
        while self.budget.left > 0 and not self.failures:
            await asyncio.sleep(self.random.uniform(0.5, 3.0))
            number = self.random.choice(KILLED)
            if self.random.randrange(STOPPED_OF):
                await self.kill_and_start(number)
            else:
                await self.stop_and_go_on(number)
            self.show(
                f"{self.disturbances}, {sum(self.results.values()):,} unicasts, {len(self.sent):,} multicasts"
            )

    async def kill_and_start(self, number: int) -> None:
        self.nodes.kill(number)
        self.kills += 1
        await asyncio.sleep(self.random.uniform(0.0, 1.5))
        self.nodes.start(number)

    async def stop_and_go_on(self, number: int) -> None:
        await self.until_it_takes_part(number)
        self.nodes.stop(number)
        self.stops += 1
        await asyncio.sleep(min(self.random.uniform(0.5, LONGEST_STOP), self.budget.left))
        self.nodes.go_on(number)

    async def until_it_takes_part(self, number: int) -> None:
        """A node that has just been started has no subscriber yet, and to stop it harms nobody."""
        heard = self.subscribers[number].multicasts
        before = heard.total()
        while self.budget.left > 0 and not self.failures and heard.total() == before:
            await asyncio.sleep(0.05)

    @property
    def disturbances(self) -> str:
        return f"{self.kills} kills, {self.stops} stops"

    def check(self, subscribers: list[Subscriber]) -> None:
        for number, subscriber in enumerate(subscribers):
            twice = sum(count > 1 for count in subscriber.multicasts.values())
            if twice:
                self.failures.append(f"node {number}'s subscriber got {twice} multicasts more than once")
            missing = len(set(self.sent) - set(subscriber.multicasts))
            if number in STAY and missing:
                self.failures.append(f"node {number}'s subscriber missed {missing} multicasts")
        if self.slowest > DEFAULT.total_seconds + 5:
            self.failures.append(f"a unicast took {self.slowest:.0f} s")
        for name in ("answered wrongly", "Disconnected", "TimedOut"):
            if self.results[name]:
                self.failures.append(f"{self.results[name]} unicasts: {name}")


async def connect(client: Client) -> None:
    """As soon as the node is up."""
    async with asyncio.timeout(20):
        while True:
            with suppress(UserError):
                await client.connect()
                return
            await asyncio.sleep(0.1)


def run(budget: Budget, show: Show, seed: int) -> Outcome:
    """Load, kills, stops and restarts, for as long as there is time."""
    with tempfile.TemporaryDirectory() as name:
        made = Run(budget, show, seed, Path(name))
        try:
            asyncio.run(made.whole())
        except Exception as error:
            made.failures.append(f"{type(error).__name__}: {error}")
        finally:
            made.nodes.close()
    results = ", ".join(f"{count:,} {name}" for name, count in made.results.most_common())
    done = (
        f"{made.disturbances}; unicasts: {results}, the slowest {made.slowest:.1f} s; "
        f"{len(made.sent):,} multicasts; seed {seed}"
    )
    return Outcome("messenger", done, budget.used, tuple(made.failures))
