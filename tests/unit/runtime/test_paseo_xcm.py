"""How the relay chain runs XCM: whom it trusts with what, and who pays.

Upstream: paseo-network/runtimes relay/paseo/src/xcm_config.rs
"""

from __future__ import annotations

import pytest

from node.rpc.ss58 import account
from pallets.balances_items import Deposit, Withdraw
from pallets.relay.hrmp_items import HrmpChannelForceOpened, OpenChannelRequested
from pallets.transaction_payment import TREASURY
from pallets.xcm_pallet_items import Xcm as XcmOrigin
from primitives.errors import BadOrigin, Defect, DispatchError
from primitives.ids import AccountId, Balance, ParaId, sovereign_account
from primitives.origin import NoOrigin, Origin, Root, Signed
from primitives.origin import Parachain as ParachainOrigin
from primitives.pallet import RuntimeCall
from primitives.record import Record
from primitives.scale.errors import DecodeError
from primitives.weights import ZERO_WEIGHT, Weight
from runtime import paseo_xcm
from runtime.paseo_weights import weight_to_fee
from runtime.paseo_xcm import ASSET_HUB, COLLECTIVES, PASSET_HUB
from runtime.xcm_calls import RuntimeCalls
from tests.support.blocks import remark, sudo
from tests.support.worlds import ALICE, World, relay_world
from tests.support.xcm_world import MESSAGE_ID
from xcm import errors
from xcm.accounts import account_location
from xcm.asset import Asset, Fungible
from xcm.errors import Complete, Incomplete, InstructionError
from xcm.executor import Executed
from xcm.filters import All, Wild
from xcm.instructions import (
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    DescendOrigin,
    RefundSurplus,
    SetTopic,
    Transact,
    Trap,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import (
    AccountId32,
    Administration,
    BodyId,
    ByGenesis,
    Parachain,
    Plurality,
    Polkadot,
    Technical,
    Treasury,
    Voice,
)
from xcm.location import HERE, PARENT, Location
from xcm.program import Instruction
from xcm.reports import ExpectTransactStatus, QueryResponse, SubscribeVersion
from xcm.responses import Success, Version
from xcm.terms import OriginKind, Unlimited
from xcm.weigher import MAX_WEIGHT

A, SYSTEM = ParaId(2000), ParaId(1500)
AT_A, AT_SYSTEM = Location(0, (Parachain(A),)), Location(0, (Parachain(SYSTEM),))
UNPAID = UnpaidExecution(Unlimited(), None)
UNIT = 10**10


def some(amount: int) -> Asset:
    return Asset(HERE, Fungible(amount))


PAY = (WithdrawAsset((some(UNIT),)), BuyExecution(some(UNIT), Unlimited()))


@pytest.fixture
def world() -> World:
    return relay_world((A, SYSTEM), balance=100 * UNIT)


def run(world: World, origin: Location, *program: Instruction, credit: Weight = ZERO_WEIGHT) -> Executed:
    return world.relay.xcm.executor.prepare_and_execute(origin, program, MESSAGE_ID, MAX_WEIGHT, credit)


# ------------------------------------------------------------------------------------------ who is let in


def is_let_in(executed: Executed) -> bool:
    match executed.outcome:
        case Incomplete(error=InstructionError(_, errors.Barrier())):
            return False
        case _:
            return True


def test_whoever_pays_is_let_in(world: World) -> None:
    assert is_let_in(run(world, AT_A, *PAY, ClearOrigin()))
    assert is_let_in(run(world, Location(2, (Parachain(7),)), *PAY))
    assert not is_let_in(run(world, AT_A, ClearOrigin()))


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        (AT_SYSTEM, True),
        (AT_A, False),
        (Location(0, (*COLLECTIVES.interior, Plurality(Technical(), Voice()))), True),
        (Location(0, (*ASSET_HUB.interior, Plurality(Administration(), Voice()))), True),
        (Location(0, (Plurality(Technical(), Voice()),)), False),
        (HERE, False),
        (PARENT, False),
    ],
)
def test_system_chains_fellows_and_bodies_of_asset_hub_need_not_pay(
    world: World,
    origin: Location,
    let_in: bool,  # noqa: FBT001 - a row of a table
) -> None:
    assert is_let_in(run(world, origin, UNPAID)) is let_in


def test_bodies_count_where_the_origin_becomes_one_first(world: World) -> None:
    assert is_let_in(run(world, COLLECTIVES, DescendOrigin((Plurality(Technical(), Voice()),)), UNPAID))
    assert not is_let_in(run(world, AT_A, DescendOrigin((Plurality(Technical(), Voice()),)), UNPAID))


def test_parachains_may_ask_for_versions_and_nobody_else(world: World) -> None:
    ask = SubscribeVersion(0, ZERO_WEIGHT)
    assert is_let_in(run(world, AT_A, ask))
    assert not is_let_in(run(world, account_location(ALICE), ask))


def test_answers_that_nobody_waits_for_are_not_let_in(world: World) -> None:
    assert not is_let_in(run(world, AT_A, QueryResponse(0, Version(5), ZERO_WEIGHT, None)))


def test_what_is_paid_for_already_is_let_in(world: World) -> None:
    assert is_let_in(run(world, account_location(ALICE), ClearOrigin(), credit=Weight(950_000, 0)))
    assert not is_let_in(run(world, account_location(ALICE), ClearOrigin(), credit=Weight(949_999, 0)))


def test_a_topic_at_the_end_is_the_message_s_id(world: World) -> None:
    topic = bytes([4]) * 32
    assert run(world, AT_SYSTEM, UNPAID, SetTopic(topic)).message_id == topic


def test_a_program_that_is_not_let_in_costs_all_its_weight(world: World) -> None:
    refused = InstructionError(0, errors.Barrier())
    assert run(world, AT_A, ClearOrigin(), ClearOrigin()).outcome == Incomplete(Weight(1_900_000, 0), refused)


# --------------------------------------------------------------------------------------------- who is who


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (AT_A, sovereign_account(A)),
        (account_location(ALICE), ALICE),
        (account_location(ALICE, Polkadot()), ALICE),
        (account_location(ALICE, ByGenesis(bytes(32))), None),
        (
            Location(0, (Parachain(1111), Plurality(Treasury(), Voice()))),
            account("5GenE4vJgHvwYVcD6b4nBvH5HNY4pzpVHWoqwFpNMFT7a2oX"),
        ),
        (HERE, None),
    ],
)
def test_places_have_accounts(location: Location, expected: AccountId | None) -> None:
    assert paseo_xcm.SOVEREIGN_ACCOUNT_OF(location) == expected


@pytest.mark.parametrize(
    ("location", "kind", "origin"),
    [
        (AT_A, OriginKind.SovereignAccount, Signed(sovereign_account(A))),
        (AT_A, OriginKind.Native, ParachainOrigin(A)),
        (account_location(ALICE), OriginKind.Native, Signed(ALICE)),
        (AT_A, OriginKind.Xcm, XcmOrigin(AT_A)),
        (ASSET_HUB, OriginKind.Superuser, Root()),
        (AT_SYSTEM, OriginKind.Superuser, None),
        (HERE, OriginKind.Superuser, None),
    ],
)
def test_places_make_calls_as_what_they_are(
    location: Location, kind: OriginKind, origin: Origin | None
) -> None:
    assert paseo_xcm.convert_origin(XcmOrigin)(location, kind) == origin


def test_a_call_that_a_place_may_not_make_that_way_fails_the_program(world: World) -> None:
    call = Transact(OriginKind.Superuser, None, bytes.fromhex("000000"))
    outcome = run(world, AT_SYSTEM, UNPAID, call).outcome
    assert isinstance(outcome, Incomplete)
    assert outcome.error == InstructionError(1, errors.BadOrigin())


@pytest.mark.parametrize("ensure", [paseo_xcm.EXECUTE_ORIGIN, paseo_xcm.SEND_ORIGIN], ids=["execute", "send"])
def test_accounts_act_for_themselves_and_root_for_the_chain(ensure: object) -> None:
    assert callable(ensure)
    assert ensure(Signed(ALICE)) == Location(0, (AccountId32(Polkadot(), ALICE),))
    assert ensure(Root()) == HERE
    for origin in (NoOrigin(), ParachainOrigin(A)):
        with pytest.raises(DispatchError) as refused:
            ensure(origin)
        assert refused.value.error == BadOrigin()


def test_a_queue_that_is_none_of_parachains_has_no_sender() -> None:
    with pytest.raises(Defect):
        paseo_xcm.upward_origin(Record())


def test_the_token_is_teleported_to_and_from_some_system_chains() -> None:
    assert paseo_xcm.IS_TELEPORTER(some(1), ASSET_HUB)
    assert paseo_xcm.IS_TELEPORTER(some(1), PASSET_HUB)
    assert not paseo_xcm.IS_TELEPORTER(some(1), AT_SYSTEM)
    assert not paseo_xcm.IS_TELEPORTER(Asset(PARENT, Fungible(1)), ASSET_HUB)


@pytest.mark.parametrize(
    ("place", "waived"),
    [
        (HERE, True),
        (AT_SYSTEM, True),
        (Location(0, (Plurality(Technical(), Voice()),)), True),
        (AT_A, False),
        (account_location(ALICE), False),
    ],
)
def test_the_chain_its_bodies_and_system_chains_send_for_nothing(
    place: Location,
    waived: bool,  # noqa: FBT001 - a row of a table
) -> None:
    assert paseo_xcm.WAIVED(place) is waived


# --------------------------------------------------------------------------------------------- who is paid

AUTHOR = AccountId(b"author".ljust(32, b"."))


def balances_told(world: World) -> list[Record]:
    return [each for each in world.events("Balances") if isinstance(each, Deposit | Withdraw)]


def test_what_is_paid_for_weight_goes_to_the_author_when_the_program_is_over(world: World) -> None:
    world.relay.authorship.author_.put(AUTHOR)
    world.endow(AUTHOR, UNIT)
    world.events()

    outcome = run(world, AT_A, *PAY, RefundSurplus(), DepositAsset(Wild(All()), AT_A)).outcome

    assert isinstance(outcome, Complete)
    price = weight_to_fee(outcome.used)
    assert balances_told(world) == [
        Withdraw(sovereign_account(A), Balance(UNIT)),
        Deposit(sovereign_account(A), Balance(UNIT - price)),
        Deposit(AUTHOR, Balance(price)),
    ]


def test_without_an_author_what_is_paid_is_burnt(world: World) -> None:
    issued = world.balances.total_issuance.get()
    outcome = run(world, AT_A, *PAY, DepositAsset(Wild(All()), AT_A)).outcome

    assert isinstance(outcome, Complete)
    assert issued - world.balances.total_issuance.get() == weight_to_fee(outcome.used)


def test_what_is_left_over_is_still_issued(world: World) -> None:
    world.relay.authorship.author_.put(AUTHOR)
    world.endow(AUTHOR, UNIT)
    issued = world.balances.total_issuance.get()

    run(world, AT_A, *PAY, Trap(1))

    assert world.balances.total_issuance.get() == issued


def test_the_treasury_is_paid_for_sending(world: World) -> None:
    before = world.balances.free_balance(TREASURY)
    executor = world.relay.xcm.executor

    executor.charge_fees(AT_A, (some(3 * UNIT),))
    executor.charge_fees(AT_SYSTEM, (some(3 * UNIT),))

    assert world.balances.free_balance(TREASURY) - before == 3 * UNIT


# ---------------------------------------------------------------------------------------------- its calls


def encoded(world: World, call: RuntimeCall) -> bytes:
    return bytes(world.relay.wire().codec(RuntimeCall).encode(call))


def test_a_parachain_asks_for_a_channel_by_a_program(world: World) -> None:
    call = encoded(world, RuntimeCall("Hrmp", "hrmp_init_open_channel", (SYSTEM, 2, 8)))

    outcome = run(world, AT_A, *PAY, Transact(OriginKind.Native, None, call)).outcome

    assert isinstance(outcome, Complete)
    assert world.events("Hrmp") == [OpenChannelRequested(A, SYSTEM, 2, 8)]


def of_asset_hub(body: BodyId) -> Location:
    return Location(0, (Parachain(1000), Plurality(body, Voice())))


def force_open(world: World) -> tuple[Instruction, ...]:
    forced = RuntimeCall("Hrmp", "force_open_hrmp_channel", (A, SYSTEM, 2, 8))
    return UNPAID, Transact(OriginKind.Xcm, None, encoded(world, forced)), ExpectTransactStatus(Success())


def test_governance_on_asset_hub_forces_a_channel_open(world: World) -> None:
    outcome = run(world, of_asset_hub(Administration()), *force_open(world)).outcome

    assert isinstance(outcome, Complete)
    assert world.events("Hrmp") == [HrmpChannelForceOpened(A, SYSTEM, 2, 8)]


@pytest.mark.parametrize("place", [of_asset_hub(Treasury()), AT_SYSTEM, ASSET_HUB])
def test_nobody_else_does_so_by_a_program(world: World, place: Location) -> None:
    outcome = run(world, place, *force_open(world)).outcome

    assert isinstance(outcome, Incomplete)
    assert outcome.error == InstructionError(2, errors.ExpectationFalse())
    assert world.events("Hrmp") == []


def batch(*calls: RuntimeCall) -> RuntimeCall:
    return RuntimeCall("Utility", "batch", (calls,))


def test_weight_that_a_call_did_not_use_is_not_used_by_the_program(world: World) -> None:
    forbidden = sudo(remark())
    both = Transact(OriginKind.SovereignAccount, None, encoded(world, batch(forbidden, remark())))
    one = Transact(OriginKind.SovereignAccount, None, encoded(world, batch(forbidden)))

    assert run(world, AT_SYSTEM, UNPAID, both).outcome == run(world, AT_SYSTEM, UNPAID, one).outcome


@pytest.mark.parametrize(("levels", "reads"), [(8, True), (9, False)])
def test_calls_in_programs_are_nested_no_deeper_than_programs_are(
    world: World,
    levels: int,
    reads: bool,  # noqa: FBT001 - a row of a table
) -> None:
    call, calls = remark(b""), RuntimeCalls(world.relay)
    for _ in range(levels):
        call = batch(call)

    if reads:
        assert calls.decode(encoded(world, call)) == call
    else:
        with pytest.raises(DecodeError, match="8 levels of calls"):
            calls.decode(encoded(world, call))


def test_a_call_takes_all_its_bytes(world: World) -> None:
    with pytest.raises(DecodeError):
        RuntimeCalls(world.relay).decode(encoded(world, remark()) + b"\x00")
