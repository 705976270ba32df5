"""Laws of XCM on the relay chain: whatever program a parachain sends ends in an outcome, uses no more weight
than was known before, and neither makes nor loses money.

Programs are put together from instructions that fit the chain and from any others. They run behind a barrier
that lets everything in, so that they get far.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pallets.relay.upward import ump
from pallets.xcm_pallet_events import AssetsTrapped
from primitives.address import Id
from primitives.ids import Hash, ParaId, sovereign_account
from primitives.pallet import RuntimeCall
from primitives.weights import ZERO_WEIGHT, WeightMeter
from runtime.paseo_xcm import ASSET_HUB
from tests.support.blocks import remark
from tests.support.strategies import Drawn, Walk
from tests.support.worlds import ALICE, World, relay_world
from tests.support.xcm_world import MESSAGE_ID
from xcm.accounts import account_location
from xcm.asset import Asset, Fungible
from xcm.errors import NotStarted
from xcm.filters import All, AllCounted, Definite, Teleport, Wild
from xcm.instructions import (
    AliasOrigin,
    BurnAsset,
    BuyExecution,
    ClearOrigin,
    DepositAsset,
    DescendOrigin,
    PayFees,
    ReceiveTeleportedAsset,
    RefundSurplus,
    SetFeesMode,
    SetTopic,
    Transact,
    TransferAsset,
    Trap,
    WithdrawAsset,
)
from xcm.junctions import PalletInstance, Parachain
from xcm.location import HERE, Location
from xcm.program import (
    DepositReserveAsset,
    InitiateTeleport,
    InitiateTransfer,
    Instruction,
    SetAppendix,
    SetErrorHandler,
    TransferReserveAsset,
    Xcm,
)
from xcm.reading import Unconvertible
from xcm.reports import QueryPallet, ReportTransactStatus, SubscribeVersion
from xcm.responses import QueryResponseInfo
from xcm.terms import OriginKind, Unlimited
from xcm.versions import encode_versioned_xcm
from xcm.weigher import MAX_WEIGHT

A, B = ParaId(2000), ParaId(2001)
HUB = ParaId(1000)
UNIT = 10**10
AT_A, AT_B = Location(0, (Parachain(A),)), Location(0, (Parachain(B),))
SOMEBODY = account_location(ALICE)
PLACES = (AT_A, AT_B, ASSET_HUB, SOMEBODY, HERE)


@cache
def world() -> World:
    """Two parachains and Asset Hub, all of them rich; every example leaves it as it was."""
    made = relay_world((HUB, A, B), balance=100 * UNIT)
    made.relay.xcm_pallet.safe_xcm_version.put(5)
    return made


def calls() -> tuple[bytes, ...]:
    made = (
        remark(b"hello"),
        RuntimeCall("Balances", "transfer_allow_death", (Id(sovereign_account(B)), 5 * UNIT)),
        RuntimeCall("Balances", "burn", (UNIT, False)),
        RuntimeCall("Hrmp", "hrmp_init_open_channel", (B, 2, 8)),
        RuntimeCall("Utility", "batch_all", ((remark(), remark()),)),
    )
    codec = world().relay.wire().codec(RuntimeCall)
    return tuple(bytes(codec.encode(each)) for each in made)


def assets() -> st.SearchStrategy[Asset]:
    return st.builds(Asset, st.just(HERE), st.builds(Fungible, st.integers(1, 150 * UNIT)))


def filters() -> st.SearchStrategy[Any]:
    wild = st.sampled_from((Wild(All()), Wild(AllCounted(1))))
    return wild | assets().map(lambda asset: Definite((asset,)))


def single(asset: Asset) -> tuple[Asset, ...]:
    return (asset,)


def fitting(inside: st.SearchStrategy[Xcm]) -> st.SearchStrategy[Instruction]:
    """Instructions that the chain has a use for."""
    place, one, several = st.sampled_from(PLACES), assets(), assets().map(single)
    reports = st.builds(QueryResponseInfo, place, st.integers(0, 9), st.just(ZERO_WEIGHT))
    fees = st.none() | st.builds(Teleport, filters())
    return st.one_of(
        st.builds(WithdrawAsset, several),
        st.builds(ReceiveTeleportedAsset, several),
        st.builds(BuyExecution, one, st.just(Unlimited())),
        st.builds(PayFees, one),
        st.builds(DepositAsset, filters(), place),
        st.builds(TransferAsset, several, place),
        st.builds(BurnAsset, several),
        st.builds(TransferReserveAsset, several, place, inside),
        st.builds(DepositReserveAsset, filters(), place, inside),
        st.builds(InitiateTeleport, filters(), place, inside),
        st.builds(InitiateTransfer, place, fees, st.booleans(), st.just(()), inside),
        st.builds(Transact, st.sampled_from(OriginKind), st.none(), st.sampled_from(calls())),
        st.builds(ReportTransactStatus, reports),
        st.builds(QueryPallet, st.just(b"pallet_balances"), reports),
        st.builds(SetAppendix, inside),
        st.builds(SetErrorHandler, inside),
        st.builds(AliasOrigin, place),
        st.builds(SetFeesMode, st.booleans()),
        st.sampled_from(
            (
                RefundSurplus(),
                ClearOrigin(),
                DescendOrigin((PalletInstance(1),)),
                SetTopic(bytes(32)),
                SubscribeVersion(0, MAX_WEIGHT),
                Trap(1),
            )
        ),
    )


@st.composite
def any_instruction(draw: st.DrawFn) -> Instruction:
    made: Instruction = Walk(Drawn(draw)).make(Instruction)
    return made


def programs() -> st.SearchStrategy[Xcm]:
    flat = st.lists(fitting(st.just(())), max_size=3).map(tuple)
    some = st.lists(fitting(flat) | any_instruction(), max_size=8).map(tuple)
    paid = (WithdrawAsset((Asset(HERE, Fungible(50 * UNIT)),)),)
    return some | some.map(lambda program: paid + program)


def money(chain: World) -> int:
    """What all accounts have, and what is kept of programs."""
    told = (record.event.event for record in chain.system.events_.get())
    kept = (asset for each in told if isinstance(each, AssetsTrapped) for asset in each.assets.newest())
    held = (info.data.free + info.data.reserved for _, info in chain.system.account.items())
    return sum(map(_amount, kept)) + sum(held)


def _amount(asset: Asset) -> int:
    return asset.fun.amount if asset.id == HERE and isinstance(asset.fun, Fungible) else 0


@given(programs(), st.sampled_from((AT_A, ASSET_HUB, SOMEBODY)))
def test_a_program_ends_within_its_weight_and_no_money_is_made_or_lost(
    program: Xcm, origin: Location
) -> None:
    chain = world()
    executor, issuance = chain.relay.xcm.executor, chain.balances.total_issuance
    with chain.state.frame() as attempt:
        missing = issuance.get() - money(chain)
        done = executor.prepare_and_execute(origin, program, MESSAGE_ID, MAX_WEIGHT, MAX_WEIGHT).outcome
        if not isinstance(done, NotStarted):
            assert not done.used.any_gt(executor.prepare(program, MAX_WEIGHT).weight)
        assert issuance.get() - money(chain) == missing
        attempt.discard()


@given(programs(), st.integers(3, 5))
def test_a_message_from_a_parachain_is_done_with_or_waits(program: Xcm, version: int) -> None:
    chain = world()
    with chain.state.frame() as attempt:
        meter = WeightMeter(MAX_WEIGHT)
        before = chain.state.root()
        try:
            message = encode_versioned_xcm(version, program)
        except Unconvertible:
            message = encode_versioned_xcm(5, program)
        outcome = chain.relay.process_message(message, ump(A), meter, Hash(bytes(32)))
        if not isinstance(outcome.result, bool):
            assert chain.state.root() == before
        attempt.discard()
