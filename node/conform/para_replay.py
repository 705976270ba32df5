"""A parachain being replayed: its runtime, and blocks that the real one could not make.

The recording of a block that made the runtime panic ends with the call that did, which has no outcome. Ours
must find the block invalid there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from node.conform.chain_replay import ChainReplay, state_before
from node.conform.recorded import RecordedCosts
from node.conform.recording import Block, Chain, Step
from node.conform.results import StepResult
from node.conform.scope import Scope
from pallets import message_queue_invariants
from primitives.errors import Defect, InvalidBlock
from runtime.para import Para


class ParaReplay(ChainReplay):
    """A parachain being replayed."""

    def __init__(self, chain: Chain, scope: Scope) -> None:
        state = state_before(chain)
        outside = RecordedCosts(Para.wire())
        self.para = Para(state, outside)
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
        """The call that the real chain could not make."""
        if block.refused_step is None:
            return
        op, differences = block.refused_step["op"], []
        try:
            with self.state.frame() as attempt:
                self._panic(block.refused_step)
                attempt.discard()
            differences = ["the block was refused, ours goes on"]
        except InvalidBlock:
            pass
        yield StepResult(block.number, place, len(block.steps), "refused", op, tuple(differences))

    def _panic(self, step: Any) -> None:
        executive, given = self.para.executive, bytes.fromhex((step.get("input") or "0x")[2:])
        match step["op"]:
            case "apply_extrinsic":
                executive.apply_extrinsic(given)
            case "finalize_block":
                executive.finalize_block()
            case other:
                raise Defect(f"a recording of a refused {other}")
