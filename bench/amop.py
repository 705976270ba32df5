"""The messenger's speed, in one run beside mosquitto and NATS: `python -m bench.amop`.

Fan-out: one publisher, four subscribers, 256 bytes; deliveries a second, medians of a few turns, the systems
by turns. Unicasts: round trips through one node and through three hops, and as many at once as fit. Wall
clock, since processes wait for each other here; beside it the processor time of the server for a message.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from ssl import SSLContext
from statistics import median

from bench import amop_load as load
from bench import amop_servers as servers
from bench.amop_load import Peer
from bench.timing import heading, row
from node.amop.certs import make_certificates
from node.amop.client import Client
from node.amop.messenger import Incoming

SUBSCRIBERS = 4
MESSAGES = {False: 60_000, True: 20_000}
"""Of one turn, without and with TLS."""

TURNS = 5
ROUND_TRIPS = 3_000
PIPELINED = 20_000
AT_ONCE = 500

Join = Callable[..., Peer]


class System:
    """One server to be measured, with its four subscribers and a publisher."""

    def __init__(
        self,
        name: str,
        server: servers.Server,
        join: Join,
        tls: SSLContext | None,
        message: bytes,
        pushed: int,
    ) -> None:
        self.name, self.server, self._message, self._pushed = name, server, message, pushed
        self._subscribers = [join(server.port, tls, subscribe=True) for _ in range(SUBSCRIBERS)]
        self._publisher = join(server.port, tls, subscribe=False)
        self.rates: list[float] = []
        self.cpu: list[float] = []

    def turn(self, count: int) -> None:
        """Deliveries a second, and the server's seconds for each."""
        before = self.server.cpu()
        took = load.fan_out(self._publisher, self._subscribers, self._message, self._pushed, count)
        self.rates.append(count * SUBSCRIBERS / took)
        self.cpu.append((self.server.cpu() - before) / (count * SUBSCRIBERS))

    def close(self) -> None:
        """Hang up."""
        for each in (self._publisher, *self._subscribers):
            each.close()


@contextmanager
def systems(folder: Path, *, tls: bool) -> Iterator[list[System]]:
    """All that can be measured here."""
    with ExitStack() as stack:
        found = [_ours(stack, folder, tls=tls)]
        mosquitto = servers.find_or_install("mosquitto", "mosquitto")
        nats = None if tls else servers.find_or_install("nats-server", "nats-server")
        if mosquitto is not None:
            found.append(_mosquitto(stack, mosquitto, folder, tls=tls))
        if nats is not None:
            port = servers.free_port()
            server = stack.enter_context(servers.running(servers.nats(nats, port), port))
            pushed = len(load.NATS_PUSHED)
            found.append(System("nats-server", server, load.join_nats, None, load.NATS_MESSAGE, pushed))
        for each in found:
            stack.callback(each.close)
        yield found


def _ours(stack: ExitStack, folder: Path, *, tls: bool) -> System:
    port = servers.free_port()
    command = servers.node(port, folder / "node0" if tls else None)
    server = stack.enter_context(servers.running(command, port))
    context = servers.client_tls(folder / "sdk", ours=True) if tls else None
    pushed = len(load.OUR_MESSAGE)
    return System("crosslane", server, load.join_ours, context, load.OUR_MESSAGE, pushed)


def _mosquitto(stack: ExitStack, program: str, folder: Path, *, tls: bool) -> System:
    port, certs = servers.free_port(), folder / "p256"
    servers.make_p256(certs)
    command = servers.mosquitto(program, port, folder, certs if tls else None)
    server = stack.enter_context(servers.running(command, port))
    context = servers.client_tls(certs, ours=False) if tls else None
    pushed = len(load.MQTT_MESSAGE)
    return System("mosquitto", server, load.join_mqtt, context, load.MQTT_MESSAGE, pushed)


def measure_fan_out(folder: Path, *, tls: bool) -> None:
    """A table of deliveries a second."""
    title = f"fan-out to {SUBSCRIBERS}, {load.SIZE} bytes, {'TLS' if tls else 'plain'}"
    heading(title, "deliveries/s", "least", "most", "CPU each")
    with systems(folder, tls=tls) as found:
        for each in found:
            each.turn(MESSAGES[tls] // 10)
            each.rates.clear()
            each.cpu.clear()
        for _ in range(TURNS):
            for each in found:
                each.turn(MESSAGES[tls])
        for each in found:
            rates = (median(each.rates), min(each.rates), max(each.rates))
            row(each.name, *(f"{rate:,.0f}" for rate in rates), f"{median(each.cpu) * 1e6:.1f} us")


# Unicasts


def answer_to(pushed: bytes) -> bytes:
    """The same frame as an answer."""
    return pushed[:4] + b"\x00\x31" + pushed[6:]


def measure_round_trips(name: str, publisher: Peer, subscriber: Peer, node: servers.Server) -> None:
    """A unicast and its answer, one after the other."""
    request = load.frame(0x30, 11, load.amop(bytes(load.SIZE)))
    trips: list[float] = []
    before = 0.0
    for number in range(ROUND_TRIPS + 300):
        if number == 300:
            trips, before = [], node.cpu()
        began = time.perf_counter()
        publisher.say(request)
        subscriber.say(answer_to(load.read_frame(subscriber)))
        load.read_frame(publisher)
        trips.append(time.perf_counter() - began)
    cpu = (node.cpu() - before) / ROUND_TRIPS
    trips.sort()
    p50, p99 = (trips[len(trips) * percent // 100] * 1000 for percent in (50, 99))
    row(name, f"{p50:.2f} ms", f"{p99:.2f} ms", f"{cpu * 1e6:.0f} us")


@contextmanager
def line_of_nodes(folder: Path, nodes: int) -> Iterator[list[servers.Server]]:
    """Nodes of ours, each linked to the one before it."""
    with ExitStack() as stack:
        found: list[servers.Server] = []
        for number in range(nodes):
            port = servers.free_port()
            peers = [found[-1].port] if found else []
            command = servers.node(port, folder / f"node{number}", peers)
            found.append(stack.enter_context(servers.running(command, port)))
        yield found


def measure_unicasts(folder: Path) -> None:
    """Round trips, and many at once."""
    tls = servers.client_tls(folder / "sdk", ours=True)
    heading("unicast and answer, 256 bytes, TLS", "p50", "p99", "CPU at first")
    for name, nodes in (("one node", 1), ("two nodes", 2), ("three hops (four nodes)", 4)):
        with line_of_nodes(folder, nodes) as line:
            subscriber = load.join_ours(line[-1].port, tls, subscribe=True)
            publisher = load.join_ours(line[0].port, tls, subscribe=False)
            _wait_for_way(publisher)
            _answer_first(subscriber, publisher)
            measure_round_trips(name, publisher, subscriber, line[0])
            publisher.close()
            subscriber.close()


def _wait_for_way(publisher: Peer) -> None:
    """Until the subscription is known at the publisher's node."""
    ask = load.frame(0x12, 5, b'{"method":"amop_status"}')
    for _ in range(200):
        publisher.say(ask)
        if b'"bench"' in load.read_frame(publisher):
            return
        time.sleep(0.05)
    raise TimeoutError("the subscription is not known")


def _answer_first(subscriber: Peer, publisher: Peer) -> None:
    publisher.say(load.frame(0x30, 7, load.amop(b"x")))
    subscriber.say(answer_to(load.read_frame(subscriber)))
    load.read_frame(publisher)


def measure_client(folder: Path) -> None:
    """The Python client on both ends, in one process of its own."""
    heading("unicasts a second, Python client on both ends, TLS", f"{AT_ONCE} at once", "CPU each")
    with line_of_nodes(folder, 1) as line:
        before = line[0].cpu()
        rate = asyncio.run(_client_rate(f"127.0.0.1:{line[0].port}", folder / "sdk"))
        row("one node", f"{rate:,.0f}", f"{(line[0].cpu() - before) / PIPELINED * 1e6:.0f} us")


async def _client_rate(endpoint: str, certs: Path) -> float:
    async def answer(message: Incoming) -> bytes:
        return message.data

    async with Client(endpoint, certs=certs) as subscriber, Client(endpoint, certs=certs) as publisher:
        await subscriber.subscribe("bench", answer)
        began = time.perf_counter()
        for _ in range(PIPELINED // AT_ONCE):
            await asyncio.gather(*(publisher.unicast("bench", bytes(load.SIZE)) for _ in range(AT_ONCE)))
        return PIPELINED / (time.perf_counter() - began)


def measure_pipelined(folder: Path) -> None:
    """Many unicasts at once over raw sockets."""
    tls = servers.client_tls(folder / "sdk", ours=True)
    heading("unicasts a second, raw sockets, TLS", f"{AT_ONCE} at once", "CPU each")
    with line_of_nodes(folder, 1) as line:
        subscriber = load.join_ours(line[0].port, tls, subscribe=True)
        publisher = load.join_ours(line[0].port, tls, subscribe=False)
        before = line[0].cpu()
        began = time.perf_counter()
        for first in range(0, PIPELINED, AT_ONCE):
            numbers = range(first, first + AT_ONCE)
            publisher.say(
                b"".join(load.frame(0x30, number, load.amop(bytes(load.SIZE))) for number in numbers)
            )
            subscriber.say(b"".join(answer_to(load.read_frame(subscriber)) for _ in numbers))
            for _ in numbers:
                load.read_frame(publisher)
        rate = PIPELINED / (time.perf_counter() - began)
        row("one node", f"{rate:,.0f}", f"{(line[0].cpu() - before) / PIPELINED * 1e6:.0f} us")
        publisher.close()
        subscriber.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_certificates(folder, 4)
        measure_fan_out(folder, tls=False)
        measure_fan_out(folder, tls=True)
        measure_unicasts(folder)
        measure_pipelined(folder)
        measure_client(folder)


if __name__ == "__main__":
    main()
