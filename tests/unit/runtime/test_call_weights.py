"""What calls weigh: numbers as they were measured, and tables of them."""

from __future__ import annotations

import pytest

from pallets.para.message_origin import Parent
from primitives.candidates import (
    AvailabilityBitfield,
    CandidateCommitments,
    HeadData,
    InherentData,
    UncheckedSignedAvailabilityBitfield,
    ValidatorSignature,
)
from primitives.channels import OutboundHrmpMessage
from primitives.header import NO_HASH, Digest, Header
from primitives.host_configuration import MAX_HORIZONTAL_MESSAGE_NUM, MAX_UPWARD_MESSAGE_NUM
from primitives.ids import BlockNumber, ParaId, ValidatorIndex
from primitives.pallet import RuntimeCall, calls
from primitives.storage.state import State
from primitives.weights import RuntimeDbWeight, Weight
from runtime.bulletin_call_weights import CALLS as BULLETIN_CALLS
from runtime.call_weights import CallWeights, Measured, MissingCallWeight, growing
from runtime.para import Para
from runtime.paseo_call_weights import CALLS, FORCE_OPEN_HRMP_CHANNEL, inherent_weight
from runtime.paseo_weights import EXTENSIONS_WEIGHT, EXTRINSIC_BASE, MESSAGE_QUEUE_WEIGHTS, weight_to_fee
from runtime.relay import Relay
from tests.support.blocks import remark, sudo
from tests.support.worlds import relay_world

HEADER = Header(NO_HASH, 1, NO_HASH, NO_HASH, Digest())

measured = Measured(RuntimeDbWeight(read=100, write=1_000))


def test_reads_and_writes_come_on_top_of_the_time_that_was_measured() -> None:
    assert measured(7, 5, reads=2, writes=3) == Weight(7 + 200 + 3_000, 5)


def test_a_weight_grows_with_a_number_in_all_its_parts() -> None:
    weight = growing(measured(10, 1, reads=1), measured(2, 3, writes=1))
    assert weight(0) == Weight(110, 1)
    assert weight(4) == Weight(110 + 4 * 1_002, 13)


def test_a_table_gives_a_weight_or_works_it_out() -> None:
    table = CallWeights({"Greeter": {"greet": Weight(5, 0), "shout": lambda words: Weight(len(words), 0)}})
    assert table(RuntimeCall("Greeter", "greet", ())) == Weight(5, 0)
    assert table(RuntimeCall("Greeter", "shout", (b"hey",))) == Weight(3, 0)


@pytest.mark.parametrize(("pallet", "name"), [("Greeter", "whisper"), ("Stranger", "greet")])
def test_a_call_without_an_entry_is_a_defect_and_not_free(pallet: str, name: str) -> None:
    table = CallWeights({"Greeter": {"greet": Weight(5, 0)}})
    with pytest.raises(MissingCallWeight, match=f"no weight for the call {pallet}.{name}"):
        table(RuntimeCall(pallet, name, ()))


@pytest.mark.parametrize("pallet", Relay.indices, ids=lambda pallet: str(pallet.prefix))
def test_every_call_of_the_relay_chain_has_an_entry(pallet: type) -> None:
    names = {(pallet.prefix, each.name) for each in calls(pallet)}  # type: ignore[attr-defined]
    assert {key for key in names if not CALLS.has(*key)} == set()


@pytest.mark.parametrize("pallet", Para.indices, ids=lambda pallet: str(pallet.prefix))
def test_every_call_of_the_parachain_has_an_entry(pallet: type) -> None:
    names = {(pallet.prefix, each.name) for each in calls(pallet)}  # type: ignore[attr-defined]
    assert {key for key in names if not BULLETIN_CALLS.has(*key)} == set()


def test_calls_of_the_parachain_weigh_by_its_own_figures() -> None:
    para = Para(State())
    batch = RuntimeCall("Utility", "batch", ((remark(b""), remark(b"1234")),))
    inside = Weight(2 * 6_169_000 + 4 * 1_993, 0)
    assert para.dispatch_info(batch).weight == Weight(6_860_467 + 2 * 3_269_669, 0).saturating_add(inside)

    overweight = RuntimeCall("MessageQueue", "execute_overweight", (Parent(), 0, 0, Weight(7, 8)))
    heaviest = Weight(130_357_000 + 2 * 25_000_000 + 2 * 100_000_000, 69_050)
    assert para.dispatch_info(overweight).weight == heaviest.saturating_add(Weight(7, 8))


def weight_of(call: RuntimeCall) -> Weight:
    return relay_world().relay.dispatch_info(call).weight


def test_a_call_weighs_as_much_as_those_inside_it_besides() -> None:
    inner, around = weight_of(remark(b"1234")), Weight(22_803_000 + 20_499_000, 1_517)

    assert inner == Weight(30_796_545 + 4 * 1_889, 0)
    assert weight_of(sudo(remark(b"1234"))) == around.saturating_add(inner)


def test_a_batch_weighs_for_each_of_its_calls() -> None:
    two = weight_of(RuntimeCall("Utility", "batch", ((remark(b""), remark(b"")),)))
    assert two == Weight(21_428_987 + 2 * 5_351_076 + 20_499_000 + 2 * 30_796_545, 2_693)


@pytest.mark.parametrize("name", ["sudo_unchecked_weight", "with_weight"])
def test_root_says_what_a_call_weighs(name: str) -> None:
    pallet = "Sudo" if name.startswith("sudo") else "Utility"
    assert weight_of(RuntimeCall(pallet, name, (remark(), Weight(3, 4)))) == Weight(3, 4)


def test_executing_an_overweight_message_weighs_what_it_is_given_besides() -> None:
    most = MESSAGE_QUEUE_WEIGHTS.execute_overweight_page_updated
    call = RuntimeCall("MessageQueue", "execute_overweight", (None, 0, 0, Weight(10, 20)))
    assert CALLS(call) == most.saturating_add(Weight(10, 20))


def test_the_weights_of_the_queue_are_those_of_the_recorded_chain() -> None:
    weights = MESSAGE_QUEUE_WEIGHTS
    read, write = 20_499_000, 83_471_000
    assert weights.bump_service_head == Weight(11_732_000 + 2 * read + write, 3_520)
    assert weights.service_queue_base == Weight(9_959_000 + read + write, 3_520)
    assert weights.service_page_base_completion == Weight(18_425_000 + read + write, 69_051)
    assert weights.service_page_base_no_completion == Weight(14_097_000 + read + write, 69_051)
    assert weights.service_page_item == Weight(186_429_000 + 2 * write, 0)
    assert weights.ready_ring_unknit == Weight(16_661_000 + 3 * read + 3 * write, 6_050)
    assert weights.execute_overweight_page_removed == Weight(118_132_000 + 2 * read + 4 * write, 69_051)
    assert weights.execute_overweight_page_updated == Weight(182_812_000 + 2 * read + 4 * write, 69_051)


def test_a_signed_extrinsic_that_does_nothing_costs_about_a_tenth_of_a_cent() -> None:
    assert Weight(126_045_000, 0) == EXTRINSIC_BASE
    assert weight_to_fee(EXTRINSIC_BASE) == 10_000_000
    assert weight_to_fee(Weight(195_889_434, 3_593)) == 15_541_230  # what an author earned in relay_upward
    assert Weight(336_933_000, 7_186) == EXTENSIONS_WEIGHT


def inherent(bitfields: int) -> InherentData:
    field = UncheckedSignedAvailabilityBitfield(
        AvailabilityBitfield((True, False)), ValidatorIndex(0), ValidatorSignature(bytes(64))
    )
    return InherentData((field,) * bitfields, (), (), HEADER)


def committed(upward: int = 0, horizontal: int = 0) -> CandidateCommitments:
    across = (OutboundHrmpMessage(ParaId(2001), b""),) * horizontal
    return CandidateCommitments((b"",) * upward, across, None, HeadData(b""), 0, BlockNumber(0))


def test_the_parachains_inherent_weighs_what_it_brings_and_what_it_brings_about() -> None:
    assert inherent_weight(inherent(0), ()).ref_time == 0
    assert inherent_weight(inherent(4), ()).ref_time == 1_520_632_000
    assert inherent_weight(inherent(4), (committed(),)).ref_time == 2_321_065_633
    assert inherent_weight(inherent(4), (committed(upward=1),)).ref_time == 2_932_441_105
    across = inherent_weight(inherent(4), (committed(horizontal=1),)).ref_time
    assert across == 2_321_065_633 + 307_991_668 + 3 * 20_499_000 + 4 * 83_471_000


def test_its_length_in_the_block_stands_for_its_proof() -> None:
    assert inherent_weight(inherent(0), ()).proof_size == 2
    assert inherent_weight(inherent(1), ()).proof_size == 2 + 2 + 4 + 64


def test_it_never_comes_to_more_than_was_known_before() -> None:
    most = committed(MAX_UPWARD_MESSAGE_NUM, MAX_HORIZONTAL_MESSAGE_NUM)
    known = CALLS(RuntimeCall("ParaInherent", "enter", (inherent(1),)))
    assert not inherent_weight(inherent(1), (most, most)).any_gt(known)


def test_forcing_a_channel_weighs_less_where_nothing_had_to_be_taken_back() -> None:
    world = relay_world((2000, 2001))
    force = ("force_open_hrmp_channel", ParaId(2000), ParaId(2001), 2, 8)

    assert world.as_root(*force).actual_weight == FORCE_OPEN_HRMP_CHANNEL(0)

    world = relay_world((2000, 2001))
    world.init(2000, 2001)
    assert world.as_root(*force).actual_weight == FORCE_OPEN_HRMP_CHANNEL(1)
    assert FORCE_OPEN_HRMP_CHANNEL(1) == CALLS(RuntimeCall("Hrmp", force[0], force[1:]))
