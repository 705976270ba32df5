from __future__ import annotations

from node.chain import Block
from node.devnet import Devnet
from node.service import Node
from primitives.ids import Moment
from primitives.origin import NoOrigin
from primitives.pallet import RuntimeCall
from runtime.paseo_call_weights import CALLS
from runtime.paseo_weights import EXTENSIONS_WEIGHT, weight_to_fee
from runtime.relay import Relay
from tests.support.signing import account, remark, sign, transfer

START = Moment(1_700_000_000_000)


def after(node: Node, block: Block) -> Relay:
    return node.runtime_at(block.hash)


def test_an_empty_block_tells_the_time_and_its_parachains() -> None:
    node = Node()

    block = node.seal(START)

    assert len(block.extrinsics) == 2
    assert after(node, block).timestamp.now.get() == START
    assert block.header.parent_hash == node.chain.genesis.hash


def test_whoever_executes_the_block_comes_to_the_same_state() -> None:
    node = Node()
    node.submit(sign(node.pool.trial, "Alice", transfer("Bob", 10**10)))
    parent = node.chain.state(node.chain.best.hash)

    block = node.seal(START)

    node.runtime(parent).executive.execute_block(block.header, block.extrinsics)
    assert parent.root() == block.header.state_root


def test_a_block_that_comes_too_soon_is_dated_later() -> None:
    node = Node()
    node.seal(START)

    block = node.seal(Moment(START + 1))

    assert after(node, block).timestamp.now.get() == START + 3_000


def test_what_is_ready_is_put_in_and_paid_for() -> None:
    node = Node()
    extrinsic = sign(node.pool.trial, "Charlie", transfer("Dave", 10**10), tip=5)
    node.submit(extrinsic)

    relay = after(node, node.seal(START))

    weight = CALLS(transfer("Dave", 10**10)).saturating_add(EXTENSIONS_WEIGHT)
    fee = 10_000_000 + 1_000_000 * len(extrinsic) + weight_to_fee(weight)
    assert relay.balances.free_balance(account("Dave")) == 10**16 + 10**10
    assert relay.balances.free_balance(account("Charlie")) == 10**16 - 10**10 - fee - 5
    assert relay.system.account[account("Charlie")].nonce == 1


def test_a_call_that_fails_stays_in_the_block() -> None:
    node = Node()
    node.submit(sign(node.pool.trial, "Alice", transfer("Bob", 10**17)))

    block = node.seal(START)

    assert len(block.extrinsics) == 3
    assert after(node, block).system.account[account("Alice")].nonce == 1


def test_an_extrinsic_that_would_make_the_block_invalid_is_left_out() -> None:
    node = Node()
    telling_the_time = RuntimeCall("Timestamp", "set", (START,))
    posing_as_author = RuntimeCall("Utility", "dispatch_as", (NoOrigin(), telling_the_time))
    batch = RuntimeCall("Utility", "batch", ((posing_as_author,),))
    node.submit(sign(node.pool.trial, "Alice", RuntimeCall("Sudo", "sudo", (batch,))))
    complaints: list[str] = []
    node.complain = complaints.append

    block = node.seal(START)

    assert len(block.extrinsics) == 2
    assert len(node.pool) == 0
    assert "left out of block 1" in complaints[0]


def test_what_does_not_fit_waits_for_the_next_block() -> None:
    node = Node()
    for name in ("Alice", "Bob"):
        node.submit(sign(node.pool.trial, name, remark(2_500_000)))

    lengths = [len(node.seal(START).extrinsics) for _ in range(3)]

    assert lengths == [3, 3, 2]


def test_a_session_begins_at_every_multiple_of_its_length() -> None:
    node = Node(Devnet(session_length=3))

    sessions = [after(node, node.seal(START)).paras_shared.session_index() for _ in range(7)]

    assert sessions == [0, 0, 1, 1, 1, 2, 2]


def test_the_authorities_take_turns_in_earning_tips() -> None:
    node = Node()
    node.submit(sign(node.pool.trial, "Charlie", remark(), tip=10**10))

    relay = after(node, node.seal(START))

    assert relay.balances.free_balance(account("Bob")) > 10**16 + 10**10
    assert relay.balances.free_balance(account("Alice")) == 10**16
