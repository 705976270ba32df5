"""Words that may not stand in the repository, and words that must be accounted for.

The patterns are put together from pieces, so that this file does not hold what it looks for.

docs/deviations.md lists where we differ from upstream on purpose: a table with one row for each marker, the
file in the first column (`| pallets/relay/hrmp.py | what differs and why |`, back quotes or a link around the
path are fine). A file with two markers has two rows.
"""

from __future__ import annotations

import re
import subprocess
from collections import Counter

import pytest

from tests.meta.source_tree import ROOT, report, source_files, text_of

REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "crates" + ".io", "npm" + "js.com", "npm" + "js.org")
REGISTRY = re.compile("|".join(re.escape(host) for host in REGISTRIES))

# A leading slash counts only where a path can begin: not in `state/root/x` or in the path of a web address.
MACHINE_ROOTS = "tm" + r"p\b|" + "wo" + r"rk\b|(?:home|opt|root|Users)/[\w.]"
MACHINE_PATH = re.compile(rf"(?<![\w.)}}>\]*-])/(?:{MACHINE_ROOTS})")

OPEN_END = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
DEVIATION = re.compile(r"\bDEVIATION" + r":")
DEVIATION_ROW = re.compile(r"^\|\s*\[?`?([\w/]+\.py)\b", re.MULTILINE)


def committed_files() -> list[str]:
    """What git holds or would take with `git add`."""
    options = ["-z", "--cached", "--others", "--exclude-standard"]
    command = ["git", "-c", "safe.directory=*", "ls-files", *options]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode != 0:
        pytest.skip(f"not a git clone: {listing.stderr.strip()}")
    return sorted({name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()})


def offences(pattern: re.Pattern[str], names: list[str]) -> list[str]:
    """File, line and word of each match; a file that is not UTF-8 text has none."""
    found = []
    for name in names:
        try:
            text = text_of(name)
        except UnicodeDecodeError:
            continue
        found += [
            f"{name}:{number} {match[0]}"
            for number, line in enumerate(text.splitlines(), 1)
            for match in pattern.finditer(line)
        ]
    return found


def test_no_file_names_a_package_registry() -> None:
    offenders = offences(REGISTRY, committed_files())
    assert not offenders, report("names of package registries:", offenders)


def test_no_file_names_a_path_of_one_machine() -> None:
    offenders = offences(MACHINE_PATH, committed_files())
    assert not offenders, report("paths that exist on one machine only:", offenders)


ON_ONE_MACHINE = ("cd /" + "tmp/x", "(/" + "work)", "file:///" + "home/ann/x", "'/" + "root/.ssh'")
ELSEWHERE = ("state/root/x", "and/or/work", "rel/tmp", "https://a.example/home/x", "/rooted/x", "/workers")


@pytest.mark.parametrize("line", ON_ONE_MACHINE)
def test_a_path_of_one_machine_is_recognised(line: str) -> None:
    assert MACHINE_PATH.search(line)


@pytest.mark.parametrize("line", ELSEWHERE)
def test_other_paths_are_left_alone(line: str) -> None:
    assert not MACHINE_PATH.search(line)


def test_source_has_no_open_ends() -> None:
    offenders = offences(OPEN_END, source_files())
    assert not offenders, report("open ends; finish them or file an issue:", offenders)


def test_every_deviation_is_listed() -> None:
    marked = offences(DEVIATION, source_files())
    in_source = Counter(offence.partition(":")[0] for offence in marked)
    in_docs = Counter(DEVIATION_ROW.findall(text_of("docs/deviations.md")))
    offenders = [
        f"{name}: {in_source[name]} in the source, {in_docs[name]} listed"
        for name in sorted(in_source | in_docs)
        if in_source[name] != in_docs[name]
    ]
    assert not offenders, report("markers and rows of docs/deviations.md differ:", [*offenders, *marked])
