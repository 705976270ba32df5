"""What the sudo key may do about parachains; for test networks.

Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager

from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp, Unroutable
from pallets.relay.hrmp import Hrmp
from pallets.relay.paras import Paras
from pallets.relay.paras_items import ParaGenesisArgs
from primitives.errors import AcceptanceError, DispatchError, ErrorCode, ensure
from primitives.ids import ParaId
from primitives.origin import Origin, ensure_root
from primitives.pallet import Frame, Pallet, call
from primitives.scale.codec import U32
from primitives.weights import DispatchClass
from xcm.versions import VersionedXcm


class Error(ErrorCode):
    """Why a call of ParaSudoWrapper fails."""

    ParaDoesntExist = enum.auto()
    """There is no such parachain."""
    ParaAlreadyExists = enum.auto()
    """The parachain is there already."""
    ExceedsMaxMessageSize = enum.auto()
    """The message is longer than a downward message may be, or the queue is full."""
    Unroutable = enum.auto()
    """There is nobody to receive the message."""
    CouldntCleanup = enum.auto()
    """The parachain cannot go now."""
    NotParathread = enum.auto()
    """It is no on-demand parachain."""
    NotParachain = enum.auto()
    """It is no lease-holding parachain."""
    CannotUpgrade = enum.auto()
    """It cannot become a lease-holding parachain now."""
    CannotDowngrade = enum.auto()
    """It cannot become an on-demand parachain now."""
    TooManyCores = enum.auto()
    """There are as many cores as there can be."""


class ParaSudoWrapper(Pallet, prefix="ParaSudoWrapper", errors=Error):
    """Root's short cuts.

    Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs `Pallet`
    """

    def __init__(
        self, frame: Frame, configuration: Configuration, paras: Paras, dmp: Dmp, hrmp: Hrmp
    ) -> None:
        super().__init__(frame)
        self.configuration, self.paras, self.dmp, self.hrmp = configuration, paras, dmp, hrmp

    @call(0, dispatch_class=DispatchClass.Operational)
    def sudo_schedule_para_initialize(self, origin: Origin, id: ParaId, genesis: ParaGenesisArgs) -> None:
        """Schedule a parachain to come two sessions from now.

        DEVIATION: upstream also gives it a core for ever.

        Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs `Pallet::sudo_schedule_para_initialize`
        """
        ensure_root(origin)
        ensure(self.paras.lifecycle(id) is None, Error.ParaAlreadyExists)
        with _told_as(Error.ParaAlreadyExists):
            self.paras.schedule_para_initialize(id, genesis)

    @call(1, dispatch_class=DispatchClass.Operational)
    def sudo_schedule_para_cleanup(self, origin: Origin, id: ParaId) -> None:
        """Schedule a parachain to go two sessions from now.

        Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs `Pallet::sudo_schedule_para_cleanup`
        """
        ensure_root(origin)
        with _told_as(Error.CouldntCleanup):
            self.paras.schedule_para_cleanup(id)

    @call(2, dispatch_class=DispatchClass.Operational)
    def sudo_schedule_parathread_upgrade(self, origin: Origin, id: ParaId) -> None:
        """Schedule an on-demand parachain to become a lease-holding one.

        Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs
        `Pallet::sudo_schedule_parathread_upgrade`
        """
        ensure_root(origin)
        ensure(self.paras.is_parathread(id), Error.NotParathread)
        with _told_as(Error.CannotUpgrade):
            self.paras.schedule_parathread_upgrade(id)

    @call(3, dispatch_class=DispatchClass.Operational)
    def sudo_schedule_parachain_downgrade(self, origin: Origin, id: ParaId) -> None:
        """Schedule a lease-holding parachain to become an on-demand one.

        Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs
        `Pallet::sudo_schedule_parachain_downgrade`
        """
        ensure_root(origin)
        ensure(self.paras.is_parachain(id), Error.NotParachain)
        with _told_as(Error.CannotDowngrade):
            self.paras.schedule_parachain_downgrade(id)

    @call(4, dispatch_class=DispatchClass.Operational)
    def sudo_queue_downward_xcm(self, origin: Origin, id: ParaId, xcm: VersionedXcm) -> None:
        """Send an XCM program down to a parachain.

        Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs `Pallet::sudo_queue_downward_xcm`
        """
        ensure_root(origin)
        ensure(self.paras.is_valid_para(id), Error.ParaDoesntExist)
        try:
            message = self.frame.wire.codec(VersionedXcm).encode(xcm)
            self.dmp.queue_downward_message(self.configuration.active_config.get(), id, message)
        except AcceptanceError as refused:
            unroutable = isinstance(refused.reason, Unroutable)
            raise DispatchError(Error.Unroutable if unroutable else Error.ExceedsMaxMessageSize) from None

    @call(5, dispatch_class=DispatchClass.Operational)
    def sudo_establish_hrmp_channel(
        self, origin: Origin, sender: ParaId, recipient: ParaId, max_capacity: U32, max_message_size: U32
    ) -> None:
        """Ask for and accept a channel on behalf of both ends, without an event of Hrmp.

        Upstream: polkadot/runtime/common/src/paras_sudo_wrapper.rs `Pallet::sudo_establish_hrmp_channel`
        """
        ensure_root(origin)
        self.hrmp.init_open_channel(sender, recipient, max_capacity, max_message_size)
        self.hrmp.accept_open_channel(recipient, sender)


@contextmanager
def _told_as(error: Error) -> Iterator[None]:
    """Whatever the registry's reason is, the caller is told this one."""
    try:
        yield
    except DispatchError:
        raise DispatchError(error) from None
