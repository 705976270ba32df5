"""A relay chain and its parachains being replayed in step.

The blocks of all chains are run in the order in which they were made. What a parachain's block is shown of
the relay chain is made anew: the proof of its state and every message that waits come from our own relay
chain, and which of them the block is given, from our own parachain. It must be what the recorded block was
shown, byte for byte. What the block puts out is compared with the recorded collation, which the next relay
chain block backs.
"""

from __future__ import annotations

from collections.abc import Iterator

from node.collator import known_of_relay
from node.conform.para_replay import ParaReplay
from node.conform.recording import Block, Placed, Recording
from node.conform.relay_replay import RelayReplay
from node.conform.results import StepResult
from node.conform.scope import Scope
from primitives.candidates import HeadData
from primitives.errors import Defect
from primitives.extrinsic import decode_extrinsic
from primitives.ids import ParaId
from primitives.pallet import RuntimeCall
from primitives.storage.naming import show
from runtime.para import Para

SHOWN = "ParachainSystem.set_validation_data"


class WorldReplay:
    """Several chains of one recording; `relay` and `paras` are their replays."""

    def __init__(self, recording: Recording, scope: Scope) -> None:
        if recording.relay is None:
            raise Defect(f"{recording.name} has no relay chain")
        self.order = recording.order
        self.relay = RelayReplay(recording.relay, scope)
        self.paras = {para: ParaReplay(chain, scope) for para, chain in recording.paras}
        self._next: dict[int | None, int] = dict.fromkeys((None, *self.paras), 0)

    def run(self) -> Iterator[tuple[int | None, Block, list[StepResult]]]:
        """Run block after block; gives of each whose it is (None: the relay chain's), and its results."""
        for placed in self.order:
            if placed.para is None:
                yield from self._relay_up_to(placed.number)
            else:
                yield from self._relay_up_to(placed.relay_parent)
                yield placed.para, *self._para_block(placed.para, placed)
        yield from self._relay_up_to(self.relay.chain.blocks[-1].number)

    def _relay_up_to(self, number: int) -> Iterator[tuple[None, Block, list[StepResult]]]:
        """The relay chain's blocks up to one of a number, refused attempts included."""
        blocks = self.relay.chain.blocks
        while self._next[None] < len(blocks) and blocks[self._next[None]].number <= number:
            place = self._next[None]
            self._next[None] = place + 1
            yield None, blocks[place], self.relay.block(place)

    def _para_block(self, para: int, placed: Placed) -> tuple[Block, list[StepResult]]:
        run, place = self.paras[para], self._next[para]
        self._next[para] = place + 1
        block = run.chain.blocks[place]
        shown = tuple(self._shown(ParaId(para), block))
        backed = (
            () if placed.collation == block.outputs else ("the collation is not what the block puts out",)
        )
        return block, [
            StepResult(block.number, place, 0, "shown", SHOWN, (*shown, *backed)),
            *run.block(place),
        ]

    def _shown(self, para: ParaId, block: Block) -> Iterator[str]:
        """Compare what the block was shown of the relay chain with what ours would show it."""
        relay = self.relay.relay
        recorded = next(step.input for step in block.steps if step.call == SHOWN)
        call: RuntimeCall = decode_extrinsic(recorded, Para.wire().codec(RuntimeCall), Para.extensions).call
        data, messages = call.args
        head = relay.para_inclusion.para_latest_head_data(para) or HeadData(b"")
        ours = self.paras[para].para.parachain_system.create_inherent(known_of_relay(relay, para, head))
        for one, other, name in ((data, ours[0], "data"), (messages, ours[1], "inbound_messages_data")):
            for field in type(one).__struct_fields__:
                expected, found = getattr(one, field), getattr(other, field)
                if expected != found:
                    yield f"{name}.{field} expected {show(expected)}, found {show(found)}"
