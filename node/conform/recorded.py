"""The outside of a replay: answers what our pallets ask with what was recorded.

Everything that a replay takes as an input passes through here; `fixtures/scope.toml` lists it for people.
"""

from __future__ import annotations

from typing_extensions import override

from node.conform.recording import Step
from pallets.session import Session
from pallets.sudo import Sudid
from pallets.system_items import EventRecord, ExtrinsicFailed, ExtrinsicSuccess
from pallets.transaction_payment import FeeModel
from primitives.errors import Defect, DispatchErrorCase, Err
from primitives.hashing import storage_prefix
from primitives.header import Digest, DigestItem, PreRuntime
from primitives.ids import AccountId, Balance, SessionIndex, ValidatorId
from primitives.pallet import Frame
from primitives.record import Record
from primitives.scale.codec import U32
from primitives.scale.derive import Wire, codec
from primitives.scale.errors import DecodeError
from primitives.storage.state import State
from primitives.weights import DispatchInfo, PostDispatchInfo, Weight
from runtime.outside import NewSession

DIGEST = storage_prefix("System", "Digest")
SESSION_INDEX = storage_prefix("Session", "CurrentIndex")
NEXT_RANDOMNESS = storage_prefix("Babe", "NextRandomness")


class RecordedCosts:
    """What extrinsics cost, on any chain. Looks at one step at a time; `turn_to` says at which."""

    def __init__(self, wire: Wire) -> None:
        self._event = wire.codec(EventRecord)
        self._changes: dict[bytes, bytes | None] = {}
        self._events: tuple[Record, ...] = ()
        self._attached: FeeModel | None = None

    def turn_to(self, step: Step) -> None:
        """Take a step's answers; to be called before anything of it is applied to the state."""
        self._changes = dict(step.changes)
        self._events = tuple(event for event in map(self._own, step.events) if event is not None)

    def _own(self, raw: bytes) -> Record | None:
        """The event, if it is of a pallet that is ours."""
        try:
            event: Record = self._event.decode(raw).event.event
        except DecodeError:
            return None
        return event

    def digest_items(self) -> tuple[DigestItem, ...]:
        """What the recorded digest holds beyond the pre-runtime items."""
        raw = self._changes.get(DIGEST)
        logs = codec(Digest).decode(raw).logs if raw else ()
        return tuple(entry for entry in logs if not isinstance(entry, PreRuntime))

    def attach(self, fees: FeeModel) -> None:
        """Take the fees of the runtime that asks."""
        self._attached = fees

    def _fees(self) -> FeeModel:
        if self._attached is None:
            raise Defect("the outside was asked before it was attached to a runtime")
        return self._attached

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """Computed, not given."""
        return self._fees().fee(length, info)

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """Computed, not given."""
        return self._fees().actual_fee(length, info, post)

    def weight(self, computed: Weight) -> Weight:
        """Computed, not given."""
        return computed

    def foreign_error(self) -> DispatchErrorCase | None:
        """How the call that was made as Root ended, as the step's `Sudid` tells."""
        told = next((event for event in self._events if isinstance(event, Sudid)), None)
        return told.sudo_result.error if told and isinstance(told.sudo_result, Err) else None


class RecordedParaCosts(RecordedCosts):
    """On a parachain, proof sizes are given: they were measured while the block was made."""

    @override
    def weight(self, computed: Weight) -> Weight:
        """The computing time that we make of it, and the proof size in the step's last event."""
        for event in reversed(self._events):
            if isinstance(event, ExtrinsicSuccess | ExtrinsicFailed):
                return Weight(computed.ref_time, event.dispatch_info.weight.proof_size)
        return computed


class RecordedOutside(RecordedCosts):
    """The world around a relay chain."""

    def __init__(self, state: State, wire: Wire) -> None:
        super().__init__(wire)
        self.state, self.session = state, Session(Frame(state, wire))
        self._queued_before: tuple[ValidatorId, ...] = ()

    @override
    def turn_to(self, step: Step) -> None:
        """Take a step's answers; to be called before anything of it is applied to the state."""
        super().turn_to(step)
        self._queued_before = self.session.queued_para_validators()

    def find_author(self, digest: Digest) -> AccountId | None:
        """The validator that the BABE item of the digest names by its authority index."""
        for entry in digest.logs:
            if isinstance(entry, PreRuntime) and entry.engine == b"BABE":
                index = int.from_bytes(entry.data[1:5], "little")
                validators = self.session.validators.get()
                return validators[index] if index < len(validators) else None
        return None

    def new_session(self) -> NewSession | None:
        """A session, if the recorded session index rises: the queued keys become its validators."""
        raw = self._changes.get(SESSION_INDEX)
        if raw is None:
            return None
        index = SessionIndex(codec(U32).decode(raw))
        return NewSession(index, self._queued_before, self.session.queued_para_validators())

    def randomness(self) -> bytes:
        """`Babe.NextRandomness` as it stands now."""
        return self.state.get(NEXT_RANDOMNESS) or b""
