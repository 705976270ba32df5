"""Origins that only parachains have."""

from __future__ import annotations

import pytest

from pallets.para.cumulus_xcm import (
    CumulusXcmOrigin,
    Relay,
    SiblingParachain,
    ensure_relay,
    ensure_sibling_para,
)
from primitives.errors import BadOrigin, DispatchError
from primitives.ids import ParaId
from primitives.origin import Origin, Root
from primitives.scale.derive import codec

SIBLING = SiblingParachain(ParaId(2000))


def test_a_siblings_call_tells_which_one_it_is() -> None:
    assert ensure_sibling_para(SIBLING) == 2000


@pytest.mark.parametrize("origin", [Relay(), Root()])
def test_nobody_else_is_a_sibling(origin: Origin) -> None:
    with pytest.raises(DispatchError) as caught:
        ensure_sibling_para(origin)
    assert caught.value.error == BadOrigin()


def test_a_call_of_the_relay_chain_passes() -> None:
    ensure_relay(Relay())


@pytest.mark.parametrize("origin", [SIBLING, Root()])
def test_nobody_else_is_the_relay_chain(origin: Origin) -> None:
    with pytest.raises(DispatchError) as caught:
        ensure_relay(origin)
    assert caught.value.error == BadOrigin()


def test_origins_have_one_byte_and_the_siblings_id() -> None:
    origins = codec(CumulusXcmOrigin)
    assert (origins.encode(Relay()), origins.encode(SIBLING)) == (b"\x00", b"\x01\xd0\x07\x00\x00")
