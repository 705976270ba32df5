"""Values with their version in front: the outer form of all XCM that is sent, called with and stored.

The first byte is the version, 3 to 5; what follows is the value in that version's layout. Reading gives the
version and the value in words of version 5. Bytes that are no such value raise `DecodeError`; a value that
version 5 cannot say raises `Unconvertible`, once everything has been read: chains call the first kind of
message corrupt and the second unsupported.

Upstream: polkadot/xcm/src/lib.rs `VersionedXcm`, `versioned_type`
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from primitives.record import Record
from primitives.scale.codec import Codec
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError, EncodeError
from xcm.asset import Asset, AssetId, Assets
from xcm.dialects import DIALECTS
from xcm.junctions import Junction, Junctions, NetworkId
from xcm.location import Location
from xcm.program import PROGRAM, Xcm
from xcm.reading import MAX_XCM_DECODE_DEPTH, OUTER_DEPTH, READING, Unconvertible
from xcm.responses import Response

T = TypeVar("T")

XCM_VERSION = max(DIALECTS)
"""The newest version spoken here."""

OLDEST_VERSION = min(DIALECTS)
"""The oldest version still spoken."""


def decode_versioned_xcm(data: bytes) -> tuple[int, Xcm]:
    """The version and the program of a message as chains take it in: all its bytes, at most 8 deep.

    Upstream: polkadot/xcm/xcm-builder/src/process_xcm_message.rs `ProcessXcmMessage::process_message`
    """
    version, program, end, foreign = _read(_PROGRAMS, data, 0, MAX_XCM_DECODE_DEPTH)
    if end != len(data):
        raise DecodeError("the end of VersionedXcm", f"{len(data) - end} more bytes", end)
    if foreign:
        raise Unconvertible(f"version {XCM_VERSION} has no {foreign[0]}")
    return version, program


def versioned_xcm_end(data: bytes, at: int = 0) -> int:
    """Where a message ends that begins at `at`; raises `DecodeError` if none does.

    Whether the newest version can say it does not matter here.
    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::take_first_concatenated_xcm`
    """
    return _read(_PROGRAMS, data, at, MAX_XCM_DECODE_DEPTH)[2]


def encode_versioned_xcm(version: int, program: Xcm) -> bytes:
    """A program in a version from 3 to 5; raises `Unconvertible` if that version cannot say it."""
    return _write(_PROGRAMS, version, program)


def is_decodable(encoded: bytes) -> bool:
    """Whether a message that is about to be sent is within the bounds it will be read in.

    Upstream: polkadot/xcm/src/lib.rs `VersionedXcm::validate_xcm_nesting`
    """
    try:
        return versioned_xcm_end(encoded) == len(encoded)
    except DecodeError:
        return False


class Kept(Record):
    """What came in an old version and would not go out the same."""

    encoded: bytes
    """As it came, without the version."""

    newest: Any
    """In words of the newest version; None if there are none."""


class Versioned(Record, Generic[T]):
    """A value and the version it came in, or is to be written in."""

    version: int
    value: T | Kept

    def newest(self) -> T:
        """The value in words of the newest version; raises `Unconvertible` if there are none."""
        if not isinstance(self.value, Kept):
            return self.value
        if self.value.newest is None:
            raise Unconvertible(f"version {XCM_VERSION} cannot say what this of version {self.version} says")
        newest: T = self.value.newest
        return newest


def into_version(found: Versioned[T], version: int, tp: Any) -> Versioned[T]:
    """The same in words of another version; raises `Unconvertible` if that has none, or is none.

    `tp` is the versioned type, `VersionedAssets` say.
    Upstream: polkadot/xcm/src/lib.rs `IntoVersion`
    """
    if version == found.version:
        return found
    if version not in DIALECTS:
        raise Unconvertible(f"XCM {OLDEST_VERSION} to {XCM_VERSION} are spoken here, not {version}")
    said = Versioned(version, found.newest())
    codec(tp).encode(said)
    return said


def _versioned(name: str, tp: Any) -> Codec[Versioned[Any]]:
    """Keeps the bytes where the value alone would not bring them back, so that storage stays as it was."""
    codecs = _in_all_versions(tp)

    def encode(versioned: Versioned[Any]) -> bytes:
        if isinstance(versioned.value, Kept):
            return bytes((versioned.version,)) + versioned.value.encoded
        return _write(codecs, versioned.version, versioned.value)

    def decode_at(data: bytes, at: int) -> tuple[Versioned[Any], int]:
        version, value, end, foreign = _read(codecs, data, at, OUTER_DEPTH)
        if foreign or (version < XCM_VERSION and _write(codecs, version, value) != data[at:end]):
            value = Kept(data[at + 1 : end], None if foreign else value)
        return Versioned(version, value), end

    return Codec(name, encode, decode_at, 2)


Codecs = Callable[[int], Codec[Any]]
"""The layouts of one type by version."""


def _in_all_versions(tp: Any) -> Codecs:
    """Asked for when first needed, since not all types are declared before; remembered, since to find a type
    among all others takes longer than to read a short one.
    """
    return cache(lambda version: DIALECTS[version].codec(tp))


_PROGRAMS = _in_all_versions(PROGRAM)


def _read(codecs: Codecs, data: bytes, at: int, max_depth: int) -> tuple[int, Any, int, list[str]]:
    """Version, value, where it ends, and what of it is foreign to the newest version."""
    version = data[at] if at < len(data) else -1
    if version not in DIALECTS:
        wanted = f"an XCM version from {OLDEST_VERSION} to {XCM_VERSION}"
        raise DecodeError(wanted, data[at : at + 1].hex() or "end of input", at)
    with READING.message(max_depth) as foreign:
        value, end = codecs(version).decode_at(data, at + 1)
    return version, value, end, foreign


def _write(codecs: Codecs, version: int, value: Any) -> bytes:
    if version not in DIALECTS:
        raise EncodeError(f"XCM {OLDEST_VERSION} to {XCM_VERSION} can be written, not {version}")
    return bytes((version,)) + codecs(version).encode(value)


if TYPE_CHECKING:
    VersionedXcm = Annotated[Versioned[Xcm], _versioned("VersionedXcm", PROGRAM)]
else:
    # A program's type names itself, which only its own module can resolve when annotations are read.
    VersionedXcm = Annotated[Versioned, _versioned("VersionedXcm", PROGRAM)]
VersionedLocation = Annotated[Versioned[Location], _versioned("VersionedLocation", Location)]
VersionedInteriorLocation = Annotated[
    Versioned[Junctions], _versioned("VersionedInteriorLocation", Junctions)
]
VersionedJunction = Annotated[Versioned[Junction], _versioned("VersionedJunction", Junction)]
VersionedNetworkId = Annotated[Versioned[NetworkId], _versioned("VersionedNetworkId", NetworkId)]
VersionedAsset = Annotated[Versioned[Asset], _versioned("VersionedAsset", Asset)]
VersionedAssets = Annotated[Versioned[Assets], _versioned("VersionedAssets", Assets)]
VersionedAssetId = Annotated[Versioned[AssetId], _versioned("VersionedAssetId", AssetId)]
VersionedResponse = Annotated[Versioned[Response], _versioned("VersionedResponse", Response)]
