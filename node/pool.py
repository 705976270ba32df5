"""Extrinsics that wait for a block.

Each account's extrinsics wait in the order of their nonces. Those that follow on each other from the
account's nonce on are **ready**; one behind a gap is **future** until the gap is filled. Of those ready at
the same time, who offers a larger tip comes first, then who came first.

Whether an extrinsic may wait is asked of the runtime, over the state of the best block (`runtime.validity`).
With every new block, those that it holds and those that can no longer come are let go.

Upstream: substrate/client/transaction-pool/src/graph
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import count
from typing import Any

from primitives.hashing import blake2_256
from primitives.ids import AccountId, Hash
from primitives.record import Record
from runtime.executive import BlockRuntime
from runtime.validity import validate

Status = str | dict[str, Any]
"""What became of an extrinsic, as RPC clients are told: `"ready"`, `"future"`, `"dropped"`, `"invalid"`,
`{"usurped": hash}`, `{"inBlock": hash}`, `{"finalized": hash}`.

Upstream: substrate/client/transaction-pool/api/src/lib.rs `TransactionStatus`
"""


class Refused(Exception):
    """The pool does not take an extrinsic, although it may be valid."""


class AlreadyImported(Refused):
    """It is in the pool."""

    def __init__(self, extrinsic: Hash) -> None:
        super().__init__(f"0x{extrinsic.hex()} is in the pool")
        self.extrinsic = extrinsic


class TooLowPriority(Refused):
    """Another one with this nonce waits, and offers as much or more."""

    def __init__(self, old: int, new: int) -> None:
        super().__init__(f"tip {new}, the one waiting offers {old}")
        self.old, self.new = old, new


class ImmediatelyDropped(Refused):
    """There is no room for it."""


class Limits(Record):
    """How much may wait.

    Upstream: substrate/client/transaction-pool/src/common/mod.rs `Options`
    """

    extrinsics: int = 8_192

    bytes: int = 20 * 1024 * 1024

    future: int = 819
    """Extrinsics behind a gap."""


class Pooled(Record):
    """An extrinsic that waits."""

    hash: Hash
    data: bytes
    signer: AccountId
    nonce: int

    priority: int
    """Its tip, in planck."""

    arrival: int
    """Its place among all that ever came."""

    dies_at: int
    """The first block in which it is no longer valid."""


class Pool:
    """The extrinsics that wait on one node."""

    def __init__(self, trial: BlockRuntime, limits: Limits = Limits()) -> None:  # noqa: B008 - immutable
        self.limits = limits
        self.trial = trial
        """A runtime at the start of the block after the best one; only asked, never written to."""

        self.tell: Callable[[Hash, Status], None] = lambda extrinsic, status: None
        """Called with what becomes of extrinsics."""

        self._by_hash: dict[Hash, Pooled] = {}
        self._by_signer: dict[AccountId, dict[int, Pooled]] = {}
        self._next: dict[AccountId, int] = {}
        """For each signer of what waits: the first nonce that is missing."""

        self._bytes, self._arrivals = 0, count()

    def __len__(self) -> int:
        return len(self._by_hash)

    def submit(self, data: bytes) -> Hash:
        """Take an extrinsic in and give its hash; raises `InvalidTransaction` or `Refused`, with nothing
        changed.
        """
        extrinsic = Hash(blake2_256(data))
        if extrinsic in self._by_hash:
            raise AlreadyImported(extrinsic)
        valid = validate(self.trial, data)
        arrival = next(self._arrivals)
        new = Pooled(extrinsic, data, valid.signer, valid.nonce, valid.tip, arrival, valid.dies_at)
        old = self._by_signer.get(new.signer, {}).get(new.nonce)
        if old is not None and new.priority <= old.priority:
            raise TooLowPriority(old.priority, new.priority)
        self._check_room(new, old)

        if old is not None:
            self._forget(old)
            self.tell(old.hash, {"usurped": "0x" + new.hash.hex()})
        self._insert(new)
        if new.nonce > self._next[new.signer]:
            self.tell(new.hash, "future")
        else:
            self._tell_ready((new,) if old else self._advance(new.signer))
        return extrinsic

    def _check_room(self, new: Pooled, old: Pooled | None) -> None:
        extrinsics = len(self._by_hash) + 1 - (old is not None)
        length = self._bytes + len(new.data) - (len(old.data) if old else 0)
        if extrinsics > self.limits.extrinsics or length > self.limits.bytes:
            raise ImmediatelyDropped
        if new.nonce > self.next_nonce(new.signer) and self._future() >= self.limits.future:
            raise ImmediatelyDropped

    def _future(self) -> int:
        """How many wait behind a gap."""
        ready = sum(following - self.account_nonce(who) for who, following in self._next.items())
        return len(self._by_hash) - ready

    def _insert(self, new: Pooled) -> None:
        self._by_hash[new.hash] = new
        self._by_signer.setdefault(new.signer, {})[new.nonce] = new
        self._next.setdefault(new.signer, self.account_nonce(new.signer))
        self._bytes += len(new.data)

    def _forget(self, old: Pooled) -> None:
        """Take one out whose place another one takes."""
        del self._by_hash[old.hash], self._by_signer[old.signer][old.nonce]
        self._bytes -= len(old.data)

    def _remove(self, old: Pooled) -> None:
        """Take one out for good; those behind it are future from now on."""
        self._forget(old)
        self._next[old.signer] = min(self._next[old.signer], old.nonce)
        if not self._by_signer[old.signer]:
            del self._by_signer[old.signer], self._next[old.signer]

    def _advance(self, signer: AccountId) -> tuple[Pooled, ...]:
        """Those of a signer that follow on what is ready, and are ready from now on."""
        waiting, nonce, promoted = self._by_signer[signer], self._next[signer], []
        while nonce in waiting:
            promoted.append(waiting[nonce])
            nonce += 1
        self._next[signer] = nonce
        return tuple(promoted)

    def _tell_ready(self, promoted: Iterable[Pooled]) -> None:
        for pooled in promoted:
            self.tell(pooled.hash, "ready")

    # -------------------------------------------------------------------------------------- what waits

    def account_nonce(self, who: AccountId) -> int:
        """The nonce of an account's next extrinsic, those that wait left aside."""
        return self.trial.system.account[who].nonce

    def next_nonce(self, who: AccountId) -> int:
        """The nonce that an account should sign with next: the first that nothing ready has."""
        return self._next.get(who, self.account_nonce(who))

    def status(self, extrinsic: Hash) -> Status | None:
        """`"ready"` or `"future"`; None if it does not wait."""
        found = self._by_hash.get(extrinsic)
        return None if found is None else "ready" if self.is_ready(found) else "future"

    def is_ready(self, pooled: Pooled) -> bool:
        """Whether nothing is missing before it."""
        return pooled.nonce < self.next_nonce(pooled.signer)

    def _ready_of(self, who: AccountId) -> Iterator[Pooled]:
        waiting = self._by_signer[who]
        return (waiting[nonce] for nonce in range(self.account_nonce(who), self._next[who]))

    def ready(self) -> Iterator[Pooled]:
        """All that are ready, in the order in which a block should have them."""
        queues = [self._ready_of(signer) for signer in self._by_signer]
        firsts = ((next(queue, None), queue) for queue in queues)
        heap = [(-first.priority, first.arrival, first, queue) for first, queue in firsts if first]
        heapq.heapify(heap)
        while heap:
            *_, pooled, queue = heapq.heappop(heap)
            yield pooled
            following = next(queue, None)
            if following:
                heapq.heappush(heap, (-following.priority, following.arrival, following, queue))

    def pending(self) -> tuple[bytes, ...]:
        """The extrinsics that are ready, as they came."""
        return tuple(pooled.data for pooled in self.ready())

    # ----------------------------------------------------------------------------------------- changes

    def drop(self, extrinsic: Hash) -> None:
        """Let one go that turned out to be no good; those behind it have to wait."""
        found = self._by_hash.get(extrinsic)
        if found is not None:
            self._remove(found)
            self.tell(extrinsic, "invalid")

    def on_block(self, trial: BlockRuntime, included: Collection[Hash]) -> None:
        """Go over to the next block: let go what the last one holds, and what can no longer come."""
        before, self.trial = dict(self._next), trial
        number = trial.system.number.get()
        for pooled in tuple(self._by_hash.values()):
            if pooled.hash in included:
                self._remove(pooled)
            elif pooled.nonce < self.account_nonce(pooled.signer) or pooled.dies_at <= number:
                self._remove(pooled)
                self.tell(pooled.hash, "invalid")
        for signer in self._by_signer:
            self._next[signer] = self.account_nonce(signer)
            ready = self._advance(signer)
            self._tell_ready(pooled for pooled in ready if pooled.nonce >= before[signer])
