"""Messages in open channels: what may be sent, what is kept of it, what a watermark does.

Upstream: polkadot/runtime/parachains/src/hrmp/tests.rs
"""

from __future__ import annotations

from pallets.relay.hrmp_items import (
    CapacityExceeded,
    MaxMessageSizeExceeded,
    MoreMessagesThanPermitted,
    NoSuchChannel,
    NotSorted,
    TotalSizeExceeded,
)
from primitives import mqc
from primitives.channels import HrmpChannel, InboundHrmpMessage, OutboundHrmpMessage
from primitives.hashing import storage_prefix, twox_64_concat
from primitives.ids import Balance, BlockNumber, Hash, ParaId
from primitives.record import replace
from tests.support.asserts import assert_consistent, not_accepted
from tests.support.worlds import HRMP, World, channel, channel_world, relay_world

A, B, C, D = ParaId(2000), ParaId(2001), ParaId(2002), ParaId(2003)

KNOCKED = "3bba6404e59c91f51deb2ae78f1273ebe75896850713e13f8c0eba4b0996c483"
TWO_LINKS = "a964fd3b4f3d3ce92a0e25e576b87590d92bb5cb7031909c7f29050e1f04a375"


def at(number: int, data: bytes) -> InboundHrmpMessage:
    return InboundHrmpMessage(BlockNumber(number), data)


def opened(world: World, sender: int, recipient: int) -> HrmpChannel:
    found = world.hrmp.hrmp_channels.get(channel(sender, recipient))
    assert found is not None
    return found


# Sending.


def test_a_message_goes_into_its_channel() -> None:
    world = channel_world((A, B))

    world.send(A, {B: b"knock"})

    kept = HrmpChannel(2, 16, 8, 1, 5, Hash(bytes.fromhex(KNOCKED)), Balance(100), Balance(100))
    assert opened(world, A, B) == kept
    assert world.hrmp.hrmp_channel_contents[channel(A, B)] == (at(6, b"knock"),)
    assert world.hrmp.hrmp_channel_digests[B] == ((BlockNumber(6), (A,)),)
    assert_consistent(world)


def test_a_recipient_sees_all_its_channels_and_their_heads() -> None:  # scenario 15
    world = channel_world((A, B), (C, B))

    world.send(A, {B: b"knock"})

    assert world.hrmp.inbound_hrmp_channels_contents(B) == ((A, (at(6, b"knock"),)), (C, ()))
    heads = ((A, Hash(bytes.fromhex(KNOCKED))), (C, Hash(bytes(32))))
    assert world.hrmp.hrmp_mqc_heads(B) == heads


def test_the_head_of_the_message_chain_is_upstreams() -> None:  # scenario 13
    world = relay_world((2000, 2024), block=2)
    world.open_channels((2000, 2024))
    assert world.now == 3

    world.send(2000, {2024: b"\x01\x02\x03"})
    world.run_to_block(4)
    world.send(2000, {2024: b"\x04\x05\x06"})

    assert world.hrmp.hrmp_mqc_heads(ParaId(2024)) == ((ParaId(2000), Hash(bytes.fromhex(TWO_LINKS))),)


def test_what_parachains_read_of_a_channel_stands_under_the_keys_they_know() -> None:  # scenario 16
    world = relay_world((2020, 2021), block=5)
    world.open_channels((2020, 2021))

    def read(item: str, *paras: int) -> bytes | None:
        key = b"".join(para.to_bytes(4, "little") for para in paras)
        return world.state.get(storage_prefix("Hrmp", item) + twox_64_concat(key))

    limits = b"".join(value.to_bytes(4, "little") for value in (2, 16, 8, 0, 0))
    stored = read("HrmpChannels", 2020, 2021)
    assert stored is not None
    assert stored[:21] == limits + b"\x00"  # the beginning of a channel: limits, counts, no head yet
    assert read("HrmpIngressChannelsIndex", 2021) == b"\x04" + (2021 - 1).to_bytes(4, "little")
    assert read("HrmpEgressChannelsIndex", 2020) == b"\x04" + (2020 + 1).to_bytes(4, "little")


def test_the_key_of_a_channel_is_known_byte_for_byte() -> None:
    world = relay_world()
    key = "6a0da05ca59913bc38a8630590f2627cb6604cff828a6e3f579ca6c59ace013d8836f89287c82a24d0070000e8070000"

    assert world.hrmp.hrmp_channels.storage_key(channel(2000, 2024)).hex() == key


def test_senders_are_noted_in_the_order_in_which_they_sent() -> None:
    world = channel_world((C, B), (A, B), (D, B))

    world.send(C, {B: b"1"})
    world.send(A, {B: b"2"})
    world.run_to_block(7)
    world.send(D, {B: b"3"})

    assert world.hrmp.hrmp_channel_digests[B] == ((BlockNumber(6), (C, A)), (BlockNumber(7), (D,)))


def test_a_sender_with_two_candidates_in_one_block_is_noted_twice() -> None:
    world = channel_world((A, B))

    world.send(A, {B: b"1"})
    world.send(A, {B: b"2"})

    assert world.hrmp.hrmp_channel_digests[B] == ((BlockNumber(6), (A, A)),)
    world.run_to_block(7)
    world.receive(B, 6)
    assert opened(world, A, B).msg_count == 0


def test_messages_to_a_channel_that_closed_meanwhile_are_lost() -> None:
    world = channel_world((A, B), (A, C))
    batch = (OutboundHrmpMessage(B, b"lost"), OutboundHrmpMessage(C, b"kept"))
    world.hrmp.check_outbound_hrmp(HRMP, A, batch)
    world.close(B, channel(A, B))
    world.next_session()

    world.hrmp.queue_outbound_hrmp(A, batch)

    assert channel(A, B) not in world.hrmp.hrmp_channel_contents
    assert B not in world.hrmp.hrmp_channel_digests
    assert world.hrmp.hrmp_channel_contents[channel(A, C)] == (at(7, b"kept"),)
    assert_consistent(world)


def test_limits_are_not_looked_at_again_when_a_candidate_is_included() -> None:
    world = channel_world((A, B))

    for _ in range(3):
        world.hrmp.queue_outbound_hrmp(A, (OutboundHrmpMessage(B, b"123456789"),))

    assert (opened(world, A, B).msg_count, opened(world, A, B).total_size) == (3, 27)


# What may be sent.


def test_a_candidate_may_send_only_so_many_messages() -> None:
    world = relay_world((A, B, C, D), config=replace(HRMP, hrmp_max_parachain_outbound_channels=3))
    world.open_channels((A, B), (A, C), (A, D))

    with not_accepted(MoreMessagesThanPermitted(3, 2), world):
        world.send(A, {B: b"", C: b"", D: b""})
    world.send(A, {B: b"", D: b""})


def test_recipients_must_ascend() -> None:
    world = channel_world((A, B), (A, C))

    with not_accepted(NotSorted(1), world):
        world.send(A, {C: b"", B: b""})


def test_there_is_one_message_for_each_recipient_at_most() -> None:
    world = channel_world((A, B))
    twice = (OutboundHrmpMessage(B, b""),) * 2

    with not_accepted(NotSorted(1), world):
        world.hrmp.check_outbound_hrmp(HRMP, A, twice)


def test_there_must_be_a_channel_and_in_this_direction() -> None:
    world = channel_world((A, B), (A, C), (D, A))

    with not_accepted(NoSuchChannel(0, channel(B, A)), world):
        world.send(B, {A: b""})
    with not_accepted(NoSuchChannel(1, channel(A, D)), world):
        world.send(A, {B: b"", D: b""})


def test_being_out_of_order_is_noticed_before_the_channel_is_looked_for() -> None:
    world = channel_world((A, C))

    with not_accepted(NotSorted(1), world):
        world.send(A, {C: b"", B: b""})


def test_a_message_may_be_as_long_as_the_channel_says() -> None:
    world = relay_world((A, B))
    world.open_channels((A, B), size=5)

    with not_accepted(MaxMessageSizeExceeded(0, 6, 5), world):
        world.send(A, {B: b"123456"})
    world.send(A, {B: b"12345"})


def test_a_channel_holds_so_many_bytes() -> None:
    world = relay_world((A, B), config=replace(HRMP, hrmp_channel_max_total_size=11))
    world.open_channels((A, B))
    world.send(A, {B: b"12345678"})

    with not_accepted(TotalSizeExceeded(0, 12, 11), world):
        world.send(A, {B: b"1234"})
    world.send(A, {B: b"123"})


def test_a_channel_holds_so_many_messages() -> None:
    world = channel_world((A, B))
    world.send(A, {B: b""})
    world.send(A, {B: b""})

    with not_accepted(CapacityExceeded(0, 3, 2), world):
        world.send(A, {B: b""})


def test_of_several_faults_the_length_of_the_message_is_named_first_and_the_count_last() -> None:
    world = relay_world((A, B), config=replace(HRMP, hrmp_channel_max_total_size=9))
    world.open_channels((A, B))
    world.send(A, {B: b"12345678"})
    world.send(A, {B: b""})

    with not_accepted(MaxMessageSizeExceeded(0, 9, 8), world):
        world.send(A, {B: b"123456789"})
    with not_accepted(TotalSizeExceeded(0, 10, 9), world):
        world.send(A, {B: b"12"})


def test_limits_are_those_of_the_channel_not_of_the_configuration() -> None:
    world = channel_world((A, B))
    strict = replace(HRMP, hrmp_channel_max_message_size=1, hrmp_channel_max_capacity=1)
    world.configuration.force_set_active_config(strict)

    world.send(A, {B: b"12345678"})
    world.send(A, {B: b"12345678"})


def test_what_still_fits_can_be_asked() -> None:
    world = channel_world((A, B), (A, C), (D, A))

    world.send(A, {C: b"12345"})

    assert world.hrmp.outbound_remaining_capacity(A) == ((B, (2, 16)), (C, (1, 11)))


# Receiving.


def test_what_was_processed_is_dropped() -> None:  # scenario 12
    long = replace(HRMP, hrmp_channel_max_message_size=20, hrmp_channel_max_total_size=20)
    world = relay_world((A, B), config=long, block=4)
    world.open_channels((A, B), size=20)
    world.run_to_block(6)
    world.send(A, {B: b"this is an emergency"})
    head = opened(world, A, B).mqc_head
    assert_consistent(world)

    world.run_to_block(7)
    world.receive(B, 6, relay_parent=7)

    assert opened(world, A, B) == HrmpChannel(2, 20, 20, 0, 0, head, Balance(100), Balance(100))
    assert channel(A, B) not in world.hrmp.hrmp_channel_contents
    assert world.hrmp.hrmp_watermarks.get(B) == 6
    assert_consistent(world)


def test_what_was_not_processed_stays() -> None:
    world = channel_world((A, B), (C, B))
    world.send(A, {B: b"old"})
    world.run_to_block(7)
    world.send(A, {B: b"newer"})
    world.send(C, {B: b"new"})
    world.run_to_block(8)

    world.receive(B, 6)

    assert world.hrmp.inbound_hrmp_channels_contents(B) == ((A, (at(7, b"newer"),)), (C, (at(7, b"new"),)))
    assert (opened(world, A, B).msg_count, opened(world, A, B).total_size) == (1, 5)
    assert world.hrmp.hrmp_channel_digests[B] == ((BlockNumber(7), (A, C)),)
    assert_consistent(world)


def test_the_chain_goes_on_from_its_head_after_everything_was_processed() -> None:
    world = channel_world((A, B))
    world.send(A, {B: b"1"})
    world.run_to_block(7)
    world.receive(B, 6)

    world.send(A, {B: b"2"})

    both = mqc.extend(mqc.extend(mqc.EMPTY_CHAIN, BlockNumber(6), b"1"), BlockNumber(7), b"2")
    assert opened(world, A, B).mqc_head == both


def test_a_reopened_channel_begins_a_new_chain() -> None:
    world = channel_world((A, B))
    world.send(A, {B: b"1"})
    world.close(A, channel(A, B))
    world.next_session()

    world.open_channels((A, B))

    assert opened(world, A, B).mqc_head is None


def test_closing_loses_what_was_not_read_and_keeps_digest_and_watermark() -> None:
    world = channel_world((A, B))
    world.send(A, {B: b"1"})
    world.run_to_block(7)
    world.receive(B, 6)
    world.send(A, {B: b"2"})
    world.close(A, channel(A, B))

    world.next_session()

    assert channel(A, B) not in world.hrmp.hrmp_channel_contents
    assert world.hrmp.hrmp_channel_digests[B] == ((BlockNumber(7), (A,)),)
    assert world.hrmp.hrmp_watermarks.get(B) == 6
    world.receive(B, 7)  # a block whose messages are gone is as good a watermark as any
    assert world.hrmp.hrmp_channel_digests[B] == ()
    assert not world.has_channel(A, B)
