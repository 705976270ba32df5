"""The inherent that brings a relay chain block its parachains: votes, candidates and disputes.

Every block has it once, and a block without it is none. Before anything else it makes the parent of the block
known as one that candidates may build on. Then the bitfields make candidates available, which take effect;
those that waited too long are dropped; and new ones are backed on the cores that are free. In the last block
of a session none are backed: whatever waits is dropped when the session changes.

What does not hold is left out (`paras_inherent_filters.py`). Upstream does the same when an author puts the
inherent together, so that in a block nothing is left to be left out: if anything is, the block is invalid.

Disputes are `OutOfScope`.

Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Protocol

from typing_extensions import override

from pallets.relay.configuration import Configuration
from pallets.relay.inclusion import Backing, ParaInclusion
from pallets.relay.initializer import Initializer
from pallets.relay.paras_inherent_filters import (
    SigningContext,
    sanitize_backed_candidates,
    sanitize_bitfields,
    votes_per_core,
)
from pallets.relay.scheduler import OutOfScope as OutOfScope
from pallets.relay.shared import ClaimQueue, ParasShared
from primitives.arithmetic import saturating_sub
from primitives.candidates import CandidateCommitments, InherentData, ScrapedOnChainVotes
from primitives.errors import ErrorCode, InvalidBlock, ensure
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId
from primitives.origin import Origin, ensure_none
from primitives.pallet import Frame, Pallet, call
from primitives.record import replace
from primitives.storage.views import OptionValue, Value
from primitives.weights import DispatchClass, PostDispatchInfo, Weight


class Error(ErrorCode):
    """Why the inherent is turned down, and the block with it.

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Error`
    """

    TooManyInclusionInherents = enum.auto()
    """This block has one already."""

    InvalidParentHeader = enum.auto()
    """The header given is not that of the block before."""

    InherentDataFilteredDuringExecution = enum.auto()
    """Something in it does not hold; the author has to leave that out beforehand."""

    UnscheduledCandidate = enum.auto()
    """There are more candidates than cores for them."""


class ParentBlock(Protocol):
    """What is asked of System.

    Upstream: substrate/frame/system/src/lib.rs `Pallet`
    """

    @property
    def number(self) -> Value[BlockNumber]:
        """The block being made."""
        ...

    @property
    def parent_hash(self) -> Value[Hash]:
        """The hash of the block before."""
        ...


class Scheduler(Protocol):
    """What is asked of whoever gives parachains their cores.

    Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::claim_queue`
    """

    def claim_queue(self) -> ClaimQueue:
        """For each core: the parachains that may use it, the next one first."""
        ...


WeightAfter = Callable[[InherentData, tuple[CandidateCommitments, ...]], Weight]
"""What an inherent weighs with what was enacted by it."""


class ParaInherent(Pallet, prefix="ParaInherent", errors=Error):
    """Takes the inherent.

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Pallet`
    """

    included: OptionValue[tuple[()]]
    """There from the inherent to the end of the block."""

    on_chain_votes: OptionValue[ScrapedOnChainVotes]
    """The votes of the latest block, for validators to look up."""

    def __init__(
        self,
        frame: Frame,
        system: ParentBlock,
        configuration: Configuration,
        shared: ParasShared,
        scheduler: Scheduler,
        inclusion: ParaInclusion,
        initializer: Initializer,
        weight_after: WeightAfter | None = None,
    ) -> None:
        super().__init__(frame)
        self.system, self.configuration, self.shared = system, configuration, shared
        self.scheduler, self.inclusion, self.initializer = scheduler, inclusion, initializer
        self.weight_after = weight_after

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Forget that the inherent was there; a block without one is invalid (upstream panics).

        Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Hooks::on_finalize`
        """
        if self.included.take() is None:
            raise InvalidBlock("inherents for parachains", 1, 0)

    @call(0, dispatch_class=DispatchClass.Mandatory)
    def enter(self, origin: Origin, data: InherentData) -> PostDispatchInfo:
        """Take what the author says about parachains; fails with one of the errors above. What it weighs
        also depends on what became available by it.

        Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Pallet::enter`
        """
        ensure_none(origin)
        ensure(not self.included.exists(), Error.TooManyInclusionInherents)
        ensure(data.parent_header.hash() == self.system.parent_hash.get(), Error.InvalidParentHeader)
        if data.disputes:
            raise OutOfScope("disputes are not imported by the inclusion pallet")

        self.included.put(())
        self.note_parent(data)
        backings, enacted = self.process_inherent_data(data)
        self.on_chain_votes.put(ScrapedOnChainVotes(self.shared.session_index(), backings, ()))
        return PostDispatchInfo(None if self.weight_after is None else self.weight_after(data, enacted))

    def process_inherent_data(
        self, data: InherentData
    ) -> tuple[tuple[Backing, ...], tuple[CandidateCommitments, ...]]:
        """Enact what is available, drop what waited too long, back what is new; gives who voted for what is
        new, and what was enacted.

        Fails with InherentDataFilteredDuringExecution unless everything in the inherent could be used, in
        the order given.

        Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Pallet::process_inherent_data`
        """
        now, inclusion, scheduler = self.system.number.get(), self.inclusion, self.inclusion.scheduler
        context = SigningContext(self.shared.session_index(), self.system.parent_hash.get())
        cores, keys = scheduler.num_availability_cores(), self.shared.active_validator_keys.get()
        bitfields = sanitize_bitfields(data.bitfields, cores, context, keys)
        enacted = inclusion.update_pending_availability(votes_per_core(bitfields))
        if scheduler.availability_timeout_check_required(now):
            inclusion.free_timedout()

        eligible = {} if self.is_last_of_session() else self.eligible_paras()
        candidates = sanitize_backed_candidates(inclusion, data.backed_candidates, eligible)
        ensure(sum(map(len, candidates.values())) <= len(eligible), Error.UnscheduledCandidate)
        backings = inclusion.process_candidates(candidates)
        backed = tuple(each for para in sorted(candidates) for each, _ in candidates[para])
        processed = replace(data, bitfields=bitfields, backed_candidates=backed)
        ensure(processed == data, Error.InherentDataFilteredDuringExecution)
        return backings, enacted

    def is_last_of_session(self) -> bool:
        """Whether the session changes at the end of this block; what was backed now would be dropped then.

        Upstream: polkadot/runtime/parachains/src/initializer.rs `Pallet::upcoming_session_change`
        """
        return bool(self.initializer.buffered_session_changes.get())

    def eligible_paras(self) -> Mapping[CoreIndex, ParaId]:
        """The cores on which nothing waits, and the parachain whose turn it is there.

        Upstream: polkadot/runtime/parachains/src/scheduler.rs `Pallet::eligible_paras`
        """
        occupied, claims = self.inclusion.occupied_cores(), self.inclusion.scheduler.claim_queue()
        return {core: paras[0] for core, paras in claims.items() if core not in occupied}

    def note_parent(self, data: InherentData) -> None:
        """Allow the block before as one that candidates may build on.

        Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Pallet::process_inherent_data`
        """
        config, parent = self.configuration.active_config.get(), self.system.parent_hash.get()
        self.shared.new_block(
            parent,
            self.scheduler.claim_queue(),
            BlockNumber(saturating_sub(self.system.number.get(), 1)),
            max_ancestry_len=config.scheduler_params.lookahead,
            storage_root=data.parent_header.state_root,
            session=self.shared.session_index(),
            max_relay_parent_session_age=config.max_relay_parent_session_age,
        )
