"""One parachain of a network: its collator, and what became of the blocks that it made.

| a block | becomes |
|---|---|
| is made on the relay chain's newest block | **fresh**: the next relay chain block may back it |
| is backed | waits until validators hold its pieces; another one may be made on top of it |
| is included | part of the chain, which clients see only now |
| is not backed in the next block, or falls away with a session | made again, out of the same pool |

So nothing that clients see is ever taken back, though a real collator tells of its blocks earlier.

Upstream: cumulus/client/consensus/aura/src/collators/lookahead.rs
"""

from __future__ import annotations

from node.chain import Block
from node.collator import known_of_relay, persisted_validation_data
from node.devnet import SLOT, DevRelay
from node.devpara import DevPara
from node.para_producer import Collation, Collator, Turn, head_of
from node.pool import Limits
from node.producer import Dropped
from node.service import ParaNode
from node.validators import Keys
from pallets.para.aura import Slot
from primitives.candidates import (
    CandidateCommitments,
    CandidateDescriptorV2,
    CommittedCandidateReceiptV2,
    HeadData,
)
from primitives.errors import Defect, Invalid, InvalidBlock, InvalidTransaction
from primitives.hashing import blake2_256
from primitives.header import NO_HASH
from primitives.ids import Hash, Moment, ParaId
from primitives.record import Record
from primitives.storage.state import State
from primitives.storage.witness import RecordingState
from primitives.validation import ValidationResult
from runtime.bulletin import AURA
from runtime.validate_block import validate_block

INHERENTS = 2
"""Extrinsics that every block has."""

MAY_YET_COME = (Invalid.ExhaustsResources, Invalid.Future, Invalid.Stale)
"""Why an extrinsic is left out of one block that may be in another; it is stale if it is in a block that is
not included yet.
"""


class Made(Record):
    """A block that was made and checked, and what it left."""

    block: Block
    state: State
    candidate: CommittedCandidateReceiptV2

    @property
    def head(self) -> HeadData:
        """What the relay chain knows it by."""
        return self.candidate.commitments.head_data

    @property
    def matters(self) -> bool:
        """Whether anybody waits for it: it holds extrinsics, messages, or what was done with some."""
        out = self.candidate.commitments
        said = out.upward_messages or out.horizontal_messages or out.processed_downward_messages
        return bool(said) or len(self.block.extrinsics) > INHERENTS


class ParaSide:
    """One parachain, with its core on the relay chain."""

    def __init__(self, spec: DevPara, core: int, keys: Keys, limits: Limits) -> None:
        self.node, self.core, self._keys = ParaNode(spec, limits), core, keys
        self.backed: Made | None = None
        self.fresh: Made | None = None

    @property
    def para(self) -> ParaId:
        """Under which number the relay chain knows it."""
        return self.node.spec.para

    def settle(self, relay: DevRelay) -> None:
        """See what the relay chain's newest block did: take what is included, forget what fell away."""
        head = relay.paras.heads.get(self.para)
        waiting = relay.para_inclusion.candidates_pending_availability(self.para)
        if self.backed is not None and head == self.backed.head:
            self.node.take(self.backed.block, self.backed.state)
            self.backed = None
        names = {each.hash() for each in waiting}
        if self.backed is not None and self.backed.candidate.hash() not in names:
            self.backed = None
        if self.fresh is not None and self.fresh.candidate.hash() in names:
            self.backed = self.fresh
        self.fresh = None

    def make(self, relay: DevRelay, relay_parent: Hash) -> None:
        """Make a block on the relay chain's newest one, and have validators check it."""
        parent = self.backed.block if self.backed else self.node.chain.best
        before = self.backed.state if self.backed else self.node.chain.state(parent.hash)
        state = RecordingState.over(before)
        head = head_of(parent.header)
        try:
            made = self._collate(relay, parent, state, head)
            result = validate_block(self.node.runtime, made.params)
        except InvalidBlock as fault:
            self.node.complain(f"no block after {parent.number}: {fault}")
            return
        candidate = self._candidate(relay, relay_parent, head, made, result)
        block = Block(made.header, made.made[-1].extrinsics, made.header.hash())
        self.fresh = Made(block, state, candidate)

    def _collate(self, relay: DevRelay, parent: Block, state: RecordingState, head: HeadData) -> Collation:
        known = known_of_relay(relay, self.para, head)
        now = Moment(relay.slot() * SLOT)
        turn = Turn(Slot(now // AURA.slot_duration), now)
        author = self.node.spec.author

        def seal(message: bytes) -> bytes:
            return self._keys.sign(author, message)

        def refused(extrinsic: bytes, why: Exception) -> None:
            if not isinstance(why, InvalidTransaction):
                self._leave_out(extrinsic, f"{type(why).__name__}: {why}", parent.number + 1)
            elif why.reason not in MAY_YET_COME:
                self._leave_out(extrinsic, why.reason.name, parent.number + 1)

        collator = Collator(self.node.runtime, state, seal, refused)
        return collator.make(parent.header, known, turn, self.node.pool.pending())

    def _leave_out(self, extrinsic: bytes, why: str, number: int) -> None:
        self.node.leave_out(Dropped(Hash(blake2_256(extrinsic)), why), number)

    def _candidate(
        self,
        relay: DevRelay,
        relay_parent: Hash,
        parent: HeadData,
        made: Collation,
        result: ValidationResult,
    ) -> CommittedCandidateReceiptV2:
        """A candidate of the block, as those put it together who checked it.

        Upstream: polkadot/node/collation-generation/src/lib.rs `construct_and_distribute_receipt`
        """
        code = relay.paras.current_code_hash.get(self.para)
        if code is None:
            raise Defect(f"the relay chain knows no code of parachain {self.para}")
        commitments = commitments_of(result)
        descriptor = CandidateDescriptorV2(
            para_id=self.para,
            relay_parent=relay_parent,
            version=0,
            core_index=self.core,
            session_index=relay.paras_shared.session_index(),
            scheduling_session_offset=0,
            reserved1=bytes(24),
            persisted_validation_data_hash=persisted_validation_data(relay, parent).hash(),
            pov_hash=Hash(blake2_256(made.params.block_data)),
            erasure_root=NO_HASH,
            scheduling_parent=NO_HASH,
            reserved2=bytes(32),
            para_head=Hash(blake2_256(commitments.head_data)),
            validation_code_hash=code,
        )
        return CommittedCandidateReceiptV2(descriptor, commitments)


def commitments_of(result: ValidationResult) -> CandidateCommitments:
    """What the validation function found, as a candidate tells it."""
    return CandidateCommitments(
        upward_messages=result.upward_messages,
        horizontal_messages=result.horizontal_messages,
        new_validation_code=result.new_validation_code,
        head_data=result.head_data,
        processed_downward_messages=result.processed_downward_messages,
        hrmp_watermark=result.hrmp_watermark,
    )
