"""What the relay chain answers to clients that deal in XCM: costs, dry runs, accounts.

Upstream: paseo-network/runtimes relay/paseo/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pallets.xcm_pallet_apis import (
    DryRunApiError,
    NoAnswer,
    PaymentApiError,
    dry_run_call,
    dry_run_xcm,
    query_acceptable_payment_assets,
    query_delivery_fees,
    query_weight_to_asset_fee,
    query_xcm_weight,
)
from primitives.origin import Origin
from primitives.pallet import RuntimeCall
from primitives.weights import Weight
from runtime.api_calls import Answer, in_bytes
from runtime.paseo_xcm import SOVEREIGN_ACCOUNT_OF, TOKEN
from runtime.relay import Relay
from runtime.xcm_api_types import (
    XCM_APIS,
    Account,
    AccountResult,
    AssetFee,
    CallTried,
    ConversionError,
    DeliveryFees,
    NoAccount,
    NotPriced,
    NotTried,
    PaymentAssets,
    XcmTried,
    XcmWeight,
)
from xcm.reading import Unconvertible
from xcm.versions import VersionedAssetId, VersionedLocation, VersionedXcm


def acceptable_payment_assets(relay: Relay, xcm_version: int) -> PaymentAssets:
    """The chain's own token, which is all that weight is sold for."""
    return PaymentAssets(query_acceptable_payment_assets(xcm_version, (TOKEN,)))


def weight_to_asset_fee(relay: Relay, weight: Weight, asset: VersionedAssetId) -> AssetFee:
    """What weight costs in an asset."""
    return AssetFee(query_weight_to_asset_fee(relay.xcm_pallet, weight, asset))


def xcm_weight(relay: Relay, message: VersionedXcm) -> XcmWeight:
    """What a program weighs."""
    return XcmWeight(query_xcm_weight(relay.xcm_pallet, message))


def delivery_fees(
    relay: Relay, destination: VersionedLocation, message: VersionedXcm, asset: VersionedAssetId
) -> DeliveryFees:
    """What sending a program costs."""
    return DeliveryFees(query_delivery_fees(relay.xcm_pallet, destination, message, asset))


def try_call(relay: Relay, origin: Origin, call: RuntimeCall, version: int) -> CallTried:
    """What a call would do."""
    queues = relay.xcm.downward
    return CallTried(dry_run_call(relay.xcm_pallet, queues, relay, origin, call, version))


def try_xcm(relay: Relay, origin: VersionedLocation, program: VersionedXcm) -> XcmTried:
    """What a program would do."""
    return XcmTried(dry_run_xcm(relay.xcm_pallet, relay.xcm.downward, origin, program))


def convert_location(relay: Relay, location: VersionedLocation) -> AccountResult:
    """The account of a place.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/conversions.rs `LocationToAccountHelper::convert_location`
    """
    try:
        account = SOVEREIGN_ACCOUNT_OF(location.newest())
    except Unconvertible:
        return NoAccount(ConversionError.VersionedConversionFailed)
    return NoAccount(ConversionError.Unsupported) if account is None else Account(account)


def _or_why_not(function: Callable[..., object]) -> Callable[..., object]:
    """A function that gives a reason where it has no answer."""

    def answered(relay: Relay, *arguments: Any) -> object:
        try:
            return function(relay, *arguments)
        except NoAnswer as no_answer:
            match no_answer.reason:
                case PaymentApiError() as reason:
                    return NotPriced(reason)
                case DryRunApiError() as reason:
                    return NotTried(reason)

    return answered


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    "query_acceptable_payment_assets": acceptable_payment_assets,
    "query_weight_to_asset_fee": weight_to_asset_fee,
    "query_xcm_weight": xcm_weight,
    "query_delivery_fees": delivery_fees,
    "dry_run_call": try_call,
    "dry_run_xcm": try_xcm,
    "convert_location": convert_location,
}

ANSWERS: Final[Mapping[str, Answer]] = {
    f"{api.name}_{method.name}": in_bytes(method, _or_why_not(FUNCTIONS[method.name]), Relay.wire().codec)
    for api in XCM_APIS
    for method in api.methods
}
"""The functions by the names under which they are called."""
