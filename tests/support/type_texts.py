"""Types of our metadata as recordings write them."""

from __future__ import annotations

import re
from typing import Any

from primitives.metadata.types import (
    BitSequence,
    Compact,
    Composite,
    Field,
    PortableTypes,
    Primitive,
    Sequence,
    Tuple,
    Type,
    Variants,
)

WITHOUT_WRAPPER = {
    "BoundedVec": "Vec",
    "BTreeSet": "Vec",
    "Compact<()>": "()",
    "ExecutorParams": "Vec<ExecutorParam>",
    "ExtraFlags": "u128",
    "FixedU128": "u128",
    "WeakVec": "Vec",
}
"""Recorded types around one other that our annotations do without: the bytes are the same."""

HASHES_OF_BYTES = {"CandidateHash", "ValidationCodeHash"}
"""Wrapped once more upstream, in an H256."""

OUR_CASES_ONLY = {"paseo_runtime::OriginCaller"}
"""Sums of which we have some cases only."""


def plain(written: str) -> str:
    """A recorded type text in the words of our registry: no parameters, no wrappers around one type."""
    for wrapper, inside in WITHOUT_WRAPPER.items():
        written = written.replace(wrapper, inside)
    pairs = re.sub(r"BTreeMap<(\w+), ((?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*)>", r"Vec<(\1, \2)>", written)
    shorter = re.sub(r"\b(?!Vec|Option|Compact|Result|BTreeMap)(\w+)<[^<>]*>", r"\1", pairs)
    return shorter if shorter == written else plain(shorter)


def text(types: PortableTypes, at: int) -> str:
    """A type of a registry as recordings write it."""
    kind = types[at].type
    match kind.definition:
        case _ if kind.path == ("Option",) or kind.path == ("Result",):
            return f"{kind.path[0]}<{', '.join(text(types, each.type or 0) for each in kind.parameters)}>"
        case _ if kind.path:
            return kind.path[-1]
        case Primitive(primitive):
            return primitive.name
        case Compact(of):
            return f"Compact<{text(types, of)}>"
        case Sequence(element):
            return f"Vec<{text(types, element)}>"
        case Tuple(elements):
            return f"({', '.join(text(types, each) for each in elements)})"
        case BitSequence():
            return "BitVec"
        case other:
            return f"[{text(types, other.element)}; {other.length}]"  # type: ignore[union-attr]


def compared(types: PortableTypes, ours: Type, recorded: dict[str, Any]) -> tuple[Any, Any]:
    """The parts of a type of ours and of the recorded one, written alike."""
    path, definition = "::".join(ours.path), ours.definition
    if isinstance(definition, Variants):
        found = {each.name: [each.index, _shape(types, each.fields)] for each in definition.variants}
        cases = {
            name: [case["index"], _plain_parts(case["fields"])]
            for name, case in recorded["enum"].items()
            if name in found or path not in OUR_CASES_ONLY
        }
        return found, cases
    assert isinstance(definition, Composite)
    wraps_a_hash = ours.path[-1] in HASHES_OF_BYTES
    parts = [[None, "[u8; 32]"]] if wraps_a_hash else _plain_parts(recorded["struct"])
    return _shape(types, definition.fields), parts


def _shape(types: PortableTypes, fields: tuple[Field, ...]) -> list[list[str | None]]:
    return [[each.name, text(types, each.type)] for each in fields]


def _plain_parts(parts: list[list[str]]) -> list[list[str | None]]:
    return [[name, plain(tp)] for name, tp in parts]
