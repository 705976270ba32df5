"""Who may speak for an account, and what letting somebody do so costs.

Upstream: polkadot/xcm/pallet-xcm/src/tests/mod.rs, polkadot/xcm/pallet-xcm/src/benchmarking.rs
"""

from __future__ import annotations

from typing import Any

import pytest

from pallets.balances_items import Held, Preservation, Released
from pallets.xcm_pallet_events import AliasAuthorizationRemoved, AliasAuthorized, AliasesAuthorizationsRemoved
from pallets.xcm_pallet_items import (
    MAX_AUTHORIZED_ALIASES,
    Error,
    HeldAliasesEntry,
    HoldConsideration,
    OriginAliaser,
)
from pallets.xcm_pallet_storage import newest
from primitives.errors import BadOrigin, Other, Token, TokenError
from primitives.ids import Balance
from primitives.origin import Root
from tests.support.xcm_pallet_world import (
    ALICE,
    RICH,
    XCM_ALIASES,
    ChainWithDeposits,
    PalletWorld,
    deposit,
    in_newest,
    plain_config,
)
from tests.support.xcm_world import ALICE as ALICE_HERE
from tests.support.xcm_world import SIBLING, LetsEverythingIn, units
from xcm.errors import Complete, Incomplete, InstructionError, NoPermission
from xcm.instructions import AliasOrigin
from xcm.junctions import AccountId32, GeneralIndex, Polkadot
from xcm.location import HERE, Location
from xcm.origins import ensure_xcm_origin, signed_to_account
from xcm.versions import Kept, Versioned

STRANGER = Location(1, (*SIBLING.interior, AccountId32(None, bytes(32))))


class World(PalletWorld):
    """The chain, and what Alice has on hold there."""

    def __init__(self, **executor: Any) -> None:
        super().__init__(chain=ChainWithDeposits, **executor)
        assert isinstance(self.chain, ChainWithDeposits)
        self.holds = self.chain.holds
        self.system.reset_events()

    def on_hold(self) -> int:
        return self.holds.on_hold(XCM_ALIASES, ALICE)


def add(world: PalletWorld, aliaser: Location, expires: int | None = None) -> None:
    world.as_alice("add_authorized_alias", in_newest(aliaser), expires)


def entries(world: World) -> dict[Any, Any]:
    return dict(world.pallet.authorized_aliases.items())


def place(number: int) -> Location:
    return Location(1, (*SIBLING.interior, GeneralIndex(number)))


def test_an_account_lets_somebody_speak_for_it_and_makes_a_deposit() -> None:
    world = World()

    add(world, STRANGER)

    entry = HeldAliasesEntry((OriginAliaser(newest(STRANGER), None),), HoldConsideration(Balance(deposit(1))))
    assert entries(world) == {newest(ALICE_HERE): entry}
    assert world.on_hold() == deposit(1)
    assert world.events() == [
        Held(XCM_ALIASES, ALICE, Balance(deposit(1))),
        AliasAuthorized(STRANGER, ALICE_HERE, None),
    ]


def test_the_deposit_follows_the_number_of_aliasers() -> None:
    world = World()
    held = []
    for aliaser in (SIBLING, STRANGER):
        add(world, aliaser)
        held.append(world.on_hold())
    for aliaser in (SIBLING, STRANGER):
        world.as_alice("remove_authorized_alias", in_newest(aliaser))
        held.append(world.on_hold())

    assert held == [deposit(1), deposit(2), deposit(1), 0]
    assert world.pallet.authorized_aliasers(ALICE_HERE) == ()
    assert entries(world) == {}
    assert world.events()[-2:] == [
        Released(XCM_ALIASES, ALICE, Balance(deposit(1))),
        AliasAuthorizationRemoved(STRANGER, ALICE_HERE),
    ]


def test_the_same_again_only_changes_how_long() -> None:
    world = World()
    add(world, SIBLING)
    add(world, STRANGER)
    world.events()

    add(world, SIBLING, 90)

    assert world.pallet.authorized_aliasers(ALICE_HERE) == (
        OriginAliaser(newest(SIBLING), 90),
        OriginAliaser(newest(STRANGER), None),
    )
    assert world.events() == [AliasAuthorized(SIBLING, ALICE_HERE, 90)]
    assert world.on_hold() == deposit(2)


def test_all_can_be_removed_at_once() -> None:
    world = World()
    add(world, SIBLING)
    add(world, STRANGER)
    world.events()

    world.as_alice("remove_all_authorized_aliases")

    assert entries(world) == {}
    assert world.on_hold() == 0
    assert world.events() == [
        Released(XCM_ALIASES, ALICE, Balance(deposit(2))),
        AliasesAuthorizationsRemoved(ALICE_HERE),
    ]


# ----------------------------------------------------------------------------------------- what it is for


def test_whoever_is_let_may_go_on_as_the_account() -> None:
    world: World

    def aliasers(origin: Location, target: Location) -> bool:
        return world.pallet.is_authorized_alias(origin, target)

    world = World(aliasers=aliasers, barrier=LetsEverythingIn())
    refused = Incomplete(units(1), InstructionError(0, NoPermission()))
    assert world.receive(STRANGER, AliasOrigin(ALICE_HERE)) == refused

    add(world, STRANGER)

    assert world.receive(STRANGER, AliasOrigin(ALICE_HERE)) == Complete(units(1))
    assert world.receive(SIBLING, AliasOrigin(ALICE_HERE)) == refused


def test_the_block_named_is_the_first_in_which_it_is_over() -> None:
    world = World()
    add(world, STRANGER, 3)

    allowed = []
    for _ in range(3):
        allowed.append(world.pallet.is_authorized_alias(STRANGER, ALICE_HERE))
        world.next_block()

    assert allowed == [True, True, False]
    assert len(world.pallet.authorized_aliasers(ALICE_HERE)) == 1


def test_an_account_stands_without_its_network() -> None:
    world = World()
    polkadot = ensure_xcm_origin(signed_to_account(Polkadot()))
    world.pallet.config = plain_config(
        execute_origin=polkadot, consideration=world.pallet.config.consideration
    )

    add(world, STRANGER)

    assert world.pallet.is_authorized_alias(STRANGER, ALICE_HERE)


# ------------------------------------------------------------------------------------------ what is refused


def test_there_is_room_for_so_many() -> None:
    world = World()
    for number in range(MAX_AUTHORIZED_ALIASES):
        add(world, place(number))

    with world.refuses(Error.TooManyAuthorizedAliases):
        add(world, place(MAX_AUTHORIZED_ALIASES))

    add(world, place(0), 90)
    assert world.on_hold() == deposit(MAX_AUTHORIZED_ALIASES)


def test_nobody_is_let_until_a_block_that_has_begun() -> None:
    world = World()

    with world.refuses(Error.ExpiresInPast):
        add(world, STRANGER, world.system.number.get())
    add(world, STRANGER, world.system.number.get() + 1)


def test_nobody_is_let_speak_for_himself() -> None:
    world = World()

    for call in ("add_authorized_alias", "remove_authorized_alias"):
        args = (None,) if call == "add_authorized_alias" else ()
        with world.refuses(Error.BadLocation):
            world.as_alice(call, in_newest(ALICE_HERE), *args)


def test_who_was_never_let_cannot_be_removed() -> None:
    world = World()

    for _ in range(2):
        with world.refuses(Error.AliasNotFound):
            world.as_alice("remove_authorized_alias", in_newest(SIBLING))
        if not world.pallet.authorized_aliasers(ALICE_HERE):
            with world.refuses(Error.AliasNotFound):
                world.as_alice("remove_all_authorized_aliases")
        add(world, STRANGER)


def test_words_of_old_are_a_bad_version() -> None:
    world = World()
    old: Versioned[Location] = Versioned(3, Kept(b"", None))

    with world.refuses(Error.BadVersion):
        world.as_alice("add_authorized_alias", old, None)
    with world.refuses(Error.BadVersion):
        world.as_alice("remove_authorized_alias", old)


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("add_authorized_alias", (in_newest(STRANGER), None)),
        ("remove_authorized_alias", (in_newest(STRANGER),)),
        ("remove_all_authorized_aliases", ()),
    ],
)
def test_only_accounts_let_somebody(call: str, args: tuple[Any, ...]) -> None:
    world = World()

    with world.refuses(BadOrigin()):
        world.call(Root(), call, *args)
    world.pallet.config = plain_config(execute_origin=lambda origin: HERE)
    with world.refuses(Error.InvalidOrigin):
        world.as_alice(call, *args)


def test_who_cannot_make_the_deposit_lets_nobody() -> None:
    world = World()
    world.holds.balances.burn_from(ALICE, Balance(RICH - deposit(1)), Preservation.Expendable)
    world.events()

    with world.refuses(Token(TokenError.FundsUnavailable)):
        add(world, STRANGER)


def test_on_a_chain_without_deposits_nobody_is_let() -> None:
    world = PalletWorld()

    with world.refuses(Other()):
        add(world, STRANGER)
