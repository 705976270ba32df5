"""What is modelled on upstream says where upstream has it.

The line is ``Upstream: path `symbol` `` in the docstring; `Upstream: none, reason` for what is ours alone.
"""

from __future__ import annotations

import ast
import re

from tests.meta.source_tree import Function, classes, functions, last_name, pallet_names, report, source_files

UPSTREAM = re.compile(r"^\s*Upstream: \S+", re.MULTILINE)


def is_call(function: Function) -> bool:
    return any(isinstance(mark, ast.Call) and last_name(mark) == "call" for mark in function.decorator_list)


def links(node: Function | ast.ClassDef) -> bool:
    return UPSTREAM.search(ast.get_docstring(node) or "") is not None


def test_every_call_names_its_upstream() -> None:
    offenders = [
        f"{name}:{function.lineno} {function.name}"
        for name in source_files("pallets")
        for function in functions(name)
        if is_call(function) and not links(function)
    ]
    assert not offenders, report("calls without an `Upstream:` line in the docstring:", offenders)


def test_every_pallet_names_its_upstream() -> None:
    pallets = pallet_names()
    offenders = [
        f"{name}:{node.lineno} {node.name}"
        for name in source_files("pallets")
        for node in classes(name)
        if node.name in pallets and not links(node)
    ]
    assert not offenders, report("pallets without an `Upstream:` line in the docstring:", offenders)
