"""How far a parachain has read: watermarks and pruning.

Messages from other parachains lie on the relay chain until the recipient says that it has processed them. It
says so by one number in its candidate, the **watermark**: everything sent to it up to this relay chain block
is done with, from whomever it came. What is done with is dropped.

* **2000** and **2004** send to 2001, in different blocks.
* **2001** reads in two steps.
"""

from __future__ import annotations

# region: The parts
# A relay chain with two channels to the same recipient.
from pallets.relay.hrmp_items import AdvancementRule, AheadRelayParent, LandsOnBlockWithNoMessages
from pallets.relay.inclusion_items import HrmpWatermark
from primitives.channels import InboundHrmpMessage
from primitives.ids import BlockNumber, ParaId
from tests.support.parachains import ParachainWorld

ONE, RECIPIENT, OTHER = ParaId(2000), ParaId(2001), ParaId(2004)
# endregion


def test_a_parachain_reads_in_steps() -> None:
    # region: Messages from two sides
    # For each recipient the relay chain notes in which blocks somebody sent it something, and who: the
    # digest. A message counts as sent in the block that includes the sender's candidate.
    world = ParachainWorld()
    world.open_channels((ONE, RECIPIENT), (OTHER, RECIPIENT))
    world.include(ONE, across=((RECIPIENT, b"one"),), processed=1)
    first = world.now
    world.include(OTHER, across=((RECIPIENT, b"other"),), processed=1)
    second = world.now

    assert world.hrmp.hrmp_channel_digests[RECIPIENT] == ((first, (ONE,)), (second, (OTHER,)))
    # endregion

    # region: Where a watermark may stand
    # At the relay parent of the candidate, or at a block that brought messages; nowhere in between, and not
    # ahead of what the candidate can have seen.
    assert world.hrmp.valid_watermarks(RECIPIENT) == (first, second)
    assert world.fault(RECIPIENT, watermark=first, processed=2) is None
    assert world.fault(RECIPIENT, watermark=world.now, processed=2) is None

    between, ahead = BlockNumber(first + 1), BlockNumber(world.now + 1)
    assert world.fault(RECIPIENT, watermark=between, processed=2) == HrmpWatermark(
        LandsOnBlockWithNoMessages(between)
    )
    assert world.fault(RECIPIENT, watermark=ahead, processed=2) == HrmpWatermark(
        AheadRelayParent(ahead, world.now)
    )
    # endregion

    # region: Read the first block only
    # All messages up to the watermark go, those after it stay. The head of each channel's message chain stays
    # too: it is over all messages ever sent, so the recipient can still check the next one.
    heads = world.hrmp.hrmp_mqc_heads(RECIPIENT)
    world.include(RECIPIENT, watermark=first, processed=2)

    waiting = dict(world.hrmp.inbound_hrmp_channels_contents(RECIPIENT))
    assert waiting == {ONE: (), OTHER: (InboundHrmpMessage(second, b"other"),)}
    assert world.hrmp.hrmp_channel_digests[RECIPIENT] == ((second, (OTHER,)),)
    assert world.hrmp.hrmp_mqc_heads(RECIPIENT) == heads
    # endregion

    # region: Stay, but never go back
    # A parachain with nothing new to say leaves its watermark where it is.
    assert world.hrmp.hrmp_watermarks.get(RECIPIENT) == first
    assert world.fault(RECIPIENT, watermark=first) is None

    before = BlockNumber(first - 1)
    assert world.fault(RECIPIENT, watermark=before) == HrmpWatermark(AdvancementRule(before, first))
    # endregion

    # region: Read everything
    # The plainest watermark is the relay parent: all that the block could know of is processed.
    world.include(RECIPIENT)

    assert world.hrmp.hrmp_channel_digests[RECIPIENT] == ()
    assert world.hrmp.valid_watermarks(RECIPIENT) == ()
    assert world.hrmp.hrmp_watermarks.get(RECIPIENT) == world.now - 2
    # endregion
