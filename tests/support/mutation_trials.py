"""Mutants of recorded inherents put to our parachain: each has to be refused for what the rules say, without
a trace, or to be taken by a rule that is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from node.conform.chain_replay import state_before
from node.conform.recorded import RecordedParaCosts
from node.conform.recording import Block, Step
from primitives.candidates import HeadData
from primitives.errors import InvalidBlock, InvalidTransaction
from primitives.extrinsic import decode_extrinsic
from primitives.hashing import storage_prefix, twox_128
from primitives.pallet import RuntimeCall
from primitives.scale.errors import DecodeError
from primitives.storage.state import Entry, Layer
from primitives.validation import ValidationParams
from runtime.para import Para
from runtime.validate_block import check_relay_parent
from tests.support.inherent_rules import Before, Verdict, before, verdict
from tests.support.mutants import Arguments, Mutant, mutants
from tests.support.para_recordings import Course, apply, inherent_arguments

INHERENT = "ParachainSystem.set_validation_data"
ITS_BYTES = (storage_prefix("System", "ExtrinsicData"), storage_prefix("System", "BlockSize"))
"""The extrinsic itself, and its length; both gone when the block ends."""

MAY_WRITE: dict[str, tuple[bytes, ...]] = {
    "nobody looks at max_pov_size": (storage_prefix("ParachainSystem", "ValidationData"),),
    "nodes are a set": (),
    "nobody looks that node up": (storage_prefix("ParachainSystem", "RelayStateProof"),),
    "no descendants are wanted": (),
    "an author may name any node": (storage_prefix("ParachainSystem", "PendingApprovedPeer"),),
    "some come as hashes, and again": (
        *(
            storage_prefix("ParachainSystem", item)
            for item in ("LastDmqMqcHead", "LastProcessedDownwardMessage", "ProcessedDownwardMessages")
        ),
        *(storage_prefix("System", item) for item in ("Events", "EventCount", "BlockWeight")),
        twox_128(b"MessageQueue"),
    ),
}
"""In which entries an inherent may differ from the honest one that is as good."""

UNREADABLE = Verdict("an extrinsic that can be read")
CALL = Para.wire().codec(RuntimeCall)


class Tally:
    """How many mutants there were, how many were refused, why the others were not, and what went wrong."""

    def __init__(self) -> None:
        self.refused: Counter[str] = Counter()
        self.taken: Counter[str] = Counter()
        self.elements: Counter[str] = Counter()
        self.failures: list[str] = []

    @property
    def mutants(self) -> int:
        return self.elements.total()

    def note(self, where: str, mutant: Mutant, expected: Verdict, found: Verdict) -> None:
        self.elements[mutant.element] += 1
        if found.refused != expected.refused:
            self.failures.append(
                f"{where}: {mutant.element} {mutant.change}: expected {told(expected)}, found {told(found)}"
            )
        elif found.refused is None:
            self.taken[expected.why_taken] += 1
        else:
            self.refused[found.refused] += 1


def told(one: Verdict) -> str:
    return "that it is taken" if one.refused is None else f"refused for {one.refused}"


class Moment(NamedTuple):
    """A recorded block at the point where its inherent is applied."""

    where: str
    block: Block
    at: int
    """The inherent's place among the steps."""

    @property
    def step(self) -> Step:
        return self.block.steps[self.at]


def is_whole(block: Block) -> bool:
    """Whether the real chain came to the end of a block."""
    return block.steps[-1].op == "finalize_block"


def is_inherent(step: Step) -> bool:
    return step.call == INHERENT


class Trials:
    """One parachain of a recording, on which mutants are tried."""

    def __init__(self, course: Course) -> None:
        self.course, self.outside = course, RecordedParaCosts(Para.wire())
        self.blocks = course.chain.blocks
        self.para = Para(state_before(course.chain), self.outside)
        self.outside.attach(self.para.fees)
        self.state = self.para.state

    @property
    def count(self) -> int:
        """How many moments there are."""
        return sum(is_inherent(step) for block in self.blocks if is_whole(block) for step in block.steps)

    def moments(self) -> Iterator[Moment]:
        """Every inherent that the real chain took, in a block that came to its end; the state is as it was
        recorded before.
        """
        for place, block in enumerate(self.blocks):
            apply(self.state, block.forced)
            with self.state.frame() as attempt:
                for at, step in enumerate(block.steps):
                    if is_whole(block) and is_inherent(step):
                        yield Moment(f"{self.course.name}, block {block.number}, at {place}", block, at)
                    apply(self.state, step.changes)
                if block.refused is not None:
                    attempt.discard()

    def try_all(self, moment: Moment, tally: Tally, random: Random, most: int | None = None) -> None:
        """Try the mutants of a moment's inherent, or so many of them that chance picks."""
        trial = Trial(self, moment)
        found = list(mutants(moment.step.input, random))
        for mutant in found if most is None else random.sample(found, min(most, len(found))):
            expected = expected_of(trial.known, trial.honest, mutant)
            tally.note(moment.where, mutant, expected, trial.verdict(mutant.extrinsics, expected))


class Trial:
    """Mutants of one inherent."""

    def __init__(self, trials: Trials, moment: Moment) -> None:
        self.trials, self.moment, self.state = trials, moment, trials.state
        self.honest = inherent_arguments(moment.step.input)
        self.known = before(trials.para.parachain_system, trials.course.para)
        self.root, self.honest_changes = self.state.root(), dict[bytes, Entry | None]()
        found = self.verdict((moment.step.input,), Verdict(None))  # the block has to be good without a mutant
        assert found == Verdict(None), f"{moment.where}: {found}"

    def verdict(self, extrinsics: tuple[bytes, ...], expected: Verdict) -> Verdict:
        """What our parachain says; afterwards the state is as it was, and must be already after a refusal."""
        found = Verdict(None, expected.why_taken)
        with self.state.frame() as attempt:
            try:
                with self.state.frame():
                    self._block(extrinsics, expected)
            except InvalidBlock as error:
                found = Verdict(error.what)
            except InvalidTransaction as error:
                found = UNREADABLE if isinstance(error.__cause__, DecodeError) else Verdict(str(error))
            if found.refused is not None and (attempt.changes() or self.state.root() != self.root):
                found = Verdict("a trace left behind")
            attempt.discard()
        return found

    def _block(self, extrinsics: tuple[bytes, ...], expected: Verdict) -> None:
        """The rest of the block, and the relay chain's look at what it was shown. If the inherent did just
        what the honest one did, so will the rest.
        """
        executive, moment = self.trials.para.executive, self.moment
        self.trials.outside.turn_to(moment.step)
        with self.state.frame() as run:
            for extrinsic in extrinsics:
                executive.apply_extrinsic(extrinsic)
            if not self._does_more(run, expected):
                return
        for step in moment.block.steps[moment.at + 1 :]:
            self.trials.outside.turn_to(step)
            if step.op == "apply_extrinsic":
                self._apply(step)
            elif step.op == "finalize_block":
                executive.finalize_block()
        given = self.honest[0].validation_data
        head, number, root = (
            given.parent_head,
            given.relay_parent_number,
            given.relay_parent_storage_root,
        )
        check_relay_parent(self.trials.para, ValidationParams(HeadData(head), b"", number, root))

    def _does_more(self, run: Layer, expected: Verdict) -> bool:
        """Whether an inherent that is taken has another effect than the honest one; if it is a good one, no
        other than it may have.
        """
        changes = {key: value for key, value in run.changes().items() if not key.startswith(ITS_BYTES)}
        if not self.honest_changes:
            self.honest_changes = changes
            return True
        written = changes.items() ^ self.honest_changes.items()
        if expected.refused is None:
            others = {key for key, _ in written if not key.startswith(MAY_WRITE[expected.why_taken])}
            if others:
                raise InvalidBlock("another effect", "none", [key.hex() for key in others])
        return bool(written)

    def _apply(self, step: Step) -> None:
        """An extrinsic of the block; the chain may have refused it."""
        try:
            self.trials.para.executive.apply_extrinsic(step.input)
        except InvalidTransaction:
            return


def expected_of(known: Before, honest: Arguments, mutant: Mutant) -> Verdict:
    """What the rules say of a mutant."""
    if len(mutant.extrinsics) != 1:
        return Verdict("set_validation_data in the block")
    try:
        call: RuntimeCall = decode_extrinsic(mutant.extrinsics[0], CALL, Para.extensions).call
    except DecodeError:
        return UNREADABLE
    return verdict(known, honest, call.args)
