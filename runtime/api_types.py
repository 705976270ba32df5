"""The runtime's functions for clients, as metadata tells of them: `AccountNonceApi_account_nonce` and others.

Told are those that `runtime/apis.py` answers, with the types of what goes in and what comes out; a test holds
the two together.

Upstream: substrate/primitives/api/src/lib.rs `decl_runtime_apis`
"""

from __future__ import annotations

from typing import Any, NewType

from pallets.system_items import RuntimeVersion
from primitives.extrinsic import Extrinsic
from primitives.ids import AccountId, Balance, Nonce
from primitives.pallet import RuntimeCall
from primitives.record import Record
from primitives.scale.codec import U32
from primitives.weights import DispatchClass, Weight

OpaqueMetadata = NewType("OpaqueMetadata", bytes)
"""Metadata of one version, not looked into."""


class RuntimeDispatchInfo(Record):
    """What a call needs and costs."""

    weight: Weight
    class_: DispatchClass
    partial_fee: Balance
    """The fee without the tip."""


class InclusionFee(Record):
    """What being in a block costs."""

    base_fee: Balance
    len_fee: Balance
    adjusted_weight_fee: Balance


class FeeDetails(Record):
    """A fee by its parts."""

    inclusion_fee: InclusionFee | None
    tip: Balance


class Method(Record):
    """A function: its parameters by name, and its result."""

    name: str
    inputs: tuple[tuple[str, Any], ...]
    output: Any
    docs: str


class RuntimeApi(Record):
    """Functions that belong together."""

    name: str
    docs: str
    methods: tuple[Method, ...]


LENGTH = ("len", U32)
UXT, CALL = ("uxt", Extrinsic), ("call", RuntimeCall)

CORE = RuntimeApi(
    "Core",
    "What every runtime has.",
    (Method("version", (), RuntimeVersion, "Which runtime this is."),),
)

METADATA = RuntimeApi(
    "Metadata",
    "What the runtime tells of itself.",
    (
        Method("metadata", (), OpaqueMetadata, "The metadata in version 14."),
        Method("metadata_at_version", (("version", U32),), OpaqueMetadata | None, "One version, if known."),
        Method("metadata_versions", (), tuple[U32, ...], "The versions that there are."),
    ),
)

ACCOUNT_NONCE = RuntimeApi(
    "AccountNonceApi",
    "Accounts' nonces.",
    (Method("account_nonce", (("account", AccountId),), Nonce, "The nonce of an account's next extrinsic."),),
)

TRANSACTION_PAYMENT = RuntimeApi(
    "TransactionPaymentApi",
    "Fees in advance.",
    (
        Method("query_info", (UXT, LENGTH), RuntimeDispatchInfo, "What an extrinsic needs and costs."),
        Method("query_fee_details", (UXT, LENGTH), FeeDetails, "The parts of an extrinsic's fee."),
        Method("query_length_to_fee", (("length", U32),), Balance, "The fee of so many bytes."),
    ),
)

TRANSACTION_PAYMENT_CALL = RuntimeApi(
    "TransactionPaymentCallApi",
    "Fees in advance, of calls that nobody has signed yet.",
    (
        Method("query_call_info", (CALL, LENGTH), RuntimeDispatchInfo, "What a call needs and costs."),
        Method("query_call_fee_details", (CALL, LENGTH), FeeDetails, "The parts of a call's fee."),
    ),
)

APIS = (CORE, METADATA, ACCOUNT_NONCE, TRANSACTION_PAYMENT, TRANSACTION_PAYMENT_CALL)
