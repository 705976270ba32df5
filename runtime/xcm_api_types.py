"""The functions for clients that deal in XCM, as metadata tells of them.

Each answers, or says why it does not.

Upstream: polkadot/xcm/xcm-runtime-apis/src
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any, ClassVar

from pallets.xcm_pallet_apis import CallDryRunEffects, DryRunApiError, PaymentApiError, XcmDryRunEffects
from pallets.xcm_pallet_items import OriginAliaser
from primitives.ids import AccountId
from primitives.pallet import OriginCaller, RuntimeCall
from primitives.record import Record
from primitives.scale.codec import U32, U128
from primitives.weights import Weight
from runtime.api_types import Method, RuntimeApi
from xcm.versions import (
    VersionedAsset,
    VersionedAssetId,
    VersionedAssets,
    VersionedLocation,
    VersionedXcm,
)

# ------------------------------------------------------------------------------------------------- fees


class PaymentAssets(Record, tag=0):
    """Assets that weight may be paid in."""

    UNNAMED: ClassVar[bool] = True

    assets: tuple[VersionedAssetId, ...]


class AssetFee(Record, tag=0):
    """What weight costs."""

    UNNAMED: ClassVar[bool] = True

    amount: U128


class XcmWeight(Record, tag=0):
    """What a program weighs."""

    UNNAMED: ClassVar[bool] = True

    weight: Weight


class DeliveryFees(Record, tag=0):
    """What sending costs."""

    UNNAMED: ClassVar[bool] = True

    fees: VersionedAssets


class NotPriced(Record, tag=1):
    """Why there is no answer about fees."""

    UNNAMED: ClassVar[bool] = True

    error: PaymentApiError


PaymentAssetsResult = PaymentAssets | NotPriced
AssetFeeResult = AssetFee | NotPriced
XcmWeightResult = XcmWeight | NotPriced
DeliveryFeesResult = DeliveryFees | NotPriced

XCM_PAYMENT = RuntimeApi(
    "XcmPaymentApi",
    "What running and sending programs costs.",
    (
        Method(
            "query_acceptable_payment_assets",
            (("xcm_version", U32),),
            PaymentAssetsResult,
            "The assets that weight may be paid in.",
        ),
        Method(
            "query_weight_to_asset_fee",
            (("weight", Weight), ("asset", VersionedAssetId)),
            AssetFeeResult,
            "What weight costs in an asset.",
        ),
        Method("query_xcm_weight", (("message", VersionedXcm),), XcmWeightResult, "What a program weighs."),
        Method(
            "query_delivery_fees",
            (("destination", VersionedLocation), ("message", VersionedXcm), ("asset_id", VersionedAssetId)),
            DeliveryFeesResult,
            "What sending a program costs in an asset.",
        ),
    ),
)
"""Upstream: polkadot/xcm/xcm-runtime-apis/src/fees.rs `XcmPaymentApi`"""

# --------------------------------------------------------------------------------------------- dry runs


class CallTried(Record, tag=0):
    """What a call would do."""

    UNNAMED: ClassVar[bool] = True

    effects: CallDryRunEffects


class XcmTried(Record, tag=0):
    """What a program would do."""

    UNNAMED: ClassVar[bool] = True

    effects: XcmDryRunEffects


class NotTried(Record, tag=1):
    """Why there is no dry run."""

    UNNAMED: ClassVar[bool] = True

    error: DryRunApiError


CallDryRunResult = CallTried | NotTried
XcmDryRunResult = XcmTried | NotTried

DRY_RUN = RuntimeApi(
    "DryRunApi",
    "What calls and programs would do.",
    (
        Method(
            "dry_run_call",
            (("origin", OriginCaller), ("call", RuntimeCall), ("result_xcms_version", U32)),
            CallDryRunResult,
            "Make a call and undo it.",
        ),
        Method(
            "dry_run_xcm",
            (("origin_location", VersionedLocation), ("xcm", VersionedXcm)),
            XcmDryRunResult,
            "Run a program as a place and undo it.",
        ),
    ),
)
"""Upstream: polkadot/xcm/xcm-runtime-apis/src/dry_run.rs `DryRunApi`"""

# --------------------------------------------------------------------------------------------- accounts


class ConversionError(enum.Enum):
    """Why a place has no account.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/conversions.rs `Error`
    """

    Unsupported = 0
    """Places of this kind have none here."""

    VersionedConversionFailed = 1
    """The newest version has no words for it."""


class Account(Record, tag=0):
    """The account of a place."""

    UNNAMED: ClassVar[bool] = True

    id: AccountId


class NoAccount(Record, tag=1):
    """Why it has none."""

    UNNAMED: ClassVar[bool] = True

    error: ConversionError


AccountResult = Account | NoAccount

LOCATION_TO_ACCOUNT = RuntimeApi(
    "LocationToAccountApi",
    "The accounts of places.",
    (
        Method(
            "convert_location",
            (("location", VersionedLocation),),
            AccountResult,
            "The account that a place can spend from here.",
        ),
    ),
)
"""Upstream: polkadot/xcm/xcm-runtime-apis/src/conversions.rs `LocationToAccountApi`"""

# ----------------------------------------------------------------------------------------------- trust


class TrustedQueryError(enum.Enum):
    """Why there is no answer about trust.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/trusted_query.rs `Error`
    """

    VersionedAssetConversionFailed = 1
    """The newest version has no words for it. Upstream's second error has the same number."""


class AliasersError(enum.Enum):
    """Why there is no answer about who may speak for a place.

    Upstream: polkadot/xcm/xcm-runtime-apis/src/authorized_aliases.rs `Error`
    """

    LocationVersionConversionFailed = 0
    """The newest version has no words for it."""


class Answered(Record, tag=0):
    """Whether it is so."""

    UNNAMED: ClassVar[bool] = True

    so: bool


class NotTold(Record, tag=1):
    """Why it is not known."""

    UNNAMED: ClassVar[bool] = True

    error: TrustedQueryError


class Aliasers(Record, tag=0):
    """Who may speak for a place."""

    UNNAMED: ClassVar[bool] = True

    aliasers: tuple[OriginAliaser, ...]


class NoAliasers(Record, tag=1):
    """Why they are not known."""

    UNNAMED: ClassVar[bool] = True

    error: AliasersError


TrustResult = Answered | NotTold
AliasersResult = Aliasers | NoAliasers
AliasResult = Answered | NoAliasers

_ASSET_AT = (("asset", VersionedAsset), ("location", VersionedLocation))

TRUSTED_QUERY = RuntimeApi(
    "TrustedQueryApi",
    "Whom the chain trusts with assets.",
    (
        Method("is_trusted_reserve", _ASSET_AT, TrustResult, "Whether a place keeps an asset for us."),
        Method("is_trusted_teleporter", _ASSET_AT, TrustResult, "Whether an asset is teleported there."),
    ),
)
"""Upstream: polkadot/xcm/xcm-runtime-apis/src/trusted_query.rs `TrustedQueryApi`"""

AUTHORIZED_ALIASERS = RuntimeApi(
    "AuthorizedAliasersApi",
    "Who may speak for whom.",
    (
        Method(
            "authorized_aliasers",
            (("target", VersionedLocation),),
            AliasersResult,
            "Who may speak for a place.",
        ),
        Method(
            "is_authorized_alias",
            (("origin", VersionedLocation), ("target", VersionedLocation)),
            AliasResult,
            "Whether one place may speak for another now.",
        ),
    ),
)
"""Upstream: polkadot/xcm/xcm-runtime-apis/src/authorized_aliases.rs `AuthorizedAliasersApi`"""

XCM_APIS = (XCM_PAYMENT, DRY_RUN, LOCATION_TO_ACCOUNT)
"""What every chain is asked about XCM."""

TRUST_APIS = (TRUSTED_QUERY, AUTHORIZED_ALIASERS)
"""What the recorded parachain is asked besides, and the recorded relay chain is not."""

PATHS: Mapping[Any, tuple[str, ...]] = {
    PaymentApiError: ("xcm_runtime_apis", "fees", "Error"),
    DryRunApiError: ("xcm_runtime_apis", "dry_run", "Error"),
    ConversionError: ("xcm_runtime_apis", "conversions", "Error"),
    TrustedQueryError: ("xcm_runtime_apis", "trusted_query", "Error"),
    AliasersError: ("xcm_runtime_apis", "authorized_aliases", "Error"),
}
"""Where upstream keeps what has the same name in several places."""
