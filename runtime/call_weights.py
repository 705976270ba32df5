"""What calls weigh: tables by pallet and call, from which a runtime works out the weight of a call.

Weights are **benchmarked**: somebody measured how long a call takes, and how it grows with its arguments. A
runtime keeps what was measured in tables of numbers and gives them to `Runtime.dispatch_info`, which adds
what the calls inside a call weigh.

Upstream: substrate/frame/support/procedural/src/pallet/expand/call.rs `weight`
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

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


class CallWeights:
    """The weights of a runtime's calls, without those of the calls inside them."""

    def __init__(self, tables: Mapping[str, Mapping[str, CallWeight]]) -> None:
        self._tables = tables

    def has(self, pallet: str, name: str) -> bool:
        """Whether a call has a weight here."""
        return name in self._tables.get(pallet, {})

    def __call__(self, call: RuntimeCall) -> Weight:
        """What the call itself weighs; raises `MissingCallWeight`."""
        entry = self._tables.get(call.pallet, {}).get(call.name)
        if entry is None:
            raise MissingCallWeight(f"no weight for the call {call.pallet}.{call.name}")
        return entry if isinstance(entry, Weight) else entry(*call.args)
