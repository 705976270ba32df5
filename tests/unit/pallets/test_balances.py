"""Who holds how much, and how it moves."""

from __future__ import annotations

import pytest

from pallets.balances import NEW_ACCOUNT
from pallets.balances_holds import Freezes, repatriate_reserved
from pallets.balances_items import (
    AdjustmentDirection,
    BalanceSet,
    BalanceStatus,
    Burned,
    BurnedDebt,
    Deposit,
    DustLost,
    Endowed,
    Error,
    Fortitude,
    Issued,
    MintedCredit,
    Precision,
    Preservation,
    Rescinded,
    Reserved,
    ReserveRepatriated,
    RuntimeFreezeReason,
    Slashed,
    TotalIssuanceForced,
    Transfer,
    Unreserved,
    Upgraded,
    Withdraw,
)
from pallets.system_items import AccountData, KilledAccount, NewAccount
from primitives.address import Address20, Address32, Id, Index, MultiAddress, Raw, lookup
from primitives.arithmetic import U128_MAX
from primitives.errors import (
    Arithmetic,
    ArithmeticError_,
    BadOrigin,
    CannotLookup,
    ConsumerRemaining,
    DispatchError,
    Token,
    TokenError,
    TooManyConsumers,
)
from primitives.ids import AccountId, Balance
from primitives.origin import Root, Signed
from primitives.pallet import RuntimeCall
from primitives.scale.derive import codec
from primitives.weights import Pays
from tests.support.asserts import refusal
from tests.unit.pallets.small_world import (
    ALICE,
    BOB,
    SmallWorld,
    call,
    issuance_fits,
    new_world,
    references,
    transfer,
)

POOLS = RuntimeFreezeReason(39, 0)
EXPENDABLE, PROTECT, PRESERVE = Preservation.Expendable, Preservation.Protect, Preservation.Preserve


def fails(world: SmallWorld, made: RuntimeCall) -> object:
    """Why a call of Alice's fails."""
    return refusal(world, lambda: world.dispatch(made, Signed(ALICE)))


def old_account(**figures: int) -> AccountData:
    """What an account held before reserves were counted as consumers."""
    return AccountData(flags=0, **{name: Balance(amount) for name, amount in figures.items()})


# Transfers.


def test_a_transfer_makes_an_account() -> None:
    world = new_world(alice=1000)

    world.dispatch(transfer(BOB, 300), Signed(ALICE))

    assert world.balances.free_balance(ALICE) == 700
    assert world.balances.free_balance(BOB) == 300
    assert references(world, BOB) == (0, 1)
    assert world.events() == [NewAccount(BOB), Endowed(BOB, Balance(300)), Transfer(ALICE, BOB, Balance(300))]


def test_a_transfer_of_less_than_the_existential_deposit_makes_no_account() -> None:
    world = new_world(alice=1000)

    assert fails(world, transfer(BOB, 99)) == Token(TokenError.BelowMinimum)


def test_what_is_left_of_a_sender_is_burnt() -> None:
    world = new_world(alice=1000, bob=100)

    world.dispatch(transfer(BOB, 950), Signed(ALICE))

    assert ALICE not in world.system.account
    assert issuance_fits(world)
    assert world.events() == [
        KilledAccount(ALICE),
        DustLost(ALICE, Balance(50)),
        BurnedDebt(Balance(50)),
        Transfer(ALICE, BOB, Balance(950)),
    ]


def test_a_transfer_that_keeps_the_sender_alive() -> None:
    world = new_world(alice=1000, bob=100)
    keep_alive = call("Balances", "transfer_keep_alive", Id(BOB), 901)

    assert fails(world, keep_alive) == Token(TokenError.NotExpendable)
    world.dispatch(call("Balances", "transfer_keep_alive", Id(BOB), 900), Signed(ALICE))

    assert world.balances.free_balance(ALICE) == 100


def test_a_transfer_to_oneself_changes_nothing() -> None:
    world = new_world(alice=1000)

    world.dispatch(transfer(ALICE, 500), Signed(ALICE))

    assert world.balances.free_balance(ALICE) == 1000
    assert world.events() == []


@pytest.mark.parametrize(("keep_alive", "arrives"), [(True, 900), (False, 1000)])
def test_all_that_can_be_sent(*, keep_alive: bool, arrives: int) -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Balances", "transfer_all", Id(BOB), keep_alive), Signed(ALICE))

    assert world.balances.free_balance(BOB) == arrives


def test_more_than_there_is_cannot_be_sent() -> None:
    world = new_world(alice=1000, bob=100)

    assert fails(world, transfer(BOB, 1001)) == Token(TokenError.FundsUnavailable)


def test_more_than_was_ever_issued_cannot_be_sent() -> None:
    world = new_world(alice=1000, bob=100)
    error = fails(world, transfer(BOB, U128_MAX))

    assert error == Arithmetic(ArithmeticError_.Underflow)


def test_an_account_that_is_relied_on_cannot_be_emptied() -> None:
    world = new_world(alice=1000, bob=100)
    world.system.inc_consumers(ALICE)

    assert fails(world, transfer(BOB, 1000)) == Token(TokenError.Frozen)
    world.dispatch(transfer(BOB, 900), Signed(ALICE))

    assert world.balances.free_balance(ALICE) == 100


def test_root_sends_anybodys() -> None:
    world = new_world(alice=1000)
    forced = call("Balances", "force_transfer", Id(ALICE), Id(BOB), 300)

    world.dispatch(forced, Root())

    assert world.balances.free_balance(BOB) == 300
    assert fails(world, forced) == BadOrigin()


@pytest.mark.parametrize("address", [Index(), Raw(ALICE), Address32(ALICE), Address20(bytes(20))])
def test_only_an_id_names_an_account(address: MultiAddress) -> None:
    with pytest.raises(DispatchError) as failed:
        lookup(address)
    assert failed.value.error == CannotLookup()


def test_an_address_by_number_has_no_number() -> None:
    assert codec(MultiAddress).encode(Index()) == b"\x01"
    assert codec(MultiAddress).encode(Id(ALICE)) == b"\x00" + ALICE


# Reserves.


def test_a_reserve_relies_on_the_account() -> None:
    world = new_world(alice=1000)

    world.balances.reserve(ALICE, Balance(300))
    world.balances.reserve(ALICE, Balance(100))

    assert world.balances.holdings(ALICE) == AccountData(free=Balance(600), reserved=Balance(400))
    assert references(world, ALICE) == (1, 1)
    assert world.events() == [Reserved(ALICE, Balance(300)), Reserved(ALICE, Balance(100))]


def test_a_reserve_given_back_no_longer_relies_on_the_account() -> None:
    world = new_world(alice=1000)
    world.balances.reserve(ALICE, Balance(300))
    world.events()

    missing = world.balances.unreserve(ALICE, Balance(500))

    assert missing == 200
    assert world.balances.holdings(ALICE) == AccountData(free=Balance(1000))
    assert references(world, ALICE) == (0, 1)
    assert world.events() == [Unreserved(ALICE, Balance(300))]


def test_what_cannot_be_reserved() -> None:
    world = new_world(alice=1000)

    def reserve(amount: int) -> None:
        with world.state.layer():
            world.balances.reserve(ALICE, Balance(amount))

    too_much = refusal(world, lambda: reserve(1001))
    nothing_left = refusal(world, lambda: reserve(950))
    Freezes(world.balances).set_freeze(POOLS, ALICE, Balance(800))
    frozen = refusal(world, lambda: reserve(201))

    assert too_much is Error.InsufficientBalance
    assert nothing_left == ConsumerRemaining()
    assert frozen is Error.LiquidityRestrictions


@pytest.mark.parametrize(("amount", "possible"), [(0, True), (900, True), (901, False), (1001, False)])
def test_whether_an_amount_can_be_reserved(amount: int, *, possible: bool) -> None:
    assert new_world(alice=1000).balances.can_reserve(ALICE, Balance(amount)) is possible


def test_reserving_nothing_does_nothing() -> None:
    world = new_world(alice=1000)

    world.balances.reserve(ALICE, Balance(0))
    missing = [world.balances.unreserve(ALICE, Balance(0)), world.balances.unreserve(BOB, Balance(7))]

    assert missing == [0, 7]
    assert world.events() == []


def test_a_seventeenth_reliance_is_too_much() -> None:
    world = new_world(alice=1000)
    for _ in range(16):
        world.system.inc_consumers(ALICE)

    assert refusal(world, lambda: world.balances.reserve(ALICE, Balance(1))) == TooManyConsumers()


def test_root_frees_a_reserve() -> None:
    world = new_world(alice=1000)
    world.balances.reserve(ALICE, Balance(300))

    world.dispatch(call("Balances", "force_unreserve", Id(ALICE), 100), Root())

    assert world.balances.holdings(ALICE) == AccountData(free=Balance(800), reserved=Balance(200))


def test_a_slashed_reserve_is_a_credit() -> None:
    world = new_world(alice=1000)
    world.balances.reserve(ALICE, Balance(300))
    world.events()

    credit, missing = world.balances.slash_reserved(ALICE, Balance(500))
    world.balances.drop_credit(credit)

    assert (credit, missing) == (300, 200)
    assert issuance_fits(world)
    assert world.events() == [Slashed(ALICE, Balance(300)), BurnedDebt(Balance(300))]


@pytest.mark.parametrize("status", list(BalanceStatus))
def test_a_reserve_goes_to_somebody_else(status: BalanceStatus) -> None:
    world = new_world(alice=1000, bob=100)
    world.balances.reserve(ALICE, Balance(300))
    world.events()

    missing = repatriate_reserved(world.balances, ALICE, BOB, Balance(400), status)

    assert missing == 100
    assert world.balances.total_balance(BOB) == 400
    assert world.balances.holdings(BOB).reserved == (300 if status is BalanceStatus.Reserved else 0)
    assert references(world, ALICE) == (0, 1)
    assert world.events() == [ReserveRepatriated(ALICE, BOB, Balance(300), status)]


def test_a_reserve_does_not_go_to_nobody() -> None:
    world = new_world(alice=1000)
    world.balances.reserve(ALICE, Balance(300))

    def attempt() -> None:
        repatriate_reserved(world.balances, ALICE, BOB, Balance(300), BalanceStatus.Free)

    assert refusal(world, attempt) is Error.DeadAccount


def test_a_reserve_that_goes_to_its_owner_is_freed() -> None:
    world = new_world(alice=1000)
    world.balances.reserve(ALICE, Balance(300))

    missing = repatriate_reserved(world.balances, ALICE, ALICE, Balance(400), BalanceStatus.Free)

    assert missing == 100
    assert world.balances.holdings(ALICE) == AccountData(free=Balance(1000))


def test_an_account_lives_on_its_reserve_below_the_existential_deposit() -> None:
    world = new_world(alice=1000, bob=100)
    world.balances.reserve(ALICE, Balance(800))
    world.system.inc_providers(ALICE)

    world.balances.withdraw(ALICE, Balance(150), EXPENDABLE)

    assert world.balances.holdings(ALICE) == AccountData(free=Balance(50), reserved=Balance(800))
    assert references(world, ALICE) == (1, 1)


# Old accounts.


def test_an_old_accounts_reserve_is_counted_when_it_is_next_changed() -> None:
    world = new_world(alice=1000)
    world.system.set_account_data(ALICE, old_account(free=700, reserved=300))

    world.balances.reserve(ALICE, Balance(100))

    assert world.balances.holdings(ALICE) == AccountData(free=Balance(600), reserved=Balance(400))
    assert references(world, ALICE) == (1, 1)
    assert world.events() == [Upgraded(ALICE), Reserved(ALICE, Balance(100))]


def test_an_old_account_that_nothing_keeps_alive_gets_the_existential_deposit() -> None:
    world = new_world()
    world.system.inc_providers(ALICE)
    world.system.set_account_data(ALICE, old_account(free=20, reserved=300))
    account = world.system.account[ALICE]
    world.system.account[ALICE] = type(account)(data=account.data)

    world.balances.ensure_upgraded(ALICE)

    assert world.balances.holdings(ALICE) == AccountData(free=Balance(100), reserved=Balance(300))
    assert references(world, ALICE) == (1, 1)


@pytest.mark.parametrize(("old", "fee"), [(10, Pays.No), (9, Pays.No), (8, Pays.Yes), (0, Pays.Yes)])
def test_upgrading_accounts_is_free_if_nine_in_ten_are_old(old: int, fee: Pays) -> None:
    world = new_world(alice=1000)
    accounts = tuple(AccountId(bytes((index,)) * 32) for index in range(10))
    for index, who in enumerate(accounts):
        world.endow(who, 500)
        world.system.set_account_data(
            who, old_account(free=500) if index < old else AccountData(Balance(500))
        )

    reported = world.dispatch(call("Balances", "upgrade_accounts", accounts), Signed(ALICE))

    assert reported.pays_fee is fee
    assert world.events() == [Upgraded(who) for who in accounts[:old]]


# Credits and the issuance.


def test_what_is_withdrawn_and_put_elsewhere_leaves_the_issuance() -> None:
    world = new_world(alice=1000, bob=100)
    before = world.balances.total_issuance.get()

    credit = world.balances.withdraw(ALICE, Balance(300), PRESERVE)
    resolved = world.balances.resolve(BOB, credit)

    assert resolved
    assert world.balances.total_issuance.get() == before
    assert issuance_fits(world)
    assert world.events() == [Withdraw(ALICE, Balance(300)), Deposit(BOB, Balance(300))]


def test_a_credit_that_nobody_can_take_is_burnt() -> None:
    world = new_world(alice=1000)

    world.balances.resolve_or_drop(BOB, world.balances.withdraw(ALICE, Balance(99), PRESERVE))

    assert issuance_fits(world)
    assert world.events() == [Withdraw(ALICE, Balance(99)), BurnedDebt(Balance(99))]


def test_a_debt_that_nobody_settles_is_minted() -> None:
    world = new_world(alice=1000)

    world.balances.drop_debt(world.balances.deposit(ALICE, Balance(5)))

    assert issuance_fits(world)
    assert world.events() == [Deposit(ALICE, Balance(5)), MintedCredit(Balance(5))]


def test_a_withdrawal_takes_all_or_what_there_is() -> None:
    world = new_world(alice=1000)

    exact = refusal(world, lambda: world.balances.withdraw(ALICE, Balance(901), PRESERVE))
    taken = world.balances.withdraw(ALICE, Balance(901), PRESERVE, Precision.BestEffort)

    assert exact == Token(TokenError.FundsUnavailable)
    assert taken == 900


def test_nothing_is_deposited_beyond_the_largest_number() -> None:
    world = new_world(alice=1000)

    overflow = refusal(world, lambda: world.balances.deposit(ALICE, Balance(U128_MAX)))
    added = world.balances.deposit(ALICE, Balance(U128_MAX), Precision.BestEffort)

    assert overflow == Arithmetic(ArithmeticError_.Overflow)
    assert added == U128_MAX - 1000


@pytest.mark.parametrize(
    ("preservation", "consumers", "providers", "expected"),
    [
        (EXPENDABLE, 0, 1, 1000),
        (EXPENDABLE, 1, 1, 900),
        (EXPENDABLE, 1, 2, 1000),
        (PROTECT, 0, 1, 900),
        (PROTECT, 0, 2, 1000),
        (PRESERVE, 0, 2, 900),
    ],
)
def test_how_much_can_be_taken(
    preservation: Preservation, consumers: int, providers: int, expected: int
) -> None:
    world = new_world(alice=1000)
    for _ in range(consumers):
        world.system.inc_consumers(ALICE)
    for _ in range(providers - 1):
        world.system.inc_providers(ALICE)

    assert world.balances.reducible_balance(ALICE, preservation) == expected


def test_reserved_balance_counts_towards_what_is_frozen() -> None:
    world = new_world(alice=1000)
    world.balances.reserve(ALICE, Balance(300))
    Freezes(world.balances).set_freeze(POOLS, ALICE, Balance(500))

    polite = world.balances.reducible_balance(ALICE, PRESERVE)
    forced = world.balances.reducible_balance(ALICE, PRESERVE, Fortitude.Force)

    assert (polite, forced) == (500, 600)
    assert fails(world, transfer(BOB, 501)) == Token(TokenError.Frozen)


def test_somebody_burns_their_own() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Balances", "burn", 300, True), Signed(ALICE))
    too_much = call("Balances", "burn", 601, True)

    assert fails(world, too_much) == Token(TokenError.FundsUnavailable)
    assert issuance_fits(world)
    assert world.events() == [Burned(ALICE, Balance(300))]


def test_root_sets_a_balance() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Balances", "force_set_balance", Id(ALICE), 1500), Root())
    world.dispatch(call("Balances", "force_set_balance", Id(ALICE), 400), Root())

    assert issuance_fits(world)
    assert world.events() == [
        Issued(Balance(500)),
        BalanceSet(ALICE, Balance(1500)),
        Rescinded(Balance(1100)),
        BalanceSet(ALICE, Balance(400)),
    ]


def test_a_balance_below_the_existential_deposit_is_set_to_none() -> None:
    world = new_world(alice=1000)

    world.dispatch(call("Balances", "force_set_balance", Id(ALICE), 99), Root())

    assert world.balances.holdings(ALICE) == NEW_ACCOUNT
    assert issuance_fits(world)
    assert world.events() == [KilledAccount(ALICE), Rescinded(Balance(1000)), BalanceSet(ALICE, Balance(0))]


def test_root_sets_the_issuance() -> None:
    world = new_world()
    higher = call("Balances", "force_adjust_total_issuance", AdjustmentDirection.Increase, 50)
    lower = call("Balances", "force_adjust_total_issuance", AdjustmentDirection.Decrease, 20)

    world.dispatch(higher, Root())
    world.dispatch(lower, Root())

    assert world.events() == [
        TotalIssuanceForced(Balance(1_000_000), Balance(1_000_050)),
        TotalIssuanceForced(Balance(1_000_050), Balance(1_000_030)),
    ]


def test_the_issuance_does_not_change_by_nothing_nor_fall_below_what_is_inactive() -> None:
    world = new_world()
    world.balances.inactive_issuance.put(Balance(999_990))
    by_nothing = call("Balances", "force_adjust_total_issuance", AdjustmentDirection.Decrease, 0)
    too_low = call("Balances", "force_adjust_total_issuance", AdjustmentDirection.Decrease, 11)

    assert refusal(world, lambda: world.dispatch(by_nothing, Root())) is Error.DeltaZero
    assert refusal(world, lambda: world.dispatch(too_low, Root())) is Error.IssuanceDeactivated


def test_issuing_and_rescinding_stop_at_the_bounds() -> None:
    world = new_world()

    credit = world.balances.issue(Balance(U128_MAX))
    debt = world.balances.rescind(Balance(7))

    assert (credit, debt) == (U128_MAX - 1_000_000, 7)
    assert world.balances.total_issuance.get() == U128_MAX - 7
