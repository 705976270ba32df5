from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.rpc.protocol import MOST_IN_BATCH, answer
from node.rpc.registry import METHODS, Method
from node.service import Node

NODE = Node()


def ask(text: str | bytes) -> Any:
    """The answer to a message, taken apart; None if there is none."""
    sent = answer(NODE, None, text)
    return json.loads(sent[0]) if sent else None


def call(method: str, *params: Any) -> Any:
    return ask(json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}))


def code(reply: Any) -> int:
    found = reply["error"]["code"]
    assert isinstance(found, int)
    return found


def test_a_request_is_answered_under_its_id() -> None:
    reply = ask('{"jsonrpc":"2.0","id":"vL23","method":"system_name","params":[]}')

    assert reply == {"jsonrpc": "2.0", "id": "vL23", "result": "crosslane"}


@pytest.mark.parametrize("params", ["", ',"params":null', ',"params":[]'])
def test_no_parameters_may_be_spelled_in_three_ways(params: str) -> None:
    assert ask(f'{{"jsonrpc":"2.0","id":1,"method":"system_name"{params}}}')["result"] == "crosslane"


def test_a_notification_is_not_answered() -> None:
    assert ask('{"jsonrpc":"2.0","method":"system_name"}') is None


def test_a_batch_is_answered_in_its_order() -> None:
    reply = ask('[{"id":1,"method":"system_name"},{"id":2,"method":"nope"},{"method":"system_name"},7]')

    assert [each["id"] for each in reply] == [1, 2, None]
    assert reply[0]["result"] == "crosslane"
    assert [code(each) for each in reply[1:]] == [-32601, -32600]


@pytest.mark.parametrize(
    "text", ["", "{", "nonsense", b"\xff\xfe", "[" * 100_000, '{"id":' + "9" * 5_000 + "}"]
)
def test_what_is_no_json_is_told_so(text: str | bytes) -> None:
    assert code(ask(text)) == -32700


NO_REQUESTS = [
    "7",
    '"text"',
    "[]",
    "{}",
    "null",
    '{"id":true,"method":"system_name"}',
    '{"id":1.5,"method":"system_name"}',
    '{"id":1,"method":5}',
]


@pytest.mark.parametrize("text", NO_REQUESTS)
def test_what_is_no_request_is_told_so(text: str) -> None:
    assert code(ask(text)) == -32600


def test_too_long_a_batch_is_refused() -> None:
    assert code(ask(json.dumps([{"id": 1, "method": "system_name"}] * (MOST_IN_BATCH + 1)))) == -32010


def test_too_long_an_answer_to_a_batch_is_refused() -> None:
    assert code(ask(json.dumps([{"id": 1, "method": "state_getMetadata"}] * 200))) == -32011


def test_an_unknown_method_in_the_very_words() -> None:
    assert call("no_such")["error"] == {"code": -32601, "message": "Method not found"}


def test_parameters_by_name_are_refused() -> None:
    assert code(ask('{"id":1,"method":"chain_getBlockHash","params":{"number":1}}')) == -32602


BAD = [
    ("system_name", [1]),
    ("chain_getBlockHash", ["x"]),
    ("chain_getBlockHash", [-1]),
    ("chain_getBlockHash", [1.5]),
    ("chain_getBlockHash", [True]),
    ("chain_getBlockHash", ["0x"]),
    ("chain_getBlockHash", [[[1]]]),
    ("chain_getBlockHash", [1, 2]),
    ("chain_getHeader", ["0x12"]),
    ("chain_getHeader", ["0xzz"]),
    ("chain_getHeader", [{}]),
    ("chain_getBlock", [5]),
    ("state_getStorage", []),
    ("state_getStorage", [None]),
    ("state_getStorage", ["0x1"]),
    ("state_getStorage", ["0x12", "0x34"]),
    ("state_getKeysPaged", ["0x12", "many"]),
    ("state_getKeysPaged", ["0x12"]),
    ("state_queryStorageAt", ["0x12"]),
    ("state_queryStorageAt", [[1]]),
    ("state_getReadProof", [None]),
    ("state_call", [1, "0x"]),
    ("state_call", ["Core_version", "0x", None, None]),
    ("author_submitExtrinsic", [[]]),
    ("payment_queryInfo", []),
    ("system_accountNextIndex", ["Alice"]),
    ("system_accountNextIndex", ["5" * 48]),
    ("system_accountNextIndex", ["0x12"]),
]


@pytest.mark.parametrize(("method", "params"), BAD)
def test_bad_parameters_are_told_so(method: str, params: list[Any]) -> None:
    reply = call(method, *params)

    assert reply["error"]["code"] == -32602
    assert reply["error"]["message"] == "Invalid params"
    assert reply["error"]["data"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("0x" + "00" * 32),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)


@given(st.sampled_from(sorted(METHODS)), st.lists(json_values, max_size=4))
def test_whatever_is_asked_is_answered_and_never_our_fault(method: str, params: list[Any]) -> None:
    head = NODE.chain.best.hash

    reply = call(method, *params)

    ours = METHODS[method].lasting and len(params) <= METHODS[method].most
    assert ("result" in reply) or (reply["error"]["code"] == -32603) == ours
    assert NODE.chain.best.hash == head


@given(st.text() | st.binary())
def test_whatever_comes_is_answered(text: str | bytes) -> None:
    assert ask(text) is None or {"result", "error"} & ask(text).keys()


def test_a_mistake_of_ours_is_told_as_such_and_harms_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    complaints: list[str] = []
    monkeypatch.setattr(NODE, "complain", complaints.append)
    monkeypatch.setitem(METHODS, "system_name", Method(_broken, 0, lasting=False))

    told = call("system_name")["error"]

    assert (told["code"], told["data"]) == (-32603, "ZeroDivisionError: division by zero")
    assert complaints == ["system_name: ZeroDivisionError: division by zero"]


def _broken(node: Node, params: Any) -> float:
    return 1 / 0
