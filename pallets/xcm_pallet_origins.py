"""Who calls by a program, or by answering a query.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `EnsureXcm`, `EnsureResponse`
"""

from __future__ import annotations

from pallets.xcm_pallet_items import Response, Xcm
from primitives.errors import BadOrigin, DispatchError
from primitives.origin import Origin
from xcm.location import Location
from xcm.traits import Contains


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
