"""Whom the recorded parachain trusts with what, for XCM: who is let in, who need not pay, who calls as whom.

Which siblings need not pay stands in storage, where Root can change it by a raw write (`System.set_storage`):
`:GovernanceParachainIds:` are those that are also believed to be Root, `:AllowedParachainIds:` those that
may allow others to store data.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.balances import Balances
from pallets.balances_holds import Holds
from pallets.balances_items import RuntimeHoldReason
from pallets.para.cumulus_xcm import Relay, SiblingParachain
from pallets.para.sibling_queues import sibling
from pallets.xcm_pallet_aliases import HeldDeposit, linear_price
from pallets.xcm_pallet_items import AUTHORIZE_ALIAS, XcmPalletConstants, XcmPalletWeights
from pallets.xcm_pallet_storage import XcmPalletConfig
from primitives.hashing import twox_128
from primitives.ids import ParaId
from primitives.origin import Origin, ensure_root
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.storage.views import Item, Value
from runtime import bulletin
from runtime.bulletin_weights import BASE_DELIVERY_FEE, BYTE_FEE, XCM_PALLET_WEIGHTS
from xcm.accounts import (
    account_aliases,
    describe_all_terminal,
    describe_family,
    first_of,
    hashed_description,
    parent_account,
    sibling_parachain_account,
)
from xcm.asset import Assets
from xcm.barriers import (
    AllowExplicitUnpaidExecutionFrom,
    AllowHrmpNotificationsFromRelayChain,
    AllowKnownQueryResponses,
    AllowSubscriptionsFrom,
    AllowTopLevelPaidExecutionFrom,
    TakeWeightCredit,
)
from xcm.barriers_combined import FirstOf, TrailingSetTopicAsId, WithComputedOrigin
from xcm.junctions import GlobalConsensus, Junctions, Parachain, Plurality, Polkadot
from xcm.location import HERE, PARENT, Location
from xcm.origins import (
    ensure_xcm_origin,
    first_location,
    first_origin,
    location_as_superuser,
    relay_chain_as_native,
    sibling_parachain_as_native,
    signed_account_as_native,
    signed_to_account,
    sovereign_signed,
    xcm_passthrough,
)
from xcm.routing import ExponentialPrice
from xcm.traits import (
    Barrier,
    Contains,
    ConvertOrigin,
    ResponseHandler,
)
from xcm.trust import (
    any_of,
    equals,
    everything,
    is_parent_or_sibling,
    is_sibling_system_parachain,
)
from xcm.versions import XCM_VERSION

NETWORK = Polkadot()
"""The relay chain says that it is Polkadot."""

TOKEN = PARENT
"""The relay chain's token, in which all is paid here."""

ASSET_HUB, PEOPLE = sibling(ParaId(1000)), sibling(ParaId(1004))

ACCOUNT_OF = first_of(
    parent_account,
    sibling_parachain_account,
    account_aliases(NETWORK),
    hashed_description(describe_family(describe_all_terminal)),
)
"""The account of a place.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `LocationToAccountId`
"""

DELIVERY_PRICE = ExponentialPrice(TOKEN, BASE_DELIVERY_FEE, BYTE_FEE)
"""What a message costs at a fee factor of one, up or across.

Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/xcm_config.rs `PriceForParentDelivery`
"""

EXECUTE_ORIGIN = ensure_xcm_origin(signed_to_account(NETWORK))
"""As whom a caller has programs run here.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `LocalOriginToLocation`
"""

SEND_ORIGIN = ensure_xcm_origin(first_location())
"""Only Root may send programs of its own.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `SendXcmOrigin`
"""

HOLD_REASONS = 3
"""How many reasons there are to hold something on an account: storage, session keys, aliases."""

ALIAS_DEPOSIT = linear_price(bulletin.UNITS // 5, bulletin.UNITS // 100_000)
"""What is put on hold for those who may speak for an account.

Upstream: paseo-network/runtimes system-parachains/constants/src/paseo.rs `system_para_deposit`
"""


def universal_location(para: ParaId) -> Junctions:
    """Where a parachain is, starting with the network.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `UniversalLocation`
    """
    return (GlobalConsensus(NETWORK), Parachain(para))


# -------------------------------------------------------------------------------------------------- groups


def no_matter(origin: Location, what: object) -> bool:
    """Lets everything pass."""
    return True


def nothing(origin: Location, assets: Assets) -> bool:
    """Lets nothing pass."""
    return False


def is_parent_or_its_plurality(location: Location) -> bool:
    """The relay chain, or a body of it.

    Upstream: paseo-network/runtimes
    system-parachains/bulletin-paseo/src/xcm_config.rs `ParentOrParentsPlurality`
    """
    match location:
        case Location(1, () | (Plurality(),)):
            return True
        case _:
            return False


class SiblingsInStorage:
    """The siblings whose ids stand in storage, under the name of a parameter of the runtime.

    Upstream: substrate/frame/support/src/lib.rs `parameter_types`,
    paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `IsGovernanceLocation`
    """

    def __init__(self, state: State, name: str, default: tuple[int, ...]) -> None:
        key = twox_128(f":{name}:".encode())
        self.ids: Value[tuple[int, ...]] = Value(
            state, Item(name, key, codec(tuple[U32, ...]), default, None)
        )

    def __call__(self, location: Location) -> bool:
        """Whether a location is one of them."""
        match location:
            case Location(1, (Parachain(id),)):
                return id in self.ids.get()
            case _:
                return False


def governing_siblings(state: State) -> Contains:
    """The siblings that are believed to be Root; Asset Hub, if nothing else is stored.

    Upstream: paseo-network/runtimes
    system-parachains/bulletin-paseo/src/xcm_config.rs `GovernanceParachainIds`
    """
    return SiblingsInStorage(state, "GovernanceParachainIds", (1000,))


def authorizing_siblings(state: State) -> Contains:
    """The siblings that may allow others to store data; People, if nothing else is stored.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `AllowedParachainIds`
    """
    return SiblingsInStorage(state, "AllowedParachainIds", (1004,))


def waived(para: ParaId) -> Contains:
    """Who sends for nothing: we, the relay chain, and system chains that are not us.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `WaivedLocations`,
    cumulus/parachains/common/src/xcm_config.rs `RelayOrOtherSystemParachains`
    """
    own = sibling(para)
    return any_of(
        equals(HERE, PARENT, ASSET_HUB),
        lambda location: is_sibling_system_parachain(location) and location != own,
    )


# ---------------------------------------------------------------------------------------------------- rules


def barrier(para: ParaId, state: State, responses: ResponseHandler) -> Barrier:
    """Which programs are let in.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `Barrier`
    """
    need_not_pay = any_of(is_parent_or_its_plurality, governing_siblings(state), authorizing_siblings(state))
    behind_origins = FirstOf(
        (
            AllowTopLevelPaidExecutionFrom(everything),
            AllowExplicitUnpaidExecutionFrom(need_not_pay),
            AllowSubscriptionsFrom(is_parent_or_sibling),
            AllowHrmpNotificationsFromRelayChain(),
        )
    )
    computed = WithComputedOrigin(behind_origins, universal_location(para))
    return TrailingSetTopicAsId(FirstOf((TakeWeightCredit(), AllowKnownQueryResponses(responses), computed)))


def convert_origin(state: State, xcm_origin: Callable[[Location], Origin]) -> ConvertOrigin:
    """As whom a place makes calls here; `xcm_origin` is the XCM pallet's own.

    Upstream: paseo-network/runtimes
    system-parachains/bulletin-paseo/src/xcm_config.rs `XcmOriginToTransactDispatchOrigin`
    """
    return first_origin(
        location_as_superuser(governing_siblings(state)),
        sovereign_signed(ACCOUNT_OF),
        relay_chain_as_native(Relay()),
        sibling_parachain_as_native(SiblingParachain),
        signed_account_as_native(NETWORK),
        xcm_passthrough(xcm_origin),
    )


def xcm_pallet_config(para: ParaId, balances: Balances, index: int) -> XcmPalletConfig:
    """What the XCM pallet is given; `index` is the pallet's.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs `pallet_xcm::Config`
    """
    return XcmPalletConfig(
        constants=XcmPalletConstants(
            universal_location=universal_location(para),
            advertised_xcm_version=XCM_VERSION,
            max_lockers=8,
            max_remote_lock_consumers=0,
        ),
        weights=XcmPalletWeights(**XCM_PALLET_WEIGHTS),
        migration_weight=bulletin.MAX_BLOCK.div(10),
        send_origin=SEND_ORIGIN,
        execute_origin=EXECUTE_ORIGIN,
        ensure_admin=ensure_root,
        consideration=HeldDeposit(
            Holds(balances, HOLD_REASONS), RuntimeHoldReason(index, AUTHORIZE_ALIAS), ALIAS_DEPOSIT
        ),
        execute_filter=no_matter,
        teleport_filter=no_matter,
        reserve_filter=nothing,
    )
