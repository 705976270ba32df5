"""What can go wrong with a program, and how a program ended.

The first 36 errors are part of the language: programs name them (`ExpectError`) and chains report them. Those
behind happen before or around a program. Texts that upstream gives some errors are not written.

Upstream: polkadot/xcm/src/v5/traits.rs `Error`, `Outcome`, polkadot/xcm/src/v3/traits.rs `SendError`
"""

from __future__ import annotations

import enum
from typing import ClassVar

from primitives.record import Record
from primitives.scale.codec import U8, U64
from primitives.weights import Weight


class Overflow(Record, tag=0):
    """A number became too large."""


class Unimplemented(Record, tag=1):
    """The instruction is not supported, on purpose."""


class UntrustedReserveLocation(Record, tag=2):
    """The origin is not trusted to hold these assets for us."""


class UntrustedTeleportLocation(Record, tag=3):
    """The origin is not trusted to have destroyed these assets."""


class LocationFull(Record, tag=4):
    """A location has no room for another junction."""


class LocationNotInvertible(Record, tag=5):
    """A location lies further up than we know."""


class BadOrigin(Record, tag=6):
    """The origin may not do this."""


class InvalidLocation(Record, tag=7):
    """The location makes no sense for the instruction."""


class AssetNotFound(Record, tag=8):
    """The asset is not known here."""


class FailedToTransactAsset(Record, tag=9):
    """Moving an asset failed."""


class NotWithdrawable(Record, tag=10):
    """The asset cannot be taken."""


class LocationCannotHold(Record, tag=11):
    """The asset cannot be put there."""


class ExceedsMaxMessageSize(Record, tag=12):
    """The message is larger than its transport takes."""


class DestinationUnsupported(Record, tag=13):
    """The destination does not speak a version that has words for this."""


class Transport(Record, tag=14):
    """The transport failed."""


class Unroutable(Record, tag=15):
    """There is no way to the destination."""


class UnknownClaim(Record, tag=16):
    """There is nothing to claim."""


class FailedToDecode(Record, tag=17):
    """The call of a `Transact` is no call."""


class MaxWeightInvalid(Record, tag=18):
    """The call weighs more than was allowed for."""


class NotHoldingFees(Record, tag=19):
    """There is nothing to pay with."""


class TooExpensive(Record, tag=20):
    """What there is to pay with is not enough."""


class Trap(Record, tag=21):
    """The program wanted to fail, with this code."""

    UNNAMED: ClassVar[bool] = True

    code: U64


class ExpectationFalse(Record, tag=22):
    """Something was not as the program expected it."""


class PalletNotFound(Record, tag=23):
    """There is no such pallet."""


class NameMismatch(Record, tag=24):
    """The pallet has another name."""


class VersionIncompatible(Record, tag=25):
    """The pallet has another version."""


class HoldingWouldOverflow(Record, tag=26):
    """The holding register is full."""


class ExportError(Record, tag=27):
    """The message could not be exported."""


class ReanchorFailed(Record, tag=28):
    """A location could not be said from another place."""


class NoDeal(Record, tag=29):
    """Nobody makes this exchange."""


class FeesNotMet(Record, tag=30):
    """The fees could not be paid."""


class LockError(Record, tag=31):
    """Locking failed."""


class NoPermission(Record, tag=32):
    """Now is not the time for this."""


class Unanchored(Record, tag=33):
    """Our own universal location is not known."""


class NotDepositable(Record, tag=34):
    """There is too much of the asset already."""


class TooManyAssets(Record, tag=35):
    """More assets matched than may."""


class UnhandledXcmVersion(Record, tag=36):
    """The version cannot be handled."""


class WeightLimitReached(Record, tag=37):
    """The program may need more weight than it has; this is what it needs."""

    UNNAMED: ClassVar[bool] = True

    weight: Weight


class Barrier(Record, tag=38):
    """The program is not let in."""


class WeightNotComputable(Record, tag=39):
    """What the program weighs cannot be told."""


class ExceedsStackLimit(Record, tag=40):
    """Programs inside programs went too deep."""


Error = (
    Overflow
    | Unimplemented
    | UntrustedReserveLocation
    | UntrustedTeleportLocation
    | LocationFull
    | LocationNotInvertible
    | BadOrigin
    | InvalidLocation
    | AssetNotFound
    | FailedToTransactAsset
    | NotWithdrawable
    | LocationCannotHold
    | ExceedsMaxMessageSize
    | DestinationUnsupported
    | Transport
    | Unroutable
    | UnknownClaim
    | FailedToDecode
    | MaxWeightInvalid
    | NotHoldingFees
    | TooExpensive
    | Trap
    | ExpectationFalse
    | PalletNotFound
    | NameMismatch
    | VersionIncompatible
    | HoldingWouldOverflow
    | ExportError
    | ReanchorFailed
    | NoDeal
    | FeesNotMet
    | LockError
    | NoPermission
    | Unanchored
    | NotDepositable
    | TooManyAssets
    | UnhandledXcmVersion
    | WeightLimitReached
    | Barrier
    | WeightNotComputable
    | ExceedsStackLimit
)


class InstructionError(Record):
    """An error and the instruction it happened at, counted from 0 and at most 255."""

    index: U8
    error: Error


class Complete(Record, tag=0):
    """The program ran to its end."""

    used: Weight


class Incomplete(Record, tag=1):
    """The program began and failed; what it did so far stands."""

    used: Weight
    error: InstructionError


class NotStarted(Record, tag=2):
    """The program did not begin; upstream's name of this case is `Error`."""

    UNNAMED: ClassVar[bool] = True

    error: InstructionError


Outcome = Complete | Incomplete | NotStarted


class SendError(enum.Enum):
    """Why a message was not sent."""

    NotApplicable = 0
    Transport = 1
    Unroutable = 2
    DestinationUnsupported = 3
    ExceedsMaxMessageSize = 4
    MissingArgument = 5
    Fees = 6
