"""Validation codes: where they are kept, how a para gets new ones, how long old ones stay.

A code is stored once under its hash, with a count of its **references**: paras that use it, will use it, or
used it not long ago. Without references it goes.

New code takes this course:

1. The para asks for it. From now on a **restriction signal** forbids asking again, until the cooldown is
   over (`schedule_code_upgrade`).
2. The validators vote on it, unless they know it (`kick_off_pvf_check`). If they reject it, the para is told
   to **abort** (`enact_pvf_rejected`).
3. Accepted, it gets a block from which on it may apply (`enact_pvf_accepted`).
4. At that block the para is told to **go ahead** (`process_scheduled_upgrade_changes`).
5. The para's first block that saw the signal brings the code into force (`note_new_head`).

What root orders is not up to the para: it applies at the block named (`process_future_code_upgrades_at`).

Code that was replaced stays for the **retention period**, so that blocks checked late, or in a dispute, can
still be run: `note_past_code`, `prune_old_code`.

The functions here belong to the Paras pallet, whose storage they work on; each is named as upstream's.

Upstream: polkadot/runtime/parachains/src/paras/mod.rs
"""

from __future__ import annotations

from pallets.relay.paras_items import (
    CONSENSUS_LOG,
    MIN_CODE_SIZE,
    POLKADOT_ENGINE_ID,
    ConsensusLog,
    Error,
    ParaScheduleUpgradeCode,
    ParaUpgradeCode,
    PvfCheckAccepted,
    PvfCheckRejected,
    PvfCheckStarted,
    due,
    insert_by_time,
)
from pallets.relay.paras_storage import ParasStorage
from pallets.relay.paras_votes import (
    Onboarding,
    PvfCheckCause,
    PvfCheckStatement,
    Upgrade,
    UpgradeStrategy,
    new_vote,
)
from pallets.relay.shared import SESSION_DELAY
from primitives.arithmetic import saturating_sub
from primitives.candidates import (
    HeadData,
    ValidationCode,
    ValidationCodeHash,
    ValidatorSignature,
    code_hash_of,
)
from primitives.crypto import verify_sr25519
from primitives.errors import DispatchError, ensure
from primitives.header import Consensus
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, ParaId, SessionIndex
from primitives.record import replace
from primitives.validation import UpgradeGoAhead, UpgradeRestriction

# References.


def increase_code_ref(paras: ParasStorage, code_hash: ValidationCodeHash, code: ValidationCode) -> None:
    """One more reference to a code; the first stores it.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::increase_code_ref`
    """
    refs = paras.code_by_hash_refs[code_hash]
    if refs == 0:
        paras.code_by_hash[code_hash] = code
    paras.code_by_hash_refs[code_hash] = refs + 1


def decrease_code_ref(paras: ParasStorage, code_hash: ValidationCodeHash) -> None:
    """One reference to a code fewer; with the last it goes.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::decrease_code_ref`
    """
    refs = paras.code_by_hash_refs[code_hash]
    if refs > 1:
        paras.code_by_hash_refs[code_hash] = refs - 1
    elif refs == 1:
        paras.code_by_hash.remove(code_hash)
        paras.code_by_hash_refs.remove(code_hash)


# Past code.


def note_past_code(
    paras: ParasStorage, para: ParaId, at: BlockNumber, now: BlockNumber, old: ValidationCodeHash
) -> None:
    """Keep a replaced code for the retention period, which begins `now`; its reference moves along.

    `at` is when the replacement was expected.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::note_past_code`
    """
    paras.past_code_meta[para] = paras.past_code_meta[para].note_replacement(at, now)
    paras.past_code_hash[para, at] = old
    paras.past_code_pruning.put(insert_by_time(paras.past_code_pruning.get(), para, now))


def prune_old_code(paras: ParasStorage, now: BlockNumber) -> None:
    """Let go of the codes whose retention period is over. Writes nothing while the chain is younger than
    one period.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::prune_old_code`
    """
    retention = paras.configuration.active_config.get().code_retention_period
    if now <= retention:
        return
    height = BlockNumber(now - (retention + 1))
    tasks = paras.past_code_pruning.get()
    count = due(tuple(at for _, at in tasks), height)
    for para, _ in tasks[:count]:
        _prune_para(paras, para, height)
    paras.past_code_pruning.put(tasks[count:])


def _prune_para(paras: ParasStorage, para: ParaId, height: BlockNumber) -> None:
    meta, replaced_at = paras.past_code_meta[para].prune_up_to(height)
    for at in replaced_at:
        removed = paras.past_code_hash.take((para, at))
        if removed is not None:
            decrease_code_ref(paras, removed)
    if not meta.upgrade_times and para not in paras.heads:
        paras.past_code_meta.remove(para)  # the para is gone, and now its last traces are
    else:
        paras.past_code_meta[para] = meta


# Current code.


def set_current_code(
    paras: ParasStorage, para: ParaId, code_hash: ValidationCodeHash, at: BlockNumber
) -> None:
    """Bring a code into force, of which the para holds a reference; `at` is when this was expected.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::set_current_code`
    """
    prior = paras.current_code_hash.get(para)
    paras.current_code_hash[para] = code_hash
    _deposit_log(paras, ParaUpgradeCode(para, code_hash))
    if prior is not None:
        note_past_code(paras, para, at, paras.system.number.get(), prior)


def note_new_head(
    paras: ParasStorage, para: ParaId, new_head: HeadData, execution_context: BlockNumber
) -> None:
    """A para has a new head, made in the context of that relay chain block. Code that was to apply by then
    does; a signal that the para has seen is taken back.

    Upstream tells the Registrar too, for its locks; that pallet is none of ours.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::note_new_head`
    """
    paras.heads[para] = new_head
    paras.most_recent_context[para] = execution_context
    expected_at = paras.future_code_upgrades.get(para)
    if expected_at is None:
        paras.upgrade_go_ahead_signal.remove(para)
    elif expected_at <= execution_context:
        paras.future_code_upgrades.remove(para)
        paras.upgrade_go_ahead_signal.remove(para)
        code_hash = paras.future_code_hash.take(para)
        if code_hash is not None:
            set_current_code(paras, para, code_hash, expected_at)


# Upgrades.


def schedule_code_upgrade(
    paras: ParasStorage,
    para: ParaId,
    new_code: ValidationCode,
    inclusion_block_number: BlockNumber,
    config: HostConfiguration,
    strategy: UpgradeStrategy,
) -> None:
    """Start the course of a new code, as asked for in the given block. Does nothing if the code's size is
    not allowed, another new code is on its way, or the code is the para's own.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::schedule_code_upgrade`
    """
    code_hash = code_hash_of(new_code)
    fits = MIN_CODE_SIZE <= len(new_code) <= config.max_code_size
    if not fits or para in paras.future_code_hash or paras.current_code_hash.get(para) == code_hash:
        return

    paras.future_code_hash[para] = code_hash
    paras.upgrade_restriction_signal[para] = UpgradeRestriction.Present
    allowed_again = BlockNumber(inclusion_block_number + config.validation_upgrade_cooldown)
    paras.upgrade_cooldowns.put(insert_by_time(paras.upgrade_cooldowns.get(), para, allowed_again))
    cause = Upgrade(para, inclusion_block_number, strategy)
    kick_off_pvf_check(paras, cause, code_hash, new_code, config)


def process_scheduled_upgrade_changes(paras: ParasStorage, now: BlockNumber) -> None:
    """Tell the paras to go ahead whose time has come. The list is written even if nothing is due.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::process_scheduled_upgrade_changes`
    """
    upcoming = paras.upcoming_upgrades.get()
    count = due(tuple(at for _, at in upcoming), now)
    for para, _ in upcoming[:count]:
        paras.upgrade_go_ahead_signal[para] = UpgradeGoAhead.GoAhead
    paras.upcoming_upgrades.put(upcoming[count:])


def process_future_code_upgrades_at(paras: ParasStorage, now: BlockNumber) -> None:
    """Bring into force what does not wait for the para. The list is written even if nothing is due.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::process_future_code_upgrades_at`
    """
    upcoming = paras.future_code_upgrades_at.get()
    count = due(tuple(at for _, at in upcoming), now)
    for para, expected_at in upcoming[:count]:
        code_hash = paras.future_code_hash.take(para)
        if code_hash is not None:
            set_current_code(paras, para, code_hash, expected_at)
    paras.future_code_upgrades_at.put(upcoming[count:])


def process_scheduled_upgrade_cooldowns(paras: ParasStorage, now: BlockNumber) -> None:
    """Take back the restriction of the paras whose cooldown is over. The list is written even if nothing is
    due.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::process_scheduled_upgrade_cooldowns`
    """
    cooldowns = paras.upgrade_cooldowns.get()
    for para, at in cooldowns:
        if at <= now:
            paras.upgrade_restriction_signal.remove(para)
    paras.upgrade_cooldowns.put(tuple((para, at) for para, at in cooldowns if at > now))


# Votes.


def kick_off_pvf_check(
    paras: ParasStorage,
    cause: PvfCheckCause,
    code_hash: ValidationCodeHash,
    code: ValidationCode,
    config: HostConfiguration,
) -> None:
    """See to it that a code is voted on: join the vote, begin one, or accept at once what is known. The
    cause holds a reference to the code from now on.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::kick_off_pvf_check`
    """
    paras.deposit_event(PvfCheckStarted(code_hash, cause.id))
    vote, now = paras.pvf_active_vote_map.get(code_hash), paras.system.number.get()
    if vote is not None:
        paras.pvf_active_vote_map[code_hash] = replace(vote, causes=(*vote.causes, cause))
    elif code_hash in paras.code_by_hash:
        enact_pvf_accepted(paras, code_hash, (cause,), SessionIndex(0), config)
    else:
        validators = len(paras.shared.active_validator_keys.get())
        paras.pvf_active_vote_map[code_hash] = new_vote(now, validators, cause)
        ongoing = {*paras.pvf_active_vote_list.get(), code_hash}
        paras.pvf_active_vote_list.put(tuple(sorted(ongoing)))
    increase_code_ref(paras, code_hash, code)


def include_pvf_check_statement(
    paras: ParasStorage, stmt: PvfCheckStatement, signature: ValidatorSignature
) -> None:
    """Count a validator's vote, and enact the outcome if it is certain now.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::include_pvf_check_statement`
    """
    validators, session = paras.shared.active_validator_keys.get(), paras.shared.session_index()
    ensure(stmt.session_index >= session, Error.PvfCheckStatementStale)
    ensure(stmt.session_index <= session, Error.PvfCheckStatementFuture)
    ensure(stmt.validator_index < len(validators), Error.PvfCheckValidatorIndexOutOfBounds)
    signed = verify_sr25519(signature, stmt.signing_payload(), validators[stmt.validator_index])
    ensure(signed, Error.PvfCheckInvalidSignature)
    vote = paras.pvf_active_vote_map.get(stmt.subject)
    if vote is None:
        raise DispatchError(Error.PvfCheckSubjectInvalid)
    has_voted = vote.has_vote(stmt.validator_index)
    ensure(has_voted is not None, Error.PvfCheckValidatorIndexOutOfBounds)
    ensure(not has_voted, Error.PvfCheckDoubleVote)

    vote = vote.with_vote(stmt.validator_index, accept=stmt.accept)
    accepted = vote.quorum(len(validators))
    if accepted is None:
        paras.pvf_active_vote_map[stmt.subject] = vote
        return
    end_vote(paras, stmt.subject)
    if accepted:
        config = paras.configuration.active_config.get()
        enact_pvf_accepted(paras, stmt.subject, vote.causes, vote.age, config)
    else:
        enact_pvf_rejected(paras, stmt.subject, vote.causes)


def end_vote(paras: ParasStorage, code_hash: ValidationCodeHash) -> None:
    """Forget a vote; its outcome is the caller's to enact."""
    ongoing = paras.pvf_active_vote_list.get()
    paras.pvf_active_vote_map.remove(code_hash)
    paras.pvf_active_vote_list.put(tuple(other for other in ongoing if other != code_hash))


def groom_ongoing_pvf_votes(paras: ParasStorage, config: HostConfiguration, validators: int) -> None:
    """In a new session: begin the ballots anew, and reject what has been voted on for too many sessions.
    The list is written even if there are no votes.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::groom_ongoing_pvf_votes`
    """
    ongoing = []
    for code_hash in paras.pvf_active_vote_list.get():
        vote = paras.pvf_active_vote_map.take(code_hash)
        if vote is None:
            continue
        if vote.age + 1 < config.pvf_voting_ttl:
            paras.pvf_active_vote_map[code_hash] = vote.in_new_session(validators)
            ongoing.append(code_hash)
        else:
            enact_pvf_rejected(paras, code_hash, vote.causes)
    paras.pvf_active_vote_list.put(tuple(ongoing))


def enact_pvf_accepted(
    paras: ParasStorage,
    code_hash: ValidationCodeHash,
    causes: tuple[PvfCheckCause, ...],
    sessions_observed: SessionIndex,
    config: HostConfiguration,
) -> None:
    """Let go on what waited for a code, after a vote of so many sessions.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::enact_pvf_accepted`
    """
    for cause in causes:
        paras.deposit_event(PvfCheckAccepted(code_hash, cause.id))
        match cause:
            case Onboarding(id=para):
                # the sessions spent voting count towards the delay, but the current one is out of reach
                delay = max(saturating_sub(SESSION_DELAY, sessions_observed), 1)
                paras.queue_action(para, SessionIndex(paras.shared.session_index() + delay))
            case Upgrade():
                _proceed_with_upgrade(paras, cause, code_hash, config)


def _proceed_with_upgrade(
    paras: ParasStorage, cause: Upgrade, code_hash: ValidationCodeHash, config: HostConfiguration
) -> None:
    """The delay counts from the wish, but some of it must lie ahead of the last vote."""
    para, now = cause.id, paras.system.number.get()
    after_wish = cause.included_at + config.validation_upgrade_delay
    after_vote = now + config.minimum_validation_upgrade_delay
    expected_at = BlockNumber(max(after_wish, after_vote))
    match cause.upgrade_strategy:
        case UpgradeStrategy.ApplyAtExpectedBlock:
            upcoming = insert_by_time(paras.future_code_upgrades_at.get(), para, expected_at)
            paras.future_code_upgrades_at.put(upcoming)
        case UpgradeStrategy.SetGoAheadSignal:
            paras.future_code_upgrades[para] = expected_at
            paras.upcoming_upgrades.put(insert_by_time(paras.upcoming_upgrades.get(), para, expected_at))
    _deposit_log(paras, ParaScheduleUpgradeCode(para, code_hash, expected_at))


def enact_pvf_rejected(
    paras: ParasStorage, code_hash: ValidationCodeHash, causes: tuple[PvfCheckCause, ...]
) -> None:
    """Undo what waited for a code: who wanted in is forgotten, who wanted new code is told to abort.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::enact_pvf_rejected`
    """
    for cause in causes:
        decrease_code_ref(paras, code_hash)
        paras.deposit_event(PvfCheckRejected(code_hash, cause.id))
        match cause:
            case Onboarding(id=para):
                paras.upcoming_paras_genesis.remove(para)
                paras.current_code_hash.remove(para)
                paras.para_lifecycles.remove(para)
            case Upgrade(id=para):
                paras.upgrade_go_ahead_signal[para] = UpgradeGoAhead.Abort
                paras.future_code_hash.remove(para)


def _deposit_log(paras: ParasStorage, log: ConsensusLog) -> None:
    paras.system.deposit_log(Consensus(POLKADOT_ENGINE_ID, CONSENSUS_LOG.encode(log)))
