"""Files and functions stay small enough to be read in one go.

A function's size is its lines from `def` to the last one, without the docstring.
"""

from __future__ import annotations

import ast
from statistics import median

from tests.meta.source_tree import Function, functions, is_docstring, report, source_files, text_of

FILE_LIMIT = 600
FUNCTION_LIMIT = 60
FUNCTION_MEDIAN = 12


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def size(function: Function) -> int:
    first = function.body[0]
    return lines(function) - (lines(first) if is_docstring(first) else 0)


def test_no_function_is_too_long() -> None:
    offenders = [
        f"{name}:{function.lineno} {function.name}: {size(function)} lines"
        for name in source_files()
        for function in functions(name)
        if size(function) > FUNCTION_LIMIT
    ]
    assert not offenders, report(f"functions over {FUNCTION_LIMIT} code lines:", offenders)


def test_no_file_is_too_long() -> None:
    counts = {name: len(text_of(name).splitlines()) for name in source_files()}
    offenders = [f"{name}: {count} lines" for name, count in counts.items() if count > FILE_LIMIT]
    assert not offenders, report(f"files over {FILE_LIMIT} lines:", offenders)


def test_most_functions_are_short() -> None:
    found = [(size(function), name, function.name) for name in source_files() for function in functions(name)]
    middle = median([lines for lines, _, _ in found] or [0])
    longest = [f"{name} {function}: {lines} lines" for lines, name, function in sorted(found)[:-11:-1]]
    rule = f"the median function has {middle} code lines, at most {FUNCTION_MEDIAN} allowed; the longest:"
    assert middle <= FUNCTION_MEDIAN, report(rule, longest)
