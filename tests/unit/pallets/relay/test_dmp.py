"""Messages down.

A scenario number in a comment is the place of the test in upstream's own list of them.

Upstream: polkadot/runtime/parachains/src/dmp/tests.rs
"""

from __future__ import annotations

import pytest

from pallets.relay.dmp import AdvancementRule, ExceedsMaxMessageSize, Underflow, Unroutable, dmq_max_length
from primitives import mqc
from primitives.arithmetic import FIXED_ONE, U128_MAX
from primitives.channels import InboundDownwardMessage
from primitives.hashing import storage_prefix, twox_64_concat
from primitives.host_configuration import HostConfiguration
from primitives.ids import BlockNumber, Hash, ParaId
from primitives.record import replace
from tests.support.asserts import not_accepted
from tests.support.worlds import HRMP, World, relay_world

A, B, C = ParaId(1312), ParaId(228), ParaId(123)
NOBODY = ParaId(3333)
ONE_LINK = "434f8579a2297dfea851bf6be33093c83a78b655a53ae141a7894494c0010589"
TWO_LINKS = "88dc00db8cc9d22aa62b87807705831f164387dfa49f80a8600ed1cbe1704b6b"
HEAD_OF_2000 = "63f78c98723ddc9073523ef3beefda0c4d7fefc408aac59dbfe80a72ac8e3ce5" + "63f5a4efb16ffa83d0070000"
TWO_AT_MOST = replace(HRMP, max_downward_message_size=16_777_216)
"""Queues of two messages; the fee factor rises with the second."""


def queue(world: World, para: ParaId, message: bytes) -> None:
    world.dmp.queue_downward_message(world.configuration.active_config.get(), para, message)


def check_processed(world: World, processed: int, relay_parent: int) -> None:
    world.dmp.check_processed_downward_messages(A, BlockNumber(relay_parent), processed)


def factor(world: World, para: ParaId = A) -> int:
    return world.dmp.delivery_fee_factor[para]


def test_a_message_goes_to_its_parachain_only() -> None:  # scenario 2
    world = relay_world((A, B), block=2)
    assert (world.dmp.dmq_length(A), world.dmp.dmq_length(B)) == (0, 0)

    queue(world, A, b"\x01\x02\x03")

    assert (world.dmp.dmq_length(A), world.dmp.dmq_length(B)) == (1, 0)
    assert world.dmp.dmq_contents(A) == (InboundDownwardMessage(BlockNumber(2), b"\x01\x02\x03"),)
    assert world.dmp.dmq_mqc_head(A) == mqc.extend(mqc.EMPTY_CHAIN, BlockNumber(2), b"\x01\x02\x03")
    assert world.dmp.dmq_mqc_head(B) == bytes(32)


def test_a_message_to_nobody() -> None:  # scenario 3
    world = relay_world((A,))

    with not_accepted(Unroutable(), world):
        queue(world, NOBODY, b"hello")

    assert (world.dmp.dmq_length(NOBODY), world.dmp.dmq_mqc_head(NOBODY)) == (0, bytes(32))


def test_the_head_of_the_message_chain_is_upstreams() -> None:  # scenario 4
    world = relay_world((2000,), block=2)
    para = ParaId(2000)

    queue(world, para, b"\x01\x02\x03")
    world.run_to_block(3)
    queue(world, para, b"\x04\x05\x06")

    assert world.dmp.dmq_mqc_head(para) == Hash(bytes.fromhex(TWO_LINKS))


def test_what_parachains_read_of_their_queue_stands_under_the_key_they_know() -> None:  # scenario 9
    world = World(HRMP)
    world.add_para(2000)
    heads = storage_prefix("Dmp", "DownwardMessageQueueHeads")
    key = heads + twox_64_concat((2000).to_bytes(4, "little"))
    assert key.hex() == HEAD_OF_2000
    assert world.state.get(key) is None

    queue(world, ParaId(2000), b"\x01\x02\x03")  # in block 0

    assert world.state.get(key) == bytes.fromhex(ONE_LINK)


# How long messages and queues may be.


def test_a_message_may_be_as_long_as_the_configuration_says() -> None:  # scenario 8
    world = relay_world((A,), config=replace(HRMP, max_downward_message_size=7))

    queue(world, A, b"\x01\x02\x03")
    queue(world, A, b"1234567")
    with not_accepted(ExceedsMaxMessageSize(), world):
        queue(world, A, b"12345678")
    with not_accepted(ExceedsMaxMessageSize(), world):  # looked at before the parachain
        queue(world, NOBODY, b"12345678")


def test_a_queue_holds_one_message_more_than_its_greatest_length() -> None:
    world = relay_world((A,), config=TWO_AT_MOST)
    for _ in range(3):
        queue(world, A, b"")

    with not_accepted(ExceedsMaxMessageSize(), world):
        queue(world, A, b"")


@pytest.mark.parametrize(("size", "length"), [(51_200, 655), (1 << 20, 32), (16_777_216, 2), (0, 0)])
def test_a_queue_is_as_long_as_a_parachain_can_take(size: int, length: int) -> None:
    assert dmq_max_length(replace(HostConfiguration(), max_downward_message_size=size)) == length


# What parachains processed.


def test_processing_nothing_of_nothing() -> None:  # scenario 5
    world = relay_world((A,))

    check_processed(world, 0, 1)
    with not_accepted(Underflow(1, 0), world):
        check_processed(world, 1, 1)


def test_at_least_one_and_at_most_all_messages_are_processed() -> None:  # scenario 5
    world = relay_world((A,), block=5)
    for message in (b"1", b"2", b"3"):
        queue(world, A, message)

    with not_accepted(AdvancementRule(), world):
        check_processed(world, 0, 5)
    for processed in (1, 2, 3):
        check_processed(world, processed, 5)
    with not_accepted(Underflow(4, 3), world):
        check_processed(world, 4, 5)


def test_messages_newer_than_the_relay_parent_can_wait_but_need_not() -> None:  # scenario 6
    world = relay_world((A,), block=5)
    queue(world, A, b"1")

    check_processed(world, 0, 4)
    check_processed(world, 1, 4)
    with not_accepted(AdvancementRule(), world):
        check_processed(world, 0, 5)


def test_the_oldest_message_is_what_counts() -> None:
    world = relay_world((A,), block=5)
    queue(world, A, b"1")
    world.run_to_block(6)
    queue(world, A, b"2")

    with not_accepted(AdvancementRule(), world):
        check_processed(world, 0, 5)


@pytest.mark.parametrize(
    ("processed", "left"), [(0, (b"1", b"2", b"3")), (2, (b"3",)), (3, ()), (9, ())]
)  # scenario 7
def test_the_oldest_messages_are_dropped(processed: int, left: tuple[bytes, ...]) -> None:
    world = relay_world((A, B))
    for message in (b"1", b"2", b"3"):
        queue(world, A, message)
        queue(world, B, message)
    head = world.dmp.dmq_mqc_head(A)

    world.dmp.prune_dmq(A, processed)

    assert tuple(each.msg for each in world.dmp.dmq_contents(A)) == left
    assert world.dmp.dmq_mqc_head(A) == head
    assert world.dmp.dmq_length(B) == 3


def test_dropping_writes_queue_and_factor_even_if_nothing_changes() -> None:
    world = relay_world((A,))
    queues, factors = world.dmp.downward_message_queues, world.dmp.delivery_fee_factor

    world.dmp.prune_dmq(A, 0)

    assert world.state.get(queues.storage_key(A)) == b"\x00"
    assert world.state.get(factors.storage_key(A)) == bytes.fromhex("000064a7b3b6e00d0000000000000000")


# The fee factor.


def test_the_fee_factor_rises_with_long_queues_and_long_messages_and_falls_again() -> None:  # scenario 10
    world = relay_world((A,), config=TWO_AT_MOST)
    assert factor(world) == FIXED_ONE

    queue(world, A, b"\x01")
    assert factor(world) == FIXED_ONE
    queue(world, A, b"\x01")
    assert factor(world) == FIXED_ONE * 105 // 100
    world.dmp.prune_dmq(A, 1)
    assert factor(world) == FIXED_ONE
    queue(world, A, bytes(10 * 1024))
    assert factor(world) == FIXED_ONE * 106 // 100
    queue(world, A, b"\x01")
    assert factor(world) == FIXED_ONE * 1113 // 1000
    world.dmp.prune_dmq(A, 3)
    assert factor(world) == FIXED_ONE * 106 // 100
    for _ in range(2):
        queue(world, A, b"\x01")
        world.dmp.prune_dmq(A, 1)
    assert factor(world) == FIXED_ONE


def test_the_fee_factor_falls_only_when_the_queue_is_short_enough() -> None:
    world = relay_world((A,), config=TWO_AT_MOST)
    for _ in range(3):
        queue(world, A, b"")
    assert factor(world) == FIXED_ONE * 11_025 // 10_000

    world.dmp.prune_dmq(A, 1)
    assert factor(world) == FIXED_ONE * 11_025 // 10_000
    world.dmp.prune_dmq(A, 1)
    assert factor(world) == FIXED_ONE * 105 // 100


@pytest.mark.parametrize(("size", "thousandths"), [(1023, 1050), (1024, 1051), (2047, 1051), (2048, 1052)])
def test_each_whole_kib_counts(size: int, thousandths: int) -> None:
    world = relay_world((A,), config=TWO_AT_MOST)
    queue(world, A, b"")

    queue(world, A, bytes(size))

    assert factor(world) == FIXED_ONE * thousandths // 1000


def test_the_fee_factor_has_a_greatest_value() -> None:
    world = relay_world((A,), config=TWO_AT_MOST)
    queue(world, A, b"")
    world.dmp.delivery_fee_factor[A] = U128_MAX - 1

    queue(world, A, b"")

    assert factor(world) == U128_MAX


def test_filling_a_queue_becomes_prohibitive() -> None:  # scenario 11
    config = replace(HRMP, max_downward_message_size=51_200)
    world = relay_world((A,), config=config)
    total = 0

    for _ in range(dmq_max_length(config) - 1):
        queue(world, A, b"")
        total += factor(world)

    assert total > 100_000_000 * FIXED_ONE


# Sessions.


def test_the_queues_of_parachains_that_leave_are_dropped() -> None:  # scenario 1
    world = relay_world((A, B, C))
    for para in (A, B, C):
        queue(world, para, b"\x01\x02\x03")
    world.dmp.delivery_fee_factor[A] = FIXED_ONE * 2

    world.dmp.initializer_on_new_session((A, B))

    assert [world.dmp.dmq_length(para) for para in (A, B, C)] == [0, 0, 1]
    assert A not in world.dmp.downward_message_queues
    assert A not in world.dmp.downward_message_queue_heads
    assert C in world.dmp.downward_message_queue_heads
    assert factor(world) == FIXED_ONE * 2  # the fee factor stays


def test_a_session_in_which_nobody_leaves_changes_nothing() -> None:  # scenario 12
    world = relay_world((A, B))
    queue(world, A, b"\x01\x02\x03")
    before = world.state.root()

    world.dmp.initializer_on_new_session(())

    assert world.state.root() == before


def test_the_length_of_a_queue_is_known_without_reading_it() -> None:
    world = relay_world((A, B))
    assert world.dmp.dmq_length(A) == 0
    for length in range(1, 5):
        world.dmp.queue_downward_message(HRMP, A, b"m")
        assert world.dmp.dmq_length(A) == length == len(world.dmp.dmq_contents(A))
        assert world.dmp.dmq_length(A) == length  # also once it was read
