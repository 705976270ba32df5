"""A chain of the frame pallets only, at block 1, with a few people on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.balances_items import BalancesConstants
from pallets.sudo import Sudo
from pallets.system import System
from pallets.transaction_payment import TransactionPayment, TransactionPaymentConstants, TreasuryAndAuthor
from pallets.utility import Utility, UtilityConstants
from primitives.address import Id
from primitives.header import Digest
from primitives.ids import AccountId, Balance, BlockNumber
from primitives.pallet import Pallet, RuntimeCall
from primitives.record import Record
from primitives.storage.state import State
from runtime.construct import Runtime
from runtime.paseo import SYSTEM

ALICE = AccountId(b"alice".ljust(32, b"."))
BOB = AccountId(b"bob".ljust(32, b"."))
CHARLIE = AccountId(b"charlie".ljust(32, b"."))
DORA = AccountId(b"dora".ljust(32, b"."))
"""Has a million in every world, so that no one else's amount is larger than the issuance."""

DEPOSIT = Balance(100)
"""The existential deposit here."""


class TheAuthorIsCharlie:
    def find_author(self, digest: Digest) -> AccountId | None:
        return CHARLIE


class SmallWorld(Runtime):
    indices: ClassVar[Mapping[type[Pallet], int]] = {
        System: 0,
        Balances: 5,
        Authorship: 6,
        Utility: 26,
        TransactionPayment: 32,
        Sudo: 251,
    }

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.system = self.add(System(self.frame, SYSTEM))
        self.balances = self.add(Balances(self.frame, self.system, BalancesConstants(DEPOSIT, 50, 50, 1)))
        self.authorship = self.add(Authorship(self.frame, self.system, TheAuthorIsCharlie()))
        self.sink = TreasuryAndAuthor(self.balances, self.authorship)
        self.payment = self.add(
            TransactionPayment(self.frame, self.balances, self.sink, TransactionPaymentConstants(5))
        )
        self.utility = self.add(Utility(self.frame, self, UtilityConstants(10922)))
        self.sudo = self.add(Sudo(self.frame, self))

    def endow(self, who: AccountId, amount: int) -> None:
        """Make an amount, without leaving events."""
        self.balances.mint_into(who, Balance(amount))
        self.system.reset_events()

    def events(self) -> list[Record]:
        """The events deposited since the last time, oldest first."""
        found = [record.event.event for record in self.system.events_.get()]
        self.system.reset_events()
        return found


def new_world(**endowed: int) -> SmallWorld:
    """A world at block 1: `new_world(alice=1000)`."""
    world = SmallWorld(State())
    world.system.number.put(BlockNumber(1))
    world.endow(DORA, 1_000_000)
    for name, amount in endowed.items():
        world.endow({"alice": ALICE, "bob": BOB, "charlie": CHARLIE}[name], amount)
    return world


def call(pallet: str, name: str, *args: Any) -> RuntimeCall:
    return RuntimeCall(pallet, name, args)


def transfer(to: AccountId, amount: int) -> RuntimeCall:
    return call("Balances", "transfer_allow_death", Id(to), amount)


def references(world: SmallWorld, who: AccountId) -> tuple[int, int]:
    """Consumers and providers of an account."""
    account = world.system.account[who]
    return account.consumers, account.providers


def issuance_fits(world: SmallWorld) -> bool:
    """Whether the total issuance is what all accounts hold together."""
    held = [account.data.free + account.data.reserved for _, account in world.system.account.items()]
    return sum(held) == world.balances.total_issuance.get()
