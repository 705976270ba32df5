"""Answers: what a chain tells one that asked.

Upstream: polkadot/xcm/src/v5/mod.rs `Response`, `QueryResponseInfo`, `PalletInfo`,
polkadot/xcm/src/v3/mod.rs `MaybeErrorCode`
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from primitives.record import Record
from primitives.scale.codec import U32, Compact32, Compact64, bounded_bytes
from primitives.weights import Weight
from xcm import errors
from xcm.asset import Assets
from xcm.junctions import V5
from xcm.location import Location
from xcm.reading import bounded_codec

MAX_PALLET_NAME_BYTES = 48
MAX_PALLETS_INFO = 64
MAX_DISPATCH_ERROR_BYTES = 128

QueryId = Compact64
"""Chosen by who asks."""

PalletName = Annotated[bytes, bounded_bytes(MAX_PALLET_NAME_BYTES)]
DispatchErrorBytes = Annotated[bytes, bounded_bytes(MAX_DISPATCH_ERROR_BYTES)]


class PalletInfo(Record):
    """A pallet of the chain that was asked."""

    index: Compact32
    name: PalletName
    """What the runtime calls it."""

    module_name: PalletName
    """The crate it is from."""

    major: Compact32
    minor: Compact32
    patch: Compact32


PalletInfos = Annotated[
    tuple[PalletInfo, ...], bounded_codec("PalletInfo", lambda: V5.codec(PalletInfo), MAX_PALLETS_INFO)
]
"""At most 64."""


class Success(Record, tag=0):
    """The call succeeded."""


class Error(Record, tag=1):
    """The call failed, with this `DispatchError` in bytes."""

    UNNAMED: ClassVar[bool] = True

    error: DispatchErrorBytes


class TruncatedError(Record, tag=2):
    """The call failed; these are the first 128 bytes of why."""

    UNNAMED: ClassVar[bool] = True

    error: DispatchErrorBytes


MaybeErrorCode = Success | Error | TruncatedError
"""How the last `Transact` went."""


class Null(Record, tag=0):
    """Nothing."""


class Assets_(Record, tag=1):  # noqa: N801 - the plain name is the type of what it holds
    """Some assets."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class ExecutionResult(Record, tag=2):
    """How a program ended: None if well, else at which instruction it failed, and how."""

    UNNAMED: ClassVar[bool] = True

    error: tuple[U32, errors.Error] | None


class Version(Record, tag=3):
    """The newest version that the chain speaks."""

    UNNAMED: ClassVar[bool] = True

    version: U32


class PalletsInfo(Record, tag=4):
    """Pallets of the chain."""

    UNNAMED: ClassVar[bool] = True

    pallets: PalletInfos


class DispatchResult(Record, tag=5):
    """How a `Transact` went."""

    UNNAMED: ClassVar[bool] = True

    result: MaybeErrorCode


Response = Null | Assets_ | ExecutionResult | Version | PalletsInfo | DispatchResult


class QueryResponseInfo(Record):
    """Where an answer goes, and what it may cost there."""

    destination: Location
    query_id: QueryId
    max_weight: Weight
