"""`crosslane demo`: a stock client opens a channel between two parachains on a node of ours.

The client is py-substrate-interface as its authors publish it; it talks to the node over a WebSocket, and
knows of the chain only what the node tells it: the metadata, the storage, the proofs.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any, Final

from node.devnet import Devnet
from node.errors import UserError
from node.service import Node
from node.up import make_server, say
from primitives.trie.proof import read_proof

BLOCK_TIME: Final = 0.2
SENDER, RECIPIENT = 2000, 2001
CHANNEL: Final = {"sender": SENDER, "recipient": RECIPIENT}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Start a node, let the client do its work, and tell about it; 1 if something is not as it should be."""
    if find_spec("substrateinterface") is None:
        raise UserError("this needs substrate-interface: install crosslane with the extra `clients`")
    server = make_server(Node(Devnet()), 0, BLOCK_TIME)
    from substrateinterface import SubstrateInterface  # noqa: PLC0415 - other commands do without

    from node.rpc.server import running  # noqa: PLC0415 - the same

    server.node.complain = say
    with running(server), SubstrateInterface(f"ws://127.0.0.1:{server.port}") as client:
        for line in story(client):
            say(line)
    say("")
    say(f"Now try it yourself: {arguments.program} up")
    say("then, in Python:  SubstrateInterface('ws://127.0.0.1:9944')")
    return 0


def story(client: Any) -> Iterator[str]:
    """Open a channel and look at it, a line for each step; raises `UserError` where something is amiss."""
    from substrateinterface import Keypair  # noqa: PLC0415 - as above

    alice = Keypair.create_from_uri("//Alice")
    client.init_runtime()
    yield f"connected    {client.chain}, {client.name} {client.version}"
    yield f"metadata     {len(client.metadata.pallets)} pallets"

    request = client.compose_call(
        "Hrmp", "force_open_hrmp_channel", CHANNEL | {"max_capacity": 8, "max_message_size": 1024}
    )
    call = client.compose_call("Sudo", "sudo", {"call": request})
    fee = client.get_payment_info(call, alice)["partialFee"]
    yield f"fee          {fee} planck for the sudo call that opens {SENDER} -> {RECIPIENT}"
    receipt = client.submit_extrinsic(client.create_signed_extrinsic(call, alice), wait_for_inclusion=True)
    _must(receipt.is_success, f"the call failed: {receipt.error_message}")
    yield f"in block     {receipt.block_hash}"
    for record in client.get_events(receipt.block_hash):
        yield f"  event      {record.value['module_id']}.{record.value['event_id']}"

    session = client.query("ParasShared", "CurrentSessionIndex").value
    yield f"session      {session}; the channel opens with the next"
    reached = client.query("ParasShared", "CurrentSessionIndex", subscription_handler=_beyond(session))
    yield f"session      {reached}"
    yield from _look(client)


def _beyond(session: int) -> Any:
    """A handler that ends a subscription with the first number above."""
    return lambda found, *_: found.value if found.value > session else None


def _look(client: Any) -> Iterator[str]:
    """The channel as the client sees it, and a proof of it that needs no trust in the node."""
    head = client.get_chain_head()
    for ends, found in client.query_map("Hrmp", "HrmpChannels", block_hash=head):
        channel = found.value
        yield f"channel      {ends.value['sender']} -> {ends.value['recipient']}, room for"
        yield f"             {channel['max_capacity']} messages of {channel['max_message_size']} bytes"

    key = bytes(client.create_storage_key("Hrmp", "HrmpChannels", [CHANNEL]).data)
    answer = client.rpc_request("state_getReadProof", [["0x" + key.hex()], head])["result"]
    nodes = [bytes.fromhex(each[2:]) for each in answer["proof"]]
    root = client.get_block_header(head)["header"]["stateRoot"]
    shown = read_proof(bytes.fromhex(root[2:]), nodes, [key])[key]
    told = client.query("Hrmp", "HrmpChannels", [CHANNEL], block_hash=head)
    _must(shown is not None and shown == bytes(told.data.data), "the proof does not show the channel")
    yield f"proof        {len(nodes)} nodes, {sum(map(len, nodes))} bytes: the header's state root vouches"
    yield "             for just this channel"


def _must(fulfilled: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not fulfilled:
        raise UserError(what)
