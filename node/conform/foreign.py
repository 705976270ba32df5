"""Calls of pallets that are not ours, as far as a replay needs them.

Who signed such a call, what it cost and whether it was let in are ours to say, so its bytes have to be read.
What it does is not: the entries it writes are given, its own events too, and how it ended is looked up.
"""

from __future__ import annotations

from typing import Protocol

from pallets.relay.scheduler import CoreAssignment, PartsOf57600
from primitives.errors import DispatchError, DispatchErrorCase
from primitives.ids import BlockNumber
from primitives.origin import Origin, ensure_root
from primitives.pallet import Frame, Pallet, call
from primitives.scale.codec import U16


class Endings(Protocol):
    """Knows how a foreign call ended."""

    def foreign_error(self) -> DispatchErrorCase | None:
        """Why the call that is being made failed; None if it did not."""
        ...


class Coretime(Pallet, prefix="Coretime"):
    """Gives parachains their cores.

    Upstream: polkadot/runtime/parachains/src/coretime/mod.rs `Pallet`
    """

    def __init__(self, frame: Frame, endings: Endings) -> None:
        super().__init__(frame)
        self.endings = endings

    @call(4)
    def assign_core(
        self,
        origin: Origin,
        core: U16,
        begin: BlockNumber,
        assignment: tuple[tuple[CoreAssignment, PartsOf57600], ...],
        end_hint: BlockNumber | None,
    ) -> None:
        """Give a core away from some block on; the entries for that are written already.

        Upstream: polkadot/runtime/parachains/src/coretime/mod.rs `Pallet::assign_core`
        """
        ensure_root(origin)
        error = self.endings.foreign_error()
        if error is not None:
            raise DispatchError(error)
