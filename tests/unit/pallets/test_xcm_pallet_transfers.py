"""Assets sent to other chains: which way they go, what runs here and what is sent.

The chain trusts its relay chain with teleports, and the sibling as the keeper of anything. So what is native
here is kept here for a third chain, and what is native to the sibling is kept by the sibling.

Upstream: polkadot/xcm/pallet-xcm/src/tests/assets_transfer.rs
"""

from __future__ import annotations

from typing import Any

import pytest

from pallets.xcm_pallet_events import Attempted, FeesPaid, Sent
from pallets.xcm_pallet_items import Error
from primitives.errors import BadOrigin
from primitives.weights import Weight
from tests.support.xcm_pallet_world import PalletWorld, in_newest, nobody, plain_config
from tests.support.xcm_world import ALICE as ALICE_HERE
from tests.support.xcm_world import BOB, SIBLING, some, units
from xcm.asset import Asset, Assets, Index, NonFungible
from xcm.errors import Complete
from xcm.filters import AllCounted, Wild
from xcm.instructions import (
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    ReceiveTeleportedAsset,
    ReserveAssetDeposited,
    WithdrawAsset,
)
from xcm.junctions import GlobalConsensus, Kusama, PalletInstance, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import DepositReserveAsset, Xcm
from xcm.terms import Limited, Unlimited, WeightLimit
from xcm.transfer_types import DestinationReserve, LocalReserve, RemoteReserve, Teleport, TransferType
from xcm.versions import Kept, Versioned

THIRD = Location(1, (Parachain(3000),))
OWN, OTHER_OWN = Location(0, (PalletInstance(5),)), Location(0, (PalletInstance(6),))
OF_SIBLING = Location(1, (Parachain(1000), PalletInstance(5)))
FROM_RELAY = {
    OWN: Location(0, (Parachain(2000), PalletInstance(5))),
    OTHER_OWN: Location(0, (Parachain(2000), PalletInstance(6))),
    PARENT: HERE,
}
"""What we call what, from where the relay chain stands."""
FROM_PARA = {
    OWN: Location(1, (Parachain(2000), PalletInstance(5))),
    OTHER_OWN: Location(1, (Parachain(2000), PalletInstance(6))),
    PARENT: PARENT,
}
"""The same, from where another parachain stands."""
FOREIGN: Versioned[Any] = Versioned(3, Kept(b"", None))
"""An argument in words of old."""


def rich(**options: Any) -> PalletWorld:
    """Alice has a hundred of everything."""
    world = PalletWorld(**options)
    everything = (some(100, OWN), some(100, OTHER_OWN), some(100, PARENT), some(100, OF_SIBLING))
    world.world.give(ALICE_HERE, *everything)
    return world


def transfer(
    world: PalletWorld,
    name: str,
    dest: Location,
    *assets: Asset,
    fee: int = 0,
    limit: WeightLimit | None = None,
) -> None:
    """Alice sends assets to Bob on another chain."""
    limits = () if limit is None else (limit,)
    world.as_alice(name, in_newest(dest), in_newest(BOB), in_newest(assets), fee, *limits)


def deposit(count: int) -> DepositAsset:
    return DepositAsset(Wild(AllCounted(count)), BOB)


def left(world: PalletWorld) -> dict[Location, int]:
    """What Alice has not got a hundred of any more."""
    return {
        asset.id: asset.fun.amount  # type: ignore[union-attr]
        for asset in world.world.has(ALICE_HERE)
        if asset.fun.amount != 100  # type: ignore[union-attr]
    }


# ------------------------------------------------------------------------------------------- teleports


@pytest.mark.parametrize(
    ("name", "limit", "used"),
    [
        ("teleport_assets", None, Unlimited()),
        ("limited_teleport_assets", Limited(Weight(7, 7)), Limited(Weight(7, 7))),
        ("transfer_assets", Limited(Weight(7, 7)), Limited(Weight(7, 7))),
    ],
)
def test_a_teleport_destroys_here_and_makes_anew_there(
    name: str, limit: WeightLimit | None, used: WeightLimit
) -> None:
    world = rich()

    transfer(world, name, PARENT, some(30, OWN), limit=limit)

    sent = some(30, FROM_RELAY[OWN])
    message = (ReceiveTeleportedAsset((sent,)), ClearOrigin(), BuyExecution(sent, used), deposit(1))
    assert world.sent == [(PARENT, message)]
    assert left(world) == {OWN: 70}
    assert world.world.burnt == [some(30, OWN)]
    assert world.world.told == [("out", PARENT, some(30, OWN))]


def test_a_transfer_tells_how_it_went_what_it_cost_and_what_was_sent() -> None:
    world = rich()
    world.price = (some(4),)

    transfer(world, "teleport_assets", PARENT, some(30, OWN))

    message_id = world.events()[-1].message_id  # type: ignore[attr-defined]
    ((_, message),) = world.sent
    transfer(world, "teleport_assets", PARENT, some(30, OWN))
    assert [event for event in world.events() if isinstance(event, Attempted | FeesPaid | Sent)] == [
        Attempted(Complete(units(2))),
        FeesPaid(ALICE_HERE, (some(4),)),
        Sent(ALICE_HERE, PARENT, message, message_id),
    ]
    assert left(world) == {OWN: 40, PARENT: 92}


def test_any_of_the_assets_can_pay_there() -> None:
    world = rich()

    transfer(world, "teleport_assets", PARENT, some(20, PARENT), some(30, OWN), fee=1)

    ((_, message),) = world.sent
    assert message[2] == BuyExecution(some(30, FROM_RELAY[OWN]), Unlimited())
    assert message[3] == deposit(2)


def test_what_cannot_be_teleported_there_is_refused_as_a_teleport() -> None:
    world = rich()

    for dest in (SIBLING, THIRD):
        with world.refuses(Error.Filtered):
            transfer(world, "teleport_assets", dest, some(30, OWN))


def test_how_assets_travel_is_looked_at_before_which_of_them_pays() -> None:
    world = rich()

    with world.refuses(Error.Filtered):
        transfer(world, "teleport_assets", SIBLING, some(30, OWN), fee=1)


def test_what_cannot_be_checked_out_is_not_teleported() -> None:
    world = rich()
    world.world.teleports_possible = False

    with world.refuses(Error.CannotCheckOutTeleport):
        transfer(world, "teleport_assets", PARENT, some(30, OWN))


# --------------------------------------------------------------------------------------- kept somewhere


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("reserve_transfer_assets", None),
        ("limited_reserve_transfer_assets", Unlimited()),
        ("transfer_assets", Unlimited()),
    ],
)
def test_what_is_ours_is_kept_here_for_the_destination(name: str, limit: WeightLimit | None) -> None:
    world = rich()

    transfer(world, name, THIRD, some(30, OWN), limit=limit)

    sent = some(30, FROM_PARA[OWN])
    message = (ReserveAssetDeposited((sent,)), ClearOrigin(), BuyExecution(sent, Unlimited()), deposit(1))
    assert world.sent == [(THIRD, message)]
    assert left(world) == {OWN: 70}
    assert world.world.has(THIRD) == (some(30, OWN),)


def test_what_the_destination_keeps_for_us_is_destroyed_here() -> None:
    world = rich()

    transfer(world, "reserve_transfer_assets", SIBLING, some(30, OF_SIBLING))

    sent = some(30, Location(0, (PalletInstance(5),)))
    message = (WithdrawAsset((sent,)), ClearOrigin(), BuyExecution(sent, Unlimited()), deposit(1))
    assert world.sent == [(SIBLING, message)]
    assert left(world) == {OF_SIBLING: 70}
    assert world.world.burnt == [some(30, OF_SIBLING)]


def test_what_a_third_chain_keeps_goes_by_way_of_it_and_half_of_the_fee_pays_there() -> None:
    world = rich()

    transfer(world, "transfer_assets", THIRD, some(31, OF_SIBLING), limit=Limited(Weight(7, 7)))

    at_reserve = Location(0, (PalletInstance(5),))
    on_dest = (BuyExecution(some(16, OF_SIBLING), Limited(Weight(7, 7))), deposit(1))
    ((dest, message),) = world.sent
    assert (dest, message[:-1]) == (
        SIBLING,
        (
            WithdrawAsset((some(31, at_reserve),)),
            ClearOrigin(),
            BuyExecution(some(15, at_reserve), Limited(Weight(7, 7))),
            DepositReserveAsset(Wild(AllCounted(1)), THIRD, on_dest),
        ),
    )
    assert left(world) == {OF_SIBLING: 69}


def test_a_fee_of_one_cannot_pay_twice() -> None:
    world = rich()

    with world.refuses(Error.FeesNotMet):
        transfer(world, "transfer_assets", THIRD, some(1, OF_SIBLING), limit=Unlimited())


def test_what_could_be_teleported_is_refused_as_a_reserve_transfer() -> None:
    world = rich()

    with world.refuses(Error.Filtered):
        transfer(world, "reserve_transfer_assets", PARENT, some(30, OWN))


def test_assets_kept_by_different_chains_do_not_go_together() -> None:
    world = rich()

    with world.refuses(Error.TooManyReserves):
        transfer(world, "reserve_transfer_assets", THIRD, some(30, OWN), some(30, OF_SIBLING))


def test_nobody_is_known_to_keep_what_is_native_to_a_stranger() -> None:
    world = rich()
    strange = Location(1, (Parachain(4000),))

    for name, limit in (("reserve_transfer_assets", None), ("transfer_assets", Unlimited())):
        with world.refuses(Error.InvalidAssetUnknownReserve):
            transfer(world, name, THIRD, some(30, strange), limit=limit)


# ------------------------------------------------------------------------- a fee that goes its own way


def own_only_by_teleport(asset: Asset, place: Location) -> bool:
    """Ours can be teleported to the sibling, and nothing else."""
    return place == SIBLING and asset.id == OWN


def test_a_fee_that_travels_another_way_comes_first() -> None:
    world = rich(is_teleporter=own_only_by_teleport)

    transfer(world, "transfer_assets", SIBLING, some(30, OF_SIBLING), some(5, OWN), fee=1, limit=Unlimited())

    fee, rest = some(5, FROM_PARA[OWN]), some(30, Location(0, (PalletInstance(5),)))
    message = (
        ReceiveTeleportedAsset((fee,)),
        BuyExecution(fee, Unlimited()),
        WithdrawAsset((rest,)),
        ClearOrigin(),
        deposit(2),
    )
    assert world.sent == [(SIBLING, message)]
    assert left(world) == {OWN: 95, OF_SIBLING: 70}


def test_a_fee_and_assets_by_way_of_a_third_chain_do_not_go_together() -> None:
    world = rich()

    with world.refuses(Error.InvalidAssetUnsupportedReserve):
        transfer(world, "transfer_assets", THIRD, some(5, OWN), some(30, OF_SIBLING), limit=Unlimited())


# --------------------------------------------------------------------------------------- what is refused

ALL = (
    ("teleport_assets", PARENT, None),
    ("reserve_transfer_assets", THIRD, None),
    ("limited_teleport_assets", PARENT, Unlimited()),
    ("limited_reserve_transfer_assets", THIRD, Unlimited()),
    ("transfer_assets", THIRD, Unlimited()),
)
every_call = pytest.mark.parametrize(("name", "dest", "limit"), ALL)


@every_call
def test_a_transfer_of_nothing_or_with_a_fee_that_is_not_there_is_empty(
    name: str, dest: Location, limit: WeightLimit | None
) -> None:
    world = rich()

    with world.refuses(Error.Empty):
        transfer(world, name, dest, limit=limit)
    with world.refuses(Error.Empty):
        transfer(world, name, dest, some(1, OWN), fee=1, limit=limit)


@every_call
def test_three_assets_are_too_many(name: str, dest: Location, limit: WeightLimit | None) -> None:
    world = rich()
    three = (some(1, PARENT), some(1, OWN), some(1, OTHER_OWN))

    with world.refuses(Error.TooManyAssets):
        transfer(world, name, dest, *three, limit=limit)


@every_call
def test_what_alice_has_not_is_not_sent(name: str, dest: Location, limit: WeightLimit | None) -> None:
    world = rich()

    with world.refuses(Error.LocalExecutionIncompleteWithError):
        transfer(world, name, dest, some(101, OWN), limit=limit)


@every_call
def test_who_cannot_be_reached_is_sent_nothing(name: str, dest: Location, limit: WeightLimit | None) -> None:
    world = rich()
    world.unreachable.add(dest)

    with world.refuses(Error.Unreachable):
        transfer(world, name, dest, some(30, OWN), limit=limit)


@every_call
def test_who_cannot_pay_for_the_message_sends_nothing(
    name: str, dest: Location, limit: WeightLimit | None
) -> None:
    world = rich()
    world.price = (some(101),)

    with world.refuses(Error.FeesNotMet):
        transfer(world, name, dest, some(30, OWN), limit=limit)


@every_call
def test_words_of_old_are_a_bad_version(name: str, dest: Location, limit: WeightLimit | None) -> None:
    world = rich()
    good = (in_newest(dest), in_newest(BOB), in_newest((some(1, OWN),)))
    limits = () if limit is None else (limit,)

    for at in range(3):
        with world.refuses(Error.BadVersion):
            world.as_alice(name, *good[:at], FOREIGN, *good[at + 1 :], 0, *limits)


@every_call
def test_who_may_run_nothing_here_sends_nothing(name: str, dest: Location, limit: WeightLimit | None) -> None:
    world = rich(config=plain_config(execute_origin=nobody))

    with world.refuses(BadOrigin()):
        transfer(world, name, dest, some(1, OWN), limit=limit)


@every_call
def test_the_chain_decides_which_assets_of_whom_may_leave(
    name: str, dest: Location, limit: WeightLimit | None
) -> None:
    def only_little(origin: Location, assets: Assets) -> bool:
        return origin == ALICE_HERE and assets == (some(1, OWN),)

    world = rich(config=plain_config(teleport_filter=only_little, reserve_filter=only_little))

    transfer(world, name, dest, some(1, OWN), limit=limit)
    assert [place for place, _ in world.take_sent()] == [dest]
    with world.refuses(Error.Filtered):
        transfer(world, name, dest, some(2, OWN), limit=limit)


def test_only_amounts_pay() -> None:
    world = rich()
    thing = Asset(OF_SIBLING, NonFungible(Index(1)))
    world.world.give(ALICE_HERE, thing)

    with world.refuses(Error.FeesNotMet):
        transfer(world, "transfer_assets", THIRD, thing, limit=Unlimited())


# -------------------------------------------------------------------------------- tokens that move house


def test_the_token_of_the_network_is_only_teleported() -> None:
    world = rich()

    for dest in (SIBLING, THIRD):
        with world.refuses(Error.InvalidAssetUnknownReserve):
            transfer(world, "transfer_assets", dest, some(30, PARENT), limit=Unlimited())
    with world.refuses(Error.InvalidAssetUnknownReserve):
        two = (some(5, OWN), some(30, PARENT))
        transfer(world, "transfer_assets", THIRD, *two, fee=0, limit=Unlimited())

    transfer(world, "transfer_assets", PARENT, some(30, PARENT), limit=Unlimited())
    assert left(world) == {PARENT: 70}


def test_the_call_for_reserves_does_send_the_token_of_the_network() -> None:
    world = rich()

    transfer(world, "limited_reserve_transfer_assets", THIRD, some(30, PARENT), limit=Unlimited())

    assert world.world.has(THIRD) == (some(30, PARENT),)


# ---------------------------------------------------------------------------------- ways named by the caller

NO_LIMIT = Unlimited()
ON_DEST: Xcm = (DepositAsset(Wild(AllCounted(9)), BOB), ClearOrigin())


def named(
    world: PalletWorld,
    dest: Location,
    assets: Assets,
    way: TransferType,
    fee_id: Location,
    fee_way: TransferType,
    limit: WeightLimit = NO_LIMIT,
) -> None:
    """Alice names the ways, and what is done on the other side."""
    on_dest = in_newest(ON_DEST)
    args = (in_newest(dest), in_newest(assets), way, in_newest(fee_id), fee_way, on_dest, limit)
    world.as_alice("transfer_assets_using_type_and_then", *args)


def test_the_caller_can_name_the_ways_and_the_end() -> None:
    world = rich()
    assets = (some(5, PARENT), some(30, OF_SIBLING))

    named(world, SIBLING, assets, DestinationReserve(), PARENT, LocalReserve(), Limited(Weight(7, 7)))

    message = (
        ReserveAssetDeposited((some(5, PARENT),)),
        BuyExecution(some(5, PARENT), Limited(Weight(7, 7))),
        WithdrawAsset((some(30, Location(0, (PalletInstance(5),))),)),
        ClearOrigin(),
        *ON_DEST,
    )
    assert world.sent == [(SIBLING, message)]
    assert world.world.has(SIBLING) == (some(5, PARENT),)


def test_a_caller_can_name_the_chain_that_keeps_the_assets() -> None:
    world = rich()

    named(world, THIRD, (some(30, PARENT),), *(by := RemoteReserve(in_newest(SIBLING)), PARENT, by))

    ((dest, message),) = world.sent
    assert dest == SIBLING
    assert message[3] == DepositReserveAsset(
        Wild(AllCounted(1)), THIRD, (BuyExecution(some(15, PARENT), Unlimited()), *ON_DEST)
    )


def test_a_chain_can_only_be_named_if_it_is_trusted_with_that() -> None:
    world = rich()

    with world.refuses(Error.Filtered):
        named(world, THIRD, (some(30, OWN),), Teleport(), OWN, Teleport())
    with world.refuses(Error.InvalidAssetUnsupportedReserve):
        named(world, THIRD, (some(30, OWN),), DestinationReserve(), OWN, DestinationReserve())


def test_a_named_chain_that_keeps_nothing_for_us_makes_the_transfer_fail() -> None:
    world = rich()
    by = RemoteReserve(in_newest(THIRD))

    with world.refuses(Error.LocalExecutionIncompleteWithError):
        named(world, SIBLING, (some(30, OWN),), by, OWN, by)


def test_a_named_fee_has_to_be_among_the_assets() -> None:
    world = rich()

    with world.refuses(Error.FeesNotMet):
        named(world, PARENT, (some(30, OWN),), Teleport(), PARENT, Teleport())


def test_three_assets_are_too_many_whatever_their_ways() -> None:
    world = rich()
    three = (some(1, PARENT), some(1, OWN), some(1, OTHER_OWN))

    with world.refuses(Error.TooManyAssets):
        named(world, PARENT, three, Teleport(), PARENT, Teleport())


def test_words_of_old_are_a_bad_version_anywhere() -> None:
    world = rich()
    name, assets = "transfer_assets_using_type_and_then", in_newest((some(1, OWN),))
    good: tuple[Any, ...] = (
        in_newest(PARENT), assets, Teleport(), in_newest(OWN), Teleport(), in_newest(ON_DEST), Unlimited(),
    )  # fmt: skip

    for at in (0, 1, 3, 5):
        with world.refuses(Error.BadVersion):
            world.as_alice(name, *good[:at], FOREIGN, *good[at + 1 :])
    by = RemoteReserve(FOREIGN)
    with world.refuses(Error.BadVersion):
        world.as_alice(name, in_newest(THIRD), assets, by, in_newest(OWN), by, *good[5:])


def test_who_is_too_far_away_has_no_words_for_our_assets() -> None:
    world = rich()
    far = Location(9, (GlobalConsensus(Kusama()),))

    with world.refuses(Error.CannotReanchor):
        named(world, far, (some(1, OWN),), LocalReserve(), OWN, LocalReserve())
