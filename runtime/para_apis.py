"""What a parachain answers to those who make its blocks.

Each function takes the chain and its arguments as values; `runtime/apis.py` puts them into bytes, by the
types that metadata tells of.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs `impl_runtime_apis`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pallets.para.aura import AuraId, Slot
from pallets.para.parachain_system import RELAY_PARENT_OFFSET
from pallets.para.parachain_system_items import CollationInfo
from primitives.header import Header
from primitives.ids import Hash, ParaId
from runtime.para_api_types import SlotDuration
from runtime.parachain import ParachainRuntime


def slot_duration(para: ParachainRuntime) -> SlotDuration:
    """How long a turn is."""
    return SlotDuration(para.aura.constants.slot_duration)


def authorities(para: ParachainRuntime) -> tuple[AuraId, ...]:
    """Who take turns."""
    return para.aura.authorities.get()


def relay_parent_offset(para: ParachainRuntime) -> int:
    """How many blocks the relay parent is behind the newest."""
    return RELAY_PARENT_OFFSET


def can_build_upon(para: ParachainRuntime, included_hash: Hash, slot: Slot) -> bool:
    """Whether one more block may be made for a slot of the relay chain, if this one is included."""
    waiting = para.parachain_system.unincluded_segment_size_after(included_hash)
    return para.velocity.can_build_upon(waiting, slot)


def collect_collation_info(para: ParachainRuntime, header: Header) -> CollationInfo:
    """What the newest block puts out, whose header this is."""
    return para.parachain_system.collect_collation_info(header)


def parachain_id(para: ParachainRuntime) -> ParaId:
    """The number under which the relay chain knows it."""
    return para.parachain_info.parachain_id.get()


FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    function.__name__: function
    for function in (
        slot_duration,
        authorities,
        relay_parent_offset,
        can_build_upon,
        collect_collation_info,
        parachain_id,
    )
}
"""By the names under which they are called."""
