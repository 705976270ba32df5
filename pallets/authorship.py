"""Who makes the block.

Upstream: substrate/frame/authorship/src/lib.rs
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from typing_extensions import override

from pallets.system import System
from primitives.header import Digest
from primitives.ids import AccountId, BlockNumber
from primitives.pallet import Frame, Pallet
from primitives.storage.views import OptionValue


class FindAuthor(Protocol):
    """The consensus engine, as far as it can read an author off a digest.

    Upstream: substrate/frame/support/src/traits/misc.rs `FindAuthor`
    """

    def find_author(self, digest: Digest) -> AccountId | None:
        """The account that a block with this digest earns for; None if the digest does not tell."""
        ...


def _nobody(author: AccountId) -> None:
    """Nobody is told who makes the block."""


class Authorship(Pallet, prefix="Authorship"):
    """The author of the block being made.

    Upstream: substrate/frame/authorship/src/lib.rs `Pallet`
    """

    author_: OptionValue[AccountId]
    """Who makes this block; only while it is made."""

    def __init__(
        self,
        frame: Frame,
        system: System,
        find_author: FindAuthor,
        note_author: Callable[[AccountId], None] = _nobody,
    ) -> None:
        super().__init__(frame)
        self.system, self.find_author, self.note_author = system, find_author, note_author

    @override
    def on_initialize(self, now: BlockNumber) -> None:
        """Note who makes the block, if its digest tells, and tell whoever rewards authors.

        Upstream: substrate/frame/authorship/src/lib.rs `Pallet::on_initialize`
        """
        author = self.author()
        if author is not None:
            self.note_author(author)

    @override
    def on_finalize(self, now: BlockNumber) -> None:
        """Forget the author.

        Upstream: substrate/frame/authorship/src/lib.rs `Pallet::on_finalize`
        """
        self.author_.kill()

    def author(self) -> AccountId | None:
        """Who makes this block; looked up in the digest once, then stored.

        Upstream: substrate/frame/authorship/src/lib.rs `Pallet::author`
        """
        known = self.author_.get()
        if known is not None:
            return known
        found = self.find_author.find_author(self.system.digest.get())
        if found is not None:
            self.author_.put(found)
        return found
