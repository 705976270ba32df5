"""News of channels, in a version of XCM that the parachain they go to speaks.

Upstream: polkadot/runtime/parachains/src/hrmp.rs
"""

from __future__ import annotations

from typing import Protocol

from primitives.ids import ParaId
from xcm.junctions import Parachain
from xcm.location import Location
from xcm.notifications import XCM_VERSION, Notification, versioned
from xcm.program import Xcm


class WrapsVersions(Protocol):
    """Knows which versions others speak: the XCM pallet."""

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        """A program in a version that its destination speaks; None if it cannot be said so."""
        ...


class ChannelNotices:
    """Puts news of channels into words."""

    def __init__(self, versions: WrapsVersions) -> None:
        self.versions = versions

    def wrap(self, dest: ParaId, notification: Notification) -> bytes:
        """The notification in the version that the destination is known to speak, else in the safe one; in
        the newest where neither is known.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::wrap_notification`
        """
        wrapped = self.versions.wrap_version(Location(0, (Parachain(dest),)), (notification,))
        return versioned(notification, XCM_VERSION) if wrapped is None else wrapped
