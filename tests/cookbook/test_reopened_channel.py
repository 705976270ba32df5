"""A channel that is reopened too fast stops its recipient.

For each channel a parachain remembers the **head** of its message chain, one hash over all messages ever sent
through it, and every block is held against the head that the relay chain knows. A channel that is closed and
opened again begins a new chain. If no block of the recipient comes in between, it has not seen the channel
closed, and still remembers the old head: no block that its collators can make is good any more.

This is how the real chain behaves; the recording `para_reopened` has it.

* **300** sends to us, **200**.
"""

from __future__ import annotations

# region: The parts
# The parachain's own pallet, and a relay chain as far as the parachain sees it: what it knows of us, to be
# proved to each block.
from primitives import mqc
from primitives.ids import ParaId
from tests.support.asserts import no_block
from tests.support.para_world import Channel, ParaWorld

SENDER = ParaId(300)
# endregion


def test_a_channel_reopened_too_fast_stops_its_recipient() -> None:
    # region: A message comes through
    # The block is given the message, and remembers where that leads.
    world = ParaWorld()
    world.relay.ingress = {SENDER: Channel()}
    world.relay.ingress[SENDER].send(2, b"hello")
    world.block()

    ((sender, remembered),) = world.pallet.last_hrmp_mqc_heads.get()
    assert sender == SENDER
    assert remembered == world.relay.ingress[SENDER].limits.mqc_head
    # endregion

    # region: The channel is closed and opened again
    # The relay chain does that at changes of session. Meanwhile we made no block. The new channel has no
    # head yet.
    world.relay.ingress = {SENDER: Channel()}

    assert world.relay.ingress[SENDER].limits.mqc_head is None
    # endregion

    # region: We stand still
    # No messages wait, so there is nothing to give the block; and with nothing its heads are not those of the
    # relay chain. Nor does a new message help, as its chain does not begin where ours ends.
    stopped = "head of the channel from 300 after the messages given"
    with no_block(stopped, world.state):
        world.block()

    world.relay.ingress[SENDER].send(4, b"hello again")
    with no_block(stopped, world.state):
        world.block()
    # endregion

    # region: The cure: be shown that it is closed
    # The channel has to be closed once more. We cannot ask for that, as no block of ours counts; the sender
    # can, or the relay chain's governance. One block of ours on a relay parent at which it is closed forgets
    # the head.
    world.relay.ingress = {}
    world.block()

    assert world.pallet.last_hrmp_mqc_heads.get() == ()
    # endregion

    # region: And open it again
    # From here on both sides count from nothing.
    world.relay.ingress = {SENDER: Channel()}
    world.block()
    world.relay.ingress[SENDER].send(world.relay.number + 1, b"hello at last")
    world.block()

    assert [data for _, _, data in world.chain.handled] == [b"hello", b"hello at last"]
    assert mqc.EMPTY_CHAIN not in dict(world.pallet.last_hrmp_mqc_heads.get()).values()
    # endregion

    # region: Or do not let it happen
    # Whoever closes a channel waits for a block of the recipient before asking for a new one: until
    # `ParachainSystem.LastHrmpMqcHeads` of the recipient names the sender no more.
    world.relay.ingress = {}
    world.block()

    assert SENDER not in dict(world.pallet.last_hrmp_mqc_heads.get())
    # endregion
