"""How an asset gets to another chain: by teleport, or by way of the chain that keeps it.

| type | here | there |
|---|---|---|
| `Teleport` | destroyed | made anew |
| `LocalReserve` | moved to the account of the destination | what stands for it is made |
| `DestinationReserve` | what stands for it is destroyed | taken from our account |
| `RemoteReserve` | what stands for it is destroyed | moved from our account to its own on a third chain |

Upstream: polkadot/xcm/xcm-executor/src/traits/asset_transfer.rs
"""

from __future__ import annotations

from typing import ClassVar

from primitives.record import Record
from xcm.asset import Asset
from xcm.executor_config import ExecutorConfig
from xcm.location import HERE, Location
from xcm.versions import XCM_VERSION, Versioned, VersionedLocation


class Teleport(Record, tag=0):
    """Destroyed here and made anew there."""


class LocalReserve(Record, tag=1):
    """We keep it for the destination."""


class DestinationReserve(Record, tag=2):
    """The destination keeps it for us."""


class RemoteReserve(Record, tag=3):
    """A third chain keeps it for both."""

    UNNAMED: ClassVar[bool] = True

    reserve: VersionedLocation


TransferType = Teleport | LocalReserve | DestinationReserve | RemoteReserve


class UnknownReserve(Exception):
    """Nobody is known to keep the asset."""


def transfer_type(config: ExecutorConfig, asset: Asset, dest: Location) -> TransferType:
    """How an asset of ours gets to `dest`; raises `UnknownReserve`.

    An asset from where it could also be teleported is kept here.
    Upstream: polkadot/xcm/xcm-executor/src/traits/asset_transfer.rs `XcmAssetTransfers::determine_for`
    """
    if config.is_teleporter(asset, dest):
        return Teleport()
    if config.is_reserve(asset, dest):
        return DestinationReserve()
    home = asset.id.chain_location()
    if home == HERE or config.is_teleporter(asset, home):
        return LocalReserve()
    if config.is_reserve(asset, home):
        return RemoteReserve(Versioned(XCM_VERSION, home))
    raise UnknownReserve
