"""Calls that only programs make, and calls that only answers make."""

from __future__ import annotations

import pytest

from pallets.xcm_pallet_items import Response, Xcm
from pallets.xcm_pallet_origins import ensure_response, ensure_xcm
from primitives.errors import BadOrigin, DispatchError
from primitives.origin import Origin, Root, Signed
from tests.support.xcm_pallet_world import ALICE
from tests.support.xcm_world import SIBLING
from xcm.location import PARENT


def test_a_call_by_a_program_says_for_which_place() -> None:
    assert ensure_xcm(Xcm(SIBLING)) == SIBLING
    assert ensure_xcm(Xcm(SIBLING), lambda location: location == SIBLING) == SIBLING
    with pytest.raises(DispatchError) as refused:
        ensure_xcm(Xcm(PARENT), lambda location: location == SIBLING)
    assert refused.value.error == BadOrigin()


def test_a_call_by_an_answer_says_whose_it_is() -> None:
    assert ensure_response(Response(SIBLING)) == SIBLING


@pytest.mark.parametrize("origin", [Root(), Signed(ALICE), Response(SIBLING)])
def test_nobody_else_calls_by_a_program(origin: Origin) -> None:
    with pytest.raises(DispatchError) as refused:
        ensure_xcm(origin)
    assert refused.value.error == BadOrigin()


@pytest.mark.parametrize("origin", [Root(), Signed(ALICE), Xcm(SIBLING)])
def test_nobody_else_calls_by_an_answer(origin: Origin) -> None:
    with pytest.raises(DispatchError) as refused:
        ensure_response(origin)
    assert refused.value.error == BadOrigin()
