"""What cyscale reads of our chain. Runs in the environment of `test_cyscale.py`, where nothing of ours is.

Standard input: a JSON object with `metadata` (hex by version) and `read` (pairs of a type's id and a value in
hex). Standard output: a JSON object with the pallets, the number of types and the values read, by version.
Every byte has to be used.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset


def scale_bytes(text: str) -> Any:
    return ScaleBytes(bytearray.fromhex(text))


def read(metadata: str, wanted: list[tuple[int, str]]) -> dict[str, Any]:
    config = RuntimeConfigurationObject()
    config.update_type_registry(load_type_registry_preset("core"))
    told = config.create_scale_object("MetadataVersioned", scale_bytes(metadata))
    told.decode()
    assert told.data.get_remaining_length() == 0
    config.add_portable_registry(told)
    values = []
    for at, raw in wanted:
        made = config.create_scale_object(f"scale_info::{at}", scale_bytes(raw), metadata=told)
        made.decode()
        assert made.data.get_remaining_length() == 0
        values.append(made.value)
    return {
        "pallets": {each.value["name"]: each.value["index"] for each in told.pallets},
        "types": len(told.portable_registry["types"]),
        "values": values,
    }


if __name__ == "__main__":
    asked = json.load(sys.stdin)
    answer = {version: read(raw, asked["read"]) for version, raw in asked["metadata"].items()}
    json.dump(answer, sys.stdout)
