"""Makes blocks: the inherents, then what is ready in the pool, then the header.

The time is an argument. The chain asks for three seconds between blocks; a block that is made sooner is dated
as late as that, so that the chain's clock runs ahead of the wall's while blocks come fast.

Upstream: substrate/client/basic-authorship/src/basic_authorship.rs
"""

from __future__ import annotations

from collections.abc import Iterable

from node.chain import Block
from node.pool import Pooled
from primitives.candidates import InherentData
from primitives.errors import Defect, Err, Invalid, InvalidTransaction
from primitives.extrinsic import encode_extrinsic
from primitives.hashing import blake2_256
from primitives.header import NO_HASH, Digest, Header
from primitives.ids import BlockNumber, Hash, Moment
from primitives.pallet import RuntimeCall
from primitives.record import Record, replace
from runtime.relay import Relay

MAX_SKIPPED = 8
"""Extrinsics that may turn out too long for the block before no more are tried.

Upstream: substrate/client/basic-authorship/src/basic_authorship.rs `MAX_SKIPPED_TRANSACTIONS`
"""


class Dropped(Record):
    """An extrinsic that could not be put into the block and never will be."""

    hash: Hash
    why: str


class Built(Record):
    """A block, and what of the pool proved useless on the way."""

    block: Block
    dropped: tuple[Dropped, ...]


def build(
    relay: Relay,
    parent: Block,
    ready: Iterable[Pooled],
    now: Moment,
    paras: InherentData | None = None,
) -> Built:
    """Make the block after `parent`, whose state the runtime is over; that state is written to.

    `now` is in milliseconds since 1970; `paras` is what parachains have to say, nothing if it is missing.
    """
    executive = relay.executive
    number, moment = BlockNumber(parent.number + 1), _moment(relay, now)
    executive.initialize_block(Header(parent.hash, number, NO_HASH, NO_HASH, Digest()))
    inherents = _inherents(relay, moment, paras or InherentData((), (), (), parent.header))
    for each in inherents:
        outcome = executive.apply_extrinsic(each)
        if isinstance(outcome, Err):
            raise Defect(f"block {number}: an inherent of our own fails: {outcome.error!r}")
    taken, dropped = _apply(relay, ready)
    header = executive.finalize_block()
    return Built(Block(header, (*inherents, *taken), header.hash()), dropped)


def _moment(relay: Relay, now: Moment) -> Moment:
    last = relay.timestamp.now.get()
    return Moment(max(now, last + relay.timestamp.constants.minimum_period if last else 0))


def _inherents(relay: Relay, moment: Moment, paras: InherentData) -> tuple[bytes, bytes]:
    """The time, and what parachains have to say; candidates are left out of the last block of a session."""
    if relay.para_inherent.is_last_of_session():
        paras = replace(paras, backed_candidates=())
    return (
        _bare(relay, RuntimeCall("Timestamp", "set", (moment,))),
        _bare(relay, RuntimeCall("ParaInherent", "enter", (paras,))),
    )


def _bare(relay: Relay, made: RuntimeCall) -> bytes:
    return encode_extrinsic(relay.executive.call_codec.encode(made), None, relay.extensions)


def _apply(relay: Relay, ready: Iterable[Pooled]) -> tuple[tuple[bytes, ...], tuple[Dropped, ...]]:
    """What of it got in, and what never will."""
    taken: list[bytes] = []
    dropped: list[Dropped] = []
    skipped = 0
    for pooled in ready:
        try:
            relay.executive.apply_extrinsic(pooled.data)
        except InvalidTransaction as error:
            if error.reason is Invalid.ExhaustsResources:
                skipped += 1
            elif error.reason is not Invalid.Future:  # one before it was dropped; it may yet be replaced
                dropped.append(Dropped(pooled.hash, error.reason.name))
        except Exception as error:
            # Upstream's runtime would panic here: the extrinsic leaves no trace, and the chain goes on.
            dropped.append(Dropped(pooled.hash, f"{type(error).__name__}: {error}"))
        else:
            taken.append(pooled.data)
        if skipped >= MAX_SKIPPED:
            break
    return tuple(taken), tuple(dropped)


def hashes(block: Block) -> frozenset[Hash]:
    """The hashes of a block's extrinsics."""
    return frozenset(Hash(blake2_256(each)) for each in block.extrinsics)
