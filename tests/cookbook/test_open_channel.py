"""How a parachain opens a channel.

A parachain has no key, so it signs nothing. What it wants of the relay chain it says in a program that goes
up with one of its candidates. The relay chain runs the program as that parachain, and takes the fee from the
parachain's account there.

* **2000** asks for a channel to 2001.
* **2001** is told by a message from above, and accepts.
* The **session** after that opens the channel, and 2000 sends a message across.
"""

from __future__ import annotations

# region: The parts
# A world with a relay chain, three parachains and the validators who vote for their blocks.
from pallets.relay.hrmp_items import OpenChannelAccepted, OpenChannelRequested
from primitives.channels import HrmpChannelId
from primitives.ids import ParaId
from primitives.pallet import RuntimeCall
from runtime.paseo import UNITS
from runtime.relay import Relay
from tests.support.parachains import ParachainWorld
from xcm.asset import Asset, Fungible
from xcm.filters import AllCounted, Wild
from xcm.instructions import BuyExecution, DepositAsset, RefundSurplus, Transact, WithdrawAsset
from xcm.junctions import Parachain
from xcm.location import HERE, Location
from xcm.reports import HrmpNewChannelOpenRequest
from xcm.terms import OriginKind, Unlimited
from xcm.versions import XCM_VERSION, decode_versioned_xcm, encode_versioned_xcm

SENDER, RECIPIENT = ParaId(2000), ParaId(2001)
# endregion


# region: A program that makes a call
# It takes money from the parachain's account, buys weight with it, makes the call as the parachain itself
# (that is what `Native` says; calls of Hrmp take no other origin), and puts back what is left.
def program(para: ParaId, call: RuntimeCall) -> bytes:
    fee = Asset(HERE, Fungible(UNITS))
    return encode_versioned_xcm(
        XCM_VERSION,
        (
            WithdrawAsset((fee,)),
            BuyExecution(fee, Unlimited()),
            Transact(OriginKind.Native, None, Relay.wire().codec(RuntimeCall).encode(call)),
            RefundSurplus(),
            DepositAsset(Wild(AllCounted(1)), Location(0, (Parachain(para),))),
        ),
    )


# endregion


def test_a_parachain_opens_a_channel() -> None:
    # region: Ask
    # The program goes up with a candidate. It takes two blocks until that is included; then the program waits
    # in the parachain's queue, from which it is run at the end of the same block, if there is time left.
    world = ParachainWorld()
    ask = RuntimeCall("Hrmp", "hrmp_init_open_channel", (RECIPIENT, 2, 8))
    world.include(SENDER, upward=(program(SENDER, ask),))
    world.next_block()

    assert world.events("Hrmp") == [OpenChannelRequested(SENDER, RECIPIENT, 2, 8)]
    # endregion

    # region: Be told
    # The recipient finds out by a message from above: a program of one instruction.
    (_, notice) = world.downward(RECIPIENT)[0]
    assert decode_versioned_xcm(notice)[1][0] == HrmpNewChannelOpenRequest(SENDER, 8, 2)
    # endregion

    # region: Accept
    # The same way up. As a message from above waits, the candidate has to say that its block processed it.
    accept = RuntimeCall("Hrmp", "hrmp_accept_open_channel", (SENDER,))
    world.include(RECIPIENT, upward=(program(RECIPIENT, accept),), processed=1)
    world.next_block()

    assert world.events("Hrmp") == [OpenChannelAccepted(SENDER, RECIPIENT)]
    assert not world.has_channel(SENDER, RECIPIENT)
    # endregion

    # region: Wait for the session, and send
    # Channels open with sessions only. From then on the sender's candidates may carry messages for it.
    world.next_session()
    assert world.has_channel(SENDER, RECIPIENT)

    world.include(SENDER, across=((RECIPIENT, b"hello"),), processed=1)
    channel = world.hrmp.hrmp_channels.get(HrmpChannelId(SENDER, RECIPIENT))
    assert channel is not None
    assert (channel.msg_count, channel.total_size) == (1, 5)
    # endregion

    # region: What it cost
    # Each side's deposit is reserved on its account until the channel closes; the fees are gone.
    deposit = world.configuration.active_config.get().hrmp_sender_deposit
    assert world.reserved(SENDER) == world.reserved(RECIPIENT) == deposit
    assert 1000 * UNITS - deposit - UNITS < world.free(SENDER) < 1000 * UNITS - deposit
    # endregion
