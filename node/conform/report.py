"""What a run found out, for machines and for people.

The JSON is one object; its keys always stand in this order:

| key | holds |
|---|---|
| `format` | 1 |
| `steps`, `cases`, `passed`, `failed`, `not_replayed` | counts, as in the last line of the command |
| `as_recorded` | for people: how many answers of other kinds than steps are as recorded |
| `scope` | lines for people: what is compared, what is given and why |
| `results` | a list of cases, in the order of their paths |
| `skipped` | a list of recordings that were not replayed: `name`, `path`, `reason` |

A case has `name`, `path`, `description`, `passed`, `remembered`, `seconds`, `fault` (text or null) and
`steps`; a step has `block`, `place`, `index`, `op`, `call`, `given` and `differences` (a list of lines), as
`node/conform/results.py` says of each.
"""

from __future__ import annotations

import json
from html import escape
from itertools import groupby
from typing import Any, Final

from node.conform.report_style import STYLE
from node.conform.results import CHECKS, CaseResult, Skipped, StepResult, counted
from primitives.record import Record

FIRST_LINES: Final = 10
"""Differences of a failed case that are shown."""


class Run(Record):
    """The outcome of one call of the command."""

    cases: tuple[CaseResult, ...]
    skipped: tuple[Skipped, ...] = ()
    scope: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[CaseResult, ...]:
        """The cases that did not pass."""
        return tuple(case for case in self.cases if not case.passed)

    @property
    def step_count(self) -> int:
        """Steps executed, in all cases."""
        return sum(case.step_count for case in self.cases)

    @property
    def counted(self) -> str:
        """How many refusals, verdicts, calls of parachains and state roots came out as recorded."""
        return counted(self.cases)

    @property
    def last_line(self) -> str:
        """The result in one line, which other programs read."""
        total, failed = len(self.cases), len(self.failed)
        return f"{self.step_count} steps in {total} cases: {total - failed} passed, {failed} failed"


def first_differences(case: CaseResult) -> tuple[list[tuple[str, list[str]]], int]:
    """The first things that differ, by the step in which they do, and how many more there are."""
    found = [(_where(step), line) for step in case.steps for line in step.differences]
    groups = groupby(found[:FIRST_LINES], lambda pair: pair[0])
    return [(where, [line for _, line in pairs]) for where, pairs in groups], max(len(found) - FIRST_LINES, 0)


def _where(step: StepResult) -> str:
    return f"block {step.block}, step {step.index} ({step.call or step.op})"


# ----------------------------------------------------------------------------------------------- JSON


def as_json(run: Run) -> bytes:
    """The run as the table of this module says."""
    failed = len(run.failed)
    content = {
        "format": 1,
        "steps": run.step_count,
        "cases": len(run.cases),
        "passed": len(run.cases) - failed,
        "failed": failed,
        "not_replayed": len(run.skipped),
        "as_recorded": run.counted,
        "scope": list(run.scope),
        "results": [_case(case) for case in run.cases],
        "skipped": [{"name": each.name, "path": each.path, "reason": each.reason} for each in run.skipped],
    }
    return json.dumps(content, indent=1).encode() + b"\n"


def _case(case: CaseResult) -> dict[str, Any]:
    return {
        "name": case.name,
        "path": case.path,
        "description": case.description,
        "passed": case.passed,
        "remembered": case.cached,
        "seconds": round(case.seconds, 3),
        "fault": case.fault,
        "steps": [_step(step) for step in case.steps],
    }


def _step(step: StepResult) -> dict[str, Any]:
    return {
        "block": step.block,
        "place": step.place,
        "index": step.index,
        "op": step.op,
        "call": step.call,
        "given": step.given,
        "differences": list(step.differences),
    }


# ----------------------------------------------------------------------------------------------- HTML

HEAD: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Crosslane: recordings replayed</title>
"""

LEGEND: Final = (
    ("same", "same as recorded"),
    ("differs", "differs"),
    ("given", "own effect given"),
    ("root", "state root or another check, same"),
    ("root differs", "such a check differs"),
)


def as_html(run: Run) -> str:
    """The run as one page that needs nothing beside it: no script, no picture, no font."""
    parts = (_title(run), _failures(run), _matrix(run), _scope(run), _skipped(run))
    body = f"<body>\n<main>\n{''.join(parts)}</main>\n</body>\n"
    return f"{HEAD}<style>{STYLE}</style>\n</head>\n{body}</html>\n"


def _title(run: Run) -> str:
    failed = len(run.failed)
    tiles = (
        ("", run.step_count, "steps"),
        ("", len(run.cases), "cases"),
        ("good", len(run.cases) - failed, "passed"),
        ("bad" if failed else "", failed, "failed"),
        ("", len(run.skipped), "not replayed"),
    )
    also = f"<p>As recorded: {escape(run.counted)}.</p>\n" if run.counted else ""
    shown = (f'<li class="{style}"><b>{count:,}</b> {escape(what)}</li>' for style, count, what in tiles)
    return (
        "<header>\n<h1>Crosslane: recordings replayed</h1>\n"
        "<p>Recordings of real chains, replayed through our pallets step by step "
        "and compared with what the chain did.</p>\n"
        f"{also}"
        f'<ul class="tiles">{"".join(shown)}</ul>\n</header>\n'
    )


def _failures(run: Run) -> str:
    if not run.failed:
        return ""
    return f"<section>\n<h2>First differences</h2>\n{''.join(map(_failure, run.failed))}</section>\n"


def _failure(case: CaseResult) -> str:
    shown, more = first_differences(case)
    groups = "".join(_group(where, lines) for where, lines in shown)
    tail = f'<p class="quiet">… and {more:,} more</p>' if more else ""
    fault = f'<p class="fault">{escape(case.fault)}</p>' if case.fault is not None else ""
    return (
        f'<article id="{escape(case.name)}"><h3>{escape(case.name)}</h3>\n{groups}{tail}{fault}\n'
        f'<p class="quiet">Again, alone: <code>crosslane conform {escape(case.path)}</code></p></article>\n'
    )


def _group(where: str, lines: list[str]) -> str:
    items = "".join(f'<li class="line">{escape(line)}</li>' for line in lines)
    return f'<p class="quiet">{escape(where)}</p>\n<ul>{items}</ul>\n'


def _matrix(run: Run) -> str:
    if not run.cases:
        return "<section>\n<p>Nothing was replayed.</p>\n</section>\n"
    legend = "".join(f'<li><i class="{style}"></i> {text}</li>' for style, text in LEGEND)
    return (
        "<section>\n<h2>Cases and their steps</h2>\n"
        f'<ul class="legend">{legend}</ul>\n'
        f'<div class="cases">\n{"".join(map(_row, run.cases))}</div>\n</section>\n'
    )


def _row(case: CaseResult) -> str:
    name = escape(case.name)
    passed, missed = '<b class="good">passed</b>', f'<b class="bad"><a href="#{name}">failed</a></b>'
    how = "remembered" if case.cached else f"{case.seconds:.1f} s"
    steps = f"{case.step_count:,} steps, {how}"
    blocks = (f"<span>{''.join(map(_cell, steps))}</span>" for _, steps in groupby(case.steps, _place))
    return (
        f'<div class="case"><div><h3>{name}</h3><p>{passed if case.passed else missed} '
        f'<span class="quiet">{steps}</span></p></div>\n'
        f'<div><p class="about">{escape(case.description)}</p>\n'
        f'<p class="steps">{"".join(blocks)}</p></div></div>\n'
    )


def _place(step: StepResult) -> int:
    return step.place


def _cell(step: StepResult) -> str:
    call = f", {step.call}" if step.call else ""
    given = ", own effect given" if step.given else ""
    verdict = f"{len(step.differences)} differences" if step.differences else "same"
    text = f"block {step.block}, step {step.index}: {step.op}{call}: {verdict}{given}"
    return f'<i class="{_style(step)}" title="{escape(text)}"></i>'


def _style(step: StepResult) -> str:
    """The classes of a step's cell."""
    root = ["root"] if step.op in CHECKS else []
    given = ["given"] if step.given else []
    differs = ["differs"] if step.differences else []
    return " ".join(root + given + differs) or "same"


def _scope(run: Run) -> str:
    if not run.scope:
        return ""
    lines = "".join(f"<li>{_scope_line(line)}</li>" for line in run.scope)
    title = "<h2>What is compared, and what is given</h2>"
    return f'<section>\n{title}\n<ul class="plain">{lines}</ul>\n</section>\n'


def _scope_line(line: str) -> str:
    """A line with the word before its colon set apart."""
    word, colon, rest = line.partition(": ")
    is_word = bool(colon) and word.partition(" (")[0].isalpha()
    return f"<b>{escape(word)}</b> {escape(rest)}" if is_word else escape(line)


def _skipped(run: Run) -> str:
    if not run.skipped:
        return ""
    rows = "".join(
        f'<tr><th scope="row">{escape(each.name)}</th><td>{escape(each.reason)}</td></tr>\n'
        for each in run.skipped
    )
    return f"<section>\n<h2>Not replayed, and counted nowhere</h2>\n<table>\n{rows}</table>\n</section>\n"
