"""A network of a relay chain and three parachains, and a book of the messages between them.

Each message makes a remark where it arrives, with a number that no other message has. The book knows from the
blocks' events which numbers left and which arrived, and finds what was lost, came twice or came out of order.

A channel that closes takes along what still waits in it. So what goes across is counted by the channel's
openings: of one opening all arrives in order up to some message, and of the one that is open now all of it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterator
from typing import Any

from node.chain import Block
from node.devnet import CONFIGURATION
from node.network import Network, NetworkSpec
from node.pool import Status
from node.service import ChainNode
from pallets import message_queue_invariants
from pallets.message_queue_items import Processed, ProcessingFailed
from pallets.relay import hrmp_invariants
from pallets.system_items import Remarked
from pallets.xcm_pallet_events import Sent
from primitives import mqc
from primitives.channels import HrmpChannelId
from primitives.hashing import blake2_256
from primitives.ids import AccountId, Balance, BlockNumber, Hash, Moment, ParaId, sovereign_account
from primitives.pallet import RuntimeCall
from primitives.record import Record, replace
from primitives.scale.compact import decode_compact
from runtime.parachain import ParachainRuntime
from runtime.relay import Relay
from tests.support.signing import account, sign
from xcm.accounts import parent_account, sibling_parachain_account
from xcm.asset import Asset, Fungible
from xcm.instructions import BuyExecution, Transact, UnpaidExecution, WithdrawAsset
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import Xcm
from xcm.terms import OriginKind, Unlimited
from xcm.versions import Versioned

A, B, C = PARAS = (ParaId(2000), ParaId(2001), ParaId(2002))
START = 1_700_000_000_000
BLOCK_TIME = 6_000
PRICE = 10**10
"""Planck that each message takes along to pay its way, more than enough."""

REMARK = b"\x00\x07"
"""`System.remark_with_event`, on all these chains."""

RELAY = 0
"""The relay chain, where chains are named by numbers."""

Way = tuple[int, int]
"""From where to where."""

SPEC = NetworkSpec(
    paras=((A, "assets"), (B, "bulletin"), (C, "assets")),
    session_length=4,
    configuration=replace(
        CONFIGURATION,
        hrmp_channel_max_capacity=4,
        hrmp_channel_max_total_size=2_400,
        hrmp_channel_max_message_size=600,
        hrmp_max_message_num_per_candidate=2,
        max_upward_queue_count=6,
        max_upward_message_num_per_candidate=3,
        hrmp_sender_deposit=Balance(0),
        hrmp_recipient_deposit=Balance(0),
    ),
)
"""Narrow ways, and short sessions."""


class Letter(Record):
    """A message that left."""

    way: Way
    opening: int
    """Which opening of the channel it went into; 0 for ways up and down."""

    number: int


class Ear:
    """Hears of one chain's blocks."""

    def __init__(self, post: Post, place: int) -> None:
        self._post, self._place = post, place

    def imported(self, block: Block) -> None:
        self._post.read(self._place, block)

    def finalized(self, block: Block) -> None:
        pass

    def became(self, extrinsic: Hash, status: Status) -> None:
        pass


class Post:
    """The network and the book."""

    def __init__(self, spec: NetworkSpec = SPEC) -> None:
        self.network, self.complaints = Network(spec), list[str]()
        self._numbers = 0
        self._hashes: dict[bytes, int] = {}
        self.openings: dict[Way, int] = defaultdict(int)
        self._openings_at: dict[int, dict[Way, int]] = {0: {}}
        self.open_now: set[Way] = set()
        self.closed_at: dict[Way, int] = {}
        self.sent: dict[Way, list[Letter]] = defaultdict(list)
        self._letters: dict[int, Letter] = {}
        self.arrived: dict[Way, list[Letter]] = defaultdict(list)
        self._remarks: deque[tuple[int, AccountId, int]] = deque()
        self._ids: set[bytes] = set()
        self._failed: list[tuple[int, bytes, Record]] = []
        for place, node in enumerate(self.network.nodes):
            node.complain = self.complaints.append
            node.listeners.append(Ear(self, PARAS[place - 1] if place else RELAY))

    # What is done.

    def node(self, place: int) -> ChainNode:
        return self.network.relay if place == RELAY else self.network.side(place).node

    def submit(self, place: int, call: RuntimeCall) -> None:
        """Have Alice make a call as Root."""
        pool = self.node(place).pool
        nonce = pool.next_nonce(account("Alice"))
        made = sign(pool.trial, "Alice", RuntimeCall("Sudo", "sudo", (call,)), nonce)
        self.node(place).submit(made)

    def send(self, source: int, target: int, size: int = 0) -> None:
        """Send a message that makes a remark of its own number."""
        self._numbers += 1
        remark = self._numbers.to_bytes(4, "little") + bytes(size)
        self._hashes[blake2_256(remark)] = self._numbers
        self.make(source, target, RuntimeCall("System", "remark_with_event", (remark,)))

    def make(
        self, source: int, target: int, call: RuntimeCall, kind: OriginKind = OriginKind.SovereignAccount
    ) -> None:
        """Send a message that makes a call."""
        encoded = self.node(target).kind.wire().codec(RuntimeCall).encode(call)
        program: Xcm = (*payment(source, target), Transact(kind, None, encoded))
        pallet = "XcmPallet" if source == RELAY else "PolkadotXcm"
        where = Versioned(5, location(source, target))
        self.submit(source, RuntimeCall(pallet, "send", (where, Versioned(5, program))))

    def seal(self, *, idle: Collection[ParaId] = (), withheld: Collection[ParaId] = ()) -> None:
        number = self.network.relay.chain.best.number
        self.network.seal(Moment(START + number * BLOCK_TIME), idle=idle, withheld=withheld)

    def drain(self, blocks: int = 60) -> None:
        """Go on until nothing is on its way."""
        for _ in range(blocks):
            self.seal()
            if not self.waiting():
                return
        raise AssertionError(f"after {blocks} blocks there still waits {sorted(self.waiting())}")

    # What was seen.

    def read(self, place: int, block: Block) -> None:
        """Enter a block's events into the book."""
        runtime = self.node(place).runtime_at(block.hash)
        relay_parent = None
        if place == RELAY:
            assert isinstance(runtime, Relay)
            self._note_channels(runtime, block.number)
        else:
            assert isinstance(runtime, ParachainRuntime)
            data = runtime.parachain_system.validation_data.get()
            assert data is not None
            relay_parent = data.relay_parent_number
        for record in runtime.system.events_.get():
            self._note(place, record.event.event, relay_parent)

    def _note_channels(self, relay: Relay, number: int) -> None:
        now = {(int(each.sender), int(each.recipient)) for each in tuple(relay.hrmp.hrmp_channels.keys())}
        for way in now - self.open_now:
            self.openings[way] += 1
        for way in self.open_now - now:
            self.closed_at[way] = number
        self.open_now = now
        self._openings_at[number] = dict(self.openings)

    def _note(self, place: int, event: Record, relay_parent: int | None) -> None:
        match event:
            case Sent(destination=destination, message=message, message_id=id):
                self._ids.add(id)
                number = number_in(message)
                if number is not None:
                    way = (place, target_of(destination))
                    across = RELAY not in way
                    opening = self._openings_at[relay_parent or 0].get(way, 0) if across else 0
                    letter = Letter(way, opening, number)
                    self._letters[number] = letter
                    self.sent[way].append(letter)
            case Remarked(sender=sender, hash=hash):
                self._remarks.append((place, sender, self._hashes[hash]))
            case ProcessingFailed(id=id) | Processed(id=id, success=False):
                self._failed.append((place, id, event))
            case _:
                pass

    def sort(self) -> None:
        """Put what arrived to what was sent: the relay chain may see a message before anybody sees the block
        that sent it.
        """
        while self._remarks and self._remarks[0][2] in self._letters:
            place, sender, number = self._remarks.popleft()
            letter = self._letters[number]
            assert letter.way[1] == place, f"{letter} arrived at {place}"
            assert sender == account_there(letter.way), f"{letter} came as 0x{sender.hex()}"
            self.arrived[letter.way].append(letter)

    # What must be.

    def violations(self) -> Iterator[str]:
        """Each thing that is not as it should be, as a sentence."""
        self.sort()
        if self._remarks:
            yield f"arrived and never left: {list(self._remarks)}"
        yield from self.complaints
        # Not ours are questions which version a chain speaks: they fail where no channel leads back.
        yield from (f"at {place}: {event}" for place, id, event in self._failed if id in self._ids)
        for way, arrived in self.arrived.items():
            yield from out_of_order(self.sent[way], arrived)
        relay = self.network.relay.runtime_at(self.network.relay.chain.best.hash)
        yield from hrmp_invariants.violations(relay.hrmp)
        yield from message_queue_invariants.violations(relay.message_queue)
        for para in PARAS:
            yield from self._disagreements(para, relay)

    def _disagreements(self, para: ParaId, relay: Relay) -> Iterator[str]:
        node = self.network.side(para).node
        ours = node.runtime_at(node.chain.best.hash)
        assert isinstance(ours, ParachainRuntime)
        yield from message_queue_invariants.violations(ours.message_queue)
        head = Hash(ours.parachain_system.last_dmq_mqc_head.get())
        for message in relay.dmp.dmq_contents(para):
            head = mqc.extend(head, message.sent_at, message.msg)
        if head != relay.dmp.dmq_mqc_head(para):
            yield f"parachain {para} and the relay chain disagree on what went down"
        heads = dict(ours.parachain_system.last_hrmp_mqc_heads.get())
        for sender, messages in relay.hrmp.inbound_hrmp_channels_contents(para):
            channel = relay.hrmp.hrmp_channels.get(HrmpChannelId(sender, para))
            assert channel is not None
            if self._knows(para, sender):
                head = Hash(heads.get(sender, mqc.EMPTY_CHAIN))
                for each in messages:
                    head = mqc.extend(head, each.sent_at, each.data)
                if head != (channel.mqc_head or mqc.EMPTY_CHAIN):
                    yield f"parachain {para} and the relay chain disagree on what {sender} sent"

    def _knows(self, para: ParaId, sender: int) -> bool:
        """Whether a recipient has seen that a channel was closed, if it ever was."""
        return self.seen_by(para) >= self.closed_at.get((sender, para), 0)

    def seen_by(self, para: int) -> BlockNumber:
        """The relay chain block that a parachain's newest one is made on."""
        node = self.network.side(para).node
        if node.chain.best.number == 0:
            return BlockNumber(0)
        runtime = node.runtime_at(node.chain.best.hash)
        assert isinstance(runtime, ParachainRuntime)
        data = runtime.parachain_system.validation_data.get()
        assert data is not None
        return data.relay_parent_number

    def waiting(self) -> set[Way]:
        """The ways on which something is still to arrive."""
        self.sort()
        return {
            way
            for way, letters in self.sent.items()
            if {each.number for each in letters if self._must_arrive(each)}
            - {each.number for each in self.arrived[way]}
        } | {(place, place) for place in (RELAY, *PARAS) if self.node(place).pool.pending()}

    def _must_arrive(self, letter: Letter) -> bool:
        across = RELAY not in letter.way
        return not across or (letter.way in self.open_now and letter.opening == self.openings[letter.way])


def out_of_order(sent: list[Letter], arrived: list[Letter]) -> Iterator[str]:
    """What was lost before something that arrived, came twice, or came too early."""
    expected: dict[int, list[int]] = defaultdict(list)
    for letter in sent:
        expected[letter.opening].append(letter.number)
    found: dict[int, list[int]] = defaultdict(list)
    for letter in arrived:
        found[letter.opening].append(letter.number)
    for opening, numbers in found.items():
        if numbers != expected[opening][: len(numbers)]:
            yield f"{arrived[0].way}, opening {opening}: sent {expected[opening]}, arrived {numbers}"


def payment(source: int, target: int) -> tuple[Any, ...]:
    """How a program gets in: the relay chain need not pay."""
    if source == RELAY:
        return (UnpaidExecution(Unlimited(), None),)
    price = Asset(HERE if target == RELAY else PARENT, Fungible(PRICE))
    return WithdrawAsset((price,)), BuyExecution(price, Unlimited())


def location(source: int, target: int) -> Location:
    """Where a chain is, as another one sees it."""
    if target == RELAY:
        return PARENT
    return Location(0 if source == RELAY else 1, (Parachain(target),))


def target_of(location: Location) -> int:
    match location.interior:
        case (Parachain(id),):
            return int(id)
        case _:
            return RELAY


def account_there(way: Way) -> AccountId | None:
    """As whom a chain's messages act where they arrive."""
    source, target = way
    if target == RELAY:
        return sovereign_account(ParaId(source))
    return parent_account(PARENT) if source == RELAY else sibling_parachain_account(location(target, source))


def number_in(program: Xcm) -> int | None:
    """The number of a message that makes a remark; None for other messages."""
    for each in program:
        if isinstance(each, Transact) and each.call[:2] == REMARK:
            _, at = decode_compact(each.call, 2, 32)
            return int.from_bytes(each.call[at : at + 4], "little")
    return None
