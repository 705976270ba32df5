"""Accounts of places: which account on this chain a location can spend from.

A **sovereign account** is an account without a key, for somebody who is not on this chain. A converter gives
the account of the locations it knows, and None for others; chains combine several with `first_of`.

| converter | for | the account |
|---|---|---|
| `parent_account` | the relay chain, on a parachain | `Parent` and zeros |
| `child_parachain_account` | a parachain, on the relay chain | `para`, its id and zeros |
| `sibling_parachain_account` | a parachain, on another one | `sibl`, its id and zeros |
| `account_aliases` | an account of this chain | itself |
| `hashed_description` | what a `Describe` can describe | the hash of the description |

A description is bytes that no other location has, and that do not depend on the layout of locations.

Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from primitives.hashing import blake2_256
from primitives.ids import AccountId, ParaId, sovereign_account
from primitives.scale.compact import encode_compact
from xcm.junctions import (
    V5,
    AccountId32,
    AccountKey20,
    BodyId,
    BodyPart,
    NetworkId,
    PalletInstance,
    Parachain,
    Plurality,
    Treasury,
    Voice,
)
from xcm.location import HERE, PARENT, Location

AccountOf = Callable[[Location], AccountId | None]
"""The account of a location, or None.

Upstream: polkadot/xcm/xcm-executor/src/traits/conversion.rs `ConvertLocation`
"""

Describe = Callable[[Location], bytes | None]
"""What stands for a location, or None.

Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `DescribeLocation`
"""


ACCOUNTS_REMEMBERED = 1024
"""A location has the same account for ever, and every message asks for that of its sender several times."""


def first_of(*converters: AccountOf) -> AccountOf:
    """The account that the first converter gives which gives one; the last ones found are remembered."""

    @lru_cache(maxsize=ACCOUNTS_REMEMBERED)
    def convert(location: Location) -> AccountId | None:
        found = (converter(location) for converter in converters)
        return next((account for account in found if account is not None), None)

    return convert


def parent_account(location: Location) -> AccountId | None:
    """The relay chain's account.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `ParentIsPreset`
    """
    return AccountId(b"Parent".ljust(32, b"\x00")) if location == PARENT else None


def child_parachain_account(location: Location) -> AccountId | None:
    """A parachain's account on the relay chain.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `ChildParachainConvertsVia`
    """
    match location:
        case Location(0, (Parachain(id),)):
            return sovereign_account(ParaId(id))
        case _:
            return None


def sibling_parachain_account(location: Location) -> AccountId | None:
    """A parachain's account on another one.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `SiblingParachainConvertsVia`
    """
    match location:
        case Location(1, (Parachain(id),)):
            return AccountId((b"sibl" + id.to_bytes(4, "little")).ljust(32, b"\x00"))
        case _:
            return None


def account_aliases(network: NetworkId | None) -> AccountOf:
    """An account of this chain, said without a network or with ours.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `AccountId32Aliases`
    """

    def convert(location: Location) -> AccountId | None:
        match location:
            case Location(0, (AccountId32(said, id),)) if said in (None, network):
                return AccountId(id)
            case _:
                return None

    return convert


def account_hash(location: Location) -> AccountId | None:
    """An account for every location: the hash of its bytes.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `Account32Hash`
    """
    encoded: bytes = V5.codec(Location).encode(location)
    return AccountId(blake2_256(encode_compact(8) + b"multiloc" + encoded))


def hashed_description(describe: Describe) -> AccountOf:
    """An account for every location that can be described.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `HashedDescription`
    """

    def convert(location: Location) -> AccountId | None:
        description = describe(location)
        return None if description is None else AccountId(blake2_256(description))

    return convert


# ------------------------------------------------------------------------------------------- descriptions


def describe_family(inside: Describe) -> Describe:
    """Something on a child, on a sibling or on the relay chain, where `inside` can describe the rest.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `DescribeFamily`
    """

    def describe(location: Location) -> bytes | None:
        match location:
            case Location(0, (Parachain(id), *rest)):
                chain = b"ChildChain" + encode_compact(id)
            case Location(1, (Parachain(id), *rest)):
                chain = b"SiblingChain" + encode_compact(id)
            case Location(1, rest):
                chain = b"ParentChain"
            case _:
                return None
        suffix = inside(Location(0, tuple(rest)))
        return None if suffix is None else chain + encode_compact(len(suffix)) + suffix

    return describe


def describe_all_terminal(location: Location) -> bytes | None:
    """The chain itself, or a pallet, an account or a body of it.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `DescribeAllTerminal`
    """
    match location:
        case Location(0, ()):
            return b""
        case Location(0, (PalletInstance(index),)):
            return b"Pallet" + encode_compact(index)
        case Location(0, (AccountId32(id=id),)):
            return b"AccountId32" + id
        case Location(0, (AccountKey20(key=key),)):
            return b"AccountKey20" + key
        case Location(0, (Plurality(id, part),)):
            return _describe_body(id, part)
        case _:
            return None


def _describe_body(id: BodyId, part: BodyPart) -> bytes:
    if (id, part) == (Treasury(), Voice()):
        return b"TreasuryVoice"
    return b"Body" + bytes(V5.codec(BodyId).encode(id)) + bytes(V5.codec(BodyPart).encode(part))


def account_location(account: AccountId, network: NetworkId | None = None) -> Location:
    """Where an account of this chain is.

    Upstream: polkadot/xcm/xcm-builder/src/location_conversion.rs `AliasesIntoAccountId32`
    """
    return Location(HERE.parents, (AccountId32(network, account),))
