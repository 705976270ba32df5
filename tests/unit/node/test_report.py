"""The page and the JSON of a run."""

from __future__ import annotations

import json
from html.parser import HTMLParser

from typing_extensions import override

from node.conform.report import Run, as_html, as_json
from node.conform.results import CaseResult, Skipped, StepResult
from primitives.record import replace
from tests.support.small_recordings import steps

GOOD = CaseResult("relay_force", "fixtures/relay/relay_force.json.xz", "Root's channels", steps(), 1.25)
BAD = replace(GOOD, name="relay_bad", steps=steps(*(f"Hrmp.Thing{n} expected 1, found 2" for n in range(12))))
CUT = CaseResult("relay_cut", "fixtures/relay/relay_cut.json.xz", "", (), 0.0, fault="is truncated")
LATER = Skipped("para_empty", "fixtures/para/para_empty.json.xz", "the parachain's side is not there yet")
RUN = Run((GOOD, BAD, CUT), (LATER,), ("compared: Hrmp.* (ours)", "given: Babe.* (block production)"))

NASTY = "<script>alert('x')</script>&\"'"


class Page(HTMLParser):
    """Takes a page apart; tags must close in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.add(tag)
        self.attributes |= found.keys()
        if tag == "i" and "title" in found:
            self.cells.append((found["class"] or "", found["title"] or ""))
        if tag != "meta":
            self.open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_last_line_counts_steps_without_checks_of_roots() -> None:
    assert RUN.last_line == "4 steps in 3 cases: 1 passed, 2 failed"


def test_the_page_is_whole_and_needs_nothing_beside_it() -> None:
    page = Page(as_html(RUN))

    assert page.open == []
    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert page.attributes.isdisjoint({"src", "onclick", "style"})
    assert "url(" not in as_html(RUN)
    assert "@import" not in as_html(RUN)


def test_each_step_has_a_cell_with_its_story() -> None:
    page = Page(as_html(Run((GOOD,))))

    assert page.cells == [
        ("same", "block 1, step 0: initialize_block: same"),
        (
            "given",
            "block 1, step 1: apply_extrinsic, Hrmp.force_open_hrmp_channel: same, own effect given",
        ),
        ("root", "block 1, step 2: state_root: same"),
    ]


def test_a_step_that_differs_looks_different() -> None:
    page = Page(as_html(Run((BAD,))))

    assert page.cells[1][0] == "given differs"
    assert "12 differences" in page.cells[1][1]


def test_a_root_that_differs_looks_different() -> None:
    root = StepResult(1, 0, 2, "state_root", "", ("state root expected 0x1, found 0x2",))

    page = Page(as_html(Run((replace(GOOD, steps=(root,)),))))

    assert page.cells[0][0] == "root differs"


def test_the_first_differences_stand_on_the_page() -> None:
    words = Page(as_html(RUN)).words

    assert "Hrmp.Thing9 expected 1, found 2" in words
    assert "Hrmp.Thing10" not in words
    assert "… and 2 more" in words
    assert "is truncated" in words


def test_why_a_replay_broke_off_is_shown_behind_however_many_differences() -> None:
    words = Page(as_html(Run((replace(BAD, fault="block 9: a defect"),)))).words

    assert "block 9: a defect" in words


def test_scope_and_what_was_not_replayed_stand_on_the_page() -> None:
    words = Page(as_html(RUN)).words

    assert "Babe.* (block production)" in words
    assert "the parachain's side is not there yet" in words


def test_an_empty_run_has_a_page() -> None:
    page = Page(as_html(Run(())))

    assert page.open == []
    assert "Nothing was replayed." in page.words


def test_all_that_comes_from_files_is_escaped() -> None:
    step = StepResult(1, 0, 0, NASTY, NASTY, (NASTY,))
    case = CaseResult(NASTY, NASTY, NASTY, (step,), 0.0, fault=NASTY)

    page = Page(as_html(Run((case,), (Skipped(NASTY, NASTY, NASTY),), (NASTY, f"given: {NASTY}"))))

    assert "script" not in page.tags
    assert page.words.count("<script>") == 11
    assert page.cells[0][1].count("<script>") == 2


def test_json_tells_the_run_in_a_fixed_order() -> None:
    content = json.loads(as_json(RUN))

    assert list(content) == [
        "format",
        "steps",
        "cases",
        "passed",
        "failed",
        "not_replayed",
        "as_recorded",
        "scope",
        "results",
        "skipped",
    ]
    assert (content["steps"], content["cases"], content["passed"], content["failed"]) == (4, 3, 1, 2)
    assert content["skipped"] == [
        {"name": "para_empty", "path": LATER.path, "reason": "the parachain's side is not there yet"}
    ]


def test_json_of_a_case() -> None:
    good, _, cut = json.loads(as_json(RUN))["results"]

    assert cut == {
        "name": "relay_cut",
        "path": "fixtures/relay/relay_cut.json.xz",
        "description": "",
        "passed": False,
        "remembered": False,
        "seconds": 0.0,
        "fault": "is truncated",
        "steps": [],
    }
    assert good["steps"][1] == {
        "block": 1,
        "place": 0,
        "index": 1,
        "op": "apply_extrinsic",
        "call": "Hrmp.force_open_hrmp_channel",
        "given": True,
        "differences": [],
    }


def test_json_is_the_same_bytes_for_the_same_run() -> None:
    assert as_json(RUN) == as_json(replace(RUN))
