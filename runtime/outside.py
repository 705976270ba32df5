"""What a runtime takes from beyond its pallets, instead of computing it.

Block production and staking are not modelled here. Where the pallets that are need something of
them, they ask the **outside**: who made the block, whether a session begins, what is random, what an
extrinsic costs. A chain of our own answers simply (`Alone`); a replay of a recorded chain answers with what
was recorded. Nothing else crosses this line, so that what is *given* to a replay can be read here, method
by method.
"""

from __future__ import annotations

from typing import Protocol

from primitives.header import Digest, DigestItem
from primitives.ids import AccountId, Balance, SessionIndex, ValidatorId
from primitives.record import Record
from primitives.weights import DispatchInfo, PostDispatchInfo, Weight


class NewSession(Record):
    """A session that begins with this block."""

    index: SessionIndex
    validators: tuple[ValidatorId, ...]
    """The parachain keys of its validators."""

    queued: tuple[ValidatorId, ...]
    """The parachain keys of the validators of the session after."""


class Outside(Protocol):
    """The world around one relay chain runtime."""

    def find_author(self, digest: Digest) -> AccountId | None:
        """The account that made the block with this digest."""
        ...

    def digest_items(self) -> tuple[DigestItem, ...]:
        """What pallets that are not ours add to the digest while the block is initialized."""
        ...

    def new_session(self) -> NewSession | None:
        """The session that begins with this block, if one does."""
        ...

    def randomness(self) -> bytes:
        """The chain's randomness, as known at the end of the block."""
        ...

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """What to withdraw for an extrinsic of `length` bytes before it runs, without the tip."""
        ...

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """What it costs after all, without the tip."""
        ...

    def weight(self, computed: Weight) -> Weight:
        """The weight that the extrinsic's last event tells, given what we make of it."""
        ...


class Alone:
    """The outside of a chain of our own: no author, no fees; sessions begin when they are asked for."""

    def __init__(self, randomness: bytes = bytes(32)) -> None:
        self._randomness = randomness
        self.session: NewSession | None = None
        """The session to begin with the next block."""

    def find_author(self, digest: Digest) -> AccountId | None:
        """Nobody in particular."""
        return None

    def digest_items(self) -> tuple[DigestItem, ...]:
        """None."""
        return ()

    def new_session(self) -> NewSession | None:
        """The one that was asked for, once."""
        asked, self.session = self.session, None
        return asked

    def randomness(self) -> bytes:
        """Always the same."""
        return self._randomness

    def fee(self, length: int, info: DispatchInfo) -> Balance:
        """Nothing."""
        return Balance(0)

    def actual_fee(self, length: int, info: DispatchInfo, post: PostDispatchInfo) -> Balance:
        """Nothing."""
        return Balance(0)

    def weight(self, computed: Weight) -> Weight:
        """What we make of it."""
        return computed
