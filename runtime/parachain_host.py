"""What the runtime answers to those who follow parachains: collators, validators, light clients.

Each function takes the chain and its arguments as values; `runtime/apis.py` puts them into bytes, by the
types that metadata tells of them (`runtime.api_types`). The block asked about is always the relay parent of
what may come next.

Some answers depend on what becomes of the candidates that wait. Whoever asks says what to take for granted:
that they have taken effect (then all that they put out does, for this one answer), that they were
dropped, or that there are none. If there are some, the last one has no answer.

Upstream: polkadot/runtime/parachains/src/runtime_api_impl/v13.rs
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pallets.relay.inclusion_items import OccupiedCoreAssumption
from pallets.relay.scheduler import GroupRotationInfo
from primitives.candidates import (
    CandidateCommitments,
    CommittedCandidateReceiptV2,
    HeadData,
    ScrapedOnChainVotes,
    ValidationCode,
    ValidationCodeHash,
)
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId, SessionIndex, ValidatorId, ValidatorIndex
from primitives.validation import PersistedValidationData
from runtime.relay import Relay

# The session, its validators and its cores.


def validators(relay: Relay) -> tuple[ValidatorId, ...]:
    """The keys of this session's validators, in the session's order."""
    return relay.paras_shared.active_validator_keys.get()


def validator_groups(relay: Relay) -> tuple[tuple[tuple[ValidatorIndex, ...], ...], GroupRotationInfo]:
    """The groups, and how they rotate as of the next block."""
    following = BlockNumber(relay.system.number.get() + 1)
    scheduler = relay.para_scheduler
    return scheduler.validator_groups.get(), scheduler.group_rotation_info(following)


def session_index_for_child(relay: Relay) -> SessionIndex:
    """The session of the next block: one that begins now has begun at the end of this block."""
    return relay.paras_shared.session_index()


def claim_queue(relay: Relay) -> tuple[tuple[CoreIndex, tuple[ParaId, ...]], ...]:
    """By ascending core, the parachains that may use it, the next one first."""
    claims = relay.para_scheduler.claim_queue()
    return tuple((core, tuple(claims[core])) for core in sorted(claims))


def scheduling_lookahead(relay: Relay) -> int:
    """Blocks that the claim queue looks ahead."""
    return relay.configuration.active_config.get().scheduler_params.lookahead


def minimum_backing_votes(relay: Relay) -> int:
    """Votes that a candidate needs; all of its group if that is smaller."""
    return relay.configuration.active_config.get().minimum_backing_votes


def on_chain_votes(relay: Relay) -> ScrapedOnChainVotes | None:
    """The votes that this block carried."""
    return relay.para_inherent.on_chain_votes.get()


# A parachain's head and code, and what its next candidate is made from.


def para_ids(relay: Relay) -> tuple[ParaId, ...]:
    """Everyone who has a head, in the order of the storage keys."""
    return tuple(relay.paras.heads.keys())


def persisted_validation_data(
    relay: Relay, para: ParaId, assumption: OccupiedCoreAssumption
) -> PersistedValidationData | None:
    """What a candidate on this block is made from: the head before it, this block, and a limit; None for a
    parachain without a head.
    """
    root = Hash(relay.state.root())  # before anything is taken for granted
    return _validation_data(relay, para, root) if _assume(relay, para, assumption) else None


def assumed_validation_data(
    relay: Relay, para: ParaId, expected: Hash
) -> tuple[PersistedValidationData, ValidationCodeHash] | None:
    """What has this hash: the data as things stand, or once all that waits has taken effect. With the hash
    of the code that the candidate would run with.
    """
    root = Hash(relay.state.root())
    data = _validation_data(relay, para, root)
    if (data is None or data.hash() != expected) and candidates_pending_availability(relay, para):
        relay.para_inclusion.force_enact(para)
        data = _validation_data(relay, para, root)
    code_hash = relay.paras.current_code_hash.get(para)
    if data is None or code_hash is None or data.hash() != expected:
        return None
    return data, code_hash


def validation_code(relay: Relay, para: ParaId, assumption: OccupiedCoreAssumption) -> ValidationCode | None:
    """A parachain's code."""
    return relay.paras.current_code(para) if _assume(relay, para, assumption) else None


def validation_code_hash(
    relay: Relay, para: ParaId, assumption: OccupiedCoreAssumption
) -> ValidationCodeHash | None:
    """The hash of a parachain's code."""
    return relay.paras.current_code_hash.get(para) if _assume(relay, para, assumption) else None


def validation_code_by_hash(relay: Relay, code_hash: ValidationCodeHash) -> ValidationCode | None:
    """A code that some parachain has, had lately, or waits for."""
    return relay.paras.code_by_hash.get(code_hash)


def _assume(relay: Relay, para: ParaId, assumption: OccupiedCoreAssumption) -> bool:
    """Take something for granted; gives whether there is an answer then."""
    match assumption:
        case OccupiedCoreAssumption.Included:
            relay.para_inclusion.force_enact(para)
            return True
        case OccupiedCoreAssumption.TimedOut:
            return True
        case OccupiedCoreAssumption.Free:
            return not candidates_pending_availability(relay, para)


def _validation_data(relay: Relay, para: ParaId, root: Hash) -> PersistedValidationData | None:
    head: HeadData | None = relay.paras.heads.get(para)
    if head is None:
        return None
    max_pov_size = relay.configuration.active_config.get().max_pov_size
    return PersistedValidationData(head, relay.system.number.get(), root, max_pov_size)


# Candidates.


def check_validation_outputs(relay: Relay, para: ParaId, outputs: CandidateCommitments) -> bool:
    """Whether a candidate on this block may put this out, as things stand."""
    return relay.para_inclusion.accepts_validation_outputs(para, outputs)


def candidates_pending_availability(relay: Relay, para: ParaId) -> tuple[CommittedCandidateReceiptV2, ...]:
    """All candidates of a parachain that wait, each built on the one before."""
    return relay.para_inclusion.candidates_pending_availability(para)


def candidate_pending_availability(relay: Relay, para: ParaId) -> CommittedCandidateReceiptV2 | None:
    """The first candidate of a parachain that waits."""
    return next(iter(candidates_pending_availability(relay, para)), None)


# What waits for a parachain.


def dmq_contents(relay: Relay, recipient: ParaId) -> tuple[InboundDownwardMessage, ...]:
    """The messages from the relay chain that wait for a parachain, oldest first."""
    return relay.dmp.dmq_contents(recipient)


def inbound_hrmp_channels_contents(
    relay: Relay, recipient: ParaId
) -> tuple[tuple[ParaId, tuple[InboundHrmpMessage, ...]], ...]:
    """The messages that wait for a parachain, by ascending sender, oldest first; channels without any are
    there too.
    """
    return relay.hrmp.inbound_hrmp_channels_contents(recipient)


# From and to bytes.

FUNCTIONS: Final[Mapping[str, Callable[..., object]]] = {
    function.__name__: function
    for function in (
        validators,
        validator_groups,
        persisted_validation_data,
        assumed_validation_data,
        check_validation_outputs,
        session_index_for_child,
        validation_code,
        candidate_pending_availability,
        dmq_contents,
        inbound_hrmp_channels_contents,
        validation_code_by_hash,
        on_chain_votes,
        validation_code_hash,
        minimum_backing_votes,
        claim_queue,
        candidates_pending_availability,
        scheduling_lookahead,
        para_ids,
    )
}
"""By the names under which they are called."""
