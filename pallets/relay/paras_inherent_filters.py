"""What of an inherent can be used: bitfields and candidates that hold, in their order.

Nothing is written here. Whatever is left out makes the inherent of a block invalid (`paras_inherent.py`), but
what else is wrong with it is found first, and named.

Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pallets.relay.inclusion import ParaInclusion, WithCore
from pallets.relay.inclusion_items import bitfield_payload
from pallets.relay.scheduler import OutOfScope
from pallets.relay.shared import ParasShared
from pallets.relay.upward import ump_signals
from primitives.candidates import (
    BackedCandidate,
    CandidateDescriptorV2,
    CommittedCandidateReceiptV2,
    UncheckedSignedAvailabilityBitfield,
)
from primitives.crypto import verify_sr25519
from primitives.errors import AcceptanceError, DispatchError
from primitives.ids import CoreIndex, Hash, ParaId, SessionIndex, ValidatorId
from primitives.record import Record
from primitives.ump import SelectCore

Bitfields = tuple[UncheckedSignedAvailabilityBitfield, ...]

NO_SELECTION = SelectCore(0, 0)
"""What a candidate asks for that asks for nothing: the parachain's first core, next in the claim queue."""


class SigningContext(Record):
    """Where a signature counts.

    Upstream: polkadot/primitives/src/v9/signed.rs `SigningContext`
    """

    session_index: SessionIndex
    parent_hash: Hash


def sanitize_bitfields(
    bitfields: Bitfields, cores: int, context: SigningContext, validators: Sequence[ValidatorId]
) -> Bitfields:
    """Those bitfields that have a bit for each core, come by ascending validator, and are signed.

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `sanitize_bitfields`
    """
    kept: list[UncheckedSignedAvailabilityBitfield] = []
    last = -1
    for bitfield in bitfields:
        validator = bitfield.validator_index
        if len(bitfield.payload) != cores or not last < validator < len(validators):
            continue
        payload = bitfield_payload(bitfield.payload, context.session_index, context.parent_hash)
        if verify_sr25519(bitfield.signature, payload, validators[validator]):
            kept.append(bitfield)
        last = validator  # whether signed or not: nobody else is tried under the same index
    return tuple(kept)


def votes_per_core(bitfields: Bitfields) -> Mapping[CoreIndex, set[int]]:
    """For each core: the validators that hold their piece of what waits on it."""
    votes: dict[CoreIndex, set[int]] = {}
    for bitfield in bitfields:
        for core, holds in enumerate(bitfield.payload):
            if holds:
                votes.setdefault(CoreIndex(core), set()).add(bitfield.validator_index)
    return votes


def sanitize_backed_candidates(
    inclusion: ParaInclusion, candidates: tuple[BackedCandidate, ...], eligible: Mapping[CoreIndex, ParaId]
) -> dict[ParaId, tuple[WithCore, ...]]:
    """By parachain: those candidates that hold, each built on the one before, each with a core that is free.

    Behind the first candidate of a parachain that does not, none of it is used.

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `sanitize_backed_candidates`
    """
    by_para: dict[ParaId, list[BackedCandidate]] = {}
    for backed in candidates:
        if _is_well_formed(inclusion.shared, backed.candidate):
            by_para.setdefault(backed.candidate.descriptor.para_id, []).append(backed)
    chained = {para: _chained(inclusion, para, row) for para, row in by_para.items()}
    mapped = {para: _on_cores(para, row, eligible) for para, row in chained.items()}
    return {para: row for para, row in mapped.items() if row}


def _is_well_formed(shared: ParasShared, candidate: CommittedCandidateReceiptV2) -> bool:
    """Whether a candidate stands on blocks that are allowed, and is for the core that it asks for.

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `sanitize_backed_candidate_v2`
    """
    descriptor, session = candidate.descriptor, shared.session_index()
    _expect_version_2(descriptor)
    if descriptor.session_index != session:
        return False
    if shared.get_relay_parent_info(session, descriptor.relay_parent) is None:
        return False
    known = shared.allowed_scheduling_parents.get().acquire_info(descriptor.relay_parent)
    if known is None:
        return False
    try:
        signals = ump_signals(candidate.commitments.upward_messages)
    except AcceptanceError:
        return False
    selected = next((each for each in signals if isinstance(each, SelectCore)), None)
    offset = (selected or NO_SELECTION).claim_queue_offset
    assigned = dict(dict(known[0].claim_queue).get(descriptor.para_id, ())).get(offset, ())
    return _is_core_of(descriptor.core_index, assigned, selected)


def _expect_version_2(descriptor: CandidateDescriptorV2) -> None:
    """The second version of descriptors has zeros in all places that it keeps for later ones."""
    reserved = descriptor.reserved1 + descriptor.scheduling_parent + descriptor.reserved2
    if descriptor.version or descriptor.scheduling_session_offset or any(reserved):
        raise OutOfScope("candidates with descriptors of another version than 2 are not backed here")


def _is_core_of(core: int, assigned: tuple[CoreIndex, ...], selected: SelectCore | None) -> bool:
    """Whether a candidate is for the core that it selects; if it selects none, for any of the parachain's.

    Upstream: polkadot/primitives/src/v9/mod.rs `CommittedCandidateReceiptV2::check_core_index`
    """
    if not assigned:
        return False
    if selected is None:
        return core in assigned
    return core == assigned[selected.selector % len(assigned)]


def _chained(
    inclusion: ParaInclusion, para: ParaId, candidates: list[BackedCandidate]
) -> tuple[BackedCandidate, ...]:
    """The first candidates of a parachain as far as each holds and builds on the one before.

    Upstream looks for one given twice, too; here it is left out because its core is taken (`_on_cores`).

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `filter_unchained_candidates`
    """
    head, kept = inclusion.para_latest_head_data(para), list[BackedCandidate]()
    for backed in candidates:
        if head is None:
            break
        try:
            inclusion.verify_backed_candidate(backed.candidate, head)
        except DispatchError:
            break
        kept.append(backed)
        head = backed.candidate.commitments.head_data
    return tuple(kept)


def _on_cores(
    para: ParaId, candidates: tuple[BackedCandidate, ...], eligible: Mapping[CoreIndex, ParaId]
) -> tuple[WithCore, ...]:
    """The first candidates of a parachain as far as each is for a free core of its own.

    Upstream: polkadot/runtime/parachains/src/paras_inherent/mod.rs `map_candidates_to_cores`
    """
    free = {core for core, owner in eligible.items() if owner == para}
    kept: list[WithCore] = []
    for backed in candidates:
        core = CoreIndex(backed.candidate.descriptor.core_index)
        if core not in free:
            break
        free.remove(core)
        kept.append((backed, core))
    return tuple(kept)
