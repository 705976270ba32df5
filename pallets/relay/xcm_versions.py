"""Which XCM version each parachain speaks, as far as the relay chain knows.

This reads the storage of XcmPallet, which is not ours yet; nothing is written here. Upstream also puts
destinations of unknown version on XcmPallet's discovery queue.

Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::wrap_version`
"""

from __future__ import annotations

from primitives.ids import ParaId
from primitives.pallet import BLAKE2_128_CONCAT, TWOX_64_CONCAT, Pallet, item
from primitives.record import Record
from primitives.scale.codec import U8, U32, Compact32
from primitives.storage.views import Map, OptionValue
from xcm.notifications import OLDEST_VERSION, XCM_VERSION, Notification, versioned


class ChildParachain(Record):
    """`VersionedLocation` of a child parachain: version 5, no parents, one junction, Parachain."""

    version: U8
    parents: U8
    junctions: U8
    junction: U8
    para: Compact32


class XcmVersions(Pallet, prefix="XcmPallet"):
    """What XcmPallet knows of other chains' versions.

    Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet`
    """

    safe_xcm_version: OptionValue[U32]
    """The version to use for chains of which none is known."""

    supported_version: Map[tuple[U32, ChildParachain], U32] = item(
        hashers=(TWOX_64_CONCAT, BLAKE2_128_CONCAT)
    )
    """The version that a chain is known to speak; the first part of the key is the version of the key
    itself."""

    def wrap(self, dest: ParaId, notification: Notification) -> bytes:
        """The notification in the version that the destination is known to speak, else in the safe one, else
        in the newest; in the newest too where that version cannot be written.

        DEVIATION: upstream also notes a destination of unknown version, to ask it in the next block.

        Upstream: polkadot/xcm/pallet-xcm/src/lib.rs `Pallet::wrap_version`,
        polkadot/runtime/parachains/src/hrmp.rs `wrap_notification`
        """
        version = self.supported_version.get((XCM_VERSION, ChildParachain(XCM_VERSION, 0, 1, 0, dest)))
        if version is None:
            version = self.safe_xcm_version.get()
        spoken = XCM_VERSION if version is None else min(version, XCM_VERSION)
        return versioned(notification, spoken if spoken >= OLDEST_VERSION else XCM_VERSION)
