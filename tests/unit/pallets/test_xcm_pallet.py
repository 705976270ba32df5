"""Sending and running programs by calls, what is left over, and forced settings.

Upstream: polkadot/xcm/pallet-xcm/src/tests/mod.rs
"""

from __future__ import annotations

import pytest

from pallets.xcm_pallet_events import (
    AssetsClaimed,
    AssetsTrapped,
    Attempted,
    FeesPaid,
    ProcessXcmError,
    SendFailed,
    Sent,
    SupportedVersionChanged,
)
from pallets.xcm_pallet_items import Error
from pallets.xcm_pallet_traps import trap_hash
from primitives.errors import BadOrigin, Module
from primitives.hashing import blake2_256
from primitives.ids import AccountId
from primitives.origin import Signed
from primitives.scale.derive import codec
from tests.support.xcm_pallet_world import ALICE as ALICE_ID
from tests.support.xcm_pallet_world import BOB as BOB_ID
from tests.support.xcm_pallet_world import STEP, PalletWorld, in_newest, nobody, plain_config
from tests.support.xcm_world import ALICE, BOB, NO_LIMIT, SIBLING, some, units
from xcm import errors
from xcm.asset import Asset, Fungible, collected
from xcm.barriers_combined import RespectSuspension
from xcm.errors import Complete, SendError
from xcm.failures import Refusal, Refused, XcmFailure
from xcm.filters import AllCounted, Wild
from xcm.instructions import (
    ClaimAsset,
    ClearError,
    ClearOrigin,
    DepositAsset,
    DescendOrigin,
    SetTopic,
    Trap,
    WithdrawAsset,
)
from xcm.junctions import GeneralIndex
from xcm.location import HERE, PARENT, Location
from xcm.program import SetErrorHandler, Xcm
from xcm.traits import Properties, XcmContext
from xcm.versions import Versioned, VersionedXcm, encode_versioned_xcm

TOPIC = SetTopic(bytes([9]) * 32)
EVERYTHING = Wild(AllCounted(1))
"""What the one asset in holding is picked with."""

TRAPPING: Xcm = (
    WithdrawAsset((some(10),)),
    SetErrorHandler((ClearError(),)),
    Trap(0),
    DepositAsset(EVERYTHING, BOB),
)
"""Leaves ten units behind, and ends well."""


def rich(**config: object) -> PalletWorld:
    world = PalletWorld(plain_config(**config))
    world.world.give(ALICE, some(100))
    return world


# ------------------------------------------------------------------------------------------------ sending


def test_a_message_says_which_account_sends_it() -> None:
    world = PalletWorld()

    world.as_alice("send", in_newest(PARENT), in_newest((ClearOrigin(),)))

    sent = (DescendOrigin(ALICE.interior), ClearOrigin())
    assert world.sent == [(PARENT, sent)]
    message_id = blake2_256(encode_versioned_xcm(5, sent))
    assert world.events() == [FeesPaid(ALICE, ()), Sent(ALICE, PARENT, (ClearOrigin(),), message_id)]


def test_the_chain_itself_sends_as_it_is_and_pays_nothing() -> None:
    world = PalletWorld()
    world.world.waived.add(HERE)

    world.as_root("send", in_newest(SIBLING), in_newest((ClearOrigin(),)))

    assert world.sent == [(SIBLING, (ClearOrigin(),))]
    assert [type(event) for event in world.events()] == [Sent]


def test_an_account_pays_for_what_it_sends() -> None:
    world = rich()
    world.price = (some(7),)

    world.as_alice("send", in_newest(PARENT), in_newest((ClearOrigin(),)))

    assert world.world.has(ALICE) == (some(93),)
    assert world.events()[0] == FeesPaid(ALICE, (some(7),))


def test_who_cannot_pay_does_not_send() -> None:
    world = PalletWorld()
    world.price = (some(7),)

    with world.refuses(Error.FeesNotMet):
        world.as_alice("send", in_newest(PARENT), in_newest((ClearOrigin(),)))

    assert (world.sent, world.events()) == ([], [])


def test_a_message_without_a_way_is_not_sent() -> None:
    world = PalletWorld()
    world.unreachable.add(SIBLING)

    with world.refuses(Error.Unreachable):
        world.as_alice("send", in_newest(SIBLING), in_newest((ClearOrigin(),)))


def test_a_message_that_the_destination_cannot_read_is_not_sent() -> None:
    world = PalletWorld()
    world.as_root("force_default_xcm_version", None)

    with world.refuses(Error.SendFailure):
        world.as_alice("send", in_newest(SIBLING), in_newest((ClearOrigin(),)))

    assert not world.pallet.version_discovery_queue.exists()


def test_who_may_not_send_does_not() -> None:
    world = PalletWorld(plain_config(send_origin=nobody))

    with world.refuses(BadOrigin()):
        world.as_alice("send", in_newest(PARENT), in_newest((ClearOrigin(),)))


def test_who_stands_outside_of_the_chain_does_not_send() -> None:
    world = PalletWorld(plain_config(send_origin=lambda origin: SIBLING))

    with world.refuses(Error.InvalidOrigin):
        world.as_alice("send", in_newest(PARENT), in_newest((ClearOrigin(),)))


def test_an_argument_that_no_version_of_today_can_say_is_refused() -> None:
    world = PalletWorld()
    abstract = bytes.fromhex("0304000401" + "00" * 32 + "0004")  # WithdrawAsset of something without a place
    message = codec(VersionedXcm).decode(abstract)

    with world.refuses(Error.BadVersion):
        world.as_alice("send", in_newest(PARENT), message)


# ------------------------------------------------------------------------------------------------ running


def test_a_program_runs_as_the_caller_and_its_weight_is_told() -> None:
    world = rich()
    program = (WithdrawAsset((some(10),)), DepositAsset(EVERYTHING, BOB))

    done = world.as_alice("execute", in_newest(program), units(2))

    assert (world.world.has(ALICE), world.world.has(BOB)) == ((some(90),), (some(10),))
    assert world.events() == [Attempted(Complete(units(2)))]
    assert done.actual_weight == units(2).saturating_add(STEP)


def test_a_program_that_does_not_end_is_undone_with_the_call() -> None:
    world = rich()
    program = (
        WithdrawAsset((some(10),)),
        DepositAsset(EVERYTHING, BOB),
        WithdrawAsset((some(500),)),
    )

    with world.refuses(Error.LocalExecutionIncompleteWithError) as failed:
        world.as_alice("execute", in_newest(program), NO_LIMIT)

    assert (world.world.has(ALICE), world.world.has(BOB), world.events()) == ((some(100),), (), [])
    assert world.chain.error_case(failed.value) == Module(99, bytes((28, 2, 9, 0)))
    assert failed.value.actual_weight == units(3).saturating_add(STEP)


def test_a_program_heavier_than_its_limit_does_not_begin() -> None:
    world = PalletWorld()

    with world.refuses(Error.LocalExecutionIncompleteWithError) as failed:
        world.as_alice("execute", in_newest((ClearOrigin(), ClearOrigin())), units(1))

    assert world.chain.error_case(failed.value) == Module(99, bytes((28, 1, 37, 0)))
    assert failed.value.actual_weight == STEP


def test_a_filtered_program_does_not_run() -> None:
    world = PalletWorld(plain_config(execute_filter=lambda origin, program: origin == HERE))

    with world.refuses(Error.Filtered) as failed:
        world.as_alice("execute", in_newest((ClearOrigin(),)), NO_LIMIT)

    assert failed.value.actual_weight == STEP
    assert world.as_root("execute", in_newest((ClearOrigin(),)), NO_LIMIT).actual_weight is not None


def test_a_failed_instruction_is_told_with_the_id_of_the_program() -> None:
    world = rich()
    message = in_newest((SetErrorHandler((ClearError(),)), Trap(3)))

    world.as_alice("execute", message, NO_LIMIT)

    message_id = blake2_256(codec(VersionedXcm).encode(message))
    assert world.events()[0] == ProcessXcmError(ALICE, errors.Trap(3), message_id)


def test_the_executor_s_messages_are_told_without_what_they_say() -> None:
    pallet = (world := PalletWorld()).pallet

    pallet.emit_sent(ALICE, PARENT, TOPIC.topic)
    pallet.emit_send_failure(ALICE, PARENT, SendError.Transport, TOPIC.topic)

    assert world.events() == [
        Sent(ALICE, PARENT, (), TOPIC.topic),
        SendFailed(ALICE, PARENT, SendError.Transport, TOPIC.topic),
    ]


# --------------------------------------------------------------------------------------- what is left over


def test_what_is_left_over_is_kept_under_owner_and_assets() -> None:
    world = rich()

    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)

    hash = trap_hash(ALICE, in_newest((some(10),)))
    assert world.pallet.asset_traps[hash] == 1
    assert world.events()[1] == AssetsTrapped(hash, ALICE, in_newest((some(10),)))
    assert (world.world.has(ALICE), world.world.burnt) == ((some(90),), [])


def test_kept_twice_is_counted_twice() -> None:
    world = rich()

    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)
    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)

    assert world.pallet.asset_traps[trap_hash(ALICE, in_newest((some(10),)))] == 2


def test_nothing_left_over_is_not_kept() -> None:
    world = PalletWorld()

    world.as_alice("execute", in_newest((ClearOrigin(),)), NO_LIMIT)

    assert list(world.pallet.asset_traps.keys()) == []


def claiming(ticket: Location, *assets: Asset) -> Xcm:
    return (ClaimAsset(assets, ticket), DepositAsset(EVERYTHING, BOB))


@pytest.mark.parametrize("ticket", [HERE, Location(0, (GeneralIndex(5),))])
def test_a_program_of_the_owner_takes_back_what_was_kept(ticket: Location) -> None:
    world = rich()
    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)
    world.events()

    world.as_alice("execute", in_newest(claiming(ticket, some(10))), NO_LIMIT)

    hash = trap_hash(ALICE, in_newest((some(10),)))
    assert world.world.has(BOB) == (some(10),)
    assert hash not in world.pallet.asset_traps
    assert world.events()[0] == AssetsClaimed(hash, ALICE, in_newest((some(10),)))


def test_what_comes_back_was_issued_all_the_time() -> None:
    world = rich()
    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)

    world.as_alice("execute", in_newest(claiming(HERE, some(10))), NO_LIMIT)

    assert world.world.minted == world.world.burnt == [some(10)]


@pytest.mark.parametrize(
    ("caller", "ticket", "assets"),
    [
        (BOB_ID, HERE, (some(10),)),
        (ALICE_ID, HERE, (some(9),)),
        (ALICE_ID, HERE, (some(11),)),
        (ALICE_ID, Location(0, (GeneralIndex(4),)), (some(10),)),
        (ALICE_ID, Location(0, (GeneralIndex(2),)), (some(10),)),
        (ALICE_ID, PARENT, (some(10),)),
    ],
)
def test_a_claim_that_is_not_exactly_right_fails(
    caller: AccountId, ticket: Location, assets: tuple[Asset, ...]
) -> None:
    world = rich()
    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)

    with world.refuses(Error.LocalExecutionIncompleteWithError) as failed:
        world.call(Signed(caller), "execute", in_newest(claiming(ticket, *assets)), NO_LIMIT)

    assert failed.value.detail == bytes((0, 16))
    assert world.pallet.asset_traps[trap_hash(ALICE, in_newest((some(10),)))] == 1


def test_a_claim_in_the_version_it_was_kept_in_is_right() -> None:
    world = rich()
    old: Versioned[tuple[Asset, ...]] = Versioned(4, (some(10),))
    hash = trap_hash(ALICE, old)
    world.pallet.asset_traps[hash] = 2

    world.as_alice("claim_assets", old, in_newest(BOB))

    assert (world.world.has(BOB), world.pallet.asset_traps[hash]) == ((some(10),), 1)
    assert world.events() == [AssetsClaimed(hash, ALICE, old)]


def test_the_call_to_claim_takes_back_what_was_kept() -> None:
    world = rich()
    world.as_alice("execute", in_newest(TRAPPING), NO_LIMIT)

    world.as_alice("claim_assets", in_newest((some(10),)), in_newest(BOB))

    assert world.world.has(BOB) == (some(10),)
    assert list(world.pallet.asset_traps.keys()) == []


def test_a_claim_by_call_of_what_is_not_kept_fails() -> None:
    world = PalletWorld()

    with world.refuses(Error.LocalExecutionIncompleteWithError) as failed:
        world.as_alice("claim_assets", in_newest((some(10),)), in_newest(BOB))

    assert failed.value.detail == bytes((0, 16))


def test_an_asset_that_cannot_be_made_anew_is_lost_and_the_others_come() -> None:
    world = rich()
    lost = Asset(SIBLING, Fungible(5))

    def mint(asset: Asset, context: object) -> None:
        if asset == lost:
            raise XcmFailure(errors.AssetNotFound())

    world.world.mint_asset = mint  # type: ignore[method-assign]
    both = collected((some(10), lost))
    world.pallet.asset_traps[trap_hash(ALICE, in_newest(both))] = 1

    claimed = world.pallet.claim_assets(ALICE, HERE, both, XcmContext(ALICE, bytes(32), None))

    assert claimed == (some(10),)


# ------------------------------------------------------------------------------------------ forced settings

FORCED = [
    ("force_xcm_version", (SIBLING, 4)),
    ("force_default_xcm_version", (4,)),
    ("force_subscribe_version_notify", (in_newest(SIBLING),)),
    ("force_unsubscribe_version_notify", (in_newest(SIBLING),)),
    ("force_suspension", (True,)),
]


@pytest.mark.parametrize(
    ("name", "arguments"), FORCED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_only_the_admin_forces_anything(name: str, arguments: tuple[object, ...]) -> None:
    world = PalletWorld()

    with world.refuses(BadOrigin()):
        world.as_alice(name, *arguments)


def test_a_forced_version_is_known_and_told() -> None:
    world = PalletWorld()

    world.as_root("force_xcm_version", SIBLING, 4)

    assert world.pallet.version_for(SIBLING) == 4
    assert world.events() == [SupportedVersionChanged(SIBLING, 4)]


def test_the_safe_version_can_be_set_and_taken_away() -> None:
    world = PalletWorld()

    world.as_root("force_default_xcm_version", 4)
    assert world.pallet.safe_xcm_version.get() == 4

    world.as_root("force_default_xcm_version", None)
    assert not world.pallet.safe_xcm_version.exists()


def test_suspension_is_there_for_the_barrier_to_see() -> None:
    world = PalletWorld()
    assert not world.pallet.is_suspended()

    world.as_root("force_suspension", True)
    assert world.pallet.is_suspended()

    world.as_root("force_suspension", False)
    assert world.pallet.xcm_execution_suspended.exists()
    assert not world.pallet.is_suspended()


def test_a_suspended_chain_keeps_programs_waiting() -> None:
    world = PalletWorld()
    barrier = RespectSuspension(world.world.executor.config.barrier, world.pallet.is_suspended)
    world.as_root("force_suspension", True)

    with pytest.raises(Refused) as why:
        barrier.should_execute(HERE, (ClearOrigin(),), units(1), Properties(units(1)))

    assert why.value.why is Refusal.Yield
