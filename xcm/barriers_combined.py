"""Barriers made of barriers: several in turn, denials before them, and what changes what they see.

`FirstOf` lets in what one of several barriers lets in. The others show an inner barrier a program without
what they have understood of it themselves, or do not show it at all.

Upstream: polkadot/xcm/xcm-builder/src/barriers.rs
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from primitives.weights import Weight
from xcm.barriers import descended, require
from xcm.failures import Refusal, Refused
from xcm.instructions import DescendOrigin, SetTopic, UniversalOrigin
from xcm.junctions import Junctions
from xcm.location import PARENT, Location, relative_to
from xcm.program import (
    DepositReserveAsset,
    ExecuteWithOrigin,
    InitiateReserveWithdraw,
    Instruction,
    SetAppendix,
    SetErrorHandler,
    TransferReserveAsset,
    Xcm,
)
from xcm.traits import Barrier, Properties

MAX_DENY_DEPTH = 10
"""How deep programs inside programs are looked at; deeper ones are refused."""


@dataclass(frozen=True)
class FirstOf:
    """Lets in what one of several barriers lets in; refuses as the last of them does.

    Upstream: polkadot/xcm/xcm-executor/src/traits/should_execute.rs `ShouldExecute` (for tuples)
    """

    barriers: tuple[Barrier, ...]

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """The program as the first barrier that lets it in leaves it."""
        last = Refused(Refusal.Unsupported)
        for barrier in self.barriers:
            try:
                return barrier.should_execute(origin, program, max_weight, properties)
            except Refused as refused:
                last = refused
        raise last


@dataclass(frozen=True)
class WithComputedOrigin:
    """Shows the inner barrier the program behind what changes the origin, and the origin so changed.

    Whether `UniversalOrigin` is allowed is not looked at: if it is not, the program fails with it.
    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `WithComputedOrigin`
    """

    inner: Barrier
    universal_location: Junctions
    max_prefixes: int = 8

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with BadFormat if the program is empty, Unsupported if the origin gets too long."""
        require(bool(program), Refusal.BadFormat)
        skipped = 0
        for instruction in program[: self.max_prefixes]:
            changed = self._changed_origin(origin, instruction)
            if changed is None:
                break
            origin, skipped = changed, skipped + 1
        if not skipped:
            return self.inner.should_execute(origin, program, max_weight, properties)
        rest = self.inner.should_execute(origin, program[skipped:], max_weight, properties)
        return (*program[:skipped], *rest)

    def _changed_origin(self, origin: Location, instruction: Instruction) -> Location | None:
        match instruction:
            case UniversalOrigin(junction):
                return relative_to((junction,), self.universal_location)
            case DescendOrigin(interior):
                return descended(origin, interior)
            case _:
                return None


@dataclass(frozen=True)
class TrailingSetTopicAsId:
    """Takes a topic at the end as the message's id, and shows the inner barrier the program without it.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `TrailingSetTopicAsId`
    """

    inner: Barrier

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """As the inner barrier."""
        last = program[-1] if program else None
        if not isinstance(last, SetTopic):
            return self.inner.should_execute(origin, program, max_weight, properties)
        properties.message_id = last.topic
        rest = self.inner.should_execute(origin, program[:-1], max_weight, properties)
        return (*rest, last)


@dataclass(frozen=True)
class RespectSuspension:
    """Keeps programs waiting while the chain is suspended.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `RespectSuspension`
    """

    inner: Barrier
    is_suspended: Callable[[], bool]

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Refuses with Yield while suspended."""
        require(not self.is_suspended(), Refusal.Yield)
        return self.inner.should_execute(origin, program, max_weight, properties)


class Denial(Protocol):
    """Refuses some programs whatever else lets them in.

    Upstream: polkadot/xcm/xcm-executor/src/traits/should_execute.rs `DenyExecution`
    """

    def deny_execution(self, origin: Location, program: Xcm) -> None:
        """Raises `Refused`."""
        ...


@dataclass(frozen=True)
class DenyThenTry:
    """Lets in what is not denied, if the inner barrier lets it in.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `DenyThenTry`
    """

    deny: Denial
    allow: Barrier

    def should_execute(
        self, origin: Location, program: Xcm, max_weight: Weight, properties: Properties
    ) -> Xcm:
        """Denial comes first."""
        self.deny.deny_execution(origin, program)
        return self.allow.should_execute(origin, program, max_weight, properties)


@dataclass(frozen=True)
class DenyReserveTransferToRelayChain:
    """Denies moving assets to the relay chain as if it were their reserve.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `DenyReserveTransferToRelayChain`
    """

    def deny_execution(self, origin: Location, program: Xcm) -> None:
        """Refuses with Unsupported; an empty program with BadFormat."""
        require(bool(program), Refusal.BadFormat)
        require(not any(_reserves_at_relay_chain(each) for each in program), Refusal.Unsupported)


def _reserves_at_relay_chain(instruction: Instruction) -> bool:
    match instruction:
        case (
            InitiateReserveWithdraw(reserve=place)
            | DepositReserveAsset(dest=place)
            | TransferReserveAsset(dest=place)
        ):
            return place == PARENT
        case _:
            return False


@dataclass(frozen=True)
class DenyRecursively:
    """Denies also for what programs inside the program would do here.

    Upstream: polkadot/xcm/xcm-builder/src/barriers.rs `DenyRecursively`
    """

    inner: Denial

    def deny_execution(self, origin: Location, program: Xcm) -> None:
        """Refuses with StackLimitReached where programs are nested more than ten deep."""
        self._deny(origin, program, 0)

    def _deny(self, origin: Location, program: Xcm, depth: int) -> None:
        self.inner.deny_execution(origin, program)
        for instruction in program:
            if isinstance(instruction, SetAppendix | SetErrorHandler | ExecuteWithOrigin):
                require(depth < MAX_DENY_DEPTH, Refusal.StackLimitReached)
                self._deny(origin, instruction.xcm, depth + 1)
