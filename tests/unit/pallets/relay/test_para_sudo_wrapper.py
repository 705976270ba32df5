"""What the sudo key may do about parachains."""

from __future__ import annotations

from typing import Any

import pytest

from pallets.relay.hrmp_items import Error as HrmpError
from pallets.relay.para_sudo_wrapper import Error
from pallets.relay.paras_items import ParaGenesisArgs, ParaLifecycle
from primitives.candidates import HeadData, ValidationCode
from primitives.errors import BadOrigin, DispatchError, Module
from primitives.ids import ParaId
from primitives.origin import NoOrigin, Origin, Parachain, Signed
from primitives.record import replace
from primitives.scale.derive import codec
from tests.support.asserts import refused
from tests.support.worlds import ALICE, HRMP, World, relay_world
from xcm.instructions import Transact
from xcm.program import Xcm
from xcm.terms import DoubleEncoded, OriginKind
from xcm.versions import Versioned, VersionedXcm

A, B = ParaId(2001), ParaId(2003)
NOBODY = ParaId(3333)
CODE = ValidationCode(b"other validation code")


def program(encoded: bytes) -> Versioned[Xcm]:
    return codec(VersionedXcm).decode(encoded)


def program_of(size: int) -> Versioned[Xcm]:
    """A program of so many bytes: one call, as long as it takes."""
    call = DoubleEncoded(bytes(size - 7))
    made: Versioned[Xcm] = Versioned(5, (Transact(OriginKind.Native, None, call),))
    assert len(codec(VersionedXcm).encode(made)) == size
    return made


EMPTY_PROGRAM = program(b"\x05\x00")

CALLS: dict[str, tuple[Any, ...]] = {
    "sudo_schedule_para_initialize": (NOBODY, ParaGenesisArgs(HeadData(b""), CODE, True)),
    "sudo_schedule_para_cleanup": (A,),
    "sudo_schedule_parathread_upgrade": (A,),
    "sudo_schedule_parachain_downgrade": (A,),
    "sudo_queue_downward_xcm": (A, EMPTY_PROGRAM),
    "sudo_establish_hrmp_channel": (A, B, 2, 8),
}


@pytest.fixture
def world() -> World:
    return relay_world((A, B))


def sudo(world: World, name: str, *args: Any) -> None:
    world.as_root(name, *args, pallet="ParaSudoWrapper")


def initialize(world: World, para: ParaId, code: bytes = CODE, *, parachain: bool = True) -> None:
    genesis = ParaGenesisArgs(HeadData(b"first"), ValidationCode(code), parachain)
    sudo(world, "sudo_schedule_para_initialize", para, genesis)


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("origin", [Signed(ALICE), Parachain(A), NoOrigin()])
def test_only_root_may(world: World, name: str, origin: Origin) -> None:
    with refused(BadOrigin(), world):
        world.call(origin, "ParaSudoWrapper", name, *CALLS[name])


def test_errors_are_recorded_with_the_index_of_the_pallet_and_their_own(world: World) -> None:
    cases = [world.relay.error_case(DispatchError(error)) for error in Error]

    assert cases == [Module(249, bytes((index, 0, 0, 0))) for index in range(10)]


def test_a_parachain_is_scheduled_to_come(world: World) -> None:
    initialize(world, NOBODY)

    assert world.paras.lifecycle(NOBODY) is ParaLifecycle.Onboarding


def test_who_is_there_cannot_come_again(world: World) -> None:
    with refused(Error.ParaAlreadyExists, world):
        initialize(world, A)


def test_without_code_a_parachain_is_said_to_be_there_already(world: World) -> None:
    with refused(Error.ParaAlreadyExists, world):
        initialize(world, NOBODY, code=b"")


def test_a_parachain_goes_two_sessions_later(world: World) -> None:
    sudo(world, "sudo_schedule_para_cleanup", A)

    assert world.paras.lifecycle(A) is ParaLifecycle.OffboardingParachain
    world.next_session()
    assert world.paras.lifecycle(A) is ParaLifecycle.OffboardingParachain
    world.next_session()
    assert world.paras.lifecycle(A) is None


def test_who_is_going_cannot_be_sent_away_again(world: World) -> None:
    sudo(world, "sudo_schedule_para_cleanup", A)

    with refused(Error.CouldntCleanup, world):
        sudo(world, "sudo_schedule_para_cleanup", A)


def test_a_parachain_becomes_an_on_demand_one_and_back(world: World) -> None:
    sudo(world, "sudo_schedule_parachain_downgrade", A)
    assert world.paras.lifecycle(A) is ParaLifecycle.DowngradingParachain
    with refused(Error.CannotDowngrade, world):
        sudo(world, "sudo_schedule_parachain_downgrade", A)

    world.next_session()
    world.next_session()

    with refused(Error.NotParachain, world):
        sudo(world, "sudo_schedule_parachain_downgrade", A)
    sudo(world, "sudo_schedule_parathread_upgrade", A)
    assert world.paras.lifecycle(A) is ParaLifecycle.UpgradingParathread
    with refused(Error.CannotUpgrade, world):
        sudo(world, "sudo_schedule_parathread_upgrade", A)


@pytest.mark.parametrize("para", [A, NOBODY])
def test_who_is_no_on_demand_parachain_cannot_be_upgraded(world: World, para: ParaId) -> None:
    with refused(Error.NotParathread, world):
        sudo(world, "sudo_schedule_parathread_upgrade", para)


def test_a_program_is_sent_down_as_it_is(world: World) -> None:
    world.run_to_block(4)

    sudo(world, "sudo_queue_downward_xcm", A, program(b"\x05\x04\x0a"))

    assert world.downward(A) == [(4, b"\x05\x04\x0a")]


def test_a_program_to_nobody(world: World) -> None:
    with refused(Error.ParaDoesntExist, world):
        sudo(world, "sudo_queue_downward_xcm", NOBODY, EMPTY_PROGRAM)


def test_a_program_to_one_that_is_going(world: World) -> None:
    sudo(world, "sudo_schedule_para_cleanup", A)

    with refused(Error.ParaDoesntExist, world):
        sudo(world, "sudo_queue_downward_xcm", A, EMPTY_PROGRAM)


def test_a_program_to_one_without_a_head(world: World) -> None:
    world.paras.heads.remove(A)

    with refused(Error.Unroutable, world):
        sudo(world, "sudo_queue_downward_xcm", A, EMPTY_PROGRAM)


def test_a_program_that_is_too_long(world: World) -> None:
    sudo(world, "sudo_queue_downward_xcm", A, program_of(1024))

    with refused(Error.ExceedsMaxMessageSize, world):
        sudo(world, "sudo_queue_downward_xcm", A, program_of(1025))


def test_a_program_to_a_queue_that_is_full(world: World) -> None:
    world.configuration.force_set_active_config(replace(HRMP, max_downward_message_size=1 << 25))
    for _ in range(2):  # one is allowed, and one more
        sudo(world, "sudo_queue_downward_xcm", A, EMPTY_PROGRAM)

    with refused(Error.ExceedsMaxMessageSize, world):
        sudo(world, "sudo_queue_downward_xcm", A, EMPTY_PROGRAM)


def test_a_channel_between_any_two_is_asked_for_and_accepted(world: World) -> None:
    sudo(world, "sudo_establish_hrmp_channel", A, B, 2, 8)

    assert world.events("ParaSudoWrapper") == []
    world.next_session()
    assert world.has_channel(A, B)


def test_a_channel_that_hrmp_refuses(world: World) -> None:
    with refused(HrmpError.OpenHrmpChannelInvalidRecipient, world):
        sudo(world, "sudo_establish_hrmp_channel", A, NOBODY, 2, 8)
    for sender in (ParaId(3), ParaId(4)):
        sudo(world, "sudo_establish_hrmp_channel", sender, B, 2, 8)
    with refused(HrmpError.AcceptHrmpChannelLimitExceeded, world):
        sudo(world, "sudo_establish_hrmp_channel", A, B, 2, 8)
