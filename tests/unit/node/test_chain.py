from __future__ import annotations

import pytest

from node.chain import Chain, StateDiscarded, UnknownBlock
from node.devnet import Devnet
from node.service import Node
from primitives.errors import InvalidBlock
from primitives.header import NO_HASH
from primitives.ids import Hash, Moment
from primitives.record import replace

NUMBER = bytes.fromhex("26aa394eea5630e07c48ae0c9558cef702a5c1b19ab7a04f536c519aca4983ac")
"""The storage key of System.Number."""


def grown(length: int, **kept: int) -> Node:
    node = Node()
    node.chain = Chain(node.chain.state(node.chain.best.hash), **kept)
    for count in range(length):
        node.seal(Moment(1_700_000_000_000 + 6_000 * count))
    return node


def test_genesis_has_no_parent_and_no_extrinsics() -> None:
    genesis = Chain(Devnet().genesis()).genesis

    assert (genesis.number, genesis.header.parent_hash, genesis.extrinsics) == (0, NO_HASH, ())


def test_the_same_genesis_gives_the_same_hash() -> None:
    assert Chain(Devnet().genesis()).best.hash == Chain(Devnet().genesis()).best.hash


def test_a_new_block_is_best_and_found_by_number() -> None:
    chain = grown(3).chain

    assert chain.best.number == 3
    assert chain.hash_at(3) == chain.best.hash
    assert chain.block(chain.best.hash) is chain.best


def test_a_block_is_final_when_it_is_called_so_or_followed_by_another() -> None:
    node = grown(3)
    before = node.chain.finalized.number

    node.finalize()

    assert (before, node.chain.finalized.number) == (2, 3)


def test_the_state_of_an_earlier_block_is_still_read() -> None:
    chain = grown(3).chain
    second = chain.hash_at(2) or NO_HASH

    assert chain.value(NUMBER, second) == bytes((2, 0, 0, 0))
    assert chain.state(second).get(NUMBER) == bytes((2, 0, 0, 0))
    assert chain.state(second).root() == chain.trie(second).root


def test_writing_to_a_state_that_was_given_out_leaves_the_chain_alone() -> None:
    chain = grown(1).chain

    chain.state(chain.best.hash).set(NUMBER, b"other")

    assert chain.value(NUMBER, chain.best.hash) == bytes((1, 0, 0, 0))


def test_a_block_on_another_parent_is_refused() -> None:
    chain = grown(1).chain
    header = replace(chain.best.header, parent_hash=Hash(b"\x01" * 32))

    with pytest.raises(InvalidBlock, match="parent"):
        chain.append(replace(chain.best, header=header), chain.state(chain.best.hash))


def test_a_block_with_another_state_root_is_refused() -> None:
    chain = grown(1).chain
    header = replace(chain.best.header, parent_hash=chain.best.hash, state_root=Hash(b"\x01" * 32))

    with pytest.raises(InvalidBlock, match="state root"):
        chain.append(replace(chain.best, header=header), chain.state(chain.best.hash))


def test_old_states_are_discarded_while_their_blocks_stay() -> None:
    chain = grown(5, states=2).chain
    old = chain.hash_at(3) or NO_HASH

    assert chain.block(old) is not None
    with pytest.raises(StateDiscarded):
        chain.trie(old)
    assert chain.trie(chain.hash_at(4) or NO_HASH)


def test_old_blocks_are_forgotten_but_not_genesis() -> None:
    chain = grown(5, states=2, blocks=3).chain

    assert [chain.hash_at(number) is not None for number in range(6)] == [
        True,
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_hash_of_no_block_is_unknown() -> None:
    chain = grown(1).chain

    assert chain.block(b"\x07" * 32) is None
    with pytest.raises(UnknownBlock):
        chain.value(NUMBER, b"\x07" * 32)
