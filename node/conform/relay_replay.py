"""A relay chain being replayed: its runtime, what must always hold, and what was asked of it.

Besides its steps, a recording of a relay chain holds two kinds of answers. A **verdict** says whether a
candidate might have put something out, on the state after some block. An **asked** call is one that a
parachain made by an upward message: how it ended went back down as a report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from typing_extensions import override

from node.conform.chain_replay import ChainReplay, state_before
from node.conform.foreign import Coretime
from node.conform.recorded import RecordedOutside
from node.conform.recording import Asked, Block, Chain, Step
from node.conform.results import StepResult
from node.conform.scope import Scope
from pallets import message_queue_invariants
from pallets.relay import hrmp_invariants
from primitives.candidates import CandidateCommitments
from primitives.hashing import storage_prefix
from primitives.ids import ParaId
from primitives.pallet import Pallet
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.storage.state import Layer, State
from runtime.relay import Relay
from xcm.reading import Unconvertible
from xcm.reports import QueryResponse
from xcm.responses import DispatchResult, Error, Success
from xcm.versions import decode_versioned_xcm

DOWNWARD_QUEUES = storage_prefix("Dmp", "DownwardMessageQueues")
LIFECYCLES = storage_prefix("Paras", "ParaLifecycles")


class RecordedRelay(Relay):
    """The relay chain with those calls of other pallets that recordings hold."""

    indices: ClassVar[Mapping[type[Pallet], int]] = {**Relay.indices, Coretime: 74}

    def __init__(self, state: State, outside: RecordedOutside) -> None:
        super().__init__(state, outside)
        self.coretime = self.add(Coretime(self.frame, outside))
        outside.attach(self.fees)


class RelayReplay(ChainReplay):
    """A relay chain being replayed."""

    def __init__(self, chain: Chain, scope: Scope) -> None:
        state = state_before(chain)
        outside = RecordedOutside(state, RecordedRelay.wire())
        self.relay = RecordedRelay(state, outside)
        super().__init__(
            chain,
            scope.of("relay"),
            state,
            self.relay,
            outside,
            RecordedRelay.indices,
            Relay.indices.values(),
        )
        self.nobody_cleaned_up = True
        self._reports: dict[tuple[int, int], dict[int, bytes]] = {}

    @override
    def is_foreign(self, step: Step) -> bool:
        """A call of Coretime, made as Root."""
        return step.op == "apply_extrinsic" and step.call.rpartition(":")[2].startswith("Coretime.")

    @override
    def violations(self, step: Step) -> Iterator[str]:
        """Invariants of channels and of message queues."""
        self.nobody_cleaned_up = self.nobody_cleaned_up and not _cleans_up(step)
        for sentence in hrmp_invariants.violations(self.relay.hrmp, nobody_cleaned_up=self.nobody_cleaned_up):
            yield f"invariant of Hrmp broken: {sentence}"
        for sentence in message_queue_invariants.violations(self.relay.message_queue):
            yield f"invariant of MessageQueue broken: {sentence}"

    # What was asked.

    @override
    def questions(self, block: Block, place: int) -> Iterator[StepResult]:
        """The verdicts on the state after a block."""
        for index, verdict in enumerate(
            each for each in self.chain.verdicts if each.at_block == block.number
        ):
            outputs = _COMMITMENTS.decode(verdict.encoded)
            found = self.relay.para_inclusion.accepts_validation_outputs(ParaId(verdict.para), outputs)
            differs = f"expected {_said(verdict.accepted)}, found {_said(found)}: {verdict.what}"
            differences = () if found == verdict.accepted else (differs,)
            yield StepResult(block.number, place, index, "verdict", f"para {verdict.para}", differences)

    @override
    def observe(self, run: Layer) -> None:
        """Keep how calls ended, of which our code told parachains in this step."""
        now = self.relay.system.number.get()
        for key in (key for key in run.changes() if key.startswith(DOWNWARD_QUEUES)):
            para = ParaId(int.from_bytes(key[-4:], "little"))
            for message in self.relay.dmp.dmq_contents(para):
                report = dispatch_report(message.msg) if message.sent_at == now else None
                if report is not None:
                    query, error = report
                    self._reports.setdefault((para, query), {})[now] = error

    def asked(self) -> Iterator[StepResult]:
        """What became of the calls that parachains made; to be looked at when all blocks have run."""
        last = len(self.chain.blocks) - 1
        for index, asked in enumerate(self.chain.asked):
            reports = self._reports.get((asked.para, asked.query), {})
            differences = tuple(_report_differences(asked, reports))
            number = asked.answered_in or self.chain.blocks[last].number
            yield StepResult(number, last, index, "asked", asked.name, differences)


def dispatch_report(message: bytes) -> tuple[int, bytes] | None:
    """The query that a downward message answers, and the error of the call asked about (empty if it went
    well); None for messages that do not report on a call.
    """
    try:
        _, program = decode_versioned_xcm(message)
    except (DecodeError, Unconvertible):
        return None
    for instruction in program:
        match instruction:
            case QueryResponse(query_id=query, response=DispatchResult(Success())):
                return query, b""
            case QueryResponse(query_id=query, response=DispatchResult(Error(error))):
                return query, error
            case _:
                continue
    return None


def _report_differences(asked: Asked, reports: Mapping[int, bytes]) -> Iterator[str]:
    """`reports` are our own, by the block in which each was queued."""
    who, expected = f"query {asked.query} of para {asked.para}", asked.error
    blocks, errors = list(reports), list(reports.values())
    if expected is None and reports:
        yield f"{who} expected no answer, found one in block {blocks[0]}"
    if expected is not None and errors != [expected]:
        told = ", ".join(error.hex() or "Success" for error in errors) or "none"
        yield f"{who} expected {expected.hex() or 'Success'}, found {told}"
    elif asked.answered_in is not None and blocks != [asked.answered_in]:
        yield f"{who} expected an answer in block {asked.answered_in}, found it in block {blocks[0]}"


def _said(accepted: bool) -> str:  # noqa: FBT001 - a verdict is nothing else
    return "accepted" if accepted else "refused"


def _cleans_up(step: Step) -> bool:
    """Whether a parachain's channels are cleaned up: by force, or because it leaves."""
    left = any(value is None and key.startswith(LIFECYCLES) for key, value in step.changes)
    return left or step.call.endswith("Hrmp.force_clean_hrmp")


_COMMITMENTS = codec(CandidateCommitments)
