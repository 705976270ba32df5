"""Whose turn it is, and how fast a parachain may go."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pallets.para.aura import Aura, AuraId, Slot, slot_of
from pallets.para.aura_ext import AuraExt, FixedVelocityConsensusHook, Velocity
from pallets.para.relay_state import RelayChainStateProof
from pallets.system import System
from primitives.errors import InvalidBlock
from primitives.header import Consensus, Digest, DigestItem, PreRuntime
from primitives.ids import BlockNumber, Moment
from primitives.pallet import Frame
from primitives.storage.state import State
from runtime import bulletin
from runtime.para import Para
from tests.support.para_world import US, RelaySide

ALICE, BOB, CHARLIE = (AuraId(bytes((number,)) * 32) for number in (1, 2, 3))
VELOCITY = Velocity(Moment(6_000), blocks_per_relay_slot=1, capacity=3)


def for_slot(slot: int) -> PreRuntime:
    return PreRuntime(b"aura", slot.to_bytes(8, "little"))


class Authors:
    """Aura and AuraExt alone."""

    def __init__(self, *, several_blocks_per_slot: bool = True, velocity: Velocity = VELOCITY) -> None:
        frame = Frame(State(), Para.wire())
        self.system = System(frame, bulletin.SYSTEM)
        several = several_blocks_per_slot
        self.aura = Aura(frame, self.system, bulletin.AURA, several_blocks_per_slot=several)
        self.aura_ext = AuraExt(frame, self.aura)
        self.hook = FixedVelocityConsensusHook(self.aura_ext, velocity)
        self.aura.authorities.put((ALICE, BOB, CHARLIE))

    def begin(self, *items: DigestItem) -> None:
        self.system.digest.put(Digest(items))
        self.aura.on_initialize(BlockNumber(1))

    def see(self, relay_slots: Iterable[int]) -> None:
        """A block for each of these slots of the relay chain."""
        for slot in relay_slots:
            relay = RelaySide()
            relay.slot = slot
            self.hook.on_state_proof(RelayChainStateProof(US, *relay.proof()))


def test_the_slot_is_the_one_that_the_digest_names() -> None:
    authors = Authors()

    authors.begin(for_slot(9))

    assert authors.aura.current_slot.get() == 9


def test_without_a_slot_in_the_digest_it_stays() -> None:
    authors = Authors()
    authors.begin(for_slot(9))

    authors.begin(PreRuntime(b"aura", b"short"), Consensus(b"aura", bytes(8)))

    assert authors.aura.current_slot.get() == 9
    assert slot_of(Digest(())) is None


def test_slots_do_not_go_back() -> None:
    authors = Authors()
    authors.begin(for_slot(9))

    with pytest.raises(InvalidBlock, match="slot of the block: expected at least 9, found 8"):
        authors.begin(for_slot(8))


def test_a_slot_may_have_several_blocks_or_one() -> None:
    one = Authors(several_blocks_per_slot=False)
    several = Authors()
    one.begin(for_slot(9))
    several.begin(for_slot(9))

    several.begin(for_slot(9))

    with pytest.raises(InvalidBlock, match="slot of the block: expected more than 9, found 9"):
        one.begin(for_slot(9))


def test_the_time_lies_in_the_slot() -> None:
    authors = Authors()
    authors.begin(for_slot(2))

    authors.aura.on_timestamp_set(Moment(71_999))

    with pytest.raises(InvalidBlock, match="slot of the block's time: expected 2, found 3"):
        authors.aura.on_timestamp_set(Moment(72_000))


def test_authors_take_turns() -> None:
    authors = Authors()

    turns = [authors.aura.find_author(Digest((for_slot(slot),))) for slot in (3, 4, 5, 6)]

    assert turns == [0, 1, 2, 0]


def test_without_a_slot_or_authors_it_is_nobody_s_turn() -> None:
    authors = Authors()
    assert authors.aura.find_author(Digest(())) is None

    authors.aura.authorities.kill()

    assert authors.aura.find_author(Digest((for_slot(3),))) is None


def test_who_may_seal_the_next_block_is_noted_at_the_end() -> None:
    authors = Authors()

    authors.aura_ext.on_finalize(BlockNumber(1))

    assert authors.aura_ext.authorities.get() == (ALICE, BOB, CHARLIE)


def test_a_slot_of_the_relay_chain_takes_one_block_more_than_the_velocity() -> None:
    authors = Authors()
    authors.see((7, 7))

    with pytest.raises(InvalidBlock, match="blocks made for relay slot 7: expected at most 2, found 3"):
        authors.see((7,))


def test_with_the_next_slot_the_count_begins_anew() -> None:
    authors = Authors()

    authors.see((7, 7, 8, 8, 9))

    assert authors.aura_ext.relay_slot_info.get() == (9, 1)


def test_the_relay_chain_s_slots_do_not_go_back() -> None:
    authors = Authors()
    authors.see((7,))

    with pytest.raises(InvalidBlock, match="slot of the relay parent: expected at least 7, found 6"):
        authors.see((6,))


def test_the_chain_s_own_slot_is_not_ahead_of_the_relay_chain_s() -> None:
    """Four slots of the relay chain make one here."""
    authors = Authors()
    authors.begin(for_slot(2))
    authors.see((8,))
    authors.begin(for_slot(3))

    with pytest.raises(InvalidBlock, match="slot of the block: expected at most 2, found 3"):
        authors.see((11,))


def test_a_velocity_of_nothing_is_one() -> None:
    authors = Authors(velocity=Velocity(Moment(6_000), blocks_per_relay_slot=0, capacity=0))

    authors.see((7, 7))

    assert authors.aura_ext.relay_slot_info.get() == (7, 2)


def test_whether_a_block_may_be_made_can_be_asked_beforehand() -> None:
    authors = Authors()
    before_any = authors.hook.can_build_upon(9, Slot(1))
    authors.see((7,))

    answers = [
        authors.hook.can_build_upon(3, Slot(8)),
        authors.hook.can_build_upon(2, Slot(8)),
        authors.hook.can_build_upon(0, Slot(7)),
        authors.hook.can_build_upon(0, Slot(6)),
    ]
    authors.see((7,))

    assert before_any
    assert answers == [False, True, True, False]
    assert not authors.hook.can_build_upon(0, Slot(7))
