"""Instructions that do something: move assets, pay, dispatch calls, change who is acting.

An instruction works on **registers**: the origin (as whom), holding (assets in hand), the error, the topic
and a few more. Most either do something as the origin or say that something was done elsewhere; the second
kind is believed only from who is trusted for it. Tags are the same in versions 3 to 5. Those that ask and
tell are in `xcm/reports.py`, those that hold programs in `xcm/program.py`.

Upstream: polkadot/xcm/src/v5/mod.rs `Instruction`
"""

from __future__ import annotations

from typing import ClassVar

from primitives.record import Record
from primitives.scale.codec import Bytes32, Compact64
from primitives.weights import Weight
from xcm.asset import Asset, Assets
from xcm.filters import AssetFilter
from xcm.junctions import Junction, Junctions
from xcm.location import Location
from xcm.terms import DoubleEncoded, Hints, OriginKind, WeightLimit


class WithdrawAsset(Record, tag=0):
    """Take assets of the origin into holding."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class ReserveAssetDeposited(Record, tag=1):
    """The origin keeps these assets for us: put what stands for them here into holding."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class ReceiveTeleportedAsset(Record, tag=2):
    """The origin has destroyed these assets: make them anew, into holding."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class TransferAsset(Record, tag=4):
    """Give assets of the origin to `beneficiary`, on this chain."""

    assets: Assets
    beneficiary: Location


class Transact(Record, tag=6):
    """Dispatch an encoded call as the origin; `fallback_max_weight` is for versions before 5, which must say
    one.
    """

    origin_kind: OriginKind
    fallback_max_weight: Weight | None
    call: DoubleEncoded


class ClearOrigin(Record, tag=10):
    """Go on without an origin."""


class DescendOrigin(Record, tag=11):
    """Go on as something inside of the origin."""

    UNNAMED: ClassVar[bool] = True

    interior: Junctions


class DepositAsset(Record, tag=13):
    """Give assets from holding to `beneficiary`, on this chain."""

    assets: AssetFilter
    beneficiary: Location


class ExchangeAsset(Record, tag=15):
    """Trade what `give` picks from holding for `want`; `maximal` gives all of it for as much as it gets."""

    give: AssetFilter
    want: Assets
    maximal: bool


class BuyExecution(Record, tag=19):
    """Pay from holding for the weight of the program."""

    fees: Asset
    weight_limit: WeightLimit


class RefundSurplus(Record, tag=20):
    """Get back what was paid for weight that will not be used."""


class ClearError(Record, tag=23):
    """Forget the error."""


class ClaimAsset(Record, tag=24):
    """Take assets into holding that an earlier program left behind."""

    assets: Assets
    ticket: Location


class Trap(Record, tag=25):
    """Fail, with this code."""

    UNNAMED: ClassVar[bool] = True

    code: Compact64


class BurnAsset(Record, tag=28):
    """Destroy assets in holding, as far as they are there."""

    UNNAMED: ClassVar[bool] = True

    assets: Assets


class UniversalOrigin(Record, tag=37):
    """Go on as a network or chain that the origin may speak for."""

    UNNAMED: ClassVar[bool] = True

    junction: Junction


class LockAsset(Record, tag=39):
    """Keep an asset of the origin until `unlocker` says otherwise, and tell it."""

    asset: Asset
    unlocker: Location


class UnlockAsset(Record, tag=40):
    """Give back to `target` what is locked for the origin."""

    asset: Asset
    target: Location


class NoteUnlockable(Record, tag=41):
    """The origin keeps an asset of `owner`, which you may unlock."""

    asset: Asset
    owner: Location


class RequestUnlock(Record, tag=42):
    """Ask `locker` to give back an asset."""

    asset: Asset
    locker: Location


class SetFeesMode(Record, tag=43):
    """Whether fees for sending are taken from the account of the origin instead of from holding."""

    jit_withdraw: bool


class SetTopic(Record, tag=44):
    """What the program is about, and its id; last, so that it also serves to find it again."""

    UNNAMED: ClassVar[bool] = True

    topic: Bytes32


class ClearTopic(Record, tag=45):
    """Forget the topic."""


class AliasOrigin(Record, tag=46):
    """Go on as someone whom the origin may speak for."""

    UNNAMED: ClassVar[bool] = True

    target: Location


class UnpaidExecution(Record, tag=47):
    """Ask to run for nothing; `check_origin` is whom the sender takes itself for."""

    weight_limit: WeightLimit
    check_origin: Location | None


class PayFees(Record, tag=48):
    """Pay from holding for everything the program will need. Version 5."""

    asset: Asset


class SetHints(Record, tag=51):
    """Say how to treat the program. Version 5."""

    hints: Hints
