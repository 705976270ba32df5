"""MAP.md leads to every source file, by its path from the repository root, and to no file that is gone."""

from __future__ import annotations

import re

from tests.meta.source_tree import PACKAGES, report, source_files, text_of

PATH = re.compile(rf"(?<![\w/-])(?:\./)?((?:{'|'.join(PACKAGES)})/[\w/]*\.py)\b")


def named() -> set[str]:
    return set(PATH.findall(text_of("MAP.md")))


def test_the_map_names_every_source_file() -> None:
    expected = {name for name in source_files() if not name.endswith("__init__.py")}
    offenders = sorted(expected - named())
    assert not offenders, report("source files that MAP.md does not name:", offenders)


def test_the_map_names_no_file_that_is_gone() -> None:
    offenders = sorted(named() - set(source_files()))
    assert not offenders, report("files named in MAP.md that do not exist:", offenders)
