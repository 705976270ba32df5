"""What the Balances pallet stores, says and refuses: records, events, errors and constants.

What an account holds is System's to store: `pallets.system_items.AccountData`.

Upstream: substrate/frame/balances/src/types.rs, substrate/frame/balances/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar

from primitives.errors import ErrorCode
from primitives.ids import AccountId, Balance
from primitives.record import Record
from primitives.scale.codec import U8, U32, Bytes8


class Reasons(enum.Enum):
    """What a lock keeps the balance from being used for; it makes no difference any more."""

    Fee = 0
    Misc = 1
    All = 2


class BalanceLock(Record):
    """A balance that may not be fallen below, put in place by one pallet. Locks overlap."""

    id: Bytes8
    amount: Balance
    reasons: Reasons


class ReserveData(Record):
    """An amount set aside under a name."""

    id: Bytes8
    amount: Balance


class RuntimeHoldReason(Record):
    """Why an amount is on hold: the index of a pallet, and the place of the reason in that pallet's list."""

    pallet: U8
    reason: U8


class RuntimeFreezeReason(Record):
    """Why a balance is frozen: the index of a pallet, and the place of the reason in that pallet's list."""

    pallet: U8
    reason: U8


class Hold(Record):
    """An amount on hold for one reason.

    Upstream: substrate/frame/support/src/traits/tokens/misc.rs `IdAmount`
    """

    id: RuntimeHoldReason
    amount: Balance


class Freeze(Record):
    """A balance that may not be fallen below, for one reason. Freezes overlap.

    Upstream: substrate/frame/support/src/traits/tokens/misc.rs `IdAmount`
    """

    id: RuntimeFreezeReason
    amount: Balance


class BalanceStatus(enum.Enum):
    """As what an amount arrives: free, or set aside as it was before."""

    Free = 0
    Reserved = 1


class AdjustmentDirection(enum.Enum):
    """Which way the total issuance is moved."""

    Increase = 0
    Decrease = 1


class Preservation(enum.Enum):
    """What must be left of an account that something is taken from.

    Upstream: substrate/frame/support/src/traits/tokens/misc.rs `Preservation`
    """

    Expendable = enum.auto()
    """Nothing, unless others rely on the account."""
    Protect = enum.auto()
    """The account must go on to exist, by whatever keeps it alive."""
    Preserve = enum.auto()
    """The existential deposit must be left."""


class Fortitude(enum.Enum):
    """Whether locks and freezes are respected.

    Upstream: substrate/frame/support/src/traits/tokens/misc.rs `Fortitude`
    """

    Polite = enum.auto()
    Force = enum.auto()


class Precision(enum.Enum):
    """Whether it must be the whole amount, or as much of it as is possible.

    Upstream: substrate/frame/support/src/traits/tokens/misc.rs `Precision`
    """

    Exact = enum.auto()
    BestEffort = enum.auto()


class UnexpectedKind(enum.Enum):
    """What went wrong that should not be able to."""

    BalanceUpdated = 0
    FailedToMutateAccount = 1


class BalancesConstants(Record):
    """What a runtime fixes for its Balances pallet."""

    existential_deposit: Balance
    """The least free balance that keeps an account alive; smaller rests are burnt."""

    max_locks: U32
    max_reserves: U32
    max_freezes: U32


class Endowed(Record, tag=0):
    """An account came into being with this free balance."""

    account: AccountId
    free_balance: Balance


class DustLost(Record, tag=1):
    """An account ceased to be, and what was left of it is lost."""

    account: AccountId
    amount: Balance


class Transfer(Record, tag=2):
    """An amount went from one account to another."""

    from_: AccountId
    to: AccountId
    amount: Balance


class BalanceSet(Record, tag=3):
    """Root set a free balance."""

    who: AccountId
    free: Balance


class Reserved(Record, tag=4):
    """A free amount was set aside."""

    who: AccountId
    amount: Balance


class Unreserved(Record, tag=5):
    """An amount set aside is free again."""

    who: AccountId
    amount: Balance


class ReserveRepatriated(Record, tag=6):
    """An amount set aside went to another account."""

    from_: AccountId
    to: AccountId
    amount: Balance
    destination_status: BalanceStatus


class Deposit(Record, tag=7):
    """A credit was put into an account."""

    who: AccountId
    amount: Balance


class Withdraw(Record, tag=8):
    """An amount was taken out of an account, as a credit."""

    who: AccountId
    amount: Balance


class Slashed(Record, tag=9):
    """An amount was taken away from an account as a punishment."""

    who: AccountId
    amount: Balance


class Minted(Record, tag=10):
    """An amount was made, in an account."""

    who: AccountId
    amount: Balance


class MintedCredit(Record, tag=11):
    """More was put into accounts than taken out; the total issuance grew."""

    amount: Balance


class Burned(Record, tag=12):
    """An amount was destroyed, in an account."""

    who: AccountId
    amount: Balance


class BurnedDebt(Record, tag=13):
    """More was taken out of accounts than put in; the total issuance shrank."""

    amount: Balance


class Suspended(Record, tag=14):
    """An amount left this chain's issuance, to come back later."""

    who: AccountId
    amount: Balance


class Restored(Record, tag=15):
    """An amount that had left came back."""

    who: AccountId
    amount: Balance


class Upgraded(Record, tag=16):
    """An account's reserves and freezes are from now on counted as consumers."""

    who: AccountId


class Issued(Record, tag=17):
    """The total issuance was raised, for a credit."""

    amount: Balance


class Rescinded(Record, tag=18):
    """The total issuance was lowered, for a debt."""

    amount: Balance


class Locked(Record, tag=19):
    """Locks bind so much more."""

    who: AccountId
    amount: Balance


class Unlocked(Record, tag=20):
    """Locks bind so much less."""

    who: AccountId
    amount: Balance


class Frozen(Record, tag=21):
    """Freezes bind so much more."""

    who: AccountId
    amount: Balance


class Thawed(Record, tag=22):
    """Freezes bind so much less."""

    who: AccountId
    amount: Balance


class TotalIssuanceForced(Record, tag=23):
    """Root set the total issuance."""

    old: Balance
    new: Balance


class Held(Record, tag=24):
    """A free amount was put on hold."""

    reason: RuntimeHoldReason
    who: AccountId
    amount: Balance


class BurnedHeld(Record, tag=25):
    """An amount on hold was destroyed."""

    reason: RuntimeHoldReason
    who: AccountId
    amount: Balance


class TransferOnHold(Record, tag=26):
    """An amount on hold went to another account."""

    reason: RuntimeHoldReason
    source: AccountId
    dest: AccountId
    amount: Balance


class TransferAndHold(Record, tag=27):
    """A free amount went to another account and is on hold there."""

    reason: RuntimeHoldReason
    source: AccountId
    dest: AccountId
    transferred: Balance


class Released(Record, tag=28):
    """An amount on hold is free again."""

    reason: RuntimeHoldReason
    who: AccountId
    amount: Balance


class Unexpected(Record, tag=29):
    """Something happened that should not be able to."""

    UNNAMED: ClassVar[bool] = True

    kind: UnexpectedKind


Event = (
    Endowed
    | DustLost
    | Transfer
    | BalanceSet
    | Reserved
    | Unreserved
    | ReserveRepatriated
    | Deposit
    | Withdraw
    | Slashed
    | Minted
    | MintedCredit
    | Burned
    | BurnedDebt
    | Suspended
    | Restored
    | Upgraded
    | Issued
    | Rescinded
    | Locked
    | Unlocked
    | Frozen
    | Thawed
    | TotalIssuanceForced
    | Held
    | BurnedHeld
    | TransferOnHold
    | TransferAndHold
    | Released
    | Unexpected
)


class Error(ErrorCode):
    """Why a call of Balances fails."""

    VestingBalance = enum.auto()
    """The balance is still vesting."""
    LiquidityRestrictions = enum.auto()
    """Locks or freezes bind the balance."""
    InsufficientBalance = enum.auto()
    """There is not so much."""
    ExistentialDeposit = enum.auto()
    """It is too little to create an account."""
    Expendability = enum.auto()
    """The account would cease to be."""
    ExistingVestingSchedule = enum.auto()
    """The account has a vesting schedule already."""
    DeadAccount = enum.auto()
    """The beneficiary does not exist."""
    TooManyReserves = enum.auto()
    """The account has as many named reserves as are allowed."""
    TooManyHolds = enum.auto()
    """The account has as many holds as are allowed."""
    TooManyFreezes = enum.auto()
    """The account has as many freezes as are allowed."""
    IssuanceDeactivated = enum.auto()
    """The inactive issuance would be larger than the total."""
    DeltaZero = enum.auto()
    """A change by zero is none."""
