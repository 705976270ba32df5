"""The runtime's functions for clients, as metadata tells of them: `AccountNonceApi_account_nonce` and others.

Told are those that `runtime/apis.py` answers, with the types of what goes in and what comes out; a test holds
the two together.

Upstream: substrate/primitives/api/src/lib.rs `decl_runtime_apis`
"""

from __future__ import annotations

import enum
from typing import Any, ClassVar, NewType

from pallets.relay.inclusion_items import OccupiedCoreAssumption
from pallets.relay.scheduler import GroupRotationInfo
from pallets.system_items import RuntimeVersion
from primitives.candidates import (
    CandidateCommitments,
    CommittedCandidateReceiptV2,
    ScrapedOnChainVotes,
    ValidationCode,
    ValidationCodeHash,
)
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.errors import Invalid, Unknown
from primitives.extrinsic import Extrinsic
from primitives.ids import (
    AccountId,
    Balance,
    CoreIndex,
    Hash,
    Nonce,
    ParaId,
    SessionIndex,
    ValidatorId,
    ValidatorIndex,
)
from primitives.pallet import RuntimeCall
from primitives.record import Record
from primitives.scale.codec import U32, U64
from primitives.validation import PersistedValidationData
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


class TransactionSource(enum.Enum):
    """Where an extrinsic comes from."""

    InBlock = 0
    """It is in a block already."""

    Local = 1
    """The node made it itself."""

    External = 2
    """Somebody sent it."""


class ValidTransaction(Record):
    """What a pool is told of an extrinsic that may wait.

    Upstream: substrate/primitives/runtime/src/transaction_validity.rs `ValidTransaction`
    """

    priority: U64

    requires: tuple[bytes, ...]
    """Tags of extrinsics that have to come before."""

    provides: tuple[bytes, ...]

    longevity: U64
    """Blocks for which this holds."""

    propagate: bool


class Invalid_(Record, tag=0):  # noqa: N801 - the plain name is that of the reason
    """It may not be in a block."""

    UNNAMED: ClassVar[bool] = True

    reason: Invalid


class Unknown_(Record, tag=1):  # noqa: N801 - the plain name is that of the reason
    """Whether it may cannot be said."""

    UNNAMED: ClassVar[bool] = True

    reason: Unknown


TransactionValidityError = Invalid_ | Unknown_


class MayWait(Record, tag=0):
    """It may be in a block, now or after others."""

    UNNAMED: ClassVar[bool] = True

    valid: ValidTransaction


class MayNotWait(Record, tag=1):
    """It is refused."""

    UNNAMED: ClassVar[bool] = True

    error: TransactionValidityError


TransactionValidity = MayWait | MayNotWait
"""What is known of an extrinsic.

Upstream: substrate/primitives/runtime/src/transaction_validity.rs `TransactionValidity`
"""


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

OF_WEIGHT_AND_LENGTH = (
    Method("query_weight_to_fee", (("weight", Weight),), Balance, "The fee of a weight, not multiplied."),
    Method("query_length_to_fee", (("length", U32),), Balance, "The fee of so many bytes."),
)

TRANSACTION_PAYMENT = RuntimeApi(
    "TransactionPaymentApi",
    "Fees in advance.",
    (
        Method("query_info", (UXT, LENGTH), RuntimeDispatchInfo, "What an extrinsic needs and costs."),
        Method("query_fee_details", (UXT, LENGTH), FeeDetails, "The parts of an extrinsic's fee."),
        *OF_WEIGHT_AND_LENGTH,
    ),
)

TRANSACTION_PAYMENT_CALL = RuntimeApi(
    "TransactionPaymentCallApi",
    "Fees in advance, of calls that nobody has signed yet.",
    (
        Method("query_call_info", (CALL, LENGTH), RuntimeDispatchInfo, "What a call needs and costs."),
        Method("query_call_fee_details", (CALL, LENGTH), FeeDetails, "The parts of a call's fee."),
        *OF_WEIGHT_AND_LENGTH,
    ),
)

TAGGED_TRANSACTION_QUEUE = RuntimeApi(
    "TaggedTransactionQueue",
    "What a pool asks; some wallets do too, before they send an extrinsic.",
    (
        Method(
            "validate_transaction",
            (("source", TransactionSource), ("tx", Extrinsic), ("block_hash", Hash)),
            TransactionValidity,
            "Whether an extrinsic may come after a block.",
        ),
    ),
)

PARA, ASSUMPTION = ("para_id", ParaId), ("assumption", OccupiedCoreAssumption)
RECIPIENT, CODE_HASH = ("recipient", ParaId), ("hash", ValidationCodeHash)
DATA_HASH = ("expected_persisted_validation_data_hash", Hash)

PARACHAIN_HOST = RuntimeApi(
    "ParachainHost",
    "What collators and validators ask about parachains.",
    (
        Method("validators", (), tuple[ValidatorId, ...], "The validators of this session."),
        Method(
            "validator_groups",
            (),
            tuple[tuple[tuple[ValidatorIndex, ...], ...], GroupRotationInfo],
            "The groups of validators, and how they rotate as of the next block.",
        ),
        Method(
            "persisted_validation_data",
            (PARA, ASSUMPTION),
            PersistedValidationData | None,
            "What a candidate on this block is made from.",
        ),
        Method(
            "assumed_validation_data",
            (PARA, DATA_HASH),
            tuple[PersistedValidationData, ValidationCodeHash] | None,
            "What a candidate is made from, by its hash, and with which code.",
        ),
        Method(
            "check_validation_outputs",
            (PARA, ("outputs", CandidateCommitments)),
            bool,
            "Whether a candidate on this block may put this out.",
        ),
        Method("session_index_for_child", (), SessionIndex, "The session of the next block."),
        Method("validation_code", (PARA, ASSUMPTION), ValidationCode | None, "A parachain's code."),
        Method(
            "candidate_pending_availability",
            (PARA,),
            CommittedCandidateReceiptV2 | None,
            "The first candidate of a parachain that waits.",
        ),
        Method(
            "dmq_contents",
            (RECIPIENT,),
            tuple[InboundDownwardMessage, ...],
            "The messages from the relay chain that wait for a parachain.",
        ),
        Method(
            "inbound_hrmp_channels_contents",
            (RECIPIENT,),
            tuple[tuple[ParaId, tuple[InboundHrmpMessage, ...]], ...],
            "The messages of other parachains that wait for one, by ascending sender.",
        ),
        Method("validation_code_by_hash", (CODE_HASH,), ValidationCode | None, "A code by its hash."),
        Method("on_chain_votes", (), ScrapedOnChainVotes | None, "The votes that the block carried."),
        Method(
            "validation_code_hash",
            (PARA, ASSUMPTION),
            ValidationCodeHash | None,
            "The hash of a parachain's code.",
        ),
        Method("minimum_backing_votes", (), U32, "How many votes a candidate needs."),
        Method(
            "claim_queue",
            (),
            tuple[tuple[CoreIndex, tuple[ParaId, ...]], ...],
            "By ascending core, the parachains that may use it next.",
        ),
        Method(
            "candidates_pending_availability",
            (PARA,),
            tuple[CommittedCandidateReceiptV2, ...],
            "All candidates of a parachain that wait, each built on the one before.",
        ),
        Method("scheduling_lookahead", (), U32, "How far the claim queue looks ahead."),
        Method("para_ids", (), tuple[ParaId, ...], "All that have a head, in storage order."),
    ),
)
"""The functions about disputes, code checks and slashing are left out, and so is what a collator reads from
one of these as well.

Upstream: polkadot/primitives/src/runtime_api.rs `ParachainHost`
"""

APIS = (
    CORE,
    METADATA,
    TAGGED_TRANSACTION_QUEUE,
    ACCOUNT_NONCE,
    TRANSACTION_PAYMENT,
    TRANSACTION_PAYMENT_CALL,
)
"""What every chain is asked."""

RELAY_APIS = (*APIS[:2], PARACHAIN_HOST, *APIS[2:])
"""What a relay chain is asked."""
