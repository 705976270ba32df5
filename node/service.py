"""A node: one chain, its pool, and those who want to hear of both.

It has no clock and no socket. Whoever runs it calls `seal` with the time, whenever a block is due: when
`wants_block` calls, or after a while; and a moment after each block `finalize`. The moment is for clients
that look at a block when they hear that it holds their extrinsic: what they hear next ends their looking.

A relay chain's node makes its blocks itself. A parachain's is given them by the network that it belongs to
(`node/network.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from typing_extensions import override

from node.chain import Block, Chain
from node.devnet import Devnet, DevRelay
from node.devpara import DevPara
from node.pool import Limits, Pool, Status
from node.producer import Dropped, build, hashes
from pallets.system_items import SystemConstants
from primitives.candidates import InherentData
from primitives.ids import Hash, Moment
from primitives.storage.state import State
from runtime.construct import Runtime
from runtime.executive import BlockRuntime
from runtime.parachain import ParachainRuntime
from runtime.validity import begin_trial

IMPLEMENTATION: Final = "crosslane"


class Listener(Protocol):
    """Somebody who wants to hear what happens."""

    def imported(self, block: Block) -> None:
        """There is a new best block."""
        ...

    def finalized(self, block: Block) -> None:
        """A block is final, and with it those before."""
        ...

    def became(self, extrinsic: Hash, status: Status) -> None:
        """Something became of an extrinsic."""
        ...


class ChainNode:
    """A chain of our own, and what waits for it."""

    def __init__(
        self,
        name: str,
        kind: type[Runtime],
        runtime: Callable[[State], BlockRuntime],
        genesis: State,
        limits: Limits,
    ) -> None:
        self.name, self.kind, self._runtime = name, kind, runtime
        self.chain = Chain(genesis)
        self.pool = Pool(self._trial(), limits)
        self.pool.tell = self._tell
        self.listeners: list[Listener] = []
        self.wants_block: Callable[[], None] = lambda: None
        """Called when an extrinsic is ready to be put into a block."""

        self.complain: Callable[[str], None] = lambda text: None
        """Called with what the node's owner should know."""

    @property
    def constants(self) -> SystemConstants:
        """What the runtime fixes, its version among it."""
        return self.pool.trial.system.constants

    def runtime(self, state: State) -> BlockRuntime:
        """This chain's runtime over a state."""
        return self._runtime(state)

    def runtime_at(self, block: bytes) -> BlockRuntime:
        """This chain's runtime after a block; writes go nowhere. Raises `UnknownBlock`, `StateDiscarded`."""
        return self.runtime(self.chain.state(block))

    def submit(self, data: bytes) -> Hash:
        """Let an extrinsic wait for a block; raises `InvalidTransaction` or `pool.Refused`."""
        return self.pool.submit(data)

    def take(self, block: Block, state: State) -> None:
        """Go on to a block that was made, `state` being what it left, and tell everybody.

        The block before is final by then.
        """
        self.finalize()
        self.chain.append(block, state)
        included = hashes(block)
        self.pool.on_block(self._trial(), included)
        for listener in tuple(self.listeners):
            listener.imported(block)
        for extrinsic in included:
            self._tell(extrinsic, {"inBlock": "0x" + block.hash.hex()})

    def leave_out(self, dropped: Dropped, number: int) -> None:
        """Give up an extrinsic that can never be in a block."""
        self.complain(f"extrinsic 0x{dropped.hash.hex()} left out of block {number}: {dropped.why}")
        self.pool.drop(dropped.hash)

    def finalize(self) -> None:
        """Call the best block final, and tell everybody; nothing happens if it is already."""
        if not self.chain.finalize():
            return
        block = self.chain.finalized
        for listener in tuple(self.listeners):
            listener.finalized(block)
        for extrinsic in hashes(block):
            self._tell(extrinsic, {"finalized": "0x" + block.hash.hex()})

    def _trial(self) -> BlockRuntime:
        best = self.chain.best.hash
        runtime = self.runtime_at(best)
        begin_trial(runtime, best)
        return runtime

    def _tell(self, extrinsic: Hash, status: Status) -> None:
        if status == "ready":
            self.wants_block()
        for listener in tuple(self.listeners):
            listener.became(extrinsic, status)


class Node(ChainNode):
    """A relay chain of our own."""

    def __init__(self, devnet: Devnet = Devnet(), limits: Limits = Limits()) -> None:  # noqa: B008 - immutable
        self.devnet = devnet
        super().__init__(devnet.name, devnet.kind, devnet.runtime, devnet.genesis(), limits)

    @override
    def runtime(self, state: State) -> DevRelay:
        return self.devnet.runtime(state)

    @override
    def runtime_at(self, block: bytes) -> DevRelay:
        return self.runtime(self.chain.state(block))

    def seal(self, now: Moment, paras: InherentData | None = None) -> Block:
        """Make a block now, in milliseconds since 1970, of what is ready and what parachains have to say,
        and tell everybody.
        """
        self.finalize()
        parent = self.chain.best
        relay = self.runtime_at(parent.hash)
        built = build(relay, parent, self.pool.ready(), now, paras)
        for each in built.dropped:
            self.leave_out(each, built.block.number)
        self.take(built.block, relay.state)
        return built.block

    def chases(self) -> bool:
        """Whether another block should follow at once: no, what was ready is in this one."""
        return False


class ParaNode(ChainNode):
    """A parachain of our own, which is given its blocks when the relay chain has included them."""

    def __init__(self, spec: DevPara, limits: Limits = Limits()) -> None:  # noqa: B008 - immutable
        self.spec = spec
        super().__init__(spec.name, spec.kind, spec.runtime, spec.genesis(), limits)

    @override
    def runtime(self, state: State) -> ParachainRuntime:
        return self.spec.runtime(state)

    @override
    def runtime_at(self, block: bytes) -> ParachainRuntime:
        return self.runtime(self.chain.state(block))
