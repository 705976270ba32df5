"""A relay chain and its parachains, made in step in one process.

Each relay chain block includes what was backed in the block before, and backs what the parachains made on
that block. Then each parachain makes its next block on the new one. It is shown the relay chain's state by
proofs, and validators check it on its witness alone before they vote for it: nothing passes between the
chains but what passes between real ones.

Upstream: polkadot/node/core/provisioner/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import count
from typing import Final

from node.chain import Block
from node.devnet import ACCOUNTS, CONFIGURATION, Devnet, DevRelay
from node.devpara import DevPara
from node.para_producer import head_of
from node.para_side import ParaSide
from node.pool import Limits
from node.service import ChainNode, Node
from node.validators import Keys, Validators
from primitives.candidates import InherentData
from primitives.host_configuration import HostConfiguration
from primitives.ids import Moment, ParaId
from primitives.record import Record, replace

CHASED: Final = 12
"""Blocks made at most one after the other for what is on its way, before the next one waits for its time."""


class TooManyParachains(ValueError):
    """Each parachain needs a group of validators of its own, and there are not so many."""


class NetworkSpec(Record):
    """What a network begins with."""

    paras: tuple[tuple[ParaId, str], ...] = ((ParaId(2000), "assets"), (ParaId(2001), "bulletin"))
    """The parachains, and of which kind each is (`node.devpara.KINDS`)."""

    session_length: int = 5
    """Blocks."""

    configuration: HostConfiguration = CONFIGURATION

    def dev_paras(self) -> tuple[DevPara, ...]:
        """What each parachain begins with."""
        ids = [para for para, _ in self.paras]
        return tuple(
            DevPara(para, kind, siblings=tuple(other for other in ids if other != para))
            for para, kind in self.paras
        )

    def devnet(self, sides: Collection[ParaSide]) -> Devnet:
        """What the relay chain begins with, given the parachains in the order of their cores."""
        validators = tuple(ACCOUNTS.values())
        if len(sides) > len(validators):
            raise TooManyParachains(f"{len(sides)} parachains, and {len(validators)} validators")
        scheduler = replace(self.configuration.scheduler_params, num_cores=len(sides))
        return Devnet(
            paras=tuple(each.para for each in sides),
            heads=tuple(head_of(each.node.chain.genesis.header) for each in sides),
            validators=validators,
            configuration=replace(self.configuration, scheduler_params=scheduler),
            session_length=self.session_length,
        )


class Network:
    """The chains, and what makes their blocks."""

    def __init__(
        self,
        spec: NetworkSpec = NetworkSpec(),  # noqa: B008 - immutable
        limits: Limits = Limits(),  # noqa: B008 - immutable
    ) -> None:
        self._keys = Keys()
        self.sides = tuple(
            ParaSide(each, core, self._keys, limits)
            for core, each in zip(count(), spec.dev_paras(), strict=False)
        )
        self.relay = Node(spec.devnet(self.sides), limits)
        self._chased = 0

    @property
    def nodes(self) -> tuple[ChainNode, ...]:
        """The relay chain's node, then those of the parachains."""
        return (self.relay, *(side.node for side in self.sides))

    def side(self, para: int) -> ParaSide:
        """A parachain by its number; raises `KeyError`."""
        return {int(each.para): each for each in self.sides}[para]

    def seal(self, now: Moment, *, idle: Collection[ParaId] = (), withheld: Collection[ParaId] = ()) -> Block:
        """Make the next relay chain block, at a time in milliseconds since 1970, and what the parachains
        make on it.

        Parachains that are `idle` make nothing this time. The pieces of what is backed for those `withheld`
        are held by nobody yet.
        """
        self.finalize()
        block = self.relay.seal(now, self._said(withheld))
        relay = self.relay.runtime_at(block.hash)
        for side in self.sides:
            side.settle(relay)
        for side in self.sides:
            if side.para not in idle:
                side.make(relay, block.hash)
        return block

    def _said(self, withheld: Collection[ParaId]) -> InherentData:
        """What the author of the next relay chain block has heard from validators."""
        parent = self.relay.chain.best
        relay: DevRelay = self.relay.runtime_at(parent.hash)
        validators = Validators(relay, parent.hash, self._keys)
        held = [side for side in self.sides if side.backed is not None and side.para not in withheld]
        free = [side for side in self.sides if side.backed is None or side in held]
        fresh = {side.para: side.fresh for side in free if side.fresh is not None}
        candidates = tuple(validators.backed(fresh[para].candidate) for para in sorted(fresh))
        bitfields = validators.bitfields(side.core for side in held)
        return InherentData(bitfields, candidates, (), parent.header)

    def complain(self, text: str) -> None:
        """Tell the owner of the network what it should know."""
        self.relay.complain(text)

    def finalize(self) -> None:
        """Call all best blocks final, and tell everybody."""
        for each in self.nodes:
            each.finalize()

    def chases(self) -> bool:
        """Whether another block should follow at once, because something is on its way.

        So whoever submits an extrinsic to a parachain need not wait for three relay chain blocks to come in
        their time. It ends by itself, should something be on its way for ever.
        """
        self._chased = self._chased + 1 if self._chased < CHASED and self.on_its_way() else 0
        return self._chased > 0

    def on_its_way(self) -> bool:
        """Whether a block or a message waits to be taken in somewhere."""
        relay = self.relay.runtime_at(self.relay.chain.best.hash)
        return any(self._waits_for(side, relay) for side in self.sides)

    def _waits_for(self, side: ParaSide, relay: DevRelay) -> bool:
        made = any(each is not None and each.matters for each in (side.backed, side.fresh))
        across = any(messages for _, messages in relay.hrmp.inbound_hrmp_channels_contents(side.para))
        return made or across or bool(relay.dmp.dmq_contents(side.para)) or bool(side.node.pool.pending())
