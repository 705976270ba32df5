"""What an executor is made of: one object for each thing that chains do differently.

Upstream: polkadot/xcm/xcm-executor/src/config.rs `Config`
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from primitives.pallet import RuntimeCall
from xcm.asset import Asset
from xcm.junctions import Junction, Junctions
from xcm.location import Location
from xcm.program import Xcm
from xcm.responses import PalletInfo
from xcm.traits import (
    AssetExchanger,
    AssetTransactor,
    AssetTrap,
    Barrier,
    Calls,
    ContainsAsset,
    ConvertOrigin,
    EventEmitter,
    FeeManager,
    HrmpNotifications,
    ResponseHandler,
    SubscriptionService,
    Trader,
    Transactional,
    Weigher,
    XcmSender,
)


def no_pair(one: object, other: object) -> bool:
    """Trusts nobody with anything."""
    return False


def _every_call(call: RuntimeCall) -> bool:
    return True


def _not_recorded(program: Xcm) -> None:
    pass


class IgnoredNotifications:
    """News of channels changes nothing, and is not an error.

    Upstream: polkadot/xcm/xcm-executor/src/traits/hrmp.rs (for `()`)
    """

    def new_channel_open_request(self, sender: int, max_message_size: int, max_capacity: int) -> None:
        """Does nothing."""

    def channel_accepted(self, recipient: int) -> None:
        """Does nothing."""

    def channel_closing(self, initiator: int, sender: int, recipient: int) -> None:
        """Does nothing."""


@dataclass(frozen=True, kw_only=True)
class ExecutorConfig:
    """How a chain runs programs. Locks and bridges are not among it: their instructions fail here."""

    universal_location: Junctions
    """Where we are, starting with the network."""

    barrier: Barrier
    weigher: Weigher
    new_trader: Callable[[], Trader]
    """A trader for one program."""

    transactor: AssetTransactor
    transactional: Transactional
    sender: XcmSender
    events: EventEmitter
    fees: FeeManager
    calls: Calls
    convert_origin: ConvertOrigin
    responses: ResponseHandler
    trap: AssetTrap
    subscriptions: SubscriptionService

    is_reserve: Callable[[Asset, Location], bool] = no_pair
    """Whether a place keeps an asset for us."""

    is_teleporter: ContainsAsset = no_pair
    """Whether a place may destroy an asset and have us make it anew, and the other way round."""

    aliasers: Callable[[Location, Location], bool] = no_pair
    """Whether the first may speak for the second."""

    universal_aliases: Callable[[Location, Junction], bool] = no_pair
    """Whether a place may speak for a network or a chain."""

    safe_call_filter: Callable[[RuntimeCall], bool] = _every_call
    """Which calls `Transact` may make."""

    hrmp: HrmpNotifications = field(default_factory=IgnoredNotifications)
    exchanger: AssetExchanger | None = None
    pallets: tuple[PalletInfo, ...] = ()
    """In the order of their indices."""

    max_assets_into_holding: int = 64
    """Holding has room for twice as many assets; only assets that come in are counted against it."""

    record: Callable[[Xcm], None] = _not_recorded
    """Is shown every program before the barrier sees it."""
