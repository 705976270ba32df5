"""Programs: bytes that real chains gave, tags, and the limits within which they are read."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from primitives.record import tag_of
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Asset, Fungible
from xcm.filters import AllCounted, Definite, Teleport, Wild
from xcm.instructions import (
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    PayFees,
    ReserveAssetDeposited,
    SetHints,
    SetTopic,
    Transact,
    Trap,
    UnpaidExecution,
)
from xcm.junctions import V5, AccountId32, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import (
    PROGRAM,
    ExecuteWithOrigin,
    InitiateTransfer,
    Instruction,
    SetAppendix,
    TransferReserveAsset,
    Xcm,
)
from xcm.reports import HrmpChannelAccepted, HrmpChannelClosing, HrmpNewChannelOpenRequest, QueryResponse
from xcm.responses import ExecutionResult, PalletsInfo
from xcm.terms import AssetClaimer, Limited, OriginKind, Unlimited
from xcm.versions import decode_versioned_xcm, encode_versioned_xcm, is_decodable

DOT = Asset(PARENT, Fungible(10**12))
ALICE = Location(0, (AccountId32(None, bytes([5] * 32)),))
PARA_1000 = Location(1, (Parachain(1000),))
SOME_WEIGHT = Weight(4 * 10**9, 65536)

VECTORS: list[tuple[Xcm, str]] = [
    ((), "00"),
    ((ClearOrigin(),), "040a"),
    ((ClearOrigin(), SetTopic(bytes([9] * 32))), "080a2c" + "09" * 32),
    ((Trap(5),), "041914"),
    (
        (
            ReserveAssetDeposited((DOT,)),
            ClearOrigin(),
            BuyExecution(DOT, Limited(SOME_WEIGHT)),
            DepositAsset(Wild(AllCounted(1)), ALICE),
        ),
        "100104010000070010a5d4e80a13010000070010a5d4e8010300286bee020004000d01020400010100" + "05" * 32,
    ),
    (
        (UnpaidExecution(Unlimited(), None), Transact(OriginKind.Superuser, None, bytes(2))),
        "082f0000060200080000",
    ),
    (
        (
            PayFees(Asset(PARENT, Fungible(10))),
            InitiateTransfer(
                PARA_1000,
                Teleport(Definite((Asset(PARENT, Fungible(5)),))),
                preserve_origin=True,
                assets=(),
                remote_xcm=(),
            ),
            SetHints((AssetClaimer(HERE),)),
        ),
        "0c300100002831010100a10f01000004010000140100003304000000",
    ),
    (
        (
            HrmpNewChannelOpenRequest(2000, 102400, 8),
            HrmpChannelAccepted(2001),
            HrmpChannelClosing(2000, 2000, 2001),
        ),
        "0c07411f024006002008451f09411f411f451f",
    ),
    (
        (QueryResponse(7, ExecutionResult((3, errors.UntrustedReserveLocation())), ZERO_WEIGHT, PARA_1000),),
        "04031c02010300000002000001010100a10f",
    ),
]


@pytest.mark.parametrize(("program", "encoded"), VECTORS)
def test_programs_have_the_bytes_that_real_chains_give_them(program: Xcm, encoded: str) -> None:
    assert encode_versioned_xcm(5, program).hex() == "05" + encoded
    assert decode_versioned_xcm(bytes.fromhex("05" + encoded)) == (5, program)


def test_the_instructions_of_version_5_have_the_tags_0_to_51() -> None:
    assert [tag_of(arm) for arm in get_args(Instruction)] == list(range(52))


def nested(levels: int, innermost: Xcm = ()) -> Xcm:
    """A program within programs, so many in all."""
    program = innermost
    for _ in range(levels - 1):
        program = (SetAppendix(program),)
    return program


@pytest.mark.parametrize("version", [3, 4, 5])
def test_programs_are_read_eight_levels_deep(version: int) -> None:
    encoded = encode_versioned_xcm(version, nested(8))
    assert decode_versioned_xcm(encoded) == (version, nested(8))
    assert is_decodable(encoded)

    with pytest.raises(DecodeError, match="at most 8 levels"):
        decode_versioned_xcm(encode_versioned_xcm(version, nested(9)))
    assert not is_decodable(encode_versioned_xcm(version, nested(9)))


def sending(where: Location) -> Xcm:
    return (TransferReserveAsset((), where, ()),)


@pytest.mark.parametrize(("version", "deepest"), [(3, 7), (4, 7), (5, 7)])
def test_lists_count_as_levels(version: int, deepest: int) -> None:
    encoded = encode_versioned_xcm(version, nested(deepest, sending(PARENT)))
    assert decode_versioned_xcm(encoded)[0] == version
    with pytest.raises(DecodeError, match="at most 8 levels"):
        decode_versioned_xcm(encode_versioned_xcm(version, nested(deepest + 1, sending(PARENT))))


@pytest.mark.parametrize(
    ("version", "level", "good"), [(3, 7, True), (4, 7, True), (3, 8, True), (4, 8, False), (5, 8, False)]
)
def test_junctions_count_as_a_level_from_version_4_on(version: int, level: int, good: bool) -> None:  # noqa: FBT001
    program: Xcm = nested(level, (DepositAsset(Wild(AllCounted(1)), PARA_1000),))
    assert is_decodable(encode_versioned_xcm(version, program)) is good


@pytest.mark.parametrize("version", [3, 4, 5])
def test_a_hundred_instructions_are_read_counting_those_in_programs_inside(version: int) -> None:
    flat = encode_versioned_xcm(version, (ClearOrigin(),) * 100)
    assert len(decode_versioned_xcm(flat)[1]) == 100
    shared = encode_versioned_xcm(version, (*[ClearOrigin()] * 49, SetAppendix((ClearOrigin(),) * 50)))
    assert len(decode_versioned_xcm(shared)[1]) == 50

    with pytest.raises(DecodeError, match="at most 100 instructions, found 101"):
        decode_versioned_xcm(encode_versioned_xcm(version, (ClearOrigin(),) * 101))
    with pytest.raises(DecodeError, match="at most 100 instructions, found 101"):
        decode_versioned_xcm(
            encode_versioned_xcm(version, (*[ClearOrigin()] * 50, SetAppendix((ClearOrigin(),) * 50)))
        )
    with pytest.raises(DecodeError, match="at most 100 instructions, found 256"):
        decode_versioned_xcm(encode_versioned_xcm(version, (ClearOrigin(),) * 256))


def test_programs_are_counted_one_by_one() -> None:
    """A message that fails leaves nothing behind that the next one is charged for."""
    good = encode_versioned_xcm(5, (ClearOrigin(),) * 60)
    for _ in range(3):
        with pytest.raises(DecodeError):
            decode_versioned_xcm(good[:-1])
        assert len(decode_versioned_xcm(good)[1]) == 60


def test_a_hundred_levels_are_read_where_only_instructions_are_limited() -> None:
    program: Any = nested(101)
    codec: Any = V5.codec(PROGRAM)
    assert codec.decode(codec.encode(program)) == program


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        ("0504310100" + "00" + "00" + "1c", "at most 6 of AssetTransferFilter, found 7"),
        ("0504330800", "at most 1 of Hint, found 2"),
        ("05043304" + "01", "a variant of Hint"),
        ("05040300040501", "at most 64 of PalletInfo, found 65"),
        ("0504030004" + "04" + "00" + "c4", "at most 48 bytes, found 49"),
        ("05042001" + "0502", "at most 128 bytes, found 129"),
        ("050434", "a variant of"),
        ("0504", "a variant of"),
    ],
)
def test_lists_in_instructions_are_bounded(encoded: str, message: str) -> None:
    with pytest.raises(DecodeError, match=message):
        decode_versioned_xcm(bytes.fromhex(encoded))


def test_an_instruction_with_no_origin_to_descend_to_says_none() -> None:
    program: Xcm = (
        ExecuteWithOrigin(None, (ClearOrigin(),)),
        QueryResponse(0, PalletsInfo(()), ZERO_WEIGHT, None),
    )
    assert decode_versioned_xcm(encode_versioned_xcm(5, program)) == (5, program)
