"""When a configuration applies, which changes are refused, and that each call changes what its name says.

At the end, the changes that governance made in recorded sessions, made again.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pallets.relay.configuration import Configuration, Error, SessionChangeOutcome
from primitives.errors import BadOrigin, DispatchError, Other
from primitives.hashing import storage_prefix
from primitives.host_configuration import (
    AbridgedHostConfiguration,
    ApprovalVotingParams,
    AsyncBackingParams,
    EnabledHostFunction,
    ExecutorFault,
    ExecutorHostFunction,
    ExecutorParam,
    HostConfiguration,
    Inconsistency,
    InconsistentConfiguration,
    MaxMemoryPages,
    Perbill,
    PrecheckingMaxMemory,
    PvfExecKind,
    PvfExecTimeout,
    PvfPrepKind,
    PvfPrepTimeout,
    SchedulerParams,
    StackLogicalMax,
    StackNativeMax,
    WasmExtBulkMemory,
    executor_fault,
    inconsistency,
)
from primitives.ids import AccountId, Balance, BlockNumber, SessionIndex
from primitives.origin import Origin, Root, Signed
from primitives.pallet import CallItem, Frame, calls
from primitives.record import replace
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.weights import DispatchClass
from tests.support.asserts import refusal

FIXTURES = Path(__file__).resolve().parents[4] / "fixtures"

ALICE = Signed(AccountId(bytes(32)))

DEFAULT = (
    "0000300000000000000000000000000000000000000000000000000000000000020000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000006000000640000000100000001000000000000000000000000000000020000000200000002000000"
    "000100000001000000010000000001000000000000001027000080b2e60e80c3c90180969800000000000000000000000000"
    "00000000"
)
"""The default of `ActiveConfig`, as the recorded runtime's metadata has it."""


class Clock:
    """The session count, which these tests turn by hand."""

    def __init__(self) -> None:
        self.session = 0

    def scheduled_session(self) -> SessionIndex:
        return SessionIndex(self.session + 2)


class Relay:
    """A chain that has a configuration and nothing else."""

    def __init__(self, config: HostConfiguration | None = None) -> None:
        self.state, self.clock = State(), Clock()
        self.pallet = Configuration(Frame(self.state), self.clock)
        if config is not None:
            self.pallet.force_set_active_config(config)

    def active(self) -> HostConfiguration:
        return self.pallet.active_config.get()

    def pending(self) -> tuple[tuple[SessionIndex, HostConfiguration], ...]:
        return self.pallet.pending_configs.get()

    def call(self, name: str, *args: object, origin: Origin = Root()) -> None:  # noqa: B008 - frozen
        with self.state.layer():
            getattr(self.pallet, name)(origin, *args)

    def next_session(self) -> SessionChangeOutcome:
        self.clock.session += 1
        return self.pallet.initializer_on_new_session(SessionIndex(self.clock.session))


def refused(relay: Relay, name: str, *args: object, origin: Origin = Root()) -> object:  # noqa: B008 - frozen
    """The error with which the call fails; nothing may have changed."""
    return refusal(relay, lambda: relay.call(name, *args, origin=origin))


# --- the record ---------------------------------------------------------------------------------------


def test_the_default_is_upstreams_byte_for_byte() -> None:
    relay = Relay()
    assert relay.active() == HostConfiguration()
    assert codec(HostConfiguration).encode(relay.active()).hex() == DEFAULT
    assert codec(HostConfiguration).decode(bytes.fromhex(DEFAULT)) == relay.active()


def test_the_default_is_consistent() -> None:
    assert inconsistency(HostConfiguration()) is None


def test_a_parachain_reads_the_first_fields_of_the_stored_value() -> None:
    relay = Relay(
        HostConfiguration(
            max_code_size=1,
            max_head_data_size=2,
            max_upward_queue_count=3,
            max_upward_queue_size=4,
            max_upward_message_size=5,
            max_upward_message_num_per_candidate=6,
            hrmp_max_message_num_per_candidate=7,
            validation_upgrade_cooldown=BlockNumber(8),
            validation_upgrade_delay=BlockNumber(9),
            async_backing_params=AsyncBackingParams(10, 11),
            max_pov_size=12,
        )
    )
    key = "06de3d8a54d27e44a9d5ce189618f22db4b49d95320d9021994c850f25b8e385"
    raw = relay.state.get(bytes.fromhex(key))
    assert raw is not None

    abridged, end = codec(AbridgedHostConfiguration).decode_at(raw, 0)

    assert end == 44
    assert abridged == AbridgedHostConfiguration(
        1, 2, 3, 4, 5, 6, 7, BlockNumber(8), BlockNumber(9), AsyncBackingParams(10, 11)
    )


def scheduler(**values: object) -> dict[str, object]:
    return {"scheduler_params": replace(SchedulerParams(), **values)}


@pytest.mark.parametrize(
    ("broken", "values"),
    [
        ("ZeroGroupRotationFrequency", scheduler(group_rotation_frequency=0)),
        ("ZeroParasAvailabilityPeriod", scheduler(paras_availability_period=0)),
        ("ZeroNoShowSlots", {"no_show_slots": 0}),
        (
            "MinimumValidationUpgradeDelayLessThanChainAvailabilityPeriod",
            scheduler(paras_availability_period=2),
        ),
        ("ValidationUpgradeDelayIsTooLow", {"validation_upgrade_delay": 1}),
        ("ZeroMinimumBackingVotes", {"minimum_backing_votes": 0}),
        ("InconsistentExecutorParams", {"executor_params": (MaxMemoryPages(0),)}),
        ("LookaheadZero", scheduler(lookahead=0)),
        ("OnDemandQueueSizeTooLarge", scheduler(on_demand_queue_max_size=1_000_000_001)),
        ("ZeroDelayTranches", {"n_delay_tranches": 0}),
    ],
)
def test_each_rule_has_its_name(broken: str, values: dict[str, object]) -> None:
    assert inconsistency(replace(HostConfiguration(), **values)) is Inconsistency[broken]


@pytest.mark.parametrize(
    ("broken", "field", "largest"),
    [
        ("MaxCodeSizeExceedHardLimit", "max_code_size", 3_145_728),
        ("MaxHeadDataSizeExceedHardLimit", "max_head_data_size", 1_048_576),
        ("MaxPovSizeExceedHardLimit", "max_pov_size", 16_777_216),
        ("MaxUpwardMessageSizeExceeded", "max_upward_message_size", 131_072),
        ("MaxHorizontalMessageNumExceeded", "hrmp_max_message_num_per_candidate", 16_384),
        ("MaxUpwardMessageNumExceeded", "max_upward_message_num_per_candidate", 16_384),
        ("MaxHrmpOutboundChannelsExceeded", "hrmp_max_parachain_outbound_channels", 128),
        ("MaxHrmpInboundChannelsExceeded", "hrmp_max_parachain_inbound_channels", 128),
    ],
)
def test_the_largest_value_of_each_limit_is_allowed(broken: str, field: str, largest: int) -> None:
    assert inconsistency(replace(HostConfiguration(), **{field: largest})) is None
    assert inconsistency(replace(HostConfiguration(), **{field: largest + 1})) is Inconsistency[broken]


def test_the_longest_queue_of_orders_is_allowed() -> None:
    assert inconsistency(replace(HostConfiguration(), **scheduler(on_demand_queue_max_size=10**9))) is None


def test_of_several_broken_rules_upstreams_first_is_named() -> None:
    both = replace(HostConfiguration(), n_delay_tranches=0, no_show_slots=0)
    assert inconsistency(both) is Inconsistency.ZeroNoShowSlots


MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("params", "fault"),
    [
        ((), None),
        ((MaxMemoryPages(1), WasmExtBulkMemory()), None),
        ((MaxMemoryPages(65_536),), None),
        ((MaxMemoryPages(65_537),), ExecutorFault.OutsideLimit),
        ((MaxMemoryPages(8), MaxMemoryPages(0)), ExecutorFault.DuplicatedParam),
        ((WasmExtBulkMemory(), WasmExtBulkMemory()), ExecutorFault.DuplicatedParam),
        ((EnabledHostFunction(ExecutorHostFunction.EccRfc163),), None),
        ((EnabledHostFunction(ExecutorHostFunction.EccRfc163),) * 2, ExecutorFault.DuplicatedParam),
        ((StackLogicalMax(1_023),), ExecutorFault.OutsideLimit),
        ((StackLogicalMax(131_072),), None),
        ((StackLogicalMax(131_073),), ExecutorFault.OutsideLimit),
        ((StackNativeMax(128 * 65_536),), None),
        ((StackNativeMax(128 * 65_536 - 1),), ExecutorFault.IncompatibleValues),
        ((StackLogicalMax(1_024), StackNativeMax(128 * 1_024)), None),
        ((PrecheckingMaxMemory(256 * MIB - 1),), ExecutorFault.OutsideLimit),
        ((PrecheckingMaxMemory(16 * 1024 * MIB),), None),
        ((PrecheckingMaxMemory(16 * 1024 * MIB + 1),), ExecutorFault.OutsideLimit),
        ((PvfPrepTimeout(PvfPrepKind.Precheck, 359_999),), None),
        ((PvfPrepTimeout(PvfPrepKind.Precheck, 360_000),), ExecutorFault.IncompatibleValues),
        ((PvfPrepTimeout(PvfPrepKind.Prepare, 60_000),), ExecutorFault.IncompatibleValues),
        ((PvfExecTimeout(PvfExecKind.Backing, 12_000),), ExecutorFault.IncompatibleValues),
        ((PvfExecTimeout(PvfExecKind.Approval, 2_001),), None),
        (
            (PvfExecTimeout(PvfExecKind.Backing, 12_000), PvfExecTimeout(PvfExecKind.Approval, 15_000)),
            None,
        ),
        ((PvfExecTimeout(PvfExecKind.Backing, 1),) * 2, ExecutorFault.DuplicatedParam),
    ],
)
def test_executor_parameters_are_unique_within_limits_and_fit_each_other(
    params: tuple[ExecutorParam, ...], fault: ExecutorFault | None
) -> None:
    assert executor_fault(params) is fault


# --- scheduling ---------------------------------------------------------------------------------------


def test_a_change_applies_two_sessions_later_and_not_before() -> None:
    relay = Relay()
    before = relay.active()
    after = replace(before, max_head_data_size=100)

    relay.call("set_max_head_data_size", 100)
    assert (relay.active(), relay.pending()) == (before, ((2, after),))

    assert relay.next_session() == SessionChangeOutcome(before, None)
    assert (relay.active(), relay.pending()) == (before, ((2, after),))

    assert relay.next_session() == SessionChangeOutcome(before, after)
    assert (relay.active(), relay.pending()) == (after, ())


def test_changes_of_one_session_are_merged() -> None:
    relay = Relay()

    relay.call("set_max_head_data_size", 100)
    relay.call("set_hrmp_channel_max_capacity", 5)

    both = replace(relay.active(), max_head_data_size=100, hrmp_channel_max_capacity=5)
    assert relay.pending() == ((2, both),)


def test_a_change_of_the_next_session_builds_on_the_one_that_still_waits() -> None:
    relay = Relay()
    first = replace(relay.active(), max_head_data_size=100)
    second = replace(first, hrmp_channel_max_capacity=5)

    relay.call("set_max_head_data_size", 100)
    relay.next_session()
    relay.call("set_hrmp_channel_max_capacity", 5)
    assert relay.pending() == ((2, first), (3, second))

    relay.next_session()
    assert (relay.active(), relay.pending()) == (first, ((3, second),))

    relay.next_session()
    assert (relay.active(), relay.pending()) == (second, ())


def test_two_changes_while_an_older_one_waits_share_the_later_entry() -> None:
    relay = Relay()
    first = replace(relay.active(), max_head_data_size=100)
    later = replace(first, hrmp_channel_max_capacity=5, max_pov_size=7)

    relay.call("set_max_head_data_size", 100)
    relay.next_session()
    relay.call("set_hrmp_channel_max_capacity", 5)
    relay.call("set_max_pov_size", 7)

    assert relay.pending() == ((2, first), (3, later))


def test_an_entry_for_a_session_further_off_keeps_its_session() -> None:
    relay = Relay()
    far = replace(relay.active(), max_pov_size=7)
    relay.pallet.pending_configs.put(((SessionIndex(9), far),))

    relay.call("set_max_head_data_size", 100)

    assert relay.pending() == ((9, replace(far, max_head_data_size=100)),)


def test_of_changes_long_due_the_last_wins() -> None:
    relay = Relay()
    first, second, third = (replace(relay.active(), max_pov_size=size) for size in (1, 2, 3))
    sessions = (SessionIndex(1), SessionIndex(2), SessionIndex(4))
    relay.pallet.pending_configs.put(tuple(zip(sessions, (first, second, third), strict=True)))

    outcome = relay.pallet.initializer_on_new_session(SessionIndex(3))

    assert outcome.new_config == second
    assert (relay.active(), relay.pending()) == (second, ((4, third),))


def test_a_session_without_pending_changes_writes_nothing() -> None:
    relay = Relay()

    outcome = relay.next_session()

    assert outcome == SessionChangeOutcome(HostConfiguration(), None)
    assert len(relay.state) == 0


def test_the_emptied_list_of_pending_changes_stays_stored() -> None:
    relay = Relay()
    relay.call("set_max_pov_size", 7)
    relay.next_session()
    relay.next_session()
    assert relay.state.get(storage_prefix("Configuration", "PendingConfigs")) == b"\x00"


# --- refusals -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("set_max_code_size", 3_145_729),
        ("set_max_pov_size", 16_777_217),
        ("set_max_head_data_size", 1_048_577),
        ("set_paras_availability_period", 0),
        ("set_paras_availability_period", 2),
        ("set_no_show_slots", 0),
        ("set_validation_upgrade_delay", 0),
        ("set_validation_upgrade_delay", 1),
        ("set_minimum_validation_upgrade_delay", 1),
        ("set_max_upward_message_size", 131_073),
        ("set_scheduler_params", SchedulerParams(lookahead=0)),
    ],
)
def test_a_value_that_breaks_a_rule_is_refused(name: str, value: object) -> None:
    assert refused(Relay(), name, value) is Error.InvalidNewValue


def test_the_upward_queue_may_be_larger_than_any_message() -> None:
    relay = Relay()
    relay.call("set_max_upward_queue_size", 1_048_576)
    assert relay.pending()[-1][1].max_upward_queue_size == 1_048_576


def test_without_the_check_a_broken_value_goes_through_and_applies() -> None:
    relay = Relay()
    relay.call("set_bypass_consistency_check", True)
    assert relay.pallet.bypass_consistency_check.get()

    relay.call("set_max_code_size", 2**32 - 1)
    relay.next_session()
    relay.next_session()

    assert relay.active().max_code_size == 2**32 - 1
    relay.call("set_bypass_consistency_check", False)
    assert relay.state.get(storage_prefix("Configuration", "BypassConsistencyCheck")) == b"\x00"


def test_a_broken_configuration_is_repaired_step_by_step() -> None:
    relay = Relay(HostConfiguration(no_show_slots=0, n_delay_tranches=0))

    relay.call("set_no_show_slots", 1)
    assert inconsistency(relay.pending()[-1][1]) is Inconsistency.ZeroDelayTranches
    relay.call("set_n_delay_tranches", 1)

    assert inconsistency(relay.pending()[-1][1]) is None
    assert refused(relay, "set_no_show_slots", 0) is Error.InvalidNewValue


def test_the_lifetime_of_requests_cannot_be_set_by_anyone() -> None:
    assert refused(Relay(), "set_hrmp_open_request_ttl", 1) == Other()
    assert refused(Relay(), "set_hrmp_open_request_ttl", 1, origin=ALICE) == Other()


def test_genesis_takes_a_consistent_configuration_only() -> None:
    relay = Relay()
    relay.pallet.build(HostConfiguration(max_pov_size=7))
    assert relay.active().max_pov_size == 7

    with pytest.raises(InconsistentConfiguration) as failure:
        relay.pallet.build(HostConfiguration(minimum_backing_votes=0))
    assert failure.value.broken is Inconsistency.ZeroMinimumBackingVotes
    assert relay.active().max_pov_size == 7


# --- every call ---------------------------------------------------------------------------------------

SAMPLES: dict[Any, object] = {
    U32: 7,
    U32 | None: 7,
    BlockNumber: BlockNumber(7),
    SessionIndex: SessionIndex(7),
    Balance: Balance(7),
    Perbill: Perbill(7),
    AsyncBackingParams: AsyncBackingParams(7, 8),
    ApprovalVotingParams: ApprovalVotingParams(7),
    tuple[ExecutorParam, ...]: (MaxMemoryPages(7), WasmExtBulkMemory()),
    SchedulerParams: SchedulerParams(lookahead=7, num_cores=8),
}
"""For each type of argument a value that no field has by default."""

NOT_SETTERS = {"set_hrmp_open_request_ttl", "set_bypass_consistency_check", "set_node_feature"}
SETTERS = [each for each in calls(Configuration) if each.name not in NOT_SETTERS]
OTHER_NAMES = {"coretime_cores": "num_cores", "scheduling_lookahead": "lookahead"}


def expected(config: HostConfiguration, name: str, value: object) -> HostConfiguration:
    """What a setter should make of a configuration, told from the call's name alone."""
    field = name.removeprefix("set_")
    field = OTHER_NAMES.get(field, field)
    if field in HostConfiguration.__struct_fields__:
        return replace(config, **{field: value})
    return replace(config, scheduler_params=replace(config.scheduler_params, **{field: value}))


def test_the_calls_set_every_field_there_is() -> None:
    names = {each.name.removeprefix("set_") for each in SETTERS}
    names = {OTHER_NAMES.get(name, name) for name in names}
    fields = {*HostConfiguration.__struct_fields__, *SchedulerParams.__struct_fields__}
    assert names == fields - {"node_features"}


@pytest.mark.parametrize("setter", SETTERS, ids=lambda each: each.name)
def test_every_setter_changes_its_own_field_and_no_other(setter: CallItem) -> None:
    # a delay that lets the availability period be 7
    relay = Relay(HostConfiguration(minimum_validation_upgrade_delay=BlockNumber(20)))
    ((argument, kind),) = setter.arguments
    value = SAMPLES[kind]

    relay.call(setter.method, value)

    ((session, config),) = relay.pending()
    assert (argument, session) == ("new", 2)
    assert config == expected(relay.active(), setter.name, value)
    assert config != relay.active()


@pytest.mark.parametrize("each", SETTERS, ids=lambda each: each.name)
def test_only_root_may_change_the_configuration(each: CallItem) -> None:
    value = SAMPLES[each.arguments[0][1]]
    assert refused(Relay(), each.method, value, origin=ALICE) == BadOrigin()


def test_only_root_may_use_the_other_calls() -> None:
    assert refused(Relay(), "set_bypass_consistency_check", True, origin=ALICE) == BadOrigin()
    assert refused(Relay(), "set_node_feature", 1, True, origin=ALICE) == BadOrigin()


def test_all_calls_are_operational() -> None:
    assert {each.dispatch_class for each in calls(Configuration)} == {DispatchClass.Operational}


def test_a_node_feature_is_set_where_it_stands_and_the_list_grows_to_it() -> None:
    relay = Relay()
    relay.call("set_node_feature", 2, True)
    assert relay.pending()[-1][1].node_features == (False, False, True)

    relay.call("set_node_feature", 0, True)
    relay.call("set_node_feature", 2, False)
    assert relay.pending()[-1][1].node_features == (True, False, False)

    relay.call("set_node_feature", 4, False)
    assert relay.pending()[-1][1].node_features == (True, False, False, False, False)


# --- recorded sessions --------------------------------------------------------------------------------

SUDO = "Sudo.sudo:Configuration."
ITEMS = [
    storage_prefix("Configuration", item)
    for item in ("ActiveConfig", "PendingConfigs", "BypassConsistencyCheck")
]
CURRENT_SESSION_INDEX = storage_prefix("ParasShared", "CurrentSessionIndex")
INVALID_NEW_VALUE = "01033300000000"
"""As `Sudo.Sudid` has it: an error, of a module, of module 51, its first."""


class Replay:
    """A recorded chain's configuration, made again from its calls and session changes alone."""

    def __init__(self, chain: dict[str, Any]) -> None:
        self.relay = Relay()
        self.calls = self.refusals = self.sessions = 0
        self.load(chain["before"])
        for block in chain["blocks"]:
            self.load(block.get("forced", []))
            with self.relay.state.frame() as frame:
                session = self.relay.clock.session
                for step in block["steps"]:
                    self.step(step)
                if "refused" in block:
                    frame.discard()
                    self.relay.clock.session = session

    def load(self, pairs: list[list[Any]]) -> None:
        """Take what the recording gives from outside."""
        for key, value in self.followed(pairs):
            self.relay.state.set(key, value)

    def followed(self, pairs: list[list[Any]]) -> Iterator[tuple[bytes, bytes | None]]:
        """The configuration's own items; the session count goes to the clock."""
        for key, value in pairs:
            raw_key, raw = bytes.fromhex(key[2:]), bytes.fromhex(value[2:]) if value else None
            if raw_key in ITEMS:
                yield raw_key, raw
            elif raw_key == CURRENT_SESSION_INDEX and raw is not None:
                self.relay.clock.session = int.from_bytes(raw, "little")

    def step(self, step: dict[str, Any]) -> None:
        theirs = {key: self.relay.state.get(key) for key in ITEMS}
        session = self.relay.clock.session
        name = step.get("call") or ""
        if name.startswith(SUDO) and "invalid" not in step["result"]:
            self.call(name.removeprefix(SUDO), step)
        theirs.update(self.followed(step["changes"]))
        if self.relay.clock.session != session:
            self.relay.pallet.initializer_on_new_session(SessionIndex(self.relay.clock.session))
            self.sessions += 1
        assert {key: self.relay.state.get(key) for key in ITEMS} == theirs

    def call(self, name: str, step: dict[str, Any]) -> None:
        """Make the call that ends the extrinsic; it fails exactly if `Sudo.Sudid` says so."""
        (declared,) = (each for each in calls(Configuration) if each.name == name)
        argument: Any = codec(declared.arguments[0][1])
        extrinsic = bytes.fromhex(step["input"][2:])
        head, tail = extrinsic[: -argument.min_size], extrinsic[-argument.min_size :]
        assert head.endswith(bytes((251, 0, 51, declared.index)))

        (sudid,) = (event for event in step["events"] if event[12:16] == "fb00")
        result = self.result(declared.method, argument.decode(tail))
        assert sudid[16:].startswith(result)
        self.calls += 1
        self.refusals += result == INVALID_NEW_VALUE

    def result(self, method: str, value: object) -> str:
        try:
            self.relay.call(method, value)
        except DispatchError as failure:
            return INVALID_NEW_VALUE if failure.error is Error.InvalidNewValue else repr(failure.error)
        return "00"


@pytest.mark.parametrize(
    ("path", "counted"),
    [
        ("relay/relay_config", (10, 2, 5)),
        ("relay/relay_lifecycle", (0, 0, 5)),
        ("random/relay/random_relay_1", (2, 1, 12)),
        ("random/relay/random_relay_2", (3, 0, 5)),
        ("random/relay/random_relay_3", (11, 0, 5)),
        ("random/relay/random_relay_4", (2, 0, 8)),
        ("random/relay/random_relay_5", (7, 1, 6)),
        ("random/relay/random_relay_6", (5, 0, 5)),
        ("random/relay/random_relay_7", (8, 0, 4)),
        ("random/relay/random_relay_8", (4, 0, 5)),
        ("random/world/random_world_1", (3, 0, 10)),
        ("random/world/random_world_2", (3, 0, 9)),
        ("random/world/random_world_3", (7, 0, 11)),
        ("random/world/random_world_4", (7, 0, 7)),
        ("random/world/random_world_5", (6, 0, 8)),
        ("random/world/random_world_6", (7, 3, 7)),
        ("random/world/random_world_7", (3, 0, 10)),
        ("random/world/random_world_8", (2, 0, 7)),
    ],
)
def test_recorded_changes_come_out_as_recorded(path: str, counted: tuple[int, int, int]) -> None:
    """`counted`: calls that reached the pallet, those of them that it refused, and new sessions."""
    chain = json.loads(lzma.decompress((FIXTURES / f"{path}.json.xz").read_bytes()))

    replay = Replay(chain.get("relay", chain))

    assert (replay.calls, replay.refusals, replay.sessions) == counted
