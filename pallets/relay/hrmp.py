"""Channels across: how they are asked for, accepted, opened and closed.

A parachain **requests** a channel to another, which **accepts**; with the next session the channel **opens**.
Both pay a deposit, which they get back when it **closes**, again with a session, after either asked for it.
Channels with system chains cost no deposit and can be made by anybody.

A channel has limits of its own, fixed when it was asked for; the configuration limits those, and how many
channels a parachain may have. What is in the channels is the matter of `hrmp_messages.py`.

Upstream: polkadot/runtime/parachains/src/hrmp.rs
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from typing import Protocol

from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp
from pallets.relay.hrmp_items import (
    ChannelClosed,
    Error,
    Event,
    HrmpChannelForceOpened,
    HrmpSystemChannelOpened,
    OpenChannelAccepted,
    OpenChannelCanceled,
    OpenChannelDepositsUpdated,
    OpenChannelRequested,
)
from pallets.relay.hrmp_messages import HrmpMessages
from pallets.relay.paras import Paras
from pallets.relay.shared import SessionChangeNotification
from pallets.relay.xcm_notices import ChannelNotices
from pallets.system import System
from primitives.channels import HrmpChannel, HrmpChannelId, HrmpOpenChannelRequest
from primitives.errors import AcceptanceError, Defect, DispatchError, ensure
from primitives.host_configuration import HostConfiguration
from primitives.ids import AccountId, Balance, ParaId, is_system, sovereign_account
from primitives.origin import Origin, ensure_parachain, ensure_signed
from primitives.pallet import Frame, call
from primitives.record import replace
from primitives.scale.codec import U32
from primitives.storage.views import DefaultMap
from primitives.weights import Pays, PostDispatchInfo, Weight
from xcm.notifications import HrmpChannelAccepted, HrmpChannelClosing, HrmpNewChannelOpenRequest, Notification


class Currency(Protocol):
    """Where deposits are reserved."""

    def reserve(self, who: AccountId, value: Balance) -> None:
        """Set an amount aside, or fail."""
        ...

    def unreserve(self, who: AccountId, value: Balance) -> Balance:
        """Give an amount back; gives what was not there to be given back."""
        ...


class Hrmp(HrmpMessages, prefix="Hrmp", events=Event, errors=Error):
    """Channels between parachains.

    Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet`
    """

    def __init__(
        self,
        frame: Frame,
        system: System,
        configuration: Configuration,
        paras: Paras,
        dmp: Dmp,
        currency: Currency,
        notices: ChannelNotices,
        ensure_channel_manager: Callable[[Origin], object],
        force_open_weight: Callable[[int], Weight] | None = None,
    ) -> None:
        super().__init__(frame, system)
        self.configuration, self.paras, self.dmp = configuration, paras, dmp
        self.currency, self.notices = currency, notices
        self.ensure_channel_manager = ensure_channel_manager
        self.force_open_weight = force_open_weight

    # Calls.

    @call(0)
    def hrmp_init_open_channel(
        self, origin: Origin, recipient: ParaId, proposed_max_capacity: U32, proposed_max_message_size: U32
    ) -> None:
        """Ask `recipient` for a channel: so many messages at once, so many bytes each.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::hrmp_init_open_channel`
        """
        sender = ensure_parachain(origin)
        self.init_open_channel(sender, recipient, proposed_max_capacity, proposed_max_message_size)
        self.deposit_event(
            OpenChannelRequested(sender, recipient, proposed_max_capacity, proposed_max_message_size)
        )

    @call(1)
    def hrmp_accept_open_channel(self, origin: Origin, sender: ParaId) -> None:
        """Accept the channel that `sender` asked for.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::hrmp_accept_open_channel`
        """
        recipient = ensure_parachain(origin)
        self.accept_open_channel(recipient, sender)
        self.deposit_event(OpenChannelAccepted(sender, recipient))

    @call(2)
    def hrmp_close_channel(self, origin: Origin, channel_id: HrmpChannelId) -> None:
        """Ask for a channel to be closed with the next session; either end may.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::hrmp_close_channel`
        """
        para = ensure_parachain(origin)
        self.close_channel(para, channel_id)
        self.deposit_event(ChannelClosed(para, channel_id))

    @call(3)
    def force_clean_hrmp(self, origin: Origin, para: ParaId, num_inbound: U32, num_outbound: U32) -> None:
        """Close all channels of `para` now; there may be at most so many.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::force_clean_hrmp`
        """
        self.ensure_channel_manager(origin)
        ensure(self.hrmp_ingress_channels_index.length(para) <= num_inbound, Error.WrongWitness)
        ensure(self.hrmp_egress_channels_index.length(para) <= num_outbound, Error.WrongWitness)

        self.clean_hrmp_after_outgoing(para)

    @call(4)
    def force_process_hrmp_open(self, origin: Origin, channels: U32) -> None:
        """Open what was accepted now, without waiting for the session; there may be at most so many requests.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::force_process_hrmp_open`
        """
        self.ensure_channel_manager(origin)
        ensure(self.hrmp_open_channel_requests_list.length() <= channels, Error.WrongWitness)

        self.process_hrmp_open_channel_requests(self.configuration.active_config.get())

    @call(5)
    def force_process_hrmp_close(self, origin: Origin, channels: U32) -> None:
        """Close what is to be closed now, without waiting for the session; there may be at most so many.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::force_process_hrmp_close`
        """
        self.ensure_channel_manager(origin)
        ensure(self.hrmp_close_channel_requests_list.length() <= channels, Error.WrongWitness)

        self.process_hrmp_close_channel_requests()

    @call(6)
    def hrmp_cancel_open_request(self, origin: Origin, channel_id: HrmpChannelId, open_requests: U32) -> None:
        """Take back a request that was not accepted; either end may. There may be at most so many requests.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::hrmp_cancel_open_request`
        """
        para = ensure_parachain(origin)
        ensure(self.hrmp_open_channel_requests_list.length() <= open_requests, Error.WrongWitness)

        self.cancel_open_request(para, channel_id)
        self.deposit_event(OpenChannelCanceled(para, channel_id))

    @call(7)
    def force_open_hrmp_channel(
        self, origin: Origin, sender: ParaId, recipient: ParaId, max_capacity: U32, max_message_size: U32
    ) -> PostDispatchInfo:
        """Ask for and accept a channel on behalf of both ends; a request that is there already is taken back,
        and where there is none it weighs less.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::force_open_hrmp_channel`
        """
        self.ensure_channel_manager(origin)
        channel_id = HrmpChannelId(sender, recipient)
        cancelled = channel_id in self.hrmp_open_channel_requests
        if cancelled:
            self.cancel_open_request(sender, channel_id)
        self._request_and_accept(sender, recipient, max_capacity, max_message_size)
        self.deposit_event(HrmpChannelForceOpened(sender, recipient, max_capacity, max_message_size))
        weight = self.force_open_weight
        return PostDispatchInfo(None if weight is None else weight(int(cancelled)))

    @call(8)
    def establish_system_channel(self, origin: Origin, sender: ParaId, recipient: ParaId) -> PostDispatchInfo:
        """Ask for and accept a channel between two system chains, as large as allowed; free of charge.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::establish_system_channel`
        """
        ensure_signed(origin)
        ensure(is_system(sender) and is_system(recipient), Error.ChannelCreationNotAuthorized)
        config = self.configuration.active_config.get()
        capacity, message_size = config.hrmp_channel_max_capacity, config.hrmp_channel_max_message_size
        self._request_and_accept(sender, recipient, capacity, message_size)
        self.deposit_event(HrmpSystemChannelOpened(sender, recipient, capacity, message_size))
        return PostDispatchInfo(pays_fee=Pays.No)

    @call(9)
    def poke_channel_deposits(self, origin: Origin, sender: ParaId, recipient: ParaId) -> None:
        """Bring both deposits of a channel to what the configuration asks for now.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::poke_channel_deposits`
        """
        ensure_signed(origin)
        channel_id = HrmpChannelId(sender, recipient)
        channel = self.hrmp_channels.get(channel_id)
        if channel is None:
            raise DispatchError(Error.OpenHrmpChannelDoesntExist)
        config = self.configuration.active_config.get()
        for_sender = _deposit(sender, recipient, config.hrmp_sender_deposit)
        for_recipient = _deposit(sender, recipient, config.hrmp_recipient_deposit)

        self._adjust_deposit(sender, channel.sender_deposit, for_sender)
        self._adjust_deposit(recipient, channel.recipient_deposit, for_recipient)
        self.hrmp_channels[channel_id] = replace(
            channel, sender_deposit=for_sender, recipient_deposit=for_recipient
        )
        self.deposit_event(OpenChannelDepositsUpdated(sender, recipient))

    @call(10)
    def establish_channel_with_system(self, origin: Origin, target_system_chain: ParaId) -> PostDispatchInfo:
        """Open channels to and from a system chain, as large as allowed; free of charge.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::establish_channel_with_system`
        """
        sender = ensure_parachain(origin)
        ensure(is_system(target_system_chain), Error.ChannelCreationNotAuthorized)
        config = self.configuration.active_config.get()
        capacity, message_size = config.hrmp_channel_max_capacity, config.hrmp_channel_max_message_size
        for one, other in ((sender, target_system_chain), (target_system_chain, sender)):
            self._request_and_accept(one, other, capacity, message_size)
        for one, other in ((sender, target_system_chain), (target_system_chain, sender)):
            self.deposit_event(HrmpSystemChannelOpened(one, other, capacity, message_size))
        return PostDispatchInfo(pays_fee=Pays.No)

    # Channel lifecycle.

    def build(self, preopen_hrmp_channels: Iterable[tuple[ParaId, ParaId, int, int]]) -> None:
        """Open channels at genesis, at once: sender, recipient, messages, bytes a message. Fails as asking
        for one does.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `GenesisConfig::preopen_hrmp_channels`
        """
        for sender, recipient, max_capacity, max_message_size in preopen_hrmp_channels:
            self._request_and_accept(sender, recipient, max_capacity, max_message_size)
        self.process_hrmp_open_channel_requests(self.configuration.active_config.get())

    def init_open_channel(
        self, sender: ParaId, recipient: ParaId, max_capacity: int, max_message_size: int
    ) -> None:
        """Ask for a channel. Checked in this order; whether the sender is a parachain is not asked.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::init_open_channel`
        """
        config = self.configuration.active_config.get()
        channel_id = HrmpChannelId(sender, recipient)
        requested = self.hrmp_open_channel_request_count[sender]
        outbound = self.hrmp_egress_channels_index.length(sender) + requested

        ensure(sender != recipient, Error.OpenHrmpChannelToSelf)
        ensure(self.paras.is_valid_para(recipient), Error.OpenHrmpChannelInvalidRecipient)
        ensure(max_capacity > 0, Error.OpenHrmpChannelZeroCapacity)
        ensure(max_capacity <= config.hrmp_channel_max_capacity, Error.OpenHrmpChannelCapacityExceedsLimit)
        ensure(max_message_size > 0, Error.OpenHrmpChannelZeroMessageSize)
        ensure(
            max_message_size <= config.hrmp_channel_max_message_size,
            Error.OpenHrmpChannelMessageSizeExceedsLimit,
        )
        ensure(channel_id not in self.hrmp_open_channel_requests, Error.OpenHrmpChannelAlreadyRequested)
        ensure(channel_id not in self.hrmp_channels, Error.OpenHrmpChannelAlreadyExists)
        ensure(outbound < config.hrmp_max_parachain_outbound_channels, Error.OpenHrmpChannelLimitExceeded)
        deposit = _deposit(sender, recipient, config.hrmp_sender_deposit)
        self._reserve(sender, deposit)

        self.hrmp_open_channel_request_count[sender] = requested + 1
        self.hrmp_open_channel_requests[channel_id] = HrmpOpenChannelRequest(
            confirmed=False,
            _age=0,
            sender_deposit=deposit,
            max_message_size=max_message_size,
            max_capacity=max_capacity,
            max_total_size=config.hrmp_channel_max_total_size,
        )
        self.hrmp_open_channel_requests_list.append(channel_id)
        self._notify(recipient, HrmpNewChannelOpenRequest(sender, max_message_size, max_capacity))

    def accept_open_channel(self, recipient: ParaId, sender: ParaId) -> None:
        """Accept a request; the channel opens with the next session.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::accept_open_channel`
        """
        config = self.configuration.active_config.get()
        channel_id = HrmpChannelId(sender, recipient)
        request = self.hrmp_open_channel_requests.get(channel_id)
        accepted = self.hrmp_accepted_channel_request_count[recipient]
        inbound = self.hrmp_ingress_channels_index.length(recipient) + accepted

        if request is None:
            raise DispatchError(Error.AcceptHrmpChannelDoesntExist)
        ensure(not request.confirmed, Error.AcceptHrmpChannelAlreadyConfirmed)
        ensure(inbound < config.hrmp_max_parachain_inbound_channels, Error.AcceptHrmpChannelLimitExceeded)
        self._reserve(recipient, _deposit(sender, recipient, config.hrmp_recipient_deposit))

        self.hrmp_open_channel_requests[channel_id] = replace(request, confirmed=True)
        self.hrmp_accepted_channel_request_count[recipient] = accepted + 1
        self._notify(sender, HrmpChannelAccepted(recipient))

    def cancel_open_request(self, para: ParaId, channel_id: HrmpChannelId) -> None:
        """Take back a request that was not accepted; its deposit returns. The peer is not told.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::cancel_open_request`
        """
        request = self.hrmp_open_channel_requests.get(channel_id)
        ensure(channel_id.is_participant(para), Error.CancelHrmpOpenChannelUnauthorized)
        if request is None:
            raise DispatchError(Error.OpenHrmpChannelDoesntExist)
        ensure(not request.confirmed, Error.OpenHrmpChannelAlreadyConfirmed)

        requests = self.hrmp_open_channel_requests_list.get()
        self.hrmp_open_channel_requests.remove(channel_id)
        if channel_id in requests:
            self.hrmp_open_channel_requests_list.put(_swap_remove(requests, requests.index(channel_id)))
        _decrease(self.hrmp_open_channel_request_count, channel_id.sender)
        self.currency.unreserve(sovereign_account(channel_id.sender), request.sender_deposit)

    def close_channel(self, para: ParaId, channel_id: HrmpChannelId) -> None:
        """Note that a channel is to be closed with the next session, and tell the other end.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::close_channel`
        """
        ensure(channel_id.is_participant(para), Error.CloseHrmpChannelUnauthorized)
        ensure(channel_id in self.hrmp_channels, Error.CloseHrmpChannelDoesntExist)
        ensure(channel_id not in self.hrmp_close_channel_requests, Error.CloseHrmpChannelAlreadyUnderway)

        self.hrmp_close_channel_requests[channel_id] = ()
        self.hrmp_close_channel_requests_list.append(channel_id)
        peer = channel_id.recipient if para == channel_id.sender else channel_id.sender
        self._notify(peer, HrmpChannelClosing(para, channel_id.sender, channel_id.recipient))

    def _request_and_accept(
        self, sender: ParaId, recipient: ParaId, max_capacity: int, max_message_size: int
    ) -> None:
        self.init_open_channel(sender, recipient, max_capacity, max_message_size)
        self.accept_open_channel(recipient, sender)

    # The session boundary.

    def initializer_on_new_session(
        self, notification: SessionChangeNotification, outgoing: Collection[ParaId]
    ) -> None:
        """Clear up after parachains that left, open what was accepted, close what was to be closed.

        All by the configuration of the session that ends.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::initializer_on_new_session`
        """
        self.clean_open_channel_requests(notification.prev_config, outgoing)
        for para in outgoing:
            self.clean_hrmp_after_outgoing(para)
        self.process_hrmp_open_channel_requests(notification.prev_config)
        self.process_hrmp_close_channel_requests()

    def clean_open_channel_requests(self, config: HostConfiguration, outgoing: Collection[ParaId]) -> None:
        """Drop requests of or to parachains that left; who stays gets the deposit back.

        Two quirks of upstream are kept: a sender that stays keeps counting the dropped request, and
        deposits of those who left stay reserved. The list is written even when it does not change.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::clean_open_channel_requests`
        """
        gone = frozenset(outgoing)
        requests = self.hrmp_open_channel_requests_list.get()
        dropped = tuple(each for each in requests if each.sender in gone or each.recipient in gone)
        leaving = frozenset(dropped)
        self.hrmp_open_channel_requests_list.put(tuple(each for each in requests if each not in leaving))
        for channel_id in dropped:
            request = self.hrmp_open_channel_requests.take(channel_id)
            if request is None:
                raise Defect(f"{channel_id} is listed, but was not asked for")
            if channel_id.sender not in outgoing:
                self.currency.unreserve(sovereign_account(channel_id.sender), request.sender_deposit)
            if not request.confirmed:
                continue
            if channel_id.recipient not in outgoing:
                who = sovereign_account(channel_id.recipient)
                self.currency.unreserve(who, config.hrmp_recipient_deposit)
            _decrease(self.hrmp_accepted_channel_request_count, channel_id.recipient)

    def clean_hrmp_after_outgoing(self, para: ParaId) -> None:
        """Close all channels of a parachain; all deposits in them return, its own too.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::clean_hrmp_after_outgoing`
        """
        self.hrmp_open_channel_request_count.remove(para)
        self.hrmp_accepted_channel_request_count.remove(para)
        inbound = {HrmpChannelId(each, para) for each in self.hrmp_ingress_channels_index.take(para)}
        outbound = {HrmpChannelId(para, each) for each in self.hrmp_egress_channels_index.take(para)}
        for channel_id in sorted(inbound | outbound, key=HrmpChannelId.order):
            self.close_hrmp_channel(channel_id)

    def process_hrmp_open_channel_requests(self, config: HostConfiguration) -> None:
        """Open what was accepted, from the end of the list to its start.

        The recipient's deposit is booked as `config` has it now, not as it was reserved. If one of the two
        is no valid parachain any more, the request goes without a channel and without a refund.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::process_hrmp_open_channel_requests`
        """
        requests = self.hrmp_open_channel_requests_list.get()
        if not requests:
            return
        for index in range(len(requests) - 1, -1, -1):
            channel_id = requests[index]
            request = self.hrmp_open_channel_requests.get(channel_id)
            if request is None:
                raise Defect(f"{channel_id} is listed, but was not asked for")
            if not request.confirmed:
                continue
            if self.paras.is_valid_para(channel_id.sender) and self.paras.is_valid_para(channel_id.recipient):
                self._open(channel_id, request, config)
            _decrease(self.hrmp_open_channel_request_count, channel_id.sender)
            _decrease(self.hrmp_accepted_channel_request_count, channel_id.recipient)
            requests = _swap_remove(requests, index)
            self.hrmp_open_channel_requests.remove(channel_id)
        self.hrmp_open_channel_requests_list.put(requests)

    def _open(
        self, channel_id: HrmpChannelId, request: HrmpOpenChannelRequest, config: HostConfiguration
    ) -> None:
        sender, recipient = channel_id.sender, channel_id.recipient
        self.hrmp_channels[channel_id] = HrmpChannel(
            max_capacity=request.max_capacity,
            max_total_size=request.max_total_size,
            max_message_size=request.max_message_size,
            msg_count=0,
            total_size=0,
            mqc_head=None,
            sender_deposit=request.sender_deposit,
            recipient_deposit=_deposit(sender, recipient, config.hrmp_recipient_deposit),
        )
        _insert(self.hrmp_ingress_channels_index, recipient, sender)
        _insert(self.hrmp_egress_channels_index, sender, recipient)

    def process_hrmp_close_channel_requests(self) -> None:
        """Close what was to be closed, in the order of asking.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::process_hrmp_close_channel_requests`
        """
        for channel_id in self.hrmp_close_channel_requests_list.take():
            self.hrmp_close_channel_requests.remove(channel_id)
            self.close_hrmp_channel(channel_id)

    def close_hrmp_channel(self, channel_id: HrmpChannelId) -> None:
        """Remove a channel with all that is in it; both deposits return. No harm if there is none.

        Messages not read yet are lost; the recipient's digests and watermark stay.

        Upstream: polkadot/runtime/parachains/src/hrmp.rs `Pallet::close_hrmp_channel`
        """
        sender, recipient = channel_id.sender, channel_id.recipient
        channel = self.hrmp_channels.take(channel_id)
        if channel is not None:
            self.currency.unreserve(sovereign_account(sender), channel.sender_deposit)
            self.currency.unreserve(sovereign_account(recipient), channel.recipient_deposit)
        self.hrmp_channel_contents.remove(channel_id)
        _remove(self.hrmp_egress_channels_index, sender, recipient)
        _remove(self.hrmp_ingress_channels_index, recipient, sender)

    # Deposits and notifications.

    def _reserve(self, para: ParaId, deposit: Balance) -> None:
        if deposit > 0:
            self.currency.reserve(sovereign_account(para), deposit)

    def _adjust_deposit(self, para: ParaId, current: Balance, wanted: Balance) -> None:
        if current > wanted:
            self.currency.unreserve(sovereign_account(para), Balance(current - wanted))
        elif current < wanted:
            self.currency.reserve(sovereign_account(para), Balance(wanted - current))

    def _notify(self, dest: ParaId, notification: Notification) -> None:
        """Queue a notification; upstream only logs it when the queue does not take it, and goes on."""
        message = self.notices.wrap(dest, notification)
        with suppress(AcceptanceError):  # raised before anything is written
            self.dmp.queue_downward_message(self.configuration.active_config.get(), dest, message)


def _deposit(sender: ParaId, recipient: ParaId, wanted: Balance) -> Balance:
    """Channels with system chains cost nothing."""
    return Balance(0) if is_system(sender) or is_system(recipient) else wanted


def _decrease(counts: DefaultMap[ParaId, int], para: ParaId) -> None:
    """Count down; the entry goes when it reaches 0, and stays away when it was not there."""
    count = counts[para]
    if count > 1:
        counts[para] = count - 1
    else:
        counts.remove(para)


def _swap_remove(ids: tuple[HrmpChannelId, ...], index: int) -> tuple[HrmpChannelId, ...]:
    """Take one out and move the last into the hole, as Rust's `swap_remove`: the order of the list
    changes."""
    kept = list(ids)
    last = kept.pop()
    if index < len(kept):
        kept[index] = last
    return tuple(kept)


def _insert(index: DefaultMap[ParaId, tuple[ParaId, ...]], key: ParaId, para: ParaId) -> None:
    """Add to a sorted index; it is written even if nothing is new."""
    present = list(index[key])
    if para not in present:
        insort(present, para)
    index[key] = tuple(present)


def _remove(index: DefaultMap[ParaId, tuple[ParaId, ...]], key: ParaId, para: ParaId) -> None:
    """Take from a sorted index; it is written even if nothing was there, or nothing is left."""
    present = index[key]
    place = bisect_left(present, para)
    found = place < len(present) and present[place] == para
    index[key] = present[:place] + present[place + 1 :] if found else present
