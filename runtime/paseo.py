"""What the recorded relay chain fixes: its version, its limits, its constants.

All values are those of its metadata (paseo 2003001), which a conformance test compares one by one.

Upstream: paseo-network/runtimes relay/paseo/src/lib.rs, relay/paseo/constants/src/lib.rs
"""

from __future__ import annotations

from pallets.balances_items import BalancesConstants
from pallets.message_queue_items import MessageQueueConstants
from pallets.relay.paras_items import ParasConstants
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
from primitives.arithmetic import U64_MAX
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
    spec_name="paseo",
    impl_name="paseo-testnet",
    authoring_version=0,
    spec_version=2_003_001,
    impl_version=0,
    apis=(
        (bytes.fromhex("df6acb689907609b"), 5),
        (bytes.fromhex("37e397fc7c91f5e4"), 2),
        (bytes.fromhex("40fe3ad401f8959a"), 6),
        (bytes.fromhex("17a6bc0d0062aeb3"), 1),
        (bytes.fromhex("18ef58a3b67ba770"), 1),
        (bytes.fromhex("d2bc9897eed08f15"), 3),
        (bytes.fromhex("f78b278be53f454c"), 2),
        (bytes.fromhex("af2c0297a23e6d3d"), 16),
        (bytes.fromhex("49eaaf1b548a0cb0"), 6),
        (bytes.fromhex("91d5df18b0d2cf58"), 3),
        (bytes.fromhex("2a5e924655399e60"), 1),
        (bytes.fromhex("ed99c5acb25eedf5"), 3),
        (bytes.fromhex("cbca25e39f142387"), 2),
        (bytes.fromhex("687ad44ad37f03c2"), 1),
        (bytes.fromhex("ab3c0572291feb8b"), 2),
        (bytes.fromhex("ccd9de6396c899ca"), 1),
        (bytes.fromhex("bc9d89904f5b923f"), 1),
        (bytes.fromhex("37c8bb1350a9a2a8"), 4),
        (bytes.fromhex("f3ff14d5ab527059"), 3),
        (bytes.fromhex("6ff52ee858e6c5bd"), 2),
        (bytes.fromhex("91b1c8b16328eb92"), 2),
        (bytes.fromhex("9ffb505aa738d69c"), 1),
        (bytes.fromhex("fbc577b9d747efd6"), 1),
        (bytes.fromhex("c1b8f0c037f97de8"), 1),
    ),
    transaction_version=26,
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
    Extension("PrevalidateAttests"),
    CHECK_METADATA_HASH,
)
"""What a signed extrinsic carries, in this order; those named only here add nothing and ask nothing."""

SYSTEM = SystemConstants(
    block_weights=BlockWeights(
        base_block=Weight(13_806_190_000, 0),
        max_block=Weight(2_000_000_000_000, U64_MAX),
        per_class=PerClassWeights(
            normal=WeightsPerClass(
                base_extrinsic=Weight(126_045_000, 0),
                max_extrinsic=Weight(1_479_873_955_000, 13_650_590_614_545_068_195),
                max_total=Weight(1_500_000_000_000, 13_835_058_055_282_163_711),
                reserved=Weight(0, 0),
            ),
            operational=WeightsPerClass(
                base_extrinsic=Weight(126_045_000, 0),
                max_extrinsic=Weight(1_979_873_955_000, 18_262_276_632_972_456_099),
                max_total=Weight(2_000_000_000_000, 18_446_744_073_709_551_615),
                reserved=Weight(500_000_000_000, 4_611_686_018_427_387_904),
            ),
            mandatory=WeightsPerClass(
                base_extrinsic=Weight(126_045_000, 0),
                max_extrinsic=None,
                max_total=None,
                reserved=None,
            ),
        ),
    ),
    block_length=BlockLength(PerClassLength(3_932_160, 5_242_880, 5_242_880), None),
    block_hash_count=BlockNumber(4_096),
    db_weight=RuntimeDbWeight(20_499_000, 83_471_000),
    version=VERSION,
    ss58_prefix=42,
)

TIMESTAMP = TimestampConstants(minimum_period=Moment(3_000))
BALANCES = BalancesConstants(existential_deposit=Balance(UNITS), max_locks=50, max_reserves=50, max_freezes=1)
TRANSACTION_PAYMENT = TransactionPaymentConstants(operational_fee_multiplier=5)
UTILITY = UtilityConstants(batched_calls_limit=10_922)
MESSAGE_QUEUE = MessageQueueConstants(
    heap_size=65_536,
    max_stale=8,
    service_weight=Weight(400_000_000_000, 3_689_348_814_741_910_323),
    idle_max_service_weight=Weight(400_000_000_000, 3_689_348_814_741_910_323),
)
PARAS = ParasConstants(unsigned_priority=U64_MAX)
COOLDOWN_REMOVAL_MULTIPLIER = Balance(1_000 * UNITS // 14_400)
"""Planck for taking back one block of the pause after a code upgrade: 1000 tokens for a day."""
