"""ParachainSystem as it was before there were cursors: each block is given all messages that wait, whole.

The inherent has one argument then, and the watermark is always the relay parent: nothing is left for a later
block. What is dropped beforehand are messages that the relay chain had taken in when the last block was made.
A runtime of that time is wired with this class in place of ParachainSystem; nothing else of it depends on it.

Upstream: cumulus/pallets/parachain-system/src/lib.rs, before `InboundMessagesData`
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile
from typing import TypeVar

from typing_extensions import override

from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    InboundMessagesData,
    ParachainInherentData,
    by_arrival,
)
from pallets.para.parachain_system import ParachainSystem
from pallets.para.parachain_system_items import Error, Event, ParachainSystemConstants
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.ids import BlockNumber
from primitives.origin import Origin, ensure_none
from primitives.pallet import call
from primitives.record import replace
from primitives.weights import DispatchClass

Message = TypeVar("Message", InboundDownwardMessage, InboundHrmpMessage)


class ParachainSystemWithWholeMessages(
    ParachainSystem,
    prefix="ParachainSystem",
    events=Event,
    errors=Error,
    constants=ParachainSystemConstants,
):
    """A parachain's dealings with the relay chain, of the time before cursors.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet`
    """

    @override
    @call(0, dispatch_class=DispatchClass.Mandatory)
    def set_validation_data(self, origin: Origin, data: ParachainInherentData) -> None:  # type: ignore[override]
        """Show the block its relay parent and all messages that wait; otherwise as today.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::set_validation_data`
        """
        ensure_none(origin)
        across = by_arrival(data.horizontal_messages)
        whole = InboundMessagesData(
            AbridgedDownwardMessages(data.downward_messages), AbridgedHrmpMessages(across)
        )
        self.show(data.basic(), whole)
        self.last_processed_downward_message.kill()
        self.last_processed_hrmp_message.kill()
        self.hrmp_watermark.put(data.validation_data.relay_parent_number)

    def whole_inherent(self, known: ParachainInherentData) -> ParachainInherentData:
        """What an author gives its next block, made from all it knows.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::drop_processed_messages_from_inherent`
        """
        last = self.last_relay_chain_block_number.get()
        across = known.horizontal_messages
        return replace(
            known,
            downward_messages=_behind(known.downward_messages, last),
            horizontal_messages=tuple((sender, _behind(messages, last)) for sender, messages in across),
        )


def _behind(messages: Sequence[Message], last: BlockNumber) -> tuple[Message, ...]:
    """The messages without those from the front that the relay chain took in up to this block."""
    return tuple(dropwhile(lambda each: each.sent_at <= last, messages))
