"""Versions 3 and 4 of XCM, as differences from version 5.

| what | version 4 | version 3 |
|---|---|---|
| instructions 48 to 51 | not there | not there |
| `Transact` | says the weight it needs at most | the same |
| `NetworkId` | also names Westend, Rococo and Wococo | the same |
| `Error` | without `TooManyAssets`, those behind it one lower | the same |
| `AssetId` | | `Concrete` or `Abstract` |
| junctions | | no level of depth of their own |

A dialect reads into the values of version 5 and writes from them, as upstream converts from version to
version. What the other side has no word for raises `Unconvertible`.

Upstream: polkadot/xcm/src/v5/junction.rs `NetworkId`, polkadot/xcm/src/v4/mod.rs `Instruction`,
polkadot/xcm/src/v4/asset.rs `AssetId`, polkadot/xcm/src/v3/traits.rs `Error` (`TryFrom`)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

from primitives.arithmetic import U64_MAX
from primitives.record import Record, tag_of
from primitives.scale.codec import Bytes32, Codec
from primitives.scale.derive import Wire
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import MAX_ITEMS_IN_ASSETS, Asset, AssetId, Assets, in_order
from xcm.instructions import PayFees, SetHints, Transact
from xcm.junctions import V5, ByGenesis, Junction, Junctions, NetworkId, order_key
from xcm.location import Location
from xcm.program import PROGRAM, ExecuteWithOrigin, InitiateTransfer, Instruction
from xcm.reading import READING, Unconvertible, bounded_codec, junctions_codec, program_codec
from xcm.terms import DoubleEncoded, OriginKind

MAX_WEIGHT = Weight(U64_MAX, U64_MAX)

ONLY_IN_V5: tuple[type[Record], ...] = (PayFees, InitiateTransfer, ExecuteWithOrigin, SetHints)
"""Instructions that older versions have no words for."""

# -------------------------------------------------------------------------------------------- networks

WESTEND = ByGenesis(bytes.fromhex("e143f23803ac50e8f6f8e62695d1ce9e4e1d68aa36c1cd2cfd15340213f3423e"))
ROCOCO = ByGenesis(bytes.fromhex("6408de7737c59c238890533af25896a2c20608d8b380bb01029acb392781063e"))
WOCOCO = ByGenesis(bytes(32))
"""A network that is no more; zeros stand in for its first block."""

TEST_NETWORKS: Mapping[int, ByGenesis] = {4: WESTEND, 5: ROCOCO, 6: WOCOCO}
"""What version 5 says for the networks that older versions have tags for."""

_PLACES = {id(network): (tag,) for tag, network in TEST_NETWORKS.items()}


def _networks() -> Codec[Any]:
    newest = V5.codec(NetworkId)

    def decode_at(data: bytes, at: int) -> tuple[Any, int]:
        known = TEST_NETWORKS.get(data[at]) if at < len(data) else None
        return newest.decode_at(data, at) if known is None else (known, at + 1)

    return Codec("NetworkId", newest.encode, decode_at, 1)


# ---------------------------------------------------------------------------------------------- assets


class Abstract(Record, tag=1):
    """An asset of version 3 without a location. It takes the place of one only while a message is read."""

    UNNAMED: ClassVar[bool] = True

    name: Bytes32


def _asset_ids(location: Codec[Location]) -> Codec[Any]:
    abstract = V5.codec(Abstract)

    def encode(where: Location) -> bytes:
        return b"\x00" + location.encode(where)

    def decode_at(data: bytes, at: int) -> tuple[Any, int]:
        case = data[at : at + 1]
        if case == b"\x00":
            return location.decode_at(data, at + 1)
        if case == b"\x01":
            READING.note_foreign("an abstract asset of version 3")
            return abstract.decode_at(data, at + 1)
        raise DecodeError("a variant of AssetId", case.hex() or "end of input", at)

    return Codec("AssetId", encode, decode_at, 3)


def _old_key(value: Any) -> Any:
    """`order_key` as older versions have it: test networks stand where their own tags were.

    They are told from a network given by the same hash as the very object that `_networks` gives."""
    if isinstance(value, Abstract):
        return (256, value.name)  # behind every location, as there are at most 255 parents
    if id(value) in _PLACES:
        return _PLACES[id(value)]
    if isinstance(value, tuple):
        return (len(value), *(_old_key(each) for each in value))
    if not isinstance(value, Record):
        return order_key(value)
    tag = tag_of(type(value))
    fields = tuple(_old_key(getattr(value, name)) for name in value.__struct_fields__)
    return fields if tag is None else (tag, *fields)


# -------------------------------------------------------------------------------------- instructions


class OldTransact(Record):
    """`Transact` of versions 3 and 4."""

    origin_kind: OriginKind
    require_weight_at_most: Weight
    call: DoubleEncoded


def _transact() -> Codec[Transact]:
    """Without a fallback, the call is allowed any weight; a call of no bytes is read as one that has none.

    Upstream: polkadot/xcm/src/v4/mod.rs `Instruction` (`TryFrom<NewInstruction>`)
    """
    old = V5.codec(OldTransact)

    def encode(new: Transact) -> bytes:
        weight = MAX_WEIGHT if new.fallback_max_weight is None else new.fallback_max_weight
        return old.encode(OldTransact(new.origin_kind, weight if new.call else ZERO_WEIGHT, new.call))

    def decode_at(data: bytes, at: int) -> tuple[Transact, int]:
        found, end = old.decode_at(data, at)
        return Transact(found.origin_kind, found.require_weight_at_most, found.call), end

    return Codec("Transact", encode, decode_at, old.min_size)


def _only_in_v5(arm: type[Record]) -> Codec[Any]:
    def encode(value: Record) -> NoReturn:
        raise Unconvertible(f"{arm.__name__} is not there before version 5")

    def decode_at(data: bytes, at: int) -> NoReturn:
        raise DecodeError("an instruction of before version 5", arm.__name__, at)

    return Codec(arm.__name__, encode, decode_at, 0)


OLD_ERRORS: Mapping[int, type[Record]] = {
    35: errors.UnhandledXcmVersion,
    36: errors.WeightLimitReached,
    37: errors.Barrier,
    38: errors.WeightNotComputable,
    39: errors.ExceedsStackLimit,
}
"""Errors that have another tag before version 5."""


def _errors() -> Codec[Any]:
    newest = V5.codec(errors.Error)
    moved: dict[int, Codec[Any]] = {tag: V5.codec(arm) for tag, arm in OLD_ERRORS.items()}
    tags = {arm: tag for tag, arm in OLD_ERRORS.items()}

    def encode(error: errors.Error) -> bytes:
        if isinstance(error, errors.TooManyAssets):
            raise Unconvertible("the error TooManyAssets is not there before version 5")
        tag = tags.get(type(error))
        return newest.encode(error) if tag is None else bytes((tag,)) + moved[tag].encode(error)

    def decode_at(data: bytes, at: int) -> tuple[Any, int]:
        tag = data[at] if at < len(data) else -1
        if tag > max(OLD_ERRORS):
            raise DecodeError("a variant of Error", f"{tag:02x}", at)
        return moved[tag].decode_at(data, at + 1) if tag in moved else newest.decode_at(data, at)

    return Codec("Error", encode, decode_at, 1)


# ------------------------------------------------------------------------------------------- dialects


def _old_assets(assets: Wire) -> Codec[Any]:
    def check(values: tuple[Any, ...]) -> bool:
        return in_order(values, _old_key)

    return bounded_codec("Asset", lambda: assets.codec(Asset), MAX_ITEMS_IN_ASSETS, check)


def _v4() -> Wire:
    wire = Wire("xcm v4", replace={arm: _only_in_v5(arm) for arm in ONLY_IN_V5})
    wire.replace[NetworkId] = _networks()
    wire.replace[errors.Error] = _errors()
    wire.replace[Transact] = _transact()
    wire.replace[Junctions] = junctions_codec(lambda: wire.codec(Junction), shared=True)
    wire.replace[Assets] = _old_assets(wire)
    wire.replace[PROGRAM] = program_codec(lambda: wire.codec(Instruction))
    return wire


def _v3() -> Wire:
    wire = Wire("xcm v3", base=V4)
    wire.replace[Junctions] = junctions_codec(lambda: wire.codec(Junction), shared=False)
    wire.replace[AssetId] = _asset_ids(wire.codec(Location))
    wire.replace[Assets] = _old_assets(wire)
    wire.replace[PROGRAM] = program_codec(lambda: wire.codec(Instruction))
    return wire


V4 = _v4()
"""Version 4, in the values of version 5."""

V3 = _v3()
"""Version 3, in the values of version 5."""

DIALECTS: Mapping[int, Wire] = {3: V3, 4: V4, 5: V5}
"""All versions that are spoken, by number."""
