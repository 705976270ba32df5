"""What calls weigh on the recorded relay chain, one table a pallet.

Where several calls share one measurement, as the setters of Configuration do, it has a name of its own.

Upstream: paseo-network/runtimes relay/paseo/src/weights
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from primitives.candidates import (
    BackedCandidate,
    CandidateCommitments,
    DisputeStatementSet,
    InherentData,
    UncheckedSignedAvailabilityBitfield,
)
from primitives.host_configuration import MAX_HORIZONTAL_MESSAGE_NUM, MAX_UPWARD_MESSAGE_NUM
from primitives.scale.codec import Codec
from primitives.scale.derive import codec
from primitives.weights import Weight
from runtime import paseo
from runtime.call_weights import (
    CallWeight,
    CallWeights,
    as_told,
    by_length,
    by_number,
    execute_overweight,
    growing,
    xcm_pallet_calls,
)
from runtime.paseo_weights import MESSAGE_QUEUE_WEIGHTS, XCM_PALLET_WEIGHTS, measured

# ------------------------------------------------------------------------------------- what every chain has

_KILL_PREFIX = growing(measured(7_944_000, 82), measured(1_851_298, 70, 1, 1))

SYSTEM: Mapping[str, CallWeight] = {
    "remark": by_length(0, growing(measured(37_182_267), measured(543))),
    "set_heap_pages": measured(6_231_000, 0, 0, 1),
    "set_code": measured(149_994_472_000, 0, 0, 1),
    "set_code_without_checks": measured(149_994_472_000, 0, 0, 1),
    "set_storage": by_length(0, growing(measured(4_058_000), measured(1_223_875, 0, 0, 1))),
    "kill_storage": by_length(0, growing(measured(6_282_000), measured(889_153, 0, 0, 1))),
    "kill_prefix": lambda _, subkeys: _KILL_PREFIX(subkeys + 1),
    "remark_with_event": by_length(0, growing(measured(30_796_545), measured(1_889))),
    "authorize_upgrade": measured(20_268_000, 0, 0, 1),
    "authorize_upgrade_without_checks": measured(20_268_000, 0, 0, 1),
    "apply_authorized_upgrade": measured(152_979_370_000, 1_518, 1, 2),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/frame_system.rs"""

TIMESTAMP: Mapping[str, CallWeight] = {
    "set": measured(15_249_000, 1_493, 2, 1),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_timestamp.rs"""

_BURN_ALLOW_DEATH, _BURN_KEEP_ALIVE = measured(47_510_000), measured(32_571_000)

BALANCES: Mapping[str, CallWeight] = {
    "transfer_allow_death": measured(80_812_000, 3_593, 1, 1),
    "force_transfer": measured(81_393_000, 6_196, 2, 2),
    "transfer_keep_alive": measured(59_682_000, 3_593, 1, 1),
    "transfer_all": measured(74_199_000, 3_593, 1, 1),
    "force_unreserve": measured(30_527_000, 3_593, 1, 1),
    "upgrade_accounts": by_length(0, growing(measured(45_636_000, 990), measured(22_443_254, 2_603, 1, 1))),
    # The greater of making an account and of ending one.
    "force_set_balance": measured(37_380_000, 3_593, 1, 1).max(measured(53_621_000, 3_593, 1, 1)),
    "force_adjust_total_issuance": measured(10_499_000),
    "burn": lambda _, keep_alive: _BURN_KEEP_ALIVE if keep_alive else _BURN_ALLOW_DEATH,
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_balances.rs"""

UTILITY: Mapping[str, CallWeight] = {
    "batch": by_length(0, growing(measured(21_428_987, 2_693, 1), measured(5_351_076))),
    # The account of the derived origin is read and written besides.
    "as_derivative": measured(18_224_000, 2_693, 1).saturating_add(paseo.SYSTEM.db_weight.reads_writes(1, 1)),
    "batch_all": by_length(0, growing(measured(83_392_548, 2_693, 1), measured(5_777_629))),
    "dispatch_as": measured(20_478_000),
    "force_batch": by_length(0, growing(measured(58_458_804, 2_693, 1), measured(5_267_183))),
    "with_weight": as_told,
    "if_else": measured(24_205_000, 2_693, 1),
    "dispatch_as_fallible": measured(13_114_000),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_utility.rs"""

SUDO: Mapping[str, CallWeight] = {
    "sudo": measured(22_803_000, 1_517, 1),
    "sudo_unchecked_weight": as_told,
    "set_key": measured(21_921_000, 1_517, 1, 1),
    "sudo_as": measured(28_213_000, 1_517, 1),
    "remove_key": measured(16_932_000, 1_517, 1, 1),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_sudo.rs"""

# ------------------------------------------------------------------------------------------------- messages

MESSAGE_QUEUE: Mapping[str, CallWeight] = {
    "reap_page": measured(89_688_000, 69_051, 2, 4),
    "execute_overweight": execute_overweight(MESSAGE_QUEUE_WEIGHTS),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_message_queue.rs"""

XCM_PALLET = xcm_pallet_calls(XCM_PALLET_WEIGHTS)
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/pallet_xcm.rs"""

_PER_INBOUND, _PER_OUTBOUND = measured(7_939_937, 2_575, 2, 3), measured(7_601_477, 2_575, 2, 3)
_CLEAN = growing(measured(2_020_730_000, 3_693, 2, 4), _PER_INBOUND)

FORCE_OPEN_HRMP_CHANNEL = growing(measured(123_086_551, 6_383, 16, 8), measured(11_199_348, 236))
"""For 1 if a request had to be cancelled first, else for 0."""

HRMP: Mapping[str, CallWeight] = {
    "hrmp_init_open_channel": measured(87_354_000, 3_908, 10, 5),
    "hrmp_accept_open_channel": measured(84_018_000, 4_121, 7, 4),
    "hrmp_close_channel": measured(93_165_000, 4_234, 7, 4),
    "force_clean_hrmp": lambda _, inbound, outbound: growing(_CLEAN(inbound), _PER_OUTBOUND)(outbound),
    "force_process_hrmp_open": by_number(
        0, growing(measured(15_058_000, 1_914, 1, 1), measured(37_271_437, 5_086, 7, 6))
    ),
    "force_process_hrmp_close": by_number(
        0, growing(measured(17_112_000, 1_762, 1, 1), measured(22_918_883, 2_600, 3, 5))
    ),
    "hrmp_cancel_open_request": by_number(
        1, growing(measured(42_504_928, 4_262, 3, 3), measured(190_410, 15))
    ),
    "force_open_hrmp_channel": FORCE_OPEN_HRMP_CHANNEL(1),
    "establish_system_channel": measured(118_593_000, 6_383, 16, 8),
    "poke_channel_deposits": measured(28_865_000, 3_695, 1, 1),
    "establish_channel_with_system": measured(224_451_000, 6_383, 23, 11),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_hrmp.rs"""

# ----------------------------------------------------------------------------------------------- parachains

_BLOCK_NUMBER = measured(19_697_000, 1_640, 3, 1)
_U32 = measured(19_426_000, 1_640, 3, 1)
_OPTION_U32 = measured(20_789_000, 1_640, 3, 1)
_BALANCE = measured(20_017_000, 1_640, 3, 1)
_EXECUTOR_PARAMS = measured(25_177_000, 1_640, 3, 1)
_PERBILL = measured(19_917_000, 1_640, 3, 1)

CONFIGURATION: Mapping[str, CallWeight] = {
    "set_validation_upgrade_cooldown": _BLOCK_NUMBER,
    "set_validation_upgrade_delay": _BLOCK_NUMBER,
    "set_code_retention_period": _BLOCK_NUMBER,
    "set_max_code_size": _U32,
    "set_max_pov_size": _U32,
    "set_max_head_data_size": _U32,
    "set_coretime_cores": _U32,
    "set_group_rotation_frequency": _BLOCK_NUMBER,
    "set_paras_availability_period": _BLOCK_NUMBER,
    "set_scheduling_lookahead": _U32,
    "set_max_validators_per_core": _OPTION_U32,
    "set_max_validators": _OPTION_U32,
    "set_dispute_period": _U32,
    "set_dispute_post_conclusion_acceptance_period": _BLOCK_NUMBER,
    "set_no_show_slots": _U32,
    "set_n_delay_tranches": _U32,
    "set_zeroth_delay_tranche_width": _U32,
    "set_needed_approvals": _U32,
    "set_relay_vrf_modulo_samples": _U32,
    "set_max_upward_queue_count": _U32,
    "set_max_upward_queue_size": _U32,
    "set_max_downward_message_size": _U32,
    "set_max_upward_message_size": _U32,
    "set_max_upward_message_num_per_candidate": _U32,
    "set_hrmp_open_request_ttl": measured(2_000_000_000_000),
    "set_hrmp_sender_deposit": _BALANCE,
    "set_hrmp_recipient_deposit": _BALANCE,
    "set_hrmp_channel_max_capacity": _U32,
    "set_hrmp_channel_max_total_size": _U32,
    "set_hrmp_max_parachain_inbound_channels": _U32,
    "set_hrmp_channel_max_message_size": _U32,
    "set_hrmp_max_parachain_outbound_channels": _U32,
    "set_hrmp_max_message_num_per_candidate": _U32,
    "set_pvf_voting_ttl": _U32,
    "set_minimum_validation_upgrade_delay": _BLOCK_NUMBER,
    "set_bypass_consistency_check": paseo.SYSTEM.db_weight.reads_writes(0, 1),
    "set_async_backing_params": _OPTION_U32,
    "set_executor_params": _EXECUTOR_PARAMS,
    "set_on_demand_base_fee": _BALANCE,
    "set_on_demand_fee_variability": _PERBILL,
    "set_on_demand_queue_max_size": _OPTION_U32,
    "set_on_demand_target_queue_utilization": _PERBILL,
    "set_minimum_backing_votes": _U32,
    "set_node_feature": measured(23_665_000, 1_640, 3, 1),
    "set_approval_voting_params": _EXECUTOR_PARAMS,
    "set_scheduler_params": measured(21_851_000, 1_640, 3, 1),
    "set_max_relay_parent_session_age": _U32,
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_configuration.rs"""

PVF_CHECK = measured(149_210_000, 30_171, 3, 1)
"""A vote on validation code that decides nothing yet."""

PVF_CHECK_AT_MOST = (
    measured(1_048_677_000, 30_825, 5, 103)
    .max(measured(153_027_000, 30_803, 3, 1))
    .max(measured(892_664_000, 30_193, 5, 3).max(measured(151_364_000, 30_171, 3, 1)))
)
"""The heaviest of what a deciding vote can bring about."""

PARAS: Mapping[str, CallWeight] = {
    "force_set_current_code": by_length(1, growing(measured(36_477_590, 11_774, 4, 6), measured(2_482))),
    "force_set_current_head": by_length(1, growing(measured(34_810_218, 0, 0, 1), measured(962))),
    "force_schedule_code_upgrade": by_length(1, growing(measured(21_028_395, 11_954, 8, 7), measured(2_487))),
    "force_note_new_head": by_length(1, growing(measured(52_088_220, 3_764, 2, 3), measured(1_021))),
    "force_queue_action": measured(32_982_000, 7_781, 2, 1),
    "add_trusted_validation_code": by_length(0, growing(measured(107_026_007, 4_148, 4, 3), measured(2_020))),
    "poke_unused_validation_code": measured(12_914_000, 3_493, 1, 1),
    "include_pvf_check_statement": PVF_CHECK_AT_MOST,
    "force_set_most_recent_context": measured(7_293_000, 0, 0, 1),
    "remove_upgrade_cooldown": measured(49_223_000, 1_752, 1, 2),
    "authorize_force_set_current_code_hash": measured(21_791_000, 3_526, 1, 1),
    "apply_authorized_force_set_current_code": by_length(
        1, growing(measured(60_814_000, 3_597, 3, 4), measured(3_744))
    ),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_paras.rs"""

_EMPTY_INHERENT = measured(323_026_000, 41_061, 15, 3)
_BITFIELD = measured(599_214_000, 80_944, 16, 4).saturating_sub(_EMPTY_INHERENT)
_CODE_UPGRADE = measured(43_554_459_000, 82_655, 33, 15).saturating_sub(_EMPTY_INHERENT)
_CANDIDATE = growing(
    measured(1_941_494_647, 82_642, 31, 15).saturating_sub(_EMPTY_INHERENT), measured(34_139_231)
)
_DISPUTE = growing(
    measured(1_275_126_210, 123_468, 29, 16).saturating_sub(_EMPTY_INHERENT), measured(63_849_720)
)
_BITFIELDS: Codec[Any] = codec(tuple[UncheckedSignedAvailabilityBitfield, ...])
_BACKED: Codec[Any] = codec(BackedCandidate)
_DISPUTES: Codec[Any] = codec(tuple[DisputeStatementSet, ...])


_ENACTED = measured(178_088_633, 0, 10, 5)
_UPWARD, _HORIZONTAL = measured(256_992_472, 0, 1, 4), measured(307_991_668, 0, 3, 4)
_UPGRADE = measured(94_503_415, 0, 9, 9)


def _brought(data: InherentData) -> Weight:
    """Computing time by what there is of each kind; for the proof's size stands the length in the block."""
    weights = [_BITFIELD.saturating_mul(len(data.bitfields))]
    for backed in data.backed_candidates:
        upgrades = backed.candidate.commitments.new_validation_code is not None
        weights.append(_CODE_UPGRADE if upgrades else _CANDIDATE(len(backed.validity_votes)))
    weights += [_DISPUTE(len(each.statements)) for each in data.disputes]
    size = len(_BITFIELDS.encode(data.bitfields)) + len(_DISPUTES.encode(data.disputes))
    size += sum(len(_BACKED.encode(each)) for each in data.backed_candidates)
    return Weight(sum(each.ref_time for each in weights), size)


def _enacted(upward: int, horizontal: int, upgrades: int) -> Weight:
    """What a candidate weighs that takes effect."""
    messages = _UPWARD.saturating_mul(upward).saturating_add(_HORIZONTAL.saturating_mul(horizontal))
    return _ENACTED.saturating_add(messages).saturating_add(_UPGRADE.saturating_mul(upgrades))


def _enter(data: InherentData) -> Weight:
    """With as much for each core as any candidate on it could do.

    DEVIATION: upstream goes by the numbers of messages that the configuration allows.
    """
    cores = max((len(each.payload) for each in data.bitfields), default=0)
    most = _enacted(MAX_UPWARD_MESSAGE_NUM, MAX_HORIZONTAL_MESSAGE_NUM, 1)
    return _brought(data).saturating_add(most.saturating_mul(cores))


def inherent_weight(data: InherentData, enacted: tuple[CandidateCommitments, ...]) -> Weight:
    """What the parachains' inherent weighs after all, with what was enacted by it.

    Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_inclusion.rs
    """
    total = _brought(data)
    for each in enacted:
        upgrades = int(each.new_validation_code is not None)
        weight = _enacted(len(each.upward_messages), len(each.horizontal_messages), upgrades)
        total = total.saturating_add(weight)
    return total


PARA_INHERENT: Mapping[str, CallWeight] = {"enter": _enter}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_paras_inherent.rs,
polkadot/runtime/parachains/src/paras_inherent/weights.rs `paras_inherent_total_weight`
"""

CORETIME: Mapping[str, CallWeight] = {
    "assign_core": by_length(2, growing(measured(25_319_975, 3_579, 1, 2), measured(1_527))),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_coretime.rs"""

INITIALIZER: Mapping[str, CallWeight] = {
    "force_approve": by_number(0, growing(measured(18_606_488), measured(609))),
}
"""Upstream: paseo-network/runtimes relay/paseo/src/weights/runtime_parachains_initializer.rs"""

_NOT_MEASURED = Weight(1_000, 0)

PARA_SUDO_WRAPPER: Mapping[str, CallWeight] = {
    "sudo_schedule_para_initialize": _NOT_MEASURED,
    "sudo_schedule_para_cleanup": _NOT_MEASURED,
    "sudo_schedule_parathread_upgrade": _NOT_MEASURED,
    "sudo_schedule_parachain_downgrade": _NOT_MEASURED,
    "sudo_queue_downward_xcm": _NOT_MEASURED,
    "sudo_establish_hrmp_channel": _NOT_MEASURED,
}
"""Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs"""

CALLS = CallWeights(
    {
        "System": SYSTEM,
        "Timestamp": TIMESTAMP,
        "Balances": BALANCES,
        "Utility": UTILITY,
        "Configuration": CONFIGURATION,
        "ParaInherent": PARA_INHERENT,
        "Paras": PARAS,
        "Initializer": INITIALIZER,
        "Coretime": CORETIME,
        "Hrmp": HRMP,
        "XcmPallet": XCM_PALLET,
        "MessageQueue": MESSAGE_QUEUE,
        "ParaSudoWrapper": PARA_SUDO_WRAPPER,
        "Sudo": SUDO,
    }
)
"""Every call of the chain."""
