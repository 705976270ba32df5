"""Versions 3 and 4 in the words of version 5, and what has no such words."""

from __future__ import annotations

from typing import Any

import pytest

from primitives.arithmetic import U64_MAX
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError, EncodeError
from primitives.weights import ZERO_WEIGHT, Weight
from xcm import errors
from xcm.asset import Asset, Fungible
from xcm.dialects import ROCOCO, V3, V4, WESTEND, WOCOCO
from xcm.filters import Definite
from xcm.instructions import (
    BurnAsset,
    ClearOrigin,
    PayFees,
    SetHints,
    Transact,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import V5, ByGenesis, GlobalConsensus, NetworkId, Parachain, Polkadot
from xcm.location import HERE, PARENT, Location
from xcm.program import ExecuteWithOrigin, ExportMessage, InitiateTransfer, SetErrorHandler, Xcm
from xcm.reading import Unconvertible
from xcm.reports import ExpectError
from xcm.terms import OriginKind, Unlimited
from xcm.versions import (
    Kept,
    Versioned,
    VersionedAssetId,
    VersionedAssets,
    VersionedLocation,
    VersionedXcm,
    decode_versioned_xcm,
    encode_versioned_xcm,
    into_version,
    versioned_xcm_end,
)

ABSTRACT = "01" + "07" * 32


def read(encoded: str) -> Xcm:
    return decode_versioned_xcm(bytes.fromhex(encoded))[1]


def test_an_asset_of_version_3_says_that_it_has_a_location() -> None:
    dot = (Asset(PARENT, Fungible(10**12)),)
    assets: Any = codec(VersionedAssets)
    assert assets.encode(Versioned(5, dot)).hex() == "0504010000070010a5d4e8"
    assert assets.encode(Versioned(3, dot)).hex() == "030400010000070010a5d4e8"
    assert assets.decode(bytes.fromhex("030400010000070010a5d4e8")) == Versioned(3, dot)


def test_locations_differ_in_nothing_but_the_version() -> None:
    locations: Any = codec(VersionedLocation)
    for version in (3, 4, 5):
        encoded = bytes((version,)) + bytes.fromhex("010100411f")
        assert locations.decode(encoded) == Versioned(version, Location(1, (Parachain(2000),)))
        assert locations.encode(locations.decode(encoded)) == encoded


@pytest.mark.parametrize("version", [0, 1, 2, 6, 255])
def test_other_versions_are_neither_read_nor_written(version: int) -> None:
    with pytest.raises(DecodeError, match="an XCM version from 3 to 5"):
        decode_versioned_xcm(bytes((version, 0)))
    with pytest.raises(EncodeError, match=f"not {version}"):
        encode_versioned_xcm(version, ())


def test_nothing_may_follow_a_message_but_in_a_page() -> None:
    page = bytes.fromhex("05040a" + "0300")
    with pytest.raises(DecodeError, match="2 more bytes"):
        decode_versioned_xcm(page)
    assert versioned_xcm_end(page) == 3
    assert versioned_xcm_end(page, 3) == 5


@pytest.mark.parametrize("version", [3, 4])
def test_a_call_says_its_weight_before_version_5(version: int) -> None:
    with_weight: Xcm = (
        UnpaidExecution(Unlimited(), None),
        Transact(OriginKind.Superuser, Weight(4 * 10**9, 65536), bytes(2)),
    )
    encoded = encode_versioned_xcm(version, with_weight)
    assert encoded.hex() == f"0{version}082f000006020300286bee02000400080000"
    assert decode_versioned_xcm(encoded) == (version, with_weight)


@pytest.mark.parametrize("version", [3, 4])
def test_a_call_without_a_weight_may_weigh_anything_and_one_without_bytes_nothing(version: int) -> None:
    call: Xcm = (Transact(OriginKind.Native, None, b"\x01"), Transact(OriginKind.Native, None, b""))
    _, found = decode_versioned_xcm(encode_versioned_xcm(version, call))
    assert found == (
        Transact(OriginKind.Native, Weight(U64_MAX, U64_MAX), b"\x01"),
        Transact(OriginKind.Native, ZERO_WEIGHT, b""),
    )


NEW: list[Xcm] = [
    (PayFees(Asset(HERE, Fungible(1))),),
    (InitiateTransfer(HERE, None, preserve_origin=False, assets=(), remote_xcm=()),),
    (ExecuteWithOrigin(None, ()),),
    (SetHints(()),),
    (SetErrorHandler((ClearOrigin(), SetHints(()))),),
    (ExpectError((0, errors.TooManyAssets())),),
]


@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("program", NEW)
def test_what_is_new_in_version_5_cannot_be_said_before(program: Xcm, version: int) -> None:
    with pytest.raises(Unconvertible, match="not there before version 5"):
        encode_versioned_xcm(version, program)
    as_if_older = bytes((version,)) + encode_versioned_xcm(5, program)[1:]
    if not isinstance(program[0], ExpectError):
        with pytest.raises(DecodeError):
            decode_versioned_xcm(as_if_older)


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (34, 34, errors.NotDepositable()),
        (35, 36, errors.UnhandledXcmVersion()),
        (36, 37, errors.WeightLimitReached(Weight(1, 2))),
        (37, 38, errors.Barrier()),
        (39, 40, errors.ExceedsStackLimit()),
    ],
)
def test_errors_behind_too_many_assets_were_one_lower(old: int, new: int, error: errors.Error) -> None:
    program: Xcm = (ExpectError((7, error)),)
    assert encode_versioned_xcm(5, program)[8] == new
    for version in (3, 4):
        encoded = encode_versioned_xcm(version, program)
        assert encoded[8] == old
        assert encoded[9:] == encode_versioned_xcm(5, program)[9:]
        assert decode_versioned_xcm(encoded) == (version, program)


def test_no_error_of_before_version_5_is_behind_the_last() -> None:
    with pytest.raises(DecodeError, match="a variant of Error"):
        read("04041f010000000028")
    assert read("05041f010000000028") == (ExpectError((0, errors.ExceedsStackLimit())),)


@pytest.mark.parametrize(("tag", "network"), [("04", WESTEND), ("05", ROCOCO), ("06", WOCOCO)])
def test_test_networks_are_told_by_their_first_block_from_version_5_on(tag: str, network: ByGenesis) -> None:
    assert read(f"030426{tag}0000") == (ExportMessage(network, (), ()),)
    assert read(f"040426{tag}0000") == (ExportMessage(network, (), ()),)
    with pytest.raises(DecodeError):
        read(f"050426{tag}0000")
    for wire in (V3, V4, V5):
        networks: Any = wire.codec(NetworkId)
        assert networks.encode(network) == b"\x00" + network.hash


def test_abstract_assets_decode_but_have_no_words_in_version_5() -> None:
    whole = f"0304{'00'}04{ABSTRACT}0004"
    with pytest.raises(Unconvertible, match="abstract asset"):
        read(whole)
    assert versioned_xcm_end(bytes.fromhex(whole)) == len(whole) // 2


@pytest.mark.parametrize("broken", ["", "00", "0a0b", "ff"])
def test_a_broken_message_is_broken_whatever_it_held_before(broken: str) -> None:
    with pytest.raises(DecodeError):
        read(f"0308{'00'}04{ABSTRACT}0004{broken or ''}")
    if broken:
        with pytest.raises(DecodeError, match="more bytes"):
            read(f"0304{'00'}04{ABSTRACT}0004{broken}")


def test_abstract_assets_stand_behind_those_with_a_location() -> None:
    here, name = "0000000004", f"{ABSTRACT}0004"
    assert versioned_xcm_end(bytes.fromhex(f"030400{'08'}{here}{name}")) > 0
    with pytest.raises(DecodeError, match="in order"):
        versioned_xcm_end(bytes.fromhex(f"030400{'08'}{name}{here}"))
    with pytest.raises(DecodeError, match="in order"):
        versioned_xcm_end(bytes.fromhex(f"030400{'08'}{name}{name}"))


def test_old_messages_list_assets_in_the_order_of_their_own_version() -> None:
    """Westend (4) stands behind Polkadot (2) there, though its hash stands before it in version 5."""
    polkadot, westend = "01010902" + "0004", "01010904" + "0004"
    ours = tuple(
        Asset(Location(1, (GlobalConsensus(network),)), Fungible(1)) for network in (Polkadot(), WESTEND)
    )
    assert read(f"040400{'08'}{polkadot}{westend}") == (WithdrawAsset(ours),)
    with pytest.raises(DecodeError, match="in order"):
        read(f"040400{'08'}{westend}{polkadot}")

    named = "01010900" + WESTEND.hash.hex() + "0004"
    assert read(f"04041c{'08'}{named}{westend}") == (BurnAsset((ours[1], ours[1])),)


def test_a_filter_of_version_3_holds_assets_of_version_3() -> None:
    filters: Any = V3.codec(Definite)
    assert filters.encode(Definite((Asset(PARENT, Fungible(1)),))).hex() == "04" + "00" + "0100" + "0004"


def test_stored_values_keep_what_their_version_alone_can_say() -> None:
    ids: Any = codec(VersionedAssetId)
    abstract = bytes.fromhex("03" + ABSTRACT)
    kept = ids.decode(abstract)
    assert kept == Versioned(3, Kept(abstract[1:], None))
    assert ids.encode(kept) == abstract
    with pytest.raises(Unconvertible, match="of version 3"):
        kept.newest()

    locations: Any = codec(VersionedLocation)
    westend = bytes.fromhex("0401010904")
    found = locations.decode(westend)
    assert found.newest() == Location(1, (GlobalConsensus(WESTEND),))
    assert locations.encode(found) == westend
    assert Versioned(5, found.newest()).newest() == found.newest()


def test_a_stored_program_is_read_like_a_message_but_deeper() -> None:
    programs: Any = codec(VersionedXcm)
    value = Versioned(4, (ClearOrigin(),))
    assert programs.decode(bytes.fromhex("04040a")) == value
    assert programs.encode(value).hex() == "04040a"
    program: Xcm = ()
    for _ in range(60):
        program = (SetErrorHandler(program),)
    assert programs.decode(programs.encode(Versioned(4, program))) == Versioned(4, program)


def test_outside_of_a_message_the_foreign_is_told_of_at_once() -> None:
    with pytest.raises(Unconvertible, match="abstract asset"):
        V3.codec(Asset).decode(bytes.fromhex(ABSTRACT + "0004"))


def test_what_is_known_is_said_in_another_version() -> None:
    program: Xcm = (ClearOrigin(),)
    for version in (3, 4, 5):
        said = into_version(Versioned(5, program), version, VersionedXcm)
        assert (said.version, said.newest()) == (version, program)
        assert into_version(said, 5, VersionedXcm) == Versioned(5, program)
    place = into_version(Versioned(3, PARENT), 4, VersionedLocation)
    assert place == Versioned(4, PARENT)


@pytest.mark.parametrize("version", [0, 2, 6])
def test_nothing_is_said_in_a_version_that_is_not_spoken(version: int) -> None:
    with pytest.raises(Unconvertible):
        into_version(Versioned(5, PARENT), version, VersionedLocation)


def test_what_an_older_version_has_no_words_for_is_not_said_in_it() -> None:
    newer: Xcm = (PayFees(Asset(PARENT, Fungible(1))),)

    with pytest.raises(Unconvertible):
        into_version(Versioned(5, newer), 4, VersionedXcm)
