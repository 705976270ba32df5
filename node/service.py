"""A node: one chain, its pool, and those who want to hear of both.

It has no clock and no socket. Whoever runs it calls `seal` with the time, whenever a block is due: when
`wants_block` calls, or after a while; and a moment after each block `finalize`. The moment is for clients
that look at a block when they hear that it holds their extrinsic: what they hear next ends their looking.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

from node.chain import Block, Chain
from node.devnet import Devnet
from node.pool import Limits, Pool, Status
from node.producer import build, hashes
from primitives.ids import Hash, Moment
from primitives.storage.state import State
from runtime.relay import Relay
from runtime.validity import begin_trial

NAME: Final = "Crosslane Development"
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


class Node:
    """A chain of our own, and what waits for it."""

    def __init__(self, devnet: Devnet = Devnet(), limits: Limits = Limits()) -> None:  # noqa: B008 - immutable
        self.devnet = devnet
        self.chain = Chain(devnet.genesis())
        self.pool = Pool(self._trial(), limits)
        self.pool.tell = self._tell
        self.listeners: list[Listener] = []
        self.wants_block: Callable[[], None] = lambda: None
        """Called when an extrinsic is ready to be put into a block."""

        self.complain: Callable[[str], None] = lambda text: None
        """Called with what the node's owner should know."""

    def runtime(self, state: State) -> Relay:
        """This chain's runtime over a state."""
        return self.devnet.runtime(state)

    def runtime_at(self, block: bytes) -> Relay:
        """This chain's runtime after a block; writes go nowhere. Raises `UnknownBlock`, `StateDiscarded`."""
        return self.runtime(self.chain.state(block))

    def submit(self, data: bytes) -> Hash:
        """Let an extrinsic wait for a block; raises `InvalidTransaction` or `pool.Refused`."""
        return self.pool.submit(data)

    def seal(self, now: Moment) -> Block:
        """Make a block now, in milliseconds since 1970, of what is ready, and tell everybody.

        The block before is final by then.
        """
        self.finalize()
        parent = self.chain.best
        relay = self.runtime_at(parent.hash)
        built = build(relay, parent, self.pool.ready(), now)
        self.chain.append(built.block, relay.state)
        for each in built.dropped:
            self.complain(f"extrinsic 0x{each.hash.hex()} left out of block {built.block.number}: {each.why}")
            self.pool.drop(each.hash)
        self._announce(built.block)
        return built.block

    def _announce(self, block: Block) -> None:
        included = hashes(block)
        self.pool.on_block(self._trial(), included)
        for listener in tuple(self.listeners):
            listener.imported(block)
        for extrinsic in included:
            self._tell(extrinsic, {"inBlock": "0x" + block.hash.hex()})

    def finalize(self) -> None:
        """Call the best block final, and tell everybody; nothing happens if it is already."""
        if not self.chain.finalize():
            return
        block = self.chain.finalized
        for listener in tuple(self.listeners):
            listener.finalized(block)
        for extrinsic in hashes(block):
            self._tell(extrinsic, {"finalized": "0x" + block.hash.hex()})

    def _trial(self) -> Relay:
        best = self.chain.best.hash
        relay = self.runtime_at(best)
        begin_trial(relay, best)
        return relay

    def _tell(self, extrinsic: Hash, status: Status) -> None:
        if status == "ready":
            self.wants_block()
        for listener in tuple(self.listeners):
            listener.became(extrinsic, status)
