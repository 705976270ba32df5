"""What the recorded parachain fixes: its version, its limits, its constants.

All values are those of its metadata (bulletin-paseo 2003001), which a conformance test compares one by one.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs
"""

from __future__ import annotations

from pallets.balances_items import BalancesConstants
from pallets.message_queue_items import MessageQueueConstants
from pallets.para.aura import AuraConstants
from pallets.para.aura_ext import Velocity
from pallets.para.xcmp_queue_items import XcmpQueueConstants
from pallets.system_items import (
    BlockLength,
    BlockWeights,
    PerClassLength,
    PerClassWeights,
    RuntimeVersion,
    SystemConstants,
    WeightsPerClass,
)
from pallets.timestamp import TimestampConstants
from pallets.transaction_payment import TransactionPaymentConstants
from pallets.utility import UtilityConstants
from primitives.extrinsic import (
    CHARGE_TRANSACTION_PAYMENT,
    CHECK_GENESIS,
    CHECK_METADATA_HASH,
    CHECK_MORTALITY,
    CHECK_NON_ZERO_SENDER,
    CHECK_NONCE,
    CHECK_SPEC_VERSION,
    CHECK_TX_VERSION,
    CHECK_WEIGHT,
    Extension,
    Extensions,
)
from primitives.ids import Balance, BlockNumber, Moment
from primitives.weights import RuntimeDbWeight, Weight

TOKEN = ("PAS", 10)
"""The token's symbol, and how many decimal places it has."""

UNITS = 10_000_000_000
"""Planck in one token."""

VERSION = RuntimeVersion(
    spec_name="bulletin-paseo",
    impl_name="bulletin-paseo",
    authoring_version=1,
    spec_version=2_003_001,
    impl_version=0,
    apis=(
        (bytes.fromhex("dd718d5cc53262d4"), 1),
        (bytes.fromhex("04e70521a0d3d2f8"), 1),
        (bytes.fromhex("d7bdd8a272ca0d65"), 2),
        (bytes.fromhex("df6acb689907609b"), 5),
        (bytes.fromhex("37e397fc7c91f5e4"), 2),
        (bytes.fromhex("40fe3ad401f8959a"), 6),
        (bytes.fromhex("d2bc9897eed08f15"), 3),
        (bytes.fromhex("f78b278be53f454c"), 2),
        (bytes.fromhex("ab3c0572291feb8b"), 2),
        (bytes.fromhex("bc9d89904f5b923f"), 1),
        (bytes.fromhex("37c8bb1350a9a2a8"), 4),
        (bytes.fromhex("f3ff14d5ab527059"), 3),
        (bytes.fromhex("6ff52ee858e6c5bd"), 2),
        (bytes.fromhex("91b1c8b16328eb92"), 2),
        (bytes.fromhex("9ffb505aa738d69c"), 1),
        (bytes.fromhex("2609be83ac4468dc"), 1),
        (bytes.fromhex("12c8e3d4d7e06de0"), 1),
        (bytes.fromhex("ea93e3f16f3d6962"), 3),
        (bytes.fromhex("3b1cfc440dd23f49"), 2),
        (bytes.fromhex("93e5cb886a386b95"), 1),
        (bytes.fromhex("ca2fbf3fcb7db569"), 1),
        (bytes.fromhex("fbc577b9d747efd6"), 1),
        (bytes.fromhex("a2ddb6a58477bf63"), 1),
    ),
    transaction_version=1,
    system_version=1,
)

EXTENSIONS: Extensions = (
    Extension("AuthorizeCall"),
    CHECK_NON_ZERO_SENDER,
    CHECK_SPEC_VERSION,
    CHECK_TX_VERSION,
    CHECK_GENESIS,
    CHECK_MORTALITY,
    CHECK_NONCE,
    CHECK_WEIGHT,
    CHARGE_TRANSACTION_PAYMENT,
    Extension("ValidateStorageCalls"),
    Extension("AllowanceBasedPriority"),
    CHECK_METADATA_HASH,
    Extension("StorageWeightReclaim"),
)
"""What a signed extrinsic carries, in this order; those named only here add nothing and ask nothing."""

MAX_BLOCK = Weight(2_000_000_000_000, 10_485_760)
"""Two seconds, and as much proof as the relay chain takes."""

SYSTEM = SystemConstants(
    block_weights=BlockWeights(
        base_block=Weight(5_000_000_000, 0),
        max_block=MAX_BLOCK,
        per_class=PerClassWeights(
            normal=WeightsPerClass(
                base_extrinsic=Weight(125_000_000, 0),
                max_extrinsic=Weight(1_699_875_000_000, 8_912_896),
                max_total=Weight(1_800_000_000_000, 9_437_184),
                reserved=Weight(0, 0),
            ),
            operational=WeightsPerClass(
                base_extrinsic=Weight(125_000_000, 0),
                max_extrinsic=Weight(1_899_875_000_000, 9_961_472),
                max_total=Weight(2_000_000_000_000, 10_485_760),
                reserved=Weight(200_000_000_000, 1_048_576),
            ),
            mandatory=WeightsPerClass(
                base_extrinsic=Weight(125_000_000, 0),
                max_extrinsic=None,
                max_total=None,
                reserved=None,
            ),
        ),
    ),
    block_length=BlockLength(PerClassLength(9_437_184, 10_485_760, 10_485_760), None),
    block_hash_count=BlockNumber(4_096),
    db_weight=RuntimeDbWeight(25_000_000, 100_000_000),
    version=VERSION,
    ss58_prefix=42,
)

TIMESTAMP = TimestampConstants(minimum_period=Moment(0))
BALANCES = BalancesConstants(
    existential_deposit=Balance(UNITS // 10), max_locks=50, max_reserves=50, max_freezes=0
)
TRANSACTION_PAYMENT = TransactionPaymentConstants(operational_fee_multiplier=5)
UTILITY = UtilityConstants(batched_calls_limit=10_922)
AURA = AuraConstants(slot_duration=Moment(24_000))
VELOCITY = Velocity(relay_slot_duration=Moment(6_000), blocks_per_relay_slot=1, capacity=3)
MESSAGE_QUEUE = MessageQueueConstants(
    heap_size=65_536,
    max_stale=8,
    service_weight=Weight(700_000_000_000, 3_670_016),
    idle_max_service_weight=Weight(400_000_000_000, 2_097_152),
)
XCMP_QUEUE = XcmpQueueConstants(
    max_inbound_suspended=1_000, max_active_outbound_channels=128, max_page_size=103 * 1024
)
