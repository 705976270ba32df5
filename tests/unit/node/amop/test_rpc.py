"""What a node tells of itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from node.amop.rpc import Rpc
from tests.support import amop_bytes as wire
from tests.support.amop_world import World, identity


def ask(world: World, method: object, *params: object, may_cut: bool = False) -> Any:
    rpc = Rpc(world.hubs[0], lambda: world.now, may_cut=may_cut)
    asked = {"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}
    return json.loads(rpc.answer(json.dumps(asked).encode()))


def test_the_version_has_the_members_that_genuine_clients_look_for() -> None:
    told = ask(World(1), "getClientVersion")

    result = told["result"]
    assert (told["id"], told["jsonrpc"]) == (7, "2.0")
    assert result.keys() == {
        "Build Time", "Build Type", "Chain Id", "FISCO-BCOS Version", "Git Branch", "Git Commit Hash",
        "Supported Version",
    }  # fmt: skip
    assert result["Chain Id"] == "1"
    assert len([int(part) for part in result["Supported Version"].split(".")]) == 3
    assert "gm" not in result["FISCO-BCOS Version"]


def test_a_question_without_params_is_answered_over_the_channel() -> None:
    world = World(1)
    world.hubs[0].answer_rpc = Rpc(world.hubs[0], lambda: world.now).answer
    client = world.client(0)

    client.send(wire.frame(wire.RPC, wire.seq(4), b'{"jsonrpc":"2.0","id":1,"method":"getClientVersion"}'))

    told = client.heard[-1]
    assert (told.kind, told.seq, told.json["id"]) == (wire.RPC, wire.seq(4), 1)


def test_holders_out_of_reach_are_not_shown() -> None:
    world = World(3, [(0, 1), (1, 2)])
    world.client(1, "near")
    world.client(2, "far")
    world.run(1)

    world.cut(1, 2)
    world.run(1)

    topics = ask(world, "amop_status")["result"]["topics"]
    assert topics == [{"topic": "near", "here": 0, "nodes": [identity(1).hex()]}]


def test_the_status_names_links_routes_and_topics() -> None:
    world = World(3, [(0, 1), (1, 2)])
    world.client(0, "here")
    world.client(2, "there", "here")
    world.run(1)

    told = ask(world, "amop_status")["result"]

    far, near = identity(2).hex(), identity(1).hex()
    assert (told["node"], told["name"], told["sessions"]) == (identity(0).hex(), "node0", 1)
    assert [link["node"] for link in told["links"]] == [near]
    assert told["routes"] == [
        {"node": near, "hops": 1, "through": near},
        {"node": far, "hops": 2, "through": near},
    ]
    assert told["topics"] == [
        {"topic": "here", "here": 1, "nodes": [far]},
        {"topic": "there", "here": 0, "nodes": [far]},
    ]
    assert told["names"] == {identity(number).hex(): f"node{number}" for number in range(3)}


def test_links_are_cut_only_where_that_is_allowed() -> None:
    world = World(2, [(0, 1)])
    peer = identity(1).hex()

    refused = ask(world, "amop_cut", peer, 5)
    allowed = ask(world, "amop_cut", peer, 5, may_cut=True)
    unknown = ask(world, "amop_cut", "00" * 32, 5, may_cut=True)

    assert refused["error"] == {"code": -32001, "message": "this node does not let its clients cut links"}
    assert (allowed["result"], unknown["result"]) == (True, False)


def test_a_cut_can_be_healed_before_its_time() -> None:
    world = World(2, [(0, 1)])
    peer = identity(1).hex()
    ask(world, "amop_cut", peer, 60, may_cut=True)
    world.run(1)

    healed = ask(world, "amop_heal", peer, may_cut=True)
    world.connect(1, 0)
    world.run(0.1)

    assert healed["result"]
    assert not ask(world, "amop_heal", peer, may_cut=True)["result"]
    assert identity(1) in world.hubs[0].neighbours.links
    assert ask(world, "amop_heal", may_cut=True)["error"]["code"] == -32602
    assert ask(world, "amop_heal", peer)["error"]["code"] == -32001


@pytest.mark.parametrize("params", [[], ["zz", 5], ["00", -1], ["00", 1e9], [1, 2], ["00", "5"]])
def test_a_cut_needs_a_node_and_seconds(params: list[object]) -> None:
    assert ask(World(1), "amop_cut", *params, may_cut=True)["error"]["code"] == -32602


@pytest.mark.parametrize("text", [b"", b"{", b"[" * 60_000, b"\xff", b"9" * 5000])
def test_what_is_no_json_is_told_so(text: bytes) -> None:
    told = json.loads(Rpc(World(1).hubs[0], lambda: 0.0).answer(text))

    assert told == {"id": None, "jsonrpc": "2.0", "error": {"code": -32600, "message": "no JSON"}}


def test_a_long_request_is_not_read() -> None:
    told = json.loads(Rpc(World(1).hubs[0], lambda: 0.0).answer(b" " * 65_537))

    assert told["error"] == {"code": -32600, "message": "a request has at most 65536 bytes, found 65537"}


@pytest.mark.parametrize(
    ("text", "code"), [(b"[]", -32600), (b'{"method":1}', -32600), (b'{"method":"x"}', -32601)]
)
def test_other_questions_get_an_error(text: bytes, code: int) -> None:
    told = json.loads(Rpc(World(1).hubs[0], lambda: 0.0).answer(text))

    assert told["error"]["code"] == code
