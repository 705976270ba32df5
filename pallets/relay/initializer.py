"""The order in which the parachain pallets start a block, end it, and go over to the next session.

A session change is **buffered** when it is announced, at the start of a block, and **applied** at the end
of that block. Of several in one block only the last is applied. Session 0 is applied at once: it is
genesis.

Upstream: polkadot/runtime/parachains/src/initializer.rs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from typing_extensions import override

from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp
from pallets.relay.hrmp import Hrmp
from pallets.relay.inclusion import ParaInclusion
from pallets.relay.paras import Paras
from pallets.relay.paras_items import POLKADOT_ENGINE_ID
from pallets.relay.scheduler import ParaScheduler
from pallets.relay.shared import ParasShared, SessionChangeNotification
from pallets.system import System
from primitives.hashing import blake2_256
from primitives.header import Consensus
from primitives.ids import BlockNumber, Hash, SessionIndex, ValidatorId
from primitives.origin import Origin, ensure_root
from primitives.pallet import Frame, Pallet, call, item
from primitives.record import Record
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.storage.views import OptionValue, Value
from primitives.weights import DispatchClass


class BufferedSessionChange(Record):
    """A session that was announced in this block."""

    validators: tuple[ValidatorId, ...]
    """Parachain keys of its validators."""

    queued: tuple[ValidatorId, ...]
    """Parachain keys of the validators of the session after."""

    session_index: SessionIndex


class ForceApprove(Record):
    """In the digest: nodes take blocks up to this one as approved.

    Upstream: polkadot/primitives/src/v9/mod.rs `ConsensusLog::ForceApprove`
    """

    up_to: BlockNumber


FORCE_APPROVE_TAG = b"\x03"
"""Its place among the consensus logs of parachains."""


class Randomness(Protocol):
    """Where the chain's randomness comes from."""

    def randomness(self) -> bytes:
        """Bytes that nobody could choose, as known now."""
        ...


class Initializer(Pallet, prefix="Initializer"):
    """Calls the parachain pallets in their order.

    Upstream: polkadot/runtime/parachains/src/initializer.rs `Pallet`
    """

    has_initialized: OptionValue[tuple[()]]
    """There while a block is made, after the pallets were told of its start."""

    buffered_session_changes: Value[tuple[BufferedSessionChange, ...]] = item(default=())
    """Sessions announced in this block."""

    def __init__(
        self,
        frame: Frame,
        system: System,
        configuration: Configuration,
        shared: ParasShared,
        paras: Paras,
        scheduler: ParaScheduler,
        inclusion: ParaInclusion,
        dmp: Dmp,
        hrmp: Hrmp,
        randomness: Randomness,
        ensure_force: Callable[[Origin], object] = ensure_root,
    ) -> None:
        super().__init__(frame)
        self.system, self.configuration, self.shared = system, configuration, shared
        self.paras, self.scheduler, self.inclusion = paras, scheduler, inclusion
        self.dmp, self.hrmp = dmp, hrmp
        self.randomness, self.ensure_force = randomness, ensure_force

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Tell the parachain pallets that a block starts.

        Upstream: polkadot/runtime/parachains/src/initializer.rs `Hooks::on_initialize`
        """
        self.paras.initializer_initialize(now)
        self.has_initialized.put(())

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Tell the parachain pallets that a block ends, and go over to the last session announced in it.

        Upstream: polkadot/runtime/parachains/src/initializer.rs `Hooks::on_finalize`
        """
        self.paras.initializer_finalize(now)
        announced = self.buffered_session_changes.take()
        if announced:
            last = announced[-1]
            self.apply_new_session(last.session_index, last.validators, last.queued)
        self.has_initialized.kill()

    def on_new_session(
        self,
        session_index: SessionIndex,
        validators: tuple[ValidatorId, ...],
        queued: tuple[ValidatorId, ...],
    ) -> None:
        """Announce a session: its validators, and those of the session after.

        Upstream: polkadot/runtime/parachains/src/initializer.rs `Pallet::on_new_session`
        """
        if session_index == 0:
            self.apply_new_session(session_index, validators, queued)
        else:
            self.buffered_session_changes.append(BufferedSessionChange(validators, queued, session_index))

    def apply_new_session(
        self,
        session_index: SessionIndex,
        validators: tuple[ValidatorId, ...],
        queued: tuple[ValidatorId, ...],
    ) -> None:
        """Go over to a session: configuration, validators, parachains coming and going, who guards which
        core, candidates that wait, then messages.

        Upstream: polkadot/runtime/parachains/src/initializer.rs `Pallet::apply_new_session`
        """
        random_seed = Hash(blake2_256(b"paras" + self.randomness.randomness()))
        change = self.configuration.initializer_on_new_session(session_index)
        new_config = change.new_config or change.prev_config
        active = self.shared.initializer_on_new_session(session_index, random_seed, new_config, validators)
        notification = SessionChangeNotification(
            validators=active,
            queued=queued,
            prev_config=change.prev_config,
            new_config=new_config,
            random_seed=random_seed,
            session_index=session_index,
        )
        outgoing = self.paras.initializer_on_new_session(notification)
        self.scheduler.initializer_on_new_session(notification, self.system.number.get())
        self.inclusion.initializer_on_new_session(outgoing)
        self.dmp.initializer_on_new_session(outgoing)
        self.hrmp.initializer_on_new_session(notification, outgoing)

    @call(0, dispatch_class=DispatchClass.Operational)
    def force_approve(self, origin: Origin, up_to: U32) -> None:
        """Tell the approval voting of the nodes to take blocks up to `up_to` as approved.

        Upstream: polkadot/runtime/parachains/src/initializer.rs `Pallet::force_approve`
        """
        self.ensure_force(origin)

        log = FORCE_APPROVE_TAG + _FORCE_APPROVE.encode(ForceApprove(BlockNumber(up_to)))
        self.system.deposit_log(Consensus(POLKADOT_ENGINE_ID, log))


_FORCE_APPROVE = codec(ForceApprove)
