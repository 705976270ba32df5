"""Blocks of any extrinsics: whoever follows comes to the same state, and whatever is altered is refused."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from primitives.errors import InvalidBlock, InvalidTransaction
from primitives.extrinsic import encode_extrinsic
from primitives.header import Header
from primitives.ids import ParaId
from primitives.pallet import RuntimeCall
from runtime.relay import Relay
from tests.support.blocks import (
    ALICE,
    BOB,
    CAROL,
    EDDIE,
    NOBODY,
    PLENTY,
    Chain,
    Key,
    Priced,
    bare,
    claiming,
    invalid_block,
    remark,
    sudo,
    transfer,
)

KEYS = (ALICE, BOB, EDDIE, CAROL, NOBODY)
PARA = ParaId(2000)

keys = st.sampled_from(KEYS)
simple_calls = st.one_of(
    st.binary(max_size=40).map(remark),
    st.builds(transfer, keys, st.integers(0, PLENTY) | st.just(2**128 - 1)),
    st.builds(
        lambda new: RuntimeCall("Configuration", "set_max_code_size", (new,)), st.integers(0, 2**32 - 1)
    ),
    st.just(RuntimeCall("Hrmp", "force_open_hrmp_channel", (PARA, ParaId(1), 2, 3))),
)
calls = st.recursive(
    simple_calls,
    lambda inner: st.one_of(
        inner.map(sudo),
        st.lists(inner, max_size=3).map(lambda made: RuntimeCall("Utility", "batch", (tuple(made),))),
        st.lists(inner, max_size=3).map(lambda made: RuntimeCall("Utility", "batch_all", (tuple(made),))),
        st.tuples(inner, inner).map(lambda made: RuntimeCall("Utility", "if_else", made)),
    ),
    max_leaves=4,
)
attempts = st.lists(st.tuples(calls, keys, st.integers(-1, 1), st.integers(0, 3)), max_size=5)
Attempt = tuple[RuntimeCall, Key, int, int]


@given(blocks=st.lists(attempts, min_size=1, max_size=3))
def test_whoever_follows_comes_to_the_same_state(blocks: list[list[Attempt]]) -> None:
    chain = Chain(Priced())
    follower = chain.twin()
    for block in blocks:
        chain.open()
        extrinsics = [*chain.inherents(), *taken(chain, block)]
        header = chain.close()
        follower.executive.execute_block(header, tuple(extrinsics))
    assert follower.state.root() == chain.parent.state_root
    assert chain.state.entries() == follower.state.entries()


def taken(chain: Chain, block: list[Attempt]) -> list[bytes]:
    """The extrinsics that went into the block; the others must have left no trace."""
    found = []
    for call, key, offset, tip in block:
        extrinsic = chain.sign(call, key, nonce=max(chain.nonce(key) + offset, 0), tip=tip)
        root = chain.state.root()
        try:
            chain.apply(extrinsic)
        except InvalidTransaction:
            assert chain.state.root() == root
        else:
            found.append(extrinsic)
    return found


@given(calls)
def test_an_unsigned_call_costs_nobody_anything(call: RuntimeCall) -> None:
    chain = Chain(Priced())
    chain.open()
    before = [chain.relay.system.account[key.account] for key in KEYS]
    try:
        outcome = chain.outcome(bare(call))
    except InvalidTransaction:
        return
    assert outcome[:2] == b"\x00\x01", "nothing of what these calls do is open to nobody"
    assert [chain.relay.system.account[key.account] for key in KEYS] == before


@cache
def example() -> tuple[Relay, Header, tuple[bytes, ...]]:
    """A block of each kind of signature, and a chain that does not know it yet."""
    chain = Chain(Priced())
    chain.run_to(2)
    twin = chain.twin()
    signed = [chain.sign(remark(b"some text"), key) for key in (ALICE, EDDIE, CAROL)]
    return twin, *chain.block(*signed, chain.sign(transfer(ALICE, 5), BOB))


@given(data=st.data())
def test_any_flipped_bit_of_any_extrinsic_is_noticed(data: st.DataObject) -> None:
    twin, header, extrinsics = example()
    place = data.draw(st.integers(0, len(extrinsics) - 1))
    bit = data.draw(st.integers(0, 8 * len(extrinsics[place]) - 1))
    raw = bytearray(extrinsics[place])
    raw[bit // 8] ^= 1 << bit % 8
    altered = (*extrinsics[:place], bytes(raw), *extrinsics[place + 1 :])
    assert invalid_block(twin, header, altered).what == "extrinsics root"
    invalid_block(twin, claiming(header, altered), altered)


@given(order=st.permutations(range(6)))
def test_any_other_order_is_noticed(order: list[int]) -> None:
    twin, header, extrinsics = example()
    altered = tuple(extrinsics[at] for at in order)
    if order != sorted(order):  # inherents as well: what each weighs stands in the events, in their order
        invalid_block(twin, claiming(header, altered), altered)
    else:
        twin_of_twin = Relay(twin.state.fork(), Priced())
        twin_of_twin.executive.execute_block(claiming(header, altered), altered)


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_or_run_but_never_break_anything(junk: bytes) -> None:
    chain = Chain()
    chain.open()
    call = chain.relay.wire().codec(RuntimeCall)
    for extrinsic in (
        junk,
        encode_extrinsic(junk, None, Relay.extensions),
        encode_extrinsic(call.encode(remark()) + junk, None, ()),
    ):
        root = chain.state.root()
        try:
            chain.apply(extrinsic)
        except (InvalidTransaction, InvalidBlock):  # the latter for a time told twice
            assert chain.state.root() == root
