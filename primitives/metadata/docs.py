"""The words that metadata carries, taken from where things are declared.

A call and an event are described by the first paragraph of their docstring, a storage item, an error, a
constant and a field by the string literal that follows it. Python does not keep such literals, so they are
read from the source file, when metadata is asked for and not before. Where there is no source there are no
words; nothing else hangs on them.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from primitives.metadata.types import Docs


def first_paragraph(thing: object) -> Docs:
    """The first paragraph of a docstring as one line; nothing for what has none of its own."""
    text = getattr(thing, "__doc__", None)
    return paragraphs(text)[:1] if isinstance(text, str) else ()


def paragraphs(text: str) -> Docs:
    """The paragraphs of a docstring, each as one line; links to upstream are for readers of the source."""
    blocks = (" ".join(block.split()) for block in inspect.cleandoc(text).split("\n\n"))
    return tuple(block for block in blocks if block and not block.startswith("Upstream:"))


def attribute_docs(cls: type[Any]) -> Mapping[str, Docs]:
    """The words below the attributes of a class, those of its bases included."""
    found: dict[str, Docs] = {}
    for base in reversed(cls.__mro__):
        found |= _of_module(base.__module__).get(base.__qualname__, {})
    return found


@cache
def _of_module(name: str) -> Mapping[str, Mapping[str, Docs]]:
    """For each class of a module, by its qualified name, the words below its attributes."""
    module = sys.modules[name]
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError):
        return {}
    return dict(_classes(tree.body, ""))


def _classes(body: list[ast.stmt], within: str) -> Iterator[tuple[str, Mapping[str, Docs]]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield within + node.name, dict(_attributes(node.body))
            yield from _classes(node.body, f"{within}{node.name}.")


def _attributes(body: list[ast.stmt]) -> Iterator[tuple[str, Docs]]:
    for node, after in pairwise(body):
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            name, text = _target(node), after.value.value
            if name is not None and isinstance(text, str):
                yield name, paragraphs(text)


def _target(node: ast.stmt) -> str | None:
    """The attribute that a statement declares."""
    match node:
        case ast.AnnAssign(target=ast.Name(id=name)) | ast.Assign(targets=[ast.Name(id=name)]):
            return name
        case _:
            return None
