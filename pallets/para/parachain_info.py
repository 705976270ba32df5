"""Which parachain this is.

Upstream: cumulus/parachains/pallets/parachain-info/src/lib.rs
"""

from __future__ import annotations

from primitives.ids import ParaId
from primitives.pallet import Pallet, item
from primitives.storage.views import Value


class ParachainInfo(Pallet, prefix="ParachainInfo"):
    """The parachain's id, set in its genesis.

    Upstream: cumulus/parachains/pallets/parachain-info/src/lib.rs `Pallet`
    """

    parachain_id: Value[ParaId] = item(default=ParaId(100))
    """Under which number the relay chain registered it."""
