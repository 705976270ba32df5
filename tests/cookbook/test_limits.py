"""What happens at a limit.

A channel takes so many messages and so many bytes, a candidate may carry so many, and the parachain's queue
on the relay chain takes so many too. A candidate that goes beyond any of this is not backed: nothing of its
block counts. So a parachain looks first.

* **2000** fills its channel to 2001.
* **2001** makes room again.
"""

from __future__ import annotations

# region: The parts
# A relay chain whose channels take two messages of eight bytes, and a channel that is open already.
from pallets.relay.hrmp_items import CapacityExceeded, MaxMessageSizeExceeded, NotSorted
from pallets.relay.inclusion_items import OutboundHrmp, UpwardMessagesFault
from pallets.relay.upward import MessageSize
from primitives.ids import ParaId
from primitives.relay_keys import relay_dispatch_queue_remaining_capacity
from runtime import parachain_host
from tests.support.parachains import ParachainWorld

SENDER, RECIPIENT, OTHER = ParaId(2000), ParaId(2001), ParaId(2004)
# endregion


def test_a_parachain_runs_into_limits() -> None:
    # region: Fill the channel
    # One candidate carries one message at most for each recipient, so two are needed.
    world = ParachainWorld()
    world.open_channels((SENDER, RECIPIENT), (SENDER, OTHER))
    world.include(SENDER, across=((RECIPIENT, b"first"),), processed=2)
    world.include(SENDER, across=((RECIPIENT, b"second"),))
    # endregion

    # region: Look what fits
    # What is left in each channel, as messages and bytes, follows from the entries that the parachain is
    # shown of the relay chain's state.
    assert world.hrmp.outbound_remaining_capacity(SENDER) == ((RECIPIENT, (0, 5)), (OTHER, (2, 16)))
    # endregion

    # region: One too many
    # The check names the first message at fault, and its fault: a third message in a channel for two.
    third = world.fault(SENDER, across=((RECIPIENT, b"third"),))
    assert third == OutboundHrmp(CapacityExceeded(0, 3, 2))
    # endregion

    # region: Other limits
    # Too long for the channel; not in ascending order of recipients; too long to go up.
    too_long = world.fault(SENDER, across=((OTHER, b"nine byte"),))
    assert too_long == OutboundHrmp(MaxMessageSizeExceeded(0, 9, 8))

    unsorted = world.fault(SENDER, across=((OTHER, b"x"), (RECIPIENT, b"y")))
    assert unsorted == OutboundHrmp(NotSorted(1))

    assert world.fault(SENDER, upward=(bytes(1_001),)) == UpwardMessagesFault(MessageSize(0, 1_001, 1_000))
    # endregion

    # region: Ask the node
    # A collator asks the same of the runtime, which answers with yes or no.
    outputs = world.outputs(SENDER, across=((RECIPIENT, b"third"),), watermark=world.now)
    assert not parachain_host.check_validation_outputs(world.relay, SENDER, outputs)
    # endregion

    # region: Make room
    # The recipient says that it has processed everything up to its relay parent. What it has processed is
    # dropped, and the sender may send again.
    world.include(RECIPIENT, processed=1)

    assert world.hrmp.outbound_remaining_capacity(SENDER)[0] == (RECIPIENT, (2, 16))
    assert world.fault(SENDER, across=((RECIPIENT, b"third"),)) is None
    # endregion

    # region: The way up
    # What the queue of upward messages still takes stands under a key of its own: messages, then bytes, as
    # numbers of four bytes. It is written whenever that queue changes.
    key = relay_dispatch_queue_remaining_capacity(SENDER)
    assert world.state.get(key) is None

    world.include(SENDER, upward=(b"not a program", b"nor is this"))
    assert world.state.get(key) == (200 - 2).to_bytes(4, "little") + (20_000 - 24).to_bytes(4, "little")
    # endregion
