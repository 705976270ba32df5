"""A node on a real port against clients that are strange, rude, slow or dead: the others notice nothing."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.amop.certs import make_certificates
from node.amop.limits import DEFAULT
from primitives.record import replace
from tests.support import amop_bytes as wire
from tests.support.amop_network import RawClient, Running, running

LIMITS = replace(
    DEFAULT,
    frame=1 << 20,
    waiting=1 << 18,
    greeting_seconds=1.0,
    idle_seconds=3.0,
    stall_seconds=1.0,
    connections=40,
)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("amop"), 2, limits=LIMITS) as made:
        yield made


@pytest.fixture
def others(network: Running) -> Iterator[None]:
    """Two clients on two nodes that talk before and after whatever happens."""
    with network.client(1, "others") as subscriber, network.client(0) as publisher:
        holders = network.nodes[0].hub.neighbours.directory.holders
        network.wait(lambda: len(holders(b"others")) == 1)
        talk(publisher, subscriber)
        yield
        talk(publisher, subscriber)
    network.wait(lambda: len(holders(b"others")) == 0)


def talk(publisher: RawClient, subscriber: RawClient) -> None:
    publisher.send(wire.UNICAST, "others", b"hi")
    assert subscriber.answer_next(b"ho") == b"hi"
    assert publisher.take(wire.ANSWER).content == b"ho"


def is_closed(client: RawClient) -> bool:
    """Whether the node closes it before the socket's patience ends."""
    try:
        for _ in range(100):
            client.read()
    except TimeoutError:
        return False
    except (EOFError, OSError):
        return True
    return False


def wait_for_log(network: Running, text: str) -> None:
    network.wait(lambda: any(text in line for line in network.log))


# TLS


def test_a_client_without_a_certificate_is_refused_and_the_log_says_why(
    network: Running, others: None
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ecdh_curve("secp256k1")

    place = ("127.0.0.1", network.nodes[0].port)
    with socket.create_connection(place, timeout=5) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain).recv(1)

    wait_for_log(network, "TLS: peer did not return a certificate")


def test_a_client_of_another_authority_is_refused(network: Running, others: None, tmp_path: Path) -> None:
    make_certificates(tmp_path, 1)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ecdh_curve("secp256k1")
    context.load_cert_chain(tmp_path / "sdk/sdk.crt", tmp_path / "sdk/sdk.key")

    place = ("127.0.0.1", network.nodes[0].port)
    with socket.create_connection(place, timeout=5) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain).recv(1)

    wait_for_log(network, "TLS: certificate verify failed")


def test_a_node_of_another_authority_gets_no_link(network: Running, others: None, tmp_path: Path) -> None:
    with running(tmp_path, 1) as stranger:
        stranger.do(stranger.dial(0, network.nodes[0].port))
        wait_for_log(stranger, "TLS: certificate verify failed")
        wait_for_log(network, "TLS: tlsv1 alert unknown ca")
        assert stranger.call(lambda: dict(stranger.nodes[0].hub.neighbours.links)) == {}

    assert len(network.call(lambda: network.nodes[0].hub.neighbours.links)) == 1


def test_a_client_s_certificate_opens_no_link(network: Running, others: None) -> None:
    with RawClient(network.nodes[0].port, network.sdk, greet=False) as client:
        client.socket.sendall(b"AMOP-LINK/1\n")
        assert is_closed(client)

    wait_for_log(network, "a link from somebody whose certificate is not a node's")


def test_who_speaks_without_tls_is_refused(network: Running, others: None) -> None:
    with RawClient(network.nodes[0].port, None, greet=False) as client:
        client.socket.sendall(wire.handshake(client.seq()))
        assert is_closed(client)


# Bytes that are no protocol


@pytest.mark.parametrize(
    "data", [b"\xff" * 100, b"POST / HTTP/1.1\r\n\r\n", b"AMOP-LINK/2\n", b"\x00\x00\x00\x05" + bytes(60)]
)
def test_bytes_that_begin_nothing_close_the_connection(network: Running, others: None, data: bytes) -> None:
    with RawClient(network.nodes[0].port, network.sdk, greet=False) as client:
        client.socket.sendall(data)
        assert is_closed(client)


@pytest.mark.parametrize("length", [0, 41, 104_857_601, 0xFFFFFFFF])
def test_a_length_that_cannot_be_closes_only_that_connection(
    network: Running, others: None, length: int
) -> None:
    with network.client(0) as client:
        client.socket.sendall(length.to_bytes(4) + bytes(60))
        assert is_closed(client)


def test_unknown_kinds_bad_json_and_broken_topics_leave_the_connection_open(
    network: Running, others: None
) -> None:
    with network.client(0, "mine") as client:
        client.socket.sendall(wire.frame(0x7777, client.seq(), b"x"))
        client.socket.sendall(wire.frame(wire.TOPICS, client.seq(), b"{not json"))
        client.socket.sendall(wire.frame(wire.UNICAST, client.seq(), b"\x50abc"))
        assert client.take(wire.ANSWER).result == 103
        client.send(wire.UNICAST, "mine", b"still here")
        assert client.answer_next() == b"still here"


def test_a_frame_over_the_limit_is_refused_and_the_connection_goes_on(network: Running, others: None) -> None:
    with network.client(0, "mine") as client:
        client.send(wire.UNICAST, "mine", bytes(2 << 20))
        refused = client.take(wire.ANSWER)
        client.send(wire.UNICAST, "mine", b"small")

        assert (refused.result, refused.data) == (103, b"")
        assert client.answer_next() == b"small"


def test_a_client_that_dies_in_the_middle_of_a_frame_is_forgotten(network: Running, others: None) -> None:
    with network.client(0, "mine") as client:
        client.socket.sendall(wire.frame(wire.UNICAST, client.seq(), wire.amop("mine", bytes(1000)))[:500])
    network.wait(lambda: not network.nodes[0].hub.topics.sessions(b"mine"))


def test_random_bytes_harm_nobody(network: Running, others: None) -> None:
    state = 7
    for _ in range(30):
        state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
        noise = bytes(4) + state.to_bytes(8) * 40
        with RawClient(network.nodes[0].port, network.sdk, greet=False) as client:
            client.socket.sendall(wire.handshake(client.seq()) + noise[state % 4 :])


# Clients that are slow or silent


def test_a_subscriber_that_reads_nothing_loses_messages_then_the_connection(
    network: Running, others: None
) -> None:
    hub = network.nodes[0].hub
    with network.client(0, "flood") as slow, network.client(0) as publisher:
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        session = network.call(lambda: hub.topics.sessions(b"flood")[0])
        for _ in range(200):
            publisher.send(wire.MULTICAST, "flood", bytes(100_000))
            assert publisher.take(wire.ANSWER).result == 0

        assert session.outbox.dropped > 0
        network.wait(lambda: not hub.topics.sessions(b"flood"))
    wait_for_log(network, "nothing read for 1 s")


def test_who_does_not_finish_tls_is_closed(network: Running, others: None) -> None:
    with socket.create_connection(("127.0.0.1", network.nodes[0].port), timeout=5) as silent:
        began = time.monotonic()
        assert silent.recv(1) == b""
        assert 0.9 < time.monotonic() - began < DEFAULT.greeting_seconds


def test_who_says_nothing_is_closed_and_who_beats_is_kept(network: Running) -> None:
    with network.client(0) as silent, network.client(0) as beating:
        for _ in range(8):
            time.sleep(0.5)
            beating.socket.sendall(wire.frame(wire.HEARTBEAT, beating.seq()))
            beating.take(wire.HEARTBEAT)
        assert is_closed(silent)


def test_more_connections_than_allowed_are_closed_and_the_rest_stay(network: Running, others: None) -> None:
    clients: list[RawClient] = []

    def open_too_many() -> None:
        clients.extend(network.client(0) for _ in range(LIMITS.connections + 1))

    with pytest.raises((OSError, EOFError)):
        open_too_many()
    for client in clients:
        client.close()
    assert 30 <= len(clients) < LIMITS.connections
    network.wait(lambda: len(network.nodes[0].connections) < 10)


# Nodes that go


def test_a_node_that_stops_is_linked_again_when_it_is_back(tmp_path: Path) -> None:
    with running(tmp_path, 2) as network:
        port = network.nodes[0].port
        network.do(network.stop(0))
        network.wait(lambda: not network.nodes[1].hub.neighbours.links)
        network.do(network.start(0, [], port))

        network.wait_for_links(1)
        with network.client(0, "back") as subscriber, network.client(1) as publisher:
            holders = network.nodes[1].hub.neighbours.directory.holders
            network.wait(lambda: len(holders(b"back")) == 1)
            talk_to = publisher.send(wire.UNICAST, "back", b"hello")
            assert subscriber.answer_next() == b"hello"
            assert publisher.take(wire.ANSWER).seq == talk_to


def test_one_side_needs_to_be_reachable_only(tmp_path: Path) -> None:
    """Node 1 dials node 0; node 0 dials nobody, and still sends to node 1."""
    with running(tmp_path, 2, peers=lambda number: [0] if number == 1 else []) as network:
        network.wait_for_links(1)
        with network.client(1, "inside") as subscriber, network.client(0) as publisher:
            holders = network.nodes[0].hub.neighbours.directory.holders
            network.wait(lambda: len(holders(b"inside")) == 1)
            publisher.send(wire.UNICAST, "inside", b"x")
            assert subscriber.answer_next() == b"x"


def test_nodes_without_tls_are_linked_by_their_word(tmp_path: Path) -> None:
    with running(tmp_path, 2, peers=lambda _: []) as network:
        for number in (0, 1):
            network.do(network.stop(number))
        for number in (0, 1):
            network.do(network.start(number, list(range(number)), plain=True))
        network.wait_for_links(1)

        with RawClient(network.nodes[0].port, None, "plain") as both:
            both.send(wire.UNICAST, "plain", b"x")
            assert both.answer_next() == b"x"
