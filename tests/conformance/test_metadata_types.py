"""What our metadata says of types, storage and extensions, against what the recorded runtime's says.

`test_metadata.py` compares the declarations; here it is what clients are told.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from typing import Any

import pytest

from primitives.metadata.paths import EXTENSIONS, PALLETS, PATHS
from primitives.metadata.types import (
    PortableTypes,
    Tuple,
    Type,
)
from primitives.metadata.v14 import MapEntry, Modifier, StorageEntry
from primitives.pallet import Pallet
from runtime.metadata import Metadata, metadata_of
from runtime.relay import Relay
from tests.support.recorded_metadata import FOLDER
from tests.support.type_texts import compared, plain, text

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
        assert plain(text(ours().v15.types, entry.type.value)) == plain(expected["value"])


def names(pallet: type[Pallet]) -> set[str]:
    return {each.name for each in entries(pallet)}


def known_by_path(types: PortableTypes) -> Iterator[tuple[str, Type]]:
    for each in types:
        path = "::".join(each.type.path)
        if path in RECORDED_TYPES:
            yield path, each.type


SHAPES = dict(known_by_path(ours().v15.types))


def test_most_types_with_a_path_are_held_against_the_recording() -> None:
    assert len(SHAPES) >= 130


@pytest.mark.parametrize("path", SHAPES)
def test_types_are_as_recorded(path: str) -> None:
    found, expected = compared(ours().v15.types, SHAPES[path], RECORDED_TYPES[path])

    assert found == expected


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
        [each.identifier, type_at(each.type).path[-1], text(ours().v15.types, each.additional_signed)]
        for each in extensions
    ]

    assert found == RECORDING["extensions"]
    assert type_at(ours().v15.extrinsic.extra).definition == Tuple(tuple(each.type for each in extensions))
