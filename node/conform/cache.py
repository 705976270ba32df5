"""Passed replays, remembered: the same recording through the same code passes again, so it need not run
again.

An entry is a file in `.crosslane/replays/`. Its name is its **key**, the blake3 hash over everything that a
result depends on: the recording's bytes, every source file of the packages, `scope.toml`, and the Python
that ran it. Its first line is the hash of the key and the rest, its rest the result in JSON. An entry that
is damaged, or is no passed result, counts for nothing. What failed is never remembered.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from blake3 import blake3

from node.conform.results import CaseResult
from node.files import write_whole
from primitives.record import Record, replace

PACKAGES: Final = ("primitives", "xcm", "pallets", "runtime", "node")


def fingerprint(root: Path, more: Iterable[Path]) -> str:
    """The hash of all code below `root`, of the other files, and of the Python that runs it."""
    sources = (path for package in PACKAGES for path in (root / package).rglob("*.py"))
    whole = blake3(sys.version.encode())
    for path in (*sorted(sources), *more):
        content = path.read_bytes() if path.is_file() else b""
        whole.update(f"\n{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        whole.update(content)
    return whole.hexdigest()


class Cache(Record):
    """The results of passed cases, for one state of the code."""

    folder: Path
    code: str
    """As `fingerprint` gives it."""

    def find(self, recording: Path) -> CaseResult | None:
        """What was found out about these bytes by this code, if it is remembered."""
        key = self._key(recording)
        try:
            seal, _, body = (self.folder / key).read_bytes().partition(b"\n")
            result = msgspec.json.decode(body, type=CaseResult)
        except (OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        intact = seal == _seal(key, body) and result.passed
        return replace(result, path=str(recording), cached=True) if intact else None

    def remember(self, recording: Path, result: CaseResult) -> None:
        """Keep the result if the case passed. A folder that cannot be written is no fault of the replay."""
        if not result.passed:
            return
        try:
            key, body = self._key(recording), msgspec.json.encode(result)
            self.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self.folder / key, _seal(key, body) + b"\n" + body)
        except OSError:
            return

    def _key(self, recording: Path) -> str:
        return blake3(self.code.encode() + recording.read_bytes()).hexdigest()


def _seal(key: str, body: bytes) -> bytes:
    return blake3(key.encode() + body).hexdigest().encode()
