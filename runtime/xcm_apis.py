"""What a chain answers to clients that deal in XCM: costs, dry runs, accounts, trust.

Asked is its `XcmSide`, so that all chains answer alike.

Upstream: paseo-network/runtimes relay/paseo/src/lib.rs, system-parachains/bulletin-paseo/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from pallets.xcm_pallet import XcmPallet
from pallets.xcm_pallet_apis import (
    DryRunApiError,
    MessageQueues,
    NoAnswer,
    PaymentApiError,
    authorized_aliasers,
    dry_run_call,
    dry_run_xcm,
    is_trusted_reserve,
    is_trusted_teleporter,
    query_acceptable_payment_assets,
    query_delivery_fees,
    query_weight_to_asset_fee,
    query_xcm_weight,
)
from primitives.dispatch import Dispatcher
from primitives.origin import Origin
from primitives.pallet import RuntimeCall
from primitives.weights import Weight
from runtime.xcm_api_types import (
    Account,
    AccountResult,
    Aliasers,
    AliasersError,
    AliasersResult,
    AliasResult,
    Answered,
    AssetFee,
    CallTried,
    ConversionError,
    DeliveryFees,
    NoAccount,
    NoAliasers,
    NotPriced,
    NotTold,
    NotTried,
    PaymentAssets,
    TrustedQueryError,
    TrustResult,
    XcmTried,
    XcmWeight,
)
from xcm.accounts import AccountOf
from xcm.asset import AssetId
from xcm.reading import Unconvertible
from xcm.versions import VersionedAsset, VersionedAssetId, VersionedLocation, VersionedXcm


@dataclass(frozen=True)
class XcmSide:
    """The parts of a chain that clients who deal in XCM ask about."""

    pallet: XcmPallet
    queues: MessageQueues
    """The ways out."""

    token: AssetId
    """All that weight is sold for."""

    account_of: AccountOf


class XcmChain(Dispatcher, Protocol):
    """A chain that runs XCM."""

    @property
    def xcm_side(self) -> XcmSide:
        """What is asked about XCM is asked of this."""
        ...


def acceptable_payment_assets(chain: XcmChain, xcm_version: int) -> PaymentAssets:
    """The chain's own token, which is all that weight is sold for."""
    return PaymentAssets(query_acceptable_payment_assets(xcm_version, (chain.xcm_side.token,)))


def weight_to_asset_fee(chain: XcmChain, weight: Weight, asset: VersionedAssetId) -> AssetFee:
    """What weight costs in an asset."""
    return AssetFee(query_weight_to_asset_fee(chain.xcm_side.pallet, weight, asset))


def xcm_weight(chain: XcmChain, message: VersionedXcm) -> XcmWeight:
    """What a program weighs."""
    return XcmWeight(query_xcm_weight(chain.xcm_side.pallet, message))


def delivery_fees(
    chain: XcmChain, destination: VersionedLocation, message: VersionedXcm, asset: VersionedAssetId
) -> DeliveryFees:
    """What sending a program costs."""
    return DeliveryFees(query_delivery_fees(chain.xcm_side.pallet, destination, message, asset))


def try_call(chain: XcmChain, origin: Origin, call: RuntimeCall, version: int) -> CallTried:
    """What a call would do."""
    side = chain.xcm_side
    return CallTried(dry_run_call(side.pallet, side.queues, chain, origin, call, version))


def try_xcm(chain: XcmChain, origin: VersionedLocation, program: VersionedXcm) -> XcmTried:
    """What a program would do."""
    return XcmTried(dry_run_xcm(chain.xcm_side.pallet, chain.xcm_side.queues, origin, program))


def convert_location(chain: XcmChain, location: VersionedLocation) -> AccountResult:
    """The account of a place.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/conversions.rs `LocationToAccountHelper::convert_location`
    """
    try:
        account = chain.xcm_side.account_of(location.newest())
    except Unconvertible:
        return NoAccount(ConversionError.VersionedConversionFailed)
    return NoAccount(ConversionError.Unsupported) if account is None else Account(account)


def trusted_reserve(chain: XcmChain, asset: VersionedAsset, location: VersionedLocation) -> TrustResult:
    """Whether a place keeps an asset for this chain."""
    try:
        return Answered(is_trusted_reserve(chain.xcm_side.pallet, asset, location))
    except Unconvertible:
        return NotTold(TrustedQueryError.VersionedAssetConversionFailed)


def trusted_teleporter(chain: XcmChain, asset: VersionedAsset, location: VersionedLocation) -> TrustResult:
    """Whether an asset is teleported to and from a place."""
    try:
        return Answered(is_trusted_teleporter(chain.xcm_side.pallet, asset, location))
    except Unconvertible:
        return NotTold(TrustedQueryError.VersionedAssetConversionFailed)


def aliasers_of(chain: XcmChain, target: VersionedLocation) -> AliasersResult:
    """Who may speak for a place."""
    try:
        return Aliasers(authorized_aliasers(chain.xcm_side.pallet, target))
    except Unconvertible:
        return NoAliasers(AliasersError.LocationVersionConversionFailed)


def is_alias(chain: XcmChain, origin: VersionedLocation, target: VersionedLocation) -> AliasResult:
    """Whether one place may speak for another now.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::is_authorized_alias`
    """
    try:
        return Answered(chain.xcm_side.pallet.is_authorized_alias(origin.newest(), target.newest()))
    except Unconvertible:
        return NoAliasers(AliasersError.LocationVersionConversionFailed)


def _or_why_not(function: Callable[..., object]) -> Callable[..., object]:
    """A function that gives a reason where it has no answer."""

    def answered(chain: XcmChain, *arguments: Any) -> object:
        try:
            return function(chain, *arguments)
        except NoAnswer as no_answer:
            match no_answer.reason:
                case PaymentApiError() as reason:
                    return NotPriced(reason)
                case DryRunApiError() as reason:
                    return NotTried(reason)

    return answered


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "query_acceptable_payment_assets": acceptable_payment_assets,
    "query_weight_to_asset_fee": _or_why_not(weight_to_asset_fee),
    "query_xcm_weight": _or_why_not(xcm_weight),
    "query_delivery_fees": _or_why_not(delivery_fees),
    "dry_run_call": _or_why_not(try_call),
    "dry_run_xcm": _or_why_not(try_xcm),
    "convert_location": convert_location,
    "is_trusted_reserve": trusted_reserve,
    "is_trusted_teleporter": trusted_teleporter,
    "authorized_aliasers": aliasers_of,
    "is_authorized_alias": is_alias,
}
"""By the names under which they are called."""
