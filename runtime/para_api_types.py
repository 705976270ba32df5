"""The functions for those who make a parachain's blocks, as metadata tells of them.

Upstream: cumulus/primitives/core/src/lib.rs, cumulus/primitives/aura/src/lib.rs
"""

from __future__ import annotations

from pallets.para.aura import AuraId, Slot
from pallets.para.parachain_system_items import CollationInfo
from primitives.header import Header
from primitives.ids import Hash, ParaId
from primitives.record import Record
from primitives.scale.codec import U32, U64
from runtime.api_types import Method, RuntimeApi


class SlotDuration(Record):
    """How long a slot is, in milliseconds.

    Upstream: substrate/primitives/consensus/slots/src/lib.rs `SlotDuration`
    """

    milliseconds: U64


AURA = RuntimeApi(
    "AuraApi",
    "Whose turn it is to make a block.",
    (
        Method("slot_duration", (), SlotDuration, "How long a turn is."),
        Method("authorities", (), tuple[AuraId, ...], "Who take turns."),
    ),
)
"""Upstream: substrate/primitives/consensus/aura/src/lib.rs `AuraApi`"""

RELAY_PARENT_OFFSET = RuntimeApi(
    "RelayParentOffsetApi",
    "Which relay chain block a block is built on.",
    (Method("relay_parent_offset", (), U32, "How many blocks it is behind the newest."),),
)
"""Upstream: cumulus/primitives/core/src/lib.rs `RelayParentOffsetApi`"""

AURA_UNINCLUDED_SEGMENT = RuntimeApi(
    "AuraUnincludedSegmentApi",
    "Whether a block may be made before its parents are included.",
    (
        Method(
            "can_build_upon",
            (("included_hash", Hash), ("slot", Slot)),
            bool,
            "Whether one may, for a slot of the relay chain, if this block is the newest that is included.",
        ),
    ),
)
"""Upstream: cumulus/primitives/aura/src/lib.rs `AuraUnincludedSegmentApi`"""

COLLECT_COLLATION_INFO = RuntimeApi(
    "CollectCollationInfo",
    "What blocks put out.",
    (
        Method(
            "collect_collation_info",
            (("header", Header),),
            CollationInfo,
            "What the newest block puts out, whose header this is.",
        ),
    ),
)
"""Upstream: cumulus/primitives/core/src/lib.rs `CollectCollationInfo`"""

GET_PARACHAIN_INFO = RuntimeApi(
    "GetParachainInfo",
    "Which parachain it is.",
    (Method("parachain_id", (), ParaId, "The number under which the relay chain knows it."),),
)
"""Upstream: cumulus/primitives/core/src/lib.rs `GetParachainInfo`"""

PARA_APIS = (AURA, RELAY_PARENT_OFFSET, AURA_UNINCLUDED_SEGMENT, COLLECT_COLLATION_INFO, GET_PARACHAIN_INFO)
"""What only parachains are asked."""
