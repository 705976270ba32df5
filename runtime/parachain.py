"""What every parachain here has: the pallets that make it one, and how they are wired.

A parachain of its own is a class below `ParachainRuntime`: it says which pallets it has under which indices,
what its signed extrinsics carry, and wires the pallets that only it has. The recorded one is
`runtime/para.py`, one with assets `runtime/asset_para.py`. Limits (`runtime/bulletin.py`), prices
(`runtime/bulletin_weights.py`) and XCM (`runtime/bulletin_xcm.py`) are the recorded parachain's.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.message_queue import MessageQueue, Outcome
from pallets.message_queue_items import AggregateMessageOrigin
from pallets.para.aura import Aura
from pallets.para.aura_ext import AuraExt, FixedVelocityConsensusHook
from pallets.para.collator_selection import STAKING_POT, CollatorSelection
from pallets.para.cumulus_xcm import CumulusXcm
from pallets.para.message_origin import MESSAGE_ORIGIN, MessageOrigin
from pallets.para.parachain_info import ParachainInfo
from pallets.para.parachain_system import ParachainSystem
from pallets.para.parachain_system_items import ParachainSystemConstants
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.sibling_queues import NarrowOriginToSibling
from pallets.para.xcmp_back_pressure import BackPressure
from pallets.para.xcmp_channels import XcmpChannels
from pallets.para.xcmp_queue import XcmpQueue
from pallets.session import Session
from pallets.sudo import Sudo
from pallets.system import System
from pallets.system_items import SystemConstants
from pallets.timestamp import Timestamp
from pallets.transaction_payment import SinglePot, TransactionPayment, WeightToFeeModel
from pallets.utility import Utility
from pallets.xcm_pallet import PolkadotXcm
from pallets.xcm_pallet_items import Xcm
from primitives.header import Digest
from primitives.ids import AccountId, Hash
from primitives.origin import ensure_root
from primitives.record import Record
from primitives.scale.codec import Codec
from primitives.storage.state import State
from primitives.weights import WeightMeter
from runtime import bulletin
from runtime.api_types import APIS, RuntimeApi
from runtime.bulletin_trust import ACCOUNT_OF, TOKEN, xcm_pallet_config
from runtime.bulletin_weights import (
    FEES,
    MESSAGE_QUEUE_WEIGHTS,
    PARACHAIN_SYSTEM,
    XCMP_QUEUE_WEIGHTS,
)
from runtime.bulletin_xcm import BulletinXcm, ways_out
from runtime.construct import Runtime
from runtime.executive import Costs, Executive
from runtime.metadata import signing_hash
from runtime.outside import Alone
from runtime.para_api_types import PARA_APIS
from runtime.xcm_api_types import TRUST_APIS, XCM_APIS
from runtime.xcm_apis import XcmSide
from xcm.responses import PalletInfo


class ParachainRuntime(Runtime):
    """A parachain over one state, which says which parachain it is."""

    known_pallets: ClassVar[tuple[PalletInfo, ...]]
    """What programs may ask about the chain's pallets, by index."""

    system_constants: ClassVar[SystemConstants] = bulletin.SYSTEM
    token: ClassVar[tuple[str, int]] = bulletin.TOKEN
    """The token's symbol, and how many decimal places it has."""

    layouts: ClassVar[Mapping[Any, Codec[Any]]] = {AggregateMessageOrigin: MESSAGE_ORIGIN}
    stands_for: ClassVar[Mapping[Any, Any]] = {AggregateMessageOrigin: MessageOrigin}

    apis: ClassVar[tuple[RuntimeApi, ...]] = (*APIS, *PARA_APIS, *XCM_APIS, *TRUST_APIS)

    inherents: ClassVar[frozenset[tuple[str, str]]] = frozenset(
        {("ParachainSystem", "set_validation_data"), ("Timestamp", "set")}
    )
    """The calls that an author puts into each block."""

    def __init__(self, state: State, outside: Costs | None = None) -> None:
        super().__init__(state)
        self.outside: Costs = outside or Alone()
        self._wire_frame()
        self._wire_authors()
        self._wire_xcm()
        self._wire_messages()
        self.wire_own()
        self.executive = Executive(self)

    def wire_own(self) -> None:
        """The pallets that only this parachain has."""

    def _wire_frame(self) -> None:
        """What every chain has: blocks, accounts, fees, and the pallets that make calls for others."""
        frame, add = self.frame, self.add
        self.system = add(System(frame, self.system_constants))
        self.balances = add(Balances(frame, self.system, bulletin.BALANCES))
        self.transaction_payment = add(
            TransactionPayment(
                frame, self.balances, SinglePot(self.balances, STAKING_POT), bulletin.TRANSACTION_PAYMENT
            )
        )
        self.fees = WeightToFeeModel(self.transaction_payment, FEES)
        self.utility = add(Utility(frame, self, bulletin.UTILITY))
        self.sudo = add(Sudo(frame, self))

    def _wire_authors(self) -> None:
        """Whose turn it is, and what they earn."""
        frame, add, system = self.frame, self.add, self.system
        self.session = Session(frame)
        self.collator_selection = CollatorSelection(frame, system, self.balances)
        self.aura = add(Aura(frame, system, bulletin.AURA, several_blocks_per_slot=True))
        self.aura_ext = add(AuraExt(frame, self.aura))
        self.velocity = FixedVelocityConsensusHook(self.aura_ext, bulletin.VELOCITY)
        self.authorship = add(Authorship(frame, system, self, self.collator_selection.note_author))
        self.timestamp = add(Timestamp(frame, bulletin.TIMESTAMP, self.aura.on_timestamp_set))

    def _wire_xcm(self) -> None:
        """Programs: how they are run, and how they leave."""
        frame, add, system, balances = self.frame, self.add, self.system, self.balances
        self.parachain_info = add(ParachainInfo(frame))
        para = self.parachain_info.parachain_id.get()
        self.relay_side = ParachainSystemStorage(frame)
        self.channels = XcmpChannels(frame, self.relay_side, bulletin.XCMP_QUEUE)
        config = xcm_pallet_config(para, balances, self.indices[PolkadotXcm])
        self.polkadot_xcm = pallet = add(PolkadotXcm(frame, system, config))
        senders = ways_out(self.relay_side, self.channels, pallet)
        self.xcm = BulletinXcm(self, para, pallet, Xcm, senders, self.known_pallets)
        pallet.bind(self.xcm.executor)
        self.cumulus_xcm = add(CumulusXcm(frame))

    def _wire_messages(self) -> None:
        """From the relay chain and from siblings, and to them."""
        frame, add = self.frame, self.add
        relay_side, constants = self.relay_side, bulletin.XCMP_QUEUE
        siblings = NarrowOriginToSibling(BackPressure(self.channels, self.xcm.convert_origin, ensure_root))
        self.message_queue = queue = add(
            MessageQueue(
                frame, self, siblings, bulletin.MESSAGE_QUEUE, MESSAGE_QUEUE_WEIGHTS, siblings.is_paused
            )
        )
        self.xcmp_queue = xcmp = add(XcmpQueue(frame, relay_side, queue, constants, XCMP_QUEUE_WEIGHTS))
        self.parachain_system = add(
            ParachainSystem(
                frame,
                self.system,
                ParachainSystemConstants(self.parachain_info.parachain_id.get()),
                PARACHAIN_SYSTEM,
                self.velocity,
                dmp_queue=queue,
                xcmp_handler=xcmp,
                xcmp_source=xcmp,
            )
        )
        self.system.on_set_code = self.parachain_system.schedule_code_upgrade

    @property
    def xcm_side(self) -> XcmSide:
        """What clients who deal in XCM ask about."""
        return XcmSide(self.polkadot_xcm, self.xcm.queues, TOKEN, ACCOUNT_OF)

    def metadata_hash(self) -> bytes:
        """The hash of the metadata that a wallet may sign along (RFC 78); made once for a kind of chain."""
        return signing_hash(type(self), self.system.constants, self.token)

    def find_author(self, digest: Digest) -> AccountId | None:
        """The collator whose turn it was.

        Upstream: substrate/frame/session/src/lib.rs `FindAccountFromAuthorIndex`
        """
        place, collators = self.aura.find_author(digest), self.session.validators.get()
        return collators[place] if place is not None and place < len(collators) else None

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        """Run a message as a program of whoever sent it."""
        return self.xcm.processor.process_message(message, origin, meter, id)
