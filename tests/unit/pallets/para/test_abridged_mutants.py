"""Inherents whose messages come in part as hashes, with one thing changed. No recorded block has horizontal
messages as hashes, so this chain is made up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

import pytest

from primitives.errors import InvalidBlock
from primitives.ids import ParaId
from primitives.weights import Weight
from tests.support.inherent_rules import Verdict, before, verdict
from tests.support.mutants import Arguments, of_messages
from tests.support.para_world import US, Channel, ParaWorld

A, B = ParaId(300), ParaId(400)
LIMIT = 1_000
"""Bytes of whole messages of one kind."""


def crowded() -> ParaWorld:
    """Thirteen messages down and thirty across. Of those down eight come whole first, as the ninth does not
    fit; what they leave of the limit is for those across.
    """
    world = ParaWorld(max_block=Weight(10**12, 6 * LIMIT))
    world.relay.ingress = {A: Channel(message_size=100), B: Channel(message_size=100)}
    for number in range(13):
        world.relay.send_down(1 + number // 5, bytes((number,)) * (300 if number == 8 else 100))
    for number in range(30):
        sender = A if number % 3 else B
        world.relay.ingress[sender].send(1 + number // 8, bytes((number,)) * 100)
    world.relay.number = 9
    return world


def blocks() -> Iterator[tuple[ParaWorld, Arguments]]:
    """The first blocks of the chain, each begun and given nothing yet, and what an honest author gives it."""
    world = crowded()
    for _ in range(4):
        world.begin()
        yield world, world.inherent()
        world.show()
        world.end()


def found(world: ParaWorld, given: Arguments) -> str | None:
    """What is said of an inherent; afterwards the state is as it was."""
    root = world.state.root()
    try:
        with world.state.frame() as attempt:
            world.show(*given)
            attempt.discard()
    except InvalidBlock as error:
        assert world.state.root() == root
        return error.what
    return None


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_changed_of_whole_messages_and_of_hashes_is_refused_for_the_right_reason(
    seed: int,
) -> None:
    random, elements, reasons = Random(seed), Counter[str](), Counter[str | None]()
    for world, honest in blocks():
        known = before(world.pallet, US)
        for element, change, given in of_messages(honest, random):
            expected = verdict(known, honest, given) if given != honest else Verdict(None)
            assert found(world, given) == expected.refused, (element, change)
            elements[element] += 1
            reasons[expected.refused] += 1

    assert elements["hash of a horizontal message"] > 50
    assert elements["hash of a downward message"] > 10
    assert reasons.keys() == {
        None,  # more of them come as hashes than have to
        "downward queue head after the messages given",
        "downward messages given whole",
        "bytes of horizontal messages given whole",
        "horizontal message by arrival and sender",
        "sender of a horizontal message",
        "head of the channel from 300 after the messages given",
        "head of the channel from 400 after the messages given",
    }
