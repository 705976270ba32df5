"""The two ways out of a parachain for XCM programs: up to the relay chain, and across to siblings.

Neither looks for a free place when a message is accepted: whether there is a channel, and whether the relay
chain's queue has room, shows only when it is delivered, or leaves.

Upstream: cumulus/primitives/utility/src/lib.rs, cumulus/pallets/xcmp-queue/src/lib.rs
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pallets.para.parachain_system_items import MessageTooBig
from pallets.para.parachain_system_outbound import check_upward_message, send_upward_message
from pallets.para.parachain_system_storage import ParachainSystemStorage
from pallets.para.sibling_queues import sibling
from pallets.para.xcmp_channels import NotQueued, XcmpChannels
from pallets.para.xcmp_pages import programs_of
from pallets.para.xcmp_queue_items import READS_OPAQUE, XcmpMessageFormat, XcmpMessageSent
from pallets.xcm_pallet_apis import Forwarded, MessageQueues
from primitives.hashing import blake2_256
from primitives.ids import ParaId
from primitives.record import Record
from primitives.scale.codec import BYTES, Codec
from primitives.scale.derive import codec
from xcm.asset import Assets
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.junctions import Parachain
from xcm.location import PARENT, Location
from xcm.program import Xcm
from xcm.routing import ExponentialPrice
from xcm.versions import XCM_VERSION, Versioned, VersionedXcm, is_decodable


class VersionWrapper(Protocol):
    """Who knows which versions other chains speak: pallet-xcm.

    Upstream: polkadot/xcm/src/lib.rs `WrapVersion`
    """

    def wrap_version(self, dest: Location, program: Xcm) -> bytes | None:
        """A message in a version that its destination speaks; None if none is known to be right."""
        ...


class SiblingTicket(Record):
    """A message that may be delivered."""

    recipient: ParaId
    message: bytes


class ParentAsUmp:
    """Sends programs to the relay chain, and declines all other destinations.

    Upstream: cumulus/primitives/utility/src/lib.rs `ParentAsUmp`
    """

    def __init__(
        self, upward: ParachainSystemStorage, versions: VersionWrapper, price: ExponentialPrice
    ) -> None:
        self.upward, self.versions, self.price = upward, versions, price

    def validate(self, destination: Location, message: Xcm) -> tuple[bytes, Assets]:
        """The message and its price.

        Raises `NotSent`: NotApplicable for what is not the relay chain, DestinationUnsupported,
        ExceedsMaxMessageSize for a message that cannot be read or is too long, Transport while the relay
        chain's limits are not known.
        """
        if destination != PARENT:
            raise NotSent(SendError.NotApplicable)
        price = self.price.price(message, self.upward.upward_delivery_fee_factor.get())
        wrapped = _wrapped(self.versions, destination, message)
        if self.upward.host_configuration.get() is None:
            raise NotSent(SendError.Transport)
        try:
            check_upward_message(self.upward, wrapped)
        except MessageTooBig:
            raise NotSent(SendError.ExceedsMaxMessageSize) from None
        return wrapped, price

    def deliver(self, ticket: bytes) -> bytes:
        """Let the message wait to go up; gives its hash. Raises `NotSent`: ExceedsMaxMessageSize."""
        try:
            return send_upward_message(self.upward, ticket)
        except MessageTooBig:
            raise NotSent(SendError.ExceedsMaxMessageSize) from None

    def clear_messages(self) -> None:
        """Forget what waits to go up, for dry runs.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `InspectMessageQueues::clear_messages`
        """
        self.upward.pending_upward_messages.kill()

    def get_messages(self) -> Forwarded:
        """The programs that wait to go up; raises `DecodeError` if something waits that is none.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `InspectMessageQueues::get_messages`
        """
        waiting = tuple(_VERSIONED_XCM.decode(each) for each in self.upward.pending_upward_messages.get())
        return ((Versioned(XCM_VERSION, PARENT), waiting),) if waiting else ()


class SiblingRouter:
    """Sends programs to siblings, and declines all other destinations.

    Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `SendXcm`
    """

    def __init__(self, channels: XcmpChannels, versions: VersionWrapper, price: ExponentialPrice) -> None:
        self.channels, self.versions, self.price = channels, versions, price

    def validate(self, destination: Location, message: Xcm) -> tuple[SiblingTicket, Assets]:
        """A ticket and its price.

        Raises `NotSent`: NotApplicable for what is no sibling, DestinationUnsupported, ExceedsMaxMessageSize
        for a message that cannot be read.
        """
        match destination:
            case Location(1, (Parachain(id),)):
                para = ParaId(id)
            case _:
                raise NotSent(SendError.NotApplicable)
        price = self.price.price(message, self.channels.delivery_fee_factor[para])
        return SiblingTicket(para, _wrapped(self.versions, destination, message)), price

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

    def clear_messages(self) -> None:
        """Forget all pages that wait for siblings, for dry runs; signals and the channels' states stay.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `InspectMessageQueues::clear_messages`
        """
        self.channels.clear_pages()

    def get_messages(self) -> Forwarded:
        """The programs that wait for siblings, page by page.

        Upstream: cumulus/pallets/xcmp-queue/src/lib.rs `InspectMessageQueues::get_messages`
        """
        return tuple(
            (Versioned(XCM_VERSION, sibling(para)), tuple(map(_VERSIONED_XCM.decode, programs_of(page))))
            for (para, _), page in self.channels.outbound_xcmp_messages.items()
        )


@dataclass(frozen=True)
class AllQueues:
    """Several ways out, looked at one after the other.

    Upstream: polkadot/xcm/xcm-builder/src/routing.rs `InspectMessageQueues` (for tuples)
    """

    ways: tuple[MessageQueues, ...]

    def clear_messages(self) -> None:
        """Forget what waits, whichever way it goes."""
        for way in self.ways:
            way.clear_messages()

    def get_messages(self) -> Forwarded:
        """What waits, way by way."""
        return tuple(found for way in self.ways for found in way.get_messages())


_VERSIONED_XCM: Codec[Versioned[Xcm]] = codec(VersionedXcm)


def _wrapped(versions: VersionWrapper, destination: Location, message: Xcm) -> bytes:
    """The message in a version that its destination speaks, if that can read it.

    Upstream: polkadot/xcm/src/lib.rs `VersionedXcm::check_is_decodable`
    """
    wrapped = versions.wrap_version(destination, message)
    if wrapped is None:
        raise NotSent(SendError.DestinationUnsupported)
    if not is_decodable(wrapped):
        raise NotSent(SendError.ExceedsMaxMessageSize)
    return wrapped
