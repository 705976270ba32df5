"""What a parachain answers, through the bytes of its functions, to collators and to clients that deal in XCM.

Upstream: paseo-network/runtimes system-parachains/bulletin-paseo/src/lib.rs `impl_runtime_apis`
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import pytest

from pallets.para.aura import AuraId
from pallets.xcm_pallet_apis import CallOk, PaymentApiError
from primitives.header import Header
from primitives.ids import AccountId, Balance, BlockNumber, ParaId, sovereign_account
from primitives.origin import Root, Signed
from primitives.pallet import RuntimeCall
from primitives.scale.codec import U32
from primitives.scale.derive import codec
from primitives.weights import Weight
from runtime import apis, bulletin
from runtime.apis import UnknownFunction
from runtime.bulletin_trust import ASSET_HUB, DELIVERY_PRICE
from runtime.bulletin_weights import FEES, weight_to_fee
from runtime.para import Para
from runtime.para_api_types import SlotDuration
from runtime.xcm_api_types import (
    Account,
    Aliasers,
    Answered,
    AssetFee,
    CallTried,
    DeliveryFees,
    NotPriced,
    NotTold,
    PaymentAssets,
    TrustedQueryError,
    XcmTried,
    XcmWeight,
)
from tests.support.para_author import ParaAuthor
from tests.support.signing import account
from xcm.accounts import account_location
from xcm.asset import Asset, Fungible
from xcm.errors import Complete, Incomplete
from xcm.instructions import ClearOrigin, SetTopic, UnpaidExecution
from xcm.junctions import Parachain
from xcm.location import HERE, PARENT, Location
from xcm.terms import Unlimited
from xcm.versions import XCM_VERSION, Versioned

ALICE, BOB = AccountId(account("Alice")), AccountId(account("Bob"))
THERE = ParaId(2001)
SIBLING = Location(1, (Parachain(THERE),))
NOT_ANSWERED = (
    "BlockBuilder",
    "OffchainWorkerApi",
    "SessionKeys",
    "GenesisBuilder",
    "TransactionStorageApi",
    "HopRuntimeApi",
    "BulletinTransactionStorageApi",
)
"""What the recorded chain is asked besides: blocks are run directly, and data are not stored here."""

METHODS = {method.name: (api, method) for api in Para.apis for method in api.methods}


@pytest.fixture
def author() -> ParaAuthor:
    found = ParaAuthor()
    found.para.polkadot_xcm.build()
    found.begin_here()
    return found


def now(value: Any) -> Versioned[Any]:
    return Versioned(XCM_VERSION, value)


def ask_raw(author: ParaAuthor, name: str, raw: bytes) -> Any:
    """Put a question to the chain; whatever it is, the state stays as it was."""
    api, method = METHODS[name]
    before = author.state.root()
    answer = apis.call(Para(author.state), f"{api.name}_{name}", raw)
    assert author.state.root() == before
    return Para.wire().codec(method.output).decode(answer)


def ask(author: ParaAuthor, name: str, *arguments: object) -> Any:
    wire, inputs = Para.wire(), METHODS[name][1].inputs
    encoded = (wire.codec(tp).encode(each) for (_, tp), each in zip(inputs, arguments, strict=True))
    return ask_raw(author, name, b"".join(encoded))


# ------------------------------------------------------------------------------------------- every chain


def test_a_parachain_says_what_it_is_and_who_did_what(author: ParaAuthor) -> None:
    assert ask(author, "version") == bulletin.VERSION
    assert ask(author, "account_nonce", ALICE) == 0
    assert ask(author, "metadata_versions") == (14, 15)


def test_each_group_of_functions_is_one_that_the_recorded_runtime_tells_of() -> None:
    told = [name for name, _ in bulletin.VERSION.apis]
    answered = [blake2b(api.name.encode(), digest_size=8).digest() for api in Para.apis]

    assert set(answered) <= set(told)
    others = {blake2b(name.encode(), digest_size=8).digest() for name in NOT_ANSWERED}
    assert set(told) - set(answered) == others


def test_what_only_the_relay_chain_is_asked_is_unknown(author: ParaAuthor) -> None:
    with pytest.raises(UnknownFunction, match="ParachainHost_para_ids"):
        apis.call(author.para, "ParachainHost_para_ids", b"")


def test_weight_and_length_have_a_price(author: ParaAuthor) -> None:
    weight = Weight(125_000_000, 0)

    for api in ("TransactionPaymentApi", "TransactionPaymentCallApi"):
        of_weight = apis.call(author.para, f"{api}_query_weight_to_fee", codec(Weight).encode(weight))
        of_length = apis.call(author.para, f"{api}_query_length_to_fee", codec(U32).encode(7))
        assert codec(Balance).decode(of_weight) == weight_to_fee(weight)
        assert codec(Balance).decode(of_length) == 7 * FEES.byte_fee


# --------------------------------------------------------------------------------------------- collators


def test_a_collator_is_told_whose_turn_it_is(author: ParaAuthor) -> None:
    assert ask(author, "slot_duration") == SlotDuration(24_000)
    assert ask(author, "authorities") == (AuraId(ALICE),)
    assert ask(author, "relay_parent_offset") == 0
    assert ask(author, "parachain_id") == author.us


def test_a_collator_is_told_what_its_block_puts_out(author: ParaAuthor) -> None:
    author.relay.send_down(1, b"no program")

    made = author.next_block()

    assert ask(author, "collect_collation_info", made.header) == made.info
    assert made.info.processed_downward_messages == 1


def test_blocks_may_be_made_while_not_too_many_wait_to_be_included(author: ParaAuthor) -> None:
    included, parent = author.relay.included, author.parent.hash()
    made: list[Header] = []
    for _ in range(bulletin.VELOCITY.capacity):
        assert ask(author, "can_build_upon", parent, author.relay.slot + 1)
        made.append(author.next_block().header)
        author.relay.included = included

    assert not ask(author, "can_build_upon", parent, author.relay.slot + 1)
    assert ask(author, "can_build_upon", made[0].hash(), author.relay.slot + 1)


def test_a_relay_chain_slot_that_is_over_has_no_more_blocks(author: ParaAuthor) -> None:
    included = author.parent.hash()
    author.next_block()

    assert ask(author, "can_build_upon", included, author.relay.slot)
    assert not ask(author, "can_build_upon", included, author.relay.slot - 1)


# --------------------------------------------------------------------------------------------------- XCM


def test_weight_is_sold_for_the_relay_chain_s_token(author: ParaAuthor) -> None:
    weight = Weight(10**9, 10**5)

    assert ask(author, "query_acceptable_payment_assets", 4) == PaymentAssets((Versioned(4, PARENT),))
    assert ask(author, "query_weight_to_asset_fee", weight, now(PARENT)) == AssetFee(weight_to_fee(weight))
    refused = ask(author, "query_weight_to_asset_fee", weight, now(HERE))
    assert refused == NotPriced(PaymentApiError.AssetNotFound)
    assert ask(author, "query_xcm_weight", now((ClearOrigin(),))) == XcmWeight(Weight(815_000, 0))


def test_delivery_has_the_price_that_sending_takes(author: ParaAuthor) -> None:
    message = (ClearOrigin(), SetTopic(bytes(32)))
    price = DELIVERY_PRICE.price(message, author.para.channels.delivery_fee_factor[THERE])

    answer = ask(author, "query_delivery_fees", now(SIBLING), now(message), now(PARENT))

    assert answer == DeliveryFees(now(price))
    nowhere = ask(author, "query_delivery_fees", now(Location(2)), now(message), now(PARENT))
    assert nowhere == NotPriced(PaymentApiError.Unroutable)


def test_a_message_up_can_be_tried_and_does_not_go(author: ParaAuthor) -> None:
    author.next_block()
    sent = RuntimeCall("PolkadotXcm", "send", (now(PARENT), now((ClearOrigin(),))))

    tried = ask(author, "dry_run_call", Root(), sent, XCM_VERSION)

    assert isinstance(tried, CallTried)
    assert isinstance(tried.effects.execution_result, CallOk)
    ((destination, (message,)),) = tried.effects.forwarded_xcms
    assert destination == now(PARENT)
    assert message.newest()[-2] == ClearOrigin()
    assert author.para.parachain_system.pending_upward_messages.get() == ()


def test_a_program_can_be_tried_as_a_sibling(author: ParaAuthor) -> None:
    free = (UnpaidExecution(Unlimited(), None), ClearOrigin())

    governing = ask(author, "dry_run_xcm", now(ASSET_HUB), now(free))
    other = ask(author, "dry_run_xcm", now(SIBLING), now(free))

    assert isinstance(governing, XcmTried)
    assert isinstance(governing.effects.execution_result, Complete)
    assert isinstance(other.effects.execution_result, Incomplete)


def test_places_have_accounts(author: ParaAuthor) -> None:
    there = ask(author, "convert_location", now(SIBLING))

    assert there == Account(AccountId(b"sibl" + THERE.to_bytes(4, "little") + bytes(24)))
    assert there != Account(sovereign_account(THERE))
    assert ask(author, "convert_location", now(account_location(ALICE, None))) == Account(ALICE)


# ------------------------------------------------------------------------------------------------- trust


def test_the_token_is_teleported_with_system_chains_and_kept_by_nobody(author: ParaAuthor) -> None:
    token = now(Asset(PARENT, Fungible(1)))

    assert ask(author, "is_trusted_teleporter", token, now(ASSET_HUB)) == Answered(True)
    assert ask(author, "is_trusted_teleporter", token, now(SIBLING)) == Answered(False)
    assert ask(author, "is_trusted_reserve", token, now(ASSET_HUB)) == Answered(False)


def test_who_may_speak_for_an_account_is_told_while_it_may(author: ParaAuthor) -> None:
    alice, bob = account_location(ALICE, None), account_location(BOB, None)
    allow = RuntimeCall("PolkadotXcm", "add_authorized_alias", (now(bob), 5))
    assert ask(author, "authorized_aliasers", now(alice)) == Aliasers(())
    author.para.dispatch(allow, Signed(ALICE))

    (told,) = ask(author, "authorized_aliasers", now(alice)).aliasers

    assert (told.location, told.expiry) == (now(bob), 5)
    assert ask(author, "is_authorized_alias", now(bob), now(alice)) == Answered(True)
    assert ask(author, "is_authorized_alias", now(alice), now(bob)) == Answered(False)
    author.para.system.number.put(BlockNumber(5))
    assert ask(author, "is_authorized_alias", now(bob), now(alice)) == Answered(False)


def test_whom_an_asset_without_words_of_today_is_trusted_to_is_not_known(author: ParaAuthor) -> None:
    abstract, here = bytes.fromhex("0301" + "00" * 32 + "0004"), bytes.fromhex("030000")

    for name in ("is_trusted_reserve", "is_trusted_teleporter"):
        found = ask_raw(author, name, abstract + here)
        assert found == NotTold(TrustedQueryError.VersionedAssetConversionFailed)
