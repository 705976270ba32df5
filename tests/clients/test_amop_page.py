"""The page about the messenger: its walk-through is walked, its table names tests that exist."""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.amop.states import TABLES, diagram

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/amop.md").read_text(encoding="utf-8")
WALK = PAGE.partition("## Five minutes\n")[2].partition("\n## ")[0]
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
PATIENCE = 30.0
"""Seconds for a block to print what the page shows."""


def free_ports() -> int:
    """The first of three that follow each other."""
    for first in range(21_000, 60_000, 7):
        sockets = [socket.socket() for _ in range(3)]
        try:
            for number, each in enumerate(sockets):
                each.bind(("127.0.0.1", first + number))
        except OSError:
            continue
        finally:
            for each in sockets:
                each.close()
        return first
    raise OSError("no three free ports in a row")


class Terminal:
    """A command, and all that it has printed."""

    def __init__(self, words: list[str], folder: Path, output: Path) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"}
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "node.cli", *words], cwd=folder, env=environment, stdout=file
            )
        self._output = output

    @property
    def lines(self) -> list[str]:
        return [" ".join(line.split()) for line in self._output.read_text(encoding="utf-8").splitlines()]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(10)


class Walk:
    """The reader of the page."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.open = folder, list[Terminal]()
        self._count, self._ports = 0, free_ports()
        self._last: list[str] = []
        self._terminals: list[Terminal] = []

    def do(self, kind: str, body: str) -> None:
        body = re.sub(
            r"127\.0\.0\.1:2020(\d)", lambda found: f"127.0.0.1:{self._ports + int(found[1])}", body
        )
        if kind == "sh":
            self._terminals = [self._run(line) for line in body.splitlines()]
        else:
            self._expect([" ".join(line.split()) for line in body.splitlines()])

    def _run(self, line: str) -> Terminal:
        words = shlex.split(line, comments=True)[1:]
        if words[:2] == ["amop", "up"]:
            words += ["--port", str(self._ports)]
        self._last, self._count = words, self._count + 1
        made = Terminal(words, self.folder, self.folder / f"terminal{self._count}.txt")
        if "until Ctrl-C" in line:
            self.open.append(made)
        else:
            assert made.process.wait(PATIENCE) == ("exit status 1" in line)
        return made

    def _expect(self, expected: list[str]) -> None:
        """Somebody prints this: the command just given, or who is still running. A look is taken again."""
        patterns = [re.escape(line).replace(r"\.\.\.", ".*") for line in expected]
        end = time.monotonic() + PATIENCE
        while not any(self._shows(terminal, patterns) for terminal in (*self._terminals, *self.open)):
            assert time.monotonic() < end, (expected, [each.lines for each in self._terminals])
            if "status" in self._last:
                self._terminals = [self._run(shlex.join(["crosslane", *self._last]))]
            time.sleep(0.2)

    @staticmethod
    def _shows(terminal: Terminal, patterns: list[str]) -> bool:
        lines = terminal.lines
        return all(any(re.fullmatch(pattern, line) for line in lines) for pattern in patterns)


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    made = Walk(tmp_path)
    yield made
    for terminal in made.open:
        if terminal.process.poll() is None:
            terminal.process.kill()
            terminal.process.wait(10)


@pytest.mark.timeout(180)
def test_every_block_of_the_walk_through_does_what_the_page_says(walk: Walk) -> None:
    steps = [block for block in BLOCK.findall(WALK) if "0.0.0.0" not in block[1]]

    for kind, body in steps:
        walk.do(kind, body)

    assert len(steps) >= 18
    both = [terminal.lines for terminal in walk.open[1:]]
    assert all({"multicast: all of you", "multicast: the long way"} <= set(lines) for lines in both)
    assert sum(lines.count("unicast: one of you") for lines in both) == 1
    assert [terminal.stop() for terminal in reversed(walk.open)] == [0, 0, 0]


ROWS = re.findall(r"^\| (R\d+) \|[^|]+\| (.+) \|$", PAGE, re.MULTILINE)


def test_every_requirement_has_its_row() -> None:
    assert [name for name, _ in ROWS] == [f"R{number}" for number in range(1, 22)]


@pytest.mark.parametrize(("requirement", "shown"), ROWS)
def test_every_row_names_tests_that_exist(requirement: str, shown: str) -> None:
    text = "".join(
        (ROOT / "docs" / link).read_text(encoding="utf-8") for link in re.findall(r"\]\((.*?)\)", shown)
    )
    names = re.findall(r"`(test_\w+)`", shown)

    assert names
    assert [name for name in names if f"def {name}(" not in text] == []


@pytest.mark.parametrize("name", TABLES)
def test_the_page_shows_the_states_as_they_are(name: str) -> None:
    assert f"```mermaid\n{diagram(TABLES[name])}\n```" in PAGE
