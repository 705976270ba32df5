"""A parachain with assets, beside the recorded one: it shows how a chain of one's own is put together.

It is no chain that exists. What makes it a parachain is in `runtime/parachain.py`, with the recorded
parachain's limits and prices; what is its own stands on this page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from hashlib import blake2b
from typing import ClassVar

from typing_extensions import override

from pallets.assets import Assets
from pallets.assets_items import AssetsConstants
from pallets.system_items import RuntimeVersion, SystemConstants
from primitives.extrinsic import (
    CHARGE_TRANSACTION_PAYMENT,
    CHECK_GENESIS,
    CHECK_METADATA_HASH,
    CHECK_MORTALITY,
    CHECK_NON_ZERO_SENDER,
    CHECK_NONCE,
    CHECK_SPEC_VERSION,
    CHECK_TX_VERSION,
    CHECK_WEIGHT,
    Extensions,
)
from primitives.ids import Balance
from primitives.pallet import Pallet
from primitives.record import replace
from primitives.weights import Weight
from runtime import bulletin
from runtime.bulletin_call_weights import CALLS
from runtime.bulletin_weights import EXTENSIONS, measured
from runtime.call_weights import CallWeights
from runtime.para import Para
from runtime.parachain import ParachainRuntime
from xcm.responses import PalletInfo

INDICES: Mapping[type[Pallet], int] = {**Para.indices, Assets: 50}

ANSWERED = frozenset(blake2b(each.name.encode(), digest_size=8).digest() for each in ParachainRuntime.apis)
"""The names of the functions' groups that clients may call, as a version tells them."""

VERSION = RuntimeVersion(
    spec_name="crosslane-assets",
    impl_name="crosslane",
    authoring_version=1,
    spec_version=1,
    impl_version=0,
    apis=tuple(each for each in bulletin.VERSION.apis if each[0] in ANSWERED),
    transaction_version=1,
    system_version=1,
)

ASSETS = AssetsConstants(asset_deposit=Balance(bulletin.UNITS // 10))

CALL_WEIGHTS = CALLS.extended(
    {
        "Assets": {
            "create": measured(26_838_000, 3_675, 2, 2),
            "mint": measured(23_273_000, 3_675, 2, 2),
            "burn": measured(31_800_000, 3_675, 2, 2),
            "transfer": measured(44_794_000, 6_208, 4, 4),
        }
    }
)
"""The recorded parachain's, and for Assets those that the pallet brings along.

Upstream: substrate/frame/assets/src/weights.rs `SubstrateWeight`
"""


EXTENSIONS_CARRIED: Extensions = (
    CHECK_NON_ZERO_SENDER,
    CHECK_SPEC_VERSION,
    CHECK_TX_VERSION,
    CHECK_GENESIS,
    CHECK_MORTALITY,
    CHECK_NONCE,
    CHECK_WEIGHT,
    CHARGE_TRANSACTION_PAYMENT,
    CHECK_METADATA_HASH,
)

EXTENSIONS_WEIGHT = reduce(
    Weight.saturating_add, (EXTENSIONS[each.name] for each in EXTENSIONS_CARRIED if each.name in EXTENSIONS)
)


class AssetPara(ParachainRuntime):
    """A parachain with assets over one state, which says which parachain it is."""

    indices: ClassVar[Mapping[type[Pallet], int]] = INDICES
    extensions: ClassVar[Extensions] = EXTENSIONS_CARRIED
    weights: ClassVar[CallWeights | None] = CALL_WEIGHTS
    extensions_weight: ClassVar[Weight] = EXTENSIONS_WEIGHT
    system_constants: ClassVar[SystemConstants] = replace(bulletin.SYSTEM, version=VERSION)
    known_pallets: ClassVar[tuple[PalletInfo, ...]] = tuple(
        PalletInfo(index, pallet.prefix.encode(), pallet.prefix.encode(), 1, 0, 0)
        for pallet, index in sorted(INDICES.items(), key=lambda each: each[1])
    )

    @override
    def wire_own(self) -> None:
        """Assets stand beside the balances that pay for them."""
        self.assets = self.add(Assets(self.frame, self.system, self.balances, ASSETS))
