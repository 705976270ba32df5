"""What the Assets pallet stores, says and refuses: records, events, errors and constants.

Upstream: substrate/frame/assets/src/types.rs, substrate/frame/assets/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar, NewType

from primitives.errors import ErrorCode
from primitives.ids import AccountId, Balance
from primitives.record import Record
from primitives.scale.codec import U32

AssetId = NewType("AssetId", U32)
"""Which asset; chosen by who creates it."""


class AssetStatus(enum.Enum):
    """Whether an asset may be moved."""

    Live = 0
    Frozen = 1
    Destroying = 2


class AccountStatus(enum.Enum):
    """Whether one account's part of an asset may be moved."""

    Liquid = 0
    Frozen = 1
    Blocked = 2


class Consumer(Record, tag=0):
    """The account relies on itself being alive for another reason."""


class Sufficient(Record, tag=1):
    """The asset is enough to keep an account alive."""


class DepositHeld(Record, tag=2):
    """The account paid a deposit."""

    UNNAMED: ClassVar[bool] = True

    amount: Balance


class DepositRefunded(Record, tag=3):
    """The deposit was given back."""


class DepositFrom(Record, tag=4):
    """Somebody else paid a deposit."""

    UNNAMED: ClassVar[bool] = True

    who: AccountId
    amount: Balance


ExistenceReason = Consumer | Sufficient | DepositHeld | DepositRefunded | DepositFrom
"""Why an account may hold an asset."""


class AssetDetails(Record):
    """An asset: who may do what with it, and how much of it there is."""

    owner: AccountId
    issuer: AccountId
    """Who mints it."""

    admin: AccountId
    """Who burns it."""

    freezer: AccountId
    supply: Balance
    deposit: Balance
    """What its owner paid for it."""

    min_balance: Balance
    """The least that an account may hold; less than that is gone."""

    is_sufficient: bool
    """Whether it keeps accounts alive."""

    accounts: U32
    """How many hold it."""

    sufficients: U32
    approvals: U32
    status: AssetStatus


class AssetAccount(Record):
    """What an account holds of an asset."""

    balance: Balance
    status: AccountStatus
    reason: ExistenceReason
    extra: tuple[()] = ()


class AssetsConstants(Record):
    """What a runtime fixes for its Assets pallet."""

    asset_deposit: Balance
    """What it costs to create an asset, to be had back when it is destroyed."""


class Created(Record, tag=0):
    """An asset was created."""

    asset_id: AssetId
    creator: AccountId
    owner: AccountId


class Issued(Record, tag=1):
    """An amount was made, in an account."""

    asset_id: AssetId
    owner: AccountId
    amount: Balance


class Transferred(Record, tag=2):
    """An amount went from one account to another."""

    asset_id: AssetId
    from_: AccountId
    to: AccountId
    amount: Balance


class Burned(Record, tag=3):
    """An amount was destroyed, in an account."""

    asset_id: AssetId
    owner: AccountId
    balance: Balance


Event = Created | Issued | Transferred | Burned


class Error(ErrorCode):
    """Why a call of Assets fails; the numbers are upstream's, which has more."""

    BalanceLow = 0
    """The account does not hold so much."""
    NoAccount = 1
    """The account does not hold the asset."""
    NoPermission = 2
    """The caller may not do this with the asset."""
    Unknown = 3
    """There is no such asset."""
    Frozen = 4
    """The account's part may not be moved."""
    InUse = 5
    """There is an asset with this number."""
    MinBalanceZero = 7
    """An account has to hold something."""
    UnavailableConsumer = 8
    """The account is not alive, or too much relies on it."""
    AssetNotLive = 16
    """The asset may not be moved."""
