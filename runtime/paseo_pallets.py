"""The pallets of the recorded relay chain, as XCM programs may ask about them.

These are all of its pallets, those that are not ours included: what a program is told does not depend on how
much of the chain we have. A pallet's module is what the runtime calls the crate or module that it is from.

Upstream: paseo-network/runtimes relay/paseo/src/lib.rs `AllPalletsWithSystem`, Cargo.lock
"""

from __future__ import annotations

from xcm.responses import PalletInfo

_COMMON, _PARACHAINS = (28, 0, 0), (27, 0, 0)

_PALLETS: tuple[tuple[int, str, str, tuple[int, int, int]], ...] = (
    (0, "System", "frame_system", (47, 0, 0)),
    (1, "Scheduler", "pallet_scheduler", (49, 0, 0)),
    (2, "Babe", "pallet_babe", (48, 0, 0)),
    (3, "Timestamp", "pallet_timestamp", (47, 0, 0)),
    (4, "Indices", "pallet_indices", (48, 0, 0)),
    (5, "Balances", "pallet_balances", (49, 0, 0)),
    (6, "Authorship", "pallet_authorship", (47, 0, 0)),
    (7, "Staking", "pallet_staking", (48, 0, 0)),
    (8, "Offences", "pallet_offences", (46, 0, 0)),
    (9, "Session", "pallet_session", (48, 0, 0)),
    (10, "Preimage", "pallet_preimage", (48, 0, 0)),
    (11, "Grandpa", "pallet_grandpa", (48, 0, 0)),
    (13, "AuthorityDiscovery", "pallet_authority_discovery", (48, 0, 0)),
    (19, "Treasury", "pallet_treasury", (47, 0, 0)),
    (20, "ConvictionVoting", "pallet_conviction_voting", (48, 0, 0)),
    (21, "Referenda", "pallet_referenda", (48, 0, 0)),
    (22, "Origins", "pallet_custom_origins", (2, 3, 1)),
    (23, "Whitelist", "pallet_whitelist", (47, 0, 0)),
    (24, "Claims", "claims", _COMMON),
    (25, "Vesting", "pallet_vesting", (48, 0, 0)),
    (26, "Utility", "pallet_utility", (48, 0, 0)),
    (29, "Proxy", "pallet_proxy", (48, 0, 0)),
    (30, "Multisig", "pallet_multisig", (48, 0, 0)),
    (32, "TransactionPayment", "pallet_transaction_payment", (48, 0, 0)),
    (33, "Historical", "session_historical", (48, 0, 0)),
    (34, "Bounties", "pallet_bounties", (47, 0, 0)),
    (36, "ElectionProviderMultiPhase", "pallet_election_provider_multi_phase", (48, 0, 0)),
    (37, "VoterList", "pallet_bags_list", (47, 0, 0)),
    (38, "ChildBounties", "pallet_child_bounties", (47, 0, 0)),
    (39, "NominationPools", "pallet_nomination_pools", (46, 0, 0)),
    (40, "FastUnstake", "pallet_fast_unstake", (47, 0, 0)),
    (41, "DelegatedStaking", "pallet_delegated_staking", (14, 0, 0)),
    (42, "StakingAhClient", "pallet_staking_async_ah_client", (0, 10, 0)),
    (46, "Parameters", "pallet_parameters", (0, 19, 0)),
    (50, "ParachainsOrigin", "parachains_origin", _PARACHAINS),
    (51, "Configuration", "parachains_configuration", _PARACHAINS),
    (52, "ParasShared", "parachains_shared", _PARACHAINS),
    (53, "ParaInclusion", "parachains_inclusion", _PARACHAINS),
    (54, "ParaInherent", "parachains_paras_inherent", _PARACHAINS),
    (55, "ParaScheduler", "parachains_scheduler", _PARACHAINS),
    (56, "Paras", "parachains_paras", _PARACHAINS),
    (57, "Initializer", "parachains_initializer", _PARACHAINS),
    (58, "Dmp", "parachains_dmp", _PARACHAINS),
    (60, "Hrmp", "parachains_hrmp", _PARACHAINS),
    (61, "ParaSessionInfo", "parachains_session_info", _PARACHAINS),
    (62, "ParasDisputes", "parachains_disputes", _PARACHAINS),
    (63, "ParasSlashing", "parachains_slashing", _PARACHAINS),
    (64, "OnDemand", "parachains_on_demand", _PARACHAINS),
    (70, "Registrar", "paras_registrar", _COMMON),
    (71, "Slots", "slots", _COMMON),
    (72, "Auctions", "auctions", _COMMON),
    (73, "Crowdloan", "crowdloan", _COMMON),
    (74, "Coretime", "coretime", _PARACHAINS),
    (98, "StateTrieMigration", "pallet_state_trie_migration", (54, 0, 0)),
    (99, "XcmPallet", "pallet_xcm", (28, 0, 0)),
    (100, "MessageQueue", "pallet_message_queue", (51, 0, 0)),
    (101, "AssetRate", "pallet_asset_rate", (27, 0, 0)),
    (200, "Beefy", "pallet_beefy", (49, 0, 0)),
    (201, "Mmr", "pallet_mmr", (48, 0, 0)),
    (202, "BeefyMmrLeaf", "pallet_beefy_mmr", (49, 0, 1)),
    (249, "ParaSudoWrapper", "paras_sudo_wrapper", _COMMON),
    (251, "Sudo", "pallet_sudo", (48, 0, 0)),
    (255, "RcMigrator", "pallet_rc_migrator", (0, 1, 0)),
)
"""Index, name, module and version."""

PALLETS = tuple(
    PalletInfo(index, name.encode(), module.encode(), *version)
    for index, name, module, version in sorted(_PALLETS)
)
"""In the order of their indices."""
