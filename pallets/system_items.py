"""What the System pallet stores, says and refuses: its records, events, errors and constants.

Upstream: substrate/frame/system/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar

from primitives.errors import DispatchErrorCase, ErrorCode
from primitives.ids import AccountId, Balance, BlockNumber, Hash, Nonce
from primitives.pallet import RuntimeEvent
from primitives.record import Record, replace
from primitives.scale.codec import U8, U16, U32, U128, Bytes8, Compact32
from primitives.weights import DispatchClass, DispatchEventInfo, RuntimeDbWeight, Weight

NEW_LOGIC = 1 << 127
"""The flag of an account whose reserves and freezes are counted as consumers.

Upstream: substrate/frame/balances/src/types.rs `ExtraFlags`
"""


class AccountData(Record):
    """What an account holds, in planck."""

    free: Balance = Balance(0)
    """Can be spent, down to what is frozen."""

    reserved: Balance = Balance(0)
    """Set aside by reserves and holds; not part of `free`."""

    frozen: Balance = Balance(0)
    """The balance, reserved part included, may not fall below this."""

    flags: U128 = NEW_LOGIC


class AccountInfo(Record):
    """An account: its nonce, who keeps it alive, who relies on it, what it holds."""

    nonce: Nonce = Nonce(0)
    consumers: U32 = 0
    """Things that rely on the account: it cannot go while there are any."""

    providers: U32 = 0
    """Things that keep the account alive, a balance above the existential deposit among them."""

    sufficients: U32 = 0
    """Things that keep the account alive without any balance."""

    data: AccountData = AccountData()


class ApplyExtrinsic(Record, tag=0):
    """While an extrinsic runs."""

    UNNAMED: ClassVar[bool] = True

    index: U32


class Finalization(Record, tag=1):
    """After the extrinsics."""


class Initialization(Record, tag=2):
    """Before the extrinsics."""


Phase = ApplyExtrinsic | Finalization | Initialization
"""The part of a block in which an event was deposited."""


class EventRecord(Record):
    """An event with its place in the block."""

    phase: Phase
    event: RuntimeEvent
    topics: tuple[Hash, ...] = ()


class PerDispatchClass(Record):
    """The weight used so far, for each class of extrinsics."""

    normal: Weight
    operational: Weight
    mandatory: Weight

    def of(self, dispatch_class: DispatchClass) -> Weight:
        """What one class used."""
        match dispatch_class:
            case DispatchClass.Normal:
                return self.normal
            case DispatchClass.Operational:
                return self.operational
            case DispatchClass.Mandatory:
                return self.mandatory

    def with_added(self, dispatch_class: DispatchClass, weight: Weight) -> PerDispatchClass:
        """The same with more used by one class."""
        used = self.of(dispatch_class).saturating_add(weight)
        match dispatch_class:
            case DispatchClass.Normal:
                return replace(self, normal=used)
            case DispatchClass.Operational:
                return replace(self, operational=used)
            case DispatchClass.Mandatory:
                return replace(self, mandatory=used)

    def total(self) -> Weight:
        """What all classes used together."""
        return self.normal.saturating_add(self.operational).saturating_add(self.mandatory)


class LastRuntimeUpgradeInfo(Record):
    """The runtime that ran when the chain last noticed an upgrade."""

    spec_version: Compact32
    spec_name: str


class CodeUpgradeAuthorization(Record):
    """A runtime upgrade that was allowed in advance."""

    code_hash: Hash
    check_version: bool


class RuntimeVersion(Record):
    """Which runtime this is. The three versions that matter here: spec (behaviour), transaction (call
    layout), system (layouts of the trie).
    """

    spec_name: str
    impl_name: str
    authoring_version: U32
    spec_version: U32
    impl_version: U32
    apis: tuple[tuple[Bytes8, U32], ...]
    transaction_version: U32
    system_version: U8


class WeightsPerClass(Record):
    """Limits on the extrinsics of one class; None is no limit."""

    base_extrinsic: Weight
    max_extrinsic: Weight | None
    max_total: Weight | None
    reserved: Weight | None


class PerClassWeights(Record):
    """The limits of each class."""

    normal: WeightsPerClass
    operational: WeightsPerClass
    mandatory: WeightsPerClass


class BlockWeights(Record):
    """How heavy a block may be."""

    base_block: Weight
    max_block: Weight
    per_class: PerClassWeights

    def limits(self, dispatch_class: DispatchClass) -> WeightsPerClass:
        """How heavy extrinsics of a class may be."""
        match dispatch_class:
            case DispatchClass.Normal:
                return self.per_class.normal
            case DispatchClass.Operational:
                return self.per_class.operational
            case DispatchClass.Mandatory:
                return self.per_class.mandatory


class PerClassLength(Record):
    """Bytes of extrinsics that a block may hold, for each class."""

    normal: U32
    operational: U32
    mandatory: U32


class BlockLength(Record):
    """How long a block may be, in bytes."""

    max: PerClassLength
    max_header_size: U32 | None


class SystemConstants(Record):
    """What a runtime fixes for its System pallet."""

    block_weights: BlockWeights
    block_length: BlockLength
    block_hash_count: BlockNumber
    """Blocks of which the hash is kept."""

    db_weight: RuntimeDbWeight
    version: RuntimeVersion
    ss58_prefix: U16
    """The number that the text form of addresses begins with."""


class ExtrinsicSuccess(Record, tag=0):
    """An extrinsic went well."""

    dispatch_info: DispatchEventInfo


class ExtrinsicFailed(Record, tag=1):
    """An extrinsic's call failed; its effects are undone, its fee is kept."""

    dispatch_error: DispatchErrorCase
    dispatch_info: DispatchEventInfo


class CodeUpdated(Record, tag=2):
    """The runtime's code was replaced."""

    hash: Hash


class NewAccount(Record, tag=3):
    """An account came into being."""

    account: AccountId


class KilledAccount(Record, tag=4):
    """An account ceased to be."""

    account: AccountId


class Remarked(Record, tag=5):
    """Somebody left a remark."""

    sender: AccountId
    hash: Hash


class UpgradeAuthorized(Record, tag=6):
    """A runtime upgrade was allowed in advance."""

    code_hash: Hash
    check_version: bool


class RejectedInvalidAuthorizedUpgrade(Record, tag=7):
    """An allowed upgrade turned out to be impossible."""

    code_hash: Hash
    error: DispatchErrorCase


Event = (
    ExtrinsicSuccess
    | ExtrinsicFailed
    | CodeUpdated
    | NewAccount
    | KilledAccount
    | Remarked
    | UpgradeAuthorized
    | RejectedInvalidAuthorizedUpgrade
)


class Error(ErrorCode):
    """Why a call of System fails."""

    InvalidSpecName = enum.auto()
    """The new code is another chain's."""
    SpecVersionNeedsToIncrease = enum.auto()
    """The new code is not newer."""
    FailedToExtractRuntimeVersion = enum.auto()
    """The new code does not tell its version."""
    NonDefaultComposite = enum.auto()
    """An account to be removed still holds something."""
    NonZeroRefCount = enum.auto()
    """An account to be removed is still relied on."""
    CallFiltered = enum.auto()
    """This chain does not allow the call."""
    MultiBlockMigrationsOngoing = enum.auto()
    """Migrations over several blocks are under way."""
    NothingAuthorized = enum.auto()
    """No upgrade was allowed in advance."""
    Unauthorized = enum.auto()
    """Another upgrade than the given one was allowed."""
