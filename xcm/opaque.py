"""An XCM program carried along without being read.

Upstream: polkadot/xcm/src/lib.rs `VersionedXcm`
"""

from __future__ import annotations

from typing import Annotated

from primitives.scale.codec import Codec
from primitives.scale.errors import DecodeError
from xcm.notifications import OLDEST_VERSION, XCM_VERSION


def _decode_at(data: bytes, at: int) -> tuple[bytes, int]:
    version = data[at] if at < len(data) else -1
    if not OLDEST_VERSION <= version <= XCM_VERSION:
        found = data[at : at + 1].hex() or "end of input"
        raise DecodeError(f"an XCM version from {OLDEST_VERSION} to {XCM_VERSION}", found, at)
    return data[at:], len(data)


VersionedXcm = Annotated[bytes, Codec("VersionedXcm", bytes, _decode_at, 1)]
"""A program with its version in front, as bytes. DEVIATION: it takes all that is left of the input, so it
must come last, and what follows the version is not checked.
"""
