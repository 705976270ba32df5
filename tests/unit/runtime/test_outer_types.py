"""Pallets joined: layouts of calls, events and origins, how deep they go, what a call leaves behind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from pallets.balances_items import Error as BalancesError
from pallets.balances_items import Transfer
from pallets.utility import BatchInterrupted, ItemCompleted
from pallets.xcm_pallet_items import Response, Xcm
from primitives.address import Id
from primitives.channels import HrmpChannelId
from primitives.errors import (
    BadOrigin,
    Defect,
    DispatchError,
    ErrorCode,
    InvalidTransaction,
    Module,
    Token,
    TokenError,
    Transactional,
    TransactionalError,
)
from primitives.extrinsic import encode_extrinsic
from primitives.ids import AccountId, Balance, ParaId
from primitives.origin import Authorized, NoOrigin, Origin, Parachain, Root, Signed
from primitives.pallet import OriginCaller, RuntimeCall, RuntimeEvent
from primitives.scale.codec import Codec
from primitives.scale.errors import DecodeError, EncodeError
from primitives.storage.state import TRANSACTIONAL_LIMIT, State
from runtime.construct import MAX_EXTRINSIC_DEPTH
from runtime.relay import Relay
from tests.unit.pallets.small_world import ALICE, BOB, SmallWorld, call, new_world, transfer
from xcm import junctions
from xcm.location import PARENT, Location

CALL = Relay.wire().codec(RuntimeCall)
EVENT = Relay.wire().codec(RuntimeEvent)
ORIGIN: Codec[Any] = Relay.wire().codec(OriginCaller)

REMARK = RuntimeCall("System", "remark", (b"hi",))
CLOSE = RuntimeCall("Hrmp", "hrmp_close_channel", (HrmpChannelId(ParaId(1), ParaId(2)),))


# ---------------------------------------------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    ("made", "encoding"),
    [
        (REMARK, "0000086869"),
        (RuntimeCall("Timestamp", "set", (64,)), "03000101"),
        (CLOSE, "3c020100000002000000"),
        (RuntimeCall("Hrmp", "force_process_hrmp_open", (7,)), "3c0407000000"),
        (RuntimeCall("Sudo", "remove_key", ()), "fb04"),
        (RuntimeCall("Utility", "batch", ((REMARK, CLOSE),)), "1a000800000868693c020100000002000000"),
        (RuntimeCall("Utility", "batch_all", ((),)), "1a0200"),
        (RuntimeCall("Utility", "dispatch_as", (Root(), REMARK)), "1a0300000000086869"),
    ],
    ids=str,
)
def test_a_call_is_pallet_index_call_index_and_arguments(made: RuntimeCall, encoding: str) -> None:
    assert CALL.encode(made) == bytes.fromhex(encoding)
    assert CALL.decode(bytes.fromhex(encoding)) == made


@pytest.mark.parametrize(
    ("event", "encoding"),
    [
        (RuntimeEvent("Utility", ItemCompleted()), "1a03"),
        (RuntimeEvent("Utility", BatchInterrupted(1, BadOrigin())), "1a000100000002"),
        (
            RuntimeEvent("Balances", Transfer(ALICE, BOB, Balance(1))),
            "0502" + ALICE.hex() + BOB.hex() + "01" + "00" * 15,
        ),
    ],
    ids=str,
)
def test_an_event_is_pallet_index_event_index_and_fields(event: RuntimeEvent, encoding: str) -> None:
    assert EVENT.encode(event) == bytes.fromhex(encoding)
    assert EVENT.decode(bytes.fromhex(encoding)) == event


@pytest.mark.parametrize(
    ("origin", "encoding"),
    [
        (Root(), "0000"),
        (Signed(AccountId(b"a" * 32)), "0001" + "61" * 32),
        (NoOrigin(), "0002"),
        (Authorized(), "0003"),
        (Parachain(ParaId(2000)), "3200d0070000"),
        (Xcm(Location(0, (junctions.Parachain(2000),))), "6300000100411f"),
        (Response(PARENT), "63010100"),
    ],
    ids=str,
)
def test_an_origin_is_the_index_of_its_pallet_and_the_origin(origin: Origin, encoding: str) -> None:
    assert ORIGIN.encode(origin) == bytes.fromhex(encoding)
    assert ORIGIN.decode(bytes.fromhex(encoding)) == origin


@pytest.mark.parametrize(
    ("codec", "raw", "said"),
    [
        (CALL, "", "value: expected a call of Relay, found nothing at byte 0"),
        (CALL, "00", "value: expected a call of Relay, found 00 at byte 0"),
        (CALL, "00ff", "value: expected a call of Relay, found 00ff at byte 0"),
        (CALL, "3d00", "value: expected a call of Relay, found 3d00 at byte 0"),
        (CALL, "3c0201", "Hrmp.hrmp_close_channel.0.sender: expected u32, found 1 bytes at byte 2"),
        (
            CALL,
            "1a00040500",
            "Utility.batch.0[0].Balances.transfer_allow_death.0: expected a variant of address",
        ),
        (CALL, "1a000400ff", "Utility.batch.0[0]: expected a call of Relay, found 00ff at byte 3"),
        (EVENT, "1aff", "value: expected an event of Relay, found 1aff at byte 0"),
        (EVENT, "", "value: expected an event of Relay, found "),
        (ORIGIN, "", "value: expected an origin, found nothing at byte 0"),
        (ORIGIN, "3201", "value: expected an origin, found 3201 at byte 0"),
        (ORIGIN, "0004", "value: expected a variant of origin, found 04 at byte 1"),
        (ORIGIN, "05", "value: expected an origin, found 05 at byte 0"),
    ],
    ids=str,
)
def test_what_is_said_of_unknown_indices(codec: Codec[Any], raw: str, said: str) -> None:
    with pytest.raises(DecodeError) as caught:
        codec.decode(bytes.fromhex(raw))
    assert str(caught.value).startswith(said)


def test_what_the_chain_does_not_have_is_not_written() -> None:
    with pytest.raises(EncodeError, match=r"^Relay has no call System\.reboot$"):
        CALL.encode(RuntimeCall("System", "reboot", ()))
    with pytest.raises(EncodeError, match=r"^Sudo has no event Transfer$"):
        EVENT.encode(RuntimeEvent("Sudo", Transfer(ALICE, BOB, Balance(1))))
    with pytest.raises(EncodeError, match=r"^1 values wanted, not 2$"):
        CALL.encode(RuntimeCall("System", "remark", (b"", b"")))


def test_two_runtimes_have_layouts_of_their_own() -> None:
    assert SmallWorld.wire() is not Relay.wire()
    assert SmallWorld.wire() is SmallWorld.wire()
    with pytest.raises(EncodeError, match=r"^SmallWorld has no call Hrmp"):
        SmallWorld.wire().codec(RuntimeCall).encode(CLOSE)


# ------------------------------------------------------------------------------------------------------ depth


def batch(inner: RuntimeCall) -> RuntimeCall:
    return call("Utility", "batch", (inner,))


def sudo(inner: RuntimeCall) -> RuntimeCall:
    return call("Sudo", "sudo", inner)


def if_else(inner: RuntimeCall) -> RuntimeCall:
    return call("Utility", "if_else", inner, call("System", "remark", b""))


def nested(levels: int, around: Callable[[RuntimeCall], RuntimeCall]) -> RuntimeCall:
    made = REMARK
    for _ in range(levels - 1):
        made = around(made)
    return made


WRAPPERS = pytest.mark.parametrize("around", [batch, sudo, if_else])


@WRAPPERS
def test_calls_contain_calls_256_levels_deep_and_no_deeper(around: Any) -> None:
    deepest = nested(MAX_EXTRINSIC_DEPTH, around)
    assert CALL.encode(CALL.decode(CALL.encode(deepest))) == CALL.encode(deepest)
    with pytest.raises(DecodeError, match="at most 256 levels of calls"):
        CALL.decode(CALL.encode(nested(MAX_EXTRINSIC_DEPTH + 1, around)))
    assert CALL.decode(CALL.encode(REMARK)) == REMARK


@pytest.mark.parametrize("levels", [257, 10_000, 100_000])
def test_bytes_of_any_depth_are_refused_without_overflow(levels: int) -> None:
    before = sys.getrecursionlimit()
    for level in ("1a0004", "fb00", "1a06"):
        with pytest.raises(DecodeError, match="at most 256 levels of calls"):
            CALL.decode(bytes.fromhex(level) * levels + CALL.encode(REMARK))
    assert sys.getrecursionlimit() == before


def test_an_extrinsic_that_is_too_deep_is_an_invalid_transaction() -> None:
    relay = Relay(State())
    data = encode_extrinsic(bytes.fromhex("1a0004") * 1000 + CALL.encode(REMARK), None, Relay.extensions)
    with pytest.raises(InvalidTransaction):
        relay.executive.apply_extrinsic(data)


@WRAPPERS
def test_the_deepest_call_that_decodes_can_be_looked_at_and_run(around: Any) -> None:
    world = new_world(alice=1000)
    deepest = nested(MAX_EXTRINSIC_DEPTH, around)
    assert world.dispatch_info(deepest) is not None
    if around is sudo:
        world.sudo.key.put(ALICE)
    world.dispatch(deepest, Root())
    assert world.events() != []


def test_a_call_too_many_layers_deep_fails_with_limit_reached() -> None:
    world = new_world(alice=1000)
    limit = Transactional(TransactionalError.LimitReached)

    world.dispatch(nested(TRANSACTIONAL_LIMIT, batch), Signed(ALICE))
    assert not [event for event in world.events() if isinstance(event, BatchInterrupted)]

    world.dispatch(nested(TRANSACTIONAL_LIMIT + 1, batch), Signed(ALICE))
    assert [event for event in world.events() if isinstance(event, BatchInterrupted)] == [
        BatchInterrupted(0, limit)
    ]

    all_or_none = nested(TRANSACTIONAL_LIMIT + 1, lambda inner: call("Utility", "as_derivative", 0, inner))
    with pytest.raises(DispatchError) as caught:
        world.dispatch(all_or_none, Signed(ALICE))
    assert caught.value.error == limit


# --------------------------------------------------------------------------------------------------- dispatch


def test_a_failing_call_leaves_no_trace() -> None:
    world = new_world(alice=1000)
    before, root = world.state.entries(), world.state.root()
    inside = call("Utility", "batch_all", (transfer(BOB, 500), transfer(BOB, 5000)))
    with pytest.raises(DispatchError) as caught:
        world.dispatch(inside, Signed(ALICE))
    assert caught.value.error == Token(TokenError.FundsUnavailable)
    assert (world.state.entries(), world.state.root(), world.events()) == (before, root, [])


def test_a_call_that_goes_well_keeps_what_it_did() -> None:
    world = new_world(alice=1000)
    world.dispatch(transfer(BOB, 500), Signed(ALICE))
    assert world.balances.free_balance(BOB) == 500
    assert Transfer(ALICE, BOB, Balance(500)) in world.events()


def test_an_error_is_recorded_under_the_index_of_its_pallet() -> None:
    world = new_world()
    assert world.error_case(DispatchError(BadOrigin())) == BadOrigin()
    for error in BalancesError:
        assert world.error_case(DispatchError(error)) == Module(5, bytes((error.value, 0, 0, 0)))


def test_an_error_can_say_more_than_its_number() -> None:
    more = DispatchError(BalancesError.VestingBalance, detail=b"\x03\x04")
    assert new_world().error_case(more) == Module(5, bytes((BalancesError.VestingBalance.value, 3, 4, 0)))


def test_an_error_of_no_pallet_here_is_a_defect() -> None:
    class Stray(ErrorCode):
        Lost = 0

    with pytest.raises(Defect, match="belongs to no pallet of this runtime"):
        new_world().error_case(DispatchError(Stray.Lost))


def test_a_call_that_the_chain_does_not_have_is_a_defect() -> None:
    world = new_world()
    for unknown in (call("System", "reboot"), call("Hrmp", "hrmp_close_channel", 1)):
        with pytest.raises((Defect, KeyError)):
            world.dispatch(unknown, Root())
        with pytest.raises(Defect):
            world.dispatch_info(unknown)


def test_every_origin_is_asked_for_by_the_call() -> None:
    world = new_world(alice=1000)
    for origin in (NoOrigin(), Root(), Parachain(ParaId(2000))):
        with pytest.raises(DispatchError) as caught:
            world.dispatch(transfer(BOB, 1), origin)
        assert caught.value.error == BadOrigin()
    assert Id(BOB) == transfer(BOB, 1).args[0]
