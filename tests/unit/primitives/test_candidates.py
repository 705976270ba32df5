"""Candidates: layouts and hashes, held against recorded inherents of a real relay chain."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest

from primitives.candidates import CandidateReceiptV2, InherentData, ScrapedOnChainVotes
from primitives.hashing import blake2_256, storage_prefix
from primitives.scale.compact import decode_compact
from primitives.scale.derive import codec

FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
ON_CHAIN_VOTES = "0x" + storage_prefix("ParaInherent", "OnChainVotes").hex()


@pytest.fixture(scope="module")
def recorded() -> tuple[list[bytes], list[bytes]]:
    """Encoded inherents, and the votes that were stored with them."""
    blocks = json.loads(lzma.decompress((FIXTURES / "relay/relay_messages.json.xz").read_bytes()))["blocks"]
    steps = [step for block in blocks for step in block["steps"]]
    inherents = [
        bytes.fromhex(step["input"][2:]) for step in steps if step.get("call") == "ParaInherent.enter"
    ]
    changes = [change for step in steps for change in step["changes"]]
    votes = [bytes.fromhex(value[2:]) for key, value in changes if key == ON_CHAIN_VOTES]
    return [inherent[decode_compact(inherent, 0, 32)[1] + 3 :] for inherent in inherents], votes


def test_recorded_inherents_keep_their_bytes(recorded: tuple[list[bytes], list[bytes]]) -> None:
    layout = codec(InherentData)

    assert recorded[0]
    assert all(layout.encode(layout.decode(raw)) == raw for raw in recorded[0])


def test_a_candidate_is_known_by_the_receipt_that_the_chain_stored(
    recorded: tuple[list[bytes], list[bytes]],
) -> None:
    decoded = [codec(InherentData).decode(raw) for raw in recorded[0]]
    backed = [each.candidate for data in decoded for each in data.backed_candidates]
    stored = [codec(ScrapedOnChainVotes).decode(raw) for raw in recorded[1]]
    receipts = [receipt for votes in stored for receipt, _ in votes.backing_validators_per_candidate]

    assert backed
    assert [candidate.to_plain() for candidate in backed] == receipts
    encoded = [codec(CandidateReceiptV2).encode(receipt) for receipt in receipts]
    assert [candidate.hash() for candidate in backed] == [blake2_256(raw) for raw in encoded]
