"""The seal of the corpus."""

from __future__ import annotations

from pathlib import Path

import pytest
from blake3 import blake3

from node import manifest
from node.errors import UserError
from tests.support.small_recordings import seal, small_corpus


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return small_corpus(tmp_path / "fixtures", "relay/one", "relay/two", "para/three")


def test_a_line_is_hash_two_spaces_and_path_in_order(corpus: Path) -> None:
    lines = manifest.make(corpus).splitlines()

    assert [line[66:] for line in lines] == ["para/three.json.xz", "relay/one.json.xz", "relay/two.json.xz"]
    assert lines[1] == f"{blake3((corpus / 'relay/one.json.xz').read_bytes()).hexdigest()}  relay/one.json.xz"


def test_what_speaks_of_the_corpus_is_not_sealed(corpus: Path) -> None:
    (corpus / "README.md").write_text("about")
    (corpus / "relay" / "README.md").write_text("part of it")
    (corpus / ".hidden").write_text("a tool's")

    names = {path.relative_to(corpus).as_posix() for path in manifest.sealable(corpus)}

    assert {"README.md", "scope.toml", "MANIFEST.b3", ".hidden"}.isdisjoint(names)
    assert "relay/README.md" in names


def test_sealed_files_pass(corpus: Path) -> None:
    assert manifest.check(manifest.sealable(corpus), corpus) == {}


def test_a_changed_file_is_told_by_both_hashes(corpus: Path) -> None:
    path = corpus / "relay/one.json.xz"
    path.write_bytes(b"changed")

    fault = manifest.check([path], corpus)[path]

    assert fault.startswith("hash differs")
    assert blake3(b"changed").hexdigest()[:16] in fault


def test_a_file_without_a_line_is_told(corpus: Path) -> None:
    path = corpus / "relay/new.json.xz"
    path.write_bytes(b"new")

    assert manifest.check([path], corpus)[path].startswith("missing in MANIFEST.b3")


def test_a_line_without_its_file_is_told(corpus: Path) -> None:
    path = corpus / "relay/one.json.xz"
    path.unlink()

    assert manifest.check([path], corpus)[path].startswith("missing file")


def test_without_a_manifest_nothing_is_sealed(corpus: Path) -> None:
    (corpus / "MANIFEST.b3").unlink()

    assert len(manifest.check(manifest.sealable(corpus), corpus)) == 3


def test_files_elsewhere_need_no_seal(corpus: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.json.xz"
    elsewhere.write_bytes(b"anything")

    assert manifest.check([elsewhere], corpus) == {}


def test_a_path_that_leaves_and_returns_is_checked(corpus: Path) -> None:
    path = corpus / "relay" / ".." / "relay" / "one.json.xz"
    path.write_bytes(b"changed")

    assert path in manifest.check([path], corpus)


def test_sealing_again_accepts_the_change(corpus: Path) -> None:
    path = corpus / "relay/one.json.xz"
    path.write_bytes(b"changed")
    seal(corpus)

    assert manifest.check([path], corpus) == {}


@pytest.mark.parametrize("text", ["relay/one.json.xz\n", "00  relay/one\n", "\n", f"{'0' * 64} relay/one\n"])
def test_a_manifest_that_is_none_is_refused(corpus: Path, text: str) -> None:
    (corpus / "MANIFEST.b3").write_text(text)

    with pytest.raises(UserError, match="line 1: expected a blake3 hash"):
        manifest.read(corpus)
