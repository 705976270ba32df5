"""What clients may ask before they send: weights, fees, dry runs, trust.

Upstream: polkadot/xcm/xcm-runtime-apis/tests
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pallets.xcm_pallet_apis import (
    CallErr,
    CallOk,
    DispatchErrorWithPostInfo,
    DryRunApiError,
    NoAnswer,
    PaymentApiError,
    authorized_aliasers,
    dry_run_call,
    dry_run_xcm,
    is_trusted_reserve,
    is_trusted_teleporter,
    query_acceptable_payment_assets,
    query_delivery_fees,
    query_weight_to_asset_fee,
    query_xcm_weight,
)
from pallets.xcm_pallet_events import Attempted, FeesPaid, Sent
from pallets.xcm_pallet_items import AuthorizedAliasesEntry, Disabled, Error, OriginAliaser
from pallets.xcm_pallet_storage import newest
from primitives.errors import BadOrigin, Module
from primitives.origin import Root, Signed
from primitives.pallet import RuntimeCall
from primitives.weights import PostDispatchInfo, Weight
from tests.support.xcm_pallet_world import ALICE, STEP, PalletWorld, in_newest
from tests.support.xcm_world import ALICE as ALICE_HERE
from tests.support.xcm_world import SIBLING, LetsEverythingIn, some, units
from xcm.asset import Asset, Assets, Fungible
from xcm.errors import Complete, Incomplete, InstructionError
from xcm.errors import Trap as Trapped
from xcm.instructions import ClearOrigin, SetTopic, Trap
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import Instruction
from xcm.versions import Kept, Versioned, VersionedAssetId, VersionedLocation, VersionedXcm, into_version

OLD: Versioned[Any] = Versioned(3, Kept(b"", None))
"""Something in words of old that the newest version has none for."""
BY_ALICE = Signed(ALICE)
TOPIC = bytes([5]) * 32


class Outbox:
    """Messages of the world that wait to leave, each in the newest version."""

    def __init__(self, world: PalletWorld) -> None:
        self.world = world

    def clear_messages(self) -> None:
        self.world.sent = []

    def get_messages(self) -> tuple[tuple[VersionedLocation, tuple[VersionedXcm, ...]], ...]:
        return tuple((in_newest(dest), (in_newest(message),)) for dest, message in self.world.sent)


def no_answer(ask: Callable[[], Any]) -> Any:
    with pytest.raises(NoAnswer) as why:
        ask()
    return why.value.reason


# ------------------------------------------------------------------------------------------------ weights


def test_a_program_weighs_what_it_would_be_let_in_for() -> None:
    world = PalletWorld()

    assert query_xcm_weight(world.pallet, in_newest((ClearOrigin(), Trap(1)))) == units(2)
    old = into_version(in_newest((ClearOrigin(),)), 3, VersionedXcm)
    assert query_xcm_weight(world.pallet, old) == units(1)


def test_what_has_no_words_or_too_many_has_no_weight() -> None:
    world = PalletWorld()
    endless = tuple(ClearOrigin() for _ in range(101))

    assert no_answer(lambda: query_xcm_weight(world.pallet, OLD)) is PaymentApiError.VersionedConversionFailed
    why = no_answer(lambda: query_xcm_weight(world.pallet, in_newest(endless)))
    assert why is PaymentApiError.WeightNotComputable


# --------------------------------------------------------------------------------------------------- fees


def test_assets_that_pay_come_in_the_version_asked_for() -> None:
    acceptable = (PARENT, Location(1, (Parachain(1000),)))

    for version in (3, 4, 5):
        answer = query_acceptable_payment_assets(version, acceptable)
        assert [asset.version for asset in answer] == [version, version]
        assert [asset.newest() for asset in answer] == list(acceptable)


def test_a_version_that_is_not_spoken_has_no_words_for_assets() -> None:
    assert query_acceptable_payment_assets(2, (PARENT,)) == ()


def test_weight_costs_what_the_trader_takes() -> None:
    world = PalletWorld()

    assert query_weight_to_asset_fee(world.pallet, Weight(70, 9), in_newest(PARENT)) == 70
    assert query_weight_to_asset_fee(world.pallet, Weight(0, 0), in_newest(PARENT)) == 0
    assert not world.world.earned.assets()


def test_weight_is_not_sold_for_anything() -> None:
    world = PalletWorld()
    why = no_answer(lambda: query_weight_to_asset_fee(world.pallet, Weight(70, 9), in_newest(SIBLING)))
    assert why is PaymentApiError.AssetNotFound

    why = no_answer(lambda: query_weight_to_asset_fee(world.pallet, Weight(70, 9), OLD))
    assert why is PaymentApiError.VersionedConversionFailed


def delivery_fee(world: PalletWorld, asset: Location = PARENT, to: Location = SIBLING) -> Any:
    return query_delivery_fees(world.pallet, in_newest(to), in_newest((ClearOrigin(),)), in_newest(asset))


def test_delivery_costs_what_the_router_asks_and_nothing_is_sent() -> None:
    world = PalletWorld()
    world.price = (some(12),)
    before = world.chain.state.root()

    assert delivery_fee(world) == in_newest((some(12),))

    assert (world.sent, world.chain.state.root()) == ([], before)


def test_a_delivery_fee_comes_in_the_newer_of_the_versions_asked_with() -> None:
    world = PalletWorld()
    world.price = (some(12),)
    found = []
    for dest, message in ((3, 4), (4, 3), (3, 3)):
        place = into_version(in_newest(SIBLING), dest, VersionedLocation)
        program = into_version(in_newest((ClearOrigin(),)), message, VersionedXcm)
        asset = into_version(in_newest(PARENT), 3, VersionedAssetId)
        answer = query_delivery_fees(world.pallet, place, program, asset)
        found.append((answer.version, answer.newest()))

    assert found == [(version, (some(12),)) for version in (4, 4, 3)]


def test_a_delivery_fee_in_another_asset_needs_somebody_who_changes() -> None:
    class Changer:
        """Three of anything for one of the relay chain's asset."""

        def quote_exchange_price(self, give: Assets, want: Assets, *, maximal: bool) -> Assets | None:
            (asset,) = give
            assert isinstance(asset.fun, Fungible)
            return (Asset(want[0].id, Fungible(3 * asset.fun.amount)),) if want[0].id == SIBLING else None

    world, changing = PalletWorld(), PalletWorld(exchanger=Changer())
    world.price = changing.price = (some(12),)

    assert no_answer(lambda: delivery_fee(world, SIBLING)) is PaymentApiError.AssetNotFound
    assert no_answer(lambda: delivery_fee(changing, HERE)) is PaymentApiError.AssetNotFound
    assert delivery_fee(changing, SIBLING) == in_newest((some(36, SIBLING),))


def test_a_delivery_that_is_free_or_costs_several_assets_is_not_priced() -> None:
    world = PalletWorld()
    assert no_answer(lambda: delivery_fee(world)) is PaymentApiError.Unimplemented

    world.price = (some(1, HERE), some(1))
    assert no_answer(lambda: delivery_fee(world)) is PaymentApiError.Unimplemented


def test_a_delivery_to_nowhere_is_not_priced() -> None:
    world = PalletWorld()
    world.unreachable.add(SIBLING)

    assert no_answer(lambda: delivery_fee(world)) is PaymentApiError.Unroutable


# ---------------------------------------------------------------------------------------------- dry runs


def dry_call(world: PalletWorld, name: str, *args: Any, origin: Any = BY_ALICE, version: int = 5) -> Any:
    call = RuntimeCall(world.pallet.prefix, name, args)
    return dry_run_call(world.pallet, Outbox(world), world.chain, origin, call, version)


def test_a_dry_run_tells_what_a_call_would_do_and_undoes_it() -> None:
    world = PalletWorld()
    world.as_root("force_default_xcm_version", 4)
    before = world.chain.state.root()

    effects = dry_call(world, "send", in_newest(SIBLING), in_newest((Trap(1),)))

    ((dest, (message,)),) = effects.forwarded_xcms
    assert effects.execution_result == CallOk(PostDispatchInfo())
    assert [type(event.event) for event in effects.emitted_events] == [FeesPaid, Sent]
    assert (dest, message.newest()[-1]) == (in_newest(SIBLING), Trap(1))
    assert effects.local_xcm is None
    assert world.chain.state.root() == before


def test_a_dry_run_shows_the_program_that_ran_here_in_the_version_asked_for() -> None:
    world = PalletWorld()
    program = in_newest((ClearOrigin(), SetTopic(TOPIC)))

    for version in (3, 4, 5):
        effects = dry_call(world, "execute", program, units(9), version=version)
        assert effects.local_xcm == into_version(program, version, VersionedXcm)
        assert [event.event for event in effects.emitted_events] == [Attempted(Complete(units(2)))]
    assert world.pallet.recorded_xcm.get() is None
    assert not world.pallet.should_record_xcm.get()


def test_a_dry_run_forgets_what_was_there_before() -> None:
    world = PalletWorld()
    world.as_root("send", in_newest(SIBLING), in_newest((Trap(1),)))

    effects = dry_call(world, "force_suspension", False, origin=Root())

    assert (effects.emitted_events, effects.forwarded_xcms) == ((), ())
    assert [type(event) for event in world.events()] == [FeesPaid, Sent]


def test_a_dry_run_of_a_call_that_fails_tells_why_and_what_it_cost() -> None:
    world = PalletWorld()

    refused = dry_call(world, "force_suspension", True)
    failed = dry_call(world, "execute", in_newest((Trap(1),)), units(9))

    assert refused.execution_result == CallErr(DispatchErrorWithPostInfo(PostDispatchInfo(), BadOrigin()))
    assert failed.execution_result == CallErr(
        DispatchErrorWithPostInfo(
            PostDispatchInfo(STEP.saturating_add(units(1))),
            Module(99, bytes((Error.LocalExecutionIncompleteWithError.value, 0, 21, 0))),
        )
    )


def test_a_dry_run_in_a_version_without_words_has_no_answer() -> None:
    world = PalletWorld()

    why = no_answer(lambda: dry_call(world, "execute", in_newest((ClearOrigin(),)), units(9), version=2))
    assert why is DryRunApiError.VersionedConversionFailed
    assert not world.pallet.should_record_xcm.get()


def dry_program(world: PalletWorld, *program: Instruction) -> Any:
    return dry_run_xcm(world.pallet, Outbox(world), in_newest(SIBLING), in_newest(program))


def test_a_dry_run_of_a_program_tells_how_it_would_end_and_undoes_it() -> None:
    world = PalletWorld(barrier=LetsEverythingIn())
    before = world.chain.state.root()

    assert dry_program(world, ClearOrigin()).execution_result == Complete(units(1))
    failed = dry_program(world, Trap(7)).execution_result

    assert failed == Incomplete(units(1), InstructionError(0, Trapped(7)))
    assert world.chain.state.root() == before


def test_what_the_barrier_keeps_out_is_kept_out_of_a_dry_run() -> None:
    effects = dry_program(PalletWorld(), ClearOrigin())

    assert isinstance(effects.execution_result, Incomplete)


@pytest.mark.parametrize(("origin", "program"), [(OLD, (ClearOrigin(),)), (in_newest(SIBLING), None)])
def test_a_dry_run_of_a_program_in_words_of_old_has_no_answer(
    origin: VersionedLocation, program: tuple[Instruction, ...] | None
) -> None:
    world = PalletWorld()
    message = OLD if program is None else in_newest(program)

    why = no_answer(lambda: dry_run_xcm(world.pallet, Outbox(world), origin, message))
    assert why is DryRunApiError.VersionedConversionFailed


# ------------------------------------------------------------------------------------------- trust, aliases


def test_trust_is_what_programs_run_by() -> None:
    world = PalletWorld()
    asset = in_newest(some(1))

    assert is_trusted_reserve(world.pallet, asset, in_newest(SIBLING))
    assert not is_trusted_reserve(world.pallet, asset, in_newest(PARENT))
    assert is_trusted_teleporter(world.pallet, asset, in_newest(PARENT))
    assert not is_trusted_teleporter(world.pallet, asset, in_newest(SIBLING))


def test_aliasers_come_in_the_version_of_the_question() -> None:
    world = PalletWorld()
    aliasers = (OriginAliaser(newest(SIBLING), 9), OriginAliaser(OLD, None))
    world.pallet.authorized_aliases[newest(ALICE_HERE)] = AuthorizedAliasesEntry(aliasers, Disabled())
    question = into_version(newest(ALICE_HERE), 4, VersionedLocation)

    answer = authorized_aliasers(world.pallet, question)

    assert answer == (OriginAliaser(into_version(newest(SIBLING), 4, VersionedLocation), 9),)
    assert authorized_aliasers(world.pallet, newest(SIBLING)) == ()
