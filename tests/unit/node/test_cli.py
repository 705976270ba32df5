"""The command line as a whole."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from node import cli, manifest
from node.cli import main
from node.errors import UserError
from node.files import plain, shown, write_whole

Capture = pytest.CaptureFixture[str]

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = [command.name for command in cli.COMMANDS]


def call(*arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "node.cli", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50)


def replace_run(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(_: object) -> int:
        raise error

    command = cli.Command("fail", "fail", manifest.add_arguments, run)
    monkeypatch.setattr(cli, "COMMANDS", (command,))


def test_the_version_is_the_project_s(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert end.value.code == 0
    assert capsys.readouterr().out == f"crosslane {project['version']}\n"


def test_the_help_names_every_command(capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--help"])

    out = capsys.readouterr().out
    assert end.value.code == 0
    assert out.startswith("usage: crosslane ")
    assert {"conform", "genesis", "decode", "manifest"} <= set(out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main([command, "--help"])

    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: crosslane {command} ")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["dance"],
        ["decode"],
        ["conform", "--jobs", "many"],
        ["conform", "--jobs", "-1"],
        ["genesis", "file", "--layout", "v2"],
    ],
)
def test_wrong_arguments_give_status_two(arguments: list[str], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: crosslane")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["conform", "no/such/file.json.xz"], "no/such/file.json.xz"),
        (["genesis", "no/such/spec.json"], "no/such/spec.json: No such file or directory"),
        (["genesis", "no/such/file.json.xz"], "file.json.xz: cannot be read: No such file or directory"),
    ],
)
def test_a_file_that_is_not_there_is_named(arguments: list[str], named: str, capsys: Capture) -> None:
    status = main(arguments)

    out, error = capsys.readouterr()
    assert (status, out) == (2, "")
    assert error.startswith("crosslane: error: ")
    assert error.endswith(f"{named}\n")


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (UserError("no\nsense"), 2, "crosslane: error: no\ufffdsense\n"),
        (PermissionError(13, "Permission denied", "a/b"), 2, "crosslane: error: a/b: Permission denied\n"),
        (OSError("the disk is gone"), 2, "crosslane: error: the disk is gone\n"),
        (KeyboardInterrupt(), 130, "crosslane: interrupted\n"),
    ],
)
def test_what_goes_wrong_outside_is_one_line(
    error: BaseException, status: int, line: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    replace_run(monkeypatch, error)

    assert main(["fail"]) == status
    assert capsys.readouterr() == ("", line)


def test_a_defect_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_run(monkeypatch, ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        main(["fail"])


def test_the_module_can_be_run() -> None:
    done = call("conform", "fixtures/relay/relay_empty.json.xz", "--no-cache")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "16 steps in 1 cases: 1 passed, 0 failed"
    assert done.stderr == ""


def test_how_to_see_a_failure_again_is_how_we_were_called(tmp_path: Path) -> None:
    path = tmp_path / "broken.json.xz"
    path.write_bytes(b"")

    done = call("conform", str(path), "--no-cache")

    assert done.returncode == 1
    # by the interpreter that runs us, so that the line can be copied from any shell
    interpreter, here = Path(sys.executable), ROOT
    shortest = interpreter.relative_to(here) if interpreter.is_relative_to(here) else interpreter
    again = f"again, alone: {shlex.quote(str(shortest))} -m node.cli conform {path}\n"
    assert again in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_reader_that_has_gone_is_no_traceback() -> None:
    command = f'"{sys.executable}" -m node.cli genesis fixtures/world/world.json.xz | true'

    done = subprocess.run(
        command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, timeout=50
    )

    assert done.stderr == ""


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_whole(path, b"old")

    with pytest.raises(TypeError):
        write_whole(path, "text is no bytes")  # type: ignore[arg-type]

    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_paths_below_the_current_folder_are_shown_from_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert shown(tmp_path / "here" / "a" / ".." / "b") == Path("b")
    assert shown(Path("../b")) == tmp_path / "b"


def test_plain_text_keeps_letters_and_drops_commands() -> None:
    assert plain("Größe … 1000 -> 2000") == "Größe … 1000 -> 2000"
    assert plain("\x1b[31m\r\n") == "\ufffd[31m\ufffd\ufffd"


def test_a_link_is_followed_and_a_device_is_not_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o600)
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o600

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, b"seen")
        assert os.read(reader, 10) == b"seen"
        assert not pipe.is_file()
    finally:
        os.close(reader)
