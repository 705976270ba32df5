"""ParasShared, ParaInherent and Paras against recorded blocks of a real relay chain.

Each recorded step is run by our code, as far as it concerns these pallets, on the recorded state before it,
and must write the same entries with the same bytes; where we do nothing the recording must not either. Then
the recorded changes are applied, and the next step follows. No recorded step has an event of these pallets;
one of ours would be a `Defect`.

Given, as the recording has it: the claim queue as the scheduler's cores make it (each core is one parachain's
as a whole), Babe's randomness, and the keys of the validators of a new session. Where an inherent carries
candidates or votes, which we do not enact yet, only what it does to ParasShared is compared.
"""

from __future__ import annotations

import contextlib
import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest

from pallets.balances_items import Preservation
from pallets.relay.configuration import Configuration
from pallets.relay.paras import Paras
from pallets.relay.paras_inherent import ParaInherent
from pallets.relay.paras_items import ParasConstants
from pallets.relay.shared import ClaimQueue, ParasShared, SessionChangeNotification
from primitives.arithmetic import U64_MAX
from primitives.candidates import InherentData
from primitives.errors import Defect, DispatchError
from primitives.hashing import blake2_256, storage_prefix, twox_128
from primitives.header import NO_HASH, DigestItem
from primitives.ids import (
    AccountId,
    Balance,
    BlockNumber,
    CoreIndex,
    Hash,
    ParaId,
    SessionIndex,
    ValidatorId,
)
from primitives.origin import NoOrigin
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U8, U16, U32, U64, Bytes32
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.storage.state import Entry, State
from primitives.storage.views import DefaultMap, Value

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
WITHOUT_CANDIDATES = ("relay/relay_empty", "relay/relay_force", "relay/relay_config")
RECORDINGS = sorted(
    path.relative_to(FIXTURES).as_posix().removesuffix(".json.xz")
    for folder in ("relay", "random/relay", "world", "random/world")
    for path in (FIXTURES / folder).glob("*.json.xz")
)

SHARED, INHERENT, PARAS = twox_128(b"ParasShared"), twox_128(b"ParaInherent"), twox_128(b"Paras")
CURRENT_SESSION_INDEX = storage_prefix("ParasShared", "CurrentSessionIndex")
ENTER = bytes((54, 0))
CLEANUP = "Sudo.sudo:ParaSudoWrapper.sudo_schedule_para_cleanup"
WHOLE_CORE = 57_600

Changes = dict[bytes, bytes | None]
QueueOrigin = tuple[U8, U8, ParaId]
"""Two tags, both 0: a queue of upward messages, a para's."""


class BufferedSessionChange(Record):
    validators: tuple[ValidatorId, ...]
    queued: tuple[ValidatorId, ...]
    session_index: SessionIndex


class Idle(Record, tag=0):
    pass


class Pool(Record, tag=1):
    pass


class Task(Record, tag=2):
    UNNAMED: ClassVar[bool] = True

    para: ParaId


class Assignment(Record):
    work: Idle | Pool | Task
    ratio: U16
    remaining: U16


class WorkState(Record):
    assignments: tuple[Assignment, ...]
    end_hint: U32 | None
    pos: U16
    step: U16


class CoreDescriptor(Record):
    queue: tuple[U32, U32] | None
    current_work: WorkState | None


class Block(Pallet, prefix="System"):
    number: Value[BlockNumber] = item(default=0)
    parent_hash: Value[Hash] = item(default=NO_HASH)

    def deposit_log(self, entry: DigestItem) -> None:
        raise Defect("no code is replaced here")


class Cores(Pallet, prefix="ParaScheduler"):
    core_descriptors: Value[tuple[tuple[CoreIndex, CoreDescriptor], ...]] = item(default=())


class Babe(Pallet, prefix="Babe"):
    next_randomness: Value[Bytes32] = item(default=bytes(32))


class Initializer(Pallet, prefix="Initializer"):
    buffered_session_changes: Value[tuple[BufferedSessionChange, ...]] = item(default=())


class BookState(Record):
    begin: U32
    end: U32
    count: U32
    ready_neighbours: tuple[QueueOrigin, QueueOrigin] | None
    message_count: U64
    size: U64


class MessageQueue(Pallet, prefix="MessageQueue"):
    book_state_for: DefaultMap[QueueOrigin, BookState] = item(default=BookState(0, 0, 0, None, 0, 0))

    def message_count(self, para: ParaId) -> int:
        return self.book_state_for[0, 0, para].message_count


class GivenQueue:
    """Stands in for the scheduler: the claim queue that the recording shows."""

    def __init__(self) -> None:
        self.queue: ClaimQueue = {}

    def claim_queue(self) -> ClaimQueue:
        return self.queue


class Token:
    """Stands in for the balances."""

    def burn_from(self, who: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        raise Defect("nobody pays for anything here")


class Chain:
    """The pallets under test and what they read, over one recorded state."""

    def __init__(self, before: Changes) -> None:
        self.state = State({key: value for key, value in before.items() if value is not None})
        frame = Frame(self.state)
        self.block, self.cores, self.babe = Block(frame), Cores(frame), Babe(frame)
        self.initializer, self.given = Initializer(frame), GivenQueue()
        self.shared = ParasShared(frame)
        self.configuration = Configuration(frame, self.shared)
        self.paras = Paras(
            frame,
            self.block,
            self.configuration,
            self.shared,
            MessageQueue(frame),
            Token(),
            ParasConstants(U64_MAX),
            cooldown_removal_multiplier=Balance(1),
        )
        self.inherent = ParaInherent(frame, self.block, self.configuration, self.shared, self.given)

    def apply(self, changes: Changes) -> None:
        for key, value in changes.items():
            self.state.set(key, value)

    def written(self, step: Step) -> dict[bytes, Entry | None]:
        """What our code writes in a step; afterwards the state is as before."""
        self.given.queue = self.claim_queue_after(step.changes)
        with self.state.frame() as layer:
            self.run(step)
            changes = layer.changes()
            layer.discard()
        return changes

    def claim_queue_after(self, changes: Changes) -> ClaimQueue:
        with self.state.frame() as layer:
            self.apply(changes)
            depth = self.configuration.active_config.get().scheduler_params.lookahead
            queue = {core: (para,) * depth for core, para in whole_cores(self.cores.core_descriptors.get())}
            layer.discard()
        return queue

    def run(self, step: Step) -> None:
        if step.op == "initialize_block":
            self.block.number.put(step.number)
            self.paras.initializer_initialize(step.number)
        elif step.op == "finalize_block":
            self.finalize(step.number)
        elif step.data is not None and step.is_whole:
            self.inherent.enter(NoOrigin(), step.data)
        elif step.data is not None:
            self.inherent.note_parent(step.data)
        elif step.call == CLEANUP:
            with contextlib.suppress(DispatchError), self.state.layer():
                self.paras.schedule_para_cleanup(ParaId(int.from_bytes(step.raw[-4:], "little")))

    def finalize(self, now: BlockNumber) -> None:
        self.inherent.on_finalize(now)
        self.paras.initializer_finalize(now)
        for announced in self.initializer.buffered_session_changes.get()[-1:]:
            self.begin_session(announced)

    def begin_session(self, announced: BufferedSessionChange) -> None:
        index, seed = announced.session_index, Hash(blake2_256(b"paras" + self.babe.next_randomness.get()))
        outcome = self.configuration.initializer_on_new_session(index)
        config = outcome.new_config or outcome.prev_config
        active = self.shared.initializer_on_new_session(index, seed, config, announced.validators)
        self.paras.initializer_on_new_session(
            SessionChangeNotification(active, announced.queued, outcome.prev_config, config, seed, index)
        )


class Step(NamedTuple):
    where: str
    number: BlockNumber
    op: str
    call: str | None
    raw: bytes
    data: InherentData | None
    changes: Changes

    @property
    def is_whole(self) -> bool:
        """Whether all of the step is ours to do."""
        return self.data is None or not (
            self.data.bitfields or self.data.backed_candidates or self.data.disputes
        )


def whole_cores(
    descriptors: tuple[tuple[CoreIndex, CoreDescriptor], ...],
) -> Iterator[tuple[CoreIndex, ParaId]]:
    """The cores that belong to one parachain alone; no other kind occurs in these recordings."""
    for core, descriptor in descriptors:
        assignments = descriptor.current_work.assignments if descriptor.current_work else ()
        for assignment in assignments:
            assert isinstance(assignment.work, Task)
            assert (len(assignments), assignment.ratio) == (1, WHOLE_CORE)
            yield core, assignment.work.para


def pairs(entries: list[list[str | None]]) -> Changes:
    return {
        bytes.fromhex(key[2:]): None if value is None else bytes.fromhex(value[2:])
        for key, value in entries
        if key is not None
    }


def ours(changes: dict[bytes, Entry | None], *prefixes: bytes) -> dict[bytes, Entry | None]:
    return {key: value for key, value in changes.items() if key.startswith(prefixes)}


def inherent_of(extrinsic: bytes) -> InherentData | None:
    """The data of `ParaInherent.enter`, or None for any other extrinsic. One byte tells version and kind."""
    _, start = decode_compact(extrinsic, 0, 32)
    if extrinsic[start + 1 : start + 3] != ENTER or extrinsic[start] & 0x80:
        return None
    return codec(InherentData).decode(extrinsic[start + 3 :])


def steps(name: str) -> Iterator[tuple[Chain, Step]]:
    """Every step of a recording with the state before it; what it changed is applied when the next is asked
    for. Refused blocks are undone as a whole, so they are left out."""
    recording: dict[str, Any] = json.loads(lzma.decompress((FIXTURES / f"{name}.json.xz").read_bytes()))
    recording = recording.get("relay", recording)
    chain = Chain(pairs(recording["before"]))
    for block in recording["blocks"]:
        chain.apply(pairs(block.get("forced", [])))
        for step in block["steps"] if "refused" not in block else []:
            made = step_of(f"{name}, block {block['number']}", BlockNumber(block["number"]), step)
            yield chain, made
            chain.apply(made.changes)


def step_of(where: str, number: BlockNumber, step: dict[str, Any]) -> Step:
    raw, op, call = bytes.fromhex(step["input"][2:]), step["op"], step.get("call")
    data = inherent_of(raw) if op == "apply_extrinsic" else None
    return Step(f"{where}, {op} {call or ''}", number, op, call, raw, data, pairs(step["changes"]))


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_steps_write_the_same_entries(name: str) -> None:
    seen: set[str] = set()
    for chain, step in steps(name):
        compared = (SHARED, INHERENT, PARAS) if step.is_whole else (SHARED,)
        written = chain.written(step)
        assert ours(written, *compared) == ours(dict(step.changes), *compared), step.where
        seen |= {step.op} | ({"session"} if CURRENT_SESSION_INDEX in step.changes else set())
    assert seen == {"initialize_block", "apply_extrinsic", "finalize_block", "session"}


@pytest.mark.parametrize("name", WITHOUT_CANDIDATES)
def test_no_step_of_these_recordings_is_compared_in_part_only(name: str) -> None:
    inherents = [step for _, step in steps(name) if step.data is not None]

    assert inherents
    assert all(step.is_whole for step in inherents)
