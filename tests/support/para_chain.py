"""A parachain of the few pallets that deal with the relay chain: System, Aura, AuraExt and ParachainSystem.

Its neighbours are played: what goes into the queues is noted, and what goes out to other parachains is what
the test says.
"""

from __future__ import annotations

from collections.abc import Iterable

from pallets.para.aura import Aura
from pallets.para.aura_ext import AuraExt, FixedVelocityConsensusHook, Velocity
from pallets.para.parachain_system import ParachainSystem, ParachainSystemRules
from pallets.para.parachain_system_items import ConsensusHook, ParachainSystemConstants
from pallets.system import System
from primitives.ids import BlockNumber, ParaId
from primitives.pallet import Frame, Pallet
from primitives.record import Record, replace
from primitives.storage.state import State
from primitives.weights import Weight
from runtime import bulletin
from runtime.bulletin_weights import PARACHAIN_SYSTEM
from runtime.para import Para


class ParaChain:
    """The pallets over one state, wired as on the recorded parachain, and notes of what they did."""

    def __init__(
        self,
        state: State,
        para: ParaId,
        *,
        rules: ParachainSystemRules = PARACHAIN_SYSTEM,
        hook: ConsensusHook | None = None,
        velocity: Velocity = bulletin.VELOCITY,
        max_block: Weight = bulletin.MAX_BLOCK,
        pallet: type[ParachainSystem] = ParachainSystem,
    ) -> None:
        self.state = state
        frame = Frame(state, Para.wire())
        weights = replace(bulletin.SYSTEM.block_weights, max_block=max_block)
        self.system = System(frame, replace(bulletin.SYSTEM, block_weights=weights))
        frame.deposit = self._deposit
        self.events: list[tuple[str, Record]] = []
        self.queued: list[tuple[Record, tuple[bytes, ...]]] = []
        self.handled: list[tuple[ParaId, BlockNumber, bytes]] = []
        self.outbound: list[tuple[ParaId, bytes]] = []
        self.asked: list[tuple[int, tuple[ParaId, ...]]] = []
        self.max_weights: list[Weight] = []
        self.max_message_len = 65_531
        self.aura = Aura(frame, self.system, bulletin.AURA, several_blocks_per_slot=True)
        self.aura_ext = AuraExt(frame, self.aura)
        self.parachain_system = pallet(
            frame,
            self.system,
            ParachainSystemConstants(para),
            rules,
            hook or FixedVelocityConsensusHook(self.aura_ext, velocity),
            dmp_queue=self,
            xcmp_handler=self,
            xcmp_source=self,
        )

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        self.events.append((pallet.prefix, event))

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        self.queued.append((origin, messages))

    def handle_xcmp_messages(
        self, messages: Iterable[tuple[ParaId, BlockNumber, bytes]], max_weight: Weight
    ) -> Weight:
        self.handled.extend(messages)
        self.max_weights.append(max_weight)
        return max_weight

    def take_outbound_messages(
        self, maximum_channels: int, excluded_recipients: tuple[ParaId, ...] = ()
    ) -> list[tuple[ParaId, bytes]]:
        self.asked.append((maximum_channels, excluded_recipients))
        return self.outbound
