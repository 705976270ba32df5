"""Programs: instructions one after the other, and the instructions that hold programs.

A program is a tuple of instructions. Instructions that hold a program either send it on or keep it for later.

Upstream: polkadot/xcm/src/v5/mod.rs `Xcm`, `Instruction`
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from primitives.record import Record
from xcm.asset import Assets
from xcm.filters import AssetFilter, AssetTransferFilter, AssetTransferFilters
from xcm.instructions import (
    AliasOrigin,
    BurnAsset,
    BuyExecution,
    ClaimAsset,
    ClearError,
    ClearOrigin,
    ClearTopic,
    DepositAsset,
    DescendOrigin,
    ExchangeAsset,
    LockAsset,
    NoteUnlockable,
    PayFees,
    ReceiveTeleportedAsset,
    RefundSurplus,
    RequestUnlock,
    ReserveAssetDeposited,
    SetFeesMode,
    SetHints,
    SetTopic,
    Transact,
    TransferAsset,
    Trap,
    UniversalOrigin,
    UnlockAsset,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import V5, Junctions, NetworkId
from xcm.location import Location
from xcm.reading import program_codec
from xcm.reports import (
    ClearTransactStatus,
    ExpectAsset,
    ExpectError,
    ExpectOrigin,
    ExpectPallet,
    ExpectTransactStatus,
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    QueryPallet,
    QueryResponse,
    ReportError,
    ReportHolding,
    ReportTransactStatus,
    SubscribeVersion,
    UnsubscribeVersion,
)

_V5_PROGRAM = program_codec(lambda: V5.codec(Instruction))

Xcm = Annotated[tuple["Instruction", ...], _V5_PROGRAM]
"""A program; with all programs inside, at most 100 instructions."""


class TransferReserveAsset(Record, tag=5):
    """Move assets of the origin to the account of `dest` here, and tell it, with a program to run there."""

    assets: Assets
    dest: Location
    xcm: Xcm


class DepositReserveAsset(Record, tag=14):
    """Put assets from holding into the account of `dest` here, and tell it, with a program to run there."""

    assets: AssetFilter
    dest: Location
    xcm: Xcm


class InitiateReserveWithdraw(Record, tag=16):
    """Give back assets from holding to `reserve`, which keeps them for us, with a program to run there."""

    assets: AssetFilter
    reserve: Location
    xcm: Xcm


class InitiateTeleport(Record, tag=17):
    """Destroy assets in holding and have `dest` make them anew, with a program to run there."""

    assets: AssetFilter
    dest: Location
    xcm: Xcm


class SetErrorHandler(Record, tag=21):
    """What to run if an instruction fails."""

    UNNAMED: ClassVar[bool] = True

    xcm: Xcm


class SetAppendix(Record, tag=22):
    """What to run when all is over, well or not."""

    UNNAMED: ClassVar[bool] = True

    xcm: Xcm


class ExportMessage(Record, tag=38):
    """Send a program through a bridge to a place in another network."""

    network: NetworkId
    destination: Junctions
    xcm: Xcm


class InitiateTransfer(Record, tag=49):
    """Move assets from holding to `destination`, in several ways at once, with a program to run there.
    Version 5.
    """

    destination: Location
    remote_fees: AssetTransferFilter | None
    preserve_origin: bool
    assets: AssetTransferFilters
    remote_xcm: Xcm


class ExecuteWithOrigin(Record, tag=50):
    """Run a program as something inside of the origin, or with none. Version 5."""

    descendant_origin: Junctions | None
    xcm: Xcm


Instruction = (
    WithdrawAsset
    | ReserveAssetDeposited
    | ReceiveTeleportedAsset
    | QueryResponse
    | TransferAsset
    | TransferReserveAsset
    | Transact
    | HrmpNewChannelOpenRequest
    | HrmpChannelAccepted
    | HrmpChannelClosing
    | ClearOrigin
    | DescendOrigin
    | ReportError
    | DepositAsset
    | DepositReserveAsset
    | ExchangeAsset
    | InitiateReserveWithdraw
    | InitiateTeleport
    | ReportHolding
    | BuyExecution
    | RefundSurplus
    | SetErrorHandler
    | SetAppendix
    | ClearError
    | ClaimAsset
    | Trap
    | SubscribeVersion
    | UnsubscribeVersion
    | BurnAsset
    | ExpectAsset
    | ExpectOrigin
    | ExpectError
    | ExpectTransactStatus
    | QueryPallet
    | ExpectPallet
    | ReportTransactStatus
    | ClearTransactStatus
    | UniversalOrigin
    | ExportMessage
    | LockAsset
    | UnlockAsset
    | NoteUnlockable
    | RequestUnlock
    | SetFeesMode
    | SetTopic
    | ClearTopic
    | AliasOrigin
    | UnpaidExecution
    | PayFees
    | InitiateTransfer
    | ExecuteWithOrigin
    | SetHints
)

PROGRAM: Any = Annotated[tuple[Instruction, ...], _V5_PROGRAM]
"""What `Xcm` is once its names are resolved: the key under which dialects replace it."""
