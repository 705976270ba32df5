"""Origins of calls and places: as what a location makes calls here, and which location a caller is.

A program that makes a call says of which kind the caller should be (`OriginKind`). Each converter knows one
way; chains combine several with `first_origin`. The other way round, whoever calls the XCM pallet is taken
for a location: an account for itself, Root for the chain.

| kind | converters |
|---|---|
| SovereignAccount | `sovereign_signed` |
| Native | `child_parachain_as_native`, `sibling_parachain_as_native`, `relay_chain_as_native`, `signed_account_as_native` |
| Superuser | `parent_as_superuser`, `location_as_superuser` |
| Xcm | `xcm_passthrough` |

Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs
"""  # noqa: E501 - a table

from __future__ import annotations

from collections.abc import Callable

from primitives.errors import BadOrigin, DispatchError
from primitives.ids import AccountId, ParaId
from primitives.origin import Origin, Parachain, Root, Signed
from xcm import junctions
from xcm.accounts import AccountOf, account_location
from xcm.junctions import AccountId32, BodyId, NetworkId, Plurality, Voice
from xcm.location import HERE, PARENT, Location
from xcm.terms import OriginKind
from xcm.traits import Contains, ConvertOrigin


def first_origin(*converters: ConvertOrigin) -> ConvertOrigin:
    """The origin that the first converter gives which gives one."""

    def convert(location: Location, kind: OriginKind) -> Origin | None:
        found = (converter(location, kind) for converter in converters)
        return next((origin for origin in found if origin is not None), None)

    return convert


def sovereign_signed(account_of: AccountOf) -> ConvertOrigin:
    """Signed by the location's account.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `SovereignSignedViaLocation`
    """

    def convert(location: Location, kind: OriginKind) -> Origin | None:
        account = account_of(location) if kind is OriginKind.SovereignAccount else None
        return None if account is None else Signed(account)

    return convert


def child_parachain_as_native(location: Location, kind: OriginKind) -> Origin | None:
    """A parachain on the relay chain.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `ChildParachainAsNative`
    """
    match kind, location:
        case OriginKind.Native, Location(0, (junctions.Parachain(id),)):
            return Parachain(ParaId(id))
        case _:
            return None


def sibling_parachain_as_native(native: Callable[[ParaId], Origin]) -> ConvertOrigin:
    """A parachain on another one, whose origin for it `native` makes.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `SiblingParachainAsNative`
    """

    def convert(location: Location, kind: OriginKind) -> Origin | None:
        match kind, location:
            case OriginKind.Native, Location(1, (junctions.Parachain(id),)):
                return native(ParaId(id))
            case _:
                return None

    return convert


def relay_chain_as_native(native: Origin) -> ConvertOrigin:
    """The relay chain on a parachain, whose origin for it is `native`.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `RelayChainAsNative`
    """
    return lambda location, kind: native if kind is OriginKind.Native and location == PARENT else None


def signed_account_as_native(network: NetworkId | None) -> ConvertOrigin:
    """An account of this chain, said without a network or with ours.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `SignedAccountId32AsNative`
    """

    def convert(location: Location, kind: OriginKind) -> Origin | None:
        match kind, location:
            case OriginKind.Native, Location(0, (AccountId32(said, id),)) if said in (None, network):
                return Signed(AccountId(id))
            case _:
                return None

    return convert


def location_as_superuser(is_superuser: Contains) -> ConvertOrigin:
    """Root, for some locations.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `LocationAsSuperuser`
    """

    def convert(location: Location, kind: OriginKind) -> Origin | None:
        return Root() if kind is OriginKind.Superuser and is_superuser(location) else None

    return convert


def parent_as_superuser(location: Location, kind: OriginKind) -> Origin | None:
    """Root, for the relay chain.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `ParentAsSuperuser`
    """
    return Root() if kind is OriginKind.Superuser and location == PARENT else None


def xcm_passthrough(origin_of: Callable[[Location], Origin]) -> ConvertOrigin:
    """The location itself, as the XCM pallet's origin.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `XcmPassthrough`
    """
    return lambda location, kind: origin_of(location) if kind is OriginKind.Xcm else None


# ---------------------------------------------------------------------------------- the other way round

LocationOf = Callable[[Origin], Location | None]
"""The location that an origin stands for, or None."""


def first_location(*converters: LocationOf) -> LocationOf:
    """The location that the first converter gives which gives one."""

    def convert(origin: Origin) -> Location | None:
        found = (converter(origin) for converter in converters)
        return next((location for location in found if location is not None), None)

    return convert


def signed_to_account(network: NetworkId | None) -> LocationOf:
    """An account, with our network.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `SignedToAccountId32`
    """
    return lambda origin: account_location(origin.who, network) if isinstance(origin, Signed) else None


def origin_to_plurality_voice(is_body: Callable[[Origin], bool], body: BodyId) -> LocationOf:
    """The voice of a body, for an origin that speaks for it.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `OriginToPluralityVoice`
    """
    return lambda origin: Location(0, (Plurality(body, Voice()),)) if is_body(origin) else None


def ensure_xcm_origin(location_of: LocationOf) -> Callable[[Origin], Location]:
    """The location of whoever calls; Root is the chain itself, and for others it fails with BadOrigin.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `EnsureXcmOrigin`
    """

    def ensure(origin: Origin) -> Location:
        location = location_of(origin)
        if location is not None:
            return location
        if isinstance(origin, Root):
            return HERE
        raise DispatchError(BadOrigin())

    return ensure
