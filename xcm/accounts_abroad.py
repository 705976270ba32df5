"""Accounts of places in other networks, and an older way to describe accounts on other chains.

Nothing of this is used by the chains recorded here; others are set up with it.

Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs
"""

from __future__ import annotations

from primitives.hashing import blake2_256
from primitives.ids import AccountId
from xcm.accounts import AccountOf
from xcm.junctions import (
    V5,
    AccountId32,
    AccountKey20,
    GlobalConsensus,
    Junctions,
    NetworkId,
    Parachain,
    network_of,
)
from xcm.location import Location, LocationError


def remote_part(context: Junctions, location: Location) -> tuple[NetworkId, Junctions] | None:
    """The network that a location is in and the path in it; None if that is our own network.

    Upstream: polkadot/xcm/xcm-builder/src/universal_exports.rs `ensure_is_remote`
    """
    ours = network_of(context)
    try:
        universal = Location(0, context).appended_with(location)
    except LocationError:
        return None
    match universal:
        case Location(0, (GlobalConsensus(network), *rest)) if ours not in (None, network):
            return network, tuple(rest)
        case _:
            return None


def global_consensus_account(context: Junctions) -> AccountOf:
    """The account of a whole network that is not ours; `context` is our universal location.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `GlobalConsensusConvertsFor`
    """

    def convert(location: Location) -> AccountId | None:
        match remote_part(context, location):
            case (network, ()):
                return AccountId(blake2_256(b"glblcnsnss_" + _encoded(network)))
            case _:
                return None

    return convert


def global_consensus_parachain_account(context: Junctions) -> AccountOf:
    """The account of a parachain of another network; `context` is our universal location.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `GlobalConsensusParachainConvertsFor`
    """

    def convert(location: Location) -> AccountId | None:
        match remote_part(context, location):
            case (network, (Parachain(id),)):
                said = b"glblcnsnss/prchn_" + _encoded(network) + id.to_bytes(4, "little")
                return AccountId(blake2_256(said))
            case _:
                return None

    return convert


def _encoded(network: NetworkId) -> bytes:
    return bytes(V5.codec(NetworkId).encode(network))


def describe_foreign_account_legacy(location: Location) -> bytes | None:
    """An account on a parachain, or on the relay chain as a parachain sees it.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `LegacyDescribeForeignChainAccount`
    """
    match location:
        case Location((0 | 1) as parents, (Parachain(para), AccountId32(id=id))):
            who = b"_Para32" + para.to_bytes(4, "little") + id
        case Location((0 | 1) as parents, (Parachain(para), AccountKey20(key=key))):
            who = b"_Para20" + para.to_bytes(4, "little") + key
        case Location(1 as parents, (AccountId32(id=id),)):
            who = b"_Relay" + id
        case _:
            return None
    return b"ForeignChainAliasAccountPrefix" + who + bytes((parents,))
