"""Instructions that move assets to other chains: what happens here, what is told there, who pays."""

from __future__ import annotations

import pytest

from tests.support.xcm_world import ALICE, BOB, MESSAGE_ID, SIBLING, World, some, units
from xcm import errors
from xcm.asset import Assets
from xcm.errors import Complete, Incomplete, Outcome, SendError
from xcm.filters import All, Definite, ReserveDeposit, ReserveWithdraw, Teleport, Wild
from xcm.holding import Holding
from xcm.instructions import (
    AliasOrigin,
    ClearOrigin,
    DepositAsset,
    PayFees,
    ReceiveTeleportedAsset,
    RefundSurplus,
    ReserveAssetDeposited,
    SetFeesMode,
    SetTopic,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import GeneralIndex, OnlyChild, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import (
    DepositReserveAsset,
    InitiateReserveWithdraw,
    InitiateTeleport,
    InitiateTransfer,
    Instruction,
    TransferReserveAsset,
    Xcm,
)
from xcm.terms import Unlimited
from xcm.traits import FeeReason

TOPIC = SetTopic(MESSAGE_ID)
"""What is put behind a message that has no topic of its own."""

WITHDRAW = WithdrawAsset((some(100),))
DEPOSIT_THERE = DepositAsset(Wild(All()), Location(0, (GeneralIndex(1),)))
ALL = Wild(All())


def why(outcome: Outcome) -> errors.Error:
    assert isinstance(outcome, Incomplete)
    return outcome.error.error


def rich(**config: object) -> World:
    world = World(**config)
    world.give(ALICE, some(100))
    return world


def there(amount: int) -> Assets:
    """The relay chain's asset as the relay chain names it."""
    return (some(amount, HERE),)


def told(world: World) -> Xcm:
    (message,) = (message for _, message in world.sent)
    return message


def test_a_reserve_transfer_moves_assets_between_accounts_here() -> None:
    world = rich()

    outcome = world.run(ALICE, TransferReserveAsset((some(60),), SIBLING, (DEPOSIT_THERE,)))

    assert outcome == Complete(units(1))
    assert (world.has(ALICE), world.has(SIBLING)) == ((some(40),), (some(60),))
    assert world.sent == [
        (SIBLING, (ReserveAssetDeposited((some(60),)), ClearOrigin(), DEPOSIT_THERE, TOPIC))
    ]
    assert world.told == [("sent", ALICE, SIBLING, MESSAGE_ID)]


def test_a_reserve_transfer_that_cannot_be_named_there_fails() -> None:
    deep = Location(0, (OnlyChild(),) * 8)
    world = World()
    world.give(ALICE, some(5, deep))

    assert why(world.run(ALICE, TransferReserveAsset((some(5, deep),), SIBLING, ()))) == errors.LocationFull()
    assert world.has(ALICE) == (some(5, deep),)


@pytest.mark.parametrize(
    ("instruction", "dest", "announced", "deposited"),
    [
        (
            DepositReserveAsset(ALL, SIBLING, (DEPOSIT_THERE,)),
            SIBLING,
            ReserveAssetDeposited((some(100),)),
            1,
        ),
        (InitiateReserveWithdraw(ALL, SIBLING, (DEPOSIT_THERE,)), SIBLING, WithdrawAsset((some(100),)), 0),
        (InitiateTeleport(ALL, PARENT, (DEPOSIT_THERE,)), PARENT, ReceiveTeleportedAsset(there(100)), 0),
    ],
)
def test_assets_travel_from_holding(
    instruction: Instruction, dest: Location, announced: Instruction, deposited: int
) -> None:
    world = rich()

    assert world.run(ALICE, WITHDRAW, instruction) == Complete(units(2))
    assert world.sent == [(dest, (announced, ClearOrigin(), DEPOSIT_THERE, TOPIC))]
    assert world.has(dest) == (some(100),) * deposited
    assert world.burnt == [some(100)] * (1 - deposited)


@pytest.mark.parametrize(
    ("instruction", "error"),
    [
        (InitiateReserveWithdraw(ALL, PARENT, ()), errors.UntrustedReserveLocation()),
        (InitiateTeleport(ALL, SIBLING, ()), errors.UntrustedTeleportLocation()),
    ],
)
def test_assets_travel_only_to_who_is_trusted_with_them(
    instruction: Instruction, error: errors.Error
) -> None:
    world = rich()

    assert why(world.run(ALICE, WITHDRAW, instruction)) == error
    assert world.sent == []
    assert world.trapped == [(ALICE, (some(100),))]


def test_a_teleport_is_checked_before_anything_is_gone() -> None:
    world = rich()
    world.teleports_possible = False

    assert why(world.run(ALICE, WITHDRAW, InitiateTeleport(ALL, PARENT, ()))) == errors.NotDepositable()
    assert world.trapped == [(ALICE, (some(100),))]


def test_what_the_reserve_cannot_name_stays_in_holding() -> None:
    deep = Location(0, (OnlyChild(),) * 8)
    world = rich()
    world.give(ALICE, some(5, deep))

    outcome = world.run(
        ALICE, WithdrawAsset((some(100), some(5, deep))), InitiateReserveWithdraw(ALL, SIBLING, ())
    )

    assert isinstance(outcome, Complete)
    assert told(world)[0] == WithdrawAsset((some(100),))
    assert world.trapped == [(ALICE, (some(5, deep),))]


# -------------------------------------------------------------------------------------------- who pays


@pytest.mark.parametrize(
    ("instruction", "announced", "reason"),
    [
        (
            DepositReserveAsset(ALL, SIBLING, ()),
            ReserveAssetDeposited((some(93),)),
            FeeReason.DepositReserveAsset,
        ),
        (
            InitiateReserveWithdraw(ALL, SIBLING, ()),
            WithdrawAsset((some(93),)),
            FeeReason.InitiateReserveWithdraw,
        ),
        (
            InitiateTeleport(ALL, PARENT, ()),
            ReceiveTeleportedAsset(there(93)),
            FeeReason.InitiateTeleport,
        ),
    ],
)
def test_the_fee_for_sending_is_taken_from_what_travels(
    instruction: Instruction, announced: Instruction, reason: FeeReason
) -> None:
    world = rich()
    world.delivery_price = (some(7),)

    assert world.run(ALICE, WITHDRAW, instruction) == Complete(units(2))
    assert told(world)[0] == announced
    assert world.fees == [(Holding((some(7),)), reason)]


def test_the_fee_is_taken_from_what_was_set_aside_for_fees() -> None:
    world = rich()
    world.delivery_price = (some(7),)

    world.run(ALICE, WITHDRAW, PayFees(some(50)), DepositReserveAsset(ALL, SIBLING, ()))

    assert told(world)[0] == ReserveAssetDeposited((some(50),))
    assert world.fees == [(Holding((some(7),)), FeeReason.DepositReserveAsset)]
    assert world.trapped == [(ALICE, (some(13),))]


def test_fees_that_come_back_too_early_are_not_there_for_sending() -> None:
    """What came back is deposited, and nothing is set aside any more."""
    world = rich()
    world.delivery_price = (some(7),)
    early = (PayFees(some(50)), RefundSurplus(), DepositAsset(ALL, BOB))
    send = DepositReserveAsset(ALL, SIBLING, ())

    assert why(world.run(ALICE, WITHDRAW, *early, send)) == errors.NotHoldingFees()
    assert world.sent == []


def test_the_fee_is_taken_from_the_account_if_the_program_says_so() -> None:
    world = rich()
    world.give(ALICE, some(20))
    world.delivery_price = (some(7),)
    deposit = DepositReserveAsset(ALL, SIBLING, ())

    world.run(ALICE, WITHDRAW, SetFeesMode(jit_withdraw=True), deposit)
    nobody = world.run(ALICE, SetFeesMode(jit_withdraw=True), ClearOrigin(), deposit)

    assert told(world)[0] == ReserveAssetDeposited((some(100),))
    assert world.has(ALICE) == (some(13),)
    assert why(nobody) == errors.BadOrigin()


def test_who_need_not_pay_finds_the_fee_in_holding_again() -> None:
    world = rich()
    world.delivery_price, world.waived = (some(7),), {ALICE}

    world.run(ALICE, WITHDRAW, DepositReserveAsset(ALL, SIBLING, ()))

    assert told(world)[0] == ReserveAssetDeposited((some(93),))
    assert (world.fees, world.trapped) == ([], [(ALICE, (some(7),))])


def test_without_the_fee_nothing_is_sent_and_everything_is_undone() -> None:
    world = rich()
    world.delivery_price = (some(101),)

    outcome = world.run(ALICE, WITHDRAW, DepositReserveAsset(ALL, SIBLING, ()))

    assert why(outcome) == errors.NotHoldingFees()
    assert (world.sent, world.has(SIBLING)) == ([], ())
    assert world.trapped == [(ALICE, (some(100),))]


# -------------------------------------------------------------------------------------------- sending


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        (SendError.NotApplicable, errors.Unroutable()),
        (SendError.Unroutable, errors.Unroutable()),
        (SendError.MissingArgument, errors.Unroutable()),
        (SendError.Transport, errors.Transport()),
        (SendError.DestinationUnsupported, errors.DestinationUnsupported()),
        (SendError.ExceedsMaxMessageSize, errors.ExceedsMaxMessageSize()),
        (SendError.Fees, errors.FeesNotMet()),
    ],
)
def test_what_cannot_be_sent_fails_and_only_a_failed_delivery_is_told(
    reason: SendError, error: errors.Error
) -> None:
    world = rich()
    send = TransferReserveAsset((some(5),), SIBLING, ())

    world.not_validated = reason
    not_validated = world.run(ALICE, send)
    world.not_validated, world.not_delivered = None, reason
    not_delivered = world.run(ALICE, send)

    assert why(not_validated) == why(not_delivered) == error
    assert world.has(SIBLING) == ()
    assert [told[0] for told in world.told] == ["failed", "not sent", "failed"]
    assert world.told[1] == ("not sent", ALICE, SIBLING, reason, MESSAGE_ID)


def test_a_message_keeps_its_own_topic_or_takes_that_of_the_program() -> None:
    world = rich()
    own, program = SetTopic(bytes([1]) * 32), SetTopic(bytes([2]) * 32)

    world.run(
        ALICE,
        program,
        TransferReserveAsset((some(5),), SIBLING, (own,)),
        TransferReserveAsset((some(5),), SIBLING, ()),
    )

    assert [message[-1] for _, message in world.sent] == [own, program]


# --------------------------------------------------------------------------- several ways at once


def transfer(
    fees: Teleport | ReserveDeposit | ReserveWithdraw | None,
    *assets: Teleport | ReserveDeposit | ReserveWithdraw,
    preserve_origin: bool = False,
    to: Location = SIBLING,
) -> InitiateTransfer:
    return InitiateTransfer(to, fees, preserve_origin, assets, (DEPOSIT_THERE,))


ALICE_THERE = Location(1, (Parachain(2000), *ALICE.interior))
TOO_DEEP = Location(0, (*ALICE.interior, *(OnlyChild(),) * 7))
FEE = ReserveWithdraw(Definite((some(10),)))


def test_a_transfer_pays_first_and_then_gives_up_the_origin() -> None:
    world = rich()

    assert world.run(ALICE, WITHDRAW, transfer(FEE, ReserveDeposit(ALL))) == Complete(units(2))
    assert told(world) == (
        WithdrawAsset((some(10),)),
        PayFees(some(10)),
        ReserveAssetDeposited((some(90),)),
        ClearOrigin(),
        DEPOSIT_THERE,
        TOPIC,
    )
    assert (world.has(SIBLING), world.burnt) == ((some(90),), [some(10)])


def test_a_transfer_may_keep_the_origin() -> None:
    world = rich()

    world.run(ALICE, WITHDRAW, transfer(FEE, ReserveWithdraw(ALL), preserve_origin=True))

    assert told(world)[3] == AliasOrigin(ALICE_THERE)


def test_an_unpaid_transfer_says_so_behind_the_origin() -> None:
    world = rich()

    world.run(ALICE, WITHDRAW, transfer(None, ReserveDeposit(ALL), preserve_origin=True))

    unpaid = UnpaidExecution(Unlimited(), None)
    assert told(world)[1:] == (AliasOrigin(ALICE_THERE), unpaid, DEPOSIT_THERE, TOPIC)


def test_root_keeps_its_origin_without_a_word() -> None:
    world = World()
    world.give(HERE, some(100))

    world.run(HERE, WITHDRAW, transfer(None, Teleport(ALL), preserve_origin=True, to=PARENT))

    unpaid = UnpaidExecution(Unlimited(), None)
    assert told(world) == (ReceiveTeleportedAsset(there(100)), unpaid, DEPOSIT_THERE, TOPIC)


@pytest.mark.parametrize(
    ("program", "error"),
    [
        ((transfer(ReserveDeposit(Definite((some(101),)))),), errors.NotHoldingFees()),
        ((transfer(ReserveDeposit(Definite(()))),), errors.TooManyAssets()),
        ((transfer(Teleport(ALL)),), errors.UntrustedTeleportLocation()),
        ((transfer(FEE, Teleport(ALL)),), errors.UntrustedTeleportLocation()),
        ((ClearOrigin(), transfer(FEE, preserve_origin=True)), errors.BadOrigin()),
    ],
)
def test_a_transfer_that_fails_leaves_everything_in_holding(program: Xcm, error: errors.Error) -> None:
    world = rich()

    assert why(world.run(ALICE, WITHDRAW, *program)) == error
    assert (world.sent, world.burnt) == ([], [])
    assert world.trapped == [(ALICE, (some(100),))]


def test_an_origin_that_cannot_be_named_there_cannot_be_kept() -> None:
    keeping = transfer(FEE, preserve_origin=True)

    assert why(rich().run(ALICE, WITHDRAW, AliasOrigin(TOO_DEEP), keeping)) == errors.BadOrigin()


def test_a_transfer_pays_for_sending_from_what_is_left() -> None:
    world = rich()
    world.delivery_price = (some(7),)

    world.run(ALICE, WITHDRAW, transfer(FEE), DepositAsset(ALL, BOB))

    assert world.fees == [(Holding((some(7),)), FeeReason.InitiateTransfer)]
    assert world.has(BOB) == (some(83),)
