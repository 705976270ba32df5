"""What XCM instructions weigh on the recorded relay chain.

Only the chain's own token has weights here: an instruction with another asset weighs the maximum, so that no
program with it ever runs. So do instructions that the chain has no use for.

Upstream: paseo-network/runtimes relay/paseo/src/weights/xcm/mod.rs `PolkadotXcmWeight`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from primitives.weights import ZERO_WEIGHT, Weight
from runtime.paseo_weights import measured
from xcm import instructions as does
from xcm import program as nests
from xcm import reports as tells
from xcm.asset import Assets
from xcm.filters import AssetFilter, Definite
from xcm.location import HERE
from xcm.weigher import MAX_WEIGHT, WeightTable

_NEVER = measured(18_446_744_073_709_551_000)
"""What upstream's benchmarks write for what they could not measure."""

INITIATE_TRANSFER = measured(134_760_000, 3_644, 6, 3)
"""For the message, and again for each filter."""

ASSET_CLAIMER = measured(1_150_000)
"""For each hint of a claimer."""


def _of_assets(assets: Assets, each: Weight) -> Weight:
    total = ZERO_WEIGHT
    for asset in assets:
        total = total.saturating_add(each if asset.id == HERE else MAX_WEIGHT)
    return total


def _of_filter(which: AssetFilter, each: Weight) -> Weight:
    """A wild filter weighs as one asset, since this chain holds no more than one kind.

    Upstream: paseo-network/runtimes relay/paseo/src/weights/xcm/mod.rs `WeighAssets`
    """
    return _of_assets(which.assets, each) if isinstance(which, Definite) else each


def _assets(each: Weight) -> Callable[[Any], Weight]:
    return lambda instruction: _of_assets(instruction.assets, each)


def _filter(each: Weight) -> Callable[[Any], Weight]:
    return lambda instruction: _of_filter(instruction.assets, each)


def _initiate_transfer(instruction: nests.InitiateTransfer) -> Weight:
    fees = instruction.remote_fees
    total = INITIATE_TRANSFER if fees is None else _of_filter(fees.filter, INITIATE_TRANSFER)
    for way in instruction.assets:
        total = total.saturating_add(_of_filter(way.filter, INITIATE_TRANSFER))
    return total


def _set_hints(instruction: does.SetHints) -> Weight:
    return ASSET_CLAIMER.saturating_mul(len(instruction.hints))


_WITH_ASSETS: dict[type, Weight | Callable[[Any], Weight]] = {
    does.WithdrawAsset: _assets(measured(45_901_000, 3_593, 1, 1)),
    does.ReserveAssetDeposited: _assets(_NEVER),
    does.ReceiveTeleportedAsset: _assets(measured(46_779_000, 3_593, 1, 1)),
    does.TransferAsset: _assets(measured(66_369_000, 6_196, 2, 2)),
    nests.TransferReserveAsset: _assets(measured(157_380_000, 6_196, 7, 4)),
    does.DepositAsset: _filter(measured(34_051_000, 3_593, 1, 1)),
    nests.DepositReserveAsset: _filter(measured(100_419_000, 3_644, 6, 3)),
    nests.InitiateReserveWithdraw: _filter(measured(108_030_000, 3_745, 6, 3)),
    nests.InitiateTeleport: _filter(measured(102_019_000, 3_644, 6, 3)),
    nests.InitiateTransfer: _initiate_transfer,
    does.BurnAsset: _assets(measured(1_430_000)),
    tells.ExpectAsset: _assets(measured(1_150_000)),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/xcm/pallet_xcm_benchmarks_fungible.rs"""

_WITHOUT: dict[type, Weight | Callable[[Any], Weight]] = {
    does.Transact: measured(10_280_000),
    does.BuyExecution: measured(4_940_000),
    does.PayFees: measured(5_080_000),
    does.RefundSurplus: measured(1_370_000),
    does.SetFeesMode: measured(1_130_000),
    does.UnpaidExecution: measured(1_100_000),
    does.SetHints: _set_hints,
    does.ClearOrigin: measured(950_000),
    does.DescendOrigin: measured(1_090_000),
    does.AliasOrigin: measured(1_020_000),
    nests.ExecuteWithOrigin: _NEVER,
    does.SetTopic: measured(1_060_000),
    does.ClearTopic: measured(1_010_000),
    does.Trap: measured(5_660_000),
    does.ClearError: measured(1_000_000),
    nests.SetErrorHandler: measured(1_070_000),
    nests.SetAppendix: measured(1_140_000),
    does.ClaimAsset: measured(15_070_000, 3_488, 1, 1),
    tells.QueryResponse: measured(8_610_000, 3_465, 1),
    tells.ReportError: measured(105_029_000, 3_745, 6, 3),
    tells.ReportHolding: measured(112_579_000, 3_745, 6, 3),
    tells.ReportTransactStatus: measured(101_790_000, 3_745, 6, 3),
    tells.ClearTransactStatus: measured(1_040_000),
    tells.QueryPallet: measured(117_199_000, 3_745, 6, 3),
    tells.SubscribeVersion: measured(54_930_000, 3_644, 6, 3),
    tells.UnsubscribeVersion: measured(5_580_000, 0, 0, 1),
    tells.ExpectOrigin: measured(5_700_000),
    tells.ExpectError: measured(5_570_000),
    tells.ExpectTransactStatus: measured(1_130_000),
    tells.ExpectPallet: measured(11_470_000),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/xcm/pallet_xcm_benchmarks_generic.rs"""

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
