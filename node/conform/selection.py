"""Which recordings a run is about: the files named, and those in the folders named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from node import manifest
from node.errors import UserError
from node.files import shown
from primitives.record import Record

SUFFIX: Final = ".json.xz"

NO_RECORDINGS: Final = frozenset({"trie", "rpc_transcripts", "metadata"})
"""Folders of the corpus that hold other things; other tests read them."""


class Choice(Record):
    """A recording to replay."""

    path: Path
    """From the current folder where it lies below."""

    named: bool
    """Whether the file itself was asked for; then it is replayed even if it is out of scope."""

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.name.removesuffix(SUFFIX)


def select(paths: Iterable[Path], fixtures: Path, word: str = "") -> tuple[Choice, ...]:
    """The recordings that the paths stand for, each once, by path; only those with the word in their name.

    A folder stands for the recordings below it, those included that the seal names and that are gone. Raises
    `UserError` for a path that does not exist.
    """
    chosen: dict[Path, Choice] = {}
    for path in paths:
        for choice in _choices(path, fixtures):
            whole = choice.path.resolve()
            if choice.named or whole not in chosen:
                chosen[whole] = choice
    return tuple(choice for _, choice in sorted(chosen.items()) if word in choice.name)


def _choices(path: Path, fixtures: Path) -> Iterator[Choice]:
    if path.is_dir():
        yield from (Choice(shown(each), named=False) for each in _below(path.resolve(), fixtures.resolve()))
    elif path.exists():
        yield Choice(shown(path), named=True)
    else:
        raise UserError(f"there is no file or folder {path}")


def _below(folder: Path, fixtures: Path) -> Iterator[Path]:
    in_corpus = folder.is_relative_to(fixtures)
    found = {path for path in folder.rglob(f"*{SUFFIX}") if not path.is_dir()}
    if in_corpus:
        sealed = {fixtures / name for name in manifest.read(fixtures) if name.endswith(SUFFIX)}
        found |= {path for path in sealed if path.is_relative_to(folder)}
    top = fixtures if in_corpus else folder
    return (path for path in found if not _is_other(path.relative_to(top)))


def _is_other(path: Path) -> bool:
    return path.name.startswith(".") or not NO_RECORDINGS.isdisjoint(path.parts[:-1])
