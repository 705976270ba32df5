"""Programs on their way down to parachains.

Upstream: polkadot/runtime/common/src/xcm_sender.rs
"""

from __future__ import annotations

import pytest

from pallets.relay.xcm_sender import ChildParachainRouter
from primitives.arithmetic import FIXED_ONE
from primitives.hashing import blake2_256
from primitives.ids import ParaId
from tests.support.worlds import World, relay_world
from xcm.asset import Asset, Fungible
from xcm.errors import SendError
from xcm.failures import NotSent
from xcm.instructions import ClearOrigin
from xcm.junctions import PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import SetAppendix, Xcm
from xcm.routing import ExponentialPrice
from xcm.versions import encode_versioned_xcm

A = ParaId(2000)
AT_A = Location(0, (Parachain(A),))
PRICE = ExponentialPrice(HERE, 300, 10)
PROGRAM: Xcm = (ClearOrigin(),)


def newest(destination: Location, program: Xcm) -> bytes | None:
    return encode_versioned_xcm(5, program)


def nothing(destination: Location, program: Xcm) -> bytes | None:
    return None


@pytest.fixture
def world() -> World:
    return relay_world((A,))


def router(world: World, wrap_version: object = newest) -> ChildParachainRouter:
    return ChildParachainRouter(world.configuration, world.dmp, wrap_version, PRICE)  # type: ignore[arg-type]


def refusal(router: ChildParachainRouter, destination: Location, program: Xcm = PROGRAM) -> SendError:
    with pytest.raises(NotSent) as refused:
        router.validate(destination, program)
    return refused.value.reason


def test_a_program_is_queued_for_its_parachain(world: World) -> None:
    down = router(world)
    message = encode_versioned_xcm(5, PROGRAM)

    ticket, price = down.validate(AT_A, PROGRAM)
    assert world.downward(A) == []
    assert price == (Asset(HERE, Fungible(300 + 2 * 10)),)

    assert down.deliver(ticket) == blake2_256(message)
    assert world.downward(A) == [(world.now, message)]


def test_the_price_follows_the_fee_factor_of_the_parachain(world: World) -> None:
    world.dmp.delivery_fee_factor[A] = FIXED_ONE * 3 // 2
    assert router(world).validate(AT_A, PROGRAM)[1] == (Asset(HERE, Fungible(480)),)


@pytest.mark.parametrize(
    "destination",
    [HERE, PARENT, Location(1, (Parachain(A),)), Location(0, (Parachain(A), PalletInstance(1)))],
)
def test_other_places_are_for_others_to_send_to(world: World, destination: Location) -> None:
    assert refusal(router(world), destination) is SendError.NotApplicable


def test_what_cannot_be_said_to_a_parachain_is_not_sent(world: World) -> None:
    assert refusal(router(world, nothing), AT_A) is SendError.DestinationUnsupported


def test_a_parachain_that_is_not_there_cannot_be_reached(world: World) -> None:
    assert refusal(router(world), Location(0, (Parachain(2999),))) is SendError.Unroutable


def test_what_is_too_long_is_not_sent(world: World) -> None:
    assert refusal(router(world), AT_A, PROGRAM * 1_100) is SendError.ExceedsMaxMessageSize


def nested(depth: int) -> Xcm:
    return PROGRAM if depth == 0 else (SetAppendix(nested(depth - 1)),)


def test_what_is_nested_too_deep_to_be_read_is_not_sent(world: World) -> None:
    assert router(world).validate(AT_A, nested(7))[0]
    assert refusal(router(world), AT_A, nested(8)) is SendError.ExceedsMaxMessageSize


def test_a_queue_that_filled_up_meanwhile_is_an_error_of_transport(world: World) -> None:
    down = router(world)
    ticket, _ = down.validate(AT_A, PROGRAM)
    world.paras.heads.remove(A)

    with pytest.raises(NotSent) as refused:
        down.deliver(ticket)
    assert refused.value.reason is SendError.Transport
