"""Origins and locations: as whom calls send and run programs, and who calls by a program.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EnsureXcm`, `EnsureResponse`, `XcmPassthrough`,
polkadot/xcm/xcm-builder/src/origin_conversion.rs
"""

from __future__ import annotations

from collections.abc import Callable

from pallets.xcm_pallet_items import Response, Xcm
from primitives.errors import BadOrigin, DispatchError
from primitives.origin import Origin, Root, Signed
from xcm.junctions import AccountId32, NetworkId
from xcm.location import HERE, Location
from xcm.terms import OriginKind
from xcm.traits import Contains

ToLocation = Callable[[Origin], Location | None]
"""As which place in this chain an origin acts; None if it is not known to this one."""


def signed_to_account(network: NetworkId | None) -> ToLocation:
    """Those who sign are accounts of a network.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `SignedToAccountId32`
    """
    return lambda origin: (
        Location(0, (AccountId32(network, origin.who),)) if isinstance(origin, Signed) else None
    )


def ensure_xcm_origin(*conversions: ToLocation) -> Callable[[Origin], Location]:
    """As whom an origin acts: as the first conversion says; Root always as the chain. Fails with BadOrigin.

    Upstream: polkadot/xcm/xcm-builder/src/origin_conversion.rs `EnsureXcmOrigin`
    """

    def location_of(origin: Origin) -> Location:
        found = next((place for each in conversions if (place := each(origin)) is not None), None)
        if found is not None:
            return found
        if isinstance(origin, Root):
            return HERE
        raise DispatchError(BadOrigin())

    return location_of


def xcm_passthrough(location: Location, kind: OriginKind) -> Origin | None:
    """A location that dispatches a call as itself.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `XcmPassthrough`
    """
    return Xcm(location) if kind is OriginKind.Xcm else None


def ensure_xcm(origin: Origin, allowed: Contains = lambda location: True) -> Location:
    """The place that calls by a program, else fail with BadOrigin.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EnsureXcm`
    """
    if not isinstance(origin, Xcm) or not allowed(origin.location):
        raise DispatchError(BadOrigin())
    return origin.location


def ensure_response(origin: Origin) -> Location:
    """The place that answered a query, for the call that waited for it, else fail with BadOrigin.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EnsureResponse`
    """
    if not isinstance(origin, Response):
        raise DispatchError(BadOrigin())
    return origin.location
