"""The inherent of a parachain as it was when all messages came whole: one argument, and no cursors.

A block took everything that waited; what did not fit into it stopped the chain. How far messages were dealt
with the relay parent's number said alone. A runtime has the one inherent or the other, by the pallet that it
is wired with.

Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::set_validation_data`, before stable2509
"""

from __future__ import annotations

from typing_extensions import override

from pallets.para.inbound_messages import (
    AbridgedDownwardMessages,
    AbridgedHrmpMessages,
    BasicParachainInherentData,
    InboundMessagesData,
    ParachainInherentData,
    StorageProof,
    by_arrival,
)
from pallets.para.parachain_system import ParachainSystem
from pallets.para.parachain_system_items import Error, Event, ParachainSystemConstants
from primitives.channels import InboundDownwardMessage, InboundHrmpMessage
from primitives.errors import InvalidBlock
from primitives.ids import ParaId
from primitives.origin import Origin
from primitives.pallet import call
from primitives.record import Record
from primitives.validation import PersistedValidationData
from primitives.weights import DispatchClass


class WholeInherentData(Record):
    """What a block is given.

    Upstream: cumulus/primitives/parachain-inherent/src/lib.rs `ParachainInherentData`, before stable2507
    """

    validation_data: PersistedValidationData
    relay_chain_state: StorageProof
    downward_messages: tuple[InboundDownwardMessage, ...]

    horizontal_messages: tuple[tuple[ParaId, tuple[InboundHrmpMessage, ...]], ...]
    """By ascending sender; each in the order of its channel."""

    def parts(self) -> tuple[BasicParachainInherentData, InboundMessagesData]:
        """The same as the two arguments that the inherent has today."""
        return (
            BasicParachainInherentData(self.validation_data, self.relay_chain_state, (), None),
            InboundMessagesData(
                AbridgedDownwardMessages(self.downward_messages),
                AbridgedHrmpMessages(by_arrival(self.horizontal_messages)),
            ),
        )


class ParachainSystemWhole(
    ParachainSystem,
    prefix="ParachainSystem",
    events=Event,
    errors=Error,
    constants=ParachainSystemConstants,
):
    """A parachain's dealings with the relay chain, with the older inherent.

    Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet`
    """

    @call(0, dispatch_class=DispatchClass.Mandatory)
    @override
    def set_validation_data(  # type: ignore[override]  # a call of another shape has its place
        self, origin: Origin, data: WholeInherentData
    ) -> None:
        """Show the block its relay parent and all messages that wait. Once in each block; whatever is wrong
        with it makes the block invalid.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::set_validation_data`
        """
        super().set_validation_data(origin, *data.parts())
        self._check_senders(data)
        self.last_processed_downward_message.kill()
        self.last_processed_hrmp_message.kill()

    def _check_senders(self, data: WholeInherentData) -> None:
        """Who is named without a message needs a channel, too."""
        state = self.relevant_messaging_state.get()
        channels = {sender for sender, _ in state.ingress_channels} if state is not None else set()
        for sender, _ in data.horizontal_messages:
            if sender not in channels:
                raise InvalidBlock("sender of a horizontal message", "one with a channel", sender)

    def create_whole_inherent(self, known: ParachainInherentData) -> WholeInherentData:
        """What an author gives its next block: all messages that came behind the last block's relay parent.

        Upstream: cumulus/pallets/parachain-system/src/lib.rs `Pallet::drop_processed_messages_from_inherent`
        """
        last = self.last_relay_chain_block_number.get()
        return WholeInherentData(
            known.validation_data,
            known.relay_chain_state,
            tuple(each for each in known.downward_messages if each.sent_at > last),
            tuple(
                (sender, tuple(each for each in messages if each.sent_at > last))
                for sender, messages in known.horizontal_messages
            ),
        )
