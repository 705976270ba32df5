"""The relay chain: which pallets it has, and how they are wired.

As Paseo has them: the same indices, the same constants (`runtime/paseo.py`), the same weights
(`runtime/paseo_weights.py`), the same XCM (`runtime/paseo_xcm.py`). What is left out (staking, governance,
block production, ...) shows in what is asked of the `Outside`.

Upstream: paseo-network/runtimes relay/paseo/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from typing_extensions import override

from pallets.authorship import Authorship
from pallets.balances import Balances
from pallets.message_queue import MessageQueue, Outcome
from pallets.message_queue_items import AggregateMessageOrigin
from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp
from pallets.relay.hrmp import Hrmp
from pallets.relay.inclusion import ParaInclusion
from pallets.relay.initializer import Initializer
from pallets.relay.para_sudo_wrapper import ParaSudoWrapper
from pallets.relay.parachains_origin import ParachainsOrigin
from pallets.relay.paras import Paras
from pallets.relay.paras_inherent import ParaInherent
from pallets.relay.scheduler import ParaScheduler
from pallets.relay.shared import ParasShared
from pallets.relay.upward import UMP_ORIGIN, RelayDispatchQueues, Ump, UpwardQueues
from pallets.relay.xcm_notices import ChannelNotices
from pallets.session import Session
from pallets.sudo import Sudo
from pallets.system import System
from pallets.timestamp import Timestamp
from pallets.transaction_payment import TransactionPayment, TreasuryAndAuthor, WeightToFeeModel
from pallets.utility import Utility
from pallets.xcm_pallet import XcmPallet
from pallets.xcm_pallet_items import Xcm
from primitives.extrinsic import Extensions
from primitives.ids import BlockNumber, Hash
from primitives.pallet import Pallet
from primitives.record import Record
from primitives.scale.codec import Codec
from primitives.storage.state import State
from primitives.weights import Weight, WeightMeter
from runtime import paseo
from runtime.api_types import RELAY_APIS, RuntimeApi
from runtime.call_weights import CallWeights
from runtime.construct import Runtime
from runtime.executive import Executive
from runtime.metadata import signing_hash
from runtime.outside import Alone, Outside
from runtime.paseo_call_weights import CALLS, FORCE_OPEN_HRMP_CHANNEL, inherent_weight
from runtime.paseo_weights import EXTENSIONS_WEIGHT, FEES, MESSAGE_QUEUE_WEIGHTS
from runtime.paseo_xcm import SOVEREIGN_ACCOUNT_OF, TOKEN, XCM_PALLET, ensure_channel_manager, relay_xcm
from runtime.xcm_api_types import XCM_APIS
from runtime.xcm_apis import XcmSide


class Relay(Runtime):
    """A relay chain over one state."""

    indices: ClassVar[Mapping[type[Pallet], int]] = {
        System: 0,
        Timestamp: 3,
        Balances: 5,
        TransactionPayment: 32,
        Authorship: 6,
        Utility: 26,
        ParachainsOrigin: 50,
        Configuration: 51,
        ParasShared: 52,
        ParaInclusion: 53,
        ParaInherent: 54,
        ParaScheduler: 55,
        Paras: 56,
        Initializer: 57,
        Dmp: 58,
        Hrmp: 60,
        XcmPallet: 99,
        MessageQueue: 100,
        ParaSudoWrapper: 249,
        Sudo: 251,
    }
    extensions: ClassVar[Extensions] = paseo.EXTENSIONS
    weights: ClassVar[CallWeights | None] = CALLS
    extensions_weight: ClassVar[Weight] = EXTENSIONS_WEIGHT
    layouts: ClassVar[Mapping[Any, Codec[Any]]] = {AggregateMessageOrigin: UMP_ORIGIN}
    stands_for: ClassVar[Mapping[Any, Any]] = {AggregateMessageOrigin: Ump}

    apis: ClassVar[tuple[RuntimeApi, ...]] = (*RELAY_APIS, *XCM_APIS)

    inherents: ClassVar[frozenset[tuple[str, str]]] = frozenset(
        {("Timestamp", "set"), ("ParaInherent", "enter")}
    )
    """The calls that an author puts into each block."""

    def __init__(self, state: State, outside: Outside | None = None) -> None:
        super().__init__(state)
        self.outside: Outside = outside or Alone()
        self._wire_frame()
        self._wire_parachains()
        self._wire_messages()
        self._wire_candidates()
        self.executive = Executive(self)

    def _wire_frame(self) -> None:
        """What every chain has: blocks, accounts, fees, and the pallets that make calls for others."""
        frame, add = self.frame, self.add
        self.system = add(System(frame, paseo.SYSTEM))
        self.timestamp = add(Timestamp(frame, paseo.TIMESTAMP))
        self.balances = add(Balances(frame, self.system, paseo.BALANCES))
        self.authorship = add(Authorship(frame, self.system, self.outside))
        sink = TreasuryAndAuthor(self.balances, self.authorship)
        self.transaction_payment = add(
            TransactionPayment(frame, self.balances, sink, paseo.TRANSACTION_PAYMENT)
        )
        self.fees = WeightToFeeModel(self.transaction_payment, FEES)
        self.session = Session(frame)
        self.utility = add(Utility(frame, self, paseo.UTILITY))
        self.sudo = add(Sudo(frame, self))

    def _wire_parachains(self) -> None:
        """Who the parachains are, under which limits, on which cores, and what waits of their messages."""
        frame, add, system = self.frame, self.add, self.system
        self.parachains_origin = add(ParachainsOrigin(frame))
        self.paras_shared = shared = add(ParasShared(frame))
        self.configuration = configuration = add(Configuration(frame, shared))
        changes = RelayDispatchQueues(frame, configuration)
        self.message_queue = add(
            MessageQueue(frame, self, changes, paseo.MESSAGE_QUEUE, MESSAGE_QUEUE_WEIGHTS)
        )
        self.upward_queues = UpwardQueues(self.message_queue)
        self.paras = add(
            Paras(
                frame,
                system,
                configuration,
                shared,
                self.upward_queues,
                self.balances,
                paseo.PARAS,
                cooldown_removal_multiplier=paseo.COOLDOWN_REMOVAL_MULTIPLIER,
            )
        )
        self.para_scheduler = add(ParaScheduler(frame, configuration))

    def _wire_messages(self) -> None:
        """Down and across; and the programs that come up."""
        frame, add, system = self.frame, self.add, self.system
        configuration, paras = self.configuration, self.paras
        self.dmp = dmp = add(Dmp(frame, system, configuration, paras))
        self.xcm_pallet = add(XcmPallet(frame, system, XCM_PALLET))
        self.xcm = relay_xcm(self, self.xcm_pallet, Xcm)
        self.xcm_pallet.bind(self.xcm.executor)
        notices = ChannelNotices(self.xcm_pallet)
        self.hrmp = hrmp = add(
            Hrmp(
                frame,
                system,
                configuration,
                paras,
                dmp,
                self.balances,
                notices,
                ensure_channel_manager,
                FORCE_OPEN_HRMP_CHANNEL,
            )
        )
        self.para_sudo_wrapper = add(ParaSudoWrapper(frame, configuration, paras, dmp, hrmp))

    def _wire_candidates(self) -> None:
        """What parachains bring into a block, and the order in which blocks and sessions pass."""
        frame, add, system, hrmp, dmp = self.frame, self.add, self.system, self.hrmp, self.dmp
        configuration, shared, paras = self.configuration, self.paras_shared, self.paras
        scheduler = self.para_scheduler
        self.para_inclusion = inclusion = add(
            ParaInclusion(
                frame, system, configuration, shared, paras, dmp, hrmp, scheduler, self.upward_queues
            )
        )
        self.initializer = initializer = add(
            Initializer(
                frame, system, configuration, shared, paras, scheduler, inclusion, dmp, hrmp, self.outside
            )
        )
        self.para_inherent = add(
            ParaInherent(
                frame, system, configuration, shared, scheduler, inclusion, initializer, inherent_weight
            )
        )

    @property
    def xcm_side(self) -> XcmSide:
        """What clients who deal in XCM ask about."""
        return XcmSide(self.xcm_pallet, self.xcm.downward, TOKEN, SOVEREIGN_ACCOUNT_OF)

    def metadata_hash(self) -> bytes:
        """The hash of the metadata that a wallet may sign along (RFC 78); made once for all relay chains."""
        return signing_hash(type(self), self.system.constants, paseo.TOKEN)

    def process_message(self, message: bytes, origin: Record, meter: WeightMeter, id: Hash) -> Outcome:
        """Run an upward message as a program of the parachain that sent it."""
        return self.xcm.processor.process_message(message, origin, meter, id)

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Run the hooks in order. A new session is announced first, which the outside knows of."""
        session = self.outside.new_session()
        if session is not None:
            self.initializer.on_new_session(session.index, session.validators, session.queued)
        super().on_initialize(now)
