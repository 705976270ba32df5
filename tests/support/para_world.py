"""A parachain in blocks, and the relay chain as the parachain sees it: a state that can be proved.

The relay chain is made up, entry by entry. It does nothing by itself: what a block of the parachain sends
arrives there only if a test puts it there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pallets.para.aura_ext import Velocity
from pallets.para.cumulus_digest import CumulusDigestItem
from pallets.para.inbound_messages import (
    BasicParachainInherentData,
    InboundMessagesData,
    ParachainInherentData,
    StorageProof,
)
from pallets.para.parachain_system import ParachainSystem, ParachainSystemRules
from pallets.para.parachain_system_items import CollationInfo, ConsensusHook
from primitives import mqc, relay_keys
from primitives.candidates import HeadData
from primitives.channels import (
    AbridgedHrmpChannel,
    HrmpChannelId,
    InboundDownwardMessage,
    InboundHrmpMessage,
)
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, DigestItem, Header, PreRuntime
from primitives.host_configuration import AbridgedHostConfiguration, AsyncBackingParams
from primitives.ids import BlockNumber, Hash, Moment, ParaId
from primitives.origin import NoOrigin
from primitives.record import Record, replace
from primitives.scale.codec import U32, U64
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.trie.layout import StateVersion
from primitives.trie.proof import prove
from primitives.trie.trie import Trie
from primitives.validation import PersistedValidationData, UpgradeGoAhead, UpgradeRestriction
from primitives.weights import Weight
from runtime import bulletin
from runtime.bulletin_weights import PARACHAIN_SYSTEM
from tests.support.para_chain import ParaChain

US = ParaId(200)
CONFIG = AbridgedHostConfiguration(
    max_code_size=2 * 1024 * 1024,
    max_head_data_size=1024 * 1024,
    max_upward_queue_count=8,
    max_upward_queue_size=1024,
    max_upward_message_size=256,
    max_upward_message_num_per_candidate=5,
    hrmp_max_message_num_per_candidate=5,
    validation_upgrade_cooldown=BlockNumber(6),
    validation_upgrade_delay=BlockNumber(6),
    async_backing_params=AsyncBackingParams(),
)
"""What upstream tests with."""

FAST = Velocity(Moment(6_000), blocks_per_relay_slot=100, capacity=100)
"""Lets a test make as many blocks as it wants."""


class Channel:
    """A channel at the relay chain: its limits, and its messages if it is one to us."""

    def __init__(self, capacity: int = 8, total_size: int = 1_024, message_size: int = 256) -> None:
        self.limits = AbridgedHrmpChannel(capacity, total_size, message_size, 0, 0, None)
        self.messages: list[InboundHrmpMessage] = []

    def send(self, sent_at: int, data: bytes) -> None:
        self.messages.append(InboundHrmpMessage(BlockNumber(sent_at), data))
        head = self.limits.mqc_head or mqc.EMPTY_CHAIN
        self.limits = replace(self.limits, mqc_head=mqc.extend(head, BlockNumber(sent_at), data))

    def fill(self, *, msg_count: int, total_size: int) -> None:
        self.limits = replace(self.limits, msg_count=msg_count, total_size=total_size)


class RelaySide:
    """What the relay chain knows of us."""

    def __init__(self) -> None:
        self.number, self.slot, self.config = 1, 1, CONFIG
        self.included: HeadData | None = None
        self.dmq_head = mqc.EMPTY_CHAIN
        self.downward: list[InboundDownwardMessage] = []
        self.ingress: dict[int, Channel] = {}
        self.egress: dict[int, Channel] = {}
        self.capacity: tuple[int, int] | None = (8, 1_024)
        self.go_ahead: UpgradeGoAhead | None = None
        self.restriction: UpgradeRestriction | None = None

    def send_down(self, sent_at: int, message: bytes) -> None:
        self.downward.append(InboundDownwardMessage(BlockNumber(sent_at), message))
        self.dmq_head = mqc.extend(self.dmq_head, BlockNumber(sent_at), message)

    def entries(self, us: ParaId = US) -> dict[bytes, bytes]:
        """The state, as far as we are concerned."""
        found: dict[bytes, bytes] = {
            relay_keys.CURRENT_SLOT: codec(U64).encode(self.slot),
            relay_keys.ACTIVE_CONFIG: codec(AbridgedHostConfiguration).encode(self.config) + b"and more",
            relay_keys.dmq_mqc_head(us): self.dmq_head,
            relay_keys.hrmp_ingress_channel_index(us): _PARAS.encode(_ids(self.ingress)),
            relay_keys.hrmp_egress_channel_index(us): _PARAS.encode(_ids(self.egress)),
        }
        if self.included is not None:
            found[relay_keys.para_head(us)] = codec(HeadData).encode(self.included)
        if self.capacity is not None:
            key = relay_keys.relay_dispatch_queue_remaining_capacity(us)
            found[key] = codec(tuple[U32, U32]).encode(self.capacity)
        if self.go_ahead is not None:
            found[relay_keys.upgrade_go_ahead_signal(us)] = codec(UpgradeGoAhead).encode(self.go_ahead)
        if self.restriction is not None:
            key = relay_keys.upgrade_restriction_signal(us)
            found[key] = codec(UpgradeRestriction).encode(self.restriction)
        ways = [(HrmpChannelId(ParaId(para), us), each) for para, each in self.ingress.items()]
        ways += [(HrmpChannelId(us, ParaId(para)), each) for para, each in self.egress.items()]
        return found | {relay_keys.hrmp_channels(way): _CHANNEL.encode(each.limits) for way, each in ways}

    def proof(self, us: ParaId = US) -> tuple[Hash, tuple[bytes, ...]]:
        """The state's root, and what a block of ours is shown of it."""
        trie = Trie.build({**self.entries(us), b"of no interest": bytes(40)}, StateVersion.V1)
        keys = relay_keys.keys_to_prove(us, _ids(self.ingress), _ids(self.egress))
        return Hash(trie.root), prove(trie, keys)

    def shown(self, parent: HeadData, us: ParaId = US) -> ParachainInherentData:
        """All that an author of ours knows."""
        root, nodes = self.proof(us)
        return ParachainInherentData(
            PersistedValidationData(parent, BlockNumber(self.number), root, 5 * 1024 * 1024),
            StorageProof(nodes),
            tuple(self.downward),
            tuple((ParaId(para), tuple(each.messages)) for para, each in sorted(self.ingress.items())),
        )


def _ids(channels: Iterable[int]) -> tuple[ParaId, ...]:
    return tuple(ParaId(para) for para in sorted(channels))


class ParaWorld:
    """The parachain, block after block, each on the relay chain as it is then."""

    def __init__(
        self,
        *,
        rules: ParachainSystemRules = PARACHAIN_SYSTEM,
        hook: ConsensusHook | None = None,
        velocity: Velocity = FAST,
        max_block: Weight = bulletin.MAX_BLOCK,
        pallet: type[ParachainSystem] = ParachainSystem,
    ) -> None:
        self.chain = ParaChain(
            State(), US, rules=rules, hook=hook, velocity=velocity, max_block=max_block, pallet=pallet
        )
        self.state, self.pallet, self.system = (
            self.chain.state,
            self.chain.parachain_system,
            self.chain.system,
        )
        self.relay = RelaySide()
        self.head = HeadData(b"genesis")
        self.relay.included = self.head
        self.heads = [self.head]

    @property
    def number(self) -> int:
        return len(self.heads)

    def include(self, number: int) -> None:
        """The relay chain includes our block with this number; genesis is 0."""
        self.relay.included = self.heads[number]

    def begin(self, *items: CumulusDigestItem) -> None:
        """Begin the next block, with an author's words in its digest."""
        self.chain.events.clear()
        logs: tuple[DigestItem, ...] = tuple(PreRuntime(b"CMLS", _ITEM.encode(each)) for each in items)
        parent = Hash(blake2_256(self.head))
        self.system.initialize(BlockNumber(self.number), parent, Digest(logs))
        self.pallet.on_initialize(BlockNumber(self.number))
        self.system.note_finished_initialize()

    def inherent(self) -> tuple[BasicParachainInherentData, InboundMessagesData]:
        """What an honest author gives the block."""
        return self.pallet.create_inherent(self.relay.shown(self.head))

    def show(
        self, data: BasicParachainInherentData | None = None, messages: InboundMessagesData | None = None
    ) -> None:
        """Show the block the relay chain: as an honest author does, or something else."""
        honest_data, honest_messages = self.inherent()
        self.pallet.set_validation_data(NoOrigin(), data or honest_data, messages or honest_messages)

    def end(self) -> CollationInfo:
        """End the block; gives what it puts out."""
        self.pallet.on_finalize(BlockNumber(self.number))
        header = Header(
            self.system.parent_hash.get(), self.number, NO_HASH, NO_HASH, self.system.digest.get()
        )
        found = self.pallet.collect_collation_info(header)
        self.head = HeadData(b"block %d" % self.number)
        self.heads.append(self.head)
        return found

    def block(
        self, act: Callable[[], object] | None = None, *items: CumulusDigestItem, relay: int | None = None
    ) -> CollationInfo:
        """A whole block, on the next block of the relay chain or on the one named; `act` is what happens in
        it.
        """
        self.relay.number = self.relay.number + 1 if relay is None else relay
        self.begin(*items)
        self.show()
        if act is not None:
            act()
        return self.end()

    def events(self) -> list[Record]:
        """What the pallet said in the last block."""
        return [event for prefix, event in self.chain.events if prefix == "ParachainSystem"]


_PARAS = codec(tuple[ParaId, ...])
_CHANNEL = codec(AbridgedHrmpChannel)
_ITEM = codec(CumulusDigestItem)
