"""The time on the chain: told once in each block by its author, as an inherent.

Upstream: substrate/frame/timestamp/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from primitives.errors import InvalidBlock
from primitives.ids import BlockNumber, Moment
from primitives.origin import Origin, ensure_none
from primitives.pallet import Frame, Pallet, call, item
from primitives.record import Record
from primitives.scale.codec import Compact64
from primitives.storage.views import Value
from primitives.weights import DispatchClass


class TimestampConstants(Record):
    """What a runtime fixes for its Timestamp pallet."""

    minimum_period: Moment
    """Milliseconds that must pass from one block to the next."""


def _nobody(moment: Moment) -> None:
    """Nobody is told the time."""


class Timestamp(Pallet, prefix="Timestamp", constants=TimestampConstants):
    """The time of the block being made.

    Upstream: substrate/frame/timestamp/src/lib.rs `Pallet`
    """

    now: Value[Moment] = item(default=Moment(0))
    """The time of this block, or of the last one made."""

    did_update: Value[bool] = item(default=False)
    """Whether this block has told its time; only while it is made."""

    def __init__(
        self,
        frame: Frame,
        constants: TimestampConstants,
        on_timestamp_set: Callable[[Moment], None] = _nobody,
    ) -> None:
        super().__init__(frame)
        self.constants, self.on_timestamp_set = constants, on_timestamp_set

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Forget that the time was told; a block that did not tell it is invalid.

        Upstream: substrate/frame/timestamp/src/lib.rs `Pallet::on_finalize`
        """
        if not self.did_update.take():
            raise InvalidBlock("times told by the block", 1, 0)

    @call(0, dispatch_class=DispatchClass.Mandatory)
    def set(self, origin: Origin, now: Compact64) -> None:
        """Tell the time, in milliseconds since 1970.

        A second time in one block, or one that is less than the minimum period after the last, makes the
        block invalid (upstream panics).

        Upstream: substrate/frame/timestamp/src/lib.rs `Pallet::set`
        """
        ensure_none(origin)
        if self.did_update.exists():
            raise InvalidBlock("times told by the block", 1, 2)
        last = self.now.get()
        earliest = last + self.constants.minimum_period if last else 0
        if now < earliest:
            raise InvalidBlock("time told by the block", f"at least {earliest}", now)

        self.now.put(Moment(now))
        self.did_update.put(True)
        self.on_timestamp_set(Moment(now))
