from __future__ import annotations

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
    command = [sys.executable, "-m", "node.cli", "up", "--port", "0", "--no-interval"]
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


@pytest.mark.parametrize("arguments", [["--block-time", "0"], ["--session", "0"], ["--port", "70000"]])
def test_what_cannot_be_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["up", *arguments]) == 2

    assert "error: " in capsys.readouterr().err


def test_without_aiohttp_a_user_is_told_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.up.find_spec", lambda name: None)

    assert main(["up", "--port", "0"]) == 2
    assert "extra `node`" in capsys.readouterr().err
