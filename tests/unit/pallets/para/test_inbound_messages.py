"""What a block is given: what is left out of the queues, and what comes as a hash."""

from __future__ import annotations

import pytest

from pallets.para.inbound_messages import (
    HashedMessage,
    InboundMessageId,
    ParachainInherentData,
    StorageProof,
    abridge_downward,
    abridge_horizontal,
    by_arrival,
    count_full,
    count_processed,
)
from primitives import mqc
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.ids import BlockNumber, ParaId
from primitives.scale.derive import codec

ARRIVALS = (0, 0, 2, 2, 2, 2, 3)
"""When the messages of a queue arrived."""


@pytest.mark.parametrize(
    ("cursor", "processed"),
    [((3, 0), 7), ((2, 0), 6), ((2, 1), 5), ((2, 4), 2), ((2, 5), 1), ((0, 1), 1), ((0, 3), 0)],
)
def test_messages_up_to_the_cursor_are_left_out(cursor: tuple[int, int], processed: int) -> None:
    at = InboundMessageId(BlockNumber(cursor[0]), cursor[1])

    assert count_processed(ARRIVALS, at) == processed


def test_a_cursor_between_two_arrivals_leaves_out_what_came_before() -> None:
    assert count_processed(ARRIVALS, InboundMessageId(BlockNumber(1), 0)) == 2


def test_a_cursor_before_the_queue_leaves_out_nothing() -> None:
    assert count_processed((5, 6), InboundMessageId(BlockNumber(4), 0)) == 0
    assert count_processed((), InboundMessageId(BlockNumber(4), 0)) == 0


@pytest.mark.parametrize(
    ("limit", "full", "left"),
    [(0, 0, 0), (150, 1, 50), (200, 2, 0), (399, 3, 49), (400, 4, 0), (999, 4, 599)],
)
def test_the_first_that_does_not_fit_and_all_behind_come_as_hashes(limit: int, full: int, left: int) -> None:
    assert count_full((100, 100, 150, 50), limit) == (full, left)


def test_an_empty_row_takes_nothing_of_the_limit() -> None:
    assert count_full((), 7) == (0, 7)


def test_downward_messages_are_abridged_behind_the_cursor() -> None:
    messages = [InboundDownwardMessage(BlockNumber(at), bytes(10)) for at in (1, 2, 2)]

    abridged, left = abridge_downward(messages, InboundMessageId(BlockNumber(1), 0), 15)

    assert abridged.full_messages == (messages[1],)
    assert abridged.hashed_messages == (HashedMessage(BlockNumber(2), mqc.message_hash(bytes(10))),)
    assert left == 5


def test_horizontal_messages_are_abridged_with_their_senders() -> None:
    message = InboundHrmpMessage(BlockNumber(4), b"12345")

    abridged, left = abridge_horizontal(((ParaId(7), message),), InboundMessageId(BlockNumber(3), 0), 4)

    assert abridged.full_messages == ()
    assert abridged.hashed_messages == ((7, HashedMessage(BlockNumber(4), mqc.message_hash(b"12345"))),)
    assert left == 4


def test_channels_are_read_by_arrival_then_by_sender() -> None:
    def sent(*arrivals: int) -> tuple[InboundHrmpMessage, ...]:
        return tuple(
            InboundHrmpMessage(BlockNumber(at), bytes((place,))) for place, at in enumerate(arrivals)
        )

    flat = by_arrival([(ParaId(300), sent(1, 2, 2)), (ParaId(200), sent(2, 4))])

    assert [(message.sent_at, sender, message.data[0]) for sender, message in flat] == [
        (1, 300, 0),
        (2, 200, 0),
        (2, 300, 1),
        (2, 300, 2),
        (4, 200, 1),
    ]


def test_a_proof_is_a_set_whatever_its_order() -> None:
    raw = codec(tuple[bytes, ...]).encode((b"b", b"a", b"b"))

    proof = codec(StorageProof).decode(raw)

    assert proof.trie_nodes == (b"a", b"b")


def test_the_old_argument_becomes_the_first_of_the_new_ones() -> None:
    """Before there were cursors, the inherent had one argument with all messages in it."""
    names = ParachainInherentData.__struct_fields__

    assert names[:4] == (
        "validation_data",
        "relay_chain_state",
        "downward_messages",
        "horizontal_messages",
    )
