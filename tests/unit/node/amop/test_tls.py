"""TLS without a socket: what each side gets, and that nothing is said after the end."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from node.amop.certs import make_certificates
from node.amop.tls import Tls, client_context, node_context
from tests.support.amop_network import running


@pytest.fixture(scope="module")
def certs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("certs")
    make_certificates(made, 1)
    return made


@pytest.fixture
def pair(certs: Path) -> tuple[Tls, Tls]:
    """A node and a client that have shaken hands."""
    node = Tls(node_context(certs / "node0"), server=True)
    client = Tls(client_context(certs / "sdk"), server=False)
    said = client.start()
    while said:
        node.receive(said)
        client.receive(node.outgoing())
        said = client.outgoing()
    assert node.ready
    assert client.ready
    return node, client


def records(sealed: bytes) -> list[int]:
    """The lengths of the TLS records in these bytes."""
    found = []
    while sealed:
        length = int.from_bytes(sealed[3:5])
        found.append(length)
        sealed = sealed[5 + length :]
    return found


def test_the_settings_are_those_of_genuine_nodes(certs: Path) -> None:
    context = node_context(certs / "node0")

    assert context.maximum_version is ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.options & ssl.OP_NO_RENEGOTIATION


def test_each_frame_is_a_record_of_its_own(pair: tuple[Tls, Tls]) -> None:
    node, client = pair

    sealed = node.seal([b"one", b"two", bytes(40_000)])

    assert len(records(sealed)) == 2 + 3
    assert client.receive(sealed) == b"onetwo" + bytes(40_000)


def test_after_goodbye_nothing_is_said(pair: tuple[Tls, Tls]) -> None:
    node, client = pair

    goodbye = node.farewell()

    assert node.seal([b"late"]) == b""
    assert client.receive(goodbye) == b""
    assert client.failed == "the other side has closed it"
    assert client.seal([b"later"]) == b""


def test_after_a_broken_record_nothing_is_said(pair: tuple[Tls, Tls]) -> None:
    node, client = pair

    heard = node.receive(client.seal([b"good"]) + b"\x17\x03\x03\x00\x20" + bytes(32))

    assert heard == b"good"
    assert node.failed == "TLS: decryption failed or bad record mac"
    assert node.seal([b"late"]) == b""


def test_a_link_that_ends_while_something_is_to_be_said_over_it_harms_nobody(tmp_path: Path) -> None:
    """A tick finds a link dead, closes it, and has tables for all neighbours."""
    with running(tmp_path, 2) as network:
        node = network.nodes[0]

        def close_and_tell() -> None:
            (link,) = node.hub.neighbours.links.values()
            link.close("silence", "nothing heard")
            for connection in list(node.connections):
                connection.tick(node.now())
            node.hub.neighbours.announce([b"news"])
            node.settle()

        network.call(close_and_tell)
        network.wait(lambda: b"news" in network.nodes[1].hub.neighbours.directory.topics(node.hub.me))
