"""What of a balance is bound: on hold, reserved by name, frozen, locked."""

from __future__ import annotations

import pytest

from pallets.balances_holds import Freezes, Holds, NamedReserves
from pallets.balances_items import (
    BurnedHeld,
    Error,
    Fortitude,
    Frozen,
    Held,
    Hold,
    Locked,
    Precision,
    Preservation,
    Released,
    RuntimeFreezeReason,
    RuntimeHoldReason,
    Thawed,
    TransferAndHold,
    TransferOnHold,
    Unlocked,
)
from pallets.system_items import AccountData
from primitives.errors import Token, TokenError
from primitives.ids import Balance
from primitives.scale.derive import codec
from tests.support.asserts import refusal
from tests.unit.pallets.small_world import ALICE, BOB, CHARLIE, issuance_fits, new_world, references

STAKING, XCM = RuntimeHoldReason(7, 0), RuntimeHoldReason(99, 0)
POOLS = RuntimeFreezeReason(39, 0)
EXPENDABLE, PROTECT, PRESERVE = Preservation.Expendable, Preservation.Protect, Preservation.Preserve


def test_an_amount_goes_on_hold_and_is_released() -> None:
    world = new_world(alice=1000)
    holds = Holds(world.balances, max_holds=2)

    holds.hold(STAKING, ALICE, Balance(300))
    holds.hold(STAKING, ALICE, Balance(100))
    on_hold = world.balances.holds[ALICE]
    released = holds.release(STAKING, ALICE, Balance(999), Precision.BestEffort)

    assert on_hold == (Hold(STAKING, Balance(400)),)
    assert released == 400
    assert world.balances.holds[ALICE] == ()
    assert world.balances.holdings(ALICE) == AccountData(free=Balance(1000))
    assert world.events() == [
        Held(STAKING, ALICE, Balance(300)),
        Held(STAKING, ALICE, Balance(100)),
        Released(STAKING, ALICE, Balance(400)),
    ]


def test_a_hold_is_written_as_two_bytes_and_an_amount() -> None:
    assert codec(Hold).encode(Hold(XCM, Balance(5))).hex() == "6300" + "05" + "00" * 15


def test_what_cannot_be_put_on_hold() -> None:
    world = new_world(alice=1000)
    holds = Holds(world.balances, max_holds=1)
    holds.hold(STAKING, ALICE, Balance(300))

    assert refusal(world, lambda: holds.hold(STAKING, ALICE, Balance(601))) == Token(
        TokenError.FundsUnavailable
    )
    assert refusal(world, lambda: holds.hold(XCM, ALICE, Balance(1))) == Token(TokenError.CannotCreateHold)
    assert refusal(world, lambda: holds.release(XCM, ALICE, Balance(1))) == Token(TokenError.FundsUnavailable)


def test_a_burnt_hold_leaves_the_issuance() -> None:
    world = new_world(alice=1000)
    holds = Holds(world.balances, max_holds=1)
    holds.hold(STAKING, ALICE, Balance(300))
    world.events()

    holds.burn_held(STAKING, ALICE, Balance(200))

    assert issuance_fits(world)
    assert holds.on_hold(STAKING, ALICE) == 100
    assert world.events() == [BurnedHeld(STAKING, ALICE, Balance(200))]


def test_a_hold_bound_by_a_freeze_is_burnt_by_force_only() -> None:
    world = new_world(alice=1000)
    holds = Holds(world.balances, max_holds=1)
    holds.hold(STAKING, ALICE, Balance(300))
    Freezes(world.balances).set_freeze(POOLS, ALICE, Balance(900))

    polite = refusal(world, lambda: holds.burn_held(STAKING, ALICE, Balance(200)))
    burnt = holds.burn_held(STAKING, ALICE, Balance(200), fortitude=Fortitude.Force)

    assert polite == Token(TokenError.Frozen)
    assert burnt == 200


@pytest.mark.parametrize("stays_on_hold", [True, False])
def test_a_hold_goes_to_somebody_else(*, stays_on_hold: bool) -> None:
    world = new_world(alice=1000, bob=100)
    holds = Holds(world.balances, max_holds=1)
    holds.hold(STAKING, ALICE, Balance(300))
    world.events()

    moved = holds.transfer_on_hold(STAKING, ALICE, BOB, Balance(200), stays_on_hold=stays_on_hold)

    assert moved == 200
    assert holds.on_hold(STAKING, BOB) == (200 if stays_on_hold else 0)
    assert world.balances.total_balance(BOB) == 300
    assert world.events() == [TransferOnHold(STAKING, ALICE, BOB, Balance(200))]


def test_a_free_amount_goes_on_hold_elsewhere() -> None:
    world = new_world(alice=1000, bob=100)
    holds = Holds(world.balances, max_holds=1)

    nobody = refusal(world, lambda: holds.transfer_and_hold(STAKING, ALICE, CHARLIE, Balance(200), PRESERVE))
    holds.transfer_and_hold(STAKING, ALICE, BOB, Balance(200), PRESERVE)

    assert nobody == Token(TokenError.CannotCreateHold)
    assert holds.on_hold(STAKING, BOB) == 200
    assert world.events() == [TransferAndHold(STAKING, ALICE, BOB, Balance(200))]


# Named reserves, freezes, locks.


def test_named_reserves_are_kept_in_the_order_of_their_names() -> None:
    world = new_world(alice=1000)
    named = NamedReserves(world.balances)

    named.reserve(b"zzzzzzzz", ALICE, Balance(100))
    named.reserve(b"aaaaaaaa", ALICE, Balance(50))
    named.reserve(b"zzzzzzzz", ALICE, Balance(100))
    missing = named.unreserve(b"aaaaaaaa", ALICE, Balance(70))

    assert missing == 20
    assert named.reserved(b"zzzzzzzz", ALICE) == 200
    assert [each.id for each in world.balances.reserves[ALICE]] == [b"zzzzzzzz"]
    assert world.balances.holdings(ALICE) == AccountData(free=Balance(800), reserved=Balance(200))


def test_the_entry_is_gone_with_the_last_named_reserve() -> None:
    world = new_world(alice=1000)
    named = NamedReserves(world.balances)

    named.reserve(b"zzzzzzzz", ALICE, Balance(100))
    named.unreserve(b"zzzzzzzz", ALICE, Balance(100))

    assert ALICE not in world.balances.reserves


def test_there_are_only_so_many_named_reserves() -> None:
    world = new_world(alice=1000)
    named = NamedReserves(world.balances)
    for index in range(50):
        named.reserve(bytes((index,)) * 8, ALICE, Balance(1))

    assert refusal(world, lambda: named.reserve(b"one more", ALICE, Balance(1))) is Error.TooManyReserves


def test_freezes_overlap() -> None:
    world = new_world(alice=1000)
    freezes = Freezes(world.balances)

    freezes.set_freeze(POOLS, ALICE, Balance(300))
    freezes.extend_freeze(POOLS, ALICE, Balance(200))
    freezes.extend_freeze(POOLS, ALICE, Balance(500))
    while_frozen = references(world, ALICE)
    freezes.thaw(POOLS, ALICE)

    assert while_frozen == (1, 1)
    assert references(world, ALICE) == (0, 1)
    assert ALICE not in world.balances.freezes
    assert world.events() == [
        Frozen(ALICE, Balance(300)),
        Frozen(ALICE, Balance(200)),
        Thawed(ALICE, Balance(500)),
    ]


def test_there_are_only_so_many_freezes() -> None:
    world = new_world(alice=1000)
    freezes = Freezes(world.balances)
    freezes.set_freeze(POOLS, ALICE, Balance(300))

    another = RuntimeFreezeReason(39, 1)
    assert refusal(world, lambda: freezes.set_freeze(another, ALICE, Balance(1))) is Error.TooManyFreezes


def test_the_larger_of_a_lock_and_a_freeze_counts() -> None:
    world = new_world(alice=1000)
    freezes = Freezes(world.balances)

    freezes.set_freeze(POOLS, ALICE, Balance(300))
    freezes.set_lock(b"vesting ", ALICE, Balance(400))
    freezes.set_lock(b"vesting ", ALICE, Balance(0))

    assert world.balances.holdings(ALICE).frozen == 300
    assert ALICE not in world.balances.locks
    assert world.events() == [
        Frozen(ALICE, Balance(300)),
        Locked(ALICE, Balance(100)),
        Unlocked(ALICE, Balance(100)),
    ]


def test_a_lock_is_set_however_many_rely_on_the_account() -> None:
    world = new_world(alice=1000)
    for _ in range(16):
        world.system.inc_consumers(ALICE)

    Freezes(world.balances).set_lock(b"vesting ", ALICE, Balance(400))

    assert references(world, ALICE) == (17, 1)
