"""How the parachain runs XCM: whom it trusts with what, who pays, and how programs leave.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/xcm_config.rs
"""

from __future__ import annotations

import pytest

from pallets.balances_items import Deposit, Held, RuntimeHoldReason, Withdraw
from pallets.message_queue_items import Overweight
from pallets.para.collator_selection import STAKING_POT
from pallets.para.cumulus_xcm import Relay, SiblingParachain
from pallets.para.message_origin import Parent, Sibling
from pallets.para.sibling_queues import sibling
from pallets.transaction_payment import TREASURY
from pallets.xcm_pallet_items import Xcm as XcmOrigin
from primitives.errors import BadOrigin, DispatchError
from primitives.ids import AccountId, Balance, Hash, ParaId
from primitives.origin import Origin, Root, Signed
from primitives.pallet import RuntimeCall
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.weights import ZERO_WEIGHT, Weight, WeightMeter
from runtime.bulletin import MAX_BLOCK
from runtime.bulletin_trust import ACCOUNT_OF, ASSET_HUB, EXECUTE_ORIGIN, PEOPLE, SEND_ORIGIN, waived
from runtime.bulletin_weights import weight_to_fee
from tests.support.bulletin_world import ALICE, BOB, US, BulletinWorld
from tests.support.xcm_world import MESSAGE_ID
from xcm import errors
from xcm.accounts import account_location
from xcm.asset import Asset, Fungible
from xcm.errors import Complete, Incomplete, InstructionError, SendError
from xcm.failures import NotSent
from xcm.filters import All, Wild
from xcm.instructions import (
    AliasOrigin,
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    SetTopic,
    Transact,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import AccountId32, ByGenesis, Parachain, Plurality, Polkadot, Technical, Voice
from xcm.location import HERE, PARENT, Location
from xcm.program import Xcm
from xcm.reports import HrmpChannelAccepted, QueryResponse, SubscribeVersion
from xcm.responses import Version
from xcm.terms import OriginKind, Unlimited
from xcm.versions import XCM_VERSION, VersionedLocation, encode_versioned_xcm
from xcm.weigher import MAX_WEIGHT

BRIDGE_HUB, STRANGER = sibling(ParaId(1002)), sibling(ParaId(2000))
UNIT = 10**10
UNPAID = UnpaidExecution(Unlimited(), None)

GOVERNING = bytes.fromhex("e4ca11e8d12eccfe3dab041373c07329")
AUTHORIZING = bytes.fromhex("a706d07ae49acd4c2b612b4c5acf7841")
IDS = codec(tuple[U32, ...])


def some(amount: int) -> Asset:
    return Asset(PARENT, Fungible(amount))


PAY: Xcm = (WithdrawAsset((some(UNIT),)), BuyExecution(some(UNIT), Unlimited()))


@pytest.fixture
def world() -> BulletinWorld:
    made = BulletinWorld()
    made.para.polkadot_xcm.safe_xcm_version.put(XCM_VERSION)
    for place in (STRANGER, ASSET_HUB, PARENT):
        made.endow(account_of(place), 100 * UNIT)
    return made


def account_of(place: Location) -> AccountId:
    account = ACCOUNT_OF(place)
    assert account is not None
    return account


# ------------------------------------------------------------------------------------------ who is let in


def test_whoever_pays_is_let_in(world: BulletinWorld) -> None:
    assert world.is_let_in(STRANGER, *PAY)
    assert not world.is_let_in(STRANGER, ClearOrigin())


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        (PARENT, True),
        (Location(1, (Plurality(Technical(), Voice()),)), True),
        (ASSET_HUB, True),
        (PEOPLE, True),
        (BRIDGE_HUB, False),
        (STRANGER, False),
        (Location(1, (*ASSET_HUB.interior, Plurality(Technical(), Voice()))), False),
        (Location(1, (Parachain(2000), Parachain(1000))), False),
        (HERE, False),
        (account_location(ALICE), False),
    ],
)
def test_the_relay_chain_its_bodies_asset_hub_and_people_need_not_pay(
    world: BulletinWorld,
    origin: Location,
    let_in: bool,  # noqa: FBT001 - a row of a table
) -> None:
    assert world.is_let_in(origin, UNPAID) is let_in


@pytest.mark.parametrize("key", [GOVERNING, AUTHORIZING])
def test_root_says_which_siblings_need_not_pay(world: BulletinWorld, key: bytes) -> None:
    def entrust(*ids: int) -> None:
        written = ((key, IDS.encode(ids)),)
        world.para.dispatch(RuntimeCall("System", "set_storage", (written,)), Root())

    entrust(2000, 3000)
    assert world.is_let_in(STRANGER, UNPAID)
    assert world.is_let_in(sibling(ParaId(3000)), UNPAID)
    assert world.is_let_in(ASSET_HUB if key == GOVERNING else PEOPLE, UNPAID) is False

    entrust()
    assert not world.is_let_in(STRANGER, UNPAID)


def test_only_those_that_govern_call_as_root(world: BulletinWorld) -> None:
    convert = world.para.xcm.convert_origin
    world.para.state.set(GOVERNING, IDS.encode((2000,)))
    assert convert(STRANGER, OriginKind.Superuser) == Root()
    assert convert(ASSET_HUB, OriginKind.Superuser) is None


def test_the_relay_chain_and_siblings_may_ask_for_versions_and_nobody_else(world: BulletinWorld) -> None:
    ask = SubscribeVersion(0, ZERO_WEIGHT)
    assert world.is_let_in(PARENT, ask)
    assert world.is_let_in(STRANGER, ask)
    assert not world.is_let_in(account_location(ALICE), ask)


def test_answers_that_nobody_waits_for_are_not_let_in(world: BulletinWorld) -> None:
    assert not world.is_let_in(STRANGER, QueryResponse(0, Version(5), ZERO_WEIGHT, None))


def test_news_of_channels_weigh_too_much_to_be_run(world: BulletinWorld) -> None:
    news = encode_versioned_xcm(XCM_VERSION, (HrmpChannelAccepted(2000),))
    whole_block = WeightMeter(MAX_BLOCK)
    outcome = world.para.process_message(news, Parent(), whole_block, Hash(MESSAGE_ID))
    assert outcome.result == Overweight(MAX_WEIGHT)


# --------------------------------------------------------------------------------------------- who is who


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (PARENT, AccountId(b"Parent".ljust(32, b"\x00"))),
        (STRANGER, AccountId((b"sibl" + (2000).to_bytes(4, "little")).ljust(32, b"\x00"))),
        (account_location(ALICE), ALICE),
        (account_location(ALICE, Polkadot()), ALICE),
        (account_location(ALICE, ByGenesis(bytes(32))), None),
        (HERE, None),
    ],
)
def test_places_have_accounts(location: Location, expected: AccountId | None) -> None:
    assert ACCOUNT_OF(location) == expected


def test_accounts_elsewhere_have_an_account_of_their_own_here() -> None:
    abroad = Location(1, (Parachain(2000), AccountId32(None, ALICE)))
    assert ACCOUNT_OF(abroad) not in {None, ALICE, ACCOUNT_OF(Location(1, (AccountId32(None, ALICE),)))}


@pytest.mark.parametrize(
    ("location", "kind", "origin"),
    [
        (ASSET_HUB, OriginKind.Superuser, Root()),
        (PEOPLE, OriginKind.Superuser, None),
        (PARENT, OriginKind.Superuser, None),
        (PARENT, OriginKind.Native, Relay()),
        (STRANGER, OriginKind.Native, SiblingParachain(ParaId(2000))),
        (account_location(ALICE), OriginKind.Native, Signed(ALICE)),
        (PARENT, OriginKind.SovereignAccount, Signed(AccountId(b"Parent".ljust(32, b"\x00")))),
        (STRANGER, OriginKind.Xcm, XcmOrigin(STRANGER)),
        (HERE, OriginKind.SovereignAccount, None),
    ],
)
def test_places_make_calls_as_what_they_are(
    world: BulletinWorld, location: Location, kind: OriginKind, origin: Origin | None
) -> None:
    assert world.para.xcm.convert_origin(location, kind) == origin


def test_accounts_run_programs_as_themselves_but_only_root_sends_any() -> None:
    assert EXECUTE_ORIGIN(Signed(ALICE)) == Location(0, (AccountId32(Polkadot(), ALICE),))
    assert EXECUTE_ORIGIN(Root()) == HERE
    assert SEND_ORIGIN(Root()) == HERE
    with pytest.raises(DispatchError) as refused:
        SEND_ORIGIN(Signed(ALICE))
    assert refused.value.error == BadOrigin()


@pytest.mark.parametrize(
    ("place", "free"),
    [
        (HERE, True),
        (PARENT, True),
        (ASSET_HUB, True),
        (BRIDGE_HUB, True),
        (sibling(US), False),
        (STRANGER, False),
        (account_location(ALICE), False),
    ],
)
def test_the_chain_the_relay_chain_and_other_system_chains_send_for_nothing(
    place: Location,
    free: bool,  # noqa: FBT001 - a row of a table
) -> None:
    assert waived(US)(place) is free


# ------------------------------------------------------------------------------------ speaking for others


def of(chain: Location, who: AccountId) -> Location:
    return Location(1, (*chain.interior, AccountId32(None, who)))


@pytest.mark.parametrize(
    ("origin", "target", "may"),
    [
        (ASSET_HUB, account_location(ALICE), True),
        (ASSET_HUB, STRANGER, True),
        (STRANGER, of(STRANGER, ALICE), True),
        (STRANGER, account_location(ALICE), False),
        (of(BRIDGE_HUB, ALICE), account_location(ALICE), True),
        (of(BRIDGE_HUB, ALICE), account_location(BOB), False),
        (of(STRANGER, ALICE), account_location(ALICE), False),
        (PARENT, account_location(ALICE), False),
    ],
)
def test_some_may_speak_for_others(
    world: BulletinWorld,
    origin: Location,
    target: Location,
    may: bool,  # noqa: FBT001 - a row of a table
) -> None:
    assert world.para.xcm.executor.config.aliasers(origin, target) is may


def test_an_account_lets_another_place_speak_for_it_for_a_deposit(world: BulletinWorld) -> None:
    world.endow(ALICE, 10 * UNIT)
    speaker = of(STRANGER, BOB)

    call = RuntimeCall("PolkadotXcm", "add_authorized_alias", (VersionedLocation(XCM_VERSION, speaker), None))
    world.para.dispatch(call, Signed(ALICE))

    assert world.para.xcm.executor.config.aliasers(speaker, account_location(ALICE))
    deposit = Balance(UNIT // 5 + 611 * UNIT // 100_000)
    assert Held(RuntimeHoldReason(31, 0), ALICE, deposit) in world.events()


def test_one_that_may_not_speak_for_another_fails(world: BulletinWorld) -> None:
    outcome = world.run(PARENT, UNPAID, AliasOrigin(account_location(ALICE)))
    assert isinstance(outcome, Incomplete)
    assert outcome.error == InstructionError(1, errors.NoPermission())


# ------------------------------------------------------------------------------------------- assets and fees


def test_the_token_is_teleported_to_and_from_the_relay_chain_and_system_chains(world: BulletinWorld) -> None:
    config = world.para.xcm.executor.config
    assert config.is_teleporter(some(1), PARENT)
    assert config.is_teleporter(some(1), BRIDGE_HUB)
    assert not config.is_teleporter(some(1), STRANGER)
    assert not config.is_teleporter(Asset(HERE, Fungible(1)), PARENT)
    assert not config.is_reserve(some(1), PARENT)


def test_what_is_paid_for_weight_goes_to_the_collators_pot(world: BulletinWorld) -> None:
    world.endow(STAKING_POT, UNIT)

    outcome = world.run(STRANGER, *PAY, DepositAsset(Wild(All()), STRANGER))

    assert isinstance(outcome, Complete)
    price = weight_to_fee(outcome.used)
    assert [each for each in world.events() if isinstance(each, Deposit | Withdraw)] == [
        Withdraw(account_of(STRANGER), Balance(UNIT)),
        Deposit(account_of(STRANGER), Balance(UNIT - price)),
        Deposit(STAKING_POT, price),
    ]


def test_proof_costs_what_it_costs_where_time_would_cost_less() -> None:
    assert weight_to_fee(Weight(125_000_000, 0)) == 1_000_000
    assert weight_to_fee(Weight(125_000_000, 100)) == 1_000_000
    assert weight_to_fee(Weight(125_000_000, 101)) == 1_010_000


def test_the_treasury_is_paid_for_sending(world: BulletinWorld) -> None:
    executor = world.para.xcm.executor
    executor.charge_fees(STRANGER, (some(3 * UNIT),))
    executor.charge_fees(ASSET_HUB, (some(3 * UNIT),))
    assert world.balance(TREASURY) == 3 * UNIT


def test_too_little_for_a_new_account_is_trapped(world: BulletinWorld) -> None:
    price = weight_to_fee(Weight(940_144_000, 25_151))
    little = some(price + UNIT // 10 - 1)
    program = (
        WithdrawAsset((little,)),
        BuyExecution(little, Unlimited()),
        DepositAsset(Wild(All()), account_location(BOB)),
    )
    outcome = world.run(STRANGER, *program)

    assert isinstance(outcome, Incomplete)
    assert outcome.error == InstructionError(2, errors.FailedToTransactAsset())
    assert (
        sum(
            world.para.polkadot_xcm.asset_traps[key] for key, _ in world.para.polkadot_xcm.asset_traps.items()
        )
        == 1
    )


# ---------------------------------------------------------------------------------------------------- sending


def test_a_message_across_costs_by_its_length_with_the_topic(world: BulletinWorld) -> None:
    _, bare = world.para.xcm.router.validate(STRANGER, (ClearOrigin(),))
    _, longer = world.para.xcm.router.validate(STRANGER, (ClearOrigin(), SetTopic(bytes(32))))
    # A count, the instruction, and the topic behind its own byte.
    assert bare == longer == (some(3 * UNIT // 100 + 35 * 50_000),)


@pytest.mark.parametrize(
    ("destination", "reason"),
    [
        (PARENT, SendError.Transport),
        (Location(2, ()), SendError.NotApplicable),
        (account_location(ALICE), SendError.NotApplicable),
    ],
)
def test_messages_leave_up_and_across_only(
    world: BulletinWorld, destination: Location, reason: SendError
) -> None:
    """The relay chain's limits are not known before the first block."""
    with pytest.raises(NotSent) as refused:
        world.para.xcm.router.validate(destination, (ClearOrigin(),))
    assert refused.value.reason is reason


# ------------------------------------------------------------------------------------------------- its queues


def test_what_governs_us_goes_on_while_siblings_have_to_wait(world: BulletinWorld) -> None:
    world.para.dispatch(RuntimeCall("XcmpQueue", "suspend_xcm_execution", ()), Root())
    paused = world.para.message_queue.is_paused
    assert not paused(Sibling(ParaId(1000)))
    assert paused(Sibling(ParaId(1004)))
    assert not paused(Parent())


def test_a_sibling_that_governs_us_makes_calls_as_root(world: BulletinWorld) -> None:
    suspend = world.encoded(RuntimeCall("XcmpQueue", "suspend_xcm_execution", ()))
    outcome = world.run(ASSET_HUB, UNPAID, Transact(OriginKind.Superuser, None, suspend))
    assert isinstance(outcome, Complete)
    assert world.para.channels.queue_suspended.get()
