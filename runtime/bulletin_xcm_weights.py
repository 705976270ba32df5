"""What XCM instructions weigh on the recorded parachain.

Unlike on the relay chain, every asset weighs the same, and a wild filter weighs as many assets as it may
stand for. Instructions that the chain has no use for weigh the maximum, so that no program with them runs.

Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/xcm/mod.rs `BulletinPaseoXcmWeight`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from primitives.weights import ZERO_WEIGHT, Weight
from runtime.bulletin_weights import measured
from xcm import instructions as does
from xcm import program as nests
from xcm import reports as tells
from xcm.asset import WildFungibility
from xcm.filters import AllCounted, AllOf, AllOfCounted, AssetFilter, Definite, Wild
from xcm.weigher import MAX_WEIGHT, WeightTable

_NEVER = measured(18_446_744_073_709_551_000)
"""What upstream's benchmarks write for what they could not measure."""

MAX_ASSETS = 5
"""What a filter weighs at most that does not say how many assets it is for.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/xcm/mod.rs `MAX_ASSETS`
"""

MAX_INSTANCES = 128
"""Instances of one kind of asset: as many as holding has room for at the very most."""

INITIATE_TRANSFER = measured(89_403_000, 6_196, 7, 3)
"""For each filter, that for the fees included; without any filter the instruction weighs nothing."""

ASSET_CLAIMER = measured(842_000)
"""For each hint of a claimer."""


def _count(which: AssetFilter) -> int:
    """How many assets a filter weighs.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/xcm/mod.rs `WeighAssets`
    """
    match which:
        case Definite(assets):
            return len(assets)
        case Wild(AllOf(fun=fungibility)):
            return 1 if fungibility is WildFungibility.Fungible else MAX_INSTANCES
        case Wild(AllCounted(count=count) | AllOfCounted(count=count)):
            return min(MAX_ASSETS, count)
        case _:
            return MAX_ASSETS


def _assets(each: Weight) -> Callable[[Any], Weight]:
    return lambda instruction: each.saturating_mul(len(instruction.assets))


def _filter(each: Weight) -> Callable[[Any], Weight]:
    return lambda instruction: each.saturating_mul(_count(instruction.assets))


def _initiate_transfer(instruction: nests.InitiateTransfer) -> Weight:
    fees = instruction.remote_fees
    total = ZERO_WEIGHT
    for way in instruction.assets if fees is None else (fees, *instruction.assets):
        total = total.saturating_add(INITIATE_TRANSFER.saturating_mul(_count(way.filter)))
    return total


def _set_hints(instruction: does.SetHints) -> Weight:
    return ASSET_CLAIMER.saturating_mul(len(instruction.hints))


_WITH_ASSETS: dict[type, Weight | Callable[[Any], Weight]] = {
    does.WithdrawAsset: _assets(measured(28_641_000, 3_593, 1, 1)),
    does.ReserveAssetDeposited: _assets(_NEVER),
    does.ReceiveTeleportedAsset: _assets(measured(7_518_000)),
    does.TransferAsset: _assets(measured(46_114_000, 6_196, 2, 2)),
    nests.TransferReserveAsset: _assets(measured(103_215_000, 8_799, 8, 4)),
    does.DepositAsset: _filter(measured(26_134_000, 3_593, 1, 1)),
    nests.DepositReserveAsset: _filter(measured(72_760_000, 3_666, 6, 3)),
    nests.InitiateReserveWithdraw: _filter(measured(67_559_000, 6_196, 7, 3)),
    nests.InitiateTeleport: _filter(measured(49_193_000, 3_666, 5, 2)),
    nests.InitiateTransfer: _initiate_transfer,
    does.BurnAsset: _assets(measured(1_674_000)),
    tells.ExpectAsset: _assets(measured(943_000)),
}
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/xcm/pallet_xcm_benchmarks_fungible.rs
"""

_WITHOUT: dict[type, Weight | Callable[[Any], Weight]] = {
    does.Transact: measured(7_823_000),
    does.BuyExecution: measured(5_833_000, 3_593, 1),
    does.PayFees: measured(5_937_000, 3_593, 1, 1),
    does.RefundSurplus: measured(1_603_000),
    does.SetFeesMode: measured(805_000),
    does.UnpaidExecution: measured(802_000),
    does.SetHints: _set_hints,
    does.ClearOrigin: measured(815_000),
    does.DescendOrigin: measured(841_000),
    does.AliasOrigin: measured(840_000),
    nests.ExecuteWithOrigin: _NEVER,
    does.SetTopic: measured(820_000),
    does.ClearTopic: measured(813_000),
    does.Trap: measured(3_583_000),
    does.ClearError: measured(802_000),
    nests.SetErrorHandler: measured(811_000),
    nests.SetAppendix: measured(810_000),
    does.ClaimAsset: measured(15_989_000, 3_489, 1, 1),
    tells.QueryResponse: measured(5_830_000, 3_465, 1),
    tells.ReportError: measured(62_758_000, 6_196, 7, 3),
    tells.ReportHolding: measured(65_568_000, 6_196, 7, 3),
    tells.ReportTransactStatus: measured(62_196_000, 6_196, 7, 3),
    tells.ClearTransactStatus: measured(864_000),
    tells.QueryPallet: measured(67_501_000, 6_196, 7, 3),
    tells.SubscribeVersion: measured(32_398_000, 3_563, 5, 3),
    tells.UnsubscribeVersion: measured(3_443_000, 0, 0, 1),
    tells.ExpectOrigin: measured(3_546_000),
    tells.ExpectError: measured(3_575_000),
    tells.ExpectTransactStatus: measured(966_000),
    tells.ExpectPallet: measured(4_552_000),
}
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/xcm/pallet_xcm_benchmarks_generic.rs
"""

_REFUSED: tuple[type, ...] = (
    tells.HrmpNewChannelOpenRequest,
    tells.HrmpChannelAccepted,
    tells.HrmpChannelClosing,
    does.ExchangeAsset,
    does.UniversalOrigin,
    nests.ExportMessage,
    does.LockAsset,
    does.UnlockAsset,
    does.NoteUnlockable,
    does.RequestUnlock,
)
"""Instructions without any use here."""

XCM = WeightTable({**_WITH_ASSETS, **_WITHOUT, **dict.fromkeys(_REFUSED, MAX_WEIGHT)})
"""Every instruction there is."""
