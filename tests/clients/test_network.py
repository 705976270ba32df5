"""A stock client and a network of a relay chain with two parachains: one with assets, one as recorded.

The channel between the parachains is asked for and accepted by programs that they send up, as on any public
network; then a program goes across.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from substrateinterface import SubstrateInterface

from node.network import Network
from node.rpc.server import network_servers, running
from primitives import relay_keys
from primitives.candidates import HeadData
from primitives.hashing import blake2_256
from primitives.ids import ParaId
from primitives.scale.derive import codec

ASSETS, BULLETIN = 2000, 2001
PATIENCE = 20.0
"""Seconds in which a message has to arrive."""

ENOUGH = 10**11


class Clients:
    """A client of each chain."""

    def __init__(self, relay: Any, paras: dict[int, Any]) -> None:
        self.relay, self.paras = relay, paras


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    network, complaints = Network(), list[str]()
    for node in network.nodes:
        node.complain = complaints.append
    servers = network_servers(network, 0, 0.5)
    with running(*servers):
        connected = [SubstrateInterface(f"ws://127.0.0.1:{each.port}") for each in servers]
        for each in connected:
            each.init_runtime()
        relay, *paras = connected
        yield Clients(relay, dict(zip((ASSETS, BULLETIN), paras, strict=True)))
        for each in connected:
            each.close()
    assert not complaints


def included(client: Any, call: Any, signer: Any) -> Any:
    """The receipt of a call that is in a block and went well, and so did what a `sudo` around it ran."""
    receipt = client.submit_extrinsic(client.create_signed_extrinsic(call, signer), wait_for_inclusion=True)
    assert receipt.is_success
    assert all("Ok" in each["attributes"]["sudo_result"] for each in told(receipt, "Sudid"))
    return receipt


def told(receipt: Any, event: str) -> list[Any]:
    return [each.value for each in receipt.triggered_events if each.value["event_id"] == event]


def eventually(look: Callable[[], Any]) -> Any:
    """What is found as soon as there is anything."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never came")


def a_call_elsewhere(parents: int, kind: str, call: Any) -> list[Any]:
    """Instructions that pay with the sender's money over there and make a call; the relay chain's token is
    so many steps up from there.
    """
    price = {"id": {"parents": parents, "interior": "Here"}, "fun": {"Fungible": ENOUGH}}
    encoded = {"encoded": "0x" + bytes(call.data.data).hex()}
    return [
        {"WithdrawAsset": [[price]]},
        {"BuyExecution": {"fees": price, "weight_limit": "Unlimited"}},
        {"Transact": {"origin_kind": kind, "fallback_max_weight": None, "call": encoded}},
    ]


def send(client: Any, dest: dict[str, Any], instructions: list[Any]) -> Any:
    """A call by which the chain itself sends a program."""
    arguments = {"dest": {"V5": dest}, "message": {"V5": [instructions]}}
    return client.compose_call(
        "Sudo", "sudo", {"call": client.compose_call("PolkadotXcm", "send", arguments)}
    )


@pytest.mark.parametrize(("para", "name"), [(ASSETS, "crosslane-assets"), (BULLETIN, "bulletin-paseo")])
def test_a_client_knows_each_parachain_by_its_metadata(clients: Clients, para: int, name: str) -> None:
    client = clients.paras[para]

    assert client.chain == f"Crosslane Parachain {para}"
    assert client.rpc_request("state_getRuntimeVersion", [])["result"]["specName"] == name
    assert client.query("ParachainInfo", "ParachainId").value == para
    modules = {each.name for each in client.metadata.pallets}
    assert {"ParachainSystem", "XcmpQueue", "PolkadotXcm", "MessageQueue"} <= modules
    assert ("Assets" in modules) is (para == ASSETS)
    versions = client.rpc_request("state_call", ["Metadata_metadata_versions", "0x"])["result"]
    assert versions == "0x080e0000000f000000"
    fifteen = client.rpc_request("state_call", ["Metadata_metadata_at_version", "0x0f000000"])["result"]
    assert b"meta\x0f" in bytes.fromhex(fifteen[2:])[:16]


@pytest.mark.parametrize("para", [ASSETS, BULLETIN])
def test_a_transfer_on_a_parachain(clients: Clients, alice: Any, bob: Any, para: int) -> None:
    client = clients.paras[para]
    transfer = {"dest": bob.ss58_address, "value": 10**12}
    call = client.compose_call("Balances", "transfer_keep_alive", transfer)
    before = client.query("System", "Account", [bob.ss58_address]).value["data"]["free"]
    fee = client.get_payment_info(call, alice)["partialFee"]

    receipt = included(client, call, alice)

    assert client.query("System", "Account", [bob.ss58_address]).value["data"]["free"] == before + 10**12
    assert [each["attributes"]["actual_fee"] for each in told(receipt, "TransactionFeePaid")] == [fee]


def test_the_relay_chain_knows_the_newest_block_of_a_parachain(clients: Clients, alice: Any) -> None:
    client, key = clients.paras[BULLETIN], "0x" + relay_keys.para_head(ParaId(BULLETIN)).hex()
    included(client, client.compose_call("System", "remark", {"remark": "0x07"}), alice)

    stored = clients.relay.rpc_request("state_getStorage", [key])["result"]

    head = codec(HeadData).decode(bytes.fromhex(stored[2:]))
    found = client.rpc_request("chain_getHeader", ["0x" + blake2_256(head).hex()])["result"]
    assert int(found["number"], 16) > 0


def test_assets_are_created_minted_and_transferred(clients: Clients, alice: Any, bob: Any) -> None:
    client = clients.paras[ASSETS]
    created = {"id": 7, "admin": alice.ss58_address, "min_balance": 10}
    minted = {"id": 7, "beneficiary": alice.ss58_address, "amount": 1_000}
    moved = {"id": 7, "target": bob.ss58_address, "amount": 400}

    included(client, client.compose_call("Assets", "create", created), alice)
    included(client, client.compose_call("Assets", "mint", minted), alice)
    receipt = included(client, client.compose_call("Assets", "transfer", moved), alice)

    assert told(receipt, "Transferred")[0]["attributes"]["amount"] == 400
    assert client.query("Assets", "Account", [7, bob.ss58_address]).value["balance"] == 400
    assert client.query("Assets", "Asset", [7]).value["supply"] == 1_000


def test_a_channel_is_opened_and_a_message_goes_across(clients: Clients, alice: Any) -> None:
    relay, sender, recipient = clients.relay, clients.paras[ASSETS], clients.paras[BULLETIN]
    parent = {"parents": 1, "interior": "Here"}
    request = {"recipient": BULLETIN, "proposed_max_capacity": 8, "proposed_max_message_size": 1_024}
    asks = relay.compose_call("Hrmp", "hrmp_init_open_channel", request)
    accepts = relay.compose_call("Hrmp", "hrmp_accept_open_channel", {"sender": ASSETS})
    channel = [{"sender": ASSETS, "recipient": BULLETIN}]

    included(sender, send(sender, parent, a_call_elsewhere(0, "Native", asks)), alice)
    eventually(lambda: relay.query("Hrmp", "HrmpOpenChannelRequests", channel).value)
    included(recipient, send(recipient, parent, a_call_elsewhere(0, "Native", accepts)), alice)
    opened = eventually(lambda: relay.query("Hrmp", "HrmpChannels", channel).value)
    assert (opened["max_capacity"], opened["max_message_size"]) == (8, 1_024)

    remark = recipient.compose_call("System", "remark_with_event", {"remark": "across"})
    sibling = {"parents": 1, "interior": {"X1": [{"Parachain": BULLETIN}]}}
    first = recipient.get_block_number(recipient.get_chain_head())
    included(sender, send(sender, sibling, a_call_elsewhere(1, "SovereignAccount", remark)), alice)

    found = eventually(lambda: remarked(recipient, first))
    assert found["sender"] == recipient.ss58_encode(b"sibl" + ASSETS.to_bytes(4, "little") + bytes(24))
    assert found["hash"] == "0x" + blake2_256(b"across").hex()


def remarked(client: Any, first: int) -> Any:
    """A remark with an event in a block from the one with this number on."""
    last = client.get_block_number(client.get_chain_head())
    for number in range(first, last + 1):
        for each in client.get_events(client.get_block_hash(number)):
            if each.value["event_id"] == "Remarked":
                return each.value["attributes"]
    return None
