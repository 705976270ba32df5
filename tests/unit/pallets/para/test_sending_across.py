"""ParachainSystem with the real XcmpQueue behind it: what waits for a sibling leaves when the relay chain and
the blocks that are not included yet leave room for it.
"""

from __future__ import annotations

from pallets.para.xcmp_channels import XcmpChannels
from pallets.para.xcmp_queue_items import XcmpMessageFormat
from primitives.ids import ParaId
from runtime import bulletin
from tests.support.para_world import Channel, ParaWorld

A, B = ParaId(300), ParaId(400)


class SendingWorld(ParaWorld):
    """A parachain whose siblings read opaque pages, so that nothing but what a test sends leaves for them."""

    def __init__(self, **egress: int) -> None:
        super().__init__()
        self.queue = XcmpChannels(self.pallet.frame, self.pallet, bulletin.XCMP_QUEUE)
        self.pallet.xcmp_source = self.queue
        self.relay.egress = {A: Channel(**egress), B: Channel(**egress)}
        self.queue.note_reads_opaque(A)
        self.queue.note_reads_opaque(B)

    def send(self, *messages: tuple[ParaId, bytes]) -> list[tuple[ParaId, bytes]]:
        """What leaves with a block in which these messages are sent, without the pages' formats."""

        def act() -> None:
            for to, data in messages:
                self.queue.send_fragment(to, XcmpMessageFormat.ConcatenatedVersionedXcm, data)

        info = self.block(act)
        return [(each.recipient, each.data[1:]) for each in info.horizontal_messages]

    def relay_knows(self, included: int, *, msg_count: int, total_size: int) -> None:
        """The relay chain has included our block of this number, and so much lies in the channel to A."""
        self.include(included)
        self.relay.egress[A].fill(msg_count=msg_count, total_size=total_size)


def test_2_what_a_block_may_not_send_waits_for_the_next() -> None:
    world = SendingWorld()

    first = world.send((A, b"early"))  # no block announced before it how many it would send
    second = world.send()

    assert (first, second) == ([], [(A, b"early")])


def test_11_what_parents_sent_takes_room_until_the_recipient_has_it() -> None:
    """The channel takes two messages and six bytes. Each message has a byte more than is written here."""
    world = SendingWorld(capacity=2, total_size=6, message_size=10)
    world.send()

    sent = [world.send((A, b"2")), world.send((A, b"3")), world.send((A, b"4"))]
    world.relay_knows(2, msg_count=1, total_size=2)
    sent.append(world.send())
    world.relay_knows(3, msg_count=2, total_size=4)
    sent.append(world.send())
    world.relay_knows(3, msg_count=1, total_size=2)
    sent.append(world.send())

    assert sent == [[(A, b"2")], [(A, b"3")], [], [], [], [(A, b"4")]]


def test_11_room_for_a_message_is_no_room_for_its_bytes() -> None:
    world = SendingWorld(capacity=2, total_size=6, message_size=10)
    world.send()

    sent = [world.send((A, b"2")), world.send((A, b"long"))]
    world.relay_knows(2, msg_count=1, total_size=2)
    sent.append(world.send())
    world.relay_knows(2, msg_count=0, total_size=0)
    sent.append(world.send())

    assert sent == [[(A, b"2")], [], [], [(A, b"long")]]


def test_15_what_waits_for_a_closed_channel_is_gone_and_the_rest_leaves_when_there_is_room() -> None:
    world = SendingWorld(capacity=1)
    world.relay.egress[A].fill(msg_count=1, total_size=1)
    world.relay.egress[B].fill(msg_count=1, total_size=1)
    world.send()
    full = [world.send((A, b"to A"), (B, b"to B")), world.send()]

    del world.relay.egress[A]
    closed = world.send()
    world.relay.egress[B].fill(msg_count=0, total_size=0)
    open_again = world.send()
    world.relay.egress[A] = Channel()
    afterwards = world.send()

    assert (full, closed, open_again, afterwards) == ([[], []], [], [(B, b"to B")], [])
