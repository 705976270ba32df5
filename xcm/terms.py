"""Small words of instructions: as what a call is dispatched, how much weight may be bought, hints.

Upstream: polkadot/xcm/src/v3/mod.rs `OriginKind`, `WeightLimit`, polkadot/xcm/src/v5/mod.rs `Hint`
"""

from __future__ import annotations

import enum
from typing import Annotated, ClassVar

from primitives.record import Record
from primitives.scale.codec import Codec
from primitives.scale.errors import DecodeError
from primitives.weights import Weight
from xcm.junctions import V5
from xcm.location import Location
from xcm.reading import bounded_codec


class OriginKind(enum.Enum):
    """As what a location dispatches a call; each chain says what it makes of that."""

    Native = 0
    """The origin that the chain has for it, if any: that of a parachain, say."""

    SovereignAccount = 1
    """The account that stands for the location."""

    Superuser = 2
    """Root, for those who may."""

    Xcm = 3
    """The location itself."""


DoubleEncoded = Annotated[bytes, "DoubleEncoded"]
"""A call in the bytes of the chain that is to dispatch it; others cannot read it."""


class Unlimited(Record, tag=0):
    """As much as it takes."""


class Limited(Record, tag=1):
    """No more than this."""

    UNNAMED: ClassVar[bool] = True

    weight: Weight


WeightLimit = Unlimited | Limited


class AssetClaimer(Record, tag=0):
    """Who may claim what the program leaves behind."""

    location: Location


def _hint() -> Codec[AssetClaimer]:
    """A sum of one case, which a union cannot say."""

    def encode(hint: AssetClaimer) -> bytes:
        return b"\x00" + V5.codec(AssetClaimer).encode(hint)

    def decode_at(data: bytes, at: int) -> tuple[AssetClaimer, int]:
        if data[at : at + 1] != b"\x00":
            raise DecodeError("a variant of Hint", data[at : at + 1].hex() or "end of input", at)
        return V5.codec(AssetClaimer).decode_at(data, at + 1)

    return Codec("Hint", encode, decode_at, 3)


Hint = Annotated[AssetClaimer, _hint()]

MAX_HINTS = 1
"""One for each case of `Hint`."""

Hints = Annotated[tuple[Hint, ...], bounded_codec("Hint", lambda: V5.codec(Hint), MAX_HINTS)]
"""At most one."""
