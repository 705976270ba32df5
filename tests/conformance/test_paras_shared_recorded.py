"""ParasShared and ParaInherent against recorded blocks of a real relay chain.

Each recorded step that writes one of their entries is run by our code on the recorded state before it, and must
write the same entries with the same bytes. Every other step must leave them alone. Then the recorded changes
are applied, and the next step follows.

Given, as the recording has it: the claim queue as the scheduler's cores make it (each core is one parachain's
as a whole), Babe's randomness, and the keys of the validators of a new session. Where an inherent carries
candidates or votes, which we do not enact yet, only what it does to ParasShared is compared.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import pytest

from pallets.relay.configuration import Configuration
from pallets.relay.paras_inherent import ParaInherent
from pallets.relay.shared import ClaimQueue, ParasShared
from primitives.candidates import InherentData
from primitives.hashing import blake2_256, storage_prefix, twox_128
from primitives.header import NO_HASH
from primitives.ids import BlockNumber, CoreIndex, Hash, ParaId, SessionIndex, ValidatorId
from primitives.origin import NoOrigin
from primitives.pallet import Frame, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U16, U32, Bytes32
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec
from primitives.storage.state import Entry, State
from primitives.storage.views import Value

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
WITHOUT_CANDIDATES = ("relay/relay_empty", "relay/relay_force", "relay/relay_config")
RECORDINGS = sorted(
    path.relative_to(FIXTURES).as_posix().removesuffix(".json.xz")
    for folder in ("relay", "random/relay")
    for path in (FIXTURES / folder).glob("*.json.xz")
)

SHARED, INHERENT = twox_128(b"ParasShared"), twox_128(b"ParaInherent")
CURRENT_SESSION_INDEX = storage_prefix("ParasShared", "CurrentSessionIndex")
ENTER = bytes((54, 0))
WHOLE_CORE = 57_600

Changes = dict[bytes, bytes | None]


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


class Cores(Pallet, prefix="ParaScheduler"):
    core_descriptors: Value[tuple[tuple[CoreIndex, CoreDescriptor], ...]] = item(default=())

    recorded_after: ClassVar[ClaimQueue] = {}


class Babe(Pallet, prefix="Babe"):
    next_randomness: Value[Bytes32] = item(default=bytes(32))


class Initializer(Pallet, prefix="Initializer"):
    buffered_session_changes: Value[tuple[BufferedSessionChange, ...]] = item(default=())


class GivenQueue:
    """Stands in for the scheduler: the claim queue that the recording shows."""

    def __init__(self) -> None:
        self.queue: ClaimQueue = {}

    def claim_queue(self) -> ClaimQueue:
        return self.queue


class Chain:
    """The pallets under test and what they read, over one recorded state."""

    def __init__(self, before: Changes) -> None:
        self.state = State({key: value for key, value in before.items() if value is not None})
        frame = Frame(self.state)
        self.block, self.cores, self.babe = Block(frame), Cores(frame), Babe(frame)
        self.initializer, self.given = Initializer(frame), GivenQueue()
        self.shared = ParasShared(frame)
        self.configuration = Configuration(frame, self.shared)
        self.inherent = ParaInherent(frame, self.block, self.configuration, self.shared, self.given)

    def apply(self, changes: Changes) -> None:
        for key, value in changes.items():
            self.state.set(key, value)

    def written(self, action: Callable[[], object]) -> dict[bytes, Entry | None]:
        """What an action writes; afterwards the state is as before."""
        with self.state.frame() as layer:
            action()
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

    def enter(self, data: InherentData) -> None:
        if data.bitfields or data.backed_candidates or data.disputes:
            self.inherent.note_parent(data)
        else:
            self.inherent.enter(NoOrigin(), data)

    def finalize(self, changes: Changes) -> None:
        """The inherent's last act, then the new session if the recording begins one here."""
        self.inherent.on_finalize(self.block.number.get())
        if CURRENT_SESSION_INDEX not in changes:
            return
        last = self.initializer.buffered_session_changes.get()[-1]
        seed = Hash(blake2_256(b"paras" + self.babe.next_randomness.get()))
        config = self.configuration.initializer_on_new_session(last.session_index)
        self.shared.initializer_on_new_session(
            last.session_index, seed, config.new_config or config.prev_config, last.validators
        )


class Step(NamedTuple):
    chain: Chain
    where: str
    op: str
    data: InherentData | None
    changes: Changes


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


def steps(name: str) -> Iterator[Step]:
    """Every step of a recording with the state before it; what it changed is applied when the next is asked
    for. Refused blocks are undone as a whole, so they are left out."""
    recording: dict[str, Any] = json.loads(lzma.decompress((FIXTURES / f"{name}.json.xz").read_bytes()))
    chain = Chain(pairs(recording["before"]))
    for block in recording["blocks"]:
        chain.apply(pairs(block.get("forced", [])))
        for number, step in enumerate(block["steps"] if "refused" not in block else []):
            changes, raw = pairs(step["changes"]), bytes.fromhex(step["input"][2:])
            is_extrinsic = step["op"] == "apply_extrinsic"
            where = f"{name}, block {block['number']}, step {number} ({step['op']})"
            yield Step(chain, where, step["op"], inherent_of(raw) if is_extrinsic else None, changes)
            chain.apply(changes)


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_steps_write_the_same_entries(name: str) -> None:
    entered = sessions = 0
    for chain, where, op, data, changes in steps(name):
        compared: tuple[bytes, ...] = (SHARED, INHERENT)
        written: dict[bytes, Entry | None] = {}
        if data is not None:
            chain.given.queue = chain.claim_queue_after(changes)
            written = chain.written(lambda chain=chain, data=data: chain.enter(data))  # type: ignore[misc]
            if data.bitfields or data.backed_candidates or data.disputes:
                compared = (SHARED,)
            entered += 1
        elif op == "finalize_block":
            written = chain.written(lambda chain=chain, changes=changes: chain.finalize(changes))  # type: ignore[misc]
            sessions += CURRENT_SESSION_INDEX in changes
        assert ours(written, *compared) == ours(dict(changes), *compared), where
    assert entered
    assert sessions


@pytest.mark.parametrize("name", WITHOUT_CANDIDATES)
def test_no_step_of_these_recordings_is_compared_in_part_only(name: str) -> None:
    inherents = [step.data for step in steps(name) if step.data is not None]

    assert inherents
    assert not any(data.bitfields or data.backed_candidates or data.disputes for data in inherents)
