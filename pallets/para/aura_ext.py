"""What a parachain adds to its taking of turns: how fast it may go, and who sealed the last blocks.

A parachain goes no faster than the relay chain takes its blocks in: its **velocity** is how many of them that
are for each slot of the relay chain. One more is let through, so that the row of blocks that wait to be
included can fill.

Upstream: cumulus/pallets/aura-ext/src/lib.rs, cumulus/pallets/aura-ext/src/consensus_hook.rs
"""

from __future__ import annotations

from typing_extensions import override

from pallets.para.aura import Aura, AuraId, Slot
from pallets.para.parachain_system_items import UnincludedSegmentCapacity
from pallets.para.relay_state import RelayChainStateProof
from primitives.errors import InvalidBlock
from primitives.ids import BlockNumber, Moment
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U32
from primitives.storage.views import OptionValue, Value


class AuraExt(Pallet, prefix="AuraExt"):
    """The authors of this block, and how many blocks were made for a slot of the relay chain.

    Upstream: cumulus/pallets/aura-ext/src/lib.rs `Pallet`
    """

    authorities: Value[tuple[AuraId, ...]] = item(default=())
    """Who made blocks when the last block ended: one of them sealed this one, whatever this one changes."""

    relay_slot_info: OptionValue[tuple[Slot, U32]]
    """The newest slot of the relay chain that a block was made for, and how many were made for it."""

    def __init__(self, frame: Frame, aura: Aura) -> None:
        super().__init__(frame)
        self.aura = aura

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Note who may seal the next block.

        Upstream: cumulus/pallets/aura-ext/src/lib.rs `Hooks::on_finalize`
        """
        self.authorities.put(self.aura.authorities.get())


class Velocity(Record):
    """How fast a parachain may go."""

    relay_slot_duration: Moment
    """Milliseconds in a slot of the relay chain."""

    blocks_per_relay_slot: int
    """Blocks that the relay chain takes in for each of its slots."""

    capacity: int
    """Blocks that may wait to be included."""


class FixedVelocityConsensusHook:
    """Lets a parachain go as fast as it always does.

    Upstream: cumulus/pallets/aura-ext/src/consensus_hook.rs `FixedVelocityConsensusHook`
    """

    def __init__(self, aura_ext: AuraExt, velocity: Velocity) -> None:
        self.aura_ext, self.velocity = aura_ext, velocity

    @property
    def blocks_per_relay_slot(self) -> int:
        """At least one."""
        return max(self.velocity.blocks_per_relay_slot, 1)

    def on_state_proof(self, proof: RelayChainStateProof) -> UnincludedSegmentCapacity:
        """Count a block for the relay parent's slot. The relay chain's slots do not go back, take no more
        blocks than they may, and are not behind the block's own.

        Upstream: cumulus/pallets/aura-ext/src/consensus_hook.rs `ConsensusHook::on_state_proof`
        """
        relay_slot = Slot(proof.read_slot())
        slot, authored = self.aura_ext.relay_slot_info.get() or (relay_slot, 0)
        if relay_slot < slot:
            raise InvalidBlock("slot of the relay parent", f"at least {slot}", relay_slot)
        authored = authored if relay_slot == slot else 0
        if authored > self.blocks_per_relay_slot:
            raise InvalidBlock(
                f"blocks made for relay slot {relay_slot}",
                f"at most {self.blocks_per_relay_slot + 1}",
                authored + 1,
            )
        aura = self.aura_ext.aura
        most = relay_slot * self.velocity.relay_slot_duration // aura.constants.slot_duration
        if aura.current_slot.get() > most:
            raise InvalidBlock("slot of the block", f"at most {most}", aura.current_slot.get())

        self.aura_ext.relay_slot_info.put((relay_slot, authored + 1))
        return UnincludedSegmentCapacity(max(self.velocity.capacity, 1))

    def can_build_upon(self, not_included: int, slot: Slot) -> bool:
        """Whether a block may be made for a slot, given how many blocks are not included.

        Upstream: cumulus/pallets/aura-ext/src/consensus_hook.rs `can_build_upon`
        """
        info = self.aura_ext.relay_slot_info.get()
        if info is None:
            return True
        if not_included >= self.velocity.capacity:
            return False
        last, authored = info
        return authored < self.blocks_per_relay_slot + 1 if slot == last else last < slot
