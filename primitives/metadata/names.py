"""What things are called on the chain, where Python calls them otherwise.

Types are compared by what they are made of, so most names need no line here. Those that do: quantities that
upstream has no type of its own for, names that are taken in Python, and names that two things would share in
one of our modules.
"""

from __future__ import annotations

from collections.abc import Mapping

from primitives.pallet import camel_case

TYPES: Mapping[str, str] = {
    "AccountId": "AccountId32",
    "AccountResult": "Result<AccountId32, Error>",
    "ArithmeticError_": "ArithmeticError",
    "AssetFeeResult": "Result<u128, Error>",
    "Balance": "u128",
    "BlockNumber": "u32",
    "CallDryRunResult": "Result<CallDryRunEffects, Error>",
    "Case": "DispatchError",
    "ConversionError": "Error",
    "DeliveryFeesResult": "Result<VersionedAssets, Error>",
    "DispatchErrorCase": "DispatchError",
    "DispatchResult": "Result<(), DispatchError>",
    "DispatchResultWithPostInfo": "Result<PostDispatchInfo, DispatchErrorWithPostInfo>",
    "DryRunApiError": "Error",
    "Freeze": "IdAmount",
    "Hash": "H256",
    "HeldAliasesEntry": "AuthorizedAliasesEntry",
    "Hold": "IdAmount",
    "Moment": "u64",
    "Nonce": "u32",
    "Para": "UmpQueueId",
    "ParaId": "Id",
    "PaymentApiError": "Error",
    "PaymentAssetsResult": "Result<Vec<VersionedAssetId>, Error>",
    "PerClassLength": "PerDispatchClass",
    "PerClassWeights": "PerDispatchClass",
    "QueryId": "u64",
    "SessionIndex": "u32",
    "TransactionValidity": "Result<ValidTransaction, TransactionValidityError>",
    "Ump": "AggregateMessageOrigin",
    "UncheckedSignedAvailabilityBitfield": "UncheckedSigned",
    "ValidatorId": "Public",
    "ValidatorSignature": "Signature",
    "XcmDryRunResult": "Result<XcmDryRunEffects, Error>",
    "XcmVersion": "u32",
    "XcmWeightResult": "Result<Weight, Error>",
}
"""Our types, records and sums by name: upstream's text for them."""

CASES: Mapping[str, str] = {
    "NoOrigin": "None",
    "NotStarted": "Error",
    "OtherDigest": "Other",
}
"""Arms of sums whose plain name was taken."""

CONSTANTS: Mapping[str, str] = {
    "batched_calls_limit": "batched_calls_limit",
    "ss58_prefix": "SS58Prefix",
}
"""Constants that are not simply the CamelCase of ours."""

OPAQUE = frozenset(
    {
        "OriginCaller",
        "RuntimeCall",
        "RuntimeEvent",
        "RuntimeFreezeReason",
        "RuntimeHoldReason",
        "SessionKeys",
    }
)
"""Types that each chain puts together from its pallets: known by name, never looked into."""


def upstream_type(name: str) -> str:
    """Upstream's text for a type of ours."""
    return TYPES.get(name, name.rstrip("_"))


def upstream_case(name: str) -> str:
    """Upstream's name for an arm of a sum or a member of an enum."""
    return CASES.get(name, name.rstrip("_"))


def upstream_field(name: str) -> str:
    """Upstream's name for a field: ours carries a trailing underscore where Python keeps the word."""
    return name.rstrip("_")


def upstream_constant(name: str) -> str:
    """Upstream's name for a constant."""
    return CONSTANTS.get(name) or camel_case(name.rstrip("_"))
