"""Whatever candidates put out is accepted and takes effect without a fault, or it leaves no trace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pallets import message_queue_invariants
from pallets.relay import hrmp_invariants
from pallets.relay.inclusion_items import CandidateIncluded
from primitives.candidates import BackedCandidate, CandidateCommitments
from primitives.errors import AcceptanceError, DispatchError
from primitives.ids import BlockNumber, ParaId
from primitives.record import replace
from tests.support.backing import A, B, C
from tests.support.candidates import CONFIG, CandidateWorld

NOBODY = ParaId(9)
SELECT_CORE, OTHER_CORE, PEER = b"\x00\x00\x01", b"\x00\x00\x07", b"\x01\x08me"

UPWARD = st.lists(
    st.one_of(
        st.binary(min_size=1, max_size=17),
        st.sampled_from((b"", SELECT_CORE, OTHER_CORE, PEER, b"heavy")),
    ),
    max_size=5,
)
ACROSS = st.lists(st.tuples(st.sampled_from((A, B, C, NOBODY)), st.binary(max_size=9)), max_size=3)

PLAIN: Mapping[str, Any] = {
    "upward": [],
    "across": [],
    "sorted": True,
    "processed": None,
    "back": 0,
    "head": b"head",
    "code": None,
}
"""Outputs that nobody could object to."""

RECIPES = st.builds(
    lambda drawn, used: {**PLAIN, **{name: drawn[name] for name in used}},
    st.fixed_dictionaries(
        {
            "upward": UPWARD,
            "across": ACROSS,
            "sorted": st.booleans(),
            "processed": st.integers(0, 4),
            "back": st.integers(-1, 6),
            "head": st.binary(max_size=66),
            "code": st.none() | st.binary(max_size=102),
        }
    ),
    st.sets(st.sampled_from(sorted(PLAIN))),
)
"""Outputs of which some parts are as they come. `back` is by how much the watermark lags behind the relay
parent, `sorted` whether the recipients ascend; where it is not said how many messages from above were
processed, it is one, if any wait."""


def busy_world() -> CandidateWorld:
    """Channels all round, messages in some of them, messages from above, and a queue that is half full."""
    world = CandidateWorld(replace(CONFIG, hrmp_max_message_num_per_candidate=3))
    for sender, recipient in ((A, B), (A, C), (B, A), (C, A)):
        world.open_channel(sender, recipient)
    world.inclusion.receive_upward_messages(A, (b"heavy", b"waiting"))
    world.dmp.queue_downward_message(CONFIG, A, b"down")
    world.back()
    world.include(*(world.candidate(para, world.outputs(para, across=((A, b"across"),))) for para in (B, C)))
    world.dmp.queue_downward_message(CONFIG, A, b"down again")
    world.back()
    return world


def outputs(world: CandidateWorld, recipe: Mapping[str, Any]) -> CandidateCommitments:
    across = sorted(recipe["across"], key=lambda each: each[0]) if recipe["sorted"] else recipe["across"]
    processed = recipe["processed"]
    return world.outputs(
        A,
        upward=tuple(recipe["upward"]),
        across=tuple(across),
        processed=min(world.dmp.dmq_length(A), 1) if processed is None else processed,
        watermark=max(world.now - 1 - recipe["back"], 0),
        head=recipe["head"],
        code=recipe["code"],
    )


def put_in(world: CandidateWorld, candidate: BackedCandidate) -> bool:
    """Have a candidate backed, if it can be; if not, nothing may change."""
    before = world.state.root()
    try:
        world.enter(world.data(candidate))
    except DispatchError:
        assert world.state.root() == before
        return False
    return True


def assert_consistent(world: CandidateWorld) -> None:
    assert list(hrmp_invariants.violations(world.hrmp)) == []
    assert list(message_queue_invariants.violations(world.message_queue)) == []


@given(st.lists(RECIPES, min_size=1, max_size=4))
@example([PLAIN, {**PLAIN, "across": [(B, b"x"), (C, b"y")]}, {**PLAIN, "across": [(B, b"x")]}])
def test_what_is_accepted_takes_effect_and_what_is_not_leaves_no_trace(recipes: list[Any]) -> None:
    world = busy_world()
    for recipe in recipes:
        out = outputs(world, recipe)
        candidate = world.candidate(A, out)
        if put_in(world, candidate):
            world.next_block()
            world.make_available(0)
            assert world.paras.heads.get(A) == out.head_data
            included = [each.receipt for each in world.told(CandidateIncluded)]  # type: ignore[attr-defined]
            assert included[-1] == candidate.candidate.to_plain()
        assert_consistent(world)
        world.message_queue.on_initialize(world.now)
        assert_consistent(world)


@given(RECIPES)
def test_the_inherent_takes_no_outputs_that_the_check_refuses(recipe: Mapping[str, Any]) -> None:
    world = busy_world()
    out = outputs(world, recipe)
    before = world.state.root()
    try:
        world.inclusion.check_validation_outputs(A, BlockNumber(world.now - 1), out)
    except AcceptanceError:
        assert world.state.root() == before
        assert not put_in(world, world.candidate(A, out))


def test_the_world_takes_something_of_everything() -> None:
    world = busy_world()
    every = {
        **PLAIN,
        "upward": [b"up", b"", PEER, SELECT_CORE],
        "across": [(B, b"b"), (C, b"c")],
        "processed": 2,
        "back": 1,
        "code": b"new code",
    }
    assert world.dmp.dmq_length(A) == 2
    assert [block for block, _ in world.hrmp.hrmp_channel_digests[A]] == [world.now - 2]

    assert put_in(world, world.candidate(A, outputs(world, every)))


@pytest.mark.parametrize(
    "fault",
    [
        {"upward": [b"1", b"2", b"3"]},
        {"upward": [bytes(17)]},
        {"upward": [b"", OTHER_CORE]},
        {"upward": [b"", PEER, PEER]},
        {"across": [(C, b"c"), (B, b"b")], "sorted": False},
        {"across": [(NOBODY, b"x")]},
        {"across": [(B, bytes(9))]},
        {"processed": 0},
        {"processed": 3},
        {"back": -1},
        {"back": 4},
        {"head": bytes(65)},
        {"code": bytes(101)},
    ],
    ids=str,
)
def test_and_nothing_that_is_at_fault(fault: dict[str, Any]) -> None:
    world = busy_world()
    assert put_in(busy_world(), world.candidate(A, outputs(world, PLAIN)))

    assert not put_in(world, world.candidate(A, outputs(world, {**PLAIN, **fault})))
