"""Parachains to try things out on: which kinds there are, and their first states.

Alice holds the sudo key and makes all blocks. The six development accounts have a million tokens each, and so
much as to pay for messages has the account of the relay chain and that of each other parachain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from node.devnet import ACCOUNTS, ENDOWMENT, PARA_ENDOWMENT, code
from node.outside import ParaOutside
from pallets.para.aura import AuraId
from pallets.para.parachain_info import ParachainInfo
from pallets.para.sibling_queues import sibling
from pallets.system import CODE
from pallets.system_items import LastRuntimeUpgradeInfo
from primitives.ids import AccountId, ParaId
from primitives.pallet import Frame
from primitives.record import Record
from primitives.storage.state import State
from runtime.asset_para import AssetPara
from runtime.para import Para
from runtime.parachain import ParachainRuntime
from xcm.accounts import parent_account, sibling_parachain_account
from xcm.location import PARENT

KINDS: Final[Mapping[str, type[ParachainRuntime]]] = {"bulletin": Para, "assets": AssetPara}
"""The runtimes there are for parachains, by the names that `crosslane up` knows them by."""


class DevPara(Record):
    """What a parachain begins with."""

    para: ParaId
    kind_name: str = "bulletin"
    sudo: AccountId = ACCOUNTS["Alice"]
    author: AccountId = ACCOUNTS["Alice"]
    endowed: tuple[AccountId, ...] = tuple(ACCOUNTS.values())

    siblings: tuple[ParaId, ...] = ()
    """Those whose accounts here have something to pay with."""

    @property
    def name(self) -> str:
        """What clients are told."""
        return f"Crosslane Parachain {self.para}"

    @property
    def kind(self) -> type[ParachainRuntime]:
        """The runtime's class."""
        return KINDS[self.kind_name]

    def runtime(self, state: State) -> ParachainRuntime:
        """The runtime over a state of this chain."""
        outside = ParaOutside()
        return outside.attach(self.kind(state, outside))

    def genesis(self) -> State:
        """The state of block 0."""
        state = State()
        ParachainInfo(Frame(state)).parachain_id.put(self.para)
        para, version = self.runtime(state), self.kind.system_constants.version
        state.set(CODE, code(version))
        para.system.last_runtime_upgrade.put(LastRuntimeUpgradeInfo(version.spec_version, version.spec_name))
        para.sudo.key.put(self.sudo)
        para.aura.authorities.put((AuraId(self.author),))
        para.aura_ext.authorities.put((AuraId(self.author),))
        para.session.validators.put((self.author,))
        para.polkadot_xcm.build()
        for who in self.endowed:
            para.balances.mint_into(who, ENDOWMENT)
        for place in (PARENT, *map(sibling, self.siblings)):
            account = parent_account(place) or sibling_parachain_account(place)
            assert account is not None  # each of these places has one
            para.balances.mint_into(account, PARA_ENDOWMENT)
        return state
