"""What the author of a block earns, and which parachain this is."""

from __future__ import annotations

from pallets.balances import Balances
from pallets.balances_items import Transfer
from pallets.para.collator_selection import STAKING_POT, CollatorSelection
from pallets.para.parachain_info import ParachainInfo
from pallets.system import System
from primitives.ids import AccountId, Balance, BlockNumber
from primitives.pallet import Frame
from primitives.storage.state import State
from runtime import bulletin
from runtime.para import Para

ALICE = AccountId(b"alice".ljust(32, b"."))
MINIMUM = bulletin.BALANCES.existential_deposit


class Collators:
    """Whoever earns, and the pot."""

    def __init__(self, *, pot: int) -> None:
        frame = Frame(State(), Para.wire())
        system = System(frame, bulletin.SYSTEM)
        self.balances = Balances(frame, system, bulletin.BALANCES)
        self.selection = CollatorSelection(frame, system, self.balances)
        if pot:
            self.balances.mint_into(STAKING_POT, Balance(pot))
        self.balances.mint_into(ALICE, MINIMUM)
        system.number.put(BlockNumber(5))
        self.system = system


def test_an_author_earns_half_of_what_is_in_the_pot() -> None:
    collators = Collators(pot=MINIMUM + 101)

    collators.selection.note_author(ALICE)

    assert collators.balances.free_balance(ALICE) == MINIMUM + 50
    assert collators.balances.free_balance(STAKING_POT) == MINIMUM + 51
    assert [each.event.event for each in collators.system.events_.get()] == [
        Transfer(STAKING_POT, ALICE, Balance(50))
    ]


def test_an_author_s_last_block_is_noted() -> None:
    collators = Collators(pot=0)

    collators.selection.note_author(ALICE)

    assert collators.selection.last_authored_block.get(ALICE) == 5
    assert collators.system.events_.get() == ()


def test_a_pot_with_its_deposit_only_keeps_it() -> None:
    collators = Collators(pot=MINIMUM + 1)

    collators.selection.note_author(ALICE)

    assert collators.balances.free_balance(STAKING_POT) == MINIMUM + 1


def test_a_payment_that_cannot_be_made_stays_in_the_pot() -> None:
    collators = Collators(pot=MINIMUM + 100)
    nobody = AccountId(b"nobody".ljust(32, b"."))

    collators.selection.note_author(nobody)

    assert collators.balances.free_balance(STAKING_POT) == MINIMUM + 100
    assert collators.selection.last_authored_block.get(nobody) == 5


def test_the_pot_itself_is_paid_nothing() -> None:
    collators = Collators(pot=MINIMUM + 100)

    collators.selection.note_author(STAKING_POT)

    assert collators.balances.free_balance(STAKING_POT) == MINIMUM + 100


def test_the_pot_is_the_recorded_account() -> None:
    assert b"modlPotStake".ljust(32, b"\x00") == STAKING_POT


def test_a_chain_without_a_number_is_parachain_100() -> None:
    assert ParachainInfo(Frame(State())).parachain_id.get() == 100
