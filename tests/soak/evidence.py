"""The section of docs/evidence.md that tells of the last soak run."""

from __future__ import annotations

import platform
import shutil
import subprocess
from pathlib import Path

from tests.soak.parts import Outcome

ROOT = Path(__file__).resolve().parents[2]
BEGIN, END = "<!-- soak:begin -->", "<!-- soak:end -->"


def summary(outcomes: tuple[Outcome, ...]) -> str:
    """One plain line."""
    failed = sum(len(each.failures) for each in outcomes)
    minutes = sum(each.seconds for each in outcomes) / 60
    verdict = "no failure" if failed == 0 else f"{failed} failures"
    return f"soak: {verdict} in {minutes:.1f} minutes; " + "; ".join(
        f"{each.name}: {each.done}" for each in outcomes
    )


def section(outcomes: tuple[Outcome, ...], commit: str, kept: dict[str, str] | None = None) -> str:
    """The section, its markers included; `kept` are the rows of parts that were not run now."""
    rows = kept or {}
    rows |= {each.name: row(each, commit) for each in outcomes}
    python = f"{platform.python_implementation()} {platform.python_version()}"
    lines = [
        BEGIN,
        "## Soak run",
        "",
        f"The last `make soak` of each part, with {python}. The same seeds do the same again.",
        "",
        "| part | what was done | time | outcome | commit |",
        "|---|---|---|---|---|",
        *(rows[name] for name in sorted(rows)),
        "",
        "**replays**: recordings of real chains. **decoders**: every type a relay chain writes, on noise and",
        "on spoilt values. **chains**: random relay chains, each followed by a second one block by block.",
        "**laws**: all properties and state machines, among them the one that holds Hrmp against a model.",
        "**mutations**: what recorded blocks of parachains were shown, with one thing of it changed.",
        "**networks**: random networks of a relay chain and three parachains; no message is lost, doubled or",
        "out of order, and all that must arrive does.",
        "**messenger**: four nodes, two of them killed and started again or stopped for a while, under load.",
        END,
    ]
    return "\n".join(lines)


def row(outcome: Outcome, commit: str) -> str:
    """The line of one part."""
    done, seconds = outcome.done, f"{outcome.seconds:,.0f} s"
    return f"| {outcome.name} | {done} | {seconds} | {verdict(outcome)} | `{commit}` |"


def rows_of(text: str) -> dict[str, str]:
    """The lines that a page has, by part."""
    inside = text.partition(BEGIN)[2].partition(END)[0].splitlines()
    lines = (line for line in inside if line.startswith("| ") and line.count(" | ") == 4)
    return {
        line.split(" | ")[0].removeprefix("| "): line for line in lines if not line.startswith("| part |")
    }


def verdict(outcome: Outcome) -> str:
    return "as it should be" if not outcome.failures else "; ".join(outcome.failures).replace("|", "/")


def put_in(text: str, made: str) -> str:
    """The page with its section replaced, or with the section behind all others."""
    before, begin, rest = text.partition(BEGIN)
    if not begin:
        return text.rstrip("\n") + "\n\n" + made + "\n" if text else f"# Evidence\n\n{made}\n"
    return before + made + rest.partition(END)[2]


def write(path: Path, outcomes: tuple[Outcome, ...]) -> None:
    """Replace the section in a page; the page is made if it is not there."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    made = section(outcomes, commit(), rows_of(text))
    path.write_text(put_in(text, made), encoding="utf-8")


def commit() -> str:
    """The commit that is checked out, and whether files differ from it."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    head, changed = (
        subprocess.run([git, *words], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (("rev-parse", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
    )
    return f"{head or 'unknown'}{' with changes' if changed else ''}"
