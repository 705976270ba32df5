"""What becomes of the paras whose lifecycle goes on when a session begins.

The functions here belong to the Paras pallet, whose storage they work on; each is named as upstream's.

Upstream: polkadot/runtime/parachains/src/paras/mod.rs
"""

from __future__ import annotations

from pallets.relay.paras_code import decrease_code_ref, increase_code_ref, note_past_code
from pallets.relay.paras_items import ParaGenesisArgs, ParaLifecycle, with_para
from pallets.relay.paras_storage import ParasStorage
from primitives.candidates import code_hash_of
from primitives.ids import BlockNumber, ParaId, SessionIndex


def apply_actions_queue(paras: ParasStorage, session: SessionIndex) -> tuple[ParaId, ...]:
    """Take every para queued for this session to the state it is on its way to; gives those that are gone,
    ascending.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::apply_actions_queue`
    """
    outgoing = tuple(para for para in paras.actions_queue.take(session) if _apply_action(paras, para))
    if outgoing:
        for timed in (paras.upcoming_upgrades, paras.upgrade_cooldowns, paras.future_code_upgrades_at):
            timed.put(tuple((para, at) for para, at in timed.get() if para not in outgoing))
    return outgoing


def _apply_action(paras: ParasStorage, para: ParaId) -> bool:
    """Gives whether the para is gone."""
    match paras.lifecycle(para):
        case ParaLifecycle.Onboarding:
            genesis = paras.upcoming_paras_genesis.take(para)
            if genesis is not None:
                initialize_para_now(paras, para, genesis)
        case ParaLifecycle.UpgradingParathread:
            _add_to_parachains(paras, para)
            paras.para_lifecycles[para] = ParaLifecycle.Parachain
        case ParaLifecycle.DowngradingParachain:
            _remove_from_parachains(paras, para)
            paras.para_lifecycles[para] = ParaLifecycle.Parathread
        case ParaLifecycle.OffboardingParachain | ParaLifecycle.OffboardingParathread:
            _forget(paras, para)
            return True
        case None | ParaLifecycle.Parathread | ParaLifecycle.Parachain:
            pass
    return False


def initialize_para_now(paras: ParasStorage, para: ParaId, genesis: ParaGenesisArgs) -> None:
    """Make a para of whatever stands under this id, at once; for genesis and for the end of onboarding.

    Empty code means that the code was stored when the onboarding began.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Pallet::initialize_para_now`
    """
    if genesis.para_kind:
        _add_to_parachains(paras, para)
    kind = ParaLifecycle.Parachain if genesis.para_kind else ParaLifecycle.Parathread
    paras.para_lifecycles[para] = kind
    if genesis.validation_code:
        code_hash = code_hash_of(genesis.validation_code)
        increase_code_ref(paras, code_hash, genesis.validation_code)
        paras.current_code_hash[para] = code_hash
    paras.heads[para] = genesis.genesis_head
    paras.most_recent_context[para] = BlockNumber(0)


def _forget(paras: ParasStorage, para: ParaId) -> None:
    """All of a para goes but its code, which stays for the retention period."""
    _remove_from_parachains(paras, para)
    paras.heads.remove(para)
    paras.most_recent_context.remove(para)
    paras.future_code_upgrades.remove(para)
    paras.upgrade_go_ahead_signal.remove(para)
    paras.upgrade_restriction_signal.remove(para)
    paras.para_lifecycles.remove(para)
    paras.authorized_code_hash.remove(para)
    future = paras.future_code_hash.take(para)
    if future is not None:
        decrease_code_ref(paras, future)
    current, now = paras.current_code_hash.take(para), paras.system.number.get()
    if current is not None:
        note_past_code(paras, para, now, now, current)


def _add_to_parachains(paras: ParasStorage, para: ParaId) -> None:
    paras.parachains.put(with_para(paras.parachains.get(), para))


def _remove_from_parachains(paras: ParasStorage, para: ParaId) -> None:
    paras.parachains.put(tuple(sorted({*paras.parachains.get()} - {para})))
