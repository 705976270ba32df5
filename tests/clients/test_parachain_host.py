"""What a stock client is answered that follows parachains, once it is told the functions of `ParachainHost`.

substrate-interface comes without them; whoever wants them gives it a table like the one here.
"""

from __future__ import annotations

from typing import Any, Final

import pytest

from node.devnet import CONFIGURATION, Devnet
from primitives.hashing import blake2_256

WORDS: Final = {
    "OccupiedCoreAssumption": {"type": "enum", "value_list": ["Included", "TimedOut", "Free"]},
    "PersistedValidationData": {
        "type": "struct",
        "type_mapping": [
            ["parent_head", "Bytes"],
            ["relay_parent_number", "u32"],
            ["relay_parent_storage_root", "H256"],
            ["max_pov_size", "u32"],
        ],
    },
    "InboundDownwardMessage": {"type": "struct", "type_mapping": [["sent_at", "u32"], ["msg", "Bytes"]]},
    "InboundHrmpMessage": {"type": "struct", "type_mapping": [["sent_at", "u32"], ["data", "Bytes"]]},
    "CandidateCommitments": {
        "type": "struct",
        "type_mapping": [
            ["upward_messages", "Vec<Bytes>"],
            ["horizontal_messages", "Vec<(u32, Bytes)>"],
            ["new_validation_code", "Option<Bytes>"],
            ["head_data", "Bytes"],
            ["processed_downward_messages", "u32"],
            ["hrmp_watermark", "u32"],
        ],
    },
}
PARA, ASSUMPTION = (
    {"name": "para_id", "type": "u32"},
    {"name": "assumption", "type": "OccupiedCoreAssumption"},
)


def function(answer: str, *params: dict[str, str]) -> dict[str, object]:
    return {"params": list(params), "type": answer}


FUNCTIONS: Final = {
    "session_index_for_child": function("u32"),
    "validators": function("Vec<[u8; 32]>"),
    "minimum_backing_votes": function("u32"),
    "claim_queue": function("Vec<(u32, Vec<u32>)>"),
    "para_ids": function("Vec<u32>"),
    "persisted_validation_data": function("Option<PersistedValidationData>", PARA, ASSUMPTION),
    "validation_code_hash": function("Option<H256>", PARA, ASSUMPTION),
    "validation_code": function("Option<Bytes>", PARA, ASSUMPTION),
    "check_validation_outputs": function("bool", PARA, {"name": "outputs", "type": "CandidateCommitments"}),
    "dmq_contents": function("Vec<InboundDownwardMessage>", PARA),
    "inbound_hrmp_channels_contents": function("Vec<(u32, Vec<InboundHrmpMessage>)>", PARA),
}


@pytest.fixture
def host(client: Any) -> Any:
    """Asks the functions of ParachainHost, of a client that knows them now."""
    known = client.runtime_config.type_registry["runtime_api"]
    known["ParachainHost"] = {"methods": FUNCTIONS, "types": WORDS}

    def ask(name: str, *arguments: object, block_hash: str | None = None) -> Any:
        return client.runtime_call("ParachainHost", name, list(arguments), block_hash).value

    return ask


def test_the_session_and_its_validators(client: Any, host: Any) -> None:
    authorities = {"0x" + each.hex() for each in Devnet().authorities}

    assert set(host("validators")) == authorities
    at_genesis = client.get_block_hash(0)
    assert host("session_index_for_child", block_hash=at_genesis) == 0
    assert host("minimum_backing_votes") == CONFIGURATION.minimum_backing_votes


def test_the_parachains_and_their_cores(host: Any) -> None:
    assert sorted(host("para_ids")) == [2000, 2001]
    assert host("claim_queue") == [(0, [2000] * 3), (1, [2001] * 3)]


@pytest.mark.parametrize("assumption", ["Included", "TimedOut", "Free"])
def test_what_a_parachain_s_next_block_is_made_from(client: Any, host: Any, assumption: str) -> None:
    best = client.get_chain_head()
    header = client.get_block_header(best)["header"]

    data = host("persisted_validation_data", 2000, assumption, block_hash=best)

    assert data["parent_head"] == client.query("Paras", "Heads", [2000], block_hash=best).value
    assert data["relay_parent_number"] == header["number"]
    assert data["relay_parent_storage_root"] == header["stateRoot"]
    assert data["max_pov_size"] == CONFIGURATION.max_pov_size
    assert host("persisted_validation_data", 9, assumption) is None


def test_a_parachain_s_code_and_its_hash(host: Any) -> None:
    code = b"development parachain 2000"

    assert host("validation_code", 2000, "Free") == code.decode()
    assert host("validation_code_hash", 2000, "Free") == "0x" + blake2_256(code).hex()
    assert host("validation_code_hash", 9, "Free") is None


def test_whether_outputs_would_be_accepted(client: Any, host: Any) -> None:
    best = client.get_chain_head()
    outputs: dict[str, object] = {
        "upward_messages": ["0x01"],
        "horizontal_messages": [],
        "new_validation_code": None,
        "head_data": "0x68656164",
        "processed_downward_messages": 0,
        "hrmp_watermark": client.get_block_number(best),
    }
    assert host("check_validation_outputs", 2000, outputs, block_hash=best)

    outputs["horizontal_messages"] = [(2001, "0x01")]
    assert not host("check_validation_outputs", 2000, outputs, block_hash=best)


def test_what_waits_for_a_parachain(client: Any, host: Any) -> None:
    at_genesis = client.get_block_hash(0)

    assert host("dmq_contents", 2000, block_hash=at_genesis) == []
    assert host("inbound_hrmp_channels_contents", 2000, block_hash=at_genesis) == []
