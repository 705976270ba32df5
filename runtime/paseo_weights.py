"""What things cost on the recorded relay chain, in weight: serving its message queue, what its XCM pallet
does, the checks of signed extrinsics. And what weight costs, in planck.

The two long tables stand by themselves: calls in `runtime/paseo_call_weights.py`, XCM instructions in
`runtime/paseo_xcm_weights.py`. All numbers are those of the commit that `UPSTREAM.toml` names; other commits
have others.

Upstream: paseo-network/runtimes relay/paseo/src/weights, relay/paseo/constants/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pallets.message_queue_items import MessageQueueWeights
from pallets.transaction_payment import FeeConstants
from primitives.arithmetic import PERBILL
from primitives.ids import Balance
from primitives.weights import Weight
from runtime import paseo
from runtime.call_weights import Measured

measured = Measured(paseo.SYSTEM.db_weight)

EXTRINSIC_BASE = paseo.SYSTEM.block_weights.per_class.normal.base_extrinsic
"""What an extrinsic costs that does nothing.

Upstream: paseo-network/runtimes relay/paseo/constants/src/weights/extrinsic_weights.rs
"""

CENTS = Balance(paseo.UNITS // 100)
"""Planck in a hundredth of a token."""

BYTE_FEE = Balance(CENTS // 100)
"""Planck for a byte of an extrinsic, or of a message that is sent.

Upstream: paseo-network/runtimes relay/paseo/constants/src/lib.rs `TRANSACTION_BYTE_FEE`
"""

BASE_DELIVERY_FEE = Balance(3 * CENTS)
"""Planck for sending a message, however short.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs `BaseDeliveryFee`
"""

_FEE_PART = PERBILL.from_rational(CENTS, 10 * EXTRINSIC_BASE.ref_time)


def weight_to_fee(weight: Weight) -> Balance:
    """Planck for a weight: a tenth of a cent for an extrinsic that does nothing, and in proportion to the
    computing time; proof size is free.

    Upstream: paseo-network/runtimes relay/paseo/constants/src/lib.rs `WeightToFee`
    """
    return Balance(PERBILL.mul(_FEE_PART, weight.ref_time))


MESSAGE_QUEUE_WEIGHTS = MessageQueueWeights(
    bump_service_head=measured(11_732_000, 3_520, 2, 1),
    service_queue_base=measured(9_959_000, 3_520, 1, 1),
    service_page_base_completion=measured(18_425_000, 69_051, 1, 1),
    service_page_base_no_completion=measured(14_097_000, 69_051, 1, 1),
    service_page_item=measured(186_429_000, 0, 0, 2),
    ready_ring_unknit=measured(16_661_000, 6_050, 3, 3),
    execute_overweight_page_removed=measured(118_132_000, 69_051, 2, 4),
    execute_overweight_page_updated=measured(182_812_000, 69_051, 2, 4),
)
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_message_queue.rs"""

_NEVER = measured(18_446_744_073_709_551_000)
"""What upstream's benchmarks write for what they could not measure."""

XCM_PALLET_WEIGHTS: Mapping[str, Weight] = {
    "send": measured(60_994_000, 3_648, 6, 2),
    "teleport_assets": measured(234_309_000, 3_648, 8, 3),
    "reserve_transfer_assets": _NEVER,
    "transfer_assets": measured(208_982_000, 3_648, 8, 3),
    "execute": measured(16_511_000, 1_485, 1),
    "force_xcm_version": measured(16_812_000, 0, 0, 1),
    "force_default_xcm_version": measured(5_300_000),
    "force_subscribe_version_notify": measured(75_782_000, 3_648, 8, 5),
    "force_unsubscribe_version_notify": measured(80_260_000, 3_828, 7, 4),
    "force_suspension": measured(4_909_000, 0, 0, 1),
    "migrate_supported_version": measured(36_769_000, 15_862, 6, 2),
    "migrate_version_notifiers": measured(34_154_000, 15_866, 6, 2),
    "already_notified_target": measured(37_881_000, 18_355, 7),
    "notify_current_targets": measured(56_787_000, 6_122, 7, 1),
    "notify_target_migration_fail": measured(26_239_000, 13_405, 5),
    "migrate_version_notify_targets": measured(42_960_000, 15_873, 6, 2),
    "migrate_and_notify_old_targets": measured(73_408_000, 16_022, 11, 1),
    "new_query": measured(9_487_000, 1_485, 1, 2),
    "take_response": measured(44_734_000, 11_041, 1, 1),
    "claim_assets": measured(62_637_000, 3_488, 2, 1),
    "add_authorized_alias": _NEVER,
    "remove_authorized_alias": _NEVER,
}
"""What XcmPallet's calls and the other things it does cost.

Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_xcm.rs
"""

EXTENSIONS: Mapping[str, Weight] = {
    "CheckNonZeroSender": measured(1_263_000),
    "CheckSpecVersion": measured(1_162_000),
    "CheckTxVersion": measured(822_000),
    "CheckGenesis": measured(6_983_000),
    "CheckMortality": measured(13_275_000),
    "CheckNonce": measured(13_535_000, 3_593, 1, 1),
    "CheckWeight": measured(9_037_000),
    "ChargeTransactionPayment": measured(82_916_000, 3_593, 1, 1),
}
"""What checking a signed extrinsic costs, by what is checked; other checks are not measured.

Upstream: paseo-network/runtimes relay/paseo/src/weights/frame_system_extensions.rs,
relay/paseo/src/weights/pallet_transaction_payment.rs
"""


EXTENSIONS_WEIGHT = reduce(Weight.saturating_add, EXTENSIONS.values())
"""What all checks of a signed extrinsic cost."""

FEES = FeeConstants(
    base_weight=EXTRINSIC_BASE,
    byte_fee=BYTE_FEE,
    weight_fee=CENTS,
    weight_unit=10 * EXTRINSIC_BASE.ref_time,
    max_weight=paseo.SYSTEM.block_weights.max_block,
)
"""A tenth of a cent for any extrinsic, a hundredth of a cent a byte, and what its weight costs.

Upstream: paseo-network/runtimes relay/paseo/constants/src/lib.rs `WeightToFee`
"""
