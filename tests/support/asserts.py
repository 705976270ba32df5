"""Claims that are made again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import pytest

from pallets.relay.hrmp_invariants import violations
from primitives.errors import AcceptanceError, DispatchError, DispatchErrorCase, ErrorCode, InvalidBlock
from primitives.record import Record
from primitives.storage.state import State
from tests.support.worlds import World


class HasState(Protocol):
    """Any world, large or small."""

    state: State


@contextmanager
def refused(error: ErrorCode | DispatchErrorCase, world: HasState) -> Iterator[None]:
    """What is done inside fails with exactly this error, and leaves the state as it was."""
    before = world.state.root()
    with pytest.raises(DispatchError) as caught:
        yield
    assert caught.value.error == error
    assert world.state.root() == before


def refusal(world: HasState, action: Callable[[], object]) -> object:
    """Why something is refused; the state stays as it was."""
    before = world.state.root()
    with pytest.raises(DispatchError) as caught:
        action()
    assert world.state.root() == before
    return caught.value.error


@contextmanager
def not_accepted(reason: Record, world: HasState) -> Iterator[None]:
    """What a parachain put out is refused for exactly this reason, and the state stays as it was."""
    before = world.state.root()
    with pytest.raises(AcceptanceError) as caught:
        yield
    assert caught.value.reason == reason
    assert world.state.root() == before


@contextmanager
def no_block(what: str, state: State) -> Iterator[None]:
    """What is done inside makes the block invalid for exactly this; once undone, it has changed nothing."""
    before = state.root()
    with pytest.raises(InvalidBlock) as caught, state.frame():
        yield
    assert caught.value.what == what
    assert state.root() == before


def assert_consistent(world: World) -> None:
    """No invariant of Hrmp is violated."""
    assert list(violations(world.hrmp)) == []
