"""What the relay chain answers about XCM, through the bytes of its functions.

Upstream: polkadot/xcm/xcm-runtime-apis/tests
"""

from __future__ import annotations

from typing import Any

import pytest

from pallets.balances_items import BurnedDebt
from pallets.xcm_pallet_apis import (
    CallErr,
    CallOk,
    DryRunApiError,
    PaymentApiError,
)
from pallets.xcm_pallet_events import Attempted, FeesPaid, Sent
from primitives.errors import BadOrigin
from primitives.ids import ParaId, sovereign_account
from primitives.origin import Root, Signed
from primitives.pallet import RuntimeCall
from primitives.scale.errors import DecodeError
from primitives.weights import Weight
from runtime import apis, paseo_xcm
from runtime.apis import BadArguments
from runtime.paseo_weights import weight_to_fee
from runtime.paseo_xcm import ASSET_HUB
from runtime.relay import Relay
from runtime.xcm_api_types import (
    XCM_APIS,
    Account,
    AssetFee,
    CallTried,
    ConversionError,
    DeliveryFees,
    NoAccount,
    NotPriced,
    NotTried,
    PaymentAssets,
    XcmTried,
    XcmWeight,
)
from tests.support.worlds import ALICE, World, relay_world
from xcm.accounts import account_location
from xcm.asset import Asset, Assets, Fungible
from xcm.errors import Complete, Incomplete
from xcm.instructions import (
    BurnAsset,
    BuyExecution,
    ClearOrigin,
    ReceiveTeleportedAsset,
    SetTopic,
    Transact,
    Trap,
    UnpaidExecution,
    WithdrawAsset,
)
from xcm.junctions import OnlyChild, Parachain
from xcm.location import HERE, PARENT, Location
from xcm.program import Instruction
from xcm.terms import OriginKind, Unlimited
from xcm.versions import XCM_VERSION, Versioned, VersionedXcm, into_version

UNIT = 10**10
A, HUB = ParaId(2000), ParaId(1000)
AT_A = Location(0, (Parachain(A),))
METHODS = {method.name: (api, method) for api in XCM_APIS for method in api.methods}


@pytest.fixture
def world() -> World:
    found = relay_world((A, HUB), balance=100 * UNIT)
    found.endow(ALICE, 100 * UNIT)
    found.relay.xcm_pallet.build()
    return found


def now(value: Any) -> Versioned[Any]:
    return Versioned(XCM_VERSION, value)


def some(amount: int) -> Assets:
    return (Asset(HERE, Fungible(amount)),)


def ask(world: World, name: str, *arguments: object) -> Any:
    """Put a question to the chain; whatever it is, the state stays as it was."""
    api, method = METHODS[name]
    before, codec = world.relay.state.root(), Relay.wire().codec
    inputs: list[Any] = [tp for _, tp in method.inputs]
    raw = b"".join(codec(tp).encode(each) for tp, each in zip(inputs, arguments, strict=True))
    answer = apis.call(world.relay, f"{api.name}_{name}", raw)
    assert world.relay.state.root() == before
    return codec(method.output).decode(answer)


# ------------------------------------------------------------------------------------------------- costs


def test_weight_is_sold_for_the_token_at_its_price(world: World) -> None:
    weight = Weight(10**9, 10**5)

    assert ask(world, "query_acceptable_payment_assets", 4) == PaymentAssets((Versioned(4, HERE),))
    assert ask(world, "query_weight_to_asset_fee", weight, now(HERE)) == AssetFee(weight_to_fee(weight))
    refused = ask(world, "query_weight_to_asset_fee", weight, now(PARENT))
    assert refused == NotPriced(PaymentApiError.AssetNotFound)


def test_programs_have_a_weight_unless_a_call_in_them_cannot_be_read(world: World) -> None:
    assert ask(world, "query_xcm_weight", now((ClearOrigin(),))) == XcmWeight(Weight(950_000, 0))
    refused = ask(world, "query_xcm_weight", now((Transact(OriginKind.Native, None, bytes.fromhex("ffff")),)))
    assert refused == NotPriced(PaymentApiError.WeightNotComputable)


def test_delivery_has_the_price_that_sending_takes(world: World) -> None:
    message = (ClearOrigin(), SetTopic(bytes(32)))
    price = paseo_xcm.DELIVERY_PRICE.price(message, world.relay.dmp.delivery_fee_factor[A])

    answer = ask(world, "query_delivery_fees", now(AT_A), Versioned(4, message), now(HERE))

    assert answer == DeliveryFees(now(price))
    nowhere = now(Location(0, (Parachain(9),)))
    refused = ask(world, "query_delivery_fees", nowhere, now(message), now(HERE))
    assert refused == NotPriced(PaymentApiError.Unroutable)


# ---------------------------------------------------------------------------------------------- dry runs


def teleport(amount: int) -> RuntimeCall:
    beneficiary = now(account_location(ALICE, None))
    arguments = (now(ASSET_HUB), beneficiary, now(some(amount)), 0, Unlimited())
    return RuntimeCall("XcmPallet", "limited_teleport_assets", arguments)


def test_a_teleport_can_be_tried_and_nothing_is_left_of_it(world: World) -> None:
    tried = ask(world, "dry_run_call", Signed(ALICE), teleport(UNIT), XCM_VERSION)

    assert isinstance(tried, CallTried)
    effects = tried.effects
    assert isinstance(effects.execution_result, CallOk)
    told = [type(event.event) for event in effects.emitted_events if event.pallet == "XcmPallet"]
    assert told == [Attempted, FeesPaid, Sent]
    assert BurnedDebt in [type(event.event) for event in effects.emitted_events]
    assert effects.local_xcm == now((WithdrawAsset(some(UNIT)), BurnAsset(some(UNIT))))
    ((dest, (message,)),) = effects.forwarded_xcms
    there = (Asset(PARENT, Fungible(UNIT)),)
    buy = BuyExecution(there[0], Unlimited())
    assert dest == now(ASSET_HUB)
    assert message.newest()[:3] == (ReceiveTeleportedAsset(there), ClearOrigin(), buy)
    assert isinstance(message.newest()[-1], SetTopic)
    assert world.relay.dmp.downward_message_queues[HUB] == ()


def test_what_is_shown_is_in_the_version_asked_for(world: World) -> None:
    tried = ask(world, "dry_run_call", Signed(ALICE), teleport(UNIT), 4)

    assert [message.version for _, messages in tried.effects.forwarded_xcms for message in messages] == [4]
    assert tried.effects.forwarded_xcms[0][0].version == 4
    refused = ask(world, "dry_run_call", Signed(ALICE), teleport(UNIT), 2)
    assert refused == NotTried(DryRunApiError.VersionedConversionFailed)


def test_a_call_that_fails_is_an_answer_too(world: World) -> None:
    suspend = RuntimeCall("XcmPallet", "force_suspension", (True,))

    poor = ask(world, "dry_run_call", Signed(ALICE), teleport(1000 * UNIT), XCM_VERSION)
    other = ask(world, "dry_run_call", Signed(ALICE), suspend, XCM_VERSION)
    root = ask(world, "dry_run_call", Root(), suspend, XCM_VERSION)

    assert isinstance(poor.effects.execution_result, CallErr)
    assert poor.effects.forwarded_xcms == ()
    assert other.effects.execution_result.error.error == BadOrigin()
    assert isinstance(root.effects.execution_result, CallOk)
    assert not world.relay.xcm_pallet.is_suspended()


def try_program(world: World, origin: Location, *program: Instruction) -> Any:
    tried = ask(world, "dry_run_xcm", now(origin), now(program))
    assert isinstance(tried, XcmTried)
    return tried.effects


def test_a_program_can_be_tried_as_a_parachain(world: World) -> None:
    pay = (WithdrawAsset(some(UNIT)), BuyExecution(some(UNIT)[0], Unlimited()))

    done = try_program(world, AT_A, *pay)
    failed = try_program(world, AT_A, *pay, Trap(1))
    refused = try_program(world, AT_A, UnpaidExecution(Unlimited(), None))

    assert isinstance(done.execution_result, Complete)
    assert {event.pallet for event in done.emitted_events} == {"Balances", "XcmPallet"}
    assert isinstance(failed.execution_result, Incomplete)
    assert isinstance(refused.execution_result, Incomplete)
    assert refused.emitted_events == ()


def test_a_program_in_words_of_old_is_tried_as_well(world: World) -> None:
    old = into_version(now((UnpaidExecution(Unlimited(), None), ClearOrigin())), 3, VersionedXcm)

    tried = ask(world, "dry_run_xcm", now(ASSET_HUB), old)

    assert isinstance(tried.effects.execution_result, Complete)


# ----------------------------------------------------------------------------------------------- accounts


def test_places_have_accounts(world: World) -> None:
    assert ask(world, "convert_location", now(AT_A)) == Account(sovereign_account(A))
    assert ask(world, "convert_location", now(account_location(ALICE, None))) == Account(ALICE)
    nobody = ask(world, "convert_location", now(Location(0, (OnlyChild(),))))
    assert nobody == NoAccount(ConversionError.Unsupported)


# ------------------------------------------------------------------------------------------------- bytes


def test_bytes_that_are_no_arguments_are_refused(world: World) -> None:
    for raw, found in ((b"", "expected u32"), (bytes(5), "1 more byte")):
        with pytest.raises(BadArguments, match=found) as why:
            apis.call(world.relay, "XcmPaymentApi_query_acceptable_payment_assets", raw)
        assert isinstance(why.value.__context__, DecodeError)
