"""How the recorded relay chain runs XCM: whom it trusts with what, who pays, and what it calls things.

`relay_xcm` puts it together from a runtime's pallets. The XCM pallet takes part on both sides: it keeps,
answers and tells what the executor asks of it, and calls make it send and execute. So it is made first, and
given the executor afterwards.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp
from pallets.relay.upward import Ump
from pallets.relay.xcm_sender import ChildParachainRouter
from pallets.system import System
from pallets.transaction_payment import TREASURY
from pallets.xcm_assets import FungibleAdapter
from pallets.xcm_pallet_aliases import NoDeposit
from pallets.xcm_pallet_items import XcmPalletConstants, XcmPalletWeights
from pallets.xcm_pallet_origins import ensure_xcm
from pallets.xcm_pallet_storage import XcmPalletConfig
from pallets.xcm_processor import ProcessXcmMessage
from primitives.errors import Defect
from primitives.ids import Balance
from primitives.origin import Origin, Root, ensure_root
from primitives.record import Record
from primitives.storage.state import State
from runtime import paseo
from runtime.paseo_pallets import PALLETS
from runtime.paseo_weights import BASE_DELIVERY_FEE, BYTE_FEE, XCM_PALLET_WEIGHTS, weight_to_fee
from runtime.paseo_xcm_weights import XCM
from runtime.xcm_calls import Dispatching, RuntimeCalls
from xcm.accounts import (
    account_aliases,
    account_location,
    child_parachain_account,
    describe_all_terminal,
    describe_family,
    first_of,
    hashed_description,
)
from xcm.asset import WildFungibility
from xcm.barriers import (
    AllowExplicitUnpaidExecutionFrom,
    AllowKnownQueryResponses,
    AllowSubscriptionsFrom,
    AllowTopLevelPaidExecutionFrom,
    TakeWeightCredit,
)
from xcm.barriers_combined import FirstOf, TrailingSetTopicAsId, WithComputedOrigin
from xcm.executor import Executor
from xcm.executor_config import ExecutorConfig
from xcm.filters import AllOf, Wild
from xcm.junctions import (
    Administration,
    GlobalConsensus,
    Junctions,
    Parachain,
    Plurality,
    Polkadot,
    Technical,
)
from xcm.location import HERE, Location
from xcm.origins import (
    child_parachain_as_native,
    ensure_xcm_origin,
    first_origin,
    location_as_superuser,
    signed_account_as_native,
    signed_to_account,
    sovereign_signed,
    xcm_passthrough,
)
from xcm.paying import UsingComponents, XcmFeeManagerFromComponents
from xcm.program import Xcm
from xcm.responses import PalletInfo
from xcm.routing import ExponentialPrice, FirstSender, WithUniqueTopic
from xcm.traits import (
    AssetTrap,
    Barrier,
    ConvertOrigin,
    EventEmitter,
    ResponseHandler,
    SubscriptionService,
)
from xcm.trust import (
    alias_child_location,
    any_of,
    cases,
    equals,
    everything,
    is_child_parachain,
    is_child_system_parachain,
    is_concrete,
    is_local_plurality,
    is_plurality_of,
    is_voice_of,
)
from xcm.versions import XCM_VERSION
from xcm.weigher import WeightBounds

NETWORK = Polkadot()
"""The chain says that it is Polkadot."""

UNIVERSAL_LOCATION: Junctions = (GlobalConsensus(NETWORK),)

TOKEN = HERE
"""The chain's own token, as the chain calls it."""

ASSET_HUB = Location(0, (Parachain(1000),))
COLLECTIVES = Location(0, (Parachain(1001),))
BRIDGE_HUB = Location(0, (Parachain(1002),))
PEOPLE = Location(0, (Parachain(1004),))
BROKER = Location(0, (Parachain(1005),))
PASSET_HUB = Location(0, (Parachain(1111),))

SOVEREIGN_ACCOUNT_OF = first_of(
    child_parachain_account,
    account_aliases(NETWORK),
    hashed_description(describe_family(describe_all_terminal)),
)
"""The account of a place.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `SovereignAccountOf`
"""

_ANY_OF_THE_TOKEN = Wild(AllOf(TOKEN, WildFungibility.Fungible))

IS_TELEPORTER = cases(
    *((_ANY_OF_THE_TOKEN, at) for at in (ASSET_HUB, COLLECTIVES, BRIDGE_HUB, BROKER, PEOPLE, PASSET_HUB))
)
"""The token may be teleported to some system chains.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `TrustedTeleporters`
"""

WAIVED = any_of(is_child_system_parachain, equals(HERE), is_local_plurality)
"""Who sends for nothing.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `WaivedLocations`
"""

DELIVERY_PRICE = ExponentialPrice(TOKEN, BASE_DELIVERY_FEE, BYTE_FEE)
"""What a message costs at a fee factor of one.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `PriceForChildParachainDelivery`
"""

# DEVIATION: upstream also lets GeneralAdmin, StakingAdmin and Treasurer act as bodies.
EXECUTE_ORIGIN = ensure_xcm_origin(signed_to_account(NETWORK))
"""As whom a caller has programs run here.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `LocalOriginToLocation`
"""

SEND_ORIGIN = ensure_xcm_origin(signed_to_account(NETWORK))
"""As whom a caller sends.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `LocalPalletOrSignedOriginToLocation`
"""


IS_GENERAL_ADMIN = is_voice_of(ASSET_HUB, Administration())
"""Governance on Asset Hub, in matters of channels.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `GeneralAdminBodyId`
"""


def ensure_channel_manager(origin: Origin) -> None:
    """Go on if the caller is Root, or by a program the general admin on Asset Hub, else fail with BadOrigin.

    DEVIATION: upstream also takes the GeneralAdmin of the chain itself.

    Upstream: paseo-network/runtimes relay/paseo/src/lib.rs `parachains_hrmp::Config`
    """
    if not isinstance(origin, Root):
        ensure_xcm(origin, IS_GENERAL_ADMIN)


def no_matter(origin: Location, what: object) -> bool:
    """Lets everything pass."""
    return True


def is_fellows(location: Location) -> bool:
    """The technical body of Collectives.

    Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `Fellows`
    """
    match location:
        case Location(0, (Parachain(1001), Plurality(Technical()))):
            return True
        case _:
            return False


def barrier(responses: ResponseHandler) -> Barrier:
    """Which programs are let in.

    Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `Barrier`
    """
    need_not_pay = any_of(is_child_system_parachain, is_fellows, is_plurality_of(ASSET_HUB))
    behind_origins = FirstOf(
        (
            AllowTopLevelPaidExecutionFrom(everything),
            AllowSubscriptionsFrom(is_child_parachain),
            AllowExplicitUnpaidExecutionFrom(need_not_pay),
        )
    )
    computed = WithComputedOrigin(behind_origins, UNIVERSAL_LOCATION)
    return TrailingSetTopicAsId(FirstOf((TakeWeightCredit(), AllowKnownQueryResponses(responses), computed)))


XCM_PALLET = XcmPalletConfig(
    constants=XcmPalletConstants(
        universal_location=UNIVERSAL_LOCATION,
        advertised_xcm_version=XCM_VERSION,
        max_lockers=8,
        max_remote_lock_consumers=0,
    ),
    weights=XcmPalletWeights(**XCM_PALLET_WEIGHTS),
    migration_weight=paseo.SYSTEM.block_weights.max_block.div(10),
    send_origin=SEND_ORIGIN,
    execute_origin=EXECUTE_ORIGIN,
    ensure_admin=ensure_root,
    consideration=NoDeposit(),
    execute_filter=no_matter,
    teleport_filter=no_matter,
    reserve_filter=no_matter,
)
"""Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `pallet_xcm::Config`"""


class XcmPalletParts(ResponseHandler, AssetTrap, SubscriptionService, EventEmitter, Protocol):
    """The XCM pallet, as the executor and the router need it."""

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        """A program in a version that its destination speaks; None if it cannot be said so."""
        ...

    def record(self, program: Xcm) -> None:
        """Is shown every program."""
        ...


class RelayChain(Dispatching, Protocol):
    """A relay chain's runtime, as far as it is needed here."""

    state: State
    system: System
    balances: Balances
    authorship: Authorship
    configuration: Configuration
    dmp: Dmp


class RelayXcm:
    """What a relay chain has for XCM, besides its XCM pallet."""

    def __init__(
        self,
        relay: RelayChain,
        pallet: XcmPalletParts,
        xcm_origin: Callable[[Location], Origin],
        pallets: tuple[PalletInfo, ...],
    ) -> None:
        self.calls = RuntimeCalls(relay)
        self.weigher = WeightBounds(XCM, self.calls)
        self.transactor = FungibleAdapter(relay.balances, is_concrete(TOKEN), SOVEREIGN_ACCOUNT_OF)
        wrap = pallet.wrap_version
        self.downward = ChildParachainRouter(relay.configuration, relay.dmp, wrap, DELIVERY_PRICE)
        self.router = WithUniqueTopic(FirstSender((self.downward,)), relay.system.unique)
        self._earn = ToAuthor(relay.balances, relay.authorship).earn
        self.executor = Executor(self._config(relay, pallet, xcm_origin, pallets))
        self.processor = ProcessXcmMessage(self.executor, upward_origin)

    def _config(
        self,
        relay: RelayChain,
        pallet: XcmPalletParts,
        xcm_origin: Callable[[Location], Origin],
        pallets: tuple[PalletInfo, ...],
    ) -> ExecutorConfig:
        """Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `XcmConfig`"""
        return ExecutorConfig(
            universal_location=UNIVERSAL_LOCATION,
            barrier=barrier(pallet),
            weigher=self.weigher,
            new_trader=lambda: UsingComponents(weight_to_fee, TOKEN, self._earn),
            transactor=self.transactor,
            transactional=relay.state,
            sender=self.router,
            events=pallet,
            fees=XcmFeeManagerFromComponents(WAIVED, self.transactor, account_location(TREASURY)),
            calls=self.calls,
            convert_origin=convert_origin(xcm_origin),
            responses=pallet,
            trap=pallet,
            subscriptions=pallet,
            is_teleporter=IS_TELEPORTER,
            aliasers=alias_child_location,
            pallets=pallets,
            record=pallet.record,
        )


class ToAuthor:
    """What programs pay for weight goes to the author of the block.

    Upstream: polkadot/runtime/common/src/impls.rs `ToAuthor`
    """

    def __init__(self, balances: Balances, authorship: Authorship) -> None:
        self.balances, self.authorship = balances, authorship

    def earn(self, amount: int) -> None:
        """Put a credit into the author's account; burn it where that is not possible, or there is none."""
        author = self.authorship.author()
        if author is None:
            self.balances.drop_credit(Balance(amount))
        else:
            self.balances.resolve_or_drop(author, Balance(amount))


def convert_origin(xcm_origin: Callable[[Location], Origin]) -> ConvertOrigin:
    """As whom a place makes calls here; `xcm_origin` is the XCM pallet's own.

    Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `LocalOriginConverter`
    """
    return first_origin(
        sovereign_signed(SOVEREIGN_ACCOUNT_OF),
        child_parachain_as_native,
        signed_account_as_native(NETWORK),
        xcm_passthrough(xcm_origin),
        location_as_superuser(equals(ASSET_HUB)),
    )


def upward_origin(queue: Record) -> Location:
    """Who sent the messages of a queue.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `AggregateMessageOrigin` (`Into<Location>`)
    """
    match queue:
        case Ump(para):
            return Location(0, (Parachain(para.para),))
        case _:
            raise Defect(f"{queue} is no queue of a relay chain")


def relay_xcm(
    relay: RelayChain,
    pallet: XcmPalletParts,
    xcm_origin: Callable[[Location], Origin],
    pallets: tuple[PalletInfo, ...] = PALLETS,
) -> RelayXcm:
    """The relay chain's executor, router and message processor.

    `pallet` is its XCM pallet, `xcm_origin` makes that pallet's origin for a location, and `pallets` is what
    programs may ask about the runtime's pallets, by index.
    """
    return RelayXcm(relay, pallet, xcm_origin, pallets)
