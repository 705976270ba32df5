"""Pallets joined: what is known of a call before it runs, also of one that makes others."""

from __future__ import annotations

import pytest

from primitives.pallet import RuntimeCall
from primitives.weights import DispatchClass, Weight
from tests.support.blocks import Chain, Priced, refusal, remark, sudo, time_inherent

EXHAUSTS_RESOURCES = bytes.fromhex("010006")


@pytest.fixture
def chain() -> Chain:
    return Chain(Priced())


OPEN_REQUEST_TTL = RuntimeCall("Configuration", "set_hrmp_open_request_ttl", (10,))
EVERYTHING = Weight(2**64 - 1, 2**64 - 1)


@pytest.mark.parametrize(
    "call",
    [
        OPEN_REQUEST_TTL,
        sudo(OPEN_REQUEST_TTL),
        RuntimeCall("Utility", "batch", ((remark(), sudo(OPEN_REQUEST_TTL)),)),
        RuntimeCall("Utility", "if_else", (remark(), OPEN_REQUEST_TTL)),
        RuntimeCall("Sudo", "sudo_unchecked_weight", (remark(), EVERYTHING)),
        RuntimeCall("Utility", "with_weight", (remark(), EVERYTHING)),
    ],
)
def test_what_is_as_heavy_as_a_block_is_not_even_tried(chain: Chain, call: RuntimeCall) -> None:
    chain.open()
    assert refusal(chain, chain.sign(call)) == EXHAUSTS_RESOURCES


def test_root_may_say_that_a_heavy_call_is_light(chain: Chain) -> None:
    chain.open()
    light = RuntimeCall("Sudo", "sudo_unchecked_weight", (OPEN_REQUEST_TTL, Weight(0, 0)))
    assert chain.outcome(chain.sign(light)) == b"\x00\x00"


NORMAL, OPERATIONAL = remark(), RuntimeCall("Configuration", "set_max_code_size", (1,))
MANDATORY = time_inherent(1)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (RuntimeCall("Utility", "batch", ((),)), DispatchClass.Operational),
        (RuntimeCall("Utility", "batch", ((OPERATIONAL, OPERATIONAL),)), DispatchClass.Operational),
        (RuntimeCall("Utility", "batch_all", ((OPERATIONAL, NORMAL),)), DispatchClass.Normal),
        (RuntimeCall("Utility", "force_batch", ((MANDATORY,),)), DispatchClass.Operational),
        (RuntimeCall("Utility", "if_else", (OPERATIONAL, OPERATIONAL)), DispatchClass.Operational),
        (RuntimeCall("Utility", "if_else", (OPERATIONAL, NORMAL)), DispatchClass.Normal),
        (RuntimeCall("Utility", "if_else", (MANDATORY, OPERATIONAL)), DispatchClass.Normal),
        (RuntimeCall("Utility", "as_derivative", (0, OPERATIONAL)), DispatchClass.Operational),
        (sudo(MANDATORY), DispatchClass.Mandatory),
        (sudo(sudo(OPERATIONAL)), DispatchClass.Operational),
    ],
)
def test_the_class_of_a_call_that_makes_others(
    chain: Chain, call: RuntimeCall, expected: DispatchClass
) -> None:
    assert chain.relay.dispatch_info(call).dispatch_class is expected
