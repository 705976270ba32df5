"""One chain of a recording, run through our pallets step by step.

For each step: what is given is applied first, our code runs, and then output, events and every changed entry
are compared. Where a step differs, the recorded entries are put in place of ours, so that later steps show
their own differences only. After a block, the state root must be the recorded one: with all entries the same
this fails for a key that nobody accounts for, and for a fault of our trie.

A block that was refused, or undone on purpose, runs all the same and is undone afterwards. An extrinsic that
the chain refused must leave no trace at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from node.conform.recording import Block, Chain, Step
from node.conform.results import StepResult
from node.conform.scope import Scope, Side
from pallets.system import System
from pallets.system_items import EventRecord, Phase
from primitives.errors import InvalidBlock, InvalidTransaction
from primitives.hashing import storage_prefix
from primitives.header import HEADER, Header
from primitives.pallet import Pallet
from primitives.record import replace
from primitives.scale.codec import Codec
from primitives.scale.compact import encode_compact
from primitives.scale.derive import Wire, codec
from primitives.storage.naming import Names, show
from primitives.storage.state import Entry, Layer, State
from primitives.trie.layout import HashedValue, StateVersion
from runtime.executive import Executive, outcome_bytes

EVENTS = storage_prefix("System", "Events")


class Replayed(Protocol):
    """A runtime that can be replayed."""

    @property
    def executive(self) -> Executive:
        """What runs its blocks."""
        ...

    @property
    def system(self) -> System:
        """The frame of its blocks."""
        ...

    @classmethod
    def wire(cls) -> Wire:
        """The layouts of its outer types."""
        ...


class Answers(Protocol):
    """The outside of a replayed runtime: answers what it asks with what was recorded."""

    def turn_to(self, step: Step) -> None:
        """Take a step's answers."""
        ...


def state_before(chain: Chain) -> State:
    """The state before a chain's first block."""
    entries: dict[bytes, Entry] = dict(chain.before)
    entries |= {key: HashedValue(hashed, length) for key, length, hashed in chain.left_out}
    return State(entries, StateVersion(chain.state_version))


class ChainReplay:
    """A chain being replayed; what is particular to a kind of chain, a subclass adds."""

    def __init__(
        self,
        chain: Chain,
        scope: Scope,
        state: State,
        runtime: Replayed,
        outside: Answers,
        ours: Iterable[type[Pallet]],
        indices: Iterable[int],
    ) -> None:
        self.chain, self.scope, self.state = chain, scope, state
        self.runtime, self.outside = runtime, outside
        self.names = Names(ours, runtime.wire())
        self._event: Codec[EventRecord] = runtime.wire().codec(EventRecord)
        self._indices = frozenset(indices)

    # What a kind of chain adds.

    def observe(self, run: Layer) -> None:
        """Look at what our code wrote in a step, before the recorded entries take its place."""

    def beforehand(self, block: Block, place: int, index: int) -> Iterator[StepResult]:
        """What else was tried in place of a step, on the state before it."""
        yield from ()

    def violations(self, step: Step) -> Iterator[str]:
        """Each invariant that does not hold after a step, as a sentence."""
        yield from ()

    def ending(self, block: Block, place: int) -> Iterator[StepResult]:
        """What is left of a block when its steps have run, on the state that they leave."""
        yield from ()

    def questions(self, block: Block, place: int) -> Iterator[StepResult]:
        """What was asked on the state after a block that stands."""
        yield from ()

    def is_foreign(self, step: Step) -> bool:
        """Whether a step's innermost call belongs to a pallet that is not ours."""
        return False

    # The course of a block.

    def block(self, place: int) -> list[StepResult]:
        """Run the block at a place of the recording: its steps, and the checks of its state roots."""
        block = self.chain.blocks[place]
        for key, value in block.forced:
            self.state.set(key, value)
        results = [_root_check(block, place, self.state.root(), block.state_root_before, "before the block")]
        with self.state.frame() as attempt:
            results += self._steps(block, place)
            results += self.ending(block, place)
            if block.refused is not None:
                attempt.discard()
        if block.refused is None:
            results.append(_root_check(block, place, self.state.root(), block.state_root, "after the block"))
            results += self.questions(block, place)
        return results

    def _steps(self, block: Block, place: int) -> list[StepResult]:
        results, events = list[StepResult](), list[bytes]()
        for index, step in enumerate(block.steps):
            results.extend(self.beforehand(block, place, index))
            differences = tuple(self._step(step, events))
            op = "refused" if is_refused(step) else step.op
            given = self.is_foreign(step)
            results.append(StepResult(block.number, place, index, op, step.call, differences, given))
        return results

    def _step(self, step: Step, events: list[bytes]) -> Iterator[str]:
        """Run one step; `events` are the recorded ones of the block so far."""
        self.outside.turn_to(step)
        if step.op == "initialize_block":
            events.clear()
        self._apply_given(step)
        self.state.set(EVENTS, None)  # foreign events are not decoded; ours are looked at alone
        with self.state.frame() as run:
            yield from self._outcome(step)
        yield from self._events(step)
        yield from self._changes(step, run)
        if is_refused(step):
            yield from self._traces(run)
        self.observe(run)
        events.extend(step.events)
        self._settle(step, run, events)
        yield from self.violations(step)

    def _apply_given(self, step: Step) -> None:
        """Removals are left for the end: what is removed may be read until then."""
        for key, value in step.changes:
            is_given = self.scope.side(key) is Side.GIVEN and not self.scope.is_late(key)
            if value is not None and is_given:
                self.state.set(key, value)

    def _outcome(self, step: Step) -> Iterator[str]:
        """Run our code, and compare what the call into the runtime gives back."""
        executive = self.runtime.executive
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
            found = outcome_bytes(self.runtime.executive.apply_extrinsic(step.input))
        except InvalidTransaction as error:
            found = outcome_bytes(error)
        if found != step.output:
            yield f"outcome expected 0x{step.output.hex()}, found 0x{found.hex()}"

    # The comparison.

    def _events(self, step: Step) -> Iterator[str]:
        """Compare our events with the recorded ones of our pallets, in order."""
        found = [self._event.encode(event) for event in self.runtime.system.events_.get()]
        expected = [raw for raw in step.events if self._is_ours(raw)]
        for index in range(max(len(found), len(expected))):
            one = expected[index] if index < len(expected) else None
            other = found[index] if index < len(found) else None
            if one != other:
                yield f"event {index} expected {self._shown(one)}, found {self._shown(other)}"

    def _is_ours(self, raw: bytes) -> bool:
        """Whether an event is of one of our pallets, by its index behind the phase; then it must decode."""
        _, at = _PHASE.decode_at(raw, 0)
        return at < len(raw) and raw[at] in self._indices

    def _shown(self, raw: bytes | None) -> str:
        return "none" if raw is None else show(self._event.decode(raw))

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

    def _traces(self, run: Layer) -> Iterator[str]:
        """What an extrinsic left behind that may not be in the block."""
        for key in sorted(run.changes()):
            yield f"refused, but {self.names.describe_key(key)} is not as it was"

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


def is_refused(step: Step) -> bool:
    """Whether the step is an extrinsic that the chain would not have in its block."""
    return isinstance(step.result, dict) and "invalid" in step.result


def _root_check(block: Block, place: int, found: bytes, expected: bytes, when: str) -> StepResult:
    same = found == expected
    differences = () if same else (f"state root {when} expected 0x{expected.hex()}, found 0x{found.hex()}",)
    return StepResult(block.number, place, len(block.steps), "state_root", "", differences)


def _header_differences(expected: Header, found: Header) -> Iterator[str]:
    """The state root is left out: it is checked when what is given has been applied to its end."""
    found = replace(found, state_root=expected.state_root)
    for field in ("parent_hash", "number", "extrinsics_root", "digest"):
        one, other = getattr(expected, field), getattr(found, field)
        if one != other:
            yield f"header.{field} expected {show(one)}, found {show(other)}"


def _known(entry: Entry | None) -> bytes | None:
    return entry.hash if isinstance(entry, HashedValue) else entry


_PHASE: Codec[Any] = codec(Phase)
