"""The inherent that brings a relay chain block its parachains: votes, candidates and disputes.

Every block has it once, and a block without it is none. Before anything else it makes the parent of the block
known as one that candidates may build on.

Candidates are enacted by the inclusion pallet, which this runtime does not have yet. So far only an inherent
that carries none, no votes and no disputes is executed; any other raises `OutOfScope`.

Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs
"""

from __future__ import annotations

import enum
from typing import Protocol

from typing_extensions import override

from pallets.relay.configuration import Configuration
from pallets.relay.shared import ClaimQueue, ParasShared
from primitives.arithmetic import saturating_sub
from primitives.candidates import InherentData, ScrapedOnChainVotes
from primitives.errors import ErrorCode, InvalidBlock, ensure
from primitives.ids import BlockNumber, Hash
from primitives.origin import Origin, ensure_none
from primitives.pallet import Frame, Pallet, call
from primitives.storage.views import OptionValue, Value
from primitives.weights import DispatchClass


class OutOfScope(Exception):
    """The block needs a part of the chain that this runtime does not have; it says nothing about the block.

    Upstream: none, a limit of ours
    """


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
    ) -> None:
        super().__init__(frame)
        self.system, self.configuration, self.shared = system, configuration, shared
        self.scheduler = scheduler

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Forget that the inherent was there; a block without one is invalid (upstream panics).

        Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Hooks::on_finalize`
        """
        if self.included.take() is None:
            raise InvalidBlock("inherents for parachains", 1, 0)

    @call(0, dispatch_class=DispatchClass.Mandatory)
    def enter(self, origin: Origin, data: InherentData) -> None:
        """Take what the author says about parachains; fails with one of the errors above.

        Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `Pallet::enter`
        """
        ensure_none(origin)
        ensure(not self.included.exists(), Error.TooManyInclusionInherents)
        ensure(data.parent_header.hash() == self.system.parent_hash.get(), Error.InvalidParentHeader)
        if data.bitfields or data.backed_candidates or data.disputes:
            raise OutOfScope(
                "candidates are enacted by the inclusion pallet, which this runtime lacks so far"
            )

        self.included.put(())
        self.note_parent(data)
        self.on_chain_votes.put(ScrapedOnChainVotes(self.shared.session_index(), (), ()))

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
