"""Heads of message chains against those that upstream's own tests hold.

Upstream: polkadot/runtime/parachains/src/dmp/tests.rs, polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from primitives import mqc
from primitives.ids import BlockNumber, Hash

ONE, TWO = b"\x01\x02\x03", b"\x04\x05\x06"


def chain(*links: tuple[int, bytes]) -> str:
    head = mqc.EMPTY_CHAIN
    for sent_at, message in links:
        head = mqc.extend(head, BlockNumber(sent_at), message)
    return head.hex()


@pytest.mark.parametrize(
    ("links", "head"),
    [
        (((0, ONE),), "434f8579a2297dfea851bf6be33093c83a78b655a53ae141a7894494c0010589"),
        (((2, ONE),), "086aef3a70db505d41acf75196b0b373b9607015a422d65da1732e8521b3def7"),
        (((2, ONE), (3, TWO)), "88dc00db8cc9d22aa62b87807705831f164387dfa49f80a8600ed1cbe1704b6b"),
        (((3, ONE), (4, TWO)), "a964fd3b4f3d3ce92a0e25e576b87590d92bb5cb7031909c7f29050e1f04a375"),
        (((6, b"knock"),), "3bba6404e59c91f51deb2ae78f1273ebe75896850713e13f8c0eba4b0996c483"),
    ],
)
def test_the_head_is_upstreams(links: tuple[tuple[int, bytes], ...], head: str) -> None:
    assert chain(*links) == head


def test_a_chain_without_messages_has_a_head_of_zeros() -> None:
    assert Hash(bytes(32)) == mqc.EMPTY_CHAIN


def test_message_block_and_order_all_count() -> None:
    chains = {
        chain((1, ONE), (1, TWO)),
        chain((1, TWO), (1, ONE)),
        chain((1, ONE), (2, TWO)),
        chain((2, ONE), (2, TWO)),
        chain((1, ONE + TWO)),
        chain((1, ONE)),
        chain((1, b""), (1, ONE), (1, TWO)),
    }

    assert len(chains) == 7
