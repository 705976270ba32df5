"""How the recorded parachain runs XCM: its executor, its router, and who is paid.

The XCM pallet takes part on both sides, as it does on the relay chain: it is made first, and given the
executor afterwards.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from pallets.balances import Balances
from pallets.para.collator_selection import STAKING_POT
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.sibling_queues import location_of
from pallets.para.xcm_senders import AllQueues, ParentAsUmp, SiblingRouter, VersionWrapper
from pallets.para.xcmp_channels import XcmpChannels
from pallets.system import System
from pallets.transaction_payment import TREASURY
from pallets.xcm_assets import FungibleAdapter
from pallets.xcm_processor import ProcessXcmMessage
from primitives.ids import Balance, ParaId
from primitives.origin import Origin
from primitives.storage.state import State
from runtime.bulletin_pallets import PALLETS
from runtime.bulletin_trust import (
    ACCOUNT_OF,
    ASSET_HUB,
    DELIVERY_PRICE,
    TOKEN,
    barrier,
    convert_origin,
    universal_location,
    waived,
)
from runtime.bulletin_weights import weight_to_fee
from runtime.bulletin_xcm_weights import XCM
from runtime.xcm_calls import Dispatching, RuntimeCalls
from xcm.accounts import (
    account_location,
)
from xcm.executor import Executor
from xcm.executor_config import ExecutorConfig
from xcm.location import Location
from xcm.paying import UsingComponents, XcmFeeManagerFromComponents
from xcm.program import Xcm
from xcm.responses import PalletInfo
from xcm.routing import FirstSender, WithUniqueTopic
from xcm.traits import (
    AssetTrap,
    EventEmitter,
    ResponseHandler,
    SubscriptionService,
)
from xcm.trust import (
    alias_child_location,
    alias_foreign_account,
    alias_origin_root,
    any_alias,
    concrete_asset_from_system,
    everything,
    is_concrete,
    is_sibling_system_parachain,
)
from xcm.weigher import WeightBounds


class XcmPalletParts(VersionWrapper, ResponseHandler, AssetTrap, SubscriptionService, EventEmitter, Protocol):
    """The XCM pallet, as the executor and the router need it."""

    def is_authorized_alias(self, origin: Location, target: Location) -> bool:
        """Whether a place was allowed to speak for another."""
        ...

    def record(self, program: Xcm) -> None:
        """Is shown every program."""
        ...


class ParaRuntime(Dispatching, Protocol):
    """A parachain's runtime, as far as it is needed here."""

    state: State
    system: System
    balances: Balances


class BulletinXcm:
    """What parachain `para` has for XCM, besides its XCM pallet.

    `pallet` is that, `xcm_origin` makes the pallet's origin for a location, `senders` are the ways out, and
    `pallets` is what programs may ask about the runtime's pallets, by index.
    """

    def __init__(
        self,
        runtime: ParaRuntime,
        para: ParaId,
        pallet: XcmPalletParts,
        xcm_origin: Callable[[Location], Origin],
        senders: tuple[ParentAsUmp, SiblingRouter],
        pallets: tuple[PalletInfo, ...] = PALLETS,
    ) -> None:
        self.calls = RuntimeCalls(runtime)
        self.weigher = WeightBounds(XCM, self.calls)
        self.transactor = FungibleAdapter(runtime.balances, is_concrete(TOKEN), ACCOUNT_OF)
        self.convert_origin = convert_origin(runtime.state, xcm_origin)
        self.router = WithUniqueTopic(FirstSender(senders), runtime.system.unique)
        self.queues = AllQueues(senders)
        self._balances = runtime.balances
        self.executor = Executor(self._config(runtime.state, para, pallet, pallets))
        self.processor = ProcessXcmMessage(self.executor, location_of)

    def _config(
        self, state: State, para: ParaId, pallet: XcmPalletParts, pallets: tuple[PalletInfo, ...]
    ) -> ExecutorConfig:
        """Calls are not filtered.

        DEVIATION: upstream keeps out those that store data, which are of a pallet that is not here.
        Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `XcmConfig`
        """
        return ExecutorConfig(
            universal_location=universal_location(para),
            barrier=barrier(para, state, pallet),
            weigher=self.weigher,
            new_trader=lambda: UsingComponents(weight_to_fee, TOKEN, self._earn),
            transactor=self.transactor,
            transactional=state,
            sender=self.router,
            events=pallet,
            fees=XcmFeeManagerFromComponents(waived(para), self.transactor, account_location(TREASURY)),
            calls=self.calls,
            convert_origin=self.convert_origin,
            responses=pallet,
            trap=pallet,
            subscriptions=pallet,
            is_teleporter=concrete_asset_from_system(TOKEN),
            aliasers=any_alias(
                alias_child_location,
                alias_foreign_account(is_sibling_system_parachain),
                alias_origin_root(ASSET_HUB, everything),
                pallet.is_authorized_alias,
            ),
            pallets=pallets,
            record=pallet.record,
        )

    def _earn(self, amount: int) -> None:
        """Put what programs pay for weight into the collators' pot.

        Upstream: substrate/frame/support/src/traits/tokens/imbalance.rs `ResolveTo`
        """
        self._balances.resolve_or_drop(STAKING_POT, Balance(amount))


def ways_out(
    upward: ParachainSystemStorage, channels: XcmpChannels, versions: VersionWrapper
) -> tuple[ParentAsUmp, SiblingRouter]:
    """Up to the relay chain, and across to siblings.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `XcmRouter`
    """
    up = ParentAsUmp(upward, versions, DELIVERY_PRICE)
    return up, SiblingRouter(channels, versions, DELIVERY_PRICE)
