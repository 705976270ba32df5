"""What py-substrate-interface signs and sends, over WebSocket and over HTTP."""

from __future__ import annotations

import time
from typing import Any

import pytest
from substrateinterface import Keypair, KeypairType
from substrateinterface.exceptions import SubstrateRequestException

TOKEN = 10**10


def transfer(client: Any, to: Any, amount: int = TOKEN) -> Any:
    return client.compose_call("Balances", "transfer_keep_alive", {"dest": to.ss58_address, "value": amount})


@pytest.fixture
def newcomer() -> Any:
    """A new account, which has nothing."""
    return Keypair.create_from_uri(f"//newcomer{time.monotonic_ns()}")


def refusal(client: Any, extrinsic: Any) -> tuple[int, str]:
    """Code and reason with which an extrinsic is refused."""
    with pytest.raises(SubstrateRequestException) as refused:
        client.submit_extrinsic(extrinsic)
    error = refused.value.args[0]
    assert error["message"] in {"Invalid Transaction", "Transaction Already Imported"}
    return error["code"], error["data"]


def until(found: Any) -> Any:
    """What `found` gives, as soon as it is something."""
    deadline = time.monotonic() + 5
    while not (result := found()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return result


@pytest.mark.parametrize("era", [None, {"period": 64}])
def test_a_transfer_is_sent_and_lands(client: Any, alice: Any, newcomer: Any, era: Any) -> None:
    extrinsic = client.create_signed_extrinsic(transfer(client, newcomer), alice, era=era and dict(era))

    receipt = client.submit_extrinsic(extrinsic)

    assert receipt.extrinsic_hash == "0x" + extrinsic.extrinsic_hash.hex()
    found = until(lambda: client.query("System", "Account", [newcomer.ss58_address]).value["data"]["free"])
    assert found == TOKEN


def test_waiting_for_the_block(socket_client: Any, alice: Any, newcomer: Any) -> None:
    extrinsic = socket_client.create_signed_extrinsic(transfer(socket_client, newcomer), alice)

    receipt = socket_client.submit_extrinsic(extrinsic, wait_for_inclusion=True)

    assert receipt.is_success
    assert receipt.extrinsic_idx == 2
    assert receipt.total_fee_amount == 195_714_784
    assert "Transfer" in {each.value["event_id"] for each in receipt.triggered_events}
    block = socket_client.get_block(receipt.block_hash)
    assert block["extrinsics"][2].value["extrinsic_hash"] == receipt.extrinsic_hash


def test_waiting_for_finality(socket_client: Any, alice: Any, newcomer: Any) -> None:
    extrinsic = socket_client.create_signed_extrinsic(transfer(socket_client, newcomer), alice, tip=7)

    receipt = socket_client.submit_extrinsic(extrinsic, wait_for_finalization=True)

    assert receipt.finalized
    assert receipt.is_success


def test_a_call_that_fails_tells_the_pallet_s_error(socket_client: Any, bob: Any) -> None:
    call = socket_client.compose_call(
        "Sudo", "sudo", {"call": socket_client.compose_call("System", "remark", {"remark": "0x"})}
    )

    extrinsic = socket_client.create_signed_extrinsic(call, bob)
    receipt = socket_client.submit_extrinsic(extrinsic, wait_for_inclusion=True)

    assert not receipt.is_success
    assert receipt.error_message["name"] == "RequireSudo"
    assert receipt.error_message["docs"]


def test_a_receipt_is_found_again(socket_client: Any, alice: Any, newcomer: Any) -> None:
    extrinsic = socket_client.create_signed_extrinsic(transfer(socket_client, newcomer), alice)
    receipt = socket_client.submit_extrinsic(extrinsic, wait_for_inclusion=True)
    number = socket_client.get_block_number(receipt.block_hash)

    again = socket_client.retrieve_extrinsic_by_identifier(f"{number}-{receipt.extrinsic_idx}")

    assert again.is_success


def test_an_ed25519_key_signs_as_well(client: Any, alice: Any) -> None:
    signer = Keypair.create_from_mnemonic(Keypair.generate_mnemonic(), crypto_type=KeypairType.ED25519)
    fund = client.create_signed_extrinsic(transfer(client, signer, 100 * TOKEN), alice)
    client.submit_extrinsic(fund)
    until(lambda: client.query("System", "Account", [signer.ss58_address]).value["data"]["free"])

    client.submit_extrinsic(client.create_signed_extrinsic(transfer(client, alice), signer))

    assert until(lambda: client.query("System", "Account", [signer.ss58_address]).value["nonce"]) == 1


def test_a_second_time_is_outdated(socket_client: Any, alice: Any, newcomer: Any) -> None:
    extrinsic = socket_client.create_signed_extrinsic(transfer(socket_client, newcomer), alice)
    socket_client.submit_extrinsic(extrinsic, wait_for_inclusion=True)

    assert refusal(socket_client, extrinsic) == (1010, "Transaction is outdated")


def test_an_account_without_money_is_refused(client: Any, alice: Any, newcomer: Any) -> None:
    extrinsic = client.create_signed_extrinsic(transfer(client, alice), newcomer, nonce=0)

    expected = "Inability to pay some fees (e.g. account balance too low)"
    assert refusal(client, extrinsic) == (1010, expected)


def test_a_signature_by_another_key_is_refused(client: Any, alice: Any, bob: Any) -> None:
    call = transfer(client, bob)
    signature = client.generate_signature_payload(call, nonce=10**6)
    forged = client.create_signed_extrinsic(call, alice, nonce=10**6, signature=bob.sign(signature))

    assert refusal(client, forged) == (1010, "Transaction has a bad signature")


def test_a_nonce_ahead_waits_as_future(socket_client: Any, newcomer: Any, alice: Any) -> None:
    fund = socket_client.create_signed_extrinsic(transfer(socket_client, newcomer, 100 * TOKEN), alice)
    socket_client.submit_extrinsic(fund, wait_for_inclusion=True)
    call = transfer(socket_client, alice)
    later, first = (socket_client.create_signed_extrinsic(call, newcomer, nonce=nonce) for nonce in (1, 0))

    socket_client.submit_extrinsic(later)
    assert refusal(socket_client, later)[0] == 1013
    receipt = socket_client.submit_extrinsic(first, wait_for_inclusion=True)

    assert receipt.is_success
    assert socket_client.query("System", "Account", [newcomer.ss58_address]).value["nonce"] == 2


def test_what_waits_is_told(client: Any) -> None:
    assert client.retrieve_pending_extrinsics() == []


def test_bytes_that_are_no_extrinsic_are_refused(client: Any) -> None:
    with pytest.raises(SubstrateRequestException) as refused:
        client.rpc_request("author_submitExtrinsic", ["0x280403000b"])

    assert refused.value.args[0]["code"] == 1010
    assert refused.value.args[0]["data"].startswith("Transaction call is not expected")


def test_a_dry_run_changes_nothing(client: Any, alice: Any, newcomer: Any) -> None:
    extrinsic = client.create_signed_extrinsic(transfer(client, newcomer), alice)

    outcome = client.rpc_request("system_dryRun", [str(extrinsic.data)])["result"]

    assert outcome == "0x0000"
    assert client.query("System", "Account", [newcomer.ss58_address]).value["providers"] == 0


def test_a_batch_with_sudo_opens_a_channel(socket_client: Any, alice: Any) -> None:
    ends = {"sender": 2001, "recipient": 2000}
    request = socket_client.compose_call(
        "Hrmp", "force_open_hrmp_channel", ends | {"max_capacity": 4, "max_message_size": 512}
    )
    call = socket_client.compose_call("Sudo", "sudo", {"call": request})
    batch = socket_client.compose_call("Utility", "batch_all", {"calls": [call]})
    receipt = socket_client.submit_extrinsic(
        socket_client.create_signed_extrinsic(batch, alice), wait_for_inclusion=True
    )
    assert receipt.is_success

    channel = until(lambda: socket_client.query("Hrmp", "HrmpChannels", [ends]).value)

    assert (channel["max_capacity"], channel["max_message_size"]) == (4, 512)
    waiting = socket_client.query("Dmp", "DownwardMessageQueues", [2000]).value
    assert len(waiting) >= 1
