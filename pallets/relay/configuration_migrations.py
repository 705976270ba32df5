"""Older shapes of the host configuration, and the way from each to the next.

State recorded from an earlier release says which shape it holds: `:__STORAGE_VERSION__:` of the pallet. Each
shape here is frozen as it was then; the newest, version 13, is `HostConfiguration`.

| to | what changed |
|---|---|
| 9 | `minimum_backing_votes` is added: 2 |
| 10 | `node_features` is added: none |
| 11 | `approval_voting_params` is added: one candidate a signature |
| 12 | eleven fields move into `scheduler_params`, four of them under new names |
| 13 | `max_availability_timeouts` and `ttl` go; `max_relay_parent_session_age` is added: 0 |

Versions up to 7 are left out: parachains were not yet scheduled as they are now, and nothing we read goes
back that far. `migrate` refuses them by name, as it does versions to come.

Upstream: polkadot/runtime/parachains/src/configuration/migration
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from primitives.host_configuration import (
    ApprovalVotingParams,
    AsyncBackingParams,
    ExecutorParam,
    HostConfiguration,
    Perbill,
    SchedulerParams,
)
from primitives.ids import Balance, BlockNumber, SessionIndex
from primitives.record import Record
from primitives.scale.codec import U32, Bits
from primitives.scale.derive import codec

NEWEST = 13
"""The storage version of `HostConfiguration`.

Upstream: polkadot/runtime/parachains/src/configuration.rs `STORAGE_VERSION`
"""

LEGACY_MIN_BACKING_VOTES = 2
"""How many validators had to back a candidate before that could be configured.

Upstream: polkadot/primitives/src/v9/mod.rs `LEGACY_MIN_BACKING_VOTES`
"""


class UnknownStorageVersion(ValueError):
    """A storage version whose shape is not known here.

    Upstream: none, upstream never meets one
    """

    def __init__(self, storage_version: int) -> None:
        super().__init__(storage_version)
        self.storage_version = storage_version


class FirstFields(Record):
    """What all shapes here begin with.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v8.rs `V8HostConfiguration`
    """

    max_code_size: U32
    max_head_data_size: U32
    max_upward_queue_count: U32
    max_upward_queue_size: U32
    max_upward_message_size: U32
    max_upward_message_num_per_candidate: U32
    hrmp_max_message_num_per_candidate: U32
    validation_upgrade_cooldown: BlockNumber
    validation_upgrade_delay: BlockNumber
    async_backing_params: AsyncBackingParams
    max_pov_size: U32
    max_downward_message_size: U32
    hrmp_max_parachain_outbound_channels: U32
    hrmp_sender_deposit: Balance
    hrmp_recipient_deposit: Balance
    hrmp_channel_max_capacity: U32
    hrmp_channel_max_total_size: U32
    hrmp_max_parachain_inbound_channels: U32
    hrmp_channel_max_message_size: U32
    executor_params: tuple[ExecutorParam, ...]
    code_retention_period: BlockNumber


class V8HostConfiguration(FirstFields):
    """Storage version 8.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v8.rs `V8HostConfiguration`
    """

    on_demand_cores: U32
    on_demand_retries: U32
    on_demand_queue_max_size: U32
    on_demand_target_queue_utilization: Perbill
    on_demand_fee_variability: Perbill
    on_demand_base_fee: Balance
    on_demand_ttl: BlockNumber
    group_rotation_frequency: BlockNumber
    paras_availability_period: BlockNumber
    scheduling_lookahead: U32
    max_validators_per_core: U32 | None
    max_validators: U32 | None
    dispute_period: SessionIndex
    dispute_post_conclusion_acceptance_period: BlockNumber
    no_show_slots: U32
    n_delay_tranches: U32
    zeroth_delay_tranche_width: U32
    needed_approvals: U32
    relay_vrf_modulo_samples: U32
    pvf_voting_ttl: SessionIndex
    minimum_validation_upgrade_delay: BlockNumber


class V9HostConfiguration(V8HostConfiguration):
    """Storage version 9.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v9.rs `V9HostConfiguration`
    """

    minimum_backing_votes: U32


class V10HostConfiguration(V9HostConfiguration):
    """Storage version 10.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v10.rs `V10HostConfiguration`
    """

    node_features: Bits


class V11HostConfiguration(V10HostConfiguration):
    """Storage version 11. Upstream calls `on_demand_cores` `coretime_cores` from here on.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v11.rs `V11HostConfiguration`
    """

    approval_voting_params: ApprovalVotingParams


class V12SchedulerParams(Record):
    """Scheduling in storage version 12.

    Upstream: polkadot/primitives/src/v9/mod.rs `SchedulerParams`
    """

    group_rotation_frequency: BlockNumber
    paras_availability_period: BlockNumber
    max_validators_per_core: U32 | None
    lookahead: U32
    num_cores: U32
    max_availability_timeouts: U32
    on_demand_queue_max_size: U32
    on_demand_target_queue_utilization: Perbill
    on_demand_fee_variability: Perbill
    on_demand_base_fee: Balance
    ttl: BlockNumber


class V12HostConfiguration(FirstFields):
    """Storage version 12.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v12.rs `V12HostConfiguration`
    """

    max_validators: U32 | None
    dispute_period: SessionIndex
    dispute_post_conclusion_acceptance_period: BlockNumber
    no_show_slots: U32
    n_delay_tranches: U32
    zeroth_delay_tranche_width: U32
    needed_approvals: U32
    relay_vrf_modulo_samples: U32
    pvf_voting_ttl: SessionIndex
    minimum_validation_upgrade_delay: BlockNumber
    minimum_backing_votes: U32
    node_features: Bits
    approval_voting_params: ApprovalVotingParams
    scheduler_params: V12SchedulerParams


def v8_to_v9(old: V8HostConfiguration) -> V9HostConfiguration:
    """Two backing votes, as it was before that could be chosen.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v9.rs `migrate_to_v9`
    """
    return V9HostConfiguration(
        **_common(old, V9HostConfiguration), minimum_backing_votes=LEGACY_MIN_BACKING_VOTES
    )


def v9_to_v10(old: V9HostConfiguration) -> V10HostConfiguration:
    """No node feature is on.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v10.rs `migrate_to_v10`
    """
    return V10HostConfiguration(**_common(old, V10HostConfiguration), node_features=())


def v10_to_v11(old: V10HostConfiguration) -> V11HostConfiguration:
    """One signature approves one candidate.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v11.rs `migrate_to_v11`
    """
    approval = ApprovalVotingParams(max_approval_coalesce_count=1)
    return V11HostConfiguration(**_common(old, V11HostConfiguration), approval_voting_params=approval)


def v11_to_v12(old: V11HostConfiguration) -> V12HostConfiguration:
    """What concerns scheduling moves into a record of its own.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v12.rs `migrate_to_v12`
    """
    scheduler = V12SchedulerParams(
        **_common(old, V12SchedulerParams),
        lookahead=old.scheduling_lookahead,
        num_cores=old.on_demand_cores,
        max_availability_timeouts=old.on_demand_retries,
        ttl=old.on_demand_ttl,
    )
    return V12HostConfiguration(**_common(old, V12HostConfiguration), scheduler_params=scheduler)


def v12_to_v13(old: V12HostConfiguration) -> HostConfiguration:
    """Claims on a core no longer time out; relay parents are of the same session.

    Upstream: polkadot/runtime/parachains/src/configuration/migration/v13.rs `migrate_to_v13`
    """
    scheduler = SchedulerParams(**_common(old.scheduler_params, SchedulerParams))
    kept = _common(old, HostConfiguration) | {"scheduler_params": scheduler}
    return HostConfiguration(**kept, max_relay_parent_session_age=0)


def _common(old: Record, new: type[Record]) -> dict[str, Any]:
    """The values of the fields that both shapes have under one name."""
    return {name: getattr(old, name) for name in new.__struct_fields__ if name in old.__struct_fields__}


STEPS: dict[int, tuple[type[Record], Callable[[Any], Record]]] = {
    8: (V8HostConfiguration, v8_to_v9),
    9: (V9HostConfiguration, v9_to_v10),
    10: (V10HostConfiguration, v10_to_v11),
    11: (V11HostConfiguration, v11_to_v12),
    12: (V12HostConfiguration, v12_to_v13),
}
"""By storage version: its shape, and the way to the next version."""


def migrate(storage_version: int, raw: bytes) -> HostConfiguration:
    """The configuration that was stored as `raw` under this storage version, in the newest shape.

    Raises `UnknownStorageVersion`, and `DecodeError` for bytes that have another shape.
    """
    config: Any = codec(_shape(storage_version)).decode(raw)
    return _newest(storage_version, config)


def migrate_pending(storage_version: int, raw: bytes) -> tuple[tuple[SessionIndex, HostConfiguration], ...]:
    """As `migrate`, for the list of pending configurations with the sessions that they are for."""
    shape: Any = _shape(storage_version)
    pending: Any = codec(tuple[tuple[SessionIndex, shape], ...]).decode(raw)
    return tuple((session, _newest(storage_version, config)) for session, config in pending)


def _shape(storage_version: int) -> type[Record]:
    if storage_version == NEWEST:
        return HostConfiguration
    if storage_version not in STEPS:
        raise UnknownStorageVersion(storage_version)
    return STEPS[storage_version][0]


def _newest(storage_version: int, config: Record) -> HostConfiguration:
    for version in range(storage_version, NEWEST):
        config = STEPS[version][1](config)
    assert isinstance(config, HostConfiguration)
    return config
