from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.pool import AlreadyImported, ImmediatelyDropped, Limits, TooLowPriority
from node.service import Node
from primitives.errors import Invalid, InvalidTransaction, Unknown
from primitives.extrinsic import mortal
from primitives.ids import Hash, Moment
from primitives.pallet import RuntimeCall
from primitives.scale.compact import encode_compact
from tests.support.signing import account, bare, remark, sign, transfer

START = Moment(1_700_000_000_000)


class Heard:
    """What the pool told, in order."""

    def __init__(self, node: Node) -> None:
        self.told: list[tuple[Hash, Any]] = []
        node.pool.tell = lambda extrinsic, status: self.told.append((extrinsic, status))


def reason(node: Node, data: bytes) -> Invalid | Unknown:
    """Why the pool does not take this."""
    root, waiting = node.pool.trial.state.root(), len(node.pool)
    with pytest.raises(InvalidTransaction) as refused:
        node.submit(data)
    assert (node.pool.trial.state.root(), len(node.pool)) == (root, waiting)
    return refused.value.reason


def test_a_good_extrinsic_is_ready() -> None:
    node = Node()
    heard = Heard(node)
    data = sign(node.pool.trial, "Alice", remark())

    extrinsic = node.submit(data)

    assert node.pool.pending() == (data,)
    assert heard.told == [(extrinsic, "ready")]
    assert node.pool.next_nonce(account("Alice")) == 1


def test_asking_writes_nothing() -> None:
    node = Node()
    root = node.pool.trial.state.root()

    node.submit(sign(node.pool.trial, "Alice", transfer("Bob", 10**10)))

    assert node.pool.trial.state.root() == root


def test_a_gap_in_the_nonces_makes_an_extrinsic_future() -> None:
    node = Node()
    heard = Heard(node)

    extrinsic = node.submit(sign(node.pool.trial, "Alice", remark(), nonce=1))

    assert node.pool.pending() == ()
    assert heard.told == [(extrinsic, "future")]
    assert node.pool.next_nonce(account("Alice")) == 0


def test_filling_the_gap_makes_all_behind_it_ready() -> None:
    node = Node()
    later = node.submit(sign(node.pool.trial, "Alice", remark(), nonce=1))
    heard = Heard(node)

    first = node.submit(sign(node.pool.trial, "Alice", remark(), nonce=0))

    assert heard.told == [(first, "ready"), (later, "ready")]
    assert len(node.seal(START).extrinsics) == 4


def test_larger_tips_come_first_but_nonces_keep_their_order() -> None:
    node = Node()
    trial = node.pool.trial
    plain = sign(trial, "Alice", remark())
    generous = sign(trial, "Alice", remark(), nonce=1, tip=100)
    middling = sign(trial, "Bob", remark(), tip=50)
    also_plain = sign(trial, "Charlie", remark())
    for each in (also_plain, plain, generous, middling):
        node.submit(each)

    assert node.pool.pending() == (middling, also_plain, plain, generous)


def test_the_same_extrinsic_is_not_taken_twice() -> None:
    node = Node()
    data = sign(node.pool.trial, "Alice", remark())
    node.submit(data)

    with pytest.raises(AlreadyImported):
        node.submit(data)


def test_a_larger_tip_replaces_the_one_that_waits() -> None:
    node = Node()
    old = node.submit(sign(node.pool.trial, "Alice", remark(), tip=1))
    heard = Heard(node)

    new = node.submit(sign(node.pool.trial, "Alice", remark(), tip=2))

    assert heard.told == [(old, {"usurped": "0x" + new.hex()}), (new, "ready")]
    assert len(node.pool) == 1


def test_the_same_tip_does_not() -> None:
    node = Node()
    node.submit(sign(node.pool.trial, "Alice", remark(5), tip=1))

    with pytest.raises(TooLowPriority):
        node.submit(sign(node.pool.trial, "Alice", remark(6), tip=1))


def test_a_nonce_of_the_past_is_stale() -> None:
    node = Node()
    data = sign(node.pool.trial, "Alice", remark())
    node.submit(data)
    node.seal(START)

    assert reason(node, data) is Invalid.Stale


def test_a_wrong_signature_is_a_bad_proof() -> None:
    node = Node()
    data = sign(node.pool.trial, "Alice", remark())

    assert reason(node, data[:-1] + b"\x01") is Invalid.BadProof


def test_an_account_without_money_cannot_pay() -> None:
    node = Node()

    assert reason(node, sign(node.pool.trial, "Zoe", remark())) is Invalid.Payment


def test_a_tip_beyond_the_balance_cannot_be_paid() -> None:
    node = Node()

    assert reason(node, sign(node.pool.trial, "Alice", remark(), tip=10**16)) is Invalid.Payment


def test_inherents_are_not_for_the_pool() -> None:
    node = Node()
    telling_the_time = RuntimeCall("Timestamp", "set", (START,))

    assert reason(node, bare(node.pool.trial, telling_the_time)) is Invalid.MandatoryValidation


def test_an_unsigned_call_is_of_no_known_kind() -> None:
    node = Node()

    assert reason(node, bare(node.pool.trial, remark())) is Unknown.NoUnsignedValidator


def test_what_no_block_has_room_for_is_refused() -> None:
    node = Node()

    assert reason(node, sign(node.pool.trial, "Alice", remark(4_000_000))) is Invalid.ExhaustsResources


@given(st.binary(max_size=200))
def test_bytes_that_are_no_extrinsic_are_refused(data: bytes) -> None:
    assert reason(NODE, data) is Invalid.Call


@pytest.mark.parametrize("depth", [10, 200, 255])
def test_calls_within_calls_are_taken_and_run(depth: int) -> None:
    node = Node()
    call = remark()
    for _ in range(depth):
        call = RuntimeCall("Utility", "batch", ((call,),))
    node.submit(sign(node.pool.trial, "Alice", call))

    assert len(node.seal(START).extrinsics) == 3


@pytest.mark.parametrize("depth", [300, 10_000, 100_000])
def test_too_many_calls_within_calls_are_refused(depth: int) -> None:
    body = b"\x84" + GOOD[3:][: 32 + 66 + 4]
    call = bytes.fromhex("1a0004") * depth + bytes.fromhex("000000")
    data = encode_compact(len(body) + len(call)) + body + call

    assert reason(NODE, data) is Invalid.Call


@given(st.data())
def test_an_extrinsic_with_a_changed_byte_is_refused(data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(GOOD) - 1))
    changed = GOOD[:place] + bytes((GOOD[place] ^ data.draw(st.integers(1, 255)),)) + GOOD[place + 1 :]

    assert reason(NODE, changed) is not Invalid.Stale


def test_the_pool_holds_so_many() -> None:
    node = Node(limits=Limits(extrinsics=1))
    node.submit(sign(node.pool.trial, "Alice", remark()))

    with pytest.raises(ImmediatelyDropped):
        node.submit(sign(node.pool.trial, "Bob", remark()))


def test_the_pool_holds_so_many_bytes() -> None:
    node = Node(limits=Limits(bytes=1_000))
    node.submit(sign(node.pool.trial, "Alice", remark(500)))

    with pytest.raises(ImmediatelyDropped):
        node.submit(sign(node.pool.trial, "Bob", remark(500)))


def test_the_pool_holds_so_many_behind_gaps() -> None:
    node = Node(limits=Limits(future=1))
    node.submit(sign(node.pool.trial, "Alice", remark(), nonce=7))

    with pytest.raises(ImmediatelyDropped):
        node.submit(sign(node.pool.trial, "Alice", remark(), nonce=8))
    assert node.submit(sign(node.pool.trial, "Alice", remark(), nonce=0))


def test_room_is_free_again_after_a_block() -> None:
    node = Node(limits=Limits(extrinsics=1, bytes=1_000))
    node.submit(sign(node.pool.trial, "Alice", remark(500)))
    node.seal(START)

    assert node.submit(sign(node.pool.trial, "Bob", remark(500)))


def test_a_mortal_extrinsic_is_let_go_when_no_block_can_have_it_any_more() -> None:
    node = Node()
    node.seal(START)
    node.submit(sign(node.pool.trial, "Alice", remark(), nonce=1, era=mortal(4, 1)))  # in blocks 1 to 4
    heard = Heard(node)

    waiting = []
    for _ in range(3):
        node.seal(START)
        waiting.append(len(node.pool))

    assert waiting == [1, 1, 0]
    assert [status for _, status in heard.told] == ["invalid"]


def test_one_that_turns_out_bad_leaves_those_behind_it_waiting() -> None:
    node = Node()
    first = node.submit(sign(node.pool.trial, "Alice", remark()))
    second = node.submit(sign(node.pool.trial, "Alice", remark(), nonce=1))

    node.pool.drop(first)

    assert node.pool.status(first) is None
    assert node.pool.status(second) == "future"


NODE = Node()
GOOD = sign(NODE.pool.trial, "Alice", transfer("Bob", 10**10))
