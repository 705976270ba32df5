"""What calls weigh: tables by pallet and call, from which a runtime works out the weight of a call.

Weights are **benchmarked**: somebody measured how long a call takes, and how it grows with its arguments. A
runtime keeps what was measured in tables of numbers and gives them to `Runtime.dispatch_info`, which adds
what the calls inside a call weigh.

Upstream: substrate/frame/support/procedural/src/pallet/expand/call.rs `weight`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pallets.message_queue_items import MessageQueueWeights
from primitives.errors import Defect
from primitives.pallet import RuntimeCall
from primitives.weights import RuntimeDbWeight, Weight

CallWeight = Weight | Callable[..., Weight]
"""What a call weighs, or how that follows from its arguments."""

Growth = Callable[[int], Weight]
"""A weight that grows with a number."""


class MissingCallWeight(Defect):
    """The table has no weight for a call."""


class Measured:
    """Makes weights from what was measured, on a chain whose storage costs so much.

    Upstream: substrate/utils/frame/benchmarking-cli/src/pallet/template.hbs
    """

    def __init__(self, db: RuntimeDbWeight) -> None:
        self._db = db

    def __call__(self, ref_time: int, proof_size: int = 0, reads: int = 0, writes: int = 0) -> Weight:
        """Computing time and proof size, and the reads and writes that come on top."""
        return Weight(ref_time, proof_size).saturating_add(self._db.reads_writes(reads, writes))


def growing(base: Weight, each: Weight) -> Growth:
    """A weight that is `base` for nothing and grows by `each` for every one."""
    return lambda count: base.saturating_add(each.saturating_mul(count))


def by_length(at: int, weight: Growth) -> Callable[..., Weight]:
    """A weight that grows with the length of one argument."""
    return lambda *args: weight(len(args[at]))


def by_number(at: int, weight: Growth) -> Callable[..., Weight]:
    """A weight that grows with one argument."""
    return lambda *args: weight(args[at])


def as_told(call: RuntimeCall, weight: Weight) -> Weight:
    """The caller says what the call inside weighs."""
    return weight


def execute_overweight(weights: MessageQueueWeights) -> Callable[..., Weight]:
    """The weight of MessageQueue's `execute_overweight`: with what is set aside for the message.

    Upstream: substrate/frame/message-queue/src/lib.rs `Pallet::execute_overweight`
    """
    most = weights.execute_overweight_page_updated.max(weights.execute_overweight_page_removed)
    return lambda origin, page, index, weight_limit: most.saturating_add(weight_limit)


_XCM_CALLS_BY_THEIR_NAME = (
    "send",
    "teleport_assets",
    "reserve_transfer_assets",
    "force_xcm_version",
    "force_default_xcm_version",
    "force_subscribe_version_notify",
    "force_unsubscribe_version_notify",
    "force_suspension",
    "transfer_assets",
    "claim_assets",
    "add_authorized_alias",
    "remove_authorized_alias",
)


def xcm_pallet_calls(weights: Mapping[str, Weight]) -> Mapping[str, CallWeight]:
    """The weights of the XCM pallet's calls, some of which share a measurement.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """
    return {
        **{name: weights[name] for name in _XCM_CALLS_BY_THEIR_NAME},
        "execute": lambda _, max_weight: weights["execute"].saturating_add(max_weight),
        "limited_reserve_transfer_assets": weights["reserve_transfer_assets"],
        "limited_teleport_assets": weights["teleport_assets"],
        "transfer_assets_using_type_and_then": weights["transfer_assets"],
        "remove_all_authorized_aliases": weights["remove_authorized_alias"],
    }


class CallWeights:
    """The weights of a runtime's calls, without those of the calls inside them."""

    def __init__(self, tables: Mapping[str, Mapping[str, CallWeight]]) -> None:
        self._tables = tables

    def extended(self, tables: Mapping[str, Mapping[str, CallWeight]]) -> CallWeights:
        """These weights, and those of the calls of further pallets."""
        return CallWeights({**self._tables, **tables})

    def has(self, pallet: str, name: str) -> bool:
        """Whether a call has a weight here."""
        return name in self._tables.get(pallet, {})

    def __call__(self, call: RuntimeCall) -> Weight:
        """What the call itself weighs; raises `MissingCallWeight`."""
        entry = self._tables.get(call.pallet, {}).get(call.name)
        if entry is None:
            raise MissingCallWeight(f"no weight for the call {call.pallet}.{call.name}")
        return entry if isinstance(entry, Weight) else entry(*call.args)
