"""`make soak`: whatever can be tried in bulk, for as long as one likes.

    python -m tests.soak --minutes 60 --seed 1

Seven parts share the time: replays, decoders, chains, networks, mutations, laws, messenger; `--only` names
those to run. A plain line at the end sums up; with a failure it ends with status 1. The result goes into
docs/evidence.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tests.soak import chains, decoders, evidence, laws, messenger, mutations, networks, replays
from tests.soak.parts import Budget, Outcome, Show

Part = Callable[[Budget, Show], Outcome]

SHARES = {
    "replays": 5,
    "decoders": 20,
    "chains": 10,
    "networks": 15,
    "mutations": 15,
    "messenger": 15,
    "laws": 20,
}
"""The parts, and which part of the time each of them has."""


def main(words: list[str] | None = None) -> int:
    """Run the parts one after the other."""
    options = arguments().parse_args(words)
    progress = Progress(
        TextColumn("{task.fields[part]:<9}"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
    )
    with progress:
        parts = list(shared(options))
        outcomes = tuple(observed(progress, name, part, seconds) for name, part, seconds in parts)
    for each in outcomes:
        for failure in each.failures:
            print(f"{each.name}: {failure}")
    if options.evidence is not None:
        evidence.write(options.evidence, outcomes)
    print(evidence.summary(outcomes))
    return 1 if any(each.failures for each in outcomes) else 0


def arguments() -> argparse.ArgumentParser:
    """What can be chosen."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="Try things in bulk.")
    parser.add_argument("--minutes", type=float, default=10, help="how long, about (10)")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--inputs", type=int, default=100_000, help="at most, for each decoder (100,000)")
    parser.add_argument("--only", nargs="+", choices=SHARES, default=list(SHARES), help="parts to run (all)")
    page = evidence.ROOT / "docs" / "evidence.md"
    parser.add_argument("--evidence", type=Path, default=page, help="the page to write to")
    parser.add_argument("--no-evidence", dest="evidence", action="store_const", const=None)
    return parser


def shared(options: argparse.Namespace) -> Iterator[tuple[str, Part, float]]:
    """The parts to run, with their shares of the time in seconds."""
    seed, inputs = options.seed, options.inputs
    parts: dict[str, Part] = {
        "replays": replays.run,
        "decoders": lambda budget, show: decoders.run(budget, show, seed, inputs),
        "chains": lambda budget, show: chains.run(budget, show, seed),
        "networks": lambda budget, show: networks.run(budget, show, seed),
        "mutations": lambda budget, show: mutations.run(budget, show, seed),
        "messenger": lambda budget, show: messenger.run(budget, show, seed),
        "laws": lambda budget, show: laws.run(budget, show, seed),
    }
    whole = sum(SHARES[name] for name in options.only)
    for name, share in SHARES.items():
        if name in options.only:
            yield name, parts[name], 60 * options.minutes * share / whole


def observed(progress: Progress, name: str, part: Part, seconds: float) -> Outcome:
    """Run a part with a bar that follows its time."""
    budget = Budget(seconds)
    task = progress.add_task("begins", total=seconds, part=name)
    outcome = part(
        budget, lambda text: progress.update(task, completed=min(budget.used, seconds), description=text)
    )
    progress.update(task, completed=seconds, description=outcome.done)
    return outcome


if __name__ == "__main__":
    sys.exit(main())
