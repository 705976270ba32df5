"""How far a run of replays is, as one bar on a terminal; elsewhere nothing is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from node.conform.jobs import Watcher
from node.conform.selection import Choice
from node.files import plain


class Quiet:
    """Shows nothing."""

    def at_block(self, place: int, done: int, total: int) -> None:
        """Nothing."""

    def finished(self, place: int) -> None:
        """Nothing."""


class Bar:
    """One bar over all files; a file that is being replayed counts by its blocks."""

    def __init__(self, progress: Progress, choices: Sequence[Choice]) -> None:
        self._progress, self._choices = progress, choices
        self._shares: dict[int, float] = {}
        self._files: set[int] = set()
        self._task: TaskID = progress.add_task("", total=len(choices), files=0, of=len(choices))

    def at_block(self, place: int, done: int, total: int) -> None:
        """Move the bar by a part of a file, and name the file."""
        self._shares[place] = max(self._shares.get(place, 0.0), done / total if total else 0.0)
        self._show(place, f"{plain(self._choices[place].name)}, block {done} of {total}")

    def finished(self, place: int) -> None:
        """Move the bar by what is left of a file."""
        self._shares[place] = 1.0
        self._files.add(place)
        self._show(place, plain(self._choices[place].name))

    def _show(self, place: int, text: str) -> None:
        done = sum(self._shares.values())
        self._progress.update(self._task, completed=done, description=text, files=len(self._files))


@contextmanager
def watching(choices: Sequence[Choice]) -> Iterator[Watcher]:
    """A watcher that draws on the terminal behind standard error, if there is one."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield Quiet()
        return
    columns = (
        BarColumn(bar_width=30),
        TextColumn("{task.fields[files]}/{task.fields[of]} files"),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Bar(progress, choices)
