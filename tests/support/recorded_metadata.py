"""The recorded metadata of the two runtimes in `fixtures/metadata`."""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from primitives.metadata.recorded import RecordedMetadata

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "metadata"


@cache
def recorded_metadata(name: str) -> RecordedMetadata:
    """The metadata recorded as `metadata_<name>`: `relay` or `para`."""
    return RecordedMetadata(json.loads(lzma.decompress((FOLDER / f"metadata_{name}.json.xz").read_bytes())))


@cache
def recorded_types(name: str) -> dict[str, Any]:
    """The types of `metadata_<name>` by their paths; of several under one path, the last."""
    recording = json.loads(lzma.decompress((FOLDER / f"metadata_{name}.json.xz").read_bytes()))
    return {path.partition("#")[0]: entry for path, entry in recording["types"].items()}
