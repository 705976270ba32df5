"""What an author of a parachain's blocks earns.

Fees go into the **pot**; whoever makes a block has half of what is in it. How authors are chosen is out of
scope: nothing of that is here but the account of the pot and who made the last blocks.

Upstream: cumulus/pallets/collator-selection/src/lib.rs
"""

from __future__ import annotations

from pallets.balances import Balances
from pallets.balances_items import Preservation
from pallets.system import System
from primitives.errors import DispatchError
from primitives.ids import AccountId, Balance, BlockNumber, pallet_account
from primitives.pallet import Frame, Pallet
from primitives.storage.views import Map

STAKING_POT = pallet_account(b"PotStake")
"""The account that fees go to."""


class CollatorSelection(Pallet, prefix="CollatorSelection"):
    """The pot, and what is paid from it.

    Upstream: cumulus/pallets/collator-selection/src/lib.rs `Pallet`
    """

    last_authored_block: Map[AccountId, BlockNumber]
    """The last block of each author."""

    def __init__(self, frame: Frame, system: System, balances: Balances) -> None:
        super().__init__(frame)
        self.system, self.balances = system, balances

    def note_author(self, author: AccountId) -> None:
        """Pay an author half of what the pot holds beyond its existential deposit.

        Upstream: cumulus/pallets/collator-selection/src/lib.rs `EventHandler::note_author`
        """
        minimum = self.balances.constants.existential_deposit
        reward = max(self.balances.free_balance(STAKING_POT) - minimum, 0) // 2
        if reward and author != STAKING_POT:
            self._pay(author, Balance(reward))
        self.last_authored_block[author] = self.system.number.get()

    def _pay(self, author: AccountId, reward: Balance) -> None:
        try:
            self.balances.transfer(STAKING_POT, author, reward, Preservation.Preserve)
        except DispatchError:
            return  # the pot keeps it
