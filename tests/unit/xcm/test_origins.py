"""As what locations make calls, and which locations callers are."""

from __future__ import annotations

import pytest

from primitives.errors import BadOrigin, DispatchError
from primitives.ids import AccountId, ParaId
from primitives.origin import NoOrigin, Origin, Root, Signed
from primitives.origin import Parachain as ParachainOrigin
from primitives.record import Record
from xcm import origins
from xcm.accounts import account_location, child_parachain_account
from xcm.junctions import ByGenesis, Parachain, Plurality, Polkadot, Technical, Voice
from xcm.location import HERE, PARENT, Location
from xcm.terms import OriginKind
from xcm.traits import ConvertOrigin
from xcm.trust import equals

ALICE = AccountId(bytes([1]) * 32)
CHILD, SIBLING = Location(0, (Parachain(2000),)), Location(1, (Parachain(2000),))
NATIVE, SOVEREIGN = OriginKind.Native, OriginKind.SovereignAccount
SUPERUSER, XCM = OriginKind.Superuser, OriginKind.Xcm


class Sibling(Record):
    """A parachain's origin on another one."""

    para: ParaId


class Passed(Record):
    """The XCM pallet's origin."""

    location: Location


class RelayChain(Record):
    """The relay chain's origin on a parachain."""


signed = origins.sovereign_signed(child_parachain_account)
sibling = origins.sibling_parachain_as_native(Sibling)
relay_chain = origins.relay_chain_as_native(RelayChain())
account = origins.signed_account_as_native(Polkadot())
asset_hub_as_root = origins.location_as_superuser(equals(CHILD))
passed = origins.xcm_passthrough(Passed)


@pytest.mark.parametrize(
    ("convert", "location", "kind", "origin"),
    [
        (signed, CHILD, SOVEREIGN, Signed(AccountId(b"para\xd0\x07".ljust(32, b"\x00")))),
        (origins.child_parachain_as_native, CHILD, NATIVE, ParachainOrigin(ParaId(2000))),
        (sibling, SIBLING, NATIVE, Sibling(ParaId(2000))),
        (relay_chain, PARENT, NATIVE, RelayChain()),
        (account, account_location(ALICE), NATIVE, Signed(ALICE)),
        (account, account_location(ALICE, Polkadot()), NATIVE, Signed(ALICE)),
        (asset_hub_as_root, CHILD, SUPERUSER, Root()),
        (origins.parent_as_superuser, PARENT, SUPERUSER, Root()),
        (passed, SIBLING, XCM, Passed(SIBLING)),
    ],
)
def test_each_converter_knows_one_kind_for_some_locations(
    convert: ConvertOrigin, location: Location, kind: OriginKind, origin: Origin
) -> None:
    assert convert(location, kind) == origin
    assert all(convert(location, other) is None for other in OriginKind if other is not kind)


@pytest.mark.parametrize(
    ("convert", "location", "kind"),
    [
        (signed, SIBLING, SOVEREIGN),
        (origins.child_parachain_as_native, SIBLING, NATIVE),
        (sibling, CHILD, NATIVE),
        (relay_chain, HERE, NATIVE),
        (account, account_location(ALICE, ByGenesis(bytes(32))), NATIVE),
        (asset_hub_as_root, SIBLING, SUPERUSER),
        (origins.parent_as_superuser, HERE, SUPERUSER),
    ],
)
def test_other_locations_may_not_make_calls_that_way(
    convert: ConvertOrigin, location: Location, kind: OriginKind
) -> None:
    assert convert(location, kind) is None


def test_the_first_converter_that_knows_decides() -> None:
    convert = origins.first_origin(asset_hub_as_root, passed)

    assert convert(CHILD, SUPERUSER) == Root()
    assert convert(CHILD, XCM) == Passed(CHILD)
    assert convert(CHILD, NATIVE) is None


def is_council(origin: Origin) -> bool:
    return origin == ParachainOrigin(ParaId(7))


voice = origins.origin_to_plurality_voice(is_council, Technical())
location_of = origins.first_location(voice, origins.signed_to_account(Polkadot()))
ensure = origins.ensure_xcm_origin(location_of)


@pytest.mark.parametrize(
    ("origin", "location"),
    [
        (Signed(ALICE), account_location(ALICE, Polkadot())),
        (ParachainOrigin(ParaId(7)), Location(0, (Plurality(Technical(), Voice()),))),
        (Root(), HERE),
    ],
)
def test_callers_are_taken_for_locations(origin: Origin, location: Location) -> None:
    assert ensure(origin) == location


@pytest.mark.parametrize("origin", [NoOrigin(), ParachainOrigin(ParaId(8))])
def test_who_stands_for_no_location_is_a_bad_origin(origin: Origin) -> None:
    with pytest.raises(DispatchError) as refused:
        ensure(origin)
    assert refused.value.error == BadOrigin()


def test_where_nobody_is_a_location_root_still_is_the_chain() -> None:
    only_root = origins.ensure_xcm_origin(origins.first_location())

    assert only_root(Root()) == HERE
    with pytest.raises(DispatchError):
        only_root(Signed(ALICE))
