"""Whose turn it is to make a block: authors take turns, slot by slot.

A **slot** is a stretch of time of fixed length, counted from the beginning of 1970. The author says in the
block's digest for which slot it is made; the slot's number tells whose turn it was, and the block's time has
to lie in it.

Upstream: substrate/frame/aura/src/lib.rs
"""

from __future__ import annotations

from typing import NewType

from typing_extensions import override

from pallets.system import System
from primitives.errors import InvalidBlock
from primitives.header import Digest, PreRuntime
from primitives.ids import BlockNumber, Moment
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U64, Bytes32
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.storage.views import Value

AURA_ENGINE_ID = b"aura"

Slot = NewType("Slot", U64)
"""A stretch of time in which one author may make blocks."""

AuraId = NewType("AuraId", Bytes32)
"""The sr25519 key with which an author seals its blocks."""


class AuraConstants(Record):
    """What a runtime fixes for its Aura pallet."""

    slot_duration: Moment
    """Milliseconds in a slot."""


class Aura(Pallet, prefix="Aura", constants=AuraConstants):
    """The authors and the slot of the block being made.

    Upstream: substrate/frame/aura/src/lib.rs `Pallet`
    """

    authorities: Value[tuple[AuraId, ...]] = item(default=())
    """Who makes blocks, in the order of their turns."""

    current_slot: Value[Slot] = item(default=Slot(0))
    """The slot of this block, or of the last one made."""

    def __init__(
        self, frame: Frame, system: System, constants: AuraConstants, *, several_blocks_per_slot: bool
    ) -> None:
        super().__init__(frame)
        self.system, self.constants = system, constants
        self.several_blocks_per_slot = several_blocks_per_slot

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Take the slot from the digest, if it names one. Slots do not go back, and on chains that have one
        block for each slot they go on.

        Upstream: substrate/frame/aura/src/lib.rs `Hooks::on_initialize`
        """
        slot, before = slot_of(self.system.digest.get()), self.current_slot.get()
        if slot is None:
            return
        if slot < before or (slot == before and not self.several_blocks_per_slot):
            wanted = f"at least {before}" if self.several_blocks_per_slot else f"more than {before}"
            raise InvalidBlock("slot of the block", wanted, slot)

        self.current_slot.put(slot)

    def on_timestamp_set(self, moment: Moment) -> None:
        """The block's time was told; it has to lie in the block's slot.

        Upstream: substrate/frame/aura/src/lib.rs `OnTimestampSet::on_timestamp_set`
        """
        slot = moment // self.constants.slot_duration
        if slot != self.current_slot.get():
            raise InvalidBlock("slot of the block's time", self.current_slot.get(), slot)

    def find_author(self, digest: Digest) -> int | None:
        """Whose turn a block with this digest was, by place among the authors.

        Upstream: substrate/frame/aura/src/lib.rs `FindAuthor::find_author`
        """
        slot, authors = slot_of(digest), len(self.authorities.get())
        return None if slot is None or not authors else slot % authors


def slot_of(digest: Digest) -> Slot | None:
    """The slot that a digest names.

    Upstream: substrate/frame/aura/src/lib.rs `Pallet::current_slot_from_digests`
    """
    for entry in digest.logs:
        if isinstance(entry, PreRuntime) and entry.engine == AURA_ENGINE_ID:
            try:
                return _SLOT.decode_at(entry.data, 0)[0]
            except DecodeError:
                continue
    return None


_SLOT = codec(Slot)
