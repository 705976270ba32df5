"""Writes what the pages of the house say of its files and its scope: `make docs`.

What follows from the source is kept here so that nobody has to: the table of files in `MAP.md` (a line for
each, the first sentence of its docstring unless the page has a shorter one already), the words of single
files in `docs/glossary.md`, the tables of what is given in `docs/exactness.md`, the states in `docs/amop.md`,
and the pages of the cookbook. The tests fail where they are stale.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from itertools import pairwise

from node.amop.states import TABLES, diagram
from tests.meta import cookbook
from tests.meta.source_tree import ROOT, source_files, tree_of

BOLD = re.compile(r"\*\*([^*`\n]+)\*\*")
FILE_LINE = re.compile(r"^\| \[([^]]+\.py)\]\([^)]+\) \| (.*) \|$", re.MULTILINE)
PROPER = re.compile(r"[A-Z][A-Z0-9]|`|Rust|Paras|ParasShared|Configuration|Hrmp")
LONGEST_LINE = 100

GROUPS = (
    ("Primitives: numbers, names, shapes", "primitives"),
    ("Primitives: SCALE", "primitives/scale"),
    ("Primitives: storage", "primitives/storage"),
    ("Primitives: the trie", "primitives/trie"),
    ("Primitives: metadata", "primitives/metadata"),
    ("XCM", "xcm"),
    ("Pallets that every chain has", "pallets"),
    ("Pallets of the relay chain", "pallets/relay"),
    ("Pallets of a parachain", "pallets/para"),
    ("Runtime", "runtime"),
    ("Node", "node"),
    ("Node: replays", "node/conform"),
    ("Node: JSON-RPC", "node/rpc"),
    ("Node: the messenger", "node/amop"),
)


def main() -> int:
    """Write them all; gives 1 if a file lies in a folder that no group of the map names."""
    files = [name for name in source_files() if not name.endswith("__init__.py")]
    homeless = [name for name in files if folder(name) not in {place for _, place in GROUPS}]
    if homeless:
        sys.stderr.write(f"no group of the map takes {', '.join(homeless)}\n")
        return 1
    write_map(files)
    write_glossary()
    write_givens()
    write_states()
    cookbook.write()
    return 0


def folder(name: str) -> str:
    return name.rpartition("/")[0]


def docstring(name: str) -> str:
    return ast.get_docstring(tree_of(name)) or ""


def write_map(files: list[str]) -> None:
    """The table of files; a line that somebody wrote shorter than the docstring's first sentence stays."""
    path = ROOT / "MAP.md"
    text = path.read_text(encoding="utf-8")
    known = dict(FILE_LINE.findall(text))
    parts = [table(title, place, files, known) for title, place in GROUPS]
    before, _, rest = text.partition("## Every file\n")
    after = rest.partition("\n## ")[2]
    body = "\n".join(part for part in parts if part)
    path.write_text(
        before + "## Every file\n\n" + body + ("\n## " + after if after else ""), encoding="utf-8"
    )


def table(title: str, place: str, files: list[str], known: dict[str, str]) -> str:
    rows = [name for name in files if folder(name) == place]
    if not rows:
        return ""
    lines = "".join(f"| [{name}]({name}) | {known.get(name) or first_sentence(name)} |\n" for name in rows)
    return f"### {title}\n\n| file | |\n|---|---|\n{lines}"


def first_sentence(name: str) -> str:
    sentence = " ".join(docstring(name).split("\n\n")[0].split()).replace("**", "").replace("|", "\\|")
    sentence = sentence.rstrip(".")
    if len(sentence) > LONGEST_LINE:
        sys.stderr.write(f"{name}: its first sentence is long for the map; shorten the line there by hand\n")
    return sentence if PROPER.match(sentence) else sentence[:1].lower() + sentence[1:]


def write_glossary() -> None:
    """The second table: defined words of single files that the first table does not explain."""
    path = ROOT / "docs" / "glossary.md"
    head = path.read_text(encoding="utf-8").partition("## Words of one file")[0]
    explained = {word.lower() for word in BOLD.findall(head)}
    rows = "".join(f"| {words} | [{name[:-3]}](../{name}) |\n" for name, words in local_words(explained))
    text = "## Words of one file\n\nExplained in the first lines of the file beside them.\n\n"
    path.write_text(head + text + "| words | file |\n|---|---|\n" + rows, encoding="utf-8")


def local_words(explained: set[str]) -> Iterator[tuple[str, str]]:
    for name in source_files():
        words = dict.fromkeys(word for word in BOLD.findall(docstring(name)) if word.lower() not in explained)
        if words:
            yield name, ", ".join(f"**{word}**" for word in words)


def write_givens() -> None:
    """The tables of `docs/exactness.md` from `fixtures/scope.toml`."""
    scope = tomllib.loads((ROOT / "fixtures" / "scope.toml").read_text(encoding="utf-8"))
    path = ROOT / "docs" / "exactness.md"
    text = path.read_text(encoding="utf-8")
    given = [
        f"| {', '.join(f'`{name}`' for name in row['items'])} | {row['reason']} |" for row in scope["given"]
    ]
    inputs = [f"| {row['what']} | {row['reason']} |" for row in scope["input"]]
    text = with_rows(text, "| given | because |", given)
    text = with_rows(text, "| input | where the answer is taken from |", inputs)
    path.write_text(text, encoding="utf-8")


def write_states() -> None:
    """The diagrams of `docs/amop.md`, each with the words that stand under its table."""
    path = ROOT / "docs" / "amop.md"
    before, begin, rest = path.read_text(encoding="utf-8").partition("<!-- states:begin -->\n")
    after = rest.partition("<!-- states:end -->")[2]
    body = "".join(f"{words}\n\n```mermaid\n{diagram(TABLES[name])}\n```\n\n" for name, words in states())
    path.write_text(before + begin + body + "<!-- states:end -->" + after, encoding="utf-8")


def states() -> Iterator[tuple[str, str]]:
    """Each table of states with its docstring."""
    nodes = tree_of("node/amop/states.py").body
    for node, following in pairwise(nodes):
        match node, following:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                if name in TABLES:
                    yield name, words
            case _:
                pass


def with_rows(text: str, header: str, rows: list[str]) -> str:
    before, _, after = text.partition(header + "\n|---|---|\n")
    return before + header + "\n|---|---|\n" + "\n".join(rows) + "\n\n" + after.partition("\n\n")[2]


if __name__ == "__main__":
    sys.exit(main())
