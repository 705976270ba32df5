"""A network of chains in one process: how a parachain's block becomes part of its chain."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from node.chain import Block
from node.devnet import ACCOUNTS
from node.network import CHASED, Network, NetworkSpec, TooManyParachains
from node.para_producer import head_of
from node.pool import Status
from node.validators import Keys, development_pair
from primitives.crypto import verify_sr25519
from primitives.errors import Defect, InvalidBlock
from primitives.hashing import blake2_256
from primitives.header import HEADER
from primitives.ids import Hash, Moment, ParaId
from primitives.pallet import RuntimeCall
from tests.support.signing import sign, transfer

ONE, OTHER = ParaId(2000), ParaId(2001)
START, BLOCK_TIME = 1_700_000_000_000, 6_000


class Run:
    """A network whose clock goes on by itself."""

    def __init__(self, session_length: int = 100, **spec: object) -> None:
        self.network = Network(NetworkSpec(session_length=session_length, **spec))  # type: ignore[arg-type]
        self.complaints: list[str] = []
        for node in self.network.nodes:
            node.complain = self.complaints.append
        self.one = self.network.side(ONE)

    def blocks(self, count: int, *, idle: Collection[ParaId] = (), withheld: Collection[ParaId] = ()) -> None:
        for _ in range(count):
            number = self.network.relay.chain.best.number
            self.network.seal(Moment(START + number * BLOCK_TIME), idle=idle, withheld=withheld)

    @property
    def numbers(self) -> tuple[int, int | None, int | None]:
        """The newest included block of one parachain, the backed one, and the fresh one."""
        one = self.one
        waiting = [None if each is None else each.block.number for each in (one.backed, one.fresh)]
        return one.node.chain.best.number, waiting[0], waiting[1]


def test_a_block_is_backed_by_the_next_relay_block_and_included_by_the_one_after() -> None:
    run, seen = Run(), []

    for _ in range(4):
        run.blocks(1)
        seen.append(run.numbers)

    assert seen == [(0, None, 1), (0, 1, 2), (1, 2, 3), (2, 3, 4)]
    relay = run.network.relay.runtime_at(run.network.relay.chain.best.hash)
    assert relay.paras.heads.get(ONE) == head_of(run.one.node.chain.best.header)
    assert not run.complaints


def test_a_block_is_dated_by_the_slot_of_its_relay_parent() -> None:
    run = Run()
    run.blocks(3)

    para = run.one.node.runtime_at(run.one.node.chain.best.hash)

    assert para.timestamp.now.get() == START // BLOCK_TIME * BLOCK_TIME
    assert para.aura.current_slot.get() == START // 24_000


def test_what_is_made_before_a_session_ends_is_made_again() -> None:
    run, seen = Run(session_length=4), []
    run.blocks(3)

    for _ in range(3):
        run.blocks(1)
        seen.append(run.numbers)

    assert seen == [(2, None, 3), (2, 3, 4), (3, 4, 5)]
    assert not run.complaints


def test_an_idle_parachain_makes_nothing_and_the_other_goes_on() -> None:
    run = Run()

    run.blocks(5, idle=(ONE,))

    assert run.numbers == (0, None, None)
    assert run.network.side(OTHER).node.chain.best.number == 3


def test_a_block_whose_pieces_nobody_holds_waits_and_is_dropped_in_time() -> None:
    run = Run()
    run.blocks(2)

    waited = 0
    while run.one.backed is not None and waited < 40:
        assert run.numbers[:2] == (0, 1)
        run.blocks(1, withheld=(ONE,))
        waited += 1

    assert 4 <= waited < 40
    run.blocks(3)
    assert run.numbers[0] > 0
    assert not run.complaints


def test_an_extrinsic_is_told_of_when_its_block_is_included() -> None:
    run = Run()
    node, told = run.one.node, list[Status]()
    made = sign(node.pool.trial, "Alice", transfer("Bob", 10**10))
    ours = blake2_256(made)

    class Ear:
        def imported(self, block: object) -> None:
            told.append({"imported": str(node.chain.best.number)})

        def finalized(self, block: object) -> None:
            pass

        def became(self, extrinsic: Hash, status: Status) -> None:
            if extrinsic == ours:
                told.append(status)

    node.listeners.append(Ear())
    node.submit(made)
    run.blocks(2)
    assert told == ["ready"]

    run.blocks(1)

    block = node.chain.best.hash.hex()
    assert told == ["ready", {"imported": "1"}, {"inBlock": f"0x{block}"}]
    run.network.finalize()
    assert told[-1] == {"finalized": f"0x{block}"}
    assert not run.network.on_its_way()


def test_an_extrinsic_that_waits_in_an_unincluded_block_is_not_taken_twice() -> None:
    run = Run()
    node = run.one.node
    node.submit(sign(node.pool.trial, "Alice", transfer("Bob", 10**10)))

    run.blocks(4)

    counts = [len(found.extrinsics) for number in (1, 2) if (found := block_at(run, number))]
    assert counts == [3, 2]
    assert not run.complaints


def block_at(run: Run, number: int) -> Block | None:
    found = run.one.node.chain.hash_at(number)
    assert found is not None
    return run.one.node.chain.block(found)


def test_an_extrinsic_that_can_never_come_is_given_up() -> None:
    run = Run()
    node = run.one.node
    everything = RuntimeCall("Balances", "transfer_all", (transfer("Bob", 0).args[0], False))
    node.submit(sign(node.pool.trial, "Alice", everything))
    node.submit(sign(node.pool.trial, "Alice", transfer("Bob", 1), 1))

    run.blocks(1)

    assert [text.partition(" left out of ")[2] for text in run.complaints] == ["block 1: Payment"]


def test_a_block_that_the_validation_function_refuses_is_not_backed(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run()

    def refuses(*arguments: object) -> None:
        raise InvalidBlock("block", "a good one", "this one")

    monkeypatch.setattr("node.para_side.validate_block", refuses)
    run.blocks(3)

    assert run.numbers == (0, None, None)
    assert run.complaints[0] == "no block after 0: block: expected a good one, found this one"


def test_blocks_follow_at_once_while_something_is_on_its_way_but_not_for_ever() -> None:
    run = Run()
    node = run.one.node
    node.submit(sign(node.pool.trial, "Alice", transfer("Bob", 10**10)))

    made = 0
    while made == 0 or run.network.chases():
        run.blocks(1)
        made += 1
    assert made == 3

    stuck = Run()
    stuck.one.node.submit(sign(stuck.one.node.pool.trial, "Alice", transfer("Bob", 10**10)))
    stuck.blocks(1, idle=(ONE,))
    assert [stuck.network.chases() for _ in range(CHASED + 1)] == [True] * CHASED + [False]


def test_a_network_begins_with_the_heads_of_its_parachains() -> None:
    network = Network()
    relay = network.relay.runtime_at(network.relay.chain.best.hash)

    heads = {side.para: HEADER.decode(relay.paras.heads.get(side.para) or b"") for side in network.sides}

    assert heads == {side.para: side.node.chain.genesis.header for side in network.sides}
    assert [node.name for node in network.nodes] == [
        "Crosslane Development",
        "Crosslane Parachain 2000",
        "Crosslane Parachain 2001",
    ]


def test_each_parachain_needs_validators_of_its_own() -> None:
    six = tuple((ParaId(2000 + number), "assets") for number in range(6))
    run = Run(paras=six)
    run.blocks(3)

    assert {side.node.chain.best.number for side in run.network.sides} == {1}
    with pytest.raises(TooManyParachains, match="7 parachains, and 6 validators"):
        Network(NetworkSpec(((ParaId(1999), "assets"), *six)))


def test_the_numbers_of_parachains_need_no_order() -> None:
    run = Run(paras=((OTHER, "bulletin"), (ONE, "assets")))

    run.blocks(3)

    assert [side.node.chain.best.number for side in run.network.sides] == [1, 1]


def test_keys_are_those_of_the_development_accounts() -> None:
    keys = Keys()

    assert keys.accounts() == tuple(ACCOUNTS.values())
    public, _ = development_pair("Alice")
    assert verify_sr25519(keys.sign(public, b"message"), b"message", public)
    with pytest.raises(Defect, match="no key for 0x00"):
        keys.sign(bytes(32), b"message")
