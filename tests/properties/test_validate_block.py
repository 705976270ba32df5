"""Laws of the validation function: no bytes make it do anything but accept the block or find it invalid."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from node.para_producer import Collation
from primitives.errors import InvalidBlock
from primitives.record import replace
from primitives.validation import ValidationParams
from runtime.validate_block import validate_block
from tests.support.para_author import ParaAuthor, over
from tests.support.para_world import Channel


@cache
def made() -> Collation:
    author = ParaAuthor()
    author.relay.ingress, author.relay.egress = {300: Channel()}, {300: Channel()}
    author.next_block()
    author.relay.send_down(3, b"no program")
    author.relay.ingress[300].send(3, b"\x00\x05\x00")
    author.para.parachain_system.pending_upward_messages.put((b"up",))
    author.begin_here()
    return author.next_block()


def accepted(params: ValidationParams) -> bool:
    try:
        validate_block(over, params)
    except InvalidBlock:
        return False
    return True


def test_the_block_itself_is_good() -> None:
    assert accepted(made().params)


@given(st.integers(0, len(made().params.block_data) * 8 - 1))
def test_no_bit_of_the_block_data_may_be_turned(place: int) -> None:
    data = bytearray(made().params.block_data)
    data[place // 8] ^= 1 << place % 8

    assert not accepted(replace(made().params, block_data=bytes(data)))


@given(
    at=st.integers(0, len(made().params.block_data)),
    gone=st.integers(0, 40),
    instead=st.binary(max_size=40),
)
def test_no_piece_of_the_block_data_may_be_another(at: int, gone: int, instead: bytes) -> None:
    data = made().params.block_data
    other = data[:at] + instead + data[at + gone :]

    assert accepted(replace(made().params, block_data=other)) == (other == data)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_arbitrary_bytes_are_no_block(data: bytes, head: bytes) -> None:
    assert not accepted(replace(made().params, block_data=data))
    assert not accepted(replace(made().params, parent_head=head))
