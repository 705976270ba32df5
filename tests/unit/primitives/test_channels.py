"""The bytes of the shapes that relay chain and parachains share."""

from __future__ import annotations

from typing import Any

import pytest

from primitives.channels import (
    HrmpChannel,
    HrmpChannelId,
    HrmpOpenChannelRequest,
    InboundDownwardMessage,
    InboundHrmpMessage,
    OutboundHrmpMessage,
)
from primitives.ids import Balance, BlockNumber, Hash, ParaId, is_system, sovereign_account
from primitives.scale.derive import codec

A, B = ParaId(2000), ParaId(2024)
HEAD = Hash(bytes(range(32)))


def u32(*values: int) -> bytes:
    return b"".join(value.to_bytes(4, "little") for value in values)


def u128(value: int) -> bytes:
    return value.to_bytes(16, "little")


SHAPES: list[tuple[Any, bytes]] = [
    (HrmpChannelId(A, B), bytes.fromhex("d0070000e8070000")),
    (
        HrmpOpenChannelRequest(
            confirmed=True,
            _age=0,
            sender_deposit=Balance(5),
            max_message_size=8,
            max_capacity=2,
            max_total_size=16,
        ),
        b"\x01" + u32(0) + u128(5) + u32(8, 2, 16),
    ),
    (
        HrmpChannel(2, 16, 8, 1, 3, None, Balance(5), Balance(6)),
        u32(2, 16, 8, 1, 3) + b"\x00" + u128(5) + u128(6),
    ),
    (
        HrmpChannel(2, 16, 8, 1, 3, HEAD, Balance(5), Balance(6)),
        u32(2, 16, 8, 1, 3) + b"\x01" + HEAD + u128(5) + u128(6),
    ),
    (InboundHrmpMessage(BlockNumber(6), b"knock"), u32(6) + b"\x14knock"),
    (OutboundHrmpMessage(B, b"knock"), u32(2024) + b"\x14knock"),
    (InboundDownwardMessage(BlockNumber(6), b""), u32(6) + b"\x00"),
]


@pytest.mark.parametrize(("shape", "encoded"), SHAPES)
def test_a_shape_has_its_bytes(shape: Any, encoded: bytes) -> None:
    assert codec(type(shape)).encode(shape) == encoded
    assert codec(type(shape)).decode(encoded) == shape


def test_the_fields_of_a_channel_stand_in_the_order_that_parachains_read() -> None:
    names = HrmpChannel.__struct_fields__

    assert names[:6] == (
        "max_capacity",
        "max_total_size",
        "max_message_size",
        "msg_count",
        "total_size",
        "mqc_head",
    )


def test_a_channel_has_two_ends() -> None:
    ends = [para for para in (A, B, ParaId(2001)) if HrmpChannelId(A, B).is_participant(para)]

    assert ends == [A, B]


def test_channels_are_ordered_by_sender_then_recipient() -> None:
    ids = [HrmpChannelId(B, A), HrmpChannelId(A, B), HrmpChannelId(A, A)]

    assert sorted(ids, key=HrmpChannelId.order) == [ids[2], ids[1], ids[0]]


def test_system_chains_are_those_below_2000() -> None:
    assert [is_system(ParaId(para)) for para in (0, 1000, 1999, 2000)] == [True, True, True, False]


def test_the_sovereign_account_is_the_name_and_the_number() -> None:
    assert sovereign_account(A) == b"para\xd0\x07\x00\x00" + bytes(24)
