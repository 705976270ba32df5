"""A whole relay chain to play in: its genesis, its blocks and sessions, and who calls what.

A world is open in the middle of a block: the hooks of its start have run, those of its end have not. Going on
closes that block and opens the next, as the executive does it; a session asked for with block `n` is
announced in the block before and applied at its end, so that block `n` is the first of that session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pallets.relay.paras_items import ParaGenesisArgs
from primitives.candidates import HeadData, InherentData, ValidationCode
from primitives.channels import HrmpChannelId, OutboundHrmpMessage
from primitives.header import NO_HASH, Digest, Header
from primitives.host_configuration import HostConfiguration
from primitives.ids import (
    AccountId,
    Balance,
    BlockNumber,
    Hash,
    ParaId,
    SessionIndex,
    ValidatorId,
    sovereign_account,
)
from primitives.origin import NoOrigin, Origin, Parachain, Root, Signed
from primitives.pallet import RuntimeCall, RuntimeEvent
from primitives.record import Record, replace
from primitives.storage.state import State
from primitives.weights import PostDispatchInfo
from runtime import paseo
from runtime.outside import Alone
from runtime.relay import Relay

ALICE = AccountId(b"alice".ljust(32, b"."))
EXISTENTIAL_DEPOSIT = Balance(1)
BLOCK_TIME = 6_000

HRMP = replace(
    HostConfiguration(),
    hrmp_channel_max_capacity=2,
    hrmp_channel_max_message_size=8,
    hrmp_channel_max_total_size=16,
    hrmp_max_parachain_inbound_channels=2,
    hrmp_max_parachain_outbound_channels=2,
    hrmp_max_message_num_per_candidate=2,
    hrmp_sender_deposit=Balance(100),
    hrmp_recipient_deposit=Balance(100),
    max_downward_message_size=1024,
)
"""What upstream tests channels with."""

TINY = replace(
    HRMP,
    hrmp_channel_max_total_size=64,
    hrmp_channel_max_message_size=40,
    hrmp_sender_deposit=Balance(20),
    hrmp_recipient_deposit=Balance(15),
)
"""Limits so low that whatever is done at random runs into all of them."""


class World:
    """A relay chain in the middle of a block."""

    def __init__(self, config: HostConfiguration) -> None:
        self.outside = Alone()
        self.relay = Relay(State(), self.outside)
        self.relay.balances.constants = replace(paseo.BALANCES, existential_deposit=EXISTENTIAL_DEPOSIT)
        self.state, self.system, self.balances = self.relay.state, self.relay.system, self.relay.balances
        self.configuration, self.paras = self.relay.configuration, self.relay.paras
        self.initializer, self.dmp, self.hrmp = self.relay.initializer, self.relay.dmp, self.relay.hrmp
        self._events: list[RuntimeEvent] = []
        self._seen = 0
        self.validators: tuple[ValidatorId, ...] = ()
        self.configuration.build(config)

    # Genesis.

    def endow(self, who: AccountId, amount: int) -> None:
        if amount:
            self.balances.mint_into(who, Balance(amount))

    def add_para(self, para: int) -> None:
        genesis = ParaGenesisArgs(HeadData(b"head"), ValidationCode(b"validation code"), True)
        self.paras.initialize_para_now(ParaId(para), genesis)

    def open_first_block(self) -> None:
        """End genesis."""
        root = Hash(self.state.root())
        self._open(Header(NO_HASH, 0, root, NO_HASH, Digest()))

    # Time.

    @property
    def now(self) -> BlockNumber:
        return self.system.number.get()

    def run_to_block(self, number: int, *, sessions: Collection[int] = ()) -> None:
        """Go on to the middle of that block; sessions begin with the blocks named."""
        while self.now < number:
            self.next_block(new_session=self.now + 1 in sessions)

    def next_block(self, *, new_session: bool = False) -> None:
        if new_session:
            index = SessionIndex(self.relay.paras_shared.session_index() + 1)
            self.initializer.on_new_session(index, self.validators, self.validators)
        header = self.relay.executive.finalize_block()
        self._collect()
        self._open(header)

    def next_session(self) -> None:
        """Go on to the next block, which is the first of a session."""
        self.next_block(new_session=True)

    def _open(self, parent: Header) -> None:
        number = parent.number + 1
        blank = Header(parent.hash(), number, NO_HASH, NO_HASH, Digest())
        self.relay.executive.initialize_block(blank)
        self._seen = 0
        self.call(NoOrigin(), "Timestamp", "set", BLOCK_TIME * number)
        self.call(NoOrigin(), "ParaInherent", "enter", self.inherent_data(parent))

    def inherent_data(self, parent: Header) -> InherentData:
        """What the author of a block says about parachains: nothing, in this world."""
        return InherentData((), (), (), parent)

    # Calls, each in a storage layer of its own.

    def call(self, origin: Origin, pallet: str, name: str, *args: Any) -> PostDispatchInfo:
        return self.relay.dispatch(RuntimeCall(pallet, name, args), origin)

    def as_para(self, para: int, name: str, *args: Any) -> PostDispatchInfo:
        """A call of Hrmp by a parachain."""
        return self.call(Parachain(ParaId(para)), "Hrmp", name, *args)

    def as_root(self, name: str, *args: Any, pallet: str = "Hrmp") -> PostDispatchInfo:
        return self.call(Root(), pallet, name, *args)

    def as_signed(self, name: str, *args: Any) -> PostDispatchInfo:
        """A call of Hrmp by somebody."""
        return self.call(Signed(ALICE), "Hrmp", name, *args)

    def init(self, sender: int, recipient: int, capacity: int = 2, size: int = 8) -> None:
        self.as_para(sender, "hrmp_init_open_channel", ParaId(recipient), capacity, size)

    def accept(self, recipient: int, sender: int) -> None:
        self.as_para(recipient, "hrmp_accept_open_channel", ParaId(sender))

    def close(self, by: int, channel_id: HrmpChannelId) -> None:
        self.as_para(by, "hrmp_close_channel", channel_id)

    def cancel(self, by: int, channel_id: HrmpChannelId, witness: int = 10) -> None:
        self.as_para(by, "hrmp_cancel_open_request", channel_id, witness)

    def deregister(self, para: int) -> None:
        """Let a para go two sessions from now."""
        self.as_root("sudo_schedule_para_cleanup", ParaId(para), pallet="ParaSudoWrapper")

    def open_channels(self, *pairs: tuple[int, int], capacity: int = 2, size: int = 8) -> None:
        """Ask for channels, accept them, and go on to the session that opens them."""
        for sender, recipient in pairs:
            self.init(sender, recipient, capacity, size)
            self.accept(recipient, sender)
        self.next_session()

    # What enacting a candidate does.

    def send(self, sender: int, messages: Mapping[int, bytes]) -> None:
        """Messages of a candidate that is backed and included in this block, by recipient."""
        self.send_in_order(sender, messages.items())

    def send_in_order(self, sender: int, messages: Iterable[tuple[int, bytes]]) -> None:
        batch = tuple(OutboundHrmpMessage(ParaId(to), data) for to, data in messages)
        self.hrmp.check_outbound_hrmp(self.configuration.active_config.get(), ParaId(sender), batch)
        self.hrmp.queue_outbound_hrmp(ParaId(sender), batch)

    def receive(self, recipient: int, watermark: int, *, relay_parent: int | None = None) -> None:
        """A candidate that has processed everything up to the watermark."""
        parent = BlockNumber(self.now - 1 if relay_parent is None else relay_parent)
        self.hrmp.check_hrmp_watermark(ParaId(recipient), parent, BlockNumber(watermark))
        self.hrmp.prune_hrmp(ParaId(recipient), BlockNumber(watermark))

    def take_mail(self, para: int, relay_parent: int, count: int) -> None:
        """A candidate that has processed so many downward messages."""
        self.dmp.check_processed_downward_messages(ParaId(para), BlockNumber(relay_parent), count)
        self.dmp.prune_dmq(ParaId(para), count)

    # What can be seen.

    def events(self, pallet: str = "Hrmp") -> list[Record]:
        """A pallet's events since the last time any were asked for, across blocks."""
        self._collect()
        found, self._events = self._events, []
        return [each.event for each in found if each.pallet == pallet]

    def _collect(self) -> None:
        records = self.system.events_.get()
        self._events += [record.event for record in records[self._seen :]]
        self._seen = len(records)

    def free(self, para: int) -> int:
        return self.balances.free_balance(sovereign_account(ParaId(para)))

    def reserved(self, para: int) -> int:
        return self.balances.holdings(sovereign_account(ParaId(para))).reserved

    def has_channel(self, sender: int, recipient: int) -> bool:
        return channel(sender, recipient) in self.hrmp.hrmp_channels

    def downward(self, para: int) -> list[tuple[int, bytes]]:
        """What is on its way to a para: (block, message)."""
        return [(each.sent_at, each.msg) for each in self.dmp.dmq_contents(ParaId(para))]


def channel(sender: int, recipient: int) -> HrmpChannelId:
    return HrmpChannelId(ParaId(sender), ParaId(recipient))


def relay_world(
    paras: Collection[int] = (),
    *,
    config: HostConfiguration = HRMP,
    balance: int | Mapping[int, int] = 1000,
    block: int = 1,
) -> World:
    """A relay chain at this block with these parachains, each with this balance on its sovereign account."""
    world = World(config)
    world.endow(ALICE, 1_000_000)
    for para in paras:
        world.endow(sovereign_account(ParaId(para)), balance if isinstance(balance, int) else balance[para])
        world.add_para(para)
    world.open_first_block()
    world.run_to_block(block)
    world.events()
    return world


def channel_world(*pairs: tuple[int, int], block: int = 6) -> World:
    """Parachains 2000 to 2003 at this block, from 5 on, with these channels open."""
    config = replace(HRMP, hrmp_max_parachain_inbound_channels=3)
    world = relay_world((2000, 2001, 2002, 2003), config=config, block=4)
    world.open_channels(*pairs)
    world.run_to_block(block)
    return world
