"""Origins that only parachains have: calls made by programs of the relay chain, and of siblings.

Its events are from the time when downward messages were executed here; now MessageQueue does that, and they
are not deposited any more.

Upstream: cumulus/pallets/xcm/src/lib.rs
"""

from __future__ import annotations

from typing import ClassVar

from primitives.errors import BadOrigin, DispatchError
from primitives.ids import ParaId
from primitives.origin import Origin
from primitives.pallet import Pallet
from primitives.record import Record
from primitives.scale.codec import Bytes32
from xcm.errors import Outcome


class Relay(Record, tag=0):
    """The relay chain."""


class SiblingParachain(Record, tag=1):
    """Another parachain."""

    UNNAMED: ClassVar[bool] = True

    para: ParaId


CumulusXcmOrigin = Relay | SiblingParachain
"""The origins that this pallet adds.

Upstream: cumulus/pallets/xcm/src/lib.rs `Origin`
"""


class InvalidFormat(Record, tag=0):
    """A downward message was no program."""

    UNNAMED: ClassVar[bool] = True

    id: Bytes32


class UnsupportedVersion(Record, tag=1):
    """A downward message was in a version that is not spoken here."""

    UNNAMED: ClassVar[bool] = True

    id: Bytes32


class ExecutedDownward(Record, tag=2):
    """A downward message was executed."""

    UNNAMED: ClassVar[bool] = True

    id: Bytes32
    outcome: Outcome


Event = InvalidFormat | UnsupportedVersion | ExecutedDownward


class CumulusXcm(Pallet, prefix="CumulusXcm", events=Event):
    """Gives these origins their place among the chain's.

    Upstream: cumulus/pallets/xcm/src/lib.rs `Pallet`
    """


def ensure_sibling_para(origin: Origin) -> ParaId:
    """The parachain whose program calls, else fail with BadOrigin.

    Upstream: cumulus/pallets/xcm/src/lib.rs `ensure_sibling_para`
    """
    if not isinstance(origin, SiblingParachain):
        raise DispatchError(BadOrigin())
    return origin.para


def ensure_relay(origin: Origin) -> None:
    """Go on if a program of the relay chain calls, else fail with BadOrigin.

    Upstream: cumulus/pallets/xcm/src/lib.rs `ensure_relay`
    """
    if not isinstance(origin, Relay):
        raise DispatchError(BadOrigin())
