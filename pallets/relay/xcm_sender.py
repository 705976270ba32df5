"""The relay chain's way out: XCM programs to its parachains, by their downward queues.

Upstream: polkadot/runtime/common/src/xcm_sender.rs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pallets.relay.configuration import Configuration
from pallets.relay.dmp import Dmp, ExceedsMaxMessageSize
from primitives.errors import AcceptanceError
from primitives.hashing import blake2_256
from primitives.host_configuration import HostConfiguration
from primitives.ids import ParaId
from primitives.record import Record
from primitives.scale.codec import Codec
from primitives.scale.derive import codec
from xcm.asset import Assets
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.junctions import Parachain
from xcm.location import Location
from xcm.program import Xcm
from xcm.routing import ExponentialPrice
from xcm.versions import XCM_VERSION, Versioned, VersionedLocation, VersionedXcm, is_decodable

WrapVersion = Callable[[Location, Xcm], bytes | None]
"""A program in a version that its destination speaks; None if it cannot be said so.

Upstream: polkadot/xcm/src/lib.rs `WrapVersion`
"""


class DownwardTicket(Record):
    """A message that may be queued."""

    config: HostConfiguration
    para: ParaId
    blob: bytes


class ChildParachainRouter:
    """Sends to child parachains, and to nobody else.

    Upstream: polkadot/runtime/common/src/xcm_sender.rs `ChildParachainRouter`
    """

    def __init__(
        self, configuration: Configuration, dmp: Dmp, wrap_version: WrapVersion, price: ExponentialPrice
    ) -> None:
        self.configuration, self.dmp = configuration, dmp
        self.wrap_version, self.price = wrap_version, price

    def validate(self, destination: Location, message: Xcm) -> tuple[Any, Assets]:
        """A ticket, and a price by the length of the program and the parachain's fee factor.

        Raises `NotSent`, in this order: NotApplicable for other places, DestinationUnsupported where the
        program cannot be said to it, ExceedsMaxMessageSize where it is nested too deep or too long or the
        queue is, Unroutable without such a parachain.
        """
        para = _child(destination)
        config = self.configuration.active_config.get()
        price = self.price.price(message, self.dmp.delivery_fee_factor[para])
        blob = self.wrap_version(destination, message)
        if blob is None:
            raise NotSent(SendError.DestinationUnsupported)
        if not is_decodable(blob):
            raise NotSent(SendError.ExceedsMaxMessageSize)
        try:
            self.dmp.check_can_queue(config, para, blob)
        except AcceptanceError as error:
            raise NotSent(_reason(error)) from None
        return DownwardTicket(config, para, blob), price

    def deliver(self, ticket: Any) -> bytes:
        """Queue the message; gives its hash. Raises `NotSent` with Transport."""
        try:
            self.dmp.queue_downward_message(ticket.config, ticket.para, ticket.blob)
        except AcceptanceError:
            raise NotSent(SendError.Transport) from None
        return blake2_256(ticket.blob)

    def clear_messages(self) -> None:
        """Forget all messages that wait for parachains, for dry runs.

        Upstream: polkadot/runtime/common/src/xcm_sender.rs `InspectMessageQueues::clear_messages`
        """
        for para in tuple(self.dmp.downward_message_queues.keys()):
            self.dmp.downward_message_queues.remove(para)

    def get_messages(self) -> tuple[tuple[VersionedLocation, tuple[VersionedXcm, ...]], ...]:
        """The messages that wait, by parachain.

        Upstream: polkadot/runtime/common/src/xcm_sender.rs `InspectMessageQueues::get_messages`
        """
        return tuple(
            (
                Versioned(XCM_VERSION, Location(0, (Parachain(para),))),
                tuple(_VERSIONED_XCM.decode(message.msg) for message in queue),
            )
            for para, queue in self.dmp.downward_message_queues.items()
        )


def _child(destination: Location) -> ParaId:
    match destination:
        case Location(0, (Parachain(id),)):
            return ParaId(id)
        case _:
            raise NotSent(SendError.NotApplicable)


def _reason(error: AcceptanceError) -> SendError:
    """Upstream: polkadot/runtime/parachains/src/dmp.rs `QueueDownwardMessageError`"""
    too_long = isinstance(error.reason, ExceedsMaxMessageSize)
    return SendError.ExceedsMaxMessageSize if too_long else SendError.Unroutable


_VERSIONED_XCM: Codec[Versioned[Xcm]] = codec(VersionedXcm)
