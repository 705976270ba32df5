"""The place of the origin that parachains call with: this pallet has nothing but its index.

Upstream: polkadot/runtime/parachains/src/origin.rs
"""

from __future__ import annotations

from typing import Any, ClassVar

from primitives import origin
from primitives.pallet import Pallet


class ParachainsOrigin(Pallet, prefix="ParachainsOrigin"):
    """Gives `primitives.origin.Parachain` its place among the chain's origins.

    Upstream: polkadot/runtime/parachains/src/origin.rs `Pallet`
    """

    origins: ClassVar[Any] = origin.ParachainsOrigin
