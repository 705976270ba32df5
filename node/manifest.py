"""The seal of the corpus: `fixtures/MANIFEST.b3` holds the blake3 hash of every file below `fixtures/`.

A line is the hash in hex, two spaces, the path from `fixtures/` with slashes; lines are in the order of
the paths. That is what `b3sum` writes and checks (`cd fixtures && b3sum --check MANIFEST.b3`). Only
`crosslane manifest` writes the file. A replay refuses a recording of the corpus that is not sealed, or
is not what was sealed, so that a result always speaks of the recordings that everybody has.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from blake3 import blake3

from node.errors import UserError
from node.files import write_whole

ROOT: Final = Path(__file__).resolve().parents[1]
"""The folder that the packages stand in."""

FIXTURES: Final = ROOT / "fixtures"
MANIFEST: Final = "MANIFEST.b3"
UNSEALED: Final = frozenset({"README.md", "scope.toml", MANIFEST})
"""Files directly in `fixtures/` that are ours to change: they speak of the corpus, and are no part of it."""

_LINE = re.compile(r"([0-9a-f]{64})  (.+)")


def sealable(folder: Path = FIXTURES) -> tuple[Path, ...]:
    """The files that the seal covers, by path; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return tuple(sorted(path for path in found if _name(path, folder) not in UNSEALED))


def hash_of(path: Path) -> str:
    """The blake3 hash of a file, in hex."""
    return blake3(path.read_bytes()).hexdigest()


def make(folder: Path = FIXTURES) -> str:
    """The text of the manifest for the files as they are."""
    hashes = {_name(path, folder): hash_of(path) for path in sealable(folder)}
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def read(folder: Path = FIXTURES) -> dict[str, str]:
    """The sealed hash of each path. Empty if there is no manifest; raises `UserError` if it is none."""
    path = folder / MANIFEST
    if not path.is_file():
        return {}
    sealed = {}
    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise UserError(f"{path}, line {number}: expected a blake3 hash, two spaces and a path")
        sealed[found[2]] = found[1]
    return sealed


def check(paths: Iterable[Path], folder: Path = FIXTURES) -> dict[Path, str]:
    """Why each path may not be relied on; those that may, and those outside the folder, are left out."""
    top, sealed = folder.resolve(), read(folder)
    faults = {path: _fault(path, top, sealed) for path in paths if path.resolve().is_relative_to(top)}
    return {path: fault for path, fault in faults.items() if fault is not None}


def _fault(path: Path, top: Path, sealed: dict[str, str]) -> str | None:
    name = _name(path.resolve(), top)
    if name not in sealed:
        return f"missing in {MANIFEST}: it is no part of the sealed corpus"
    if not path.is_file():
        return f"missing file: {MANIFEST} names it, but it is not there"
    found = hash_of(path)
    if found != sealed[name]:
        return f"hash differs: {MANIFEST} says {sealed[name][:16]}…, the file has {found[:16]}…"
    return None


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command takes none."""
    parser.epilog = "To check the seal without Crosslane: cd fixtures && b3sum --check MANIFEST.b3"


def run(_: argparse.Namespace) -> int:
    """Seal `fixtures/` as it is."""
    if not FIXTURES.is_dir():
        raise UserError(f"there is no folder {FIXTURES}")
    text = make()
    write_whole(FIXTURES / MANIFEST, text.encode())
    sys.stdout.write(f"{len(text.splitlines())} files sealed in fixtures/{MANIFEST}\n")
    return 0
