"""The relay chain's state, seen through a proof."""

from __future__ import annotations

import pytest

from pallets.para.relay_state import RelayChainStateProof, RelayDispatchQueueRemainingCapacity
from primitives import mqc, relay_keys
from primitives.candidates import HeadData
from primitives.errors import InvalidBlock
from primitives.ids import Hash, ParaId
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.trie.layout import StateVersion
from primitives.trie.proof import prove
from primitives.trie.trie import Trie
from primitives.validation import UpgradeGoAhead, UpgradeRestriction
from tests.support.para_world import CONFIG, US, Channel, RelaySide

ELSEWHERE = b"\xff"
"""A key far from all others: its proof shows the topmost node and no more."""


def proved(relay: RelaySide) -> RelayChainStateProof:
    return RelayChainStateProof(US, *relay.proof())


def proof_of(entries: dict[bytes, bytes], keys: list[bytes]) -> RelayChainStateProof:
    trie = Trie.build(entries, StateVersion.V1)
    return RelayChainStateProof(US, Hash(trie.root), prove(trie, keys))


def test_everything_about_us_is_read() -> None:
    relay = RelaySide()
    relay.slot, relay.included, relay.restriction = 77, HeadData(b"head"), UpgradeRestriction.Present
    relay.go_ahead = UpgradeGoAhead.GoAhead
    relay.send_down(3, b"message")
    relay.ingress[300], relay.egress[400] = Channel(), Channel(capacity=3)

    proof = proved(relay)
    state = proof.read_messaging_state_snapshot(CONFIG)

    assert proof.read_slot() == 77
    assert proof.read_included_para_head() == b"head"
    assert proof.read_upgrade_go_ahead_signal() is UpgradeGoAhead.GoAhead
    assert proof.read_upgrade_restriction_signal() is UpgradeRestriction.Present
    assert proof.read_abridged_host_configuration() == CONFIG
    assert state.dmq_mqc_head == relay.dmq_head
    assert state.ingress_channels == ((300, relay.ingress[300].limits),)
    assert state.egress_channels == ((400, relay.egress[400].limits),)
    assert state.relay_dispatch_queue_remaining_capacity == RelayDispatchQueueRemainingCapacity(8, 1_024)


def test_what_is_not_there_reads_as_none_or_nothing() -> None:
    relay = RelaySide()
    del relay.ingress, relay.egress
    relay.ingress, relay.egress = {}, {}

    proof = proved(relay)
    state = proof.read_messaging_state_snapshot(CONFIG)

    assert proof.read_included_para_head() is None
    assert proof.read_upgrade_go_ahead_signal() is None
    assert proof.read_upgrade_restriction_signal() is None
    assert (state.dmq_mqc_head, state.ingress_channels, state.egress_channels) == (mqc.EMPTY_CHAIN, (), ())


def test_a_proof_without_the_root_is_refused() -> None:
    _, nodes = RelaySide().proof()

    with pytest.raises(
        InvalidBlock, match=f"relay chain state proof: expected a node for root 0x{'07' * 32}"
    ):
        RelayChainStateProof(US, Hash(b"\x07" * 32), nodes)


def test_a_node_that_is_missing_is_named() -> None:
    proof = proof_of(RelaySide().entries(), [ELSEWHERE])

    with pytest.raises(InvalidBlock) as refusal:
        proof.read_slot()

    assert refusal.value.what == "slot in the relay chain state proof"
    assert str(refusal.value.expected).startswith("a node with hash 0x")
    assert refusal.value.found == "none"


def test_a_node_that_is_none_is_refused() -> None:
    root, nodes = RelaySide().proof()
    broken = [node if node.startswith(b"\x80") else node + b"\x00" for node in nodes]

    with pytest.raises(InvalidBlock, match="in the relay chain state proof: expected"):
        RelayChainStateProof(US, root, broken).read_slot()


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        (relay_keys.CURRENT_SLOT, "slot in the relay chain's state: expected a value"),
        (relay_keys.ACTIVE_CONFIG, "host configuration in the relay chain's state: expected a value"),
    ],
)
def test_what_must_be_there_is_asked_for(key: bytes, wanted: str) -> None:
    proof = proof_of({b"other": b"entry"}, [key])
    read = {
        relay_keys.CURRENT_SLOT: proof.read_slot,
        relay_keys.ACTIVE_CONFIG: proof.read_abridged_host_configuration,
    }

    with pytest.raises(InvalidBlock, match=wanted):
        read[key]()


def test_a_value_that_cannot_be_read_is_refused() -> None:
    proof = proof_of({relay_keys.CURRENT_SLOT: b"short"}, [relay_keys.CURRENT_SLOT])

    with pytest.raises(InvalidBlock, match="slot in the relay chain state proof: expected a u64, found"):
        proof.read_slot()


def test_an_included_head_that_cannot_be_read_counts_as_absent() -> None:
    key = relay_keys.para_head(US)

    assert proof_of({key: b"\xff"}, [key]).read_included_para_head() is None
    assert proof_of(RelaySide().entries() | {key: b"\x04a"}, [ELSEWHERE]).read_included_para_head() is None


def test_a_channel_in_the_index_has_to_be_there() -> None:
    relay = RelaySide()
    relay.ingress[300] = Channel()
    entries = relay.entries()
    gone = {key: value for key, value in entries.items() if value != codec_of_channel(relay)}

    with pytest.raises(InvalidBlock, match="channel from 300 to 200 in the relay chain's state"):
        proof_of(gone, list(entries)).read_messaging_state_snapshot(CONFIG)


def codec_of_channel(relay: RelaySide) -> bytes:
    return codec(type(relay.ingress[300].limits)).encode(relay.ingress[300].limits)


def test_without_the_remaining_capacity_it_follows_from_what_waits() -> None:
    relay = RelaySide()
    relay.capacity = None
    entries = relay.entries()
    entries[relay_keys.relay_dispatch_queue_size(US)] = codec(tuple[U32, U32]).encode((3, 2_000))

    proof = proof_of(entries, list(relay_keys.keys_to_prove(US, (), ())))
    state = proof.read_messaging_state_snapshot(CONFIG)

    assert state.relay_dispatch_queue_remaining_capacity == RelayDispatchQueueRemainingCapacity(5, 0)


def test_without_either_the_queue_is_empty() -> None:
    relay = RelaySide()
    relay.capacity = None

    state = proved(relay).read_messaging_state_snapshot(CONFIG)

    assert state.relay_dispatch_queue_remaining_capacity == RelayDispatchQueueRemainingCapacity(8, 1_024)


def test_bytes_behind_a_value_are_left_unread() -> None:
    relay = RelaySide()
    key = relay_keys.dmq_mqc_head(US)
    entries = relay.entries() | {key: bytes(32) + b"later additions"}

    proof = proof_of(entries, list(relay_keys.keys_to_prove(US, (), ())))

    assert proof.read_messaging_state_snapshot(CONFIG).dmq_mqc_head == bytes(32)


def test_another_parachain_s_entries_are_not_ours() -> None:
    relay = RelaySide()
    relay.included = HeadData(b"head")
    root, nodes = relay.proof()

    assert RelayChainStateProof(ParaId(201), root, nodes).read_included_para_head() is None
