"""Headers: their bytes, their hash, and those of a real chain."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from primitives.hashing import blake2_256
from primitives.header import (
    HEADER,
    NO_HASH,
    Consensus,
    Digest,
    DigestItem,
    Header,
    OtherDigest,
    PreRuntime,
    RuntimeEnvironmentUpdated,
    Seal,
)
from primitives.ids import Hash
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

RECORDING = Path(__file__).resolve().parents[3] / "fixtures" / "relay" / "relay_empty.json.xz"

ONE, TWO, THREE = (Hash(bytes((number,)) * 32) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("item", "encoding"),
    [
        (OtherDigest(b"ab"), "00086162"),
        (Consensus(b"FRNK", b"\x01"), "0446524e4b0401"),
        (Seal(b"BABE", b""), "054241424500"),
        (PreRuntime(b"BABE", b"\xff"), "064241424504ff"),
        (RuntimeEnvironmentUpdated(), "08"),
    ],
    ids=str,
)
def test_digest_items(item: DigestItem, encoding: str) -> None:
    assert codec(DigestItem).encode(item) == bytes.fromhex(encoding)
    assert codec(DigestItem).decode(bytes.fromhex(encoding)) == item


@pytest.mark.parametrize("tag", [1, 2, 3, 7, 9])
def test_other_digest_items_are_refused(tag: int) -> None:
    with pytest.raises(DecodeError, match="a variant of header"):
        codec(DigestItem).decode(bytes((tag,)) + b"BABE\x00")


def test_a_header_is_its_fields_one_after_the_other() -> None:
    header = Header(ONE, 64, TWO, THREE, Digest((RuntimeEnvironmentUpdated(),)))
    assert HEADER.encode(header) == ONE + b"\x01\x01" + TWO + THREE + b"\x04\x08"
    assert header.hash() == blake2_256(HEADER.encode(header))


def test_an_empty_digest_is_the_default() -> None:
    assert Digest() == Digest(())
    assert HEADER.encode(Header(NO_HASH, 0, NO_HASH, NO_HASH, Digest())) == bytes(32 + 1 + 64 + 1)


def test_recorded_headers_come_back_and_have_the_recorded_hash() -> None:
    blocks = json.loads(lzma.decompress(RECORDING.read_bytes()))["blocks"]
    for block in blocks:
        raw = bytes.fromhex(block["header"][2:])
        header = HEADER.decode(raw)
        assert HEADER.encode(header) == raw
        assert "0x" + header.hash().hex() == block["hash"]
        assert (header.number, "0x" + header.parent_hash.hex()) == (block["number"], block["parent_hash"])
    assert len(blocks) > 1
