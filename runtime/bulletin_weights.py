"""What things cost on the recorded parachain, in weight: serving its message queue, taking messages in, what
its XCM pallet does, the checks of signed extrinsics. And what weight costs, in planck.

The two long tables stand by themselves: calls in `runtime/bulletin_call_weights.py`, XCM instructions in
`runtime/bulletin_xcm_weights.py`. All numbers are those of the commit that `UPSTREAM.toml` names; other
commits have others.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from pallets.message_queue_items import MessageQueueWeights
from pallets.para.parachain_system import ParachainSystemRules
from pallets.para.xcmp_queue_items import XcmpQueueWeights
from pallets.transaction_payment import FeeConstants
from primitives.arithmetic import PERBILL
from primitives.ids import Balance
from primitives.weights import Weight
from runtime import bulletin
from runtime.call_weights import Measured, growing

measured = Measured(bulletin.SYSTEM.db_weight)

EXTRINSIC_BASE = bulletin.SYSTEM.block_weights.per_class.normal.base_extrinsic
"""What an extrinsic costs that does nothing.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/extrinsic_weights.rs
"""

CENTS = Balance(bulletin.UNITS // 100)
"""Planck in a hundredth of a token."""

BYTE_FEE = Balance(CENTS // 2_000)
"""Planck for a byte of an extrinsic, or of a message that is sent: a twentieth of the relay chain's.

Upstream: paseo-network/runtimes system-parachains/constants/src/paseo.rs `TRANSACTION_BYTE_FEE`
"""

BASE_DELIVERY_FEE = Balance(3 * CENTS)
"""Planck for sending a message, however short.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs `BaseDeliveryFee`
"""

PROOF_FEE = Balance(CENTS // 10_000)
"""Planck for a byte of proof.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs `ProofSizeToFee`
"""

_TIME_FEE = PERBILL.from_rational(CENTS, 100 * EXTRINSIC_BASE.ref_time)


def weight_to_fee(weight: Weight) -> Balance:
    """Planck for a weight: a hundredth of a cent for an extrinsic that does nothing, and in proportion to the
    computing time; or what the proof costs, if that is more.

    Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs `WeightToFee`
    """
    return Balance(max(PERBILL.mul(_TIME_FEE, weight.ref_time), weight.proof_size * PROOF_FEE))


MESSAGE_QUEUE_WEIGHTS = MessageQueueWeights(
    bump_service_head=measured(7_798_000, 3_517, 2, 1),
    service_queue_base=measured(4_578_000, 3_517, 1, 1),
    service_page_base_completion=measured(6_841_000, 69_050, 1, 1),
    service_page_base_no_completion=measured(7_070_000, 69_050, 1, 1),
    service_page_item=measured(194_198_000, 0, 0, 2),
    ready_ring_unknit=measured(12_140_000, 6_044, 3, 3),
    execute_overweight_page_removed=measured(80_103_000, 69_050, 2, 2),
    execute_overweight_page_updated=measured(130_357_000, 69_050, 2, 2),
)
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/pallet_message_queue.rs
"""

XCMP_QUEUE_WEIGHTS = XcmpQueueWeights(
    enqueue_n_bytes_xcmp_message=growing(measured(5_759_626, 5_487, 4, 3), measured(1_204)),
    enqueue_n_empty_xcmp_messages=growing(measured(15_924_035, 5_487, 4, 3), measured(142_708)),
    enqueue_empty_xcmp_message_at=growing(measured(9_209_424, 3_691, 4, 2), Weight(2_359, 1)),
    enqueue_n_full_pages=growing(measured(21_491_403, 5_487, 4, 2), measured(64_404_008, 0, 0, 1)),
    take_first_concatenated_xcm=growing(measured(2_358_885), measured(16_153)),
    suspend_channel=measured(3_141_000, 3_279, 1, 1),
    resume_channel=measured(4_711_000, 3_279, 1, 1),
)
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/cumulus_pallet_xcmp_queue.rs
"""

PARACHAIN_SYSTEM = ParachainSystemRules(
    reserved_xcmp_weight=bulletin.MAX_BLOCK.div(4),
    downward_weight=growing(measured(1_298_000, 3_517, 3, 5), measured(173_432_307, 0, 0, 1)),
)
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/cumulus_pallet_parachain_system.rs
"""

_NEVER = measured(18_446_744_073_709_551_000)
"""What upstream's benchmarks write for what they could not measure."""

XCM_PALLET_WEIGHTS: Mapping[str, Weight] = {
    "send": measured(31_756_000, 3_563, 4, 2),
    "teleport_assets": measured(105_986_000, 3_666, 7, 2),
    "reserve_transfer_assets": _NEVER,
    "transfer_assets": measured(107_646_000, 3_666, 7, 2),
    "execute": measured(8_956_000, 1_485, 1),
    "force_xcm_version": measured(8_640_000, 0, 0, 1),
    "force_default_xcm_version": measured(2_715_000),
    "force_subscribe_version_notify": measured(40_617_000, 3_563, 6, 5),
    "force_unsubscribe_version_notify": measured(45_884_000, 108_971, 6, 4),
    "force_suspension": measured(2_703_000, 0, 0, 1),
    "migrate_supported_version": measured(21_680_000, 15_863, 6, 2),
    "migrate_version_notifiers": measured(21_747_000, 15_867, 6, 2),
    "already_notified_target": measured(27_918_000, 18_394, 7),
    "notify_current_targets": measured(36_452_000, 6_019, 6, 1),
    "notify_target_migration_fail": measured(19_507_000, 13_444, 5),
    "migrate_version_notify_targets": measured(22_105_000, 15_874, 6, 2),
    "migrate_and_notify_old_targets": measured(47_611_000, 15_919, 10, 1),
    "new_query": measured(2_786_000, 1_485, 1, 2),
    "take_response": measured(30_706_000, 11_041, 1, 1),
    "claim_assets": measured(48_201_000, 3_489, 2, 1),
    "add_authorized_alias": measured(55_666_000, 3_626, 2, 2),
    "remove_authorized_alias": measured(57_115_000, 3_982, 2, 2),
}
"""What PolkadotXcm's calls and the other things it does cost.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/pallet_xcm.rs
"""

EXTENSIONS: Mapping[str, Weight] = {
    "CheckNonZeroSender": measured(765_000),
    "CheckSpecVersion": measured(637_000),
    "CheckTxVersion": measured(642_000),
    "CheckGenesis": measured(4_578_000),
    "CheckMortality": measured(7_797_000).max(measured(7_808_000)),
    "CheckNonce": measured(8_944_000, 3_593, 1, 1),
    "CheckWeight": measured(4_463_000),
    "ChargeTransactionPayment": measured(51_952_000, 6_196, 2, 2),
    "AllowanceBasedPriority": measured(0, 0, 1),
    "StorageWeightReclaim": measured(9_868_000),
}
"""What checking a signed extrinsic costs, by what is checked; other checks are not measured.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/frame_system_extensions.rs,
paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/pallet_transaction_payment.rs
"""

EXTENSIONS_WEIGHT = reduce(Weight.saturating_add, EXTENSIONS.values())
"""What all checks of a signed extrinsic cost."""

FEES = FeeConstants(
    base_weight=EXTRINSIC_BASE,
    byte_fee=BYTE_FEE,
    weight_fee=CENTS,
    weight_unit=100 * EXTRINSIC_BASE.ref_time,
    max_weight=bulletin.MAX_BLOCK,
    proof_fee=PROOF_FEE,
)
"""What an extrinsic costs: by its bytes, and by its weight as `weight_to_fee` has it."""
