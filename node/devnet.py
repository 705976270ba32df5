"""A small relay chain to try things out on: its runtime and its first state.

Alice holds the sudo key. Alice, Bob, Charlie, Dave, Eve and Ferdie have a million tokens each; their keys are
the well-known development keys, so that every client can sign for them. Two parachains, 2000 and 2001, are
registered, each with a core of its own, and their sovereign accounts can pay for channels. A session takes a
few blocks.

Who makes blocks is no pallet's business here. But parachains take their time from the relay chain's slots, so
each block has one, which is stored where Babe has it; it follows from the block's time.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import ClassVar, Final

from typing_extensions import override

from node.outside import DevOutside
from node.runtime_version import SECTION, WASM
from pallets.relay.paras_items import ParaGenesisArgs
from pallets.relay.scheduler import (
    WHOLE_CORE,
    AssignmentState,
    CoreDescriptor,
    PartsOf57600,
    Task,
    WorkState,
)
from pallets.system import CODE
from pallets.system_items import LastRuntimeUpgradeInfo, RuntimeVersion
from primitives.candidates import HeadData, ValidationCode
from primitives.header import HEADER, NO_HASH, Digest, Header
from primitives.host_configuration import (
    KIB,
    MIB,
    AsyncBackingParams,
    HostConfiguration,
    SchedulerParams,
)
from primitives.ids import (
    AccountId,
    Balance,
    BlockNumber,
    CoreIndex,
    Hash,
    ParaId,
    SessionIndex,
    ValidatorId,
    sovereign_account,
)
from primitives.record import Record
from primitives.relay_keys import CURRENT_SLOT
from primitives.scale.codec import U64
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.trie.layout import EMPTY_ROOT
from runtime.paseo import UNITS, VERSION
from runtime.relay import Relay

ACCOUNTS: Final = {
    name: AccountId(bytes.fromhex(key))
    for name, key in {
        "Alice": "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d",
        "Bob": "8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48",
        "Charlie": "90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22",
        "Dave": "306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20",
        "Eve": "e659a7a1628cdd93febc04a4e0646ea20e9f5f0ce097d9a05290d4a9e054df4e",
        "Ferdie": "1cbd2d43530a44705ad088af313e18f80b53ef16b36177cd4b77b846f2a5f07c",
    }.items()
}
"""The sr25519 keys derived from the development phrase as //Alice, //Bob, ..."""

CUSTOM: Final = b"\x00"
"""The kind of a Wasm section that a machine skips."""

SLOT: Final = 6_000
"""Milliseconds in a slot; a block that is made sooner takes the next one."""

NO_BLOCKS: Final = HeadData(HEADER.encode(Header(NO_HASH, 0, Hash(EMPTY_ROOT), Hash(EMPTY_ROOT), Digest())))
"""The head of a parachain that never makes a block."""

ENDOWMENT: Final = Balance(1_000_000 * UNITS)
PARA_ENDOWMENT: Final = Balance(10_000 * UNITS)

CONFIGURATION: Final = HostConfiguration(
    max_head_data_size=32 * KIB,
    max_upward_queue_count=1_000,
    max_upward_queue_size=MIB,
    max_upward_message_size=64 * KIB,
    max_upward_message_num_per_candidate=16,
    hrmp_max_message_num_per_candidate=10,
    validation_upgrade_cooldown=BlockNumber(20),
    validation_upgrade_delay=BlockNumber(10),
    async_backing_params=AsyncBackingParams(max_candidate_depth=3, allowed_ancestry_len=2),
    max_pov_size=5 * MIB,
    max_downward_message_size=64 * KIB,
    hrmp_max_parachain_outbound_channels=30,
    hrmp_sender_deposit=Balance(10 * UNITS),
    hrmp_recipient_deposit=Balance(10 * UNITS),
    hrmp_channel_max_capacity=1_000,
    hrmp_channel_max_total_size=100 * KIB,
    hrmp_max_parachain_inbound_channels=30,
    hrmp_channel_max_message_size=100 * KIB,
    code_retention_period=BlockNumber(600),
    max_validators=None,
    no_show_slots=2,
    n_delay_tranches=25,
    needed_approvals=2,
    relay_vrf_modulo_samples=2,
    minimum_validation_upgrade_delay=BlockNumber(5),
    scheduler_params=SchedulerParams(
        group_rotation_frequency=BlockNumber(20),
        paras_availability_period=BlockNumber(4),
        lookahead=3,
        num_cores=2,
    ),
)
"""Limits like those of the public networks, and delays short enough to be waited for."""


class DevRelay(Relay):
    """The relay chain, with the slots of its blocks."""

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Store the block's slot: the one that its time lies in, or the next one if that is taken.

        Upstream: substrate/frame/babe/src/lib.rs `Pallet::initialize`
        """
        slot = max(self.timestamp.now.get() // SLOT, self.slot() + 1)
        self.state.set(CURRENT_SLOT, _SLOT.encode(slot))
        super().on_finalize(now)

    def slot(self) -> int:
        """The slot of the newest block; 0 if there was none yet."""
        found = self.state.get(CURRENT_SLOT)
        return 0 if found is None else _SLOT.decode(found)


class Devnet(Record):
    """What the chain begins with."""

    name: ClassVar[str] = "Crosslane Development"
    kind: ClassVar[type[Relay]] = DevRelay

    sudo: AccountId = ACCOUNTS["Alice"]
    endowed: tuple[AccountId, ...] = tuple(ACCOUNTS.values())
    paras: tuple[ParaId, ...] = (ParaId(2000), ParaId(2001))
    heads: tuple[HeadData, ...] = ()
    """The parachains' first heads, in their order; where there is none, one of a chain without blocks."""

    authorities: tuple[AccountId, ...] = (ACCOUNTS["Alice"], ACCOUNTS["Bob"])
    """Who makes blocks."""

    validators: tuple[AccountId, ...] = (ACCOUNTS["Alice"], ACCOUNTS["Bob"])
    """Who backs parachain blocks."""
    configuration: HostConfiguration = CONFIGURATION

    session_length: int = 5
    """Blocks."""

    def runtime(self, state: State) -> DevRelay:
        """The runtime over a state of this chain."""
        outside = DevOutside(self.authorities, self._validators(), self.session_length)
        relay = DevRelay(state, outside)
        outside.attach(relay)
        return relay

    def _validators(self) -> tuple[ValidatorId, ...]:
        return tuple(ValidatorId(each) for each in self.validators)

    def genesis(self) -> State:
        """The state of block 0."""
        state = State()
        relay = self.runtime(state)
        state.set(CODE, code(VERSION))
        relay.system.last_runtime_upgrade.put(LastRuntimeUpgradeInfo(VERSION.spec_version, VERSION.spec_name))
        relay.sudo.key.put(self.sudo)
        relay.configuration.build(self.configuration)
        relay.xcm_pallet.build()
        for who in self.endowed:
            relay.balances.mint_into(who, ENDOWMENT)
        for para, head in zip_longest(self.paras, self.heads):
            _register(relay, para, head or NO_BLOCKS)
        relay.para_scheduler.core_descriptors.put(
            tuple((CoreIndex(core), whole_core(para)) for core, para in enumerate(self.paras))
        )
        validators = self._validators()
        relay.initializer.on_new_session(SessionIndex(0), validators, validators)
        return state


def code(version: RuntimeVersion) -> bytes:
    """A Wasm module without any function, which only says what version it is of: our runtime is Python.

    Clients compare its hash to know when a runtime is replaced.

    Upstream: substrate/primitives/version/src/embed.rs `embed_runtime_version`
    """
    content = _with_length(SECTION) + codec(RuntimeVersion).encode(version)
    return WASM + CUSTOM + _with_length(content)


def _with_length(data: bytes) -> bytes:
    """Behind its length in LEB128."""
    left, length = len(data), b""
    while left > 127:
        length += bytes((left & 127 | 128,))
        left >>= 7
    return length + bytes((left,)) + data


def _register(relay: Relay, para: ParaId, head: HeadData) -> None:
    """A parachain with a head and some money; its code is a mere name, since what runs it is Python."""
    code = ValidationCode(b"development parachain %d" % para)
    relay.paras.initialize_para_now(para, ParaGenesisArgs(head, code, True))
    relay.balances.mint_into(sovereign_account(para), PARA_ENDOWMENT)


def whole_core(para: ParaId) -> CoreDescriptor:
    """A core that belongs to one parachain alone."""
    state = AssignmentState(WHOLE_CORE, WHOLE_CORE)
    return CoreDescriptor(None, WorkState(((Task(para), state),), None, 0, PartsOf57600(57_600)))


_SLOT = codec(U64)
