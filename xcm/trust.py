"""Groups of places and assets: who is trusted with what.

A runtime's configuration is made of these: as a group of locations (`Contains`), as whom a place is believed
about which assets (`ContainsAsset`), or as who may speak for whom.

Upstream: polkadot/xcm/xcm-builder/src/matches_location.rs, polkadot/xcm/xcm-builder/src/matches_token.rs,
polkadot/xcm/xcm-builder/src/filter_asset_location.rs, polkadot/xcm/xcm-builder/src/origin_aliases.rs
"""

from __future__ import annotations

from collections.abc import Callable

from primitives.ids import ParaId, is_system
from xcm.asset import Asset, AssetId, Fungible
from xcm.filters import AssetFilter, matches
from xcm.junctions import AccountId32, BodyId, Junctions, Parachain, Plurality, Voice
from xcm.location import PARENT, Location
from xcm.traits import Contains, ContainsAsset

MatchesAmount = Callable[[Asset], int | None]
"""How much of the one asset that somebody deals with this is; None for others.

Upstream: polkadot/xcm/xcm-executor/src/traits/token_matching.rs `MatchesFungible`
"""


def everything(location: Location) -> bool:
    """Everybody."""
    return True


def any_of(*groups: Contains) -> Contains:
    """Who is in at least one of the groups."""
    return lambda location: any(group(location) for group in groups)


def equals(*members: Location) -> Contains:
    """These locations.

    Upstream: substrate/frame/support/src/traits/members.rs `Equals`
    """
    return lambda location: location in members


# ------------------------------------------------------------------------------------------------- places


def is_child_parachain(location: Location) -> bool:
    """A parachain of this relay chain."""
    return location.parents == 0 and _is_parachain(location.interior)


def is_child_system_parachain(location: Location) -> bool:
    """A system chain of this relay chain.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `IsChildSystemParachain`
    """
    return location.parents == 0 and _is_system_parachain(location.interior)


def is_sibling_system_parachain(location: Location) -> bool:
    """A system chain of our relay chain.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `IsSiblingSystemParachain`
    """
    return location.parents == 1 and _is_system_parachain(location.interior)


def is_parent_or_sibling(location: Location) -> bool:
    """Our relay chain, or a parachain of it.

    Upstream: cumulus/parachains/common/src/xcm_config.rs `ParentRelayOrSiblingParachains`
    """
    return location == PARENT or (location.parents == 1 and _is_parachain(location.interior))


def is_local_plurality(location: Location) -> bool:
    """A body of this chain."""
    match location:
        case Location(0, (Plurality(),)):
            return True
        case _:
            return False


def is_plurality_of(*chains: Location) -> Contains:
    """A body of one of these chains."""

    def contains(location: Location) -> bool:
        last = location.interior[-1] if location.interior else None
        return isinstance(last, Plurality) and Location(location.parents, location.interior[:-1]) in chains

    return contains


def is_voice_of(chain: Location, body: BodyId) -> Contains:
    """A body of a chain speaking as a whole.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `IsVoiceOfBody`
    """
    voice = Location(chain.parents, (*chain.interior, Plurality(body, Voice())))
    return lambda location: location == voice


def _is_parachain(interior: Junctions) -> bool:
    return len(interior) == 1 and isinstance(interior[0], Parachain)


def _is_system_parachain(interior: Junctions) -> bool:
    match interior:
        case (Parachain(id),):
            return is_system(ParaId(id))
        case _:
            return False


# ------------------------------------------------------------------------------------------------- assets


def is_concrete(id: AssetId) -> MatchesAmount:
    """Amounts of one asset.

    Upstream: polkadot/xcm/xcm-builder/src/matches_token.rs `IsConcrete`
    """

    def amount(asset: Asset) -> int | None:
        return asset.fun.amount if asset.id == id and isinstance(asset.fun, Fungible) else None

    return amount


def cases(*trusted: tuple[AssetFilter, Location]) -> ContainsAsset:
    """These assets with these places.

    Upstream: polkadot/xcm/xcm-builder/src/filter_asset_location.rs `Case`
    """
    return lambda asset, place: any(place == at and matches(which, asset) for which, at in trusted)


def concrete_asset_from_system(id: AssetId) -> ContainsAsset:
    """One asset, with the relay chain and its system chains.

    Upstream: cumulus/parachains/common/src/xcm_config.rs `ConcreteAssetFromSystem`
    """
    return lambda asset, place: asset.id == id and (place == PARENT or is_sibling_system_parachain(place))


def native_asset(asset: Asset, place: Location) -> bool:
    """Each asset with the place that issues it.

    Upstream: polkadot/xcm/xcm-builder/src/filter_asset_location.rs `NativeAsset`
    """
    return asset.id == place


# ------------------------------------------------------------------------------------------------ aliases


def any_alias(*rules: Callable[[Location, Location], bool]) -> Callable[[Location, Location], bool]:
    """Whom at least one of the rules lets speak."""
    return lambda origin, target: any(rule(origin, target) for rule in rules)


def alias_child_location(origin: Location, target: Location) -> bool:
    """Each for whatever is inside of it, itself included.

    Upstream: polkadot/xcm/xcm-builder/src/origin_aliases.rs `AliasChildLocation`
    """
    return target.starts_with(origin)


def alias_foreign_account(of: Contains) -> Callable[[Location, Location], bool]:
    """An account of such a place for the same account here.

    Upstream: polkadot/xcm/xcm-builder/src/origin_aliases.rs `AliasForeignAccountId32`
    """

    def contains(origin: Location, target: Location) -> bool:
        match origin.interior:
            case (*prefix, AccountId32() as account):
                place = Location(origin.parents, tuple(prefix))
                return of(place) and target == Location(0, (account,))
            case _:
                return False

    return contains


def alias_origin_root(root: Location, whom: Contains) -> Callable[[Location, Location], bool]:
    """One chain for some locations.

    Upstream: polkadot/xcm/xcm-builder/src/origin_aliases.rs `AliasOriginRootUsingFilter`
    """
    return lambda origin, target: origin == root and whom(target)
