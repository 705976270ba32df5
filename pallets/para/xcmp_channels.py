"""What XcmpQueue stores, and the channels out of it.

What is to go to a sibling waits here in pages. In each block at most one page leaves for each channel, and no
more pages than the relay chain takes from this one; channels that were served go to the end of the line. A
page with signals goes before the others, even while the recipient has **suspended** us; pages of programs
then have to wait, and new ones may still join them.

Which format of pages a recipient reads is **negotiated**: a recipient of which we know nothing gets an empty
opaque page, once, as soon as nothing else can leave, to say that we read those; and one that sent us any gets
them from us too.

A channel that is gone takes with it what waits for it.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from pallets.para.parachain_system_items import ChannelInfo
from pallets.para.xcmp_queue_items import (
    DEFAULT_CONFIG,
    NEWEST_RULES,
    OPAQUE_PAGE,
    READS_OPAQUE,
    WAS_TOLD,
    ChannelSignal,
    Error,
    Event,
    MessageSendError,
    OutboundChannelDetails,
    OutboundState,
    QueueConfigData,
    XcmpMessageFormat,
    XcmpQueueConstants,
    XcmpQueueRules,
)
from primitives.arithmetic import U16_MAX, saturating_sub
from primitives.fee_factor import MIN_FEE_FACTOR, THRESHOLD_FACTOR, decreased, increased
from primitives.ids import ParaId
from primitives.pallet import BLAKE2_128_CONCAT, TWOX_64_CONCAT, Frame, Pallet, item
from primitives.record import replace
from primitives.scale.codec import U16, U128
from primitives.storage.views import DefaultMap, Value


class GetChannelInfo(Protocol):
    """Who knows this parachain's channels: ParachainSystem.

    Upstream: cumulus/primitives/core/src/lib.rs `GetChannelInfo`
    """

    def get_channel_info(self, para: ParaId) -> ChannelInfo | None:
        """The channel to a sibling, as the relay chain knows it; None if there is none."""
        ...


class NotQueued(Exception):
    """A message does not join those that wait for a channel."""

    def __init__(self, reason: MessageSendError) -> None:
        super().__init__(reason)
        self.reason = reason


class XcmpChannels(Pallet, prefix="XcmpQueue", events=Event, errors=Error, constants=XcmpQueueConstants):
    """Everything that XcmpQueue stores, and what happens to messages on their way out.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet`
    """

    inbound_xcmp_suspended: Value[tuple[ParaId, ...]] = item(default=())
    """The siblings that were asked to stop sending, ascending."""

    outbound_xcmp_status: Value[tuple[OutboundChannelDetails, ...]] = item(default=())
    """The channels out, in the order in which they will be served. Each recipient is there once."""

    outbound_xcmp_messages: DefaultMap[tuple[ParaId, U16], bytes] = item(
        default=b"", hashers=(BLAKE2_128_CONCAT, TWOX_64_CONCAT)
    )
    """Pages that wait, by recipient and index; those that `OutboundXcmpStatus` tells of."""

    signal_messages: DefaultMap[ParaId, bytes] = item(default=b"", hashers=(BLAKE2_128_CONCAT,))
    """Pages of signals that wait. There where `OutboundXcmpStatus` says that signals exist; one of a channel
    that was forgotten meanwhile, because its recipient resumed us, stays and never leaves.
    """

    queue_config: Value[QueueConfigData] = item(default=DEFAULT_CONFIG)
    """How much may wait here from one sibling."""

    queue_suspended: Value[bool] = item(default=False)
    """Whether what siblings sent is not to be executed now."""

    delivery_fee_factor: DefaultMap[ParaId, U128] = item(default=MIN_FEE_FACTOR)
    """What the price of a message to a sibling is multiplied by; a FixedU128."""

    def __init__(
        self,
        frame: Frame,
        channel_info: GetChannelInfo,
        constants: XcmpQueueConstants,
        rules: XcmpQueueRules = NEWEST_RULES,
    ) -> None:
        super().__init__(frame)
        self.channel_info, self.constants, self.rules = channel_info, constants, rules

    def outbound_channel(self, para: ParaId) -> OutboundChannelDetails | None:
        """What is known of the channel to a sibling."""
        channels = self.outbound_xcmp_status.get()
        return next((channel for channel in channels if channel.recipient == para), None)

    # Pages to be sent.

    def send_fragment(self, recipient: ParaId, message_format: XcmpMessageFormat, fragment: bytes) -> None:
        """Put a message behind those that wait for a channel: into the last page, or a new one if that has
        another format or is full. Past half of what the channel holds, it raises the fee factor.

        Raises `NotQueued`: NoChannel, TooBig, TooManyChannels.

        DEVIATION: QueueFull where upstream's count of pages runs over.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::send_fragment`
        """
        info = self.channel_info.get_channel_info(recipient)
        if info is None:
            raise NotQueued(MessageSendError.NoChannel)
        max_size = min(info.max_message_size, self.constants.max_page_size)
        beginning = bytes((message_format.value,))
        if len(fragment) + len(beginning) > max_size:
            raise NotQueued(MessageSendError.TooBig)
        channel = self.outbound_channel(recipient) or OutboundChannelDetails(recipient)
        room = max_size - len(fragment)
        page = self.outbound_xcmp_messages[recipient, channel.last_index - 1] if channel.pages else b""
        if page[:1] != beginning or len(page) > room:
            channel, page = _with_new_page(channel), beginning

        if beginning == OPAQUE_PAGE:
            channel = channel.with_flag(WAS_TOLD)
        if not self._put_channel(channel):
            raise NotQueued(MessageSendError.TooManyChannels)
        page += fragment
        self.outbound_xcmp_messages[recipient, channel.last_index - 1] = page
        # Pages before the last are taken to be full, whatever is in them.
        waiting = (channel.pages - 1) * max_size + len(page)
        if waiting > info.max_total_size // THRESHOLD_FACTOR:
            factor = self.delivery_fee_factor[recipient]
            self.delivery_fee_factor[recipient] = increased(factor, len(fragment))

    def send_signal(self, dest: ParaId, signal: ChannelSignal) -> bool:
        """Have a signal sent to a sibling, in place of one that waits; gives whether there was room for it.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::send_signal`
        """
        channel = self.outbound_channel(dest) or OutboundChannelDetails(dest)
        if not self._put_channel(replace(channel, signals_exist=True)):
            return False
        self.signal_messages[dest] = bytes((XcmpMessageFormat.Signals.value, signal.value))
        return True

    # What recipients ask for.

    def suspend_channel(self, target: ParaId) -> None:
        """Keep back what is for a sibling; without effect if there is no room for its channel.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::suspend_channel`
        """
        channel = self.outbound_channel(target) or OutboundChannelDetails(target)
        self._put_channel(replace(channel, state=OutboundState.Suspended))

    def resume_channel(self, target: ParaId) -> None:
        """Let out again what is for a sibling; if nothing waits, all that is known of the channel is
        forgotten.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `Pallet::resume_channel`
        """
        channel = self.outbound_channel(target)
        if channel is None:
            return
        if channel.pages:
            self._put_channel(replace(channel, state=OutboundState.Ok))
        else:
            known = self.outbound_xcmp_status.get()
            self.outbound_xcmp_status.put(tuple(each for each in known if each.recipient != target))

    def clear_pages(self) -> None:
        """Forget all pages that wait; signals and the channels' states stay."""
        for at in tuple(self.outbound_xcmp_messages.keys()):
            self.outbound_xcmp_messages.remove(at)
        empty = (replace(each, first_index=0, last_index=0) for each in self.outbound_xcmp_status.get())
        self.outbound_xcmp_status.put(tuple(empty))

    def note_reads_opaque(self, para: ParaId) -> None:
        """Remember that a sibling reads opaque pages; without effect if there is no room for its channel."""
        channel = self.outbound_channel(para) or OutboundChannelDetails(para)
        self._put_channel(channel.with_flag(READS_OPAQUE))

    def _put_channel(self, channel: OutboundChannelDetails) -> bool:
        """Write a channel in its place, or at the end if it is new; gives whether there was room."""
        known = list(self.outbound_xcmp_status.get())
        place = next((at for at, each in enumerate(known) if each.recipient == channel.recipient), len(known))
        if place == self.constants.max_active_outbound_channels:
            return False
        self.outbound_xcmp_status.put((*known[:place], channel, *known[place + 1 :]))
        return True

    # Pages on their way.

    def take_outbound_messages(
        self, maximum_channels: int, excluded_recipients: Collection[ParaId] = ()
    ) -> list[tuple[ParaId, bytes]]:
        """The pages that leave with this block, by ascending recipient: for each channel the first that
        waits, as long as no more channels are served than may be. Those served go to the end of the line.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `XcmpMessageSource::take_outbound_messages`
        """
        channels = self.outbound_xcmp_status.get()
        kept: list[OutboundChannelDetails] = []
        taken: dict[ParaId, bytes] = {}
        for channel in channels:
            para, info = channel.recipient, self.channel_info.get_channel_info(channel.recipient)
            if info is None:
                self._forget_pages(channel)
                continue
            may_leave = len(taken) < maximum_channels and para not in excluded_recipients
            served = self._serve(channel, info) if may_leave else None
            left = served[0] if served else channel
            if self._is_kept(left):
                kept.append(left)
            if served and len(served[1]) <= info.max_message_size:
                taken[para] = served[1]
        moved = saturating_sub(len(taken), len(channels) - len(kept))
        self.outbound_xcmp_status.put((*kept[moved:], *kept[:moved]))
        return sorted(taken.items())

    def _is_kept(self, channel: OutboundChannelDetails) -> bool:
        """Whether a channel stays among those that are known, even if nothing waits in it."""
        is_idle = channel.state is OutboundState.Ok and not channel.signals_exist and not channel.pages
        return self.rules.opaque_pages or not is_idle

    def _forget_pages(self, channel: OutboundChannelDetails) -> None:
        for index in range(channel.first_index, channel.last_index):
            self.outbound_xcmp_messages.remove((channel.recipient, index))
        if channel.signals_exist:
            self.signal_messages.remove(channel.recipient)

    def _serve(
        self, channel: OutboundChannelDetails, info: ChannelInfo
    ) -> tuple[OutboundChannelDetails, bytes] | None:
        """The channel without its next page, and that page; None if none may leave now. Lowers the fee factor
        if what still waits is at most half of what the channel holds.
        """
        if info.msg_count + 1 > info.max_capacity:
            return None
        served = self._next_page(channel, saturating_sub(info.max_total_size, info.total_size))
        if served is None:
            return None
        left, para = served[0], channel.recipient
        waiting = sum(
            len(self.outbound_xcmp_messages[para, index])
            for index in range(left.first_index, left.last_index)
        )
        if waiting <= info.max_total_size // THRESHOLD_FACTOR:
            self.delivery_fee_factor[para] = decreased(self.delivery_fee_factor[para])
        return served

    def _next_page(
        self, channel: OutboundChannelDetails, free: int
    ) -> tuple[OutboundChannelDetails, bytes] | None:
        """Take out what is to leave first: signals; pages, unless the recipient suspended us; or the news
        that we read opaque pages, in place of a page that does not fit too. What is just as long as what is
        free does not fit; whether the news fit is not looked at, so that a block with them may be refused.
        """
        para, flags = channel.recipient, channel.flags
        if channel.signals_exist:
            page = self.signal_messages[para]
            if len(page) >= free:
                return None
            self.signal_messages.remove(para)
            return replace(channel, signals_exist=False), page
        if channel.state is OutboundState.Suspended:
            return None
        at = para, channel.first_index
        if channel.pages and len(page := self.outbound_xcmp_messages[at]) < free:
            self.outbound_xcmp_messages.remove(at)
            return _without_page(channel), page
        if self.rules.opaque_pages and not flags.has(READS_OPAQUE | WAS_TOLD):
            return channel.with_flag(WAS_TOLD), OPAQUE_PAGE
        return None


def _with_new_page(channel: OutboundChannelDetails) -> OutboundChannelDetails:
    if channel.last_index == U16_MAX:
        raise NotQueued(MessageSendError.QueueFull)
    return replace(channel, last_index=channel.last_index + 1)


def _without_page(channel: OutboundChannelDetails) -> OutboundChannelDetails:
    """The channel without its first page; counting begins anew behind the last."""
    if channel.pages == 1:
        return replace(channel, first_index=0, last_index=0)
    return replace(channel, first_index=channel.first_index + 1)
