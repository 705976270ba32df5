"""All properties and state machines, in rounds; each round has a seed of its own.

A round is pytest in a process of its own. The last one is ended when the time is used up, and counts for
nothing then.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.soak.parts import Budget, Outcome, Show

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("tests/stateful", "tests/properties")

PASSING = re.compile(r"^ +- (\d+) passing\b", re.MULTILINE)
FAILED = re.compile(r"^(?:FAILED|ERROR) (.*)$", re.MULTILINE)
TESTS = re.compile(r"(\d+) passed")


def run(budget: Budget, show: Show, seed: int) -> Outcome:
    """Rounds with ascending seeds, as many as there is time for."""
    failures: tuple[str, ...] = ()
    rounds = tests = examples = 0
    while budget.left and not failures:
        show(f"round {rounds + 1}, {examples:,} examples so far")
        text, status = one_round(seed + rounds, budget.left)
        if status is None:
            break
        failures = tuple(f"seed {seed + rounds}: {line}" for line in FAILED.findall(text))
        if status and not failures:
            failures = (f"seed {seed + rounds}: pytest ends with {status}: {text[-500:]}",)
        rounds, tests = rounds + 1, sum(map(int, TESTS.findall(text)))
        examples += sum(map(int, PASSING.findall(text)))
    span = f"seeds {seed} to {seed + rounds - 1}" if rounds else "no round came to its end"
    done = f"{rounds} rounds of {tests} tests, {examples:,} examples; {span}"
    return Outcome("laws", done, budget.used, failures)


def one_round(seed: int, seconds: float) -> tuple[str, int | None]:
    """What pytest says, and how it ends; None if the time was used up before."""
    command = [sys.executable, "-m", "pytest", "-q", "--timeout=0", "-p", "tests.soak.profile"]
    command += [
        "-p",
        "no:cacheprovider",
        "--hypothesis-show-statistics",
        f"--hypothesis-seed={seed}",
        *FOLDERS,
    ]
    environment = os.environ | {"HYPOTHESIS_PROFILE": "soak"}
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        return "", None
    return ended.stdout + ended.stderr, ended.returncode
