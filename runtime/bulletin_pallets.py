"""The pallets of the recorded parachain, as XCM programs may ask about them.

These are all of its pallets, those that are not ours included: what a program is told does not depend on how
much of the chain we have. A pallet's module is what the runtime calls the crate or module that it is from.

Upstream: paseo-network/runtimes
system-parachains/bulletin-paseo/src/lib.rs `AllPalletsWithSystem`, Cargo.lock
"""

from __future__ import annotations

from xcm.responses import PalletInfo

_PALLETS: tuple[tuple[int, str, str, tuple[int, int, int]], ...] = (
    (0, "System", "frame_system", (47, 0, 0)),
    (1, "ParachainSystem", "cumulus_pallet_parachain_system", (0, 28, 0)),
    (3, "Timestamp", "pallet_timestamp", (47, 0, 0)),
    (4, "ParachainInfo", "parachain_info", (0, 27, 0)),
    (5, "WeightReclaim", "cumulus_pallet_weight_reclaim", (0, 10, 0)),
    (6, "Utility", "pallet_utility", (48, 0, 0)),
    (7, "MultiBlockMigrations", "pallet_migrations", (18, 0, 0)),
    (10, "Balances", "pallet_balances", (49, 0, 0)),
    (11, "TransactionPayment", "pallet_transaction_payment", (48, 0, 0)),
    (12, "SkipFeelessPayment", "pallet_skip_feeless_payment", (22, 0, 0)),
    (20, "Authorship", "pallet_authorship", (47, 0, 0)),
    (21, "CollatorSelection", "pallet_collator_selection", (29, 0, 0)),
    (22, "Session", "pallet_session", (48, 0, 0)),
    (23, "Aura", "pallet_aura", (47, 0, 0)),
    (24, "AuraExt", "cumulus_pallet_aura_ext", (0, 28, 0)),
    (30, "XcmpQueue", "cumulus_pallet_xcmp_queue", (0, 29, 0)),
    (31, "PolkadotXcm", "pallet_xcm", (28, 0, 0)),
    (32, "CumulusXcm", "cumulus_pallet_xcm", (0, 26, 0)),
    (34, "MessageQueue", "pallet_message_queue", (51, 0, 0)),
    (40, "TransactionStorage", "pallet_bulletin_transaction_storage", (0, 1, 0)),
    (41, "HopPromotion", "pallet_bulletin_hop_promotion", (0, 1, 0)),
    (100, "Sudo", "pallet_sudo", (48, 0, 0)),
)
"""Index, name, module and version."""

PALLETS = tuple(
    PalletInfo(index, name.encode(), module.encode(), *version) for index, name, module, version in _PALLETS
)
"""In the order of their indices."""
