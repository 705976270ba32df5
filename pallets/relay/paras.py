"""The registry of paras: who is a parachain or a parathread, its newest head, its validation code.

A para's **lifecycle** changes only where a session begins. A change asked for now is queued for two sessions
later (`ParasShared.scheduled_session`); meanwhile the lifecycle says where the para is going:

| asked for | in between | then |
|---|---|---|
| `schedule_para_initialize` | Onboarding | Parachain or Parathread |
| `schedule_parathread_upgrade` | UpgradingParathread | Parachain |
| `schedule_parachain_downgrade` | DowngradingParachain | Parathread |
| `schedule_para_cleanup` | OffboardingParachain, OffboardingParathread | gone |

A para on its way in or out is not *valid*: nobody may open a channel to it. On its way in it waits, besides,
for the vote on its code.

What happens when the session begins is told in `paras_lifecycle`, how validation codes come and go in
`paras_code`, how they are voted on in `paras_votes`.

Upstream: polkadot/runtime/parachains/src/paras/mod.rs
"""

from __future__ import annotations

from pallets.balances_items import Preservation
from pallets.relay import paras_code, paras_lifecycle
from pallets.relay.paras_items import (
    MIN_CODE_SIZE,
    ActionQueued,
    AuthorizedCodeHashAndExpiry,
    CodeAuthorized,
    CodeUpgradeScheduled,
    CurrentCodeUpdated,
    CurrentHeadUpdated,
    Error,
    Event,
    NewHeadNoted,
    ParaGenesisArgs,
    ParaLifecycle,
    ParasConstants,
    UpgradeCooldownRemoved,
)
from pallets.relay.paras_storage import ParasStorage
from pallets.relay.paras_votes import Onboarding, PvfCheckStatement, UpgradeStrategy
from pallets.relay.shared import SessionChangeNotification
from primitives.arithmetic import U32_MAX, U128_MAX, saturating_add, saturating_mul, saturating_sub
from primitives.candidates import (
    HeadData,
    ValidationCode,
    ValidationCodeHash,
    ValidatorSignature,
    code_hash_of,
)
from primitives.errors import DispatchError, ensure
from primitives.ids import Balance, BlockNumber, ParaId, SessionIndex
from primitives.origin import Origin, ensure_none, ensure_root, ensure_signed
from primitives.pallet import call
from primitives.record import replace
from primitives.weights import Pays, PostDispatchInfo


class Paras(ParasStorage, prefix="Paras", events=Event, errors=Error, constants=ParasConstants):
    """Paras coming, changing and going.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet`
    """

    # The course of a block and of a session.

    def initializer_initialize(self, now: BlockNumber) -> None:
        """What falls due at the beginning of a block.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::initializer_initialize`
        """
        paras_code.prune_old_code(self, now)
        paras_code.process_scheduled_upgrade_changes(self, now)
        paras_code.process_future_code_upgrades_at(self, now)
        for para, authorized in tuple(self.authorized_code_hash.items()):
            if authorized.expire_at <= now:
                self.authorized_code_hash.remove(para)

    def initializer_finalize(self, now: BlockNumber) -> None:
        """What falls due at the end of a block.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::initializer_finalize`
        """
        paras_code.process_scheduled_upgrade_cooldowns(self, now)

    def initializer_on_new_session(self, notification: SessionChangeNotification) -> tuple[ParaId, ...]:
        """Let the lifecycles go on and the votes begin anew; gives the paras that are gone, ascending.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::initializer_on_new_session`
        """
        outgoing = paras_lifecycle.apply_actions_queue(self, notification.session_index)
        validators = len(notification.validators)
        paras_code.groom_ongoing_pvf_votes(self, notification.new_config, validators)
        return outgoing

    def initialize_para_now(self, para: ParaId, genesis: ParaGenesisArgs) -> None:
        """Make a para at once, for genesis; code and head are as given.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::initialize_para_now`
        """
        paras_lifecycle.initialize_para_now(self, para, genesis)

    # Changes of lifecycle.

    def can_schedule_para_initialize(self, para: ParaId) -> bool:
        """Whether the id is free.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::can_schedule_para_initialize`
        """
        return para not in self.para_lifecycles

    def schedule_para_initialize(self, para: ParaId, genesis: ParaGenesisArgs) -> None:
        """Let a para in, once its code is accepted and two sessions have passed.

        The code is stored at once, so that it is there for some time before it is used. Fails with
        CannotOnboard if the id is taken or the code empty.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::schedule_para_initialize`
        """
        code = genesis.validation_code
        ensure(self.can_schedule_para_initialize(para), Error.CannotOnboard)
        ensure(len(code) > 0, Error.CannotOnboard)

        code_hash = code_hash_of(code)
        self.para_lifecycles[para] = ParaLifecycle.Onboarding
        self.upcoming_paras_genesis[para] = replace(genesis, validation_code=ValidationCode(b""))
        self.current_code_hash[para] = code_hash
        config = self.configuration.active_config.get()
        paras_code.kick_off_pvf_check(self, Onboarding(para), code_hash, code, config)

    def schedule_para_cleanup(self, para: ParaId) -> None:
        """Let a para go, two sessions from now; nothing happens if there is no such para.

        Fails with CannotOffboard while its new code is voted on, while it is between two states, or while
        upward messages of it wait. Upstream asks for the messages last; what it wrote by then is undone with
        the call.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::schedule_para_cleanup`
        """
        future = self.future_code_hash.get(para)
        ensure(future is None or future not in self.pvf_active_vote_list.get(), Error.CannotOffboard)
        state = self.lifecycle(para)
        if state is None:
            return
        ensure(state.is_stable(), Error.CannotOffboard)
        ensure(self.upward_queue.message_count(para) == 0, Error.CannotOffboard)

        is_parachain = state is ParaLifecycle.Parachain
        self.para_lifecycles[para] = (
            ParaLifecycle.OffboardingParachain if is_parachain else ParaLifecycle.OffboardingParathread
        )
        self.queue_action(para, self.shared.scheduled_session())

    def schedule_parathread_upgrade(self, para: ParaId) -> None:
        """Make a parathread a parachain, two sessions from now; fails with NotRegistered, CannotUpgrade.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::schedule_parathread_upgrade`
        """
        state = self.lifecycle(para)
        ensure(state is not None, Error.NotRegistered)
        ensure(state is ParaLifecycle.Parathread, Error.CannotUpgrade)

        self.para_lifecycles[para] = ParaLifecycle.UpgradingParathread
        self.queue_action(para, self.shared.scheduled_session())

    def schedule_parachain_downgrade(self, para: ParaId) -> None:
        """Make a parachain a parathread, two sessions from now; fails with NotRegistered, CannotDowngrade.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::schedule_parachain_downgrade`
        """
        state = self.lifecycle(para)
        ensure(state is not None, Error.NotRegistered)
        ensure(state is ParaLifecycle.Parachain, Error.CannotDowngrade)

        self.para_lifecycles[para] = ParaLifecycle.DowngradingParachain
        self.queue_action(para, self.shared.scheduled_session())

    # Heads and codes.

    def set_current_head(self, para: ParaId, new_head: HeadData) -> None:
        """Replace a para's head, whatever it was.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::set_current_head`
        """
        self.heads[para] = new_head
        self.deposit_event(CurrentHeadUpdated(para))

    def note_new_head(self, para: ParaId, new_head: HeadData, execution_context: BlockNumber) -> None:
        """A para's block was included: its head, and the relay parent it was made on.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::note_new_head`
        """
        paras_code.note_new_head(self, para, new_head, execution_context)

    def schedule_code_upgrade_external(
        self, para: ParaId, new_code: ValidationCode, strategy: UpgradeStrategy
    ) -> None:
        """Start the course of a new code for whoever may decide that; fails with CannotUpgradeCode,
        InvalidCode.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::schedule_code_upgrade_external`
        """
        config = self.configuration.active_config.get()
        ensure(self.can_upgrade_validation_code(para), Error.CannotUpgradeCode)
        ensure(MIN_CODE_SIZE <= len(new_code) <= config.max_code_size, Error.InvalidCode)

        delayed = saturating_add(self.system.number.get(), config.validation_upgrade_delay, U32_MAX)
        paras_code.schedule_code_upgrade(self, para, new_code, BlockNumber(delayed), config, strategy)
        self.deposit_event(CodeUpgradeScheduled(para))

    def _force_set_current_code(self, para: ParaId, new_code: ValidationCode) -> None:
        code_hash = code_hash_of(new_code)
        paras_code.increase_code_ref(self, code_hash, new_code)
        paras_code.set_current_code(self, para, code_hash, self.system.number.get())
        self.deposit_event(CurrentCodeUpdated(para))

    def remove_upgrade_cooldown_cost(self, para: ParaId) -> Balance:
        """The price of ending a para's cooldown now; 0 if there is none.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::remove_upgrade_cooldown_cost`
        """
        until = next((at for other, at in self.upgrade_cooldowns.get() if other == para), 0)
        time_left = saturating_sub(until, self.system.number.get())
        return Balance(saturating_mul(time_left, self.cooldown_removal_multiplier, U128_MAX))

    # Calls.

    @call(0)
    def force_set_current_code(self, origin: Origin, para: ParaId, new_code: ValidationCode) -> None:
        """Replace a para's code at once.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::force_set_current_code`
        """
        ensure_root(origin)

        self._force_set_current_code(para, new_code)

    @call(1)
    def force_set_current_head(self, origin: Origin, para: ParaId, new_head: HeadData) -> None:
        """Replace a para's head at once.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::force_set_current_head`
        """
        ensure_root(origin)

        self.set_current_head(para, new_head)

    @call(2)
    def force_schedule_code_upgrade(
        self, origin: Origin, para: ParaId, new_code: ValidationCode, relay_parent_number: BlockNumber
    ) -> None:
        """Start the course of a new code, as if asked for at that block; it will not wait for the para.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::force_schedule_code_upgrade`
        """
        ensure_root(origin)

        config, strategy = self.configuration.active_config.get(), UpgradeStrategy.ApplyAtExpectedBlock
        paras_code.schedule_code_upgrade(self, para, new_code, relay_parent_number, config, strategy)
        self.deposit_event(CodeUpgradeScheduled(para))

    @call(3)
    def force_note_new_head(self, origin: Origin, para: ParaId, new_head: HeadData) -> None:
        """Note a head as if made in the context of this block.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::force_note_new_head`
        """
        ensure_root(origin)

        self.note_new_head(para, new_head, self.system.number.get())
        self.deposit_event(NewHeadNoted(para))

    @call(4)
    def force_queue_action(self, origin: Origin, para: ParaId) -> None:
        """Let a para's lifecycle go on when the next session begins.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::force_queue_action`
        """
        ensure_root(origin)

        session = SessionIndex(saturating_add(self.shared.session_index(), 1, U32_MAX))
        self.queue_action(para, session)
        self.deposit_event(ActionQueued(para, session))

    @call(5)
    def add_trusted_validation_code(self, origin: Origin, validation_code: ValidationCode) -> None:
        """Spare a code the vote: end the one going on with yes, or store the code, without references yet.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::add_trusted_validation_code`
        """
        ensure_root(origin)

        code_hash = code_hash_of(validation_code)
        vote = self.pvf_active_vote_map.get(code_hash)
        if vote is not None:
            config = self.configuration.active_config.get()
            paras_code.end_vote(self, code_hash)
            paras_code.enact_pvf_accepted(self, code_hash, vote.causes, vote.age, config)
        elif code_hash not in self.code_by_hash:
            self.code_by_hash[code_hash] = validation_code

    @call(6)
    def poke_unused_validation_code(self, origin: Origin, validation_code_hash: ValidationCodeHash) -> None:
        """Remove a code that has no references.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::poke_unused_validation_code`
        """
        ensure_root(origin)

        if self.code_by_hash_refs[validation_code_hash] == 0:
            self.code_by_hash.remove(validation_code_hash)

    @call(7)
    def include_pvf_check_statement(
        self, origin: Origin, stmt: PvfCheckStatement, signature: ValidatorSignature
    ) -> None:
        """Count a validator's vote on a code, and enact the outcome if it is certain now. Fails with one of
        the errors named PvfCheck.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::include_pvf_check_statement`
        """
        ensure_none(origin)

        paras_code.include_pvf_check_statement(self, stmt, signature)

    @call(8)
    def force_set_most_recent_context(self, origin: Origin, para: ParaId, context: BlockNumber) -> None:
        """Replace the relay parent of a para's head.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::force_set_most_recent_context`
        """
        ensure_root(origin)

        self.most_recent_context[para] = context

    @call(9)
    def remove_upgrade_cooldown(self, origin: Origin, para: ParaId) -> None:
        """Pay for a para's right to ask for new code again; what is paid is burnt. Nothing happens if
        there is no cooldown.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::remove_upgrade_cooldown`
        """
        who = ensure_signed(origin)
        cooldowns = self.upgrade_cooldowns.get()
        place = next((place for place, (other, _) in enumerate(cooldowns) if other == para), None)
        if place is None:
            self.upgrade_cooldowns.put(cooldowns)  # upstream stores what it looked through
            return
        self.currency.burn_from(who, self.remove_upgrade_cooldown_cost(para), Preservation.Preserve)

        self.upgrade_cooldowns.put((*cooldowns[:place], *cooldowns[place + 1 :]))
        self.upgrade_restriction_signal.remove(para)
        self.deposit_event(UpgradeCooldownRemoved(para))

    @call(10)
    def authorize_force_set_current_code_hash(
        self, origin: Origin, para: ParaId, new_code_hash: ValidationCodeHash, valid_period: BlockNumber
    ) -> None:
        """Allow anyone to set this code for a para, for so many blocks; an earlier permission ends. Fails
        with NotRegistered.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::authorize_force_set_current_code_hash`
        """
        self.ensure_may_authorize(origin)
        ensure(self.is_valid_para(para), Error.NotRegistered)

        expire_at = BlockNumber(saturating_add(self.system.number.get(), valid_period, U32_MAX))
        self.authorized_code_hash[para] = AuthorizedCodeHashAndExpiry(new_code_hash, expire_at)
        self.deposit_event(CodeAuthorized(para, new_code_hash, expire_at))

    @call(11)
    def apply_authorized_force_set_current_code(
        self, origin: Origin, para: ParaId, new_code: ValidationCode
    ) -> PostDispatchInfo:
        """Set the code that was authorised for a para, free of charge; whoever the origin is.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs
        `Pallet::apply_authorized_force_set_current_code`
        """
        authorized = self.authorized_code_hash.get(para)
        if authorized is None:
            raise DispatchError(Error.NothingAuthorized)
        ensure(authorized.expire_at > self.system.number.get(), Error.InvalidBlockNumber)
        ensure(authorized.code_hash == code_hash_of(new_code), Error.Unauthorized)

        self.authorized_code_hash.remove(para)
        self._force_set_current_code(para, new_code)
        return PostDispatchInfo(pays_fee=Pays.No)
