"""The soak run itself: its parts find what is wrong, end in time, and tell what they did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from pallets.relay import hrmp_invariants
from pallets.system_items import Remarked
from primitives.record import Record, replace
from primitives.scale.codec import Codec
from runtime.executive import Executive
from tests.soak import __main__ as soak
from tests.soak import chains, decoders, evidence, laws, messenger, mutations, networks, replays
from tests.soak.parts import Budget, Outcome
from tests.support import para_recordings
from tests.support.post import Post
from tests.support.recordings import PATHS


def quiet(text: str) -> None:
    """Nobody watches."""


def one_turn() -> Budget:
    """A budget that is used up the second time it is asked for."""
    times: Iterator[float] = iter((0.0, 0.0))
    return Budget(1, lambda: next(times, 2.0))


GOOD = Outcome("decoders", "many inputs", 61.0, ())
BAD = Outcome("chains", "few blocks", 59.0, ("seed 7, block 3: a | b",))


def test_a_budget_is_used_up() -> None:
    times = iter((10.0, 10.5, 11.5, 99.0))
    budget = Budget(2, lambda: next(times))
    assert (budget.used, budget.left, budget.left) == (0.5, 0.5, 0.0)


def test_replays(monkeypatch: pytest.MonkeyPatch) -> None:
    some = {name: PATHS[name] for name in ("relay_empty", "relay_force")}
    monkeypatch.setattr(replays, "PATHS", some)
    outcome = replays.run(Budget(1), quiet)
    assert outcome.failures == ()
    assert outcome.done.endswith(" steps of 2 recordings")


def test_decoders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders, "EXAMPLES", 1)
    outcome = decoders.run(Budget(60), quiet, seed=3, inputs=1)
    assert outcome.failures == ()
    assert ", 1 to each of " in outcome.done
    assert outcome.done.endswith("; seed 3")


def test_a_decoder_that_is_too_generous_is_found() -> None:
    def decode_at(data: bytes, at: int) -> tuple[int, int]:
        return data[at] & 1, at + 1  # no matter what the other bits say

    loose = Codec("loose", lambda value: bytes((value,)), decode_at, 1)
    tp = decoders.Type("loose", loose, (b"\x00",), has_bits=False)
    assert decoders.fault(tp, b"\x01") is None
    assert decoders.fault(tp, b"\x03") == "encodes to 0x01"
    assert decoders.fault(tp, b"\x01\x01") == "", "refused: a byte too many"


def test_a_decoder_that_breaks_is_found() -> None:
    def decode_at(data: bytes, at: int) -> tuple[int, int]:
        raise IndexError("out of range")

    broken = Codec("broken", lambda value: b"", decode_at, 0)
    assert (
        decoders.fault(decoders.Type("broken", broken, (), has_bits=False), b"") == "IndexError: out of range"
    )


def test_spoilt_values_differ_by_one_byte_or_an_end() -> None:
    generator = Random(1)
    lengths = {len(decoders.spoilt(generator, b"abcdef")) for _ in range(200)}
    assert lengths == set(range(8))


def test_a_chain() -> None:
    outcome = chains.run(one_turn(), quiet, 5)
    assert outcome.failures == ()
    assert outcome.done.startswith(f"{chains.BLOCKS} blocks of 1 chains, ")
    assert outcome.done.endswith("; seeds 5 to 5")


def test_mutations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutations, "PATHS", {"para_hrmp": para_recordings.PATHS["para_hrmp"]})
    times = iter((0.0, 0.0, 0.0))
    outcome = mutations.run(Budget(1, lambda: next(times, 2.0)), quiet, 5)
    assert outcome.failures == ()
    assert " mutants of 1 of 5 inherents: " in outcome.done
    assert " as good as before (" in outcome.done
    assert outcome.done.endswith("; seed 5")


@pytest.mark.slow
def test_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(networks, "BLOCKS", 12)
    outcome = networks.run(one_turn(), quiet, seed=4)
    assert outcome.failures == ()
    assert outcome.done.endswith("; seeds 4 to 4")


@pytest.mark.parametrize("times", [0, 2])
def test_a_message_that_is_lost_or_comes_twice_is_found(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    monkeypatch.setattr(networks, "BLOCKS", 12)
    note, heard = Post._note, list[Record]()

    def unlike_the_others(post: Post, place: int, event: Record, relay_parent: int | None) -> None:
        if isinstance(event, Remarked):
            heard.append(event)
        for _ in range(times if isinstance(event, Remarked) and len(heard) == 3 else 1):
            note(post, place, event, relay_parent)

    monkeypatch.setattr(Post, "_note", unlike_the_others)
    (failure,) = networks.run(Budget(60), quiet, seed=4).failures
    assert failure.startswith("seed 4, block ")
    assert "sent" in failure or "there still waits" in failure


def test_a_messenger_whose_nodes_are_killed_and_stopped() -> None:
    outcome = messenger.run(Budget(8), quiet, 936)
    assert outcome.failures == ()
    kills, stops = map(int, re.findall(r"(\d+) (?:kills|stops)", outcome.done))
    assert kills
    assert stops
    assert outcome.done.endswith("; seed 936")


def test_an_invariant_that_does_not_hold_is_told_with_seed_and_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_content(hrmp: object, nobody_cleaned_up: object) -> list[str]:
        return ["two and two are five"]

    monkeypatch.setattr(hrmp_invariants, "violations", never_content)
    outcome = chains.run(one_turn(), quiet, 5)
    assert outcome.failures == ("seed 5, block 2: AssertionError: two and two are five",)


def test_a_follower_that_takes_anything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Executive, "execute_block", lambda *args: None)
    (failure,) = chains.run(one_turn(), quiet, 5).failures
    assert "AssertionError" in failure


@pytest.mark.parametrize(
    ("text", "status", "done", "failures"),
    [
        (
            "    - 50 passing, 0 failing, and 4 invalid\n    - 30 passing\n2 passed in 3s",
            0,
            "1 rounds of 2 tests, 80 examples",
            0,
        ),
        (
            "FAILED tests/stateful/test_x.py::test_y - Boom\n1 failed, 4 passed",
            1,
            "1 rounds of 4 tests, 0",
            1,
        ),
        ("INTERNALERROR", 3, "1 rounds of 0 tests", 1),
        ("", None, "0 rounds of 0 tests, 0 examples; no round came to its end", 0),
    ],
)
def test_laws(
    monkeypatch: pytest.MonkeyPatch, text: str, status: int | None, done: str, failures: int
) -> None:
    monkeypatch.setattr(laws, "one_round", lambda seed, seconds: (text, status))
    outcome = laws.run(one_turn(), quiet, 9)
    assert outcome.done.startswith(done)
    assert len(outcome.failures) == failures
    assert all(each.startswith("seed 9: ") for each in outcome.failures)


def test_the_summary_is_one_line() -> None:
    assert evidence.summary((GOOD,)) == "soak: no failure in 1.0 minutes; decoders: many inputs"
    assert evidence.summary((GOOD, BAD)).startswith(
        "soak: 1 failures in 2.0 minutes; decoders: many inputs; "
    )


def test_only_the_section_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "evidence.md"
    page.write_text(f"# Evidence\n\n## Speed\n\n{evidence.BEGIN}\nwhat was here\n{evidence.END}\n\n## More\n")
    evidence.write(page, (GOOD, BAD))

    text = page.read_text()
    assert text.startswith(f"# Evidence\n\n## Speed\n\n{evidence.BEGIN}\n## Soak run\n")
    assert text.endswith(f"{evidence.END}\n\n## More\n")
    assert "what was here" not in text
    assert "| decoders | many inputs | 61 s | as it should be | `" in text
    assert "| chains | few blocks | 59 s | seed 7, block 3: a / b | `" in text


def test_parts_that_are_not_run_keep_their_lines(tmp_path: Path) -> None:
    page = tmp_path / "evidence.md"
    evidence.write(page, (GOOD, BAD))
    evidence.write(page, (replace(GOOD, done="more inputs"),))

    text = page.read_text()
    assert "| chains | few blocks | 59 s | seed 7, block 3: a / b | `" in text
    assert "| decoders | more inputs | 61 s | as it should be | `" in text
    assert "many inputs" not in text
    assert text.count("| part |") == 1


def test_a_page_without_the_section_gets_it_at_its_end(tmp_path: Path) -> None:
    assert evidence.put_in("# Evidence\n\n## Speed\n", "made") == "# Evidence\n\n## Speed\n\nmade\n"
    evidence.write(tmp_path / "new.md", (GOOD,))
    assert (tmp_path / "new.md").read_text().startswith(f"# Evidence\n\n{evidence.BEGIN}\n")


@pytest.mark.parametrize(("outcome", "status"), [(GOOD, 0), (BAD, 1)])
def test_the_command(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    outcome: Outcome,
    status: int,
) -> None:
    for part in (chains, decoders, laws, messenger, mutations, networks, replays):
        monkeypatch.setattr(part, "run", lambda *args: outcome)
    page = tmp_path / "evidence.md"

    assert soak.main(["--minutes", "0.1", "--evidence", str(page)]) == status

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1].startswith("soak: ")
    assert len(lines) == 1 + 7 * status
    assert evidence.BEGIN in page.read_text()


def test_the_command_can_leave_the_page_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for part in (chains, decoders, laws, messenger, mutations, networks, replays):
        monkeypatch.setattr(part, "run", lambda *args: GOOD)
    monkeypatch.setattr(evidence, "write", lambda *args: pytest.fail("it was written"))
    assert soak.main(["--no-evidence"]) == 0
    assert "no failure" in capsys.readouterr().out


def test_one_part_can_be_run_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    budgets: list[float] = []

    def noted(budget: Budget, show: object, seed: int) -> Outcome:
        budgets.append(budget.seconds)
        return GOOD

    for part in (chains, decoders, laws, messenger, replays):
        monkeypatch.setattr(part, "run", lambda *args: pytest.fail("it was run"))
    monkeypatch.setattr(mutations, "run", noted)
    assert soak.main(["--no-evidence", "--minutes", "2", "--only", "mutations"]) == 0
    assert budgets == [120]
