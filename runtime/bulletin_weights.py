"""What things cost on the recorded parachain, in weight: serving its message queue, taking messages in.

All numbers are those of the commit that `UPSTREAM.toml` names; other commits have others.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights
"""

from __future__ import annotations

from pallets.message_queue_items import MessageQueueWeights
from pallets.para.parachain_system import ParachainSystemRules
from pallets.para.xcmp_queue_items import XcmpQueueWeights
from primitives.weights import Weight
from runtime import bulletin
from runtime.call_weights import Measured, growing

measured = Measured(bulletin.SYSTEM.db_weight)

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
