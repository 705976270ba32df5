"""The relay chain as a whole: hooks in order, sessions, and what the outside adds to a block."""

from __future__ import annotations

import pytest

from pallets.relay.paras_items import ParaGenesisArgs, ParaLifecycle
from primitives.candidates import HeadData, ValidationCode
from primitives.channels import HrmpChannelId
from primitives.errors import Defect, InvalidBlock
from primitives.hashing import blake2_256
from primitives.ids import BlockNumber, ParaId, SessionIndex, ValidatorId
from primitives.pallet import Pallet, RuntimeCall
from primitives.record import replace
from primitives.storage.state import State
from primitives.weights import ZERO_WEIGHT
from runtime.outside import Alone, NewSession
from runtime.relay import Relay
from tests.support.blocks import ALICE, Chain, sudo
from xcm.instructions import SetTopic
from xcm.notifications import subscribe_version
from xcm.reports import SubscribeVersion
from xcm.versions import XCM_VERSION, decode_versioned_xcm

A, B = ParaId(2000), ParaId(2001)
VALIDATORS = tuple(ValidatorId(bytes((number,)) * 32) for number in range(4))


class World:
    """A chain and somebody who follows it block by block."""

    def __init__(self) -> None:
        self.chain = Chain()
        active = self.chain.relay.configuration.active_config
        active.put(
            replace(
                active.get(),
                max_code_size=100,
                max_head_data_size=100,
                hrmp_channel_max_capacity=10,
                hrmp_channel_max_message_size=100,
                hrmp_channel_max_total_size=1_000,
                hrmp_max_parachain_inbound_channels=5,
                hrmp_max_parachain_outbound_channels=5,
                max_downward_message_size=1_000,
            )
        )
        self.follower = self.chain.twin()
        self.session = 0

    def block(self, *calls: RuntimeCall) -> None:
        first = self.chain.nonce(ALICE)
        extrinsics = (self.chain.sign(sudo(call), nonce=first + at) for at, call in enumerate(calls))
        header, body = self.chain.block(*extrinsics)
        self.follower.executive.execute_block(header, body)

    def new_session(self, *calls: RuntimeCall) -> None:
        self.session += 1
        for each in (self.chain.outside, self.follower.outside):
            assert isinstance(each, Alone)
            each.session = NewSession(SessionIndex(self.session), VALIDATORS, VALIDATORS)
        self.block(*calls)


CODE = ValidationCode(b"validation code")


def genesis(head: bytes) -> ParaGenesisArgs:
    return ParaGenesisArgs(HeadData(head), CODE, para_kind=True)


def onboarding() -> tuple[RuntimeCall, ...]:
    return (
        RuntimeCall("Paras", "add_trusted_validation_code", (CODE,)),
        RuntimeCall("ParaSudoWrapper", "sudo_schedule_para_initialize", (A, genesis(b"a"))),
        RuntimeCall("ParaSudoWrapper", "sudo_schedule_para_initialize", (B, genesis(b"b"))),
    )


def test_two_parachains_come_and_have_a_channel() -> None:
    world = World()
    relay = world.chain.relay
    world.block(*onboarding())
    assert relay.paras.lifecycle(A) is ParaLifecycle.Onboarding

    world.new_session()
    world.new_session()
    assert relay.paras.lifecycle(A) is relay.paras.lifecycle(B) is ParaLifecycle.Parachain

    world.block(RuntimeCall("Hrmp", "force_open_hrmp_channel", (A, B, 8, 64)))
    assert HrmpChannelId(A, B) not in relay.hrmp.hrmp_channels
    world.new_session()
    channel = relay.hrmp.hrmp_channels.get(HrmpChannelId(A, B))
    assert channel is not None
    assert (channel.max_capacity, channel.max_message_size) == (8, 64)
    assert world.follower.state.root() == relay.state.root()


def test_a_session_begins_at_the_end_of_the_block_in_which_it_was_announced() -> None:
    world = World()
    world.new_session()
    shared = world.chain.relay.paras_shared
    assert shared.session_index() == 1
    assert sorted(shared.active_validator_keys.get()) == list(VALIDATORS)
    assert world.chain.relay.initializer.buffered_session_changes.get() == ()


def test_who_was_told_of_a_channel_is_asked_for_its_version_in_the_next_blocks() -> None:
    world = World()
    world.block(*onboarding())
    world.new_session()
    world.new_session()
    relay = world.chain.relay
    relay.xcm_pallet.build()
    world.follower.xcm_pallet.build()
    world.block(RuntimeCall("Hrmp", "force_open_hrmp_channel", (A, B, 8, 64)))

    for query, para in enumerate((A, B)):  # the last noted first, if others were noted as often
        world.block()
        assert relay.xcm_pallet.query_counter.get() == query + 1
        asked = relay.dmp.dmq_contents(para)[-1]
        entropy = blake2_256(b"frame_system::initialize" + world.chain.relay.system.parent_hash.get())
        topic = blake2_256(b"frame_system::unique" + subscribe_version(query) + entropy)
        version, program = decode_versioned_xcm(asked.msg)
        assert (version, program) == (XCM_VERSION, (SubscribeVersion(query, ZERO_WEIGHT), SetTopic(topic)))


def test_hooks_run_in_the_order_of_the_pallets(monkeypatch: pytest.MonkeyPatch) -> None:
    relay, ran = Relay(State()), list[str]()
    for pallet in relay.indices:
        monkeypatch.setattr(pallet, "on_finalize", lambda self, now: ran.append(self.prefix))
    relay.on_finalize(BlockNumber(1))
    assert ran == [pallet.prefix for pallet in Relay.indices]
    assert ran.index("Timestamp") < ran.index("ParaInherent") < ran.index("Initializer")


def test_an_empty_chain_makes_no_block_without_inherents() -> None:
    relay = Relay(State())
    relay.executive.initialize_block(Chain().next_header())
    with pytest.raises(InvalidBlock, match="times told by the block"):
        relay.executive.finalize_block()


class Stranger(Pallet, prefix="Stranger"):
    """A pallet that has no index."""


def test_a_pallet_without_an_index_or_there_twice_is_not_taken_in() -> None:
    relay = Relay(State())
    with pytest.raises(Defect, match="Stranger has no index"):
        relay.add(Stranger(relay.frame))
    with pytest.raises(Defect, match="Sudo has no index in this runtime, or is there already"):
        relay.add(relay.sudo)
