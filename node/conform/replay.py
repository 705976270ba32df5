"""Runs a recording through our pallets and names every difference.

For each step: what is given is applied first (removals last), our code runs, and then output, events and
every changed entry are compared. Where a step differs, the recorded entries are put in place of ours, so
that later steps show their own differences only. After a block, the state root must be the recorded one:
with all entries the same this fails for a key that nobody accounts for, and for a fault of our trie.

A block that was refused, or undone on purpose, runs all the same and is undone afterwards.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from node.conform.recorded import RecordedOutside
from node.conform.recording import Block, Chain, Recording, Step
from node.conform.results import CaseResult, StepResult
from node.conform.scope import Scope, Side
from pallets.relay import hrmp_invariants
from pallets.relay.paras_inherent import OutOfScope
from pallets.system_items import EventRecord, Phase
from primitives.errors import AcceptanceError, Defect, InvalidBlock, InvalidTransaction
from primitives.hashing import storage_prefix
from primitives.header import HEADER, Header
from primitives.record import replace
from primitives.scale.codec import Codec
from primitives.scale.compact import decode_compact, encode_compact
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError
from primitives.storage.naming import Names, show
from primitives.storage.state import Entry, Layer, State
from primitives.trie.layout import HashedValue, StateVersion
from runtime.executive import outcome_bytes
from runtime.relay import Relay

EVENTS = storage_prefix("System", "Events")
LIFECYCLES = storage_prefix("Paras", "ParaLifecycles")

OnBlock = Callable[[int, int], None]
"""Called after each block with how many are done and how many there are."""


def replay(recording: Recording, scope: Scope, on_block: OnBlock | None = None) -> CaseResult:
    """Run all blocks of a recording; what the recording or our code does wrong is told, never raised."""
    started, steps = time.perf_counter(), []
    fault, number = out_of_scope(recording) if recording.relay is None else None, 0
    if recording.relay is not None:
        try:
            run = ChainReplay(recording.relay, scope)
            for place, block in enumerate(recording.relay.blocks):
                number = block.number
                steps.extend(run.block(place))
                if on_block is not None:
                    on_block(place + 1, len(recording.relay.blocks))
        # ValueError: what is no value, or makes no trie
        except (Defect, OutOfScope, ValueError, AcceptanceError) as error:
            fault = f"block {number}: {type(error).__name__}: {error}"
    seconds = time.perf_counter() - started
    return CaseResult(recording.name, recording.path, recording.description, tuple(steps), seconds, fault)


def out_of_scope(recording: Recording) -> str | None:
    """Why a recording cannot be replayed yet, or None if it can."""
    if recording.kind != "relay" or recording.relay is None:
        return "the parachain's side is not there yet"
    for block in recording.relay.blocks:
        for step in block.steps:
            reason = _call_out_of_scope(step)
            if reason is not None:
                return f"block {block.number}: {reason}"
        if block.refused is not None:
            return f"block {block.number}: refused blocks need the inclusion pallet, which is not there yet"
    return None


def _call_out_of_scope(step: Step) -> str | None:
    if step.op != "apply_extrinsic":
        return None
    name = step.call.rpartition(":")[2]
    if name.split(".")[0] not in {pallet.prefix for pallet in Relay.indices}:
        return f"{name} is a call of a pallet that is not ours yet"
    if name == "ParaInherent.enter" and not _without_candidates(step.input):
        return "candidates are enacted by the inclusion pallet, which is not there yet"
    return None


def _without_candidates(extrinsic: bytes) -> bool:
    """Whether the inherent's three lists are empty; they come first, behind the length and three fixed
    bytes.
    """
    try:
        _, at = decode_compact(extrinsic, 0)
    except DecodeError:
        return True  # then it is no inherent either, and its replay says so
    return extrinsic[at + 3 : at + 6] == b"\x00\x00\x00"


class ChainReplay:
    """One chain of a recording, being replayed."""

    def __init__(self, chain: Chain, scope: Scope) -> None:
        self.chain, self.scope = chain, scope
        entries: dict[bytes, Entry] = dict(chain.before)
        entries |= {key: HashedValue(hashed, length) for key, length, hashed in chain.left_out}
        self.state = State(entries, StateVersion(chain.state_version))
        self.outside = RecordedOutside(self.state, Relay.wire())
        self.relay = Relay(self.state, self.outside)
        self.names = Names(Relay.indices, Relay.wire())
        self.nobody_cleaned_up = True

    def block(self, place: int) -> list[StepResult]:
        """Run the block at a place of the recording: its steps, and the check of its state root."""
        block = self.chain.blocks[place]
        for key, value in block.forced:
            self.state.set(key, value)
        results = [_root_check(block, place, self.state.root(), block.state_root_before, "before the block")]
        with self.state.frame() as attempt:
            results += self._steps(block, place)
            if block.refused is not None:
                attempt.discard()
        if block.refused is None:
            results.append(_root_check(block, place, self.state.root(), block.state_root, "after the block"))
        return results

    def _steps(self, block: Block, place: int) -> list[StepResult]:
        results, events = [], list[bytes]()
        for index, step in enumerate(block.steps):
            differences = tuple(self._step(step, events))
            results.append(StepResult(block.number, place, index, step.op, step.call, differences))
        return results

    def _step(self, step: Step, events: list[bytes]) -> Iterator[str]:
        """Run one step; `events` are the recorded ones of the block so far."""
        self.outside.turn_to(step)
        if step.op == "initialize_block":
            events.clear()
        self._apply_given(step, removals=False)
        self.state.set(EVENTS, None)  # foreign events are not decoded; ours are looked at alone
        with self.state.frame() as run:
            yield from self._outcome(step)
        yield from self._events(step)
        yield from self._changes(step, run)
        events.extend(step.events)
        self._settle(step, run, events)
        self.nobody_cleaned_up = self.nobody_cleaned_up and not _cleans_up(step)
        for sentence in hrmp_invariants.violations(self.relay.hrmp, nobody_cleaned_up=self.nobody_cleaned_up):
            yield f"invariant of Hrmp broken: {sentence}"

    def _outcome(self, step: Step) -> Iterator[str]:
        """Run our code, and compare what the call into the runtime gives back."""
        executive = self.relay.executive
        try:
            if step.op == "initialize_block":
                executive.initialize_block(HEADER.decode(step.input))
            elif step.op == "finalize_block":
                yield from _header_differences(HEADER.decode(step.output), executive.finalize_block())
            else:
                yield from self._extrinsic_outcome(step)
        except InvalidBlock as error:
            yield f"the block was accepted, ours is refused: {error}"

    def _extrinsic_outcome(self, step: Step) -> Iterator[str]:
        try:
            found = outcome_bytes(self.relay.executive.apply_extrinsic(step.input))
        except InvalidTransaction as error:
            found = outcome_bytes(error)
        if found != step.output:
            yield f"outcome expected 0x{step.output.hex()}, found 0x{found.hex()}"

    def _apply_given(self, step: Step, *, removals: bool) -> None:
        for key, value in step.changes:
            if (value is None) == removals and self.scope.side(key) is Side.GIVEN:
                self.state.set(key, value)

    def _events(self, step: Step) -> Iterator[str]:
        """Compare our events with the recorded ones of our pallets, in order."""
        layout = self.relay.wire().codec(EventRecord)
        found = [layout.encode(event) for event in self.relay.system.events_.get()]
        expected = [raw for raw in step.events if _is_ours(raw)]
        for index in range(max(len(found), len(expected))):
            one = expected[index] if index < len(expected) else None
            other = found[index] if index < len(found) else None
            if one != other:
                yield f"event {index} expected {_shown(one, layout)}, found {_shown(other, layout)}"

    def _changes(self, step: Step, run: Layer) -> Iterator[str]:
        """Compare every entry that we changed, or should have, and that is not given."""
        ours, recorded = run.changes(), dict(step.changes)
        for key in sorted({*ours, *recorded} - {EVENTS}):
            side = self.scope.side(key)
            if side is Side.GIVEN:
                continue
            expected = recorded.get(key, run.before.get(key, self.state.entry(key)))
            found = self.state.entry(key)
            if side is Side.UNKNOWN:
                yield f"{self.names.describe_key(key)} changes, and nothing in the scope accounts for it"
            elif expected != found:
                yield from self.names.difference(key, _known(expected), _known(found))

    def _settle(self, step: Step, run: Layer, events: list[bytes]) -> None:
        """Leave the state as it was recorded: what is given, and where we differ."""
        recorded = dict(step.changes)
        for key in run.before:
            if key not in recorded and self.scope.side(key) is not Side.UNKNOWN:
                self.state.set(key, run.before[key])
        for key, value in recorded.items():
            if self.scope.side(key) is not Side.UNKNOWN and self.state.entry(key) != value:
                self.state.set(key, value)
        self.state.set(EVENTS, encode_compact(len(events)) + b"".join(events) if events else None)


def _root_check(block: Block, place: int, found: bytes, expected: bytes, when: str) -> StepResult:
    same = found == expected
    differences = () if same else (f"state root {when} expected 0x{expected.hex()}, found 0x{found.hex()}",)
    return StepResult(block.number, place, len(block.steps), "state_root", "", differences)


def _cleans_up(step: Step) -> bool:
    """Whether a parachain's channels are cleaned up: by force, or because it leaves."""
    left = any(value is None and key.startswith(LIFECYCLES) for key, value in step.changes)
    return left or step.call.endswith("Hrmp.force_clean_hrmp")


def _header_differences(expected: Header, found: Header) -> Iterator[str]:
    """The state root is left out: it is checked when what is given has been applied to its end."""
    found = replace(found, state_root=expected.state_root)
    for field in ("parent_hash", "number", "extrinsics_root", "digest"):
        one, other = getattr(expected, field), getattr(found, field)
        if one != other:
            yield f"header.{field} expected {show(one)}, found {show(other)}"


def _is_ours(raw: bytes) -> bool:
    """Whether an event is of one of our pallets, by its index behind the phase; then it must decode."""
    _, at = _PHASE.decode_at(raw, 0)
    return raw[at : at + 1] in _INDICES


def _shown(raw: bytes | None, layout: Codec[EventRecord]) -> str:
    return "none" if raw is None else show(layout.decode(raw))


def _known(entry: Entry | None) -> bytes | None:
    return entry.hash if isinstance(entry, HashedValue) else entry


_PHASE: Codec[Phase] = codec(Phase)
_INDICES = frozenset(bytes((index,)) for index in Relay.indices.values())
