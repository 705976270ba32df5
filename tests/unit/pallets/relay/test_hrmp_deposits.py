"""What channels cost, and who gets it back.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.relay.hrmp_items import OpenChannelCanceled, OpenChannelDepositsUpdated
from primitives.channels import HrmpChannel
from primitives.ids import Balance, ParaId, sovereign_account
from primitives.record import replace
from tests.support.asserts import assert_consistent
from tests.support.worlds import HRMP, channel, relay_world

A, B = ParaId(2001), ParaId(2003)
SYSTEM = ParaId(1)

ASYMMETRIC = replace(HRMP, hrmp_sender_deposit=Balance(20), hrmp_recipient_deposit=Balance(15))


def test_both_ends_pay_and_get_back_what_they_paid() -> None:  # scenario 18
    world = relay_world((A, B), config=ASYMMETRIC, balance={A: 100, B: 110}, block=5)

    world.open_channels((A, B))

    assert (world.free(A), world.free(B)) == (80, 95)
    world.close(A, channel(A, B))
    assert (world.free(A), world.free(B)) == (80, 95)
    world.next_session()
    assert (world.free(A), world.free(B)) == (100, 110)
    assert (world.reserved(A), world.reserved(B)) == (0, 0)


@pytest.mark.parametrize("by", [A, B])
def test_a_request_taken_back_costs_nothing_in_the_end(by: ParaId) -> None:  # scenario 21
    world = relay_world((A, B), balance={A: 100, B: 110}, config=ASYMMETRIC, block=5)
    world.init(A, B)
    assert world.free(A) == 80
    world.events()

    world.cancel(by, channel(A, B))

    assert world.events() == [OpenChannelCanceled(by, channel(A, B))]
    assert (world.free(A), world.free(B)) == (100, 110)
    assert world.hrmp.hrmp_open_channel_requests_list.get() == ()
    world.run_to_block(8, sessions={8})
    assert not world.has_channel(A, B)
    assert_consistent(world)


def test_the_deposit_of_a_channel_with_a_system_chain_can_be_had_back() -> None:  # scenario 10
    world = relay_world((SYSTEM, A))
    for para in (SYSTEM, A):
        world.balances.reserve(sovereign_account(para), Balance(100))
    paid = HrmpChannel(2, 16, 8, 0, 0, None, Balance(100), Balance(100))
    world.hrmp.hrmp_channels[channel(SYSTEM, A)] = paid

    world.as_signed("poke_channel_deposits", SYSTEM, A)

    assert world.events() == [OpenChannelDepositsUpdated(SYSTEM, A)]
    assert (world.reserved(SYSTEM), world.reserved(A)) == (0, 0)
    poked = replace(paid, sender_deposit=Balance(0), recipient_deposit=Balance(0))
    assert world.hrmp.hrmp_channels.get(channel(SYSTEM, A)) == poked


@pytest.mark.parametrize(("for_sender", "for_recipient"), [(150, 40), (40, 150), (100, 100)])
def test_deposits_follow_the_configuration_when_poked(for_sender: int, for_recipient: int) -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    world.events()
    changed = replace(
        HRMP, hrmp_sender_deposit=Balance(for_sender), hrmp_recipient_deposit=Balance(for_recipient)
    )
    world.configuration.force_set_active_config(changed)

    world.as_signed("poke_channel_deposits", A, B)

    assert (world.reserved(A), world.reserved(B)) == (for_sender, for_recipient)
    poked = world.hrmp.hrmp_channels.get(channel(A, B))
    assert poked is not None
    assert (poked.sender_deposit, poked.recipient_deposit) == (for_sender, for_recipient)
    # the event comes even if nothing changed
    assert world.events() == [OpenChannelDepositsUpdated(A, B)]


def test_a_request_for_a_system_chain_costs_nothing_even_if_made_the_usual_way() -> None:
    world = relay_world((SYSTEM, B), balance=0)

    world.open_channels((B, SYSTEM))

    opened = world.hrmp.hrmp_channels.get(channel(B, SYSTEM))
    assert opened is not None
    assert (opened.sender_deposit, opened.recipient_deposit) == (0, 0)


def test_the_last_system_chain_is_1999() -> None:
    world = relay_world((1999, 2000, A))

    world.init(A, 1999)
    assert world.reserved(A) == 0
    world.init(A, 2000)
    assert world.reserved(A) == 100
