"""Whose messages a queue of a parachain holds.

Upstream: cumulus/primitives/core/src/lib.rs `AggregateMessageOrigin`
"""

from __future__ import annotations

from typing import ClassVar

from primitives.ids import ParaId
from primitives.record import Record
from primitives.scale.derive import codec


class Here(Record, tag=0):
    """The chain's own."""


class Parent(Record, tag=1):
    """The relay chain's: messages down."""


class Sibling(Record, tag=2):
    """Another parachain's: messages across."""

    UNNAMED: ClassVar[bool] = True

    para: ParaId


MessageOrigin = Here | Parent | Sibling

MESSAGE_ORIGIN = codec(MessageOrigin)
"""What `AggregateMessageOrigin` is on a parachain."""
