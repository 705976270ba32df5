"""Back pressure: siblings that send more than is executed are told to stop, and later to go on.

The message queue tells of each change of a sibling's queue. With as many pages as the suspend threshold the
sibling is sent a signal to stop; when no more than the resume threshold are left, one to go on. Changing the
thresholds has no effect on a sibling until its queue changes.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `OnQueueChanged`, `QueuePausedQuery`
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable

from pallets.message_queue_footprints import QueueFootprint
from pallets.para.sibling_queues import sibling
from pallets.para.xcmp_channels import XcmpChannels
from pallets.para.xcmp_queue_items import ChannelSignal
from primitives.errors import DispatchError
from primitives.ids import ParaId
from primitives.origin import Origin
from xcm.terms import OriginKind
from xcm.traits import ConvertOrigin


class BackPressure:
    """Suspends and resumes siblings, and says whose messages have to wait.

    `convert_origin` and `ensure_controller` say which siblings govern this chain: those whose messages can
    act as an origin that may suspend execution. Theirs are executed all the same.
    """

    def __init__(
        self,
        channels: XcmpChannels,
        convert_origin: ConvertOrigin,
        ensure_controller: Callable[[Origin], None],
    ) -> None:
        self.channels = channels
        self.convert_origin, self.ensure_controller = convert_origin, ensure_controller

    def on_queue_changed(self, para: ParaId, footprint: QueueFootprint) -> None:
        """Suspend or resume a sibling. If there is no room for the signal, the next change tries again.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `OnQueueChanged::on_queue_changed`
        """
        config, suspended = self.channels.queue_config.get(), self.channels.inbound_xcmp_suspended.get()
        if para in suspended:
            if footprint.ready_pages <= config.resume_threshold:
                self._resume(para, suspended)
        elif footprint.ready_pages >= config.suspend_threshold:
            self._suspend(para, suspended)

    def _resume(self, para: ParaId, suspended: tuple[ParaId, ...]) -> None:
        if self.channels.send_signal(para, ChannelSignal.Resume):
            self.channels.inbound_xcmp_suspended.put(tuple(each for each in suspended if each != para))

    def _suspend(self, para: ParaId, suspended: tuple[ParaId, ...]) -> None:
        """If too many are suspended, the sibling is told to stop, but will never be told to go on."""
        is_full = len(suspended) >= self.channels.constants.max_inbound_suspended
        if self.channels.send_signal(para, ChannelSignal.Suspend) and not is_full:
            ascending = list(suspended)
            insort(ascending, para)
            self.channels.inbound_xcmp_suspended.put(tuple(ascending))

    def is_paused(self, para: ParaId) -> bool:
        """Whether a sibling's messages have to wait: while execution is suspended, unless it governs us.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `QueuePausedQuery::is_paused`
        """
        return self.channels.queue_suspended.get() and not self._is_controller(para)

    def _is_controller(self, para: ParaId) -> bool:
        origin = self.convert_origin(sibling(para), OriginKind.Superuser)
        if origin is None:
            return False
        try:
            self.ensure_controller(origin)
        except DispatchError:
            return False
        return True
