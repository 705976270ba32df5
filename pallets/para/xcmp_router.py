"""The way to a sibling, for the sender of XCM programs.

Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `SendXcm`
"""

from __future__ import annotations

from typing import Protocol

from pallets.para.xcmp_channels import NotQueued, XcmpChannels
from pallets.para.xcmp_queue_items import READS_OPAQUE, XcmpMessageFormat, XcmpMessageSent
from primitives.hashing import blake2_256
from primitives.ids import ParaId
from primitives.record import Record
from primitives.scale.codec import BYTES
from xcm.asset import Assets
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.junctions import Parachain
from xcm.location import Location
from xcm.program import Xcm
from xcm.versions import is_decodable


class VersionWrapper(Protocol):
    """Who knows which versions other chains speak: pallet-xcm.

    Upstream: polkadot/xcm/src/lib.rs `WrapVersion`
    """

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        """A message in a version that its destination speaks; None if none is known to be right."""
        ...


class SiblingPrice(Protocol):
    """What sending costs.

    Upstream: polkadot/runtime/common/src/xcm_sender.rs `PriceForMessageDelivery`
    """

    def price_for_delivery(self, para: ParaId, program: Xcm) -> Assets:
        """The price of sending a program to a sibling."""
        ...


class SiblingTicket(Record):
    """A message that may be delivered."""

    recipient: ParaId
    message: bytes


class SiblingRouter:
    """Sends programs to siblings, and declines all other destinations.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `SendXcm for Pallet`
    """

    def __init__(self, channels: XcmpChannels, versions: VersionWrapper, price: SiblingPrice) -> None:
        self.channels, self.versions, self.price = channels, versions, price

    def validate(self, destination: Location, message: Xcm) -> tuple[SiblingTicket, Assets]:
        """A ticket and its price. Whether there is a channel shows only at delivery.

        Raises `NotSent`: NotApplicable for what is no sibling, DestinationUnsupported, ExceedsMaxMessageSize
        for a message too deep or with too many instructions to be read.
        """
        match destination:
            case Location(1, (Parachain(id),)):
                para = ParaId(id)
            case _:
                raise NotSent(SendError.NotApplicable)
        price = self.price.price_for_delivery(para, message)
        wrapped = self.versions.wrap_version(destination, message)
        if wrapped is None:
            raise NotSent(SendError.DestinationUnsupported)
        if not is_decodable(wrapped):
            raise NotSent(SendError.ExceedsMaxMessageSize)
        return SiblingTicket(para, wrapped), price

    def deliver(self, ticket: SiblingTicket) -> bytes:
        """Put the message behind those that wait, in a format that the recipient reads; gives its hash.

        Raises `NotSent`: Transport, whatever the reason of `XcmpChannels.send_fragment`.
        """
        channel = self.channels.outbound_channel(ticket.recipient)
        if channel is not None and channel.flags.has(READS_OPAQUE):
            kind, fragment = XcmpMessageFormat.ConcatenatedOpaqueVersionedXcm, BYTES.encode(ticket.message)
        else:
            kind, fragment = XcmpMessageFormat.ConcatenatedVersionedXcm, ticket.message
        try:
            self.channels.send_fragment(ticket.recipient, kind, fragment)
        except NotQueued:
            raise NotSent(SendError.Transport) from None
        message_hash = blake2_256(ticket.message)
        self.channels.deposit_event(XcmpMessageSent(message_hash))
        return message_hash
