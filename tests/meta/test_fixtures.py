"""Recordings are described and sealed.

`fixtures/README.md` names every folder that holds files (in back quotes, from `fixtures/`, as in `relay/` or
`random/world`). `fixtures/MANIFEST.b3` has a line for every file, blake3 hash, two spaces, path from
`fixtures/`: what `b3sum` writes and checks.
"""

from __future__ import annotations

from blake3 import blake3

from tests.meta.source_tree import ROOT, report, text_of

FIXTURES = ROOT / "fixtures"
UNSEALED = {"README.md", "scope.toml", "MANIFEST.b3"}


def fixture_files() -> set[str]:
    files = (path.relative_to(FIXTURES) for path in FIXTURES.rglob("*") if path.is_file())
    return {path.as_posix() for path in files if not path.name.startswith(".")} - UNSEALED


def sealed() -> dict[str, str]:
    """Path to hash."""
    pairs = (line.partition("  ") for line in text_of("fixtures/MANIFEST.b3").splitlines())
    return {name: digest for digest, _, name in pairs}


def hash_of(name: str) -> str:
    return blake3((FIXTURES / name).read_bytes()).hexdigest()


def test_every_folder_is_described() -> None:
    words = text_of("fixtures/README.md")
    folders = {name.rpartition("/")[0] for name in fixture_files()}
    kept = sorted(folder for folder in folders if folder and folder.split("/")[0] != "generated")
    offenders = [folder for folder in kept if f"`{folder}/`" not in words and f"`{folder}`" not in words]
    assert not offenders, report("folders that fixtures/README.md does not name:", offenders)


def test_every_file_is_sealed() -> None:
    offenders = sorted(fixture_files() - sealed().keys())
    assert not offenders, report("files missing in fixtures/MANIFEST.b3 (`make manifest`):", offenders)


def test_every_seal_has_its_file() -> None:
    offenders = sorted(sealed().keys() - fixture_files())
    assert not offenders, report("lines of fixtures/MANIFEST.b3 without a file:", offenders)


def test_no_sealed_file_has_changed() -> None:
    seals = sealed()
    present = sorted(fixture_files() & seals.keys())
    offenders = [name for name in present if hash_of(name) != seals[name]]
    assert not offenders, report("files that differ from their hash in fixtures/MANIFEST.b3:", offenders)
