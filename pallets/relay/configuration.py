"""Configuration: which host configuration applies, and changes to it that wait for their session.

The configuration is the same throughout a session. A change made by governance is **scheduled**: it becomes
active two sessions later, when every node has had a whole session to learn of it. What waits is a list of
(session, configuration) pairs:

* ascending by session, and at most two: one for the next session, one for the session after it;
* each entry is a whole configuration, made from the entry before it. So the last entry always holds all
  changes so far, and a further change starts from there;
* changes made in the same session share one entry.

A change that would make a sound configuration unsound is refused. If it is unsound already, any change
goes, or nobody could repair it step by step. Governance may switch the check off altogether.

Upstream: polkadot/runtime/parachains/src/configuration.rs
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from primitives.arithmetic import U64_MAX
from primitives.errors import DispatchError, ErrorCode, Other, ensure
from primitives.host_configuration import (
    ApprovalVotingParams,
    AsyncBackingParams,
    ExecutorParam,
    HostConfiguration,
    Perbill,
    SchedulerParams,
    check_consistency,
    inconsistency,
)
from primitives.ids import Balance, BlockNumber, SessionIndex
from primitives.origin import Origin, ensure_root
from primitives.pallet import Frame, Pallet, call, item
from primitives.record import Record, replace
from primitives.scale.codec import U8, U32
from primitives.storage.views import Value
from primitives.weights import DispatchClass, Weight

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")

Pending = tuple[tuple[SessionIndex, HostConfiguration], ...]
Update = Callable[[HostConfiguration], HostConfiguration]


class SessionClock(Protocol):
    """The pallet that counts sessions, as far as scheduling goes.

    Upstream: polkadot/runtime/parachains/src/shared.rs `Pallet::scheduled_session`
    """

    def scheduled_session(self) -> SessionIndex:
        """The session for which a change made now is scheduled."""
        ...


class Error(ErrorCode):
    """Why a change is refused.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `Error`
    """

    InvalidNewValue = enum.auto()
    """The configuration would break a rule."""


class SessionChangeOutcome(Record):
    """What a new session did to the configuration.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `SessionChangeOutcome`
    """

    prev_config: HostConfiguration
    """What applied in the session before."""

    new_config: HostConfiguration | None
    """What applies from now on; None if that stays as it was."""


def _setter(index: int, path: str, tp: TypeForm[T]) -> Callable[[Configuration, Origin, T], None]:
    """A call of one argument, `new`: schedules it as the value of one field, or of a field in a field."""

    @call(index, dispatch_class=DispatchClass.Operational)
    def setter(self: Configuration, origin: Origin, new: T) -> None:
        """Schedule a new value for `{path}`; `HostConfiguration` says what it means.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `HostConfiguration::{path}`
        """
        ensure_root(origin)

        self.schedule_config_update(lambda config: _with(config, path, new))

    setter.__annotations__["new"] = tp
    setter.__doc__ = str(setter.__doc__).format(path=path)
    return setter


def _with(record: Any, path: str, value: object) -> Any:
    """The record with another value in one place."""
    field, _, rest = path.partition(".")
    return replace(record, **{field: _with(getattr(record, field), rest, value) if rest else value})


class Configuration(Pallet, prefix="Configuration", errors=Error):
    """The active host configuration and its pending changes; every call that works is for root alone.

    Upstream: polkadot/runtime/parachains/src/configuration.rs `Pallet`
    """

    active_config: Value[HostConfiguration] = item(default=HostConfiguration())
    """What applies in this session."""

    pending_configs: Value[Pending] = item(default=())
    """What will apply, and from which session; ascending, at most two entries."""

    bypass_consistency_check: Value[bool] = item(default=False)
    """Whether changes are taken without a check: a last resort."""

    def __init__(self, frame: Frame, clock: SessionClock) -> None:
        super().__init__(frame)
        self.clock = clock

    # Index, field and type of each. The indices left out belong to the calls below and to some of the past.

    set_validation_upgrade_cooldown = _setter(0, "validation_upgrade_cooldown", BlockNumber)
    set_validation_upgrade_delay = _setter(1, "validation_upgrade_delay", BlockNumber)
    set_code_retention_period = _setter(2, "code_retention_period", BlockNumber)
    set_max_code_size = _setter(3, "max_code_size", U32)
    set_max_pov_size = _setter(4, "max_pov_size", U32)
    set_max_head_data_size = _setter(5, "max_head_data_size", U32)
    set_coretime_cores = _setter(6, "scheduler_params.num_cores", U32)
    set_group_rotation_frequency = _setter(8, "scheduler_params.group_rotation_frequency", BlockNumber)
    set_paras_availability_period = _setter(9, "scheduler_params.paras_availability_period", BlockNumber)
    set_scheduling_lookahead = _setter(11, "scheduler_params.lookahead", U32)
    set_max_validators_per_core = _setter(12, "scheduler_params.max_validators_per_core", U32 | None)
    set_max_validators = _setter(13, "max_validators", U32 | None)
    set_dispute_period = _setter(14, "dispute_period", SessionIndex)
    set_dispute_post_conclusion_acceptance_period = _setter(
        15, "dispute_post_conclusion_acceptance_period", BlockNumber
    )
    set_no_show_slots = _setter(18, "no_show_slots", U32)
    set_n_delay_tranches = _setter(19, "n_delay_tranches", U32)
    set_zeroth_delay_tranche_width = _setter(20, "zeroth_delay_tranche_width", U32)
    set_needed_approvals = _setter(21, "needed_approvals", U32)
    set_relay_vrf_modulo_samples = _setter(22, "relay_vrf_modulo_samples", U32)
    set_max_upward_queue_count = _setter(23, "max_upward_queue_count", U32)
    set_max_upward_queue_size = _setter(24, "max_upward_queue_size", U32)
    set_max_downward_message_size = _setter(25, "max_downward_message_size", U32)
    set_max_upward_message_size = _setter(27, "max_upward_message_size", U32)
    set_max_upward_message_num_per_candidate = _setter(28, "max_upward_message_num_per_candidate", U32)
    set_hrmp_sender_deposit = _setter(30, "hrmp_sender_deposit", Balance)
    set_hrmp_recipient_deposit = _setter(31, "hrmp_recipient_deposit", Balance)
    set_hrmp_channel_max_capacity = _setter(32, "hrmp_channel_max_capacity", U32)
    set_hrmp_channel_max_total_size = _setter(33, "hrmp_channel_max_total_size", U32)
    set_hrmp_max_parachain_inbound_channels = _setter(34, "hrmp_max_parachain_inbound_channels", U32)
    set_hrmp_channel_max_message_size = _setter(36, "hrmp_channel_max_message_size", U32)
    set_hrmp_max_parachain_outbound_channels = _setter(37, "hrmp_max_parachain_outbound_channels", U32)
    set_hrmp_max_message_num_per_candidate = _setter(39, "hrmp_max_message_num_per_candidate", U32)
    set_pvf_voting_ttl = _setter(42, "pvf_voting_ttl", SessionIndex)
    set_minimum_validation_upgrade_delay = _setter(43, "minimum_validation_upgrade_delay", BlockNumber)
    set_async_backing_params = _setter(45, "async_backing_params", AsyncBackingParams)
    set_executor_params = _setter(46, "executor_params", tuple[ExecutorParam, ...])
    set_on_demand_base_fee = _setter(47, "scheduler_params.on_demand_base_fee", Balance)
    set_on_demand_fee_variability = _setter(48, "scheduler_params.on_demand_fee_variability", Perbill)
    set_on_demand_queue_max_size = _setter(49, "scheduler_params.on_demand_queue_max_size", U32)
    set_on_demand_target_queue_utilization = _setter(
        50, "scheduler_params.on_demand_target_queue_utilization", Perbill
    )
    set_minimum_backing_votes = _setter(52, "minimum_backing_votes", U32)
    set_approval_voting_params = _setter(54, "approval_voting_params", ApprovalVotingParams)
    set_scheduler_params = _setter(55, "scheduler_params", SchedulerParams)
    set_max_relay_parent_session_age = _setter(56, "max_relay_parent_session_age", U32)

    @call(29, dispatch_class=DispatchClass.Operational, weight=Weight(U64_MAX, U64_MAX))
    def set_hrmp_open_request_ttl(self, origin: Origin, new: U32) -> None:
        """Fail, whoever calls: requests to open a channel no longer expire.

        Its weight is that of a whole block, so that as an extrinsic it is not even tried.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `set_hrmp_open_request_ttl`
        """
        raise DispatchError(Other())

    @call(44, dispatch_class=DispatchClass.Operational)
    def set_bypass_consistency_check(self, origin: Origin, new: bool) -> None:  # noqa: FBT001 - upstream's call
        """Switch the check of later changes off (True) or on again, at once.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `set_bypass_consistency_check`
        """
        ensure_root(origin)

        self.bypass_consistency_check.put(new)

    @call(53, dispatch_class=DispatchClass.Operational)
    def set_node_feature(self, origin: Origin, index: U8, value: bool) -> None:  # noqa: FBT001 - upstream's call
        """Schedule one feature of `node_features` to be on or off; the list grows until it has that place.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `set_node_feature`
        """
        ensure_root(origin)

        def update(config: HostConfiguration) -> HostConfiguration:
            missing = index + 1 - len(config.node_features)
            features = config.node_features + (False,) * missing
            return replace(config, node_features=(*features[:index], value, *features[index + 1 :]))

        self.schedule_config_update(update)

    def schedule_config_update(self, updater: Update) -> None:
        """Schedule a change of the newest configuration, be it active or pending; InvalidNewValue if unsound.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `schedule_config_update`
        """
        pending = self.pending_configs.get()
        base = pending[-1][1] if pending else self.active_config.get()
        new = updater(base)
        if not self.bypass_consistency_check.get():
            ensure(inconsistency(new) is None or inconsistency(base) is not None, Error.InvalidNewValue)

        self.pending_configs.put(_scheduled(pending, self.clock.scheduled_session(), new))

    def initializer_on_new_session(self, session_index: SessionIndex) -> SessionChangeOutcome:
        """Make the change scheduled for this session active, if there is one; later ones stay pending.

        Of several that are due the last wins. Without pending changes nothing is written.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `initializer_on_new_session`
        """
        pending = self.pending_configs.get()
        prev_config = self.active_config.get()
        if not pending:
            return SessionChangeOutcome(prev_config, None)

        due = [config for session, config in pending if session <= session_index]
        new_config = due[-1] if due else None
        if new_config is not None:
            self.active_config.put(new_config)
        self.pending_configs.put(tuple(entry for entry in pending if entry[0] > session_index))
        return SessionChangeOutcome(prev_config, new_config)

    def force_set_active_config(self, config: HostConfiguration) -> None:
        """Put a configuration in force at once and unchecked, past all pending ones.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `force_set_active_config`
        """
        self.active_config.put(config)

    def build(self, config: HostConfiguration) -> None:
        """Start the chain with this configuration; raises `InconsistentConfiguration`.

        Upstream: polkadot/runtime/parachains/src/configuration.rs `GenesisConfig::build`
        """
        check_consistency(config)

        self.active_config.put(config)


def _scheduled(pending: Pending, session: SessionIndex, config: HostConfiguration) -> Pending:
    """The list with the configuration in place of the first entry due no earlier, else at its end."""
    for place, (at, _) in enumerate(pending):
        if at >= session:
            return (*pending[:place], (at, config), *pending[place + 1 :])
    return (*pending, (session, config))
