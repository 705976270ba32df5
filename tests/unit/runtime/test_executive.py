"""Blocks: made by one, accepted or refused by another."""

from __future__ import annotations

import pytest
from typing_extensions import override

from pallets.balances_items import Deposit, Transfer, Withdraw
from pallets.sudo import Sudid
from pallets.system_items import Error as SystemError_
from pallets.system_items import ExtrinsicFailed, ExtrinsicSuccess, Remarked
from pallets.transaction_payment import TransactionFeePaid
from pallets.utility import BatchInterrupted
from primitives.errors import BadOrigin, Err, InvalidBlock, InvalidTransaction, Module, Ok, Token, TokenError
from primitives.header import NO_HASH, Digest, Header, OtherDigest, PreRuntime, Seal
from primitives.ids import Balance, BlockNumber
from primitives.pallet import RuntimeCall
from primitives.record import replace
from primitives.weights import DispatchClass, Pays
from runtime.executive import outcome_bytes
from runtime.relay import Relay
from tests.support.blocks import (
    ALICE,
    BOB,
    CAROL,
    EDDIE,
    PLENTY,
    UNIT,
    Chain,
    Priced,
    bare,
    claiming,
    invalid_block,
    paras_inherent,
    refusal,
    remark,
    sudo,
    time_inherent,
    transfer,
)

SLOT = PreRuntime(b"BABE", b"slot 7")
Made = tuple[Relay, Header, tuple[bytes, ...]]

BAD_MANDATORY = bytes.fromhex("010008")


@pytest.fixture
def chain() -> Chain:
    return Chain(Priced())


@pytest.fixture
def made(chain: Chain) -> Made:
    """A block, and a chain that does not know it yet."""
    chain.run_to(2)
    twin = chain.twin()
    extrinsics = chain.sign(remark()), chain.sign(transfer(ALICE, 5), BOB), chain.sign(remark(), EDDIE)
    return twin, *chain.block(*extrinsics, logs=(SLOT,))


# A block that is as it says.


def test_a_block_is_accepted_with_the_same_state(chain: Chain) -> None:
    chain.run_to(2)
    twin = chain.twin()
    calls = remark(), transfer(BOB, 7), RuntimeCall("Hrmp", "hrmp_init_open_channel", (2000, 1, 1))

    header, extrinsics = chain.block(
        *(chain.sign(call, nonce=nonce) for nonce, call in enumerate(calls)),
        chain.sign(remark(), EDDIE),
        chain.sign(remark(), CAROL),
        logs=(SLOT,),
    )
    twin.executive.execute_block(header, extrinsics)

    assert header.state_root == chain.state.root() == twin.state.root()
    assert header.digest.logs == (SLOT,)
    assert twin.state.entries() == chain.state.entries()


def test_ten_blocks_on_ten_forks(chain: Chain) -> None:
    twin = chain.twin()
    for number in range(10):
        header, extrinsics = chain.block(chain.sign(transfer(BOB, number)))
        twin.executive.execute_block(header, extrinsics)
    assert twin.state.root() == chain.parent.state_root
    assert twin.system.block_hash[BlockNumber(9)] == chain.parent.parent_hash


def test_what_lives_for_one_block_is_gone_with_it(chain: Chain) -> None:
    chain.block(chain.sign(remark()))
    system = chain.relay.system
    assert not system.execution_phase.exists()
    assert not system.block_size.exists()
    assert not system.inherents_applied.get()
    assert system.extrinsic_data[0] == b""
    assert {b":extrinsic_index", b":intrablock_entropy"}.isdisjoint(chain.state.entries())


# Headers that say something else.


@pytest.mark.parametrize(
    ("what", "field", "value"),
    [
        ("extrinsic 1", "parent_hash", b"\x01" * 32),
        ("block number", "number", 2),
        ("block number", "number", 4),
        ("block number", "number", 0),
        ("extrinsics root", "extrinsics_root", NO_HASH),
        ("state root", "state_root", NO_HASH),
        ("state root", "digest", Digest((replace(SLOT, data=b"slot 8"),))),
        ("state root", "digest", Digest()),
        ("state root", "digest", Digest((SLOT, SLOT))),
        ("digest items", "digest", Digest((SLOT, OtherDigest(b"more")))),
        ("digest items", "digest", Digest((SLOT, Seal(b"BABE", bytes(64))))),
        ("digest items", "digest", Digest((OtherDigest(b"instead"),))),
    ],
)
def test_an_altered_header_is_refused_by_name(made: Made, what: str, field: str, value: object) -> None:
    twin, header, extrinsics = made
    altered = replace(header, **{field: value})
    assert invalid_block(twin, altered, extrinsics).what == what
    twin.executive.execute_block(header, extrinsics)


def test_a_digest_item_of_another_kind_is_named_by_its_place(made: Made) -> None:
    twin, header, extrinsics = made
    twin.outside = twin.executive.outside = WithLog()
    logs = (SLOT, OtherDigest(b"something else"))
    assert invalid_block(twin, replace(header, digest=Digest(logs)), extrinsics).what == "digest item 1"


class WithLog(Priced):
    """An outside that puts something in the digest."""

    @override
    def digest_items(self) -> tuple[OtherDigest, ...]:
        return (OtherDigest(b"of the outside"),)


# Extrinsics that are not those of the header, and headers made to match.


def test_other_extrinsics_than_the_header_has(made: Made) -> None:
    twin, header, extrinsics = made
    for others in (extrinsics[:-1], (*extrinsics, extrinsics[-1]), extrinsics[::-1], ()):
        assert invalid_block(twin, header, others).what == "extrinsics root"


def test_an_altered_extrinsic_is_refused(made: Made) -> None:
    twin, header, extrinsics = made
    last = extrinsics[-1]
    others = (*extrinsics[:-1], last[:-1] + bytes((last[-1] ^ 1,)))
    assert invalid_block(twin, header, others).what == "extrinsics root"
    assert invalid_block(twin, claiming(header, others), others).what == "extrinsic 4"


def test_dropped_or_reordered_extrinsics_make_another_state(made: Made) -> None:
    twin, header, (time, paras, one, two, three) = made
    for others in ((time, paras, one, two), (time, paras, two, one, three)):
        assert invalid_block(twin, claiming(header, others), others).what == "state root"


def test_an_extrinsic_twice_is_stale(made: Made) -> None:
    twin, header, extrinsics = made
    others = (*extrinsics, extrinsics[-1])
    assert str(invalid_block(twin, claiming(header, others), others)).endswith("found Invalid.Stale")


# Inherents.


def test_a_block_needs_both_inherents(made: Made) -> None:
    twin, header, (time, paras, *rest) = made
    timeless, parentless = (paras, *rest), (time, *rest)
    assert invalid_block(twin, claiming(header, timeless), timeless).what == "times told by the block"
    assert invalid_block(twin, claiming(header, parentless), parentless).what == "inherents for parachains"


def test_inherents_come_first(made: Made) -> None:
    twin, header, (time, paras, *rest) = made
    late = (time, rest[0], paras, *rest[1:])
    error = invalid_block(twin, claiming(header, late), late)
    assert (error.what, error.found) == ("extrinsic 2", "enter")


def test_the_time_is_told_once(chain: Chain) -> None:
    chain.open()
    with pytest.raises(InvalidBlock, match="times told by the block: expected 1, found 2"):
        chain.apply(bare(time_inherent(chain.time + 12_000)))


def test_the_inherent_for_parachains_comes_once(chain: Chain) -> None:
    chain.open()
    assert refusal(chain, bare(paras_inherent(chain.parent))) == BAD_MANDATORY


def test_the_inherent_for_parachains_names_the_parent(chain: Chain) -> None:
    chain.run_to(1)
    chain.relay.executive.initialize_block(chain.next_header())
    wrong = replace(chain.parent, state_root=NO_HASH)
    assert refusal(chain, bare(paras_inherent(wrong))) == BAD_MANDATORY


def test_a_signed_inherent_is_none(chain: Chain) -> None:
    chain.open()
    assert refusal(chain, chain.sign(time_inherent(5))) == BAD_MANDATORY
    assert refusal(chain, chain.sign(sudo(time_inherent(chain.time + 9_000)), BOB)) == BAD_MANDATORY


# Calls that fail.


def test_a_failing_call_keeps_fee_and_nonce_and_nothing_else(chain: Chain) -> None:
    chain.open()
    extrinsic = chain.sign(transfer(BOB, PLENTY))
    outcome = chain.outcome(extrinsic)

    fee = len(extrinsic) * Priced.FEE_OF_BYTE // 2
    error = Token(TokenError.FundsUnavailable)
    assert outcome == outcome_bytes(Err(error)) == b"\x00\x01\x07\x00"
    assert chain.events()[-1].dispatch_error == error
    assert (chain.nonce(ALICE), chain.free(ALICE)) == (1, PLENTY - fee)
    assert chain.free(BOB) == PLENTY


def test_what_a_failing_call_did_is_undone(chain: Chain) -> None:
    chain.open()
    calls = transfer(BOB, UNIT), remark(), transfer(BOB, PLENTY)
    chain.apply(chain.sign(RuntimeCall("Utility", "batch_all", (calls,))))

    kinds = [type(event) for event in chain.events()[2:]]
    assert Transfer not in kinds
    assert Remarked not in kinds
    assert (kinds[0], kinds[-2], kinds[-1]) == (Withdraw, TransactionFeePaid, ExtrinsicFailed)
    assert chain.free(BOB) == PLENTY


def test_what_a_batch_did_before_it_was_interrupted_stays(chain: Chain) -> None:
    chain.open()
    calls = transfer(BOB, UNIT), transfer(BOB, PLENTY), transfer(BOB, UNIT)
    chain.apply(chain.sign(RuntimeCall("Utility", "batch", (calls,))))

    assert BatchInterrupted(1, Token(TokenError.FundsUnavailable)) in chain.events()
    assert chain.free(BOB) == PLENTY + UNIT


def test_events_of_a_paid_call_in_order(chain: Chain) -> None:
    chain.open()
    chain.apply(chain.sign(transfer(BOB, 7)))
    kinds = [type(event) for event in chain.events()[2:]]
    assert kinds[:3] == [Withdraw, Transfer, Deposit]
    assert kinds[-2:] == [TransactionFeePaid, ExtrinsicSuccess]


def test_a_tip_is_paid_beside_the_fee(chain: Chain) -> None:
    chain.open()
    extrinsic = chain.sign(remark(), tip=UNIT)
    chain.apply(extrinsic)
    fee = len(extrinsic) * Priced.FEE_OF_BYTE // 2
    assert chain.free(ALICE) == PLENTY - fee - UNIT
    assert TransactionFeePaid(ALICE.account, Balance(fee + UNIT), UNIT) in chain.events()


def test_sudo_of_a_failing_call_goes_well_and_is_free(chain: Chain) -> None:
    chain.open()
    assert chain.outcome(chain.sign(sudo(transfer(BOB, 1)))) == b"\x00\x00"
    assert Sudid(Err(BadOrigin())) in chain.events()
    told = chain.events()[-1].dispatch_info
    assert (told.dispatch_class, told.pays_fee) == (DispatchClass.Normal, Pays.No)
    assert chain.free(ALICE) == PLENTY


def test_sudo_of_somebody_else_fails_and_costs(chain: Chain) -> None:
    chain.open()
    chain.apply(chain.sign(sudo(remark()), BOB))
    failed = chain.events()[-1]
    assert failed.dispatch_error == Module(251, bytes(4))
    assert failed.dispatch_info.pays_fee is Pays.Yes
    assert chain.free(BOB) < PLENTY


def test_an_unsigned_call_runs_as_nobody(chain: Chain) -> None:
    chain.open()
    assert chain.outcome(bare(transfer(BOB, 1))) == b"\x00\x01\x02"
    assert chain.events()[-1].dispatch_error == BadOrigin()
    assert chain.relay.system.inherents_applied.get()


def test_system_expects_no_unsigned_calls(chain: Chain) -> None:
    chain.open()
    assert refusal(chain, bare(remark())) == bytes.fromhex("010000")


# Outcomes as bytes.


def test_outcomes_as_bytes() -> None:
    assert outcome_bytes(Ok()) == b"\x00\x00"
    assert outcome_bytes(Err(BadOrigin())) == b"\x00\x01\x02"
    error = Module(0, bytes((SystemError_.CallFiltered.value, 0, 0, 0)))
    assert outcome_bytes(Err(error)) == b"\x00\x01\x03\x00\x05\x00\x00\x00"


def test_refused_extrinsics_leave_the_block_to_others(chain: Chain) -> None:
    twin = chain.twin()
    chain.open()
    inherents, good = chain.inherents(), chain.sign(remark(), BOB)
    with pytest.raises(InvalidTransaction):
        chain.apply(chain.sign(remark(), nonce=7))
    chain.apply(good)
    twin.executive.execute_block(chain.close(), (*inherents, good))
    assert twin.state.root() == chain.state.root()
