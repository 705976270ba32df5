"""A parachain being replayed: its runtime, and blocks that the real one could not make.

The recording of a block that made the runtime panic ends with the call that did, which has no outcome. Ours
must find the block invalid there.

A recording with splits tells of the first block to which downward messages came in part, how else they could
have been handed over, and which of these ways the runtime took.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from typing_extensions import override

from node.conform.chain_replay import ChainReplay, state_before
from node.conform.recorded import RecordedParaCosts
from node.conform.recording import Block, Chain, Collation, Split, Step
from node.conform.results import StepResult
from node.conform.scope import Scope
from pallets import message_queue_invariants
from pallets.para.inbound_messages import AbridgedDownwardMessages, HashedMessage, InboundMessagesData
from primitives import mqc
from primitives.channels import InboundDownwardMessage
from primitives.errors import Defect, InvalidBlock
from primitives.extrinsic import decode_extrinsic, encode_extrinsic
from primitives.header import HEADER, Header
from primitives.ids import BlockNumber
from primitives.pallet import RuntimeCall
from primitives.record import replace
from primitives.storage.naming import show
from runtime.para import Para
from runtime.validate_block import outputs

CALL = Para.wire().codec(RuntimeCall)
INHERENT = "ParachainSystem.set_validation_data"


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
        self._splits = chain.splits

    @override
    def beforehand(self, block: Block, place: int, index: int) -> Iterator[StepResult]:
        """Each recorded way to hand over messages in part, tried once."""
        step = block.steps[index]
        if not self._splits or step.call != INHERENT:
            return
        call: RuntimeCall = decode_extrinsic(step.input, CALL, Para.extensions).call
        down = call.args[1].downward_messages
        if not down.hashed_messages:
            return
        splits, self._splits = self._splits, ()
        arrivals = [each.sent_at for each in (*down.full_messages, *down.hashed_messages)]
        self.outside.turn_to(step)
        for split in splits:
            given = _with_downward(call, _split(self.chain.split_messages, arrivals, split))
            what = f"{split.full} whole, {split.hashed} as hashes"
            yield StepResult(block.number, place, index, "splits", what, tuple(self._tried(split, given)))

    def _tried(self, split: Split, given: bytes) -> Iterator[str]:
        """Whether the runtime takes a block's messages that way; of those taken, so many count as processed
        as came whole.
        """
        found, taken = True, 0
        with self.state.frame() as attempt:
            try:
                self.para.executive.apply_extrinsic(given)
                taken = self.para.parachain_system.processed_downward_messages.get()
            except InvalidBlock:
                found = False
            attempt.discard()
        if found != split.accepted:
            yield f"the split was {_said(split.accepted)}, ours is {_said(found)}"
        elif found and taken != split.full:
            yield f"messages processed expected {split.full}, found {taken}"

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


def _split(
    messages: tuple[bytes, ...], arrivals: list[BlockNumber], split: Split
) -> AbridgedDownwardMessages:
    """The messages, so many of them whole."""
    rows = list(zip(arrivals, messages, strict=True))
    if split.full + split.hashed != len(rows):
        raise Defect(f"a split of {split.full + split.hashed} messages, and there are {len(rows)}")
    return AbridgedDownwardMessages(
        tuple(InboundDownwardMessage(sent_at, message) for sent_at, message in rows[: split.full]),
        tuple(HashedMessage(sent_at, mqc.message_hash(message)) for sent_at, message in rows[split.full :]),
    )


def _with_downward(call: RuntimeCall, messages: AbridgedDownwardMessages) -> bytes:
    """The inherent with other downward messages."""
    data, given = call.args
    changed = InboundMessagesData(messages, given.horizontal_messages)
    return encode_extrinsic(CALL.encode(replace(call, args=(data, changed))), None, Para.extensions)


def _said(accepted: bool) -> str:  # noqa: FBT001 - a verdict is nothing else
    return "taken" if accepted else "refused"
