"""Host configuration: the limits and prices that a relay chain sets for its parachains.

One record holds them all. The chain keeps it under a key that never changes, and a parachain reads it there
by a storage proof; so the beginning of the record may never change either. That beginning is a record of
its own, `AbridgedHostConfiguration`, and the whole is built upon it: whoever decodes the abridged record
from the full value reads the first 44 bytes and leaves the rest.

`HostConfiguration()` is upstream's default: it lets nothing through, yet breaks no rule. The rules that any
configuration has to keep are in `inconsistency`, in upstream's order.

The layout is that of storage version 13. Older ones are in `pallets.relay.configuration_migrations`.

Upstream: polkadot/runtime/parachains/src/configuration.rs `HostConfiguration`,
polkadot/primitives/src/v9/mod.rs `AbridgedHostConfiguration`
"""

from __future__ import annotations

import enum
from typing import ClassVar, NewType

from primitives.ids import Balance, BlockNumber, SessionIndex
from primitives.record import Record
from primitives.scale.codec import U32, U64, Bits

KIB = 1024
MIB = 1024 * KIB

MAX_CODE_SIZE = 3 * MIB
"""Bytes of validation code that nodes accept.

Upstream: polkadot/primitives/src/v9/mod.rs `MAX_CODE_SIZE`
"""

MAX_HEAD_DATA_SIZE = MIB
"""Bytes of head data that nodes accept.

Upstream: polkadot/primitives/src/v9/mod.rs `MAX_HEAD_DATA_SIZE`
"""

POV_SIZE_HARD_LIMIT = 16 * MIB
"""Bytes of a proof of validity that fit in one answer between nodes.

Upstream: polkadot/runtime/parachains/src/configuration.rs `POV_SIZE_HARD_LIMIT`
"""

MAX_UPWARD_MESSAGE_SIZE_BOUND = 128 * KIB
"""Bytes of an upward message that the queue's pages have room for.

Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `MAX_UPWARD_MESSAGE_SIZE_BOUND`
"""

MAX_UPWARD_MESSAGE_NUM = 16 * KIB
"""Upward messages that a candidate's commitments have room for.

Upstream: polkadot/parachain/src/primitives.rs `MAX_UPWARD_MESSAGE_NUM`
"""

MAX_HORIZONTAL_MESSAGE_NUM = 16 * KIB
"""Horizontal messages that a candidate's commitments have room for.

Upstream: polkadot/parachain/src/primitives.rs `MAX_HORIZONTAL_MESSAGE_NUM`
"""

HRMP_MAX_CHANNELS_BOUND = 128
"""Channels of a parachain in one direction, either one.

Upstream: polkadot/runtime/parachains/src/hrmp.rs `HRMP_MAX_INBOUND_CHANNELS_BOUND`,
`HRMP_MAX_OUTBOUND_CHANNELS_BOUND`
"""

ON_DEMAND_MAX_QUEUE_MAX_SIZE = 1_000_000_000
"""Orders for computing time that may wait at once.

Upstream: polkadot/primitives/src/v9/mod.rs `ON_DEMAND_MAX_QUEUE_MAX_SIZE`
"""

Perbill = NewType("Perbill", U32)
"""Billionths of one, at most all of them."""


class AsyncBackingParams(Record):
    """How far a parachain may build ahead of the relay chain.

    Upstream: polkadot/primitives/src/v9/async_backing.rs `AsyncBackingParams`
    """

    max_candidate_depth: U32 = 0
    """Blocks that a parachain may have made and not yet seen included."""

    allowed_ancestry_len: U32 = 0
    """How many relay blocks back a relay parent may lie."""


class AbridgedHostConfiguration(Record):
    """The beginning of the host configuration, which is all that a parachain may rely on.

    Upstream: polkadot/primitives/src/v9/mod.rs `AbridgedHostConfiguration`
    """

    max_code_size: U32 = MAX_CODE_SIZE
    """Bytes of validation code, compressed."""

    max_head_data_size: U32 = 0
    """Bytes of head data."""

    max_upward_queue_count: U32 = 0
    """Messages from one parachain that may wait on the relay chain."""

    max_upward_queue_size: U32 = 0
    """Bytes of messages from one parachain that may wait on the relay chain."""

    max_upward_message_size: U32 = 0
    """Bytes of one upward message."""

    max_upward_message_num_per_candidate: U32 = 0
    """Upward messages that one candidate may send."""

    hrmp_max_message_num_per_candidate: U32 = 0
    """Horizontal messages that one candidate may send."""

    validation_upgrade_cooldown: BlockNumber = BlockNumber(0)
    """Blocks between two upgrades of a parachain's code, at least."""

    validation_upgrade_delay: BlockNumber = BlockNumber(2)
    """Blocks from the announcement of new code to its use."""

    async_backing_params: AsyncBackingParams = AsyncBackingParams()
    """How far a parachain may build ahead."""


class PvfPrepKind(enum.Enum):
    """Why code is compiled.

    Upstream: polkadot/primitives/src/v9/mod.rs `PvfPrepKind`
    """

    Precheck = 0
    Prepare = 1


class PvfExecKind(enum.Enum):
    """Why code is run.

    Upstream: polkadot/primitives/src/v9/mod.rs `PvfExecKind`
    """

    Backing = 0
    Approval = 1


class ExecutorHostFunction(enum.Enum):
    """Host functions that parachain code may call only once they are switched on.

    Upstream: polkadot/primitives/src/v9/executor_params.rs `ExecutorHostFunction`
    """

    EccRfc163 = 1


class MaxMemoryPages(Record, tag=1):
    """Wasm memory, in pages of 64 KiB."""

    UNNAMED: ClassVar[bool] = True

    pages: U32


class StackLogicalMax(Record, tag=2):
    """Values on the Wasm stack."""

    UNNAMED: ClassVar[bool] = True

    values: U32


class StackNativeMax(Record, tag=3):
    """Bytes of the machine's stack."""

    UNNAMED: ClassVar[bool] = True

    size: U32


class PrecheckingMaxMemory(Record, tag=4):
    """Bytes of memory that compiling may take when new code is checked."""

    UNNAMED: ClassVar[bool] = True

    size: U64


class PvfPrepTimeout(Record, tag=5):
    """Milliseconds that compiling may take."""

    UNNAMED: ClassVar[bool] = True

    kind: PvfPrepKind
    milliseconds: U64


class PvfExecTimeout(Record, tag=6):
    """Milliseconds that running a block may take."""

    UNNAMED: ClassVar[bool] = True

    kind: PvfExecKind
    milliseconds: U64


class WasmExtBulkMemory(Record, tag=7):
    """The bulk memory instructions of Wasm are allowed."""


class EnabledHostFunction(Record, tag=8):
    """A host function is switched on."""

    UNNAMED: ClassVar[bool] = True

    function: ExecutorHostFunction


ExecutorParam = (
    MaxMemoryPages
    | StackLogicalMax
    | StackNativeMax
    | PrecheckingMaxMemory
    | PvfPrepTimeout
    | PvfExecTimeout
    | WasmExtBulkMemory
    | EnabledHostFunction
)
"""One condition under which parachain code runs.

Upstream: polkadot/primitives/src/v9/executor_params.rs `ExecutorParam`
"""


class ApprovalVotingParams(Record):
    """How validators approve candidates after the fact.

    Upstream: polkadot/primitives/src/v9/mod.rs `ApprovalVotingParams`
    """

    max_approval_coalesce_count: U32 = 1
    """Candidates that one signature may approve."""


class SchedulerParams(Record):
    """Who gets computing time, and at what price.

    Upstream: polkadot/primitives/src/vstaging/mod.rs `SchedulerParams`
    """

    group_rotation_frequency: BlockNumber = BlockNumber(1)
    """Blocks after which validator groups move on to another core; at least 1."""

    paras_availability_period: BlockNumber = BlockNumber(1)
    """Blocks in which a backed candidate has to become available; at least 1."""

    max_validators_per_core: U32 | None = None
    """Validators in one group; None is no limit."""

    lookahead: U32 = 1
    """Blocks for which the claims on a core are known ahead; at least 1."""

    num_cores: U32 = 0
    """Cores that are sold."""

    on_demand_queue_max_size: U32 = 10_000
    """Orders for computing time that may wait at once."""

    on_demand_target_queue_utilization: Perbill = Perbill(250_000_000)
    """Fullness of the queue of orders at which the price stays as it is."""

    on_demand_fee_variability: Perbill = Perbill(30_000_000)
    """How fast the price follows demand."""

    on_demand_base_fee: Balance = Balance(10_000_000)
    """The lowest price of an order."""


class HostConfiguration(AbridgedHostConfiguration):
    """All limits and prices of a relay chain.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `HostConfiguration`
    """

    max_pov_size: U32 = 0
    """Bytes of a proof of validity, compressed."""

    max_downward_message_size: U32 = 0
    """Bytes of one downward message."""

    hrmp_max_parachain_outbound_channels: U32 = 0
    """Channels that a parachain may send through."""

    hrmp_sender_deposit: Balance = Balance(0)
    """What a parachain leaves to open a channel."""

    hrmp_recipient_deposit: Balance = Balance(0)
    """What a parachain leaves to accept a channel."""

    hrmp_channel_max_capacity: U32 = 0
    """Messages that a channel may be opened for."""

    hrmp_channel_max_total_size: U32 = 0
    """Bytes of all messages that wait in a channel."""

    hrmp_max_parachain_inbound_channels: U32 = 0
    """Channels that a parachain may receive through."""

    hrmp_channel_max_message_size: U32 = 0
    """Bytes of one message that a channel may be opened for."""

    executor_params: tuple[ExecutorParam, ...] = ()
    """Conditions under which parachain code runs, each at most once."""

    code_retention_period: BlockNumber = BlockNumber(0)
    """Blocks for which replaced code is kept."""

    max_validators: U32 | None = None
    """Validators that serve parachains; None is no limit."""

    dispute_period: SessionIndex = SessionIndex(6)
    """Sessions for which disputes are kept."""

    dispute_post_conclusion_acceptance_period: BlockNumber = BlockNumber(100)
    """Blocks after the end of a dispute in which statements still count."""

    no_show_slots: U32 = 1
    """Slots after which a validator that has not approved is replaced; at least 1."""

    n_delay_tranches: U32 = 1
    """Waves in which validators join an approval; at least 1."""

    zeroth_delay_tranche_width: U32 = 0
    """Waves that are merged into the first."""

    needed_approvals: U32 = 0
    """Approvals that a candidate needs."""

    relay_vrf_modulo_samples: U32 = 0
    """Draws by which a validator finds what to approve."""

    pvf_voting_ttl: SessionIndex = SessionIndex(2)
    """Sessions after which a vote on new code fails."""

    minimum_validation_upgrade_delay: BlockNumber = BlockNumber(2)
    """Blocks from the end of the vote on new code to its use, at least."""

    minimum_backing_votes: U32 = 2
    """Validators that have to back a candidate; at least 1."""

    node_features: Bits = ()
    """What nodes shall do, by the number of the feature."""

    approval_voting_params: ApprovalVotingParams = ApprovalVotingParams()
    """How validators approve candidates."""

    scheduler_params: SchedulerParams = SchedulerParams()
    """Who gets computing time."""

    max_relay_parent_session_age: U32 = 0
    """How many sessions back a relay parent may lie."""


class Inconsistency(enum.Enum):
    """A rule that a configuration breaks, by upstream's name for it.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `InconsistentError`
    """

    ZeroGroupRotationFrequency = enum.auto()
    ZeroParasAvailabilityPeriod = enum.auto()
    ZeroNoShowSlots = enum.auto()
    MaxCodeSizeExceedHardLimit = enum.auto()
    MaxHeadDataSizeExceedHardLimit = enum.auto()
    MaxPovSizeExceedHardLimit = enum.auto()
    MinimumValidationUpgradeDelayLessThanChainAvailabilityPeriod = enum.auto()
    ValidationUpgradeDelayIsTooLow = enum.auto()
    MaxUpwardMessageSizeExceeded = enum.auto()
    MaxHorizontalMessageNumExceeded = enum.auto()
    MaxUpwardMessageNumExceeded = enum.auto()
    MaxHrmpOutboundChannelsExceeded = enum.auto()
    MaxHrmpInboundChannelsExceeded = enum.auto()
    ZeroMinimumBackingVotes = enum.auto()
    InconsistentExecutorParams = enum.auto()
    LookaheadZero = enum.auto()
    OnDemandQueueSizeTooLarge = enum.auto()
    ZeroDelayTranches = enum.auto()


class InconsistentConfiguration(ValueError):
    """A configuration breaks a rule where it must not."""

    def __init__(self, broken: Inconsistency) -> None:
        super().__init__(broken.name)
        self.broken = broken


def inconsistency(config: HostConfiguration) -> Inconsistency | None:
    """The first rule that the configuration breaks, or None. No rule relates one message limit to another.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `check_consistency`
    """
    c, scheduler, rule = config, config.scheduler_params, Inconsistency
    availability = scheduler.paras_availability_period
    rules = (
        (scheduler.group_rotation_frequency > 0, rule.ZeroGroupRotationFrequency),
        (availability > 0, rule.ZeroParasAvailabilityPeriod),
        (c.no_show_slots > 0, rule.ZeroNoShowSlots),
        (c.max_code_size <= MAX_CODE_SIZE, rule.MaxCodeSizeExceedHardLimit),
        (c.max_head_data_size <= MAX_HEAD_DATA_SIZE, rule.MaxHeadDataSizeExceedHardLimit),
        (c.max_pov_size <= POV_SIZE_HARD_LIMIT, rule.MaxPovSizeExceedHardLimit),
        (
            c.minimum_validation_upgrade_delay > availability,
            rule.MinimumValidationUpgradeDelayLessThanChainAvailabilityPeriod,
        ),
        (c.validation_upgrade_delay > 1, rule.ValidationUpgradeDelayIsTooLow),
        (c.max_upward_message_size <= MAX_UPWARD_MESSAGE_SIZE_BOUND, rule.MaxUpwardMessageSizeExceeded),
        (
            c.hrmp_max_message_num_per_candidate <= MAX_HORIZONTAL_MESSAGE_NUM,
            rule.MaxHorizontalMessageNumExceeded,
        ),
        (c.max_upward_message_num_per_candidate <= MAX_UPWARD_MESSAGE_NUM, rule.MaxUpwardMessageNumExceeded),
        (
            c.hrmp_max_parachain_outbound_channels <= HRMP_MAX_CHANNELS_BOUND,
            rule.MaxHrmpOutboundChannelsExceeded,
        ),
        (
            c.hrmp_max_parachain_inbound_channels <= HRMP_MAX_CHANNELS_BOUND,
            rule.MaxHrmpInboundChannelsExceeded,
        ),
        (c.minimum_backing_votes > 0, rule.ZeroMinimumBackingVotes),
        (executor_fault(c.executor_params) is None, rule.InconsistentExecutorParams),
        (scheduler.lookahead > 0, rule.LookaheadZero),
        (
            scheduler.on_demand_queue_max_size <= ON_DEMAND_MAX_QUEUE_MAX_SIZE,
            rule.OnDemandQueueSizeTooLarge,
        ),
        (c.n_delay_tranches > 0, rule.ZeroDelayTranches),
    )
    return next((broken for holds, broken in rules if not holds), None)


def check_consistency(config: HostConfiguration) -> None:
    """Raise `InconsistentConfiguration` if the configuration breaks a rule.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `panic_if_not_consistent`
    """
    broken = inconsistency(config)
    if broken is not None:
        raise InconsistentConfiguration(broken)


class ExecutorFault(enum.Enum):
    """What is wrong with a list of executor parameters.

    Upstream: polkadot/primitives/src/v9/executor_params.rs `ExecutorParamError`
    """

    DuplicatedParam = enum.auto()
    OutsideLimit = enum.auto()
    IncompatibleValues = enum.auto()


_WHEN_ABSENT: dict[object, int] = {
    StackLogicalMax: 65_536,
    StackNativeMax: 256 * MIB,
    PvfPrepKind.Precheck: 60_000,
    PvfPrepKind.Prepare: 360_000,
    PvfExecKind.Backing: 2_000,
    PvfExecKind.Approval: 12_000,
}
"""What counts for a parameter that is not in the list."""


def executor_fault(params: tuple[ExecutorParam, ...]) -> ExecutorFault | None:
    """The first thing wrong: with each parameter in turn, then with those that must fit each other.

    Upstream: polkadot/primitives/src/v9/executor_params.rs `ExecutorParams::check_consistency`
    """
    found: dict[object, int] = {}
    for param in params:
        what, amount = _amount(param)
        if what in found:
            return ExecutorFault.DuplicatedParam
        if not _within_limits(param):
            return ExecutorFault.OutsideLimit
        found[what] = amount

    value = _WHEN_ABSENT | found
    fits = (
        value[StackNativeMax] >= 128 * value[StackLogicalMax]
        and value[PvfPrepKind.Precheck] < value[PvfPrepKind.Prepare]
        and value[PvfExecKind.Backing] < value[PvfExecKind.Approval]
    )
    return None if fits else ExecutorFault.IncompatibleValues


def _amount(param: ExecutorParam) -> tuple[object, int]:
    """What a list may hold only once, and how much of it; switches count as 1."""
    match param:
        case MaxMemoryPages(amount) | StackLogicalMax(amount) | StackNativeMax(amount):
            return type(param), amount
        case PrecheckingMaxMemory(amount):
            return type(param), amount
        case PvfPrepTimeout(kind, amount):
            return kind, amount
        case PvfExecTimeout(kind, amount):
            return kind, amount
        case EnabledHostFunction(function):
            return function, 1
        case WasmExtBulkMemory():
            return type(param), 1


def _within_limits(param: ExecutorParam) -> bool:
    match param:
        case MaxMemoryPages(pages):
            return 0 < pages <= 65_536
        case StackLogicalMax(values):
            return 1_024 <= values <= 2 * 65_536
        case PrecheckingMaxMemory(size):
            return 256 * MIB <= size <= 16 * 1024 * MIB
        case _:
            return True
