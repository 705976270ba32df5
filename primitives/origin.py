"""Who makes a call.

Upstream: substrate/frame/support/src/dispatch.rs `RawOrigin`, polkadot/runtime/parachains/src/origin.rs
`Origin`
"""

from __future__ import annotations

from typing import ClassVar

from primitives.errors import BadOrigin, DispatchError
from primitives.ids import AccountId, ParaId
from primitives.record import Record


class Root(Record, tag=0):
    """The chain itself: governance, or whoever holds the sudo key."""


class Signed(Record, tag=1):
    """An account, shown by its signature."""

    UNNAMED: ClassVar[bool] = True

    who: AccountId


class NoOrigin(Record, tag=2):
    """Nobody: inherents, which the author of the block puts in."""


class Authorized(Record, tag=3):
    """Nobody, but the call carries its own authorisation."""


class Parachain(Record, tag=0):
    """A parachain, by a message that it sent up."""

    UNNAMED: ClassVar[bool] = True

    para: ParaId


RawOrigin = Root | Signed | NoOrigin | Authorized
"""The origins that every chain has."""

ParachainsOrigin = Parachain
"""The origin that the relay chain adds for parachains."""

Origin = Record
"""Any of them; a pallet asks with the `ensure_` functions below."""


def ensure_root(origin: Origin) -> None:
    """Go on if the call is the chain's own, else fail with BadOrigin."""
    if not isinstance(origin, Root):
        raise DispatchError(BadOrigin())


def ensure_signed(origin: Origin) -> AccountId:
    """The account that signed, else fail with BadOrigin."""
    if not isinstance(origin, Signed):
        raise DispatchError(BadOrigin())
    return origin.who


def ensure_none(origin: Origin) -> None:
    """Go on if the call is an inherent, else fail with BadOrigin."""
    if not isinstance(origin, NoOrigin):
        raise DispatchError(BadOrigin())


def ensure_parachain(origin: Origin) -> ParaId:
    """The parachain that called, else fail with BadOrigin.

    Upstream: polkadot/runtime/parachains/src/origin.rs `ensure_parachain`
    """
    if not isinstance(origin, Parachain):
        raise DispatchError(BadOrigin())
    return origin.para
