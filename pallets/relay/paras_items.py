"""The events, errors and stored shapes of the Paras pallet, and what it asks of its neighbours.

Upstream: polkadot/runtime/parachains/src/paras/mod.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar, Protocol

from pallets.balances_items import Preservation
from primitives.candidates import HeadData, ValidationCode, ValidationCodeHash
from primitives.errors import ErrorCode
from primitives.header import DigestItem
from primitives.ids import AccountId, Balance, BlockNumber, ParaId, SessionIndex
from primitives.record import Record
from primitives.scale.codec import U64
from primitives.scale.derive import codec
from primitives.storage.views import Value

MIN_CODE_SIZE = 9
"""Bytes; no WebAssembly program is smaller.

Upstream: polkadot/primitives/src/v9/mod.rs `MIN_CODE_SIZE`
"""


class ParaLifecycle(enum.Enum):
    """Where a para stands. It rests as a **parachain** (which holds a lease) or a **parathread** (which buys
    computing time on demand); the others wait for a session.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `ParaLifecycle`
    """

    Onboarding = 0
    Parathread = 1
    Parachain = 2
    UpgradingParathread = 3
    DowngradingParachain = 4
    OffboardingParathread = 5
    OffboardingParachain = 6

    def is_onboarding(self) -> bool:
        """Whether the para is on its way in."""
        return self is ParaLifecycle.Onboarding

    def is_stable(self) -> bool:
        """Whether the para waits for nothing."""
        return self in (ParaLifecycle.Parathread, ParaLifecycle.Parachain)

    def is_parachain(self) -> bool:
        """Whether the para counts as a parachain today."""
        return self in (
            ParaLifecycle.Parachain,
            ParaLifecycle.DowngradingParachain,
            ParaLifecycle.OffboardingParachain,
        )

    def is_parathread(self) -> bool:
        """Whether the para counts as a parathread today."""
        return self in (
            ParaLifecycle.Parathread,
            ParaLifecycle.UpgradingParathread,
            ParaLifecycle.OffboardingParathread,
        )

    def is_offboarding(self) -> bool:
        """Whether the para is on its way out."""
        return self in (ParaLifecycle.OffboardingParathread, ParaLifecycle.OffboardingParachain)


class ReplacementTimes(Record):
    """When a code was replaced.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `ReplacementTimes`
    """

    expected_at: BlockNumber
    """From the para's own view: the first relay parent under the new code."""

    activated_at: BlockNumber
    """The relay chain block that did it; pruning counts from here."""


class ParaPastCodeMeta(Record):
    """When a para's past codes were replaced, the oldest first.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `ParaPastCodeMeta`
    """

    upgrade_times: tuple[ReplacementTimes, ...] = ()
    last_pruned: BlockNumber | None = None
    """The `activated_at` of the newest replacement that was pruned."""

    def note_replacement(self, expected_at: BlockNumber, activated_at: BlockNumber) -> ParaPastCodeMeta:
        """With one more replacement."""
        times = ReplacementTimes(expected_at, activated_at)
        return ParaPastCodeMeta((*self.upgrade_times, times), self.last_pruned)

    def prune_up_to(self, height: BlockNumber) -> tuple[ParaPastCodeMeta, tuple[BlockNumber, ...]]:
        """Without the replacements activated at `height` or before, and when those were expected.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `ParaPastCodeMeta::prune_up_to`
        """
        count = due(tuple(times.activated_at for times in self.upgrade_times), height)
        pruned = self.upgrade_times[:count]
        last = pruned[-1].activated_at if pruned else self.last_pruned
        return ParaPastCodeMeta(self.upgrade_times[count:], last), tuple(t.expected_at for t in pruned)


def due(times: tuple[BlockNumber, ...], now: BlockNumber) -> int:
    """How many of the first entries are at `now` or before."""
    return next((place for place, at in enumerate(times) if at > now), len(times))


class ParaGenesisArgs(Record):
    """What a para begins with.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `ParaGenesisArgs`
    """

    genesis_head: HeadData

    validation_code: ValidationCode
    """Emptied once the code is stored by its hash."""

    para_kind: bool
    """True for a parachain, False for a parathread."""


class AuthorizedCodeHashAndExpiry(Record):
    """New code that root allowed anyone to set, by its hash.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `AuthorizedCodeHashAndExpiry`
    """

    code_hash: ValidationCodeHash
    expire_at: BlockNumber


class ParaUpgradeCode(Record, tag=1):
    """In the digest: a para's code was replaced.

    Upstream: polkadot/primitives/src/v9/mod.rs `ConsensusLog::ParaUpgradeCode`
    """

    UNNAMED: ClassVar[bool] = True

    id: ParaId
    code_hash: ValidationCodeHash


class ParaScheduleUpgradeCode(Record, tag=2):
    """In the digest: a para's code will be replaced.

    Upstream: polkadot/primitives/src/v9/mod.rs `ConsensusLog::ParaScheduleUpgradeCode`
    """

    UNNAMED: ClassVar[bool] = True

    id: ParaId
    code_hash: ValidationCodeHash
    expected_at: BlockNumber


ConsensusLog = ParaUpgradeCode | ParaScheduleUpgradeCode
"""What this pallet puts in the digest."""

CONSENSUS_LOG = codec(ConsensusLog)

POLKADOT_ENGINE_ID = b"POL1"
"""The engine under which the digest carries those.

Upstream: polkadot/primitives/src/v9/mod.rs `POLKADOT_ENGINE_ID`
"""


class ParasConstants(Record):
    """What the runtime fixes.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Config`
    """

    unsigned_priority: U64
    """How urgently the pool treats votes on validation codes."""


class BlockInProgress(Protocol):
    """What is asked of System.

    Upstream: substrate/frame/system/src/lib.rs `Pallet`
    """

    @property
    def number(self) -> Value[BlockNumber]:
        """The block being made."""
        ...

    def deposit_log(self, entry: DigestItem) -> None:
        """Add an item to the digest of this block."""
        ...


class UpwardQueue(Protocol):
    """What is asked of the queues of upward messages.

    Upstream: polkadot/runtime/parachains/src/inclusion/mod.rs `QueueFootprinter`
    """

    def message_count(self, para: ParaId) -> int:
        """How many messages of a para wait to be processed."""
        ...


class Burner(Protocol):
    """What is asked of the chain's own token.

    Upstream: substrate/frame/support/src/traits/tokens/fungible/regular.rs `Mutate::burn_from`
    """

    def burn_from(self, who: AccountId, amount: Balance, preservation: Preservation) -> Balance:
        """Destroy exactly that much of an account's free balance; fails if that cannot be."""
        ...


class CurrentCodeUpdated(Record, tag=0):
    """A para's code was replaced by force.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::CurrentCodeUpdated`
    """

    UNNAMED: ClassVar[bool] = True

    para: ParaId


class CurrentHeadUpdated(Record, tag=1):
    """A para's head was replaced by force.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::CurrentHeadUpdated`
    """

    UNNAMED: ClassVar[bool] = True

    para: ParaId


class CodeUpgradeScheduled(Record, tag=2):
    """New code for a para is on its way, not by its own wish.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::CodeUpgradeScheduled`
    """

    UNNAMED: ClassVar[bool] = True

    para: ParaId


class NewHeadNoted(Record, tag=3):
    """A para has a new head, by force.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::NewHeadNoted`
    """

    UNNAMED: ClassVar[bool] = True

    para: ParaId


class ActionQueued(Record, tag=4):
    """A para's lifecycle goes on in this session, by force.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::ActionQueued`
    """

    UNNAMED: ClassVar[bool] = True

    para: ParaId
    session: SessionIndex


class PvfCheckStarted(Record, tag=5):
    """A para waits for a vote on a code, which it began or joined.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::PvfCheckStarted`
    """

    UNNAMED: ClassVar[bool] = True

    code_hash: ValidationCodeHash
    para: ParaId


class PvfCheckAccepted(Record, tag=6):
    """The code a para waited for was accepted.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::PvfCheckAccepted`
    """

    UNNAMED: ClassVar[bool] = True

    code_hash: ValidationCodeHash
    para: ParaId


class PvfCheckRejected(Record, tag=7):
    """The code a para waited for was rejected.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::PvfCheckRejected`
    """

    UNNAMED: ClassVar[bool] = True

    code_hash: ValidationCodeHash
    para: ParaId


class UpgradeCooldownRemoved(Record, tag=8):
    """Somebody paid for a para's right to ask for new code again.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::UpgradeCooldownRemoved`
    """

    para_id: ParaId


class CodeAuthorized(Record, tag=9):
    """Anyone may set this code for a para until the block named.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Event::CodeAuthorized`
    """

    para_id: ParaId
    code_hash: ValidationCodeHash
    expire_at: BlockNumber


Event = (
    CurrentCodeUpdated
    | CurrentHeadUpdated
    | CodeUpgradeScheduled
    | NewHeadNoted
    | ActionQueued
    | PvfCheckStarted
    | PvfCheckAccepted
    | PvfCheckRejected
    | UpgradeCooldownRemoved
    | CodeAuthorized
)
"""What the pallet tells."""


class Error(ErrorCode):
    """Why a call failed.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `Error`
    """

    NotRegistered = enum.auto()
    """There is no such para, or it is on its way in or out."""

    CannotOnboard = enum.auto()
    """The para is known already, or it brings no code."""

    CannotOffboard = enum.auto()
    """The para is between two states, waits for a vote on new code, or has upward messages unprocessed."""

    CannotUpgrade = enum.auto()
    """Only a parathread can become a parachain."""

    CannotDowngrade = enum.auto()
    """Only a parachain can become a parathread."""

    PvfCheckStatementStale = enum.auto()
    """The vote is for a past session."""

    PvfCheckStatementFuture = enum.auto()
    """The vote is for a session to come."""

    PvfCheckValidatorIndexOutOfBounds = enum.auto()
    """There is no such validator."""

    PvfCheckInvalidSignature = enum.auto()
    """The vote is not signed by the validator it names."""

    PvfCheckDoubleVote = enum.auto()
    """The validator has voted."""

    PvfCheckSubjectInvalid = enum.auto()
    """There is no vote on this code."""

    CannotUpgradeCode = enum.auto()
    """The para has new code on its way, or may not ask for any yet."""

    InvalidCode = enum.auto()
    """The code is too large or too small."""

    NothingAuthorized = enum.auto()
    """No code was authorised for the para."""

    Unauthorized = enum.auto()
    """Another code was authorised."""

    InvalidBlockNumber = enum.auto()
    """The authorisation has expired."""


Timed = tuple[tuple[ParaId, BlockNumber], ...]
"""Something due for a para at a block; ascending by block."""


def insert_by_time(entries: Timed, para: ParaId, at: BlockNumber) -> Timed:
    """With one more entry, kept ascending by block.

    Where entries for that block stand, upstream's binary search decides before which of them the new one
    goes; the order is visible in storage.

    Upstream: library/core/src/slice/mod.rs `slice::binary_search_by_key` (Rust 1.82 and later)
    """
    place = _binary_search([time for _, time in entries], at)
    return (*entries[:place], (para, at), *entries[place:])


def _binary_search(times: list[BlockNumber], wanted: BlockNumber) -> int:
    size, base = len(times), 0
    if size == 0:
        return 0
    while size > 1:
        half = size // 2
        if times[base + half] <= wanted:
            base += half
        size -= half
    return base if times[base] == wanted else base + (times[base] < wanted)


def with_para(ascending: tuple[ParaId, ...], para: ParaId) -> tuple[ParaId, ...]:
    """With one more id, in its place; the same if it is there."""
    return tuple(sorted({*ascending, para}))
