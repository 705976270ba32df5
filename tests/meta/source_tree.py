"""The source files as the meta tests see them: paths, text, syntax trees."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("primitives", "xcm", "pallets", "runtime", "node")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def source_files(*packages: str) -> list[str]:
    """Paths from the repository root, sorted; all packages when none is named."""
    found = (path for package in packages or PACKAGES for path in (ROOT / package).rglob("*.py"))
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def text_of(name: str) -> str:
    """A file that is not there reads as empty, so that everything it should name is reported."""
    path = ROOT / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse(text_of(name), name)


def functions(name: str) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(name)) if isinstance(node, Function))


def classes(name: str) -> Iterator[ast.ClassDef]:
    return (node for node in ast.walk(tree_of(name)) if isinstance(node, ast.ClassDef))


def last_name(node: ast.expr) -> str:
    """The name an expression goes by: `call` for `pallet.call(0)`, `Map` for `Map[K, V]`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=inner) | ast.Subscript(value=inner):
            return last_name(inner)
        case _:
            return ""


def pallet_names() -> set[str]:
    """Names of all classes below `Pallet`, however far."""
    bases = {
        node.name: {last_name(base) for base in node.bases}
        for name in source_files("pallets")
        for node in classes(name)
    }
    known = {"Pallet"}
    while found := {name for name, parents in bases.items() if parents & known} - known:
        known |= found
    return known


def is_docstring(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


def undocumented(body: list[ast.stmt]) -> Iterator[tuple[str, int]]:
    """Name and line of each plain assignment in a class body that no string literal follows."""
    following: list[ast.stmt | None] = [*body[1:], None]
    for node, after in zip(body, following, strict=True):
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
                if after is None or not is_docstring(after):
                    yield name, node.lineno
            case _:
                pass


def report(rule: str, offenders: list[str]) -> str:
    return "\n  ".join([rule, *offenders])
