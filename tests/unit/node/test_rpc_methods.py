from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from substrateinterface.utils.ss58 import ss58_encode

from node.rpc.protocol import answer
from node.rpc.registry import METHODS
from node.rpc.ss58 import BadAddress, account
from node.service import Node
from primitives.hashing import blake2_256, storage_prefix
from primitives.ids import Moment
from runtime.paseo_call_weights import CALLS
from runtime.paseo_weights import EXTENSIONS_WEIGHT, weight_to_fee
from tests.support.signing import account as dev_account
from tests.support.signing import remark, sign, transfer

START = Moment(1_700_000_000_000)
ACCOUNTS = storage_prefix("System", "Account")
TRANSCRIPTS = Path(__file__).parents[3] / "fixtures" / "rpc_transcripts"


def call(node: Node, method: str, *params: Any) -> Any:
    """The result of a method."""
    (sent,) = answer(node, None, json.dumps({"id": 1, "method": method, "params": params}))
    return json.loads(sent)["result"]


def error(node: Node, method: str, *params: Any) -> Any:
    (sent,) = answer(node, None, json.dumps({"id": 1, "method": method, "params": params}))
    return json.loads(sent)["error"]


def grown(blocks: int = 3) -> Node:
    node = Node()
    for _ in range(blocks):
        node.seal(START)
    return node


def asked_by(transcript: str) -> set[str]:
    """The methods that a client asked for and got an answer from."""
    frames = [json.loads(line) for line in (TRANSCRIPTS / transcript).read_text().splitlines()]
    return {
        frame["f"]["method"]
        for frame in frames
        if frame["d"] in {">", ">http"} and isinstance(frame.get("f"), dict) and "method" in frame["f"]
    }


TRANSCRIBED = [
    "si181_ws_assethubkusama.jsonl",
    "si181_ws_peoplepaseo.jsonl",
    "si181_http_ahk.jsonl",
    "asi221_ws_assethubkusama_shim.jsonl",
]


@pytest.mark.parametrize("transcript", TRANSCRIBED)
def test_every_method_that_a_client_was_recorded_to_ask_for_is_there(transcript: str) -> None:
    asked = {name for name in asked_by(transcript) if not name.startswith(("dev_", "chainHead_", "archive_"))}

    assert len(asked) > 10
    assert asked <= METHODS.keys()


def test_rpc_methods_lists_what_is_there() -> None:
    assert call(Node(), "rpc_methods")["methods"] == sorted(METHODS)


# ---------------------------------------------------------------------------------------------- chain


def test_numbers_are_minimal_hex() -> None:
    assert call(grown(10), "chain_getHeader")["number"] == "0xa"


def test_the_genesis_header_s_parent_is_zero() -> None:
    node = grown(1)

    assert (
        call(node, "chain_getHeader", call(node, "chain_getBlockHash", 0))["parentHash"] == "0x" + "00" * 32
    )


def test_hashes_without_0x_are_taken() -> None:
    node = grown()
    genesis = call(node, "chain_getBlockHash", 0)

    assert call(node, "chain_getHeader", genesis[2:])["number"] == "0x0"


def test_no_such_block_is_null() -> None:
    node = grown()

    assert call(node, "chain_getHeader", "0x" + "11" * 32) is None
    assert call(node, "chain_getBlock", "0x" + "11" * 32) is None
    assert call(node, "chain_getBlockHash", 99) is None


def test_several_hashes_at_once() -> None:
    node = grown(2)

    found = call(node, "chain_getBlockHash", [0, "0x2", 9])

    assert found == ["0x" + node.chain.genesis.hash.hex(), "0x" + node.chain.best.hash.hex(), None]


# ---------------------------------------------------------------------------------------------- state


def test_keys_in_pages_behind_a_start_key() -> None:
    node = grown()
    prefix = "0x" + ACCOUNTS.hex()
    every = call(node, "state_getKeys", prefix)

    first = call(node, "state_getKeysPaged", prefix, 3, prefix, None)
    second = call(node, "state_getKeysPaged", prefix, 100, first[-1])

    assert first == every[:3]
    assert second == every[3:]
    assert sorted(every) == every
    assert len(every) == 8


def test_at_most_a_thousand_keys_a_page() -> None:
    told = error(Node(), "state_getKeysPaged", "0x", 1001)

    assert told == {"code": 4002, "message": "count exceeds maximum value. value: 1001, max: 1000"}


def test_size_and_hash_of_a_value() -> None:
    node = grown()
    key = "0x" + storage_prefix("Paras", "Parachains").hex()
    raw = bytes.fromhex(call(node, "state_getStorage", key)[2:])

    assert call(node, "state_getStorageSize", key) == len(raw)
    assert call(node, "state_getStorageHash", key) == "0x" + blake2_256(raw).hex()
    assert call(node, "state_getStorageHash", "0x00") is None


def test_several_values_in_the_order_asked() -> None:
    node = grown()
    keys = ["0x" + storage_prefix("System", "Number").hex(), "0x00"]

    (found,) = call(node, "state_queryStorageAt", keys, None)

    assert found["changes"] == [[keys[0], "0x03000000"], ["0x00", None]]
    assert found["block"] == "0x" + node.chain.best.hash.hex()


def test_the_state_of_an_unknown_block_cannot_be_read() -> None:
    told = error(Node(), "state_getStorage", "0x00", "0x" + "11" * 32)

    assert told["code"] == 4003
    assert "UnknownBlock" in told["message"]


@pytest.mark.parametrize("data", ["0x", "", None])
def test_a_runtime_function_without_arguments(data: str | None) -> None:
    assert call(Node(), "state_call", "Metadata_metadata_versions", data) == "0x080e0000000f000000"


def test_metadata_of_a_version_is_an_option() -> None:
    node = Node()

    assert call(node, "state_call", "Metadata_metadata_at_version", "0f000000").startswith("0x01")
    assert call(node, "state_call", "Metadata_metadata_at_version", "0x10000000") == "0x00"
    assert call(node, "state_getMetadata").startswith("0x6d6574610e")


def test_a_runtime_function_that_is_not_there_or_is_asked_wrongly() -> None:
    node = Node()

    missing = error(node, "state_call", "Core_no_such", "0x")
    wrong = error(node, "state_call", "AccountNonceApi_account_nonce", "0x00")

    assert (
        missing["message"]
        == "Client error: Execution failed: Other: Exported method Core_no_such is not found"
    )
    assert wrong["code"] == 4003
    assert "Bad input data" in wrong["message"]


# ------------------------------------------------------------------------- author, payment and system


REFUSED = [
    ("Zoe", 0, 0, "Inability to pay some fees (e.g. account balance too low)"),
    ("Alice", 0, 10**17, "Inability to pay some fees (e.g. account balance too low)"),
]


@pytest.mark.parametrize(("name", "nonce", "tip", "why"), REFUSED)
def test_an_unpayable_extrinsic_is_refused(name: str, nonce: int, tip: int, why: str) -> None:
    node = Node()
    data = sign(node.pool.trial, name, remark(), nonce, tip=tip)

    told = error(node, "author_submitExtrinsic", data.hex())

    assert told == {"code": 1010, "message": "Invalid Transaction", "data": why}


def test_one_that_waits_already_is_refused() -> None:
    node = Node()
    data = sign(node.pool.trial, "Alice", remark())
    taken = call(node, "author_submitExtrinsic", "0x" + data.hex())

    told = error(node, "author_submitExtrinsic", "0x" + data.hex())

    assert taken == "0x" + blake2_256(data).hex()
    assert told == {"code": 1013, "message": "Transaction Already Imported", "data": f"[{taken}]"}
    assert call(node, "author_pendingExtrinsics") == ["0x" + data.hex()]


def test_one_that_offers_too_little_is_refused() -> None:
    node = Node()
    call(node, "author_submitExtrinsic", sign(node.pool.trial, "Alice", remark(4), tip=5).hex())

    told = error(node, "author_submitExtrinsic", sign(node.pool.trial, "Alice", remark(5), tip=3).hex())

    assert (told["code"], told["message"]) == (1014, "Priority is too low: (5 vs 3)")


def test_where_the_bytes_stop_to_make_sense_is_told() -> None:
    node = Node()
    data = bytes.fromhex("1004050007")

    told = error(node, "author_submitExtrinsic", data.hex())

    assert told["code"] == 1010
    assert told["data"].startswith("Transaction call is not expected: ")


def test_what_waits_counts_for_the_next_nonce() -> None:
    node = Node()
    address = ss58_encode(dev_account("Alice"), 42)
    before = call(node, "system_accountNextIndex", address)
    node.submit(sign(node.pool.trial, "Alice", remark()))

    assert before == 0
    assert call(node, "system_accountNextIndex", address) == 1
    assert call(node, "account_nextIndex", "0x" + dev_account("Alice").hex()) == 1


def test_what_an_extrinsic_costs_is_what_is_taken_for_it() -> None:
    node = Node()
    data = sign(node.pool.trial, "Alice", transfer("Bob", 10**10))
    told = call(node, "payment_queryInfo", data.hex())
    parts = call(node, "payment_queryFeeDetails", data.hex())["inclusionFee"]
    node.submit(data)
    node.seal(START)

    free = node.runtime_at(node.chain.best.hash).balances.free_balance(dev_account("Alice"))
    weight = CALLS(transfer("Bob", 10**10)).saturating_add(EXTENSIONS_WEIGHT)
    assert told["weight"] == {"ref_time": weight.ref_time, "proof_size": weight.proof_size}
    assert (parts["baseFee"], parts["lenFee"]) == ("0x989680", hex(len(data) * 10**6))
    assert int(parts["adjustedWeightFee"], 16) == weight_to_fee(weight) > 0
    assert int(told["partialFee"]) == sum(int(part, 16) for part in parts.values())
    assert free == 10**16 - 10**10 - int(told["partialFee"])


def test_a_dry_run_tells_how_it_would_end() -> None:
    node = Node()
    good = sign(node.pool.trial, "Alice", transfer("Bob", 10**10))
    failing = sign(node.pool.trial, "Alice", transfer("Bob", 10**17))
    root = node.chain.trie(node.chain.best.hash).root

    assert call(node, "system_dryRun", good.hex()) == "0x0000"
    assert call(node, "system_dryRun", failing.hex()).startswith("0x0001")
    assert call(node, "system_dryRun", (good[:-1] + b"\x01").hex()) == "0x010004"
    assert node.chain.trie(node.chain.best.hash).root == root


@pytest.mark.parametrize("prefix", [0, 2, 42, 63, 64, 255, 16383])
def test_addresses_of_any_network_are_read(prefix: int) -> None:
    assert account(ss58_encode(dev_account("Bob"), prefix)) == dev_account("Bob")


@pytest.mark.parametrize(
    "text", ["", "0", "1" * 48, "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX", "5C", "0x00"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(BadAddress):
        account(text)
