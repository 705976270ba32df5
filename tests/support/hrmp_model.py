"""Channels as a few dictionaries: what Hrmp, and Dmp below it, should do, said as simply as possible.

Each action gives the error with which it is refused, or None, and then it has happened.
"""

from __future__ import annotations

import copy
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pallets.balances_items import Error as BalancesError
from pallets.relay import dmp, hrmp_items
from pallets.relay.hrmp_items import Error
from pallets.relay.para_sudo_wrapper import Error as SudoError
from primitives.channels import HrmpChannelId
from primitives.errors import ConsumerRemaining
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, ParaId
from primitives.record import replace
from xcm.notifications import (
    HrmpChannelAccepted,
    HrmpChannelClosing,
    HrmpNewChannelOpenRequest,
    Notification,
    versioned,
)

Pair = tuple[int, int]
Outcome = object | None
FIRST_PUBLIC_PARA = 2000


@dataclass
class Request:
    capacity: int
    size: int
    total: int
    paid: int
    accepted: bool = False


@dataclass
class Channel:
    capacity: int
    size: int
    total: int
    sender_paid: int
    recipient_paid: int
    messages: list[tuple[int, bytes]] = field(default_factory=list)
    head: bytes | None = None

    def bytes(self) -> int:
        return sum(len(data) for _, data in self.messages)


def link(head: bytes | None, block: int, data: bytes) -> bytes:
    """The next head of a message chain, for messages of less than 64 bytes."""
    inner = _blake2(bytes((len(data) * 4,)) + data)
    return _blake2((head or bytes(32)) + block.to_bytes(4, "little") + inner)


def _blake2(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def _count_down(counts: Counter[int], para: int) -> None:
    if counts[para] > 1:
        counts[para] -= 1
    else:
        del counts[para]


class Model:
    """What is known of parachains, their money, their channels and their mail."""

    def __init__(self, paras: tuple[int, ...], config: HostConfiguration, balance: int) -> None:
        self.block, self.session, self.config = 1, 0, config
        self.coming: dict[int, HostConfiguration] = {}
        self.present, self.leaving = set(paras), dict[int, int]()
        self.free, self.reserved = dict.fromkeys(paras, balance), dict.fromkeys(paras, 0)
        self.requests: dict[Pair, Request] = {}
        self.channels: dict[Pair, Channel] = {}
        self.closing: set[Pair] = set()
        self.asked: Counter[int] = Counter()
        self.accepted: Counter[int] = Counter()
        self.arrivals: dict[int, dict[int, list[int]]] = {}
        self.watermark: dict[int, int] = {}
        self.mail: dict[int, list[tuple[int, bytes]]] = defaultdict(list)
        self.miscounted = False
        """Whether a parachain with requests was cleared, which leaves the counts wrong for good."""

    def is_valid(self, para: int) -> bool:
        return para in self.present and para not in self.leaving

    def price(self, pair: Pair, wanted: int) -> int:
        return wanted if min(pair) >= FIRST_PUBLIC_PARA else 0

    def all_or_nothing(self, *steps: Callable[[], Outcome]) -> Outcome:
        before = copy.deepcopy(self.__dict__)
        for step in steps:
            error = step()
            if error is not None:
                self.__dict__ = before
                return error
        return None

    # Money.

    def reserve(self, para: int, amount: int) -> Outcome:
        if amount and self.free[para] < amount:
            return BalancesError.InsufficientBalance
        if amount and self.free[para] == amount:
            return ConsumerRemaining()
        self.free[para] -= amount
        self.reserved[para] += amount
        return None

    def unreserve(self, para: int, amount: int) -> None:
        moved = min(amount, self.reserved[para])
        self.free[para] += moved
        self.reserved[para] -= moved

    # Channels come and go.

    def tell(self, para: int, notification: Notification) -> None:
        if para in self.present:
            self.mail[para].append((self.block, versioned(notification, 5)))

    def ask(self, sender: int, recipient: int, capacity: int, size: int) -> Outcome:
        config, pair = self.config, (sender, recipient)
        used = sum(end == sender for end, _ in self.channels) + self.asked[sender]
        rules = (
            (sender == recipient, Error.OpenHrmpChannelToSelf),
            (not self.is_valid(recipient), Error.OpenHrmpChannelInvalidRecipient),
            (capacity == 0, Error.OpenHrmpChannelZeroCapacity),
            (capacity > config.hrmp_channel_max_capacity, Error.OpenHrmpChannelCapacityExceedsLimit),
            (size == 0, Error.OpenHrmpChannelZeroMessageSize),
            (size > config.hrmp_channel_max_message_size, Error.OpenHrmpChannelMessageSizeExceedsLimit),
            (pair in self.requests, Error.OpenHrmpChannelAlreadyRequested),
            (pair in self.channels, Error.OpenHrmpChannelAlreadyExists),
            (used >= config.hrmp_max_parachain_outbound_channels, Error.OpenHrmpChannelLimitExceeded),
        )
        broken = next((error for breaks, error in rules if breaks), None)
        deposit = self.price(pair, config.hrmp_sender_deposit)
        error = broken or self.reserve(sender, deposit)
        if error is None:
            self.requests[pair] = Request(capacity, size, config.hrmp_channel_max_total_size, deposit)
            self.asked[sender] += 1
            self.tell(recipient, HrmpNewChannelOpenRequest(sender, size, capacity))
        return error

    def accept(self, recipient: int, sender: int) -> Outcome:
        pair = sender, recipient
        request = self.requests.get(pair)
        if request is None:
            return Error.AcceptHrmpChannelDoesntExist
        if request.accepted:
            return Error.AcceptHrmpChannelAlreadyConfirmed
        used = sum(end == recipient for _, end in self.channels) + self.accepted[recipient]
        if used >= self.config.hrmp_max_parachain_inbound_channels:
            return Error.AcceptHrmpChannelLimitExceeded
        error = self.reserve(recipient, self.price(pair, self.config.hrmp_recipient_deposit))
        if error is None:
            request.accepted = True
            self.accepted[recipient] += 1
            self.tell(sender, HrmpChannelAccepted(recipient))
        return error

    def cancel(self, para: int, pair: Pair, witness: int) -> Outcome:
        if len(self.requests) > witness:
            return Error.WrongWitness
        if para not in pair:
            return Error.CancelHrmpOpenChannelUnauthorized
        request = self.requests.get(pair)
        if request is None:
            return Error.OpenHrmpChannelDoesntExist
        if request.accepted:
            return Error.OpenHrmpChannelAlreadyConfirmed
        del self.requests[pair]
        _count_down(self.asked, pair[0])
        self.unreserve(pair[0], request.paid)
        return None

    def force_open(self, pair: Pair, capacity: int, size: int) -> Outcome:
        cancel = (lambda: self.cancel(pair[0], pair, 99),) if pair in self.requests else ()
        return self.all_or_nothing(
            *cancel, lambda: self.ask(*pair, capacity, size), lambda: self.accept(pair[1], pair[0])
        )

    def close(self, para: int, pair: Pair) -> Outcome:
        if para not in pair:
            return Error.CloseHrmpChannelUnauthorized
        if pair not in self.channels:
            return Error.CloseHrmpChannelDoesntExist
        if pair in self.closing:
            return Error.CloseHrmpChannelAlreadyUnderway
        self.closing.add(pair)
        other = pair[1] if para == pair[0] else pair[0]
        self.tell(other, HrmpChannelClosing(para, *pair))
        return None

    def poke(self, pair: Pair) -> Outcome:
        return self.all_or_nothing(lambda: self._poke(pair))

    def _poke(self, pair: Pair) -> Outcome:
        channel = self.channels.get(pair)
        if channel is None:
            return Error.OpenHrmpChannelDoesntExist
        first = self.price(pair, self.config.hrmp_sender_deposit)
        second = self.price(pair, self.config.hrmp_recipient_deposit)
        error = self._adjust(pair[0], first - channel.sender_paid)
        error = error or self._adjust(pair[1], second - channel.recipient_paid)
        channel.sender_paid, channel.recipient_paid = first, second
        return error

    def _adjust(self, para: int, more: int) -> Outcome:
        if more >= 0:
            return self.reserve(para, more)
        self.unreserve(para, -more)
        return None

    def open_accepted(self, config: HostConfiguration) -> None:
        for pair in [pair for pair, request in self.requests.items() if request.accepted]:
            request = self.requests.pop(pair)
            _count_down(self.asked, pair[0])
            _count_down(self.accepted, pair[1])
            if all(map(self.is_valid, pair)):
                paid = self.price(pair, config.hrmp_recipient_deposit)
                channel = Channel(request.capacity, request.size, request.total, request.paid, paid)
                self.channels[pair] = channel

    def end_closing(self) -> None:
        for pair in self.closing:
            self._end(pair)
        self.closing = set()

    def _end(self, pair: Pair) -> None:
        channel = self.channels.pop(pair, None)
        if channel is not None:
            self.unreserve(pair[0], channel.sender_paid)
            self.unreserve(pair[1], channel.recipient_paid)

    def clear(self, para: int) -> None:
        self.miscounted |= any(para in pair for pair in self.requests)
        del self.asked[para], self.accepted[para]
        for pair in [pair for pair in self.channels if para in pair]:
            self._end(pair)

    # Parachains, configuration, time.

    def send_away(self, para: int) -> Outcome:
        if para in self.leaving:
            return SudoError.CouldntCleanup
        if para in self.present:
            self.leaving[para] = self.session + 2
        return None

    def change(self, name: str, value: int) -> None:
        base = self.coming[max(self.coming)] if self.coming else self.config
        changed: dict[str, Any] = {name: value}
        self.coming[self.session + 2] = replace(base, **changed)

    def begin_session(self) -> None:
        self.session += 1
        ending, self.config = self.config, self.coming.pop(self.session, self.config)
        gone = {para for para, due in self.leaving.items() if due == self.session}
        self.present -= gone
        for para in gone:
            del self.leaving[para]
            self.mail.pop(para, None)
        self._drop_requests(gone, ending)
        for para in gone:
            self.clear(para)
        self.open_accepted(ending)
        self.end_closing()
        self.block += 1

    def _drop_requests(self, gone: set[int], ending: HostConfiguration) -> None:
        for pair in [pair for pair in self.requests if gone.intersection(pair)]:
            self.miscounted = True
            request = self.requests.pop(pair)
            if pair[0] not in gone:
                self.unreserve(pair[0], request.paid)
            if request.accepted:
                _count_down(self.accepted, pair[1])
                if pair[1] not in gone:
                    self.unreserve(pair[1], ending.hrmp_recipient_deposit)

    # Messages.

    def send(self, sender: int, batch: list[tuple[int, bytes]]) -> Outcome:
        permitted = self.config.hrmp_max_message_num_per_candidate
        if len(batch) > permitted:
            return hrmp_items.MoreMessagesThanPermitted(len(batch), permitted)
        for index, (recipient, data) in enumerate(batch):
            if index and recipient <= batch[index - 1][0]:
                return hrmp_items.NotSorted(index)
            reason = self._why_not(index, (sender, recipient), data)
            if reason is not None:
                return reason
        for recipient, data in batch:
            channel = self.channels[sender, recipient]
            channel.messages.append((self.block, data))
            channel.head = link(channel.head, self.block, data)
            self.arrivals.setdefault(recipient, {}).setdefault(self.block, []).append(sender)
        return None

    def _why_not(self, index: int, pair: Pair, data: bytes) -> Outcome:
        channel = self.channels.get(pair)
        if channel is None:
            return hrmp_items.NoSuchChannel(index, HrmpChannelId(ParaId(pair[0]), ParaId(pair[1])))
        total, count = channel.bytes() + len(data), len(channel.messages) + 1
        if len(data) > channel.size:
            return hrmp_items.MaxMessageSizeExceeded(index, len(data), channel.size)
        if total > channel.total:
            return hrmp_items.TotalSizeExceeded(index, total, channel.total)
        if count > channel.capacity:
            return hrmp_items.CapacityExceeded(index, count, channel.capacity)
        return None

    def receive(self, recipient: int, parent: int, new: int) -> Outcome:
        """A recipient says that it has processed everything up to block `new`."""
        last, blocks = self.watermark.get(recipient), self.arrivals.get(recipient, {})
        if new > parent:
            return hrmp_items.AheadRelayParent(BlockNumber(new), BlockNumber(parent))
        if new < parent and last is not None and new < last:
            return hrmp_items.AdvancementRule(BlockNumber(new), BlockNumber(last))
        if new not in (parent, last, *blocks):
            return hrmp_items.LandsOnBlockWithNoMessages(BlockNumber(new))
        for pair, channel in self.channels.items():
            if pair[1] == recipient:
                channel.messages = [message for message in channel.messages if message[0] > new]
        self.arrivals[recipient] = {block: who for block, who in blocks.items() if block > new}
        self.watermark[recipient] = new
        return None

    def take_mail(self, para: int, parent: int, count: int) -> Outcome:
        waiting = self.mail[para]
        if not count and waiting and waiting[0][0] <= parent:
            return dmp.AdvancementRule()
        if count > len(waiting):
            return dmp.Underflow(count, len(waiting))
        del waiting[:count]
        return None
