"""Where upstream keeps the types that our annotations stand for.

Clients know some types by their path and treat them as what they are: `sp_core::crypto::AccountId32` is
shown as an address, `sp_weights::weight_v2::Weight` as a weight, and so on. What is not listed here gets the
path of our own class, which is as true and which no client knows.
"""

from __future__ import annotations

from collections.abc import Mapping

from primitives.metadata.names import upstream_type

_V9 = "polkadot_primitives::v9"
_PARAS = "polkadot_runtime_parachains::paras"
_SHARED = "polkadot_runtime_parachains::shared"

MODULES: Mapping[str, str] = {
    "frame_metadata_hash_extension": "Mode",
    "frame_support::dispatch": "DispatchClass Pays PerDispatchClass PostDispatchInfo RawOrigin",
    "frame_support::traits::messages": "ProcessMessageError",
    "frame_support::traits::storage": "Disabled NoDrop",
    "frame_support::traits::tokens::fungible": "HoldConsideration",
    "frame_support::traits::tokens::fungible::imbalance": "Imbalance",
    "frame_support::traits::tokens::misc": "BalanceStatus IdAmount",
    "frame_system": "AccountInfo CodeUpgradeAuthorization DispatchEventInfo EventRecord "
    "LastRuntimeUpgradeInfo Phase",
    "frame_system::limits": "BlockLength BlockWeights WeightsPerClass",
    "pallet_assets::types": "AccountStatus AssetAccount AssetDetails AssetStatus ExistenceReason",
    "pallet_balances::pallet": "UnexpectedKind",
    "pallet_balances::types": "AccountData AdjustmentDirection BalanceLock Reasons ReserveData",
    "pallet_message_queue": "BookState Neighbours Page",
    "pallet_transaction_payment": "Releases",
    "pallet_transaction_payment::types": "FeeDetails InclusionFee RuntimeDispatchInfo",
    "pallet_xcm": "AuthorizedAliasesEntry",
    "pallet_xcm::pallet": "MaxAuthorizedAliases QueryStatus RemoteLockedFungibleRecord VersionMigrationStage",
    "polkadot_core_primitives": "CandidateHash InboundDownwardMessage InboundHrmpMessage OutboundHrmpMessage",
    "polkadot_parachain_primitives::primitives": "HeadData HrmpChannelId Id ValidationCode "
    "ValidationCodeHash",
    _V9: "ApprovalVotingParams AvailabilityBitfield BackedCandidate CandidateCommitments "
    "CandidateDescriptorV2 CandidateReceiptV2 CommittedCandidateReceiptV2 CoreIndex DisputeStatement "
    "DisputeStatementSet GroupIndex GroupRotationInfo InherentData InvalidDisputeStatementKind "
    "OccupiedCoreAssumption PersistedValidationData PvfCheckStatement "
    "PvfExecKind PvfPrepKind ScrapedOnChainVotes UpgradeGoAhead UpgradeRestriction "
    "ValidDisputeStatementKind ValidatorIndex ValidityAttestation",
    f"{_V9}::async_backing": "AsyncBackingParams",
    f"{_V9}::executor_params": "ExecutorHostFunction ExecutorParam",
    f"{_V9}::signed": "UncheckedSigned",
    f"{_V9}::validator_app": "Public Signature",
    "polkadot_primitives::vstaging": "RelayParentInfo SchedulerParams",
    "polkadot_runtime_parachains::configuration": "HostConfiguration",
    "polkadot_runtime_parachains::hrmp": "HrmpChannel HrmpOpenChannelRequest",
    "polkadot_runtime_parachains::inclusion": "AggregateMessageOrigin CandidatePendingAvailability "
    "UmpQueueId",
    "polkadot_runtime_parachains::initializer": "BufferedSessionChange",
    _PARAS: "AuthorizedCodeHashAndExpiry ParaGenesisArgs ParaLifecycle ParaPastCodeMeta "
    "PvfCheckActiveVoteState PvfCheckCause ReplacementTimes UpgradeStrategy",
    _SHARED: "AllowedSchedulingParentsTracker SchedulingParentInfo",
    "primitive_types": "H256",
    "sp_arithmetic": "ArithmeticError",
    "sp_arithmetic::per_things": "Perbill",
    "sp_core": "OpaqueMetadata",
    "sp_core::crypto": "AccountId32 KeyTypeId",
    "sp_runtime": "DispatchError DispatchErrorWithPostInfo ModuleError MultiSignature TokenError "
    "TransactionalError",
    "sp_runtime::generic::digest": "Digest DigestItem",
    "sp_runtime::generic::header": "Header",
    "sp_runtime::multiaddress": "MultiAddress",
    "sp_runtime::proving_trie": "TrieError",
    "sp_runtime::transaction_validity": "InvalidTransaction TransactionSource TransactionValidityError "
    "UnknownTransaction ValidTransaction",
    "sp_version": "RuntimeVersion",
    "sp_weights": "RuntimeDbWeight",
    "sp_weights::weight_v2": "Weight",
    "staging_xcm_executor::traits::asset_transfer": "TransferType",
    "xcm": "VersionedAsset VersionedAssetId VersionedAssets VersionedInteriorLocation VersionedLocation "
    "VersionedResponse VersionedXcm",
    "xcm_runtime_apis::authorized_aliases": "OriginAliaser",
    "xcm_runtime_apis::dry_run": "CallDryRunEffects XcmDryRunEffects",
}
"""Upstream's modules, as metadata writes them, and the types in each."""

PATHS: Mapping[str, tuple[str, ...]] = {
    name: (*module.split("::"), name) for module, names in MODULES.items() for name in names.split()
}
"""The path of each type by its name."""

PALLETS: Mapping[str, str] = {
    "Authorship": "pallet_authorship",
    "Balances": "pallet_balances",
    "Configuration": "polkadot_runtime_parachains::configuration",
    "Dmp": "polkadot_runtime_parachains::dmp",
    "Hrmp": "polkadot_runtime_parachains::hrmp",
    "Initializer": "polkadot_runtime_parachains::initializer",
    "MessageQueue": "pallet_message_queue",
    "ParaInclusion": "polkadot_runtime_parachains::inclusion",
    "ParaInherent": "polkadot_runtime_parachains::paras_inherent",
    "ParaScheduler": "polkadot_runtime_parachains::scheduler",
    "ParaSessionInfo": "polkadot_runtime_parachains::session_info",
    "ParaSudoWrapper": "polkadot_runtime_common::paras_sudo_wrapper",
    "ParachainInfo": "staging_parachain_info",
    "ParachainSystem": "cumulus_pallet_parachain_system",
    "ParachainsOrigin": "polkadot_runtime_parachains::origin",
    "Paras": "polkadot_runtime_parachains::paras",
    "ParasShared": "polkadot_runtime_parachains::shared",
    "PolkadotXcm": "pallet_xcm",
    "Session": "pallet_session",
    "Sudo": "pallet_sudo",
    "System": "frame_system",
    "Timestamp": "pallet_timestamp",
    "TransactionPayment": "pallet_transaction_payment",
    "Utility": "pallet_utility",
    "XcmPallet": "pallet_xcm",
    "XcmpQueue": "cumulus_pallet_xcmp_queue",
}
"""The crate or module of each pallet; its calls, events and errors stand in the module `pallet` below."""

EXTENSIONS: Mapping[str, str] = {
    "AuthorizeCall": "frame_system::extensions::authorize_call",
    "ChargeTransactionPayment": "pallet_transaction_payment",
    "CheckGenesis": "frame_system::extensions::check_genesis",
    "CheckMetadataHash": "frame_metadata_hash_extension",
    "CheckMortality": "frame_system::extensions::check_mortality",
    "CheckNonZeroSender": "frame_system::extensions::check_non_zero_sender",
    "CheckNonce": "frame_system::extensions::check_nonce",
    "CheckSpecVersion": "frame_system::extensions::check_spec_version",
    "CheckTxVersion": "frame_system::extensions::check_tx_version",
    "CheckWeight": "frame_system::extensions::check_weight",
    "PrevalidateAttests": "polkadot_runtime_common::claims",
}
"""The module of each transaction extension."""


def path_of(name: str, module: str) -> tuple[str, ...]:
    """The path of a type of ours: upstream's if it is known, else that of our module."""
    known = PATHS.get(upstream_type(name))
    return known or (*module.split("."), upstream_type(name))


def pallet_path(prefix: str, name: str) -> tuple[str, ...]:
    """The path of a pallet's `Call`, `Event` or `Error`."""
    return (*PALLETS.get(prefix, f"pallet_{prefix.lower()}").split("::"), "pallet", name)


def extension_path(name: str) -> tuple[str, ...]:
    """The path of a transaction extension; one that is not known stands by its name alone."""
    return (*EXTENSIONS[name].split("::"), name) if name in EXTENSIONS else (name,)
