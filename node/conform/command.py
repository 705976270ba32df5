"""`crosslane conform`: replay recordings of real chains through our pallets, and tell every difference.

Standard output gets, in this order: a line for each case, the first differences of those that failed and
how to run just that one again, what was not replayed and why, what was compared and what was given, how many
answers of other kinds than steps came out as recorded, and as the last line

    N steps in M cases: P passed, F failed

A file of `fixtures/` is replayed only if it is what `MANIFEST.b3` sealed. A file that cannot be replayed,
because it is not sealed or is broken, is a failed case without steps.

The exit status is 0 if every case passed, 1 if one failed or there was none, 2 if the run could not begin.
"""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from node import manifest
from node.conform.cache import Cache, fingerprint
from node.conform.jobs import Machine, Outcome, Replayer, failed, run_all, scope_of
from node.conform.progress import watching
from node.conform.recording import Recording
from node.conform.replay import out_of_scope, replay
from node.conform.report import Run, as_html, as_json, first_differences
from node.conform.results import CaseResult, Skipped
from node.conform.scope import BadScope
from node.conform.selection import Choice, select
from node.errors import UserError
from node.files import plain, write_whole
from primitives.record import Record

Screen = Callable[[Recording], str | None]


class Options(Record):
    """What the command line asks for."""

    paths: tuple[Path, ...] = ()
    """The corpus itself if empty."""

    jobs: int = 1
    """Recordings at a time; 0 for as many as there are cores."""

    word: str = ""
    """Only recordings with this in their name."""

    json: Path | None = None
    html: Path | None = None
    remember: bool = True
    """Whether passed cases are remembered, and remembered ones taken as they are."""

    program: str = "crosslane"
    """How the user calls us."""


def run(
    options: Options,
    replayer: Replayer = replay,
    screen: Screen = out_of_scope,
    fixtures: Path = manifest.FIXTURES,
) -> int:
    """Replay, print, write; gives the exit status."""
    _check_outputs(options)
    choices = select(options.paths or (fixtures,), fixtures, options.word)
    scope = fixtures / "scope.toml"
    lines = _summary(scope)
    machine = Machine(replayer, screen, scope, _cache(fixtures) if options.remember else None)

    result = _run(_replay(choices, machine, options.jobs, fixtures), lines)

    _print(result, options.program)
    _say_last(result)
    _write(result, options)
    return 0 if result.cases and not result.failed else 1


def _replay(choices: Sequence[Choice], machine: Machine, jobs: int, fixtures: Path) -> tuple[Outcome, ...]:
    """The outcome of each choice; those that are not as sealed are refused without being replayed."""
    refused = manifest.check([choice.path for choice in choices], fixtures)
    sound = [choice for choice in choices if choice.path not in refused]
    jobs = min(jobs or os.cpu_count() or 1, len(sound))
    with watching(sound) as watcher:
        outcomes = dict(zip(sound, run_all(machine, sound, jobs, watcher), strict=True))
    unsound = {choice: failed(choice, refused[choice.path]) for choice in choices if choice.path in refused}
    return tuple((outcomes | unsound)[choice] for choice in choices)


def _run(outcomes: Sequence[Outcome], scope: tuple[str, ...]) -> Run:
    cases = tuple(outcome for outcome in outcomes if isinstance(outcome, CaseResult))
    skipped = tuple(outcome for outcome in outcomes if isinstance(outcome, Skipped))
    return Run(cases, skipped, scope)


def _summary(scope: Path) -> tuple[str, ...]:
    try:
        return scope_of(scope).summary()
    except BadScope as error:
        raise UserError(f"{scope}: {error}") from None


def _cache(fixtures: Path) -> Cache:
    root = fixtures.resolve().parent
    code = fingerprint(manifest.ROOT, ())
    scope = fingerprint(root, (root / fixtures.name / "scope.toml",))
    return Cache(root / ".crosslane" / "replays", code + scope)


# ------------------------------------------------------------------------------------------- printing


def _print(result: Run, program: str) -> None:
    out = _console()
    for case in result.cases:
        out.print(_case_line(case), style="" if case.passed else "red")
    for case in result.failed:
        out.print(f"\n{plain(case.name)} failed:", style="bold red")
        for line in _failure(case, program):
            out.print(f"  {line}")
    if result.skipped:
        out.print(f"\nNot replayed, and counted nowhere ({len(result.skipped)}):", style="bold")
    for each in result.skipped:
        out.print(f"  {plain(each.name)}: {plain(each.reason)}")
    if result.scope:
        out.print("\nScope:", style="bold")
    for line in result.scope:
        out.print(f"  {plain(line)}")
    out.print()
    if result.counted:
        out.print(f"as recorded: {result.counted}")


def _case_line(case: CaseResult) -> str:
    how = "(remembered)" if case.cached else f"{case.seconds:.1f} s"
    verdict = "passed" if case.passed else "FAILED"
    return f"{verdict}  {plain(case.name):<24} {case.step_count:>5} steps  {how}"


def _failure(case: CaseResult, program: str) -> Iterator[str]:
    shown, more = first_differences(case)
    for where, lines in shown:
        yield f"{plain(where)}:"
        yield from (f"  {plain(line)}" for line in lines)
    if more:
        yield f"… and {more} more"
    if case.fault is not None:
        yield plain(case.fault)
    yield f"again, alone: {program} conform {shlex.quote(plain(case.path))}"


def _say_last(result: Run) -> None:
    if not result.cases:
        Console(stderr=True).print("nothing was replayed", style="red")
    _console().print(result.last_line)


def _console() -> Console:
    """Lines as they are: not wrapped, not marked up."""
    return Console(soft_wrap=True, markup=False, highlight=False, emoji=False)


# -------------------------------------------------------------------------------------------- writing


def _check_outputs(options: Options) -> None:
    """Better now than after a long run."""
    for path in filter(None, (options.json, options.html)):
        if path.is_dir() or not path.parent.is_dir():
            raise UserError(f"{path} cannot be written: {'a folder' if path.is_dir() else 'no such folder'}")


def _write(result: Run, options: Options) -> None:
    if options.json is not None:
        write_whole(options.json, as_json(result))
    if options.html is not None:
        write_whole(options.html, as_html(result).encode(errors="backslashreplace"))


# ---------------------------------------------------------------------------------------- command line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    add = parser.add_argument
    add("paths", nargs="*", type=Path, metavar="PATH", help="recordings or folders of them (default: all)")
    add("--jobs", type=_count, default=1, metavar="N", help="recordings at a time; 0: one for each core")
    add("-k", dest="word", default="", metavar="WORD", help="only recordings with this in their name")
    add("--json", type=Path, metavar="FILE", help="write the results as JSON")
    add("--report", type=Path, metavar="FILE", help="write the results as one HTML page")
    add("--no-cache", action="store_true", help="replay what is remembered, too; remember nothing")
    parser.epilog = (
        "A file that is named is replayed even if it is out of scope. "
        "Exit status: 0 all passed, 1 a case failed or there was none, 2 the run could not begin."
    )


def run_with(arguments: argparse.Namespace) -> int:
    """The command as it was typed."""
    options = Options(
        paths=tuple(arguments.paths),
        jobs=arguments.jobs,
        word=arguments.word,
        json=arguments.json,
        html=arguments.report,
        remember=not arguments.no_cache,
        program=arguments.program,
    )
    return run(options)


def _count(text: str) -> int:
    if not text.isdecimal() or len(text) > 4:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of jobs")
    return int(text)
