from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from node.cli import main

ROOT = Path(__file__).parents[3]


def test_a_node_is_up_answers_and_stops_when_asked() -> None:
    command = [sys.executable, "-m", "node.cli", "up", "--port", "0", "--no-interval", "--relay-only"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        place = next(found for line in process.stdout if (found := re.search(r"http://[\d.:]+", line)))
        asked = b'{"id":1,"method":"system_chain"}'
        with urllib.request.urlopen(place[0], asked, timeout=5) as answer:
            assert answer.read() == b'{"jsonrpc":"2.0","id":1,"result":"Crosslane Development"}'
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(5) == 0
    assert rest.endswith("stopped\n")


def test_a_network_is_up_on_a_port_for_each_chain() -> None:
    command = [
        sys.executable,
        "-m",
        "node.cli",
        "up",
        "--port",
        "0",
        "--para",
        "3000:bulletin",
        "--para=3001",
    ]
    asked = b'{"id":1,"method":"system_chain"}'
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        places, names = [], []
        for line in process.stdout:
            places += re.findall(r"http://[\d.:]+", line)
            if line.startswith("Ctrl-C"):
                break
        for place in places:
            with urllib.request.urlopen(place, asked, timeout=5) as answer:
                names.append(json.loads(answer.read())["result"])
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(5) == 0
    assert names == ["Crosslane Development", "Crosslane Parachain 3000", "Crosslane Parachain 3001"]
    assert rest.endswith("stopped\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--block-time", "0"],
        ["--session", "0"],
        ["--port", "70000"],
        ["--port", "65535"],
        ["--para", "x"],
        ["--para", "2000:coins"],
        ["--para", "0"],
        ["--para", "2000", "--para", "2000:bulletin"],
        ["--para", "2000", "--relay-only"],
        [f"--para={number}" for number in range(1, 8)],
    ],
)
def test_what_cannot_be_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", *arguments]) == 2

    assert "error: " in capsys.readouterr().err


def test_without_aiohttp_a_user_is_told_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.up.find_spec", lambda name: None)

    assert main(["up", "--port", "0"]) == 2
    assert "extra `node`" in capsys.readouterr().err
