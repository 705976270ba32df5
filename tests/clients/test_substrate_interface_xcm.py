"""Programs that py-substrate-interface writes by our metadata, sends and has run, and what it reads of them.

Two faults of the client show in any chain's XCM. It writes what wraps one list without a name, such as a
program, only from a list that holds that list, though it reads it without. And it looks errors up by their
place among those there are, not by their index: XcmPallet's indices have a gap behind the 20th.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from substrateinterface import SubstrateInterface

from node.rpc.server import Server, running
from node.service import Node
from pallets.xcm_pallet_items import Error
from xcm.instructions import ClearOrigin, SetTopic, Trap
from xcm.program import Xcm
from xcm.versions import decode_versioned_xcm, encode_versioned_xcm

ENOUGH = {"ref_time": 10**10, "proof_size": 10**6}

PARA = {
    3: {"V3": {"parents": 0, "interior": {"X1": {"Parachain": 2000}}}},
    4: {"V4": {"parents": 0, "interior": {"X1": [{"Parachain": 2000}]}}},
    5: {"V5": {"parents": 0, "interior": {"X1": [{"Parachain": 2000}]}}},
}
"""A parachain's location, as each version has it."""

every_version = pytest.mark.parametrize("version", PARA)


@pytest.fixture(scope="module")
def client() -> Iterator[Any]:
    """Of a node of its own: other tests have no say in which versions are known."""
    with (
        running(Server(Node(), block_time=0.25)) as server,
        SubstrateInterface(f"ws://127.0.0.1:{server.port}") as connected,
    ):
        connected.init_runtime()
        yield connected


def program(version: int, *instructions: object) -> dict[str, Any]:
    """A program as the client takes it: a list in a list."""
    return {f"V{version}": [list(instructions)]}


def send(client: Any, version: int) -> Any:
    message = program(version, "ClearOrigin", {"Trap": version})
    return client.compose_call("XcmPallet", "send", {"dest": PARA[version], "message": message})


def as_root(client: Any, module: str, function: str, arguments: dict[str, Any]) -> Any:
    return client.compose_call("Sudo", "sudo", {"call": client.compose_call(module, function, arguments)})


def included(client: Any, call: Any, signer: Any) -> Any:
    """The receipt of a call that is in a block, and that a `sudo` around it ran."""
    extrinsic = client.create_signed_extrinsic(call, signer)
    receipt = client.submit_extrinsic(extrinsic, wait_for_inclusion=True)
    results = [each["attributes"]["sudo_result"] for each in told(receipt, "Sudid")]
    assert all("Ok" in each for each in results)
    return receipt


def told(receipt: Any, event: str) -> list[Any]:
    values = (each.value for each in receipt.triggered_events)
    return [each for each in values if each["event_id"] == event]


def arrived(client: Any, para: int, receipt: Any) -> tuple[int, Xcm]:
    """The last message for a parachain, which came in this block: its version and program."""
    waiting = client.query("Dmp", "DownwardMessageQueues", [para], block_hash=receipt.block_hash).value
    assert waiting[-1]["sent_at"] == client.get_block_number(receipt.block_hash)
    return decode_versioned_xcm(raw(waiting[-1]["msg"]))


def raw(read: str) -> bytes:
    """The client reads bytes as text where they are any."""
    return bytes.fromhex(read[2:]) if read.startswith("0x") else read.encode()


# ----------------------------------------------------------------------------------------------- sending


@every_version
def test_an_account_sends_a_program(client: Any, alice: Any, version: int) -> None:
    receipt = included(client, send(client, version), alice)

    (sent,) = told(receipt, "Sent")
    seen = sent["attributes"]
    assert receipt.is_success
    assert seen["destination"] == PARA[5]["V5"]
    assert seen["origin"]["interior"]["X1"][0]["AccountId32"]["id"] == "0x" + alice.public_key.hex()
    assert seen["message"] == ["ClearOrigin", {"Trap": version}]
    _, (_, *ours, topic) = arrived(client, 2000, receipt)
    assert ours == [ClearOrigin(), Trap(version)]
    assert topic == SetTopic(bytes.fromhex(seen["message_id"][2:]))


@every_version
def test_the_chain_itself_sends_a_program(client: Any, alice: Any, version: int) -> None:
    call = client.compose_call("Sudo", "sudo", {"call": send(client, version)})

    receipt = included(client, call, alice)

    (sent,) = told(receipt, "Sent")
    assert sent["attributes"]["origin"] == {"parents": 0, "interior": "Here"}
    _, (*ours, _) = arrived(client, 2000, receipt)
    assert ours == [ClearOrigin(), Trap(version)]


@every_version
def test_a_program_goes_down_as_it_is(client: Any, alice: Any, version: int) -> None:
    xcm = program(version, {"Trap": 7}, {"DescendOrigin": "Here"}, {"ClearTopic": None})
    arguments = {"id": 2001, "xcm": xcm}
    call = as_root(client, "ParaSudoWrapper", "sudo_queue_downward_xcm", arguments)

    receipt = included(client, call, alice)

    spoken, found = arrived(client, 2001, receipt)
    assert spoken == version
    assert encode_versioned_xcm(version, found).hex() == f"{version:02x}0c191c0b002d"


def test_an_instruction_of_the_newest_version_is_unknown_to_an_older_one(client: Any) -> None:
    pay = {"PayFees": {"asset": {"id": {"parents": 0, "interior": "Here"}, "fun": {"Fungible": 1}}}}
    arguments = {"message": program(5, pay), "max_weight": ENOUGH}
    assert client.compose_call("XcmPallet", "execute", arguments)

    with pytest.raises(ValueError, match="Value 'PayFees' not present in type_mapping of this enum"):
        client.compose_call("XcmPallet", "execute", {**arguments, "message": program(4, pay)})


def test_the_client_wants_a_program_in_a_list(client: Any) -> None:
    arguments = {"message": {"V5": ["ClearOrigin", {"Trap": 7}]}, "max_weight": ENOUGH}

    with pytest.raises(ValueError, match="Element count of value"):
        client.compose_call("XcmPallet", "execute", arguments)


# ----------------------------------------------------------------------------------------------- running


def test_a_program_is_run_and_its_outcome_told(client: Any, alice: Any) -> None:
    arguments = {"message": program(5, "ClearOrigin"), "max_weight": ENOUGH}
    call = client.compose_call("XcmPallet", "execute", arguments)

    receipt = included(client, call, alice)

    (attempted,) = told(receipt, "Attempted")
    used = attempted["attributes"]["outcome"]["Complete"]["used"]
    assert used == {"ref_time": 950_000, "proof_size": 0}


def test_a_program_that_fails_tells_an_error_that_the_client_does_not_find(client: Any) -> None:
    errors = {
        each.value["index"]: each.name for each in client.metadata.get_metadata_pallet("XcmPallet").errors
    }
    last = Error.LocalExecutionIncompleteWithError

    assert errors[last.value] == last.name
    assert 20 not in errors
    with pytest.raises(IndexError):
        client.metadata.get_module_error(99, last.value)


def test_a_block_with_a_program_is_read_again(client: Any, alice: Any) -> None:
    receipt = included(client, send(client, 4), alice)

    extrinsic = client.get_block(receipt.block_hash)["extrinsics"][receipt.extrinsic_idx].value

    arguments = {each["name"]: each["value"] for each in extrinsic["call"]["call_args"]}
    assert arguments == {"dest": PARA[4], "message": {"V4": ["ClearOrigin", {"Trap": 4}]}}


# ----------------------------------------------------------------------------------------------- storage


def test_versions_of_places_are_read_from_storage(client: Any, alice: Any) -> None:
    place = {"parents": 0, "interior": {"X1": [{"Parachain": 2001}]}}
    arguments = {"location": place, "version": 4}

    receipt = included(client, as_root(client, "XcmPallet", "force_xcm_version", arguments), alice)

    (changed,) = told(receipt, "SupportedVersionChanged")
    assert changed["attributes"] == {"location": place, "version": 4}
    assert client.query("XcmPallet", "SupportedVersion", [5, {"V5": place}]).value == 4
    entries = [
        (key.value, found.value) for key, found in client.query_map("XcmPallet", "SupportedVersion", [5])
    ]
    assert ({"V5": place}, 4) in entries


def test_what_is_asked_of_a_place_is_read_from_storage(client: Any, alice: Any) -> None:
    place = {"V5": {"parents": 0, "interior": {"X1": [{"Parachain": 2001}]}}}
    subscribe = "force_subscribe_version_notify", {"location": place}

    receipt = included(client, as_root(client, "XcmPallet", *subscribe), alice)

    (asked,) = told(receipt, "VersionNotifyRequested")
    assert asked["attributes"]["destination"] == place["V5"]
    number = client.query("XcmPallet", "VersionNotifiers", [5, place]).value
    status = client.query("XcmPallet", "Queries", [number]).value
    assert status == {"VersionNotifier": {"origin": place, "is_active": False}}
    assert client.query("XcmPallet", "QueryCounter").value > number


def test_single_values_and_constants(client: Any) -> None:
    assert client.query("XcmPallet", "SafeXcmVersion").value == 5
    assert client.query("XcmPallet", "CurrentMigration").value is None
    assert client.get_constant("XcmPallet", "AdvertisedXcmVersion").value == 5
    here = {"X1": [{"GlobalConsensus": "Polkadot"}]}
    assert client.get_constant("XcmPallet", "UniversalLocation").value == here
