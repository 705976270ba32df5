"""What the Paras pallet stores, and what can be read off it.

The course of things is in `paras.py` and in the modules that it names; they all work on this.

Upstream: polkadot/runtime/parachains/src/paras/mod.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.relay.configuration import Configuration
from pallets.relay.paras_items import (
    AuthorizedCodeHashAndExpiry,
    BlockInProgress,
    Burner,
    ParaGenesisArgs,
    ParaLifecycle,
    ParaPastCodeMeta,
    ParasConstants,
    Timed,
    UpwardQueue,
    with_para,
)
from pallets.relay.paras_votes import PvfCheckActiveVoteState
from pallets.relay.shared import ParasShared
from primitives.candidates import (
    HeadData,
    ValidationCode,
    ValidationCodeHash,
)
from primitives.ids import Balance, BlockNumber, ParaId, SessionIndex
from primitives.origin import Origin, ensure_root
from primitives.pallet import IDENTITY, Frame, Pallet, item
from primitives.scale.codec import U32
from primitives.storage.views import DefaultMap, Map, Value
from primitives.validation import UpgradeGoAhead, UpgradeRestriction


class ParasStorage(Pallet, prefix="Paras"):
    """All paras and what the relay chain knows of them.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet`
    """

    pvf_active_vote_map: Map[ValidationCodeHash, PvfCheckActiveVoteState]
    """The votes going on, by code."""

    pvf_active_vote_list: Value[tuple[ValidationCodeHash, ...]] = item(default=())
    """The codes being voted on, ascending."""

    parachains: Value[tuple[ParaId, ...]] = item(default=())
    """The parachains, ascending; parathreads are not among them."""

    para_lifecycles: Map[ParaId, ParaLifecycle]
    """Every para there is."""

    heads: Map[ParaId, HeadData]
    """The newest head of each para; read by other paras in storage proofs."""

    most_recent_context: Map[ParaId, BlockNumber]
    """The relay parent of that head."""

    current_code_hash: Map[ParaId, ValidationCodeHash]
    """The code that checks a para's next block."""

    past_code_hash: Map[tuple[ParaId, BlockNumber], ValidationCodeHash]
    """Codes that were replaced, by para and the block at which that was expected."""

    past_code_meta: DefaultMap[ParaId, ParaPastCodeMeta] = item(default=ParaPastCodeMeta())
    """When a para's codes were replaced; outlives the para by the retention period."""

    past_code_pruning: Value[Timed] = item(default=())
    """Replaced codes in the order in which they will go; the block is that of the replacement."""

    future_code_upgrades: Map[ParaId, BlockNumber]
    """From which relay parent on a para's new code applies, where the para has a say."""

    future_code_upgrades_at: Value[Timed] = item(default=())
    """At which block a para's new code applies, where it has none."""

    future_code_hash: Map[ParaId, ValidationCodeHash]
    """The new code on its way."""

    authorized_code_hash: Map[ParaId, AuthorizedCodeHashAndExpiry]
    """New code that anyone may set."""

    upgrade_go_ahead_signal: Map[ParaId, UpgradeGoAhead]
    """What a para is told about its new code; absent while there is nothing to say."""

    upgrade_restriction_signal: Map[ParaId, UpgradeRestriction]
    """Present while a para may not ask for new code."""

    upgrade_cooldowns: Value[Timed] = item(default=())
    """When those restrictions end."""

    upcoming_upgrades: Value[Timed] = item(default=())
    """When paras are told to go ahead."""

    actions_queue: DefaultMap[SessionIndex, tuple[ParaId, ...]] = item(default=())
    """The paras whose lifecycle goes on when a session begins, ascending."""

    upcoming_paras_genesis: Map[ParaId, ParaGenesisArgs]
    """What the paras on their way in begin with."""

    code_by_hash_refs: DefaultMap[ValidationCodeHash, U32] = item(default=0, hashers=(IDENTITY,))
    """References to each code."""

    code_by_hash: Map[ValidationCodeHash, ValidationCode] = item(hashers=(IDENTITY,))
    """Every code in use, on its way, or in its retention period."""

    def __init__(
        self,
        frame: Frame,
        system: BlockInProgress,
        configuration: Configuration,
        shared: ParasShared,
        upward_queue: UpwardQueue,
        currency: Burner,
        constants: ParasConstants,
        *,
        cooldown_removal_multiplier: Balance,
        ensure_may_authorize: Callable[[Origin], None] = ensure_root,
    ) -> None:
        """`cooldown_removal_multiplier` is the price of one block of cooldown."""
        super().__init__(frame)
        self.system, self.configuration, self.shared = system, configuration, shared
        self.upward_queue, self.currency, self.constants = upward_queue, currency, constants
        self.cooldown_removal_multiplier = cooldown_removal_multiplier
        self.ensure_may_authorize = ensure_may_authorize

    # What others ask.

    def lifecycle(self, para: ParaId) -> ParaLifecycle | None:
        """Where a para stands; None if there is no such para.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::lifecycle`
        """
        return self.para_lifecycles.get(para)

    def is_valid_para(self, para: ParaId) -> bool:
        """Whether there is such a para, neither on its way in nor out.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::is_valid_para`
        """
        state = self.lifecycle(para)
        return state is not None and not state.is_onboarding() and not state.is_offboarding()

    def is_offboarding(self, para: ParaId) -> bool:
        """Whether a para is on its way out.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::is_offboarding`
        """
        state = self.lifecycle(para)
        return state is not None and state.is_offboarding()

    def is_parachain(self, para: ParaId) -> bool:
        """Whether a para is a parachain today, whatever it is going to be.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::is_parachain`
        """
        state = self.lifecycle(para)
        return state is not None and state.is_parachain()

    def is_parathread(self, para: ParaId) -> bool:
        """Whether a para is a parathread today, whatever it is going to be.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::is_parathread`
        """
        state = self.lifecycle(para)
        return state is not None and state.is_parathread()

    def can_upgrade_validation_code(self, para: ParaId) -> bool:
        """Whether a para may ask for new code now.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::can_upgrade_validation_code`
        """
        return para not in self.future_code_hash and para not in self.upgrade_restriction_signal

    def current_code(self, para: ParaId) -> ValidationCode | None:
        """The code that checks a para's next block.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::current_code`
        """
        code_hash = self.current_code_hash.get(para)
        return None if code_hash is None else self.code_by_hash.get(code_hash)

    def queue_action(self, para: ParaId, session: SessionIndex) -> None:
        """Let a para's lifecycle go on when that session begins.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `ActionsQueue`
        """
        self.actions_queue[session] = with_para(self.actions_queue[session], para)
