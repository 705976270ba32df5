"""The way out: senders made of senders, and what sending costs.

A sender either takes a message or says `NotApplicable`, and another one is asked. Outermost stands
`WithUniqueTopic`, so that every message that leaves ends in a topic by which it can be followed.

Upstream: polkadot/xcm/xcm-builder/src/routing.rs, polkadot/xcm/src/v5/traits.rs `SendXcm`
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from primitives.arithmetic import U128_MAX, fixed_mul_int, saturating_add
from primitives.ids import Hash
from xcm.asset import Asset, AssetId, Assets, Fungible
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.instructions import SetTopic
from xcm.junctions import V5
from xcm.location import Location
from xcm.program import PROGRAM, Xcm
from xcm.traits import XcmSender


@dataclass(frozen=True)
class WithUniqueTopic:
    """Adds a topic to messages that do not end in one; their id is their topic.

    A topic that a message brings along is not looked at: whoever wrote it answers for its being unique.
    Upstream: polkadot/xcm/xcm-builder/src/routing.rs `WithUniqueTopic`
    """

    inner: XcmSender
    unique: Callable[[bytes], Hash]
    """Makes something unique out of the message's bytes."""

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        """The inner sender's ticket with the topic, and its price; raises `NotSent` as it does."""
        match message:
            case (*_, SetTopic(topic)):
                known = topic
            case _:
                known = self.unique(V5.codec(PROGRAM).encode(message))
                message = (*message, SetTopic(known))
        ticket, price = self.inner.validate(destination, message)
        return (ticket, known), price

    def deliver(self, ticket: Any) -> bytes:
        """Send it off; gives the topic."""
        inner, topic = ticket
        self.inner.deliver(inner)
        return bytes(topic)


@dataclass(frozen=True)
class FirstSender:
    """Sends by the first sender that does not say `NotApplicable`.

    Upstream: polkadot/xcm/src/v5/traits.rs `SendXcm` (for tuples)
    """

    senders: tuple[XcmSender, ...]

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        """That sender with its ticket, and its price."""
        for sender in self.senders:
            try:
                ticket, price = sender.validate(destination, message)
            except NotSent as not_sent:
                if not_sent.reason is not SendError.NotApplicable:
                    raise
            else:
                return (sender, ticket), price
        raise NotSent(SendError.NotApplicable)

    def deliver(self, ticket: Any) -> bytes:
        """Send it off by that sender."""
        sender, inner = ticket
        message_id: bytes = sender.deliver(inner)
        return message_id


@dataclass(frozen=True)
class ExponentialPrice:
    """What sending costs: a fixed sum and so much a byte, together times a factor.

    Upstream: polkadot/runtime/common/src/xcm_sender.rs `ExponentialPrice`
    """

    id: AssetId
    base: int
    per_byte: int

    def price(self, message: Xcm, fee_factor: int) -> Assets:
        """The price at a factor (FixedU128), for the message without its version; nothing if that is 0."""
        size = len(V5.codec(PROGRAM).encode(message))
        total = saturating_add(self.base, min(size * self.per_byte, U128_MAX), U128_MAX)
        amount = fixed_mul_int(fee_factor, total)
        return (Asset(self.id, Fungible(amount)),) if amount else ()
