from __future__ import annotations

import json
from typing import Any

import pytest

from node.rpc.protocol import answer
from node.rpc.session import MOST_SUBSCRIPTIONS, Session
from node.service import Node
from primitives.hashing import storage_prefix
from primitives.ids import Moment
from tests.support.signing import remark, sign

START = Moment(1_700_000_000_000)
NUMBER = "0x" + storage_prefix("System", "Number").hex()


class Client:
    """A client that stays connected, without a connection."""

    def __init__(self) -> None:
        self.node = Node()
        self.told: list[dict[str, Any]] = []
        self.session = Session(self.node, self.told.append)

    def ask(self, method: str, *params: Any) -> list[dict[str, Any]]:
        """What is sent at once: the answer, then first notifications."""
        request = json.dumps({"id": 1, "method": method, "params": params})
        return [json.loads(each) for each in answer(self.node, self.session, request)]

    def results(self) -> list[Any]:
        return [each["params"]["result"] for each in self.told]


HEADS = [
    ("chain_subscribeNewHeads", "chain_newHead"),
    ("chain_subscribeNewHead", "chain_newHead"),
    ("chain_subscribeAllHeads", "chain_allHead"),
    ("chain_subscribeFinalizedHeads", "chain_finalizedHead"),
]


@pytest.mark.parametrize(("method", "notification"), HEADS)
def test_heads_begin_with_the_best_one_behind_the_answer(method: str, notification: str) -> None:
    client = Client()

    reply, first = client.ask(method)
    client.node.seal(START)
    client.node.finalize()

    assert first["method"] == notification
    assert first["params"]["subscription"] == reply["result"]
    assert first["params"]["result"]["number"] == "0x0"
    assert [each["number"] for each in client.results()] == ["0x1"]


def test_a_final_head_is_not_told_before_it_is_final() -> None:
    client = Client()
    client.ask("chain_subscribeFinalizedHeads")

    client.node.seal(START)

    assert client.told == []


def test_storage_is_told_as_it_is_and_then_what_changed() -> None:
    client = Client()
    sudo = "0x" + storage_prefix("Sudo", "Key").hex()

    _, first = client.ask("state_subscribeStorage", [NUMBER, sudo, "0x00"])
    client.node.seal(START)

    assert [key for key, _ in first["params"]["result"]["changes"]] == [NUMBER, sudo, "0x00"]
    assert first["params"]["result"]["changes"][2] == ["0x00", None]
    assert [each["changes"] for each in client.results()] == [[[NUMBER, "0x01000000"]]]


def test_storage_that_does_not_change_is_not_told_again() -> None:
    client = Client()
    client.ask("state_subscribeStorage", ["0x" + storage_prefix("Sudo", "Key").hex()])

    client.node.seal(START)

    assert client.told == []


def test_the_runtime_s_version_is_told_once() -> None:
    client = Client()

    _, first = client.ask("state_subscribeRuntimeVersion")
    client.node.seal(START)

    assert first["params"]["result"]["specName"] == "paseo"
    assert client.told == []


def test_an_extrinsic_is_followed_to_its_final_block() -> None:
    client = Client()
    data = sign(client.node.pool.trial, "Alice", remark())

    _, first = client.ask("author_submitAndWatchExtrinsic", data.hex())
    block = "0x" + client.node.seal(START).hash.hex()
    told_by_then = client.results()
    client.node.finalize()

    assert first["method"] == "author_extrinsicUpdate"
    assert first["params"]["result"] == "ready"
    assert told_by_then == [{"inBlock": block}]
    assert client.results() == [{"inBlock": block}, {"finalized": block}]
    assert len(client.session) == 0


def test_a_future_extrinsic_is_told_when_it_is_ready() -> None:
    client = Client()
    trial = client.node.pool.trial
    _, first = client.ask("author_submitAndWatchExtrinsic", sign(trial, "Alice", remark(), nonce=1).hex())

    client.ask("author_submitExtrinsic", sign(trial, "Alice", remark(), nonce=0).hex())

    assert first["params"]["result"] == "future"
    assert client.results() == ["ready"]


def test_a_replaced_extrinsic_is_told_by_which() -> None:
    client = Client()
    trial = client.node.pool.trial
    client.ask("author_submitAndWatchExtrinsic", sign(trial, "Alice", remark(), tip=1).hex())

    (reply,) = client.ask("author_submitExtrinsic", sign(trial, "Alice", remark(), tip=2).hex())

    assert client.results() == [{"usurped": reply["result"]}]


def test_an_extrinsic_that_is_refused_is_not_watched() -> None:
    client = Client()

    (reply,) = client.ask("author_submitAndWatchExtrinsic", "0x00")

    assert reply["error"]["code"] == 1010
    assert len(client.session) == 0


def test_after_unsubscribing_nothing_more_is_told() -> None:
    client = Client()
    reply, _ = client.ask("chain_subscribeNewHeads")

    (stopped,) = client.ask("chain_unsubscribeNewHeads", reply["result"])
    (again,) = client.ask("chain_unsubscribeNewHeads", reply["result"])
    client.node.seal(START)

    assert (stopped["result"], again["result"]) == (True, False)
    assert client.told == []


def test_a_client_that_is_gone_is_told_nothing() -> None:
    client = Client()
    client.ask("chain_subscribeNewHeads")

    client.session.close()
    client.node.seal(START)

    assert client.told == []
    assert client.node.listeners == []


def test_one_client_may_have_so_many_subscriptions() -> None:
    client = Client()
    for _ in range(MOST_SUBSCRIPTIONS):
        client.ask("state_subscribeRuntimeVersion")

    (reply,) = client.ask("chain_subscribeNewHeads")
    data = sign(client.node.pool.trial, "Alice", remark())
    (refused,) = client.ask("author_submitAndWatchExtrinsic", data.hex())

    assert reply["error"]["code"] == refused["error"]["code"] == -32006
    assert len(client.node.pool) == 0
