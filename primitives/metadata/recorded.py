"""A runtime's metadata as it was recorded: pallets by name, and a table of types.

Inside the table types are named by the last part of their path, which several may share (`Location` of XCM
versions 4 and 5): such a text has several candidates. Candidates of the same XCM version as the type that
names them come alone, others stand side by side, and whoever compares takes the one that fits.

The recording (`fixtures/metadata`) holds `pallets` (index by name), `details` (storage, calls, events,
errors and constants by pallet) and `types` (`{"struct": [[name, text]]}` or `{"enum": {name: {index,
fields}}}` by `path::Name#id`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from primitives.metadata.describe import Case, Field, Layout, Named, Product, Sum, Text, parse
from primitives.metadata.names import OPAQUE

_VERSION = re.compile(r"::(v\d+)\b")


class RecordedMetadata:
    """The recorded metadata of one runtime."""

    def __init__(self, recording: Mapping[str, Any]) -> None:
        self.indices: Mapping[str, int] = recording["pallets"]
        self.details: Mapping[str, Mapping[str, Any]] = recording["details"]
        self._types: Mapping[str, Mapping[str, Any]] = recording["types"]
        self._paths: dict[str, list[str]] = {}
        for path in self._types:
            name = path.rpartition("::")[2].partition("#")[0]
            self._paths.setdefault(name, []).append(path)

    def candidates(self, text: Text) -> tuple[Layout, ...]:
        """What a text may stand for; a single `Named` if the recording does not tell."""
        outer = parse(text)
        if not isinstance(outer, Named) or outer.name in OPAQUE:
            return (outer,)
        paths = _of_one_version(self._paths.get(outer.name, []), text.within)
        found = (layout for path in paths for layout in self._at(path))
        return tuple(dict.fromkeys(found)) or (outer,)

    def _at(self, path: str) -> tuple[Layout, ...]:
        entry, within = self._types[path], path.partition("#")[0]
        if "enum" in entry:
            return (Sum(recorded_cases(entry["enum"], within)),)
        body = recorded_body(entry["struct"], within)
        if len(body.fields) == 1 and not body.named:
            return self.candidates(body.fields[0].type)
        return (body,)


def _of_one_version(paths: list[str], within: str) -> list[str]:
    versions = _VERSION.findall(within)
    return [path for path in paths if _VERSION.findall(path) == versions != []] or paths


def recorded_body(fields: list[tuple[str | None, str]], within: str = "") -> Product:
    """Recorded fields, with or without names."""
    named = any(name is not None for name, _ in fields)
    return Product(tuple(Field(name or "", Text(text, within)) for name, text in fields), named=named)


def recorded_cases(cases: Mapping[str, Any], within: str = "") -> tuple[Case, ...]:
    """Recorded cases (of a type, of a pallet's calls or events) by index."""
    found = (Case(case["index"], name, recorded_body(case["fields"], within)) for name, case in cases.items())
    return tuple(sorted(found, key=lambda case: case.index))
