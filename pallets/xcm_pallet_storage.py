"""What the XCM pallet stores, and who its neighbours are.

The pallet and the executor need each other: programs ask the pallet about queries, traps and versions, and
calls of the pallet run programs. So the executor is bound after both are made.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pallets.system import System
from pallets.xcm_pallet_events import Event, Program
from pallets.xcm_pallet_items import (
    AuthorizedAliasesEntry,
    Error,
    QueryStatus,
    RemoteLockedFungibleRecord,
    VersionMigrationStage,
    XcmOrigin,
    XcmPalletConstants,
    XcmPalletWeights,
)
from primitives.errors import Defect, DispatchError
from primitives.ids import AccountId, Balance, Hash
from primitives.origin import Origin
from primitives.pallet import BLAKE2_128_CONCAT, IDENTITY, TWOX_64_CONCAT, Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U32, U64
from primitives.storage.views import DefaultMap, Map, OptionValue, Value
from primitives.weights import Weight
from xcm.asset import Assets
from xcm.errors import SendError
from xcm.executor import Executed
from xcm.executor_config import ExecutorConfig
from xcm.failures import NotSent
from xcm.location import Location
from xcm.program import Xcm
from xcm.versions import XCM_VERSION, Versioned, VersionedAssetId, VersionedLocation

BY_VERSION_AND_PLACE = (TWOX_64_CONCAT, BLAKE2_128_CONCAT)
"""How maps are keyed whose entries a version migration rewrites."""


class Runs(Protocol):
    """The executor, as far as the pallet needs it."""

    config: ExecutorConfig

    def prepare_and_execute(
        self, origin: Location, program: Xcm, message_id: bytes, weight_limit: Weight, weight_credit: Weight
    ) -> Executed:
        """Weigh a program and run it, unless it can cost more than the limit."""
        ...

    def charge_fees(self, origin: Location, fees: Assets) -> None:
        """Take fees for sending from an account; raises `XcmFailure`."""
        ...


class Consideration(Protocol):
    """What somebody has to set aside for storing something.

    Upstream: substrate/frame/support/src/traits/storage.rs `Consideration`
    """

    @property
    def entry(self) -> Callable[..., Any]:
        """What is stored: who may speak for an account, and the ticket."""
        ...

    def new(self, who: AccountId, aliasers: int) -> Record:
        """A ticket for so many entries; raises `DispatchError`."""
        ...

    def update(self, ticket: Any, who: AccountId, aliasers: int) -> Record:
        """A ticket for so many entries instead; raises `DispatchError`."""
        ...

    def drop(self, ticket: Any, who: AccountId) -> None:
        """Give back what was set aside; raises `DispatchError`."""
        ...


@dataclass(frozen=True, kw_only=True)
class XcmPalletConfig:
    """What each runtime settles for its XCM pallet. Origins become locations, or fail with BadOrigin."""

    constants: XcmPalletConstants
    weights: XcmPalletWeights

    migration_weight: Weight
    """What one step of a version migration may cost: a tenth of a block."""

    send_origin: Callable[[Origin], Location]
    """As whom an origin sends."""

    execute_origin: Callable[[Origin], Location]
    """As whom an origin has programs run here."""

    ensure_admin: Callable[[Origin], object]
    """Goes on for who may force versions and suspend."""

    consideration: Consideration

    execute_filter: Callable[[Location, Xcm], bool]
    teleport_filter: Callable[[Location, Assets], bool]
    reserve_filter: Callable[[Location, Assets], bool]
    """What may be done by calls: which programs by whom, which assets of whom."""


class XcmPalletStorage(Pallet, prefix="XcmPallet", events=Event, errors=Error, constants=XcmPalletConstants):
    """The storage of the XCM pallet.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    origins: ClassVar[Any] = XcmOrigin

    query_counter: Value[U64] = item(default=0)
    """The number of the next query."""

    queries: Map[U64, QueryStatus] = item(hashers=(BLAKE2_128_CONCAT,))
    """The queries that are open, or answered and not taken."""

    asset_traps: DefaultMap[Hash, U32] = item(default=0, hashers=(IDENTITY,))
    """How often assets are kept for somebody, by the hash of both."""

    safe_xcm_version: OptionValue[U32]
    """The version to use for places of which none is known; without one they cannot be reached."""

    supported_version: Map[tuple[U32, VersionedLocation], U32] = item(hashers=BY_VERSION_AND_PLACE)
    """The version that a place speaks; the first part of the key is the version of the second."""

    version_notifiers: Map[tuple[U32, VersionedLocation], U64] = item(hashers=BY_VERSION_AND_PLACE)
    """The query by which we asked a place for its version."""

    version_notify_targets: Map[tuple[U32, VersionedLocation], tuple[U64, Weight, U32]] = item(
        hashers=BY_VERSION_AND_PLACE
    )
    """Who subscribed to our version: the query to answer, what the answer may cost, the version last told."""

    version_discovery_queue: Value[tuple[tuple[VersionedLocation, U32], ...]] = item(default=())
    """Places to be asked for their version, and how often something was sent to each."""

    current_migration: OptionValue[VersionMigrationStage]
    """How far the rewriting into words of the newest version has come."""

    remote_locked_fungibles: Map[tuple[U32, AccountId, VersionedAssetId], RemoteLockedFungibleRecord] = item(
        hashers=(TWOX_64_CONCAT, BLAKE2_128_CONCAT, BLAKE2_128_CONCAT)
    )
    """What other chains keep locked for accounts of ours."""

    locked_fungibles: Map[AccountId, tuple[tuple[Balance, VersionedLocation], ...]] = item(
        hashers=(BLAKE2_128_CONCAT,)
    )
    """What is locked here, and who may unlock it."""

    xcm_execution_suspended: Value[bool] = item(default=False)
    """Whether no message is to be processed now."""

    should_record_xcm: Value[bool] = item(default=False)
    """Whether the program that runs last is to be kept; for dry runs."""

    recorded_xcm: OptionValue[Program]
    """The program that ran last while programs were recorded."""

    authorized_aliases: Map[VersionedLocation, AuthorizedAliasesEntry] = item(hashers=(BLAKE2_128_CONCAT,))
    """Who may speak for an account of ours, by that account."""

    def __init__(self, frame: Frame, system: System, config: XcmPalletConfig) -> None:
        super().__init__(frame)
        self.system, self.config, self.constants = system, config, config.constants
        self._executor: Runs | None = None

    def bind(self, executor: Runs) -> None:
        """Name the executor; once, before anything else is done."""
        self._executor = executor

    @property
    def executor(self) -> Runs:
        """What runs programs here."""
        if self._executor is None:
            raise Defect(f"{self.prefix} was given no executor")
        return self._executor

    # ---------------------------------------------------------------------------------------- sending

    def send_by_chain(self, destination: Location, message: Xcm) -> tuple[bytes, Assets]:
        """Send a message for which nobody pays; gives its id and its price. Raises `NotSent`.

        Upstream: polkadot/xcm/src/v5/traits.rs `send_xcm`
        """
        router = self.executor.config.sender
        ticket, price = router.validate(destination, message)
        return router.deliver(ticket), price

    def build(self, safe_xcm_version: int | None = XCM_VERSION) -> None:
        """Write the genesis: the version to use for places of which none is known.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `GenesisConfig`
        """
        if safe_xcm_version is not None:
            self.safe_xcm_version.put(safe_xcm_version)


def newest(place: Location) -> Versioned[Location]:
    """A location as it is stored: in words of the newest version."""
    return Versioned(XCM_VERSION, place)


def send_error(not_sent: NotSent) -> DispatchError:
    """The error of a call whose message was not sent.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Error` (`From<SendError>`)
    """
    named = {SendError.Fees: Error.FeesNotMet, SendError.NotApplicable: Error.Unreachable}
    return DispatchError(named.get(not_sent.reason, Error.SendFailure))
