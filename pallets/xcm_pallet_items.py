"""What the XCM pallet stores and refuses: records, errors, constants and weights.

Locations that are stored are **versioned**: they carry the version of XCM in whose words they are written.
New ones are written in the newest; when a newer version comes, a migration rewrites the others.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar

from primitives.errors import ErrorCode
from primitives.ids import Balance, BlockNumber
from primitives.record import Record
from primitives.scale.codec import U8, U32, U64, U128
from primitives.weights import Weight
from xcm.junctions import Junctions
from xcm.location import Location
from xcm.versions import VersionedLocation, VersionedResponse

MAX_ASSETS_FOR_TRANSFER = 2
"""Assets that one of the transfer calls takes."""

VERSION_DISCOVERY_QUEUE_SIZE = 100
"""Places that wait to be asked for their version; more are not noted."""

MAX_AUTHORIZED_ALIASES = 10
"""Who may speak for one account."""

AUTHORIZE_ALIAS = 0
"""The place of this pallet's only hold reason among its hold reasons."""

# ---------------------------------------------------------------------------------------------- origins


class Xcm(Record, tag=0):
    """Somewhere that dispatches a call by a program, as itself."""

    UNNAMED: ClassVar[bool] = True

    location: Location


class Response(Record, tag=1):
    """Somewhere that answered a query of ours; the call is what waited for the answer."""

    UNNAMED: ClassVar[bool] = True

    location: Location


XcmOrigin = Xcm | Response
"""The origins that this pallet adds."""

# ---------------------------------------------------------------------------------------------- queries


class Pending(Record, tag=0):
    """Not answered yet. Only `responder` may answer, and only to `maybe_match_querier` if there is one;
    then the call `maybe_notify` (indices of pallet and call) is made, if there is one.
    """

    responder: VersionedLocation
    maybe_match_querier: VersionedLocation | None
    maybe_notify: tuple[U8, U8] | None
    timeout: BlockNumber
    """Until when an answer may be expected. Later ones are taken, too."""


class VersionNotifier(Record, tag=1):
    """A subscription to the version of `origin`, which is active once it has answered."""

    origin: VersionedLocation
    is_active: bool


class Ready(Record, tag=2):
    """Answered at a block, and not taken yet."""

    response: VersionedResponse
    at: BlockNumber


QueryStatus = Pending | VersionNotifier | Ready

# ------------------------------------------------------------------------------------ version migration


class MigrateSupportedVersion(Record, tag=0):
    """Rewriting the locations whose versions are known."""


class MigrateVersionNotifiers(Record, tag=1):
    """Rewriting the locations that we asked for their versions."""


class NotifyCurrentTargets(Record, tag=2):
    """Telling subscribers that our version is another one, those behind this storage key."""

    UNNAMED: ClassVar[bool] = True

    last_key: bytes | None


class MigrateAndNotifyOldTargets(Record, tag=3):
    """Rewriting the locations of subscribers, and telling them."""


VersionMigrationStage = (
    MigrateSupportedVersion | MigrateVersionNotifiers | NotifyCurrentTargets | MigrateAndNotifyOldTargets
)

# --------------------------------------------------------------------------------------- locks, aliases


class RemoteLockedFungibleRecord(Record):
    """An amount of an account of ours that another chain keeps locked. Nobody locks anything yet."""

    amount: U128
    owner: VersionedLocation
    locker: VersionedLocation
    consumers: tuple[tuple[tuple[()], U128], ...]


class OriginAliaser(Record):
    """Somebody who may speak for an account, before a block if one is given."""

    location: VersionedLocation
    expiry: U64 | None


class Disabled(Record):
    """A deposit that cannot be made."""


class HoldConsideration(Record):
    """A deposit: an amount on hold."""

    UNNAMED: ClassVar[bool] = True

    amount: Balance


class MaxAuthorizedAliases(Record):
    """How metadata names the bound of the lists below."""


class AuthorizedAliasesEntry(Record):
    """Who may speak for an account, where no deposit can be made for it."""

    bound: ClassVar[Any] = MaxAuthorizedAliases

    aliasers: tuple[OriginAliaser, ...]
    ticket: Disabled


class HeldAliasesEntry(Record):
    """Who may speak for an account, and what is on hold for it."""

    bound: ClassVar[Any] = MaxAuthorizedAliases

    aliasers: tuple[OriginAliaser, ...]
    ticket: HoldConsideration


# ------------------------------------------------------------------------------------ constants, weights


class XcmPalletConstants(Record):
    """Figures of a runtime that its metadata tells."""

    universal_location: Junctions
    """Where we are, starting with the network."""

    advertised_xcm_version: U32
    """The version that we tell subscribers we speak."""

    max_lockers: U32
    """Locks that one account may have."""

    max_remote_lock_consumers: U32
    """Who may rely on one lock elsewhere."""


class XcmPalletWeights(Record):
    """What the calls and the steps of the pallet weigh, reads and writes included.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `WeightInfo`
    """

    send: Weight
    teleport_assets: Weight
    reserve_transfer_assets: Weight
    transfer_assets: Weight
    execute: Weight
    """Besides the program."""

    force_xcm_version: Weight
    force_default_xcm_version: Weight
    force_subscribe_version_notify: Weight
    force_unsubscribe_version_notify: Weight
    force_suspension: Weight
    migrate_supported_version: Weight
    migrate_version_notifiers: Weight
    already_notified_target: Weight
    notify_current_targets: Weight
    notify_target_migration_fail: Weight
    migrate_version_notify_targets: Weight
    migrate_and_notify_old_targets: Weight
    new_query: Weight
    take_response: Weight
    claim_assets: Weight
    add_authorized_alias: Weight
    remove_authorized_alias: Weight


class Error(ErrorCode):
    """Why a call of the XCM pallet fails."""

    Unreachable = enum.auto()
    """There is no way to the destination."""
    SendFailure = enum.auto()
    """The message could not be sent."""
    Filtered = enum.auto()
    """This chain does not do this, by such a call."""
    UnweighableMessage = enum.auto()
    """What the program weighs cannot be told."""
    DestinationNotInvertible = enum.auto()
    """The destination lies further up than we know."""
    Empty = enum.auto()
    """There is no such asset in the list."""
    CannotReanchor = enum.auto()
    """The destination has no words for one of the assets."""
    TooManyAssets = enum.auto()
    """Only so many assets can be sent at once."""
    InvalidOrigin = enum.auto()
    """Whoever calls cannot do this."""
    BadVersion = enum.auto()
    """An argument is in words that the newest version does not have."""
    BadLocation = enum.auto()
    """The location cannot be used for this."""
    NoSubscription = enum.auto()
    """There is no subscription to end."""
    AlreadySubscribed = enum.auto()
    """There is a subscription already."""
    CannotCheckOutTeleport = enum.auto()
    """So much of the asset cannot be teleported away."""
    LowBalance = enum.auto()
    """The owner does not have so much."""
    TooManyLocks = enum.auto()
    """The owner has as many locks as it may have."""
    AccountNotSovereign = enum.auto()
    """The account belongs to no location."""
    FeesNotMet = enum.auto()
    """The fees could not be paid."""
    LockNotFound = enum.auto()
    """There is no such lock."""
    InUse = enum.auto()
    """Somebody relies on the lock."""
    InvalidAssetUnknownReserve = 21
    """It is not known which chain keeps the asset, or not safe to say while the token moves."""
    InvalidAssetUnsupportedReserve = 22
    """The fee and the other assets cannot be kept by different remote chains."""
    TooManyReserves = 23
    """The assets are kept by different chains."""
    LocalExecutionIncomplete = 24
    """The program did not run to its end. Not used any more."""
    TooManyAuthorizedAliases = 25
    """So many may speak for the account already."""
    ExpiresInPast = 26
    """The block lies in the past."""
    AliasNotFound = 27
    """Nobody of that name may speak for the account."""
    LocalExecutionIncompleteWithError = 28
    """The program did not run to its end; behind the number stand the instruction and the error."""
