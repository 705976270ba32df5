"""A message that is too heavy, and what becomes of it.

The relay chain sets a part of each block aside for upward messages. A program that needs more than all of
that would never get its turn; it is set aside, so that those behind it are not held up. From then on anybody
may have it run, with as much weight as it takes, at their own expense.

* **2000** sends a program that says of itself that it may need very much.
* **Alice** has it run.
"""

from __future__ import annotations

# region: The parts
# A program may make a call, and weighs as much as that call says it may need. Taking back a request for a
# channel says so by a number: how many requests there may be to look through.
from pallets.message_queue_items import Error, OverweightEnqueued, Processed
from pallets.relay.hrmp_items import OpenChannelCanceled
from pallets.relay.upward import Footprint, ump
from primitives.channels import HrmpChannelId
from primitives.ids import ParaId
from primitives.origin import Signed
from primitives.pallet import RuntimeCall
from primitives.weights import Weight
from runtime.paseo import UNITS
from runtime.relay import Relay
from tests.support.asserts import refused
from tests.support.parachains import ParachainWorld
from tests.support.worlds import ALICE
from xcm.asset import Asset, Fungible
from xcm.instructions import BuyExecution, Transact, WithdrawAsset
from xcm.location import HERE
from xcm.terms import OriginKind, Unlimited
from xcm.versions import XCM_VERSION, encode_versioned_xcm

SENDER, RECIPIENT = ParaId(2000), ParaId(2001)
CHANNEL = HrmpChannelId(SENDER, RECIPIENT)


def program(call: RuntimeCall) -> bytes:
    fee = Asset(HERE, Fungible(100 * UNITS))
    encoded = Relay.wire().codec(RuntimeCall).encode(call)
    steps = WithdrawAsset((fee,)), BuyExecution(fee, Unlimited()), Transact(OriginKind.Native, None, encoded)
    return encode_versioned_xcm(XCM_VERSION, steps)


# endregion


def test_a_heavy_message_is_set_aside_and_run_later() -> None:
    # region: Ask for too much
    # There is one request; to be on the safe side, the program allows for ten million. Another message comes
    # behind it, which needs next to nothing.
    world = ParachainWorld()
    world.init(SENDER, RECIPIENT)
    world.events()
    heavy = RuntimeCall("Hrmp", "hrmp_cancel_open_request", (CHANNEL, 10_000_000))
    light = RuntimeCall("System", "remark", (b"hello",))
    world.include(SENDER, upward=(program(heavy), program(light)))
    # endregion

    # region: It is set aside
    # It stays where it is in its page, and the message behind it has its turn. The queue goes on counting it:
    # it takes room, and a parachain with messages in its queue cannot leave.
    world.next_block()
    (aside, done) = world.events("MessageQueue")

    assert isinstance(aside, OverweightEnqueued)
    assert (aside.origin, aside.page_index, aside.message_index) == (ump(SENDER), 0, 0)
    assert isinstance(done, Processed)
    assert world.relay.upward_queues.footprint(SENDER) == Footprint(1, len(program(heavy)))
    # endregion

    # region: Run it, with too little
    # The event says where it is. Whoever has it run names a limit, and pays for that.
    where = (aside.origin, aside.page_index, aside.message_index)
    little, plenty = Weight(10**9, 10**6), Weight(2 * 10**12, 10**9)

    with refused(Error.InsufficientWeight, world):
        world.call(Signed(ALICE), "MessageQueue", "execute_overweight", *where, little)
    # endregion

    # region: Run it
    # With enough of it the program runs as it would have: as the parachain, not as Alice.
    world.call(Signed(ALICE), "MessageQueue", "execute_overweight", *where, plenty)

    assert world.events("Hrmp") == [OpenChannelCanceled(SENDER, CHANNEL)]
    assert world.relay.upward_queues.footprint(SENDER) == Footprint(0, 0)
    # endregion
