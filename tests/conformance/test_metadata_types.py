"""What our metadata says of types, storage and extensions, against what the recorded runtime's says.

`test_metadata.py` compares the declarations; here it is what clients are told.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterator
from typing import Any

import pytest

from primitives.metadata.paths import EXTENSIONS, PALLETS, PATHS
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
from primitives.metadata.v14 import MapEntry, Modifier, StorageEntry
from primitives.pallet import Pallet
from runtime.metadata import Metadata, metadata_of
from runtime.relay import Relay
from tests.support.recorded_metadata import FOLDER

RECORDING: dict[str, Any] = json.loads(lzma.decompress((FOLDER / "metadata_relay.json.xz").read_bytes()))
RECORDED_TYPES = {path.partition("#")[0]: entry for path, entry in RECORDING["types"].items()}

every_pallet = pytest.mark.parametrize("pallet", Relay.indices, ids=lambda pallet: str(pallet.prefix))


def ours() -> Metadata:
    return metadata_of(Relay)


def type_at(at: int) -> Type:
    return ours().v15.types[at].type


def entries(pallet: type[Pallet]) -> tuple[StorageEntry, ...]:
    (found,) = [each for each in ours().v14.pallets if each.name == pallet.prefix]
    return found.storage.entries if found.storage else ()


@every_pallet
def test_storage_is_as_recorded(pallet: type[Pallet]) -> None:
    recorded = RECORDING["details"].get(pallet.prefix, {"storage": {}})["storage"]

    assert [each.name for each in entries(pallet)] == [each for each in recorded if each in names(pallet)]
    for entry in entries(pallet):
        expected = recorded[entry.name]
        hashers = [each.name for each in entry.type.hashers] if isinstance(entry.type, MapEntry) else []
        assert hashers == expected["hashers"]
        assert entry.modifier is Modifier[expected["modifier"]]
        assert "0x" + entry.default.hex() == expected["default"]
        assert plain(text(entry.type.value)) == plain(expected["value"])


def names(pallet: type[Pallet]) -> set[str]:
    return {each.name for each in entries(pallet)}


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


def plain(written: str) -> str:
    """A recorded type text in the words of our registry: no parameters, no wrappers around one type."""
    for wrapper, inside in WITHOUT_WRAPPER.items():
        written = written.replace(wrapper, inside)
    pairs = re.sub(r"BTreeMap<(\w+), ((?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*)>", r"Vec<(\1, \2)>", written)
    shorter = re.sub(r"\b(?!Vec|Option|Compact|Result|BTreeMap)(\w+)<[^<>]*>", r"\1", pairs)
    return shorter if shorter == written else plain(shorter)


def text(at: int) -> str:
    """A type of our registry as recordings write it."""
    kind = type_at(at)
    match kind.definition:
        case _ if kind.path == ("Option",) or kind.path == ("Result",):
            return f"{kind.path[0]}<{', '.join(text(each.type or 0) for each in kind.parameters)}>"
        case _ if kind.path:
            return kind.path[-1]
        case Primitive(primitive):
            return primitive.name
        case Compact(of):
            return f"Compact<{text(of)}>"
        case Sequence(element):
            return f"Vec<{text(element)}>"
        case Tuple(elements):
            return f"({', '.join(map(text, elements))})"
        case BitSequence():
            return "BitVec"
        case other:
            return f"[{text(other.element)}; {other.length}]"  # type: ignore[union-attr]


def known_by_path(types: PortableTypes) -> Iterator[tuple[str, Type]]:
    for each in types:
        path = "::".join(each.type.path)
        if path in RECORDED_TYPES and path != "xcm::VersionedXcm":
            yield path, each.type


SHAPES = dict(known_by_path(ours().v15.types))


def test_most_types_with_a_path_are_held_against_the_recording() -> None:
    assert len(SHAPES) >= 70


@pytest.mark.parametrize("path", SHAPES)
def test_types_are_as_recorded(path: str) -> None:
    recorded, definition = RECORDED_TYPES[path], SHAPES[path].definition

    if isinstance(definition, Variants):
        found = {each.name: [each.index, shape(each.fields)] for each in definition.variants}
        expected = {
            name: [case["index"], [[each, plain(tp)] for each, tp in case["fields"]]]
            for name, case in recorded["enum"].items()
            if name in found or path != "paseo_runtime::OriginCaller"
        }
        assert found == expected
    else:
        assert isinstance(definition, Composite)
        parts_of = [[name, plain(tp)] for name, tp in recorded["struct"]]
        assert shape(definition.fields) == ([[None, "[u8; 32]"]] if wraps_a_hash(path) else parts_of)


def wraps_a_hash(path: str) -> bool:
    return path.rpartition("::")[2] in HASHES_OF_BYTES


def shape(fields: tuple[Field, ...]) -> list[list[str | None]]:
    return [[each.name, text(each.type)] for each in fields]


def test_paths_that_the_recording_knows_are_upstreams() -> None:
    by_name: dict[str, set[str]] = {}
    for path in RECORDED_TYPES:
        by_name.setdefault(path.rpartition("::")[2], set()).add(path)

    ambiguous = {"Origin"}
    for name, path in PATHS.items():
        if name in by_name and name not in ambiguous:
            assert "::".join(path) in by_name[name]


def test_every_pallet_and_every_extension_has_a_path() -> None:
    assert {pallet.prefix for pallet in Relay.indices} <= PALLETS.keys()
    assert {each.name for each in Relay.extensions} <= EXTENSIONS.keys()


def test_extensions_are_as_recorded() -> None:
    extensions = ours().v15.extrinsic.signed_extensions
    found = [
        [each.identifier, type_at(each.type).path[-1], text(each.additional_signed)] for each in extensions
    ]

    assert found == RECORDING["extensions"]
    assert type_at(ours().v15.extrinsic.extra).definition == Tuple(tuple(each.type for each in extensions))
