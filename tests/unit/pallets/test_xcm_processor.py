"""Messages as programs: what becomes of each.

Upstream: polkadot/xcm/xcm-builder/src/process_xcm_message.rs
"""

from __future__ import annotations

import pytest

from pallets.message_queue import Outcome
from pallets.message_queue_items import (
    Corrupt,
    Overweight,
    ProcessMessageError,
    StackLimitReached,
    Unsupported,
)
from pallets.xcm_processor import ProcessXcmMessage
from primitives.hashing import blake2_256
from primitives.ids import Hash
from primitives.record import Record
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from tests.support.xcm_world import SIBLING, World, some, units
from xcm import errors
from xcm.errors import InstructionError, NotStarted
from xcm.executor import Executed, Prepared
from xcm.failures import Refusal, Refused
from xcm.filters import All, Wild
from xcm.instructions import BurnAsset, ClearOrigin, DepositAsset, SetTopic, Transact, Trap, WithdrawAsset
from xcm.location import Location
from xcm.program import Xcm
from xcm.terms import OriginKind
from xcm.traits import Properties
from xcm.versions import encode_versioned_xcm


class Queue(Record):
    """The queue of one sender."""


class Nobody:
    """Lets nothing in."""

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        raise Refused(Refusal.Unsupported)


def processed(
    world: World, message: bytes, limit: Weight | None = None
) -> tuple[bool | ProcessMessageError, Weight]:
    """What became of a message, and the weight that went for it."""
    meter = WeightMeter(units(1_000) if limit is None else limit)
    outcome = _outcome(world, message, meter)
    return outcome.result, meter.consumed


def _outcome(world: World, message: bytes, meter: WeightMeter) -> Outcome:
    processor = ProcessXcmMessage(world.executor, lambda queue: SIBLING)
    return processor.process_message(message, Queue(), meter, Hash(blake2_256(message)))


@pytest.mark.parametrize("version", [3, 4, 5])
def test_a_program_that_runs_to_its_end_is_processed_well(version: int) -> None:
    message = encode_versioned_xcm(version, (ClearOrigin(),))
    assert processed(World(), message) == (True, units(1))


@pytest.mark.parametrize("version", [3, 4, 5])
def test_a_program_that_fails_is_processed_too(version: int) -> None:
    message = encode_versioned_xcm(version, (ClearOrigin(), Trap(1), ClearOrigin()))
    assert processed(World(), message) == (False, units(2))


def test_an_empty_program_is_processed_well_for_nothing() -> None:
    assert processed(World(), bytes.fromhex("0300")) == (True, ZERO_WEIGHT)


def test_a_program_that_is_not_let_in_costs_all_its_weight() -> None:
    message = encode_versioned_xcm(5, (ClearOrigin(), ClearOrigin()))
    assert processed(World(barrier=Nobody()), message) == (False, units(2))


@pytest.mark.parametrize("message", ["", "3742", "7bdee9", "0204", "05040a00", "0504"])
def test_what_is_no_program_is_corrupt(message: str) -> None:
    assert processed(World(), bytes.fromhex(message)) == (Corrupt(), ZERO_WEIGHT)


def test_what_the_newest_version_has_no_words_for_is_unsupported() -> None:
    abstract = "0304" + "00" + "04" + "01" + "00" * 32 + "00" + "04"  # an asset without a location
    assert processed(World(), bytes.fromhex(abstract)) == (Unsupported(), ZERO_WEIGHT)


def test_a_program_with_a_call_that_is_none_is_unsupported() -> None:
    message = encode_versioned_xcm(5, (Transact(OriginKind.Native, None, b"\xff"),))
    assert processed(World(), message) == (Unsupported(), ZERO_WEIGHT)


def test_a_program_of_too_many_instructions_does_not_even_decode() -> None:
    message = encode_versioned_xcm(5, (ClearOrigin(),) * 101)
    assert processed(World(), message) == (Corrupt(), ZERO_WEIGHT)


def test_what_is_heavier_than_what_is_left_waits_and_says_how_heavy_it_is() -> None:
    message = encode_versioned_xcm(5, (ClearOrigin(), Trap(1)))
    for limit in (ZERO_WEIGHT, units(1), Weight(20, 19), Weight(19, 20)):
        assert processed(World(), message, limit) == (Overweight(units(2)), ZERO_WEIGHT)
    assert processed(World(), message, units(2)) == (False, units(2))


def test_the_program_acts_for_the_sender() -> None:
    world = World()
    world.give(SIBLING, some(30))
    program = (WithdrawAsset((some(30),)), BurnAsset((some(10),)), DepositAsset(Wild(All()), SIBLING))

    assert processed(world, encode_versioned_xcm(5, program))[0] is True
    assert world.has(SIBLING) == (some(20),)


def test_a_message_is_known_by_its_hash() -> None:
    message = encode_versioned_xcm(5, (ClearOrigin(), SetTopic(bytes(32))))
    meter = WeightMeter(units(10))
    assert _outcome(World(), message, meter).id == blake2_256(message)


class NeverStarts:
    """An executor that gives up on everything, as one may that is in the middle of another program."""

    def __init__(self, error: errors.Error) -> None:
        self.error = error

    def prepare(self, program: Xcm, weight_limit: Weight) -> Prepared:
        return Prepared(program, units(1), units(3))

    def execute(self, origin: Location, prepared: Prepared, message_id: bytes, credit: Weight) -> Executed:
        return Executed(NotStarted(InstructionError(0, self.error)), message_id)


@pytest.mark.parametrize(
    ("error", "result"),
    [(errors.ExceedsStackLimit(), StackLimitReached()), (errors.WeightNotComputable(), Unsupported())],
)
def test_a_program_that_does_not_start_costs_what_was_set_aside_for_it(
    error: errors.Error, result: ProcessMessageError
) -> None:
    processor = ProcessXcmMessage(NeverStarts(error), lambda queue: SIBLING)  # type: ignore[arg-type]
    meter = WeightMeter(units(10))
    message = encode_versioned_xcm(5, (ClearOrigin(),))

    assert processor.process_message(message, Queue(), meter, Hash(bytes(32))).result == result
    assert meter.consumed == units(3)
