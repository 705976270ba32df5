"""The recordings of parachains, and a parachain of the few pallets that deal with the relay chain.

Its neighbours are played: what goes into the queues is noted, and what goes out to other parachains is what
the test says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from node.conform.recording import Block, Chain, Recording, Step, read
from pallets.para.aura import Aura, AuraConstants
from pallets.para.aura_ext import AuraExt, FixedVelocityConsensusHook, Velocity
from pallets.para.inbound_messages import BasicParachainInherentData, InboundMessagesData
from pallets.para.parachain_system import ParachainSystem, ParachainSystemRules
from pallets.para.parachain_system_items import ParachainSystemConstants
from pallets.system import System
from primitives.ids import BlockNumber, Moment, ParaId
from primitives.pallet import Frame, Pallet
from primitives.record import Record, replace
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.weights import Weight
from runtime import paseo
from runtime.relay import Relay
from tests.support.recordings import FIXTURES

PATHS = {
    path.name.removesuffix(".json.xz"): path
    for folder in ("para", "random/para", "world", "random/world")
    for path in sorted((FIXTURES / folder).glob("*.json.xz"))
}
"""The files in which there are parachains, by name."""

ARGUMENTS = codec(tuple[BasicParachainInherentData, InboundMessagesData])
SET_VALIDATION_DATA = bytes((1, 0))


@cache
def recording(name: str) -> Recording:
    return read(PATHS[name])


class Course(NamedTuple):
    """One parachain of a recording."""

    name: str
    para: ParaId
    chain: Chain
    raw: tuple[dict[str, Any], ...]
    """The blocks' JSON, for what recordings of parachains have besides."""


def courses(name: str) -> Iterator[Course]:
    found = recording(name)
    for para, chain in found.paras:
        raw = found.raw["paras"][str(para)] if para else found.raw
        yield Course(f"{name} of {para or 1010}", ParaId(para or 1010), chain, tuple(raw["blocks"]))


def inherent_arguments(extrinsic: bytes) -> tuple[BasicParachainInherentData, InboundMessagesData]:
    """What `set_validation_data` is given, from the bytes of the extrinsic."""
    _, start = decode_compact(extrinsic, 0, 32)
    assert extrinsic[start + 1 : start + 3] == SET_VALIDATION_DATA
    return ARGUMENTS.decode(extrinsic[start + 3 :])


class ParaChain:
    """System, Aura, AuraExt and ParachainSystem over one state."""

    def __init__(self, state: State, para: ParaId) -> None:
        self.state = state
        frame = Frame(state, Relay.wire())  # any runtime will do
        self.system = System(frame, replace(paseo.SYSTEM, block_weights=_weights()))
        frame.deposit = self._deposit
        self.events: list[tuple[str, Record]] = []
        self.queued: list[tuple[Record, tuple[bytes, ...]]] = []
        self.handled: list[tuple[ParaId, BlockNumber, bytes]] = []
        self.outbound: list[tuple[ParaId, bytes]] = []
        self.asked: list[tuple[int, tuple[ParaId, ...]]] = []
        self.aura = Aura(frame, self.system, AuraConstants(Moment(24_000)), several_blocks_per_slot=True)
        self.aura_ext = AuraExt(frame, self.aura)
        self.parachain_system = ParachainSystem(
            frame,
            self.system,
            ParachainSystemConstants(para),
            ParachainSystemRules(Weight(500_000_000_000, 2_621_440), downward_weight),
            FixedVelocityConsensusHook(self.aura_ext, Velocity(Moment(6_000), 1, 3)),
            self,
            self,
            self,
        )

    def _deposit(self, pallet: Pallet, event: Record, topics: tuple[bytes, ...]) -> None:
        self.events.append((pallet.prefix, event))

    @property
    def max_message_len(self) -> int:
        return 65_531

    def enqueue_messages(self, origin: Record, messages: tuple[bytes, ...]) -> None:
        self.queued.append((origin, messages))

    def handle_xcmp_messages(
        self, messages: Iterable[tuple[ParaId, BlockNumber, bytes]], max_weight: Weight
    ) -> Weight:
        self.handled.extend(messages)
        return max_weight

    def take_outbound_messages(
        self, maximum_channels: int, excluded_recipients: tuple[ParaId, ...] = ()
    ) -> list[tuple[ParaId, bytes]]:
        self.asked.append((maximum_channels, excluded_recipients))
        return self.outbound


def _weights() -> Any:
    return replace(paseo.SYSTEM.block_weights, max_block=Weight(2_000_000_000_000, 10_485_760))


def downward_weight(count: int) -> Weight:
    """As bulletin-paseo says it."""
    return Weight(1_298_000 + 173_432_307 * count + 3 * 25_000_000 + (5 + count) * 100_000_000, 3_517)


def apply(state: State, changes: Iterable[tuple[bytes, bytes | None]]) -> None:
    for key, value in changes:
        state.set(key, value)


def step_named(block: Block, call: str) -> Step | None:
    return next((step for step in block.steps if step.call == call), None)
