from __future__ import annotations

from node.service import Node
from primitives.extrinsic import mortal
from primitives.ids import Moment
from primitives.scale.derive import codec
from runtime import apis
from runtime.validity import ValidTransaction
from tests.support.signing import account, remark, sign

VALID = codec(ValidTransaction)


def ask(node: Node, extrinsic: bytes) -> bytes:
    best = node.chain.best.hash
    relay = node.runtime_at(best)
    root = relay.state.root()
    answer = apis.call(relay, "TaggedTransactionQueue_validate_transaction", b"\x02" + extrinsic + best)
    assert relay.state.root() == root
    return answer


def test_the_next_extrinsic_of_an_account_waits_for_nothing() -> None:
    node = Node()

    answer = ask(node, sign(node.pool.trial, "Alice", remark(), tip=7))

    told = VALID.decode(answer[1:])
    assert answer[0] == 0
    assert (told.priority, told.requires, told.propagate) == (7, (), True)
    assert told.provides == (account("Alice") + bytes(4),)


def test_a_later_one_waits_for_the_one_before() -> None:
    node = Node()

    told = VALID.decode(ask(node, sign(node.pool.trial, "Alice", remark(), nonce=5))[1:])

    assert told.requires == (account("Alice") + bytes((4, 0, 0, 0)),)


def test_a_mortal_one_holds_until_it_dies() -> None:
    node = Node()
    node.seal(Moment(1_700_000_000_000))

    told = VALID.decode(ask(node, sign(node.pool.trial, "Alice", remark(), era=mortal(8, 1)))[1:])

    assert told.longevity == 7


def test_why_one_is_invalid_is_told_in_bytes() -> None:
    node = Node()
    good = sign(node.pool.trial, "Alice", remark())

    assert ask(node, good[:-1] + b"\x01") == bytes.fromhex("010004")
    assert ask(node, sign(node.pool.trial, "Zoe", remark())) == bytes.fromhex("010001")
