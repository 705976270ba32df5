"""The commands' own words: what they refuse, and how. What they do is walked through in `docs/amop.md`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import ssl
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.amop import loops
from node.amop.certs import make_certificates, node_id, unit_of
from node.amop.running import links
from node.amop.tls import node_context, own_node_id
from node.cli import main
from node.errors import UserError
from tests.support import amop_bytes as wire
from tests.support.amop_network import RawClient, Running, running

ROOT = Path(__file__).resolve().parents[4]
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("amop"), 2) as made:
        yield made


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["node", "--listen", "nowhere"], "an endpoint is HOST:PORT, found 'nowhere'"),
        (["node", "--peer", "x"], "an endpoint is HOST:PORT, found 'x'"),
        (["node", "--max-frame", "0", "--plain"], "a frame may have 1 to 100 MiB"),
        (["node"], "ca.crt, node.crt, node.key missing; `crosslane amop certs` makes them"),
        (["node", "--listen3", "x"], "an endpoint is HOST:PORT, found 'x'"),
        (["node", "--plain", "--listen3", ":1"], "without TLS, clients of 3.x use the same port"),
        (["node", "--plain", "--peer", "..:1"], "'..' cannot be a host's name"),
        (["up", "--nodes", "0"], "a local network has 1 to 20 nodes"),
        (["up", "--port", "65534"], "ports end at 65535; 3 in a row begin lower, or anywhere with 0"),
        (["up", "--port", "-1"], "ports end at 65535"),
        (["certs", "x", "--nodes", "0"], "a network has 1 to 1000 nodes"),
        (["sub", "127.0.0.1:1", "t"], "ca.crt, sdk.crt, sdk.key missing"),
        (["sub", "127.0.0.1:1", "x" * 255], "a topic has 1 to 254 bytes, found 255"),
        (["unicast", "127.0.0.1:1", "", "m"], "a topic has 1 to 254 bytes, found 0"),
        (["status", "127.0.0.1:1", "--plain"], "127.0.0.1:1: "),
        (["top", "127.0.0.1:1", "--plain"], "127.0.0.1:1: "),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(
    words: list[str], complaint: str, capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    assert main(["amop", *words]) == 2

    told = capsys.readouterr().err
    assert complaint in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ["sub", ":1", "t", "--count", "0"],
        ["sub", ":1", "t", "--count", "²"],
        ["unicast", ":1", "t", "--count", "-1"],
        ["unicast", ":1", "t", "m", "--timeout", "-1"],
        ["unicast", ":1", "t", "--every", "nan"],
        ["top", ":1", "--every", "soon"],
        ["cut", ":1", "n", "--seconds", "1e9"],
    ],
)
def test_numbers_out_of_their_range_are_refused(words: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["amop", *words])

    assert stopped.value.code == 2
    assert "expected" in capsys.readouterr().err


def test_without_cryptography_a_user_is_told_what_to_install(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.amop.command.find_spec", lambda name: None)

    assert main(["amop", "status", "127.0.0.1:1"]) == 2
    assert "extra `amop`" in capsys.readouterr().err


def test_certificates_stay_when_more_are_made(tmp_path: Path) -> None:
    make_certificates(tmp_path, 1)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}

    make_certificates(tmp_path, 3)

    assert {path: path.read_bytes() for path in before} == before
    assert len({own_node_id(tmp_path / f"node{number}") for number in range(3)}) == 3


def test_without_the_authority_s_key_what_is_there_stays_and_no_more_is_made(tmp_path: Path) -> None:
    make_certificates(tmp_path, 1)
    (tmp_path / "ca.key").unlink()
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}

    make_certificates(tmp_path, 1)
    with pytest.raises(UserError, match=r"ca\.key is missing"):
        make_certificates(tmp_path, 2)

    assert {path: path.read_bytes() for path in tmp_path.rglob("*.*")} == before


@pytest.mark.parametrize(("name", "complaint"), [("ca.crt", "no certificate"), ("ca.key", "no key")])
def test_an_authority_that_cannot_be_read_is_named(tmp_path: Path, name: str, complaint: str) -> None:
    make_certificates(tmp_path, 1)
    (tmp_path / name).write_text("noise")

    with pytest.raises(UserError, match=f"{name}: {complaint}"):
        make_certificates(tmp_path, 2)


def test_a_node_s_certificate_may_stand_in_a_chain_and_have_text_before_it(tmp_path: Path) -> None:
    make_certificates(tmp_path, 1)
    file, chain = tmp_path / "node0/node.crt", tmp_path / "ca.crt"
    before = own_node_id(tmp_path / "node0")

    file.write_text(f"Certificate of node0\n{file.read_text()}{chain.read_text()}")

    assert own_node_id(tmp_path / "node0") == before
    assert node_context(tmp_path / "node0").verify_mode is ssl.CERT_REQUIRED


def test_keys_are_for_their_owner_only_and_certificates_say_what_they_are_for(tmp_path: Path) -> None:
    make_certificates(tmp_path, 1)

    keys = [stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*.key")]
    units = {}
    for name in ("node0/node.crt", "sdk/sdk.crt"):
        der = ssl.PEM_cert_to_DER_cert((tmp_path / name).read_text())
        units[name] = unit_of(der), len(node_id(der))

    assert keys == [0o600] * 5
    assert units == {"node0/node.crt": ("node", 32), "sdk/sdk.crt": ("sdk", 32)}


@pytest.mark.parametrize(
    ("shape", "nodes", "found"),
    [
        ("line", 3, [(1, 0), (2, 1)]),
        ("ring", 3, [(1, 0), (2, 1), (0, 2)]),
        ("ring", 2, [(1, 0)]),
        ("star", 4, [(1, 0), (2, 0), (3, 0)]),
        ("full", 3, [(1, 0), (2, 0), (2, 1)]),
        ("full", 1, []),
    ],
)
def test_shapes(shape: str, nodes: int, found: list[tuple[int, int]]) -> None:
    assert list(links(shape, nodes)) == found


def amop(network: Running, *words: str) -> int:
    return main(["amop", *words, "--certs", str(network.sdk)])


def test_the_status_is_there_for_programs_too(network: Running, capsys: Capture) -> None:
    assert amop(network, "status", network.endpoint(0), "--json") == 0

    told = json.loads(capsys.readouterr().out)
    assert [link["name"] for link in told["links"]] == ["node1"]


def test_top_draws_as_often_as_asked(network: Running, capsys: Capture) -> None:
    endpoints = [network.endpoint(number) for number in (0, 1)]

    assert amop(network, "top", *endpoints, "--count", "2", "--every", "0.1") == 0

    drawn = capsys.readouterr().out
    assert "node0: up" in drawn
    assert "unicasts/s" in drawn


def test_an_unknown_neighbour_is_refused_with_the_known_ones(network: Running, capsys: Capture) -> None:
    assert amop(network, "cut", network.endpoint(0), "node7") == 2

    assert "no other node is called node7; there are: node1" in capsys.readouterr().err


def test_a_series_is_numbered_and_a_failure_is_the_exit_status(network: Running, capsys: Capture) -> None:
    with network.client(0, "series") as subscriber:
        serving = threading.Thread(target=lambda: [subscriber.answer_next(b"yes") for _ in range(3)])
        serving.start()
        sent = amop(network, "unicast", network.endpoint(0), "series", "--count", "3", "--every", "0")
        serving.join(10)
    failed = amop(network, "unicast", network.endpoint(0), "nobody", "--count", "2", "--every", "0")

    lines = capsys.readouterr().out.splitlines()
    assert (sent, failed) == (0, 1)
    assert [line.split("; answer: yes")[0] for line in lines[:3]] == [
        f"sent to one: message {number}" for number in range(3)
    ]
    assert lines[3].startswith("not delivered: message 0; code 100: ")


def test_a_subscriber_stops_after_as_many_messages_as_asked(network: Running, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "node.cli", "amop", "sub", network.endpoint(0), "few", "--count", "2"]
    with subprocess.Popen(
        [*command, "--certs", str(network.sdk), "--answer", "got it"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"subscribed to few at {network.endpoint(0)}\n"
        with network.client(0) as publisher:
            publisher.send(wire.UNICAST, "few", b"\x1b[31mred")
            assert publisher.take(wire.ANSWER).content == b"got it"
            publisher.send(wire.MULTICAST, "few", b"two")
        assert process.stdout.read() == "unicast: \ufffd[31mred\nmulticast: two\n"
        assert process.wait(10) == 0


def test_a_node_runs_until_it_is_asked_to_stop() -> None:
    command = [sys.executable, "-m", "node.cli", "amop", "node", "--plain", "--listen", "127.0.0.1:0"]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        assert process.stdout.readline().startswith("without TLS: ")
        with RawClient(port, None, "t") as both:
            both.send(wire.UNICAST, "t", b"x")
            assert both.answer_next() == b"x"
        process.send_signal(signal.SIGTERM)
        assert process.stdout.read().endswith("stopped\n")
        assert process.wait(10) == 0


def test_without_uvloop_asyncio_s_own_loop_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    async def which() -> type[asyncio.AbstractEventLoop]:
        return type(asyncio.get_running_loop())

    monkeypatch.setattr("node.amop.loops.find_spec", lambda name: None)

    assert loops.run(which()).__module__.startswith("asyncio.")
