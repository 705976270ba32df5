"""What a session does to channels: parachains that leave, the order of things, what is written.

Quirks of upstream are kept and shown here: each test of one says so.

Upstream: polkadot/runtime/parachains/src/hrmp.rs `initializer_on_new_session`,
polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.relay.hrmp_invariants import violations
from primitives.channels import HrmpChannelId
from primitives.ids import Balance, ParaId
from primitives.origin import Root
from primitives.record import replace
from tests.support.asserts import assert_consistent
from tests.support.worlds import HRMP, World, channel, relay_world

A, B, C, D = ParaId(2001), ParaId(2003), ParaId(2005), ParaId(2007)

ASYMMETRIC = replace(HRMP, hrmp_sender_deposit=Balance(20), hrmp_recipient_deposit=Balance(15))


def set_recipient_deposit(world: World, amount: int) -> None:
    """Governance changes the price; it holds from the session after the next."""
    world.call(Root(), "Configuration", "set_hrmp_recipient_deposit", Balance(amount))


def requests_in_order(world: World) -> tuple[HrmpChannelId, ...]:
    return world.hrmp.hrmp_open_channel_requests_list.get()


# Parachains that leave.


def test_a_sender_that_leaves_closes_its_channels_and_gets_its_deposit_back() -> None:  # scenario 19
    world = relay_world((A, B), config=ASYMMETRIC, balance={A: 100, B: 110}, block=5)
    world.open_channels((A, B))
    assert (world.free(A), world.free(B)) == (80, 95)

    world.deregister(A)
    world.next_session()
    assert world.has_channel(A, B)
    world.next_session()

    assert not world.has_channel(A, B)
    assert (world.free(A), world.free(B)) == (100, 110)
    assert_consistent(world)


def test_a_recipient_that_leaves_closes_its_channels_too() -> None:
    world = relay_world((A, B), config=ASYMMETRIC, balance={A: 100, B: 110}, block=5)
    world.open_channels((A, B))

    world.deregister(B)
    world.next_session()
    world.next_session()

    assert not world.has_channel(A, B)
    assert (world.free(A), world.free(B)) == (100, 110)


def test_a_parachain_on_its_way_out_gets_no_channel_and_no_deposit_back() -> None:  # scenario 14
    world = relay_world((A, B), config=ASYMMETRIC, balance={A: 100, B: 110}, block=5)
    world.init(A, B)
    world.accept(B, A)
    world.deregister(A)

    world.next_session()

    # a quirk: the request goes, and the deposits of both ends stay where they are for good
    assert not world.paras.is_valid_para(A)
    assert requests_in_order(world) == ()
    assert not world.has_channel(A, B)
    assert_consistent(world)
    world.next_session()
    world.next_session()
    assert not world.has_channel(A, B)
    assert (world.free(A), world.free(B)) == (80, 95)
    assert (world.reserved(A), world.reserved(B)) == (20, 15)
    assert_consistent(world)


def test_who_accepts_a_request_of_one_that_leaves_gets_the_deposit_back() -> None:  # scenario 20
    world = relay_world((A, B), config=ASYMMETRIC, balance={A: 100, B: 110}, block=5)
    world.init(A, B)
    world.deregister(A)
    world.next_session()
    world.accept(B, A)
    assert world.free(B) == 95

    world.next_session()

    assert world.free(B) == 110
    assert not world.has_channel(A, B)
    assert requests_in_order(world) == ()
    assert world.reserved(A) == 20  # a quirk: who leaves never gets back what it paid for requests
    assert_consistent(world)


@pytest.mark.parametrize("accepted", [False, True])
def test_who_asked_one_that_leaves_gets_the_deposit_back(*, accepted: bool) -> None:
    world = relay_world((A, B), config=ASYMMETRIC, balance={A: 100, B: 110}, block=5)
    world.init(A, B)
    world.deregister(B)
    world.next_session()
    if accepted:
        world.accept(B, A)

    world.next_session()

    assert (world.free(A), world.reserved(A)) == (100, 0)
    assert world.reserved(B) == (15 if accepted else 0)
    assert requests_in_order(world) == ()


def test_a_sender_goes_on_counting_the_request_to_one_that_left() -> None:
    world = relay_world((A, B, C), block=5)
    world.init(A, B)
    world.init(A, C)
    world.deregister(B)
    world.next_session()

    world.next_session()

    # a quirk: two are counted, one is there; so the sender has one channel fewer to ask for from now on
    assert requests_in_order(world) == (channel(A, C),)
    assert world.hrmp.hrmp_open_channel_request_count[A] == 2
    assert list(violations(world.hrmp)) == ["the counts of open requests are not those of the requests"]
    assert list(violations(world.hrmp, nobody_cleaned_up=False)) == []


def test_a_recipient_stops_counting_the_request_of_one_that_left() -> None:
    world = relay_world((A, B), block=5)
    world.init(A, B)
    world.deregister(A)
    world.next_session()
    world.accept(B, A)
    assert world.hrmp.hrmp_accepted_channel_request_count[B] == 1

    world.next_session()

    assert B not in world.hrmp.hrmp_accepted_channel_request_count
    assert A not in world.hrmp.hrmp_open_channel_request_count


def test_clearing_a_parachain_leaves_its_requests_without_a_count() -> None:
    world = relay_world((A, B), block=5)
    world.init(A, B)
    world.accept(B, A)

    world.as_root("force_clean_hrmp", A, 0, 0)

    # a quirk: the requests stay, and the channel still opens
    assert A not in world.hrmp.hrmp_open_channel_request_count
    assert requests_in_order(world) == (channel(A, B),)
    world.next_session()
    assert world.has_channel(A, B)
    assert_consistent(world)


def test_the_watermark_and_digest_of_one_that_left_stay() -> None:
    world = relay_world((A, B), block=5)
    world.open_channels((A, B))
    world.send(A, {B: b"1"})
    world.run_to_block(7)
    world.receive(B, 5, relay_parent=5)
    world.deregister(B)

    world.next_session()
    world.next_session()

    assert world.hrmp.hrmp_watermarks.get(B) == 5
    assert world.hrmp.hrmp_channel_digests[B] == ((6, (A,)),)


def test_a_channel_that_was_closing_when_its_end_left_is_forgotten_in_order() -> None:
    world = relay_world((A, B), block=5)
    world.open_channels((A, B))
    world.deregister(A)
    world.next_session()
    world.close(B, channel(A, B))

    world.next_session()

    assert not world.has_channel(A, B)
    assert world.hrmp.hrmp_close_channel_requests_list.get() == ()
    assert channel(A, B) not in world.hrmp.hrmp_close_channel_requests
    assert (world.free(A), world.free(B)) == (1000, 1000)


def test_a_session_opens_before_it_closes() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B))
    world.close(A, channel(A, B))
    world.as_root("force_clean_hrmp", A, 0, 1)
    world.init(A, B)
    world.accept(B, A)

    world.next_session()

    # a quirk: the wish to close outlived the channel, and takes the next one of that name with it
    assert not world.has_channel(A, B)
    assert (world.reserved(A), world.reserved(B)) == (0, 0)


# Which configuration counts.


def test_the_deposit_of_a_recipient_is_booked_as_the_configuration_says_when_the_channel_opens() -> None:
    world = relay_world((A, B), config=ASYMMETRIC, block=5)
    world.init(A, B)
    world.accept(B, A)
    world.configuration.force_set_active_config(replace(ASYMMETRIC, hrmp_recipient_deposit=Balance(9)))

    world.next_session()

    opened = world.hrmp.hrmp_channels.get(channel(A, B))
    assert opened is not None
    assert (opened.sender_deposit, opened.recipient_deposit) == (20, 9)
    world.close(A, channel(A, B))
    world.next_session()
    # a quirk: 6 of the 15 that were reserved stay reserved
    assert (world.reserved(A), world.reserved(B)) == (0, 6)


def test_a_session_opens_channels_by_the_configuration_of_the_session_before() -> None:
    world = relay_world((A, B), config=ASYMMETRIC, block=5)
    set_recipient_deposit(world, 9)
    world.next_session()
    world.init(A, B)
    world.accept(B, A)

    world.next_session()

    assert world.configuration.active_config.get().hrmp_recipient_deposit == 9
    opened = world.hrmp.hrmp_channels.get(channel(A, B))
    assert opened is not None
    assert opened.recipient_deposit == 15


def test_a_session_gives_deposits_back_by_the_configuration_of_the_session_before() -> None:
    world = relay_world((A, B), config=ASYMMETRIC, balance=100, block=5)
    world.init(A, B)
    world.deregister(A)
    set_recipient_deposit(world, 9)
    world.next_session()
    world.accept(B, A)

    world.next_session()

    assert (world.free(B), world.reserved(B)) == (100, 0)


def test_forcing_open_takes_the_configuration_as_it_is_now() -> None:
    world = relay_world((A, B), config=ASYMMETRIC, block=5)
    world.init(A, B)
    world.accept(B, A)
    world.configuration.force_set_active_config(replace(ASYMMETRIC, hrmp_recipient_deposit=Balance(9)))

    world.as_root("force_process_hrmp_open", 1)

    opened = world.hrmp.hrmp_channels.get(channel(A, B))
    assert opened is not None
    assert opened.recipient_deposit == 9


def test_the_total_size_is_that_of_the_time_of_asking() -> None:
    world = relay_world((A, B), block=5)
    world.init(A, B)
    world.configuration.force_set_active_config(replace(HRMP, hrmp_channel_max_total_size=99))
    world.accept(B, A)

    world.next_session()

    opened = world.hrmp.hrmp_channels.get(channel(A, B))
    assert opened is not None
    assert opened.max_total_size == 16


# The order of lists.


def test_taking_a_request_back_moves_the_last_one_into_its_place() -> None:
    world = relay_world((A, B, C, D), config=replace(HRMP, hrmp_max_parachain_outbound_channels=3))
    for sender, recipient in ((A, B), (A, C), (A, D), (B, C)):
        world.init(sender, recipient)

    world.cancel(A, channel(A, B))
    assert requests_in_order(world) == (channel(B, C), channel(A, C), channel(A, D))
    world.cancel(A, channel(A, D))
    assert requests_in_order(world) == (channel(B, C), channel(A, C))


def test_opening_goes_from_the_last_request_to_the_first() -> None:
    world = relay_world((A, B, C, D), config=replace(HRMP, hrmp_max_parachain_outbound_channels=3))
    for sender, recipient in ((A, B), (A, C), (A, D), (B, C), (B, D)):
        world.init(sender, recipient)
    world.accept(B, A)
    world.accept(D, A)

    world.next_session()

    # (A, D) goes first and (B, D) takes its place, then (A, B) goes and (B, C) takes its place
    assert requests_in_order(world) == (channel(B, C), channel(A, C), channel(B, D))


def test_clearing_up_after_one_that_left_keeps_the_order_of_the_others() -> None:
    world = relay_world((A, B, C, D), config=replace(HRMP, hrmp_max_parachain_outbound_channels=3))
    for sender, recipient in ((A, B), (A, C), (B, D), (D, C)):
        world.init(sender, recipient)
    world.deregister(B)

    world.next_session()
    world.next_session()

    assert requests_in_order(world) == (channel(A, C), channel(D, C))


def test_the_indices_of_channels_are_sorted() -> None:
    config = replace(HRMP, hrmp_max_parachain_inbound_channels=3, hrmp_max_parachain_outbound_channels=3)
    world = relay_world((A, B, C, D), config=config)

    world.open_channels((B, D), (A, D), (A, C), (C, D), (A, B))

    assert world.hrmp.hrmp_ingress_channels_index[D] == (A, B, C)
    assert world.hrmp.hrmp_egress_channels_index[A] == (B, C, D)
