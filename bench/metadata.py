"""Reading and writing metadata against scalecodec: `python -m bench.metadata`.

What is read is our relay chain's own description of itself, version 14. scalecodec is driven as clients drive
it: `create_scale_object("MetadataVersioned", ScaleBytes(raw)).decode()`. Both read the same pallets, which is
asserted before anything is timed. Below stands what making the metadata and its hash takes: both happen once
for each runtime.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from scalecodec.base import RuntimeConfigurationObject, ScaleBytes
from scalecodec.type_registry import load_type_registry_preset

from bench.timing import heading, medians, row, shown, times
from primitives.metadata.v14 import decode_v14, encode_v14
from primitives.storage.state import State
from runtime.metadata import Builder, metadata_of
from runtime.relay import Relay


def scalecodec_metadata(known: RuntimeConfigurationObject, raw: bytes) -> Any:
    """Metadata as scalecodec reads it."""
    read = known.create_scale_object("MetadataVersioned", ScaleBytes(bytearray(raw)))
    read.decode()
    return read


def main() -> None:
    """Print the tables."""
    known = RuntimeConfigurationObject()
    known.update_type_registry(load_type_registry_preset("core"))
    made = metadata_of(Relay)
    raw = made.v14_bytes
    theirs = scalecodec_metadata(known, raw)
    ours = decode_v14(raw)
    assert [each.name for each in ours.pallets] == [each.name for each in theirs.pallets]
    assert bytes(known.create_scale_object("MetadataVersioned").encode(theirs.value).data) == raw

    title = f"Metadata 14 of {len(raw):,} bytes, against scalecodec {version('scalecodec')}"
    heading(title, "ours", "scalecodec", "faster", "goal")
    mine, other = medians(lambda: decode_v14(raw), lambda: scalecodec_metadata(known, raw))
    row("decode", shown(mine), shown(other), times(other / mine), "100")
    mine, other = medians(
        lambda: encode_v14(ours),
        lambda: known.create_scale_object("MetadataVersioned").encode(theirs.value),
    )
    row("encode", shown(mine), shown(other), times(other / mine), "")

    heading("Once for each runtime", "ours")
    relay = Relay(State())
    building, hashing = medians(
        lambda: Builder(relay).metadata(),
        lambda: made.hash(
            spec_version=1, spec_name="paseo", base58_prefix=0, decimals=10, token_symbol="PAS"
        ),
    )
    row("build the metadata", shown(building))
    row("metadata hash", shown(hashing))


if __name__ == "__main__":
    main()
