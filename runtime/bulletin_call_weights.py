"""What calls weigh on the recorded parachain, one table a pallet.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights
"""

from __future__ import annotations

from collections.abc import Mapping

from primitives.weights import ZERO_WEIGHT, Weight
from runtime import bulletin
from runtime.bulletin_weights import MESSAGE_QUEUE_WEIGHTS, XCM_PALLET_WEIGHTS, measured
from runtime.call_weights import (
    CallWeight,
    CallWeights,
    as_told,
    by_length,
    execute_overweight,
    growing,
    xcm_pallet_calls,
)

# ------------------------------------------------------------------------------------- what every chain has

_KILL_PREFIX = growing(measured(4_537_000, 68), measured(1_347_609, 70, 1, 1))
_SET_CODE = measured(105_162_020_000, 67_035, 5, 3)

SYSTEM: Mapping[str, CallWeight] = {
    "remark": by_length(0, growing(measured(2_309_000), measured(549))),
    "set_heap_pages": measured(4_516_000, 0, 0, 1),
    "set_code": _SET_CODE,
    "set_code_without_checks": _SET_CODE,
    "set_storage": by_length(0, growing(measured(2_310_000), measured(804_856, 0, 0, 1))),
    "kill_storage": by_length(0, growing(measured(2_318_000), measured(586_874, 0, 0, 1))),
    "kill_prefix": lambda _, subkeys: _KILL_PREFIX(subkeys + 1),
    "remark_with_event": by_length(0, growing(measured(6_169_000), measured(1_993))),
    "authorize_upgrade": measured(11_369_000, 0, 0, 1),
    "authorize_upgrade_without_checks": measured(11_369_000, 0, 0, 1),
    "apply_authorized_upgrade": measured(108_462_671_000, 67_035, 6, 4),
}
"""Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/frame_system.rs"""

TIMESTAMP: Mapping[str, CallWeight] = {
    "set": measured(8_968_000, 1_493, 2, 1),
}
"""Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/pallet_timestamp.rs"""

_BURN_ALLOW_DEATH, _BURN_KEEP_ALIVE = measured(35_238_000), measured(23_342_000)

BALANCES: Mapping[str, CallWeight] = {
    "transfer_allow_death": measured(55_720_000, 3_593, 1, 1),
    "force_transfer": measured(57_520_000, 6_196, 2, 2),
    "transfer_keep_alive": measured(43_278_000, 3_593, 1, 1),
    "transfer_all": measured(53_418_000, 3_593, 1, 1),
    "force_unreserve": measured(19_527_000, 3_593, 1, 1),
    "upgrade_accounts": by_length(0, growing(measured(18_475_000, 990), measured(15_883_999, 2_603, 1, 1))),
    # The greater of making an account and of ending one.
    "force_set_balance": measured(23_727_000, 3_593, 1, 1).max(measured(23_780_000, 3_593, 1, 1)),
    "force_adjust_total_issuance": measured(6_735_000),
    "burn": lambda _, keep_alive: _BURN_ALLOW_DEATH if keep_alive else _BURN_KEEP_ALIVE,
}
"""Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/pallet_balances.rs"""

UTILITY: Mapping[str, CallWeight] = {
    "batch": by_length(0, growing(measured(6_860_467), measured(3_269_669))),
    # The account of the derived origin is read and written besides.
    "as_derivative": measured(5_240_000).saturating_add(bulletin.SYSTEM.db_weight.reads_writes(1, 1)),
    "batch_all": by_length(0, growing(measured(3_329_183), measured(3_592_494))),
    "dispatch_as": measured(7_692_000),
    "force_batch": by_length(0, growing(measured(7_046_165), measured(3_273_925))),
    "with_weight": as_told,
    "if_else": measured(9_534_000),
    "dispatch_as_fallible": measured(7_624_000),
}
"""Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/pallet_utility.rs"""

SUDO: Mapping[str, CallWeight] = {
    "sudo": measured(7_939_000, 1_517, 1),
    "sudo_unchecked_weight": as_told,
    "set_key": measured(7_237_000, 1_517, 1, 1),
    "sudo_as": measured(7_870_000, 1_517, 1),
    "remove_key": measured(6_417_000, 1_517, 1, 1),
}
"""Not measured for this chain: those that the pallet brings along.

Upstream: substrate/frame/sudo/src/weights.rs `SubstrateWeight`
"""

# ------------------------------------------------------------------------------------------------- messages

PARACHAIN_SYSTEM: Mapping[str, CallWeight] = {
    # What it weighed is known only when it is done.
    "set_validation_data": ZERO_WEIGHT,
    "sudo_send_upward_message": Weight(1_000, 0),
}
"""Upstream: cumulus/pallets/parachain-system/src/lib.rs"""

_SWITCH, _SET_CONFIG = measured(0, 0, 0, 1), measured(5_203_000, 1_497, 1, 1)

XCMP_QUEUE: Mapping[str, CallWeight] = {
    "suspend_xcm_execution": _SWITCH,
    "resume_xcm_execution": _SWITCH,
    "update_suspend_threshold": _SET_CONFIG,
    "update_drop_threshold": _SET_CONFIG,
    "update_resume_threshold": _SET_CONFIG,
}
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/cumulus_pallet_xcmp_queue.rs
"""

MESSAGE_QUEUE: Mapping[str, CallWeight] = {
    "reap_page": measured(62_620_000, 69_050, 2, 2),
    "execute_overweight": execute_overweight(MESSAGE_QUEUE_WEIGHTS),
}
"""Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/weights/pallet_message_queue.rs
"""

POLKADOT_XCM = xcm_pallet_calls(XCM_PALLET_WEIGHTS)
"""Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/weights/pallet_xcm.rs"""

CALLS = CallWeights(
    {
        "System": SYSTEM,
        "ParachainSystem": PARACHAIN_SYSTEM,
        "Timestamp": TIMESTAMP,
        "Utility": UTILITY,
        "Balances": BALANCES,
        "XcmpQueue": XCMP_QUEUE,
        "PolkadotXcm": POLKADOT_XCM,
        "MessageQueue": MESSAGE_QUEUE,
        "Sudo": SUDO,
    }
)
"""Every call of the chain."""
