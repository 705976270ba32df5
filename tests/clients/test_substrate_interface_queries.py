"""What py-substrate-interface reads, over WebSocket and over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from substrateinterface.exceptions import StorageFunctionNotFound, SubstrateRequestException

from primitives.hashing import blake2_256
from primitives.header import HEADER, Digest, Header
from primitives.ids import Hash
from primitives.trie.proof import read_proof

ISSUED = 6 * 10**16


def test_name_version_and_properties(client: Any) -> None:
    assert client.chain == "Crosslane Development"
    assert client.name == "crosslane"
    assert client.version
    assert client.properties == {"ss58Format": 42, "tokenDecimals": 10, "tokenSymbol": "PAS"}
    assert (client.ss58_format, client.token_symbol, client.token_decimals) == (42, "PAS", 10)


def test_the_runtime_is_the_recorded_chain_s(client: Any) -> None:
    version = client.get_block_runtime_version(client.get_chain_head())

    assert (version["specName"], version["specVersion"], version["transactionVersion"]) == (
        "paseo",
        2003001,
        26,
    )
    assert client.runtime_version == 2003001


def test_metadata_names_pallets_storage_calls_and_errors(client: Any) -> None:
    assert {"System", "Hrmp", "Dmp", "Paras"} <= {each.name for each in client.metadata.pallets}
    assert client.get_metadata_storage_function("Hrmp", "HrmpChannels")
    assert client.get_metadata_call_function("Hrmp", "hrmp_init_open_channel")
    assert client.get_metadata_error("Hrmp", "OpenHrmpChannelToSelf")


def test_metadata_of_a_block(client: Any) -> None:
    assert client.get_block_metadata(decode=True).value


def test_a_value(client: Any) -> None:
    assert client.query("Balances", "TotalIssuance").value >= ISSUED
    assert client.query("System", "Number").value > 0


def test_an_entry_of_a_map(client: Any, bob: Any) -> None:
    account = client.query("System", "Account", [bob.ss58_address]).value

    assert account["providers"] == 1
    assert account["data"]["free"] > 10**15


def test_an_absent_entry_is_the_default_or_nothing(client: Any) -> None:
    assert client.query("System", "Account", ["0x" + "11" * 32]).value["nonce"] == 0
    assert client.query("Hrmp", "HrmpChannels", [{"sender": 1, "recipient": 2}]).value is None


def test_an_item_that_is_not_there(client: Any) -> None:
    with pytest.raises(StorageFunctionNotFound):
        client.query("Hrmp", "NoSuchItem")


def test_a_value_at_an_earlier_block(client: Any) -> None:
    first = client.get_block_hash(1)

    assert client.query("System", "Number", block_hash=first).value == 1


def test_a_value_at_genesis(client: Any) -> None:
    genesis = client.get_block_hash(0)

    assert client.query("Sudo", "Key", block_hash=genesis).value.startswith("5Grwva")


def test_several_values_at_once(client: Any, alice: Any, bob: Any) -> None:
    keys = [client.create_storage_key("System", "Account", [each.ss58_address]) for each in (alice, bob)]
    keys.append(client.create_storage_key("Paras", "Parachains"))

    found = client.query_multi(keys)

    assert [key.pallet for key, _ in found] == ["System", "System", "Paras"]
    assert found[2][1].value == [2000, 2001]


@pytest.mark.parametrize("page_size", [1, 3, 8, 100])
def test_a_map_in_pages(client: Any, page_size: int) -> None:
    accounts = list(client.query_map("System", "Account", page_size=page_size))

    assert len(accounts) >= 8
    assert sum(each["data"]["free"].value + each["data"]["reserved"].value for _, each in accounts) > ISSUED


def test_a_map_by_para_id(client: Any) -> None:
    lifecycles = {key.value: found.value for key, found in client.query_map("Paras", "ParaLifecycles")}

    assert lifecycles == {2000: "Parachain", 2001: "Parachain"}


def test_at_most_so_many_of_a_map(client: Any) -> None:
    assert len(list(client.query_map("System", "Account", max_results=3, page_size=2))) == 3


def test_constants(client: Any) -> None:
    assert client.get_constant("Balances", "ExistentialDeposit").value == 10**10
    assert client.get_constant("System", "SS58Prefix").value == 42
    assert client.get_constant("System", "BlockHashCount").value == 4096


def test_all_constants_decode(client: Any) -> None:
    assert len(client.get_metadata_constants()) > 5


def test_runtime_calls(client: Any, alice: Any) -> None:
    assert client.runtime_call("Core", "version").value["spec_name"] == "paseo"
    nonce = client.runtime_call("AccountNonceApi", "account_nonce", [alice.ss58_address]).value
    assert nonce == client.query("System", "Account", [alice.ss58_address]).value["nonce"]


def test_a_header_hashes_to_its_block_s_hash(client: Any) -> None:
    head = client.get_chain_head()
    header = client.rpc_request("chain_getHeader", [head])["result"]

    rebuilt = Header(
        Hash(bytes.fromhex(header["parentHash"][2:])),
        int(header["number"], 16),
        Hash(bytes.fromhex(header["stateRoot"][2:])),
        Hash(bytes.fromhex(header["extrinsicsRoot"][2:])),
        Digest(),
    )
    assert header["digest"]["logs"] == []
    assert "0x" + blake2_256(HEADER.encode(rebuilt)).hex() == head


def test_a_block_with_its_inherents(client: Any) -> None:
    block = client.get_block(block_number=1)

    calls = [each.value["call"] for each in block["extrinsics"]]
    assert [(each["call_module"], each["call_function"]) for each in calls] == [
        ("Timestamp", "set"),
        ("ParaInherent", "enter"),
    ]
    assert block["header"]["number"] == 1


def test_a_block_that_is_not_there(client: Any) -> None:
    assert client.get_block(block_number=10**6) is None


def test_the_header_of_the_final_block_and_its_author(client: Any) -> None:
    header = client.get_block_header(finalized_only=True)
    assert header["header"]["number"] > 0

    assert client.get_block(include_author=True)["header"]["number"] > 0


def test_the_events_of_a_block(client: Any) -> None:
    events = client.get_events(client.get_block_hash(1))

    assert [each.value["event_id"] for each in events] == ["ExtrinsicSuccess", "ExtrinsicSuccess"]


def test_hashes_and_numbers_of_blocks(client: Any) -> None:
    first = client.get_block_hash(1)

    assert client.get_block_number(first) == 1
    assert client.rpc_request("chain_getBlockHash", ["0x1"])["result"] == first
    assert client.rpc_request("chain_getBlockHash", [[0, 1]])["result"][1] == first
    assert client.rpc_request("chain_getBlockHash", [10**6])["result"] is None
    assert client.get_block_header(client.get_block_hash(0))["header"]["parentHash"] == "0x" + "00" * 32


def test_a_proof_holds_against_the_header_s_state_root(client: Any) -> None:
    head = client.get_chain_head()
    keys = [
        bytes(client.create_storage_key("Paras", "Parachains").data),
        bytes(client.create_storage_key("Paras", "Heads", [2000]).data),
        bytes(client.create_storage_key("Paras", "Heads", [9]).data),
    ]

    answer = client.rpc_request("state_getReadProof", [["0x" + key.hex() for key in keys], head])["result"]

    root = bytes.fromhex(client.get_block_header(head)["header"]["stateRoot"][2:])
    shown = read_proof(root, [bytes.fromhex(each[2:]) for each in answer["proof"]], keys)
    assert answer["at"] == head
    assert shown[keys[0]] == bytes.fromhex("08d0070000d1070000")
    assert shown[keys[1]] == bytes(client.query("Paras", "Heads", [2000], block_hash=head).data.data)
    assert shown[keys[2]] is None


def test_fees_of_an_unsigned_guess(client: Any, alice: Any, bob: Any) -> None:
    call = client.compose_call("Balances", "transfer_keep_alive", {"dest": bob.ss58_address, "value": 1})

    fee = client.get_payment_info(call, alice)

    assert fee["class"] == "Normal"
    assert 10**8 < fee["partialFee"] < 2 * 10**8


def test_fees_by_the_older_method(client: Any, alice: Any, bob: Any) -> None:
    call = client.compose_call("Balances", "transfer_keep_alive", {"dest": bob.ss58_address, "value": 1})
    extrinsic = str(client.create_signed_extrinsic(call, alice).data)

    told = client.rpc_request("payment_queryInfo", [extrinsic])["result"]
    parts = client.rpc_request("payment_queryFeeDetails", [extrinsic])["result"]["inclusionFee"]

    assert told["class"] == "normal"
    assert int(told["partialFee"]) == sum(int(each, 16) for each in parts.values())


def test_the_next_nonce_by_the_older_method(client: Any, alice: Any) -> None:
    assert client.rpc_request("system_accountNextIndex", [alice.ss58_address])["result"] >= 0


def test_an_unknown_method_in_the_words_that_clients_compare(client: Any) -> None:
    with pytest.raises(SubstrateRequestException) as refused:
        client.rpc_request("no_such_method", [])

    assert refused.value.args[0]["code"] == -32601
    assert refused.value.args[0]["message"] == "Method not found"


def test_an_unknown_runtime_function(client: Any) -> None:
    with pytest.raises(SubstrateRequestException, match="Exported method No_such is not found"):
        client.rpc_request("state_call", ["No_such", "0x"])
