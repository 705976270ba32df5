"""Junctions: the steps of a path from one consensus system into another.

A **junction** names a part of the place it is seen from: a parachain of a relay chain, an account of a chain.
A path of junctions leads inwards and has at most eight.

A **universal location** is a path that starts at a whole network (`GlobalConsensus`), as all chains see it.
Functions that take a `context` want the universal location of the chain that asks.

Upstream: polkadot/xcm/src/v5/junction.rs `Junction`, polkadot/xcm/src/v5/junctions.rs `Junctions`
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from primitives.record import Record, tag_of
from primitives.scale.codec import U8, U64, Bytes4, Bytes20, Bytes32, Compact32, Compact64, Compact128
from primitives.scale.derive import Wire
from xcm.reading import junctions_codec

V5 = Wire("xcm v5")
"""The newest version: what the annotations of this package say."""

# ------------------------------------------------------------------------------------------- networks


class ByGenesis(Record, tag=0):
    """The network that began with the block of this hash."""

    UNNAMED: ClassVar[bool] = True

    hash: Bytes32


class ByFork(Record, tag=1):
    """The network that contains this block."""

    block_number: U64
    block_hash: Bytes32


class Polkadot(Record, tag=2):
    """The relay chain of that name."""


class Kusama(Record, tag=3):
    """The relay chain of that name."""


class Ethereum(Record, tag=7):
    """An Ethereum network, by its EIP-155 number."""

    chain_id: Compact64


class BitcoinCore(Record, tag=8):
    """Bitcoin, as the Bitcoin Core developers continue it."""


class BitcoinCash(Record, tag=9):
    """Bitcoin, as the Bitcoin Cash developers continue it."""


class PolkadotBulletin(Record, tag=10):
    """The bulletin chain of Polkadot."""


NetworkId = ByGenesis | ByFork | Polkadot | Kusama | Ethereum | BitcoinCore | BitcoinCash | PolkadotBulletin

# --------------------------------------------------------------------------------------------- bodies


class Unit(Record, tag=0):
    """The only body of its kind."""


class Moniker(Record, tag=1):
    """A body by four letters."""

    UNNAMED: ClassVar[bool] = True

    name: Bytes4


class Index(Record, tag=2):
    """A body by its number."""

    UNNAMED: ClassVar[bool] = True

    index: Compact32


class Executive(Record, tag=3):
    """Who leads."""


class Technical(Record, tag=4):
    """Who knows how things work."""


class Legislative(Record, tag=5):
    """Who makes rules."""


class Judicial(Record, tag=6):
    """Who settles disputes."""


class Defense(Record, tag=7):
    """Who defends."""


class Administration(Record, tag=8):
    """Who runs things."""


class Treasury(Record, tag=9):
    """Who spends."""


BodyId = (
    Unit
    | Moniker
    | Index
    | Executive
    | Technical
    | Legislative
    | Judicial
    | Defense
    | Administration
    | Treasury
)


class Voice(Record, tag=0):
    """The body as a whole."""


class Members(Record, tag=1):
    """At least so many members."""

    count: Compact32


class Fraction(Record, tag=2):
    """A given share of the members."""

    nom: Compact32
    denom: Compact32


class AtLeastProportion(Record, tag=3):
    """No less than a share of the members."""

    nom: Compact32
    denom: Compact32


class MoreThanProportion(Record, tag=4):
    """More than a share of the members."""

    nom: Compact32
    denom: Compact32


BodyPart = Voice | Members | Fraction | AtLeastProportion | MoreThanProportion

# ------------------------------------------------------------------------------------------ junctions


class Parachain(Record, tag=0):
    """A parachain of a relay chain, by its id."""

    UNNAMED: ClassVar[bool] = True

    id: Compact32


class AccountId32(Record, tag=1):
    """An account of 32 bytes, of any network or of one."""

    network: NetworkId | None
    id: Bytes32


class AccountIndex64(Record, tag=2):
    """An account by its number."""

    network: NetworkId | None
    index: Compact64


class AccountKey20(Record, tag=3):
    """An account of 20 bytes, as Ethereum has them."""

    network: NetworkId | None
    key: Bytes20


class PalletInstance(Record, tag=4):
    """A pallet, by its index in the runtime."""

    UNNAMED: ClassVar[bool] = True

    index: U8


class GeneralIndex(Record, tag=5):
    """Something by its number."""

    UNNAMED: ClassVar[bool] = True

    index: Compact128


class GeneralKey(Record, tag=6):
    """Something by the first `length` of these bytes."""

    length: U8
    data: Bytes32


class OnlyChild(Record, tag=7):
    """The one thing that is there; stands in where nothing better is known."""


class Plurality(Record, tag=8):
    """A body of several, or part of one."""

    id: BodyId
    part: BodyPart


class GlobalConsensus(Record, tag=9):
    """A whole network; only a universal location starts with one."""

    UNNAMED: ClassVar[bool] = True

    network: NetworkId


Junction = (
    Parachain
    | AccountId32
    | AccountIndex64
    | AccountKey20
    | PalletInstance
    | GeneralIndex
    | GeneralKey
    | OnlyChild
    | Plurality
    | GlobalConsensus
)

Junctions = Annotated[tuple[Junction, ...], junctions_codec(lambda: V5.codec(Junction), shared=True)]
"""A path inwards, at most eight steps; the empty one is upstream's `Here`."""


def network_of(universal: Junctions) -> NetworkId | None:
    """The network that a universal location starts with; None if it is no universal location.

    Upstream: polkadot/xcm/src/v5/junctions.rs `Junctions::global_consensus`
    """
    first = universal[0] if universal else None
    return first.network if isinstance(first, GlobalConsensus) else None


def order_key(value: Any) -> Any:
    """Puts values of one type in upstream's order: by case, then by fields; shorter paths first."""
    if value is None:
        return ()
    if isinstance(value, tuple):
        return (len(value), *(order_key(each) for each in value))
    if not isinstance(value, Record):
        return value
    tag = tag_of(type(value))
    fields = tuple(order_key(getattr(value, name)) for name in value.__struct_fields__)
    return fields if tag is None else (tag, *fields)
