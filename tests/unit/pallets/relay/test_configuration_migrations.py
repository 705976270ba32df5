"""Stored configurations of every known shape, down to the byte, and what becomes of them.

The values of versions 8 to 12 say the same in five shapes: a test network's configuration, after the bytes in
upstream's own migration tests. Version 13 is Paseo's of 2026.
"""

from __future__ import annotations

from typing import Any

import pytest

from pallets.relay.configuration_migrations import (
    NEWEST,
    STEPS,
    UnknownStorageVersion,
    V8HostConfiguration,
    V11HostConfiguration,
    V12HostConfiguration,
    migrate,
    migrate_pending,
    v8_to_v9,
    v11_to_v12,
    v12_to_v13,
)
from primitives.host_configuration import (
    ApprovalVotingParams,
    AsyncBackingParams,
    HostConfiguration,
    MaxMemoryPages,
    Perbill,
    PvfExecKind,
    PvfExecTimeout,
    SchedulerParams,
    inconsistency,
)
from primitives.ids import Balance, BlockNumber, SessionIndex
from primitives.record import Record, replace
from primitives.scale.derive import codec
from primitives.scale.errors import DecodeError

LIMITS = (
    "0000300000800000080000000000100000c80000050000000500000002000000020000000000000000000000"
    "0000500000001000040000000000000000000000000000000000000000000000000000000000000000000000"
    "0800000000200000040000000000100000b0040000"
)
"""Up to `code_retention_period`; the same in all five."""

ON_DEMAND = "00000000000000001027000080b2e60e80c3c9018096980000000000000000000000000005000000"
GROUPS = "1400000004000000010000000101000000"
VOTING = "0006000000640000000200000019000000000000000200000002000000" + "0200000005000000"
V12_SCHEDULER = (
    "140000000400000001010000000100000001000000000000001027000080b2e60e80c3c901"
    "8096980000000000000000000000000005000000"
)

STORED = {
    8: LIMITS + ON_DEMAND + GROUPS + VOTING,
    9: LIMITS + ON_DEMAND + GROUPS + VOTING + "02000000",
    10: LIMITS + ON_DEMAND + GROUPS + VOTING + "02000000" + "00",
    11: LIMITS + ON_DEMAND + GROUPS + VOTING + "02000000" + "00" + "01000000",
    12: LIMITS + VOTING + "02000000" + "00" + "01000000" + V12_SCHEDULER,
}

EXAMPLE = HostConfiguration(
    max_code_size=3_145_728,
    max_head_data_size=32_768,
    max_upward_queue_count=8,
    max_upward_queue_size=1_048_576,
    max_upward_message_size=51_200,
    max_upward_message_num_per_candidate=5,
    hrmp_max_message_num_per_candidate=5,
    validation_upgrade_cooldown=BlockNumber(2),
    validation_upgrade_delay=BlockNumber(2),
    max_pov_size=5_242_880,
    max_downward_message_size=1_048_576,
    hrmp_max_parachain_outbound_channels=4,
    hrmp_channel_max_capacity=8,
    hrmp_channel_max_total_size=8_192,
    hrmp_max_parachain_inbound_channels=4,
    hrmp_channel_max_message_size=1_048_576,
    code_retention_period=BlockNumber(1_200),
    no_show_slots=2,
    n_delay_tranches=25,
    needed_approvals=2,
    relay_vrf_modulo_samples=2,
    minimum_validation_upgrade_delay=BlockNumber(5),
    scheduler_params=SchedulerParams(
        group_rotation_frequency=BlockNumber(20),
        paras_availability_period=BlockNumber(4),
        max_validators_per_core=1,
    ),
)

PASEO = bytes.fromhex(
    "0000300000800000aaaa020000001000fbff0000100000000a0000003c0000003c00000003000000020000000000a000"
    "00c800001e0000000000000000000000000000000000000000000000000000000000000000000000e803000000900100"
    "1e000000009001000c01002000000600c4090000000000000601983a000000000000b004000000060000006400000002"
    "00000019000000000000000200000002000000020000000500000001000000200b010000000a00000004000000010300"
    "000005000000020000006400000080b2e60e80c3c9018096980000000000000000000000000000000000"
)


def with_one_core(config: HostConfiguration) -> HostConfiguration:
    """There was a core by the time version 12 came."""
    return replace(config, scheduler_params=replace(config.scheduler_params, num_cores=1))


@pytest.mark.parametrize(
    ("version", "expected"),
    [(8, EXAMPLE), (9, EXAMPLE), (10, EXAMPLE), (11, EXAMPLE), (12, with_one_core(EXAMPLE))],
)
def test_a_configuration_means_the_same_in_every_shape(version: int, expected: HostConfiguration) -> None:
    assert migrate(version, bytes.fromhex(STORED[version])) == expected


@pytest.mark.parametrize("version", STEPS)
def test_every_shape_encodes_to_what_was_stored(version: int) -> None:
    raw = bytes.fromhex(STORED[version])
    shape: Any = STEPS[version][0]
    assert codec(shape).encode(codec(shape).decode(raw)) == raw


def test_the_newest_shape_is_paseos() -> None:
    config = migrate(NEWEST, PASEO)

    assert codec(HostConfiguration).encode(config) == PASEO
    assert inconsistency(config) is None
    assert config.max_upward_queue_count == 174_762
    assert config.max_upward_message_size == 65_531
    assert config.async_backing_params == AsyncBackingParams(3, 2)
    assert config.max_pov_size == 10_485_760
    assert config.hrmp_max_parachain_inbound_channels == 30
    assert config.executor_params == (
        MaxMemoryPages(8_192),
        PvfExecTimeout(PvfExecKind.Backing, 2_500),
        PvfExecTimeout(PvfExecKind.Approval, 15_000),
    )
    assert config.node_features == (True, True, False, True, False, False, False, False)
    assert config.approval_voting_params == ApprovalVotingParams(1)
    assert config.scheduler_params == SchedulerParams(
        group_rotation_frequency=BlockNumber(10),
        paras_availability_period=BlockNumber(4),
        max_validators_per_core=3,
        lookahead=5,
        num_cores=2,
        on_demand_queue_max_size=100,
    )
    assert config.max_relay_parent_session_age == 0


def stored(version: int) -> Any:
    shape: Any = STEPS[version][0]
    return codec(shape).decode(bytes.fromhex(STORED[version]))


def test_version_9_asks_for_two_backing_votes() -> None:
    old: V8HostConfiguration = stored(8)
    new = v8_to_v9(old)
    assert new.minimum_backing_votes == 2
    assert codec(V8HostConfiguration).encode(old) + b"\x02\0\0\0" == codec(type(new)).encode(new)


def test_version_12_gathers_scheduling_under_its_new_names() -> None:
    old: V11HostConfiguration = replace(
        stored(11),
        on_demand_cores=11,
        on_demand_retries=12,
        on_demand_queue_max_size=13,
        on_demand_target_queue_utilization=Perbill(14),
        on_demand_fee_variability=Perbill(15),
        on_demand_base_fee=Balance(16),
        on_demand_ttl=BlockNumber(17),
        group_rotation_frequency=BlockNumber(18),
        paras_availability_period=BlockNumber(19),
        scheduling_lookahead=20,
        max_validators_per_core=21,
        max_validators=22,
    )

    new = v11_to_v12(old)

    fields = type(new.scheduler_params).__struct_fields__
    assert {name: getattr(new.scheduler_params, name) for name in fields} == {
        "num_cores": 11,
        "max_availability_timeouts": 12,
        "on_demand_queue_max_size": 13,
        "on_demand_target_queue_utilization": 14,
        "on_demand_fee_variability": 15,
        "on_demand_base_fee": 16,
        "ttl": 17,
        "group_rotation_frequency": 18,
        "paras_availability_period": 19,
        "lookahead": 20,
        "max_validators_per_core": 21,
    }
    assert new.max_validators == 22


def test_version_13_forgets_timeouts_and_lifetimes() -> None:
    old: V12HostConfiguration = stored(12)
    other = replace(
        old, scheduler_params=replace(old.scheduler_params, max_availability_timeouts=9, ttl=BlockNumber(9))
    )
    assert v12_to_v13(other) == v12_to_v13(old)
    assert v12_to_v13(old).max_relay_parent_session_age == 0


def test_the_default_of_version_12_becomes_the_default_of_version_13() -> None:
    """208 bytes, as Polkadot's metadata had them before."""
    default = codec(HostConfiguration).encode(HostConfiguration())
    scheduling = codec(SchedulerParams).encode(SchedulerParams())
    head = default.removesuffix(bytes(4)).removesuffix(scheduling)
    raw = head + scheduling[:17] + bytes(4) + scheduling[17:] + b"\x05\0\0\0"

    assert len(raw) == 208
    assert migrate(12, raw) == HostConfiguration()


@pytest.mark.parametrize("version", [8, 12])
def test_pending_configurations_keep_their_sessions(version: int) -> None:
    raw = bytes.fromhex(STORED[version])
    pending = b"\x08" + b"\x64\0\0\0" + raw + b"\x2c\x01\0\0" + raw

    config = migrate(version, raw)

    assert migrate_pending(version, pending) == ((SessionIndex(100), config), (SessionIndex(300), config))
    assert migrate_pending(version, b"\x00") == ()


def test_what_is_pending_in_the_newest_shape_stays_as_it_is() -> None:
    assert migrate_pending(NEWEST, b"\x04" + bytes(4) + PASEO) == ((0, migrate(NEWEST, PASEO)),)


@pytest.mark.parametrize("version", [0, 7, 14])
def test_an_unknown_version_is_refused_by_its_number(version: int) -> None:
    with pytest.raises(UnknownStorageVersion) as failure:
        migrate(version, PASEO)
    assert failure.value.storage_version == version

    with pytest.raises(UnknownStorageVersion):
        migrate_pending(version, b"\x00")


def test_bytes_of_another_version_are_not_taken_for_this_one() -> None:
    with pytest.raises(DecodeError):
        migrate(13, bytes.fromhex(STORED[12]))
    with pytest.raises(DecodeError):
        migrate(12, PASEO)


def test_each_step_leads_to_the_shape_of_the_next() -> None:
    shapes: list[type[Record]] = [shape for shape, _ in STEPS.values()]
    reached = [type(step(stored(version))) for version, (_, step) in STEPS.items()]
    assert reached == [*shapes[1:], HostConfiguration]
