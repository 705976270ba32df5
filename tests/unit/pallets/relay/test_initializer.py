"""When sessions begin, and in which order the pallets learn of it.

Upstream: polkadot/runtime/parachains/src/initializer/tests.rs
"""

from __future__ import annotations

from pallets.relay.initializer import BufferedSessionChange
from primitives.errors import BadOrigin
from primitives.header import Consensus
from primitives.ids import Balance, ParaId, SessionIndex, ValidatorId
from primitives.origin import Root, Signed
from primitives.record import replace
from runtime.outside import NewSession
from tests.support.asserts import refused
from tests.support.worlds import ALICE, HRMP, World, channel, relay_world

A, B, C = ParaId(123), ParaId(456), ParaId(789)
ONE, TWO = ValidatorId(b"\x01" * 32), ValidatorId(b"\x02" * 32)


def session(world: World) -> int:
    return world.relay.paras_shared.session_index()


def test_the_session_of_genesis_begins_at_once() -> None:  # scenario I1
    world = relay_world()

    world.initializer.on_new_session(SessionIndex(0), (ONE,), (TWO,))

    assert world.initializer.buffered_session_changes.get() == ()
    assert world.relay.paras_shared.active_validator_keys.get() == (ONE,)


def test_other_sessions_wait_for_the_end_of_the_block() -> None:  # scenario I2
    world = relay_world()

    world.initializer.on_new_session(SessionIndex(1), (ONE,), (TWO,))

    waiting = BufferedSessionChange((ONE,), (TWO,), SessionIndex(1))
    assert world.initializer.buffered_session_changes.get() == (waiting,)
    assert session(world) == 0
    world.initializer.on_initialize(world.now)
    assert world.initializer.buffered_session_changes.get() == (waiting,)
    assert session(world) == 0


def test_the_session_begins_with_the_end_of_the_block() -> None:  # scenario I3
    world = relay_world()
    world.initializer.on_new_session(SessionIndex(1), (ONE,), ())

    world.initializer.on_finalize(world.now)

    assert not world.initializer.buffered_session_changes.exists()
    assert session(world) == 1
    assert world.relay.paras_shared.active_validator_keys.get() == (ONE,)


def test_of_several_sessions_only_the_last_begins() -> None:
    world = relay_world()
    world.initializer.on_new_session(SessionIndex(1), (ONE,), ())
    world.initializer.on_new_session(SessionIndex(2), (TWO,), ())

    world.next_block()

    assert session(world) == 2
    assert world.relay.paras_shared.active_validator_keys.get() == (TWO,)


def test_a_session_is_announced_from_outside_when_a_block_starts() -> None:
    world = relay_world()
    world.outside.session = NewSession(SessionIndex(1), (ONE,), (TWO,))

    world.next_block()

    assert world.initializer.buffered_session_changes.get() != ()
    assert session(world) == 0
    world.next_block()
    assert session(world) == 1


def test_a_flag_is_up_while_a_block_is_made() -> None:  # scenario I4
    world = relay_world()
    assert world.initializer.has_initialized.exists()

    world.initializer.on_finalize(world.now)
    assert not world.initializer.has_initialized.exists()
    world.initializer.on_initialize(world.now)
    assert world.initializer.has_initialized.exists()


def test_messages_to_parachains_that_leave_are_dropped_with_their_session() -> None:  # scenario I5
    world = relay_world((A, B, C))
    for para in (A, B, C):
        world.dmp.queue_downward_message(HRMP, para, b"\x01\x02\x03")
    for para in (A, B):
        world.deregister(para)

    world.next_session()
    assert [world.dmp.dmq_length(para) for para in (A, B, C)] == [1, 1, 1]
    world.next_session()
    assert [world.dmp.dmq_length(para) for para in (A, B, C)] == [0, 0, 1]


def test_channels_are_told_the_configuration_before_and_the_one_after_applies_at_once() -> None:
    """Hrmp books by the old configuration although the new one is stored before it is told."""
    para, other = ParaId(2001), ParaId(2003)
    world = relay_world((para, other))
    world.call(Root(), "Configuration", "set_hrmp_recipient_deposit", Balance(7))
    world.next_session()
    world.init(para, other)
    world.accept(other, para)

    world.next_session()

    opened = world.hrmp.hrmp_channels.get(channel(para, other))
    assert opened is not None
    assert opened.recipient_deposit == 100
    assert world.configuration.active_config.get() == replace(HRMP, hrmp_recipient_deposit=Balance(7))


def test_parachains_leave_before_channels_are_opened() -> None:
    """Were it the other way round, the channel would open and close again, and both deposits return."""
    world = relay_world((2001, 2003))
    world.deregister(2003)
    world.next_session()
    world.init(2003, 2001)
    world.accept(2001, 2003)

    world.next_session()

    assert not world.has_channel(2003, 2001)
    assert (world.reserved(2001), world.reserved(2003)) == (0, 100)


def test_approving_by_force_goes_into_the_digest() -> None:
    world = relay_world()

    world.call(Root(), "Initializer", "force_approve", 258)

    assert world.system.digest.get().logs == (Consensus(b"POL1", b"\x03\x02\x01\x00\x00"),)
    with refused(BadOrigin(), world):
        world.call(Signed(ALICE), "Initializer", "force_approve", 1)
