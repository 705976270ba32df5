"""The outside of a chain of our own: it knows nobody, asks for nothing, and begins a session when asked."""

from __future__ import annotations

from primitives.header import Digest, PreRuntime
from primitives.ids import Balance, SessionIndex, ValidatorId
from primitives.weights import ZERO_WEIGHT, DispatchClass, DispatchInfo, Pays, PostDispatchInfo, Weight
from runtime.outside import Alone, NewSession

INFO = DispatchInfo(Weight(5, 6), DispatchClass.Normal, Pays.Yes)


def test_a_session_begins_once() -> None:
    outside = Alone()
    assert outside.new_session() is None

    asked = NewSession(SessionIndex(3), (ValidatorId(b"\x01" * 32),), ())
    outside.session = asked
    assert outside.new_session() is asked
    assert outside.new_session() is None


def test_nothing_costs_anything() -> None:
    outside = Alone()
    assert outside.fee(100, INFO) == Balance(0)
    assert outside.actual_fee(100, INFO, PostDispatchInfo()) == Balance(0)


def test_an_extrinsic_weighs_what_was_computed() -> None:
    assert Alone().weight(Weight(1, 2)) == Weight(1, 2)


def test_a_call_used_what_it_says_afterwards_but_no_more_than_was_known_before() -> None:
    assert PostDispatchInfo().used(INFO) == INFO.weight
    assert PostDispatchInfo(actual_weight=Weight(1, 2)).used(INFO) == Weight(1, 2)
    assert PostDispatchInfo(actual_weight=Weight(9, 2)).used(INFO) == Weight(5, 2)
    assert PostDispatchInfo(actual_weight=ZERO_WEIGHT).used(INFO) == ZERO_WEIGHT


def test_randomness_is_what_it_was_given() -> None:
    assert Alone().randomness() == bytes(32)
    assert Alone(b"\x07" * 32).randomness() == b"\x07" * 32


def test_blocks_have_no_author_and_no_digest_of_its_own() -> None:
    outside = Alone()
    assert outside.find_author(Digest((PreRuntime(b"BABE", bytes(13)),))) is None
    assert outside.digest_items() == ()
