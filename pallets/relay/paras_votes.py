"""Pre-checking: the validators vote on new validation code before any para runs it.

Code that cannot be compiled in time, or at all, would hold up everyone who has to check the para's blocks. So
before code is used for the first time, each active validator tries and votes. More than two thirds for it
*accept* it; as soon as that cannot come about any more it is *rejected*. A new session brings other
validators, and all vote again; a vote that grows too old is lost.

One vote serves everyone who waits for the same code. Its **causes** say who, and what to do at the end.

Upstream: polkadot/runtime/parachains/src/paras/mod.rs
"""

from __future__ import annotations

import enum
from typing import ClassVar

from primitives.candidates import ValidationCodeHash
from primitives.ids import BlockNumber, ParaId, SessionIndex, ValidatorIndex
from primitives.record import Record, replace
from primitives.scale.codec import Bits
from primitives.scale.derive import codec


class UpgradeStrategy(enum.Enum):
    """How new code comes into force: the para is told to go ahead and does so with a block of its own, or it
    is not asked.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `UpgradeStrategy`
    """

    SetGoAheadSignal = 0
    ApplyAtExpectedBlock = 1


class Onboarding(Record, tag=0):
    """A vote because a para wants in.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `PvfCheckCause::Onboarding`
    """

    UNNAMED: ClassVar[bool] = True

    id: ParaId


class Upgrade(Record, tag=1):
    """A vote because a para wants new code.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `PvfCheckCause::Upgrade`
    """

    id: ParaId
    included_at: BlockNumber
    """Where the wish was included; the delay counts from here."""

    upgrade_strategy: UpgradeStrategy


PvfCheckCause = Onboarding | Upgrade
"""Who waits for a vote, and what for."""


class PvfCheckActiveVoteState(Record):
    """A vote of the validators on whether a validation code can be run at all.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `PvfCheckActiveVoteState`
    """

    votes_accept: Bits
    """One bit for each active validator."""

    votes_reject: Bits

    age: SessionIndex
    """Session changes since the vote began."""

    created_at: BlockNumber
    causes: tuple[PvfCheckCause, ...]

    def has_vote(self, validator: ValidatorIndex) -> bool | None:
        """Whether the validator has voted this session; None if there is no such validator."""
        if validator >= len(self.votes_accept):
            return None
        return self.votes_accept[validator] or self.votes_reject[validator]

    def with_vote(self, validator: ValidatorIndex, *, accept: bool) -> PvfCheckActiveVoteState:
        """With one more vote."""
        votes = self.votes_accept if accept else self.votes_reject
        votes = (*votes[:validator], True, *votes[validator + 1 :])
        return replace(self, votes_accept=votes) if accept else replace(self, votes_reject=votes)

    def in_new_session(self, validators: int) -> PvfCheckActiveVoteState:
        """One session older, with that many validators, none of whom has voted.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs
        `PvfCheckActiveVoteState::reinitialize_ballots`
        """
        none = (False,) * validators
        return replace(self, votes_accept=none, votes_reject=none, age=SessionIndex(self.age + 1))

    def quorum(self, validators: int) -> bool | None:
        """Whether the code is accepted, as soon as that is certain: more than two thirds are for it, or can
        no longer be.

        Upstream: polkadot/runtime/parachains/src/paras/mod.rs `PvfCheckActiveVoteState::quorum`
        """
        threshold = supermajority_threshold(validators)
        if sum(self.votes_accept) >= threshold:
            return True
        return False if sum(self.votes_reject) > validators - threshold else None


def new_vote(now: BlockNumber, validators: int, cause: PvfCheckCause) -> PvfCheckActiveVoteState:
    """A vote that begins now.

    Upstream: polkadot/runtime/parachains/src/paras/mod.rs `PvfCheckActiveVoteState::new`
    """
    none = (False,) * validators
    return PvfCheckActiveVoteState(none, none, SessionIndex(0), now, (cause,))


def supermajority_threshold(validators: int) -> int:
    """The least number of validators that is more than two thirds: all but the largest number below a third.

    Upstream: polkadot/primitives/src/v9/mod.rs `supermajority_threshold`
    """
    return validators - max(validators - 1, 0) // 3


class PvfCheckStatement(Record):
    """A validator's vote on a validation code.

    Upstream: polkadot/primitives/src/v9/mod.rs `PvfCheckStatement`
    """

    accept: bool
    subject: ValidationCodeHash

    session_index: SessionIndex
    """The session in which the vote counts."""

    validator_index: ValidatorIndex

    def signing_payload(self) -> bytes:
        """What the validator signs.

        Upstream: polkadot/primitives/src/v9/mod.rs `PvfCheckStatement::signing_payload`
        """
        return b"VCPC" + _STATEMENT.encode(self)


_STATEMENT = codec(PvfCheckStatement)
