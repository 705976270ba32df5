"""The inherent of a relay chain block: once, with the right parent, and so far without candidates."""

from __future__ import annotations

import pytest

from pallets.relay.paras_inherent import Error, ParaInherent
from pallets.relay.shared import ClaimQueue, RelayParentInfo
from primitives.candidates import (
    CandidateHash,
    DisputeStatementSet,
    InherentData,
    ScrapedOnChainVotes,
)
from primitives.errors import BadOrigin, InvalidBlock
from primitives.header import NO_HASH, Digest, Header
from primitives.host_configuration import HostConfiguration, SchedulerParams
from primitives.ids import AccountId, BlockNumber, CoreIndex, Hash, ParaId, SessionIndex
from primitives.origin import NoOrigin, Origin, Root, Signed
from primitives.pallet import calls
from primitives.record import replace
from primitives.storage.state import State
from primitives.weights import DispatchClass
from tests.support.asserts import refusal
from tests.support.candidates import InclusionChain

STATE_ROOT = Hash(b"\x07" * 32)
A = ParaId(2000)


class Cores:
    """One core for one para."""

    def claim_queue(self) -> ClaimQueue:
        return {CoreIndex(0): (A, A)}


class World:
    """The inherent and its neighbours, in block 5 of session 2."""

    def __init__(self, config: HostConfiguration) -> None:
        chain = InclusionChain(State())
        self.state, self.block, self.shared = chain.state, chain.system, chain.shared
        self.configuration = chain.configuration
        self.inherent = ParaInherent(
            chain.frame,
            chain.system,
            chain.configuration,
            chain.shared,
            Cores(),
            chain.inclusion,
            chain.initializer,
        )
        chain.configuration.active_config.put(config)
        self.shared.current_session_index.put(SessionIndex(2))
        self.parent = NO_HASH
        self.next_block(5)

    def next_block(self, number: int) -> None:
        self.header = Header(self.parent, number - 1, STATE_ROOT, NO_HASH, Digest())
        self.parent = self.header.hash()
        self.block.number.put(BlockNumber(number))
        self.block.parent_hash.put(self.parent)

    def data(self) -> InherentData:
        return InherentData((), (), (), self.header)

    def refused(self, data: InherentData, origin: Origin | None = None) -> object:
        """The error; and nothing may have been written."""
        return refusal(self, lambda: self.enter(data, origin or NoOrigin()))

    def enter(self, data: InherentData, origin: Origin) -> None:
        with self.state.layer():
            self.inherent.enter(origin, data)


@pytest.fixture
def world() -> World:
    return World(replace(HostConfiguration(), scheduler_params=SchedulerParams(lookahead=2)))


def test_the_parent_becomes_a_block_to_build_on(world: World) -> None:
    world.inherent.enter(NoOrigin(), world.data())

    known = world.shared.get_relay_parent_info(SessionIndex(2), world.parent)
    assert known == RelayParentInfo(BlockNumber(4), STATE_ROOT)
    found = world.shared.allowed_scheduling_parents.get().acquire_info(world.parent)
    assert found is not None
    assert found[0].claim_queue == ((A, ((0, (0,)), (1, (0,)))),)
    assert found[1] == 4


def test_as_many_scheduling_parents_are_kept_as_cores_are_planned_ahead(world: World) -> None:
    parents = []
    for number in range(5, 9):
        world.next_block(number)
        world.inherent.enter(NoOrigin(), world.data())
        world.inherent.on_finalize(BlockNumber(number))
        parents.append(world.parent)

    buffer = world.shared.allowed_scheduling_parents.get().buffer
    assert [info.scheduling_parent for info in buffer] == parents[-2:]
    assert all(world.shared.get_relay_parent_info(SessionIndex(2), parent) for parent in parents)


def test_relay_parents_live_as_many_sessions_as_configured(world: World) -> None:
    config = world.configuration.active_config.get()
    world.configuration.active_config.put(replace(config, max_relay_parent_session_age=1))
    alive = []
    first = world.parent
    for session in (2, 3, 4):
        world.shared.current_session_index.put(SessionIndex(session))
        world.inherent.enter(NoOrigin(), world.data())
        alive.append(world.shared.get_relay_parent_info(SessionIndex(2), first) is not None)
        world.inherent.on_finalize(BlockNumber(session + 3))
        world.next_block(session + 4)

    assert alive == [True, True, False]


def test_the_votes_of_the_block_before_make_way(world: World) -> None:
    dispute = DisputeStatementSet(CandidateHash(bytes(32)), SessionIndex(1), ())
    world.inherent.on_chain_votes.put(ScrapedOnChainVotes(SessionIndex(1), (), (dispute,)))
    world.inherent.enter(NoOrigin(), world.data())

    assert world.inherent.on_chain_votes.get() == ScrapedOnChainVotes(SessionIndex(2), (), ())


def test_a_block_has_its_inherent_once(world: World) -> None:
    world.inherent.enter(NoOrigin(), world.data())
    assert world.refused(world.data()) is Error.TooManyInclusionInherents

    world.inherent.on_finalize(BlockNumber(5))
    assert not world.inherent.included.exists()
    world.next_block(6)
    world.inherent.enter(NoOrigin(), world.data())
    assert world.inherent.included.exists()


def test_a_block_without_its_inherent_is_invalid(world: World) -> None:
    with pytest.raises(InvalidBlock, match="inherents for parachains: expected 1, found 0"):
        world.inherent.on_finalize(BlockNumber(5))


def test_the_parent_must_be_the_block_before(world: World) -> None:
    data = replace(world.data(), parent_header=replace(world.header, state_root=NO_HASH))

    assert world.refused(data) is Error.InvalidParentHeader


def test_nobody_makes_the_call_but_the_author(world: World) -> None:
    assert world.refused(world.data(), Root()) == BadOrigin()
    assert world.refused(world.data(), Signed(AccountId(bytes(32)))) == BadOrigin()
    assert [each.dispatch_class for each in calls(ParaInherent)] == [DispatchClass.Mandatory]
