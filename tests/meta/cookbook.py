"""The pages of `docs/cookbook/`, made from the tests in `tests/cookbook/`.

A page is a test with some words: the module's docstring, of which the first line is the title, then what
stands between `# region: Heading` and `# endregion`. Comments right behind the heading become prose, the rest
code. All the code of a page together is a program that runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from tests.meta.source_tree import ROOT

RECIPES = ROOT / "tests" / "cookbook"
PAGES = ROOT / "docs" / "cookbook"

REGION = re.compile(r"^ *# region: ([^\n]+)\n(.*?)^ *# endregion$", re.MULTILINE | re.DOTALL)
MARKER = re.compile(r"^ *# (region|endregion)\b", re.MULTILINE)

INDEX = """# Cookbook

How things are done, step by step. Every page is made from a test, by `make docs`; a test of its own compares
the two, and another runs the code of each page.

"""


class Unpaired(ValueError):
    """A region that has no end, or no beginning."""


def pages() -> dict[str, str]:
    """What every page has to say, by its name."""
    made = {f"{recipe.stem.removeprefix('test_')}.md": page(recipe) for recipe in recipes()}
    lines = (f"* [{title(text)}]({name}): {introduction(text)}\n" for name, text in made.items())
    return {**made, "README.md": INDEX + "".join(lines)}


def recipes() -> list[Path]:
    return sorted(RECIPES.glob("test_*.py"))


def page(recipe: Path) -> str:
    """A recipe as a page; raises `Unpaired`."""
    source = recipe.read_text(encoding="utf-8")
    head, _, words = (ast.get_docstring(ast.parse(source)) or "").partition("\n")
    found = [section(heading, dedent(body)) for heading, body in REGION.findall(source)]
    if 2 * len(found) != len(MARKER.findall(source)):
        raise Unpaired(f"{recipe.name} has a region that has no end, or no beginning")
    place = recipe.relative_to(ROOT).as_posix()
    foot = f"The whole of it is a test: [{place}](../../{place}).\n"
    return "\n".join((f"# {head.rstrip('.')}\n", words.strip() + "\n", *found, foot))


def section(heading: str, body: str) -> str:
    lines = body.splitlines()
    count = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    prose = "\n".join(line.removeprefix("#").strip() for line in lines[:count])
    code = "\n".join(lines[count:]).strip("\n")
    return f"## {heading}\n\n{prose}\n\n```python\n{code}\n```\n"


def title(text: str) -> str:
    return text.partition("\n")[0].removeprefix("# ")


def introduction(text: str) -> str:
    """The first sentence below the title, with the rest of its paragraph left out."""
    paragraph = " ".join(text.split("\n\n")[1].split())
    return paragraph.partition(". ")[0].rstrip(".") + "."


def stale() -> Iterator[str]:
    """Every page that is not what it should be, or should not be there."""
    made = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    yield from sorted(name for name in made.keys() | there.keys() if made.get(name) != there.get(name))


def write() -> None:
    """Write every page, and remove those that no recipe stands for."""
    made = pages()
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")
    for path in PAGES.glob("*.md"):
        if path.name not in made:
            path.unlink()
