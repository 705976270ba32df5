"""Weight: what executing something costs, in computing time and in proof size.

Upstream: substrate/primitives/weights/src/weight_v2.rs, substrate/frame/support/src/dispatch.rs
"""

from __future__ import annotations

import enum

from primitives.arithmetic import U64_MAX
from primitives.record import Record
from primitives.scale.codec import U64, Compact64


class Weight(Record):
    """A cost. The two parts are compared and added apart from each other.

    Weights are added up dozens of times a message, so sums are written out instead of called by name.
    """

    ref_time: Compact64
    """Picoseconds on the reference machine."""

    proof_size: Compact64
    """Bytes that a parachain's proof of validity grows by."""

    def saturating_add(self, other: Weight) -> Weight:
        """The sum, each part at most 2^64 - 1."""
        ref_time, proof_size = self.ref_time + other.ref_time, self.proof_size + other.proof_size
        return Weight(min(U64_MAX, ref_time), min(U64_MAX, proof_size))

    def saturating_sub(self, other: Weight) -> Weight:
        """The difference, each part at least 0."""
        ref_time, proof_size = self.ref_time - other.ref_time, self.proof_size - other.proof_size
        return Weight(max(0, ref_time), max(0, proof_size))

    def saturating_mul(self, count: int) -> Weight:
        """So many times, each part at most 2^64 - 1."""
        return Weight(min(self.ref_time * count, U64_MAX), min(self.proof_size * count, U64_MAX))

    def div(self, parts: int) -> Weight:
        """One of so many equal parts, rounded down."""
        return Weight(self.ref_time // parts, self.proof_size // parts)

    def min(self, other: Weight) -> Weight:
        """The smaller of each part."""
        return Weight(min(self.ref_time, other.ref_time), min(self.proof_size, other.proof_size))

    def max(self, other: Weight) -> Weight:
        """The larger of each part."""
        return Weight(max(self.ref_time, other.ref_time), max(self.proof_size, other.proof_size))

    def any_gt(self, other: Weight) -> bool:
        """Whether at least one part is larger than the other's."""
        return self.ref_time > other.ref_time or self.proof_size > other.proof_size


ZERO_WEIGHT = Weight(0, 0)


class WeightMeter:
    """Counts weight against a limit.

    Upstream: substrate/primitives/weights/src/weight_meter.rs `WeightMeter`
    """

    def __init__(self, limit: Weight) -> None:
        self.limit, self.consumed = limit, ZERO_WEIGHT

    @property
    def remaining(self) -> Weight:
        """What is left."""
        return self.limit.saturating_sub(self.consumed)

    def can_consume(self, weight: Weight) -> bool:
        """Whether so much is left; never what no u64 could count."""
        total_time = self.consumed.ref_time + weight.ref_time
        total_size = self.consumed.proof_size + weight.proof_size
        return total_time <= self.limit.ref_time and total_size <= self.limit.proof_size

    def try_consume(self, weight: Weight) -> bool:
        """Take so much if it is left; gives whether it was."""
        if not self.can_consume(weight):
            return False
        self.consumed = self.consumed.saturating_add(weight)
        return True

    def consume(self, weight: Weight) -> None:
        """Take so much, whether it is left or not."""
        self.consumed = self.consumed.saturating_add(weight)


class DispatchClass(enum.Enum):
    """What share of a block an extrinsic may use."""

    Normal = 0
    Operational = 1
    Mandatory = 2


class Pays(enum.Enum):
    """Whether an extrinsic's signer pays a fee."""

    Yes = 0
    No = 1


class DispatchInfo(Record):
    """What is known of a call before it runs."""

    weight: Weight
    dispatch_class: DispatchClass
    pays_fee: Pays

    def with_added(self, weight: Weight) -> DispatchInfo:
        """The same for a call that comes with something that weighs so much."""
        return DispatchInfo(self.weight.saturating_add(weight), self.dispatch_class, self.pays_fee)


class DispatchEventInfo(Record):
    """What the events `ExtrinsicSuccess` and `ExtrinsicFailed` tell of a call that ran."""

    weight: Weight
    dispatch_class: DispatchClass
    pays_fee: Pays


class PostDispatchInfo(Record):
    """What a call found out about its own cost; `None` leaves the weight known before."""

    actual_weight: Weight | None = None
    pays_fee: Pays = Pays.Yes

    def with_added(self, weight: Weight) -> PostDispatchInfo:
        """The same for a call that came with something that weighs so much."""
        used = self.actual_weight
        return PostDispatchInfo(None if used is None else used.saturating_add(weight), self.pays_fee)

    def used(self, info: DispatchInfo) -> Weight:
        """The weight that the call used: never more than was known before.

        Upstream: substrate/frame/support/src/dispatch.rs `extract_actual_weight`
        """
        return info.weight if self.actual_weight is None else self.actual_weight.min(info.weight)


class RuntimeDbWeight(Record):
    """Reference time of one storage read and one write."""

    read: U64
    write: U64

    def reads_writes(self, reads: int, writes: int) -> Weight:
        """The weight of so many reads and writes."""
        return Weight(min(self.read * reads + self.write * writes, U64_MAX), 0)
