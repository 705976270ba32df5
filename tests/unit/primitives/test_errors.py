"""Errors: their places on the wire, and what they tell a person."""

from __future__ import annotations

import enum
from contextlib import suppress
from typing import Any

import pytest

from primitives.errors import (
    AcceptanceError,
    Arithmetic,
    ArithmeticError_,
    BadOrigin,
    Defect,
    DispatchError,
    DispatchErrorCase,
    DispatchResult,
    Err,
    ErrorCode,
    Invalid,
    InvalidBlock,
    InvalidTransaction,
    Module,
    Ok,
    Other,
    Token,
    TokenError,
    Transactional,
    TransactionalError,
    Trie,
    TrieError,
    Unknown,
    ensure,
)
from primitives.ids import AccountId, ParaId
from primitives.origin import (
    NoOrigin,
    Parachain,
    ParachainsOrigin,
    Root,
    Signed,
    ensure_none,
    ensure_parachain,
    ensure_root,
    ensure_signed,
)
from primitives.record import Record
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

ALICE = AccountId(b"a" * 32)


class Trouble(ErrorCode):
    First = enum.auto()
    Second = enum.auto()
    Third = enum.auto()


def test_the_errors_of_a_pallet_count_from_0() -> None:
    assert [each.value for each in Trouble] == [0, 1, 2]


@pytest.mark.parametrize(
    ("case", "encoding"),
    [
        (Other(), "00"),
        (BadOrigin(), "02"),
        (Module(60, b"\x03\x00\x00\x00"), "033c03000000"),
        (Token(TokenError.Blocked), "0709"),
        (Arithmetic(ArithmeticError_.DivisionByZero), "0802"),
        (Transactional(TransactionalError.LimitReached), "0900"),
        (Trie(TrieError.DecodeError), "0e0d"),
    ],
    ids=str,
)
def test_errors_on_the_wire(case: Any, encoding: str) -> None:
    assert codec(DispatchErrorCase).encode(case) == bytes.fromhex(encoding)
    assert codec(DispatchErrorCase).decode(bytes.fromhex(encoding)) == case
    assert codec(DispatchResult).decode(b"\x01" + bytes.fromhex(encoding)) == Err(case)


def test_success_on_the_wire() -> None:
    assert codec(DispatchResult).encode(Ok()) == b"\x00"


@pytest.mark.parametrize("encoding", ["0f", "0710", "0803", "0902", "0e0e", "033c0300"])
def test_errors_that_are_none(encoding: str) -> None:
    with pytest.raises(DecodeError):
        codec(DispatchErrorCase).decode(bytes.fromhex(encoding))


@pytest.mark.parametrize(
    ("reason", "encoding"),
    [
        (Invalid.Call, "010000"),
        (Invalid.Payment, "010001"),
        (Invalid.Future, "010002"),
        (Invalid.Stale, "010003"),
        (Invalid.BadProof, "010004"),
        (Invalid.AncientBirthBlock, "010005"),
        (Invalid.ExhaustsResources, "010006"),
        (Invalid.BadMandatory, "010008"),
        (Invalid.BadSigner, "01000a"),
        (Unknown.CannotLookup, "010100"),
        (Unknown.NoUnsignedValidator, "010101"),
    ],
    ids=str,
)
def test_how_a_refused_extrinsic_is_reported(reason: Invalid | Unknown, encoding: str) -> None:
    assert InvalidTransaction(reason).encode() == bytes.fromhex(encoding)
    assert InvalidTransaction(reason).reason is reason


def test_ensure_goes_on_or_ends_the_call() -> None:
    ensure(True, Trouble.First)
    with pytest.raises(DispatchError) as caught:
        ensure(False, Trouble.Second)
    assert caught.value.error is Trouble.Second


def test_each_raise_is_an_exception_of_its_own() -> None:
    one, other = DispatchError(Trouble.First), DispatchError(Trouble.First)
    assert one is not other
    assert one.error is other.error


def test_a_refused_block_tells_what_was_expected_and_what_was_found() -> None:
    error = InvalidBlock("state root", b"\xab", b"\xcd")
    assert str(error) == "state root: expected 0xab, found 0xcd"
    assert (error.what, error.expected, error.found) == ("state root", b"\xab", b"\xcd")
    assert str(InvalidBlock("block number", 5, 7)) == "block number: expected 5, found 7"


def test_a_refused_candidate_carries_its_figures() -> None:
    assert AcceptanceError(Module(1, bytes(4))).reason == Module(1, bytes(4))


def test_nobody_catches_a_defect_by_accident() -> None:
    assert issubclass(Defect, AssertionError)
    assert not issubclass(Defect, DispatchError | InvalidTransaction | InvalidBlock | ValueError)


def test_another_origin_fails_with_bad_origin() -> None:
    for ask in (ensure_root, ensure_signed, ensure_parachain):
        with pytest.raises(DispatchError) as caught:
            ask(NoOrigin())
        assert caught.value.error == BadOrigin()
    with pytest.raises(DispatchError) as caught:
        ensure_none(Root())
    assert caught.value.error == BadOrigin()


@pytest.mark.parametrize("origin", [Root(), Signed(ALICE), NoOrigin(), Parachain(ParaId(2000))], ids=str)
def test_each_origin_is_told_from_the_others(origin: Record) -> None:
    passed = []
    for ask in (ensure_root, ensure_signed, ensure_none, ensure_parachain):
        with suppress(DispatchError):
            passed.append((ask.__name__, ask(origin)))
    told = {
        Root: ("ensure_root", None),
        Signed: ("ensure_signed", ALICE),
        NoOrigin: ("ensure_none", None),
        ParachainsOrigin: ("ensure_parachain", 2000),
    }
    assert passed == [told[type(origin)]]
