"""The pages say what is so: links lead somewhere, code runs, commands exist, words are explained.

Checked are all Markdown files of the repository. Code blocks marked `python` run in order, those of one page
together, from the root. Commands are what stands in blocks marked `sh`.
"""

from __future__ import annotations

import ast
import re
import shlex
import subprocess
import sys
import tomllib
from collections import Counter
from functools import cache
from itertools import takewhile

import pytest

from node.cli import parser
from tests.meta.source_tree import PACKAGES, ROOT, classes, report, source_files, text_of, tree_of

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
BOLD = re.compile(r"\*\*([^*`\n]+)\*\*")
UPSTREAM_ROW = re.compile(r"^\| `([^`|]+)` \|([^|]*)\| (.+) \|$", re.MULTILINE)
MEMBER = re.compile(r"`([A-Z]\w+)\.(\w+)`")
FILE_ROW = re.compile(r"^\| \[([\w/]+\.py)\]\(\1\) \|", re.MULTILINE)
TIME = re.compile(r"\d+\.\d s$")


def pages() -> list[str]:
    folders = (ROOT / name for name in (*PACKAGES, "docs", "tests", "fixtures", "bench", "examples"))
    found = [*ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.md"))]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def blocks(page: str, kind: str) -> list[str]:
    return [body for found, body in FENCE.findall(text_of(page)) if found == kind]


def prose(page: str) -> str:
    return FENCE.sub("", text_of(page))


def anchors(page: str) -> set[str]:
    """What headings are called in links: lower case, hyphens for spaces, no other signs."""
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in HEADING.findall(prose(page))}


def leads_nowhere(page: str, link: str) -> bool:
    path, _, anchor = link.partition("#")
    target = (ROOT / page).parent / path if path else ROOT / page
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target.resolve().relative_to(ROOT).as_posix())


every_page = pytest.mark.parametrize("page", pages())


@every_page
def test_links_lead_somewhere(page: str) -> None:
    links = [link for link in LINK.findall(prose(page)) if "://" not in link]
    offenders = [link for link in links if leads_nowhere(page, link)]
    assert not offenders, report(f"links of {page} that lead nowhere:", offenders)


# ------------------------------------------------------------------------------------ code and commands


@pytest.mark.parametrize("page", [page for page in pages() if blocks(page, "python")])
def test_python_blocks_run(page: str) -> None:
    code = "\n".join(blocks(page, "python"))
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, f"{page}:\n{ran.stderr}"


def commands(page: str) -> list[list[str]]:
    """Each command of the page as words, without remarks; a backslash goes on with the next line."""
    lines = "".join(blocks(page, "sh")).replace("\\\n", " ").splitlines()
    return [words for words in (shlex.split(line, comments=True) for line in lines) if words]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE))


def is_known(words: list[str]) -> bool:
    match words:
        case ["make", *rest]:
            return {word for word in rest if "=" not in word} <= targets()
        case [".venv/bin/python" | ".venv-dev/bin/python", "-m", "node.cli", *rest] | ["crosslane", *rest]:
            return parses(rest)
        case _:
            return False


def parses(arguments: list[str]) -> bool:
    files = [word for word in arguments if word.startswith("fixtures/")]
    try:
        parser().parse_args(arguments)
    except SystemExit:
        return False
    return all((ROOT / name).exists() for name in files)


@every_page
def test_commands_exist(page: str) -> None:
    offenders = [shlex.join(words) for words in commands(page) if not is_known(words)]
    assert not offenders, report(f"commands of {page} that nobody can run:", offenders)


def test_the_readme_names_commands() -> None:
    named = {" ".join(words[:2]) for words in commands("README.md")}
    assert {"make demo", "make test", "make check"} <= named


def test_the_demo_prints_what_the_readme_shows() -> None:
    cases = re.findall(r"[\w/]+\.json\.xz", text_of("Makefile").partition("DEMO_CASES")[2].partition("\n")[0])
    command = ["-m", "node.cli", "conform", "--no-cache", *(f"fixtures/{name}" for name in cases)]
    ran = subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True
    )
    printed = {TIME.sub("", line) for line in ran.stdout.splitlines()}
    shown = [line for body in blocks("README.md", "console") for line in body.splitlines() if line != "..."]
    offenders = [line for line in shown if TIME.sub("", line) not in printed]
    assert shown
    assert not offenders, report("lines that the demo does not print:", offenders)


# ------------------------------------------------------------------------------------ words, lists, tables


def bold_words(name: str) -> set[str]:
    """What a module's docstring prints in bold, as the glossary would write it."""
    return {" ".join(word.split()) for word in BOLD.findall(ast.get_docstring(tree_of(name)) or "")}


@cache
def explained() -> frozenset[str]:
    return frozenset(word.lower() for word in BOLD.findall(text_of("docs/glossary.md")))


def test_words_of_the_source_are_in_the_glossary() -> None:
    offenders = [
        f"{name}: {word}"
        for name in source_files()
        for word in sorted(bold_words(name))
        if word.lower() not in explained()
    ]
    assert not offenders, report("words in bold that docs/glossary.md does not have:", offenders)


def test_words_that_the_glossary_gives_to_a_file_are_in_it() -> None:
    rows = text_of("docs/glossary.md").partition("## Words of one file")[2].splitlines()
    pairs = [(match[1], word) for row in rows if (match := LINK.search(row)) for word in BOLD.findall(row)]
    offenders = [
        f"{link}: {word}" for link, word in pairs if word not in bold_words(link.removeprefix("../"))
    ]
    assert pairs
    assert not offenders, report("words that the file named beside them does not have in bold:", offenders)


def test_everything_given_is_on_the_page_about_it() -> None:
    scope = tomllib.loads(text_of("fixtures/scope.toml"))
    page = text_of("docs/exactness.md")
    items = [f"| {', '.join(f'`{name}`' for name in entry['items'])} |" for entry in scope["given"]]
    rows = [*items, *(f"| {entry['what']} | {entry['reason']} |" for entry in scope["input"])]
    offenders = [row for row in rows if row not in page]
    assert not offenders, report("lines of fixtures/scope.toml that docs/exactness.md lacks:", offenders)


def test_the_map_gives_each_source_file_one_line() -> None:
    rows = Counter(FILE_ROW.findall(text_of("MAP.md")))
    expected = [name for name in source_files() if not name.endswith("__init__.py")]
    offenders = [f"{name}: {rows[name]}" for name in sorted({*rows, *expected}) if rows[name] != 1]
    assert not offenders, report("files without exactly one line in the tables of MAP.md:", offenders)


def members(cls: ast.ClassDef) -> set[str]:
    """Methods and fields that stand in a class."""
    named = (node.target for node in cls.body if isinstance(node, ast.AnnAssign))
    fields = {target.id for target in named if isinstance(target, ast.Name)}
    return fields | {node.name for node in cls.body if isinstance(node, ast.FunctionDef)}


def test_the_map_names_functions_that_are_there() -> None:
    known = {
        (cls.name, member) for name in source_files() for cls in classes(name) for member in members(cls)
    }
    journeys = text_of("MAP.md").partition("## Every file")[0]
    named = set(MEMBER.findall(journeys))
    offenders = sorted(".".join(pair) for pair in named - known)
    assert named
    assert not offenders, report("functions in MAP.md that do not exist:", offenders)


def upstream_rows() -> list[tuple[str, list[str], list[str]]]:
    """Upstream's path, its symbols, our files."""
    table = text_of("MAP.md").partition("## Upstream and ours")[2].splitlines()
    body = "\n".join(takewhile(lambda line: not line.startswith("## "), table))
    return [
        (path, re.findall(r"`([^`]+)`", symbols), LINK.findall(files))
        for path, symbols, files in UPSTREAM_ROW.findall(body)
    ]


def test_the_map_finds_upstream_where_the_source_does() -> None:
    rows = upstream_rows()
    offenders = []
    for path, symbols, files in rows:
        words = " ".join(" ".join(text_of(name) for name in files).split())
        offenders += [f"{path} {name}" for name in ("", *symbols) if path not in words or name not in words]
    assert rows
    assert not offenders, report("rows of MAP.md that no `Upstream:` line bears out:", offenders)
