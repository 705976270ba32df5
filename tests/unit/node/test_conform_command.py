"""What `crosslane conform` replays, prints and remembers."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from node.conform import command
from node.conform.cache import fingerprint
from node.conform.command import Options, Screen
from node.conform.jobs import Replayer
from node.errors import UserError
from tests.support.small_recordings import (
    all_in_scope,
    defective,
    differing,
    dying,
    none_in_scope,
    passing,
    seal,
    small_corpus,
    small_recording,
    write_recording,
)

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return small_corpus(tmp_path / "fixtures", "relay/one", "relay/two", "random/para/three", "world/four")


def run(
    corpus: Path,
    *paths: Path | str,
    replayer: Replayer = passing,
    screen: Screen = all_in_scope,
    jobs: int = 1,
    word: str = "",
    html: Path | None = None,
    json: Path | None = None,
    remember: bool = False,
) -> int:
    options = Options(tuple(map(Path, paths)), jobs, word, json, html, remember)
    return command.run(options, replayer, screen, corpus)


# ------------------------------------------------------------------------------------- the last line


def test_all_passed(corpus: Path, capsys: Capture) -> None:
    status = run(corpus)

    out, error = capsys.readouterr()
    assert status == 0
    assert out.splitlines()[-1] == "8 steps in 4 cases: 4 passed, 0 failed"
    assert error == ""


def test_a_failed_case_gives_status_one(corpus: Path, capsys: Capture) -> None:
    status = run(corpus, corpus / "relay", replayer=differing)

    assert status == 1
    assert capsys.readouterr().out.splitlines()[-1] == "4 steps in 2 cases: 0 passed, 2 failed"


def test_nothing_to_replay_is_no_success(corpus: Path, capsys: Capture) -> None:
    status = run(corpus, word="nowhere")

    out, error = capsys.readouterr()
    assert status == 1
    assert out.splitlines()[-1] == "0 steps in 0 cases: 0 passed, 0 failed"
    assert "nothing was replayed" in error


def test_the_last_line_is_whole_on_a_narrow_terminal(
    corpus: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "12")

    run(corpus)

    assert capsys.readouterr().out.endswith("\n8 steps in 4 cases: 4 passed, 0 failed\n")


# --------------------------------------------------------------------------------- what is replayed


def test_folders_of_other_things_are_left_out(corpus: Path, capsys: Capture) -> None:
    for folder in ("trie", "metadata", "rpc_transcripts"):
        write_recording(corpus / folder / "other.json.xz")
    seal(corpus)

    run(corpus)

    assert "in 4 cases" in capsys.readouterr().out


def test_cases_stand_in_the_order_of_their_paths(corpus: Path, capsys: Capture) -> None:
    run(corpus)

    lines = capsys.readouterr().out.splitlines()[:4]
    assert [line.split()[1] for line in lines] == ["three", "one", "two", "four"]


def test_a_recording_named_twice_is_replayed_once(corpus: Path, capsys: Capture) -> None:
    run(corpus, corpus / "relay", corpus / "relay/one.json.xz", "fixtures/relay/../relay/one.json.xz")

    assert "in 2 cases" in capsys.readouterr().out


def test_a_word_chooses_by_name(corpus: Path, capsys: Capture) -> None:
    run(corpus, word="o")

    assert "in 3 cases" in capsys.readouterr().out


def test_a_path_that_does_not_exist_is_named(corpus: Path) -> None:
    with pytest.raises(UserError, match=r"no file or folder fixtures/relay/gone\.json\.xz"):
        run(corpus, "fixtures/relay/gone.json.xz")


def test_what_is_out_of_scope_is_listed_and_not_counted(corpus: Path, capsys: Capture) -> None:
    status = run(corpus, screen=none_in_scope)

    out = capsys.readouterr().out
    assert status == 1
    assert "  four: its pallets are not there yet\n" in out
    assert out.endswith("0 steps in 0 cases: 0 passed, 0 failed\n")


def test_a_named_file_is_replayed_even_if_out_of_scope(corpus: Path, capsys: Capture) -> None:
    status = run(corpus, corpus, corpus / "relay/one.json.xz", screen=none_in_scope)

    out = capsys.readouterr().out
    assert status == 0
    assert "Not replayed, and counted nowhere (3)" in out
    assert out.endswith("2 steps in 1 cases: 1 passed, 0 failed\n")


def test_the_scope_is_printed_with_the_result(corpus: Path, capsys: Capture) -> None:
    run(corpus)

    out = capsys.readouterr().out
    assert "given: Babe.* (block production)" in out


NO_SCOPES = ("[[compared]]\n", "= no toml", '[[given]]\nitems = ["Babe"]\nreason = "r"\n')


@pytest.mark.parametrize("text", NO_SCOPES)
def test_a_scope_that_says_nothing_is_refused(corpus: Path, text: str) -> None:
    (corpus / "scope.toml").write_text(text)

    with pytest.raises(UserError, match="scope"):
        run(corpus)


# ------------------------------------------------------------------------------- failures, by name


def test_the_first_differences_and_how_to_see_them_again(corpus: Path, capsys: Capture) -> None:
    run(corpus, corpus / "relay/one.json.xz", replayer=differing)

    out = capsys.readouterr().out
    assert "  block 1, step 1 (Hrmp.force_open_hrmp_channel):\n    Hrmp.Thing0 expected 1, found 2\n" in out
    assert "Hrmp.Thing9" in out
    assert "Hrmp.Thing10" not in out
    assert "… and 2 more" in out
    assert "again, alone: crosslane conform fixtures/relay/one.json.xz\n" in out


def test_a_mistake_of_ours_is_the_fault_of_its_case_only(corpus: Path, capsys: Capture) -> None:
    write_recording(corpus / "relay/bad.json.xz")
    seal(corpus)

    status = run(corpus, corpus / "relay", replayer=defective)

    out = capsys.readouterr().out
    assert status == 1
    assert "broke off: ZeroDivisionError: a share of nothing (small_recordings.py:" in out
    assert out.endswith("4 steps in 3 cases: 2 passed, 1 failed\n")


whole = lzma.compress(json.dumps(small_recording("broken")).encode())
BROKEN = {
    "truncated": (whole[:-20], "truncated"),
    "empty": (b"", "truncated"),
    "no-xz": (b"plain text", "no xz file"),
    "no-json": (lzma.compress(b"{]"), "no JSON"),
    "no-text": (lzma.compress(b"\xff\xfe"), "no JSON"),
    "no-object": (lzma.compress(b"[]"), "expected a JSON object, found list"),
    "format": (lzma.compress(b'{"format": 2}'), "expected format 1, found 2"),
    "no-name": (lzma.compress(b'{"format": 1}'), "'name' is missing"),
}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN)
def test_a_broken_recording_is_a_failed_case(
    corpus: Path, tmp_path: Path, capsys: Capture, content: bytes, reason: str
) -> None:
    path = tmp_path / "broken.json.xz"
    path.write_bytes(content)

    status = run(corpus, path, corpus / "relay")

    out, error = capsys.readouterr()
    assert status == 1
    assert "\nbroken failed:\n" in out
    assert reason in out
    assert out.endswith("4 steps in 3 cases: 2 passed, 1 failed\n")
    assert "Traceback" not in out + error


@pytest.mark.parametrize("wrong", [7, None, ["text"], {"a": 1}])
def test_a_description_that_is_no_text_is_the_fault_of_its_case(
    corpus: Path, tmp_path: Path, capsys: Capture, wrong: object
) -> None:
    path = write_recording(tmp_path / "x.json.xz", small_recording("x") | {"description": wrong})

    status = run(corpus, path, html=tmp_path / "r.html")

    assert status == 1
    assert capsys.readouterr().out.endswith("0 steps in 1 cases: 0 passed, 1 failed\n")


def test_half_a_letter_can_be_shown(corpus: Path, tmp_path: Path, capsys: Capture) -> None:
    path = write_recording(tmp_path / "x.json.xz", small_recording("half \ud800"))

    run(corpus, path, html=tmp_path / "r.html", json=tmp_path / "r.json")

    assert "half" in (tmp_path / "r.html").read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith("passed  half \ufffd")


def test_names_cannot_command_the_terminal(corpus: Path, tmp_path: Path, capsys: Capture) -> None:
    path = write_recording(tmp_path / "x.json.xz", small_recording("\x1b[2J\nred"))

    run(corpus, path)

    assert "\x1b" not in capsys.readouterr().out


# ------------------------------------------------------------------------------------------- the seal


def test_a_changed_recording_of_the_corpus_is_refused(corpus: Path, capsys: Capture) -> None:
    write_recording(corpus / "relay/one.json.xz", small_recording("another"))

    status = run(corpus, corpus / "relay/one.json.xz")

    out = capsys.readouterr().out
    assert status == 1
    assert "\none failed:\n  hash differs: MANIFEST.b3 says" in out


def test_a_recording_that_is_not_sealed_is_refused(corpus: Path, capsys: Capture) -> None:
    write_recording(corpus / "relay/new.json.xz")

    status = run(corpus)

    out = capsys.readouterr().out
    assert status == 1
    assert "\nnew failed:\n  missing in MANIFEST.b3" in out
    assert out.endswith("8 steps in 5 cases: 4 passed, 1 failed\n")


def test_a_sealed_recording_that_is_gone_is_missed(corpus: Path, capsys: Capture) -> None:
    (corpus / "world/four.json.xz").unlink()

    status = run(corpus)

    assert status == 1
    assert "\nfour failed:\n  missing file" in capsys.readouterr().out


def test_a_recording_from_elsewhere_needs_no_seal(corpus: Path, tmp_path: Path) -> None:
    assert run(corpus, write_recording(tmp_path / "mine.json.xz")) == 0


# ------------------------------------------------------------------------------------------ processes


def test_several_processes_find_out_the_same(corpus: Path, capsys: Capture) -> None:
    alone = run(corpus, replayer=differing)
    one_by_one = capsys.readouterr().out

    together = run(corpus, replayer=differing, jobs=2)

    assert (alone, together) == (1, 1)
    assert capsys.readouterr().out == one_by_one


def test_a_process_that_dies_is_no_traceback(corpus: Path, capsys: Capture) -> None:
    status = run(corpus, corpus / "relay", replayer=dying, jobs=2)

    out, error = capsys.readouterr()
    assert status == 1
    assert "ended before its time" in out
    assert out.endswith("0 steps in 2 cases: 0 passed, 2 failed\n")
    assert error == ""


# ------------------------------------------------------------------------------------- what is remembered


def entries(corpus: Path) -> list[Path]:
    return sorted((corpus.parent / ".crosslane" / "replays").iterdir())


def test_a_passed_case_is_remembered(corpus: Path, capsys: Capture) -> None:
    run(corpus, remember=True)
    assert "(remembered)" not in capsys.readouterr().out

    status = run(corpus, remember=True, replayer=differing)

    out = capsys.readouterr().out
    assert status == 0
    assert out.count("(remembered)") == 4
    assert out.endswith("8 steps in 4 cases: 4 passed, 0 failed\n")


def test_a_failed_case_is_not_remembered(corpus: Path, capsys: Capture) -> None:
    run(corpus, remember=True, replayer=differing)

    assert run(corpus, remember=True) == 0
    assert "(remembered)" not in capsys.readouterr().out


def test_no_cache_replays_and_keeps_nothing(corpus: Path) -> None:
    run(corpus, remember=False)
    assert not (corpus.parent / ".crosslane").exists()

    run(corpus, remember=True)
    assert run(corpus, remember=False, replayer=differing) == 1


def test_another_scope_counts_as_another_replay(corpus: Path) -> None:
    run(corpus, remember=True)
    with (corpus / "scope.toml").open("a") as file:
        file.write("# a remark\n")

    assert run(corpus, remember=True, replayer=differing) == 1


def test_what_was_named_out_of_scope_is_not_remembered(corpus: Path, capsys: Capture) -> None:
    run(corpus, corpus / "relay/one.json.xz", screen=none_in_scope, remember=True)
    run(corpus, corpus / "relay/one.json.xz", screen=none_in_scope, remember=True)

    assert "(remembered)" not in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"", b"garbage", b"\xff", b"{}"])
def test_a_damaged_entry_counts_for_nothing(corpus: Path, capsys: Capture, damage: bytes) -> None:
    run(corpus, corpus / "relay/one.json.xz", remember=True)
    entries(corpus)[0].write_bytes(damage)

    assert run(corpus, corpus / "relay/one.json.xz", remember=True, replayer=differing) == 1


def test_an_altered_entry_counts_for_nothing(corpus: Path, capsys: Capture) -> None:
    run(corpus, corpus / "relay/one.json.xz", remember=True)
    entry = entries(corpus)[0]
    entry.write_bytes(entry.read_bytes().replace(b"initialize_block", b"finalize_block"))

    assert run(corpus, corpus / "relay/one.json.xz", remember=True, replayer=differing) == 1


def test_an_entry_of_another_recording_counts_for_nothing(corpus: Path) -> None:
    run(corpus, corpus / "relay/one.json.xz", remember=True)
    before = entries(corpus)
    run(corpus, corpus / "relay/two.json.xz", remember=True)
    added = next(entry for entry in entries(corpus) if entry not in before)
    added.write_bytes(before[0].read_bytes())

    assert run(corpus, corpus / "relay/two.json.xz", remember=True, replayer=differing) == 1


def test_no_half_written_entry_is_left(corpus: Path) -> None:
    run(corpus, remember=True)

    assert len(entries(corpus)) == 4
    assert all(len(entry.name) == 64 for entry in entries(corpus))


def test_a_folder_that_cannot_be_made_is_no_fault(corpus: Path) -> None:
    (corpus.parent / ".crosslane").write_text("in the way")

    assert run(corpus, remember=True) == 0


def test_every_source_file_is_in_the_fingerprint(tmp_path: Path) -> None:
    (tmp_path / "pallets").mkdir()
    source = tmp_path / "pallets" / "one.py"
    source.write_text("a")
    first = fingerprint(tmp_path, ())

    source.write_text("b")
    second = fingerprint(tmp_path, ())
    source.rename(tmp_path / "pallets" / "two.py")
    third = fingerprint(tmp_path, ())

    assert len({first, second, third}) == 3


# ----------------------------------------------------------------------------------------- what is written


def test_json_and_html_are_written(corpus: Path, tmp_path: Path) -> None:
    run(corpus, json=tmp_path / "r.json", html=tmp_path / "r.html", replayer=differing)

    assert json.loads((tmp_path / "r.json").read_bytes())["failed"] == 4
    assert "Hrmp.Thing0 expected 1, found 2" in (tmp_path / "r.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nowhere/r.html", "fixtures"])
def test_a_page_that_cannot_be_written_stops_the_run_before_it_begins(
    corpus: Path, tmp_path: Path, capsys: Capture, name: str
) -> None:
    with pytest.raises(UserError, match="cannot be written"):
        run(corpus, html=tmp_path / name)

    assert capsys.readouterr().out == ""
