"""What extrinsics weigh, against what the events of recorded relay chain blocks tell.

Each event of an extrinsic's outcome tells its weight: that of the call, of the checks of a signed extrinsic,
and of an extrinsic that does nothing. The tables of `runtime/paseo_call_weights.py` must give the same for
every recorded extrinsic, to the last digit. Three calls find out only while they run how much of that they
need: `MessageQueue.execute_overweight`, `XcmPallet.execute` and `ParaInherent.enter`. What they come to then
is compared in replays, here only that it is not more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from node.conform.foreign import Coretime
from node.conform.recording import Step
from primitives.errors import DispatchErrorCase
from primitives.extrinsic import decode_extrinsic
from primitives.pallet import RuntimeCall
from primitives.scale.derive import codec
from primitives.storage.state import State
from primitives.weights import DispatchEventInfo, Weight
from runtime.paseo_weights import EXTENSIONS_WEIGHT, EXTRINSIC_BASE
from runtime.relay import Relay
from tests.support.recordings import PATHS, every_relay_recording, relay_of, small

SUCCESS, FAILED = bytes((0, 0)), bytes((0, 1))
TOLD = codec(DispatchEventInfo)
ERROR = codec(DispatchErrorCase)

MAY_NEED_LESS = {
    ("MessageQueue", "execute_overweight"),
    ("XcmPallet", "execute"),
    ("ParaInherent", "enter"),
}


class Weighed(NamedTuple):
    call: RuntimeCall
    told: Weight
    ours: Weight


@cache
def relay() -> Relay:
    return Relay(State())


def is_ours(step: Step) -> bool:
    """Whether the extrinsic is a call of a pallet that the relay chain has here."""
    return step.op == "apply_extrinsic" and Coretime.prefix not in step.call


def told_weight(step: Step) -> Weight | None:
    """The weight in the last event of an extrinsic; None if it was refused."""
    for event in step.events:
        body = event[5:]
        if body.startswith(SUCCESS):
            return TOLD.decode_at(body, 2)[0].weight
        if body.startswith(FAILED):
            return TOLD.decode_at(body, ERROR.decode_at(body, 2)[1])[0].weight
    return None


def extrinsics(name: str) -> Iterator[Weighed]:
    calls = Relay.wire().codec(RuntimeCall)
    for block in relay_of(small(name)).blocks:
        for step in filter(is_ours, block.steps):
            told = told_weight(step)
            if told is not None:
                extrinsic = decode_extrinsic(step.input, calls, Relay.extensions)
                ours = relay().dispatch_info(extrinsic.call).weight.saturating_add(EXTRINSIC_BASE)
                if extrinsic.signature is not None:
                    ours = ours.saturating_add(EXTENSIONS_WEIGHT)
                yield Weighed(extrinsic.call, told, ours)


@every_relay_recording
def test_extrinsics_weigh_what_the_real_runtime_says(name: str) -> None:
    for call, told, ours in extrinsics(name):
        if (call.pallet, call.name) in MAY_NEED_LESS:
            assert not told.any_gt(ours), call
        else:
            assert told == ours, call


def test_there_are_many_of_many_kinds() -> None:
    kinds: Counter[tuple[str, str]] = Counter()
    exact = 0
    for name in PATHS:
        for call, told, ours in extrinsics(name):
            inner = call.args[0] if call.pallet == "Sudo" else call
            kinds[inner.pallet, inner.name] += 1
            exact += told == ours
    assert len(kinds) == 41
    assert (exact, kinds.total()) == (3762, 4467)
