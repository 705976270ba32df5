"""Candidates on their way in: backed, then available, then included.

A candidate is **backed** when its outputs are acceptable as things stand and enough of its group vouch for
it. Then it is **pending**: it waits, with those of the same parachain in a row, until enough validators say
that they hold their piece of its data. The first ones of the row for which that is so are **enacted**: their
messages are taken in and let out, and their head is the parachain's. A candidate that waits too long is
dropped, and those behind it.

What was checked at backing is not checked again.

Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from pallets.relay import paras_code
from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp
from pallets.relay.hrmp_messages import HrmpMessages
from pallets.relay.inclusion_items import (
    DISPATCH_ERRORS,
    CandidateBacked,
    CandidateIncluded,
    CandidatePendingAvailability,
    CandidateTimedOut,
    Error,
    Event,
    HeadDataTooLarge,
    HrmpWatermark,
    NewCodeTooLarge,
    OutboundHrmp,
    PrematureCodeUpgrade,
    ProcessedDownwardMessages,
    UpwardMessagesFault,
    backing_payload,
    voters_and_core,
)
from pallets.relay.paras import Paras
from pallets.relay.paras_votes import UpgradeStrategy
from pallets.relay.scheduler import GroupIndex, ParaScheduler
from pallets.relay.shared import ParasShared
from pallets.relay.upward import Queues, UpwardMessages
from pallets.system import System
from primitives.candidates import (
    BackedCandidate,
    CandidateCommitments,
    CandidateReceiptV2,
    CommittedCandidateReceiptV2,
    HeadData,
    ValidityAttestation,
)
from primitives.crypto import verify_sr25519
from primitives.errors import AcceptanceError, DispatchError, ensure
from primitives.hashing import blake2_256
from primitives.ids import BlockNumber, CoreIndex, ParaId, ValidatorIndex
from primitives.pallet import Frame, item
from primitives.storage.views import Map
from primitives.validation import PersistedValidationData

WithCore = tuple[BackedCandidate, CoreIndex]
"""A candidate and the core it is for."""

Backing = tuple[CandidateReceiptV2, tuple[tuple[ValidatorIndex, ValidityAttestation], ...]]
"""A candidate and who voted for it."""


class ParaInclusion(UpwardMessages, prefix="ParaInclusion", events=Event, errors=Error):
    """Candidates between their proposal and their taking effect.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet`
    """

    pending_availability: Map[ParaId, tuple[CandidatePendingAvailability, ...]] = item(name="V1")
    """The candidates of each parachain that wait, each built on the one before. May be empty."""

    def __init__(
        self,
        frame: Frame,
        system: System,
        configuration: Configuration,
        shared: ParasShared,
        paras: Paras,
        dmp: Dmp,
        hrmp: HrmpMessages,
        scheduler: ParaScheduler,
        queues: Queues,
    ) -> None:
        super().__init__(frame, paras, queues)
        self.system, self.configuration, self.shared = system, configuration, shared
        self.dmp, self.hrmp, self.scheduler = dmp, hrmp, scheduler

    def initializer_on_new_session(self, outgoing: Iterable[ParaId]) -> None:
        """Drop whatever waits, and take the upward queues of parachains that leave out of service.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::initializer_on_new_session`
        """
        self.pending_availability.clear()
        for para in outgoing:
            self.queues.sweep(para)

    # Acceptance.

    def check_validation_outputs(
        self, para: ParaId, relay_parent_number: BlockNumber, commitments: CandidateCommitments
    ) -> None:
        """Raise `AcceptanceError` unless a candidate may put this out, as things stand: head, new code,
        messages from above, messages up, watermark, messages across.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs
        `CandidateCheckContext::check_validation_outputs`
        """
        config = self.configuration.active_config.get()
        if len(commitments.head_data) > config.max_head_data_size:
            raise AcceptanceError(HeadDataTooLarge())
        new_code = commitments.new_validation_code
        if new_code is not None and not self.paras.can_upgrade_validation_code(para):
            raise AcceptanceError(PrematureCodeUpgrade())
        if new_code is not None and len(new_code) > config.max_code_size:
            raise AcceptanceError(NewCodeTooLarge())
        processed, watermark = commitments.processed_downward_messages, commitments.hrmp_watermark
        with _as(ProcessedDownwardMessages):
            self.dmp.check_processed_downward_messages(para, relay_parent_number, processed)
        with _as(UpwardMessagesFault):
            self.check_upward_messages(config, para, commitments.upward_messages)
        with _as(HrmpWatermark):
            self.hrmp.check_hrmp_watermark(para, relay_parent_number, watermark)
        with _as(OutboundHrmp):
            self.hrmp.check_outbound_hrmp(config, para, commitments.horizontal_messages)

    def accepts_validation_outputs(self, para: ParaId, commitments: CandidateCommitments) -> bool:
        """Whether a candidate on this block may put this out: `ParachainHost_check_validation_outputs`.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs
        `Pallet::check_validation_outputs_for_runtime_api`
        """
        try:
            self.check_validation_outputs(para, self.system.number.get(), commitments)
        except AcceptanceError:
            return False
        return True

    def para_latest_head_data(self, para: ParaId) -> HeadData | None:
        """The head that a parachain's next candidate builds on: of the last one that waits, else the
        parachain's.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::para_latest_head_data`
        """
        waiting = self.pending_availability.get(para)
        return waiting[-1].commitments.head_data if waiting else self.paras.heads.get(para)

    def verify_backed_candidate(
        self, candidate: CommittedCandidateReceiptV2, parent_head: HeadData
    ) -> BlockNumber:
        """Check that a candidate was made here, from what there is, and may put out what it does; gives the
        number of its relay parent.

        The relay parent (DisallowedRelayParent), the data (ValidationDataHashMismatch), the code
        (UnscheduledCandidate, InvalidValidationCodeHash), the head (ParaHeadMismatch), then the outputs.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs
        `CandidateCheckContext::verify_backed_candidate`
        """
        descriptor, commitments = candidate.descriptor, candidate.commitments
        para, config = descriptor.para_id, self.configuration.active_config.get()
        parent = self.shared.get_relay_parent_info(descriptor.session_index, descriptor.relay_parent)
        if parent is None:
            raise DispatchError(Error.DisallowedRelayParent)
        before = self.paras.most_recent_context.get(para)
        ensure(before is None or parent.number >= before, Error.DisallowedRelayParent)
        data = PersistedValidationData(parent_head, parent.number, parent.state_root, config.max_pov_size)
        ensure(descriptor.persisted_validation_data_hash == data.hash(), Error.ValidationDataHashMismatch)
        code_hash = self.paras.current_code_hash.get(para)
        ensure(code_hash is not None, Error.UnscheduledCandidate)
        ensure(descriptor.validation_code_hash == code_hash, Error.InvalidValidationCodeHash)
        ensure(descriptor.para_head == blake2_256(commitments.head_data), Error.ParaHeadMismatch)
        try:
            self.check_validation_outputs(para, parent.number, commitments)
        except AcceptanceError as error:
            raise DispatchError(DISPATCH_ERRORS[type(error.reason)]) from error
        return parent.number

    # Backing.

    def process_candidates(self, candidates: Mapping[ParaId, tuple[WithCore, ...]]) -> tuple[Backing, ...]:
        """Back candidates, by ascending parachain, those of one each built on the one before; gives who
        voted for them.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::process_candidates`
        """
        return tuple(self._back(each, core) for para in sorted(candidates) for each, core in candidates[para])

    def _back(self, backed: BackedCandidate, core: CoreIndex) -> Backing:
        candidate, now = backed.candidate, self.system.number.get()
        para, commitments = candidate.descriptor.para_id, candidate.commitments
        parent_head = self.para_latest_head_data(para)
        if parent_head is None:
            raise DispatchError(Error.UnscheduledCandidate)
        parent_number = self.verify_backed_candidate(candidate, parent_head)
        # the group of the first block in which the candidate could have been backed
        group = self.scheduler.group_assigned_to_core(core, BlockNumber(parent_number + 1))
        if group is None:
            raise DispatchError(Error.InvalidAssignment)
        votes = self.check_backing_votes(backed, group)

        receipt, validators = candidate.to_plain(), len(self.shared.active_validator_keys.get())
        voted = {validator for validator, _ in votes}
        pending = CandidatePendingAvailability(
            core=core,
            hash=receipt.hash(),
            descriptor=candidate.descriptor,
            commitments=commitments,
            availability_votes=(False,) * validators,
            backers=tuple(index in voted for index in range(validators)),
            relay_parent_number=parent_number,
            backed_in_number=now,
            backing_group=group,
        )
        self.pending_availability[para] = (*(self.pending_availability.get(para) or ()), pending)
        self.deposit_event(CandidateBacked(receipt, commitments.head_data, core, group))
        return receipt, votes

    def check_backing_votes(
        self, backed: BackedCandidate, group: GroupIndex
    ) -> tuple[tuple[ValidatorIndex, ValidityAttestation], ...]:
        """Check the votes for a candidate: whether they are the group's (InvalidGroupIndex), hold
        (InvalidBacking) and are enough (InsufficientBacking). Gives them with their voters.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::check_backing_votes`,
        polkadot/primitives/src/v9/mod.rs `check_candidate_backing`
        """
        members, keys = self.scheduler.group_validators(group), self.shared.active_validator_keys.get()
        if members is None:
            raise DispatchError(Error.InvalidGroupIndex)
        bits, _ = voters_and_core(backed)
        voters = [member for member, voted in zip(members, bits, strict=False) if voted]
        ensure(len(bits) == len(members), Error.InvalidBacking)
        ensure(len(backed.validity_votes) <= len(voters), Error.InvalidBacking)
        votes = tuple(zip(voters, backed.validity_votes, strict=False))  # bits too many do no harm
        ensure(all(voter < len(keys) for voter, _ in votes), Error.InvalidBacking)
        descriptor, name = backed.candidate.descriptor, backed.candidate.hash()
        for voter, vote in votes:
            payload = backing_payload(vote, name, descriptor.session_index, descriptor.relay_parent)
            ensure(verify_sr25519(vote.signature, payload, keys[voter]), Error.InvalidBacking)
        wanted = self.configuration.active_config.get().minimum_backing_votes
        ensure(len(votes) >= min(len(members), wanted), Error.InsufficientBacking)
        return votes

    # Availability.

    def update_pending_availability(
        self, held: Mapping[CoreIndex, set[int]]
    ) -> tuple[CandidateCommitments, ...]:
        """Note which validators hold their pieces of what waits on each core, and enact what is available
        now; gives what that committed to. The parachains come in the order of their storage keys.

        Of each row only the first ones can be enacted: a candidate waits for those that it builds on.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs
        `Pallet::update_pending_availability_and_get_freed_cores`
        """
        threshold = availability_threshold(len(self.shared.active_validator_keys.get()))
        enacted: list[CandidateCommitments] = []
        for para in tuple(self.pending_availability.keys()):
            row = self.pending_availability.get(para) or ()
            voted = tuple(each.with_votes(held.get(each.core, set())) for each in row)
            ready = _count_leading(voted, lambda each: sum(each.availability_votes) >= threshold)
            self.pending_availability[para] = voted[ready:]
            for candidate in voted[:ready]:
                self.enact_candidate(candidate)
                enacted.append(candidate.commitments)
        return tuple(enacted)

    def enact_candidate(self, candidate: CandidatePendingAvailability) -> None:
        """Let a candidate take effect: new code, messages from above that it processed, messages up, its
        watermark, messages across, its head.

        Upstream rewards its backers and those who hold its data; that is none of ours.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::enact_candidate`
        """
        para, commitments = candidate.descriptor.para_id, candidate.commitments
        if commitments.new_validation_code is not None:
            paras_code.schedule_code_upgrade(
                self.paras,
                para,
                commitments.new_validation_code,
                self.system.number.get(),
                self.configuration.active_config.get(),
                UpgradeStrategy.SetGoAheadSignal,
            )
        self.dmp.prune_dmq(para, commitments.processed_downward_messages)
        self.receive_upward_messages(para, commitments.upward_messages)
        self.hrmp.prune_hrmp(para, commitments.hrmp_watermark)
        self.hrmp.queue_outbound_hrmp(para, commitments.horizontal_messages)
        head = commitments.head_data
        self.deposit_event(
            CandidateIncluded(candidate.receipt(), head, candidate.core, candidate.backing_group)
        )
        self.paras.note_new_head(para, head, candidate.relay_parent_number)

    def force_enact(self, para: ParaId) -> None:
        """Let all candidates of a parachain that wait take effect, available or not; for answers to
        clients, whose writes are undone.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::force_enact`
        """
        row = self.pending_availability.get(para)
        if row is None:
            return
        self.pending_availability[para] = ()
        for candidate in row:
            self.enact_candidate(candidate)

    def candidates_pending_availability(self, para: ParaId) -> tuple[CommittedCandidateReceiptV2, ...]:
        """The candidates of a parachain that wait, each built on the one before.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::candidates_pending_availability`
        """
        row = self.pending_availability.get(para) or ()
        return tuple(CommittedCandidateReceiptV2(each.descriptor, each.commitments) for each in row)

    def free_timedout(self) -> None:
        """Drop candidates that waited too long, by ascending parachain, and those built on them.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::free_timedout`
        """
        now = self.system.number.get()
        for para in sorted(self.pending_availability.keys()):
            row = self.pending_availability.get(para) or ()
            kept = _count_leading(row, lambda each: self._may_wait(each, now))
            if kept < len(row):
                self.pending_availability[para] = row[:kept]
            for each in row[kept:]:
                self.deposit_event(CandidateTimedOut(each.receipt(), each.commitments.head_data, each.core))

    def _may_wait(self, candidate: CandidatePendingAvailability, now: BlockNumber) -> bool:
        return not self.scheduler.is_timed_out(candidate.backed_in_number, now)

    def occupied_cores(self) -> frozenset[CoreIndex]:
        """The cores on which something waits.

        Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `Pallet::get_occupied_cores`
        """
        return frozenset(each.core for _, row in self.pending_availability.items() for each in row)


def availability_threshold(validators: int) -> int:
    """How many validators must hold their pieces: more than two thirds, so that any third may fail.

    Upstream: polkadot/primitives/src/v9/mod.rs `availability_threshold`
    """
    tolerated = (max(validators, 1) - 1) // 3
    return validators - tolerated


def _count_leading(
    row: tuple[CandidatePendingAvailability, ...], holds: Callable[[CandidatePendingAvailability], bool]
) -> int:
    """How many candidates come before the first one for which something does not hold."""
    return next((place for place, each in enumerate(row) if not holds(each)), len(row))


@contextmanager
def _as(
    kind: type[ProcessedDownwardMessages | UpwardMessagesFault | HrmpWatermark | OutboundHrmp],
) -> Iterator[None]:
    """Say which part of the outputs is at fault."""
    try:
        yield
    except AcceptanceError as error:
        raise AcceptanceError(kind(error.reason)) from error
