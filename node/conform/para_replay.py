"""A parachain being replayed: its runtime, and blocks that the real one could not make.

The recording of a block that made the runtime panic ends with the call that did, which has no outcome. Ours
must find the block invalid there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from node.conform.chain_replay import ChainReplay, state_before
from node.conform.recorded import RecordedParaCosts
from node.conform.recording import Block, Chain, Collation, Step
from node.conform.results import StepResult
from node.conform.scope import Scope
from pallets import message_queue_invariants
from primitives.errors import Defect, InvalidBlock
from primitives.header import HEADER, Header
from primitives.storage.naming import show
from runtime.para import Para
from runtime.validate_block import outputs


class ParaReplay(ChainReplay):
    """A parachain being replayed."""

    def __init__(self, chain: Chain, scope: Scope) -> None:
        state = state_before(chain)
        outside = RecordedParaCosts(Para.wire())
        self.para = Para(state, outside)
        outside.attach(self.para.fees)
        super().__init__(
            chain, scope.of("para"), state, self.para, outside, Para.indices, Para.indices.values()
        )

    @override
    def violations(self, step: Step) -> Iterator[str]:
        """Invariants of message queues."""
        for sentence in message_queue_invariants.violations(self.para.message_queue):
            yield f"invariant of MessageQueue broken: {sentence}"

    @override
    def ending(self, block: Block, place: int) -> Iterator[StepResult]:
        """The call that the real chain could not make; or what the block puts out."""
        at = len(block.steps)
        if block.refused_step is not None:
            differences, op = tuple(self._refusal(block.refused_step)), block.refused_step["op"]
            yield StepResult(block.number, place, at, "refused", op, differences)
        if block.outputs is not None:
            differences = tuple(self._outputs(block.outputs, HEADER.decode(block.steps[-1].output)))
            yield StepResult(block.number, place, at, "outputs", "", differences)

    def _refusal(self, step: Any) -> Iterator[str]:
        """A call leaves nothing behind; what the end of a block does is undone with the block."""
        before = self.state.root()
        try:
            self._panic(step)
            yield "the block was refused, ours goes on"
        except InvalidBlock:
            if step["op"] == "apply_extrinsic" and self.state.root() != before:
                yield "the block is refused, but the state is not as it was"

    def _outputs(self, recorded: Collation, header: Header) -> Iterator[str]:
        """Compare what the block puts out; its head, which is its header, is compared by itself."""
        ours = outputs(self.para, header)
        for field in Collation.__struct_fields__:
            expected, found = getattr(recorded, field), getattr(ours, field)
            if expected != found:
                yield f"{field} expected {show(expected)}, found {show(found)}"

    def _panic(self, step: Any) -> None:
        executive, given = self.para.executive, bytes.fromhex((step.get("input") or "0x")[2:])
        match step["op"]:
            case "apply_extrinsic":
                executive.apply_extrinsic(given)
            case "finalize_block":
                executive.finalize_block()
            case other:
                raise Defect(f"a recording of a refused {other}")
